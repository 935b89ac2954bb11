"""The few statements that the two engines write differently."""

from __future__ import annotations

import zlib
from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Float, func, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from trainer.store.models import Base, NamePart, Person, name_parts_of


def insert_all_new(db: Session, model: type[Base], rows: Sequence[dict[str, Any]]) -> None:
    """`prepared.insert_new` for many rows of one shape, in one statement and in their order."""
    if rows:
        dialect = db.get_bind().dialect.name
        insert = postgresql.insert(model) if dialect == "postgresql" else sqlite.insert(model)
        db.execute(insert.on_conflict_do_nothing(), list(rows))


def insert_people(db: Session, rows: Sequence[dict[str, Any]]) -> set[str]:
    """Many people, with what they are found by. -> ids of those who are there now: a sign-in name may be taken"""
    insert_all_new(db, Person, rows)
    query = select(Person.id, Person.country, Person.search_text).where(Person.id.in_([row["id"] for row in rows]))
    there = db.execute(query).all()
    insert_all_new(db, NamePart, [part for row in there for part in name_parts_of(*row)])
    return {row.id for row in there}


def lock(db: Session, name: str) -> None:
    """Be the only transaction that holds the lock `name`, until this one ends.

    On SQLite a write transaction is the only one anyhow. Raises (translated to) StoreBusy after the lock timeout.
    """
    if db.get_bind().dialect.name == "postgresql":
        db.execute(select(func.pg_advisory_xact_lock(zlib.crc32(name.encode()))))


def hold(db: Session, people: Collection[str]) -> dict[str, str]:
    """Id → country of those of `people` who are still there. Nobody removes or moves them until this transaction ends.

    For rows written about people who were looked up in an earlier transaction. One statement.
    """
    query = select(Person.id, Person.country).where(Person.id.in_(people)).order_by(Person.id)
    return {row.id: row.country for row in db.execute(query.with_for_update(read=True, key_share=True))}


def seconds_between(db: Session, start: Any, end: Any) -> ColumnElement[Any]:
    """From one moment's column to the other's; fractions may be a millisecond off."""
    if db.get_bind().dialect.name == "postgresql":
        return func.extract("epoch", end - start)
    return (func.julianday(end, type_=Float) - func.julianday(start, type_=Float)) * 86_400
