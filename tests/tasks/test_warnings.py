"""Warnings are looked for in every country, without keeping anybody from writing."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from tests.factories import a_person
from tests.services.test_warnings import sit
from tests.tasks.bench import Bench
from tests.tasks.test_short_writes import writes
from trainer.services import warnings as service
from trainer.services.shelf import Shelf
from trainer.store.engine import Store
from trainer.store.scope import Scope
from trainer.store.warnings import WarningRow
from trainer.tasks import warnings

SYSTEM = Scope.system("test")


def quick(store: Store, country: str) -> None:
    with store.write(SYSTEM) as db:
        sit(db, a_person(db, country=country), 60)


def held(store: Store) -> list[str]:
    with store.read(SYSTEM) as db:
        return sorted(db.scalars(select(WarningRow.country)))


def test_every_country_is_looked_through_once_an_hour(sqlite_store: Store, now: datetime) -> None:
    moment = now
    bench = Bench(sqlite_store, Shelf(sqlite_store), lambda: moment)
    for country in ("KH", "LA", "ZZ"):
        quick(sqlite_store, country)
    assert warnings.tick(bench) == 12
    assert held(sqlite_store) == ["KH", "LA", "ZZ"]
    quick(sqlite_store, "KH")
    assert warnings.tick(bench) == 0, "another node has just done it"
    moment = now + timedelta(hours=1)
    assert warnings.tick(bench) == 12
    assert held(sqlite_store) == ["KH", "KH", "LA", "ZZ"]
    moment = now - timedelta(days=300)
    assert warnings.tick(bench) == 12, "a clock that was put right"


def test_a_country_that_cannot_be_looked_through_holds_up_no_other(
    sqlite_store: Store, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    def look(store: Store, country: str, *, now: datetime) -> int:
        if country == "KH":
            raise RuntimeError("as if a row could not be read")
        return real(store, country, now=now)

    real = service.look
    monkeypatch.setattr(service, "look", look)
    moment = now
    bench = Bench(sqlite_store, Shelf(sqlite_store), lambda: moment)
    for country in ("KH", "LA"):
        quick(sqlite_store, country)
    assert warnings.tick(bench) == 11
    assert held(sqlite_store) == ["LA"]
    quick(sqlite_store, "LA")
    moment = now + timedelta(minutes=2)
    for number, country in enumerate(("KH", "LA")):
        with sqlite_store.write(SYSTEM) as db:
            service.ask(db, country, now=now + timedelta(seconds=number))
    assert [warnings.work(bench) for _ in range(3)] == [True, True, False]
    assert held(sqlite_store) == ["LA", "LA"]
    moment += timedelta(minutes=10)
    monkeypatch.setattr(service, "look", real)
    assert [warnings.work(bench) for _ in range(2)] == [True, False]
    assert held(sqlite_store) == ["KH", "LA", "LA"], "it is tried again"


def test_a_question_during_a_look_is_answered_by_the_next(store: Store, now: datetime) -> None:
    bench = Bench(store, Shelf(store), lambda: now + timedelta(hours=1))
    with store.write(Scope.countries({"KH"})) as db:
        service.ask(db, "KH", now=now)
    with store.read(Scope.countries({"KH"})) as db:
        answered = service._difference(db, "KH", now).asked_at
    with store.write(Scope.countries({"KH"})) as db:
        service.ask(db, "KH", now=now + timedelta(seconds=1))
    with store.write(Scope.countries({"KH"})) as db:
        service._note(db, "KH", answered, now)
    assert [warnings.work(bench) for _ in range(2)] == [True, False]


def test_a_look_writes_a_few_rows_at_a_time_and_only_what_differs(
    sqlite_store: Store, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service, "AT_ONCE", 2)
    for _ in range(5):
        quick(sqlite_store, "KH")
    with writes(sqlite_store) as found:
        assert service.look(sqlite_store, "KH", now=now) == 5
        assert [one.rows.get("warning", 0) for one in found] == [2, 2, 1, 0]
        assert max(len(one.statements) for one in found) <= 4
        assert not any("attempt" in statement for one in found for statement in one.statements)
        found.clear()
        assert service.look(sqlite_store, "KH", now=now) == 0
        assert [one.rows for one in found] == [{"warning": 0, "warning_look": 1}]
