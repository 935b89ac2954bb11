"""Warnings about the data: each is raised for what it is about, and for nothing beside it."""

from __future__ import annotations

import uuid
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from tests.factories import a_person, a_workshop, an_edition
from tests.services.world import statements
from trainer.services import count_warnings, data_warnings
from trainer.services.data_warnings import Raised, working_days
from trainer.store.engine import Store
from trainer.store.evidence import Summary
from trainer.store.models import Attempt, CompletionRow, Enrolment, Person
from trainer.store.scope import Scope
from trainer.store.workshops import Sheet

THEN = datetime(2026, 11, 10, 3, 0, tzinfo=UTC)


def enrol(db: Session, person: Person, module: str = "small", at: datetime = THEN, **over: Any) -> None:
    values = {"mode": "online", "locale": "km", "agency_type": "police", "month": "2026-11", "edition_id": edition(db)}
    owner = {"person_id": person.id, "country": person.country, "module": module}
    db.add(Enrolment(id=str(uuid.uuid4()), started_at=at, **owner, **{**values, **over}))


def complete(db: Session, person: Person, module: str = "small", at: datetime = THEN, minutes: int = 90) -> None:
    owner = {"person_id": person.id, "country": person.country, "module": module, "edition_id": edition(db)}
    who = {"mode": "online", "locale": "km", "agency_type": "police", "work_role": "frontline"}
    db.add(CompletionRow(at=at, month="2026-11", minutes=minutes, **owner, **who))


def sit(db: Session, person: Person, seconds: float, at: datetime = THEN, **over: Any) -> str:
    values = {
        "module": "small", "unit": "test", "purpose": "post", "number": 1, "seed": "1", "mode": "online",
        "score": 80.0, "month": "2026-11", "edition_id": edition(db), "id": str(uuid.uuid4()),
    }  # fmt: skip
    owner = {"person_id": person.id, "country": person.country}
    row = Attempt(started_at=at, handed_in_at=at + timedelta(seconds=seconds), **owner, **{**values, **over})
    db.add(row)
    db.flush()
    return row.id


def edition(db: Session) -> int:
    held = db.info.get("edition")
    if held is None:
        held = db.info["edition"] = an_edition(db).id
    return int(held)


def raised(store: Store, now: datetime, *countries: str) -> list[Raised]:
    with store.read(Scope.countries(countries or ("KH",))) as db:
        return data_warnings.in_records(db, countries or ("KH",), now)


def people(found: list[Raised]) -> list[tuple[str, str | None, str | None]]:
    return [(one.kind, one.person, one.module) for one in found]


def test_a_test_after_in_under_three_minutes(store: Store, now: datetime) -> None:
    with store.write(Scope.system("test")) as db:
        for name, seconds, more in (
            ("Quick", 179, {}), ("Slow", 181, {}), ("Sheet", 0, {}), ("Before", 60, {"purpose": "pre"}),
            ("Long ago", 60, {"at": THEN - timedelta(days=200)}),
        ):  # fmt: skip
            sit(db, a_person(db, full_name=name), seconds, **more)
        sit(db, a_person(db, full_name="A test", is_test=True), 60)
        sit(db, a_person(db, full_name="Foreign", country="TH"), 60)
    assert people(raised(store, now)) == [("quick", "Quick", "small")]


def test_the_same_person_with_two_accounts(store: Store, now: datetime) -> None:
    with store.write(Scope.system("test")) as db:
        a_person(db, full_name="Chan  MALY", created_at=now)
        a_person(db, full_name="chan maly", created_at=now + timedelta(seconds=1))
        a_person(db, full_name="Chan Maly", agency_type="health", created_at=now)
        a_person(db, full_name="Chan Maly", country="LA", created_at=now)
        a_person(db, full_name="សុខ ដារ៉ា", created_at=now - timedelta(days=900))
        a_person(db, full_name="សុខ ដារ៉ា", created_at=now - timedelta(days=800))
        a_person(db, full_name="សុខ ដារ៉ា", created_at=now)
        a_person(db, full_name="Old Pair", created_at=now - timedelta(days=900))
        a_person(db, full_name="Old Pair", created_at=now - timedelta(days=800))
    found = raised(store, now, "KH", "LA")
    pairs = [(one.kind, one.person, one.other) for one in found]
    assert pairs == [("twins", "Chan  MALY", "chan maly"), ("twins", "សុខ ដារ៉ា", "សុខ ដារ៉ា")]
    assert all(one.person_id != one.other_id for one in found)


def test_more_hours_than_a_day_has_room_for(store: Store, now: datetime) -> None:
    with store.write(Scope.system("test")) as db:
        for name, minutes, begun in (
            ("Thirteen", 390, THEN), ("Twelve", 360, THEN), ("Slowly", 390, THEN - timedelta(days=1)),
        ):  # fmt: skip
            person = a_person(db, full_name=name)
            for module in ("small", "other"):
                enrol(db, person, module, begun)
                complete(db, person, module, THEN + timedelta(hours=2), minutes)
    (one,) = raised(store, now)
    assert (one.kind, one.person, one.numbers) == ("hours", "Thirteen", {"day": date(2026, 11, 10), "hours": 13})


def test_completed_before_enrolled(store: Store, now: datetime) -> None:
    with store.write(Scope.system("test")) as db:
        for name, hours in (("Backwards", -1), ("Forwards", 1)):
            person = a_person(db, full_name=name)
            enrol(db, person)
            complete(db, person, at=THEN + timedelta(hours=hours))
    assert people(raised(store, now)) == [("order", "Backwards", "small")]


def a_sheet(db: Session, workshop_id: str, code: str, *, attempt_id: str | None, at: datetime) -> None:
    values = {"module": "small", "unit": "test", "purpose": "post", "seed": "1", "locale": "km", "issued_at": THEN}
    db.add(
        Sheet(
            code=code, country="KH", workshop_id=workshop_id, blank_number=int(code), edition_id=edition(db),
            attempt_id=attempt_id, recorded_at=at, **values,
        )
    )  # fmt: skip


def test_a_workshop_in_which_nobody_gave_a_wrong_answer(store: Store, now: datetime) -> None:
    codes = iter(range(100))
    with store.write(Scope.system("test")) as db:
        for title, scores in (("All right", [100] * 5), ("Four", [100] * 4), ("One wrong", [100, 100, 100, 100, 90])):
            workshop = a_workshop(title=title, starts_on=date(2026, 11, 9), ends_on=date(2026, 11, 10))
            db.add(workshop)
            db.flush()
            for score in scores:
                attempt = sit(db, a_person(db), 0, score=float(score))
                a_sheet(db, workshop.id, f"{next(codes):08}", attempt_id=attempt, at=THEN)
    (one,) = raised(store, now)
    found = (one.kind, one.workshop, one.module, one.numbers)
    assert found == ("perfect", "All right", "small", {"count": 5})


def test_sheets_entered_late(store: Store, now: datetime) -> None:
    """The workshops ended on Friday, 30 October 2026: the tenth working day after it is 13 November."""
    with store.write(Scope.system("test")) as db:
        for title, day in (("In time", 13), ("Late", 16)):
            workshop = a_workshop(title=title, starts_on=date(2026, 10, 29), ends_on=date(2026, 10, 30))
            db.add(workshop)
            db.flush()
            for at in (datetime(2026, 10, 31, tzinfo=UTC), datetime(2026, 11, day, 3, tzinfo=UTC)):
                a_sheet(db, workshop.id, f"{at:%d}{day:06}", attempt_id=None, at=at)
    assert [(one.kind, one.workshop, one.numbers["days"]) for one in raised(store, now)] == [("late", "Late", 11)]


def test_working_days_are_mondays_to_fridays() -> None:
    friday = date(2026, 10, 30)
    assert [working_days(friday, friday + timedelta(days=one)) for one in (0, 2, 3, 7, 14, 17)] == [0, 0, 1, 5, 10, 11]
    assert working_days(friday, friday - timedelta(days=3)) == 0


def test_looking_through_the_records_takes_the_same_statements_for_many_people(store: Store, now: datetime) -> None:
    taken = []
    for count in (1, 30):
        with store.write(Scope.system("test")) as db:
            for _ in range(count):
                sit(db, a_person(db, full_name="Sok Dara", created_at=now), 60)
        with store.read(Scope.countries({"KH"})) as db, statements(db) as seen:
            data_warnings.in_records(db, {"KH"}, now)
        taken.append([one for one in seen if "set_config" not in one])
    assert len(taken[0]) == len(taken[1]) <= 8


def test_only_the_newest_records_are_looked_through(
    sqlite_store: Store, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(data_warnings, "NEWEST", 2)
    with sqlite_store.write(Scope.system("test")) as db:
        for days in (1, 2, 3):
            person = a_person(db, full_name=f"{days} days ago")
            at = THEN - timedelta(days=days)
            sit(db, person, 60, at=at)
            enrol(db, person, at=at)
            complete(db, person, at=at - timedelta(hours=1))
    found = raised(sqlite_store, now)
    assert [(one.kind, one.person) for one in found] == [
        (kind, f"{days} days ago") for kind in ("quick", "order") for days in (1, 2)
    ]


# ------------------------------------------------------------------ in counts


def count(sqlite_store: Store, month: str, enrolled: int, **over: Any) -> None:
    cell = {"country": "KH", "module": "small", "sex": "woman", "agency_type": "police", "mode": "online"}
    with sqlite_store.write(Scope.system("test")) as db:
        db.add(Summary(month=month, enrolled=enrolled, **{**cell, **over}))


def counted(sqlite_store: Store, now: datetime) -> list[tuple[str, str | None, str]]:
    with sqlite_store.read(Scope.countries({"KH"})) as db:
        found = count_warnings.in_counts(db, {"KH"}, now)
    return [(one.kind, one.module, one.agency) for one in found]


@pytest.mark.parametrize(("men", "women", "kinds"), [(12, 0, ["women"]), (11, 1, []), (9, 0, []), (0, 12, [])])
def test_no_women_in_the_last_quarter_that_is_over(
    sqlite_store: Store, now: datetime, men: int, women: int, kinds: list[str]
) -> None:
    count(sqlite_store, "2026-07", men, sex="man")
    count(sqlite_store, "2026-08", women, sex="woman")
    count(sqlite_store, "2026-11", 20, sex="man")
    assert [kind for kind, _, _ in counted(sqlite_store, now)] == kinds


def test_an_agency_type_is_missing(sqlite_store: Store, now: datetime) -> None:
    count(sqlite_store, "2026-08", 12)
    count(sqlite_store, "2026-02", 5, agency_type="health")
    count(sqlite_store, "2026-02", 4, agency_type="ngo")
    count(sqlite_store, "2024-02", 50, agency_type="labour")
    assert counted(sqlite_store, now) == [("agency", None, "health")]
    count(sqlite_store, "2026-09", 1, agency_type="health")
    assert counted(sqlite_store, now) == []


@pytest.mark.parametrize(("unstated", "kinds"), [(3, ["unstated"]), (2, [])])
def test_more_than_five_percent_do_not_state_their_sex(
    sqlite_store: Store, now: datetime, unstated: int, kinds: list[str]
) -> None:
    count(sqlite_store, "2026-08", 40 - unstated)
    count(sqlite_store, "2026-08", unstated, sex="")
    assert [kind for kind, _, _ in counted(sqlite_store, now)] == kinds


@pytest.mark.parametrize(("n", "mean", "kinds"), [(10, 65, ["jump"]), (10, 64, []), (9, 90, []), (10, 30, [])])
def test_scores_before_the_course_rise_suddenly(
    sqlite_store: Store, now: datetime, n: int, mean: int, kinds: list[str]
) -> None:
    count(sqlite_store, "2026-08", 0, pairs=6, before=30_000, only_before=4, only_before_sum=20_000)
    count(sqlite_store, "2026-10", 0, pairs=n, before=n * mean * 100)
    assert [kind for kind, _, _ in counted(sqlite_store, now)] == kinds
