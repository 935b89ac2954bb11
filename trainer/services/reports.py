"""The coordinator's report: enrolled and completed by country and module, small groups hidden, from the summaries."""

from __future__ import annotations

import csv as csv_format
import io
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from trainer.services import editions
from trainer.services.problems import NotFound
from trainer.services.suppression import Cell, Table, suppressed
from trainer.store.evidence import Summary
from trainer.vocabulary import AGENCY_TYPES, N_, SEXES, country_name

SMALLEST_BASE = 5
"""People enrolled below which no share is shown: shares of few people say too much about each."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """Fixed choices only: free ones would let hidden numbers be worked out from differences."""

    country: str | None = None
    """One of the coordinator's countries; None: all of them."""
    module: str | None = None
    """Slug; None: all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CompletionRow:
    """One country and module, or a total of them."""

    country: str | None
    """None: of all countries in the report."""
    module: str | None
    """None: of all modules (participations: a person counts once per module)."""
    title: str
    """Of the module; empty for a total of modules."""
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
    db: Session,
    countries: Sequence[str],
    filters: Filters,
    *,
    titles: Mapping[str, str] | None = None,
    now: datetime,
) -> CompletionReport:
    """The report for these countries; `titles` by slug, otherwise the titles of the editions. Both in their order.

    What is hidden is decided on the whole table, in an order of its own, and only then filtered and put in order: a
    cell is shown under every filter and in every language, or under none.

    Raises NotFound when a filter names a country that is not among `countries` or a module that does not exist.
    """
    titles = titles or {edition.module: edition.title for edition in editions.current_editions(db)}
    if filters.country not in (None, *countries) or filters.module not in (None, *titles):
        raise NotFound
    codes, counts = sorted(countries), _counts(db, countries)
    modules = sorted({module for _, module in counts})
    enrolled = [[counts[code, module][0] for module in modules] for code in codes]
    completed = [[counts[code, module][1] for module in modules] for code in codes]
    tables = suppressed(enrolled, least=completed), suppressed(completed, most=enrolled)
    rows = [
        _row(code, module, titles, tables[0].rows[i][j], tables[1].rows[i][j])
        for i, code in enumerate(codes)
        for j, module in enumerate(modules)
        if filters.country in (None, code) and filters.module in (None, module)
    ]
    place = _places(countries, [*titles, *(slug for slug in modules if slug not in titles)])
    report = CompletionReport(
        filters=filters,
        countries=tuple(countries),
        rows=tuple(sorted((row for row in rows if row.enrolled.value != 0 or row.completed.value != 0), key=place)),
        totals=tuple(sorted(_totals(codes, modules, titles, tables, filters), key=place)),
        made_at=now,
        hidden=False,
    )
    cells = [cell for row in (*report.rows, *report.totals) for cell in (row.enrolled, row.completed)]
    return replace(report, hidden=any(cell.mark for cell in cells))


def _places(countries: Sequence[str], modules: Sequence[str]) -> Callable[[CompletionRow], tuple[int, int]]:
    """Where a row stands; totals stand last."""
    of_country = {code: at for at, code in enumerate((*countries, None))}
    of_module = {slug: at for at, slug in enumerate((*modules, None))}
    return lambda row: (of_country[row.country], of_module[row.module])


def _counts(db: Session, countries: Collection[str]) -> dict[tuple[str, str], tuple[int, int]]:
    """(country, module) → enrolled, completed; zeros for what is not there."""
    query = (
        select(Summary.country, Summary.module, func.sum(Summary.enrolled), func.sum(Summary.completed))
        .where(Summary.country.in_(sorted(countries)))
        .group_by(Summary.country, Summary.module)
    )
    found: defaultdict[tuple[str, str], tuple[int, int]] = defaultdict(lambda: (0, 0))
    for country, module, enrolled, completed in db.execute(query):
        found[country, module] = (int(enrolled), int(completed))
    return found


def _totals(
    countries: Sequence[str],
    modules: Sequence[str],
    titles: Mapping[str, str],
    tables: tuple[Table, Table],
    filters: Filters,
) -> Iterator[CompletionRow]:
    """Per country, per module, of all: those that the filters leave, and that add up more than one row."""
    enrolled, completed = tables
    if len(modules) > 1 and filters.module is None:
        for i, code in enumerate(countries):
            if filters.country in (None, code):
                yield _row(code, None, titles, enrolled.row_totals[i], completed.row_totals[i])
    if len(countries) > 1 and filters.country is None:
        for j, module in enumerate(modules):
            if filters.module in (None, module):
                yield _row(None, module, titles, enrolled.column_totals[j], completed.column_totals[j])
        if len(modules) > 1 and filters.module is None:
            yield _row(None, None, titles, enrolled.total, completed.total)


def _row(
    country: str | None, module: str | None, titles: Mapping[str, str], enrolled: Cell, completed: Cell
) -> CompletionRow:
    rate = None
    if enrolled.value is not None and completed.value is not None and enrolled.value >= SMALLEST_BASE:
        rate = round(100 * completed.value / enrolled.value)
    title = titles.get(module, module) if module else ""
    return CompletionRow(country=country, module=module, title=title, enrolled=enrolled, completed=completed, rate=rate)


def breakdown(
    db: Session, countries: Collection[str], module: str, *, titles: Mapping[str, str] | None = None, now: datetime
) -> BreakdownReport:
    """Completions of `module` by agency type and sex, over all the countries. Raises NotFound.

    The total of all is hidden here whenever the completion report hides the module's.
    """
    titles = titles or {edition.module: edition.title for edition in editions.current_editions(db)}
    if module not in titles:
        raise NotFound
    query = (
        select(Summary.agency_type, Summary.sex, func.sum(Summary.completed))
        .where(Summary.country.in_(sorted(countries)), Summary.module == module)
        .group_by(Summary.agency_type, Summary.sex)
    )
    counts: Counter[tuple[str, str]] = Counter()
    for agency_type, sex, completed in db.execute(query):
        counts[agency_type, sex] += int(completed)
    unstated = sum(count for (_, sex), count in counts.items() if sex == "")
    left_out = 0 < unstated < SMALLEST_BASE
    sexes = [*SEXES, *([""] if unstated and not left_out else [])]
    agencies = [code for code in AGENCY_TYPES if any(counts[code, sex] for sex in sexes)]
    table = suppressed(
        [[counts[code, sex] for sex in sexes] for code in agencies],
        hide_total=left_out or _is_hidden_elsewhere(db, countries, module, now),
    )
    rows = [
        BreakdownRow(agency_type=code, cells=(*table.rows[i], table.row_totals[i])) for i, code in enumerate(agencies)
    ]
    total = BreakdownRow(agency_type=None, cells=(*table.column_totals, table.total))
    return BreakdownReport(
        module=module,
        title=titles[module],
        columns=(*sexes, "total"),
        rows=(*rows, total) if rows else (),
        left_out=left_out,
        made_at=now,
    )


def _is_hidden_elsewhere(db: Session, countries: Collection[str], module: str, now: datetime) -> bool:
    report = completions(db, sorted(countries), Filters(module=module), now=now)
    return any(row.completed.mark for row in (report.totals or report.rows))


# ------------------------------------------------------------------- as a file

HEADINGS = (N_("Country"), N_("Module"), N_("Enrolled"), N_("Completed"), N_("Share (percent)"))
ALL_COUNTRIES = N_("All my countries")
ALL_MODULES = N_("All modules")
_STARTS_A_FORMULA = frozenset("=+-@\t\r\n＝＋－＠")


def csv(report: CompletionReport, label: Callable[[str], str] = str) -> str:
    """The report's rows and totals with the same cells as on screen. `label` translates headings and countries."""
    out = io.StringIO()
    writer = csv_format.writer(out)
    writer.writerow([plain_text(label(heading)) for heading in HEADINGS])
    for row in (*report.rows, *report.totals):
        country = label(country_name(row.country) if row.country else ALL_COUNTRIES)
        module = row.title if row.module else label(ALL_MODULES)
        counts = (row.enrolled.text(label), row.completed.text(label), "–" if row.rate is None else str(row.rate))
        writer.writerow([plain_text(cell) for cell in (country, module, *counts)])
    return out.getvalue()


def plain_text(text: str) -> str:
    """Text that no spreadsheet program takes for a formula: an apostrophe goes before what could start one."""
    return f"'{text}" if text.lstrip(" \u00a0\u3000")[:1] in _STARTS_A_FORMULA else text


def filename(report: CompletionReport) -> str:
    """`completions-KH-LA-recognising-indicators-2026-11-24.csv`: which countries, which module, which day (UTC)."""
    places = (report.filters.country,) if report.filters.country else sorted(report.countries)
    parts = ("completions", *places, *([report.filters.module] if report.filters.module else []))
    return f"{'-'.join(parts)}-{report.made_at:%Y-%m-%d}.csv"
