"""The counts behind reports are, at every moment, what counting anew would give."""

from __future__ import annotations

import random

import pytest
from sqlalchemy import func, select

from tests.factories import a_person, an_identity
from tests.services.world import RIGHT, WRONG, Learner, person, publish
from trainer.services import evidence, privacy, record, recounting
from trainer.services.counting import Cell
from trainer.services.evidence import Begun, Sat
from trainer.services.library import Shelf
from trainer.services.person_corrections import Correction
from trainer.store.engine import Store
from trainer.store.evidence import Summary
from trainer.store.scope import Scope

SYSTEM = Scope.system("test")


RIGHT_TEST, WRONG_TEST = ({name: given[name] for name in ("a1", "b1")} for given in (RIGHT, WRONG))


def sums(store: Store, *where: object) -> tuple[int, int]:
    with store.read(SYSTEM) as db:
        found = db.execute(select(func.sum(Summary.enrolled), func.sum(Summary.completed)).where(*where)).one()  # type: ignore[arg-type]
    return int(found[0] or 0), int(found[1] or 0)


def correction(full_name: str, agency_type: str, sex: str | None) -> Correction:
    return Correction(
        full_name=full_name, agency_type=agency_type, work_role="policy", sex=sex, locale="en", email=None
    )


def differences(store: Store) -> dict[Cell, dict[str, int]]:
    with store.read(SYSTEM) as db:
        return recounting.differences(db)


def lose_power(store: Store, one: Learner) -> None:
    """Before the commit."""
    with store.write(one.scope) as db:
        record.record(db, one.shelf, [one.event("enrol"), one.event("unit-done", unit="first")], now=one.now)
        raise ZeroDivisionError


@pytest.mark.parametrize("seed", range(4))
def test_counts_equal_a_recount_after_anything_at_all(store: Store, seed: int) -> None:
    chance = random.Random(seed)
    shelf = Shelf(store)
    for slug in ("course", "other"):
        publish(store, slug)
    people = [
        person(
            store, country=chance.choice(["KH", "LA"]), sex=chance.choice(["woman", "man", None]), is_test=number == 0
        )
        for number in range(4)
    ]
    learners = [Learner(store, shelf, who, slug) for who in people for slug in ("course", "other")]
    for one in chance.choices(learners, k=40):
        act = chance.randrange(9)
        if act == 0:
            one.do("enrol", mode=chance.choice(["online", "workshop"]))
        elif act == 1:
            one.do("unit-done", unit=chance.choice(["first", "second", "nothing"]))
        elif act == 2:
            one.take("quiz", chance.choice([RIGHT, WRONG]))
        elif act == 3:
            one.take("post", chance.choice([RIGHT, WRONG]))
        elif act == 4:
            one.complete()
        elif act == 5:
            with store.write(one.scope) as db:
                agency = chance.choice(["police", "ngo", "health"])
                privacy.correct(db, one.who, correction("Sok", agency, chance.choice(["man", None])))
        elif act == 6:
            begun = one.do("start", purpose="pre", unit="test")
            if begun.status == "stored":
                one.answer(begun.extra["attempt_id"], **chance.choice([RIGHT_TEST, WRONG_TEST]))
                one.hand_in(begun.extra["attempt_id"])
        elif act == 7:
            with pytest.raises(ZeroDivisionError):
                lose_power(store, one)
        else:
            one.now = one.now.replace(month=chance.randint(1, 12))
    assert differences(store) == {}
    assert sums(store)[0] > 0


def test_a_test_without_a_pass_mark_is_neither_passed_nor_failed() -> None:
    """Then no report says "0 % passed"."""
    who = Begun("KH", "course", "2026-08", "woman", "police", "frontline", "online", "en")

    def counted(passed: bool | None) -> list[int]:
        after = Sat("one", "test", "post", 1, 70.0, passed, "2026-08")
        in_group, *others = evidence.tests(who, [after], {}).changes().values()
        assert others == [in_group, in_group], "by role and by language"
        return [in_group.get(name, 0) for name in ("only_after", "first_posts", "first_posts_passed")]

    assert [counted(passed) for passed in (None, False, True)] == [[1, 0, 0], [1, 1, 0], [1, 1, 1]]


def test_test_accounts_are_in_no_count(store: Store) -> None:
    publish(store)
    Learner(store, Shelf(store), person(store, is_test=True)).complete()
    assert sums(store) == (0, 0)
    Learner(store, Shelf(store), person(store)).complete()
    assert sums(store) == (1, 1)


def test_who_changes_agency_is_counted_where_they_were(store: Store) -> None:
    publish(store)
    one = Learner(store, Shelf(store), person(store))
    one.do("enrol")
    with store.write(one.scope) as db:
        privacy.correct(db, one.who, correction("Sok Dara", "ngo", "woman"))
    one.complete()
    assert sums(store, Summary.agency_type == "police", Summary.sex == "") == (1, 0)
    assert sums(store, Summary.agency_type == "ngo", Summary.sex == "woman") == (0, 1)
    assert differences(store) == {}


def test_a_wrong_count_is_found_and_put_right(store: Store) -> None:
    publish(store)
    Learner(store, Shelf(store), person(store)).complete()
    with store.write(SYSTEM) as db:
        row = db.scalars(select(Summary)).one()
        row.completed = 7
        db.add(
            Summary(
                country="TH",
                module="course",
                month="2026-01",
                sex="",
                agency_type="ngo",
                mode="online",
                enrolled=2,
                completed=1,
            )
        )
    found = differences(store)
    assert list(found.values()) == [{"completed": -6}, {"enrolled": -2, "completed": -1}]
    assert recounting.rebuild(store)[0] == 2
    assert differences(store) == {}
    assert sums(store) == (1, 1)


def test_everybody_at_once_is_everybody_counted(store: Store) -> None:
    from concurrent.futures import ThreadPoolExecutor

    publish(store)
    shelf = Shelf(store)
    with store.write(SYSTEM) as db:
        people = [an_identity(a_person(db, locale="en")) for _ in range(12)]
    shelf.module(1, "en", "KH")
    with ThreadPoolExecutor(6) as pool:
        list(pool.map(lambda who: Learner(store, shelf, who).do("enrol"), people))
    assert sums(store) == (12, 0)
