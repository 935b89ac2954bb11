"""Putting right what is held about a person: by themselves, or by their coordinator."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import asdict, dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from trainer.services import names
from trainer.services.problems import SENTENCES, Conflict, NotFound
from trainer.services.workshop_rows import is_id
from trainer.store.models import Person
from trainer.vocabulary import N_

SENTENCES["person-changed"] = N_("Somebody changed this person meanwhile. Look at what is stored now, and save again.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction:
    """What may be changed. Moving to another country is something else."""

    full_name: str
    agency_type: str
    work_role: str
    sex: str | None
    locale: str
    email: str | None


def held(row: Person) -> Correction:
    """What is stored now."""
    return Correction(
        full_name=row.full_name, agency_type=row.agency_type, work_role=row.work_role, sex=row.sex,
        locale=row.locale, email=row.email,
    )  # fmt: skip


def put(row: Person, correction: Correction) -> tuple[str, ...]:
    """Store it. Certificates and counts keep what they said. -> names of what changed. Raises Invalid (with `field`)"""
    before = asdict(held(row))
    row.full_name = names.full_name(correction.full_name)
    row.agency_type = names.agency_type(correction.agency_type)
    row.work_role = names.work_role(correction.work_role)
    row.sex = names.sex(correction.sex)
    row.locale = names.locale(correction.locale)
    row.email = names.email(correction.email)
    return tuple(name for name, value in asdict(held(row)).items() if value != before[name])


def facts(db: Session, countries: Collection[str], person_id: str) -> Correction:
    """What is stored about somebody of these countries. Raises NotFound."""
    return held(_found(db, countries, person_id))


def correct(
    db: Session, countries: Collection[str], person_id: str, correction: Correction, *, seen: Correction
) -> tuple[str, ...]:
    """A coordinator puts facts right that they saw as `seen`. -> names of what changed

    Raises NotFound, Invalid, and Conflict when they are not as seen any more: nothing is overwritten unseen.
    """
    row = _found(db, countries, person_id, lock=True)
    if held(row) != seen:
        raise Conflict("person-changed", field="full_name")
    return put(row, correction)


def _found(db: Session, countries: Collection[str], person_id: str, *, lock: bool = False) -> Person:
    query = select(Person).where(Person.id == person_id, Person.country.in_(sorted(set(countries))))
    row = db.scalar(query.with_for_update() if lock else query) if is_id(person_id) else None
    if row is None:
        raise NotFound
    return row
