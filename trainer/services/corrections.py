"""What was found to have changed in quarters that were fixed: late sheets, and people who withdrew.

It stands in a line of its own beside the new quarter and is in no other sum. Differences of 1 to 4 people would tell of
them: they wait, and are added up, until they are more.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from trainer.services.figures import Column, Measures
from trainer.services.suppression import SMALLEST_SHOWN

Line = tuple[int, int, int]
"""Enrolled, completed, planned minutes: more, or fewer (negative), than was told."""


def told(
    now: Mapping[str, Measures], columns: Sequence[Column], before: Sequence[Mapping[str, Sequence[int]]]
) -> dict[str, Line]:
    """Module → its correction, where it may be told. `now`: what is counted in the quarters of `columns` and before;
    `before`: corrections that were told already.
    """
    found = {}
    for module in sorted({*now, *(name for column in columns for name in column.modules)}):
        line = _counted(now.get(module, Measures()))
        for one in (*(_counted(column.modules.get(module, Measures())) for column in columns),
                    *(of.get(module, (0, 0, 0)) for of in before)):  # fmt: skip
            line = (line[0] - one[0], line[1] - one[1], line[2] - one[2])
        if any(line) and _may_be_told(line):
            found[module] = line
    return found


def _may_be_told(line: Line) -> bool:
    enrolled, completed, minutes = line
    people = all(count == 0 or abs(count) >= SMALLEST_SHOWN for count in (enrolled, completed))
    # Minutes without a completion are one that came and another that went.
    return people and (completed != 0 or minutes == 0)


def _counted(row: Measures) -> Line:
    return row.enrolled, row.completed, row.minutes
