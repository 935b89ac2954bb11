"""What each file of a module was before: one line per person and sitting, over drafts and editions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from trainer.store.authoring import FileVersion

ONE_SITTING = timedelta(minutes=10)
"""Saves of one person that follow each other within this are one line of history."""


def note(
    db: Session, module: str, path: str, sha256: str | None, *, by: str, now: datetime, how: str = "typed"
) -> None:
    """Remember that the file now has these bytes (None: is gone). Typing on in one sitting changes the last line."""
    last = db.scalar(
        select(FileVersion)
        .where(FileVersion.module == module, FileVersion.path == path)
        .order_by(FileVersion.id.desc())
        .limit(1)
    )
    if last is not None and last.sha256 == sha256:
        return
    goes_on = last is not None and (last.how, last.saved_by) == (how, by) == ("typed", by)
    if goes_on and last is not None and now - last.began_at < ONE_SITTING:
        last.sha256, last.saved_at = sha256, now
    else:
        db.add(
            FileVersion(module=module, path=path, sha256=sha256, began_at=now, saved_at=now, saved_by=by, how=how)
        )  # fmt: skip
    db.flush()


def note_all(db: Session, module: str, files: Mapping[str, str | None], *, by: str, now: datetime, how: str) -> None:
    """The same for many files that are changed in one go (path → hash, None: is gone). Never `typed`."""
    db.add_all(
        FileVersion(module=module, path=path, sha256=sha256, began_at=now, saved_at=now, saved_by=by, how=how)
        for path, sha256 in files.items()
    )
    db.flush()


class Saved(NamedTuple):
    """The last that was done to a file."""

    path: str
    how: str
    by: str
    at: datetime


def since(db: Session, module: str, moment: datetime) -> list[Saved]:
    """Each file that was changed at `moment` or later, by path."""
    rows: Iterable[FileVersion] = db.scalars(
        select(FileVersion)
        .where(FileVersion.module == module, FileVersion.saved_at >= moment)
        .order_by(FileVersion.path, FileVersion.id)
    )
    return list({row.path: Saved(row.path, row.how, row.saved_by, row.saved_at) for row in rows}.values())
