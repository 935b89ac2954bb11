"""What goes by its age: nothing that was not announced for thirty days, whatever the clock does."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy import func, select

from tests.factories import a_grant, a_person
from tests.services.papers import KH, SYSTEM
from tests.services.random_register import printed
from tests.services.test_counting import differences
from tests.services.world import Learner, person, publish, statements
from trainer.services import ageing, certificates, forgetting, learn, merging, retention, sessions
from trainer.services.library import Shelf
from trainer.services.problems import NotFound
from trainer.services.retention import ACCOUNT, ANSWERS, ENTRY, Outcome, Times
from trainer.store.engine import Store
from trainer.store.leaving import RetentionDay
from trainer.store.mail import Mail
from trainer.store.models import Attempt, Certificate, Person, Response

TIMES = Times(timedelta(days=730), timedelta(days=365))
DAY = timedelta(days=1)


class Calendar:
    """A look on every day that is lived through."""

    def __init__(self, store: Store, now: datetime) -> None:
        self.store, self.now = store, now

    def look(self) -> Outcome:
        return retention.look(self.store, TIMES, now=self.now)

    def live(self, days: int) -> list[Outcome]:
        found = []
        for _ in range(days):
            self.now += DAY
            found.append(self.look())
        return found

    def lived(self) -> None:
        """As if it had looked on each of the last thirty days."""
        with self.store.write(SYSTEM) as db:
            there = set(db.scalars(select(RetentionDay.day)))
            for back in range(1, 31):
                if (day := (self.now - back * DAY).date()) not in there:
                    db.add(RetentionDay(day=day))

    def announced(self) -> list[tuple[str, str]]:
        with self.store.read(SYSTEM) as db:
            return [(one.what, one.full_name) for one in retention.leaving(db, KH)]

    def names(self) -> list[str]:
        with self.store.read(SYSTEM) as db:
            return sorted(db.scalars(select(Person.full_name)))


def used(store: Store, name: str, at: datetime, **over: object) -> str:
    with store.write(SYSTEM) as db:
        row = a_person(db, full_name=name, created_at=at, **over)
        sessions.start(db, row.id, row.country, label="x", shared_device=True, now=at)
        return row.id


def test_what_was_announced_for_thirty_days_goes_and_nothing_else(store: Store, now: datetime) -> None:
    publish(store)
    for name, age in (("Old", 800), ("Used", 700), ("Role", 800), ("Kept", 800), ("Back", 800), ("Late", 800)):
        used(store, name, now - age * DAY, locale="en", email=f"{name}@mail.test")
    with store.write(SYSTEM) as db:
        ids = {row.full_name: row.id for row in db.scalars(select(Person))}
        role = db.get(Person, ids["Role"])
        assert role is not None
        a_grant(db, role, "trainer")
    calendar = Calendar(store, now)
    assert retention.would(store, TIMES, now=now) == Outcome(4, 0, ())
    assert calendar.look() == Outcome(4, 0, ())
    assert calendar.announced() == [(ACCOUNT, "Back"), (ACCOUNT, "Kept"), (ACCOUNT, "Late"), (ACCOUNT, "Old")]
    with store.read(SYSTEM) as db:
        letters = {row.person_id: row.body for row in db.scalars(select(Mail))}
    assert letters.keys() == {ids["Back"], ids["Kept"], ids["Late"], ids["Old"]}
    assert "December 23, 2026" in letters[ids["Old"]]
    with store.write(SYSTEM) as db:
        with pytest.raises(NotFound):
            retention.keep(db, {"LA"}, ids["Kept"], now=now)
        assert retention.keep(db, KH, ids["Kept"], now=now) == now + timedelta(days=365)
        sessions.start(db, ids["Back"], "KH", label="x", shared_device=True, now=now)
    calendar.now += 29 * DAY
    calendar.lived()
    assert calendar.look() == Outcome(0, 1, ())
    assert calendar.announced() == [(ACCOUNT, "Late"), (ACCOUNT, "Old")]
    with store.write(SYSTEM) as db:
        sessions.start(db, ids["Late"], "KH", label="x", shared_device=True, now=calendar.now)
    calendar.now += DAY
    expected = retention.would(store, TIMES, now=calendar.now).gone
    assert [one.full_name for one in expected] == ["Old"], "what the preview shows is what goes"
    assert calendar.look().gone == expected
    assert calendar.names() == ["Back", "Kept", "Late", "Role", "Used"]


@pytest.mark.parametrize("store", ["sqlite"], indirect=True)
def test_a_clock_that_jumps_takes_nothing_away(store: Store, now: datetime) -> None:
    used(store, "Here", now)
    calendar = Calendar(store, now)
    calendar.look()
    calendar.now = now + 3 * timedelta(days=365)
    assert calendar.look() == Outcome(1, 0, ())
    calendar.now += 31 * DAY
    assert calendar.look() == Outcome(0, 0, ()), "thirty days of a clock are not thirty days"
    calendar.now = now + DAY
    assert calendar.look() == Outcome(0, 1, ()), "what was announced in the future is taken back"
    assert calendar.names() == ["Here"]
    assert not any(one.gone for one in calendar.live(5))
    used(store, "Nearly", now - 725 * DAY)
    calendar.now = now + 3 * timedelta(days=365)
    calendar.look()
    calendar.now = now + 10 * DAY
    assert calendar.look() == Outcome(1, 2, ()), "and announced anew, so that its thirty days begin"


def test_single_answers_go_and_scores_and_counts_stay(store: Store, now: datetime) -> None:
    publish(store)
    one = Learner(store, Shelf(store), person(store), now=now)
    one.complete()
    left = one.start("quiz")
    one.answer(left, q1={"chosen": [0]})
    before = printed(store)
    calendar = Calendar(store, one.now + timedelta(days=366))
    assert calendar.look().announced == 1
    one.now = calendar.now
    again = one.start("quiz")
    one.answer(again, q1={"chosen": [1]})
    calendar.now += 31 * DAY
    calendar.lived()
    assert [found.what for found in calendar.look().gone] == [ANSWERS]
    assert printed(store) == before
    assert differences(store) == {}
    with store.read(SYSTEM) as db:
        assert set(db.scalars(select(Response.attempt_id))) == {again}, "what was answered since stays"
        thinned = db.scalars(select(Attempt).where(Attempt.thinned_at.is_not(None))).all()
        assert [row.score for row in thinned] == [100.0, 100.0]
        assert db.scalar(select(func.count()).select_from(Certificate)) == 1
    with store.read(one.scope) as db:
        assert learn.attempt(db, one.shelf, one.who, thinned[0].id, locale="en").is_thinned
    assert calendar.look().announced == 0


def test_the_second_entry_of_a_merge_goes_when_it_cannot_be_undone(store: Store, now: datetime) -> None:
    kept, gone = person(store, full_name="Kept"), person(store, full_name="Gone")
    with store.write(SYSTEM) as db:
        merging.merge(db, KH, kept.person_id, gone.person_id, by="me", now=now)
    calendar = Calendar(store, now + 30 * DAY - timedelta(hours=1))
    calendar.lived()
    assert calendar.look().gone == (), "as long as it can be undone"
    calendar.now += timedelta(hours=1)
    assert [(one.what, one.full_name) for one in calendar.look().gone] == [(ENTRY, "Gone")]
    assert calendar.names() == ["Kept"]


def test_a_forgotten_persons_certificate_goes_when_it_is_old(store: Store, now: datetime) -> None:
    publish(store)
    codes = []
    for years in (6, 4):
        one = Learner(store, Shelf(store), person(store), now=now - years * 365 * DAY)
        codes.append(str(one.complete().extra["certificate"]))
        with store.write(SYSTEM) as db:
            forgetting.forget(db, KH, one.who.person_id, now=now)
    times = TIMES._replace(certificates=5 * 365 * DAY)

    def known() -> list[bool]:
        with store.read(SYSTEM) as db:
            return [certificates.check(db, Shelf(store), code, now=now) is not None for code in codes]

    with store.read(SYSTEM) as db:
        assert [ageing.old_certificates(db, one, times, now) for one in (None, KH, {"LA"})] == [1, 1, 0]
    calendar, before = Calendar(store, now), printed(store)
    assert retention.look(store, times, now=now) == Outcome(0, 0, ()), "nobody could see it coming yet"
    assert retention.look(store, times, now=now + 10 * 365 * DAY) == Outcome(0, 0, ()), "a clock that is ahead"
    assert known() == [True, True]
    calendar.now += 30 * DAY
    calendar.lived()
    assert retention.would(store, times, now=calendar.now) == Outcome(0, 0, (), 1)
    assert retention.look(store, times, now=calendar.now) == Outcome(0, 0, (), 1)
    assert retention.look(store, times, now=calendar.now) == Outcome(0, 0, ())
    assert known() == [False, True]
    assert printed(store) == before
    assert differences(store) == {}


@pytest.mark.parametrize("store", ["sqlite"], indirect=True)
def test_reading_what_will_go_takes_the_same_statements_for_many(store: Store, now: datetime) -> None:
    def count() -> int:
        with store.read(SYSTEM) as db, statements(db) as seen:
            retention.leaving(db, KH, most=200)
            retention.numbers(db, KH)
        return len(seen)

    few = count()
    for number in range(20):
        used(store, f"Old {number}", now - 800 * DAY)
    Calendar(store, now).look()
    assert count() == few


def test_zero_days_keep_for_good(sqlite_store: Store, now: datetime) -> None:
    used(sqlite_store, "Old", now - 8_000 * DAY)
    assert retention.look(sqlite_store, Times(None, None), now=now) == Outcome(0, 0, ())
