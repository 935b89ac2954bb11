"""The end of a workshop: who came, what the room learned, what is missing; closed, opened again, certificates."""

from __future__ import annotations

import re

import pytest
from flask import Flask

from tests.services.world import Learner
from tests.web.conftest import Browser, World, dump
from tests.web.desk import SYSTEM, Desk, a_desk, followed, main_of, words_of
from trainer.access import Identity
from trainer.services import room
from trainer.store.models import Person
from trainer.store.workshops import Workshop, WorkshopSession
from trainer.tasks.runner import Runner
from trainer.web.state import site


@pytest.fixture
def desk(world: World) -> Desk:
    return a_desk(world)


def closing(desk: Desk) -> str:
    return words_of(desk.browser.get(f"{desk.page}/closing"))


def came(desk: Desk, *numbers: int) -> None:
    """They were at the one session there is, which is about the module."""
    with desk.world.store.write(SYSTEM) as db:
        workshop = db.get(Workshop, desk.workshop_id)
        assert workshop is not None
        part = WorkshopSession(
            workshop_id=workshop.id, country=workshop.country, position=1, title="Morning", module="course",
            held_on=workshop.starts_on,
        )  # fmt: skip
        db.add(part)
        db.flush()
        part_id = part.id
    address = f"{desk.page}/attendance/{part_id}"
    shown = re.findall(r'name="shown" value="(\d+)"', desk.browser.get(address).text)
    sent = desk.post(address, {"shown": shown, "present": [str(number) for number in numbers]}, page=address)
    assert sent.status_code == 303


def test_before_anything_happened_nothing_is_claimed(desk: Desk) -> None:
    text = closing(desk)
    assert "0 of 3 people came. 0 certificates are ready." in text
    assert "No test has come back yet." in text
    assert "Close the workshop" in text
    assert "Print the certificates" not in text
    nobody = a_desk(desk.world, names=[])
    assert "Nobody is on the list of this workshop." in closing(nobody)


def test_the_table_says_who_came_and_which_sheets_are_missing(desk: Desk) -> None:
    desk.issue("pre")
    came(desk, 1, 3)
    row = desk.sheets("pre")[0]
    desk.come_back(row, desk.read(row))
    page = desk.browser.get(f"{desk.page}/closing")
    lines = [
        " ".join(re.sub(r"<[^>]+>", " ", line).split())
        for line in re.findall(r"<tr>(.*?)</tr>", main_of(page), re.DOTALL)
    ]
    assert lines[1] == "1 សុខ ដារ៉ា 1 of 1 – –"
    assert lines[2] == "2 ကျော်ဇင်ဦး 0 of 1 – 1"
    assert "2 of 3 people came." in words_of(page)
    assert "Ana Soares : A course, Test before" in words_of(page)
    assert "1 person took both tests" not in words_of(page)
    assert "only before: 1" in words_of(page)


def test_scores_of_few_people_are_not_shown(desk: Desk) -> None:
    desk.issue("pre", "post")
    for row in desk.sheets():
        desk.come_back(row, desk.read(row))
    text = closing(desk)
    assert "3 people took both tests" in text
    assert "Scores are shown from 10 people on who took both tests." in text
    assert "with 95 % confidence" not in text


def test_ten_people_are_a_room_that_learned_something(world: World) -> None:
    desk = a_desk(world, names=[f"Person {number}" for number in range(1, 11)])
    desk.issue("pre", "post")
    for row in desk.sheets():
        desk.come_back(row, desk.read(row))
    text = closing(desk)
    assert re.search(r"Before [\d.]+, after [\d.]+: a change of -?[\d.]+ points, with 95 % confidence between", text)
    assert "10 people took both tests" in text


def test_a_workshop_is_closed_and_opened_again(desk: Desk) -> None:
    came(desk, 1, 2)
    closed = followed(desk, desk.post(f"{desk.page}/close"))
    assert "The workshop is closed." in closed.text
    assert "Closed on November 23, 2026." in words_of(closed)
    assert "Close the workshop" not in words_of(closed)
    twice = followed(desk, desk.post(f"{desk.page}/close"))
    assert "Closed on November 23, 2026." in words_of(twice)
    opened = desk.post(f"{desk.page}/reopen")
    assert opened.status_code == 303
    assert "Close the workshop" in closing(desk)


def test_sheets_may_come_back_after_closing(desk: Desk) -> None:
    desk.issue("pre")
    desk.post(f"{desk.page}/close")
    row = desk.sheets("pre")[0]
    desk.come_back(row, desk.read(row, {0: "faint"}))
    assert "1 thing must be looked at." in closing(desk)
    assert "This workshop was closed on November 23, 2026." in words_of(desk.browser.get(f"{desk.page}/paper"))


def test_what_is_in_the_bin_is_not_closed_and_says_why(desk: Desk) -> None:
    desk.post(f"{desk.page}/bin")
    refused = followed(desk, desk.post(f"{desk.page}/close"))
    assert "This workshop is in the bin." in words_of(refused)
    assert "Close the workshop" not in words_of(refused)


def completed(desk: Desk, number: int) -> None:
    """One of the room finishes the module online."""
    with desk.world.store.read(SYSTEM) as db:
        one = next(row for row in room.participants(db, desk.countries, desk.workshop_id) if row.number == number)
        person = db.get(Person, one.person_id)
        assert person is not None
        who = Identity(person_id=person.id, full_name=person.full_name, country=person.country, locale="en")
    Learner(desk.world.store, site(desk.world.app).shelf, who, now=desk.world.clock()).complete()


def test_certificates_are_a_pack_of_nothing_else(desk: Desk, app: Flask) -> None:
    completed(desk, 2)
    assert "1 certificate is ready." in closing(desk)
    draft = desk.post(f"{desk.page}/packs").location
    page = followed(desk, desk.post(f"{desk.page}/certificates"))
    assert "Certificates" in words_of(page)
    assert "Participant handbook" not in words_of(page)
    pack = page.request.path
    Runner(site(app)).run_pending()
    files = re.findall(rf'href="({pack}/files/\d+)"', desk.browser.get(pack).text)
    assert len(files) == 1
    assert desk.browser.get(files[0]).get_data().startswith(b"%PDF-")
    # A draft under way, and the next one, are as they would have been.
    assert desk.post(f"{desk.page}/packs").location == draft
    desk.post(f"{draft.rpartition('/')[0]}/cancel")
    after = desk.browser.get(desk.post(f"{desk.page}/packs").location).text
    assert re.search(r'value="handbook"[^>]* checked', after)


def test_a_long_list_of_missing_sheets_is_folded(world: World) -> None:
    desk = a_desk(world, names=[f"Person {number}" for number in range(1, 41)])
    desk.issue()
    page = desk.browser.get(f"{desk.page}/closing").text
    assert re.search(r"<details><summary>120 sheets</summary>", page)


def test_hostile_names_do_nothing(world: World) -> None:
    desk = a_desk(
        world, names=["<script>alert(1)</script>", "x' onclick='y"], title="</title><script>alert(2)</script>"
    )
    desk.issue()
    text = desk.browser.get(f"{desk.page}/closing").text
    assert "<script>alert" not in text
    assert "&lt;script&gt;alert(1)" in text
    assert "&lt;/title&gt;&lt;script&gt;alert(2)" in text


def test_looking_changes_nothing_and_neighbours_see_nothing(desk: Desk, world: World) -> None:
    neighbour: Browser = world.sign_in(world.coordinator("TH"))
    before = dump(world.store)
    assert desk.browser.get(f"{desk.page}/closing").status_code == 200
    assert neighbour.get(f"{desk.page}/closing").status_code == 404
    assert dump(world.store) == before


@pytest.mark.parametrize("locale", ["en", "my"])
def test_the_page_has_a_title_one_heading_and_ids_once(desk: Desk, locale: str) -> None:
    desk.issue()
    text = desk.browser.get(f"{desk.page.replace('/en/', f'/{locale}/')}/closing").text
    assert re.search(r"<title>[^<]+ · Trainer</title>", text)
    assert text.count("<h1>") == 1
    ids = re.findall(r'\sid="([^"]+)"', text)
    assert len(ids) == len(set(ids))
