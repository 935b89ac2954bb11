"""The directory in the browser: names stay out of addresses, slips for many, corrections of two at once."""

from __future__ import annotations

import io
import re
from collections.abc import Iterable
from html import unescape

import pytest
from pypdf import PdfReader

from tests.factories import a_grant, a_workshop
from tests.web.conftest import Browser, World
from trainer.services import directory
from trainer.store.models import Person, SlipCode
from trainer.store.scope import Scope
from trainer.web.state import State

SYSTEM = Scope.system("test")
LIST = "/en/coordinate/people"


@pytest.fixture
def coordinator(world: World) -> Browser:
    return world.sign_in(world.coordinator("KH", full_name="The Coordinator"))


def names(page: str) -> list[str]:
    return [unescape(name) for name in re.findall(r'<th scope="row"><a [^>]*><bdi[^>]*>([^<]*)</bdi>', page)]


def hidden(page: str, name: str) -> list[str]:
    return [unescape(value) for value in re.findall(rf'name="{name}" value="([^"]*)"', page)]


def test_a_search_leaves_no_name_in_any_address(world: World, coordinator: Browser) -> None:
    world.person(full_name="សុខ ដារ៉ា")
    answer = coordinator.submit(LIST, {"search": "ដារ៉ា", "agency_type": "police"})
    assert answer.status_code == 200, "no redirect: a name would be in its address"
    assert names(answer.text) == ["សុខ ដារ៉ា"]
    assert not re.search(r'(href|action)="[^"]*(%E1|ដារ)', answer.text)


def test_filters_without_a_name_have_an_address(world: World, coordinator: Browser) -> None:
    world.person(full_name="Ngo Person", agency_type="ngo")
    sent = coordinator.submit(LIST, {"search": "", "agency_type": "ngo", "state": "never"})
    assert (sent.status_code, sent.location) == (303, f"{LIST}?agency_type=ngo&state=never")
    page = coordinator.get(sent.location).text
    assert names(page) == ["Ngo Person"]
    assert '<option value="ngo" selected>' in page
    empty = coordinator.get(f"{LIST}?state=shut").text
    assert "Nobody in your countries fits these filters." in empty
    with world.store.write(SYSTEM) as db:
        foreign = a_workshop("TH")
        db.add(foreign)
    for wrong in ("country=TH", "country=XX", "state=x", "workshop=x", f"workshop={foreign.id}", "module=x"):
        assert coordinator.get(f"{LIST}?{wrong}").status_code == 404, wrong
    lonely = coordinator.submit(LIST, {"search": "", "progress": "open"})
    assert (lonely.status_code, "Choose a module, too." in lonely.text) == (422, True)


def test_the_next_page_goes_on_where_this_one_ends(world: World, coordinator: Browser) -> None:
    for number in range(54):
        world.person(full_name=f"Person {number:02}")
    first = coordinator.get(LIST).text
    assert "55 people" in first
    assert names(first)[-1] == "Person 49"
    fields = {"after": hidden(first, "after")[0]}
    assert names(coordinator.submit(LIST, fields).text) == [*(f"Person {n}" for n in range(50, 54)), "The Coordinator"]


def test_a_long_list_says_how_many_there_are_at_least(
    world: World, coordinator: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(directory, "MOST_COUNTED", 52)
    for number in range(53):
        world.person(full_name=f"Person {number:02}")
    assert "At least 52 people · 50 on this page" in coordinator.get(LIST).text


def test_slips_for_many_are_said_before_and_printed_once(world: World, coordinator: Browser) -> None:
    ana, dara = world.person(full_name="Ana Soares"), world.person(full_name="Sok Dara", locale="en")
    world.person(full_name="With Password", password_hash="x")
    foreign = world.person(country="TH", full_name="Foreign Person")
    with world.store.write(SYSTEM) as db:
        db.add(SlipCode(person_id=ana.id, country="KH", code_hash="old", created_at=world.clock(),
                        expires_at=world.clock.moment.replace(year=2027), created_by="x"))  # fmt: skip
    nobody = coordinator.submit(f"{LIST}/slips", {"whom": "ticked"}, page=LIST)
    assert (nobody.status_code, "Tick the people who need a slip." in nobody.text) == (422, True)
    page = coordinator.submit(f"{LIST}/slips", {"whom": "all"}, page=LIST).text
    assert set(hidden(page, "person")) == {ana.id, dara.id}
    assert "2 slips would be printed" in page
    assert "Earlier slips of these people that were not used yet stop working." in page
    assert "2 people are left out" in page
    chosen = {"days": "14", "person": [ana.id, dara.id, foreign.id, "\x00"]}
    made = coordinator.submit(f"{LIST}/slips/print", chosen, page=LIST)
    assert (made.mimetype, made.headers["Cache-Control"]) == ("application/pdf", "no-store")
    text = " ".join(page.extract_text() for page in PdfReader(io.BytesIO(made.data)).pages)
    assert [text.count(name) for name in ("Ana Soares", "Sok Dara", "Foreign Person")] == [1, 1, 0]
    codes = re.findall(r"\b[0-9A-Z]{5}-[0-9A-Z]{5}\b", text)
    assert len(set(codes)) == len(codes) == 2
    with world.store.read(SYSTEM) as db:
        rows = db.query(SlipCode).all()
        assert sorted(row.person_id for row in rows if row.used_at is None) == sorted([ana.id, dara.id])
        assert {row.created_by for row in rows if row.code_hash != "old"} != {"operator"}
    stranger = world.app.test_client()
    entered = stranger.submit("/en/sign-in", {"name": ana.sign_in_name, "secret": codes[0], "own": "0"})  # type: ignore[attr-defined]
    other = stranger.submit("/en/sign-in", {"name": ana.sign_in_name, "secret": codes[1], "own": "0"})  # type: ignore[attr-defined]
    assert {entered.status_code, other.status_code} == {303, 403}


def test_a_person_s_page_says_roles_and_learning_in_words_and_no_score(world: World, coordinator: Browser) -> None:
    person = world.coordinator("LA", country="KH", full_name="Vibol")
    with world.store.write(SYSTEM) as db:
        a_grant(db, person, "reviewer", over="km")
    page = coordinator.get(f"{LIST}/{person.id}").text
    assert "Can see and manage the people of Lao PDR" in page
    assert "Can review and publish translations into" in page
    assert "No module begun yet." in page
    assert "/slip" not in page, "a colleague's account is not opened by a slip"
    refused = coordinator.submit(f"{LIST}/{person.id}/shut", page=LIST)
    assert (refused.status_code, "Only an administrator may do this." in refused.text) == (403, True)


CORRECT = {"agency_type": "ngo", "work_role": "policy", "sex": "woman", "locale": "km", "email": "dara@example.org"}


def seen(page: str) -> dict[str, str]:
    return {f"seen-{name}": hidden(page, f"seen-{name}")[0] for name in ("full_name", *CORRECT)}


def test_of_two_coordinators_at_once_the_second_sees_what_changed(world: World, coordinator: Browser) -> None:
    person = world.person(full_name="Sok Dara")
    other = world.sign_in(world.coordinator("KH"))
    address = f"{LIST}/{person.id}/correct"
    mine, theirs = coordinator.get(address).text, other.get(address).text
    first = {**CORRECT, "full_name": "សុខ ដារ៉ា", **seen(mine)}
    assert coordinator.submit(address, first).status_code == 303
    late = other.submit(address, {**CORRECT, "full_name": "Sok Thida", "agency_type": "police", **seen(theirs)})
    assert late.status_code == 409
    assert "Somebody changed this person meanwhile." in late.text
    assert '<bdi lang="km">សុខ ដារ៉ា</bdi></dd>' in late.text
    assert 'value="Sok Thida"' in late.text, "what was typed is kept"
    with world.store.read(SYSTEM) as db:
        row = db.query(Person).where(Person.id == person.id).one()
        assert (row.full_name, row.agency_type, row.email) == ("សុខ ដារ៉ា", "ngo", "dara@example.org")
    again = other.submit(address, {**CORRECT, "full_name": "Sok Thida", "email": "", **seen(late.text)})
    assert again.status_code == 303
    assert names(other.submit(LIST, {"search": "thida"}).text) == ["Sok Thida"]


def test_an_address_that_cannot_be_used_is_said_beside_the_field(world: World, coordinator: Browser) -> None:
    page = f"{LIST}/{world.person().id}/correct"
    fields = {**CORRECT, "full_name": "Dara", **seen(coordinator.get(page).text), "email": "dara"}
    answer = coordinator.submit(page, fields)
    assert answer.status_code == 422
    assert 'id="email-error"' in answer.text


def test_a_person_gives_and_takes_away_an_address_and_sees_it(world: World, browser: Browser) -> None:
    me = world.sign_in(world.person(locale="en", full_name="Dara"))
    mine = {"full_name": "Dara", "agency_type": "police", "work_role": "policy", "sex": "", "locale": "en"}
    page = "/en/my-data/correct"
    assert "Your country’s coordinator sees it, too" in me.get(page).text
    me.submit(page, {**mine, "email": "Dara@Example.ORG"})
    assert "Dara@example.org" in me.get("/en/my-data").text
    assert me.submit(page, {**mine, "email": "x@"}).status_code == 422
    me.submit(page, {**mine, "email": ""})
    assert "None given" in me.get("/en/my-data").text
    form = {"sign_in_name": "new", "password": "four calm herons fishing", "country": "KH", **mine, "own": "0"}
    assert browser.submit("/en/sign-up", {**form, "email": "x"}).status_code == 422
    assert browser.submit("/en/sign-up", {**form, "email": "new@example.org"}).status_code == 303
    assert "new@example.org" in browser.get("/en/my-data").text


def test_what_is_done_is_said_for_the_audit_trail_without_values(
    world: World, coordinator: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    acts: list[tuple[str, str, str, tuple[str, ...]]] = []
    real = State.did

    def did(self: State, act: str, *, country: str, kind: str, object_id: str, fields: Iterable[str] = ()) -> None:
        acts.append((act, country, object_id, tuple(fields)))
        real(self, act, country=country, kind=kind, object_id=object_id, fields=fields)

    monkeypatch.setattr(State, "did", did)
    person = world.person(full_name="Sok Dara")
    address = f"{LIST}/{person.id}/correct"
    unchanged = {name.removeprefix("seen-"): value for name, value in seen(coordinator.get(address).text).items()}
    fields = {**seen(coordinator.get(address).text), **unchanged, "work_role": "policy", "email": "dara@example.org"}
    assert coordinator.submit(address, fields).status_code == 303
    coordinator.submit(f"{LIST}/slips/print", {"days": "7", "person": person.id}, page=LIST)
    assert acts == [
        ("person-corrected", "KH", person.id, ("work_role", "email")), ("slip-issued", "KH", person.id, ()),
    ]  # fmt: skip
    acts.clear()
    administrator = world.sign_in(world.with_role("administrator", country="TL"))
    wish = {"person": person.id, "role": "coordinator", "countries": "LA"}
    administrator.submit("/en/roles/give", wish, page="/en/roles/")
    administrator.submit("/en/roles/take", {**wish, "over": "LA"}, page="/en/roles/")
    assert acts == [
        (act, country, person.id, ("coordinator", "la"))
        for act in ("role-given", "role-taken")
        for country in ("KH", "LA", "XX")
    ]  # fmt: skip


def test_all_other_sessions_end_and_this_one_stays(world: World) -> None:
    person = world.person()
    here, there, third = (world.sign_in(person) for _ in range(3))
    assert here.submit("/en/sessions/end-others", page="/en/sessions").location.endswith("done=sessions-ended")
    page = here.get("/en/sessions")
    assert page.status_code == 200
    assert "End all other sessions" not in page.text
    assert {one.get("/en/my-data").status_code for one in (there, third)} == {303}
