"""Ended sessions stay ended: many copies at once, and requests that run while a session ends."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable
from typing import cast

import pytest
from sqlalchemy import func, select

from tests.web.conftest import ORIGIN, PASSWORD, Browser, Clock, World
from tests.web.test_sessions import copy_of, hidden, is_in, with_password
from trainer.services import accounts
from trainer.services.people import OPERATOR
from trainer.store.models import Person, Response, SignInSession
from trainer.store.scope import Scope

COPIES = 50
OURS = {"Origin": ORIGIN, "Sec-Fetch-Site": "same-origin"}


def sign_out_everywhere(world: World, person: Person, browsers: list[Browser]) -> None:
    for browser in browsers:
        browser.submit("/en/sign-out", page="/en/sessions")


def change_password(world: World, person: Person, browsers: list[Browser]) -> None:
    mine = world.sign_in(person)
    assert mine.submit("/en/password", {"old": PASSWORD, "new": "three green umbrellas waiting"}).status_code == 303


def shut(world: World, person: Person, browsers: list[Browser]) -> None:
    world.sign_in(world.coordinator("KH")).submit(f"/en/coordinate/people/{person.id}/shut", page="/en/sessions")


def change_role(world: World, person: Person, browsers: list[Browser]) -> None:
    with world.store.write(Scope.system("test")) as db:
        accounts.grant_role(db, OPERATOR, person.id, "trainer", now=world.clock())


@pytest.mark.parametrize("act", [sign_out_everywhere, change_password, shut, change_role])
def test_no_copied_cookie_of_many_is_accepted_afterwards(
    world: World, act: Callable[[World, Person, list[Browser]], None]
) -> None:
    person = with_password(world)
    browsers = [world.sign_in(person) for _ in range(COPIES)]
    thieves = [copy_of(browser) for browser in browsers]
    assert all(is_in(thief) for thief in thieves[:3])
    act(world, person, browsers)
    assert sum(is_in(thief) for thief in thieves) == 0


def test_a_session_that_ends_under_running_requests_does_not_come_back(world: World, clock: Clock) -> None:
    """Noting the last use only changes a row that is there; it can never make one."""
    person = world.person()
    browser = world.sign_in(person)
    clock.turn(minutes=10)  # every request wants to note the use of the session
    stop, refused_after_the_end, ended = threading.Event(), [], threading.Event()

    def keep_asking() -> None:
        mine = copy_of(browser)
        while not stop.is_set():
            after = ended.is_set()
            world.app.extensions["trainer-sessions-noted"].clear()
            signed_in = is_in(mine)
            if after:
                refused_after_the_end.append(not signed_in)

    threads = [threading.Thread(target=keep_asking) for _ in range(4)]
    for thread in threads:
        thread.start()
    assert browser.submit("/en/sign-out", page="/en/sessions").location == "/en/signed-out"
    ended.set()
    while len(refused_after_the_end) < 100 and any(thread.is_alive() for thread in threads):
        stop.wait(0.01)
    stop.set()
    for thread in threads:
        thread.join()
    assert all(refused_after_the_end)
    with world.store.read(Scope.system("test")) as db:
        assert db.scalar(select(func.count()).select_from(SignInSession)) == 0


def test_an_expired_session_in_the_middle_of_a_quiz_loses_no_answer(world: World, clock: Clock) -> None:
    person = with_password(world)
    world.course()
    browser = world.sign_in(person)
    started = browser.submit("/en/modules/course/03-quiz/start", page="/en/modules/course/03-quiz")
    question = browser.get(started.location, follow_redirects=True)
    path = question.request.path
    fields = dict(re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', question.text.partition("<main")[2]))
    name, value = _an_answer(question.text)
    clock.turn(hours=3)
    asked = browser.post(path, data={**fields, name: value}, headers=OURS)
    assert "Your answer is kept" in asked.text
    for _ in range(2):  # a second click on "Sign in" counts nothing twice
        data = {"name": "ana", "secret": PASSWORD, "own": "0"}
        data |= {field: hidden(asked.text, field) for field in ("csrf_token", "pending")}
        sender = cast("Browser", world.app.test_client())
        sender.give("visitor", browser.cookie("visitor") or "")
        answer = sender.post("/en/sign-in", data=data, headers=OURS)
        assert answer.status_code == 303, answer.text
        assert answer.location.startswith(path), answer.location
    with world.store.read(Scope.system("test")) as db:
        assert db.scalar(select(func.count()).select_from(Response)) == 1


def _an_answer(text: str) -> tuple[str, str]:
    """A field of the question, whichever type comes first in this shuffle, and something to say."""
    choices = re.findall(r'<input[^>]*type="(?:radio|checkbox)"[^>]*>', text)
    if not choices:
        return "answer", "water"
    return re.findall(r'name="([^"]+)"', choices[0])[0], re.findall(r'value="([^"]+)"', choices[0])[0]
