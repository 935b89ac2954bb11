"""The statements that the engines write differently say the same."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from sqlalchemy import select
from sqlalchemy.orm import Session

from trainer.store.engine import Store
from trainer.store.evidence import Summary
from trainer.store.models import Blob
from trainer.store.prepared import insert_new
from trainer.store.scope import Scope

CELL = {"country": "KH", "module": "m", "month": "2026-11", "sex": "", "agency_type": "police", "mode": "online"}


def test_a_new_row_is_inserted_with_the_defaults_of_its_model(db: Session) -> None:
    assert insert_new(db, Summary, CELL) is True
    assert db.execute(select(Summary.enrolled, Summary.completed)).all() == [(0, 0)]


def test_a_row_that_is_there_is_left_alone(db: Session) -> None:
    assert insert_new(db, Summary, {**CELL, "enrolled": 7}) is True
    assert insert_new(db, Summary, {**CELL, "enrolled": 9}) is False
    assert db.scalars(select(Summary.enrolled)).all() == [7]


def test_of_many_sessions_at_once_one_inserts(store: Store) -> None:
    def insert(_: int) -> bool:
        with store.write(Scope.nobody()) as db:
            return insert_new(db, Blob, {"sha256": "0" * 64, "data": b"x", "size": 1})

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(insert, range(8))) == [False] * 7 + [True]
