"""A register to which anything that can happen happens, in any order, and in which the power fails at any moment."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from sqlalchemy import event, select
from sqlalchemy.orm import Session

from tests.factories import a_person, an_identity
from tests.services.papers import KEY, Room
from tests.services.test_counting import SYSTEM, differences
from tests.services.world import COURSE, RIGHT, WRONG, Learner, person, publish
from trainer.access import COORDINATOR, Identity
from trainer.content.paths import LearningPath, Paths, Step
from trainer.services import (
    ageing,
    counting,
    cutoffs,
    forgetting,
    merging,
    person_corrections,
    readings,
    retention,
    room,
    sheets,
    transfers,
)
from trainer.services.library import Shelf
from trainer.services.person_corrections import Correction
from trainer.services.problems import Problem
from trainer.services.retention import Times
from trainer.store.engine import Store
from trainer.store.guard import ScopedSession
from trainer.store.leaving import RetentionDay
from trainer.store.models import Person
from trainer.store.paths import Renewal
from trainer.store.workshops import Sheet, Workshop

BOTH = frozenset({"KH", "LA"})
MODULES = ("course", "other")
PATHS = Paths(
    dict.fromkeys(MODULES, "A course"),
    {"police": LearningPath("police", "Police", ("police", "ngo", "health"), 2, (Step("course", "required"),))},
)
"""What is completed counts for two months, so that much is renewed."""
TIMES = Times(timedelta(days=500), timedelta(days=200), timedelta(days=300))
WRITES = ("INSERT", "UPDATE", "DELETE")


class PowerCut(Exception):  # noqa: N818  named for what happens
    """Between two statements, or before the commit."""


def coordinator(store: Store, *countries: str) -> Identity:
    with store.write(SYSTEM) as db:
        return an_identity(a_person(db), COORDINATOR, countries=set(countries) or BOTH)


def printed(store: Store) -> dict[Any, dict[str, int]]:
    """Every count that a report reads."""
    with store.read(SYSTEM) as db:
        return counting.stored(db).changes()


class Register:
    """People who learn on screen and on paper, and everything that can become of them."""

    def __init__(self, store: Store, seed: int) -> None:
        self.store, self.chance = store, random.Random(seed)
        self.room = Room(store, people=0, modules=dict.fromkeys(MODULES, COURSE))
        self.shelf = self.room.shelf = Shelf(store, paths=PATHS)
        self.now = self.room.now
        self.me = coordinator(store)
        self.is_armed = False
        self.editions = 1
        self.done: Counter[str] = Counter()
        """Acts by their names; `power cuts` among them."""
        for number in range(12):
            sex = self.chance.choice(["woman", "man", None])
            person(store, country=self.chance.choice(["KH", "LA"]), sex=sex, is_test=number == 0)

    ACTS: tuple[tuple[str, int], ...] = (
        ("learn", 12), ("paper", 4), ("take_paper_back", 1), ("correct", 2), ("merge", 2), ("separate", 2), ("move", 2),
        ("forget", 1), ("thin_out", 1), ("grow_old", 1), ("fix", 1), ("new_edition", 1), ("wait", 2),
    )  # fmt: skip
    """And how often, beside each other."""

    def run(self, acts: int, *, every: int = 1) -> None:
        """So many acts; what was counted is compared with a recount after each `every` of them, and at the end."""
        names, weights = zip(*self.ACTS, strict=True)
        chosen = self.chance.choices(names, weights, k=acts)
        for number, name in enumerate(chosen, 1):
            with self.power_cuts():
                self.done[name] += 1
                getattr(self, name)()
            if number % every == 0 or number == acts:
                self.check(f"{name}, act {number}")

    def check(self, after: str) -> None:
        assert differences(self.store) == {}, after
        assert all(value >= 0 for measures in printed(self.store).values() for value in measures.values()), after
        with self.store.read(SYSTEM) as db:
            assert cutoffs.broken(db, None) == [], after

    @contextmanager
    def power_cuts(self) -> Iterator[None]:
        """Whatever is written meanwhile may be cut off, and what was to come after it in the same act with it."""

        def before_commit(session: Session) -> None:
            self._perhaps(0.03)

        def before_statement(connection: object, cursor: object, statement: str, *rest: object) -> None:
            if statement.startswith(WRITES):
                self._perhaps(0.004)

        event.listen(ScopedSession, "before_commit", before_commit)
        event.listen(self.store.engine, "before_cursor_execute", before_statement)
        self.is_armed = True
        try:
            yield
        except PowerCut:
            self.done["power cuts"] += 1
        except Problem:
            self.done["refusals"] += 1
        finally:
            self.is_armed = False
            event.remove(ScopedSession, "before_commit", before_commit)
            event.remove(self.store.engine, "before_cursor_execute", before_statement)

    def _perhaps(self, share: float) -> None:
        if self.is_armed and self.chance.random() < share:
            raise PowerCut

    def act(self, act: Callable[[Session], object]) -> None:
        with self.store.write(SYSTEM) as db:
            act(db)

    def unchanged(self, act: Callable[[], object]) -> None:
        """What is printed does not change by it, nor by half of it."""
        before = printed(self.store)
        try:
            act()
        finally:
            assert printed(self.store) == before

    def one(self, *where: Any) -> Person | None:
        query = select(Person).where(Person.id != self.me.person_id, *where)
        with self.store.read(SYSTEM) as db:
            found = list(db.scalars(query.order_by(Person.created_at, Person.sign_in_name)))
        return self.chance.choice(found) if found else None

    # ------------------------------------------------------------- learning

    def learn(self) -> None:
        who = self.one(Person.disabled_at.is_(None), Person.merged_into.is_(None))
        if who is None:
            return
        one = Learner(self.store, self.shelf, an_identity(who), self.chance.choice(MODULES), self.now)
        renewed = self._renewals()
        act = self.chance.randrange(6)
        if act == 0:
            one.do("enrol", mode=self.chance.choice(["online", "workshop"]))
        elif act == 1:
            one.take("quiz", self.chance.choice([RIGHT, WRONG]))
        elif act == 2:
            self.sit(one, "post")
        elif act == 3:
            self.sit(one, "pre")
        else:
            one.do("unit-done", unit="first")
            one.do("unit-done", unit="second")
            one.take("quiz")
            self.sit(one, "post", RIGHT)
        self.done["renewals"] += self._renewals() - renewed

    def sit(self, one: Learner, purpose: str, answers: Any = None) -> None:
        """A test; after two years of these few people, most have no attempt left."""
        begun = one.do("start", purpose=purpose, unit="test")
        if begun.status in ("stored", "duplicate"):
            given = answers or self.chance.choice([RIGHT, WRONG])
            one.answer(begun.extra["attempt_id"], **{name: given[name] for name in ("a1", "a2", "b1", "b2")})
            one.hand_in(begun.extra["attempt_id"])

    def paper(self) -> None:
        """Somebody comes into the room, and a sheet is typed in, months later perhaps: with the workshop's day."""
        self.room.now = self.now
        who = self.one(Person.country == "KH", Person.merged_into.is_(None), Person.disabled_at.is_(None))
        if who is None:
            return
        if who.id not in {row.person_id for row in self.room.read(room.participants, BOTH, self.room.id)}:
            self.act(lambda db: room.add_person(db, BOTH, self.room.id, who.id, now=self.now))
        self.act(self._issue)
        code = self.sheet(Sheet.attempt_id.is_(None))
        if code is None:
            return
        row = self.room.read(sheets.find, BOTH, code)
        marks = self.room.marks(row, self.chance.choice([RIGHT, WRONG]))
        self.act(lambda db: readings.type_in(db, self.shelf, BOTH, code, marks, again=False, by="me", now=self.now))

    def _issue(self, db: Session) -> None:
        workshop = db.get(Workshop, self.room.id)
        assert workshop is not None
        sheets.issue(db, self.shelf, workshop, sheets.PURPOSES, blanks=0, key=KEY, now=self.now)

    def take_paper_back(self) -> None:
        code = self.sheet(Sheet.attempt_id.is_not(None))
        if code is not None:
            self.act(lambda db: readings.take_back(db, self.shelf, BOTH, code, now=self.now))

    def sheet(self, *where: Any) -> str | None:
        query = select(Sheet.code).where(Sheet.participant_id.is_not(None), *where).order_by(Sheet.code)
        with self.store.read(SYSTEM) as db:
            found = list(db.scalars(query))
        return self.chance.choice(found) if found else None

    def new_edition(self) -> None:
        self.editions += 1
        words = b"---\nid: card\ntitle: A card\nkind: job-aid\n---\n\nKeep it, %d.\n" % self.editions
        publish(self.store, self.chance.choice(MODULES), {**COURSE, "job-aid-card.md": words})

    # --------------------------------------------------- what becomes of people

    def correct(self) -> None:
        """Counts that were made stay."""
        who = self.one(Person.merged_into.is_(None))
        if who is None:
            return
        seen = person_corrections.held(who)
        new = Correction(
            full_name="Sok Dara", agency_type=self.chance.choice(["police", "ngo", "health"]), work_role="policy",
            sex=self.chance.choice(["woman", "man", None]), locale="en", email=None,
        )  # fmt: skip
        self.unchanged(lambda: self.act(lambda db: person_corrections.correct(db, BOTH, who.id, new, seen=seen)))

    def merge(self) -> None:
        kept = self.one(Person.merged_into.is_(None), Person.is_test.is_(False))
        if kept is None:
            return
        gone = self.one(
            Person.merged_into.is_(None),
            Person.is_test.is_(False),
            Person.country == kept.country,
            Person.id != kept.id,
        )
        if gone is not None:
            self.act(lambda db: merging.merge(db, BOTH, kept.id, gone.id, by="me", now=self.now))

    def separate(self) -> None:
        gone = self.one(Person.merged_into.is_not(None))
        if gone is not None:
            self.act(lambda db: merging.separate(db, BOTH, gone.id, now=self.now))

    def move(self) -> None:
        who = self.one()
        if who is not None:
            to = "LA" if who.country == "KH" else "KH"
            propose = lambda db: transfers.propose(db, self.me, who.id, to, "wish", now=self.now)  # noqa: E731
            self.unchanged(lambda: self.act(propose))

    def forget(self) -> None:
        """And somebody new comes."""
        who = self.one()
        try:
            if who is not None:
                self.unchanged(lambda: self.act(lambda db: forgetting.forget(db, BOTH, who.id, now=self.now)))
        finally:
            self.is_armed = False
            person(self.store, country=self.chance.choice(["KH", "LA"]), sex=self.chance.choice(["woman", "man", None]))

    def thin_out(self) -> None:
        who = self.one()
        if who is not None:
            before = self.now - timedelta(days=self.chance.randrange(200))
            self.unchanged(lambda: self.act(lambda db: ageing.thin_out(db, who.id, before=before, now=self.now)))

    def grow_old(self) -> None:
        """The daily look, as if there had been one on each of the last thirty days."""
        with self.store.write(SYSTEM) as db:
            there = set(db.scalars(select(RetentionDay.day)))
            days = {(self.now - timedelta(days=back)).date() for back in range(1, 31)}
            db.add_all([RetentionDay(day=day) for day in sorted(days - there)])
        self.unchanged(lambda: retention.look(self.store, TIMES, now=self.now))

    def fix(self) -> None:
        """Quarters are fixed; late sheets come after them."""
        self.unchanged(lambda: cutoffs.fix_due(self.store, BOTH, now=self.now, days=15))

    def wait(self) -> None:
        """Sometimes the clock is set back."""
        days = self.chance.randrange(1, 40) if self.chance.randrange(8) else -self.chance.randrange(1, 20)
        self.now += timedelta(days=days)

    def _renewals(self) -> int:
        with self.store.read(SYSTEM) as db:
            return len(list(db.scalars(select(Renewal.person_id))))
