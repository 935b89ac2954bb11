"""Who may be registered twice: one rule, for the warnings and for the page of possible second entries.

Two people of one country and the same type of agency whose names look alike: written with other spaces, or with the
words in another order.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from trainer.services import roster_matching
from trainer.store.models import Person

COMPARED = 20_000
"""People of a country whose names are compared with each other: the latest to be registered."""
NEWEST = 2_000
"""The latest of these are compared with everybody whose name stands at the same place in the alphabet, too."""


class Pair(NamedTuple):
    first: str
    """Id of the older entry; of several that look alike, the oldest."""
    second: str
    at: datetime
    """When the second was registered."""


def pairs(db: Session, country: str, *, most: int) -> list[Pair]:
    """At most `most`, the latest to be registered first. Two statements."""
    columns = (Person.id, Person.full_name, Person.agency_type, Person.created_at, Person.name_order)
    mine = select(*columns).where(Person.country == country, Person.is_test.is_(False), Person.merged_into.is_(None))
    new = db.execute(mine.order_by(Person.created_at.desc(), Person.id).limit(COMPARED)).all()
    places = {row.name_order for row in new[:NEWEST]}
    # The key of a name is short, and statements of both engines take far more of them than these.
    older = db.execute(mine.where(Person.name_order.in_(places))).all() if len(new) == COMPARED else []
    alike: defaultdict[tuple[str, str], list[Any]] = defaultdict(list)
    for row in sorted({row.id: row for row in (*new, *older)}.values(), key=lambda row: (row.created_at, row.id)):
        for key in roster_matching.keys(row.full_name):
            alike[row.agency_type, key].append(row)
    found = {Pair(rows[0].id, row.id, row.created_at) for rows in alike.values() for row in rows[1:]}
    return sorted(found, key=lambda one: (one.at, one.second, one.first), reverse=True)[:most]
