"""An author in a real browser: a folder is chosen, looked at and taken in, on a phone's width, by night and by day."""

from __future__ import annotations

import uuid
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import Site
from tests.browser.test_learn_browser import a_session, faults
from tests.factories import a_grant, a_person
from tests.services.world import COURSE
from trainer.access import TRAINER
from trainer.store.models import Person
from trainer.store.scope import Scope


@pytest.fixture
def trainer(site: Site) -> Person:
    with site.store.write(Scope.system("test")) as db:
        person = a_person(db, full_name="អ្នក សរសេរ", sign_in_name=f"trainer-{uuid.uuid4().hex}", locale="en")
        a_grant(db, person, TRAINER)
        db.expunge_all()
    return person


def test_a_folder_is_taken_in_and_every_page_of_it_can_be_read(
    chromium: Browser, site: Site, trainer: Person, tmp_path: Path
) -> None:
    folder = tmp_path / "harbours"
    for path, data in {
        **COURSE,
        "01-first.md": COURSE["01-first.md"].replace(b"first lesson", "ពាក្យ".encode()),
    }.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(data)
    context = chromium.new_context(
        base_url=site.url, viewport={"width": 360, "height": 800}, color_scheme="dark", reduced_motion="reduce"
    )
    context.add_cookies([{"name": "trainer", "value": a_session(site, trainer), "url": site.url}])
    page = context.new_page()
    found: list[str] = []

    def look(heading: str) -> None:
        expect(page.locator("h1")).to_contain_text(heading)
        found.extend(faults(page))
        assert fits(page), page.url

    page.goto("/en/author/import")
    look("Import a module")
    page.get_by_label("Or choose the folder itself").set_input_files(folder)
    page.get_by_role("button", name="Look at it").click()
    look("Look before you import")
    page.get_by_role("button", name="Take it in").click()
    look("A course")
    page.emulate_media(color_scheme="light", reduced_motion="reduce")
    look("A course")
    home = page.url.partition("?")[0]
    assert home.endswith("/modules/harbours")
    # The second unit is moved by keys alone, and where it went can be seen.
    page.get_by_role("button", name="Move The second lesson up").focus()
    page.keyboard.press("Enter")
    expect(page.locator("li:target")).to_contain_text("01-second.md")
    page.goto(f"{home}/history/02-first.md")
    look("History of 02-first.md")
    expect(page.locator(".files li").first).to_contain_text("was 01-first.md")
    page.goto("/en/author/modules/recognising-indicators/media")
    look("Pictures")
    page.goto("/en/author/modules")
    look("Modules being written")
    context.close()
    assert found == []


def fits(page: Page) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"))
