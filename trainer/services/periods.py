"""Fixed periods of reports: quarters, years, and all time. Free ones would let hidden numbers be worked out.

A period is its code: `2026-Q4`, `2026`, or an empty string for all time. Quarters are those of the months that counts
carry, which are the country's own.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date

ALL_TIME = ""
_CODE = re.compile(r"(\d{4})(?:-Q([1-4]))?")


def offered(fixed: Iterable[str]) -> tuple[str, ...]:
    """What can be chosen of quarters that are fixed: they, newest first; then their years the same way."""
    quarters = set(fixed)
    years = {quarter[:4] for quarter in quarters}
    return (*sorted(quarters, reverse=True), *sorted(years, reverse=True))


def previous(period: str) -> str | None:
    """The one before of the same kind; None for all time. Raises ValueError for what is no period."""
    if period == ALL_TIME:
        return None
    found = _CODE.fullmatch(period)
    if found is None:
        raise ValueError(f"not a period: {period!r}")
    year, quarter = int(found[1]), found[2]
    if quarter is None:
        return f"{year - 1:04}"
    return f"{year:04}-Q{int(quarter) - 1}" if quarter != "1" else f"{year - 1:04}-Q4"


def is_period(text: str) -> bool:
    """A code of a quarter or a year."""
    return _CODE.fullmatch(text) is not None


def is_quarter(period: str) -> bool:
    return len(period) == len("2026-Q4")


def is_code_of_quarter(text: str) -> bool:
    found = _CODE.fullmatch(text)
    return found is not None and found[2] is not None and found[1] != "0000"


def months(quarter: str) -> tuple[str, ...]:
    """`2026-Q4` → `2026-10`, `2026-11`, `2026-12`."""
    first = 3 * int(quarter[-1]) - 2
    return tuple(f"{quarter[:4]}-{month:02}" for month in range(first, first + 3))


def quarter_at(day: date) -> str:
    """The one that the day is in."""
    return f"{day.year:04}-Q{(day.month + 2) // 3}"


def last_ended(day: date) -> str:
    """The last quarter that is over on this day."""
    return previous(quarter_at(day)) or ""


def day_after(quarter: str) -> date:
    """The first day after it."""
    return date.fromisoformat(f"{months(following(quarter))[0]}-01")


def following(quarter: str) -> str:
    """The next one."""
    year, number = int(quarter[:4]), int(quarter[-1])
    return f"{year:04}-Q{number + 1}" if number < 4 else f"{year + 1:04}-Q1"


def between(first: str, last: str) -> tuple[str, ...]:
    """All quarters from `first` to `last`, both of them; none when `last` is before."""
    found = []
    while first <= last:
        found.append(first)
        first = following(first)
    return tuple(found)


def is_in(part: str, period: str) -> bool:
    """`part` lies in `period`, or is it."""
    return part.startswith(period)
