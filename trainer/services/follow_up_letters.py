"""Who is due for a follow-up is asked: on their first page, and by a letter and a reminder to whoever wants letters."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session, aliased

from trainer.languages import formats
from trainer.languages.words import words
from trainer.services import anonymous, calendar, follow_up_times, outbox
from trainer.services.anonymous import Of
from trainer.services.evidence import quarter_of
from trainer.services.follow_up_times import OPEN_FOR, WAVES, Which
from trainer.services.follow_ups import INVITED, NO_MORE, letter
from trainer.services.outbox import New
from trainer.store.forms import FormMark
from trainer.store.models import CompletionRow, Person
from trainer.store.statements import hold, insert_all_new, lock
from trainer.vocabulary import N_

REMIND_AFTER = timedelta(days=21)
AT_LEAST = timedelta(days=14)
"""Who would have less time than this to answer is not asked any more."""
_DAY = timedelta(days=1)

SUBJECT = N_("Ten minutes about your course")
BODY = N_(
    "Some months ago you completed training on helping trafficked persons. We would like to know what you could use of "
    "it, and what stood in your way.\n\nPlease sign in to Trainer. The questions are on your first page until "
    "%(day)s. They take about ten minutes, and you can stop and go on later.\n\nAnswering is up to you. Results are "
    "shown only for groups. You can also say there that you do not want to be asked again."
)
REMINDER = N_(
    "The questions about your course are still open, until %(day)s. You find them on your first page in Trainer.\n\n"
    "Answering is up to you, and this is the only reminder."
)


class Due(NamedTuple):
    """Somebody who is to be asked."""

    person_id: str
    which: Which
    last: datetime
    """When they completed the last of the quarter."""


def due(db: Session, *, now: datetime, most: int) -> list[Due]:
    """Those who are due and were not asked yet, at most so many. Needs a session over every country.

    This looks through everything completed in a quarter: for a session that only reads.
    """
    found: list[Due] = []
    for wave in WAVES:
        for cohort in _cohorts(wave, now):
            found += _due(db, Which(cohort, wave), now, most - len(found))
    return found


def invite(db: Session, found: Sequence[Due], *, now: datetime) -> int:
    """Ask these people. -> how many; fewer, where somebody was asked, shut or forgotten since they were found.

    Needs a session over every country. Nobody is asked twice for the same follow-up, whoever else does this meanwhile.
    """
    lock(db, "follow-up invitations")
    hold(db, {one.person_id for one in found})
    asked = 0
    for which in sorted({one.which for one in found}):
        asked += _invite(db, which, {one.person_id: one.last for one in found if one.which == which}, now)
    return asked


def _cohorts(wave: int, now: datetime) -> list[str]:
    """Quarters of which something may be due; a day more on each side, for the calendars of the countries."""
    days = [_back(now - _DAY, wave + back) for back in range(OPEN_FOR, -1, -1)]
    return sorted({quarter_of(f"{day:%Y-%m}") for day in (*days, _back(now + _DAY, wave))})


def _may_be_asked(which: Which) -> ColumnElement[bool]:
    """Condition on `Person`."""
    # Whoever answered under a second entry, since merged into this one, has answered.
    entry = aliased(Person)
    second = select(entry.id).where(entry.merged_into == Person.id).correlate(Person)
    asked = (
        select(FormMark.id)
        .where(
            or_(FormMark.person_id == Person.id, FormMark.person_id.in_(second)),
            or_(and_(FormMark.form == which.form, FormMark.about == which.cohort), FormMark.form == NO_MORE),
        )
        .exists()
    )
    return Person.is_test.is_(False) & Person.disabled_at.is_(None) & ~asked


def _due(db: Session, which: Which, now: datetime, most: int) -> list[Due]:
    if most <= 0:
        return []
    last = func.max(CompletionRow.at)
    query = (
        select(Person.id, last.label("last"))
        .join(CompletionRow, CompletionRow.person_id == Person.id)
        .where(CompletionRow.month.in_(follow_up_times.months(which.cohort)), _may_be_asked(which))
        .group_by(Person.id)
        .having(last <= _back(now, which.wave))
        .having(last > _back(now, which.wave + OPEN_FOR) + AT_LEAST)
        .order_by(last, Person.id)
        .limit(most)
    )
    return [Due(row.id, which, row.last) for row in db.execute(query)]


def _invite(db: Session, which: Which, last: Mapping[str, datetime], now: datetime) -> int:
    """`last`: id of the person → when they completed the last of the quarter."""
    query = select(Person.id, Person.country, Person.locale, Person.email)
    people = db.execute(query.where(Person.id.in_(last), _may_be_asked(which)).order_by(Person.id)).all()
    marks, letters = [], []
    for row in people:
        closes_on = follow_up_times.closes(calendar.today(row.country, last[row.id]), which.wave)
        marks.append({
            "person_id": row.id, "country": row.country, "form": which.form, "about": which.cohort, "state": "open",
            "closes_on": closes_on,
        })  # fmt: skip
        if row.email:
            letters += _letters(row, which, closes_on, now)
    insert_all_new(db, FormMark, marks)
    for country, number in sorted(Counter(row.country for row in people).items()):
        anonymous.count(db, Of(country, which.form, "", which.cohort), {(INVITED, 0): number})
    outbox.put_all(db, letters)
    return len(people)


def _back(now: datetime, months: int) -> datetime:
    """So many months ago. The hour makes no difference: until when it is open is decided by the country's calendar."""
    day = follow_up_times.add_months(now.date(), -months)
    return now.replace(year=day.year, month=day.month, day=day.day)


def _letters(row: Any, which: Which, closes_on: date, now: datetime) -> list[New]:
    say: Callable[[str], str] = words(row.locale).gettext
    day = formats.date_text(closes_on - _DAY, row.locale)
    return [
        New(row.id, row.country, occasion, row.locale, say(SUBJECT), say(body) % {"day": day}, due_at)
        for occasion, body, due_at in (
            (letter(which), BODY, now), (f"{letter(which)} reminder", REMINDER, now + REMIND_AFTER),
        )
    ]  # fmt: skip
