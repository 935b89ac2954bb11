"""Who enrolled and completed, and how their tests went, by one thing at a time: values of one country and quarter."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from trainer.services.figures import Measures, Tests
from trainer.services.group_worlds import ALL
from trainer.services.suppression import Cell

FACETS = ("agency_type", "sex", "work_role", "mode", "locale")
"""What groups are made by, each by itself."""

Counted = Mapping[str, Mapping[str, Mapping[str, Measures]]]
"""Facet → module → group → what is counted."""


class Kept(NamedTuple):
    """What a cut-off keeps beside what it tells: the next ones must not give it away. Nothing of it is printed."""

    counts: Mapping[str, Mapping[str, Mapping[str, tuple[int, int, int]]]]
    """Facet → module → group → enrolled, completed, planned minutes."""
    who: Mapping[str, Mapping[str, int]]
    """As in `PersonSummary`: facet → value → persons of the quarter."""


NOTHING_KEPT = Kept({}, {})


class GroupLine(NamedTuple):
    group: str
    enrolled: int
    completed: int
    minutes: Cell
    """Planned minutes of what was completed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupTable:
    """One facet and one module, or all of them."""

    facet: str
    module: str
    """`ALL`: all together."""
    rows: tuple[GroupLine, ...]
    others: tuple[int, int] | None
    """Enrolled and completed of everybody who is in no row: two groups or more. None: nobody."""


class GroupTests(NamedTuple):
    facet: str
    module: str
    group: str
    tests: Tests


@dataclass(frozen=True, slots=True)
class Told:
    """What is printed of groups of one quarter."""

    tables: Sequence[GroupTable] = ()
    tests: Sequence[GroupTests] = ()
    kept: Kept = field(default=NOTHING_KEPT)

    def of(self, module: str | None) -> tuple[GroupTable, ...]:
        """Tables of a module, or of all together."""
        return tuple(one for one in self.tables if one.module == (module or ALL))
