"""Rights of people who cannot sign in: their coordinator makes the copy and notes the wish, and both can be seen."""

from __future__ import annotations

import json

import pytest

from tests.factories import an_identity
from tests.services.world import RIGHT, Learner
from tests.web.conftest import Browser, World
from tests.web.test_leaving import PEOPLE, plain
from trainer.services.shelf import Shelf
from trainer.store.models import Person

MINE = "Only I may read this."


@pytest.fixture
def who(world: World) -> Person:
    world.course()
    row = world.person(full_name="Chan Sothea", sign_in_name="sothea", created_at=world.clock())
    one = Learner(world.store, Shelf(world.store), an_identity(row), now=world.clock())
    one.take("quiz", {**RIGHT, "q4": {"text": MINE}})
    return row


@pytest.fixture
def officer(world: World) -> Browser:
    return world.sign_in(world.coordinator("KH", full_name="Officer Lim"))


def test_a_coordinator_makes_the_copy_that_the_person_would_get(world: World, who: Person, officer: Browser) -> None:
    page, mine = f"{PEOPLE}/{who.id}/rights", world.sign_in(who)
    refused = officer.submit(f"{PEOPLE}/{who.id}/copy", page=page)
    assert refused.status_code == 422
    assert "Say that the person asked you for it." in refused.text
    made = officer.submit(f"{PEOPLE}/{who.id}/copy", {"copy-asked": "1"}, page=page)
    assert made.headers["Content-Disposition"] == 'attachment; filename="my-data.json"'
    own = json.loads(mine.get("/en/my-data/download").text)
    copy = json.loads(made.text)
    assert MINE in json.dumps(own)
    assert MINE not in made.text, "nobody else reads what was written in reflections"
    for response in own["responses"]:
        if response["max_points"] == 0:
            del response["answer"]
    assert copy == own
    shown = plain(mine.get("/en/my-data/seen").text)
    assert "Made a copy of somebody’s data Somebody who answers for your country" in shown
    assert "Officer Lim" not in shown


def test_a_wish_is_noted_seen_taken_back_and_carried_out(world: World, who: Person, officer: Browser) -> None:
    page = f"{PEOPLE}/{who.id}/rights"
    mine = world.sign_in(who)
    assert officer.submit(f"{PEOPLE}/{who.id}/wish", page=page).status_code == 422
    for _ in range(2):
        assert officer.submit(f"{PEOPLE}/{who.id}/wish", {"wish-asked": "1"}, page=page).status_code == 303
        assert "You have asked for your data to be deleted" in mine.get("/en/my-data").text
        assert "asked on November 23, 2026" in plain(officer.get(f"{PEOPLE}/{who.id}").text)
        assert officer.submit(f"{PEOPLE}/{who.id}/wish/back", page=page).status_code == 303
        assert "You have asked" not in mine.get("/en/my-data").text
    officer.submit(f"{PEOPLE}/{who.id}/wish", {"wish-asked": "1"}, page=page)
    forgotten = officer.submit(f"{PEOPLE}/{who.id}/forget", {"typed": "Chan Sothea"})
    assert forgotten.status_code == 303
    listed = plain(officer.get("/en/coordinate/audit?act=requests").text)
    log = [
        "Forgot a person", "Noted that somebody asks for deletion", "Took the wish for deletion back",
        "Noted that somebody asks for deletion", "Took the wish for deletion back",
        "Noted that somebody asks for deletion",
    ]  # fmt: skip
    rows = [listed.find(f"only what this person did {words}") for words in log]
    assert min(rows) > 0
    assert listed.count("only what this person did") == len(log)
    assert "Signed up" not in listed.partition("With whom or what")[2]


def test_what_only_the_person_may_do_stays_theirs(world: World, officer: Browser) -> None:
    trainer = world.with_role("trainer")
    page = f"{PEOPLE}/{trainer.id}/rights"
    assert "only they can do this" in officer.get(page).text
    for act, ticked in (("copy", "copy-asked"), ("wish", "wish-asked")):
        answer = officer.submit(f"{PEOPLE}/{trainer.id}/{act}", {ticked: "1"}, page="/en/check")
        assert answer.status_code == 403
        assert "only they can do this" in answer.text


def test_my_data_says_what_somebody_may_ask_for(world: World) -> None:
    assert "ask your coordinator" in world.sign_in(world.person()).get("/en/my-data").text
