"""What the sums of persons that are told say about those that are not.

Persons of a quarter, of its year until then, and of all time until then hang together: nobody is new in a year who was
not there in the quarter, nor new altogether who was not new in the year. With the completions beside them, readers can
narrow a hidden sum down from both sides. Here that is done as far as it goes, one rule after the other.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

Bounds = list[int]
"""The least and the most that a sum can be; changed in place."""
_NOBODY: Bounds = [0, 0]


class Moment:
    """The three sums of one cut-off."""

    def __init__(self, year: str, quarter: Bounds, of_year: Bounds, ever: Bounds) -> None:
        self.year, self.quarter, self.of_year, self.ever = year, quarter, of_year, ever


def narrowed(moments: Sequence[Moment]) -> None:
    """Draw the bounds of every sum together, as far as readers can."""
    rules = list(_rules(moments))
    changed = True
    while changed:
        changed = False
        for more, less, room, taken in rules:  # more - less <= room - taken
            changed |= _lower(more, less[1] + room[1] - taken[0]) | _raise(less, more[0] - room[1] + taken[0])
            changed |= _raise(room, more[0] - less[1] + taken[0]) | _lower(taken, less[1] + room[1] - more[0])


def _rules(moments: Sequence[Moment]) -> Iterator[tuple[Bounds, Bounds, Bounds, Bounds]]:
    for at, now in enumerate(moments):
        before = moments[at - 1] if at else None
        ever = before.ever if before else _NOBODY
        of_year = before.of_year if before and before.year == now.year else _NOBODY
        yield now.ever, ever, now.of_year, of_year
        yield now.of_year, of_year, now.quarter, _NOBODY
        for less, more in (
            (ever, now.ever), (of_year, now.of_year), (now.quarter, now.of_year), (now.of_year, now.ever),
        ):  # fmt: skip
            yield less, _NOBODY, more, _NOBODY
        if moments[0].year == now.year:
            yield now.ever, _NOBODY, now.of_year, _NOBODY


def _lower(one: Bounds, most: int) -> bool:
    """-> whether it changed something. Counts that cannot be true together are left as they are."""
    most = max(most, one[0])
    if one is _NOBODY or most >= one[1]:
        return False
    one[1] = most
    return True


def _raise(one: Bounds, least: int) -> bool:
    least = min(least, one[1])
    if one is _NOBODY or least <= one[0]:
        return False
    one[0] = least
    return True
