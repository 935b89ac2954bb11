"""Bring a database to the schema of this version, all of it or none of it.

Runs on a connection of its own: on SQLite foreign keys are off meanwhile (a table that is rebuilt would take the
rows that refer to it along) and checked before the commit. On PostgreSQL it may sign in as another role, the
owner of the tables, which the application should not be; the application's role is then granted what it needs.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

import sqlalchemy.exc
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, create_engine, event, text
from sqlalchemy.pool import NullPool

from trainer.resources import PACKAGE
from trainer.store.engine import Store, sqlite_connection
from trainer.store.errors import StoreGone, translated
from trainer.store.models import Base

APPEND_ONLY = frozenset({"audit_event", "blob", "cutoff", "edition", "picture"})
"""Tables that the application's role may add to and never change."""


class Findings(NamedTuple):
    """What `check` found. A sound database has equal revisions and no problems."""

    revision: str | None
    """Of the database; None: it is empty."""
    head: str
    """Of this version of Trainer."""
    problems: tuple[str, ...]


def upgrade(store: Store, revision: str = "head", *, owner: str | None = None) -> bool:
    """Migrate up to `revision`. A missing SQLite file is made, readable by its owner only.

    `owner`: PostgreSQL URL of the role that owns the tables, when it is not the store's own. Raises StoreError;
    on any error the database is as it was. -> whether a database with data in it is another one now
    """
    if store.is_sqlite:
        store.path.absolute().parent.mkdir(parents=True, exist_ok=True)
        os.close(os.open(store.path, os.O_WRONLY | os.O_CREAT, 0o600))
    with _connected(store, owner) as connection:
        before = MigrationContext.configure(connection).get_current_revision()
        command.upgrade(_alembic(connection), revision)
        if owner is not None and not store.is_sqlite:
            _grant(connection, store.url.username or "")
        return before not in (None, MigrationContext.configure(connection).get_current_revision())


def downgrade(store: Store, revision: str, *, owner: str | None = None) -> None:
    """Migrate down to `revision`, `base` for an empty database. Raises StoreError."""
    with _connected(store, owner) as connection:
        command.downgrade(_alembic(connection), revision)


def differences(store: Store) -> list[Any]:
    """Where the database's schema is not what the models say, as Alembic operations."""
    with _connected(store) as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
        return list(compare_metadata(context, Base.metadata))


def check(store: Store) -> Findings:
    """Look at revision, schema and, on SQLite, the file itself. Raises StoreError when it cannot be read."""
    if store.is_sqlite and not store.path.exists():
        raise StoreGone(f"{store.path}: there is no database; make it with: trainer db upgrade")
    problems = [f"differs from the models: {difference[0]}" for difference in differences(store)]
    revision, head = revisions(store)
    with _connected(store) as connection:
        if store.is_sqlite:
            problems += [row[0] for row in connection.execute(text("PRAGMA integrity_check")) if row[0] != "ok"]
            problems += [f"broken reference: {row}" for row in connection.execute(text("PRAGMA foreign_key_check"))]
    return Findings(revision, head, tuple(problems))


def revisions(store: Store) -> tuple[str | None, str]:
    """The database's revision (None: it is empty) and this version's. Raises StoreError when it cannot be read."""
    if store.is_sqlite and not store.path.exists():
        raise StoreGone(f"{store.path}: there is no database; make it with: trainer db upgrade")
    with _connected(store) as connection:
        head = ScriptDirectory.from_config(_alembic(connection)).get_current_head()
        return MigrationContext.configure(connection).get_current_revision(), head or ""


# ------------------------------------------------------------------ plumbing


def _alembic(connection: Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", str(PACKAGE / "store" / "migrations").replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config


@contextmanager
def _connected(store: Store, owner: str | None = None) -> Iterator[Connection]:
    """One transaction on a connection outside the pool."""
    if store.is_sqlite:
        engine = create_engine(
            "sqlite://",
            creator=lambda: sqlite_connection(store.path, store.wait, foreign_keys=False),
            poolclass=NullPool,
        )
        event.listen(engine, "begin", lambda connection: connection.exec_driver_sql("BEGIN IMMEDIATE"))
    else:
        engine = create_engine(owner or store.url, poolclass=NullPool)
    with translated():
        try:
            with engine.begin() as connection:
                if not store.is_sqlite:
                    connection.execute(text("SELECT set_config('app.countries', '*', true)"))
                yield connection
                if store.is_sqlite and (broken := connection.execute(text("PRAGMA foreign_key_check")).all()):
                    raise sqlalchemy.exc.IntegrityError(f"{len(broken)} broken references", None, Exception())
        finally:
            engine.dispose()


def _grant(connection: Connection, role: str) -> None:
    """What the application's role may do: everything with rows, or (`APPEND_ONLY`) adding; nothing with tables."""
    quoted = connection.dialect.identifier_preparer.quote(role)
    names = connection.dialect.identifier_preparer
    for table in Base.metadata.sorted_tables:
        rights = "SELECT, INSERT" if table.name in APPEND_ONLY else "SELECT, INSERT, UPDATE, DELETE"
        connection.execute(text(f"GRANT {rights} ON {names.quote(table.name)} TO {quoted}"))
    connection.execute(text(f"GRANT SELECT ON alembic_version TO {quoted}"))
    connection.execute(text(f"GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO {quoted}"))
