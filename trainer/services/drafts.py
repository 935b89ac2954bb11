"""Drafts: module folders being worked on, one per module, until they are published or thrown away.

Each file carries a version. Whoever saves names the version they began from; if someone else was faster, nothing
is overwritten and they are told.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from trainer.content.compiler import compile_module
from trainer.content.model import Module
from trainer.services import history, library, translations
from trainer.services.editions import (
    current_edition,
    digest_of,
    edition,
    edition_files,
    is_path,
    manifest_of,
    slug_and_manifest,
)
from trainer.services.problems import SENTENCES, Conflict, Invalid, NotFound
from trainer.store.models import Blob, Draft, DraftFile
from trainer.store.prepared import insert_new
from trainer.store.statements import lock
from trainer.vocabulary import N_

SENTENCES.update(
    {
        "draft-unknown": N_("There is no such draft; it may have been published or thrown away."),
        "draft-changed": N_("Someone else has changed %(path)s meanwhile. Nothing was overwritten."),
        "draft-moved": N_(
            "The draft or the newest edition has changed since this page was made. Nothing was published."
        ),
        "draft-behind": N_("A newer edition was published meanwhile. Compare with it before you publish."),
    }
)


class DraftRow(NamedTuple):
    id: str
    module: str
    """Slug."""
    based_on: int | None
    """Id of the edition it began from; None: a new module."""
    created_at: datetime
    created_by: str


class DraftFileRow(NamedTuple):
    path: str
    data: bytes
    version: int
    """From 1; rises with each save."""
    saved_at: datetime
    saved_by: str


_COLUMNS = (Draft.id, Draft.module, Draft.based_on, Draft.created_at, Draft.created_by)


def open_draft(db: Session, slug: str, *, by: str, now: datetime) -> DraftRow:
    """The draft of `slug`: the one there is, or a new one with the files of its newest edition.

    Raises Invalid for a slug that cannot be one.
    """
    if len(slug) > library.LONGEST_SLUG or not library.SLUG.fullmatch(slug):
        raise Invalid("module-slug", field="module")
    newest = current_edition(db, slug)
    based_on = None if newest is None else newest.id
    is_new = insert_new(db, Draft, {"module": slug, "based_on": based_on, "created_at": now, "created_by": by})
    row = DraftRow(*db.execute(select(*_COLUMNS).where(Draft.module == slug)).one())
    if is_new and based_on is not None:
        for path, sha256 in slug_and_manifest(db, based_on)[1].items():
            db.add(DraftFile(draft_id=row.id, path=path, sha256=sha256, version=1, saved_at=now, saved_by=by))
        db.flush()
    return row


def drafts(db: Session) -> list[DraftRow]:
    """All drafts, by module."""
    return [DraftRow(*row) for row in db.execute(select(*_COLUMNS).order_by(Draft.module))]


def draft(db: Session, draft_id: str) -> DraftRow:
    """Raises NotFound."""
    row = db.execute(select(*_COLUMNS).where(Draft.id == draft_id)).first()
    if row is None:
        raise NotFound("draft-unknown")
    return DraftRow(*row)


def draft_files(db: Session, draft_id: str) -> dict[str, DraftFileRow]:
    """Path → file, by path. Raises NotFound."""
    draft(db, draft_id)
    query = (
        select(DraftFile.path, Blob.data, DraftFile.version, DraftFile.saved_at, DraftFile.saved_by)
        .join(Blob, Blob.sha256 == DraftFile.sha256)
        .where(DraftFile.draft_id == draft_id)
        .order_by(DraftFile.path)
    )
    return {row.path: DraftFileRow(*row) for row in db.execute(query)}


def save_draft_file(
    db: Session, draft_id: str, path: str, data: bytes, *, expected_version: int, by: str, now: datetime,
    how: str = "typed",
) -> int:  # fmt: skip
    """Replace version `expected_version` of a file (0: there is none yet). Returns the new version.

    Raises Conflict when the draft holds another version, NotFound, Invalid for a path that cannot be one.
    """
    if not is_path(path):
        raise Invalid("file-path", path=path)
    module = _held(db, draft_id)
    sha256 = hashlib.sha256(data).hexdigest()
    insert_new(db, Blob, {"sha256": sha256, "data": data, "size": len(data)})
    values = {"sha256": sha256, "version": expected_version + 1, "saved_at": now, "saved_by": by}
    if expected_version == 0:
        done = insert_new(db, DraftFile, {"draft_id": draft_id, "path": path, **values})
    else:
        result: Any = db.execute(update(DraftFile).where(*_version(draft_id, path, expected_version)).values(**values))
        done = bool(result.rowcount)
    if not done:
        raise Conflict("draft-changed", path=path)
    history.note(db, module, path, sha256, by=by, now=now, how=how)
    return expected_version + 1


class Seen(NamedTuple):
    """What somebody has looked at when they decide to publish."""

    digest: str
    """Of the folder that would be published."""
    newest: int | None
    """Id of the module's newest edition then."""


def folder_to_publish(db: Session, found: DraftRow) -> dict[str, bytes]:
    """Path → bytes of what publishing the draft makes the next edition."""
    files = {path: file.data for path, file in draft_files(db, found.id).items()}
    return _with_pending_translations(db, found.module, files)


def _with_pending_translations(db: Session, slug: str, files: dict[str, bytes]) -> dict[str, bytes]:
    """The folder with what translators have written since, and is in no catalog of it yet."""
    module = _to_translate(db, slug, files)
    return files if module is None else translations.folded(db, slug, module, files)


def _to_translate(db: Session, slug: str, files: Mapping[str, bytes]) -> Module | None:
    """The module whose translators have written something that is in no edition; None: nobody has."""
    return compile_module(files, slug=slug).module if translations.are_pending(db, slug) else None


def publish_draft(
    db: Session, draft_id: str, *, by: str, now: datetime, note: str = "", seen: Seen | None = None,
    prepared: library.Ready | None = None,
) -> library.EditionRow:  # fmt: skip
    """Make the draft the module's next edition; the draft is gone then. `prepared`: of what was `seen`.

    Raises Conflict when the module has got a newer edition since the draft began, or when draft or edition are not as
    they were `seen`; NotPublishable, NotFound.
    """
    lock(db, f"edition of {draft(db, draft_id).module}")
    # Whoever saves meanwhile waits (see `_held`), and is told then that the draft has gone.
    db.execute(select(Draft.id).where(Draft.id == draft_id).with_for_update())
    found = draft(db, draft_id)
    newest = current_edition(db, found.module)
    newest_id = None if newest is None else newest.id
    if newest_id not in (None, found.based_on):
        raise Conflict("draft-behind", module=found.module)
    files = folder_to_publish(db, found)
    if seen is not None and seen != Seen(digest_of(manifest_of(files)), newest_id):
        raise Conflict("draft-moved", module=found.module)
    edition = library.publish(db, found.module, files, by=by, now=now, note=note, prepared=prepared)
    if (module := _to_translate(db, found.module, files)) is not None:
        translations.mark_folded(db, found.module, edition.id, module, files)
    discard_draft(db, draft_id)
    return edition


def publish_parts(
    db: Session, slug: str, parts: Mapping[str, bytes], *, by: str, now: datetime, note: str = ""
) -> library.EditionRow:
    """The newest edition with `parts` (path → bytes) in place of its own files becomes the next one.

    For words that others than the author answer for, a language or a country: the author's unfinished draft stays a
    draft, and goes on from the new edition with the same parts. Raises NotPublishable, NotFound without an edition.
    """
    lock(db, f"edition of {slug}")
    newest = edition(db, slug)
    made = library.publish(db, slug, {**edition_files(db, newest.id), **parts}, by=by, now=now, note=note)
    found = db.scalar(select(Draft).where(Draft.module == slug))
    if found is not None and made.id != newest.id:
        if found.based_on == newest.id:
            found.based_on = made.id
        held = {row.path: row for row in db.scalars(select(DraftFile).where(DraftFile.draft_id == found.id))}
        for path, data in parts.items():
            _replace(db, found, held.get(path), path, hashlib.sha256(data).hexdigest(), by=by, now=now)
    return made


def _replace(
    db: Session, found: Draft, held: DraftFile | None, path: str, sha256: str, *, by: str, now: datetime
) -> None:
    """Put published bytes into a draft, whoever has been writing there; history keeps what was."""
    if held is None:
        db.add(DraftFile(draft_id=found.id, path=path, sha256=sha256, version=1, saved_at=now, saved_by=by))
    elif held.sha256 != sha256:
        held.sha256, held.version, held.saved_at, held.saved_by = sha256, held.version + 1, now, by
    history.note(db, found.module, path, sha256, by=by, now=now, how="published")


def discard_draft(db: Session, draft_id: str) -> None:
    """Throw the draft away, with its files. Raises NotFound."""
    result: Any = db.execute(delete(Draft).where(Draft.id == draft_id))
    if not result.rowcount:
        raise NotFound("draft-unknown")


def _held(db: Session, draft_id: str) -> str:
    """The draft's slug. Until this transaction ends nobody publishes the draft or throws it away. Raises NotFound."""
    slug = db.scalar(select(Draft.module).where(Draft.id == draft_id).with_for_update(read=True, key_share=True))
    if slug is None:
        raise NotFound("draft-unknown")
    return slug


def _version(draft_id: str, path: str, version: int) -> Iterable[Any]:
    return DraftFile.draft_id == draft_id, DraftFile.path == path, DraftFile.version == version
