"""What goes wrong with a database, in four words instead of two drivers' hundreds.

Drivers' errors become these once, where a session ends (`engine.Store`). In each case the transaction was rolled
back: nothing of it is stored. (One exception no client can see through: a connection lost during COMMIT. It is
reported as `StoreGone`; records carry their own ids, so that trying again is safe.)
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy.exc


class StoreError(Exception):
    """The database cannot do what was asked, through no fault of the asker."""


class StoreBusy(StoreError):  # noqa: N818
    """Someone else holds the lock, or no connection is free; worth trying again in a moment."""


class StoreGone(StoreError):  # noqa: N818
    """The database cannot be reached: file gone or unreadable, server down, connection cut."""


class StoreFull(StoreError):  # noqa: N818
    """There is no space left. Reading goes on; writing works again once there is space."""


class StoreUnsafe(StoreError):  # noqa: N818
    """The database is set up so that a promise cannot be kept; the message says which setting to change."""


class OutOfScope(Exception):  # noqa: N818  it is a programming error, named for what happened
    """Code reached for people outside the session's scope, or around the scope. Always a mistake in the code."""


# Result codes of SQLite, see its "Result and Error Codes". The low byte is the kind.
_SQLITE_BUSY = {5, 6}
_SQLITE_READ_ONLY = 8
_SQLITE_GONE = {_SQLITE_READ_ONLY, 10, 11, 14, 26}
_SQLITE_FULL = {13}
_SQLITE_SHM_SIZE = 4874  # the shared-memory file of the WAL could not grow: a full disk, reported as an I/O error

_POSTGRESQL_BUSY = {"55P03", "57014", "40001", "40P01", "53300", "25P03"}
_POSTGRESQL_FULL = {"53100", "53200"}


@contextmanager
def translated(*, reading: bool = False) -> Iterator[None]:
    """Inside, a driver's error about the state of the database leaves as a `StoreError`; other errors stay.

    `reading`: the session may not write, so a refused write is a mistake in the code and not the database's state.
    """
    try:
        yield
    except sqlalchemy.exc.TimeoutError as error:
        raise StoreBusy("no database connection became free in time") from error
    except sqlalchemy.exc.DBAPIError as error:
        if reading and getattr(error.orig, "sqlite_errorcode", None) == _SQLITE_READ_ONLY:
            raise
        raise (_kind(error.orig, lost=error.connection_invalidated) or error) from error
    except sqlite3.Error as error:
        raise (_kind(error, lost=False) or error) from error


def _kind(error: BaseException | None, *, lost: bool) -> StoreError | None:
    if isinstance(error, sqlite3.Error):
        return _kind_of_sqlite(error)
    state = getattr(error, "sqlstate", None)
    text = str(error).strip()
    if state in _POSTGRESQL_FULL:
        return StoreFull(text)
    if state in _POSTGRESQL_BUSY:
        return StoreBusy(text)
    if lost or (state is None and type(error).__name__ == "OperationalError") or _is_of_connection(state):
        return StoreGone(text)
    return None


def _is_of_connection(state: str | None) -> bool:
    return state is not None and (state.startswith(("08", "57P", "58", "XX")) or state == "53000")


def _kind_of_sqlite(error: sqlite3.Error) -> StoreError | None:
    code = getattr(error, "sqlite_errorcode", None)
    if code is None:
        return None
    text = str(error)
    if code & 0xFF in _SQLITE_FULL or code == _SQLITE_SHM_SIZE:
        return StoreFull(text)
    if code & 0xFF in _SQLITE_BUSY:
        return StoreBusy(text)
    return StoreGone(text) if code & 0xFF in _SQLITE_GONE else None
