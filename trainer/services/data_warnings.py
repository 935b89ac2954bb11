"""What looks odd in the records of a country. A warning asks a person to look; it accuses nobody.

Tests and completions are those of the last half year, and the newest of them only.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from trainer.services import calendar, identical_answers, second_entries
from trainer.store.models import Attempt, CompletionRow, Enrolment, Person
from trainer.store.statements import seconds_between
from trainer.store.workshops import Sheet, Workshop
from trainer.vocabulary import N_

LOOKED_BACK = timedelta(days=182)
MOST = 500
"""Warnings of one kind that are kept for a country, the newest first."""
NEWEST = 5000
"""Tests and completions that are looked through, the newest first: a look must not grow with the register."""
MOST_WORKSHOPS = 1000
QUICK = 180
"""Seconds."""
MOST_MINUTES = 12 * 60
"""Planned minutes of what somebody began and completed on one day."""
FEWEST_SHEETS = 5
WORKING_DAYS = 10

HEADINGS = {
    "quick": N_("Test after handed in within three minutes"),
    "twins": N_("Perhaps one person with two accounts"),
    "identical": N_("Two people with the same answers, wrong ones too"),
    "hours": N_("More hours than a day has room for"),
    "order": N_("Completed before enrolled"),
    "perfect": N_("Workshop in which nobody gave a wrong answer"),
    "late": N_("Sheets entered late"),
    "jump": N_("Scores of the test before rose suddenly"),
    "women": N_("No women in a whole quarter"),
    "agency": N_("An agency type is missing from a whole quarter"),
    "unstated": N_("Sex is often not stated"),
    "check": N_("National words past their check date"),
}
"""Kind of warning → its name, in the order of the page."""


@dataclass(frozen=True, slots=True)
class Raised:
    """One thing to look at. It has no names: people and workshops are called what they are called when it is read."""

    kind: str
    country: str
    at: datetime
    """When it happened."""
    person_id: str | None = None
    other_id: str | None = None
    """The second person of `twins` and `identical`."""
    workshop_id: str | None = None
    module: str | None = None
    agency: str = ""
    numbers: Mapping[str, Any] = field(default_factory=dict)
    """What its sentence says: `count`, `hours`, … They may change while it stays the same warning."""
    told_by: str = ""
    """What else tells it from others of its kind: a day, a quarter, an attempt."""

    @property
    def key(self) -> str:
        """Of two warnings of one country and kind the same only if they are the same. Says nothing by itself."""
        people = sorted(one for one in (self.person_id, self.other_id) if one)
        parts = (*people, self.workshop_id or "", self.module or "", self.agency, self.told_by)
        return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def in_records(db: Session, country: str, now: datetime) -> list[Raised]:
    """By kind, the newest first; at most `MOST` of each. Nine statements, whatever the number of people."""
    asked = country, now - LOOKED_BACK
    return [
        *_quick(db, *asked), *_twins(db, country), *_identical(db, *asked), *_long_days(db, *asked),
        *_out_of_order(db, *asked), *_perfect(db, *asked), *_late(db, *asked),
    ]  # fmt: skip


_REAL = (Person.is_test.is_(False), Person.merged_into.is_(None))


def _quick(db: Session, country: str, since: datetime) -> list[Raised]:
    """Sheets are left out: they are recorded in one moment."""
    seconds = seconds_between(db, Attempt.started_at, Attempt.handed_in_at)
    newest = (
        select(Attempt.id)
        .where(Attempt.country == country, Attempt.purpose == "post", Attempt.handed_in_at >= since)
        .order_by(Attempt.handed_in_at.desc())
        .limit(NEWEST)
    )
    query = (
        select(Attempt.id, Person.id, Attempt.module, Attempt.handed_in_at)
        .join(Person, Person.id == Attempt.person_id)
        .where(
            Attempt.id.in_(newest), Attempt.handed_in_at > Attempt.started_at, seconds < QUICK,
            *_REAL,
        )
        .order_by(Attempt.handed_in_at.desc(), Attempt.id)
        .limit(MOST)
    )  # fmt: skip
    return [
        Raised("quick", country, at, who, module=module, told_by=ident)
        for ident, who, module, at in db.execute(query)
        if at is not None
    ]


def _twins(db: Session, country: str) -> list[Raised]:
    found = second_entries.pairs(db, country, most=MOST)
    return [Raised("twins", country, one.at, one.first, one.second) for one in found]


def _identical(db: Session, country: str, since: datetime) -> list[Raised]:
    return [
        Raised(
            "identical", country, one.at, one.first, one.second, module=one.module, numbers={"count": one.wrong},
            told_by=one.test,
        )
        for one in identical_answers.pairs(db, country, since, most=MOST)
    ]  # fmt: skip


def _newest_completions(country: str, since: datetime) -> Select[str]:
    return (
        select(CompletionRow.id)
        .where(CompletionRow.country == country, CompletionRow.at >= since)
        .order_by(CompletionRow.at.desc())
        .limit(NEWEST)
    )


def _long_days(db: Session, country: str, since: datetime) -> list[Raised]:
    """Days are those of UTC: a working day of the region lies in one."""
    day, minutes = func.date(CompletionRow.at), func.sum(CompletionRow.minutes)
    last = func.max(CompletionRow.at).label("last")
    query = (
        select(Person.id, last, minutes)
        .join(Person, Person.id == CompletionRow.person_id)
        .join(
            Enrolment,
            (Enrolment.person_id == CompletionRow.person_id) & (Enrolment.module == CompletionRow.module),
        )
        .where(
            CompletionRow.id.in_(_newest_completions(country, since)), *_REAL,
            func.date(Enrolment.started_at) == day,
        )
        .group_by(Person.id, day)
        .having(minutes > MOST_MINUTES)
        .order_by(last.desc(), Person.id)
        .limit(MOST)
    )  # fmt: skip
    return [
        Raised("hours", country, at, who, numbers={"hours": int(total) // 60}, told_by=f"{at:%Y-%m-%d}")
        for who, at, total in db.execute(query)
    ]


def _out_of_order(db: Session, country: str, since: datetime) -> list[Raised]:
    query = (
        select(Person.id, CompletionRow.module, CompletionRow.at)
        .join(Person, Person.id == CompletionRow.person_id)
        .join(
            Enrolment,
            (Enrolment.person_id == CompletionRow.person_id) & (Enrolment.module == CompletionRow.module),
        )
        .where(
            CompletionRow.id.in_(_newest_completions(country, since)), *_REAL,
            CompletionRow.at < Enrolment.started_at,
        )
        .order_by(CompletionRow.at.desc(), CompletionRow.id)
        .limit(MOST)
    )  # fmt: skip
    return [Raised("order", country, at, who, module=module) for who, module, at in db.execute(query)]


def _perfect(db: Session, country: str, since: datetime) -> list[Raised]:
    """By the sheets of the test after."""
    sheets = func.count(Attempt.id)
    query = (
        select(Workshop.id, Workshop.starts_on, Sheet.module, sheets)
        .join(Sheet, Sheet.workshop_id == Workshop.id)
        .join(Attempt, Attempt.id == Sheet.attempt_id)
        .where(
            Workshop.country == country, Workshop.starts_on >= since.date(), Workshop.deleted_at.is_(None),
            Sheet.purpose == "post",
        )
        .group_by(Workshop.id, Workshop.starts_on, Sheet.module)
        .having(func.min(Attempt.score) >= 100, sheets >= FEWEST_SHEETS)
        .order_by(Workshop.starts_on.desc(), Workshop.id, Sheet.module)
        .limit(MOST)
    )  # fmt: skip
    return [
        Raised("perfect", country, _morning(day), workshop_id=ident, module=module, numbers={"count": int(count)})
        for ident, day, module, count in db.execute(query)
    ]


def _late(db: Session, country: str, since: datetime) -> list[Raised]:
    query = (
        select(Workshop.id, Workshop.starts_on, Workshop.ends_on, func.max(Sheet.recorded_at))
        .join(Sheet, Sheet.workshop_id == Workshop.id)
        .where(
            Workshop.country == country, Workshop.starts_on >= since.date(), Workshop.deleted_at.is_(None),
            Sheet.recorded_at.is_not(None),
        )
        .group_by(Workshop.id, Workshop.starts_on, Workshop.ends_on)
        .order_by(Workshop.starts_on.desc(), Workshop.id)
        .limit(MOST_WORKSHOPS)
    )  # fmt: skip
    found = []
    for ident, starts_on, ends_on, at in db.execute(query):
        days = working_days(ends_on, calendar.today(country, at)) if at else 0
        if days > WORKING_DAYS:
            found.append(Raised("late", country, _morning(starts_on), workshop_id=ident, numbers={"days": days}))
    return found[:MOST]


def _morning(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)


def working_days(after: date, until: date) -> int:
    """Mondays to Fridays; holidays of the countries are not known here."""
    days = max((until - after).days, 0)
    whole, rest = divmod(days, 7)
    return 5 * whole + sum((after + timedelta(days=one)).weekday() < 5 for one in range(1, rest + 1))
