"""What the pages of a workshop share."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from sqlalchemy.orm import Session

from trainer.content.inline import words
from trainer.languages.registry import LANGUAGES
from trainer.services import calendar, library, workshops
from trainer.services.problems import Conflict, Invalid, Problem, Refused
from trainer.services.workshops import WorkshopRow
from trainer.web.state import current

REFUSALS = (Refused, Conflict, Invalid)
"""What a service may answer to a coordinator who did nothing forbidden: said on the page where it was tried."""


def status_of(problem: Problem) -> int:
    return 422 if isinstance(problem, Invalid) else 409


def find(workshop_id: str) -> WorkshopRow:
    """Raises NotFound for none and for one of another country alike."""
    with current.read() as db:
        return workshops.workshop(db, current.me.countries, workshop_id)


def titles_in(db: Session, locale: str) -> Mapping[str, str]:
    """Slug → title of every module, in plain words of the language where it is translated."""
    rows = library.current_editions(db)
    return {row.module: words(current.shelf.module(row.id, locale).title.content) for row in rows}


def today(country: str) -> date:
    """By the wall calendar of the country."""
    return current.now().astimezone(calendar.zone(country)).date()


def languages() -> list[tuple[str, str, str]]:
    """Choices of a form: tag, own name, its `lang`."""
    return [(tag, LANGUAGES[tag].name, tag) for tag in current.site.locales]


def languages_of(workshop: WorkshopRow) -> list[tuple[str, str, str]]:
    return [(tag, LANGUAGES[tag].name, tag) for tag in workshop.locales]
