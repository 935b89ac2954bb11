"""Signing up, in and out, the password, and what a person can do with their own data."""

from __future__ import annotations

import json
import re

import pytest
from flask import Flask

from tests.web.conftest import PASSWORD, Browser, Clock, World
from tests.web.test_sessions import hidden, is_in, name_of, with_password
from trainer.services.passwords import SHORTEST
from trainer.store.models import Person, SignInFailure
from trainer.store.scope import Scope

NEW = {
    "full_name": "សុខ ដារ៉ា", "sign_in_name": "Dara", "password": "seven quiet boats at dawn", "country": "KH",
    "agency_type": "police", "work_role": "frontline", "sex": "", "own": "0",
}  # fmt: skip


def main_of(text: str) -> str:
    return text.partition("<main")[2].partition("</main>")[0]


def stable(text: str) -> str:
    """A page without what differs on every page."""
    return re.sub(r'value="[A-Za-z0-9_=-]{64}"', "", text)


def test_somebody_signs_up_and_is_signed_in(browser: Browser, world: World) -> None:
    response = browser.submit("/km/sign-up", NEW)
    assert response.status_code == 303
    assert response.location == "/km/?done=welcome"
    assert is_in(browser)
    with world.store.read(Scope.system("test")) as db:
        (person,) = db.query(Person).all()
        assert (person.full_name, person.sign_in_name, person.country, person.sex) == ("សុខ ដារ៉ា", "dara", "KH", None)
        assert person.locale == "km"


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("full_name", "  ", "Enter your full name."),
        ("sign_in_name", "", "Choose a sign-in name."),
        ("country", "", "Choose the country you work in."),
        ("country", "US", "Choose the country you work in."),
        ("agency_type", "spy", "Choose where you work."),
        ("work_role", "", "Choose what you mostly do."),
        ("sex", "other", "Choose one of these answers."),
        ("password", "", "Choose a password."),
        ("password", "short", f"Use at least {SHORTEST} characters."),
        ("full_name", "x" * 201, "too long"),
        ("full_name", "a\x00b", "cannot"),
    ],
)
def test_what_is_wrong_is_said_at_the_field_and_nothing_typed_is_lost(
    browser: Browser, world: World, field: str, value: str, words: str
) -> None:
    response = browser.submit("/en/sign-up", {**NEW, field: value})
    assert response.status_code == 422
    assert f'id="{field}-error"' in response.text
    assert words in response.text
    assert f'href="#{field}"' in response.text  # the summary leads to the field
    assert "<title>Error:" in response.text
    if field != "full_name":
        assert NEW["full_name"] in response.text
    assert NEW["password"] not in response.text
    with world.store.read(Scope.system("test")) as db:
        assert db.query(Person).count() == 0


def test_a_name_that_is_taken_is_said_so(browser: Browser, world: World) -> None:
    world.person(sign_in_name="dara")
    response = browser.submit("/en/sign-up", NEW)
    assert response.status_code == 409
    assert 'id="sign_in_name-error"' in response.text


def test_signing_in_and_out(browser: Browser, world: World) -> None:
    with_password(world)
    response = browser.submit("/en/sign-in", {"name": " ANA ", "secret": PASSWORD, "own": "0"})
    assert response.status_code == 303
    assert is_in(browser)
    out = browser.submit("/en/sign-out", page="/en/sessions")
    assert out.location == "/en/signed-out"
    assert out.headers["Clear-Site-Data"] == '"cache", "storage"'
    assert browser.cookie("trainer") is None
    assert "hand over this device" in browser.get("/en/signed-out").text


def test_signing_out_twice_is_no_error(world: World) -> None:
    browser = world.sign_in(world.person())
    token = browser.token("/en/sessions")
    for _ in range(2):
        response = browser.post("/en/sign-out", data={"csrf_token": token}, headers={"Origin": "https://trainer.test"})
        assert response.location == "/en/signed-out"


def test_a_new_session_has_a_new_token_even_where_one_was_planted(browser: Browser, world: World) -> None:
    with_password(world)
    browser.give("trainer", "planted-by-a-neighbour")
    browser.submit("/en/sign-in", {"name": "ana", "secret": PASSWORD, "own": "0"})
    assert browser.cookie("trainer") != "planted-by-a-neighbour"
    assert is_in(browser)


def test_it_is_not_said_whether_an_account_exists(app: Flask, world: World) -> None:
    """The same bytes for a name that is not there, a wrong password, an account without one and a shut one."""
    with_password(world)
    world.person(sign_in_name="boun")
    world.person(sign_in_name="chan", disabled_at=world.clock())
    pages = set()
    for name in ("ana", "boun", "chan", "nobody"):
        browser = Browser(app)
        response = browser.submit("/en/sign-in", {"name": name, "secret": "wrong", "own": "0"})
        pages.add((response.status_code, stable(response.text).replace(f'value="{name}"', 'value=""')))
    assert len(pages) == 1
    assert "do not belong together" in pages.pop()[1]


def test_guessing_is_slowed_down_in_words_and_the_owner_still_gets_in(app: Flask, world: World) -> None:
    with_password(world)
    owner = Browser(app)
    owner.submit("/en/sign-in", {"name": "ana", "secret": PASSWORD, "own": "1"})
    owner.submit("/en/sign-out", page="/en/sessions")
    answers = []
    for number in range(12):
        guesser = Browser(app)
        where = {"REMOTE_ADDR": f"10.0.0.{number}"}
        token = guesser.get("/en/sign-in", environ_overrides=where).text
        data = {"name": "ana", "secret": f"guess {number}", "csrf_token": hidden(token, "csrf_token")}
        answers.append(guesser.post("/en/sign-in", data=data, environ_overrides=where))
    assert answers[-1].status_code == 429
    assert "Wait" in answers[-1].text
    assert int(answers[-1].headers["Retry-After"]) > 0
    assert sum(answer.status_code == 403 for answer in answers) <= 10
    back = owner.submit("/en/sign-in", {"name": "ana", "secret": PASSWORD, "own": "1"})
    assert back.status_code == 303
    with world.store.read(Scope.system("test")) as db:
        assert "ana" not in " ".join(row.key for row in db.query(SignInFailure))


def test_a_wrong_present_password_changes_nothing(world: World) -> None:
    browser = world.sign_in(with_password(world))
    response = browser.submit("/en/password", {"old": "wrong", "new": "three green umbrellas waiting"})
    assert response.status_code == 403
    assert "This is not your present password." in response.text
    assert is_in(browser)


def test_a_weak_new_password_is_refused_at_its_field(world: World) -> None:
    browser = world.sign_in(with_password(world))
    for new in ("", "short"):
        response = browser.submit("/en/password", {"old": PASSWORD, "new": new})
        assert response.status_code == 422
        assert 'id="new-error"' in response.text


def test_a_person_sees_everything_that_is_kept_about_them(world: World) -> None:
    person = world.person(full_name="Ana <Soares>", country="TL")
    browser = world.sign_in(person)
    page = main_of(browser.get("/en/my-data").text)
    assert "Ana &lt;Soares&gt;" in page
    assert "Timor-Leste" in page
    download = browser.get("/en/my-data/download")
    assert download.headers["Content-Disposition"] == 'attachment; filename="my-data.json"'
    assert download.mimetype == "application/json"
    held = json.loads(download.text)
    assert held["person"]["full_name"] == "Ana <Soares>"
    assert set(held) >= {"sessions", "enrolments", "responses", "certificates"}
    assert "argon2" not in download.text
    assert not {"password_hash", "token_hash", "code_hash", "csrf"} & set(re.findall(r'"(\w+)":', download.text))


def test_a_person_corrects_their_data(world: World) -> None:
    person = world.person()
    browser = world.sign_in(person)
    form = {"full_name": " Ana  Maria ", "agency_type": "ngo", "work_role": "trainer", "sex": "woman", "locale": "km"}
    assert browser.submit("/en/my-data/correct", form).status_code == 303
    assert name_of(world, person) == "Ana Maria"
    wrong = browser.submit("/en/my-data/correct", {**form, "full_name": ""})
    assert wrong.status_code == 422
    assert 'id="full_name-error"' in wrong.text


def test_the_country_cannot_be_changed_by_a_form(world: World) -> None:
    person = world.person(country="KH")
    form = {
        "full_name": "Ana",
        "agency_type": "ngo",
        "work_role": "trainer",
        "sex": "",
        "locale": "en",
        "country": "TH",
    }
    world.sign_in(person).submit("/en/my-data/correct", form)
    with world.store.read(Scope.system("test")) as db:
        found = db.get(Person, person.id)
        assert found is not None
        assert found.country == "KH"


def test_a_person_asks_for_deletion_and_takes_it_back(world: World, clock: Clock) -> None:
    person = world.person(country="KH")
    browser = world.sign_in(person)
    assert browser.submit("/en/my-data/ask-deletion", page="/en/my-data").location.endswith("done=deletion-asked")
    assert "You have asked" in browser.get("/en/my-data").text
    coordinator = world.sign_in(world.coordinator("KH"))
    assert "Asks for deletion" in coordinator.get("/en/coordinate/people").text.partition("<tbody>")[2]
    browser.submit("/en/my-data/withdraw-deletion", page="/en/my-data")
    assert "Asks for deletion" not in coordinator.get("/en/coordinate/people").text.partition("<tbody>")[2]


@pytest.mark.parametrize(
    "path", ["sign-in", "sign-up", "signed-out", "sessions", "password", "my-data", "my-data/correct"]
)
@pytest.mark.parametrize("locale", ["en", "km"])
def test_every_page_has_a_title_one_heading_and_no_inline_code(world: World, path: str, locale: str) -> None:
    text = world.sign_in(world.person()).get(f"/{locale}/{path}").text
    assert f'<html lang="{locale}"' in text
    assert re.search(r"<title>[^<]+ · Trainer</title>", text)
    assert text.count("<h1>") == 1
    assert not re.search(r"<style|style=|<script(?![^>]* src=)|\son\w+=", text)
    ids = re.findall(r'\sid="([^"]+)"', text)
    assert len(ids) == len(set(ids))
    assert set(re.findall(r'\sfor="([^"]+)"', text)) <= set(ids)


def test_a_sentence_that_is_not_translated_says_so_by_its_language(browser: Browser) -> None:
    from trainer.languages.words import words

    message = "If you have forgotten your name or password, ask your coordinator for a new sign-in slip."
    text = browser.get("/km/sign-in").text
    marked = f'<span lang="en">{message}</span>' in text
    assert marked is (message not in words("km").known)


def test_only_listed_notices_can_be_shown(browser: Browser) -> None:
    assert 'role="status"' in browser.get("/en/sign-in?done=session-ended").text
    for made_up in ("<script>", "Pay here", ""):
        assert 'role="status"' not in browser.get("/en/sign-in", query_string={"done": made_up}).text
