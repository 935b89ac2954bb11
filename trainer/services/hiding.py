"""Which counts of a country are hidden, decided cut-off by cut-off on all that was ever printed of them.

Enrolled and completed are printed for each module and for all of them. Each cut-off adds a quarter, and with it three
sums: the quarter, its year until then, and all time until then. Readers keep what they have, so that each of them stays
a node in the tree of time, and what was said of it stays as it is: shown cells shown, hidden ones hidden. Every sum is
one that the reader can subtract from. As in `suppression`, counts of 1 to 4 are hidden (`few`), then others
(`hidden`, at least 5), until each hidden one has another possible value. What shows that is a *move*: one person more
in a module and a quarter, and perhaps one less in another quarter, in another module, or both (in a table of two sides
these are the four corners of a rectangle with signs by turns). All totals that contain one of the two change, all
others stay. A move is good when nothing changes that is shown, in this or any earlier report, and every mark stays
true. The cheapest one is taken: the one that hides the fewest people who are not hidden yet. Cells hidden at an earlier
cut-off need one as well, each time anew: a new sum may not give them away.

The reader knows more than sums, and a good move leaves this true as well: up to any quarter no more people completed a
module than had enrolled; nobody completes a module twice, so that no count of it is above the number of persons in the
period. A move may therefore go through both tables together.

Where marks leave no move (four quarters of one person, a total of four), the marks themselves are too much: the cells
that are in the way become `withheld`, which says no more than that it is not nothing. Only marks of the newest cut-off
can still change. Where no move is left at all, nothing whatever is said of the newest quarter and its sums, not even
what is zero (`blank`): whatever was possible before is possible then.

All moves are tried at once: a move is a change along the modules times a change along the tree of time, so that its
cost is a product of small matrices.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, TypeAlias

import numpy as np

from trainer.services.suppression import FEW, HIDDEN, SMALLEST_SHOWN, WITHHELD

Numbers: TypeAlias = "np.ndarray[Any, np.dtype[np.int64]]"
NEVER = 10**12
"""Cost of what cannot be."""
_LOOSE = 10**6
"""Cost of saying less about a cell than its mark."""
ENROLLED, COMPLETED = 0, 1


class Known(NamedTuple):
    """What is counted of a country. Rows are modules, columns quarters in their order."""

    nodes: tuple[frozenset[int], ...]
    """Sums over time that are printed: the quarters in each. Those of earlier cut-offs stand first."""
    enrolled: tuple[tuple[int, ...], ...]
    completed: tuple[tuple[int, ...], ...]
    persons: tuple[int, ...]
    """Who completed something, for each node of the tree of time."""
    sat: tuple[tuple[int, ...], ...] = ()
    """People known to have taken a test: enrolled before, and completed at most by as many."""
    sat_after: tuple[tuple[int, ...], ...] = ()
    late_enrolled: tuple[tuple[int, ...], ...] = ()
    """What corrections had told by each quarter's cut-off about those before it."""
    late_completed: tuple[tuple[int, ...], ...] = ()


class Marks(NamedTuple):
    """Why cells are not shown, empty where they are. Rows are modules and then all of them, columns nodes of time."""

    enrolled: tuple[tuple[str, ...], ...]
    completed: tuple[tuple[str, ...], ...]
    silent: frozenset[int]
    """Modules whose tests in the newest quarter would say too much about hidden counts."""
    blank: bool
    """Nothing is said of the newest quarter and its sums."""


class Earlier(NamedTuple):
    """What was said at earlier cut-offs, for as many of the first nodes as there were."""

    enrolled: tuple[tuple[str, ...], ...]
    completed: tuple[tuple[str, ...], ...]
    silent: frozenset[tuple[int, int]] = frozenset()
    """Module and quarter."""
    blank: frozenset[int] = frozenset()
    """Nodes."""


NOTHING_YET = Earlier((), ())


class _Move(NamedTuple):
    """The cheapest change found: which cells of which table, and which of them say less from now on."""

    cost: int
    cells: tuple[tuple[int, int, int, int], ...]
    """Table, row, node, change."""


def marks(known: Known, earlier: Earlier = NOTHING_YET) -> Marks:
    """The same for the same numbers, whoever asks. Marks of `earlier` come back as they were."""
    return _Hiding(known, earlier).done()


class _Time:
    """Changes along time: one more in a quarter, or one more in a quarter and one less in another."""

    def __init__(self, size: int, nodes: Sequence[frozenset[int]]) -> None:
        self.inside = np.array([[one in node for node in nodes] for one in range(size)], dtype=np.int64)
        ends = [(one, other) for one in range(size) for other in range(size)]
        """The same quarter twice: the change has one end only."""
        up = np.array([self.inside[one] * (one == other or 1 - self.inside[other]) for one, other in ends])
        down = np.array([self.inside[other] * (one != other) * (1 - self.inside[one]) for one, other in ends])
        self.up, self.down = up.reshape(-1, len(nodes)), down.reshape(-1, len(nodes))
        until = np.array([[int(quarter <= at) for at in range(size)] for quarter in range(size)], dtype=np.int64)
        run = np.array([until[one] - until[other] * (one != other) for one, other in ends]).reshape(-1, size)
        self.more, self.less = np.maximum(run, 0), np.maximum(-run, 0)
        self.single = [one * size + one for one in range(size)]


@dataclass
class _Table:
    """Counts with all their totals, and what is said of them."""

    values: Numbers
    hidden: Any
    withheld: Any
    said: Any
    """At an earlier cut-off: nothing about it changes."""
    blank: Any
    """Said is nothing at all."""

    def costs(self, loose: bool) -> tuple[Numbers, Numbers]:
        """Of one person more, and of one less, in each cell."""
        cost = np.where(self.hidden, 0, np.where(self.said, NEVER, self.values))
        top, bottom = self.values == SMALLEST_SHOWN - 1, self.values == SMALLEST_SHOWN
        beyond = np.where(self.withheld, 0, np.where(self.said, NEVER, _LOOSE if loose else NEVER))
        up = np.where(self.blank, 0, np.where(self.values > 0, cost + top * beyond, NEVER))
        least = np.where(self.blank, 0, 1)
        down = np.where(self.values > least, cost + bottom * beyond, NEVER)
        return up, down


class _Hiding:
    def __init__(self, known: Known, earlier: Earlier) -> None:
        self.modules = len(known.enrolled)
        counts = [np.array(one, dtype=np.int64).reshape(self.modules, -1) for one in known[1:3]]
        self.time = _Time(counts[0].shape[1], known.nodes)
        self.said = np.arange(len(known.nodes)) < len(earlier.enrolled[0] if earlier.enrolled else ())
        self.tables = [self._table(one, words, earlier) for one, words in zip(counts, earlier[:2], strict=True)]
        self.persons = np.array(known.persons, dtype=np.int64)
        enrolled, completed = (one.cumsum(axis=1) for one in counts)
        more, done = (
            np.array(one, dtype=np.int64).reshape(self.modules, -1) if one else np.zeros_like(enrolled)
            for one in (known.late_enrolled, known.late_completed)
        )
        self.room = self._room(enrolled - completed, more - done)
        told = np.ones_like(enrolled)
        for module, quarter in earlier.silent:
            told[module, quarter] = 0
        sat, after = (
            (np.array(one, dtype=np.int64).reshape(self.modules, -1) * told).cumsum(axis=1) if one else None
            for one in (known.sat, known.sat_after)
        )
        self.room_below = self._room(enrolled - sat, more) if sat is not None else None
        self.room_above = self._room(after - completed, -done) * told.cumprod(axis=1) if after is not None else None
        self.silent: set[int] = set()
        self.kept: dict[tuple[int, bool, bool, bool], dict[tuple[int, bool], Numbers]] = {}
        """Costs of changes along time, until something more is hidden."""

    def _table(self, leaves: Numbers, words: Sequence[Sequence[str]], earlier: Earlier) -> _Table:
        values = np.vstack([leaves, leaves.sum(axis=0)]) @ self.time.inside
        hidden = (values > 0) & (values < SMALLEST_SHOWN) & ~self.said
        withheld, blank = np.zeros_like(hidden), np.zeros_like(hidden)
        for row, of_row in enumerate(words):
            for node, mark in enumerate(of_row):
                hidden[row, node] = bool(mark)
                withheld[row, node] = mark == WITHHELD
                blank[row, node] = mark == WITHHELD and node in earlier.blank
        return _Table(values, hidden, withheld, np.broadcast_to(self.said, values.shape), blank)

    @staticmethod
    def _room(slack: Numbers, late: Numbers) -> Any:
        """Where there is none, by the figures alone or with what corrections told. A bound that is not true anyway
        bounds nothing.
        """
        return ((slack == 0) | (slack + late == 0)).astype(np.int64)

    def done(self) -> Marks:
        completed = self.tables[COMPLETED]
        few_persons = (self.persons > 0) & (self.persons < SMALLEST_SHOWN)
        completed.hidden[self.modules] |= few_persons & (completed.values[self.modules] > 0) & ~self.said
        safe: set[tuple[int, int, int]] = set()
        for target in self._targets():
            if target in safe:
                continue
            move = self._cheapest(target)
            if move is None:
                return self._nothing_shown()
            for table, row, node, change in move.cells:
                self._hide(self.tables[table], row, node, change)
                safe.add((table, row, node))
        return Marks(self._words(ENROLLED), self._words(COMPLETED), frozenset(self.silent), blank=False)

    def _targets(self) -> list[tuple[int, int, int]]:
        found = [
            (table, int(row), int(node))
            for table in (ENROLLED, COMPLETED)
            for row, node in np.argwhere(self.tables[table].hidden)
        ]
        return sorted(found, key=lambda one: (-int(self.tables[one[0]].values[one[1], one[2]]), one))

    def _hide(self, table: _Table, row: int, node: int, change: int) -> None:
        value = int(table.values[row, node])
        crosses = (value < SMALLEST_SHOWN) != (value + change < SMALLEST_SHOWN)
        if not table.hidden[row, node] or (crosses and not table.withheld[row, node]):
            self.kept.clear()
        table.hidden[row, node] = True
        table.withheld[row, node] |= crosses

    def _cheapest(self, target: tuple[int, int, int]) -> _Move | None:
        """First moves that leave tests and marks true; then at the cost of the tests; then of the marks."""
        for loose, tests in ((False, True), (False, False), (True, False)):
            found = [move for move in self._moves(target, loose, tests) if move.cost < NEVER]
            if found:
                best = min(found, key=lambda move: (move.cost, len(move.cells), move.cells))
                if not tests:
                    self.silent |= {row for _, row, _, _ in best.cells if row < self.modules}
                return best
        return None

    def _moves(self, target: tuple[int, int, int], loose: bool, tests: bool) -> Iterator[_Move]:
        """The cheapest of each kind."""
        table, row, node = target
        touch = (self.time.up + self.time.down)[:, node] > 0
        own = self._ways(table, loose, tests, alone=True)
        both = [self._ways(one, loose, tests, alone=False) for one in (ENROLLED, COMPLETED)]
        together = {key: cost + both[COMPLETED][key] for key, cost in both[ENROLLED].items()}
        for sign in (1, -1):
            yield from self._best(own, row, touch, sign, (table,))
            yield from self._best(together, row, touch, sign, (ENROLLED, COMPLETED))
            yield from self._apart(both, target, sign)

    def _ways(self, table: int, loose: bool, tests: bool, *, alone: bool) -> dict[tuple[int, bool], Numbers]:
        """(sign, beside another module) → cost by row and change along time. `alone`: the other table stays."""
        key = table, loose, tests, alone
        if key not in self.kept:
            self.kept[key] = self._made_ways(table, loose, tests, alone=alone)
        return self.kept[key]

    def _made_ways(self, table: int, loose: bool, tests: bool, *, alone: bool) -> dict[tuple[int, bool], Numbers]:
        up, down = self.tables[table].costs(loose)
        found = {}
        for sign in (1, -1):
            for beside in (False, True):
                higher, lower = (up, down) if sign > 0 else (down, up)
                if beside and table == COMPLETED:
                    full = np.where((self.persons > 0) & (self.tables[table].values >= self.persons), NEVER, 0)
                    higher, lower = (higher + full, lower) if sign > 0 else (higher, lower + full)
                cost = np.minimum(higher, NEVER) @ self.time.up.T + np.minimum(lower, NEVER) @ self.time.down.T
                found[sign, beside] = cost
                cost[: self.modules] += NEVER * self._crowded(table, sign, tests, alone)
        return found

    def _crowded(self, table: int, sign: int, tests: bool, alone: bool) -> Any:
        """Changes that would break what is known about the order of things: by module and change along time."""
        more, less = (self.time.more, self.time.less) if sign > 0 else (self.time.less, self.time.more)
        run = less if table == ENROLLED else more  # fewer may not have enrolled, more may not have completed
        bounds = [self.room] if alone else []
        further = self.room_below if table == ENROLLED else self.room_above
        if further is not None:
            # What earlier cut-offs said of tests stands; the newest quarter's are not said yet.
            bounds.append(further if tests else further * (np.arange(further.shape[1]) < further.shape[1] - 1))
        return sum((bound @ run.T for bound in bounds), np.zeros((self.modules, len(run)), dtype=np.int64))

    def _best(
        self, ways: dict[tuple[int, bool], Numbers], row: int, touch: Any, sign: int, tables: tuple[int, ...]
    ) -> Iterator[_Move]:
        """One module and with it all of them, or one module and another the other way."""
        every = self.modules
        single, beside, against = ways[sign, False], ways[sign, True], ways[-sign, True]
        rows = range(every) if row == every else (row,)
        for one in rows:
            costs = np.where(touch, single[one] + single[every], NEVER)
            yield self._move(costs, ((one, sign), (every, sign)), tables)
            if row == every:
                continue
            for other in range(every):
                if other != one:
                    costs = np.where(touch, beside[one] + against[other], NEVER)
                    yield self._move(costs, ((one, sign), (other, -sign)), tables)

    def _move(self, costs: Numbers, rows: Sequence[tuple[int, int]], tables: Sequence[int]) -> _Move:
        at = int(costs.argmin())
        cells = (cell for table in tables for cell in self._cells(table, rows, at))
        return _Move(int(costs[at]), tuple(cells) if costs[at] < NEVER else ())

    def _cells(self, table: int, rows: Sequence[tuple[int, int]], change: int) -> Iterator[tuple[int, int, int, int]]:
        for row, sign in rows:
            for node in np.flatnonzero(self.time.up[change]):
                yield table, row, int(node), sign
            for node in np.flatnonzero(self.time.down[change]):
                yield table, row, int(node), -sign

    def _apart(
        self, both: Sequence[dict[tuple[int, bool], Numbers]], target: tuple[int, int, int], sign: int
    ) -> Iterator[_Move]:
        """Somebody more who enrols in one quarter and completes in a later one, or in an earlier one where others had
        enrolled and not completed; or somebody less.
        """
        table, row, node = target
        every, single = self.modules, self.time.single
        touched = np.array([self.time.up[one, node] > 0 for one in single])
        for one in range(every) if row == every else (row,):
            begin, end = (ways[sign, False][one, single] + ways[sign, False][every, single] for ways in both)
            costs = begin[:, None] + end[None, :]
            until = np.concatenate(([0], self.room[one].cumsum()))[:-1]
            possible = until[:, None] <= until[None, :]  # enrolled (row) no later than completed (column), or room
            if sign < 0:
                possible = possible.T
            possible &= touched[:, None] if table == ENROLLED else touched[None, :]
            costs = np.where(possible, costs, NEVER)
            first, last = np.unravel_index(int(costs.argmin()), costs.shape)
            rows = ((one, sign), (every, sign))
            cells = (*self._cells(ENROLLED, rows, single[first]), *self._cells(COMPLETED, rows, single[last]))
            yield _Move(int(costs[first, last]), cells)

    def _nothing_shown(self) -> Marks:
        for table in self.tables:
            table.hidden, table.withheld = table.hidden | ~table.said, table.withheld | ~table.said
        return Marks(self._words(ENROLLED), self._words(COMPLETED), frozenset(range(self.modules)), blank=True)

    def _words(self, table: int) -> tuple[tuple[str, ...], ...]:
        held = self.tables[table]
        return tuple(
            tuple(
                "" if not hidden else WITHHELD if withheld else FEW if value < SMALLEST_SHOWN else HIDDEN
                for value, hidden, withheld in zip(*rows, strict=True)
            )
            for rows in zip(held.values.tolist(), held.hidden.tolist(), held.withheld.tolist(), strict=True)
        )
