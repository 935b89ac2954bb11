"""Packs in the making: who makes which, how far it is, and its files as they come. What was chosen is in `packs`."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from trainer.services import waiting
from trainer.services.packs import PackRow, find
from trainer.store.workshops import Pack, PackFile


def claim(db: Session, *, now: datetime) -> PackRow | None:
    """The pack to make next: the oldest that waits, or one that whoever made it has left. It is then ours."""
    row = waiting.first(db, Pack, _work(now), Pack.state != "counting", Pack.asked_at, Pack.id)
    if row is None:
        return None
    if row.state != "counting":
        row.state, row.beat_at = "running", now
    db.flush()
    return find(db, {row.country}, row.id)


def is_waiting(db: Session, *, now: datetime) -> bool:
    """Whether there is anything to make or to count."""
    return waiting.is_waiting(db, Pack, _work(now))


def _work(now: datetime) -> ColumnElement[bool]:
    return waiting.is_work(Pack, now, "counting")


def release(db: Session) -> int:
    return waiting.release(db, Pack)


def put_back(db: Session, pack_id: str) -> None:
    waiting.put_back(db, Pack, pack_id)


def progress(
    db: Session, pack_id: str, done: int, total: int, *, problems: Collection[Mapping[str, Any]] = (), now: datetime
) -> bool:
    """Note how far it is, and what was left out. -> whether it is still wanted"""
    row = db.scalars(select(Pack).where(Pack.id == pack_id).with_for_update()).first()
    if row is None or row.state != "running":
        return False
    row.done, row.total, row.beat_at = done, total, now
    row.problems = _added(row.problems, problems)
    return True


def _added(known: Collection[Any], more: Collection[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Each problem once, however many parts have it."""
    found = [dict(one) for one in known]
    for one in map(dict, more):
        if one not in found:
            found.append(one)
    return found


class Made(NamedTuple):
    """A file that is ready to be kept."""

    position: int
    name: str
    participant_id: str | None
    pages: int
    data: bytes


def keep(
    db: Session, pack: PackRow, made: Made, done: int, total: int,
    *, problems: Collection[Mapping[str, Any]] = (), now: datetime,
) -> bool:  # fmt: skip
    """Store a file with the progress. -> whether the pack is still wanted; if not, nothing is stored"""
    if not progress(db, pack.id, done, total, problems=problems, now=now):
        return False
    if db.get(PackFile, (pack.id, made.position)) is None:
        db.add(PackFile(pack_id=pack.id, country=pack.country, size=len(made.data), **made._asdict()))
    db.flush()
    return True


def finish(db: Session, pack_id: str, *, failed: bool, now: datetime) -> None:
    """It is made, but for what was noted; or it could not be."""
    row = db.scalars(select(Pack).where(Pack.id == pack_id).with_for_update()).first()
    if row is not None and row.state == "running":
        row.state, row.finished_at = "failed" if failed else "done", now
        row.done = row.total if not failed else row.done


def waiting_before(db: Session, pack: PackRow) -> int:
    """How many packs of these countries are made before this one."""
    before = Pack.state.in_(["waiting", "running"]) & (Pack.asked_at < pack.asked_at)
    return db.scalar(select(func.count()).select_from(Pack).where(before)) or 0


def counted(db: Session, pack_id: str, lines: Mapping[str, int] | None) -> None:
    """The pages of each product; None: they cannot be counted. Not for a draft that was changed meanwhile."""
    row = db.scalars(select(Pack).where(Pack.id == pack_id, Pack.state == "counting").with_for_update()).first()
    if row is not None:
        row.state = "draft"
        row.options = {**row.options, "lines": sorted((lines or {}).items()) or [["", 0]]}
