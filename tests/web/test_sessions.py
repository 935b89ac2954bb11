"""A session ends when it should, everywhere at once, and takes nobody's answer with it."""

from __future__ import annotations

import re
import secrets
from typing import cast

import pytest
from flask import Flask

from tests.web.conftest import ORIGIN, PASSWORD, Browser, Clock, World, an_app
from trainer.config import Config
from trainer.services import accounts
from trainer.store.engine import Store
from trainer.store.models import Person
from trainer.store.scope import Scope
from trainer.web import pending

PAGE = "/en/sessions"
OURS = {"Origin": ORIGIN, "Sec-Fetch-Site": "same-origin"}


def is_in(browser: Browser) -> bool:
    return browser.get(PAGE).status_code == 200


def copy_of(browser: Browser) -> Browser:
    """Another browser with the same session cookie, as a thief has it."""
    thief = cast("Browser", browser.application.test_client())
    thief.give("trainer", browser.cookie("trainer") or "")
    return thief


def with_password(world: World, name: str = "ana") -> Person:
    """Somebody who can sign in with `PASSWORD`."""
    from trainer.services import passwords

    return world.person(sign_in_name=name, full_name="Ana Soares", password_hash=passwords.hashed(PASSWORD))


def sign_in(browser: Browser, name: str = "ana", **more: str) -> str:
    """Through the form. Returns where it led."""
    response = browser.submit("/en/sign-in", {"name": name, "secret": PASSWORD, "own": "0", **more})
    assert response.status_code == 303, response.text
    return cast("str", response.location)


# ------------------------------------------------------------ copied cookies


def test_a_copied_cookie_is_dead_after_signing_out(world: World) -> None:
    browser = world.sign_in(world.person())
    thief = copy_of(browser)
    assert is_in(thief)
    assert browser.submit("/en/sign-out", page=PAGE).location == "/en/signed-out"
    assert not is_in(thief)
    assert not is_in(browser)


def test_a_copied_cookie_is_dead_after_a_changed_password(world: World) -> None:
    person = with_password(world)
    browser, elsewhere = world.sign_in(person), world.sign_in(person)
    thief = copy_of(elsewhere)
    changed = browser.submit("/en/password", {"old": PASSWORD, "new": "three green umbrellas waiting"})
    assert changed.status_code == 303
    assert (is_in(browser), is_in(elsewhere), is_in(thief)) == (True, False, False)


def test_a_copied_cookie_is_dead_after_the_account_is_shut(world: World) -> None:
    person = world.person()
    thief = copy_of(world.sign_in(person))
    world.sign_in(world.coordinator("KH")).submit(f"/en/coordinate/people/{person.id}/shut", page=PAGE)
    assert not is_in(thief)


def test_a_copied_cookie_is_dead_after_a_changed_role(world: World) -> None:
    person = world.person()
    thief = copy_of(world.sign_in(person))
    from trainer.services.people import OPERATOR

    with world.store.write(Scope.system("test")) as db:
        accounts.grant_role(db, OPERATOR, person.id, "trainer", now=world.clock())
    assert not is_in(thief)


def test_a_person_sees_their_sessions_and_ends_one(world: World) -> None:
    person = world.person()
    mine, lost_phone = world.sign_in(person), world.sign_in(person)
    page = mine.get("/en/sessions").text
    assert page.count("Firefox, Linux") == 2
    (other,) = re.findall(r'action="(/en/sessions/[^"]+/end)"', page)
    assert mine.submit(other, page="/en/sessions").location.startswith("/en/sessions?done=")
    assert is_in(mine)
    assert not is_in(lost_phone)


def test_nobody_ends_somebody_else_s_session(world: World) -> None:
    victim = world.sign_in(world.person())
    session_id = re.findall(r"sessions/([^/]+)/end", world.sign_in(world.person()).get("/en/sessions").text)
    assert session_id == []
    with world.store.read(Scope.system("test")) as db:
        from trainer.store.models import SignInSession

        ids = [row.public_id for row in db.query(SignInSession)]
    stranger = world.sign_in(world.person())
    answers = {stranger.submit(f"/en/sessions/{one}/end", page=PAGE).status_code for one in [*ids, "x"]}
    assert answers == {404}
    assert is_in(victim)


def test_flask_s_own_cookies_sign_nobody_in(app: Flask, world: World) -> None:
    person = world.person()
    from flask.sessions import SecureCookieSessionInterface
    from flask_login import encode_cookie

    browser = cast("Browser", app.test_client())
    signer = SecureCookieSessionInterface().get_signing_serializer(app)
    assert signer is not None
    with app.test_request_context():
        browser.set_cookie("session", signer.dumps({"_user_id": person.id, "_fresh": True}), domain="trainer.test")
        for name in ("remember_token", app.config["REMEMBER_COOKIE_NAME"]):
            browser.set_cookie(name, encode_cookie(person.id), domain="trainer.test")
    assert not is_in(browser)


# -------------------------------------------------------------------- limits


@pytest.mark.parametrize(("seconds", "still"), [(-1, True), (0, False), (1, False)])
def test_an_idle_session_ends(world: World, clock: Clock, config: Config, seconds: int, still: bool) -> None:
    browser = world.sign_in(world.person())
    clock.moment += config.session_idle
    clock.turn(seconds=seconds)
    assert is_in(browser) is still


@pytest.mark.parametrize(("seconds", "still"), [(-1, True), (0, False), (1, False)])
def test_a_used_session_ends_too_after_its_longest_time(
    world: World, clock: Clock, config: Config, seconds: int, still: bool
) -> None:
    browser = world.sign_in(world.person())
    end = clock.moment + config.session_absolute
    while clock.moment < end - config.session_idle / 2:
        assert is_in(browser)
        clock.moment += config.session_idle / 2
    clock.moment = end
    clock.turn(seconds=seconds)
    assert is_in(browser) is still


# ----------------------------------------------------------- kept long forms

CORRECTION = {"full_name": "Ana Maria Soares", "agency_type": "ngo", "work_role": "trainer", "sex": "", "locale": "en"}


def name_of(world: World, person: Person) -> str:
    with world.store.read(Scope.system("test")) as db:
        found = db.get(Person, person.id)
        assert found is not None
        return found.full_name


def filled_in(browser: Browser) -> dict[str, str]:
    """The form as it is opened now, filled in, not sent yet."""
    return {**CORRECTION, "csrf_token": browser.token("/en/my-data/correct")}


def post(browser: Browser, fields: dict[str, str], path: str = "/en/my-data/correct") -> object:
    return browser.post(path, data=fields, headers=OURS)


def test_a_form_is_kept_after_61_minutes(world: World, clock: Clock) -> None:
    person = world.person()
    browser = world.sign_in(person)
    fields = filled_in(browser)
    clock.turn(minutes=61)
    assert browser.post("/en/my-data/correct", data=fields, headers=OURS).status_code == 303
    assert name_of(world, person) == "Ana Maria Soares"


def test_a_form_is_kept_over_a_restart(world: World, config: Config, sqlite_store: Store, clock: Clock) -> None:
    person = world.person()
    browser = world.sign_in(person)
    fields = filled_in(browser)
    again = cast("Browser", an_app(config, sqlite_store, clock).test_client())
    again.give("trainer", browser.cookie("trainer") or "")
    assert again.post("/en/my-data/correct", data=fields, headers=OURS).status_code == 303
    assert name_of(world, person) == "Ana Maria Soares"


def hidden(text: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', text)
    assert found, name
    return found[1]


def test_a_form_sent_after_the_session_ended_is_stored_by_signing_in(world: World, clock: Clock) -> None:
    person = with_password(world)
    browser = world.sign_in(person)
    fields = filled_in(browser)
    clock.turn(hours=3)
    asked = browser.post("/en/my-data/correct", data=fields, headers=OURS)
    assert asked.status_code == 403
    assert "Your answer is kept" in asked.text
    assert name_of(world, person) == "Ana Soares"
    answer = browser.post(
        "/en/sign-in",
        data={
            "name": "ana", "secret": PASSWORD, "own": "0",
            "csrf_token": hidden(asked.text, "csrf_token"), "pending": hidden(asked.text, "pending"),
        },
        headers=OURS,
    )  # fmt: skip
    assert answer.status_code == 303
    assert answer.location == "/en/my-data?done=corrected"
    assert name_of(world, person) == "Ana Maria Soares"
    assert is_in(browser)


def test_a_wrong_password_in_between_loses_nothing(world: World, clock: Clock) -> None:
    person = with_password(world)
    browser = world.sign_in(person)
    fields = filled_in(browser)
    clock.turn(hours=3)
    text = browser.post("/en/my-data/correct", data=fields, headers=OURS).text
    for secret in ("wrong", PASSWORD):
        data = {"name": "ana", "secret": secret, "own": "0"}
        data |= {name: hidden(text, name) for name in ("csrf_token", "pending")}
        answer = browser.post("/en/sign-in", data=data, headers=OURS)
        text = answer.text
    assert answer.location == "/en/my-data?done=corrected"
    assert name_of(world, person) == "Ana Maria Soares"


def test_a_waiting_form_is_never_sent_for_somebody_else(world: World, clock: Clock) -> None:
    """A shared tablet: Ana's session ends, and Boun signs in at the page that waits."""
    ana = world.person(full_name="Ana Soares")
    boun = with_password(world, "boun")
    browser = world.sign_in(ana)
    fields = filled_in(browser)
    clock.turn(hours=3)
    text = browser.post("/en/my-data/correct", data=fields, headers=OURS).text
    data = {"name": "boun", "secret": PASSWORD, "own": "0"}
    data |= {name: hidden(text, name) for name in ("csrf_token", "pending")}
    answer = browser.post("/en/sign-in", data=data, headers=OURS)
    assert answer.location == "/en/?done=not-yours"
    assert name_of(world, ana) == "Ana Soares"
    assert name_of(world, boun) == "Ana Soares"  # his own, untouched


def test_an_envelope_that_was_altered_is_not_opened(app: Flask, world: World, clock: Clock) -> None:
    with_password(world)
    browser = cast("Browser", app.test_client())
    for envelope in ("x", "WyIvIl0.abc", '["/en/my-data/ask-deletion", [], ""]'):
        location = sign_in(browser, pending=envelope)
        assert location == "/en/"
        browser.submit("/en/sign-out", page=PAGE)


def test_a_form_that_is_too_long_to_wait_says_so(world: World, clock: Clock) -> None:
    browser = world.sign_in(world.person())
    fields = {**filled_in(browser), "full_name": secrets.token_hex(pending.LARGEST)}
    clock.turn(hours=3)
    answer = browser.post("/en/my-data/correct", data=fields, headers=OURS)
    assert answer.status_code == 403
    assert "too long to keep" in answer.text
    assert 'name="pending"' not in answer.text


def test_a_password_never_waits_in_a_page(world: World, clock: Clock) -> None:
    browser = world.sign_in(with_password(world))
    fields = {"old": PASSWORD, "new": "three green umbrellas waiting", "csrf_token": browser.token("/en/password")}
    clock.turn(hours=3)
    answer = browser.post("/en/password", data=fields, headers=OURS)
    assert answer.status_code == 303
    assert answer.location == "/en/sign-in"


def test_a_form_of_before_signing_in_again_is_kept_and_sent_by_one_button(world: World) -> None:
    """Two tabs: the form in one, signing out and in again in the other."""
    person = world.person()
    browser = world.sign_in(person)
    fields = filled_in(browser)
    browser.submit("/en/sign-out", page=PAGE)
    world.sign_in(person, browser)
    kept = browser.post("/en/my-data/correct", data=fields, headers=OURS)
    assert kept.status_code == 403
    assert "Please send this once more" in kept.text
    again = {name: hidden(kept.text, name) for name in CORRECTION}
    # The page's own sign-out form has a token too; any token of this page will do.
    again["csrf_token"] = hidden(kept.text, "csrf_token")
    assert browser.post("/en/my-data/correct", data=again, headers=OURS).status_code == 303
    assert name_of(world, person) == "Ana Maria Soares"


def test_that_button_is_not_offered_to_another_person_or_another_site(world: World) -> None:
    ana, boun = world.person(), world.person()
    browser = world.sign_in(ana)
    fields = filled_in(browser)
    world.sign_in(boun, browser)
    for headers in (OURS, {"Origin": "https://evil.test"}):
        answer = browser.post("/en/my-data/correct", data=fields, headers=headers)
        assert answer.status_code == 403
        assert "Ana Maria Soares" not in answer.text


# ----------------------------------------------------------------- redirects

HOSTILE = [
    "https://evil.test/", "http://evil.test", "//evil.test", "///evil.test", "////evil.test/x", "/\\evil.test",
    "\\\\evil.test", "/\t/evil.test", "/\n/evil.test", "\t//evil.test", " //evil.test", "https:evil.test",
    "https:/evil.test", "javascript:alert(1)", "data:text/html,x", "/%2f%2fevil.test", "/..//evil.test",
    "/en/..//evil.test", "//evil.test/en/", "https://trainer.test@evil.test/", "https://trainer.test.evil.test/",
    "/en/my-data#@evil.test", "/en//evil.test", "/en/my-data\r\nLocation: https://evil.test", "/en/ⓔvil.test",
    "http://[::1", "/static/x/trainer.css", "/en/sign-out",
]  # fmt: skip


@pytest.mark.parametrize("target", HOSTILE)
def test_after_signing_in_nobody_is_led_away(world: World, browser: Browser, target: str) -> None:
    with_password(world)
    from urllib.parse import quote

    page = browser.get(f"/en/sign-in?next={quote(target)}")
    assert 'name="next"' not in page.text
    assert sign_in(browser, next=target) == "/en/"


@pytest.mark.parametrize("target", ["/en/my-data", "/km/record", "/en/coordinate/?country=KH", "/en/check/ABC"])
def test_after_signing_in_one_is_led_to_the_page_that_was_asked_for(
    world: World, browser: Browser, target: str
) -> None:
    with_password(world)
    assert sign_in(browser, next=target) == target


def test_more_than_26_hostile_targets_are_tried() -> None:
    assert len(HOSTILE) >= 26


@pytest.mark.parametrize(
    "path", ["//evil.test/", "/\\evil.test", "/%0d%0aLocation:%20https:%2f%2fevil.test", "/check//evil.test"]
)
def test_the_redirect_to_one_s_language_stays_here(browser: Browser, path: str) -> None:
    response = browser.open(path, method="GET")
    location = response.headers.get("Location", "/")
    home = location.removeprefix(ORIGIN)
    assert home.startswith("/")
    assert not home.startswith("//")
    assert not {"\\", "\r", "\n"} & set(home)
