"""A world to look around in: the modules, people of every country who learn, and four sign-ins to try.

Everything but the crowd (`demo_crowd`) goes through the same services as real life. Loading it again changes nothing: a
person who is there is left alone. It is never mixed with real people, because its passphrase is public.
"""

from __future__ import annotations

import random
import uuid
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from trainer import assessment
from trainer.access import Identity
from trainer.content.folder import FolderError, module_folders, read_folder
from trainer.content.model import Module, Unit
from trainer.services import audit, demo_crowd, demo_workshop, editions, library, passwords, people, record, roles
from trainer.services.audit import Act
from trainer.services.demo_answers import right_answer
from trainer.services.demo_people import COUNTRIES, PASSPHRASE, STAFF, Country, Staff
from trainer.services.events import Event
from trainer.services.people import OPERATOR, SignUp
from trainer.services.problems import SENTENCES, Problem, Refused
from trainer.services.progress import overlay_of
from trainer.services.shelf import Shelf
from trainer.store.engine import Store
from trainer.store.models import Attempt, Grant, Person
from trainer.store.scope import Scope
from trainer.vocabulary import AGENCY_TYPES, N_, NO_COUNTRY, SEXES, WORK_ROLES

SENTENCES["demo-with-people"] = N_("This database has real people in it; the demo world, with its public passphrase, "
                                   "goes only into one of its own.")  # fmt: skip

WORLD = Scope.system("the demo world has people of every country")
FEW = 6
"""People of a small country, at most."""
_IDS = uuid.UUID("5d0e4a0a-0f83-4c1c-9d53-2f2f7c1b8a11")
_WAVES = ((3, 60), *((60, 150),) * 3, (150, 240), *((240, 330),) * 4, (330, 450))
"""Days ago that people began, in five quarters: most of them in two, so that a report has numbers to show beside those
that it must hide."""


class Loaded(NamedTuple):
    modules: tuple[str, ...]
    """Slugs, published now or before."""
    refused: tuple[str, ...]
    """What could not be published, a line each."""
    people: int
    """Made now."""


def sign_in_lines(second_factor: bool) -> tuple[str, ...]:
    """The sign-ins to print. `second_factor`: staff must set up a second step (`config`)."""
    step = (
        "Staff set up a second step at their first sign-in: have an authenticator app at hand."
        if second_factor
        else "Staff need no second step here (TRAINER_SECOND_FACTOR=off); to try it: My data, Second step."
    )
    names = [f"  {one.sign_in_name:<20} {one.what}" for one in STAFF]
    return ("Demo sign-ins, all with the passphrase:  " + PASSPHRASE, *names, step)


def has_real_staff(store: Store) -> bool:
    """Does anybody who is not of the demo world have a role?"""
    with store.read(WORLD) as db:
        found = select(Grant.id).join(Person, Person.id == Grant.person_id)
        return db.scalar(found.where(~Person.sign_in_name.startswith("demo-")).limit(1)) is not None


def load(store: Store, modules: Path, *, key: str, now: datetime) -> Loaded:
    """Publish every module in the folder `modules` and fill the world. Raises Refused where real people are."""
    with store.read(WORLD) as db:
        known = set(db.scalars(select(Person.sign_in_name)))
    if any(not name.startswith("demo-") for name in known):
        raise Refused("demo-with-people")
    published, refused = _publish(store, modules, now)
    made = sum([_staff(store, one, now) for one in STAFF if one.sign_in_name not in known])
    shelf = Shelf(store)
    for code, country in COUNTRIES.items():
        for number in range(1, country.people + 1):
            name = f"demo-{code.lower()}-{number:02}"
            if name not in known:
                made += _practitioner(store, shelf, name, code, country, now)
    with store.read(WORLD) as db:
        coordinator = db.scalar(select(Person.id).where(Person.sign_in_name == "demo-coordinator"))
    if demo_crowd.FIRST not in known:
        with store.write(WORLD) as db:
            made += demo_crowd.make(db, shelf, now=now)
    with store.write(WORLD) as db:
        demo_workshop.make(db, shelf, by=coordinator or "demo", key=key, now=now)
    return Loaded(tuple(published), tuple(refused), made)


def _publish(store: Store, modules: Path, now: datetime) -> tuple[list[str], list[str]]:
    published, refused = [], []
    for folder in module_folders((modules,)):
        try:
            files = read_folder(folder)
            with store.read(Scope.nobody()) as db:
                is_known = library.is_current(db, folder.name, files)
            if not is_known:
                prepared = library.prepare(folder.name, files)
                with store.write(Scope.nobody()) as db:
                    library.publish(db, folder.name, files, by="demo", now=now, prepared=prepared)
                    _told(db, Act("edition-published", NO_COUNTRY, "module", folder.name), now)
            published.append(folder.name)
        except library.NotPublishable as refusal:
            refused += [f"{folder.name}/{one}" for one in refusal.diagnostics if one.severity == "error"]
        except (FolderError, Problem) as problem:
            refused.append(f"{folder.name}: {problem}")
    return published, refused


def _staff(store: Store, one: Staff, now: datetime) -> int:
    form = SignUp(
        full_name=one.full_name, sign_in_name=one.sign_in_name, country=one.country, agency_type="welfare",
        work_role="frontline", locale=one.locale,
    )  # fmt: skip
    row = people.new_person(form, now=now)
    row.password_hash = passwords.hashed(PASSPHRASE)
    with store.write(WORLD) as db:
        db.add(row)
        db.flush()  # grants refer to it
        for role, over in one.roles:
            roles.grant_role(db, OPERATOR, row.id, role, over=over, now=now)
        _told(db, Act("person-added", row.country, "person", row.id), now)
    return 1


def _told(db: Session, act: Act, now: datetime) -> None:
    audit.write(db, [act], actor=audit.OPERATOR, now=now)


def _practitioner(store: Store, shelf: Shelf, name: str, code: str, country: Country, now: datetime) -> int:
    """Somebody with a past: made, and everything they did recorded, in one transaction."""
    chance = random.Random(name)  # noqa: S311  the same world every time
    began = now - timedelta(days=chance.randrange(*chance.choice(_WAVES)), hours=chance.randrange(10))
    form = SignUp(
        full_name=f"{chance.choice(country.first)} {chance.choice(country.second)}",
        sign_in_name=name,
        country=code,
        # Two agencies are large, the others small: a report has both to show and to hide.
        agency_type=chance.choice(["police"] * 6 + ["welfare"] * 5 + list(AGENCY_TYPES)),
        work_role=chance.choice(["frontline", "frontline", *WORK_ROLES]),
        sex=chance.choice([*SEXES, *SEXES, *SEXES, None]),
        # In a small country one language: each more is three modules to compile.
        locale=chance.choice(["en", country.locale]) if country.people > FEW else country.locale,
    )
    with store.write(WORLD) as db:
        row = people.new_person(form, now=began)
        db.add(row)
        db.flush()  # what they do refers to it
        for edition in editions.current_editions(db):
            if chance.random() < (0.1 if edition.module == country.seldom else 0.7):
                module = shelf.module(edition.id, row.locale, overlay_of(code))
                past = _Past(db, shelf, _identity(row), module, chance, began)
                past.learn()
        _told(db, Act("person-added", row.country, "person", row.id), now)
    return 1


def _identity(row: Person) -> Identity:
    return Identity(person_id=row.id, full_name=row.full_name, country=row.country, locale=row.locale)


class _Past:
    """What one person did in one module."""

    def __init__(
        self, db: Session, shelf: Shelf, who: Identity, module: Module, chance: random.Random, began: datetime
    ) -> None:
        self.db, self.shelf, self.who, self.module, self.chance, self.now = db, shelf, who, module, chance, began
        self.number = 0

    def learn(self) -> None:
        """Begin; most go on, some stop after a few lessons, and some need a second go at the quiz."""
        self.send("enrol")
        diligence = self.chance.random()
        lessons = [unit for unit in self.module.units if unit.kind == "lesson"]
        for unit in lessons if diligence > 0.3 else lessons[: self.chance.randrange(len(lessons) + 1)]:
            self.send("unit-done", unit=unit.id)
        if diligence > 0.4:
            for unit in self.module.units:
                if unit.kind == "quiz":
                    self.quiz(unit)
                elif unit.kind == "test" and self.module.completion.test is not None:
                    self.take(unit, "post", 0.95)

    def quiz(self, unit: Unit) -> None:
        if not self.take(unit, "quiz", self.chance.choice([0.5, 0.9, 1.0])):
            self.take(unit, "quiz", 1.0)

    def take(self, unit: Unit, purpose: record.Purpose, skill: float) -> bool:
        """One go; `skill` is the share of questions answered rightly, the others stay open. True: passed."""
        attempt_id = str(self.send("start", unit=unit.id, purpose=purpose).extra["attempt_id"])
        row = self.db.scalars(select(Attempt).where(Attempt.id == attempt_id)).one()
        for planned in assessment.plan(unit, row.seed, row.form):
            if planned.item.type != "reflect" and self.chance.random() < skill:
                self.send("answer", attempt_id=attempt_id, question=planned.item.id, answer=right_answer(planned.item))
        return bool(self.send("hand-in", attempt_id=attempt_id).extra["passed"])

    def send(self, kind: record.Kind, **values: Any) -> record.Verdict:
        self.number += 1
        self.now += timedelta(minutes=self.chance.randrange(1, 20))
        event = Event(
            id=str(uuid.uuid5(_IDS, f"{self.who.person_id} {self.module.slug} {self.number}")),
            kind=kind, person_id=self.who.person_id, country=self.who.country, module=self.module.slug,
            locale=self.who.locale, **values,
        )  # fmt: skip
        verdict = record.record(self.db, self.shelf, [event], now=self.now)[0]
        if verdict.status == "rejected":
            raise Refused(verdict.code, **verdict.params)
        return verdict
