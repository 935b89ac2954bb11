"""The coordinator's report: enrolled and completed by country and module, small groups hidden, from the summaries."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

FEW = "<5"
"""How a count of 1 to 4 is shown everywhere."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """Fixed choices only: free ones would let hidden numbers be worked out from differences."""

    country: str | None = None
    """One of the coordinator's countries; None: all of them."""
    module: str | None = None
    """Slug; None: all."""


@dataclass(frozen=True, slots=True)
class Cell:
    """A count, or why it is not shown."""

    value: int | None
    """None when hidden."""
    mark: str = ""
    """``: shown. `few`: 1 to 4. `hidden`: would give a `few` away."""

    def text(self, label: Callable[[str], str] = str) -> str:
        """The number, `<5`, or the words "not shown" through `label`."""
        raise NotImplementedError


@dataclass(frozen=True, slots=True, kw_only=True)
class CompletionRow:
    """One country and module, or a total of them."""

    country: str | None
    """None: of all countries in the report."""
    module: str | None
    """None: of all modules (participations: a person counts once per module)."""
    title: str
    """Of the module; empty for a total."""
    enrolled: Cell
    completed: Cell
    rate: int | None
    """Percent of the enrolled; None unless both counts are shown and somebody is enrolled."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CompletionReport:
    """By country, then module; totals last of their group."""

    filters: Filters
    countries: tuple[str, ...]
    rows: tuple[CompletionRow, ...]
    """Country × module."""
    totals: tuple[CompletionRow, ...]
    """Per country, then per module, then of all; only those that add up more than one row."""
    made_at: datetime
    hidden: bool
    """Something is not shown: the page explains the marks."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BreakdownRow:
    agency_type: str | None
    """None: the total."""
    cells: tuple[Cell, ...]
    """One per column of the report, the total last."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BreakdownReport:
    """Completions of one module by agency type and sex, over all the coordinator's countries."""

    module: str
    title: str
    columns: tuple[str, ...]
    """Codes of `vocabulary.SEXES`, `` for not stated, and `total` last."""
    rows: tuple[BreakdownRow, ...]
    left_out: bool
    """1 to 4 people did not state their sex: they are in no row and no total."""
    made_at: datetime


def completions(
    db: Session, countries: Collection[str], filters: Filters, *, titles: Mapping[str, str] | None = None,
    now: datetime,
) -> CompletionReport:
    """The report for these countries; `titles` by slug, otherwise the titles of the editions.

    Raises NotFound when a filter names a country that is not among `countries` or a module that does not exist.
    """
    raise NotImplementedError


def breakdown(
    db: Session, countries: Collection[str], module: str, *, titles: Mapping[str, str] | None = None, now: datetime
) -> BreakdownReport:
    """Completions of `module` by agency type and sex. Raises NotFound."""
    raise NotImplementedError


def csv(report: CompletionReport, label: Callable[[str], str] = str) -> str:
    """The report's rows and totals with the same cells as on screen. `label` translates headings and countries."""
    raise NotImplementedError


def filename(report: CompletionReport) -> str:
    """`completions-KH-LA-recognising-indicators-2026-11-24.csv`"""
    raise NotImplementedError
