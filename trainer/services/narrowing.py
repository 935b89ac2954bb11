"""Which of several conditions leaves few people: a list then begins with these instead of looking at everybody.

A condition that many people meet needs no such help: whoever goes through all in their order soon has a page full.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import CTE, Select, func, literal, select, union_all
from sqlalchemy.orm import Session

FEW = 2_000
"""Rows. Sorting so many people costs as much as going through a large country until a page of such people is full."""

Source = Select[tuple[str]]
"""Ids of people who meet one condition, all of them and perhaps more than once, read from an index."""


def fewest(db: Session, sources: Sequence[Source]) -> CTE | None:
    """The one of `sources` with the fewest rows, as a table of `person_id`; None where all have more than `FEW`.

    One statement, which counts no further than `FEW`; none without sources. Use it in the same session that reads.
    """
    if not sources:
        return None
    parts = [
        select(literal(number).label("number"), func.count().label("rows")).select_from(
            source.limit(FEW + 1).subquery(f"source_{number}")
        )
        for number, source in enumerate(sources)
    ]
    query: Any = union_all(*parts) if len(parts) > 1 else parts[0]
    rows, number = min((rows, number) for number, rows in db.execute(query))
    return _table(sources[number]) if rows <= FEW else None


def _table(source: Source) -> CTE:
    """Made before anything else is looked at: PostgreSQL and SQLite would otherwise guess at its size."""
    few = source.limit(FEW).subquery("few")
    return select(few.c.person_id).distinct().cte("narrowed").prefix_with("MATERIALIZED")
