"""Letters that the figures of a quarter are fixed, to who asked for them: a link, never a figure."""

from __future__ import annotations

from datetime import datetime
from urllib.parse import urlencode

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session

from trainer.access import COORDINATOR, VIEWER
from trainer.languages.words import words
from trainer.services import outbox
from trainer.services.letters import links
from trainer.store.cutoffs import Cutoff
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
    """Put the letters that are due into the outbox, once per quarter and saved report. -> how many

    `origin`: the site's address, such as `https://trainer.example`. `db` sees every country. One statement, and
    two more for each letter.
    """
    waiting = _waiting(db)
    for row, person, quarter in waiting:
        row.written_for = quarter
        _write(db, row, person, quarter, origin, now)
    return len(waiting)


def _write(db: Session, row: SavedReport, person: Person, quarter: str, origin: str, now: datetime) -> None:
    say = words(person.locale).gettext
    filters = {"country": row.about, "module": row.module, "period": quarter}
    chosen = urlencode({key: one for key, one in filters.items() if one})
    link = links(origin)(person.locale, f"coordinate/?{chosen}")
    outbox.put(
        db, person.id, person.country, occasion=f"quarter-fixed {row.id} {quarter}", locale=person.locale,
        subject=say(SUBJECT) % {"quarter": quarter},
        body=say(BODY) % {"quarter": quarter, "name": row.name, "link": link}, due=now,
    )  # fmt: skip


def _waiting(db: Session) -> list[tuple[SavedReport, Person, str]]:
    """Saved reports with the newest quarter that is fixed in a country they are about, and their person may see."""
    query = (
        select(SavedReport, Person, func.max(Cutoff.quarter))
        .join(Person, Person.id == SavedReport.person_id)
        .join(Grant, and_(Grant.person_id == SavedReport.person_id, Grant.role.in_((COORDINATOR, VIEWER))))
        .join(Cutoff, and_(Cutoff.country == Grant.over, Cutoff.quarter > SavedReport.written_for))
        .where(
            SavedReport.letters,
            SavedReport.removed_at.is_(None),
            or_(SavedReport.about.is_(None), SavedReport.about == Grant.over),
            Person.disabled_at.is_(None),
        )
        .group_by(SavedReport.id, Person.id)
        .order_by(SavedReport.created_at, SavedReport.id)
        .limit(AT_ONCE)
    )
    return [(row, person, quarter) for row, person, quarter in db.execute(query)]
