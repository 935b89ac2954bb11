"""Dates and numbers as the readers of a language write them. Digits are 0 to 9 in every language.

Babel knows every language but Tetum, whose few words stand here. The era of daily use (the Buddhist one in Thai)
stands beside the year of the common era, so that nobody has to guess which is meant.
"""

from __future__ import annotations

from datetime import date, datetime

from babel import Locale
from babel.dates import format_date
from babel.numbers import format_decimal, format_percent

from trainer.languages.registry import LANGUAGES, SOURCE, find

TETUM_MONTHS = (
    "Janeiru", "Fevereiru", "Marsu", "Abríl", "Maiu", "Juñu", "Jullu", "Agostu", "Setembru", "Outubru", "Novembru",
    "Dezembru",
)  # fmt: skip
"""In the official orthography. A speaker has still to confirm how dates are written."""
FALLBACK = {"tet": "pt_PT"}
"""For languages that Babel does not know: whose numbers they write."""


def babel_locale(tag: str) -> Locale:
    """Babel's locale for numbers and dates of the language `tag`."""
    language = find(tag) or LANGUAGES[SOURCE]
    return Locale.parse(language.babel or FALLBACK.get(language.tag, SOURCE))


def number_text(value: float, tag: str, places: int | None = None) -> str:
    """1234.5 as `1,234.5`, `1.234,5` …, with at most three decimals, or with as many as `places` says."""
    pattern = None if places is None else f"#,##0.{'0' * places}"
    return format_decimal(value, pattern, locale=babel_locale(tag), numbering_system="latn")


def percent_text(value: float, tag: str) -> str:
    """`value` is a share from 0 to 1."""
    return format_percent(value, locale=babel_locale(tag), numbering_system="latn")


def date_text(day: date, tag: str) -> str:
    """A day with its month in words: `November 25, 2026`, in Thai `25 พฤศจิกายน 2569 (2026)`."""
    language = find(tag) or LANGUAGES[SOURCE]
    if language.babel is None:
        return f"{day.day} {TETUM_MONTHS[day.month - 1]} {day.year}"
    if language.era:
        months = format_date(day, "d MMMM", locale=language.babel)
        return f"{months} {day.year + language.era} ({day.year})"
    return format_date(day, "long", locale=language.babel)


def moment_text(moment: datetime, tag: str) -> str:
    """Day and time, in UTC, which it says."""
    return f"{date_text(moment, tag)}, {moment:%H:%M} UTC"
