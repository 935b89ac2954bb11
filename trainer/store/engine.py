"""The database: connections set up so that what was acknowledged is stored, and sessions that have a scope.

SQLite: one process, any number of threads, one writer at a time under our own lock (SQLite's own waiting is
unfair and ten times slower at the tail), WAL with a sync at every commit, and transactions that we begin
ourselves: Python's driver would otherwise begin late and let a failed migration be half done.
PostgreSQL: by URL; limits on waiting, and row-level security told the scope at each transaction's start.
"""

from __future__ import annotations

import os
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.orm import Session
from sqlalchemy.pool import QueuePool

from trainer.config import Config
from trainer.store.errors import StoreBusy, StoreGone, StoreUnsafe, translated
from trainer.store.guard import ScopedSession
from trainer.store.scope import Scope

WAIT = 5.0
"""Seconds that a session waits for a lock or a connection before `StoreBusy`."""


class Store:
    """One database. Thread-safe; make one per process and dispose of it at the end."""

    def __init__(self, config: Config | str, *, wait: float = WAIT) -> None:
        """`config` may also be the bare SQLAlchemy URL. Nothing is connected yet."""
        self.url = make_url(config if isinstance(config, str) else config.database)
        self.wait = wait
        if self.is_sqlite:
            self.engine: Engine = _sqlite_engine(self.path, wait)
            self._reader: Engine = self.engine.execution_options(begin="BEGIN", query_only=True)
            self._writer: Engine = self.engine.execution_options(begin="BEGIN IMMEDIATE", query_only=False)
        else:
            self.engine = _postgresql_engine(self.url.render_as_string(hide_password=False), wait)
            self._reader = self.engine.execution_options(postgresql_readonly=True, isolation_level="REPEATABLE READ")
            self._writer = self.engine
        self._write_lock = threading.Lock()
        self._in_thread = threading.local()

    @property
    def is_sqlite(self) -> bool:
        return self.url.get_backend_name() == "sqlite"

    @property
    def path(self) -> Path:
        """SQLite: the database file. Raises StoreUnsafe for one in memory, which no second thread could see."""
        if not self.url.database or self.url.database == ":memory:":
            raise StoreUnsafe("the database must be a file: sqlite:///path")
        return Path(self.url.database)

    @contextmanager
    def read(self, scope: Scope) -> Iterator[Session]:
        """A new session that sees one moment and cannot write. Raises StoreError."""
        with translated(reading=True), ScopedSession(self._reader, scope) as session:
            yield session

    @contextmanager
    def write(self, scope: Scope) -> Iterator[Session]:
        """A new session, committed when the block ends and rolled back when it raises. Raises StoreError."""
        with self._one_writer(), translated(), ScopedSession(self._writer, scope) as session:
            yield session
            session.commit()

    @contextmanager
    def _one_writer(self) -> Iterator[None]:
        if getattr(self._in_thread, "writes", False):
            raise RuntimeError("a write session inside a write session: pass the open session on instead")
        if self.is_sqlite and not self._write_lock.acquire(timeout=self.wait):
            raise StoreBusy("another thread has been writing for too long")
        self._in_thread.writes = True
        try:
            yield
        finally:
            self._in_thread.writes = False
            if self.is_sqlite:
                self._write_lock.release()

    def dispose(self) -> None:
        """Close every connection."""
        self.engine.dispose()


# ------------------------------------------------------------------- SQLite


def sqlite_connection(path: Path, wait: float, *, foreign_keys: bool = True) -> sqlite3.Connection:
    """A connection set up as every one must be. The file has to be there: a typing error makes no new database."""
    connection = sqlite3.connect(
        f"{path.absolute().as_uri()}?mode=rw", uri=True, isolation_level=None, check_same_thread=False, timeout=wait
    )
    try:
        mode = connection.execute("PRAGMA journal_mode = WAL").fetchone()[0]
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute(f"PRAGMA foreign_keys = {'ON' if foreign_keys else 'OFF'}")
        connection.execute("PRAGMA trusted_schema = OFF")
    except sqlite3.Error:
        connection.close()
        raise
    if mode != "wal":
        connection.close()
        raise StoreUnsafe(f"{path}: SQLite cannot keep a write-ahead log here (network file system?)")
    return connection


def _sqlite_engine(path: Path, wait: float) -> Engine:
    engine = create_engine(
        "sqlite://",
        creator=lambda: sqlite_connection(path, wait),
        poolclass=QueuePool,
        pool_size=16,
        max_overflow=84,
        pool_timeout=wait,
    )

    @event.listens_for(engine, "connect")
    def remember_file(connection: Any, record: Any) -> None:
        record.info["file"] = _identity(path)

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        """Begin ourselves. On the driver's own connection, so that counting statements counts only real ones."""
        fairy = connection.connection
        if fairy.info["file"] != _identity(path):
            # Without this, commits would go on for hours into a file that was deleted or replaced.
            connection.invalidate()
            raise StoreGone(f"{path}: the database file is gone or was replaced")
        options = connection.get_execution_options()
        query_only = options.get("query_only", False)
        driver: Any = fairy.dbapi_connection
        if fairy.info.get("query_only", False) != query_only:
            driver.execute(f"PRAGMA query_only = {int(query_only)}")
            fairy.info["query_only"] = query_only
        driver.execute(options.get("begin", "BEGIN"))

    return engine


def _identity(path: Path) -> tuple[int, int] | None:
    try:
        found = os.stat(path)
    except OSError:
        return None
    return found.st_dev, found.st_ino


# --------------------------------------------------------------- PostgreSQL


def _postgresql_engine(url: str, wait: float) -> Engine:
    milliseconds = int(wait * 1000)
    engine = create_engine(
        url,
        pool_pre_ping=True,
        pool_size=10,
        max_overflow=20,
        pool_timeout=wait,
        connect_args={
            "connect_timeout": max(2, round(wait)),
            "application_name": "trainer",
            "tcp_user_timeout": 2 * milliseconds,
            "options": f"-c statement_timeout={3 * milliseconds} -c lock_timeout={milliseconds}"
            " -c idle_in_transaction_session_timeout=60000 -c timezone=UTC",
        },
    )

    @event.listens_for(engine, "connect")
    def check(connection: Any, record: Any) -> None:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT current_setting('synchronous_commit'), current_setting('fsync'), rolsuper OR rolbypassrls"
                " FROM pg_roles WHERE rolname = current_user"
            )
            synchronous_commit, fsync, bypasses = cursor.fetchone()
        connection.rollback()
        if synchronous_commit == "off" or fsync != "on":
            raise StoreUnsafe("PostgreSQL must run with fsync = on and synchronous_commit = on")
        if bypasses:
            raise StoreUnsafe("Trainer's PostgreSQL role must not be a superuser and must not have BYPASSRLS")

    return engine
