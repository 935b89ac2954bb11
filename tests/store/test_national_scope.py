"""National words before they are signed, and sign-offs: a session of one country neither reads nor writes another's.

On both engines; and on PostgreSQL once more with our own guard taken off, so that only the server's policies are left.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from sqlalchemy import delete, func, select, update
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from tests.factories import NOW, SMALL_MODULE
from tests.store.test_scope import without_guard
from trainer.services import library
from trainer.store.authoring import NationalDraft, SignOff
from trainer.store.engine import Store
from trainer.store.errors import OutOfScope, StoreError
from trainer.store.prepared import Prepared, insert_new
from trainer.store.scope import Scope

KH = Scope.countries({"KH"})
TABLES: tuple[type[Any], ...] = (NationalDraft, SignOff)
MINE = Scope.person("somebody", "KH")


def row_of(table: type[Any], country: str, edition: int, module: str = "small") -> dict[str, Any]:
    if table is NationalDraft:
        words = {"said": {}, "confirmed_by": f"Of {country}"}
        return {
            "country": country, "module": module, "words": words, "version": 1, "saved_at": NOW, "saved_by": "x",
        }  # fmt: skip
    return {
        "country": country, "module": module, "edition_id": edition, "sha256": "0" * 64, "signed_by": f"Of {country}",
        "person_id": "p", "signed_at": NOW, "checked_on": date(2026, 2, 1), "review_by": None,
    }  # fmt: skip


@pytest.fixture
def edition(store: Store) -> int:
    """One row of each table for Cambodia and for Lao PDR."""
    with store.write(Scope.system("test")) as db:
        made = library.publish(db, "small", SMALL_MODULE, by="x", now=NOW).id
        db.add_all([table(**row_of(table, country, made)) for table in TABLES for country in ("KH", "LA")])
    return made


def everything(store: Store) -> dict[str, list[Any]]:
    with store.read(Scope.system("test")) as db:
        return {table.__name__: sorted(map(_told, db.scalars(select(table)))) for table in TABLES}


def _told(row: Any) -> tuple[str, ...]:
    return row.country, row.module, str(vars(row).get("words")), str(vars(row).get("signed_by"))


def _change(db: Session, table: type[Any], edition: int) -> None:
    db.execute(update(table).values(module="mine"))


def _delete(db: Session, table: type[Any], edition: int) -> None:
    db.execute(delete(table).where(table.country == "LA"))


def _add(db: Session, table: type[Any], edition: int) -> None:
    db.add(table(**row_of(table, "LA", edition, "other")))
    db.flush()


def _insert(db: Session, table: type[Any], edition: int) -> None:
    if hasattr(db, "scope"):
        insert_new(db, table, row_of(table, "LA", edition, "other"))
    else:
        db.add(table(**row_of(table, "LA", edition, "other")))


def _move(db: Session, table: type[Any], edition: int) -> None:
    for row in db.scalars(select(table)):
        row.country = "LA"
        row.module = "moved"
    db.flush()


WRITING: tuple[Callable[[Session, type[Any], int], None], ...] = (_change, _delete, _add, _insert, _move)


def countries_seen(db: Session, table: type[Any]) -> set[str]:
    """By entities, columns and counts."""
    assert db.scalar(select(func.count()).select_from(table)) == len(db.scalars(select(table)).all())
    entities = {row.country for row in db.scalars(select(table))}
    assert entities == set(db.scalars(select(table.country)))
    return entities


@pytest.mark.parametrize("table", TABLES)
def test_each_session_reads_its_own_countries(store: Store, edition: int, table: type[Any]) -> None:
    kept = Prepared(select(table.country.label("code")))
    for scope, seen in (
        (KH, {"KH"}), (Scope.countries({"KH", "LA"}), {"KH", "LA"}), (Scope.countries({"TH"}), set()),
        (Scope.nobody(), set()), (MINE, set()), (Scope.system("test"), {"KH", "LA"}),
    ):  # fmt: skip
        with store.read(scope) as db:
            assert countries_seen(db, table) == seen
            assert {row.code for row in kept.rows(db)} == seen
            assert (db.scalar(select(table).where(table.country == "LA")) is not None) is ("LA" in seen)


def foreign(state: dict[str, list[Any]]) -> dict[str, list[Any]]:
    return {name: [row for row in rows if row[0] == "LA"] for name, rows in state.items()}


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize("scope", [KH, MINE, Scope.nobody()], ids=["country", "person", "nobody"])
def test_no_session_writes_for_another_country(store: Store, edition: int, table: type[Any], scope: Scope) -> None:
    before = foreign(everything(store))
    for way in WRITING:
        try:
            with store.write(scope) as db:
                way(db, table, edition)
        except (OutOfScope, StoreError, SQLAlchemyError):
            pass
        assert foreign(everything(store)) == before, way.__name__


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize("store", ["postgresql"], indirect=True)
def test_the_server_keeps_them_apart_without_our_guard(store: Store, edition: int, table: type[Any]) -> None:
    with without_guard(store, KH) as db:
        assert countries_seen(db, table) == {"KH"}
    with without_guard(store, MINE) as db:
        assert countries_seen(db, table) == set()
    with Session(store.engine) as db:
        assert countries_seen(db, table) == set()
    before = foreign(everything(store))
    for way in WRITING:
        try:
            with without_guard(store, KH) as db:
                way(db, table, edition)
        except SQLAlchemyError:
            pass
        assert foreign(everything(store)) == before, way.__name__


def test_the_control_a_session_over_every_country_does_change_them(store: Store, edition: int) -> None:
    before = foreign(everything(store))
    with store.write(Scope.system("control")) as db:
        _change(db, SignOff, edition)
        db.execute(delete(NationalDraft))
    assert foreign(everything(store)) != before
