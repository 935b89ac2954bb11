"""Every language on a phone: nothing runs over the edge, nothing stays untranslated, one font is asked for."""

from __future__ import annotations

import calendar
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
import waitress
from playwright.sync_api import Browser, Page
from waitress import wasyncore

from tests.browser.conftest import Site
from tests.factories import a_grant, a_person
from trainer.access import COORDINATOR
from trainer.app import create_app
from trainer.config import load
from trainer.languages import pseudo
from trainer.languages.registry import LANGUAGES
from trainer.services import sessions
from trainer.store.models import Person
from trainer.store.scope import Scope

PHONE: Any = {"width": 360, "height": 740}
SLUG = "recognising-indicators"
MODULE = f"/modules/{SLUG}"
LESSONS = [f"{MODULE}/{name}?open=1" for name in (
    "01-reading-indicators", "02-signs-by-setting", "04-first-contact", "job-aid-first-contact",
)]  # fmt: skip
OPEN = [
    "/",
    "/?q=zzz",
    "/welcome",
    "/languages",
    "/glossary",
    "/help",
    "/reading",
    "/sign-in",
    "/sign-up",
    MODULE,
    *LESSONS,
]
OPEN += [f"{MODULE}/{name}" for name in ("06-quiz", "test")]
MINE = ["/record", "/my-data", "/my-data/correct", "/password", "/sessions", "/check", "/nowhere"]
COORDINATORS = ["/coordinate", "/coordinate/people", "/coordinate/people/add"]

WIDE = """() => [...document.querySelectorAll('body *')]
  .filter(one => one.getBoundingClientRect().right > innerWidth + 1 && !one.closest('.scroll, .vh, .skip, .menu ul'))
  .map(one => one.tagName + ' ' + one.className + ' ' + one.textContent.trim().slice(0, 40))"""
PLAIN = """tag => {
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT), found = [];
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const at = node.parentElement;
    if (at.closest('[lang]').lang !== tag || at.closest('[translate=no], script, style, bdi, time, code')) continue;
    for (const word of node.data.match(/[A-Za-z]{3,}/g) || []) found.push(word + ': ' + node.data.trim().slice(0, 60));
  }
  return found;
}"""
KNOWN = {"UTC", "PDF", "CSV", *calendar.month_name}
"""Signs that are the same in every language, and months, which are the locale data's."""


@pytest.fixture(scope="module")
def coordinator(site: Site) -> Person:
    with site.store.write(Scope.system("test")) as db:
        person = a_person(db, country="KH", sign_in_name="languages-coordinator", full_name="Sok Dara")
        a_grant(db, person, COORDINATOR, over="KH")
        db.expunge_all()
    return person


def opened(chromium: Browser, site: Site, url: str, person: Person | None = None) -> Page:
    context = chromium.new_context(base_url=url, viewport=PHONE)
    if person is not None:
        with site.store.write(Scope.person(person.id, person.country)) as db:
            token = sessions.start(
                db,
                person.id,
                person.country,
                label="Chromium",
                shared_device=True,
                now=datetime.now(UTC),
                second_step_at=datetime.now(UTC),
            )
        context.add_cookies([{"name": "trainer", "value": token, "url": url}])
    return context.new_page()


def over_the_edge(page: Page) -> list[str]:
    width = page.evaluate("() => document.documentElement.scrollWidth")
    found = page.evaluate(WIDE) if width > PHONE["width"] else []
    return [f"{page.url}: {one}" for one in found] or ([f"{page.url}: {width} px"] if width > PHONE["width"] else [])


@pytest.mark.parametrize("tag", LANGUAGES)
def test_no_page_is_wider_than_the_phone(chromium: Browser, site: Site, coordinator: Person, tag: str) -> None:
    found = []
    for person, paths in ((None, OPEN), (coordinator, [*MINE, *COORDINATORS])):
        page = opened(chromium, site, site.url, person)
        for path in paths:
            page.goto(f"/{tag}{path}")
            found += over_the_edge(page)
        page.context.close()
    assert found == []


@pytest.fixture(scope="module")
def pseudo_url(site: Site) -> Iterator[str]:
    """The same site for a developer: in the pseudo-language too."""
    config = load(
        {"TRAINER_DATA": str(site.store.path.parent), "TRAINER_SECURE_COOKIES": "off", "TRAINER_PSEUDO": "on"}
    )
    server = waitress.create_server(create_app(config, store=site.store), host="127.0.0.1", port=0, threads=4)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.effective_port}"
    server.trigger.pull_trigger(lambda: wasyncore.close_all(server._map))
    thread.join(timeout=10)
    pseudo.remove()


def test_nothing_on_any_page_was_never_translated(
    chromium: Browser, site: Site, coordinator: Person, pseudo_url: str
) -> None:
    left, wide = set(), []
    for person, paths in ((None, OPEN), (coordinator, [*MINE, *COORDINATORS])):
        page = opened(chromium, site, pseudo_url, person)
        for path in paths:
            page.goto(f"/{pseudo.TAG}{path}")
            left |= {f"{path}: {one}" for one in page.evaluate(PLAIN, pseudo.TAG) if one.split(":")[0] not in KNOWN}
            wide += over_the_edge(page)
        page.context.close()
    assert sorted(left) == [], "\n".join(sorted(left))
    assert wide == []


@pytest.mark.parametrize(
    ("tag", "path", "most"),
    [
        ("km", LESSONS[0], 1),
        ("lo", LESSONS[0], 1),
        ("th", LESSONS[0], 1),
        ("my", LESSONS[0], 1),
        ("my", "/", 1),
        ("en", "/", 0),
    ],
)
def test_a_page_asks_for_one_font_of_its_script(chromium: Browser, site: Site, tag: str, path: str, most: int) -> None:
    page = opened(chromium, site, site.url)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if request.resource_type == "font" else None)
    page.goto(f"/{tag}{path}", wait_until="networkidle")
    assert len(asked) <= most, asked
    page.context.close()
