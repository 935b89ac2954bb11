"""Finding a workshop by country, and whether it may still be changed. What is foreign looks as if it were not there."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.orm import Session

from trainer.services.problems import SENTENCES, Invalid, NotFound, Refused
from trainer.store.workshops import Workshop
from trainer.vocabulary import N_

SENTENCES["workshop-closed"] = N_("This workshop is closed. Open it again before you change something.")
SENTENCES["workshop-binned"] = N_("This workshop is in the bin. Take it out before you change something.")
SENTENCES["line-missing"] = N_("Write something here.")
SENTENCES["line-long"] = N_("This is too long: use at most %(maximum)s characters.")
SENTENCES["line-unreadable"] = N_("This contains characters that cannot be shown or printed.")

LONGEST_LINE = 200
_ID = re.compile(r"[A-Za-z0-9_-]{1,22}")
_UNPRINTABLE = frozenset({"Cc", "Cs", "Co", "Cn"})
_DIRECTION = frozenset("\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def found(db: Session, countries: Collection[str], workshop_id: str, *, lock: bool = False) -> Workshop:
    """The workshop, in the bin or not. `lock`: nobody else changes it until this transaction ends. Raises NotFound."""
    if not is_id(workshop_id):
        raise NotFound
    query = select(Workshop).where(Workshop.id == workshop_id, Workshop.country.in_(sorted(set(countries))))
    row = db.scalar(query.with_for_update() if lock else query)
    if row is None:
        raise NotFound
    return row


def is_id(text: str) -> bool:
    """It may be one of our ids; anything else need not be looked up."""
    return _ID.fullmatch(text) is not None


def changeable(db: Session, countries: Collection[str], workshop_id: str) -> Workshop:
    """The workshop, locked for a change. Raises NotFound, Refused when it is closed or in the bin."""
    row = found(db, countries, workshop_id, lock=True)
    if row.deleted_at is not None:
        raise Refused("workshop-binned")
    if row.closed_at is not None:
        raise Refused("workshop-closed")
    return row


def line(text: str, field: str) -> str:
    """One line as it will be printed: NFC, single spaces, 1 to 200 characters. Raises Invalid."""
    clean = " ".join(unicodedata.normalize("NFC", text).split())
    if not clean:
        raise Invalid("line-missing", field=field)
    if any(unicodedata.category(letter) in _UNPRINTABLE or letter in _DIRECTION for letter in clean):
        raise Invalid("line-unreadable", field=field)
    if len(clean) > LONGEST_LINE:
        raise Invalid("line-long", field=field, maximum=LONGEST_LINE)
    return clean
