"""Somebody who has everything that anybody may see, knows the rules, and looks for numbers that are hidden.

Unknown are the counts of each country, module and quarter, and the persons of each period. Everything printed is a
sentence about sums of them; so are the marks. A hidden number is given away when no other value fits all sentences:
`possible` looks for another one, with bounds that follow from each other and by trying values near the truth.

Unknowns named `late` may be negative. That a correction is not told says one of several things (`Either`).
"""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

import numpy as np

from trainer.services.suppression import FEW, HIDDEN, PART, WITHHELD, Cell

MANY = 10_000
ATTEMPTS = (*(150,) * 30, 3_000)
"""Steps of each. A search that goes astray is begun anew by another way."""
Key = tuple[str, ...]


class Sentence(NamedTuple):
    """Sum of factor × unknown lies between `low` and `high`."""

    terms: tuple[tuple[Key, int], ...]
    low: int
    high: int


Either = Sequence[Mapping[Key, tuple[int, int]]]
"""At least one of these is true: unknowns and the least and the most that they can be."""


def says(terms: Iterable[Key], cell: Cell) -> Sentence:
    """What a cell tells about the sum of these unknowns."""
    if cell.value is not None:
        bounds = (cell.value, cell.value)
    else:
        bounds = {FEW: (1, 4), HIDDEN: (5, MANY), WITHHELD: (1, MANY), PART: (cell.least, MANY)}[cell.mark]
    return Sentence(tuple((term, 1) for term in terms), *bounds)


class TooLongError(Exception):
    """This way leads nowhere soon."""


class Attack:
    def __init__(self, sentences: Sequence[Sentence], truth: Mapping[Key, int], eithers: Sequence[Either] = ()) -> None:
        self.sentences, self.truth = list(sentences), truth
        for sentence in sentences:
            value = sum(factor * truth[key] for key, factor in sentence.terms)
            assert sentence.low <= value <= sentence.high, f"not even the truth fits {sentence}"
        self.of: defaultdict[Key, list[Sentence]] = defaultdict(list)
        for sentence in sentences:
            for key, _ in sentence.terms:
                self.of[key].append(sentence)
        self.eithers: defaultdict[Key, list[Either]] = defaultdict(list)
        for either in eithers:
            assert _is_true(either, truth), f"not even the truth fits {either}"
            for key in {key for option in either for key in option}:
                self.eithers[key].append(either)
        self.bounds = {
            key: (value - 8 if key[0].startswith("late") else 0, value + 8) for key, value in truth.items()
        }  # fmt: skip
        assert _narrow(self.bounds, self.of, self.sentences)

    def only_value(self, terms: Sequence[Key], least: int = 0) -> bool:
        """No other value of the sum of these unknowns is possible, that is `least` or more."""
        value, sums = sum(self.truth[key] for key in terms), tuple((key, 1) for key in terms)
        return not any(
            self._is_possible(Sentence(sums, low, high))
            for low, high in ((value + 1, value + 6), (max(least, value - 6), value - 1))
            if high >= low
        )

    def is_in_span(self, terms: Sequence[Key]) -> bool:
        """The sum of these unknowns is a combination of sums that are printed: linear algebra alone."""
        order = {key: at for at, key in enumerate(self.truth)}
        shown = [one for one in self.sentences if one.low == one.high]
        matrix = np.zeros((len(shown), len(order)))
        for row, sentence in enumerate(shown):
            for key, factor in sentence.terms:
                matrix[row, order[key]] = factor
        goal = np.zeros(len(order))
        goal[[order[key] for key in terms]] = 1
        found = np.linalg.lstsq(matrix.T, goal, rcond=None)[0]
        return bool(np.allclose(matrix.T @ found, goal, atol=1e-7))

    def _is_possible(self, wish: Sentence) -> bool:
        of = dict(self.of)
        for key, _ in wish.terms:
            of[key] = [*self.of[key], wish]
        self.wish = wish
        for attempt, steps in enumerate(ATTEMPTS):
            self.steps, self.chance = steps, random.Random(attempt)
            try:
                return self._search(dict(self.bounds), defaultdict(list, of), (wish,))
            except TooLongError:
                continue
        raise AssertionError("the attack takes too long to say anything")

    def _search(
        self, bounds: dict[Key, tuple[int, int]], of: Mapping[Key, list[Sentence]], changed: Sequence[Sentence]
    ) -> bool:
        """Take what is nearest to the truth; where that breaks a sentence, move one of its unknowns, or else not."""
        self.steps -= 1
        if not self.steps:
            raise TooLongError
        if not _narrow(bounds, of, changed):
            return False
        near = {key: min(max(self.truth[key], low), high) for key, (low, high) in bounds.items()}
        moved = [key for key in near if near[key] != self.truth[key]]
        for terms, least, most in dict.fromkeys((self.wish, *(one for key in moved for one in of[key]))):
            value = sum(factor * near[key] for key, factor in terms)
            if least <= value <= most:
                continue
            way = 1 if value < least else -1
            free = [key for key, factor in terms if bounds[key][1 if way * factor > 0 else 0] != near[key]]
            # What nobody was told can make up for most things.
            late = [key for key in free if key[0].startswith("late")]
            key = self.chance.choice(late if late and self.chance.random() < 0.8 else free)
            low, high = bounds[key]
            up = next(factor for one, factor in terms if one == key) * way > 0
            further = (near[key] + 1, high) if up else (low, near[key] - 1)
            kept = (low, near[key]) if up else (near[key], high)
            return any(self._search({**bounds, key: one}, of, of[key]) for one in (further, kept))
        for either in (one for key in moved for one in self.eithers.get(key, ())):
            if not _is_true(either, near):
                return any(self._search_with(option, bounds, of) for option in either)
        return True

    def _search_with(
        self, option: Mapping[Key, tuple[int, int]], bounds: Mapping[Key, tuple[int, int]],
        of: Mapping[Key, list[Sentence]],
    ) -> bool:  # fmt: skip
        both = {key: (max(low, bounds[key][0]), min(high, bounds[key][1])) for key, (low, high) in option.items()}
        if any(low > high for low, high in both.values()):
            return False
        return self._search({**bounds, **both}, of, [one for key in both for one in of[key]])


def _is_true(either: Either, values: Mapping[Key, int]) -> bool:
    return any(all(low <= values[key] <= high for key, (low, high) in option.items()) for option in either)


def _narrow(bounds: dict[Key, tuple[int, int]], of: Mapping[Key, list[Sentence]], changed: Sequence[Sentence]) -> bool:
    """Bounds that follow from each other. False: nothing fits."""
    waiting = dict.fromkeys(changed)
    while waiting:
        terms, low, high = waiting.popitem()[0]
        ends = [
            (f * bounds[k][0], f * bounds[k][1]) if f > 0 else (f * bounds[k][1], f * bounds[k][0]) for k, f in terms
        ]
        least, most = sum(one[0] for one in ends), sum(one[1] for one in ends)
        if least > high or most < low:
            return False
        for (key, factor), (down, up) in zip(terms, ends, strict=True):
            at_least, at_most = low - (most - up), high - (least - down)
            if factor < 0:
                at_least, at_most = -at_most, -at_least
            old = bounds[key]
            new = max(old[0], at_least), min(old[1], at_most)
            if new[0] > new[1]:
                return False
            if new != old:
                bounds[key] = new
                waiting.update(dict.fromkeys(of[key]))
    return True
