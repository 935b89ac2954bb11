"""Headers on every route, by a scorer of our own after the public rules of header observatories, and the cookies."""

from __future__ import annotations

from collections.abc import Mapping
from http.cookies import SimpleCookie

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from tests.web.conftest import ORIGIN, Browser, Clock, World, an_app
from tests.web.routes import routes
from trainer.app import BLUEPRINTS
from trainer.config import Config
from trainer.store.engine import Store


def directives(policy: str) -> dict[str, set[str]]:
    """A Content-Security-Policy as directive → sources."""
    parts = (part.split() for part in policy.split(";") if part.strip())
    return {name.lower(): set(sources) for name, *sources in parts}


def score(headers: Mapping[str, str]) -> int:
    """Start at 100. Take off for what is missing; add for what is better than needed. A+ begins at 100."""
    points = 100
    policy = directives(headers.get("Content-Security-Policy", ""))
    scripts, styles = (policy.get(name, policy.get("default-src", {"*"})) for name in ("script-src", "style-src"))
    loose = {"'unsafe-inline'", "'unsafe-eval'", "data:", "*", "https:", "http:"}
    if not policy or (scripts | styles) & loose or policy.get("object-src", policy.get("default-src")) != {"'none'"}:
        points -= 25
    elif policy.get("default-src") == {"'none'"}:
        points += 10
    points += 5 if policy.get("frame-ancestors") == {"'none'"} else -20
    points += 0 if policy.get("base-uri") == {"'none'"} else -5
    points += 0 if policy.get("form-action") == {"'self'"} else -5
    points += 0 if headers.get("X-Content-Type-Options") == "nosniff" else -5
    points += 5 if headers.get("Referrer-Policy") in ("no-referrer", "same-origin", "strict-origin") else -5
    points += 10 if headers.get("Cross-Origin-Resource-Policy") == "same-origin" else 0
    points += 0 if headers.get("Cross-Origin-Opener-Policy") == "same-origin" else -5
    age = headers.get("Strict-Transport-Security", "").partition("max-age=")[2].partition(";")[0]
    points += 0 if age.isdecimal() and int(age) >= 15_768_000 else -20
    points -= 50 if headers.get("Access-Control-Allow-Origin") == "*" else 0
    return points


def every_response(app: Flask, browser: Browser) -> list[tuple[str, TestResponse]]:
    found = [(f"{route.method} {route.path}", browser.open(route.path, method=route.method)) for route in routes(app)]
    for method, path in (("GET", "/en/no/such/page"), ("PUT", "/en/sign-in"), ("GET", "/static/x/trainer.css")):
        found.append((f"{method} {path}", browser.open(path, method=method)))
    return found


def test_every_route_scores_an_a_plus(app: Flask, browser: Browser) -> None:
    for name, response in every_response(app, browser):
        assert score(response.headers) >= 100, name


def test_pages_of_people_do_too_and_are_never_kept_by_a_browser(app: Flask, world: World) -> None:
    for name, response in every_response(app, world.sign_in(world.coordinator("KH"))):
        assert score(response.headers) >= 100, name
        if "/static/" not in name:
            assert response.headers["Cache-Control"] == "no-store", name


@pytest.mark.parametrize(
    "header",
    ["Content-Security-Policy", "Strict-Transport-Security"],
)
def test_the_scorer_sees_a_dropped_header(browser: Browser, header: str) -> None:
    headers = dict(browser.get("/en/check").headers)
    assert score(headers) - score({name: value for name, value in headers.items() if name != header}) >= 20


@pytest.mark.parametrize("weaker", ["script-src 'self' 'unsafe-inline'", "style-src *", "script-src 'self' data:"])
def test_the_scorer_sees_a_weaker_policy(browser: Browser, weaker: str) -> None:
    headers = dict(browser.get("/en/check").headers)
    name = weaker.split()[0]
    policy = headers["Content-Security-Policy"].replace(f"{name} 'self'", weaker)
    assert score({**headers, "Content-Security-Policy": policy}) < 100


def test_an_error_on_the_server_has_the_headers_too(
    app: Flask, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails() -> str:
        raise RuntimeError("forced")

    fails.rule = app.view_functions["check.check"].rule  # type: ignore[attr-defined]
    monkeypatch.setitem(app.view_functions, "check.check", fails)
    response = browser.get("/en/check")
    assert response.status_code == 500
    assert score(response.headers) >= 100


def test_public_pages_are_not_kept_by_proxies(browser: Browser) -> None:
    assert browser.get("/en/check").headers["Cache-Control"] == "private, no-cache"


def test_pages_with_a_fresh_cookie_are_not_kept(browser: Browser) -> None:
    response = browser.get("/en/sign-in")
    assert response.headers["Set-Cookie"]
    assert response.headers["Cache-Control"] == "no-store"


def test_static_files_are_kept_for_ever_at_an_address_made_of_their_content(app: Flask, browser: Browser) -> None:
    page = browser.get("/en/check").text
    address = page.partition('rel="stylesheet" href="')[2].partition('"')[0]
    response = browser.get(address)
    assert response.status_code == 200
    assert set(response.headers["Cache-Control"].split(", ")) == {"public", "max-age=31536000", "immutable"}
    assert "Set-Cookie" not in response.headers
    other = browser.get(f"/static/000000000000/{address.rpartition('/')[2]}")
    assert "immutable" not in other.headers["Cache-Control"]


@pytest.mark.parametrize("path", ["/en/check", "/en/check/ABCD2345", "/check/ABCD2345", "/en/check?code=ABCD-2345"])
def test_certificate_checks_are_in_no_search_engine(browser: Browser, path: str) -> None:
    assert "noindex" in browser.get(path).headers["X-Robots-Tag"]


# ------------------------------------------------------------------ cookies


def set_cookies(response: TestResponse) -> list[str]:
    return response.headers.getlist("Set-Cookie")


def flaws(header: str) -> list[str]:
    """What is wrong with one Set-Cookie."""
    jar: SimpleCookie = SimpleCookie(header)
    name, morsel = next(iter(jar.items()))
    found = [] if name.startswith("__Host-") else ["no __Host- prefix"]
    found += [flag for flag in ("secure", "httponly") if not morsel[flag]]
    found += [] if morsel["samesite"] in ("Lax", "Strict") else ["samesite"]
    found += [] if morsel["path"] == "/" and not morsel["domain"] else ["path or domain"]
    return found


def test_every_cookie_of_every_route_is_closed(app: Flask, world: World) -> None:
    seen = set()
    for who in (Browser(app), world.sign_in(world.person())):
        first = who.get("/en/sign-up")
        answers = (
            who.submit(route.path, page="/en/sign-in") if route.method == "POST" else who.get(route.path)
            for route in routes(app)
        )
        for response in (first, *answers):
            for header in set_cookies(response):
                assert not flaws(header), (response.request.path, header)
                seen.add(header.partition("=")[0])
    assert {"__Host-visitor", "__Host-trainer"} <= seen


def test_a_framework_s_own_cookie_would_be_seen() -> None:
    assert flaws("session=abc; HttpOnly; Path=/") == ["no __Host- prefix", "secure", "samesite"]


def test_only_the_device_cookie_of_one_s_own_device_outlives_the_browser(browser: Browser, world: World) -> None:
    for own, lasting in (("0", set()), ("1", {"__Host-device"})):
        response = browser.submit(
            "/en/sign-up",
            {
                "full_name": "Ana", "sign_in_name": f"ana{own}", "password": "seven quiet boats at dawn",
                "country": "TL",
                "agency_type": "ngo", "work_role": "trainer", "sex": "", "own": own,
            },
        )  # fmt: skip
        assert response.status_code == 303, response.text
        kept = {
            header.partition("=")[0] for header in set_cookies(response) if "Max-Age" in header or "Expires" in header
        }
        assert kept == lasting
        browser.submit("/en/sign-out", page="/en/check")


def test_on_plain_http_the_cookies_carry_no_prefix_and_there_is_no_hsts(
    config: Config, sqlite_store: Store, clock: Clock
) -> None:
    import dataclasses

    app = an_app(dataclasses.replace(config, secure_cookies=False), sqlite_store, clock)
    response = app.test_client().get("/en/sign-in", base_url="http://127.0.0.1:8400")
    assert set_cookies(response)[0].startswith("visitor=")
    assert "Secure" not in set_cookies(response)[0]
    assert "Strict-Transport-Security" not in response.headers


def test_a_host_name_that_is_not_ours_is_refused(config: Config, sqlite_store: Store, clock: Clock) -> None:
    import dataclasses

    app = an_app(
        dataclasses.replace(config, trusted_hosts=("trainer.test",)), sqlite_store, clock, blueprints=BLUEPRINTS
    )
    assert app.test_client().get("/en/check").status_code == 200
    refused = app.test_client().get("/en/check", base_url="https://evil.test")
    assert refused.status_code == 400
    assert "evil.test" not in refused.text
    assert score(refused.headers) >= 100


def test_what_a_proxy_says_counts_only_where_one_is_configured(
    config: Config, sqlite_store: Store, clock: Clock
) -> None:
    import dataclasses

    headers = {"X-Forwarded-Host": "evil.test", "X-Forwarded-Proto": "http", "Origin": "http://evil.test"}
    token_of = Browser(an_app(config, sqlite_store, clock))
    assert (
        token_of.post("/en/sign-in", data={"csrf_token": token_of.token("/en/sign-in")}, headers=headers).status_code
        == 403
    )
    behind = Browser(an_app(dataclasses.replace(config, proxies=1), sqlite_store, clock))
    headers = {"X-Forwarded-Host": "trainer.test", "X-Forwarded-Proto": "https", "Origin": ORIGIN}
    token = behind.token("/en/sign-in")
    sent = behind.post("/en/sign-in", data={"csrf_token": token}, headers=headers, base_url=ORIGIN)
    assert sent.status_code == 422


def test_the_style_sheet_is_sent_compressed_to_browsers_that_can(browser: Browser) -> None:
    import gzip

    address = browser.get("/en/check").text.partition('rel="stylesheet" href="')[2].partition('"')[0]
    plain = browser.get(address)
    small = browser.get(address, headers={"Accept-Encoding": "gzip, br"})
    assert "Content-Encoding" not in plain.headers
    assert small.headers["Content-Encoding"] == "gzip"
    assert small.headers["Vary"] == plain.headers["Vary"] == "Accept-Encoding"
    assert small.mimetype == "text/css"
    assert gzip.decompress(small.get_data()) == plain.get_data()
    assert len(small.get_data()) < len(plain.get_data()) / 3
