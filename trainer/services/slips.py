"""Sign-in slips for many people at once, for a pack. One by one they are made in `people`."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from trainer.services import people
from trainer.store.models import Grant, Person

LONGEST = people.LONGEST_SLIP


def issue(
    db: Session, countries: Collection[str], person_ids: Sequence[str], *, now: datetime, days: int, key: str
) -> dict[str, str]:
    """Person → code of a new slip, which ends an unused one before it.

    Left out: whoever has a password of their own, a role, or a shut account. `days` is brought into what slips allow.
    """
    query = select(Person.id).where(
        Person.id.in_(list(person_ids)), Person.country.in_(sorted(countries)), Person.password_hash.is_(None),
        Person.disabled_at.is_(None), ~exists().where(Grant.person_id == Person.id),
    )  # fmt: skip
    days = min(max(days, 1), LONGEST)
    return {
        person_id: people.issue_slip(db, people.OPERATOR, person_id, now=now, days=days, key=key)
        for person_id in db.scalars(query).all()
    }
