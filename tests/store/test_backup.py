"""A backup is one moment of the database, whatever goes on meanwhile."""

from __future__ import annotations

import sqlite3
import stat
import threading
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import func, select, update

from tests.factories import NOW
from trainer.store.backup import BackupError, backup
from trainer.store.engine import Store
from trainer.store.errors import StoreGone
from trainer.store.evidence import Summary
from trainer.store.models import SignInFailure
from trainer.store.prepared import insert_new
from trainer.store.scope import Scope

CELL = {"country": "KH", "module": "m", "month": "2026-11", "sex": "", "agency_type": "police", "mode": "online"}


def write_one(store: Store, number: int) -> None:
    """A row and its count, which have to agree at every moment."""
    with store.write(Scope.system("test")) as db:
        insert_new(db, Summary, CELL)
        db.add(SignInFailure(key=str(number), at=NOW))
        db.execute(update(Summary).values(enrolled=Summary.enrolled + 1))


def test_backups_under_load_are_whole_and_hold_all_that_was_acknowledged_before(
    sqlite_store: Store, tmp_path: Path
) -> None:
    done = [0]
    stop = threading.Event()

    def write() -> None:
        while not stop.is_set():
            write_one(sqlite_store, done[0])
            done[0] += 1

    writer = threading.Thread(target=write)
    writer.start()
    try:
        for number in range(5):
            while done[0] < 10 * number:
                pass
            acknowledged = done[0]
            backup(sqlite_store, tmp_path / f"{number}.sqlite")
            restored = Store(f"sqlite:///{tmp_path / f'{number}.sqlite'}")
            with restored.read(Scope.system("test")) as db:
                rows = db.scalar(select(func.count()).select_from(SignInFailure)) or 0
                counted = db.scalar(select(func.sum(Summary.enrolled))) or 0
            restored.dispose()
            assert rows == counted >= acknowledged
    finally:
        stop.set()
        writer.join()


def test_a_backup_is_for_its_owner_only_and_nothing_else_is_left(sqlite_store: Store, tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    backup(sqlite_store, tmp_path / "out" / "b.sqlite")
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["b.sqlite"]
    assert stat.S_IMODE((tmp_path / "out" / "b.sqlite").stat().st_mode) == 0o600


def test_a_backup_never_overwrites(sqlite_store: Store, tmp_path: Path) -> None:
    target = tmp_path / "b.sqlite"
    target.write_text("precious")
    with pytest.raises(BackupError, match="exists"):
        backup(sqlite_store, target)
    assert target.read_text() == "precious"
    assert not list(tmp_path.glob("*.part"))


def test_a_folder_that_is_not_there_is_named(sqlite_store: Store, tmp_path: Path) -> None:
    with pytest.raises(BackupError, match="nowhere"):
        backup(sqlite_store, tmp_path / "nowhere" / "b.sqlite")


def test_no_database_no_backup(tmp_path: Path) -> None:
    with pytest.raises(StoreGone):
        backup(Store(f"sqlite:///{tmp_path / 'x.sqlite'}"), tmp_path / "b.sqlite")
    assert list(tmp_path.iterdir()) == []


def test_a_damaged_database_gives_no_backup_that_looks_sound(sqlite_store: Store, tmp_path: Path) -> None:
    with sqlite_store.write(Scope.system("test")) as db:
        db.add(SignInFailure(key="a", at=NOW))
    sqlite_store.dispose()
    with closing(sqlite3.connect(sqlite_store.path)) as direct, direct:
        direct.execute("PRAGMA foreign_keys = OFF")
        direct.execute(
            "INSERT INTO draft_file VALUES ('no draft', 'x', 'no blob', 1, '2026-11-23 00:00:00.000000', 'x')"
        )
    with pytest.raises(BackupError, match="broken references"):
        backup(sqlite_store, tmp_path / "b.sqlite")
    assert not (tmp_path / "b.sqlite").exists()
