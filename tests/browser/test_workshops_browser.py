"""A coordinator with a phone: names in three scripts are pasted, looked at, and ticked by keys alone."""

from __future__ import annotations

import uuid
from datetime import UTC, date, datetime

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import Site
from tests.browser.test_learn_browser import PHONE, a_session, faults
from tests.factories import a_grant, a_person
from trainer.services import workshops
from trainer.services.workshops import Facts
from trainer.store.models import Person
from trainer.store.scope import Scope

NAMES = ["សុខ ដារ៉ា", "អោងស៊ូជី", "အောင် ကျော်", "မသီတာ", "Ana Soares", "Nguyễn Văn Minh"]
FACTS = Facts(
    title="ក្រុងព្រះសីហនុ", place="Harbour", country="KH", starts_on=date(2026, 11, 23), ends_on=date(2026, 11, 24),
    locales=("km", "my"), modules=("recognising-indicators",),
)  # fmt: skip


@pytest.fixture
def coordinator(site: Site) -> Person:
    with site.store.write(Scope.system("test")) as db:
        person = a_person(db, country="KH", sign_in_name=f"coordinator-{uuid.uuid4().hex}", locale="en")
        a_grant(db, person)
        db.expunge_all()
    return person


def fits(page: Page) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"))


def test_names_are_pasted_and_ticked_on_a_phone(chromium: Browser, site: Site, coordinator: Person) -> None:
    with site.store.write(Scope.countries({"KH"})) as db:
        titles = dict.fromkeys(FACTS.modules, "ការ\u200bស្គាល់")
        made = workshops.create(db, {"KH"}, FACTS, titles=titles, by=coordinator.id, now=datetime.now(UTC))
    context = chromium.new_context(base_url=site.url, viewport=PHONE, color_scheme="dark")
    context.add_cookies([{"name": "trainer", "value": a_session(site, coordinator), "url": site.url}])
    page = context.new_page()
    page.goto(f"/en/coordinate/workshops/{made}/people/list")
    found = faults(page)
    page.get_by_label("Paste names").fill("\n".join([*NAMES, "ana soares"]))
    page.get_by_label("Where the person works").select_option("police")
    assert fits(page)
    page.get_by_role("button", name="Look at the list").click()
    expect(page.locator("h1")).to_have_text("What would happen")
    found += faults(page)
    assert fits(page)
    page.get_by_label("Who is this?").select_option("row-5")
    page.get_by_role("button", name="Take the list in").click()
    expect(page.locator(".steps li")).to_have_count(len(NAMES))
    found += faults(page)
    page.goto(f"/en/coordinate/workshops/{made}/attendance")
    page.locator(".steps a").click()
    found += faults(page)
    assert fits(page)
    boxes = page.locator("input[name=present]")
    assert min(box.bounding_box()["height"] for box in page.locator(".choice").all()) >= 44  # type: ignore[index]
    boxes.nth(1).focus()
    page.keyboard.press("Space")
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    page.keyboard.press("Enter")
    expect(page.locator("[role=status]").first).to_contain_text("The attendance is saved.")
    expect(page.locator(".ticks tr", has_text="✓")).to_have_count(2)
    found += faults(page)
    assert fits(page)
    fonts = page.locator("bdi[lang=km], bdi[lang=my]").evaluate_all(
        "all => all.map(one => document.fonts.check(getComputedStyle(one).font, one.textContent))"
    )
    assert fonts
    assert all(fonts)
    context.close()
    assert found == []
