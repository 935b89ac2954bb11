"""What was found to have changed in quarters that were fixed: late sheets, and people who withdrew.

It stands in a line of its own beside the new quarter and is in no other sum. Differences of 1 to 4 people would tell of
them: they wait, and are added up, until they are more. A line may not give an old figure away either: six completions
that came late leave room for one among seven who had enrolled. Where one of the module's sums of all time is hidden, a
line is told only if it cannot narrow them: as many enrolments as completions came in addition, or more.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from trainer.services import room_hours
from trainer.services.figures import ALL_MODULES, Column, Figures, Measures, sum_of
from trainer.services.periods import ALL_TIME
from trainer.services.room_hours import Lengths
from trainer.services.suppression import SMALLEST_SHOWN, Cell

Line = tuple[int, int, int]
"""Enrolled, completed, planned minutes: more, or fewer (negative), than was told."""
NOTHING: Line = (0, 0, 0)
EVERY_LENGTH_UNKNOWN: Mapping[str, Lengths] = {}


class Corrected(NamedTuple):
    """What one cut-off tells of the quarters before it."""

    modules: Mapping[str, Line] = {}
    """Those with a correction."""
    persons: int = 0
    """More people, or fewer, who completed something by then, each once."""


def told(
    now: Mapping[str, Measures], persons: int, columns: Sequence[Column], before: Sequence[Corrected], shown: Figures,
    lengths: Mapping[str, Lengths] = EVERY_LENGTH_UNKNOWN,
) -> Corrected:  # fmt: skip
    """What may be told. `now`, `persons`: what is counted in the quarters of `columns` and before, by module, and
    people who completed something by then; `before`: what was told already; `shown`: the figures of `columns`;
    `lengths`: what modules take alone and in a room.
    """
    lines, told_before = {}, sums_of(before)
    for module in sorted({*now, *(name for column in columns for name in column.modules)}):
        fixed = _counted(sum_of(column.modules.get(module, Measures()) for column in columns))
        late = _less(_counted(now.get(module, Measures())), fixed)
        line = _less(late, told_before.modules.get(module, NOTHING))
        if not any(line) or not _may_be_told(line):
            continue
        hours_may = room_hours.may_be_told(lengths.get(module, room_hours.UNKNOWN), line[1], line[2])
        if hours_may and (is_shown(shown, module) or _narrows_nothing(fixed, late)):
            lines[module] = line
    added = persons - sum(column.persons[2] for column in columns) - told_before.persons
    known = sums_of([*before, Corrected(lines, added)])
    return Corrected(lines, added if abs(added) >= SMALLEST_SHOWN and _persons_may(known, added, columns, shown) else 0)


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


def _persons_may(known: Corrected, added: int, columns: Sequence[Column], shown: Figures) -> bool:
    """May so many persons be told, `added` of them now? The completions that were told have to account for them, or
    something would be known to wait; and where a sum of all time is hidden, it may not be narrowed.
    """
    modules = sorted({*known.modules, *(name for column in columns for name in column.modules)})
    late = [known.modules.get(name, NOTHING)[1] for name in modules]
    explained = min(0, sum(late)) <= known.persons <= max(0, sum(late))
    fixed = sum(column.persons[2] for column in columns)
    done = [sum(column.modules.get(name, Measures()).completed for column in columns) for name in modules]
    is_all_shown = shown.persons.get(ALL_TIME, Cell(0)).value is not None and all(
        is_shown(shown, name) for name in (*modules, ALL_MODULES)
    )
    # Whoever completed something is a person, before and now: then nothing is learned about what is fixed.
    narrows_nothing = min(late, default=0) >= 0 and _may_be(fixed, done) and _may_be(known.persons, late)
    done_now = [one + more for one, more in zip(done, late, strict=True)]
    possible = is_all_shown and _may_be(fixed + known.persons, done_now)
    if is_all_shown:
        # Readers know that so many are new at least, or gone. Where that is a few, silence would say how many.
        held = fixed + known.persons - added
        new, gone = max(done_now, default=0) - held, held - sum(done_now)
        if 0 < new < SMALLEST_SHOWN or 0 < gone < SMALLEST_SHOWN:
            return False
    return explained and (narrows_nothing or possible)


def _may_be(persons: int, completed: Sequence[int]) -> bool:
    """So many persons with these completions by module: each has one at least, and none has two in a module."""
    return max(completed, default=0) <= persons <= sum(completed)


def _counted(row: Measures) -> Line:
    return row.enrolled, row.completed, row.minutes
