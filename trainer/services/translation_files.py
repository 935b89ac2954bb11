"""Catalogs that translators send: looked at first, then taken in passage by passage. At any time, with the same checks
as everything else.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from trainer.access import Identity, Permission, allowed
from trainer.content import incoming
from trainer.content.diagnostics import Diagnostic
from trainer.content.po import Entry
from trainer.content.reviews import is_draft, review_of
from trainer.content.translation_checks import finding
from trainer.content.workbench import Key, Row
from trainer.services import catalogs
from trainer.services.catalogs import Seen
from trainer.services.passages import ALWAYS_SECOND
from trainer.store.authoring import PassageEdit
from trainer.store.statements import lock


class Writer(NamedTuple):
    person_id: str
    name: str
    text: str


class Brought(NamedTuple):
    """What a translator's file would change, or has changed."""

    outcomes: Mapping[str, int]
    """As `content.incoming` counts; empty when the file is refused whole."""
    found: tuple[Diagnostic, ...]
    entries: tuple[Entry, ...] = ()
    """Those that differ from what stands there."""
    kept: int = 0
    """Entries left as they are because somebody saved the passage after the file was looked at."""


def look_at(db: Session, seen: Seen, data: bytes, file: str, *, me: Identity) -> Brought:
    """What bringing in the catalog `data` would do. Nothing is stored.

    A second reader's own signature is taken where the words stand there already and are somebody else's; no other is.
    """
    return _looked(seen, data, file, me, _writers(db, seen))


def bring_in(db: Session, seen: Seen, data: bytes, file: str, *, me: Identity, now: datetime, since: int) -> Brought:
    """Store what `look_at` tells, passage by passage. `since`: the newest row of the catalog when it was looked at."""
    lock(db, f"passages {seen.folder.module} {seen.sheet.locale}")
    writers = _writers(db, seen)
    brought = _looked(seen, data, file, me, writers)
    query = select(PassageEdit.context, PassageEdit.source).where(*_of(seen), PassageEdit.id > since)
    later = {(one.context, one.source) for one in db.execute(query)}
    present = {(row.context, row.source): row for row in seen.sheet.rows}
    rows = [
        _row(seen, entry, present[entry.context, entry.source], writers, me=me, now=now)
        for entry in brought.entries
        if not later & {(entry.context, entry.source), (entry.context, entry.base)}
    ]
    if rows:
        db.execute(insert(PassageEdit), rows)
    return brought._replace(kept=len(brought.entries) - len(rows))


def newest(db: Session, seen: Seen) -> int:
    """Id of the newest row of a catalog; 0 when there is none."""
    return db.scalar(select(func.coalesce(func.max(PassageEdit.id), 0)).where(*_of(seen))) or 0


def _of(seen: Seen) -> tuple[Any, ...]:
    return PassageEdit.module == seen.folder.module, PassageEdit.locale == seen.sheet.locale


def _writers(db: Session, seen: Seen) -> dict[Key, Writer]:
    """Message → who wrote its newest row, and the words."""
    columns = (PassageEdit.context, PassageEdit.source, PassageEdit.person_id, PassageEdit.written_by, PassageEdit.text)
    query = select(*columns).where(*_of(seen)).order_by(PassageEdit.id)
    return {(one.context, one.source): Writer(one.person_id, one.written_by, one.text) for one in db.execute(query)}


def _looked(seen: Seen, data: bytes, file: str, me: Identity, writers: Mapping[Key, Writer]) -> Brought:
    tag = seen.sheet.locale
    signers = {me.full_name} if allowed(me, Permission.REVIEW, locale=tag) else frozenset[str]()
    made = incoming.bring_in(data, file, seen.module, tag, seen.sheet.data, signers=signers)
    if not made.outcomes or made.data is None:
        return Brought(made.outcomes, made.found)
    before = {(one.context, one.source): one for one in seen.sheet.catalog.entries if not one.obsolete}
    entries, found = [], list(made.found)
    for entry in catalogs.made(made.data, seen.module, tag).catalog.entries:
        held = before.get((entry.context, entry.source))
        if entry.obsolete or held is None or _said(entry) == _said(held):
            continue
        writer = writers.get((entry.context, entry.source))
        if entry.text == held.text and writer == Writer(me.person_id, me.full_name, entry.text):
            found.append(finding("translation-claim", file, 1, "warning", context=entry.context, name=me.full_name))
        else:
            entries.append(entry)
    return Brought(made.outcomes, tuple(found), tuple(entries))


def _said(entry: Entry) -> tuple[object, ...]:
    """What a row can keep of an entry."""
    return entry.text, entry.base, entry.fuzzy, review_of(entry.notes)


def _row(
    seen: Seen, entry: Entry, row: Row, writers: Mapping[Key, Writer], *, me: Identity, now: datetime
) -> dict[str, Any]:
    """The row that an entry of a file becomes. Words that are there already stay their writer's."""
    writer = Writer(me.person_id, me.full_name, entry.text)
    is_signed = entry.text == row.text and not entry.fuzzy and review_of(entry.notes) is not None
    if is_signed:
        known = writers.get((entry.context, entry.source))
        writer = known if known is not None and known.text == entry.text else Writer("", "", entry.text)
    is_done = row.role in ALWAYS_SECOND or entry.fuzzy or not is_draft(entry.notes)
    return {
        "module": seen.folder.module, "locale": seen.sheet.locale, "context": entry.context, "source": entry.base,
        "text": entry.text, "state": "reviewed" if is_signed else "second" if is_done else "draft",
        "origin": "imported", "person_id": writer.person_id, "written_by": writer.name, "written_at": now,
        "reviewed_by": me.full_name if is_signed else None, "reviewed_at": now if is_signed else None,
        "folded_into": None,
    }  # fmt: skip
