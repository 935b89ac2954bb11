"""What may be printed about one country: every figure for every module and period, decided together and once.

A country's figures depend on nothing but its own counts: whoever may see it, beside whichever other countries, sees the
same. Sums over countries say nothing new, because they add up what is shown.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from trainer.assessment import gain, items
from trainer.assessment.gain import Gain, Moments
from trainer.services import hiding, periods
from trainer.services.evidence import quarter_of
from trainer.services.suppression import PART, SMALLEST_SHOWN, WITHHELD, Cell
from trainer.store.evidence import PersonSummary, Summary

ALL_MODULES = None


class Measures(NamedTuple):
    """Of a module in a quarter; columns of `Summary`."""

    enrolled: int = 0
    completed: int = 0
    minutes: int = 0
    first_quizzes: int = 0
    first_quizzes_passed: int = 0
    first_posts: int = 0
    first_posts_passed: int = 0
    pairs: int = 0
    before: int = 0
    after: int = 0
    before_squares: int = 0
    after_squares: int = 0
    products: int = 0
    only_before: int = 0
    only_before_sum: int = 0
    only_after: int = 0

    def plus(self, other: Measures) -> Measures:
        return Measures(*(one + two for one, two in zip(self, other, strict=True)))


class Share(NamedTuple):
    """How many of how many, with the 95 % interval (Wilson); from 0 to 1."""

    counted: int
    n: int
    share: float
    low: float
    high: float

    @classmethod
    def of(cls, count: int, n: int) -> Share | None:
        interval = items.wilson(count, n)
        return None if interval is None or count > n else cls(count, n, count / n, *interval)


class Mean(NamedTuple):
    n: int
    mean: float
    """Percent."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tests:
    """Of one module in one period. None: not shown, or there is none."""

    quiz: Share | None
    """First goes at a quiz that were passed."""
    after: Share | None
    """People who passed the test after at the first go."""
    gain: Gain | None
    only_before: Mean | None
    only_after: int | None
    part: bool
    """Some quarters are not in it, because too few people took the tests in them."""

    def __bool__(self) -> bool:
        return any((self.quiz, self.after, self.gain))


Place = tuple[str | None, str]
"""Module (None: all) and period."""


@dataclass(frozen=True, slots=True)
class Figures:
    """One country. What is missing is zero."""

    enrolled: Mapping[Place, Cell]
    completed: Mapping[Place, Cell]
    minutes: Mapping[Place, Cell]
    persons: Mapping[str, Cell]
    """By period."""
    tests: Mapping[Place, Tests]


Leaves = tuple[tuple[str, str, Measures], ...]
"""Module, quarter, what is counted; sorted."""


def read(db: Session, countries: Collection[str]) -> tuple[dict[str, Figures], list[str]]:
    """-> figures of each country, all months that have something. Two statements, whatever the number of people."""
    leaves, months = _leaves(db, countries)
    persons = _persons(db, countries)
    return {code: decided(leaves.get(code, ()), persons.get(code, ())) for code in sorted(countries)}, months


def _leaves(db: Session, countries: Collection[str]) -> tuple[dict[str, Leaves], list[str]]:
    sums = [func.sum(getattr(Summary, name)) for name in Measures._fields]
    query = (
        select(Summary.country, Summary.module, Summary.month, *sums)
        .where(Summary.country.in_(sorted(countries)))
        .group_by(Summary.country, Summary.module, Summary.month)
    )
    found: defaultdict[str, dict[tuple[str, str], Measures]] = defaultdict(dict)
    months = set()
    for country, module, month, *values in db.execute(query):
        row, place = Measures(*(int(value) for value in values)), (module, quarter_of(month))
        if any(row):
            months.add(month)
            found[country][place] = found[country].get(place, Measures()).plus(row)
    return {code: tuple((*key, row[key]) for key in sorted(row)) for code, row in found.items()}, sorted(months)


def _persons(db: Session, countries: Collection[str]) -> dict[str, tuple[tuple[str, int], ...]]:
    """Country → period and persons. Everybody has one role, so that the sum over roles is of everybody."""
    counts = (func.sum(PersonSummary.in_quarter), func.sum(PersonSummary.in_year), func.sum(PersonSummary.ever))
    query = (
        select(PersonSummary.country, PersonSummary.month, *counts)
        .where(PersonSummary.country.in_(sorted(countries)), PersonSummary.facet == "work_role")
        .group_by(PersonSummary.country, PersonSummary.month)
    )
    found: defaultdict[str, defaultdict[str, int]] = defaultdict(lambda: defaultdict(int))
    for country, month, *values in db.execute(query):
        for period, value in zip((quarter_of(month), month[:4], periods.ALL_TIME), values, strict=True):
            found[country][period] += int(value)
    return {code: tuple(sorted(row.items())) for code, row in found.items()}


@lru_cache(maxsize=200)
def decided(leaves: Leaves, persons: tuple[tuple[str, int], ...] = ()) -> Figures:
    """Everything that may be printed of these counts."""
    return _Country(leaves, dict(persons)).figures()


class _Country:
    def __init__(self, leaves: Leaves, persons: Mapping[str, int]) -> None:
        self.leaves = {(module, quarter): row for module, quarter, row in leaves}
        self.modules = sorted({module for module, _, _ in leaves})
        self.quarters = tuple(sorted({quarter for _, quarter, _ in leaves}))
        self.periods = periods.nodes(self.quarters) if self.quarters else ()
        self.people = persons
        self.marks = hiding.marks(self._known()) if leaves else hiding.Marks((), (), frozenset())

    def _known(self) -> hiding.Known:
        def table(count: Callable[[Measures], int]) -> tuple[tuple[int, ...], ...]:
            rows = ([self._of(module, quarter) for quarter in self.quarters] for module in self.modules)
            return tuple(tuple(count(one) for one in row) for row in rows)

        return hiding.Known(
            self.quarters,
            table(lambda one: one.enrolled),
            table(lambda one: one.completed),
            tuple(self.people.get(period, 0) for period in self.periods),
            table(lambda one: one.pairs + one.only_before + one.only_after),
            table(lambda one: one.first_posts),
        )

    def _of(self, module: str | None, period: str) -> Measures:
        """Sums of a module, or of all of them, over a period."""
        total = Measures()
        for (name, quarter), row in self.leaves.items():
            if module in (None, name) and periods.is_in(quarter, period):
                total = total.plus(row)
        return total

    def figures(self) -> Figures:
        enrolled, completed, minutes = {}, {}, {}
        for at, module in enumerate((*self.modules, ALL_MODULES)):
            for node, period in enumerate(self.periods):
                row, place = self._of(module, period), (module, period)
                enrolled[place] = _cell(row.enrolled, self.marks.enrolled[at][node])
                completed[place] = _cell(row.completed, self.marks.completed[at][node])
        for module, period in completed:
            minutes[module, period] = self._minutes(completed, module, period)
        tests: dict[Place, Tests] = {
            (module, period): one
            for at, module in enumerate(self.modules)
            for period, one in self._tests(module, at in self.marks.silent).items()
        }
        return Figures(enrolled, completed, minutes, self._persons(completed), tests)

    def _minutes(self, completed: Mapping[Place, Cell], module: str | None, period: str) -> Cell:
        """Of modules and quarters whose completions are shown: others would tell how many there were."""
        parts = [
            (completed[name, quarter], row.minutes)
            for (name, quarter), row in self.leaves.items()
            if module in (None, name) and periods.is_in(quarter, period)
        ]
        return total((Cell(minutes) if cell.value is not None else Cell(None, WITHHELD) for cell, minutes in parts))

    def _persons(self, completed: Mapping[Place, Cell]) -> dict[str, Cell]:
        """Shown where completions are, and all persons of the periods inside: differences bound those."""
        found: dict[str, Cell] = {}
        for period in self.periods:
            value, of_all = self.people.get(period, 0), completed[ALL_MODULES, period]
            kinds = sum(1 for module in self.modules if self._of(module, period).completed)
            if kinds == 1 and value == self._of(None, period).completed:
                found[period] = of_all  # the same people, counted the same way
                continue
            inside = [cell for part, cell in found.items() if periods.is_in(part, period)]
            shown = of_all.value is not None and all(cell.value is not None for cell in inside)
            shown = shown and (value == 0 or value >= SMALLEST_SHOWN)
            found[period] = Cell(value) if shown else Cell(None, WITHHELD)
        return found

    def _tests(self, module: str, silent: bool) -> dict[str, Tests]:
        """By period. No sum and no difference of what is shown is about fewer people than may be shown."""
        if silent:
            return {}
        rows = {quarter: self._of(module, quarter) for quarter in self.quarters}
        quiz, _ = self._shown(rows, lambda one, _: _enough(one.first_quizzes, one.first_quizzes_passed))
        gains, matched = self._shown(rows, lambda one, _: one.pairs >= gain.FEWEST)

        def beside_gain(one: Measures, quarters: frozenset[str]) -> bool:
            """Who sat the test after is who sat both and who sat that one only: no difference may be of a few."""
            alone = (rows[quarter].only_after for quarter in quarters)
            hides = any(0 < count < SMALLEST_SHOWN for count in alone)
            return _enough(one.first_posts, one.first_posts_passed) and quarters in matched and not hides

        after, _ = self._shown(rows, beside_gain)
        before, _ = self._shown(rows, lambda one, _: one.only_before >= gain.FEWEST)
        late, _ = self._shown(rows, lambda one, _: one.only_after >= SMALLEST_SHOWN)
        return {
            period: Tests(
                quiz=Share.of(quiz[period][0].first_quizzes_passed, quiz[period][0].first_quizzes),
                after=Share.of(after[period][0].first_posts_passed, after[period][0].first_posts),
                gain=gain.gain_of(moments(gains[period][0])),
                only_before=_mean(before[period][0]),
                only_after=late[period][0].only_after or None,
                part=any(any(shown) and left for shown, left in (one[period] for one in (quiz, after, gains))),
            )
            for period in self.periods
        }

    def _shown(
        self, rows: Mapping[str, Measures], enough: Callable[[Measures, frozenset[str]], bool]
    ) -> tuple[dict[str, tuple[Measures, bool]], set[frozenset[str]]]:
        """Period → sums over its quarters that may be shown, and whether others are left out; the groups of quarters
        that all shown sums are made of.

        A period is whole where what it adds to the ones inside that are shown is nothing, or enough by itself; a
        quarter once shown never has to be taken back.
        """
        groups: dict[frozenset[str], Measures] = {}
        found = {}
        for period in self.periods:
            inside = [one for one in groups if all(periods.is_in(quarter, period) for quarter in one)]
            left = {quarter for quarter in rows if periods.is_in(quarter, period)}.difference(*inside)
            rest, new = _sum(rows[quarter] for quarter in left), frozenset(left)
            if new and enough(rest, new):
                groups[new] = rest
                inside.append(new)
                rest = Measures()
            found[period] = _sum(groups[one] for one in inside), _took_tests(rest)
        return found, set(groups)


def _took_tests(row: Measures) -> bool:
    return any((row.first_quizzes, row.first_posts, row.pairs))


def _enough(n: int, passed: int) -> bool:
    """Enough people for a share, and neither those who passed nor the others so few that they are hidden."""
    return n >= gain.FEWEST and not any(0 < one < SMALLEST_SHOWN for one in (passed, n - passed))


def _mean(row: Measures) -> Mean | None:
    return Mean(row.only_before, row.only_before_sum / row.only_before / 100) if row.only_before else None


def _sum(rows: Iterable[Measures]) -> Measures:
    total = Measures()
    for row in rows:
        total = total.plus(row)
    return total


def moments(row: Measures) -> Moments:
    """Sums of scores, from hundredths of a percent and their squares."""
    sums = (row.before / 100, row.after / 100)
    return Moments(row.pairs, *sums, *(one / 10_000 for one in (row.before_squares, row.after_squares, row.products)))


def _cell(value: int, mark: str) -> Cell:
    return Cell(None, mark) if mark else Cell(value)


def total(cells: Iterable[Cell]) -> Cell:
    """The sum of what is shown; "so many or more" where something is not."""
    held: Sequence[Cell] = list(cells)
    least = sum(cell.least if cell.value is None else cell.value for cell in held)
    return Cell(least) if all(cell.value is not None for cell in held) else Cell(None, PART, least)
