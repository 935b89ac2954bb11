"""Nothing an author writes runs, even with the content security policy off. A control proves the detector."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from playwright.sync_api import Browser, Request

from tests.browser.conftest import Site
from trainer.services import library
from trainer.store.scope import Scope

CALLS = ("alert(1)", "confirm(1)", "window.top.alert(1)")
SHAPES = (
    "<script>{}</script>",
    "<img src=x onerror={}>",
    "<svg onload={}>",
    "<svg><script>{}</script></svg>",
    "<details open ontoggle={}>x</details>",
    "<body onload={}>",
    "<iframe srcdoc='<script>parent.{}</script>'></iframe>",
    "<input autofocus onfocus={}>",
    "<video><source onerror={}></video>",
    "<a href='javascript:{}' id=a>x</a><script>document.getElementById('a').click()</script>",
    "<style>@import 'http://127.0.0.1:9/x.css';</style><img src=x onerror={}>",
    '"><img src=x onerror={}>',
    "'><svg/onload={}>",
    "</title><script>{}</script>",
    "</textarea><script>{}</script>",
    "--><script>{}</script>",
    "[x](javascript:{})",
    "[x](data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==)",
    '![x](x" onerror="{})',
    "<javascript:{}>",
)
PAYLOADS = [shape.replace("{}", call) for shape in SHAPES for call in CALLS]
RUNS_BARE = [payload for payload in PAYLOADS if payload.startswith("<") and "javascript" not in payload]


def quoted(text: str) -> str:
    """As a YAML string."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def unit(number: int, payload: str) -> bytes:
    """A lesson with the payload in every place that takes words."""
    line = payload.replace("\n", " ")
    return f"""---
id: u{number}
title: {quoted(line)}
sensitive: {quoted(line)}
---

## {line}

Words {line} and *{line}* and **{line}** and `{line}`.

> {line}

> [!NOTE]
> {line}

- {line}

| {line.replace("|", "")} | b |
| --- | --- |
| {line.replace("|", "")} | c |

Term {line}
: {line}

Note.[^n{number}]

::: question {{#q{number} type=single}}
{line}

- [x] {line}
  > {line}
- [ ] other

> [!TIP]
> {line}
:::

[^n{number}]: {line}
""".encode()


def hostile() -> dict[str, bytes]:
    files = {f"{number:02d}-u.md": unit(number, payload) for number, payload in enumerate(PAYLOADS)}
    files["module.md"] = (
        f"---\nid: hostile\ntitle: {quoted(PAYLOADS[1])}\nsummary: {quoted(PAYLOADS[0])}\nsource: en\n---\n\n"
        f"{PAYLOADS[2]}\n"
    ).encode()
    return files


@pytest.fixture(scope="module")
def addresses(site: Site) -> list[str]:
    """Every page of a module that tries everything. Units that the compiler refuses are not published."""
    files = hostile()
    with site.store.write(Scope.nobody()) as db:
        try:
            library.publish(db, "hostile", files, by="test", now=datetime.now(UTC))
        except library.NotPublishable as refused:
            bad = {one.file for one in refused.diagnostics if one.severity == "error"}
            files = {name: data for name, data in files.items() if name not in bad}
            library.publish(db, "hostile", files, by="test", now=datetime.now(UTC))
    units = [name.removesuffix(".md") for name in files if name != "module.md"]
    assert len(units) > len(PAYLOADS) // 2
    return ["/en/", "/en/modules/hostile", *(f"/en/modules/hostile/{name}?open=1" for name in units)]


def test_the_detector_sees_what_runs(chromium: Browser) -> None:
    page = chromium.new_page(bypass_csp=True)
    seen: set[str] = set()
    page.on("dialog", lambda dialog: (seen.add(payload), dialog.dismiss()))
    for payload in RUNS_BARE:
        page.goto("about:blank")
        page.set_content(f"<!doctype html><p>{payload}</p>")
        page.wait_for_timeout(60)
    page.close()
    assert len(seen) >= len(RUNS_BARE) * 0.6


@pytest.mark.parametrize("without_policy", [True, False], ids=["policy off", "policy on"])
def test_nothing_authored_runs_or_calls_elsewhere(
    chromium: Browser, site: Site, addresses: list[str], without_policy: bool
) -> None:
    context = chromium.new_context(base_url=site.url, bypass_csp=without_policy)
    page = context.new_page()
    ran: list[str] = []
    elsewhere: list[str] = []

    def asked(request: Request) -> None:
        if not request.url.startswith((site.url, "data:", "blob:")):
            elsewhere.append(request.url)

    page.on("dialog", lambda dialog: (ran.append(page.url), dialog.dismiss()))
    page.on("request", asked)
    for address in addresses:
        page.goto(address)
    page.wait_for_timeout(100)
    context.close()
    assert ran == []
    assert elsewhere == []
