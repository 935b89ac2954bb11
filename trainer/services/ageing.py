"""How long things are kept, what is older than that, and taking single answers away."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, and_, delete, exists, false, func, or_, select, update
from sqlalchemy.orm import Session

from trainer.config import Config
from trainer.services.counted import stays_counted
from trainer.store.leaving import KeptCertificate
from trainer.store.models import Attempt, Enrolment, Grant, Person, Response, UnitDone
from trainer.store.workshops import Participant

ACCOUNT, ANSWERS, ENTRY = "account", "answers", "entry"
"""What can go: all of a person, single answers of tests and exercises, the second entry of a merge."""
KINDS = (ACCOUNT, ANSWERS, ENTRY)


class Times(NamedTuple):
    """How long things are kept; None: for good."""

    account: timedelta | None
    """After the last use."""
    answers: timedelta | None
    """After the attempt they belong to."""
    certificates: timedelta | None = None
    """Of forgotten people: after the completion."""

    @classmethod
    def of(cls, config: Config) -> Times:
        return cls(config.keep_accounts, config.keep_answers, config.keep_certificates)


def is_due(times: Times, what: str, now: datetime) -> ColumnElement[bool]:
    """Of a `Person`."""
    kept = times.account if what == ACCOUNT else times.answers
    if kept is None:
        return Person.id.is_(None)
    rule = (
        _is_unused(now - kept)
        if what == ACCOUNT
        else exists().where(Attempt.person_id == Person.id, _is_old(now - kept))
    )
    may_go = or_(Person.kept_until.is_(None), Person.kept_until <= now)
    return and_(Person.merged_into.is_(None), may_go, rule)


def _is_unused(before: datetime) -> ColumnElement[bool]:
    """Not signed in with since, and nothing recorded. Whoever has a role is kept."""
    later = (
        exists().where(table.person_id == Person.id, moment >= before)
        for table, moment in (
            (Enrolment, Enrolment.started_at), (UnitDone, UnitDone.at), (Attempt, Attempt.started_at),
            (Participant, Participant.joined_at),
        )
    )  # fmt: skip
    return and_(
        Person.created_at < before,
        or_(Person.used_at.is_(None), Person.used_at < before),
        ~exists().where(Grant.person_id == Person.id),
        *(~one for one in later),
    )


def _is_old(before: datetime) -> ColumnElement[bool]:
    """Of an `Attempt`: it has answers, and all of it is older than `before`."""
    return and_(
        func.coalesce(Attempt.handed_in_at, Attempt.started_at) < before,
        exists().where(Response.attempt_id == Attempt.id),
        ~exists().where(Response.attempt_id == Attempt.id, Response.at >= before),
    )


def old_certificates(db: Session, countries: Collection[str] | None, times: Times, now: datetime) -> int:
    """How many certificates of forgotten people are too old. `countries`: of these; None: of all in the scope."""
    query = select(func.count()).select_from(KeptCertificate).where(_is_kept_too_long(times, now))
    if countries is not None:
        query = query.where(KeptCertificate.country.in_(sorted(countries)))
    return db.scalar(query) or 0


def take_certificates(db: Session, times: Times, now: datetime) -> int:
    """Take away those that were too old at `now`. Their codes are unknown from then on. -> how many"""
    gone = delete(KeptCertificate).where(_is_kept_too_long(times, now))
    return int(db.execute(gone.execution_options(synchronize_session=False)).rowcount)  # type: ignore[attr-defined]


def _is_kept_too_long(times: Times, now: datetime) -> ColumnElement[bool]:
    return false() if times.certificates is None else KeptCertificate.completed_at < now - times.certificates


def thin_out(db: Session, person_id: str, *, before: datetime, now: datetime) -> int:
    """Take away the person's single answers of attempts that are older than `before`. -> how many attempts

    Scores stay, and all counts. An attempt at a quiz or test that was never handed in goes with its answers.
    """
    old = (Attempt.person_id == person_id) & _is_old(before)
    ids = list(db.scalars(select(Attempt.id).where(old)))
    left = (Attempt.id.in_(ids)) & Attempt.handed_in_at.is_(None) & (Attempt.purpose != "practice")
    with stays_counted(db, person_id):
        _run(db, delete(Response).where(Response.attempt_id.in_(ids), Response.person_id == person_id))
        _run(db, delete(Attempt).where(left, Attempt.person_id == person_id))
        handed_in = Attempt.id.in_(ids) & (Attempt.person_id == person_id) & Attempt.handed_in_at.is_not(None)
        _run(db, update(Attempt).where(handed_in).values(thinned_at=now))
    return len(ids)


def _run(db: Session, statement: Any) -> None:
    db.execute(statement.execution_options(synchronize_session=False))
