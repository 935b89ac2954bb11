"""How long a completed module counts as current, by the wall calendar of the country.

Nothing changes when a day passes: what a person completed stays completed. Only what the pages say of it changes.
"""

from __future__ import annotations

from calendar import monthrange
from datetime import date, datetime, timedelta
from typing import Literal, NamedTuple

from trainer.services.calendar import today

RENEWABLE = timedelta(days=60)
"""How long before the last day it may be renewed."""


class Validity(NamedTuple):
    """Until when a completed module counts as current."""

    until: date
    """The last day."""
    state: Literal["current", "due", "lapsed"]
    """`due`: it can be renewed now. `lapsed`: the last day is over."""


def validity(at: datetime, months: int | None, *, country: str, now: datetime) -> Validity | None:
    """Of a module completed or last renewed `at`. None: it counts for ever."""
    if months is None:
        return None
    until = last_day(at, months, country)
    day = today(country, now)
    return Validity(until, "lapsed" if day > until else "due" if day >= until - RENEWABLE else "current")


def last_day(at: datetime, months: int, country: str) -> date:
    """The day so many months after `at`; the last of the month where there is no such day in it."""
    day = today(country, at)
    years, month = divmod(day.month - 1 + months, 12)
    year, month = day.year + years, month + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))
