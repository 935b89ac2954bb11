"""Enrolled and completed, quarter by quarter: what a report shows of each of them, in one row."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from trainer.services import cutoffs, periods
from trainer.services.cutoffs import Country
from trainer.services.report_tables import headline
from trainer.services.reports import Report
from trainer.services.suppression import Cell

MOST = 8
"""Quarters that are drawn: two years."""


class Quarter(NamedTuple):
    period: str
    enrolled: Cell
    completed: Cell


def past(report: Report) -> tuple[Quarter, ...]:
    """The quarters of the headline."""
    row = headline(report)
    if row is None:
        return ()
    return quarters(report.of, report.periods, country=row.country, module=row.module)


def quarters(
    of: Mapping[str, Country], offered: Iterable[str], *, country: str | None, module: str | None
) -> tuple[Quarter, ...]:
    """The latest quarters, oldest first, with those between in which there was nothing.

    `of`: what `cutoffs.read` returns. `offered`: periods of the report. `country`, `module`: None for all of them.
    """
    chosen = [one for code, one in of.items() if country in (None, code)]
    known = sorted(period for period in offered if periods.is_quarter(period))
    return tuple(
        Quarter(period, *(cutoffs.counted(chosen, kind, module, period) for kind in ("enrolled", "completed")))
        for period in _without_gaps(known)
    )


def _without_gaps(known: list[str]) -> list[str]:
    found: list[str] = []
    period: str | None = known[-1] if known else None
    while period is not None and period >= known[0] and len(found) < MOST:
        found.append(period)
        period = periods.previous(period)
    return found[::-1]
