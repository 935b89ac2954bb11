"""Changing several files of a module at once: all of it or nothing, into the draft, which opens by itself.

Whoever changes a file says what they saw of it. If it is another by now, nothing is overwritten and they are told.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from trainer.content.folder import MAX_FILE, MAX_FILES
from trainer.services import desk, drafts, history
from trainer.services.editions import is_path, slug_and_manifest
from trainer.services.problems import SENTENCES, Conflict, Invalid, NotFound
from trainer.store.models import Blob, DraftFile
from trainer.store.statements import insert_all_new, lock
from trainer.vocabulary import N_

SENTENCES.update(
    {
        "folder-full": N_("A module has at most %(limit)s files."),
        "file-large": N_("%(path)s is larger than %(megabytes)s MB."),
    }
)

Changes = Mapping[str, str | None]
"""Path → SHA-256 of the new bytes, which are stored already; None: the file goes."""


def store(db: Session, files: Mapping[str, bytes]) -> dict[str, str]:
    """Keep the bytes, and say their hashes: path → SHA-256. In the order of hashes, so that two cannot deadlock."""
    hashes = {path: hashlib.sha256(data).hexdigest() for path, data in files.items()}
    by_hash = {sha256: files[path] for path, sha256 in hashes.items()}
    there = set(db.scalars(select(Blob.sha256).where(Blob.sha256.in_(by_hash))))
    missing = [
        {"sha256": one, "data": by_hash[one], "size": len(by_hash[one])} for one in sorted(by_hash.keys() - there)
    ]
    insert_all_new(db, Blob, missing)
    return hashes


def change(
    db: Session, slug: str, changes: Changes, *, seen: Changes, by: str, now: datetime, how: str,
    was: Mapping[str, str] | None = None,
) -> str:  # fmt: skip
    """Put `changes` into the draft of `slug`. Returns the draft's id.

    `seen`: of each path what the person had before them, None: there was no such file. `was`: new path → former one.
    Raises Conflict when a file is another by now, Invalid for a name that no file can have or too many files.
    """
    _check(changes)
    found = drafts.open_draft(db, slug, by=by, now=now)
    lock(db, f"draft of {slug}")
    held = {
        row.path: row for row in db.scalars(select(DraftFile).where(DraftFile.draft_id == found.id).with_for_update())
    }
    for path in changes:
        if (held[path].sha256 if path in held else None) != seen.get(path):
            raise Conflict("draft-changed", path=path)
    gone = [path for path, sha256 in changes.items() if sha256 is None and path in held]
    if len(held.keys() | changes.keys()) - len(gone) > MAX_FILES:
        raise Invalid("folder-full", limit=MAX_FILES)
    if gone:
        db.execute(delete(DraftFile).where(DraftFile.draft_id == found.id, DraftFile.path.in_(gone)))
    for path, sha256 in changes.items():
        if sha256 is not None:
            _put(db, found.id, held.get(path), path, sha256, by=by, now=now)
    db.flush()
    history.note_all(db, slug, changes, by=by, now=now, how=how, was=was or {})
    return found.id


def _check(changes: Changes) -> None:
    for path, sha256 in changes.items():
        if sha256 is not None and not is_path(path):
            raise Invalid("file-path", path=path)


def _put(db: Session, draft_id: str, held: DraftFile | None, path: str, sha256: str, *, by: str, now: datetime) -> None:
    if held is None:
        db.add(DraftFile(draft_id=draft_id, path=path, sha256=sha256, version=1, saved_at=now, saved_by=by))
    elif held.sha256 != sha256:
        held.sha256, held.version, held.saved_at, held.saved_by = sha256, held.version + 1, now, by


def change_bytes(
    db: Session, slug: str, changes: Mapping[str, bytes | None], *, seen: Changes, by: str, now: datetime, how: str,
    was: Mapping[str, str] | None = None,
) -> str:  # fmt: skip
    """As `change`, for bytes that are not stored yet."""
    for path, data in changes.items():
        if data is not None and len(data) > MAX_FILE:
            raise Invalid("file-large", path=path, megabytes=MAX_FILE // 1_000_000)
    hashes = store(db, {path: data for path, data in changes.items() if data is not None})
    return change(db, slug, {path: hashes.get(path) for path in changes}, seen=seen, by=by, now=now, how=how, was=was)


def discard(db: Session, slug: str, *, by: str, now: datetime) -> list[str]:
    """Throw the draft away; its words stay in the history. Returns the paths that go back. Raises NotFound."""
    found = desk.folder(db, slug)
    if found.draft_id is None:
        raise NotFound("draft-unknown")
    before = {} if found.edition_id is None else slug_and_manifest(db, found.edition_id)[1]
    back = {path: before.get(path) for path in changed(before, found.manifest)}
    # What the draft held is in the history already, but for files that nobody changed since it was opened.
    drafts.discard_draft(db, found.draft_id)
    history.note_all(db, slug, back, by=by, now=now, how="discarded", was={})
    return sorted(back)


def changed(before: Mapping[str, str], after: Mapping[str, str]) -> list[str]:
    """The paths that are new, other or gone."""
    return sorted(path for path in before.keys() | after.keys() if before.get(path) != after.get(path))
