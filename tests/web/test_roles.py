"""Roles in the browser: found by name, looked at in words, given by another administrator, never the last one taken."""

from __future__ import annotations

import re
from itertools import product

import pytest

from tests.factories import a_grant
from tests.web.conftest import Browser, World
from tests.web.test_sessions import is_in
from trainer.access import ADMINISTRATOR
from trainer.services import roles
from trainer.store.models import Person
from trainer.store.scope import Scope

SYSTEM = Scope.system("test")
PAGE = "/en/roles/"


@pytest.fixture
def me(world: World) -> Person:
    return world.with_role(ADMINISTRATOR)


@pytest.fixture
def administrator(world: World, me: Person) -> Browser:
    return world.sign_in(me)


def held(world: World, person: Person) -> list[tuple[str, str | None]]:
    with world.store.read(SYSTEM) as db:
        return [(one.role, one.over) for one in roles.held(db, person.id)]


def test_a_role_is_looked_at_in_words_and_then_given_and_taken(world: World, administrator: Browser) -> None:
    person = world.person(country="TH", sign_in_name="vibol", full_name="Vibol")
    theirs = world.sign_in(person)
    missing = administrator.submit("/en/roles/person", {"name": "vib"}, page=PAGE)
    assert (missing.status_code, "Nobody signs in with this name." in missing.text) == (404, True)
    assert "Vibol" in administrator.submit("/en/roles/person", {"name": "VIBOL"}, page=PAGE).text
    wish = {"person": person.id, "role": "coordinator"}
    none = administrator.submit("/en/roles/check", wish, page=PAGE)
    assert (none.status_code, "Choose the country, or several." in none.text) == (422, True)
    wish["countries"] = ["KH", "LA", "XX"]  # type: ignore[assignment]
    words = administrator.submit("/en/roles/check", wish, page=PAGE).text
    for said in (
        "people of Cambodia",
        "people of Lao PDR",
        "See names, work and learning",
        "All sessions of the person",
    ):
        assert said in words
    assert held(world, person) == [], "looking gives nothing"
    assert administrator.submit("/en/roles/give", wish, page=PAGE).location.endswith("done=role-given")
    assert held(world, person) == [("coordinator", "KH"), ("coordinator", "LA")]
    assert not is_in(theirs)
    assert "Can see and manage the people of Cambodia" in administrator.get(PAGE).text
    gone = {"person": person.id, "role": "coordinator", "over": "KH"}
    assert administrator.submit("/en/roles/take", gone, page=PAGE).location.endswith("done=role-taken")
    assert held(world, person) == [("coordinator", "LA")]
    twice = administrator.submit("/en/roles/take", gone, page=PAGE)
    assert (twice.status_code, "The person does not have this role, or has it no more." in twice.text) == (409, True)


def test_one_s_own_roles_are_changed_by_nobody_oneself(world: World, me: Person, administrator: Browser) -> None:
    world.with_role(ADMINISTRATOR)
    mine = administrator.submit("/en/roles/person", {"person": me.id}, page=PAGE).text
    assert "Ask another administrator to do it." in mine
    assert "/roles/take" not in mine
    wish = {"person": me.id, "role": "coordinator", "countries": "KH"}
    for path in ("check", "give", "take"):
        answer = administrator.submit(f"/en/roles/{path}", wish, page=PAGE)
        assert answer.status_code in (409, 422), path
        assert "Nobody changes their own roles." in answer.text
    assert held(world, me) == [(ADMINISTRATOR, None)]


def test_two_administrators_take_the_role_from_each_other(world: World, me: Person, administrator: Browser) -> None:
    """The first wins; the second is no administrator any more. The last one cannot be taken away by anybody."""
    other = world.with_role(ADMINISTRATOR)
    theirs = world.sign_in(other)
    token = theirs.token(PAGE)
    administrator.submit("/en/roles/take", {"person": other.id, "role": ADMINISTRATOR}, page=PAGE)
    late = theirs.post("/en/roles/take", data={"csrf_token": token, "person": me.id, "role": ADMINISTRATOR})
    assert late.location.endswith("/en/sign-in"), "their sessions ended with the role"
    assert (held(world, me), held(world, other)) == ([(ADMINISTRATOR, None)], [])


def test_an_administrator_sees_people_with_roles_and_nobody_else(world: World, administrator: Browser) -> None:
    world.person(full_name="Plain Person", sign_in_name="plain")
    world.coordinator("VN", full_name="Nguyễn Thị Lan")
    page = administrator.get(PAGE).text
    assert "Nguyễn Thị Lan" in page
    assert "Plain Person" not in page
    assert administrator.get("/en/coordinate/people").status_code == 403
    assert re.search(r'<a href="/en/roles/">', administrator.get("/en/check").text)
    assert "/en/roles/" not in world.sign_in(world.coordinator("KH")).get("/en/check").text


def test_an_account_that_is_shut_gets_no_role(world: World, administrator: Browser) -> None:
    person = world.person(disabled_at=world.clock())
    answer = administrator.submit("/en/roles/give", {"person": person.id, "role": "trainer"}, page=PAGE)
    assert (answer.status_code, "This account is shut." in answer.text) == (409, True)
    with world.store.write(SYSTEM) as db:
        a_grant(db, person, "trainer")
    assert "Shut" in administrator.get(PAGE).text


def test_nobody_of_this_id_is_not_there(administrator: Browser) -> None:
    for path, person in product(("check", "give", "take"), ("", "nobodynobodynobodynobo", "\x00", "x" * 500)):
        answer = administrator.submit(f"/en/roles/{path}", {"person": person, "role": "trainer"}, page=PAGE)
        assert answer.status_code == 404, (path, person)
