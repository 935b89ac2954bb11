"""Forgetting a person: everything about them goes, what is about nobody stays.

Counts stay as they are (`counted.stays_counted`). A certificate can still be checked, without the name. A workshop
keeps the number of the place. Nothing of this can be undone.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Select, delete, func, select
from sqlalchemy.orm import Session

from trainer.services import names, places
from trainer.services.counted import stays_counted
from trainer.services.problems import SENTENCES, Conflict, Invalid, NotFound, Refused
from trainer.store.leaving import KeptCertificate
from trainer.store.models import Certificate, CompletionRow, Enrolment, Grant, Person, Response, SignInSession
from trainer.store.workshops import Participant
from trainer.vocabulary import N_

SENTENCES["forget-has-roles"] = N_("This person has a role. An administrator must take it away first.")
SENTENCES["forget-name"] = N_("This is not the person’s name. Type it as it stands above.")
SENTENCES["forget-not-asked"] = N_("The person has taken the wish back meanwhile. Say whether they asked you for it.")


class Preview(NamedTuple):
    """What would go."""

    sessions: int
    """Browsers signed in."""
    modules: int
    answers: int
    certificates: int
    """They can still be checked afterwards, without the name."""
    workshops: int
    entries: int
    """Second entries of the person that were merged; they go with them."""


def preview(db: Session, countries: Collection[str], person_id: str) -> Preview:
    """What forgetting the person would take away. Raises NotFound."""
    if db.scalar(_person(countries, person_id)) is None:
        raise NotFound
    ids = [person_id, *_second_entries(db, person_id)]
    counted = (
        (SignInSession, SignInSession.public_id), (Enrolment, Enrolment.module), (Response, Response.id),
        (Certificate, Certificate.code), (Participant, Participant.workshop_id),
    )  # fmt: skip
    counts = (
        db.scalar(select(func.count(column.distinct())).where(table.person_id.in_(ids))) or 0
        for table, column in counted
    )
    return Preview._make((*counts, len(ids) - 1))


def forget_on_request(
    db: Session, countries: Collection[str], person_id: str, *, typed: str, asked: bool, now: datetime
) -> None:
    """A coordinator forgets somebody who asked for it. `typed`: the name, as proof that this person is meant; `asked`:
    the coordinator says that the person asked for it, where they did not do so on their own page.

    Raises NotFound, Refused for somebody with a role, Invalid for another name, Conflict when nobody asked.
    """
    row = _locked(db, countries, person_id)
    if names.folded(typed) != names.folded(row.full_name):
        raise Invalid("forget-name", field="typed")
    if row.deletion_asked_at is None and not asked:
        raise Conflict("forget-not-asked", field="asked")
    forget(db, countries, person_id, now=now)


def forget(db: Session, countries: Collection[str], person_id: str, *, now: datetime) -> None:
    """Delete the person and everything about them. Raises NotFound, Refused for somebody with a role."""
    row = _locked(db, countries, person_id)
    if db.scalar(select(Grant.id).where(Grant.person_id == row.id).limit(1)):
        raise Refused("forget-has-roles")
    for one in (*_second_entries(db, person_id), person_id):
        with stays_counted(db, one):
            _keep_certificates(db, one)
            places.empty(db, one, now=now)
            db.flush()
            db.expunge_all()  # what is deleted by cascade must not be written again
            db.execute(delete(Person).where(Person.id == one).execution_options(synchronize_session=False))


def _person(countries: Collection[str], person_id: str) -> Select[Person]:
    return select(Person).where(Person.id == person_id, Person.country.in_(sorted(countries)))


def _locked(db: Session, countries: Collection[str], person_id: str) -> Person:
    """Nothing is recorded of them meanwhile."""
    row = db.scalar(_person(countries, person_id).with_for_update())
    if row is None:
        raise NotFound
    return row


def _second_entries(db: Session, person_id: str) -> list[str]:
    return list(db.scalars(select(Person.id).where(Person.merged_into == person_id).order_by(Person.id)))


def _keep_certificates(db: Session, person_id: str) -> None:
    query = (
        select(Certificate.code, Certificate.country, CompletionRow.module, CompletionRow.edition_id, CompletionRow.at)
        .join(CompletionRow, CompletionRow.id == Certificate.completion_id)
        .where(Certificate.person_id == person_id, Certificate.revoked_at.is_(None))
    )
    for row in db.execute(query):
        db.add(
            KeptCertificate(
                code=row.code, country=row.country, module=row.module, edition_id=row.edition_id, completed_at=row.at
            )
        )
