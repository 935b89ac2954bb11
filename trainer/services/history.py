"""What each file of a module was before: one line per person and sitting, over drafts and editions."""

from __future__ import annotations

from datetime import datetime, timedelta

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
