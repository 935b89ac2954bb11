"""The few statements that the two engines write differently."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Float, func, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from trainer.store.models import Base


def insert_all_new(db: Session, model: type[Base], rows: Sequence[dict[str, Any]]) -> None:
    """`prepared.insert_new` for many rows of one shape, in one statement and in their order."""
    if rows:
        dialect = db.get_bind().dialect.name
        insert = postgresql.insert(model) if dialect == "postgresql" else sqlite.insert(model)
        db.execute(insert.on_conflict_do_nothing(), list(rows))


def lock(db: Session, name: str) -> None:
    """Be the only transaction that holds the lock `name`, until this one ends.

    On SQLite a write transaction is the only one anyhow. Raises (translated to) StoreBusy after the lock timeout.
    """
    if db.get_bind().dialect.name == "postgresql":
        db.execute(select(func.pg_advisory_xact_lock(zlib.crc32(name.encode()))))


def seconds_between(db: Session, start: Any, end: Any) -> ColumnElement[Any]:
    """From one moment's column to the other's; fractions may be a millisecond off."""
    if db.get_bind().dialect.name == "postgresql":
        return func.extract("epoch", end - start)
    return (func.julianday(end, type_=Float) - func.julianday(start, type_=Float)) * 86_400
