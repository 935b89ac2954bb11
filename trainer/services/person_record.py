"""What a coordinator sees of one person beside the facts: roles, learning, workshops, ways in. Dates and no scores."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from trainer.services import people, roles
from trainer.services.people import PersonRow
from trainer.services.roles import Held
from trainer.services.sessions import Limits
from trainer.store.models import CompletionRow, Enrolment, SignInSession, SlipCode
from trainer.store.workshops import Participant, Workshop


class Learning(NamedTuple):
    """A module that the person began."""

    module: str
    """Slug."""
    began: datetime
    completed: datetime | None


class InWorkshop(NamedTuple):
    id: str
    title: str
    place: str
    starts_on: date
    number: int
    """On the papers."""


class Record(NamedTuple):
    person: PersonRow
    roles: tuple[Held, ...]
    learning: tuple[Learning, ...]
    """The latest first."""
    workshops: tuple[InWorkshop, ...]
    """The latest first."""
    sessions: int
    """Browsers in which the person is signed in."""
    slip_until: datetime | None
    """Until when an unused slip works."""


def record(db: Session, countries: Collection[str], person_id: str, *, now: datetime, limits: Limits) -> Record:
    """Seven statements. Raises NotFound."""
    person = people.person(db, countries, person_id)
    held = tuple(roles.held(db, person_id))
    return Record(
        person, held, _learning(db, person_id), _workshops(db, person_id), _sessions(db, person_id, now, limits),
        _slip(db, person_id, now),
    )  # fmt: skip


def _learning(db: Session, person_id: str) -> tuple[Learning, ...]:
    query = (
        select(Enrolment.module, Enrolment.started_at, CompletionRow.at)
        .outerjoin(
            CompletionRow,
            (CompletionRow.person_id == Enrolment.person_id) & (CompletionRow.module == Enrolment.module),
        )
        .where(Enrolment.person_id == person_id)
    )
    return tuple(Learning(*row) for row in db.execute(query.order_by(Enrolment.started_at.desc(), Enrolment.id)))


def _workshops(db: Session, person_id: str) -> tuple[InWorkshop, ...]:
    query = (
        select(Workshop.id, Workshop.title, Workshop.place, Workshop.starts_on, Participant.number)
        .join(Participant, Participant.workshop_id == Workshop.id)
        .where(Participant.person_id == person_id, Workshop.deleted_at.is_(None))
    )
    return tuple(InWorkshop(*row) for row in db.execute(query.order_by(Workshop.starts_on.desc(), Workshop.id)))


def _sessions(db: Session, person_id: str, now: datetime, limits: Limits) -> int:
    return db.scalar(
        select(func.count(SignInSession.public_id)).where(
            SignInSession.person_id == person_id,
            SignInSession.seen_at > now - limits.idle,
            SignInSession.created_at > now - limits.absolute,
        )
    ) or 0  # fmt: skip


def _slip(db: Session, person_id: str, now: datetime) -> datetime | None:
    works = SlipCode.person_id == person_id, SlipCode.used_at.is_(None), SlipCode.expires_at > now
    return db.scalar(select(func.max(SlipCode.expires_at)).where(*works))
