"""Sign-in slips for many people at once. One by one they are made in `people`."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from sqlalchemy import exists, select, update
from sqlalchemy.orm import Session

from trainer.services import codes, people
from trainer.services.people import PersonRow
from trainer.store.models import Grant, Person, SlipCode, new_id
from trainer.store.statements import insert_all_new

LONGEST = people.LONGEST_SLIP


def due(db: Session, countries: Collection[str], person_ids: Sequence[str]) -> tuple[PersonRow, ...]:
    """Who of them would get a slip from `issue`, in the order of lists."""
    return tuple(people.row_of(row, ()) for row in _due(db, countries, person_ids))


def issue(
    db: Session,
    countries: Collection[str],
    person_ids: Sequence[str],
    *,
    now: datetime,
    days: int,
    key: str,
    by: str = people.OPERATOR.person_id,
) -> dict[str, str]:
    """Person → code of a new slip, which ends an unused one before it.

    Left out: whoever has a password of their own, a role, or a shut account. `days` is brought into what slips allow.
    """
    made = {row.id: (row.country, codes.new(codes.SLIP_LENGTH)) for row in _due(db, countries, person_ids)}
    unused = SlipCode.person_id.in_(list(made)) & SlipCode.used_at.is_(None)
    db.execute(update(SlipCode).where(unused).values(used_at=now).execution_options(synchronize_session=False))
    until = now + timedelta(days=min(max(days, 1), LONGEST))
    insert_all_new(db, SlipCode, [
        {
            "id": new_id(), "person_id": person_id, "country": country, "code_hash": people.slip_hash(code, key),
            "created_at": now, "expires_at": until, "created_by": by,
        }
        for person_id, (country, code) in made.items()
    ])  # fmt: skip
    return {person_id: codes.grouped(code) for person_id, (_, code) in made.items()}


def _due(db: Session, countries: Collection[str], person_ids: Sequence[str]) -> Sequence[Person]:
    query = select(Person).where(
        Person.id.in_(list(person_ids)), Person.country.in_(sorted(countries)), Person.password_hash.is_(None),
        Person.disabled_at.is_(None), ~exists().where(Grant.person_id == Person.id),
    )  # fmt: skip
    return db.scalars(query.order_by(Person.country, Person.name_order, Person.id)).all()
