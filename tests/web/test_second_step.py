"""P18: whoever sees other people shows a second thing after the password; until then the session opens nothing."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from flask import Flask
from sqlalchemy import select
from werkzeug.test import TestResponse

from tests.web.conftest import ORIGIN, PASSWORD, Browser, Clock, World, an_app
from tests.web.routes import routes
from tests.web.test_account import stable
from tests.web.test_matrix import PUBLIC
from tests.web.test_sessions import copy_of, hidden, is_in, sign_in, with_password
from trainer import config as configuration
from trainer.access import ADMINISTRATOR, COORDINATOR, PRACTITIONER, REVIEWER, ROLES, TRAINER, TRANSLATOR, Permission
from trainer.config import Config, ConfigError
from trainer.services import passwords, sessions, totp
from trainer.services.people import OPERATOR, issue_slip, set_password
from trainer.services.roles import grant_role, revoke_role
from trainer.services.throttle import PER_SECOND_STEP
from trainer.store.engine import Store
from trainer.store.factors import Passkey, RecoveryCode
from trainer.store.models import Person
from trainer.store.scope import Scope

SYSTEM = Scope.system("test")
STEP = "/en/second-step"
SET_UP = "/en/second-step/set-up"
MINE = "/en/second-step/mine"
PEOPLE = "/en/coordinate/people"
CODE = re.compile(r"\b[0-9A-Z]{5}-[0-9A-Z]{5}-[0-9A-Z]{5}\b")
SHOWN_KEY = re.compile(r'class="key"[^>]*>([A-Z2-7 ]+)<')
CORRECT = {"agency_type": "police", "work_role": "frontline", "sex": "", "locale": "en"}
OFFER = re.compile(r'name="offer" value="([^"]+)"')


class Somebody:
    """A person with a password, an authenticator app and recovery codes, and where they are."""

    def __init__(self, world: World, person: Person) -> None:
        self.world, self.person = world, person
        self.secret, self.recovery = "", []

    @property
    def code(self) -> str:
        return totp.code_at(self.secret, self.world.clock())

    def half_way(self, browser: Browser | None = None) -> Browser:
        """A browser in which the password was given and nothing else."""
        browser = browser or Browser(self.world.app)
        assert sign_in(browser, self.person.sign_in_name) == STEP
        return browser

    def enter(self, browser: Browser, code: str, field: str = "code") -> int:
        return browser.submit(STEP, {field: code}).status_code


def set_up(browser: Browser, clock: Clock) -> tuple[str, list[str]]:
    """Add an app through the page. -> its secret, the recovery codes shown"""
    page = browser.get(SET_UP).text
    secret = SHOWN_KEY.findall(page)[0].replace(" ", "")
    fields = {"offer": OFFER.findall(page)[0], "code": totp.code_at(secret, clock())}
    response = browser.submit(SET_UP + "/app", fields, page=SET_UP)
    assert response.status_code in (200, 303), response.text
    return secret, CODE.findall(response.text)


def set_up_and_go_on(world: World, browser: Browser, step: TestResponse) -> TestResponse:
    """From `step`, the page that asks for a first second step while something waits to be sent, to what came of it."""
    secret = SHOWN_KEY.findall(step.text)[0].replace(" ", "")
    waits = {"csrf_token": hidden(step.text, "csrf_token"), "pending": hidden(step.text, "pending")}
    waits |= {"offer": OFFER.findall(step.text)[0], "code": totp.code_at(secret, world.clock())}
    shown = browser.post(SET_UP + "/app", data=waits, headers={"Origin": ORIGIN})
    kept = {"csrf_token": hidden(shown.text, "csrf_token"), "pending": hidden(shown.text, "pending")}
    return browser.post("/en/second-step/go-on", data=kept, headers={"Origin": ORIGIN})


def a_coordinator(world: World, name: str = "ana") -> Person:
    return world.coordinator("KH", sign_in_name=name, password_hash=hash_of_password())


def hash_of_password(made: list[str] = []) -> str:  # noqa: B006  hashed once for all tests
    if not made:
        made.append(passwords.hashed(PASSWORD))
    return made[0]


@pytest.fixture
def ana(world: World, clock: Clock) -> Somebody:
    """A coordinator who set up an app a minute ago; nobody is signed in."""
    ana = Somebody(world, a_coordinator(world))
    browser = Browser(world.app)
    sign_in(browser)
    ana.secret, ana.recovery = set_up(browser, clock)
    browser.submit("/en/sign-out", page="/en/sessions")
    clock.turn(minutes=1)
    return ana


# ------------------------------------------------------------ who, and what is open meanwhile


@pytest.mark.parametrize("role", [COORDINATOR, TRAINER, REVIEWER, ADMINISTRATOR, TRANSLATOR, PRACTITIONER])
def test_who_sees_others_or_publishes_is_asked_and_nobody_else(world: World, browser: Browser, role: str) -> None:
    person = world.person(sign_in_name="ana", password_hash=hash_of_password())
    over = {COORDINATOR: "KH", REVIEWER: "km", TRANSLATOR: "km"}.get(role)
    if role != PRACTITIONER:
        with world.store.write(SYSTEM) as db:
            grant_role(db, OPERATOR, person.id, role, over=over, now=world.clock())
    sensitive = {Permission.SEE_PEOPLE, Permission.MANAGE_PEOPLE, Permission.ADMINISTER, Permission.PUBLISH,
                 Permission.REVIEW, Permission.ADAPT}  # fmt: skip
    assert sign_in(browser) == (SET_UP if ROLES[role] & sensitive else "/en/")


def text_of(response: TestResponse) -> str:
    """Without what differs on every page: its proof, and the ids of answers to come."""
    return re.sub(r'name="event" value="[^"]+"', "", stable(response.data.decode("latin-1")))


@pytest.mark.parametrize("state", ["prove", "enrol"])
def test_half_a_session_opens_only_its_own_pages(app: Flask, world: World, ana: Somebody, state: str) -> None:
    """Every route of the running table. Public pages come as they come to strangers: nobody is greeted."""
    world.course()
    browser = ana.half_way() if state == "prove" else Browser(app)
    if state == "enrol":
        a_coordinator(world, "boun")
        sign_in(browser, "boun")
    own = {
        "prove": {"second_step", "give_code", "passkey_question", "give_passkey", "sign_out"},
        "enrol": {"set_up", "store_app", "new_passkey", "store_passkey", "sign_out"},
    }[state]
    page = STEP if state == "prove" else SET_UP
    token = browser.token(page)
    stranger, wrong = Browser(app), []
    for route in routes(app, {"slug": "course", "unit": "01-first"}):
        name = route.endpoint.removeprefix("account.")
        # A PDF is made for nobody in particular, and takes long.
        if name in own or route.endpoint in ("account.sign_in", "account.enter", "account.join", "learn.handbook"):
            continue
        response = browser.open(
            route.path, method=route.method, data={"csrf_token": token} if route.method == "POST" else None,
            headers={"Origin": ORIGIN},
        )  # fmt: skip
        if route.endpoint not in PUBLIC:
            if response.status_code != 303 or not response.location.startswith(page):
                wrong.append((route.endpoint, response.status_code, response.location))
        elif route.method == "GET" and text_of(response) != text_of(stranger.get(route.path)):
            wrong.append((route.endpoint, "differs"))
    assert wrong == []
    assert not is_in(browser)


def test_both_steps_and_one_is_in(ana: Somebody) -> None:
    browser = ana.half_way()
    half = copy_of(browser)
    assert browser.get(PEOPLE).location.startswith(f"{STEP}?next=")
    response = browser.submit(f"{STEP}?next=%2Fen%2Fcoordinate%2Fpeople", {"code": ana.code, "next": PEOPLE})
    assert (response.status_code, response.location) == (303, PEOPLE)
    assert browser.get(PEOPLE).status_code == 200
    assert half.get(STEP).status_code == 303  # what was copied before the second step is nobody's
    assert browser.cookie("device")


def test_the_password_alone_makes_no_known_device(ana: Somebody) -> None:
    assert ana.half_way().cookie("device") is None


def test_the_second_step_is_asked_after_a_right_password_only(app: Flask, world: World, ana: Somebody) -> None:
    """P16: nobody learns from a wrong password whether there is an account, or a second step."""
    with_password(world, "boun")
    pages = set()
    for name in ("ana", "boun", "nobody"):
        response = Browser(app).submit("/en/sign-in", {"name": name, "secret": "wrong", "own": "0"})
        pages.add((response.status_code, stable(response.text).replace(f'value="{name}"', 'value=""')))
    assert len(pages) == 1


# ------------------------------------------------------------------- what goes wrong


def test_a_wrong_code_says_what_to_do_and_ten_stop(ana: Somebody, clock: Clock) -> None:
    browser = ana.half_way()
    response = browser.submit(STEP, {"code": "000000", "next": PEOPLE})
    assert response.status_code == 403
    assert "wait for the next one" in response.text
    assert f'name="next" value="{PEOPLE}"' in response.text
    assert browser.submit(STEP, {"code": " "}).status_code == 422
    assert [ana.enter(browser, "000000") for _ in range(PER_SECOND_STEP)] == [403] * (PER_SECOND_STEP - 1) + [429]
    assert ana.enter(browser, ana.code) == 429
    assert ana.enter(ana.half_way(), ana.recovery[0], "recovery") == 429
    assert not is_in(browser)
    clock.turn(hours=1)
    assert ana.enter(ana.half_way(), ana.code) == 303


def test_a_recovery_code_is_said_at_the_next_page_and_logged(ana: Somebody, caplog: pytest.LogCaptureFixture) -> None:
    browser = ana.half_way()
    with caplog.at_level("INFO", logger="trainer.web"):
        response = browser.submit(STEP, {"recovery": ana.recovery[0], "next": PEOPLE})
    assert "second-step-taken" in caplog.text
    assert "how=recovery" in caplog.text
    assert ana.recovery[0] not in caplog.text
    assert "You signed in with a recovery code" in browser.get(response.location).text
    assert "9 recovery codes are left" in browser.get(MINE).text
    assert ana.enter(ana.half_way(), ana.recovery[0], "recovery") == 403


def test_half_a_session_ends_after_half_an_hour(ana: Somebody, clock: Clock) -> None:
    browser = ana.half_way()
    clock.turn(minutes=30)
    assert browser.get(STEP).location.startswith("/en/sign-in")


def test_what_was_written_waits_through_both_steps(world: World, ana: Somebody) -> None:
    """The session ended while somebody wrote; and the same where a second step has to be set up first."""
    for name in ("ana", "boun"):
        person = ana.person if name == "ana" else a_coordinator(world, name)
        browser = world.sign_in(person)
        token = browser.token("/en/my-data/correct")
        with world.store.write(SYSTEM) as db:
            sessions.end_all(db, person.id)
        fields = {**CORRECT, "full_name": f"Ana {name}"}
        asked = browser.post("/en/my-data/correct", data={"csrf_token": token, **fields}, headers={"Origin": ORIGIN})
        assert "Your answer is kept" in asked.text
        step = browser.submit(
            "/en/sign-in", {"name": name, "secret": PASSWORD, "own": "0", "pending": hidden(asked.text, "pending")}
        )
        assert "Your answer is kept" in step.text
        if name == "ana":
            waits = {"csrf_token": hidden(step.text, "csrf_token"), "pending": hidden(step.text, "pending")}
            sent = browser.post(STEP, data={**waits, "code": ana.code}, headers={"Origin": ORIGIN})
        else:
            sent = set_up_and_go_on(world, browser, step)
        assert (sent.status_code, sent.location) == (303, "/en/my-data?done=corrected")
        assert f"Ana {name}" in browser.get("/en/my-data").text


def test_a_post_in_half_a_session_is_kept(world: World, ana: Somebody) -> None:
    """A page from before, sent in a browser where the password was given again and nothing else."""
    browser = world.sign_in(ana.person)
    token = browser.token("/en/my-data/correct")
    ana.half_way(browser)
    response = browser.post("/en/my-data/ask-deletion", data={"csrf_token": token}, headers={"Origin": ORIGIN})
    assert response.status_code == 403
    assert "Your answer is kept" in response.text
    assert hidden(response.text, "pending")


# --------------------------------------------------------------- P19, P20: around it


def test_a_new_password_or_slip_does_not_replace_the_second_step(world: World, ana: Somebody) -> None:
    """P19."""
    with world.store.write(SYSTEM) as db:
        set_password(db, ana.person.id, hash_of_password())
        slip = issue_slip(db, OPERATOR, ana.person.id, now=world.clock(), key=world.app.config["SECRET_KEY"])
    browser = ana.half_way()
    assert browser.get(MINE).location.startswith(STEP)
    assert browser.get("/en/password").location.startswith(STEP)
    by_slip = Browser(world.app).submit("/en/sign-in", {"name": "ana", "secret": slip, "own": "0"})
    assert by_slip.location == STEP


def test_a_changed_second_step_ends_the_other_sessions(world: World, ana: Somebody, clock: Clock) -> None:
    """P20."""
    browser = ana.half_way()
    ana.enter(browser, ana.code)
    for act in (
        lambda: browser.submit("/en/second-step/recovery-codes", page=MINE),
        lambda: set_up(browser, clock),
    ):
        thief = copy_of(world.sign_in(ana.person))
        assert is_in(thief)
        act()
        assert (is_in(browser), is_in(thief)) == (True, False)
        clock.turn(minutes=1)


def test_a_role_given_later_asks_for_a_second_step(world: World, browser: Browser) -> None:
    person = world.person(sign_in_name="ana", password_hash=hash_of_password())
    sign_in(browser)
    assert is_in(browser)
    with world.store.write(SYSTEM) as db:
        grant_role(db, OPERATOR, person.id, TRAINER, now=world.clock())
    assert not is_in(browser)
    assert sign_in(browser) == SET_UP
    with world.store.write(SYSTEM) as db:
        revoke_role(db, OPERATOR, person.id, TRAINER)
    assert sign_in(browser) == "/en/"


def test_changes_need_a_proof_of_the_last_minutes(ana: Somebody, clock: Clock) -> None:
    browser = ana.half_way()
    ana.enter(browser, ana.code)
    clock.turn(minutes=16)
    for path in (SET_UP, "/en/second-step/recovery-codes", "/en/second-step/app/remove"):
        asked = browser.get(path) if path == SET_UP else browser.submit(path, page=MINE)
        assert asked.location.startswith(f"{STEP}?next=")
        assert asked.location.endswith("&done=prove-again")
    assert "Prove again" in browser.get(asked.location).text
    assert browser.submit(STEP, {"code": ana.code, "next": MINE}).location == MINE
    assert len(CODE.findall(browser.submit("/en/second-step/recovery-codes", page=MINE).text)) == 10


def test_who_has_none_signs_in_again_to_add_one(world: World, clock: Clock) -> None:
    browser = world.sign_in(world.person())
    clock.turn(minutes=31)
    assert browser.get(SET_UP).location.startswith("/en/sign-in?next=")
    browser = world.sign_in(world.person())
    assert len(set_up(browser, clock)[1]) == 10


def test_the_last_one_stays_where_it_is_needed(world: World, ana: Somebody, clock: Clock) -> None:
    browser = ana.half_way()
    ana.enter(browser, ana.code)
    assert "Take away" not in browser.get(MINE).text
    refused = browser.submit("/en/second-step/app/remove", page=MINE)
    assert "Add another one before" in browser.get(refused.location).text
    volunteer = world.sign_in(world.person(sign_in_name="dara", password_hash=hash_of_password()))
    set_up(volunteer, clock)
    assert sign_in(Browser(world.app), "dara") == STEP
    assert volunteer.submit("/en/second-step/app/remove", page=MINE).location == f"{MINE}?done=second-step-removed"
    assert sign_in(Browser(world.app), "dara") == "/en/"
    with world.store.read(SYSTEM) as db:
        owners = set(db.scalars(select(RecoveryCode.person_id)))
    assert owners == {ana.person.id}  # codes for nothing are gone


def test_a_copy_of_ones_data_has_it_without_its_secrets(ana: Somebody) -> None:
    browser = ana.half_way()
    ana.enter(browser, ana.code)
    held = browser.get("/en/my-data/download").json
    assert (len(held["authenticators"]), len(held["recovery_codes"])) == (1, 10)
    assert not {"secret", "code_hash"} & {
        name for row in (*held["authenticators"], *held["recovery_codes"]) for name in row
    }


def test_somebody_elses_passkey_is_not_there(world: World, ana: Somebody) -> None:
    other = world.person()
    with world.store.write(SYSTEM) as db:
        db.add(
            Passkey(
                id="passkey-of-another", person_id=other.id, country="KH", credential_id="x", public_key=b"x",
                sign_count=0, rp_id="trainer.test", name="phone", created_at=world.clock(), used_at=None,
            )
        )  # fmt: skip
    browser = ana.half_way()
    ana.enter(browser, ana.code)
    answers = {
        browser.submit(f"/en/second-step/passkeys/{name}/remove", page=MINE).status_code
        for name in ("passkey-of-another", "nothing")
    }
    assert answers == {404}


def test_the_list_of_sessions_shows_who_stopped_half_way(ana: Somebody) -> None:
    browser = ana.half_way()
    ana.enter(browser, ana.code)
    assert "Somebody gave your password here" not in browser.get("/en/sessions").text
    ana.half_way()
    page = browser.get("/en/sessions").text
    assert "Somebody gave your password here" in page
    assert "Second step taken:" in page


# ------------------------------------------------------------------------ settings


def test_the_duty_is_lifted_for_trying_out_and_a_second_step_is_not(
    config: Config, sqlite_store: Store, clock: Clock, world: World, ana: Somebody
) -> None:
    app = an_app(replace(config, second_factor=False), sqlite_store, clock)
    a_coordinator(world, "boun")
    assert sign_in(Browser(app), "boun") == "/en/"
    assert sign_in(Browser(app), "ana") == STEP


@pytest.mark.parametrize("more", [{}, {"TRAINER_SECURE_COOKIES": "off", "TRAINER_PROXIES": "1"}])
def test_the_duty_cannot_be_lifted_where_others_can_reach_it(more: dict[str, str], tmp_path: object) -> None:
    with pytest.raises(ConfigError, match="TRAINER_SECOND_FACTOR"):
        configuration.load({"TRAINER_DATA": str(tmp_path), "TRAINER_SECOND_FACTOR": "off", **more})


@pytest.mark.parametrize("origin", ["trainer.example", "https://trainer.example/", "ftp://x", "https://"])
def test_an_origin_is_scheme_and_host(origin: str, tmp_path: object) -> None:
    with pytest.raises(ConfigError, match="TRAINER_ORIGIN"):
        configuration.load({"TRAINER_DATA": str(tmp_path), "TRAINER_ORIGIN": origin})
