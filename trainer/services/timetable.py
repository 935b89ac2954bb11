"""The sessions of a workshop: its parts, each with an attendance list of its own."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import NamedTuple

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from trainer.services.problems import SENTENCES, Invalid, NotFound, Refused
from trainer.services.workshop_rows import LONGEST_LINE, changeable, found, is_id, line
from trainer.store.workshops import Attendance, Workshop, WorkshopSession
from trainer.vocabulary import N_

SENTENCES["session-day"] = N_("Choose a day of the workshop.")
SENTENCES["session-attended"] = N_("People are ticked as present in this session. Take the ticks out first.")
SENTENCES["sessions-many"] = N_("A workshop can have at most %(maximum)s sessions.")
SENTENCES["module-not-taught"] = N_("Choose a module of the workshop.")

MOST_SESSIONS = 60


class SessionRow(NamedTuple):
    """One session."""

    id: str
    position: int
    """From 1."""
    title: str
    held_on: date
    module: str | None
    """Slug of the module taught there."""
    present: int
    """How many people are ticked."""


class SessionForm(NamedTuple):
    """What a coordinator writes about a session."""

    title: str
    held_on: date
    module: str | None = None


def suggested(
    modules: Sequence[str], titles: Mapping[str, str], starts_on: date, ends_on: date
) -> Iterator[SessionForm]:
    """A session for each module, spread over the days in their order."""
    days = (ends_on - starts_on).days + 1
    for at, slug in enumerate(modules):
        title = titles.get(slug, slug)[:LONGEST_LINE]
        yield SessionForm(title, starts_on + timedelta(days=at * days // len(modules)), slug)


def sessions(db: Session, countries: Collection[str], workshop_id: str) -> tuple[SessionRow, ...]:
    """In their order. Raises NotFound."""
    found(db, countries, workshop_id)
    query = (
        select(Attendance.session_id, func.count())
        .join(WorkshopSession, WorkshopSession.id == Attendance.session_id)
        .where(WorkshopSession.workshop_id == workshop_id)
        .group_by(Attendance.session_id)
    )
    ticked = dict(db.execute(query).all())
    return tuple(
        SessionRow(row.id, row.position, row.title, row.held_on, row.module, ticked.get(row.id, 0))
        for row in rows_of(db, workshop_id)
    )


def session(db: Session, countries: Collection[str], workshop_id: str, session_id: str) -> SessionRow:
    """One of them. Raises NotFound."""
    for row in sessions(db, countries, workshop_id):
        if row.id == session_id:
            return row
    raise NotFound


def add_session(db: Session, countries: Collection[str], workshop_id: str, form: SessionForm) -> str:
    """Put a session at the end; its id. Raises NotFound, Refused, Invalid."""
    workshop = changeable(db, countries, workshop_id)
    rows = rows_of(db, workshop_id)
    if len(rows) >= MOST_SESSIONS:
        raise Invalid("sessions-many", field="title", maximum=MOST_SESSIONS)
    row = WorkshopSession(
        workshop_id=workshop_id, country=workshop.country, position=len(rows) + 1, **_checked(workshop, form)
    )
    db.add(row)
    db.flush()
    order_modules(db, workshop)
    return row.id


def change_session(
    db: Session, countries: Collection[str], workshop_id: str, session_id: str, form: SessionForm
) -> None:
    """Raises NotFound, Refused, Invalid."""
    workshop = changeable(db, countries, workshop_id)
    row = row_of(db, workshop_id, session_id)
    for name, value in _checked(workshop, form).items():
        setattr(row, name, value)
    db.flush()
    order_modules(db, workshop)


def remove_session(db: Session, countries: Collection[str], workshop_id: str, session_id: str) -> None:
    """Raises NotFound, Refused when somebody is ticked there."""
    workshop = changeable(db, countries, workshop_id)
    row = row_of(db, workshop_id, session_id)
    refuse_attended(db, [row.id])
    db.execute(delete(WorkshopSession).where(WorkshopSession.id == row.id))
    renumber(db, workshop)


def move_session(db: Session, countries: Collection[str], workshop_id: str, session_id: str, *, up: bool) -> None:
    """One place up or down; at the end of the list nothing happens. Raises NotFound, Refused."""
    workshop = changeable(db, countries, workshop_id)
    row = row_of(db, workshop_id, session_id)
    rows = rows_of(db, workshop_id)
    at = next(at for at, one in enumerate(rows) if one.id == row.id)
    to = at + (-1 if up else 1)
    if 0 <= to < len(rows):
        rows[at].position, rows[to].position = rows[to].position, rows[at].position
        db.flush()
        order_modules(db, workshop)


# ------------------------------------------------------------------- the rows


def rows_of(db: Session, workshop_id: str) -> list[WorkshopSession]:
    query = select(WorkshopSession).where(WorkshopSession.workshop_id == workshop_id)
    return list(db.scalars(query.order_by(WorkshopSession.position, WorkshopSession.id)))


def row_of(db: Session, workshop_id: str, session_id: str) -> WorkshopSession:
    """Raises NotFound for a session of another workshop too."""
    query = select(WorkshopSession).where(WorkshopSession.id == session_id, WorkshopSession.workshop_id == workshop_id)
    row = db.scalar(query) if is_id(session_id) else None
    if row is None:
        raise NotFound
    return row


def refuse_attended(db: Session, session_ids: Collection[str]) -> None:
    """Raises Refused when somebody is ticked in one of these sessions."""
    if session_ids and db.scalar(select(Attendance.session_id).where(Attendance.session_id.in_(session_ids)).limit(1)):
        raise Refused("session-attended")


def renumber(db: Session, workshop: Workshop) -> None:
    """Positions 1, 2, … without gaps."""
    for position, row in enumerate(rows_of(db, workshop.id), 1):
        row.position = position
    db.flush()
    order_modules(db, workshop)


def order_modules(db: Session, workshop: Workshop) -> None:
    """Modules are taught in the order of their first sessions; one without a session comes last."""
    taught = list(dict.fromkeys(row.module for row in rows_of(db, workshop.id) if row.module in workshop.modules))
    ordered = [*taught, *(slug for slug in workshop.modules if slug not in taught)]
    if ordered != workshop.modules:
        workshop.modules = ordered
        db.flush()


def _checked(workshop: Workshop, form: SessionForm) -> dict[str, object]:
    if not workshop.starts_on <= form.held_on <= workshop.ends_on:
        raise Invalid("session-day", field="held_on")
    if form.module is not None and form.module not in workshop.modules:
        raise Invalid("module-not-taught", field="module")
    return {"title": line(form.title, "title"), "held_on": form.held_on, "module": form.module}
