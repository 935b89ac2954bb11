"""Nothing changes but by a form of ours, sent from the browser session the form was made for."""

from __future__ import annotations

from typing import cast

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from tests.web.conftest import ORIGIN, Browser, World, dump
from tests.web.routes import Route, routes
from trainer.web import csrf

OURS = {"Origin": ORIGIN, "Sec-Fetch-Site": "same-origin"}


def refused(response: TestResponse) -> bool:
    """The form was not looked at; the page says so (or the browser is asked to sign in)."""
    if response.status_code == 303:
        return response.location.endswith(("/sign-in", "/signed-out"))
    return response.status_code == 403 and "This form was not sent" in response.text


def posts(app: Flask) -> list[Route]:
    found = [route for route in routes(app) if route.method != "GET"]
    assert len(found) >= 15
    return found


@pytest.fixture
def coordinator(world: World) -> Browser:
    return world.sign_in(world.coordinator("KH"))


def attacks(route: Route, mine: Browser, others: Browser) -> dict[str, TestResponse]:
    """The same post in the ways a hostile page could bring about, or a hostile person."""
    good, foreign = mine.token(), others.token()
    fields = {"search": "x", "own": "0"}
    send, proved = mine.open, {**fields, "csrf_token": good}
    return {
        "no token": send(route.path, method=route.method, data=fields, headers=OURS),
        "empty token": send(route.path, method=route.method, data={**fields, "csrf_token": ""}, headers=OURS),
        "cut token": send(route.path, method=route.method, data={**fields, "csrf_token": good[:-4]}, headers=OURS),
        "other session": send(route.path, method=route.method, data={**fields, "csrf_token": foreign}, headers=OURS),
        "token in address": send(f"{route.path}?csrf_token={good}", method=route.method, data=fields, headers=OURS),
        "wrong origin": send(route.path, method=route.method, data=proved, headers={"Origin": "https://evil.test"}),
        "null origin": send(route.path, method=route.method, data=proved, headers={"Origin": "null"}),
        "other scheme": send(route.path, method=route.method, data=proved, headers={"Origin": "http://trainer.test"}),
        "cross-site": send(route.path, method=route.method, data=proved, headers={"Sec-Fetch-Site": "cross-site"}),
        "same-site": send(route.path, method=route.method, data=proved, headers={"Sec-Fetch-Site": "same-site"}),
        "text/plain JSON": send(
            route.path, method=route.method, data=f'{{"csrf_token": "{good}", "a": "="}}', content_type="text/plain",
            headers=OURS,
        ),
        "JSON": send(route.path, method=route.method, json={"csrf_token": good}, headers=OURS),
    }  # fmt: skip


def test_every_post_without_proof_is_refused_and_changes_nothing(
    app: Flask, coordinator: Browser, world: World
) -> None:
    other = world.sign_in(world.coordinator("KH"))
    before = dump(world.store)
    for route in posts(app):
        for name, response in attacks(route, coordinator, other).items():
            assert refused(response), (route.endpoint, name, response.status_code)
    assert dump(world.store) == before


def test_the_same_holds_for_who_is_not_signed_in(app: Flask, world: World) -> None:
    mine, others = Browser(app), Browser(app)
    for browser in (mine, others):
        browser.get("/en/sign-in")
    before = dump(world.store)
    for route in posts(app):
        good, foreign = mine.token("/en/sign-in"), others.token("/en/sign-in")
        for token, headers in ((foreign, OURS), ("", OURS), (good, {"Origin": "https://evil.test"})):
            response = mine.post(route.path, data={"csrf_token": token}, headers=headers)
            assert refused(response) or ("Sign in" in response.text and response.status_code == 403), route
    assert dump(world.store) == before


def test_with_proof_the_same_posts_are_looked_at(app: Flask, coordinator: Browser) -> None:
    """The control: what refuses above is the missing proof and nothing else."""
    for route in posts(app):
        if route.endpoint != "account.sign_out":
            assert not refused(coordinator.submit(route.path, page="/en/check")), route


def test_a_gate_that_waves_one_route_through_is_seen(
    app: Flask, coordinator: Browser, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = csrf.is_proved
    monkeypatch.setattr(
        csrf, "is_proved", lambda request, state: request.endpoint == "coordinate.slip" or real(request, state)
    )
    other = world.sign_in(world.coordinator("KH"))
    let_through = {
        route.endpoint for route in posts(app) for response in attacks(route, coordinator, other).values()
        if not refused(response)
    }  # fmt: skip
    assert let_through == {"coordinate.slip"}


def test_reading_changes_nothing(app: Flask, coordinator: Browser, browser: Browser, world: World) -> None:
    values = world.course()
    for who in (coordinator, browser):
        who.get("/en/check")
        before = dump(world.store)
        for route in [*routes(app), *routes(app, values), *routes(app, {**values, "unit": "03-quiz"})]:
            who.get(route.path)
            who.head(route.path)
            who.options(route.path)
        assert dump(world.store) == before


def test_the_dump_sees_a_single_changed_value(world: World) -> None:
    person = world.person()
    browser = world.sign_in(person)
    before = dump(world.store)
    browser.submit("/en/my-data/ask-deletion", page="/en/check")
    assert dump(world.store) != before


def test_a_token_is_another_one_on_every_page(coordinator: Browser) -> None:
    tokens = {coordinator.token() for _ in range(20)}
    assert len(tokens) == 20


def test_a_browser_that_sends_neither_header_still_gets_through(coordinator: Browser) -> None:
    """Old phones send no Origin; the token alone proves the form."""
    response = coordinator.post("/en/coordinate/people", data={"csrf_token": coordinator.token(), "search": ""})
    assert response.status_code == 200


def test_a_visitor_cookie_that_we_did_not_sign_proves_nothing(app: Flask) -> None:
    planted = cast("Browser", app.test_client())
    planted.give("visitor", "planted-by-a-neighbour.signature")
    token = planted.token("/en/sign-in")
    assert planted.cookie("visitor") != "planted-by-a-neighbour.signature"
    response = planted.post("/en/sign-in", data={"csrf_token": token, "name": "x", "secret": "y"}, headers=OURS)
    assert not refused(response)
