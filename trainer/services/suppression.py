"""Small numbers stay hidden, and nothing else on the page gives them away.

A table of counts with its totals. Cells of 1 to 4 people are hidden (`few`); then further cells (`hidden`), until no
hidden cell can be worked out from what is printed, even by someone who knows this rule and reads the marks: `few` is
1 to 4, `hidden` is at least 5.

The proof is another table. Each row and each column, with its total, is a sum that the reader knows to be zero (a
total counts negative). A hidden cell stays open when one person can be moved along a *cycle* of hidden cells, one
more here, one less there, so that every sum stays zero and every mark stays true: then at least two tables look the
same in print. For each hidden cell such a cycle is found that hides the fewest further people (shortest path over
rows and columns, cost = people in cells not yet hidden).

Where no cycle exists (a table of one cell) everything is hidden.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from trainer.vocabulary import N_

SMALLEST_SHOWN = 5
FEW = "few"
HIDDEN = "hidden"
WITHHELD = "withheld"
PART = "part"
LATER = "later"
_TOTAL = -1
"""Number of the row or column of totals."""

Place = tuple[int, int]
"""Row and column; -1 for the totals."""
Counts = Sequence[Sequence[int]]
"""Rows of as many columns each."""


@dataclass(frozen=True, slots=True)
class Cell:
    """A count, or why it is not shown."""

    value: int | None
    """None when hidden."""
    mark: str = ""
    """Empty: shown. `few`: 1 to 4. `hidden`: at least 5, would give a `few` away. `withheld`: nothing is said but that
    it is not nothing. `part`: a sum of which only a part is shown. `later`: the country's figures
    of that time are not fixed yet.
    """
    least: int = 0
    """Of a `part`: what is shown of it elsewhere."""

    def text(self, label: Callable[[str], str] = str) -> str:
        """The number, `<5`, `120 or more`, or "not shown", in the words of `label`: the same on every page and file."""
        if self.mark == FEW:
            return "<5"
        if self.mark == LATER:
            return label(N_("not fixed yet"))
        if self.mark == PART and self.least:
            return label(N_("%(number)s or more")) % {"number": self.least}
        return label(N_("not shown")) if self.value is None else str(self.value)


class Table(NamedTuple):
    """Rows of cells, the totals of rows, the totals of columns, the total of all."""

    rows: tuple[tuple[Cell, ...], ...]
    row_totals: tuple[Cell, ...]
    column_totals: tuple[Cell, ...]
    total: Cell


def suppressed(
    counts: Counts, *, least: Counts | None = None, most: Counts | None = None, total_is_known: bool = False
) -> Table:
    """`counts` by row and column, with totals, safe to print.

    `least`, `most`: counts that the reader knows never to be above or below these (those who completed, those who
    enrolled). `total_is_known`: the grand total is printed elsewhere; when everything has to be hidden, this table must
    not be printed at all.
    """
    sums = _Sums(
        _with_totals(counts),
        _with_totals(least) if least else None,
        _with_totals(most) if most else None,
        frozenset({(_TOTAL, _TOTAL)} if total_is_known else ()),
    )
    marks = {place: FEW for place, value in sums.values.items() if 0 < value < SMALLEST_SHOWN}
    safe: set[Place] = set()
    for place in sorted(marks, key=lambda place: (-sums.values[place], place)):
        if place in safe:
            continue
        cycle = _cheapest_cycle(sums, marks, place)
        if cycle is None:
            return _table(counts, sums.values, dict.fromkeys(sums.values, HIDDEN))
        safe |= {place, *cycle}
        for further in cycle:
            marks.setdefault(further, HIDDEN)
    return _table(counts, sums.values, marks)


class _Sums(NamedTuple):
    """All cells with their totals, and what bounds them."""

    values: dict[Place, int]
    least: dict[Place, int] | None
    most: dict[Place, int] | None
    known: frozenset[Place]

    def may_change(self, place: Place, step: int) -> bool:
        """With one person more or less the cell would still carry the mark it has, or is to get, and be possible."""
        value = self.values[place]
        after = value + step
        if not value or place in self.known:
            return False
        if (self.least and after < self.least[place]) or (self.most and after > self.most[place]):
            return False
        return after > 0 and (value < SMALLEST_SHOWN) == (after < SMALLEST_SHOWN)


def _with_totals(counts: Counts) -> dict[Place, int]:
    values: dict[Place, int] = {}
    for i, row in enumerate(counts):
        values.update({(i, j): value for j, value in enumerate(row)})
        values[i, _TOTAL] = sum(row)
    for j in range(len(counts[0]) if counts else 0):
        values[_TOTAL, j] = sum(row[j] for row in counts)
    values[_TOTAL, _TOTAL] = sum(sum(row) for row in counts)
    return values


def _table(counts: Counts, values: dict[Place, int], marks: dict[Place, str]) -> Table:
    def cell(i: int, j: int) -> Cell:
        return Cell(None, marks[i, j]) if (i, j) in marks else Cell(values[i, j])

    columns = range(len(counts[0]) if counts else 0)
    return Table(
        tuple(tuple(cell(i, j) for j in columns) for i in range(len(counts))),
        tuple(cell(i, _TOTAL) for i in range(len(counts))),
        tuple(cell(_TOTAL, j) for j in columns),
        cell(_TOTAL, _TOTAL),
    )


def _cheapest_cycle(sums: _Sums, marks: dict[Place, str], start: Place) -> tuple[Place, ...] | None:
    """The other cells of the cycle through `start` that hides the fewest further people; None if there is none."""
    changes = [change for change in (1, -1) if sums.may_change(start, change)]
    found = [way for change in changes if (way := _cheapest_path(sums, marks, start, change)) is not None]
    return min(found)[1] if found else None


def _cheapest_path(
    sums: _Sums, marks: dict[Place, str], start: Place, change: int
) -> tuple[int, tuple[Place, ...]] | None:
    """From the row of `start` to its column over other cells, when `start` changes by `change`; with its cost.

    In sums that must stay zero, neighbours in a cycle change by turns: less going along a row, more along a column,
    seen from `start`. A total counts negative in its sum, so it changes the other way round.
    """
    change = change * _sign(start)
    rows = sorted({place[0] for place in sums.values})
    columns = sorted({place[1] for place in sums.values})
    begin, end = ("row", start[0]), ("column", start[1])
    waiting: list[tuple[int, tuple[Place, ...], tuple[str, int]]] = [(0, (), begin)]
    done: set[tuple[str, int]] = set()
    while waiting:
        cost, way, node = heapq.heappop(waiting)
        if node == end:
            return cost, way
        if node in done:
            continue
        done.add(node)
        along_row = node[0] == "row"
        for other in columns if along_row else rows:
            place = (node[1], other) if along_row else (other, node[1])
            step = (-change if along_row else change) * _sign(place)
            if place != start and sums.may_change(place, step):
                people = 0 if place in marks else sums.values[place]
                heapq.heappush(waiting, (cost + people, (*way, place), ("column" if along_row else "row", other)))
    return None


def _sign(place: Place) -> int:
    """Totals of rows and of columns count negative; the total of totals is in two sums of totals, so positive."""
    return -1 if (place[0] == _TOTAL) != (place[1] == _TOTAL) else 1
