"""The audit trail: who saw or changed what about people and editions. Read in `trail`, checked in `seals`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from trainer.store import chain
from trainer.store.chain import NewEvent
from trainer.store.models import Person
from trainer.store.warnings import WarningRow
from trainer.store.workshops import Pack, Scan, Sheet, Workshop

OPERATOR, SYSTEM = "operator", "system"
"""Who did it, when it was no person who had signed in: whoever has a shell on the server, or Trainer by itself."""

OWNED: Mapping[str, Any] = {
    "person": Person.id,
    "workshop": Workshop.id,
    "pack": Pack.id,
    "sheet": Sheet.code,
    "scan": Scan.id,
    "warning": WarningRow.id,
}
"""Kind of object that belongs to a country → the column of its public id."""


class Act(NamedTuple):
    """Something somebody did. No values and no names: those change, or must be forgotten; this stays."""

    act: str
    """A code, such as `person-shut`."""
    country: str
    """In whose chain it stands; `vocabulary.NO_COUNTRY` for what belongs to all countries."""
    kind: str
    """Of the object: `person`, `workshop`, `module`, …"""
    object_id: str
    """Public id of the object."""
    fields: tuple[str, ...] = ()
    """Names of what changed."""


def write(db: Session, acts: Iterable[Act], *, actor: str, now: datetime, request_id: str = "") -> None:
    """Add `acts` to their chains, in the transaction of `db` and with it: as the last thing it does.

    The scope of `db` need not cover their countries. Raises ValueError for what is no code and no id.
    """
    chain.append(
        db,
        [
            NewEvent(one.country, now, actor, one.act, one.kind, one.object_id, tuple(one.fields), request_id)
            for one in acts
        ],
    )


def country_of(db: Session, kind: str, object_id: str) -> str | None:
    """Whose the object is; None when there is none inside the scope of `db`."""
    column = OWNED[kind]
    if len(object_id) > 50:
        return None
    return db.scalar(select(column.class_.country).where(column == object_id))
