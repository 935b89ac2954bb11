"""Lessons heard in a room: whoever was at every session of a module has heard its lessons.

Recorded when a workshop is closed. The ids follow from workshop, participant and lesson, so that closing again adds
only what is new; who turns out not to have been there loses the lessons again.
"""

from __future__ import annotations

import uuid
from collections import defaultdict
from datetime import datetime, time
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from trainer.services import editions, record
from trainer.services.calendar import zone
from trainer.services.progress import overlay_of
from trainer.services.record import Event
from trainer.services.shelf import Shelf
from trainer.store.models import Person, UnitDone
from trainer.store.workshops import Attendance, Participant, Workshop, WorkshopSession

_CHUNK = 1_000
"""Values in one IN list."""
_HEARD = uuid.UUID("b7b6f0a2-5e1d-4a0e-9a57-0d4c5f1f7a10")


class _Here(NamedTuple):
    participant_id: str
    person_id: str
    locale: str


def record_attendance(db: Session, shelf: Shelf, workshop_id: str, now: datetime) -> int:
    """Make records of who was where. Shut accounts are left out. -> lessons recorded now"""
    workshop = db.get(Workshop, workshop_id)
    assert workshop is not None
    people = [_Here(*row) for row in db.execute(
        select(Participant.id, Participant.person_id, Participant.locale)
        .join(Person, Person.id == Participant.person_id)
        .where(Participant.workshop_id == workshop_id, Person.disabled_at.is_(None))
        .order_by(Participant.number)
    )]  # fmt: skip
    held = db.execute(
        select(WorkshopSession.id, WorkshopSession.module, WorkshopSession.held_on).where(
            WorkshopSession.workshop_id == workshop_id, WorkshopSession.module.is_not(None)
        )
    ).all()
    was_at: defaultdict[str, set[str]] = defaultdict(set)
    for row in db.execute(
        select(Attendance.participant_id, Attendance.session_id)
        .join(WorkshopSession, WorkshopSession.id == Attendance.session_id)
        .where(WorkshopSession.workshop_id == workshop_id)
    ):
        was_at[row.participant_id].add(row.session_id)
    recorded = 0
    for slug in workshop.modules:
        parts = {row.id for row in held if row.module == slug}
        lessons = _lessons(db, shelf, workshop, slug)
        there = [one for one in people if parts and parts <= was_at[one.participant_id]]
        day = max((row.held_on for row in held if row.module == slug), default=workshop.ends_on)
        at = min(now, datetime.combine(day, time(17), zone(workshop.country)))
        recorded += _record(db, shelf, workshop, slug, lessons, there, at)
        here = set(there)
        _take_back(db, shelf, workshop, lessons, [one for one in people if one not in here], now)
    return recorded


def _record(
    db: Session, shelf: Shelf, workshop: Workshop, slug: str, lessons: list[str], there: list[_Here], at: datetime
) -> int:
    events = [
        Event(
            id=_id(workshop.id, one.participant_id, unit),
            kind="unit-done",
            person_id=one.person_id,
            country=workshop.country,
            module=slug,
            unit=unit,
            locale=one.locale,
            mode="workshop",
        )
        for one in there
        for unit in lessons
    ]
    return sum(verdict.status == "stored" for verdict in record.record(db, shelf, events, now=at))


def _take_back(
    db: Session, shelf: Shelf, workshop: Workshop, lessons: list[str], away: list[_Here], now: datetime
) -> None:
    wrong = {_id(workshop.id, one.participant_id, unit): one for one in away for unit in lessons}
    ids = list(wrong)
    for start in range(0, len(ids), _CHUNK):
        some = ids[start : start + _CHUNK]
        for found in db.scalars(select(UnitDone.id).where(UnitDone.id.in_(some))).all():
            record.withdraw(db, shelf, wrong[found].person_id, workshop.country, unit_done_id=found, now=now)


def _lessons(db: Session, shelf: Shelf, workshop: Workshop, slug: str) -> list[str]:
    edition = editions.current_edition(db, slug)
    if edition is None:
        return []
    module = shelf.module(edition.id, None, overlay_of(workshop.country))
    return [unit.id for unit in module.units if unit.kind == "lesson"]


def _id(workshop_id: str, participant_id: str, unit: str) -> str:
    return str(uuid.uuid5(_HEARD, f"{workshop_id} {participant_id} {unit}"))
