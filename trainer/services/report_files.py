"""The report's tables as CSV: the cells of `report_tables`, in the reader's words."""

from __future__ import annotations

import csv as csv_format
import io

from trainer.services import report_tables
from trainer.services.report_cells import Label, Table
from trainer.services.report_tables import FACETS as FACETS
from trainer.services.report_tables import TESTS as TESTS
from trainer.services.report_tables import hours as hours
from trainer.services.report_tables import whole_hours as whole_hours
from trainer.services.reports import Report

_STARTS_A_FORMULA = frozenset("=+-@\t\r\n＝＋－＠")


def written(table: Table, label: Label = str) -> str:
    """`label` translates headings, countries and words."""
    out = io.StringIO()
    writer = csv_format.writer(out)
    for row in report_tables.cells(table, label):
        writer.writerow([plain_text(cell) for cell in row])
    return out.getvalue()


def value_name(facet: str, value: str | None, label: Label = str) -> str:
    """A group in words."""
    return report_tables.value(facet, value).text(label)


def column_name(column: str, label: Label = str) -> str:
    return label(report_tables.column_message(column))


def plain_text(text: str) -> str:
    """Text that no spreadsheet program takes for a formula: an apostrophe goes before what could start one.

    A negative number is a number.
    """
    if text[:1] == "-" and text[1:].replace(".", "", 1).isascii() and text[1:].replace(".", "", 1).isdigit():
        return text
    return f"'{text}" if text.lstrip(" \u00a0\u3000")[:1] in _STARTS_A_FORMULA else text


def filename(report: Report, table: str = "completions", ending: str = "csv") -> str:
    """`completions-KH-LA-recognising-indicators-2026-Q4-on-2026-11-24.csv`: countries, module, period, day (UTC)."""
    filters = report.filters
    places = (filters.country,) if filters.country else sorted(report.countries)
    parts = (table, *places, *(one for one in (filters.module, filters.period or "all-time") if one))
    return f"{'-'.join(parts)}-on-{report.made_at:%Y-%m-%d}.{ending}"
