"""Roles: nobody changes their own, and there is always an administrator left."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from time import sleep

import pytest

from tests.factories import a_grant, a_person, an_identity
from trainer.access import ADMINISTRATOR, COORDINATOR, TRAINER, TRANSLATOR, Identity
from trainer.services import people, roles
from trainer.services.people import OPERATOR
from trainer.services.problems import NotFound, Refused
from trainer.store.engine import Store
from trainer.store.scope import Scope

SYSTEM = Scope.system("test")


def administrator(store: Store, name: str = "ana") -> Identity:
    with store.write(SYSTEM) as db:
        person = a_person(db, sign_in_name=name, full_name=name.title())
        a_grant(db, person, ADMINISTRATOR)
        return an_identity(person, ADMINISTRATOR)


def held(store: Store, person_id: str) -> list[tuple[str, str | None]]:
    with store.read(SYSTEM) as db:
        return [(one.role, one.over) for one in roles.held(db, person_id)]


def test_nobody_gives_or_takes_a_role_of_their_own(store: Store, now: datetime) -> None:
    me = administrator(store)
    administrator(store, "ben")
    for act in (
        lambda db: roles.grant_role(db, me, me.person_id, COORDINATOR, over="KH", now=now),
        lambda db: roles.revoke_role(db, me, me.person_id, ADMINISTRATOR),
    ):
        with pytest.raises(Refused) as problem, store.write(SYSTEM) as db:
            act(db)
        assert problem.value.code == "role-own"
    assert held(store, me.person_id) == [(ADMINISTRATOR, None)]


def test_the_last_administrator_stays_whoever_asks(store: Store, now: datetime) -> None:
    me = administrator(store)
    with pytest.raises(Refused) as problem, store.write(SYSTEM) as db:
        roles.revoke_role(db, OPERATOR, me.person_id, ADMINISTRATOR)
    assert problem.value.code == "last-administrator"
    with pytest.raises(Refused), store.write(SYSTEM) as db:
        people.disable(db, OPERATOR, me.person_id, now=now)
    shut = administrator(store, "shut")
    with store.write(SYSTEM) as db:
        db.get(people.Person, shut.person_id).disabled_at = now  # type: ignore[union-attr]
    with pytest.raises(Refused), store.write(SYSTEM) as db:
        roles.revoke_role(db, OPERATOR, me.person_id, ADMINISTRATOR)
    administrator(store, "ben")
    with store.write(SYSTEM) as db:
        roles.revoke_role(db, OPERATOR, me.person_id, ADMINISTRATOR)
    assert held(store, me.person_id) == []


def test_of_two_who_take_the_role_from_each_other_at_once_one_stays(store: Store) -> None:
    ana, ben = administrator(store), administrator(store, "ben")

    def late() -> None:
        with store.write(SYSTEM) as db:
            roles.revoke_role(db, ben, ana.person_id, ADMINISTRATOR)

    with ThreadPoolExecutor(1) as pool:
        with store.write(SYSTEM) as db:
            roles.revoke_role(db, ana, ben.person_id, ADMINISTRATOR)
            waiting = pool.submit(late)
            sleep(0.3)  # it looks around before this is committed, if nothing holds it back
        with pytest.raises(Refused) as problem:
            waiting.result()
    assert problem.value.code == "last-administrator"
    assert held(store, ana.person_id) == [(ADMINISTRATOR, None)]


def test_taking_the_same_role_twice_says_that_it_is_gone(store: Store, now: datetime) -> None:
    me = administrator(store)
    with store.write(SYSTEM) as db:
        person_id = a_person(db).id
        for _ in range(2):
            roles.grant_role(db, me, person_id, TRANSLATOR, over="km", now=now)
        assert held_in(db, person_id) == [(TRANSLATOR, "km")]
        roles.revoke_role(db, me, person_id, TRANSLATOR, over="km")
        with pytest.raises(NotFound) as problem:
            roles.revoke_role(db, me, person_id, TRANSLATOR, over="km")
    assert "no more" in problem.value.sentence


def held_in(db: object, person_id: str) -> list[tuple[str, str | None]]:
    return [(one.role, one.over) for one in roles.held(db, person_id)]  # type: ignore[arg-type]


def test_an_account_that_is_shut_gets_no_role(sqlite_store: Store, now: datetime) -> None:
    with sqlite_store.write(SYSTEM) as db:
        person = a_person(db, disabled_at=now)
        with pytest.raises(Refused):
            roles.grant_role(db, OPERATOR, person.id, TRAINER, now=now)


def test_a_person_is_found_by_the_exact_name_only(sqlite_store: Store) -> None:
    administrator(sqlite_store, "dara-12")
    with sqlite_store.read(SYSTEM) as db:
        assert roles.named(db, " DARA-12 ") is not None
        for name in ("dara", "dara-1", "%", "", "Dara"):
            assert roles.named(db, name) is None, name
        assert [one.sign_in_name for one in roles.holders(db)] == ["dara-12"]
