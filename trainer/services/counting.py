"""The counts that reports read: changed in the transaction of the record they count, and never by anything else.

A change is a cell and what is added to its measures. They can be counted anew from the register at any time, while
people go on learning: `recounting` says what one moment holds, and only the difference is added.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping
from typing import Any, NamedTuple, TypeAlias

from sqlalchemy import select
from sqlalchemy.orm import Session

from trainer.store.evidence import FacetSummary, ItemSummary, PersonSummary, Settled, Summary
from trainer.store.models import Base
from trainer.store.prepared import add_all


class Group(NamedTuple):
    """The key of a `Summary` row."""

    country: str
    module: str
    month: str
    sex: str
    """Empty: not stated."""
    agency_type: str
    mode: str


class Facet(NamedTuple):
    """The key of a `FacetSummary` row."""

    country: str
    module: str
    month: str
    facet: str
    value: str


class Persons(NamedTuple):
    """The key of a `PersonSummary` row."""

    country: str
    month: str
    facet: str
    value: str


class Choice(NamedTuple):
    """The key of an `ItemSummary` row."""

    country: str
    module: str
    purpose: str
    question: str
    rev: int
    quarter: str
    choice: int
    """-1: the question itself."""


Cell: TypeAlias = Group | Facet | Persons | Choice
Measures = Mapping[str, int]
TABLES: dict[type[Any], type[Any]] = {
    Group: Summary, Facet: FacetSummary, Persons: PersonSummary, Choice: ItemSummary,
}  # fmt: skip
_KINDS: dict[str, type[Any]] = {kind.__name__: kind for kind in TABLES}
_ORDER = {cell: at for at, cell in enumerate(TABLES)}


def measures_of(table: type[Base]) -> list[str]:
    """The columns that are added to."""
    return [column.key for column in table.__mapper__.column_attrs if not column.columns[0].primary_key]


class Counts:
    """Changes to the counts, gathered while events are taken and written at the end."""

    def __init__(self) -> None:
        self.cells: defaultdict[Cell, defaultdict[str, int]] = defaultdict(lambda: defaultdict(int))

    def add(self, cell: Cell, sign: int = 1, **measures: int) -> None:
        """Add `sign` times each of the measures."""
        held = self.cells[cell]
        for name, value in measures.items():
            held[name] += sign * value

    def take(self, other: Counts, sign: int = 1) -> None:
        """Add all that `other` holds, or with -1 take it away."""
        for cell, measures in other.cells.items():
            self.add(cell, sign, **measures)

    def changes(self) -> dict[Cell, dict[str, int]]:
        """Cell → what changes in it, without zeros; in one order for everybody, so that two transactions never wait
        for each other.
        """
        found = {cell: {name: value for name, value in held.items() if value} for cell, held in self.cells.items()}
        return {cell: found[cell] for cell in sorted(found, key=lambda one: (_ORDER[type(one)], one)) if found[cell]}

    def write(self, db: Session) -> None:
        """Add them to the summaries."""
        changes = self.changes()
        for kind, table in TABLES.items():
            nothing = dict.fromkeys(measures_of(table), 0)
            some = [(cell, measures) for cell, measures in changes.items() if isinstance(cell, kind)]
            add_all(db, table, [{**cell._asdict(), **nothing, **measures} for cell, measures in some])
        self.cells.clear()

    def settle(self, db: Session) -> None:
        """Count them for good: the register tells them no longer. The summaries have them already."""
        rows = [
            {"country": cell.country, "cell": _written(cell), "measure": name, "value": value}
            for cell, measures in self.changes().items()
            for name, value in measures.items()
        ]
        add_all(db, Settled, sorted(rows, key=lambda row: (row["country"], row["cell"], row["measure"])))


def stored(db: Session) -> Counts:
    """What the summaries say, of all countries in scope."""
    found = Counts()
    for cell, table in TABLES.items():
        names = measures_of(table)
        keys = [getattr(table, name) for name in cell._fields]
        for row in db.execute(select(*keys, *(getattr(table, name) for name in names))):
            measures = dict(zip(names, row[len(keys) :], strict=True))
            found.add(cell(*row[: len(keys)]), **{name: value for name, value in measures.items() if value})
    return found


def settled(db: Session) -> Counts:
    """What is counted for good, of all countries in scope."""
    found = Counts()
    for cell, measure, value in db.execute(select(Settled.cell, Settled.measure, Settled.value)):
        kind, *key = json.loads(cell)
        found.add(_KINDS[kind](*key), **{measure: value})
    return found


def _written(cell: Cell) -> str:
    return json.dumps([type(cell).__name__, *cell])
