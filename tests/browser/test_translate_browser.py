"""The translation workbench in a real browser: by keyboard alone, checks while typing, words that stay, axe."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.axe import faults
from tests.browser.conftest import Site
from tests.factories import a_grant, a_person
from trainer.access import REVIEWER, TRANSLATOR
from trainer.services import sessions
from trainer.store.scope import Scope

SLUG = "recognising-indicators"
UNTRANSLATED = "forced-labour-in-fishing"
Enter = Callable[..., Page]


@pytest.fixture
def enter(chromium: Browser, site: Site) -> Iterator[Enter]:
    opened = []

    def make(role: str = TRANSLATOR, tag: str = "th", width: int = 1100, scheme: str = "light") -> Page:
        with site.store.write(Scope.system("test")) as db:
            person = a_person(db, country="TH", locale="en")
            a_grant(db, person, role, over=tag)
            now = datetime.now(UTC)
            token = sessions.start(
                db, person.id, "TH", label="Chromium", shared_device=True, now=now, second_step_at=now
            )
        context = chromium.new_context(
            base_url=site.url, viewport={"width": width, "height": 800}, color_scheme=scheme, reduced_motion="reduce"
        )  # fmt: skip
        context.add_cookies([{"name": "trainer", "value": token, "url": site.url}])
        opened.append(context)
        return context.new_page()

    yield make
    for context in opened:
        context.close()


def tab_to(page: Page, selector: str) -> None:
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return
    raise AssertionError(f"Tab does not reach {selector}")


def test_three_passages_are_translated_by_keyboard_alone(enter: Enter) -> None:
    page = enter(tag="km")
    page.goto("/en/translate/")
    for selector in (f"a[href$='/translate/{UNTRANSLATED}/km']", "a[href*='state=missing']", "ol.passages a"):
        tab_to(page, selector)
        with page.expect_navigation():
            page.keyboard.press("Enter")
    for number in range(3):
        box = page.get_by_role("textbox", name="ខ្មែរ")
        expect(box).to_be_focused()
        expect(box).to_have_value("")
        page.keyboard.type(f"ពាក្យ {number}")
        with page.expect_navigation():
            page.keyboard.press("Control+Enter")
        expect(page.get_by_text("Saved.")).to_be_visible()
    with page.expect_navigation():
        page.keyboard.press("Alt+ArrowDown")
    with page.expect_navigation():
        page.keyboard.press("Alt+ArrowUp")
    page.goto(f"/en/translate/{UNTRANSLATED}/km?state=second")
    expect(page.locator("ol.passages > li")).to_have_count(3)


def test_a_check_that_fails_is_told_while_typing_and_keeps_the_words(enter: Enter) -> None:
    page = enter()
    page.goto(f"/en/translate/{SLUG}/th?q=term:victim")
    page.locator("ol.passages a").first.click()
    box, checks = page.locator("#text"), page.locator("#checks")
    before = box.input_value()
    box.press("ControlOrMeta+a")
    page.keyboard.type("คำ")
    expect(checks).to_contain_text("Links, gaps, footnotes and slots must stay")
    with page.expect_navigation():
        page.keyboard.press("Control+Enter")
    expect(page.locator("#text")).to_have_value("คำ")
    expect(page.locator("#errors")).to_contain_text("Your words are still here")
    assert faults(page) == []
    page.locator("#text").fill(before)
    expect(checks).not_to_contain_text("must stay")
    with page.expect_navigation():
        page.keyboard.press("Control+s")
    expect(page.get_by_text("Saved.")).to_be_visible()


def test_leaving_words_that_are_not_saved_is_asked_first(enter: Enter) -> None:
    page = enter()
    page.goto(f"/en/translate/{SLUG}/th?state=draft")
    page.locator("ol.passages a").nth(20).click()
    page.locator("#text").press("End")
    page.keyboard.type(" ใหม่")
    asked: list[str] = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.dismiss()))
    page.keyboard.press("Alt+ArrowDown")
    expect(page.locator("#text")).to_have_value(re.compile(" ใหม่$"))
    assert asked == ["beforeunload"]


PATHS = ("", f"{SLUG}/my", f"{SLUG}/my/import", f"{SLUG}/my/publish", f"{SLUG}/comments", "passage", "preview")


@pytest.mark.parametrize(("width", "scheme", "paths"), [(360, "dark", PATHS), (1100, "light", ("passage",))])
def test_axe_finds_nothing_and_nothing_is_wider_than_the_screen(
    enter: Enter, width: int, scheme: str, paths: tuple[str, ...]
) -> None:
    page = enter(REVIEWER, "my", width, scheme)
    found = []
    for path in paths:
        if path == "passage":
            page.goto(f"/en/translate/{SLUG}/my?q=victim")
            page.locator("ol.passages a").nth(2).click()
        elif path == "preview":
            page.get_by_text("See it in its place").click()
        else:
            page.goto(f"/en/translate/{path}")
        found += faults(page)
        if page.evaluate("document.documentElement.scrollWidth") > width:
            found.append(f"{page.url} is too wide")
    assert found == []
