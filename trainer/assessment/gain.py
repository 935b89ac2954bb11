"""What a group knew before and after: the change of the mean, how sure one can be of it, and how large it is.

Only people who took both tests count; whoever took one of them is counted apart, because the weaker drop out more
often. The formulas are those of the programme's monitoring rules; there is no comparison group, so it is a change and
not an effect.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

FEWEST = 10
"""Matched people below whom nothing about scores is shown."""


class Gain(NamedTuple):
    """Percent scores of people who took both tests. Undefined figures are None."""

    n: int
    before: float
    after: float
    change: float
    low: float | None
    """95 % confidence interval of the change, in points."""
    high: float | None
    normalised: float | None
    """Class normalised gain (Hake): the change as a share of what was left to learn."""
    effect: float | None
    """d_av: the change in units of the mean of both standard deviations."""
    corrected: float | None
    """g_av: `effect` with the correction J for small groups."""


class Moments(NamedTuple):
    """All that the figures need of matched scores: sums, so that groups add up and nobody is in them any more."""

    n: int = 0
    before: float = 0.0
    after: float = 0.0
    before_squares: float = 0.0
    after_squares: float = 0.0
    products: float = 0.0

    @classmethod
    def of(cls, before: float, after: float) -> Moments:
        """One person's two scores, in percent."""
        return cls(1, before, after, before * before, after * after, before * after)

    def plus(self, other: Moments) -> Moments:
        return Moments(self.n + other.n, *(one + two for one, two in zip(self[1:], other[1:], strict=True)))


def gain(pairs: Sequence[tuple[float, float]]) -> Gain | None:
    """Of (before, after) in percent; None without any pair."""
    total = Moments()
    for before, after in pairs:
        total = total.plus(Moments.of(before, after))
    return gain_of(total)


def gain_of(sums: Moments) -> Gain | None:
    """The figures of a group by its sums; None for nobody. The number of people does not matter for what it costs."""
    if not sums.n:
        return None
    n, before, after = sums.n, sums.before / sums.n, sums.after / sums.n
    change = after - before
    normalised = change / (100 - before) if before < 100 else None
    if n < 2:
        return Gain(n, before, after, change, None, None, normalised, None, None)
    spreads = _deviation(n, sums.before, sums.before_squares), _deviation(n, sums.after, sums.after_squares)
    squares = sums.before_squares + sums.after_squares - 2 * sums.products
    half = t_quantile(n - 1) * _deviation(n, sums.after - sums.before, squares) / math.sqrt(n)
    effect = 2 * change / sum(spreads) if sum(spreads) else None
    corrected = None if effect is None or n < 3 else effect * (1 - 3 / (4 * (n - 1) - 1))
    return Gain(n, before, after, change, change - half, change + half, normalised, effect, corrected)


def _deviation(n: int, total: float, squares: float) -> float:
    """Standard deviation of a sample. What rounding leaves below zero is zero."""
    variance = (squares - total * total / n) / (n - 1)
    return math.sqrt(variance) if variance > 1e-9 else 0.0


def t_quantile(freedom: int) -> float:
    """The 97.5 % point of Student's t with this many degrees of freedom."""
    low, high = 0.0, 13.0  # 12.71 for one degree, falling
    for _ in range(60):
        middle = (low + high) / 2
        if _two_sided(middle, freedom) > 0.05:
            low = middle
        else:
            high = middle
    return (low + high) / 2


def _two_sided(t: float, freedom: int) -> float:
    """Probability of a value farther from 0 than `t`, as a finite sum (Abramowitz and Stegun 26.7.3-4)."""
    angle = math.atan2(t, math.sqrt(freedom))
    cosine, sine = math.cos(angle), math.sin(angle)
    if freedom % 2:
        term, total = cosine, cosine if freedom > 1 else 0.0
        for k in range(2, freedom - 2, 2):
            term *= cosine * cosine * k / (k + 1)
            total += term
        return 1 - 2 / math.pi * (angle + sine * total)
    term, total = 1.0, 1.0
    for k in range(1, freedom - 2, 2):
        term *= cosine * cosine * k / (k + 1)
        total += term
    return 1 - sine * total
