"""Counts are what counting anew gives after anything that can become of people, also when the power fails meanwhile."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.factories import a_person, an_identity
from tests.services.test_counting import SYSTEM, differences
from tests.services.world import NOW, RIGHT, WRONG, Learner, person, publish
from trainer.access import COORDINATOR, Identity
from trainer.services import ageing, counting, forgetting, merging, transfers
from trainer.services.library import Shelf
from trainer.services.problems import Problem
from trainer.store.engine import Store
from trainer.store.models import Person

BOTH = frozenset({"KH", "LA"})


def coordinator(store: Store, *countries: str) -> Identity:
    with store.write(SYSTEM) as db:
        return an_identity(a_person(db), COORDINATOR, countries=set(countries) or BOTH)


def printed(store: Store) -> dict[Any, dict[str, int]]:
    """Every count that a report reads."""
    with store.read(SYSTEM) as db:
        return counting.stored(db).changes()


class Register:
    """People who learn, and everything that can become of them."""

    def __init__(self, store: Store, seed: int) -> None:
        self.store, self.chance, self.shelf, self.now = store, random.Random(seed), Shelf(store), NOW
        for slug in ("course", "other"):
            publish(store, slug)
        self.me = coordinator(store)
        for number in range(6):
            sex = self.chance.choice(["woman", "man", None])
            person(store, country=self.chance.choice(["KH", "LA"]), sex=sex, is_test=number == 0)

    def people(self, *where: Any) -> list[Person]:
        query = select(Person).where(Person.id != self.me.person_id, *where)
        with self.store.read(SYSTEM) as db:
            return list(db.scalars(query.order_by(Person.created_at, Person.sign_in_name)))

    def act(self, act: Callable[[Session], object]) -> None:
        """In a transaction of its own. Every fourth time the power fails before the commit; refusals are no matter."""
        try:
            with self.store.write(SYSTEM) as db:
                act(db)
                if self.chance.randrange(4) == 0:
                    raise ZeroDivisionError
        except (ZeroDivisionError, Problem):
            pass

    @contextmanager
    def one(self, *where: Any) -> Iterator[Person | None]:
        found = self.people(*where)
        yield self.chance.choice(found) if found else None

    def learn(self) -> None:
        with self.one(Person.disabled_at.is_(None)) as who:
            if who is None:
                return
            one = Learner(self.store, self.shelf, an_identity(who), self.chance.choice(["course", "other"]), self.now)
            act = self.chance.randrange(6)
            if act == 0:
                one.do("enrol", mode=self.chance.choice(["online", "workshop"]))
            elif act == 1:
                one.take("quiz", self.chance.choice([RIGHT, WRONG]))
            elif act == 2:
                one.take("post", self.chance.choice([RIGHT, WRONG]))
            elif act == 3:
                begun = one.do("start", purpose="pre", unit="test")
                if begun.status == "stored":
                    one.answer(begun.extra["attempt_id"], a1=RIGHT["a1"], b1=WRONG["b1"])
                    one.hand_in(begun.extra["attempt_id"])
            else:
                one.complete()

    def merge(self) -> None:
        country = self.chance.choice(["KH", "LA"])
        mine = self.people(Person.merged_into.is_(None), Person.country == country, Person.is_test.is_(False))
        if len(mine) < 2:
            return
        kept, gone = self.chance.sample(mine, 2)
        self.act(lambda db: merging.merge(db, BOTH, kept.id, gone.id, by="me", now=self.now))

    def separate(self) -> None:
        with self.one(Person.merged_into.is_not(None)) as gone:
            if gone is not None:
                self.act(lambda db: merging.separate(db, BOTH, gone.id, now=self.now))

    def move(self) -> None:
        """Counts do not change by it."""
        with self.one() as who:
            if who is not None:
                to = "LA" if who.country == "KH" else "KH"
                self.unchanged(lambda db: transfers.propose(db, self.me, who.id, to, "wish", now=self.now))

    def forget(self) -> None:
        with self.one() as who:
            if who is not None:
                self.unchanged(lambda db: forgetting.forget(db, BOTH, who.id, now=self.now))
        person(self.store, country=self.chance.choice(["KH", "LA"]))

    def thin_out(self) -> None:
        with self.one() as who:
            if who is not None:
                before = self.now - timedelta(days=self.chance.randrange(200))
                self.unchanged(lambda db: ageing.thin_out(db, who.id, before=before, now=self.now))

    def wait(self) -> None:
        self.now += timedelta(days=self.chance.randrange(1, 60))

    def unchanged(self, act: Callable[[Session], object]) -> None:
        before = printed(self.store)
        self.act(act)
        assert printed(self.store) == before


@pytest.mark.parametrize("seed", range(2))
def test_counts_equal_a_recount_whatever_becomes_of_people(store: Store, seed: int) -> None:
    register = Register(store, seed)
    acts = [register.merge, register.separate, register.move, register.forget, register.thin_out, register.wait]
    for act in register.chance.choices([*[register.learn] * 6, *acts], k=30):
        act()
        assert differences(store) == {}, act.__name__
    assert all(value >= 0 for measures in printed(store).values() for value in measures.values())
    assert printed(store)
