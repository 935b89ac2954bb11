"""When a follow-up is due, until when it is open, and when its results can no longer change.

There is one follow-up for everything that a person completed in a quarter, three months after the last of it, and one
more after six. The first is open until the second begins, the second for three months. So whoever completed something
in a quarter can answer no later than two quarters on (three, the second time), and from then on the figures stand.
All of this is by the calendar of the country.
"""

from __future__ import annotations

import calendar as months_of
import re
from datetime import date, datetime
from typing import NamedTuple

from trainer.services import calendar, periods
from trainer.services.evidence import quarter_of

WAVES = (3, 6)
"""Months after completing."""
OPEN_FOR = 3
"""Months."""
_CODE = re.compile(r"(\d{4}-Q[1-4])-([36])")


class Which(NamedTuple):
    """A follow-up: about a quarter of completing, so many months later."""

    cohort: str
    wave: int

    @property
    def form(self) -> str:
        return f"follow-{self.wave}"

    @property
    def code(self) -> str:
        """As it stands in addresses: `2026-Q4-3`."""
        return f"{self.cohort}-{self.wave}"

    @property
    def last_quarter(self) -> str:
        """In which the last answer can arrive."""
        return later(self.cohort, 2 if self.wave == WAVES[0] else 3)


def read(code: str) -> Which | None:
    found = _CODE.fullmatch(code)
    return None if found is None else Which(found[1], int(found[2]))


def of_form(form: str, about: str) -> Which:
    return Which(about, int(form.removeprefix("follow-")))


def closes(last: date, wave: int) -> date:
    """The first day on which it is over."""
    return add_months(last, wave + OPEN_FOR)


def add_months(day: date, count: int) -> date:
    """The same day so many months on; the last of the month where it has no such day."""
    year, month = divmod(12 * day.year + day.month - 1 + count, 12)
    return date(year, month + 1, min(day.day, months_of.monthrange(year, month + 1)[1]))


def later(quarter: str, count: int) -> str:
    """The quarter so many on, or back for negative numbers."""
    year, index = divmod(4 * int(quarter[:4]) + int(quarter[6]) - 1 + count, 4)
    return f"{year:04}-Q{index + 1}"


def months(quarter: str) -> tuple[str, ...]:
    first = 3 * int(quarter[6]) - 2
    return tuple(f"{quarter[:4]}-{month:02}" for month in range(first, first + 3))


def ended(quarter: str, country: str, now: datetime) -> bool:
    """Nothing can be added to the quarter any more."""
    return quarter < quarter_of(calendar.month(now, country))


def closed_in(quarter: str) -> tuple[Which, ...]:
    """The follow-ups whose last answers arrive in `quarter`."""
    return tuple(Which(later(quarter, -back), wave) for wave, back in zip(WAVES, (2, 3), strict=True))


def is_quarter(text: str) -> bool:
    return periods.is_quarter(text) and re.fullmatch(r"\d{4}-Q[1-4]", text) is not None
