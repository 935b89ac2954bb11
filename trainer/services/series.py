"""Enrolled and completed, quarter by quarter: what a report shows of each of them, in one row."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from trainer.services import periods
from trainer.services.figures import Figures, total
from trainer.services.suppression import Cell

MOST = 8
"""Quarters that are drawn: two years."""


class Quarter(NamedTuple):
    period: str
    enrolled: Cell
    completed: Cell


def quarters(
    of: Mapping[str, Figures], offered: Iterable[str], *, country: str | None, module: str | None
) -> tuple[Quarter, ...]:
    """The latest quarters, oldest first, with those between in which there was nothing.

    `of`: what `figures.read` returns. `offered`: periods of the report. `country`, `module`: None for all of them.
    """
    codes = [code for code in of if country in (None, code)]
    known = sorted(period for period in offered if periods.is_quarter(period))
    return tuple(
        Quarter(period, *(_cell(of, codes, kind, module, period) for kind in ("enrolled", "completed")))
        for period in _without_gaps(known)
    )


def _cell(of: Mapping[str, Figures], codes: Iterable[str], kind: str, module: str | None, period: str) -> Cell:
    cells = [getattr(of[code], kind).get((module, period), Cell(0)) for code in codes]
    return cells[0] if len(cells) == 1 else total(cells)


def _without_gaps(known: list[str]) -> list[str]:
    found: list[str] = []
    period: str | None = known[-1] if known else None
    while period is not None and period >= known[0] and len(found) < MOST:
        found.append(period)
        period = periods.previous(period)
    return found[::-1]
