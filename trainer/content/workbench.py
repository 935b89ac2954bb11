"""The passages of a module as a translator sees them: the catalog brought up to date, and over it what was written
since and waits to be published.

Nothing here reads a database: `Edit` is a plain value, newest last.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from functools import cached_property
from typing import Literal, NamedTuple

from trainer.content import po
from trainer.content.contexts import akin, role_of, unit_of
from trainer.content.extraction import update
from trainer.content.inline import words
from trainer.content.model import Module
from trainer.content.reviews import CHANGED, SECOND, is_draft, plain, review_of, signature
from trainer.content.translation import Catalog, reviewed_by
from trainer.content.translation_checks import refusal, usable

State = Literal["missing", "stale", "misfit", "draft", "second", "reviewed"]
"""`missing`: to translate. `stale`: the source has changed. `misfit`: learners see the source, because the words break
a link or the like. `draft`: nobody has read it a second time. `second`: it waits for that. `reviewed`: ready."""
STATES: tuple[State, ...] = ("missing", "stale", "misfit", "draft", "second", "reviewed")
"""In the order in which there is something to do."""

Key = tuple[str, str]
"""Context and source of a message."""


class Edit(NamedTuple):
    """What somebody wrote for one passage."""

    id: int
    context: str
    source: str
    """What `text` translates; the module may have changed since."""
    text: str
    """Empty: the translation was taken away."""
    state: str
    """`draft`, `second` or `reviewed`."""
    reviewed_by: str | None = None
    reviewed_on: date | None = None


class Row(NamedTuple):
    """One passage with its translation."""

    number: int
    """Place in the module, from 0."""
    digest: str
    """Names it in addresses; another source has another digest."""
    context: str
    source: str
    comment: str
    """What its translator is told about its role, in English; mostly empty."""
    text: str
    older: str
    """The source that `text` was made from, where it is not `source`; otherwise empty."""
    state: State
    reviewer: str
    """Who reviewed it; empty where nobody did."""
    edit: int
    """Id of the edit that it shows; 0: it is as the catalog has it."""

    @property
    def role(self) -> str:
        return role_of(self.context)

    @property
    def unit(self) -> str:
        return unit_of(self.context)


def digest_of(context: str, source: str) -> str:
    return hashlib.sha256(f"{context}\0{source}".encode()).hexdigest()[:20]


class Title(NamedTuple):
    """What a list says of a module without compiling it."""

    slug: str
    title: str
    source: str
    """The language it is written in."""


class Sheet:
    """A module's catalog of one language. Immutable; made once per content."""

    def __init__(
        self, module: Title, locale: str, catalog: po.Po, edits: Mapping[Key, Edit], waiting: Sequence[Edit] = ()
    ) -> None:
        self.module, self.locale, self.catalog = module, locale, catalog
        self.edits = edits
        """Message → the edit that is in its place now."""
        self.waiting = tuple(waiting)
        """Edits of passages that this module has not, or not any more."""

    @cached_property
    def rows(self) -> tuple[Row, ...]:
        """Every passage, in the order of the source."""
        signed = reviewed_by(self.catalog.head)[0] or ""
        live = (entry for entry in self.catalog.entries if not entry.obsolete)
        return tuple(self._row(number, entry, signed) for number, entry in enumerate(live))

    def _row(self, number: int, entry: po.Entry, signed: str) -> Row:
        edit = self.edits.get((entry.context, entry.source))
        review = review_of(entry.notes)
        reviewer = "" if is_draft(entry.notes) else review.name if review is not None else signed
        state = _state(entry, self.locale, reviewer)
        return Row(
            number, digest_of(entry.context, entry.source), entry.context, entry.source,
            " ".join(entry.comments), entry.text, entry.previous or "", state,
            reviewer if state == "reviewed" else "", edit.id if edit is not None else 0,
        )  # fmt: skip

    @cached_property
    def by_digest(self) -> Mapping[str, Row]:
        return {row.digest: row for row in self.rows}

    @cached_property
    def counts(self) -> Mapping[State, int]:
        """How many passages are in each state."""
        counted = Counter(row.state for row in self.rows)
        return {state: counted[state] for state in STATES}

    @cached_property
    def data(self) -> bytes:
        """The catalog as a file."""
        return po.write(self.catalog)

    @cached_property
    def shown(self) -> Catalog:
        """For `localize`: what of it can be shown."""
        return Catalog.of(self.locale, self.catalog.head, usable(self.catalog.entries, self.locale, "catalog"))


def _state(entry: po.Entry, locale: str, reviewer: str) -> State:
    if not entry.text.strip():
        return "missing"
    if entry.fuzzy:
        return "stale"
    if refusal(entry, locale, "catalog") is not None:
        return "misfit"
    if reviewer:
        return "reviewed"
    return "second" if SECOND in entry.notes else "draft"


# ------------------------------------------------------------------- making one


def sheet(data: bytes | None, module: Module, locale: str) -> Sheet:
    """The catalog file `data` (None: there is none yet) with the passages of `module`. Raises BrokenCatalog."""
    catalog, _ = po.read(update(data, module, locale).decode())
    return Sheet(Title(module.slug, words(module.title.content), module.source), locale, catalog, {})


def overlaid(below: Sheet, edits: Iterable[Edit]) -> Sheet:
    """`below` with the newest edit of each passage in its place.

    An edit of a passage that moved inside its unit goes along. One of an older source fills a place that is empty or
    outdated itself, and is outdated there.
    """
    entries = list(below.catalog.entries)
    places = {(one.context, one.source): at for at, one in enumerate(entries) if not one.obsolete}
    moved: dict[tuple[str, str, str], Key] = {}
    contexts: dict[str, Key] = {}
    for key in places:
        moved.setdefault((unit_of(key[0]), role_of(key[0]), key[1]), key)
        contexts.setdefault(key[0], key)
    is_signed = reviewed_by(below.catalog.head)[0] is not None
    held: dict[Key, Edit] = {}
    late: list[Edit] = []
    for edit in edits:
        key = (edit.context, edit.source)
        found = key if key in places else moved.get((unit_of(edit.context), role_of(edit.context), edit.source))
        if found is None:
            late.append(edit)
        else:
            held[found] = edit
            entries[places[found]] = _written(entries[places[found]], edit, is_signed=is_signed)
    waiting = []
    for edit in late:
        now = contexts.get(edit.context)
        entry = entries[places[now]] if now is not None else None
        if now is None or entry is None or (entry.text and not entry.fuzzy) or not edit.text:
            waiting.append(edit)
        elif akin(edit.source, now[1]):
            held[now] = edit
            entries[places[now]] = entry._replace(
                text=edit.text, fuzzy=True, previous=edit.source, notes=plain(entry.notes)
            )
        else:
            waiting.append(edit)
    return Sheet(below.module, below.locale, below.catalog._replace(entries=tuple(entries)), held, waiting)


def _written(entry: po.Entry, edit: Edit, *, is_signed: bool) -> po.Entry:
    """The entry as the edit leaves it, with comments that say how good it is wherever the file goes."""
    notes = plain(entry.notes)
    if edit.text and edit.reviewed_by:
        notes = (*notes, signature(edit.reviewed_by, edit.reviewed_on))
    elif edit.text and edit.state == "second":
        notes = (*notes, SECOND)
    elif edit.text and is_signed:
        notes = (*notes, CHANGED)
    return entry._replace(text=edit.text, fuzzy=False, previous=None, notes=notes)


def fitting(below: Sheet, edits: Sequence[Edit]) -> tuple[Sheet, frozenset[int]]:
    """The sheet with those edits whose passage `below` has just so, and their ids: what can be published with it."""
    whole = overlaid(below, edits)
    mine = frozenset(edit.id for key, edit in whole.edits.items() if edit.source == key[1])
    return overlaid(below, [edit for edit in edits if edit.id in mine]), mine


def settled(published: Sheet, edits: Sequence[Edit]) -> frozenset[int]:
    """The edits that the catalog has just as they are: laid over it, they change nothing."""
    whole = overlaid(published, edits)
    had = {(one.context, one.source): one for one in published.catalog.entries if not one.obsolete}
    has = {(one.context, one.source): one for one in whole.catalog.entries if not one.obsolete}
    return frozenset(edit.id for key, edit in whole.edits.items() if edit.source == key[1] and had[key] == has[key])
