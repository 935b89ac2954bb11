"""What was found to have changed in quarters that were fixed: late sheets, and people who withdrew.

It stands in a line of its own beside the new quarter and is in no other sum. Differences of 1 to 4 people would tell of
them: they wait, and are added up, until they are more. A line may not give an old figure away either: six completions
that came late leave room for one among seven who had enrolled. Where one of the module's sums of all time is hidden, a
line is told only if it cannot narrow them: as many enrolments as completions came in addition, or more.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from trainer.services.figures import ALL_MODULES, Column, Figures, Measures, sum_of
from trainer.services.periods import ALL_TIME
from trainer.services.suppression import SMALLEST_SHOWN, Cell

Line = tuple[int, int, int]
"""Enrolled, completed, planned minutes: more, or fewer (negative), than was told."""
NOTHING: Line = (0, 0, 0)


class Corrected(NamedTuple):
    """What one cut-off tells of the quarters before it."""

    modules: Mapping[str, Line] = {}
    """Those with a correction."""
    persons: int = 0
    """More people, or fewer, who completed something by then, each once."""


def told(
    now: Mapping[str, Measures], persons: int, columns: Sequence[Column], before: Sequence[Corrected], shown: Figures
) -> Corrected:
    """What may be told. `now`, `persons`: what is counted in the quarters of `columns` and before, by module, and
    people who completed something by then; `before`: what was told already; `shown`: the figures of `columns`.
    """
    lines, told_before = {}, sums_of(before)
    for module in sorted({*now, *(name for column in columns for name in column.modules)}):
        fixed = _counted(sum_of(column.modules.get(module, Measures()) for column in columns))
        late = _less(_counted(now.get(module, Measures())), fixed)
        line = _less(late, told_before.modules.get(module, NOTHING))
        if any(line) and _may_be_told(line) and (is_shown(shown, module) or _narrows_nothing(fixed, late)):
            lines[module] = line
    added = persons - sum(column.persons[2] for column in columns) - told_before.persons
    known = sums_of([*before, Corrected(lines, added)])
    return Corrected(lines, added if abs(added) >= SMALLEST_SHOWN and _persons_may(known, shown) else 0)


def sums_of(all_told: Sequence[Corrected]) -> Corrected:
    """All that was told."""
    modules: dict[str, Line] = {}
    for one in all_told:
        for module, line in one.modules.items():
            held = modules.get(module, NOTHING)
            modules[module] = (held[0] + line[0], held[1] + line[1], held[2] + line[2])
    return Corrected(modules, sum(one.persons for one in all_told))


def _less(one: Line, other: Line) -> Line:
    return one[0] - other[0], one[1] - other[1], one[2] - other[2]


def _narrows_nothing(fixed: Line, late: Line) -> bool:
    """Whoever knows that no more completed than had enrolled, before and now, learns nothing about what is fixed."""
    return fixed[0] >= fixed[1] and late[0] >= late[1] >= 0


def _may_be_told(line: Line) -> bool:
    enrolled, completed, minutes = line
    people = all(count == 0 or abs(count) >= SMALLEST_SHOWN for count in (enrolled, completed))
    # Minutes without a completion are one that came and another that went.
    return people and (completed != 0 or minutes == 0)


def is_shown(figures: Figures, module: str | None) -> bool:
    """Both sums of all time are."""
    place = (module, ALL_TIME)
    return all(of.get(place, Cell(0)).value is not None for of in (figures.enrolled, figures.completed))


def _persons_may(known: Corrected, shown: Figures) -> bool:
    """May so many persons have been told? Only beside sums that are shown, and where the completions that were told
    account for them: nothing may be known to wait.
    """
    modules = {name for name, period in shown.completed if period == ALL_TIME and name} | {*known.modules}
    persons = shown.persons.get(ALL_TIME, Cell(0)).value
    if persons is None or not all(is_shown(shown, name) for name in (*modules, ALL_MODULES)):
        return False
    late = {name: known.modules.get(name, NOTHING)[1] for name in modules}
    done = [(shown.completed.get((name, ALL_TIME), Cell(0)).value or 0) + late[name] for name in modules]
    of_all = sum(late.values())
    explained = min(0, of_all) <= known.persons <= max(0, of_all)
    return explained and max(done, default=0) <= persons + known.persons <= sum(done)


def _counted(row: Measures) -> Line:
    return row.enrolled, row.completed, row.minutes
