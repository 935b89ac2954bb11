"""The audit trail's chains: added to in the transaction they tell of, never changed, and found out when they are."""

from __future__ import annotations

import random
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

import pytest
from sqlalchemy import create_engine, select, text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.pool import NullPool

from tests.conftest import APPLICATION, OWNER, Cluster
from tests.factories import a_person
from trainer.services import audit, seals
from trainer.services.audit import Act
from trainer.services.seals import Head
from trainer.store.engine import Store
from trainer.store.errors import OutOfScope
from trainer.store.models import Person
from trainer.store.scope import Scope
from trainer.store.trail import AuditEvent

EVERY = Scope.system("test")
MANY = 300


def fill(store: Store, now: datetime, countries: tuple[str, ...] = ("KH", "TH")) -> None:
    with store.write(Scope.nobody()) as db:
        for ten in range(0, MANY, 10):
            acts = [
                Act("person-seen", code, "person", f"somebody{number}", ("email",))
                for number in range(ten, ten + 10)
                for code in countries
            ]
            audit.write(db, acts, actor="operator", now=now + timedelta(seconds=ten), request_id="1a2b3c4d")


def found(store: Store, kept: list[Head] | None = None) -> dict[str, list[tuple[int, str]]]:
    with store.read(EVERY) as db:
        chains = list(seals.verify(db, kept=kept or ()))
    return {chain.country: [(one.number, one.what) for one in chain.findings] for chain in chains if chain.findings}


@contextmanager
def owner(store: Store, request: pytest.FixtureRequest) -> Iterator[Callable[[str], None]]:
    """Somebody with the database in their hands: the owner of the tables, triggers taken off."""
    if store.is_sqlite:
        file = sqlite3.connect(store.path)
        file.executescript("DROP TRIGGER audit_event_no_update; DROP TRIGGER audit_event_no_delete;")
        yield lambda statement: file.executescript(statement) and None
        file.close()
        return
    cluster: Cluster = request.getfixturevalue("cluster")
    engine = create_engine(cluster.url("postgres"), poolclass=NullPool)
    with engine.begin() as connection:
        connection.execute(text("ALTER TABLE audit_event DISABLE TRIGGER audit_event_refuse"))

    def do(statement: str) -> None:
        with engine.begin() as connection:
            connection.execute(text(statement))

    yield do
    with engine.begin() as connection:
        connection.execute(text("ALTER TABLE audit_event ENABLE TRIGGER audit_event_refuse"))
    engine.dispose()


def test_whatever_is_done_to_an_event_is_found_at_its_number(
    store: Store, now: datetime, request: pytest.FixtureRequest
) -> None:
    fill(store, now)
    assert found(store) == {}
    chance = random.Random(9)
    altered, gone, first, second = sorted(chance.sample(range(2, MANY - 1), 4))
    changes = {
        "actor": "'system'", "act": "'person-shut'", "kind": "'workshop'", "object_id": "'x'", "fields": "''",
        "request_id": "''", "at": "'2026-01-01 00:00:00.000000'",
    }  # fmt: skip
    column = chance.choice(sorted(changes))
    with owner(store, request) as do:
        do(f"UPDATE audit_event SET {column} = {changes[column]} WHERE country = 'KH' AND number = {altered}")
        do(f"DELETE FROM audit_event WHERE country = 'KH' AND number = {gone}")
        for source, target in ((first, 9001), (second, first), (9001, second)):
            do(f"UPDATE audit_event SET number = {target} WHERE country = 'KH' AND number = {source}")
    findings = found(store)
    assert findings.keys() == {"KH"}
    numbers = {number: what for number, what in findings["KH"] if what in ("altered", "missing")}
    assert numbers == {altered: "altered", gone: "missing", first: "altered", second: "altered"}


@pytest.mark.parametrize(
    "column", ["actor", "act", "kind", "object_id", "fields", "request_id", "at", "previous", "hash"]
)
def test_no_column_can_be_altered_unseen(
    sqlite_store: Store, now: datetime, request: pytest.FixtureRequest, column: str
) -> None:
    with sqlite_store.write(Scope.nobody()) as db:
        audit.write(db, [Act("a", "KH", "person", "x")] * 3, actor="operator", now=now, request_id="1")
    value = "2026-01-01 00:00:00.000000" if column == "at" else "other"
    with owner(sqlite_store, request) as do:
        do(f"UPDATE audit_event SET {column} = '{value}' WHERE number = 2")
    assert (2, "altered") in found(sqlite_store)["KH"]


def test_a_tail_that_is_cut_off_is_found_against_a_kept_head(
    store: Store, now: datetime, request: pytest.FixtureRequest
) -> None:
    fill(store, now)
    with store.read(EVERY) as db:
        kept = seals.read_heads([str(head) for head in seals.heads(db)])
    assert found(store, kept) == {}
    with owner(store, request) as do:
        do(f"DELETE FROM audit_event WHERE country = 'KH' AND number > {MANY - 5}")
        do("DELETE FROM audit_event WHERE country = 'TH'")
    assert found(store) == {}, "the chain alone cannot know"
    assert found(store, kept) == {"KH": [(MANY - 4, "cut")], "TH": [(MANY, "cut")]}


def test_a_chain_written_anew_is_found_against_a_kept_head(
    sqlite_store: Store, now: datetime, request: pytest.FixtureRequest
) -> None:
    fill(sqlite_store, now)
    with sqlite_store.read(EVERY) as db:
        kept = seals.heads(db)
    with owner(sqlite_store, request) as do:
        do("DELETE FROM audit_event")
    fill(sqlite_store, now + timedelta(days=1))
    assert found(sqlite_store) == {}
    assert found(sqlite_store, kept) == {"KH": [(MANY, "other")], "TH": [(MANY, "other")]}


def test_the_database_refuses_to_change_or_delete(store: Store, now: datetime, request: pytest.FixtureRequest) -> None:
    fill(store, now, ("KH",))
    if store.is_sqlite:
        file = sqlite3.connect(store.path)
        for statement in ("UPDATE audit_event SET act = 'x'", "DELETE FROM audit_event"):
            with pytest.raises(sqlite3.IntegrityError, match="never changed"):
                file.execute(statement)
        file.close()
        return
    cluster: Cluster = request.getfixturevalue("cluster")
    for role, words in ((APPLICATION, "permission denied"), (OWNER, "never changed")):
        engine = create_engine(cluster.url(role), poolclass=NullPool)
        for statement in ("UPDATE audit_event SET act = 'x'", "DELETE FROM audit_event"):
            with pytest.raises(SQLAlchemyError, match=words), engine.begin() as connection:  # noqa: PT012
                connection.execute(text("SELECT set_config('app.countries', '*', true)"))
                connection.execute(text(statement))
        engine.dispose()


def test_rolled_back_it_leaves_no_event_and_no_gap(store: Store, now: datetime) -> None:
    def change(fails: bool) -> None:
        with store.write(EVERY) as db:
            person = a_person(db)
            audit.write(db, [Act("person-added", "KH", "person", person.id)], actor="operator", now=now)
            if fails:
                raise KeyError

    change(False)
    with pytest.raises(KeyError):
        change(True)
    change(False)
    with store.read(EVERY) as db:
        assert list(db.scalars(select(AuditEvent.number).order_by(AuditEvent.number))) == [1, 2]
        assert len(db.scalars(select(Person.id)).all()) == 2
    assert found(store) == {}


def test_what_cannot_be_written_down_is_not_done(store: Store, now: datetime) -> None:
    for bad in (
        Act("Sok Dara shut", "KH", "person", "x"),
        Act("person-shut", "KH", "person", "Sok Dara"),
        Act("person-shut", "KH", "person", "សុខ"),
        Act("person-shut", "KH", "person", "x", ("full_name=Dara",)),
        Act("person-shut", "Cambodia", "person", "x"),
    ):
        with pytest.raises(ValueError, match=r"codes and public ids|country code"), store.write(EVERY) as db:  # noqa: PT012
            a_person(db)
            audit.write(db, [bad], actor="operator", now=now)
    with store.read(EVERY) as db:
        assert db.scalars(select(Person.id)).all() == []


def test_two_writers_at_once_do_not_fork_a_chain(store: Store, now: datetime) -> None:
    go = threading.Barrier(4)
    failed: list[BaseException] = []

    def write(number: int) -> None:
        codes = ("KH", "TH") if number % 2 else ("TH", "KH")
        try:
            go.wait()
            for _ in range(10):
                with store.write(Scope.nobody()) as db:
                    acts = [Act("person-seen", code, "person", "x") for code in codes]
                    audit.write(db, acts, actor=f"writer{number}", now=now)
        except BaseException as error:  # shown below
            failed.append(error)

    threads = [threading.Thread(target=write, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    assert found(store) == {}
    with store.read(EVERY) as db:
        assert [(head.country, head.number) for head in seals.heads(db)] == [("KH", 40), ("TH", 40)]


def test_a_chain_is_seen_by_its_country_alone(store: Store, now: datetime) -> None:
    fill(store, now, ("KH", "TH", "XX"))

    def seen(scope: Scope) -> set[str]:
        with store.read(scope) as db:
            return set(db.scalars(select(AuditEvent.country).distinct()))

    assert seen(Scope.countries({"KH"})) == {"KH"}
    assert seen(Scope.countries({"KH", "LA"})) == {"KH"}
    assert seen(Scope.nobody()) == set()
    assert seen(Scope.person("somebody1", "KH")) == set()


def test_the_servers_policies_alone_show_a_country_its_own_chain(
    empty_postgresql_store: Store, cluster: Cluster, now: datetime
) -> None:
    fill(empty_postgresql_store, now)
    engine = create_engine(cluster.url(), poolclass=NullPool)
    for countries, person, seen in (("KH", "", {"KH"}), ("", "", set()), ("KH", "somebody1", set())):
        with engine.begin() as connection:
            told = {"countries": countries, "person": person}
            connection.execute(
                text("SELECT set_config('app.countries', :countries, true), set_config('app.person', :person, true)"),
                told,
            )
            assert set(connection.scalars(text("SELECT country FROM audit_event"))) == seen
    engine.dispose()


def test_the_scope_is_as_it_was_after_an_event_of_another_country(store: Store, now: datetime) -> None:
    with store.write(EVERY) as db:
        a_person(db, country="TH")
    with store.write(Scope.countries({"KH"})) as db:
        audit.write(db, [Act("person-seen", "TH", "person", "x")], actor="operator", now=now)
        assert db.scalars(select(Person.id)).all() == []
        db.add(AuditEvent(country="TH", number=2))
        with pytest.raises(OutOfScope):
            db.flush()
        db.expunge_all()


def test_an_unreadable_head_is_refused_with_its_line() -> None:
    good = f"KH 12 {'0' * 64} 2026-11-30T01:02:03Z"
    assert seals.read_heads(["# Monday", "", good]) == [Head("KH", 12, "0" * 64)]
    for lines in ([good, "KH twelve"], [good, f"KH 0 {'0' * 64}"], [good, f"KH 1 {'0' * 63}"]):
        with pytest.raises(seals.Invalid) as caught:
            seals.read_heads(lines)
        assert caught.value.params["line"] == 2
    with pytest.raises(seals.Invalid):
        seals.read_heads(["#"])
