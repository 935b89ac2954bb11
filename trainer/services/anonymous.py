"""What was said in forms, kept without whoever said it: counts, and words in bundles whose order is drawn by lot."""

from __future__ import annotations

import secrets
import unicodedata
from collections import defaultdict
from collections.abc import Collection, Mapping
from typing import Any, NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from trainer.services.suppression import SMALLEST_SHOWN
from trainer.store.forms import FormCount, FormWords
from trainer.store.prepared import add_all
from trainer.store.statements import lock

LONGEST = 1_000
"""Characters of what somebody writes."""
MOST_PIECES = 100
"""In one row: a bundle is read and written whole."""
FORMS = "forms"
"""Item that counts the forms themselves."""
_LOT = secrets.SystemRandom()
_UNSEEN = frozenset({"Cc", "Cs", "Co", "Cn"})


class Of(NamedTuple):
    """Which forms: those of a country about a module, of one quarter. Columns of `FormCount` and `FormWords`."""

    country: str
    form: str
    about: str
    quarter: str


Counts = Mapping[tuple[str, int], int]
"""(Item, value) → how many."""


def count(db: Session, of: Of, counts: Counts) -> None:
    """Add to what is counted; negative numbers take away. One statement."""
    rows = [{**of._asdict(), "item": item, "value": value, "n": n} for (item, value), n in sorted(counts.items()) if n]
    add_all(db, FormCount, rows)


def keep_words(db: Session, of: Of, topic: str, *pieces: Mapping[str, Any]) -> None:
    """Put each piece (with its `text`) to a place of the bundle that nobody can foretell."""
    if not pieces:
        return
    lock(db, f"words {of.country}")
    same = [getattr(FormWords, name) == value for name, value in of._asdict().items()]
    last = db.scalar(select(func.max(FormWords.part)).where(*same, FormWords.topic == topic))
    row = None if last is None else db.scalar(
        select(FormWords).where(*same, FormWords.topic == topic, FormWords.part == last)
    )  # fmt: skip
    if row is None or len(row.pieces) + len(pieces) > MOST_PIECES:
        row = FormWords(**of._asdict(), topic=topic, part=0 if last is None else last + 1, pieces=[])
        db.add(row)
    held = list(row.pieces)
    for piece in pieces:
        held.insert(_LOT.randrange(len(held) + 1), dict(piece))
    row.pieces = held
    db.flush()


def bundles(
    db: Session, countries: Collection[str], *, reactions: str = "", follow_ups: Mapping[str, str] | None = None
) -> dict[tuple[Of, str], tuple[str, ...]]:
    """(Which forms, topic) → what people wrote to it, in another order each time. Fewer than five: not there.

    Examples have readers of their own (`judging`). One statement.
    """
    wanted = FormWords.form.in_(("reaction", "reaction-paper")) & (FormWords.quarter == reactions)
    for form, quarter in (follow_ups or {}).items():
        wanted |= (FormWords.form == form) & (FormWords.quarter == quarter)
    query = select(FormWords).where(FormWords.country.in_(sorted(countries)), FormWords.topic != "example", wanted)
    found: defaultdict[tuple[Of, str], list[str]] = defaultdict(list)
    for row in db.scalars(query):
        of = Of(row.country, row.form, row.about, row.quarter)
        found[of, row.topic] += [piece["text"] for piece in row.pieces]
    return {key: tuple(shuffled(texts)) for key, texts in sorted(found.items()) if len(texts) >= SMALLEST_SHOWN}


def shuffled(texts: list[str]) -> list[str]:
    return _LOT.sample(texts, len(texts))


def tidied(text: str) -> str:
    """As it is kept: lines, without spaces at their ends and control characters, no longer than `LONGEST`."""
    clean = unicodedata.normalize("NFC", text).splitlines()
    lines = ("".join(one for one in line if unicodedata.category(one) not in _UNSEEN).strip() for line in clean)
    return "\n".join(line for line in lines if line)[:LONGEST].strip()
