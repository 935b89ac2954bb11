"""Writing one file of a module: opening it, saving it, and what to do when somebody else has saved it meanwhile.

Whoever writes names the bytes they began from by their SHA-256. A number would not do: a draft that is published is
gone, and the next one counts its versions from 1 again.
"""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from trainer.content.diagnostics import Findings
from trainer.content.encoding import MAX_BYTES, decode
from trainer.services import desk, drafts, history
from trainer.services.desk import Folder
from trainer.services.problems import SENTENCES, Conflict, Invalid, NotFound
from trainer.store.authoring import FileVersion
from trainer.store.models import Blob, DraftFile
from trainer.store.prepared import insert_new
from trainer.vocabulary import N_

SENTENCES.update(
    {
        "text-too-long": N_(
            "This file has %(size)s characters, and one file may have %(limit)s. Nothing was saved; your words are "
            "still here. Make it shorter, or move a part of it into another unit."
        ),
        "text-no-text": N_("This file cannot be opened here: it is not text in UTF-8. Put another file in its place."),
    }
)


class Opened(NamedTuple):
    """A file as it stands now."""

    folder: Folder
    path: str
    text: str
    sha256: str
    """Of its bytes: what the next save begins from."""
    saved_at: datetime | None
    """None: nobody has changed it since the edition."""
    saved_by: str


class Saved(NamedTuple):
    sha256: str
    saved_at: datetime


def is_written_here(path: str) -> bool:
    """A Markdown file of the author's own: module.md or a unit. Translations and national words have other pages."""
    return path.endswith(".md") and "/" not in path


def open_file(db: Session, slug: str, path: str) -> Opened:
    """Raises NotFound; Invalid for bytes that are no text."""
    folder = desk.folder(db, slug)
    sha256 = folder.manifest.get(path)
    if sha256 is None:
        raise NotFound
    saved = None
    if folder.draft_id is not None:
        saved = db.execute(
            select(DraftFile.saved_at, DraftFile.saved_by, DraftFile.version).where(
                DraftFile.draft_id == folder.draft_id, DraftFile.path == path
            )
        ).first()
    changed = saved is not None and (saved.version > 1 or folder.edition_id is None)
    text = text_of(db, sha256)
    if text is None:
        raise Invalid("text-no-text")
    return Opened(
        folder, path, text, sha256, saved.saved_at if saved and changed else None,
        saved.saved_by if saved and changed else "",
    )  # fmt: skip


def text_of(db: Session, sha256: str) -> str | None:
    """The text with this hash; None when there is none, or no text."""
    data = db.scalar(select(Blob.data).where(Blob.sha256 == sha256))
    return None if data is None else decode(data, "", Findings())


def save(db: Session, slug: str, path: str, text: str, *, base: str, by: str, now: datetime) -> Saved:
    """Put `text` in the place of the bytes `base`, in the module's draft; one is opened where there is none.

    Raises Conflict when the file has other bytes by now, Invalid for too much text, NotFound for a file that is gone.
    """
    data = encoded(text)
    if len(data) > MAX_BYTES:
        raise Invalid("text-too-long", field="words", size=len(data), limit=MAX_BYTES)
    sha256 = hashlib.sha256(data).hexdigest()
    found = desk.folder(db, slug)
    present = found.manifest.get(path)
    if present is None:
        raise NotFound
    if present == sha256:
        return Saved(sha256, now)
    if present != base:
        raise Conflict("draft-changed", path=path)
    draft_id = found.draft_id or drafts.open_draft(db, slug, by=by, now=now).id
    version = db.scalar(select(DraftFile.version).where(DraftFile.draft_id == draft_id, DraftFile.path == path))
    drafts.save_draft_file(db, draft_id, path, data, expected_version=version or 0, by=by, now=now)
    return Saved(sha256, now)


def set_aside(db: Session, slug: str, path: str, text: str, *, by: str, now: datetime) -> None:
    """Keep in the file's history what somebody wrote and then gave up for what another saved. The file stays."""
    data = encoded(text)
    if not is_written_here(path) or len(data) > MAX_BYTES:
        return
    sha256 = hashlib.sha256(data).hexdigest()
    stands = desk.folder(db, slug).manifest.get(path)
    if stands is None or stands == sha256:
        return
    insert_new(db, Blob, {"sha256": sha256, "data": data, "size": len(data)})
    last = db.scalar(
        select(FileVersion.saved_by)
        .where(FileVersion.module == slug, FileVersion.path == path, FileVersion.sha256 == stands)
        .order_by(FileVersion.id.desc())
        .limit(1)
    )
    # The newest line of the history stays what the file is.
    history.note(db, slug, path, sha256, by=by, now=now, how="aside")
    history.note(db, slug, path, stands, by=last or by, now=now, how="kept")


def encoded(text: str) -> bytes:
    """As files have it: UTF-8, one kind of line end, one at the end of the text."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return (text.rstrip("\n") + "\n" if text.strip() else "").encode("utf-8", "replace")
