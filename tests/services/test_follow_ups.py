"""Follow-ups: who is asked when, what is kept until it is handed in, and what remains then."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from tests.services.test_reactions import SYSTEM, completed
from tests.services.world import NOW, RIGHT, WRONG, Learner, person, publish, statements
from trainer.access import Identity
from trainer.services import follow_up_letters, follow_up_times, follow_ups, judging
from trainer.services.anonymous import Of
from trainer.services.follow_up_times import Which
from trainer.services.problems import Invalid, NotFound
from trainer.services.shelf import Shelf
from trainer.store.engine import Store
from trainer.store.forms import FormMark, FormWords
from trainer.store.mail import Mail
from trainer.store.models import CompletionRow, Person
from trainer.store.scope import Scope

CODE = "2026-Q4-3"
DUE = NOW + timedelta(days=100)
"""Somebody who completed something on 23 November is asked from 23 February until 22 May."""
ANSWERS: dict[str, Any] = {
    "met": "yes", "done": ["alone", "referred"], "example": "I ask first.", "before": {"notice": 2},
    "now": {"notice": 4, "refer": 3}, "helped": ["time"], "hindered": [], "aid": ["course/card"],
    "change": "More time.", "support": "no",
}  # fmt: skip


def invite(store: Store, now: datetime = DUE, most: int = 500) -> int:
    with store.read(SYSTEM) as db:
        due = follow_up_letters.due(db, now=now, most=most)
    with store.write(SYSTEM) as db:
        return follow_up_letters.invite(db, due, now=now)


def asked(store: Store, who: Identity, now: datetime = DUE) -> list[str]:
    with store.read(Scope.person(who.person_id, who.country)) as db:
        return [one.which.code for one in follow_ups.waiting(db, who, now=now)]


def save(store: Store, who: Identity, answers: dict[str, Any], now: datetime = DUE) -> None:
    with store.write(Scope.person(who.person_id, who.country)) as db:
        follow_ups.save(db, who, CODE, answers, now=now)


def hand_in(store: Store, who: Identity, now: datetime = DUE) -> None:
    with store.write(Scope.countries({who.country})) as db:
        follow_ups.hand_in(db, Shelf(store), who, CODE, locale="en", now=now)


def counted(store: Store, country: str = "KH", wave: int = 3) -> dict[tuple[str, int], int]:
    with store.read(SYSTEM) as db:
        found = judging.counted(db, {country}, follow_ups={f"follow-{wave}": "2026-Q4"}).held
    return found.get(Of(country, f"follow-{wave}", "", "2026-Q4"), {})


# -------------------------------------------------------------- who, and when


@pytest.mark.parametrize(("last", "wave", "closes"), [
    (date(2026, 11, 23), 3, date(2027, 5, 23)),
    (date(2026, 3, 31), 3, date(2026, 9, 30)),
    (date(2026, 8, 31), 3, date(2027, 2, 28)),
    (date(2026, 12, 31), 6, date(2027, 9, 30)),
])  # fmt: skip
def test_until_when_it_is_open(last: date, wave: int, closes: date) -> None:
    assert follow_up_times.closes(last, wave) == closes


def test_no_answer_arrives_after_the_quarter_in_which_it_closes() -> None:
    """For every day of four years, and both times: then the figures of the quarter stand."""
    day = date(2023, 1, 1)
    while day < date(2027, 1, 1):
        for wave in follow_up_times.WAVES:
            cohort = f"{day.year}-Q{(day.month + 2) // 3}"
            last_day = follow_up_times.closes(day, wave) - timedelta(days=1)
            assert f"{last_day.year}-Q{(last_day.month + 2) // 3}" <= Which(cohort, wave).last_quarter
        day += timedelta(days=1)


def test_a_person_is_asked_once_about_all_they_completed_in_a_quarter(store: Store) -> None:
    publish(store)
    one = completed(store)
    with store.write(SYSTEM) as db:
        row = db.scalars(select(CompletionRow)).one()
        values = {name: getattr(row, name) for name in row.__mapper__.columns.keys() if name != "id"}  # noqa: SIM118
        db.add(CompletionRow(**values | {"module": "other", "at": NOW + timedelta(days=20), "month": "2026-12"}))
    assert invite(store, NOW + timedelta(days=95)) == 0  # three months after the first, not after the last
    assert invite(store, NOW + timedelta(days=115)) == 1
    assert invite(store, NOW + timedelta(days=116)) == 0
    assert asked(store, one, NOW + timedelta(days=116)) == ["2026-Q4-3"]
    assert invite(store, NOW + timedelta(days=210)) == 1
    assert asked(store, one, NOW + timedelta(days=210)) == ["2026-Q4-6"]
    assert (counted(store), counted(store, wave=6)) == ({("invited", 0): 1},) * 2


def test_who_answered_under_a_second_entry_is_not_asked_again(sqlite_store: Store) -> None:
    publish(sqlite_store)
    one, second = completed(sqlite_store), person(sqlite_store)
    with sqlite_store.write(SYSTEM) as db:
        db.add(FormMark(
            person_id=second.person_id, country="KH", form="follow-3", about="2026-Q4", state="given"
        ))  # fmt: skip
        row = db.scalars(select(Person).where(Person.id == second.person_id)).one()
        row.merged_into = one.person_id
    assert invite(sqlite_store, DUE) == 0


def test_the_quarter_of_completing_is_that_of_the_country(sqlite_store: Store) -> None:
    """Completed on new year's day in Phnom Penh, which was still the old year in UTC."""
    publish(sqlite_store)
    one = completed(sqlite_store)
    with sqlite_store.write(SYSTEM) as db:
        row = db.scalars(select(CompletionRow)).one()
        row.at, row.month = datetime(2026, 12, 31, 18, tzinfo=UTC), "2027-01"
    assert invite(sqlite_store, datetime(2027, 4, 5, tzinfo=UTC)) == 1
    with sqlite_store.read(SYSTEM) as db:
        mark = db.scalars(select(FormMark)).one()
    assert (mark.about, mark.closes_on) == ("2027-Q1", date(2027, 7, 1))
    # By the clock of Phnom Penh, 30 June ends at five in the afternoon (UTC).
    assert asked(sqlite_store, one, datetime(2027, 6, 30, 16, 59, tzinfo=UTC)) == ["2027-Q1-3"]
    assert asked(sqlite_store, one, datetime(2027, 6, 30, 17, 0, tzinfo=UTC)) == []


def test_who_is_not_asked(store: Store) -> None:
    publish(store)
    completed(store, is_test=True)
    completed(store, disabled_at=NOW)
    person(store)
    assert invite(store) == 0
    completed(store)
    assert invite(store, NOW + timedelta(days=80)) == 0
    assert invite(store, NOW + timedelta(days=175)) == 0  # too little time to answer
    assert counted(store) == {}


def test_asking_goes_on_where_it_stopped(sqlite_store: Store) -> None:
    publish(sqlite_store)
    for _ in range(5):
        completed(sqlite_store)
    assert [invite(sqlite_store, most=2) for _ in range(4)] == [2, 2, 1, 0]
    assert counted(sqlite_store) == {("invited", 0): 5}


def test_asking_more_people_takes_no_more_statements(sqlite_store: Store) -> None:
    publish(sqlite_store)
    counts = []
    for people in (1, 6):
        for _ in range(people):
            completed(sqlite_store)
        with sqlite_store.write(SYSTEM) as db, statements(db) as seen:
            due = follow_up_letters.due(db, now=DUE, most=500)
            assert follow_up_letters.invite(db, due, now=DUE) == people
        counts.append(len(seen))
    assert counts[0] == counts[1] <= 12


def test_who_gave_an_address_gets_a_letter_and_one_reminder_that_is_taken_back(store: Store) -> None:
    publish(store)
    one, other = completed(store, email="dara@example.org"), completed(store)
    invite(store)
    with store.read(SYSTEM) as db:
        letters = db.scalars(select(Mail).order_by(Mail.due_at)).all()
    assert [(row.person_id, row.occasion) for row in letters] == [
        (one.person_id, "follow-3 2026-Q4"), (one.person_id, "follow-3 2026-Q4 reminder"),
    ]  # fmt: skip
    assert "May 22, 2027" in letters[0].body
    assert one.full_name not in letters[0].body
    for who in (one, other):
        with store.write(Scope.person(who.person_id, "KH")) as db:
            follow_ups.decline(db, who, CODE, for_good=False, now=DUE)
    with store.read(SYSTEM) as db:
        assert db.scalars(select(Mail)).all() == []


def test_who_declines_for_good_is_not_asked_again_until_they_want_it(store: Store) -> None:
    publish(store)
    one = completed(store)
    mine = Scope.person(one.person_id, "KH")
    invite(store)
    with store.write(mine) as db:
        follow_ups.decline(db, one, CODE, for_good=True, now=DUE)
    assert asked(store, one) == []
    assert invite(store, NOW + timedelta(days=200)) == 0
    with store.write(mine) as db:
        assert follow_ups.wants_none(db, one)
        follow_ups.ask_again(db, one)
        assert not follow_ups.wants_none(db, one)
    assert invite(store, NOW + timedelta(days=200)) == 1


# ------------------------------------------------------- answering, and after


@pytest.fixture
def due(store: Store) -> tuple[Store, Identity]:
    """Somebody who completed the course, with the test, and is asked."""
    publish(store)
    one = Learner(store, Shelf(store), person(store))
    one.complete()
    invite(store)
    return store, one.who


def test_what_is_handed_in_leaves_the_person(due: tuple[Store, Identity]) -> None:
    store, who = due
    with store.read(SYSTEM) as db:
        known = follow_ups.questions(db, Shelf(store), who, Which("2026-Q4", 3), locale="en")
    keys = [one.key for one in known]
    assert len(keys) == 2
    save(store, who, {name: ANSWERS[name] for name in ("met", "done", "example")})
    rest = {name: value for name, value in ANSWERS.items() if name not in ("met", "done", "example")}
    wrong = {keys[0]: WRONG[keys[0].partition("/")[2]], keys[1]: RIGHT[keys[1].partition("/")[2]]}
    save(store, who, {**rest, "items": wrong})
    hand_in(store, who)
    found = counted(store)
    assert {item: n for (item, _), n in found.items() if not item.startswith("score")} == {
        "invited": 1, "answered": 1, "met:yes": 1, "done:alone": 1, "done:referred": 1, "before:notice": 1,
        "now:notice": 1, "now:refer": 1, "helped:time": 1, "aid:course/card": 1, "support:no": 1, "pairs": 1,
    }  # fmt: skip
    assert (found["score:then", 0], found["score:now", 0]) == (10_000, 5_000)
    with store.read(SYSTEM) as db:
        mark = db.scalars(select(FormMark)).one()
        words = {row.topic: row.pieces for row in db.scalars(select(FormWords))}
    assert (mark.state, mark.draft) == ("given", None)
    assert words["change"] == [{"text": "More time."}]
    assert [(one["text"], one["practised"]) for one in words["example"]] == [("I ask first.", True)]
    assert who.person_id not in str(words)
    with pytest.raises(NotFound):
        hand_in(store, who)


def test_only_what_was_answered_both_times_is_compared(due: tuple[Store, Identity]) -> None:
    store, who = due
    save(store, who, {"met": "no"})
    hand_in(store, who)
    assert ("pairs", 0) not in counted(store)


def test_nothing_empty_is_handed_in(due: tuple[Store, Identity]) -> None:
    store, who = due
    for answers in ({}, {"met": "", "done": [], "items": {}}):
        save(store, who, answers)
        with pytest.raises(Invalid):
            hand_in(store, who)
    with pytest.raises(Invalid):
        save(store, who, {"done": ["none", "alone"]})
    assert counted(store) == {("invited", 0): 1}


def test_a_draft_is_emptied_once_its_time_is_over(due: tuple[Store, Identity]) -> None:
    store, who = due
    save(store, who, ANSWERS)
    for days, left in ((182, 1), (184, 0)):
        with store.write(SYSTEM) as db:
            follow_ups.empty_drafts(db, follow_ups.old_drafts(db, now=NOW + timedelta(days=days)))
            assert len(db.scalars(select(FormMark).where(FormMark.draft.is_not(None))).all()) == left


def test_after_its_time_nothing_is_taken(due: tuple[Store, Identity]) -> None:
    store, who = due
    save(store, who, ANSWERS)
    with pytest.raises(NotFound):
        hand_in(store, who, NOW + timedelta(days=190))
    assert counted(store) == {("invited", 0): 1}
