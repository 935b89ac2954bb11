"""The words of a quarter's report as they are shown: on the page, in the files, and on paper with room for the rest."""

from __future__ import annotations

from typing import NamedTuple

from trainer.languages import formats
from trainer.services.report_cells import Datum, Number, Table, Text, Words
from trainer.services.report_notes import ADVISERS, Note
from trainer.services.report_words import NARRATIVE, PREPARED
from trainer.vocabulary import N_


class Item(NamedTuple):
    heading: str
    """Message."""
    lines: int
    """To write on, where nothing is written; 0: then it is left out."""
    words: Datum | None


def prepared(note: Note) -> tuple[Item, ...]:
    """Who answers for the report, by post."""
    return tuple(Item(heading, 1, _said(note, field)) for field, heading in PREPARED.items())


def items(note: Note) -> tuple[Item, ...]:
    found = (Item(heading, lines, _said(note, field)) for field, (heading, lines) in NARRATIVE.items())
    return tuple(one for one in found if one.lines or one.words is not None)


def _said(note: Note, field: str) -> Datum | None:
    value = note.written.get(field)
    if value is None:
        return None
    if field == "advisers":
        return Words(ADVISERS[value])
    return Number(value) if field == "concerns" else Text(value, str(note.written.get("lang", "")))


def table(note: Note) -> Table:
    """What is written; no rows where nothing is. On paper it stands on the page of words."""
    rows = tuple((Words(one.heading), one.words) for one in (*prepared(note), *items(note)) if one.words is not None)
    heads = (Words(N_("Heading")), Words(N_("In words")))
    return Table(name="words", title=N_("In words"), heads=heads, rows=rows, on_paper=False)


def changed(note: Note, locale: str) -> Words | None:
    """When the words were changed last: that may be after the figures were fixed."""
    if note.changed_at is None:
        return None
    return Words(N_("Last changed on %(moment)s"), values={"moment": formats.moment_text(note.changed_at, locale)})
