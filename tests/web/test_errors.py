"""Whatever goes wrong: a calm page in the person's language, nothing of the inside, an id that the log has too."""

from __future__ import annotations

import logging
import re
import threading
from collections.abc import Iterator
from typing import cast

import pytest
from flask import Flask
from jinja2 import DictLoader

from tests.web.conftest import ORIGIN, Browser, Clock, World, an_app
from tests.web.routes import routes
from trainer.config import Config
from trainer.services.problems import Problem
from trainer.store.engine import Store
from trainer.store.errors import StoreFull
from trainer.web import errors, log

INSIDE = re.compile(
    r"Traceback|File \"|\.py\b|/home/|site-packages|SELECT |INSERT |sqlite|postgres|Werkzeug|Flask|waitress|Python|"
    r"RuntimeError|NotFound|Jinja|secret-of-the-inside",
    re.IGNORECASE,
)
OURS = {"Origin": ORIGIN, "Sec-Fetch-Site": "same-origin"}


@pytest.fixture
def lines(caplog: pytest.LogCaptureFixture) -> Iterator[list[str]]:
    """What the log writes, as the server writes it."""
    caplog.set_level(logging.DEBUG)
    formatter, found = log.OneLine(), []

    class Keep(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            found.append(formatter.format(record))

    handler = Keep()
    logging.getLogger().addHandler(handler)
    yield found
    logging.getLogger().removeHandler(handler)


def break_every_view(app: Flask) -> None:
    for endpoint, view in list(app.view_functions.items()):

        def fails(**values: object) -> str:
            raise RuntimeError("secret-of-the-inside SELECT * FROM person")

        fails.rule = view.rule  # type: ignore[attr-defined]
        app.view_functions[endpoint] = fails


def test_a_failure_of_any_route_tells_nothing_and_can_be_found_in_the_log(
    app: Flask, world: World, lines: list[str]
) -> None:
    who = world.sign_in(world.with_every_role(locale="en"))
    token = who.token("/en/check")
    break_every_view(app)
    for route in routes(app):
        lines.clear()
        data = {"csrf_token": token} if route.method == "POST" else None
        response = who.open(route.path, method=route.method, data=data, headers=OURS)
        assert response.status_code == 500, route
        assert not INSIDE.search(response.text), (route, INSIDE.search(response.text))
        assert not INSIDE.search(str(response.headers)), route
        (number,) = re.findall(r"give this number: ([0-9a-f]{8})", response.text)
        assert any(f"id={number}" in line and "error=RuntimeError" in line for line in lines), route
        assert "secret-of-the-inside" not in "".join(lines)


def test_the_search_for_the_inside_sees_it() -> None:
    for text in ('File "x", line 3', "Werkzeug/3.1", "SELECT 1", "Traceback (most recent call last)"):
        assert INSIDE.search(text)


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [("GET", "/en/nothing", 404), ("GET", "/nothing", 404), ("GET", "/xx/check", 404), ("DELETE", "/en/check", 405),
     ("GET", "/en/sign-out", 405), ("GET", "/en/attempts/x/0", 404), ("GET", "/media/1/../../etc/passwd", 404),
     ("GET", "/static/x/../../../LICENSE", 404), ("GET", "/static/x/%2e%2e/%2e%2e/%2e%2e/LICENSE", 404),
     ("GET", "/en/%00", 404)],
)  # fmt: skip
def test_a_page_that_is_not_there_says_so_calmly(world: World, method: str, path: str, status: int) -> None:
    response = world.sign_in(world.person()).open(path, method=method)
    assert response.status_code == status
    assert "<h1>" in response.text
    assert not INSIDE.search(response.text)


def test_a_request_that_is_too_large_is_refused_with_words(world: World) -> None:
    who = world.sign_in(world.person())
    long, many = {"full_name": "x" * 600_000}, {f"f{number}": "" for number in range(1_100)}
    for data, kind in ((long, "application/x-www-form-urlencoded"), (many, "multipart/form-data")):
        body = {**data, "csrf_token": who.token("/en/check")}
        response = who.post("/en/my-data/correct", data=body, headers=OURS, content_type=kind)
        assert response.status_code == 413
        assert "make it shorter" in response.text


def test_the_page_is_in_the_language_of_the_address(browser: Browser) -> None:
    assert '<html lang="km"' in browser.get("/km/nothing").text
    assert '<html lang="en"' in browser.get("/en/nothing").text
    assert '<html lang="km"' in browser.get("/nothing", headers={"Accept-Language": "km"}).text


def test_every_problem_of_a_service_has_its_page(app: Flask, world: World) -> None:
    from trainer.services import problems

    for code, sentence in problems.SENTENCES.items():
        names = dict.fromkeys(re.findall(r"%\((\w+)\)", sentence), 7)
        for kind in (problems.Refused, problems.Conflict, problems.Invalid, problems.NotFound, Problem):

            def fails(kind: type[Problem] = kind, code: str = code, names: dict[str, int] = names) -> str:
                raise kind(code, **names)

            fails.rule = app.view_functions["check.check"].rule  # type: ignore[attr-defined]
            app.view_functions["check.check"] = fails
            response = Browser(app).get("/en/check")
            assert 400 <= response.status_code < 500, code
            assert "%(" not in response.text


# ------------------------------------------------------------ the database


def test_the_page_comes_when_the_database_is_gone(world: World, browser: Browser) -> None:
    who = world.sign_in(world.person())
    world.store.path.unlink()
    for client in (who, browser):
        response = client.get("/en/sessions")
        if client is browser:
            assert response.status_code == 303  # nobody's session needs to be looked up to ask for one
            continue
        assert response.status_code == 503
        assert response.headers["Retry-After"] == "30"
        assert "Nothing was lost" in response.text
        assert not INSIDE.search(response.text)
    assert browser.get("/en/check").status_code == 200


def test_a_post_while_the_database_is_busy_is_kept_in_the_page_and_sent_again(
    config: Config, sqlite_store: Store, clock: Clock
) -> None:
    impatient = Store(sqlite_store.url.render_as_string(hide_password=False), wait=0.2)
    app = an_app(config, impatient, clock)
    world = World(app, impatient, clock)
    who = world.sign_in(world.person())
    fields = {
        "full_name": 'Ana "Maria" <Soares>',
        "agency_type": "ngo",
        "work_role": "trainer",
        "sex": "",
        "locale": "en",
    }
    data = {**fields, "csrf_token": who.token("/en/sessions")}
    hold, held = threading.Event(), threading.Event()

    def other_writer() -> None:
        from trainer.store.scope import Scope

        with impatient.write(Scope.nobody()):
            held.set()
            hold.wait(10)

    thread = threading.Thread(target=other_writer)
    thread.start()
    held.wait(10)
    busy = who.post("/en/my-data/correct", data=data, headers=OURS)
    hold.set()
    thread.join()
    assert busy.status_code == 503
    assert busy.headers["Retry-After"] == "5"
    again = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', busy.text.partition("<main")[2]))
    from html import unescape

    sent = {name: unescape(value) for name, value in again.items()}
    assert {name: sent[name] for name in fields} == fields
    assert who.post("/en/my-data/correct", data=sent, headers=OURS).status_code == 303
    impatient.dispose()


def test_pages_are_still_read_when_the_disk_is_full(
    world: World, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    who = world.sign_in(world.person())
    clock.turn(minutes=30)  # the session's last use is due to be written

    def full(self: Store, scope: object) -> None:
        raise StoreFull("secret-of-the-inside")

    monkeypatch.setattr(Store, "write", full)
    assert who.get("/en/sessions").status_code == 200
    refused = who.submit("/en/my-data/ask-deletion", page="/en/sessions")
    assert refused.status_code == 503
    assert "Nothing new can be stored" in refused.text
    assert not INSIDE.search(refused.text)


def test_a_password_is_never_offered_to_be_sent_again(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    who = world.sign_in(world.person())
    token = who.token("/en/password")

    def full(self: Store, scope: object) -> None:
        raise StoreFull

    monkeypatch.setattr(Store, "write", full)
    fields = {"csrf_token": token, "old": "planted-old", "new": "planted new words for this"}
    response = who.post("/en/password", data=fields, headers=OURS)
    assert response.status_code == 503
    assert "planted" not in response.text


def test_a_page_comes_even_when_its_template_is_broken(app: Flask, browser: Browser) -> None:
    app.jinja_env.loader = DictLoader({"errors/error.html": "{{ nothing.at.all }}"})
    app.jinja_env.cache = {}
    response = browser.get("/en/nothing")
    assert response.status_code == 404
    assert "<h1>Page not found</h1>" in response.text


def test_the_bare_page_escapes_its_words() -> None:
    assert "<script>" not in errors.bare(errors.Words("<script>", "x"), "<script>")


# --------------------------------------------------------------------- logs


def test_nobody_is_in_the_log(app: Flask, world: World, lines: list[str]) -> None:
    planted = "Zzyzxplanted"
    person = world.person(full_name=planted, sign_in_name=planted.lower())
    who = world.sign_in(person)
    agent = {"User-Agent": f"{planted}/1.0", **OURS}
    for route in routes(app, {"person_id": planted, "slug": planted, "code": planted}):
        for client in (who, cast("Browser", app.test_client())):
            names = ("name", "secret", "full_name", "sign_in_name", "password", "search", "code")
            fields = dict.fromkeys(names, planted)
            if route.method == "POST":
                client.submit(route.path, fields, page="/en/sign-in", headers=agent)
            else:
                client.get(f"{route.path}?code={planted}&next=/{planted}", headers=agent)
    assert len(lines) > 50
    text = "\n".join(lines).lower()
    assert planted.lower() not in text
    assert person.id.lower() not in text
    assert "127.0.0.1" not in text


def test_one_event_is_one_line_whatever_is_in_it(lines: list[str]) -> None:
    log.event("made-up", what="a\r\nFORGED line\x1b[2J\u2028x", id="a b")
    (line,) = lines
    assert "\n" not in line
    assert "\r" not in line
    assert "\x1b" not in line
    assert line.isascii()


def test_a_failure_is_one_line_without_its_message(lines: list[str]) -> None:
    try:
        raise ValueError("a name\nsomebody typed")
    except ValueError as error:
        log.LOGGER.error("unexpected", exc_info=error)
    (line,) = lines
    assert "error=ValueError" in line
    assert "test_errors.py:" in line
    assert "somebody" not in line
