"""Expiry and renewal: by the days of the country, never shorter, and without touching what was counted."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import func, select

from tests.services.world import WRONG, Learner, person, publish
from trainer.content.paths import LearningPath, Paths, Step
from trainer.services import certificates, learn, paths, progress
from trainer.services.shelf import Shelf
from trainer.services.validity import Validity, last_day, validity
from trainer.store.engine import Store
from trainer.store.models import Certificate, CompletionRow
from trainer.store.paths import Renewal
from trainer.store.scope import Scope

POLICE = LearningPath("police", "Police", ("police",), 24, (Step("course", "required"),))
PATHS = Paths({"course": "A course"}, {"police": POLICE})
PHNOM_PENH = ZoneInfo("Asia/Phnom_Penh")
SYSTEM = Scope.system("test")


def completed(store: Store) -> Learner:
    """Completed the course on 23 November 2026: it counts until that day in 2028, and is renewed from 24 September."""
    publish(store)
    one = Learner(store, Shelf(store, paths=PATHS), person(store))
    one.complete()
    return one


@pytest.fixture
def learner(sqlite_store: Store) -> Learner:
    return completed(sqlite_store)


def until(one: Learner, now: datetime | None = None) -> Validity | None:
    with one.store.read(one.scope) as db:
        (card,) = learn.catalogue(db, one.shelf, one.who, locale="en")
        mine = paths.mine(db, one.shelf.paths, one.who)
    return paths.validity_in(
        mine.path, "course", card.completion, card.rule, country=one.who.country, now=now or one.now
    )


def at(year: int, month: int, day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(year, month, day, hour, minute, tzinfo=PHNOM_PENH).astimezone(UTC)


def renewals(one: Learner) -> int:
    with one.store.read(SYSTEM) as db:
        return db.scalar(select(func.count()).select_from(Renewal)) or 0


@pytest.mark.parametrize(
    ("now", "state"),
    [
        (at(2028, 9, 23, 23, 59), "current"),
        (at(2028, 9, 24, 0, 1), "due"),
        (at(2028, 11, 23, 23, 59), "due"),
        (at(2028, 11, 24, 0, 1), "lapsed"),
    ],
)
def test_both_sides_of_a_day_are_those_of_the_country(now: datetime, state: str) -> None:
    finished = at(2026, 11, 23, 23, 30)  # still the 23rd there; 16:30 in Greenwich
    assert validity(finished, 24, country="KH", now=now) == (date(2028, 11, 23), state)


def test_months_end_where_months_end() -> None:
    assert last_day(at(2027, 12, 31, 12), 2, "KH") == date(2028, 2, 29)
    assert last_day(at(2026, 11, 23, 1), 24, "KH") == date(2028, 11, 23), "22 November in Greenwich"
    assert validity(at(2026, 11, 23, 1), None, country="KH", now=at(2099, 1, 1, 1)) is None


def test_passing_the_test_again_renews_from_sixty_days_before(store: Store) -> None:
    learner = completed(store)
    learner.now = at(2028, 9, 23, 23, 30)
    learner.take("post")
    assert renewals(learner) == 0, "a day too early"
    learner.now = at(2028, 9, 24, 0, 1)
    learner.take("post", WRONG)
    assert renewals(learner) == 0, "not passed"
    learner.take("post")
    assert renewals(learner) == 1
    assert until(learner) == (date(2030, 9, 24), "current")
    learner.take("post")
    assert renewals(learner) == 1, "once is enough"


def test_what_was_counted_stays_as_it_was(learner: Learner) -> None:
    def counted() -> list[tuple[object, ...]]:
        with learner.store.read(SYSTEM) as db:
            first = select(CompletionRow.at, CompletionRow.edition_id, CompletionRow.month, CompletionRow.test_score)
            cells = [db.scalar(select(func.count()).select_from(one)) for one in (CompletionRow, Certificate)]
            return [*(tuple(row) for row in db.execute(first)), tuple(cells)]

    before = counted()
    learner.now = at(2029, 6, 1, 9)
    assert until(learner) == (date(2028, 11, 23), "lapsed")
    learner.take("post")
    assert until(learner) == (date(2031, 6, 1), "current")
    assert counted() == before


def test_a_clock_that_jumps_back_shortens_nothing(learner: Learner) -> None:
    learner.now = at(2028, 10, 1, 9)
    learner.take("post")
    learner.now = at(2025, 1, 1, 9)
    learner.take("post")
    assert renewals(learner) == 1
    assert until(learner, at(2028, 12, 1, 9)) == (date(2030, 10, 1), "current")


def test_the_check_page_says_until_when(learner: Learner) -> None:
    def check(now: datetime) -> tuple[date | None, bool]:
        with learner.store.read(SYSTEM) as db:
            code = progress.standings(db, learner.who.person_id)["course"].completion
            assert code is not None
            assert code.certificate is not None
            found = certificates.check(db, learner.shelf, code.certificate, now=now)
        assert found is not None
        return found.current_until, found.is_current

    assert check(learner.now) == (date(2028, 11, 23), True)
    assert check(at(2028, 12, 1, 9)) == (date(2028, 11, 23), False)
    learner.now = at(2028, 12, 1, 9)
    learner.take("post")
    assert check(learner.now) == (date(2030, 12, 1), True)


def test_off_ones_path_a_module_counts_for_ever(learner: Learner) -> None:
    with learner.store.write(learner.scope) as db:
        paths.choose(db, learner.shelf.paths, learner.who, "")
    assert until(learner) is None
    learner.now += timedelta(days=800)
    learner.take("post")
    assert renewals(learner) == 0


def test_what_renewed_a_module_once_does_not_renew_it_again_however_short_it_counts(store: Store) -> None:
    """One month: the time to renew begins before the completion."""
    publish(store)
    short = Paths({"course": "A course"}, {"police": LearningPath("police", "Police", ("police",), 1, POLICE.steps)})
    one = Learner(store, Shelf(store, paths=short), person(store))
    one.complete()
    one.now += timedelta(days=5)
    for take, expected in (("quiz", 0), ("post", 1), ("quiz", 1), ("quiz", 1), ("post", 2)):
        assert one.take(take).status == "stored"
        assert renewals(one) == expected
        one.now += timedelta(days=5)
