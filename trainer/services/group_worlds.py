"""What else could be true of the groups of a country: does a hidden number keep another possible value?

Of one facet (agency type, say), with everything that was ever printed about it. Unknown are enrolled and completed of
each group in each module and quarter, and the persons of each group in each quarter. A *change* moves one enrolment,
one completion, or both, from one group to another: in one module and quarter, perhaps the completion in another
quarter; and perhaps back again in another quarter, or in another module where totals of the two groups are printed.
Sums over groups, which other tables print, stay as they are. A change is possible when nothing that is printed would be
different, and when it leaves true what readers know besides:

- up to any quarter, no more of a group completed a module than had enrolled in it;
- a group's persons in a quarter are at most its completions, and no module has more completions than persons; they are
  as many as printed, or carry the mark that is printed;
- planned minutes by module are printed: where they differ between ways of learning, completions cannot change between
  these. Where they are not printed (`room_hours`), 1 to 4 learned in a room, or did not.

A bound that is not true (people change their agency or language) bounds nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple

ALL = ""
"""Stands for all modules."""
MANY = 10**9
ENROLLED, COMPLETED = 0, 1
PERSONS = 2
Pair = tuple[int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Slice:
    """One facet in one quarter."""

    counts: Mapping[str, Mapping[str, Pair]]
    """Module → group → enrolled, completed."""
    persons: Mapping[str, int]
    bounds: Mapping[str, Pair] | None
    """Group → what is printed of its persons: the least and the most; one that is missing has none. None: nothing is
    printed.
    """
    swaps: frozenset[tuple[str, str]] = frozenset()
    """One person of the first could be one of the second, for all that is printed of persons."""
    unlike: frozenset[tuple[str, str, str]] = frozenset()
    """Module and two groups: minutes, or that they are not told, say that no completion of the second is one of the
    first.
    """
    shown: dict[str, frozenset[str]] = field(default_factory=dict)
    """Module, or all of them → groups that are printed with all their counts."""

    def swappable(self, giver: str, taker: str) -> bool:
        return self.persons.get(giver, 0) > 0 if self.bounds is None else (giver, taker) in self.swaps


class Target(NamedTuple):
    """A number that is not printed."""

    at: int
    """Quarter."""
    module: str
    kind: int
    group: str


class Change(NamedTuple):
    """`taker` has one more and `giver` one less, at these places; the other way round where the sign is -1."""

    taker: str
    giver: str
    places: tuple[tuple[int, str, int, int], ...]
    """Quarter, module, kind, sign."""
    persons: tuple[tuple[int, int], ...] = ()
    """Quarter and sign: a person as well."""


class Worlds:
    """All quarters of one facet until now; what the newest shows (`Slice.shown`) may still be changed."""

    def __init__(self, slices: Sequence[Slice], of: Sequence[Target] | None = None) -> None:
        """`of`: look at these only, instead of at everything that is not printed."""
        self.slices = slices
        self.newest = len(slices) - 1
        self.groups = sorted({group for one in slices for of in one.counts.values() for group in of})
        self.found: dict[Target, Change] = {}
        self.fixed = [one for one in (self._all() if of is None else of) if not self._find(one)]
        """What has one possible value although the newest quarter shows nothing yet."""

    def is_lost(self) -> bool:
        """Has something one possible value now that would have more if nothing were told of enrolled and completed?"""
        hidden = [one for one in self.fixed if not self._is_shown(one)]
        return bool(hidden) and bool(Worlds([replace(one, shown={}) for one in self.slices], hidden).found)

    def given_away(self) -> Target | None:
        """The first number that is not printed and has one possible value, where it had more before."""
        for one, found in list(self.found.items()):
            if one.at == self.newest and self._is_shown(one):
                continue
            if not self._touches_newest(found) or self._is_possible(found):
                continue
            if not self._find(one):
                return one
        return None

    def _touches_newest(self, change: Change) -> bool:
        return any(at == self.newest for at, *_ in (*change.places, *change.persons))

    def _is_shown(self, one: Target) -> bool:
        return one.kind != PERSONS and one.group in self.slices[one.at].shown.get(one.module, ())

    def _all(self) -> Iterator[Target]:
        for at, one in enumerate(self.slices):
            for kind in (ENROLLED, COMPLETED):
                for module, of in one.counts.items():
                    yield from (Target(at, module, kind, group) for group in sorted(of) if of[group][kind])
                yield from (Target(at, ALL, kind, group) for group in self.groups if self._in_all(at, group)[kind])
            for group, count in sorted(one.persons.items()):
                least, most = one.bounds.get(group, (0, 0)) if one.bounds is not None else (0, MANY)
                if count and least < most:
                    yield Target(at, ALL, PERSONS, group)

    def _in_all(self, at: int, group: str) -> Pair:
        of = [counts.get(group, (0, 0)) for counts in self.slices[at].counts.values()]
        return sum(one[0] for one in of), sum(one[1] for one in of)

    def _find(self, target: Target) -> bool:
        if target.at != self.newest and self._is_shown(target):
            return False
        for change in self._changes(target):
            if self._is_possible(change):
                self.found[target] = change
                return True
        return False

    def _changes(self, target: Target) -> Iterator[Change]:
        """All that are tried, the simplest first."""
        at, module, kind, group = target
        shown = self.slices[at].shown
        for other in self.groups if kind == PERSONS else ():
            for sign in (1, -1):
                yield Change(group, other, (), ((at, sign),))
        for of in sorted(self.slices[at].counts) if module == ALL else [module]:
            for other in self.groups:
                if other == group or not shown.get(of, frozenset()).isdisjoint((group, other)):
                    continue
                is_free = shown.get(ALL, frozenset()).isdisjoint((group, other))
                for places, swapped in [*self._ways(at, of, kind, 1), *self._ways(at, of, kind, -1)]:
                    for persons in swapped if is_free else ():
                        if persons or kind != PERSONS:
                            yield Change(group, other, places, persons)
                    back = () if module == ALL else self._back(at, of, places)
                    yield from (Change(group, other, both) for both in back)

    def _ways(
        self, at: int, module: str, kind: int, sign: int
    ) -> Iterator[tuple[tuple[tuple[int, str, int, int], ...], tuple[tuple[tuple[int, int], ...], ...]]]:
        """Places that change, each with the persons that may change with them."""
        enrolled, completed = (at, module, ENROLLED, sign), (at, module, COMPLETED, sign)
        nobody, person = (), ((at, sign),)
        if kind == ENROLLED:
            yield (enrolled,), (nobody,)
        else:
            yield (completed,), (nobody, person)
        yield (enrolled, completed), (nobody, person)
        for other in range(len(self.slices)):
            if other == at:
                continue
            if kind == ENROLLED:
                yield (enrolled, (other, module, COMPLETED, sign)), (nobody, ((other, sign),))
                yield (enrolled, (other, module, ENROLLED, -sign)), (nobody,)
            else:
                yield (completed, (other, module, ENROLLED, sign)), (nobody, person)
                yield (completed, (other, module, COMPLETED, -sign)), (nobody, (*person, (other, -sign)))

    def _back(
        self, at: int, module: str, places: tuple[tuple[int, str, int, int], ...]
    ) -> Iterator[tuple[tuple[int, str, int, int], ...]]:
        """The same in another module, the other way round: totals of the two groups stay."""
        for other in sorted(self.slices[at].counts):
            if other != module:
                yield (*places, *((quarter, other, kind, -sign) for quarter, _, kind, sign in places))

    # ------------------------------------------------------------- is it possible?

    def _is_possible(self, change: Change) -> bool:
        both = (change.taker, change.giver)
        return (
            self._leaves_print(change, both)
            and all(self._in_order(change, group, step) for group, step in ((change.taker, 1), (change.giver, -1)))
            and self._leaves_persons(change, both)
        )

    def _leaves_print(self, change: Change, both: tuple[str, str]) -> bool:
        net: dict[Pair, int] = {}
        for at, module, kind, sign in change.places:
            one = self.slices[at]
            if not one.shown.get(module, frozenset()).isdisjoint(both):
                return False
            loser = both[1] if sign > 0 else both[0]
            if one.counts.get(module, {}).get(loser, (0, 0))[kind] < 1:
                return False
            gainer = both[0] if sign > 0 else both[1]
            if kind == COMPLETED and (module, gainer, loser) in one.unlike:
                return False
            net[at, kind] = net.get((at, kind), 0) + sign
        return all(
            not step or self.slices[at].shown.get(ALL, frozenset()).isdisjoint(both) for (at, _), step in net.items()
        )

    def _in_order(self, change: Change, group: str, step: int) -> bool:
        """No more completed than had enrolled, up to any quarter."""
        for module in {module for _, module, _, _ in change.places}:
            steps = {(at, kind): sign * step for at, of, kind, sign in change.places if of == module}
            truth = after = 0
            broken = False
            for at, one in enumerate(self.slices):
                enrolled, completed = one.counts.get(module, {}).get(group, (0, 0))
                truth += enrolled - completed
                after += enrolled - completed + steps.get((at, ENROLLED), 0) - steps.get((at, COMPLETED), 0)
                if truth < 0:
                    break  # somebody has changed groups: no bound
                broken |= after < 0
            else:
                if broken:
                    return False
        return True

    def _leaves_persons(self, change: Change, both: tuple[str, str]) -> bool:
        swaps = dict(change.persons)
        for at, sign in change.persons:
            taker, giver = both if sign > 0 else (both[1], both[0])
            if not self.slices[at].swappable(giver, taker):
                return False
        touched = {at for at, _, kind, _ in change.places if kind == COMPLETED} | set(swaps)
        return all(
            self._bounded(change, at, group, step, swaps.get(at, 0) * step)
            for at in touched
            for group, step in zip(both, (1, -1), strict=True)
        )

    def _bounded(self, change: Change, at: int, group: str, step: int, more: int) -> bool:
        one = self.slices[at]
        before = {module: of[group][COMPLETED] for module, of in one.counts.items() if group in of}
        after = dict(before)
        for quarter, module, kind, sign in change.places:
            if quarter == at and kind == COMPLETED:
                after[module] = after.get(module, 0) + sign * step
        persons = one.persons.get(group, 0)
        was = max(before.values(), default=0) <= persons <= sum(before.values())
        return not was or max(after.values(), default=0) <= persons + more <= sum(after.values())
