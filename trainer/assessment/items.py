"""How the questions of a test did: share of right answers, whether they tell the strong from the weak, reliability.

All from sums over the people who answered, so that a report costs the same for ten and for ten thousand of them.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import NamedTuple

FEWEST = 30
"""Answers below which nothing is said about a question."""
_Z = 1.959963984540054
"""97.5 % point of the normal distribution."""


class ItemSums(NamedTuple):
    """Of everybody who answered a question. `rest`: the person's points on the other questions of the test."""

    n: int = 0
    right: int = 0
    rest: float = 0.0
    rest_squares: float = 0.0
    rest_of_right: float = 0.0
    """Sum of `rest` over those who were right."""

    @classmethod
    def of(cls, right: bool, rest: float) -> ItemSums:
        """One person's answer."""
        return cls(1, int(right), rest, rest * rest, rest if right else 0.0)

    def plus(self, other: ItemSums) -> ItemSums:
        counts = self.n + other.n, self.right + other.right
        return ItemSums(*counts, *(one + two for one, two in zip(self[2:], other[2:], strict=True)))


class Item(NamedTuple):
    """Figures of one question; those that are undefined are None."""

    n: int
    difficulty: float
    """Share of right answers, 0 to 1. After training 0.4 to 0.9 is useful."""
    discrimination: float | None
    """Correlation of being right with `rest` (corrected point-biserial). Below 0.2: look at the question."""


def item(sums: ItemSums) -> Item | None:
    """None when nobody answered."""
    if not sums.n:
        return None
    share = sums.right / sums.n
    variance = sums.rest_squares / sums.n - (sums.rest / sums.n) ** 2
    discrimination = None
    if 0 < sums.right < sums.n and variance > 1e-12:
        covariance = sums.rest_of_right / sums.n - share * sums.rest / sums.n
        discrimination = covariance / math.sqrt(variance * share * (1 - share))
    return Item(sums.n, share, discrimination)


def reliability(shares: Iterable[float], n: int, total: float, squares: float) -> float | None:
    """KR-20 of a test: `shares` of right answers per question, and the sum and sum of squares of `n` total scores.

    None when it is undefined: fewer than two questions, or all totals alike.
    """
    spread = [share * (1 - share) for share in shares]
    variance = squares / n - (total / n) ** 2 if n else 0.0
    if len(spread) < 2 or variance <= 1e-12:
        return None
    return len(spread) / (len(spread) - 1) * (1 - sum(spread) / variance)


def wilson(count: int, n: int) -> tuple[float, float] | None:
    """95 % interval of a share of `count` among `n`, 0 to 1; None of nobody."""
    if not n:
        return None
    share, square = count / n, _Z * _Z
    middle = (share + square / (2 * n)) / (1 + square / n)
    half = _Z * math.sqrt(share * (1 - share) / n + square / (4 * n * n)) / (1 + square / n)
    return max(0.0, middle - half), min(1.0, middle + half)
