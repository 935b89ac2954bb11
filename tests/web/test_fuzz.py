"""Thousands of requests that make no sense: none of them is an error of the server. The same ones every time."""

from __future__ import annotations

import random
from typing import Any

from flask import Flask

from tests.factories import a_workshop
from tests.web.conftest import ORIGIN, Browser, World
from tests.web.routes import Route, routes
from trainer.store.scope import Scope
from trainer.store.workshops import WorkshopSession

REQUESTS = 2_400
STRANGE = [
    "", "0", "-1", "9" * 40, "1e309", "NaN", "null", "None", "true", "[]", "{}", "'", '"', "<script>alert(1)</script>",
    "{{7*7}}", "${7*7}", "%s%s%n", "%(x)s", "../../etc/passwd", "..%2f..%2f",
    "\x00", "a\x00b", "\r\nX: y", "\ud83d", "é" * 300,
    "ក" * 300, "\u202e\u2066",
    "' OR 1=1 --", "a" * 5_000, " ", "\t", "KH", "en", "en'", "😀", "\ufeff", "\u0000", "(" * 200,
]  # fmt: skip
FIELDS = [
    "name", "secret", "own", "next", "pending", "full_name", "sign_in_name", "password", "country", "agency_type",
    "work_role", "sex", "locale", "search", "code", "answer", "gap-0", "row-0", "place-0", "choice", "path",
    "event", "done", "module", "lang", "old", "new", "order", "move", "kept", "paper", "size", "theme",
    "title", "place", "starts_on", "ends_on", "held_on", "main_locale", "locales", "modules", "version", "names",
    "file", "list", "row-1", "word-0", "others", "present", "shown", "all", "person", "walk_in",
    "products", "blanks", "output", "whom", "people", "row", "participant", "page", "again", "files", "back",
    "people-A", "target", "p1-words-0", "p1-move", "p1-checked", "token", "edition", "then", "unit", "review_by",
]  # fmt: skip


def a_room(world: World) -> dict[str, object]:
    """A workshop that the requests of its coordinator reach."""
    with world.store.write(Scope.system("test")) as db:
        workshop = a_workshop()
        db.add(workshop)
        db.flush()
        part = WorkshopSession(
            workshop_id=workshop.id, country="KH", position=1, title="Morning", held_on=workshop.starts_on
        )
        db.add(part)
        db.flush()
        return {"workshop_id": workshop.id, "workshop_session": part.id}


def strange(dice: random.Random) -> str:
    text = dice.choice(STRANGE)
    if dice.random() < 0.2:
        text = "".join(chr(dice.choice((dice.randrange(32, 127), dice.randrange(128, 0xD7FF)))) for _ in range(12))
    return text.encode("utf-8", "replace").decode()


def address(dice: random.Random, route: Route) -> str:
    from urllib.parse import quote

    parts = route.path.split("/")
    if dice.random() < 0.5 and len(parts) > 2:
        parts[dice.randrange(2, len(parts))] = quote(strange(dice)[:200], safe="")
    if dice.random() < 0.1:
        parts[1] = dice.choice(["km", "xx", "EN", "", quote(strange(dice)[:50], safe="")])
    query = "&".join(f"{dice.choice(FIELDS)}={quote(strange(dice)[:300])}" for _ in range(dice.randrange(3)))
    return "/".join(parts) + (f"?{query}" if query else "")


def request(dice: random.Random, route: Route, token: str) -> dict[str, Any]:
    method = (
        route.method
        if dice.random() < 0.85
        else dice.choice(["GET", "POST", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS"])
    )
    kwargs: dict[str, Any] = {"method": method, "headers": {}}
    if method not in ("GET", "HEAD", "OPTIONS"):
        fields: dict[str, Any] = {dice.choice(FIELDS): strange(dice) for _ in range(dice.randrange(8))}
        kind = dice.random()
        if kind < 0.7:
            kwargs["data"] = {**fields, "csrf_token": token if dice.random() < 0.9 else strange(dice)}
        elif kind < 0.85:
            kwargs["data"] = dice.choice([strange(dice).encode() * dice.randrange(1, 50), dice.randbytes(300)])
            kinds = ["text/plain", "application/json", "multipart/form-data", "multipart/form-data; boundary=x", "%"]
            kwargs["content_type"] = dice.choice([*kinds, "application/x-www-form-urlencoded"])
        else:
            kwargs["json"] = fields
    for name in (
        "Accept-Language",
        "User-Agent",
        "Origin",
        "Sec-Fetch-Site",
        "If-None-Match",
        "Range",
        "Accept",
        "Cookie",
    ):
        if dice.random() < 0.08:
            value = dice.choice([ORIGIN, "same-origin", "km;q=", "bytes=0-", "*", strange(dice)])
            kwargs["headers"][name] = "".join(c for c in value if " " <= c <= "~")[:300]
    return kwargs


def test_no_request_however_strange_is_an_error_of_the_server(app: Flask, world: World) -> None:
    dice = random.Random(20261124)
    person, coordinator = world.person(), world.coordinator("KH")
    table = [route for route in routes(app, a_room(world)) if route.endpoint != "account.sign_out"]
    failed: list[str] = []
    clients = [Browser(app), world.sign_in(person), world.sign_in(coordinator)]
    tokens = [client.token("/en/sign-in") for client in clients]
    for number in range(REQUESTS):
        who = dice.randrange(3)
        route = table[number % len(table)] if number < 6 * len(table) else dice.choice(table)
        path = address(dice, route)
        kwargs = request(dice, route, tokens[who])
        response = clients[who].open(path, **kwargs)
        if response.status_code >= 500:
            failed.append(f"{kwargs['method']} {path[:120]} {route.endpoint} -> {response.status_code}")
        if number % 200 == 0:  # sign-in attempts may have replaced cookies
            for index, one in ((1, person), (2, coordinator)):
                world.sign_in(one, clients[index])
            tokens = [client.token("/en/sign-in") for client in clients]
    assert not failed, "\n".join(failed[:40])


def test_an_error_of_the_server_would_be_seen(app: Flask) -> None:
    def fails(**values: object) -> str:
        raise KeyError("planted")

    fails.rule = app.view_functions["check.result"].rule  # type: ignore[attr-defined]
    app.view_functions["check.result"] = fails
    dice = random.Random(1)
    route = next(route for route in routes(app) if route.endpoint == "check.result")
    assert Browser(app).open(address(dice, route)).status_code == 500
