"""Who is in the room of a workshop, and who was at which session.

Somebody in the room is a person of the register and needs no account: a number on the paper, a slip later. Numbers
are given in the order of joining and never twice.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from trainer.services import timetable
from trainer.services.problems import SENTENCES, Invalid, NotFound, Refused
from trainer.services.timetable import SessionRow
from trainer.services.workshop_rows import changeable, found, is_id
from trainer.store.models import Person, new_id
from trainer.store.statements import insert_all_new
from trainer.store.workshops import Attendance, Participant, Reading, Scan, Sheet, Workshop
from trainer.vocabulary import N_

SENTENCES["participant-has-sheets"] = N_("A sheet of this person has been scanned, typed or recorded. The person must "
                                         "stay in the workshop.")  # fmt: skip
SENTENCES["room-full"] = N_("A workshop can have at most %(maximum)s people.")

MOST_PEOPLE = 9_999
"""The highest number; a sheet's code has four digits for it."""
_CHUNK = 1_000
"""Values in one IN list."""


class ParticipantRow(NamedTuple):
    """Somebody in the room."""

    id: str
    number: int
    """Printed on sheets."""
    person_id: str
    full_name: str
    sign_in_name: str
    agency_type: str
    locale: str
    """Language of their papers."""
    walk_in: bool
    joined_at: datetime


class Grid(NamedTuple):
    """Who was where."""

    sessions: tuple[SessionRow, ...]
    participants: tuple[ParticipantRow, ...]
    present: Mapping[str, frozenset[int]]
    """Id of a session → numbers of those who were there."""


class Newcomer(NamedTuple):
    """A person of the register who joins."""

    person_id: str
    locale: str
    """Language of the person; the papers come in it if the workshop has it."""


def participants(db: Session, countries: Collection[str], workshop_id: str) -> tuple[ParticipantRow, ...]:
    """By number. Raises NotFound."""
    found(db, countries, workshop_id)
    return _participants(db, workshop_id)


def participant(db: Session, countries: Collection[str], workshop_id: str, number: int) -> ParticipantRow:
    """One of them. Raises NotFound."""
    found(db, countries, workshop_id)
    rows = _participants(db, workshop_id, number)
    if not rows:
        raise NotFound
    return rows[0]


def add_person(
    db: Session,
    countries: Collection[str],
    workshop_id: str,
    person_id: str,
    *,
    walk_in: bool = False,
    now: datetime,
) -> int:
    """Put somebody of the register, of the workshop's country, into the room; their number.

    Somebody who is there keeps number and language. Raises NotFound, Refused, Invalid when the room is full.
    """
    workshop = changeable(db, countries, workshop_id)
    query = select(Person).where(
        Person.id == person_id, Person.country == workshop.country, Person.merged_into.is_(None)
    )
    person = db.scalar(query) if is_id(person_id) else None
    if person is None:
        raise NotFound
    mine = (Participant.workshop_id == workshop_id) & (Participant.person_id == person_id)
    number = db.scalar(select(Participant.number).where(mine))
    return number or join(db, workshop, [Newcomer(person_id, person.locale)], walk_in=walk_in, now=now)[0]


def join(
    db: Session, workshop: Workshop, newcomers: Sequence[Newcomer], *, walk_in: bool, now: datetime
) -> tuple[int, ...]:
    """Give newcomers numbers, in their order. The workshop is locked, none of them is in it, all are of its country.

    Raises Invalid when the room is full.
    """
    first = workshop.last_number + 1
    if first + len(newcomers) - 1 > MOST_PEOPLE:
        raise Invalid("room-full", maximum=MOST_PEOPLE)
    workshop.last_number += len(newcomers)
    rows = [
        {
            "id": new_id(),
            "person_id": one.person_id,
            "country": workshop.country,
            "workshop_id": workshop.id,
            "number": number,
            "locale": papers(workshop, one.locale),
            "walk_in": walk_in,
            "joined_at": now,
        }
        for number, one in enumerate(newcomers, first)
    ]
    db.flush()
    insert_all_new(db, Participant, rows)
    return tuple(range(first, first + len(newcomers)))


def papers(workshop: Workshop, locale: str) -> str:
    """Language of the papers of somebody who reads `locale`: theirs if the workshop has it, otherwise its main one."""
    return locale if locale in workshop.locales else str(workshop.locales[0])


def set_language(db: Session, countries: Collection[str], workshop_id: str, number: int, locale: str) -> None:
    """Raises NotFound, Refused, Invalid for a language that the workshop has not."""
    workshop = changeable(db, countries, workshop_id)
    row = _row(db, workshop_id, number)
    if locale not in workshop.locales:
        raise Invalid("choice-unknown", field="locale")
    row.locale = locale


def remove(db: Session, countries: Collection[str], workshop_id: str, number: int) -> None:
    """Out of the room, with their ticks and their unread sheets; the person stays in the register.

    Nobody gets the number again. Raises NotFound, Refused when a sheet of theirs came back.
    """
    changeable(db, countries, workshop_id)
    row = _row(db, workshop_id, number)
    theirs = Sheet.participant_id == row.id
    came_back = (
        Sheet.recorded_at.is_not(None)
        | Sheet.code.in_(select(Reading.sheet_code))
        | Sheet.code.in_(select(Scan.sheet_code).where(Scan.sheet_code.is_not(None)))
    )
    if db.scalar(select(Sheet.code).where(theirs, came_back).limit(1)):
        raise Refused("participant-has-sheets")
    db.execute(delete(Sheet).where(theirs))
    db.execute(delete(Participant).where(Participant.id == row.id))


# ----------------------------------------------------------------- attendance


def attendance(db: Session, countries: Collection[str], workshop_id: str) -> Grid:
    """Raises NotFound."""
    parts = timetable.sessions(db, countries, workshop_id)
    people = _participants(db, workshop_id)
    numbers = {one.id: one.number for one in people}
    present: dict[str, set[int]] = {part.id: set() for part in parts}
    query = (
        select(Attendance.session_id, Attendance.participant_id)
        .join(Participant, Participant.id == Attendance.participant_id)
        .where(Participant.workshop_id == workshop_id)
    )
    for session_id, participant_id in db.execute(query):
        present[session_id].add(numbers[participant_id])
    return Grid(parts, people, {session_id: frozenset(there) for session_id, there in present.items()})


def set_attendance(
    db: Session,
    countries: Collection[str],
    workshop_id: str,
    ticks: Mapping[str, Collection[int]],
    *,
    shown: Collection[int] | None = None,
    by: str,
    now: datetime,
) -> int:
    """Make the sessions named in `ticks` say that these numbers were there; how many ticks changed.

    `shown`: the numbers that whoever ticked could see; the others are left as they are (None: everybody was seen).
    Sessions that are not named are left alone; numbers that nobody has are ignored.
    Raises NotFound for a session of another workshop, Refused.
    """
    workshop = changeable(db, countries, workshop_id)
    grid = attendance(db, countries, workshop_id)
    people = {one.number: one for one in grid.participants if shown is None or one.number in set(shown)}
    changed = 0
    for session_id, wanted in ticks.items():
        if session_id not in grid.present:
            raise NotFound
        before = grid.present[session_id] & people.keys()
        after = set(wanted) & people.keys()
        _untick(db, session_id, [people[number].id for number in sorted(before - after)])
        _tick(db, workshop, session_id, [people[number] for number in sorted(after - before)], by, now)
        changed += len(before ^ after)
    return changed


def everybody(
    db: Session, countries: Collection[str], workshop_id: str, session_id: str, *, by: str, now: datetime
) -> int:
    """Everybody was at this session; how many ticks are new. Raises NotFound, Refused."""
    numbers = [one.number for one in participants(db, countries, workshop_id)]
    return set_attendance(db, countries, workshop_id, {session_id: numbers}, by=by, now=now)


def _tick(
    db: Session, workshop: Workshop, session_id: str, people: Iterable[ParticipantRow], by: str, now: datetime
) -> None:
    rows: list[dict[str, Any]] = [
        {
            "session_id": session_id,
            "participant_id": one.id,
            "person_id": one.person_id,
            "country": workshop.country,
            "entered_at": now,
            "entered_by": by,
        }
        for one in people
    ]
    insert_all_new(db, Attendance, rows)


def _untick(db: Session, session_id: str, participant_ids: Sequence[str]) -> None:
    for start in range(0, len(participant_ids), _CHUNK):
        some = participant_ids[start : start + _CHUNK]
        db.execute(delete(Attendance).where(Attendance.session_id == session_id, Attendance.participant_id.in_(some)))


# ------------------------------------------------------------------- the rows


def _participants(db: Session, workshop_id: str, number: int | None = None) -> tuple[ParticipantRow, ...]:
    query = (
        select(
            Participant.id, Participant.number, Participant.person_id, Person.full_name, Person.sign_in_name,
            Person.agency_type, Participant.locale, Participant.walk_in, Participant.joined_at,
        )
        .join(Person, Person.id == Participant.person_id)
        .where(Participant.workshop_id == workshop_id)
        .order_by(Participant.number)
    )  # fmt: skip
    if number is not None:
        query = query.where(Participant.number == number)
    return tuple(ParticipantRow(*row) for row in db.execute(query))


def _row(db: Session, workshop_id: str, number: int) -> Participant:
    row = db.scalar(select(Participant).where(Participant.workshop_id == workshop_id, Participant.number == number))
    if row is None:
        raise NotFound
    return row
