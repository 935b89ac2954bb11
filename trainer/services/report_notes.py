"""What people write beside the figures of a country: the words of a quarter's report, and the targets of a year.

Kept by country and period. They may be changed after the figures are fixed; the report says when they were last. No
history is kept: the audit trail says who changed which fields, and when.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from trainer.services import calendar, periods
from trainer.services.problems import SENTENCES, Conflict, Invalid, NotFound
from trainer.store.prepared import insert_new
from trainer.store.reporting import ReportNote
from trainer.vocabulary import N_

SENTENCES["report-note-changed"] = N_(
    "Somebody else saved this meanwhile. Nothing was overwritten, and your words are still here: beside each field "
    "stands what is saved now. Saving once more replaces it by yours."
)
SENTENCES["report-note-long"] = N_("This is too long: use at most %(maximum)s characters.")
SENTENCES["report-concerns-few"] = N_("Leave this empty unless there were 5 or more.")

LINES = ("prepared", "approved")
"""Posts, in one line each."""
TEXTS = ("changed", "failed", "risks", "requests", "plan")
"""What is written, in the order of reading."""
WHY = "why-"
"""Before the code of a target: why the result is far from it."""
LONGEST_POST, LONGEST_TEXT, LONGEST_WHY = 120, 1500, 300
"""Characters."""
FEWEST_CONCERNS, MOST_CONCERNS = 5, 9_999
"""Fewer are not said: each of them is somebody's."""
ADVISERS = {"yes": N_("Yes"), "no": N_("No")}
_UNSEEN = frozenset({"Cc", "Cs", "Co", "Cn"})


class Note(NamedTuple):
    written: Mapping[str, Any]
    """Field → words; `concerns` a number, `lang` the language of the words. What is empty is missing."""
    version: int
    """0: nothing yet."""
    changed_at: datetime | None


NO_NOTE = Note({}, 0, None)


class Notes(NamedTuple):
    """Beside the report of a quarter."""

    words: Note
    targets: Note
    """Of its year: a code of `report_targets.TARGETS` → number."""


NO_NOTES = Notes(NO_NOTE, NO_NOTE)


def read(db: Session, country: str, quarter: str) -> Notes:
    """One statement."""
    query = select(ReportNote).where(ReportNote.country == country, ReportNote.period.in_((quarter, quarter[:4])))
    found = {row.period: Note(row.written, row.version, row.changed_at) for row in db.scalars(query)}
    return Notes(found.get(quarter, NO_NOTE), found.get(quarter[:4], NO_NOTE))


def quarters(country: str, now: datetime) -> tuple[str, ...]:
    """Those that words can be written for: this one and the seven before, newest first."""
    found = [periods.quarter_at(calendar.today(country, now))]
    while len(found) < 8:
        found.append(periods.previous(found[-1]) or "")
    return tuple(found)


def years(country: str, now: datetime) -> tuple[str, ...]:
    """Those that targets can be set for: the next one and the three before, newest first."""
    this = calendar.today(country, now).year
    return tuple(str(year) for year in range(this + 1, this - 3, -1))


def store(
    db: Session, countries: Collection[str], country: str, period: str, written: Mapping[str, Any], *, version: int,
    by: str, now: datetime,
) -> tuple[str, ...]:  # fmt: skip
    """Replace what `version` says. -> fields that changed; none: nothing was written

    Needs a session over the country. Raises NotFound for a foreign country, Conflict when somebody was faster.
    """
    if country not in countries:
        raise NotFound
    query = select(ReportNote).where(ReportNote.country == country, ReportNote.period == period)
    row = db.scalar(query.with_for_update())
    before = row.written if row is not None else {}
    if (row.version if row is not None else 0) != version:
        raise Conflict("report-note-changed")
    kept = {name: value for name, value in written.items() if value not in ("", None)}
    fields = tuple(sorted(name for name in {*before, *kept} if before.get(name) != kept.get(name)))
    if not [name for name in fields if name != "lang"]:
        return ()
    values = {"written": kept, "version": version + 1, "changed_at": now, "changed_by": by}
    if row is None:
        if not insert_new(db, ReportNote, {"country": country, "period": period, **values}):
            raise Conflict("report-note-changed")
        return fields
    for name, value in values.items():
        setattr(row, name, value)
    db.flush()
    return fields


def tidied(text: str, field: str, most: int) -> str:
    """As it is kept: lines without spaces at their ends and without characters that nobody sees. Raises Invalid.

    Nothing is cut off: whoever wrote too much shortens it.
    """
    lines = unicodedata.normalize("NFC", text).splitlines()
    clean = ("".join(one for one in line if unicodedata.category(one) not in _UNSEEN).strip() for line in lines)
    found = "\n".join(line for line in clean if line)
    if len(found) > most:
        raise Invalid("report-note-long", field=field, maximum=most)
    return found


def concerns(number: int | None) -> int | None:
    """How many safeguarding concerns there were. Raises Invalid for fewer than are said."""
    if number is not None and not FEWEST_CONCERNS <= number <= MOST_CONCERNS:
        raise Invalid("report-concerns-few", field="concerns")
    return number
