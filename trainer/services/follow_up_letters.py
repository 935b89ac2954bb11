"""Who is due for a follow-up is asked: on their first page, and by a letter and a reminder to whoever wants letters."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session

from trainer.languages import formats
from trainer.languages.words import words
from trainer.services import anonymous, calendar, follow_up_times, outbox
from trainer.services.anonymous import Of
from trainer.services.evidence import quarter_of
from trainer.services.follow_up_times import OPEN_FOR, WAVES, Which
from trainer.services.follow_ups import INVITED, NO_MORE, letter
from trainer.store.forms import FormMark
from trainer.store.models import CompletionRow, Person
from trainer.store.statements import lock
from trainer.vocabulary import N_

MOST = 500
"""People asked in one go: a transaction stays short."""
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


def invite(db: Session, *, now: datetime, most: int = MOST) -> int:
    """Ask those who are due and were not asked yet. -> how many; as many as `most`: there may be more.

    Needs a session over every country. Nobody is asked twice for the same follow-up, whoever else does this meanwhile.
    """
    lock(db, "follow-up invitations")
    asked = 0
    for wave in WAVES:
        for cohort in _cohorts(wave, now):
            asked += _invite(db, Which(cohort, wave), now, most - asked)
    return asked


def _cohorts(wave: int, now: datetime) -> list[str]:
    """Quarters of which something may be due; a day more on each side, for the calendars of the countries."""
    days = [_back(now - _DAY, wave + back) for back in range(OPEN_FOR, -1, -1)]
    return sorted({quarter_of(f"{day:%Y-%m}") for day in (*days, _back(now + _DAY, wave))})


def _invite(db: Session, which: Which, now: datetime, most: int) -> int:
    if most <= 0:
        return 0
    last = func.max(CompletionRow.at)
    asked = (
        select(FormMark.id)
        .where(
            FormMark.person_id == Person.id,
            or_(and_(FormMark.form == which.form, FormMark.about == which.cohort), FormMark.form == NO_MORE),
        )
        .exists()
    )
    query = (
        select(Person.id, Person.country, Person.locale, Person.email, last.label("last"))
        .join(CompletionRow, CompletionRow.person_id == Person.id)
        .where(
            CompletionRow.month.in_(follow_up_times.months(which.cohort)), Person.is_test.is_(False),
            Person.disabled_at.is_(None), ~asked,
        )
        .group_by(Person.id, Person.country, Person.locale, Person.email)
        .having(last <= _back(now, which.wave))
        .having(last > _back(now, which.wave + OPEN_FOR) + AT_LEAST)
        .order_by(last, Person.id)
        .limit(most)
    )  # fmt: skip
    due = [
        (row, follow_up_times.closes(calendar.today(row.country, row.last), which.wave)) for row in db.execute(query)
    ]
    db.add_all(
        FormMark(person_id=row.id, country=row.country, form=which.form, about=which.cohort, state="open",
                 closes_on=closes_on)
        for row, closes_on in due
    )  # fmt: skip
    countries = [row.country for row, _ in due]
    for country in sorted(set(countries)):
        anonymous.count(db, Of(country, which.form, "", which.cohort), {(INVITED, 0): countries.count(country)})
    for row, closes_on in due:
        if row.email:
            _write(db, row, which, closes_on, now)
    return len(due)


def _back(now: datetime, months: int) -> datetime:
    """So many months ago. The hour makes no difference: until when it is open is decided by the country's calendar."""
    day = follow_up_times.add_months(now.date(), -months)
    return now.replace(year=day.year, month=day.month, day=day.day)


def _write(db: Session, row: Any, which: Which, closes_on: date, now: datetime) -> None:
    say: Callable[[str], str] = words(row.locale).gettext
    day = formats.date_text(closes_on - _DAY, row.locale)
    for occasion, body, due in (
        (letter(which), BODY, now), (f"{letter(which)} reminder", REMINDER, now + REMIND_AFTER),
    ):  # fmt: skip
        outbox.put(
            db, row.id, row.country, occasion=occasion, locale=row.locale, subject=say(SUBJECT),
            body=say(body) % {"day": day}, due=due,
        )  # fmt: skip
