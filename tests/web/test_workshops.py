"""A coordinator's workshops on the web: made, filled from lists, attended, binned; every refusal on the page itself."""

from __future__ import annotations

import io
import re
from collections.abc import Mapping
from html import unescape
from typing import Any

import pytest
from werkzeug.test import TestResponse

from tests.services import lists
from tests.web.conftest import ORIGIN, Browser, World, dump
from trainer.services import room, workshops
from trainer.store.models import Person
from trainer.store.scope import Scope
from trainer.store.workshops import Sheet, Workshop
from trainer.web.coordinate import name_lists

NEW = {
    "title": "ក្រុងព្រះសីហនុ", "place": "Harbour hall", "country": "KH", "starts_on": "2026-11-23", "ends_on": "2026-11-24",
    "main_locale": "km", "locales": ["en", "my"], "modules": ["course"], "facilitators": "Lina\n\nសីតា\n",
}  # fmt: skip
DEFAULTS = {"agency_type": "police", "work_role": "frontline", "locale": "km"}
NAMES = "សុខ ដារ៉ា\nအောင် ကျော်\nAna Soares\n"


@pytest.fixture
def coordinator(world: World) -> Browser:
    world.course()
    return world.sign_in(world.coordinator("KH", "LA"))


@pytest.fixture
def page(coordinator: Browser) -> str:
    """The address of a workshop that was just made."""
    made = coordinator.submit("/en/coordinate/workshops/new", NEW)
    assert made.status_code == 303, main_of(made)
    return str(made.location).partition("?")[0]


def main_of(response: TestResponse) -> str:
    return unescape(response.text.partition("<main")[2].partition("</main>")[0])


def words_of(response: TestResponse) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", main_of(response)).split())


def hidden(response: TestResponse, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', response.text)
    assert found, name
    return unescape(found[1])


def send_list(browser: Browser, page: str, **fields: Any) -> TestResponse:
    sent = {"csrf_token": browser.token(f"{page}/people/list"), **DEFAULTS, **fields}
    return browser.post(f"{page}/people/list", data=sent, headers={"Origin": ORIGIN},
                        content_type="multipart/form-data")  # fmt: skip


def take_in(browser: Browser, page: str, shown: TestResponse, fields: Mapping[str, str] | None = None) -> TestResponse:
    sent = {"list": hidden(shown, "list"), **(fields or {})}
    return browser.submit(f"{page}/people/list/take-in", sent, page=f"{page}/people/list")


def fill(browser: Browser, page: str, names: str = NAMES) -> None:
    assert take_in(browser, page, send_list(browser, page, names=names)).status_code == 303


def people_of(world: World, page: str) -> list[str]:
    with world.store.read(Scope.system("test")) as db:
        return [one.full_name for one in room.participants(db, {"KH", "LA"}, page.rpartition("/")[2])]


def fields(response: TestResponse, prefix: str) -> list[str]:
    return re.findall(rf'<select id="({prefix}[^"]*)"', response.text)


def session_of(browser: Browser, page: str) -> str:
    return re.findall(r'href="([^"]+/attendance/[^"]+)"', browser.get(f"{page}/attendance").text)[0]


# ----------------------------------------------------------------------- facts


def test_an_empty_list_says_what_workshops_are_for(coordinator: Browser) -> None:
    text = words_of(coordinator.get("/en/coordinate/workshops"))
    assert "No workshop yet" in text
    assert "New workshop" in text


def test_a_workshop_is_made_and_listed(coordinator: Browser, page: str) -> None:
    text = words_of(coordinator.get(page))
    for words in ("ក្រុងព្រះសីហនុ", "Harbour hall", "Cambodia", "A course", "Lina", "សីតា", "1 session", "0 people",
                  "November 23, 2026 – November 24, 2026"):  # fmt: skip
        assert words in text
    assert f'href="{page}"' in coordinator.get("/en/coordinate/workshops").text
    assert '<bdi lang="km">ក្រុងព្រះសីហនុ</bdi>' in coordinator.get("/en/coordinate/workshops").text


def test_what_is_missing_is_said_at_each_field_and_nothing_is_lost(coordinator: Browser) -> None:
    empty = coordinator.submit("/en/coordinate/workshops/new", {"facilitators": "Lina"})
    assert empty.status_code == 422
    for field in ("title", "place", "country", "starts_on", "ends_on", "modules"):
        assert f'id="{field}-error"' in empty.text
        assert f'href="#{field}"' in empty.text
    assert "Lina</textarea>" in empty.text
    for over in (
        {"country": "TH"},
        {"ends_on": "2026-11-22"},
        {"modules": ["x"]},
        {"main_locale": "xx"},
        {"starts_on": "soon"},
    ):
        refused = coordinator.submit("/en/coordinate/workshops/new", {**NEW, **over})
        assert refused.status_code == 422
        assert f'id="{next(iter(over))}-error"' in refused.text
        assert "ក្រុងព្រះសីហនុ" in refused.text


def test_facts_change_and_the_slower_of_two_is_told(coordinator: Browser, page: str) -> None:
    version = hidden(coordinator.get(f"{page}/facts"), "version")
    first = coordinator.submit(f"{page}/facts", {**NEW, "title": "Mine", "version": version})
    assert first.status_code == 303
    second = coordinator.submit(f"{page}/facts", {**NEW, "title": "Theirs", "version": version})
    assert second.status_code == 409
    assert "Nothing was overwritten" in words_of(second)
    assert 'value="Theirs"' in second.text
    assert "Mine" in words_of(coordinator.get(page))


def test_the_bin_has_an_undo(coordinator: Browser, page: str) -> None:
    coordinator.submit(f"{page}/bin", page=page)
    text = words_of(coordinator.get(page))
    assert "This workshop is in the bin" in text
    assert "1 workshop in the bin" in words_of(coordinator.get("/en/coordinate/workshops"))
    refused = coordinator.submit(f"{page}/facts", {**NEW, "version": "1"}, page=page)
    assert refused.status_code == 409
    assert "Take it out before you change something." in words_of(refused)
    coordinator.submit(f"{page}/undo", page=page)
    assert "This workshop is in the bin" not in words_of(coordinator.get(page))


def test_a_closed_workshop_is_only_looked_at_until_it_is_opened_again(
    coordinator: Browser, world: World, page: str
) -> None:
    fill(coordinator, page)
    ticks = session_of(coordinator, page)
    with world.store.write(Scope.system("test")) as db:
        closed = page.rpartition("/")[2]
        workshops.close(db, {"KH"}, closed, now=world.clock(), record_attendance=lambda *_: None)
    refused = coordinator.submit(ticks, {"present": "1", "shown": "1"}, page=page)
    assert refused.status_code == 409
    assert "This workshop is closed." in words_of(refused)
    assert coordinator.submit(f"{page}/people/1/remove", page=page).status_code == 409
    assert "<button" not in main_of(coordinator.get(ticks))
    coordinator.submit(f"{page}/reopen", page=page)
    assert coordinator.submit(ticks, {"present": "1", "shown": "1"}).status_code == 303


def test_everything_of_a_workshop_is_reached_from_its_page(coordinator: Browser, page: str) -> None:
    text = coordinator.get(page).text
    for words, path in (
        ("Papers to print", "packs"),
        ("Papers that came back", "paper"),
        ("After the workshop", "closing"),
    ):
        assert words in words_of(coordinator.get(page))
        assert f'href="{page}/{path}"' in text
        assert coordinator.get(f"{page}/{path}").status_code == 200


# -------------------------------------------------------------------- sessions


def test_sessions_are_added_moved_changed_and_taken_out(coordinator: Browser, page: str) -> None:
    added = coordinator.submit(f"{page}/sessions", {"title": "Opening", "held_on": "2026-11-23", "module": ""})
    assert added.status_code == 303
    addresses = re.findall(r'href="([^"]+/sessions/[^"]+)"', coordinator.get(f"{page}/sessions").text)
    assert len(addresses) == 2
    coordinator.submit(f"{addresses[1]}/move", {"move": "up"}, page=page)
    assert words_of(coordinator.get(f"{page}/sessions")).find("Opening") < words_of(
        coordinator.get(f"{page}/sessions")
    ).find("A course")
    wrong = coordinator.submit(addresses[1], {"title": "Opening", "held_on": "2026-12-24"})
    assert wrong.status_code == 422
    assert 'id="held_on-error"' in wrong.text
    assert coordinator.submit(addresses[1], {"title": "Start", "held_on": "2026-11-24"}).status_code == 303
    assert "Start" in words_of(coordinator.get(f"{page}/sessions"))
    assert coordinator.submit(f"{addresses[1]}/remove", page=page).status_code == 303
    assert "Start" not in words_of(coordinator.get(f"{page}/sessions"))


# ------------------------------------------------------------------ name lists


def test_a_pasted_list_is_looked_at_and_then_taken_in(coordinator: Browser, world: World, page: str) -> None:
    before = dump(world.store)
    shown = send_list(coordinator, page, names=NAMES)
    assert shown.status_code == 200
    assert dump(world.store) == before
    assert "New: will be registered 3" in words_of(shown)
    assert '<bdi lang="my">အောင် ကျော်</bdi>' in shown.text
    done = take_in(coordinator, page, shown)
    assert done.status_code == 303
    assert people_of(world, page) == ["សុខ ដារ៉ា", "အောင် ကျော်", "Ana Soares"]
    once = dump(world.store)
    assert take_in(coordinator, page, shown).status_code == 303
    assert dump(world.store) == once


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("names.csv", "Full name;Sex\nសុខ ដារ៉ា;Woman\n".encode("utf-8-sig")),
        ("names.xlsx", lists.xlsx(lists.sheet(["Full name"], ["សុខ ដារ៉ា"]))),
        ("names.txt", "Full name\r\nសុខ ដារ៉ា".encode("utf-16")),
        ("strange.exe", "សុខ ដារ៉ា".encode()),
    ],
)
def test_a_file_is_taken_in(coordinator: Browser, world: World, page: str, name: str, data: bytes) -> None:
    shown = send_list(coordinator, page, file=(io.BytesIO(data), name))
    assert take_in(coordinator, page, shown).status_code == 303
    assert people_of(world, page) == ["សុខ ដារ៉ា"]


def test_an_assumed_encoding_is_said(coordinator: Browser, page: str) -> None:
    data = "ชื่อเต็ม\r\nสมชาย ใจดี\r\nมาลี แสงทอง".encode("cp874")
    shown = send_list(coordinator, page, file=(io.BytesIO(data), "x.csv"))
    assert "It was read as Windows-874." in words_of(shown)
    assert "สมชาย ใจดี" in words_of(shown)


@pytest.mark.parametrize(
    ("sent", "field"),
    [
        ({}, "names"),
        ({"names": "Ana", "file": (io.BytesIO(b"Ana"), "x.csv")}, "names"),
        ({"names": "Ana;police"}, "names"),
        ({"file": (io.BytesIO(b"Ana;police"), "x.csv")}, "file"),
        ({"file": (io.BytesIO(bytes(40)), "x.xlsx")}, "file"),
        ({"names": "Ana", "agency_type": ""}, "agency_type"),
        ({"names": "Ana", "locale": "xx"}, "locale"),
    ],
)
def test_what_is_wrong_with_a_list_is_said_at_its_field(
    coordinator: Browser, page: str, sent: dict[str, Any], field: str
) -> None:
    refused = send_list(coordinator, page, **sent)
    assert refused.status_code == 422
    assert f'id="{field}-error"' in refused.text
    if "names" in sent:
        assert f"{sent['names']}</textarea>" in refused.text


def test_doubts_and_questions_must_be_answered_and_answers_are_kept(
    coordinator: Browser, world: World, page: str
) -> None:
    known = world.person(full_name="Sok Dara", sign_in_name="sok", agency_type="ngo")
    text = "Name;Agency\nsok dara;\nAna;Polisi\nana;Polisi\n=1;\n"
    shown = send_list(coordinator, page, file=(io.BytesIO(text.encode()), "x.csv"))
    assert fields(shown, "row-") == ["row-2", "row-4"]
    assert fields(shown, "word-") == ["word-0"]
    assert "Row 5 · Column A (Name) : =1 This cell begins like a formula" in words_of(shown)
    refused = take_in(coordinator, page, shown, {"row-2": known.id})
    assert refused.status_code == 422
    for field in ("row-4", "word-0", "without-wrong"):
        assert f'id="{field}-error"' in refused.text
    assert 'id="row-2-error"' not in refused.text
    assert people_of(world, page) == []
    answers = {"row-2": known.id, "row-4": "other", "word-0": "police", "without-wrong": "1"}
    assert take_in(coordinator, page, refused, answers).status_code == 303
    assert people_of(world, page) == ["Sok Dara", "Ana", "ana"]


def test_somebody_known_joins_unless_it_is_somebody_else(coordinator: Browser, world: World, page: str) -> None:
    world.person(full_name="Sok Dara", agency_type="police")
    shown = send_list(coordinator, page, names="Sok Dara")
    assert "Registered already: will join 1" in words_of(shown)
    assert take_in(coordinator, page, shown, {"row-1": "other"}).status_code == 303
    with world.store.read(Scope.system("test")) as db:
        assert db.query(Person).where(Person.full_name == "Sok Dara").count() == 2


def test_many_doubts_can_be_answered_at_once(coordinator: Browser, world: World, page: str) -> None:
    first = "\n".join(f"Person of {letter} Hall" for letter in "ABCDEFGH")
    fill(coordinator, page, first)
    shown = send_list(coordinator, page, names=first.upper())
    assert len(fields(shown, "row-")) == 8
    assert fields(shown, "others") == ["others"]
    before = dump(world.store)
    assert take_in(coordinator, page, shown).status_code == 422
    assert take_in(coordinator, page, shown, {"others": "same"}).status_code == 303
    assert dump(world.store) == before


@pytest.mark.parametrize("carried", ["", "x", "WyJ4Il0.abc", "." * 500])
def test_a_list_that_was_tampered_with_is_not_taken(
    coordinator: Browser, world: World, page: str, carried: str
) -> None:
    refused = coordinator.submit(f"{page}/people/list/take-in", {"list": carried}, page=page)
    assert refused.status_code == 422
    assert "Please give it once more." in words_of(refused)
    assert people_of(world, page) == []


def test_a_list_looked_at_by_somebody_else_or_for_another_workshop_is_not_taken(
    coordinator: Browser, world: World, page: str
) -> None:
    shown = send_list(coordinator, page, names=NAMES)
    other_workshop = str(coordinator.submit("/en/coordinate/workshops/new", NEW).location).partition("?")[0]
    colleague = world.sign_in(world.coordinator("KH"))
    assert take_in(coordinator, other_workshop, shown).status_code == 422
    assert take_in(colleague, page, shown).status_code == 422
    assert people_of(world, page) == []


def test_five_thousand_long_names_travel_through_the_page(coordinator: Browser, world: World, page: str) -> None:
    """Also as bytes: what a browser sends is below what the server takes in front of the application."""
    names = [f"សុខដារ៉ាសុខដារ៉ា {number} ចាន់សុភាចាន់សុភា" for number in range(5_000)]
    shown = coordinator.submit(f"{page}/people/list", {**DEFAULTS, "names": "\n".join(names)})
    assert shown.status_code == 200, words_of(shown)
    assert len(hidden(shown, "list")) < name_lists.LARGEST_CARRIED
    assert "The first 200 are shown." in words_of(shown)
    assert len(shown.text) < 1_500_000
    assert take_in(coordinator, page, shown).status_code == 303
    assert len(people_of(world, page)) == 5_000


def test_too_many_bytes_are_refused_and_only_this_route_takes_more_than_a_form(
    coordinator: Browser, world: World, page: str
) -> None:
    form = f"{page}/people/list"
    assert coordinator.submit(form, {**DEFAULTS, "names": "a" * 3_000_000}).status_code == 422
    assert coordinator.submit(form, {**DEFAULTS, "names": "a" * 6_000_000}).status_code == 413
    large = {"title": "x" * 600_000, "held_on": ""}
    assert coordinator.submit(f"{page}/sessions", large).status_code == 413
    practitioner = world.sign_in(world.person())
    assert practitioner.submit(form, {"names": "a" * 600_000}, page="/en/check").status_code == 413


# ---------------------------------------------------------------------- people


def test_somebody_met_at_the_door_needs_a_name_and_no_more(coordinator: Browser, world: World, page: str) -> None:
    form = coordinator.get(f"{page}/people/add")
    assert re.search(r'name="walk_in"[^>]*checked', form.text)
    later = {**NEW, "starts_on": "2026-12-01", "ends_on": "2026-12-01"}
    other = str(coordinator.submit("/en/coordinate/workshops/new", later).location).partition("?")[0]
    assert not re.search(r'name="walk_in"[^>]*checked', coordinator.get(f"{other}/people/add").text)
    added = coordinator.submit(f"{page}/people/add", {**DEFAULTS, "full_name": "Chan Thy", "sex": "", "walk_in": "1"})
    assert added.status_code == 303
    assert "Came on the day" in words_of(coordinator.get(f"{page}/people"))
    one = words_of(coordinator.get(f"{page}/people/1"))
    with world.store.read(Scope.system("test")) as db:
        code = db.get_one(Workshop, page.rpartition("/")[2]).code
    assert f"{code.lower()}-001" in one


def test_somebody_who_looks_known_is_asked_about_first(coordinator: Browser, world: World, page: str) -> None:
    known = world.person(full_name="Sok Dara", agency_type="police")
    for name in ("Sok Dara", "sok dara"):
        asked = coordinator.submit(f"{page}/people/add", {**DEFAULTS, "full_name": name, "sex": ""})
        assert asked.status_code == 200
        assert "Who is this?" in words_of(asked)
        assert people_of(world, page) == []
    assert take_in(coordinator, page, asked, {"row-1": known.id}).status_code == 303
    assert people_of(world, page) == ["Sok Dara"]


def test_what_is_wrong_with_one_person_is_said(coordinator: Browser, world: World, page: str) -> None:
    world.person(sign_in_name="taken", country="TH")
    wrong = {"full_name": "12", "agency_type": "x", "sign_in_name": "taken", "locale": "xx"}
    for field, value in [("full_name", ""), *wrong.items()]:
        sent = {**DEFAULTS, "full_name": "Ana", "sex": "", field: value}
        refused = coordinator.submit(f"{page}/people/add", sent)
        assert refused.status_code in (409, 422)
        assert f'id="{field}-error"' in refused.text
    assert people_of(world, page) == []


def test_somebody_registered_is_found_and_added_once(coordinator: Browser, world: World, page: str) -> None:
    person = world.person(full_name="សុខ ដារ៉ា")
    world.person(full_name="សុខ ដារ៉ា Lao", country="LA")
    found = coordinator.submit(f"{page}/people/find", {"search": "ដារ៉ា"}, page=f"{page}/people/add")
    assert hidden(found, "person") == person.id
    assert "Lao" not in words_of(found)
    for _ in range(2):
        added = coordinator.submit(f"{page}/people/known", {"person": person.id}, page=page)
        assert added.status_code == 303
    assert people_of(world, page) == ["សុខ ដារ៉ា"]
    again = coordinator.submit(f"{page}/people/find", {"search": "ដារ៉ា"}, page=f"{page}/people/add")
    assert "In the workshop" in words_of(again)


def test_a_participant_gets_another_language_and_leaves(coordinator: Browser, world: World, page: str) -> None:
    fill(coordinator, page)
    assert coordinator.submit(f"{page}/people/2/language", {"locale": "my"}, page=f"{page}/people/2").status_code == 303
    assert 'value="my" lang="my" selected' in coordinator.get(f"{page}/people/2").text
    wrong = coordinator.submit(f"{page}/people/2/language", {"locale": "th"}, page=f"{page}/people/2")
    assert wrong.status_code == 422
    assert coordinator.submit(f"{page}/people/1/remove", page=f"{page}/people/1").status_code == 303
    assert people_of(world, page) == ["အောင် ကျော်", "Ana Soares"]
    assert coordinator.get(f"{page}/people/1").status_code == 404


def test_who_has_a_sheet_that_came_back_cannot_leave(coordinator: Browser, world: World, page: str) -> None:
    fill(coordinator, page)
    workshop_id = page.rpartition("/")[2]
    with world.store.write(Scope.system("test")) as db:
        one = room.participant(db, {"KH"}, workshop_id, 1)
        db.add(Sheet(code="SHEET001", workshop_id=workshop_id, country="KH", participant_id=one.id, module="course",
                     unit="quiz", purpose="quiz", edition_id=1, seed="x", locale="km", issued_at=world.clock(),
                     recorded_at=world.clock()))  # fmt: skip
    refused = coordinator.submit(f"{page}/people/1/remove", page=f"{page}/people/1")
    assert refused.status_code == 409
    assert "The person must stay in the workshop." in words_of(refused)


# ----------------------------------------------------------------- attendance


def present(browser: Browser, address: str) -> list[str]:
    return re.findall(r'name="present" value="(\d+)" checked', browser.get(address).text)


def test_ticks_are_saved_and_saving_again_undoes_them(coordinator: Browser, page: str) -> None:
    fill(coordinator, page)
    address = session_of(coordinator, page)
    shown = ["1", "2", "3"]
    saved = coordinator.submit(address, {"present": ["1", "3"], "shown": shown})
    assert saved.status_code == 303
    assert present(coordinator, address) == ["1", "3"]
    assert "2 of 3 people" in words_of(coordinator.get(f"{page}/attendance"))
    coordinator.submit(address, {"present": ["2"], "shown": shown})
    assert present(coordinator, address) == ["2"]
    coordinator.submit(address, {"all": "1"})
    assert present(coordinator, address) == shown
    assert "1 of 1 session" in words_of(coordinator.get(page))


def test_strange_ticks_change_nothing(coordinator: Browser, page: str) -> None:
    fill(coordinator, page)
    address = session_of(coordinator, page)
    strange = ["99", "-1", "x", "9" * 40, "", "１"]
    assert coordinator.submit(address, {"present": strange, "shown": strange}).status_code == 303
    assert present(coordinator, address) == []
    assert coordinator.get(f"{page}/attendance/nothing").status_code == 404


def test_the_first_button_saves_what_is_ticked(coordinator: Browser, page: str) -> None:
    """Enter in a field presses the first button: it must not be the one that ticks everybody."""
    fill(coordinator, page)
    form = main_of(coordinator.get(session_of(coordinator, page))).partition("<form")[2]
    assert re.findall(r"<button([^>]*)>", form)[0] == ""


@pytest.mark.parametrize("locale", ["en", "km"])
def test_every_page_has_a_title_one_heading_and_no_inline_code(coordinator: Browser, page: str, locale: str) -> None:
    fill(coordinator, page)
    paths = ["", "/facts", "/sessions", "/people", "/people/1", "/people/add", "/people/list", "/attendance"]
    address = session_of(coordinator, page)
    texts = [coordinator.get(page.replace("/en/", f"/{locale}/") + path).text for path in paths]
    texts += [coordinator.get(address).text, coordinator.get(f"/{locale}/coordinate/workshops").text]
    texts += [coordinator.get(f"/{locale}/coordinate/workshops/new").text]
    texts += [send_list(coordinator, page, names="=1\nAna\nana\nBen").text]
    for text in texts:
        assert re.search(r"<title>[^<]+ · Trainer</title>", text)
        assert text.count("<h1>") == 1
        assert not re.search(r"<style|style=|<script(?![^>]* src=)|\son\w+=", text)
        ids = re.findall(r'\sid="([^"]+)"', text)
        assert len(ids) == len(set(ids))
        assert set(re.findall(r'\sfor="([^"]+)"', text)) <= set(ids)


def test_no_address_and_no_log_line_has_a_name(
    coordinator: Browser, page: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO", logger="trainer.web")
    fill(coordinator, page)
    found = coordinator.submit(f"{page}/people/find", {"search": "Soares"}, page=f"{page}/people/add")
    assert "Soares" not in " ".join(re.findall(r'(?:href|action)="([^"]*)"', found.text))
    assert "Soares" not in caplog.text
