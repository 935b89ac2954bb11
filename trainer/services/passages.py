"""Passages of a translation: checked, saved, read a second time, with what was there before.

Saving only adds a row (`store.authoring.PassageEdit`), so nothing that was written is ever lost. The rows become part
of the module's catalog when an edition is published with them (`services.translations`).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from trainer.access import Identity
from trainer.content import terms, translation_checks
from trainer.content.diagnostics import Diagnostic
from trainer.content.localising import localize_passage
from trainer.content.model import Module
from trainer.content.po import Entry
from trainer.content.translation import Catalog, catalog_of
from trainer.content.workbench import Row
from trainer.services.catalogs import Seen
from trainer.services.problems import SENTENCES, Conflict, Invalid, Refused
from trainer.store.authoring import PassageEdit
from trainer.store.statements import lock
from trainer.vocabulary import N_

SENTENCES.update(
    {
        "passage-changed": N_("Someone else saved this passage meanwhile. Nothing was overwritten."),
        "passage-refused": N_("This cannot be saved yet. Your words are still here."),
        "passage-own": N_("A second reader is somebody else than the translator."),
        "passage-unsaved": N_("These words are not the saved ones. Save them; then somebody else can read them again."),
        "passage-nothing": N_("There is no translation of the present source to review yet."),
    }
)

LONGEST_HISTORY = 50
ALWAYS_SECOND = frozenset({"answer"})
"""Roles that decide about marks: never ready before a second reader has seen them."""


class Saved(NamedTuple):
    """A row of a passage's history, newest first."""

    id: int
    source: str
    text: str
    state: str
    origin: str
    person_id: str
    written_by: str
    written_at: datetime
    reviewed_by: str | None
    reviewed_at: datetime | None
    is_published: bool


# ------------------------------------------------------------------------- checks


def check(module: Module, row: Row, tag: str, text: str) -> tuple[Diagnostic, ...]:
    """Everything that an import or a compilation would say about `text` in this place; errors first."""
    file, entry = catalog_of(tag), Entry(row.context, row.source, text, line=1)
    if not text.strip():
        return ()
    refusal = translation_checks.refusal(entry, tag, file)
    if refusal is not None:
        return (refusal._replace(severity="error"),)
    found = list(translation_checks.doubts(entry, file))
    passage = next((one for one in module.passages if (one.context, one.source) == (row.context, row.source)), None)
    if passage is not None:
        catalog = Catalog.of(tag, (), [entry])
        shown, misfits = localize_passage(module, passage, catalog, tag)
        # What a compilation only warns of, because it shows the source instead, would lose the translator's work.
        found += [one._replace(severity="error") for one in misfits]
        found += terms.check_passages([shown], catalog)
    return tuple(sorted(found, key=lambda one: one.severity))


def is_refused(found: Sequence[Diagnostic]) -> bool:
    return any(one.severity == "error" for one in found)


# ------------------------------------------------------------------------- saving


def save(
    db: Session, seen: Seen, row: Row, text: str, *, me: Identity, now: datetime, since: int, is_done: bool = True,
    origin: str = "typed",
) -> int:  # fmt: skip
    """Keep `text` as the passage's translation; empty takes it away. Returns the id of its newest row.

    `since`: the newest row that the person has seen. `is_done`: it waits for a second reader; otherwise it is a draft.
    Whoever saves words that are there already does not become their translator, unless the source has changed.
    Raises Conflict when somebody saved the passage meanwhile, Invalid when the text cannot stand there.
    """
    newest = _alone(db, seen, row, since)
    if is_refused(check(seen.module, row, seen.sheet.locale, text)):
        raise Invalid("passage-refused", field="text")
    state = "second" if is_done or row.role in ALWAYS_SECOND else "draft"
    is_same = text == row.text and row.state != "stale"
    if is_same and (row.state in ("reviewed", state) or not text):
        return newest
    writer = writer_of(db, seen, row) if is_same else None
    return _added(db, seen, row, text=text, state=state, origin=origin, me=me, now=now, writer=writer)


def review(db: Session, seen: Seen, row: Row, text: str, *, me: Identity, now: datetime, since: int) -> int:
    """Sign the passage as read a second time by `me`. Returns the new row's id.

    Raises Refused for the translator, and when `text` is not what is saved; Conflict and Invalid as `save` does.
    """
    _alone(db, seen, row, since)
    if row.state in ("missing", "stale"):
        raise Refused("passage-nothing", field="text")
    if text != row.text:
        raise Refused("passage-unsaved", field="text")
    writer = writer_of(db, seen, row)
    if writer is not None and writer.person_id == me.person_id:
        raise Refused("passage-own", field="text")
    if is_refused(check(seen.module, row, seen.sheet.locale, text)):
        raise Invalid("passage-refused", field="text")
    return _added(
        db, seen, row, text=text, state="reviewed", origin=writer.origin if writer else "imported", me=me, now=now,
        writer=writer, reviewed_by=me.full_name,
    )  # fmt: skip


def writer_of(db: Session, seen: Seen, row: Row) -> Saved | None:
    """The row of whoever wrote the words that stand there now; None: they came with a file that was published."""
    found = history(db, seen.folder.module, seen.sheet.locale, row.context)
    return writer_among(found, row)


def writer_among(found: Sequence[Saved], row: Row) -> Saved | None:
    """As `writer_of`, from the passage's history."""
    return next((one for one in found[:1] if one.text == row.text and one.source == (row.older or row.source)), None)


def _alone(db: Session, seen: Seen, row: Row, since: int) -> int:
    """Id of the passage's newest row. Holds others off until the transaction ends.

    Raises Conflict when it is newer than `since`.
    """
    lock(db, f"passage {seen.folder.module} {seen.sheet.locale} {row.digest}")
    query = select(func.coalesce(func.max(PassageEdit.id), 0)).where(
        PassageEdit.module == seen.folder.module, PassageEdit.locale == seen.sheet.locale,
        PassageEdit.context == row.context, PassageEdit.source == row.source,
    )  # fmt: skip
    newest = db.scalar(query) or 0
    if newest > since:
        raise Conflict("passage-changed")
    return newest


def newest_among(found: Sequence[Saved], row: Row) -> int:
    """Id of the passage's newest row in its history; 0 when nobody has saved it here."""
    return max((one.id for one in found if one.source == row.source), default=0)


def _added(
    db: Session, seen: Seen, row: Row, *, text: str, state: str, origin: str, me: Identity, now: datetime,
    writer: Saved | None, reviewed_by: str | None = None,
) -> int:  # fmt: skip
    """`writer`: whose words they are where they are not new; None there: of a review nobody knows, otherwise `me`."""
    if writer is not None:
        whose: dict[str, Any] = {
            "person_id": writer.person_id, "written_by": writer.written_by, "written_at": writer.written_at,
        }  # fmt: skip
    elif reviewed_by is not None:
        whose = {"person_id": "", "written_by": "", "written_at": now}
    else:
        whose = {"person_id": me.person_id, "written_by": me.full_name, "written_at": now}
    added = PassageEdit(
        module=seen.folder.module, locale=seen.sheet.locale, context=row.context, source=row.source, text=text,
        state=state, origin=origin, reviewed_by=reviewed_by, reviewed_at=now if reviewed_by else None, **whose,
    )  # fmt: skip
    db.add(added)
    db.flush()
    return added.id


def history(db: Session, module: str, tag: str, context: str) -> list[Saved]:
    """What was saved for a place in the module, newest first, also for older words of the author's."""
    query = (
        select(PassageEdit)
        .where(PassageEdit.module == module, PassageEdit.locale == tag, PassageEdit.context == context)
        .order_by(PassageEdit.id.desc())
        .limit(LONGEST_HISTORY)
    )
    return [
        Saved(
            one.id, one.source, one.text, one.state, one.origin, one.person_id, one.written_by, one.written_at,
            one.reviewed_by, one.reviewed_at, one.folded_into is not None,
        )
        for one in db.scalars(query)
    ]  # fmt: skip
