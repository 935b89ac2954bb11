"""A crowd for the demo world: enough people in one country and two quarters that its report has figures to show.

Everybody else of the demo goes through the services, event by event, which takes a twentieth of a second for each. The
crowd is written as rows, all at once, and counted from them; marking is the real one.
"""

from __future__ import annotations

import random
import uuid
from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy.orm import Session

from trainer import assessment
from trainer.content.model import Item, Module, Question, Unit
from trainer.services import calendar, codes, editions, periods, recounting
from trainer.services.completing import planned_minutes
from trainer.services.demo_answers import right_answer
from trainer.services.demo_people import COUNTRIES
from trainer.services.editions import EditionRow
from trainer.services.progress import overlay_of
from trainer.services.shelf import Shelf
from trainer.store.models import (
    Attempt,
    Base,
    Certificate,
    CompletionRow,
    Enrolment,
    Person,
    Response,
    UnitDone,
)
from trainer.store.statements import insert_all_new, insert_people

HERE = "KH"
PEOPLE = 150
"""Half of them in each of the two quarters that ended last."""
FIRST, LAST = (f"demo-c{number:03}" for number in (1, PEOPLE))
"""Their ids and sign-in names: one range, which is counted by itself."""
AGENCIES = ("police",) * 4 + ("welfare",) * 3 + ("labour",) * 2
ROLES = ("frontline",) * 3 + ("supervisor",)


def make(db: Session, shelf: Shelf, *, now: datetime) -> int:
    """Make them all and count them. -> how many"""
    modules = {
        locale: [(row, shelf.module(row.id, locale, overlay_of(HERE))) for row in editions.current_editions(db)]
        for locale in ("en", COUNTRIES[HERE].locale)
    }
    last = periods.last_ended(calendar.today(HERE, now))
    crowd = _Crowd(db, (periods.previous(last) or last, last))
    for number in range(1, PEOPLE + 1):
        crowd.person(number, modules)
    crowd.write()
    recounting.of_people(db, (FIRST, LAST)).write(db)
    return PEOPLE


class _Crowd:
    """Rows that are to be written."""

    def __init__(self, db: Session, quarters: Sequence[str]) -> None:
        self.db = db
        self.days = [(date.fromisoformat(f"{periods.months(one)[0]}-01"), periods.day_after(one)) for one in quarters]
        self.rows: defaultdict[type[Base], list[dict[str, Any]]] = defaultdict(list)
        self.chance = random.Random(FIRST)  # noqa: S311  the same world every time

    def write(self) -> None:
        insert_people(self.db, self.rows[Person])
        for table in (Enrolment, UnitDone, Attempt, Response, CompletionRow, Certificate):
            insert_all_new(self.db, table, self.rows[table])

    def add(self, table: type[Base], **row: Any) -> None:
        self.rows[table].append(row)

    def person(self, number: int, modules: dict[str, list[tuple[EditionRow, Module]]]) -> None:
        chance, country = self.chance, COUNTRIES[HERE]
        first, after = self.days[number % len(self.days)]
        day = first + timedelta(days=chance.randrange((after - first).days - 1))
        began = datetime.combine(day, time(chance.randrange(8, 14)), calendar.zone(HERE))
        name, locale = f"demo-c{number:03}", chance.choice(list(modules))
        who = {
            "agency_type": chance.choice(AGENCIES), "work_role": chance.choice(ROLES),
            "sex": ("woman", "man")[chance.random() < 0.55],
        }  # fmt: skip
        self.add(
            Person, id=name, country=HERE, sign_in_name=name, locale=locale, created_at=began, **who,
            full_name=f"{chance.choice(country.first)} {chance.choice(country.second)} (demo {number})",
        )  # fmt: skip
        for edition, module in modules[locale]:
            if chance.random() < 0.7:
                _Course(self, edition, module, {"person_id": name, "country": HERE}, who, locale, began).take()
                began += timedelta(hours=3)


class _Course:
    """One person in one module."""

    def __init__(
        self, crowd: _Crowd, edition: EditionRow, module: Module, mine: dict[str, str], who: dict[str, Any],
        locale: str, began: datetime,
    ) -> None:  # fmt: skip
        self.crowd, self.module, self.mine, self.who, self.locale = crowd, module, mine, who, locale
        self.chance, self.at = crowd.chance, began
        self.mode = self.chance.choice(("online", "workshop"))
        self.about = {**mine, "module": module.slug, "edition_id": edition.id}

    def take(self) -> None:
        """Most go on to the end, some stop after the lessons; what they know grows."""
        month = calendar.month(self.at, HERE)
        tests = [unit for unit in self.module.units if unit.kind == "test"]
        forms = [form for form, _ in zip(tests[0].forms if tests else (), "12", strict=False)]
        self.crowd.add(
            Enrolment, **self.about, **self.who, id=self.key(), mode=self.mode, locale=self.locale,
            started_at=self.at, pre_form=forms[0] if forms else None, month=month,
        )  # fmt: skip
        skill = self.chance.uniform(0.2, 0.7)
        for unit in tests:
            self.sit(unit, "pre", 1, skill, forms[0] if forms else None)
        for unit in self.module.units:
            if unit.kind == "lesson":
                self.crowd.add(UnitDone, **self.about, id=self.key(), unit=unit.id, at=self.later())
        if self.chance.random() < 0.15:
            return
        skill += 0.25
        quizzes = [self.quiz(unit, skill) for unit in self.module.units if unit.kind == "quiz"]
        after = [self.sit(unit, "post", 1, skill, forms[-1] if forms else None) for unit in tests]
        self.complete(min(quizzes, default=None), max(after, default=None))

    def quiz(self, unit: Unit, skill: float) -> float:
        mark, number = assessment.pass_mark(self.module, unit) or 0, 1
        while (score := self.sit(unit, "quiz", number, skill if number == 1 else 1.0, None)) < mark:
            number += 1
        return score

    def sit(self, unit: Unit, purpose: str, number: int, skill: float, form: str | None) -> float:
        """-> the score"""
        attempt, seed, grades = self.key(), f"{self.chance.getrandbits(64):016x}", {}
        began = self.later()
        asked = [one.item for one in assessment.plan(unit, seed, form)]
        for item in asked:
            knows = item.type != "reflect" and self.chance.random() < skill
            answer = right_answer(item) if knows else self.wrong(item)
            if answer is None:
                continue
            grades[item.id] = grade = assessment.grade(item, answer, self.locale)
            self.crowd.add(
                Response, **self.mine, id=self.key(), attempt_id=attempt, question=item.id, rev=item.rev,
                answer=answer, points=grade.points, max_points=grade.max_points, correct=grade.correct,
                critical=grade.critical, locale=self.locale, at=began, client_time=None, source="web", late=False,
            )  # fmt: skip
        score, mark = assessment.score(asked, grades).percent, assessment.pass_mark(self.module, unit)
        self.crowd.add(
            Attempt, **self.about, id=attempt, unit=unit.id, purpose=purpose, number=number, form=form, seed=seed,
            mode=self.mode, started_at=began, handed_in_at=self.at, score=score,
            passed=None if purpose == "pre" or mark is None else score >= mark, month=calendar.month(self.at, HERE),
        )  # fmt: skip
        return score

    def wrong(self, item: Item) -> dict[str, Any] | None:
        """The first wrong answer more often than others; where there are no single ones, none."""
        if not isinstance(item, Question) or item.type not in ("single", "truefalse"):
            return None
        wrong = [at for at, option in enumerate(item.options) if not option.correct]
        return {"chosen": [self.chance.choice([wrong[0], *wrong])]}

    def complete(self, quiz: float | None, test: float | None) -> None:
        done, minutes = self.key()[:22], planned_minutes(self.module, self.mode)
        self.crowd.add(
            CompletionRow, **self.about, **self.who, id=done, mode=self.mode, locale=self.locale, quiz_score=quiz,
            test_score=test, minutes=minutes, at=self.at, month=calendar.month(self.at, HERE),
        )  # fmt: skip
        name = self.crowd.rows[Person][-1]["full_name"]
        self.crowd.add(
            Certificate, **self.mine, code=codes.new(codes.CERTIFICATE_LENGTH), completion_id=done, name=name,
            issued_at=self.at, revoked_at=None,
        )  # fmt: skip

    def later(self) -> datetime:
        self.at += timedelta(minutes=self.chance.randrange(3, 12))
        return self.at

    def key(self) -> str:
        return str(uuid.UUID(int=self.chance.getrandbits(128), version=4))
