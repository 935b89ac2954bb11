"""Which of several conditions leaves few people: a list then begins with these instead of looking at everybody.

A condition that many people meet needs no such help: whoever goes through all in their order soon has a page full.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from sqlalchemy import CTE, Select, func, literal, select, union_all
from sqlalchemy.orm import Session

FEW = 2_000
"""Rows. Sorting so many people costs as much as going through a large country until a page of such people is full."""

Source = Select[str]
"""Ids of people who meet one condition, all of them and perhaps more than once, read from an index."""


class Narrowed(NamedTuple):
    """People of the condition that fewest meet."""

    people: CTE
    """A table of `person_id`, each once: at most `FEW`."""
    is_all: bool
    """Nobody else meets it; otherwise these are some of them."""


def fewest(db: Session, sources: Sequence[Source]) -> Narrowed | None:
    """Of the one of `sources` with the fewest rows; None without sources.

    One statement, which counts no further than `FEW`. Use what it gives in the same session.
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
    return Narrowed(_table(sources[number]), rows <= FEW)


def _table(source: Source) -> CTE:
    """Made before anything else is looked at: PostgreSQL and SQLite would otherwise guess at its size."""
    few = source.limit(FEW).subquery("few")
    return select(few.c.person_id).distinct().cte("narrowed").prefix_with("MATERIALIZED")
