"""Lists of a coordinator cost the same when there are ten times as many people, and find the same."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from tests.factories import an_edition
from trainer.content.paths import Paths
from trainer.services import assignment_counts, assignments, directory, narrowing, outbox, retention
from trainer.services.assignments import Share
from trainer.services.directory import Filters
from trainer.services.retention import ACCOUNT, ANSWERS
from trainer.store.engine import Store
from trainer.store.leaving import Announced
from trainer.store.mail import Mail
from trainer.store.models import CompletionRow, Enrolment, Person
from trainer.store.paths import Assignment
from trainer.store.scope import Scope
from trainer.store.statements import insert_people

SYSTEM, HERE = Scope.system("test"), Scope.countries({"KH", "LA"})
NOBODYS_PATHS = Paths({}, {})
FILTERS = {
    "everybody": Filters(), "a name of one": Filters("ovan"), "a name of all": Filters("son"),
    "a name of nobody": Filters("zzqq"), "names of all": Filters("son per"),
    "open": Filters(module="small", progress="open"), "done": Filters(module="small", progress="completed"),
    "shut": Filters(state="shut"), "role": Filters(state="role"), "never": Filters(state="never"),
    "both": Filters(agency_type="police", work_role="policy"),
}  # fmt: skip


@pytest.fixture(autouse=True)
def small_bounds(monkeypatch: pytest.MonkeyPatch) -> None:
    for module, name, value in (
        (narrowing, "FEW", 60), (directory, "MOST_COUNTED", 20), (assignment_counts, "FEW", 20),
        (outbox, "MOST_COUNTED", 10), (retention, "MOST_COUNTED", 10),
    ):  # fmt: skip
        monkeypatch.setattr(module, name, value)


NAMED = {"00003": "Sovann"}


def fill(db: Session, first: int, people: int, now: datetime) -> None:
    """Every third is enrolled, every sixth has completed; a few are shut; many are announced and not reached."""
    numbers = [f"{number:05}" for number in range(first, first + people)]
    mine = {one: {"person_id": f"p-{one}", "country": ("KH", "LA", "TH")[int(one) % 3]} for one in numbers}
    insert_people(db, [
        {"id": f"p-{one}", "country": mine[one]["country"], "full_name": f"Person {NAMED.get(one, 'S')}{one}",
         "sign_in_name": f"s-{one}", "agency_type": "police", "locale": "en", "created_at": now,
         "work_role": "policy" if int(one) < 30 else "frontline", "disabled_at": now if int(one) < 20 else None}
        for one in numbers
    ])  # fmt: skip
    edition = db.scalar(select(Enrolment.edition_id).limit(1)) or an_edition(db).id
    course = {"module": "small", "edition_id": edition, "mode": "online", "locale": "en", "month": "2026-11",
              "agency_type": "police", "work_role": "frontline"}  # fmt: skip
    rows: dict[type[Any], list[dict[str, Any]]] = {
        Enrolment: [{**mine[one], **course, "id": one, "started_at": now} for one in numbers if int(one) % 2],
        CompletionRow: [{**mine[one], **course, "id": one, "at": now} for one in numbers if int(one) % 4 == 1],
        Announced: [{**mine[one], "what": what, "announced_at": now} for one in numbers for what in (ACCOUNT, ANSWERS)],
        Mail: [{**mine[one], "id": one, "occasion": "x", "locale": "en", "subject": "", "body": "", "due_at": now,
                "tries": 1, "problem": "refused"} for one in numbers],
    }  # fmt: skip
    for table, some in rows.items():
        db.execute(insert(table), some)


@contextmanager
def work(db: Session) -> Iterator[list[int]]:
    """Instructions of SQLite's machine inside, by hundreds: what a statement costs, without a clock."""
    steps: list[int] = []
    driver: Any = Session.connection(db).connection.dbapi_connection
    driver.set_progress_handler(lambda: steps.append(1) and 0, 100)
    yield steps
    driver.set_progress_handler(None, 0)


def looks(now: datetime) -> dict[str, Any]:
    countries = {"KH", "LA"}
    found: dict[str, Any] = {
        name: (lambda db, one=one: directory.page(db, countries, one, now=now, size=10))
        for name, one in FILTERS.items()
    }
    return found | {
        "leaving": lambda db: retention.leaving(db, countries, most=10),
        "numbers": lambda db: retention.numbers(db, countries),
        "letters": lambda db: outbox.undelivered_letters(db, countries, now=now),
        "unreached": lambda db: outbox.undelivered(db, countries, now=now),
        "assignments": lambda db: assignment_counts.shares(db, assignments.assignments(db, countries, NOBODYS_PATHS)),
    }


def test_ten_times_as_many_people_are_no_more_work(sqlite_store: Store, now: datetime) -> None:
    costs: dict[str, list[int]] = {name: [] for name in looks(now)}
    for first, people in ((0, 300), (300, 2_700)):
        with sqlite_store.write(SYSTEM) as db:
            fill(db, first, people, now)
            if first == 0:
                db.add(an_assignment(now))
        for name, look in looks(now).items():
            with sqlite_store.read(HERE) as db, work(db) as steps:
                look(db)
            costs[name].append(len(steps) + 1)
    # A last page is searched for in a tree, and the machine reads a little more around it.
    grown = {name: cost for name, cost in costs.items() if cost[1] > 2 * cost[0] + 20}
    assert not grown
    with sqlite_store.read(SYSTEM) as db, work(db) as steps:
        db.scalars(select(Person.id).where(Person.search_text.contains("zzqq"))).all()
    assert len(steps) > max(cost[1] for cost in costs.values()), "the control: a look at everybody"


def an_assignment(now: datetime) -> Assignment:
    return Assignment(
        id="assigned", country="KH", path=None, modules=["small"], agency_type=None, workshop_id=None,
        due_on=date(2026, 12, 20), note="", created_at=now, created_by="x", withdrawn_at=None,
    )  # fmt: skip


def test_the_same_people_are_found_whichever_way_is_taken(
    store: Store, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    with store.write(SYSTEM) as db:
        fill(db, 0, 60, now)
    seen: dict[int, dict[str, list[str]]] = {}
    for few in (0, 15, 1_000):
        monkeypatch.setattr(narrowing, "FEW", few)
        seen[few] = {name: everybody(store, one, now) for name, one in FILTERS.items()}
    assert seen[0] == seen[15] == seen[1_000]
    assert {name: len(ids) for name, ids in seen[0].items()} == {
        "everybody": 40, "a name of one": 1, "a name of all": 40, "a name of nobody": 0, "names of all": 40,
        "open": 10, "done": 10, "shut": 14, "role": 0, "never": 40, "both": 20,
    }  # fmt: skip


def everybody(store: Store, filters: Filters, now: datetime) -> list[str]:
    """Of all pages, in their order."""
    found: list[str] = []
    after = ""
    while True:
        with store.read(HERE) as db:
            page = directory.page(db, {"KH", "LA"}, filters, now=now, after=after, size=15)
        found += [row.id for row in page.rows]
        if not page.more:
            return found
        after = page.more


def test_a_long_list_is_not_counted_to_its_end(store: Store, now: datetime) -> None:
    with store.write(SYSTEM) as db:
        fill(db, 0, 120, now)
    with store.read(HERE) as db:

        def told(filters: Filters) -> tuple[int, bool]:
            page = directory.page(db, {"KH", "LA"}, filters, now=now, size=7)
            return page.total, page.is_least

        assert told(Filters()) == (20, True)
        assert told(Filters(state="shut")) == (14, False)
        assert told(Filters(agency_type="police", work_role="policy")) == (20, False)
        assert told(Filters("vann00003")) == (1, False)
        assert retention.numbers(db, {"KH"}) == {ACCOUNT: 11, ANSWERS: 11, "entry": 0}
        first = retention.leaving(db, {"KH"}, what=ACCOUNT, most=3)
        assert [one.person_id for one in first] == ["p-00000", "p-00006", "p-00003"], "as announced, then by name"
        assert outbox.undelivered_letters(db, {"KH"}, now=now + timedelta(days=1)) == 11


def test_an_assignment_of_many_is_counted_once_an_hour_and_says_what_a_count_says(store: Store, now: datetime) -> None:
    with store.write(SYSTEM) as db:
        fill(db, 0, 120, now)
        db.add(an_assignment(now))
    with store.read(HERE) as db:
        rows = assignments.assignments(db, {"KH", "LA"}, NOBODYS_PATHS)
        assert assignment_counts.shares(db, rows) == {"assigned": None}, "nobody has counted yet"
    assert assignment_counts.count(store, NOBODYS_PATHS, now=now) == 1
    with store.read(HERE) as db:
        counted = assignment_counts.shares(db, rows)
        assert counted == assignments.shares(db, rows) == {"assigned": Share(33, 9)}
    with store.write(SYSTEM) as db:
        db.delete(db.get_one(Assignment, "assigned"))
    assert assignment_counts.count(store, NOBODYS_PATHS, now=now) == 0
