"""What a cut-off says about a country: its quarter, the year and all time until then, given all that was said before.

Decided once, when the quarter is fixed, and kept (`cutoffs`). Whoever holds an older report and the newest one has
nothing in hand but what was thought of here: every earlier sum is among those that `hiding` leaves as they are.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations

from trainer.services import corrections, hiding, periods
from trainer.services.corrections import Corrected
from trainer.services.figures import (
    ALL_MODULES,
    NO_FIGURES,
    Column,
    Figures,
    Measures,
    Place,
    Tests,
    sum_of,
    total,
)
from trainer.services.person_bounds import Moment, narrowed
from trainer.services.suppression import FEW, SMALLEST_SHOWN, WITHHELD, Cell
from trainer.services.telling import Groups, Telling


@dataclass(frozen=True, slots=True)
class Said:
    """What one cut-off says, and what later ones have to know of it."""

    quarter: str
    figures: Figures = NO_FIGURES
    """Of the quarter, its year and all time, as far as the quarter adds to them."""
    silent: frozenset[str] = frozenset()
    """Modules whose tests in this quarter are never told."""
    blank: bool = False
    """Nothing is said at all."""
    groups: Mapping[str, Groups] = field(default_factory=dict)
    """Module → groups of quarters that its tests are told of from this cut-off on."""


def say(
    columns: Sequence[Column], earlier: Sequence[Said], told: Sequence[Corrected] = (),
    without_hours: frozenset[str] = frozenset(),
) -> Said:  # fmt: skip
    """What may be printed from now on that the last of `columns` is fixed; `earlier`: what was said of the others;
    `told`: corrections of each cut-off and of this one, where there are any; `without_hours`: modules whose hours in
    the newest quarter would tell who learned in a room (`room_hours`).

    The same for the same numbers. What `earlier` shows or hides keeps its status for ever.
    """
    *before, newest = columns
    assert [one.quarter for one in before] == [one.quarter for one in earlier]
    if not newest.modules:
        return Said(newest.quarter)
    return _Country(columns, earlier, told, without_hours).said()


def together(said: Sequence[Said]) -> Figures:
    """What a country's report is made of."""
    found = NO_FIGURES
    for one in said:
        found = found.then(one.figures)
    return found


class _Country:
    def __init__(
        self, columns: Sequence[Column], earlier: Sequence[Said], told: Sequence[Corrected],
        without_hours: frozenset[str],
    ) -> None:  # fmt: skip
        self.without_hours = without_hours
        full = [column for column in columns if column.modules]
        self.columns, self.newest = full, full[-1].quarter
        self.earlier = [one for one, column in zip(earlier, columns, strict=False) if column.modules]
        self.quarters = [column.quarter for column in full]
        self.modules = sorted({module for column in full for module in column.modules})
        self.late = [corrections.sums_of(told[: at + 1]) for at, column in enumerate(columns) if column.modules]
        """All corrections until then."""
        self.most = sum(row.completed for column in full for row in column.modules.values())
        """No sum of persons is larger."""
        self.periods = tuple(dict.fromkeys((self.newest, self.newest[:4], periods.ALL_TIME)))
        self.nodes: dict[frozenset[int], int] = {}
        """The quarters in each sum that was ever printed → its place. Equal ones are one."""
        self.first_of: list[tuple[int, str]] = []
        """For each node, the cut-off and period that printed it first."""
        for at, quarter in enumerate(self.quarters):
            for period in (quarter, quarter[:4], periods.ALL_TIME):
                if self.nodes.setdefault(self._inside(at, period), len(self.nodes)) == len(self.first_of):
                    self.first_of.append((at, period))
        known = self._known()
        self.marks = hiding.marks(known, self._earlier())

    def _inside(self, at: int, period: str) -> frozenset[int]:
        """The quarters of a period, at the cut-off of the quarter `at`."""
        return frozenset(one for one in range(at + 1) if periods.is_in(self.quarters[one], period))

    def _row(self, module: str, at: int) -> Measures:
        return self.columns[at].modules.get(module, Measures())

    def _of(self, module: str | None, inside: frozenset[int]) -> Measures:
        """Sums of a module, or of all of them, over quarters."""
        names = self.modules if module is None else (module,)
        return sum_of(self._row(name, at) for name in names for at in inside)

    def _persons_in(self, at: int, period: str) -> int:
        kind = 0 if periods.is_quarter(period) else 1 if period else 2
        return sum(self.columns[one].persons[kind] for one in self._inside(at, period))

    def _known(self) -> hiding.Known:
        def table(count: Callable[[Measures], int]) -> tuple[tuple[int, ...], ...]:
            at = range(len(self.columns))
            return tuple(tuple(count(self._row(module, one)) for one in at) for module in self.modules)

        return hiding.Known(
            tuple(self.nodes),
            table(lambda one: one.enrolled),
            table(lambda one: one.completed),
            tuple(self._persons_in(*first) for first in self.first_of),
            table(lambda one: one.pairs + one.only_before + one.only_after),
            table(lambda one: one.pairs + one.only_after),
            *(
                tuple(
                    tuple(one.modules.get(module, corrections.NOTHING)[at] for one in self.late)
                    for module in self.modules
                )
                for at in (0, 1)
            ),
        )

    def _earlier(self) -> hiding.Earlier:
        places = [place for place in self.first_of if place[0] < len(self.earlier)]
        if not places:
            return hiding.NOTHING_YET

        def marks(kind: str) -> tuple[tuple[str, ...], ...]:
            shown = [getattr(self.earlier[at].figures, kind) for at, _ in places]
            return tuple(
                tuple(of.get((module, period), Cell(0)).mark for of, (_, period) in zip(shown, places, strict=True))
                for module in (*self.modules, ALL_MODULES)
            )

        silent = (
            (row, at)
            for at, one in enumerate(self.earlier)
            for row, module in enumerate(self.modules)
            if module in one.silent
        )
        blank = (node for node, (at, _) in enumerate(places) if self.earlier[at].blank)
        return hiding.Earlier(marks("enrolled"), marks("completed"), frozenset(silent), frozenset(blank))

    def said(self) -> Said:
        last = len(self.columns) - 1
        enrolled: dict[Place, Cell] = {}
        completed: dict[Place, Cell] = {}
        for row, module in enumerate((*self.modules, ALL_MODULES)):
            for period in self.periods:
                inside = self._inside(last, period)
                count, node = self._of(module, inside), self.nodes[inside]
                enrolled[module, period] = _cell(count.enrolled, self.marks.enrolled[row][node])
                completed[module, period] = _cell(count.completed, self.marks.completed[row][node])
        minutes = {place: self._minutes(completed, *place) for place in completed}
        silent = frozenset(self.modules[row] for row in self.marks.silent)
        tests: dict[Place, Tests] = {}
        groups: dict[str, Groups] = {}
        for module in self.modules:
            found, groups[module] = self._told(module, silent).tests()
            tests |= {(module, period): one for period, one in found.items()}
        figures = Figures(enrolled, completed, minutes, self._persons(completed), tests)
        return Said(self.newest, figures, silent, self.marks.blank, {name: new for name, new in groups.items() if new})

    def _told(self, module: str, silent: frozenset[str]) -> Telling:
        untold = {one.quarter for one in self.earlier if module in one.silent}
        return Telling(
            {quarter: self._row(module, at) for at, quarter in enumerate(self.quarters)},
            self.periods,
            untold | ({self.newest} if module in silent else set()),
            [one.groups.get(module, {}) for one in self.earlier],
        )

    def _minutes(self, completed: Mapping[Place, Cell], module: str | None, period: str) -> Cell:
        """Of modules and quarters whose completions are shown: others would tell how many there were. Not of those
        whose hours would tell who learned in a room.
        """
        names = self.modules if module is None else (module,)
        inside = sorted(self._inside(len(self.columns) - 1, period))
        return total(self._minutes_of(completed, name, at) for name in names for at in inside)

    def _minutes_of(self, completed: Mapping[Place, Cell], module: str, at: int) -> Cell:
        place = module, self.quarters[at]
        if at < len(self.earlier):
            return self.earlier[at].figures.minutes.get(place, Cell(0))
        shown = completed[place].value is not None and module not in self.without_hours
        return Cell(self._row(module, at).minutes) if shown else Cell(None, WITHHELD)

    def _persons(self, completed: Mapping[Place, Cell]) -> dict[str, Cell]:
        """Shown where completions are, where what is added to the last sum that was told is nobody or enough people by
        itself, and where no hidden sum of persons is left with one value.
        """
        found: dict[str, Cell] = {}
        free: dict[str, Cell] = {}
        for period in self.periods:
            inside = self._inside(len(self.columns) - 1, period)
            value = self._persons_in(*self.first_of[self.nodes[inside]])
            of_all = completed[ALL_MODULES, period]
            kinds = sum(1 for module in self.modules if self._of(module, inside).completed)
            added = value - self._told_before(period)
            found[period] = Cell(None, WITHHELD)
            if kinds <= 1 and value == self._of(None, inside).completed:
                found[period] = of_all  # nobody, or the same people, counted the same way
            elif of_all.value is not None and all(not 0 < count < SMALLEST_SHOWN for count in (value, added)):
                free[period] = Cell(value)
        for size in range(len(free), 0, -1):
            for shown in combinations(free.items(), size):
                if self._leaves_room({**found, **dict(shown)}, completed):
                    return {**found, **dict(shown)}
        return found

    def _told_before(self, period: str) -> int:
        """The last sum of this kind that was told; a quarter has none."""
        told = [one.figures.persons.get(period, Cell(None)).value for one in self.earlier]
        return next((count for count in reversed(told) if count is not None), 0)

    def _leaves_room(self, newest: Mapping[str, Cell], completed: Mapping[Place, Cell]) -> bool:
        """Does every sum of persons that is not told keep more than one possible value beside those that are?"""
        moments, hidden = [], []
        for at, quarter in enumerate(self.quarters):
            is_new = at == len(self.earlier)
            persons = newest if is_new else self.earlier[at].figures.persons
            done = completed if is_new else self.earlier[at].figures.completed
            bounds = []
            for period in (quarter, quarter[:4], periods.ALL_TIME):
                cell = persons.get(period, Cell(None, WITHHELD))
                late = self.late[at] if period == periods.ALL_TIME else Corrected()
                bounds.append(self._bounds(cell, done, period, late))
                if cell.value is None:
                    hidden.append(bounds[-1])
            moments.append(Moment(quarter[:4], *bounds))
        narrowed(moments)
        return all(least < most for least, most in hidden)

    def _bounds(self, persons: Cell, completed: Mapping[Place, Cell], period: str, late: Corrected) -> list[int]:
        """Of persons, from what stands beside them, and with what corrections told of all time."""
        if persons.value is not None:
            return [persons.value, persons.value]
        of_all = completed.get((ALL_MODULES, period), Cell(0))
        few = SMALLEST_SHOWN - 1 if of_all.mark == FEW else self.most
        most = of_all.value if of_all.value is not None else few
        done = {name: completed.get((name, period), Cell(0)).value or 0 for name in self.modules}
        least = max(done.values(), default=0)
        held = [max(least, min(1, most)), most]
        more = {name: line[1] for name, line in late.modules.items()}
        least_now = max((done.get(name, 0) + more.get(name, 0) for name in {*done, *more}), default=0) - late.persons
        most_now = most + sum(more.values()) - late.persons
        both = [max(held[0], least_now), min(held[1], most_now)]
        return both if both[0] <= both[1] else [max(0, least_now), max(0, most_now)]


def closed(columns: Sequence[Column]) -> Iterator[Said]:
    """What each cut-off says, when they are fixed one after the other."""
    said: list[Said] = []
    for at in range(len(columns)):
        said.append(say(columns[: at + 1], said))
        yield said[-1]


def _cell(value: int, mark: str) -> Cell:
    return Cell(None, mark) if mark else Cell(value)
