"""Modules that nobody begins any more. Records, certificates and editions stay, and whoever has begun may finish."""

from __future__ import annotations

from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from trainer.services import desk
from trainer.services.problems import NotFound
from trainer.store.authoring import ArchivedModule
from trainer.store.prepared import insert_new


class Archived(NamedTuple):
    module: str
    at: datetime
    by: str


def archive(db: Session, slug: str, *, by: str, now: datetime) -> None:
    """Take the module out of the catalogue. Once is enough. Raises NotFound for one that does not exist."""
    desk.folder(db, slug)
    insert_new(db, ArchivedModule, {"module": slug, "archived_at": now, "archived_by": by})


def bring_back(db: Session, slug: str) -> None:
    """Raises NotFound when it is not archived."""
    result: Any = db.execute(delete(ArchivedModule).where(ArchivedModule.module == slug))
    if not result.rowcount:
        raise NotFound


def archived(db: Session) -> dict[str, Archived]:
    """All of them, by slug. One statement."""
    query = select(ArchivedModule.module, ArchivedModule.archived_at, ArchivedModule.archived_by)
    return {row[0]: Archived(*row) for row in db.execute(query)}
