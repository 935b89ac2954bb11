"""Assigning training: a coordinator's own countries only, counts, names, withdrawing; and what the people see."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.services.world import statements
from tests.web.conftest import Browser, World
from tests.web.paths import PATHS, learn
from trainer.config import Smtp
from trainer.services import assignment_counts, post
from trainer.services.shelf import Shelf
from trainer.store.mail import Mail
from trainer.store.models import Person
from trainer.store.paths import Assignment
from trainer.store.scope import Scope
from trainer.web.state import site

DUE = "2026-12-20"


@pytest.fixture(autouse=True)
def paths(world: World) -> Shelf:
    world.course()
    shelf = site(world.app).shelf
    shelf.paths = PATHS
    return shelf


def assign(browser: Browser, **fields: object) -> str:
    """Its address."""
    given = {"country": "KH", "path": "police", "due_on": DUE, **fields}
    answer = browser.submit("/en/coordinate/assignments/new", given)
    assert answer.status_code == 303, answer.text
    return str(answer.location).partition("?")[0]


def test_a_path_is_assigned_and_everybody_sees_where_it_stands(world: World, paths: Shelf) -> None:
    done, open_ = world.person(full_name="Chan Done"), world.person(full_name="Dara Open")
    world.person(country="TH", full_name="Somchai Foreign")
    world.person(full_name="Test Account", is_test=True)
    coordinator = world.sign_in(world.coordinator("KH", full_name="Coordinator"))
    learn(world, paths, done).complete()
    page = coordinator.get(assign(coordinator, note="Before the new year")).text
    assert "1 of 3 people are done." in page, "the coordinator learns as well"
    assert "Dara Open" in page
    for hidden in ("Chan Done", "Somchai Foreign", "Test Account"):
        assert hidden not in page
    home = world.sign_in(open_).get("/en/").text
    assert "To be completed by December 20, 2026." in home
    assert "Your coordinator writes: Before the new year" in home
    assert "0 of 1 required module completed." in home
    assert "1 more required module is not yet available." in home
    assert "Required on your path" in home
    assert "To be completed by" not in world.sign_in(done).get("/en/").text
    assert "Done. It was asked for by December 20, 2026." in world.sign_in(done).get("/en/path").text
    world.clock.turn(days=27, hours=14.5)  # 23:30 on the 20th in Phnom Penh
    assert "Overdue" not in world.sign_in(open_).get("/en/").text
    world.clock.turn(hours=1)  # 00:30 on the 21st
    assert "Overdue: it was to be completed by December 20, 2026." in world.sign_in(open_).get("/en/").text
    assert "Overdue" in coordinator_again(world).get("/en/coordinate/assignments").text


def test_what_many_are_asked_for_is_counted_once_an_hour(
    world: World, paths: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(assignment_counts, "FEW", 1)
    world.person(full_name="Dara Open")
    learn(world, paths, world.person(full_name="Chan Done")).complete()
    coordinator = world.sign_in(world.coordinator("KH"))
    address = assign(coordinator)
    hourly = "Where more than 1 people are asked, it is counted once an hour who is done."
    for page in (address, "/en/coordinate/assignments"):
        assert hourly in coordinator.get(page).text
    assert "people are done." not in coordinator.get(address).text
    assert "Dara Open" in coordinator.get(address).text, "names are read anew"
    assert "Chan Done" not in coordinator.get(address).text
    assignment_counts.count(world.store, paths.paths, now=world.clock())
    assert "1 of 3 people are done." in coordinator.get(address).text


def coordinator_again(world: World) -> Browser:
    return world.sign_in(world.coordinator("KH"))


def test_it_is_withdrawn_and_comes_back(world: World) -> None:
    open_ = world.person()
    coordinator = world.sign_in(world.coordinator("KH"))
    address = assign(coordinator)
    coordinator.submit(f"{address}/withdraw", page=address)
    assert "This assignment is withdrawn." in coordinator.get(address).text
    assert "To be completed by" not in world.sign_in(open_).get("/en/").text
    assert "1 withdrawn assignment" in coordinator.get("/en/coordinate/assignments").text
    coordinator.submit(f"{address}/undo", page=address)
    assert "To be completed by" in world.sign_in(open_).get("/en/").text


def test_another_countrys_coordinator_finds_nothing(world: World) -> None:
    world.person(full_name="Dara Open")
    address = assign(world.sign_in(world.coordinator("KH")))
    foreign = world.sign_in(world.coordinator("TH"))
    assert foreign.get(address).status_code == 404
    for action in ("withdraw", "undo"):
        assert foreign.submit(f"{address}/{action}", page="/en/coordinate/assignments").status_code == 404
    assert "No assignment yet" in foreign.get("/en/coordinate/assignments").text
    refused = foreign.submit("/en/coordinate/assignments/new", {"country": "KH", "path": "police", "due_on": DUE})
    assert refused.status_code == 422
    assert "Choose the country." in refused.text


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"path": ""}, "Choose a path, or at least one module."),
        ({"modules": "course"}, "Choose a path or modules, not both."),
        ({"path": "", "modules": "nothing"}, "Choose"),
        ({"due_on": "2026-11-22"}, "The last day cannot be in the past."),
        ({"due_on": "2126-11-22"}, "Look at the year of this day."),
        ({"due_on": "soon"}, "Enter the last day."),
        ({"agency_type": "pirates"}, "Choose"),
        ({"note": "x" * 201}, "use at most 200 characters"),
    ],
)
def test_what_cannot_be_assigned_is_said_beside_its_field(world: World, fields: dict[str, str], said: str) -> None:
    coordinator = world.sign_in(world.coordinator("KH"))
    given = {"country": "KH", "path": "police", "due_on": DUE, **fields}
    answer = coordinator.submit("/en/coordinate/assignments/new", given)
    assert answer.status_code == 422
    assert said in answer.text
    with world.store.read(Scope.system("test")) as db:
        assert db.query(Assignment).count() == 0


def test_the_number_of_statements_does_not_grow(world: World) -> None:
    browser = world.sign_in(world.coordinator("KH"))

    def counted() -> tuple[int, int]:
        with world.store.read(Scope.nobody()) as db:
            with statements(db) as listed:
                browser.get("/en/coordinate/assignments")
            with statements(db) as shown:
                browser.get(address)
        return len(listed), len(shown)

    address = assign(browser)
    before = counted()
    for _ in range(5):
        assign(browser, path="", modules="course", agency_type="police")
        world.person()
    assert counted() == before
    assert max(before) <= 12


def a_letter(person: Person, occasion: str, **over: object) -> Mail:
    values = {"occasion": occasion, "locale": "en", "subject": "s", "body": "b", **over}
    return Mail(person_id=person.id, country=person.country, **values)


def test_a_mail_server_that_takes_nothing_is_said_on_the_pages_of_letters(world: World) -> None:
    browser, here = world.sign_in(world.coordinator("KH")), site(world.app)
    pages = ("/en/coordinate/assignments", "/en/coordinate/assignments/letters")
    with world.store.write(Scope.nobody()) as db:
        post.failed(db, "sign-in", now=world.clock())
    assert not any("No letter has gone out" in browser.get(page).text for page in pages), "none is sent from here"
    server = Smtp(
        host="mail.example", port=587, user="postman", password="secret", encryption="starttls", sender="a@b.example"
    )  # fmt: skip
    world.app.extensions["trainer"] = replace(here, config=replace(here.config, smtp=server))
    for page in pages:
        shown = browser.get(page).text
        assert "The mail server refuses the user or the password." in shown
        assert "No letter has gone out since November 23, 2026" in shown
        assert "mail.example" not in shown
    with world.store.write(Scope.nobody()) as db:
        post.works(db)
    assert not any("No letter has gone out" in browser.get(page).text for page in pages)


def test_lost_letters_are_counted_and_their_people_named(world: World) -> None:
    lost, foreign = world.person(full_name="Dara Lost"), world.person(country="TH", full_name="Somchai Foreign")
    with world.store.write(Scope.system("test")) as db:
        for person, occasion, problem in (
            (lost, "a", "refused"), (lost, "b", "given-up"), (lost, "c", "shut"), (foreign, "a", "refused"),
        ):  # fmt: skip
            db.add(a_letter(person, occasion, due_at=world.clock() - timedelta(days=1), problem=problem))
    browser = world.sign_in(world.coordinator("KH"))
    assert "2 letters could not be delivered: ask for new addresses." in browser.get("/en/coordinate/assignments").text
    page = browser.get("/en/coordinate/assignments/letters").text
    assert "Dara Lost" in page
    assert "Somchai Foreign" not in page
    with world.store.write(Scope.system("test")) as db:
        db.add(a_letter(lost, "d", due_at=world.clock(), sent_at=world.clock()))
    assert "could not be delivered:" not in browser.get("/en/coordinate/assignments").text


def test_reminders_are_stopped_on_ones_own_page(world: World) -> None:
    me = world.person(email="dara@office.example")
    browser = world.sign_in(me)
    assert "No e-mail is sent from here." in browser.get("/en/my-data").text
    browser.submit("/en/my-data/reminders", {}, page="/en/my-data")
    with world.store.read(Scope.system("test")) as db:
        assert db.get(Person, me.id).reminders_stopped_at == world.clock()  # type: ignore[union-attr]
    browser.submit("/en/my-data/reminders", {"wanted": "1"}, page="/en/my-data")
    with world.store.read(Scope.system("test")) as db:
        assert db.get(Person, me.id).reminders_stopped_at is None  # type: ignore[union-attr]
