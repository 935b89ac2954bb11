"""The editions that a country's learners read, and when the country confirmed its own words in them (T11)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy.orm import Session

from trainer.content.nation import Overlay, parse
from trainer.services import national, report_tables
from trainer.services.editions import EditionRow
from trainer.services.report_cells import NOTHING, Datum, Line, Number, Table, Text, Words
from trainer.vocabulary import N_

CONFIRMED_WITHIN = timedelta(days=365)
CONFIRMED = N_("Editions confirmed in the last 12 months")
DEFINITION = (
    "T11",
    Words(CONFIRMED),
    Words(N_(
        "Editions confirmed: modules in force whose national words the country has confirmed within the last 12 months."
    )),
)  # fmt: skip
"""As `report_feedback.DEFINITIONS`."""


class Signed(NamedTuple):
    """A module's newest edition, and the country's own words in it."""

    edition: EditionRow
    words: Overlay | None
    """None: nobody has signed any."""


def signed(db: Session, country: str, newest: Sequence[EditionRow], module: str | None) -> list[Signed]:
    """What learners of the country read now. At most two statements."""
    files = national.published(db, newest, [country])
    found = []
    for one in newest:
        if module not in (None, one.module) or one.is_archived:
            continue
        sha256, data = files.get((country, one.module), ("", b""))
        overlay = parse(data, national.path_of(country))[0] if sha256 else None
        found.append(Signed(one, overlay if overlay and overlay.confirmed_by and overlay.checked_on else None))
    return found


def confirmed(found: Sequence[Signed], now: datetime) -> Iterator[Line]:
    """T11: of those that are in force on the day of the report."""
    if found:
        since = now.date() - CONFIRMED_WITHIN
        days = [one.words.checked_on for one in found if one.words and one.words.checked_on]
        count = Number(sum(day >= since for day in days))
        yield "T11", Words(CONFIRMED), count, Words(N_("On the day of the report"))


def table(found: Sequence[Signed], titles: Mapping[str, str], langs: Mapping[str, str]) -> Table:
    """Who signed is not said here: a report is passed on."""
    heads = (
        Words(report_tables.MODULE), Words(N_("Edition")), Words(N_("Published")),
        Words(N_("National details confirmed on")), Words(N_("To be checked again by")),
    )  # fmt: skip
    rows: list[tuple[Datum, ...]] = []
    for one, overlay in found:
        days = (overlay.checked_on, overlay.review_by) if overlay else (None, None)
        rows.append((
            Text(titles.get(one.module, one.title), langs.get(one.module, "")), Number(one.number),
            Text(f"{one.published_at:%Y-%m-%d}"), *(Text(day.isoformat()) if day else NOTHING for day in days),
        ))  # fmt: skip
    return Table(name="editions", title=N_("Editions"), heads=heads, rows=tuple(rows))
