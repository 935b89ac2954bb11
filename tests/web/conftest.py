"""The whole application on an empty database, a clock to turn, and browsers that behave like browsers.

`app` runs on SQLite: what differs between the engines is below the services and tested there.
"""

from __future__ import annotations

import functools
import re
import sqlite3
import threading
import weakref
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, cast

import pytest
from flask import Flask
from flask.testing import FlaskClient
from jinja2.bccache import Bucket, BytecodeCache
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from tests.factories import a_grant, a_person
from tests.services.world import COURSE
from trainer.access import ADMINISTRATOR, COORDINATOR, REVIEWER, TRAINER, TRANSLATOR, VIEWER
from trainer.app import create_app
from trainer.config import Config, load
from trainer.services import library, sessions
from trainer.store.engine import Store
from trainer.store.models import Person
from trainer.store.scope import Scope
from trainer.web import assets
from trainer.web.state import site

ORIGIN = "https://trainer.test"
PASSWORD = "four calm herons fishing"
TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')


@dataclass
class Clock:
    """The hour that the application believes it is."""

    moment: datetime

    def __call__(self) -> datetime:
        return self.moment

    def turn(self, **by: float) -> datetime:
        self.moment += timedelta(**by)
        return self.moment


class Browser(FlaskClient):
    """A test client over TLS that sends forms as a browser does: from a page, with the page's token and Origin."""

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        kwargs.setdefault("base_url", ORIGIN)
        kwargs.setdefault("buffered", True)
        alone = kwargs.get("method") == "POST" and threading.active_count() == 1
        before = self._events() if alone else set()
        response = super().open(*args, **kwargs)
        new = self._events() - before if alone else set()
        assert len({act for _, act, *_ in new}) <= 1, "one request is one act"
        assert len({(country, of) for country, _, of, _ in new}) == len(new), "an act is one event for each object"
        return response

    def _events(self) -> set[tuple[str, str, str, int]]:
        """The newest events of the audit trail: country, act, object, number. None while the database is broken."""
        app = self.application
        try:
            if "audit trail" not in app.extensions:
                trail = sqlite3.connect(f"file:{site(app).store.path}?mode=ro", uri=True, check_same_thread=False)
                app.extensions["audit trail"] = trail
                weakref.finalize(app, trail.close)
            newest = "SELECT country, act, object_id, number FROM audit_event ORDER BY number DESC LIMIT 500"
            return set(app.extensions["audit trail"].execute(newest))
        except sqlite3.Error:
            return set()

    def token(self, page: str = "/en/check") -> str:
        """The CSRF token of a page; any page of a person signed in has one."""
        found = TOKEN.search(self.get(page).text)
        return found[1] if found else ""

    def submit(
        self, path: str, fields: Mapping[str, Any] | None = None, *, page: str = "", **more: Any
    ) -> TestResponse:
        """Load `page` (otherwise `path`), then send its form."""
        data = {"csrf_token": self.token(page or path), **(fields or {})}
        headers = {"Origin": ORIGIN, "Sec-Fetch-Site": "same-origin", **more.pop("headers", {})}
        return self.post(path, data=data, headers=headers, **more)

    def cookie(self, name: str) -> str | None:
        found = self.get_cookie(f"__Host-{name}", "trainer.test")
        return found.value if found else None

    def give(self, name: str, value: str) -> None:
        self.set_cookie(f"__Host-{name}", value, domain="trainer.test", secure=True)


@pytest.fixture
def clock(now: datetime) -> Clock:
    return Clock(now)


@pytest.fixture
def config(tmp_path: Path, sqlite_store: Store) -> Config:
    return load(
        {
            "TRAINER_DATA": str(tmp_path),
            "TRAINER_DATABASE": sqlite_store.url.render_as_string(hide_password=False),
            "TRAINER_SECRET_KEY": "a key of the tests, long enough to be one",
        }
    )


@pytest.fixture
def app(config: Config, sqlite_store: Store, clock: Clock) -> Flask:
    return an_app(config, sqlite_store, clock)


class CompiledTemplates(BytecodeCache):
    """Every test makes an application; a template is compiled once for all of them."""

    def __init__(self) -> None:
        self.made: dict[tuple[str, str], bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        if made := self.made.get((bucket.key, bucket.checksum)):
            bucket.bytecode_from_string(made)

    def dump_bytecode(self, bucket: Bucket) -> None:
        self.made[bucket.key, bucket.checksum] = bucket.bytecode_to_string()


COMPILED = CompiledTemplates()

_builder = Rule._compile_builder
_builders: dict[tuple[object, ...], Callable[..., tuple[str, str]]] = {}


def compile_builder_once(self: Rule, append_unknown: bool = True) -> Callable[..., tuple[str, str]]:
    """What makes the address of a route: werkzeug writes and compiles a function for each of 550, which is nine tenths
    of making an application. It is made of these values only and is bound to its rule afterwards."""
    key = (self.rule, *self._trace, *sorted((self.defaults or {}).items()), append_unknown)
    if key not in _builders:
        _builders[key] = _builder(self, append_unknown)
    return _builders[key]


@pytest.fixture(scope="session", autouse=True)
def made_once() -> Iterator[None]:
    """What is the same in every application: the addresses of its routes, and its compressed files."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Rule, "_compile_builder", compile_builder_once)
        patch.setattr(assets, "Assets", functools.cache(assets.Assets))
        yield


def an_app(config: Config, store: Store, clock: Callable[[], datetime], **more: Any) -> Flask:
    app = create_app(config, store=store, clock=clock, **more)
    app.test_client_class = Browser
    app.jinja_env.bytecode_cache = COMPILED
    return app


@pytest.fixture(autouse=True)
def nothing_is_done_silently(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """Whatever a test makes the application do: a route that changes something says so in the audit trail.

    Fails with the route's name; `trainer.web.acts` has the table.
    """
    yield
    told = [one.getMessage() for when in ("setup", "call") for one in caplog.get_records(when)]  # type: ignore[arg-type]
    assert [message for message in told if message.startswith("act-not-said")] == []


@pytest.fixture
def browser(app: Flask) -> Browser:
    """A browser in which nobody is signed in."""
    return cast("Browser", app.test_client())


@pytest.fixture
def client(browser: Browser) -> Browser:
    return browser


@dataclass
class World:
    """People in the register, and browsers in which they are signed in."""

    app: Flask
    store: Store
    clock: Clock

    def person(self, *, country: str = "KH", **over: Any) -> Person:
        with self.store.write(Scope.system("test")) as db:
            person = a_person(db, country=country, **over)
            db.expunge_all()
        return person

    def coordinator(self, *countries: str, country: str = "", **over: Any) -> Person:
        with self.store.write(Scope.system("test")) as db:
            person = a_person(db, country=country or countries[0], **over)
            for code in countries:
                a_grant(db, person, COORDINATOR, over=code)
            db.expunge_all()
        return person

    def viewer(self, *countries: str, country: str = "MY") -> Person:
        """Somebody who sees the counts of these countries."""
        with self.store.write(Scope.system("test")) as db:
            person = a_person(db, country=country)
            for code in countries:
                a_grant(db, person, VIEWER, over=code)
            db.expunge_all()
        return person

    def with_role(self, role: str, *, country: str = "KH", over: tuple[str, ...] = ("km",)) -> Person:
        """`over`: the languages of a translator or reviewer."""
        with self.store.write(Scope.system("test")) as db:
            person = a_person(db, country=country)
            for tag in over if role in (TRANSLATOR, REVIEWER) else (None,):
                a_grant(db, person, role, over=tag)
            db.expunge_all()
        return person

    def with_every_role(self, *, country: str = "KH", **over: Any) -> Person:
        """Somebody for whom every route is there."""
        with self.store.write(Scope.system("test")) as db:
            person = a_person(db, country=country, **over)
            for role in (COORDINATOR, TRANSLATOR, REVIEWER, TRAINER, ADMINISTRATOR):
                a_grant(db, person, role, over="km" if role in (TRANSLATOR, REVIEWER) else None)
            db.expunge_all()
        return person

    def course(self) -> dict[str, object]:
        """Publish a module with everything that scores; values for the variables of its routes."""
        with self.store.write(Scope.system("test")) as db:
            edition = library.publish(db, "course", COURSE, by="test", now=self.clock())
        return {"slug": "course", "unit": "01-first", "question": "p1", "edition_id": edition.id}

    def sign_in(self, person: Person, browser: Browser | None = None) -> Browser:
        """A browser with a complete session of the person, made without the cost of a password and a second step."""
        browser = browser or cast("Browser", self.app.test_client())
        with self.store.write(Scope.person(person.id, person.country)) as db:
            token = sessions.start(
                db,
                person.id,
                person.country,
                label="Firefox, Linux",
                shared_device=True,
                now=self.clock(),
                second_step_at=self.clock(),
            )
        browser.give("trainer", token)
        return browser


@pytest.fixture
def world(app: Flask, sqlite_store: Store, clock: Clock) -> World:
    return World(app, sqlite_store, clock)


@pytest.fixture
def sign_in(world: World) -> Callable[..., Browser]:
    return world.sign_in


def dump(store: Store) -> str:
    """Everything in the database, as SQL; not the audit trail, to which looking at people adds."""
    connection = sqlite3.connect(f"file:{store.path}?mode=ro", uri=True)
    try:
        return "\n".join(line for line in connection.iterdump() if not line.startswith('INSERT INTO "audit_event"'))
    finally:
        connection.close()
