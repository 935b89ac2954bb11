"""Warnings about the data: each is found for what it is about, and for nothing beside it; kept, put aside, and gone."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from tests.factories import a_person, a_workshop, an_edition
from tests.services.world import statements
from trainer.services import data_warnings, forgetting, merging, warning_list, warnings
from trainer.services.data_warnings import HEADINGS, working_days
from trainer.services.problems import Invalid, NotFound
from trainer.services.warning_list import Shown
from trainer.store import moving
from trainer.store.engine import Store
from trainer.store.evidence import Summary
from trainer.store.models import Attempt, CompletionRow, Enrolment, Person, Response
from trainer.store.scope import Scope
from trainer.store.warnings import WarningLook, WarningRow
from trainer.store.workshops import Sheet, Workshop

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


def raised(store: Store, now: datetime, *countries: str) -> list[Shown]:
    """What the list shows after a look: by kind, the newest first."""
    mine = countries or ("KH",)
    for country in mine:
        warnings.look(store, country, now=now)
    with store.read(Scope.countries(mine)) as db:
        waiting = warning_list.page(db, mine).waiting
    return sorted(waiting, key=lambda one: list(HEADINGS).index(one.kind))


def people(found: list[Shown]) -> list[tuple[str, str | None, str | None]]:
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
        a_person(db, full_name="Pair Old", created_at=now - timedelta(days=850))
    found = raised(store, now, "KH", "LA")
    pairs = [(one.kind, one.person, one.other) for one in found]
    old = ("twins", "Old Pair", "Pair Old")
    new = ("twins", "សុខ ដារ៉ា", "សុខ ដារ៉ា")
    assert pairs == [("twins", "Chan  MALY", "chan maly"), new, new, old], "each with the oldest that looks alike"
    assert all(one.person_id != one.other_id for one in found)
    assert raised(store, now, "LA") == [], "not across a border"


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
    assert (one.kind, one.person, one.day, one.numbers) == ("hours", "Thirteen", date(2026, 11, 10), {"hours": 13})


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


@pytest.fixture
def many(store: Store, now: datetime) -> Callable[[int], None]:
    def make(count: int) -> None:
        with store.write(Scope.system("test")) as db:
            for number in range(count):
                sit(db, a_person(db, full_name=f"Sok {'ab'[number % 2]}", created_at=now), 60)

    return make


def test_a_look_and_the_list_take_the_same_statements_for_many_people(
    store: Store, now: datetime, many: Callable[[int], None]
) -> None:
    taken = []
    for count in (4, 40):
        many(count)
        with store.read(Scope.countries({"KH"})) as db, statements(db) as seen:
            warnings.found(db, "KH", now)
        looked = [one for one in seen if "set_config" not in one]
        warnings.look(store, "KH", now=now)
        with store.read(Scope.countries({"KH"})) as db, statements(db) as seen:
            warning_list.page(db, {"KH"})
            warning_list.looks(db, {"KH"})
            merging.duplicates(db, {"KH"})
        taken.append((len(looked), len([one for one in seen if "set_config" not in one])))
    assert taken[0] == taken[1]
    assert taken[0][0] <= 11
    assert taken[0][1] <= 6


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


# ----------------------------------------------------------- identical answers

WRONG = "wrong wrong wrong right right"


def answer(db: Session, attempt_id: str, answers: str, **over: Any) -> None:
    """`answers`: a word for each question; a dash leaves it open."""
    row = db.get(Attempt, attempt_id)
    assert row is not None
    owner = {"person_id": row.person_id, "country": row.country, "attempt_id": attempt_id}
    values = {"rev": 1, "points": 0, "max_points": 1, "locale": "km", "at": THEN, "source": "web"}
    for number, word in enumerate(answers.split()):
        said = {} if word == "-" else {"chosen": [word]}
        correct = word == "right"
        ids = {"id": str(uuid.uuid4()), "question": f"q{number}"}
        db.add(Response(answer=said, correct=correct, **owner, **ids, **{**values, **over}))


def test_two_people_with_the_same_wrong_answers_within_half_an_hour(store: Store, now: datetime) -> None:
    tests: list[tuple[str, str, int, dict[str, Any]]] = [
        ("One", WRONG, 0, {}), ("Two", WRONG, 29, {}), ("Late", WRONG, 60, {}),
        ("Other", "wrong wrong wrong right other", 5, {}),
        ("Right", "right right right right right", 6, {"score": 100}),
        ("Right too", "right right right right right", 6, {"score": 100}),
        ("Few", "wrong wrong right right right", 7, {"score": 60}),
        ("Few too", "wrong wrong right right right", 8, {"score": 60}),
        ("Open", "- - - - right", 9, {"score": 20}), ("Open too", "- - - - right", 10, {"score": 20}),
        ("Form B", WRONG, 11, {"form": "B"}), ("Before", WRONG, 12, {"purpose": "pre"}),
        ("Thin", WRONG, 13, {"thinned_at": now}), ("Quiz", WRONG, 14, {"purpose": "quiz"}),
    ]  # fmt: skip
    with store.write(Scope.system("test")) as db:
        for name, answers, minutes, over in tests:
            who = a_person(db, full_name=name)
            attempt = sit(db, who, 600, THEN + timedelta(minutes=minutes), **{"form": "A", "score": 40.0, **over})
            answer(db, attempt, answers)
        for over in ({"is_test": True}, {"country": "LA"}):
            answer(db, sit(db, a_person(db, full_name="No", **over), 600, form="A", score=40.0), WRONG)
        again = sit(db, db.scalars(select(Person).where(Person.full_name == "One")).one(), 650, number=2, form="A",
                    score=40.0)  # fmt: skip
        answer(db, again, WRONG)
    (one,) = raised(store, now)
    assert {one.person, one.other} == {"One", "Two"}
    assert (one.kind, one.module, one.numbers, one.day) == ("identical", "small", {"count": 3}, date(2026, 11, 10))
    assert raised(store, now, "LA") == []


def test_the_last_answer_to_a_question_counts(store: Store, now: datetime) -> None:
    with store.write(Scope.system("test")) as db:
        for name in ("One", "Two"):
            attempt = sit(db, a_person(db, full_name=name), 600, score=40.0)
            answer(db, attempt, f"{name} {name} {name}", at=THEN - timedelta(minutes=1))
            answer(db, attempt, WRONG)
            answer(db, attempt, f"{name} late", at=THEN + timedelta(hours=1), late=True)
    assert [one.kind for one in raised(store, now)] == ["identical"]


def test_sheets_are_compared_within_their_workshop_only(store: Store, now: datetime) -> None:
    """They were recorded in one moment, perhaps on different days: time says nothing."""
    codes = iter(range(100))
    with store.write(Scope.system("test")) as db:
        for title, names in (("Harbour", ("One", "Two")), ("Market", ("Three",)), ("", ("Four",))):
            workshop = a_workshop(title=title or "-")
            db.add(workshop)
            db.flush()
            for name in names:
                at = THEN + timedelta(hours=next(codes) if name == "Two" else 0)
                attempt = sit(db, a_person(db, full_name=name), 0, at, score=40.0)
                answer(db, attempt, WRONG)
                if title:
                    a_sheet(db, workshop.id, f"{next(codes):08}", attempt_id=attempt, at=THEN)
    (one,) = raised(store, now)
    assert {one.person, one.other} == {"One", "Two"}


# ------------------------------------------------------- kept, put aside, gone


def test_what_was_put_aside_stays_so_when_it_is_found_again_and_goes_when_it_is_over(
    store: Store, now: datetime
) -> None:
    with store.write(Scope.system("test")) as db:
        looker = a_person(db, full_name="Looking Person")
        attempts = [sit(db, a_person(db, full_name=f"Quick {number}"), 60) for number in (1, 2)]
    first, second = raised(store, now)
    put_aside(store, first.id, looker.id, now, "Asked, all is well")
    put_aside(store, first.id, "somebody else", now + timedelta(days=1), "Later")
    later = now + timedelta(hours=1)
    assert [one.id for one in raised(store, later)] == [second.id]
    with store.read(Scope.countries({"KH"})) as db:
        found = warning_list.page(db, {"KH"})
        assert warning_list.waiting(db, {"KH"}) == 1
        assert warning_list.page(db, {"KH"}, "order").looked_at == ()
    assert (found.numbers, found.aside) == ({"quick": 1}, 1)
    (one,) = found.looked_at
    assert (one.id, one.looked_by, one.looked_at, one.note) == (first.id, "Looking Person", now, "Asked, all is well")
    with store.write(Scope.countries({"KH"})) as db:
        warning_list.take_up(db, {"KH"}, first.id)
    assert {one.id for one in raised(store, later)} == {first.id, second.id}
    with store.write(Scope.system("test")) as db:
        db.execute(delete(Attempt).where(Attempt.id == attempts[0]))
    assert len(raised(store, later)) == 1
    assert raised(store, now + timedelta(days=183)) == [], "half a year later"


def put_aside(store: Store, warning_id: str, by: str, now: datetime, note: str = "", country: str = "KH") -> None:
    with store.write(Scope.countries({country})) as db:
        warning_list.put_aside(db, {country}, warning_id, by=by, note=note, now=now)


def test_a_warning_of_another_country_or_of_none_is_not_there(store: Store, now: datetime) -> None:
    with store.write(Scope.system("test")) as db:
        sit(db, a_person(db), 60)
    (one,) = raised(store, now)
    for country, ident in (("LA", one.id), ("KH", "nowarningnowarningnowa")):
        with pytest.raises(NotFound):
            put_aside(store, ident, "me", now, country=country)
        with pytest.raises(NotFound), store.write(Scope.countries({country})) as db:
            warning_list.take_up(db, {country}, ident)
    with pytest.raises(Invalid):
        put_aside(store, one.id, "me", now, "x" * 201)
    with store.read(Scope.countries({"LA"})) as db:
        assert warning_list.page(db, {"LA", "KH"}).waiting == ()


def test_numbers_that_change_are_kept_with_the_same_warning(store: Store, now: datetime) -> None:
    with store.write(Scope.system("test")) as db:
        workshop = a_workshop(starts_on=date(2026, 10, 29), ends_on=date(2026, 10, 30))
        db.add(workshop)
        db.flush()
        a_sheet(db, workshop.id, "00000001", attempt_id=None, at=datetime(2026, 11, 16, 3, tzinfo=UTC))
    (before,) = raised(store, now)
    with store.write(Scope.system("test")) as db:
        a_sheet(db, workshop.id, "00000002", attempt_id=None, at=datetime(2026, 11, 17, 3, tzinfo=UTC))
    (after,) = raised(store, now)
    assert (before.id, before.numbers) == (after.id, {"days": 11})
    assert after.numbers == {"days": 12}


def test_two_who_look_at_once_keep_each_warning_once(store: Store, now: datetime) -> None:
    """The second reads before the first writes."""
    with store.write(Scope.system("test")) as db:
        for _ in range(5):
            sit(db, a_person(db), 60)
    with store.read(Scope.countries({"KH"})) as db:
        seen = warnings._difference(db, "KH", now)
    warnings.look(store, "KH", now=now)
    with store.write(Scope.countries({"KH"})) as db:
        warnings._add(db, "KH", seen.new, now)
    with store.read(Scope.system("test")) as db:
        assert len(db.scalars(select(WarningRow)).all()) == len(seen.new) == 5


def test_who_is_forgotten_moved_or_merged_between_reading_and_writing_gets_no_warning(
    store: Store, now: datetime
) -> None:
    with store.write(Scope.system("test")) as db:
        gone, moved, merged, kept = (a_person(db, full_name=f"{name} One").id for name in "ABCD")
        for one in (gone, moved, merged, kept):
            sit(db, db.get_one(Person, one), 60)
    with store.read(Scope.countries({"KH"})) as db:
        seen = warnings._difference(db, "KH", now)
    assert len(seen.new) == 4
    take_away(store, now, gone, moved, merged, kept)
    with store.write(Scope.countries({"KH"})) as db:
        warnings._add(db, "KH", seen.new, now)
    with store.read(Scope.system("test")) as db:
        assert [row.person_id for row in db.scalars(select(WarningRow))] == [kept]


def take_away(store: Store, now: datetime, gone: str, moved: str, merged: str, kept: str) -> None:
    with store.write(Scope.system("test")) as db:
        forgetting.forget(db, {"KH"}, gone, now=now)
        moving.move_to_country(db, moved, "KH", "LA")
        merging.merge(db, {"KH"}, kept, merged, by="me", now=now)


def test_nothing_is_left_about_who_is_gone_in_another_country_or_hidden(store: Store, now: datetime) -> None:
    """Of pairs, whichever of the two it is."""
    with store.write(Scope.system("test")) as db:
        ids = [a_person(db, full_name=f"{name} One", created_at=now + timedelta(seconds=number)).id
               for name in "ABC" for number in range(2)]  # fmt: skip
        kept = a_person(db, full_name="Kept").id
        for one in ids:
            sit(db, db.get_one(Person, one), 60)
    found = raised(store, now)
    assert sorted(one.kind for one in found) == ["quick"] * 6 + ["twins"] * 3
    take_away(store, now, ids[0], ids[2], ids[4], kept)
    with store.read(Scope.system("test")) as db:
        rows = db.scalars(select(WarningRow)).all()
    assert {(row.kind, row.person_id) for row in rows} == {("quick", ids[at]) for at in (1, 3, 5)}
    with store.write(Scope.system("test")) as db:
        moving.move_to_country(db, ids[3], "KH", "LA")
        forgetting.forget(db, {"KH"}, ids[5], now=now)
    with store.read(Scope.system("test")) as db:
        assert [row.person_id for row in db.scalars(select(WarningRow))] == [ids[1]]
    moved = raised(store, now, "LA")
    assert sorted(one.kind for one in moved) == ["quick", "quick", "twins"], "their new country finds them itself"


def test_a_workshop_that_is_gone_takes_its_warnings_along(store: Store, now: datetime) -> None:
    with store.write(Scope.system("test")) as db:
        workshop = a_workshop(starts_on=date(2026, 10, 29), ends_on=date(2026, 10, 30))
        db.add(workshop)
        db.flush()
        a_sheet(db, workshop.id, "00000001", attempt_id=None, at=datetime(2026, 11, 16, 3, tzinfo=UTC))
    assert len(raised(store, now)) == 1
    with store.write(Scope.system("test")) as db:
        db.execute(delete(Workshop))
    with store.read(Scope.system("test")) as db:
        assert db.scalars(select(WarningRow)).all() == []


def test_a_person_sees_no_warnings_in_a_session_of_their_own(store: Store, now: datetime) -> None:
    with store.write(Scope.system("test")) as db:
        person = a_person(db).id
        sit(db, db.get_one(Person, person), 60)
    raised(store, now)
    for scope in (Scope.person(person, "KH"), Scope.counts({"KH"}), Scope.countries({"LA"})):
        with store.read(scope) as db:
            assert db.scalars(select(WarningRow)).all() == []
            assert db.scalars(select(WarningLook)).all() == []


def test_pages_of_one_kind(sqlite_store: Store, now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(warning_list, "SIZE", 3)
    monkeypatch.setattr(warning_list, "FIRST", 2)
    with sqlite_store.write(Scope.system("test")) as db:
        for number in range(7):
            sit(db, a_person(db, full_name=f"No {number}"), 60, THEN - timedelta(minutes=number))
    assert [one.person for one in raised(sqlite_store, now)] == ["No 0", "No 1"]
    with sqlite_store.read(Scope.countries({"KH"})) as db:
        pages = [warning_list.page(db, {"KH"}, "quick", number=number) for number in (1, 2, 3, 4)]
    assert [[one.person for one in page.waiting] for page in pages] == [
        ["No 0", "No 1", "No 2"], ["No 3", "No 4", "No 5"], ["No 6"], [],
    ]  # fmt: skip
    assert pages[0].numbers == {"quick": 7}


# ------------------------------------------------------------------ in counts


def count(sqlite_store: Store, month: str, enrolled: int, **over: Any) -> None:
    cell = {"country": "KH", "module": "small", "sex": "woman", "agency_type": "police", "mode": "online"}
    with sqlite_store.write(Scope.system("test")) as db:
        db.add(Summary(month=month, enrolled=enrolled, **{**cell, **over}))


def counted(sqlite_store: Store, now: datetime) -> list[tuple[str, str | None, str]]:
    return [(one.kind, one.module, one.agency) for one in raised(sqlite_store, now)]


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
