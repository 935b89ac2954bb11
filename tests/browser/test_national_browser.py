"""A country's words on a phone, by keyboard: what is shown fits, axe finds nothing, and no script is needed to save."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import Site
from tests.browser.test_languages_browser import opened
from tests.browser.test_workshop import Looker, enter
from tests.factories import a_grant, a_person
from trainer.access import COORDINATOR
from trainer.store.models import Person
from trainer.store.scope import Scope

ADDRESS = "/en/national/VN/understanding-trafficking"


@pytest.fixture(scope="module")
def coordinator(site: Site) -> Person:
    with site.store.write(Scope.system("test")) as db:
        person = a_person(db, country="VN", sign_in_name="national-coordinator", full_name="Nguyễn Thị Lan")
        a_grant(db, person, COORDINATOR, over="VN")
        db.expunge_all()
    return person


@pytest.fixture
def page(chromium: Browser, site: Site, coordinator: Person) -> Iterator[Page]:
    page = opened(chromium, site, site.url, coordinator)
    yield page
    page.context.close()


def test_filling_in_by_keyboard_and_looking_at_every_page(page: Page, site: Site) -> None:
    looker = Looker(page, site)
    page.goto(ADDRESS)
    page.get_by_role("textbox", name="Words of the country").first.focus()
    page.keyboard.type("Law of 2011")
    page.keyboard.press("Tab")
    page.keyboard.type("Official gazette")
    enter(page)
    expect(page.get_by_role("status")).to_have_text("Your words are saved. Learners see them once they are signed.")
    expect(page.get_by_role("textbox", name="Words of the country").first).to_have_value("Law of 2011")
    place = page.locator("summary", has_text="National frame")
    place.focus()
    page.keyboard.press("Enter")
    words = page.locator("details[open] textarea").first
    words.fill("[nowhere](nothing.md)")
    words.press("Tab")
    page.get_by_role("button", name="Save", exact=True).focus()
    enter(page)
    expect(page.locator("#errors")).to_be_focused()
    page.locator("#errors a").first.press("Enter")
    expect(page.locator("details[open] textarea").first).to_be_in_viewport()
    for address in ("/en/national/", ADDRESS, f"{ADDRESS}/preview?lang=vi", f"{ADDRESS}/sign"):
        page.goto(address)
        looker.look()
    assert looker.faults == []
