"""Rows that wait for a process to work on them, packs and uploads alike: taken by one, and free again when it is gone.

`state` says where a row is, `beat_at` when whoever works on it last gave a sign of life.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from trainer.store.workshops import Pack, Upload

STALE = timedelta(minutes=10)
"""Without a sign of life for so long, whoever worked on a row is taken for dead."""

T = TypeVar("T", Pack, Upload)


def is_work(table: type[T], now: datetime, *states: str) -> ColumnElement[bool]:
    """What waits, also in `states` of the table's own, and what whoever worked on it has left."""
    left = (table.state == "running") & (table.beat_at < now - STALE)
    return or_(table.state.in_(["waiting", *states]), left)


def is_waiting(db: Session, table: type[T], work: ColumnElement[bool]) -> bool:
    """One short statement."""
    return db.scalar(select(table.id).where(work).limit(1)) is not None


def first(db: Session, table: type[T], work: ColumnElement[bool], *order: Any) -> T | None:
    """The row to work on next, locked; what others have locked is passed over."""
    query = select(table).where(work).order_by(*order).limit(1)
    return db.scalars(query.with_for_update(skip_locked=True)).first()


def release(db: Session, table: type[T]) -> int:
    """Nobody is at work: what seems so waits again. For the one process of an embedded database. -> how many"""
    rows = db.scalars(select(table).where(table.state == "running")).all()
    for row in rows:
        row.state = "waiting"
    return len(rows)


def put_back(db: Session, table: type[T], row_id: str) -> None:
    """Whoever works on it stops: it waits for the next, who goes on where it is now."""
    row = db.scalars(select(table).where(table.id == row_id, table.state == "running").with_for_update()).first()
    if row is not None:
        row.state = "waiting"
