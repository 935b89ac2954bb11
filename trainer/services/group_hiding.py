"""Which groups are printed of a quarter, decided once when it is fixed.

A group stands in a table with all its counts or not at all; those that do not are one row, "all others together", which
is never one group alone and never 1 to 4 people. There is a table of all modules together and one of each module, where
what its groups add up to is printed. At first every group stands in them that is not small itself. Then more are taken
out, those with the fewest people first, until every number that is not printed, in this quarter and in those before,
keeps another possible value (`group_worlds`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from trainer.services.group_worlds import ALL, PERSONS, Pair, Slice, Target, Worlds
from trainer.services.suppression import SMALLEST_SHOWN

Place = tuple[str, str]
"""A module, or all of them, and a group."""


def decide(worlds: Worlds, told: Sequence[str]) -> None:
    """Fill in what the newest quarter shows. `told`: of which its totals are printed, modules and `ALL`."""
    newest = worlds.slices[-1]
    counts = {level: level_counts(newest, level) for level in told}
    for level, of in counts.items():
        small = {group for group, pair in of.items() if any(map(is_few, pair)) or _persons_hidden(newest, group)}
        newest.shown[level] = frozenset(of).difference(small)
    while any(newest.shown.values()):
        places = _in_the_way(worlds, newest, counts)
        if places is None:
            break
        level, group = min(places, key=lambda place: (sum(counts[place[0]][place[1]]), place))
        newest.shown[level] -= {group}
    for level in [level for level, shown in newest.shown.items() if not shown]:
        del newest.shown[level]


def _in_the_way(worlds: Worlds, newest: Slice, counts: Mapping[str, Mapping[str, Pair]]) -> Sequence[Place] | None:
    """Groups in tables of which one has to go. None: none has to."""
    shown = [(level, group) for level, groups in newest.shown.items() for group in groups]
    for level, of in counts.items():
        stands = newest.shown[level]
        if stands and not _may_stand_together([pair for group, pair in of.items() if group not in stands]):
            return [(level, group) for group in stands]
    left = _few_left(newest)
    if left is not None:
        return [place for place in shown if place[1] == left]
    target = worlds.given_away()
    if target is None:
        return None
    return [place for place in shown if _is_beside(place, target, worlds.newest)] or shown


def _is_beside(place: Place, target: Target, newest: int) -> bool:
    """In a sum with it."""
    if target.at != newest or target.kind == PERSONS:
        return True
    return place[0] == target.module or place[1] == target.group


def level_counts(one: Slice, level: str) -> dict[str, Pair]:
    """Group → enrolled and completed, of those that have any; of a module or of all together."""
    found: dict[str, Pair] = {}
    for module, of in one.counts.items():
        for group, (enrolled, completed) in of.items() if level in (ALL, module) else ():
            before = found.get(group, (0, 0))
            found[group] = before[0] + enrolled, before[1] + completed
    return {group: pair for group, pair in found.items() if any(pair)}


def is_few(count: int) -> bool:
    return 0 < count < SMALLEST_SHOWN


def _persons_hidden(one: Slice, group: str) -> bool:
    if one.bounds is None:
        return is_few(one.persons.get(group, 0))
    least, most = one.bounds.get(group, (0, 0))
    return least < most


def _may_stand_together(hidden: Sequence[Pair]) -> bool:
    """Nobody at all; or of two groups or more, and not 1 to 4 people."""
    return not hidden or (len(hidden) > 1 and not any(is_few(sum(one)) for one in zip(*hidden, strict=True)))


def _few_left(one: Slice) -> str | None:
    """A group whose total leaves 1 to 4 people to the modules in which it is not printed."""
    for group in sorted(one.shown.get(ALL, ())):
        left = [
            pair for module, of in one.counts.items()
            if (pair := of.get(group)) and group not in one.shown.get(module, ())
        ]  # fmt: skip
        if any(is_few(sum(counts)) for counts in zip(*left, strict=True)):
            return group
    return None
