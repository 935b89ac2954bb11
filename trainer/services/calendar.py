"""Which month a moment belongs to: the one on the wall calendar of the country."""

from __future__ import annotations

from datetime import UTC, date, datetime, tzinfo
from zoneinfo import ZoneInfo

_ZONES = {
    "BN": "Asia/Brunei",
    "KH": "Asia/Phnom_Penh",
    "ID": "Asia/Jakarta",
    "LA": "Asia/Vientiane",
    "MY": "Asia/Kuala_Lumpur",
    "MM": "Asia/Yangon",
    "PH": "Asia/Manila",
    "SG": "Asia/Singapore",
    "TH": "Asia/Bangkok",
    "TL": "Asia/Dili",
    "VN": "Asia/Ho_Chi_Minh",
}
"""Country → time zone; Indonesia has three, its capital's counts."""


def zone(country: str) -> tzinfo:
    """The time zone of the country; UTC for one that is not ours."""
    return ZoneInfo(_ZONES[country]) if country in _ZONES else UTC


def today(country: str, at: datetime) -> date:
    """The day that `at` is in the country."""
    return at.astimezone(zone(country)).date()


def month(at: datetime, country: str) -> str:
    """`2026-11`, in the country's time zone."""
    return f"{at.astimezone(zone(country)):%Y-%m}"
