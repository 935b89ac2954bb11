"""Fixed periods of reports: quarters, years, and all time. Free ones would let hidden numbers be worked out.

A period is its code: `2026-Q4`, `2026`, or an empty string for all time. Quarters are those of the months that counts
carry, which are the country's own.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import datetime

from trainer.services.evidence import quarter_of

ALL_TIME = ""
_CODE = re.compile(r"(\d{4})(?:-Q([1-4]))?")


def offered(months: Iterable[str], now: datetime) -> tuple[str, ...]:
    """What can be chosen: quarters that have something and the running one, newest first; then years the same way."""
    quarters = {quarter_of(month) for month in (*months, f"{now:%Y-%m}")}
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


def nodes(quarters: Sequence[str]) -> tuple[str, ...]:
    """The tree of time over these quarters: they themselves, their years, all time; parts before what they add to."""
    return (*quarters, *sorted({quarter[:4] for quarter in quarters}), ALL_TIME)


def is_in(part: str, period: str) -> bool:
    """`part` lies in `period`, or is it."""
    return part.startswith(period)
