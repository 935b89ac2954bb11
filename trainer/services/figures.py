"""The figures of a report, as values: what is counted of a country in a quarter, and what is printed of it.

What may be printed is decided once, when a quarter is fixed (`deciding`), and depends on nothing but the country's own
counts: whoever may see it, beside whichever other countries, sees the same. Sums over countries say nothing new,
because they add up what is shown.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from trainer.assessment import items
from trainer.assessment.gain import Gain, Moments
from trainer.services.suppression import PART, Cell

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


class Column(NamedTuple):
    """What is counted of a country in one quarter."""

    quarter: str
    modules: Mapping[str, Measures]
    """Slug → what is counted; only those with something."""
    persons: tuple[int, int, int] = (0, 0, 0)
    """Who completed something in it, who did so for the first time in its year, and for the first time ever."""


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

    def then(self, later: Figures) -> Figures:
        """With what a later cut-off says of its quarter, its year and all time."""
        return Figures(
            {**self.enrolled, **later.enrolled}, {**self.completed, **later.completed},
            {**self.minutes, **later.minutes}, {**self.persons, **later.persons}, {**self.tests, **later.tests},
        )  # fmt: skip


NO_FIGURES = Figures({}, {}, {}, {}, {})


def mean_of(row: Measures) -> Mean | None:
    """Of those who took the test before only."""
    return Mean(row.only_before, row.only_before_sum / row.only_before / 100) if row.only_before else None


def sum_of(rows: Iterable[Measures]) -> Measures:
    total = Measures()
    for row in rows:
        total = total.plus(row)
    return total


def moments(row: Measures) -> Moments:
    """Sums of scores, from hundredths of a percent and their squares."""
    sums = (row.before / 100, row.after / 100)
    return Moments(row.pairs, *sums, *(one / 10_000 for one in (row.before_squares, row.after_squares, row.products)))


def total(cells: Iterable[Cell]) -> Cell:
    """The sum of what is shown; "so many or more" where something is not."""
    held: Sequence[Cell] = list(cells)
    least = sum(cell.least if cell.value is None else cell.value for cell in held)
    return Cell(least) if all(cell.value is not None for cell in held) else Cell(None, PART, least)
