"""A backup is one moment of the database, whole. A copied file is not: it misses the log and tears transactions."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from pathlib import Path

from trainer.store.engine import Store, sqlite_connection
from trainer.store.errors import StoreError, StoreGone, translated


class BackupError(StoreError):
    """No backup was made; the message says why. An existing file is never overwritten."""


def backup(store: Store, to: Path) -> None:
    """Write the whole database, as it is at one moment, to the new file `to`, and check that it can be read.

    Writers are not held up. Everything committed before the call is in it. SQLite only: on PostgreSQL the server's
    own tool does it. Raises BackupError, StoreError.
    """
    if not store.is_sqlite:
        raise BackupError("PostgreSQL: use pg_dump, with a role that may read past row security")
    if not store.path.exists():
        raise StoreGone(f"{store.path}: there is no database here")
    part = to.with_name(f".{to.name}.part")
    part.unlink(missing_ok=True)
    try:
        # Made first, so that nobody else may read it at any time.
        os.close(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
        with translated():
            with closing(sqlite_connection(store.path, store.wait)) as connection:
                connection.execute("VACUUM INTO ?", (str(part),))
            _check(part)
        _keep(part, to)
    except FileExistsError as error:
        raise BackupError(f"{to} exists already; give a new name") from error
    except OSError as error:
        raise BackupError(f"{to}: {error.strerror}") from error
    finally:
        part.unlink(missing_ok=True)


def _check(part: Path) -> None:
    with closing(sqlite3.connect(part)) as copy:
        found = [row[0] for row in copy.execute("PRAGMA integrity_check")]
        broken = copy.execute("PRAGMA foreign_key_check").fetchall()
    if found != ["ok"] or broken:
        raise BackupError(f"the copy is damaged: {'; '.join(found)}; {len(broken)} broken references")


def _keep(part: Path, to: Path) -> None:
    """On the disk for good, then under its name; never in place of another file."""
    with part.open("rb") as file:
        os.fsync(file.fileno())
    os.link(part, to)
    folder = os.open(to.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
