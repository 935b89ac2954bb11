"""The schema: what the migrations make is what the models say, and a failed migration has not happened."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic.config import Config
from sqlalchemy import Connection, create_engine, func, inspect, select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.pool import NullPool

from tests.conftest import OWNER, Cluster
from tests.factories import a_grant, a_person
from tests.store.test_name_parts import are_kept
from trainer.store import migrate
from trainer.store.engine import Store
from trainer.store.errors import StoreGone
from trainer.store.models import Base, Person
from trainer.store.scope import Scope

HEAD = max(path.name for path in (Path(migrate.__file__).parent / "migrations" / "versions").glob("0*.py"))[:4]
"""The newest of our migrations."""

FAILS_HALFWAY = """
from alembic import op
import sqlalchemy as sa

revision = "9999"
down_revision = "HEAD"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table("half", sa.Column("id", sa.Integer, primary_key=True))
    op.execute("INSERT INTO half VALUES (1)")
    op.add_column("person", sa.Column("half", sa.Integer))
    raise LookupError("halfway")
"""

REBUILDS_PERSON = """
from alembic import op
import sqlalchemy as sa

revision = "9999"
down_revision = "HEAD"
branch_labels = None
depends_on = None


def upgrade():
    with op.batch_alter_table("person") as batch:
        batch.alter_column("full_name", type_=sa.String(300), existing_type=sa.String(200))
    op.execute("UPDATE person SET full_name = full_name || '!'")
"""


@pytest.fixture(params=["sqlite", "postgresql"])
def blank(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[Store, str | None]]:
    """A database without any table, and the owner's URL if it is another than the store's."""
    if request.param == "sqlite":
        store, owner = Store(f"sqlite:///{tmp_path / 'new' / 'trainer.sqlite'}"), None
        yield store, owner
        store.dispose()
        return
    cluster: Cluster = request.getfixturevalue("cluster")
    name = f"{cluster.database}_blank"
    engine = create_engine(cluster.url("postgres", "postgres"), poolclass=NullPool, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name} OWNER {OWNER}"))
    store = Store(cluster.url(database=name))
    yield store, cluster.url(OWNER, name)
    store.dispose()
    with engine.connect() as connection:
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))


def with_migration(monkeypatch: pytest.MonkeyPatch, folder: Path, source: str) -> None:
    """One more migration after ours."""
    (folder / "9999_more.py").write_text(source.replace("HEAD", HEAD))
    ours = migrate._alembic

    def alembic(connection: Connection) -> Config:
        config = ours(connection)
        place = Path(config.get_main_option("script_location") or "") / "versions"
        config.set_main_option("version_locations", f"{place}{os.pathsep}{folder}")
        return config

    monkeypatch.setattr(migrate, "_alembic", alembic)


def tables(store: Store) -> set[str]:
    with store.engine.connect() as connection:
        return set(inspect(connection).get_table_names())


def test_migrating_makes_exactly_what_the_models_say(blank: tuple[Store, str | None]) -> None:
    store, owner = blank
    migrate.upgrade(store, owner=owner)
    assert migrate.differences(store) == []
    assert tables(store) == {table.name for table in Base.metadata.sorted_tables} | {"alembic_version"}
    found = migrate.check(store)
    assert (found.revision, found.problems) == (found.head, ())


def test_check_constraints_are_those_of_the_models(store: Store) -> None:
    """Alembic does not compare them."""
    with store.engine.connect() as connection:
        found = inspect(connection)
        for table in Base.metadata.sorted_tables:
            expected = {str(one.name) for one in table.constraints if type(one).__name__ == "CheckConstraint"}
            assert {str(one["name"]) for one in found.get_check_constraints(table.name)} == expected


def test_a_difference_between_tables_and_models_is_found(blank: tuple[Store, str | None]) -> None:
    """The control of the test above."""
    store, owner = blank
    migrate.upgrade(store, owner=owner)
    engine = create_engine(owner or store.url, poolclass=NullPool)
    with engine.begin() as connection:
        connection.execute(text("ALTER TABLE person ADD COLUMN extra INTEGER"))
    assert [difference[0] for difference in migrate.differences(store)] == ["remove_column"]
    assert migrate.check(store).problems == ("differs from the models: remove_column",)


def test_migrating_twice_changes_nothing(blank: tuple[Store, str | None]) -> None:
    store, owner = blank
    migrate.upgrade(store, owner=owner)
    with store.write(Scope.system("test")) as db:
        a_person(db)
    migrate.upgrade(store, owner=owner)
    with store.read(Scope.system("test")) as db:
        assert db.scalar(select(func.count()).select_from(Person)) == 1
    assert migrate.check(store).problems == ()


def test_the_way_down_leaves_nothing_and_the_way_up_works_again(blank: tuple[Store, str | None]) -> None:
    store, owner = blank
    migrate.upgrade(store, owner=owner)
    migrate.downgrade(store, "base", owner=owner)
    assert tables(store) <= {"alembic_version"}
    migrate.upgrade(store, owner=owner)
    assert migrate.check(store).problems == ()


def test_people_of_an_older_version_are_found(blank: tuple[Store, str | None]) -> None:
    store, owner = blank
    migrate.upgrade(store, owner=owner)
    with store.write(Scope.system("test")) as db:
        for name, country in (("Nguyễn Thị Lan", "VN"), ("អោយ សុខ", "KH"), ("李", "ZZ")):
            a_person(db, full_name=name, country=country)
    migrate.downgrade(store, "0016", owner=owner)
    assert "name_part" not in tables(store)
    migrate.upgrade(store, owner=owner)
    with store.read(Scope.system("test")) as db:
        assert len(db.scalars(select(Person.id)).all()) == 3
        assert are_kept(db)


def test_a_migration_that_fails_halfway_has_not_happened(
    blank: tuple[Store, str | None], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store, owner = blank
    migrate.upgrade(store, owner=owner)
    with store.write(Scope.system("test")) as db:
        a_grant(db, a_person(db))
    with_migration(monkeypatch, tmp_path, FAILS_HALFWAY)
    with pytest.raises(LookupError):
        migrate.upgrade(store, owner=owner)
    monkeypatch.undo()
    found = migrate.check(store)
    assert (found.revision, found.problems) == (found.head, ())
    assert "half" not in tables(store)


def test_the_very_first_migration_that_fails_leaves_an_empty_database(
    blank: tuple[Store, str | None], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store, owner = blank
    with_migration(monkeypatch, tmp_path, FAILS_HALFWAY)
    with pytest.raises(LookupError):
        migrate.upgrade(store, owner=owner)
    assert tables(store) == set()


def test_rebuilding_a_table_keeps_the_rows_that_refer_to_it(
    blank: tuple[Store, str | None], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store, owner = blank
    migrate.upgrade(store, owner=owner)
    with store.write(Scope.system("test")) as db:
        a_grant(db, a_person(db, full_name="Dara"))
    with_migration(monkeypatch, tmp_path, REBUILDS_PERSON)
    migrate.upgrade(store, owner=owner)
    with store.engine.connect() as connection:
        if not store.is_sqlite:
            connection.execute(text("SELECT set_config('app.countries', '*', true)"))
        assert connection.execute(text('SELECT count(*) FROM "grant"')).scalar() == 1
        assert connection.execute(text("SELECT full_name FROM person")).scalar() == "Dara!"


def test_a_migration_that_breaks_references_has_not_happened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = Store(f"sqlite:///{tmp_path / 'trainer.sqlite'}")
    migrate.upgrade(store)
    with store.write(Scope.system("test")) as db:
        a_grant(db, a_person(db))
    with_migration(
        monkeypatch, tmp_path, FAILS_HALFWAY.partition("    op.create")[0] + '    op.execute("DELETE FROM person")'
    )
    with pytest.raises(IntegrityError):
        migrate.upgrade(store)
    with store.engine.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM person")).scalar() == 1
    store.dispose()


def test_a_new_sqlite_file_is_readable_by_its_owner_only(tmp_path: Path) -> None:
    store = Store(f"sqlite:///{tmp_path / 'trainer.sqlite'}")
    migrate.upgrade(store)
    assert stat.S_IMODE(store.path.stat().st_mode) == 0o600


def test_checking_a_database_that_is_not_there_makes_none(tmp_path: Path) -> None:
    store = Store(f"sqlite:///{tmp_path / 'trainer.sqlite'}")
    with pytest.raises(StoreGone, match="trainer db upgrade"):
        migrate.check(store)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("store", ["postgresql"], indirect=True)
def test_the_application_may_add_editions_and_never_change_them(store: Store) -> None:
    query = text(
        "SELECT table_name, string_agg(privilege_type, ' ' ORDER BY privilege_type) AS granted FROM"
        " information_schema.role_table_grants WHERE grantee = current_user GROUP BY table_name"
    )
    with store.engine.connect() as connection:
        rights = {row.table_name: row.granted for row in connection.execute(query)}
    for table in Base.metadata.sorted_tables:
        expected = "INSERT SELECT" if table.name in migrate.APPEND_ONLY else "DELETE INSERT SELECT UPDATE"
        assert rights[table.name] == expected
    assert rights["cutoff"] == "INSERT SELECT", "fixed figures too"
