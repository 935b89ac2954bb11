"""The blueprint that these views hang on, and how each of them finds its catalog."""

from __future__ import annotations

from typing import Any, NamedTuple

from flask import Blueprint, request
from markupsafe import Markup
from sqlalchemy.orm import Session

from trainer.access import Permission, allowed
from trainer.content.workbench import STATES, Row
from trainer.languages.folding import found_in, normalise
from trainer.languages.registry import LANGUAGES
from trainer.services import catalogs, desk
from trainer.services.catalogs import Seen
from trainer.services.problems import Conflict, Invalid, NotFound, Refused
from trainer.web.jinja import in_own_language
from trainer.web.state import current

blueprint = Blueprint("translate", __name__, url_prefix="/<locale:locale>/translate")

REFUSALS = (Refused, Conflict, Invalid)
"""What a service may answer to a translator who did nothing forbidden: said on the page where it was tried."""


def seen_for(db: Session, slug: str, tag: str) -> Seen:
    """The catalog, for a translator of the language. Raises NotFound for everybody else."""
    if not allowed(current.me, Permission.TRANSLATE, locale=tag):
        raise NotFound
    return catalogs.seen(db, current.desk, desk.folder(db, slug), tag)


def may_review(tag: str) -> bool:
    return allowed(current.me, Permission.REVIEW, locale=tag)


def title_of(seen: Seen) -> Markup:
    return in_own_language(seen.places.title, seen.module.source)


def own_name(tag: str) -> Markup:
    """A language by its own name."""
    return in_own_language(LANGUAGES[tag].name, tag)


class Filter(NamedTuple):
    """Which passages somebody looks at: part of every address, so that it can be sent and come back to."""

    state: str = ""
    unit: str = ""
    q: str = ""

    @classmethod
    def asked(cls) -> Filter:
        """From the address, or from the form that carries it on."""
        values = request.values
        state = values.get("state", "")
        return cls(state if state in STATES else "", values.get("unit", "")[:200], values.get("q", "").strip()[:200])

    def address(self) -> dict[str, Any]:
        return {name: value for name, value in self._asdict().items() if value}

    def fits(self, seen: Seen, row: Row) -> bool:
        if (self.state and row.state != self.state) or (self.unit and row.unit != self.unit):
            return False
        return not self.q or any(
            found_in(self.q, text, tag)
            for text, tag in ((row.source, seen.module.source), (row.text, seen.sheet.locale))
        )

    def rows(self, seen: Seen) -> tuple[Row, ...]:
        if self.q and not normalise(self.q, seen.module.source):
            return ()
        return tuple(row for row in seen.sheet.rows if self.fits(seen, row))
