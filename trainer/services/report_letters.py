"""Letters that the figures of a quarter are fixed, to who asked for them: a link, never a figure."""

from __future__ import annotations

from datetime import datetime
from urllib.parse import urlencode

from sqlalchemy import select
from sqlalchemy.orm import Session

from trainer.access import COORDINATOR
from trainer.languages.words import words
from trainer.services import outbox
from trainer.services.evidence import quarter_of
from trainer.services.saved_reports import last_fixed
from trainer.store.evidence import Summary
from trainer.store.models import Grant, Person
from trainer.store.reporting import SavedReport
from trainer.vocabulary import N_

AT_ONCE = 200
"""Letters of one call; the rest waits for the next."""

SUBJECT = N_("The figures of %(quarter)s are fixed")
BODY = N_(
    "The figures of %(quarter)s are fixed now. Your saved report “%(name)s” shows them:\n\n%(link)s\n\n"
    "You get this letter because you asked for it. To end it, open the report and change what you saved."
)


def due(db: Session, now: datetime, origin: str) -> int:
    """Put the letters that are due into the outbox, once per quarter and saved report. -> how many were looked at

    `origin`: the site's address, such as `https://trainer.example`. `db` sees every country. Three
    statements, and one or two more for each letter.
    """
    quarter = last_fixed(now)
    waiting = _waiting(db, quarter)
    if not waiting:
        return 0
    counted = _counted(db, quarter)
    roles = _coordinated(db, {row.person_id for row, _ in waiting})
    for row, person in waiting:
        row.written_for = quarter
        countries = roles.get(person.id, frozenset())
        about = {row.about} if row.about else countries
        if not about & countries & counted:  # no longer theirs, or nothing to see
            continue
        _write(db, row, person, quarter, origin, now)
    return len(waiting)


def _write(db: Session, row: SavedReport, person: Person, quarter: str, origin: str, now: datetime) -> None:
    say = words(person.locale).gettext
    filters = {"country": row.about, "module": row.module, "period": quarter}
    link = f"{origin}/{person.locale}/coordinate/?{urlencode({key: one for key, one in filters.items() if one})}"
    outbox.put(
        db, person.id, person.country, occasion=f"quarter-fixed {row.id} {quarter}", locale=person.locale,
        subject=say(SUBJECT) % {"quarter": quarter},
        body=say(BODY) % {"quarter": quarter, "name": row.name, "link": link}, due=now,
    )  # fmt: skip


def _waiting(db: Session, quarter: str) -> list[tuple[SavedReport, Person]]:
    query = (
        select(SavedReport, Person)
        .join(Person, Person.id == SavedReport.person_id)
        .where(
            SavedReport.letters,
            SavedReport.removed_at.is_(None),
            SavedReport.written_for < quarter,
            Person.disabled_at.is_(None),
        )
        .order_by(SavedReport.created_at, SavedReport.id)
        .limit(AT_ONCE)
    )
    return [(row, person) for row, person in db.execute(query)]


def _counted(db: Session, quarter: str) -> frozenset[str]:
    """Countries that have something in the quarter."""
    year = [f"{quarter[:4]}-{number:02}" for number in range(1, 13)]
    months = [month for month in year if quarter_of(month) == quarter]
    return frozenset(db.scalars(select(Summary.country).where(Summary.month.in_(months)).distinct()))


def _coordinated(db: Session, people: set[str]) -> dict[str, frozenset[str]]:
    """Person → countries that they coordinate now."""
    query = select(Grant.person_id, Grant.over).where(Grant.person_id.in_(people), Grant.role == COORDINATOR)
    found: dict[str, set[str]] = {}
    for person_id, over in db.execute(query):
        found.setdefault(person_id, set()).add(over or "")
    return {person_id: frozenset(codes) for person_id, codes in found.items()}
