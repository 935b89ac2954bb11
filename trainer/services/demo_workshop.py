"""Workshops of the demo world: one of twelve people who wrote their tests on paper, closed; and one that is to come."""

from __future__ import annotations

import random
from datetime import datetime, time, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from trainer.assessment import Planned
from trainer.services import editions, lessons, readings, room, sheets, timetable, workshops
from trainer.services.calendar import zone
from trainer.services.demo_answers import right_answer
from trainer.services.sheets import SheetRow
from trainer.services.shelf import Shelf
from trainer.services.workshop_rows import found
from trainer.services.workshops import Facts
from trainer.sheets.filling import marks_of
from trainer.sheets.typing import Mark
from trainer.store.models import Person
from trainer.store.workshops import Workshop

HERE = "KH"
PEOPLE = 12
MODULE = "recognising-indicators"
SKILL = {"pre": 0.35, "quiz": 1.0, "post": 0.85}
"""Share of questions that are answered rightly."""


def make(db: Session, shelf: Shelf, *, by: str, key: str, now: datetime) -> bool:
    """Make both, unless there is a workshop already, or no module to teach. -> whether they were made"""
    titles = {row.module: row.title for row in editions.current_editions(db)}
    if MODULE not in titles or db.scalars(select(Workshop.id).where(Workshop.country == HERE)).first():
        return False
    past = _workshop(db, "Harbour police and shelters", now - timedelta(days=12), titles, by, now)
    _workshop(db, "Labour inspectors, first course", now + timedelta(days=9), titles, by, now)
    people = db.scalars(
        select(Person.id).where(Person.country == HERE, Person.sign_in_name.startswith("demo-kh-"))
        .order_by(Person.sign_in_name.desc()).limit(PEOPLE)
    ).all()  # fmt: skip
    for person_id in people:
        room.add_person(db, {HERE}, past, person_id, now=now)
    _teach(db, shelf, past, key, now)
    return True


def _workshop(db: Session, title: str, begins: datetime, titles: dict[str, str], by: str, now: datetime) -> str:
    day = begins.astimezone(zone(HERE)).date()
    facts = Facts(
        title=title, place="Phnom Penh", country=HERE, starts_on=day, ends_on=day + timedelta(days=1),
        locales=("km", "en"), modules=(MODULE,), facilitators=("Sok Vibol",),
    )  # fmt: skip
    return workshops.create(db, {HERE}, facts, titles=titles, by=by, now=now)


def _teach(db: Session, shelf: Shelf, workshop_id: str, key: str, now: datetime) -> None:
    """Everybody came and wrote the tests; two sheets have not come back."""
    workshop = found(db, {HERE}, workshop_id)
    chance = random.Random(workshop.title)  # noqa: S311  the same world every time
    for part in timetable.sessions(db, {HERE}, workshop_id):
        room.everybody(db, {HERE}, workshop_id, part.id, by="demo", now=now)
    rows = sheets.issue(db, shelf, workshop, sheets.PURPOSES, blanks=3, key=key, now=now)
    written = datetime.combine(workshop.ends_on, time(18), zone(HERE))
    for row in [row for row in rows if row.participant_id is not None][:-2]:
        readings.type_in(db, shelf, {HERE}, row.code, _marks(shelf, row, chance), again=False, by="demo", now=written)
    workshops.close(
        db, {HERE}, workshop_id, now=now,
        record_attendance=lambda session, ident, moment: lessons.record_attendance(session, shelf, ident, moment),
    )  # fmt: skip


def _marks(shelf: Shelf, row: SheetRow, chance: random.Random) -> dict[int, Mark]:
    """A sheet as somebody with the skill of that hour fills it in; what they do not know stays open."""
    asked = sheets.asked(shelf, row)
    numbers = {(field.question, field.part): number for number, field in enumerate(asked.fields)}
    marks: dict[int, Mark] = {number: "" if field.kind == "line" else () for number, field in enumerate(asked.fields)}
    for planned in asked.plan:
        if planned.item.type != "reflect" and chance.random() < SKILL[row.purpose]:
            marks |= {numbers[planned.item.id, part]: mark for part, mark in _right(planned).items()}
    return marks


def _right(planned: Planned) -> dict[int, Mark]:
    return marks_of(planned, right_answer(planned.item))
