"""Assignments: what people of a country are asked to complete, and by which day.

The countries that the asker answers for are a required argument. Whom an assignment concerns, and who is done with it,
is read from the register each time: nothing has to be kept in step.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, case, func, literal, select, union_all
from sqlalchemy.orm import Session

from trainer.content.paths import Paths
from trainer.services import editions, workshop_rows
from trainer.services.calendar import today
from trainer.services.problems import SENTENCES, Invalid, NotFound, Refused
from trainer.store.models import CompletionRow, Person, new_id
from trainer.store.paths import Assignment
from trainer.store.workshops import Participant, Workshop
from trainer.vocabulary import AGENCY_TYPES, N_

SENTENCES["assignment-what"] = N_("Choose a path, or at least one module.")
SENTENCES["assignment-both"] = N_("Choose a path or modules, not both.")
SENTENCES["assignment-target"] = N_("Choose where people work or a workshop, not both.")
SENTENCES["assignment-past"] = N_("The last day cannot be in the past.")
SENTENCES["assignment-far"] = N_("Look at the year of this day.")
SENTENCES["assignment-many"] = N_("There are %(maximum)s open assignments in this country. Withdraw one first.")

LONGEST_DAYS = 3_660
MOST_OPEN = 100
"""In one country: people who are asked for everything do nothing."""
MOST_NAMES = 500
_ID = re.compile(r"[A-Za-z0-9_-]{1,22}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What a coordinator asks for."""

    country: str
    path: str | None
    """Id of a path, or None for `modules`."""
    modules: tuple[str, ...]
    agency_type: str | None
    workshop_id: str | None
    """At most one of the two; neither: everybody in the country."""
    due_on: date
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AssignmentRow(Wish):
    """An assignment, with what it comes to now."""

    id: str
    created_at: datetime
    withdrawn_at: datetime | None
    workshop: str | None
    """Title."""
    needed: tuple[str, ...]
    """Slugs of the published modules that have to be completed; empty as long as none is published."""


class Share(NamedTuple):
    """How many people an assignment concerns, and how many of them are done."""

    people: int
    done: int


class NotDone(NamedTuple):
    """Somebody who still has something to do."""

    person_id: str
    full_name: str
    completed: int
    """Modules of those needed."""


def published(db: Session) -> frozenset[str]:
    """Slugs that can be completed: published, and not archived. One statement."""
    return frozenset(row.module for row in editions.current_editions(db) if not row.is_archived)


def assign(db: Session, countries: Collection[str], wish: Wish, *, paths: Paths, by: str, now: datetime) -> str:
    """The assignment's id. `by`: id of the person.

    Raises NotFound for a country or workshop that is not among `countries`, Invalid (with `field`), Refused.
    """
    if wish.country not in countries:
        raise NotFound
    note = _checked(db, wish, paths, today(wish.country, now))
    if wish.workshop_id is not None:
        workshop = workshop_rows.found(db, {wish.country}, wish.workshop_id)
        if workshop.deleted_at is not None:
            raise Invalid("choice-unknown", field="workshop")
    is_open = (Assignment.country == wish.country) & Assignment.withdrawn_at.is_(None)
    is_open &= Assignment.due_on >= today(wish.country, now)
    if (db.scalar(select(func.count()).select_from(Assignment).where(is_open)) or 0) >= MOST_OPEN:
        raise Refused("assignment-many", maximum=MOST_OPEN)
    row = Assignment(
        id=new_id(), country=wish.country, path=wish.path, modules=list(wish.modules), agency_type=wish.agency_type,
        workshop_id=wish.workshop_id, due_on=wish.due_on, note=note, created_at=now, created_by=by, withdrawn_at=None,
    )  # fmt: skip
    db.add(row)
    db.flush()
    return row.id


def _checked(db: Session, wish: Wish, paths: Paths, day: date) -> str:
    """The note as it is kept. Raises Invalid."""
    if not wish.path and not wish.modules:
        raise Invalid("assignment-what", field="path")
    if wish.path and wish.modules:
        raise Invalid("assignment-both", field="path")
    if wish.path and wish.path not in paths.paths:
        raise Invalid("choice-unknown", field="path")
    if not set(wish.modules) <= published(db):
        raise Invalid("choice-unknown", field="modules")
    if wish.agency_type and wish.workshop_id:
        raise Invalid("assignment-target", field="agency_type")
    if wish.agency_type and wish.agency_type not in AGENCY_TYPES:
        raise Invalid("choice-unknown", field="agency_type")
    if wish.due_on < day:
        raise Invalid("assignment-past", field="due_on")
    if wish.due_on > day + timedelta(days=LONGEST_DAYS):
        raise Invalid("assignment-far", field="due_on")
    return workshop_rows.line(wish.note, "note") if wish.note.strip() else ""


def withdraw(db: Session, countries: Collection[str], assignment_id: str, *, now: datetime) -> str:
    """Nobody is asked for it any more; nothing is deleted. -> its country. Raises NotFound."""
    row = _found(db, countries, assignment_id)
    row.withdrawn_at = row.withdrawn_at or now
    return row.country


def restore(db: Session, countries: Collection[str], assignment_id: str) -> str:
    """Undo `withdraw`. -> its country. Raises NotFound."""
    row = _found(db, countries, assignment_id)
    row.withdrawn_at = None
    return row.country


def _found(db: Session, countries: Collection[str], assignment_id: str) -> Assignment:
    if not _ID.fullmatch(assignment_id):
        raise NotFound
    mine = (Assignment.id == assignment_id) & Assignment.country.in_(sorted(set(countries)))
    row = db.scalar(select(Assignment).where(mine).with_for_update())
    if row is None:
        raise NotFound
    return row


# --------------------------------------------------------------------- reading


def assignments(db: Session, countries: Collection[str], paths: Paths) -> tuple[AssignmentRow, ...]:
    """Of these countries, the nearest day first, withdrawn ones among them. Two statements."""
    return _rows(db, paths, Assignment.country.in_(sorted(set(countries))))


def assignment(db: Session, countries: Collection[str], paths: Paths, assignment_id: str) -> AssignmentRow:
    """One, withdrawn or not. Two statements. Raises NotFound."""
    if not _ID.fullmatch(assignment_id):
        raise NotFound
    mine = (Assignment.id == assignment_id) & Assignment.country.in_(sorted(set(countries)))
    rows = _rows(db, paths, mine)
    if not rows:
        raise NotFound
    return rows[0]


def of_person(
    db: Session, paths: Paths, person_id: str, country: str, agency_type: str, *, now: datetime
) -> tuple[AssignmentRow, ...]:
    """What somebody is asked for: not withdrawn, and not overdue for more than a year. Two statements.

    Needs a session over the country: assignments are not rows of the person.
    """
    inside = select(Participant.workshop_id).where(Participant.person_id == person_id)
    concerns = (
        (Assignment.agency_type.is_(None) & Assignment.workshop_id.is_(None))
        | (Assignment.agency_type == agency_type)
        | Assignment.workshop_id.in_(inside)
    )
    recent = Assignment.due_on >= today(country, now) - timedelta(days=366)
    return _rows(db, paths, (Assignment.country == country) & Assignment.withdrawn_at.is_(None) & recent & concerns)


def open_everywhere(db: Session, paths: Paths, *, since: date) -> tuple[AssignmentRow, ...]:
    """Those of every country that reminders may be about: due on `since` or later. Two statements."""
    return _rows(db, paths, Assignment.withdrawn_at.is_(None) & (Assignment.due_on >= since))


def by_ids(db: Session, paths: Paths, ids: Collection[str]) -> tuple[AssignmentRow, ...]:
    """Those of these ids that are there. Two statements."""
    return _rows(db, paths, Assignment.id.in_(ids))


def _rows(db: Session, paths: Paths, where: ColumnElement[bool]) -> tuple[AssignmentRow, ...]:
    there = published(db)
    query = (
        select(Assignment, Workshop.title)
        .outerjoin(Workshop, (Workshop.id == Assignment.workshop_id) & (Workshop.country == Assignment.country))
        .where(where, Workshop.deleted_at.is_(None))
        .order_by(Assignment.due_on, Assignment.id)
    )
    return tuple(_row(row, title, paths, there) for row, title in db.execute(query))


def _row(row: Assignment, workshop: str | None, paths: Paths, there: Collection[str]) -> AssignmentRow:
    path = paths.paths.get(row.path or "")
    wanted = path.required if path else row.modules
    return AssignmentRow(
        id=row.id, country=row.country, path=row.path, modules=tuple(row.modules), agency_type=row.agency_type,
        workshop_id=row.workshop_id, due_on=row.due_on, note=row.note, created_at=row.created_at,
        withdrawn_at=row.withdrawn_at, workshop=workshop, needed=tuple(slug for slug in wanted if slug in there),
    )  # fmt: skip


def shares(db: Session, rows: Sequence[AssignmentRow]) -> dict[str, Share]:
    """Assignment id → its counts. One statement, whatever their number; it looks at everybody concerned."""
    if not rows:
        return {}
    parts = [
        select(
            literal(row.id).label("id"),
            func.count().label("people"),
            func.coalesce(func.sum(case((_completed(row) == len(row.needed), 1), else_=0)), 0).label("done"),
        ).where(concerned(row))
        if row.needed
        else select(literal(row.id), func.count(Person.id), literal(0)).where(concerned(row))
        for row in rows
    ]
    query: Any = union_all(*parts) if len(parts) > 1 else parts[0]
    return {id_: Share(people, done) for id_, people, done in db.execute(query)}


def not_done(db: Session, row: AssignmentRow) -> tuple[NotDone, ...]:
    """Who still has something to do, by name; at most `MOST_NAMES`. One statement."""
    query = (
        select(Person.id, Person.full_name, _completed(row))
        .where(open_people(row))
        .order_by(Person.name_order, Person.id)
        .limit(MOST_NAMES)
    )
    return tuple(NotDone(*found) for found in db.execute(query))


def open_people(row: AssignmentRow) -> ColumnElement[bool]:
    """Condition on `Person`: concerned, and not done."""
    is_open: ColumnElement[bool] = _completed(row) < max(1, len(row.needed))
    return concerned(row) & is_open


def _completed(row: AssignmentRow) -> Any:
    """How many of the needed modules a `Person` completed."""
    mine = (CompletionRow.person_id == Person.id) & CompletionRow.module.in_(row.needed)
    return select(func.count()).select_from(CompletionRow).where(mine).correlate(Person).scalar_subquery()


def concerned(row: AssignmentRow) -> ColumnElement[bool]:
    """Condition on `Person`. Shut accounts and test accounts are asked for nothing."""
    people = (Person.country == row.country) & Person.disabled_at.is_(None) & Person.is_test.is_(False)
    if row.agency_type:
        people &= Person.agency_type == row.agency_type
    if row.workshop_id:
        people &= Person.id.in_(select(Participant.person_id).where(Participant.workshop_id == row.workshop_id))
    return people


__all__ = [
    "AssignmentRow", "NotDone", "Share", "Wish", "assign", "assignment", "assignments", "by_ids", "concerned",
    "not_done", "of_person", "open_everywhere", "open_people", "published", "restore", "shares", "withdraw",
]  # fmt: skip
