"""Which groups are printed of a quarter, decided once when it is fixed.

A group stands in a table with all its counts or not at all; those that do not are one row, "all others together", which
is never one group alone and never 1 to 4 people. Tables are added one after the other: of all modules together, then of
each module whose own totals are printed. Each is taken only if every number that is not printed, in this quarter and in
those before, keeps another possible value (`group_worlds`); otherwise further groups go into its last row.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from trainer.services.group_worlds import ALL, Pair, Slice, Target, Worlds
from trainer.services.suppression import SMALLEST_SHOWN


def decide(slices: Sequence[Slice], told: Sequence[str]) -> None:
    """Fill in what the last of `slices` shows. `told`: of which its totals are printed, modules and `ALL`."""
    newest = slices[-1]
    if not any(newest.counts.values()):
        return
    worlds = Worlds(slices)
    sizes = {module: sum(map(sum, of.values())) for module, of in newest.counts.items()}
    for level in sorted(told, key=lambda one: (one != ALL, -sizes.get(one, 0), one)):
        _add(worlds, newest, level, level_counts(newest, level))


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


def _add(worlds: Worlds, newest: Slice, level: str, counts: Mapping[str, Pair]) -> None:
    """The largest table of this level that gives nothing away; none if there is none."""
    hidden = {group for group, pair in counts.items() if any(map(is_few, pair)) or _persons_hidden(newest, group)}
    while shown := frozenset(counts).difference(hidden):
        further: Target | str | None = None
        smallest = min(shown, key=lambda group: (sum(counts[group]), group))
        if not _may_stand_together([counts[group] for group in hidden]):
            further = smallest
        else:
            newest.shown[level] = shown
            further = _few_left(newest) or worlds.given_away()
            if further is None:
                return
            del newest.shown[level]
        group = further.group if isinstance(further, Target) else further
        hidden.add(group if group in shown else smallest)


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
