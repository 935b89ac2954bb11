"""What looks odd in the records of the last half year. A warning asks a person to look; it accuses nobody.

Answers from the same device are not compared: which device an answer came from is not kept.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from trainer.languages.folding import normalise
from trainer.services import calendar
from trainer.store.models import Attempt, CompletionRow, Enrolment, Person
from trainer.store.statements import seconds_between
from trainer.store.workshops import Sheet, Workshop
from trainer.vocabulary import N_

LOOKED_BACK = timedelta(days=182)
MOST = 50
"""Warnings of one kind that are read; whoever has seen to these sees the next."""
MOST_NEW = 2000
"""People compared with each other, the newest first."""
NEWEST = 5000
"""Tests and completions that are looked through, the newest first: a page must not grow with the register."""
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
    """One thing to look at."""

    kind: str
    country: str
    person_id: str | None = None
    person: str = ""
    other_id: str | None = None
    """The second account of `twins`."""
    other: str = ""
    workshop_id: str | None = None
    workshop: str = ""
    module: str | None = None
    agency: str = ""
    numbers: Mapping[str, Any] = field(default_factory=dict)
    """What its sentence says: `day`, `count`, `minutes`, …"""


def in_records(db: Session, countries: Collection[str], now: datetime) -> list[Raised]:
    """By kind, the newest first; at most `MOST` of each. Seven statements, whatever the number of people."""
    asked = sorted(countries), now - LOOKED_BACK
    return [
        *_quick(db, *asked), *_twins(db, *asked), *_long_days(db, *asked), *_out_of_order(db, *asked),
        *_perfect(db, *asked), *_late(db, *asked),
    ]  # fmt: skip


_REAL = (Person.is_test.is_(False), Person.merged_into.is_(None))


def _quick(db: Session, countries: list[str], since: datetime) -> list[Raised]:
    """Sheets are left out: they are recorded in one moment."""
    seconds = seconds_between(db, Attempt.started_at, Attempt.handed_in_at)
    newest = (
        select(Attempt.id)
        .where(Attempt.country.in_(countries), Attempt.purpose == "post", Attempt.handed_in_at >= since)
        .order_by(Attempt.handed_in_at.desc())
        .limit(NEWEST)
    )
    query = (
        select(Attempt.country, Person.id, Person.full_name, Attempt.module, Attempt.handed_in_at)
        .join(Person, Person.id == Attempt.person_id)
        .where(
            Attempt.id.in_(newest), Attempt.handed_in_at > Attempt.started_at, seconds < QUICK,
            *_REAL,
        )
        .order_by(Attempt.handed_in_at.desc(), Attempt.id)
        .limit(MOST)
    )  # fmt: skip
    return [
        Raised("quick", country, who, name, module=module, numbers={"day": calendar.today(country, at)})
        for country, who, name, module, at in db.execute(query)
        if at is not None
    ]


def _twins(db: Session, countries: list[str], since: datetime) -> list[Raised]:
    """The newest people, among themselves and with all whose names stand at the same place. Two statements."""
    columns = (Person.country, Person.agency_type, Person.full_name, Person.id, Person.created_at, Person.name_order)
    mine = select(*columns).where(Person.country.in_(countries), *_REAL)
    new = db.execute(mine.where(Person.created_at >= since).order_by(Person.created_at.desc()).limit(MOST_NEW)).all()
    # The key of a name is short, and statements of both engines take far more of them than these.
    same = db.execute(mine.where(Person.name_order.in_({row.name_order for row in new}))).all() if new else []
    groups: defaultdict[tuple[str, str, str], dict[str, Any]] = defaultdict(dict)
    for row in sorted({*new, *same}, key=lambda row: (row.created_at, row.id)):
        groups[row.country, row.agency_type, normalise(row.full_name, "en")][row.id] = row
    pairs = [
        (rows[at], rows[at + 1]) for rows in map(list, map(dict.values, groups.values())) for at in range(len(rows) - 1)
    ]
    pairs = sorted((pair for pair in pairs if pair[1].created_at >= since), key=lambda pair: pair[1].created_at)
    return [
        Raised("twins", one.country, one.id, one.full_name, two.id, two.full_name)
        for one, two in pairs[: -MOST - 1 : -1]
    ]


def _newest_completions(countries: list[str], since: datetime) -> Select[str]:
    return (
        select(CompletionRow.id)
        .where(CompletionRow.country.in_(countries), CompletionRow.at >= since)
        .order_by(CompletionRow.at.desc())
        .limit(NEWEST)
    )


def _long_days(db: Session, countries: list[str], since: datetime) -> list[Raised]:
    """Days are those of UTC: a working day of the region lies in one."""
    day, minutes = func.date(CompletionRow.at), func.sum(CompletionRow.minutes)
    query = (
        select(CompletionRow.country, Person.id, Person.full_name, func.max(CompletionRow.at).label("last"), minutes)
        .join(Person, Person.id == CompletionRow.person_id)
        .join(
            Enrolment,
            (Enrolment.person_id == CompletionRow.person_id) & (Enrolment.module == CompletionRow.module),
        )
        .where(
            CompletionRow.id.in_(_newest_completions(countries, since)), *_REAL,
            func.date(Enrolment.started_at) == day,
        )
        .group_by(CompletionRow.country, Person.id, Person.full_name, day)
        .having(minutes > MOST_MINUTES)
        .order_by(func.max(CompletionRow.at).desc(), Person.id)
        .limit(MOST)
    )  # fmt: skip
    return [
        Raised("hours", country, who, name, numbers={"day": calendar.today(country, at), "hours": int(total) // 60})
        for country, who, name, at, total in db.execute(query)
    ]


def _out_of_order(db: Session, countries: list[str], since: datetime) -> list[Raised]:
    query = (
        select(CompletionRow.country, Person.id, Person.full_name, CompletionRow.module, CompletionRow.at)
        .join(Person, Person.id == CompletionRow.person_id)
        .join(
            Enrolment,
            (Enrolment.person_id == CompletionRow.person_id) & (Enrolment.module == CompletionRow.module),
        )
        .where(
            CompletionRow.id.in_(_newest_completions(countries, since)), *_REAL,
            CompletionRow.at < Enrolment.started_at,
        )
        .order_by(CompletionRow.at.desc(), CompletionRow.id)
        .limit(MOST)
    )  # fmt: skip
    return [
        Raised("order", country, who, name, module=module, numbers={"day": calendar.today(country, at)})
        for country, who, name, module, at in db.execute(query)
    ]


def _perfect(db: Session, countries: list[str], since: datetime) -> list[Raised]:
    """By the sheets of the test after."""
    sheets = func.count(Attempt.id)
    query = (
        select(Workshop.country, Workshop.id, Workshop.title, Sheet.module, sheets)
        .join(Sheet, Sheet.workshop_id == Workshop.id)
        .join(Attempt, Attempt.id == Sheet.attempt_id)
        .where(
            Workshop.country.in_(countries), Workshop.starts_on >= since.date(), Workshop.deleted_at.is_(None),
            Sheet.purpose == "post",
        )
        .group_by(Workshop.country, Workshop.id, Workshop.title, Workshop.starts_on, Sheet.module)
        .having(func.min(Attempt.score) >= 100, sheets >= FEWEST_SHEETS)
        .order_by(Workshop.starts_on.desc(), Workshop.id, Sheet.module)
        .limit(MOST)
    )  # fmt: skip
    return [
        Raised("perfect", country, workshop_id=ident, workshop=title, module=module, numbers={"count": int(count)})
        for country, ident, title, module, count in db.execute(query)
    ]


def _late(db: Session, countries: list[str], since: datetime) -> list[Raised]:
    last = func.max(Sheet.recorded_at)
    query = (
        select(Workshop.country, Workshop.id, Workshop.title, Workshop.ends_on, last)
        .join(Sheet, Sheet.workshop_id == Workshop.id)
        .where(
            Workshop.country.in_(countries), Workshop.starts_on >= since.date(), Workshop.deleted_at.is_(None),
            Sheet.recorded_at.is_not(None),
        )
        .group_by(Workshop.country, Workshop.id, Workshop.title, Workshop.ends_on, Workshop.starts_on)
        .order_by(Workshop.starts_on.desc(), Workshop.id)
        .limit(MOST_WORKSHOPS)
    )  # fmt: skip
    found = []
    for country, ident, title, ends_on, at in db.execute(query):
        days = working_days(ends_on, calendar.today(country, at)) if at else 0
        if days > WORKING_DAYS:
            found.append(Raised("late", country, workshop_id=ident, workshop=title, numbers={"days": days}))
    return found[:MOST]


def working_days(after: date, until: date) -> int:
    """Mondays to Fridays; holidays of the countries are not known here."""
    days = max((until - after).days, 0)
    whole, rest = divmod(days, 7)
    return 5 * whole + sum((after + timedelta(days=one)).weekday() < 5 for one in range(1, rest + 1))
