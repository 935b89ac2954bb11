"""Dates and numbers, as readers of each language write them."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from trainer.languages.formats import TETUM_MONTHS, date_text, moment_text, number_text, percent_text
from trainer.languages.registry import LANGUAGES

DAY = date(2026, 11, 25)


@pytest.mark.parametrize(
    ("tag", "text"),
    [
        ("en", "November 25, 2026"),
        ("id", "25 November 2026"),
        ("vi", "25 tháng 11, 2026"),
        ("th", "25 พฤศจิกายน 2569 (2026)"),
        ("km", "25 វិច្ឆិកា 2026"),
        ("pt", "25 de novembro de 2026"),
        ("tet", "25 Novembru 2026"),
    ],
)
def test_a_day_is_written_as_its_readers_write_it(tag: str, text: str) -> None:
    assert date_text(DAY, tag) == text


@pytest.mark.parametrize("tag", LANGUAGES)
def test_every_language_writes_the_common_year_in_western_digits(tag: str) -> None:
    assert "2026" in date_text(DAY, tag)
    assert date_text(DAY, tag).isascii() or not any(c.isdigit() and not c.isascii() for c in date_text(DAY, tag))
    assert moment_text(datetime(2026, 11, 25, 7, 5, tzinfo=UTC), tag).endswith(", 07:05 UTC")


def test_tetum_has_months_of_its_own_and_writes_numbers_as_portuguese_does() -> None:
    assert len(set(TETUM_MONTHS)) == 12
    assert [date_text(date(2026, month, 1), "tet") for month in (1, 12)] == ["1 Janeiru 2026", "1 Dezembru 2026"]
    assert number_text(12345.5, "tet") == number_text(12345.5, "pt") == "12\u00a0345,5"


@pytest.mark.parametrize(
    ("tag", "number", "percent"),
    [("en", "1,234.5", "80%"), ("id", "1.234,5", "80%"), ("vi", "1.234,5", "80%"), ("my", "1,234.5", "80%")],
)
def test_numbers_have_the_marks_of_the_language_and_western_digits(tag: str, number: str, percent: str) -> None:
    assert number_text(1234.5, tag) == number_text(1234.5, tag, 1) == number
    assert number_text(4.0, tag, 1)[1:] in (".0", ",0")
    assert percent_text(0.8, tag).replace("\u00a0", "") == percent
