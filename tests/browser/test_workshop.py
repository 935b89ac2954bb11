"""A workshop from end to end on a phone: made, printed, filled in, photographed, checked by keyboard, counted."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.axe import COLOURS, RULES, faults
from tests.browser.conftest import Site
from tests.browser.test_languages_browser import opened, over_the_edge
from tests.factories import a_grant, a_person
from tests.web.filling import Filled, filled
from trainer.access import COORDINATOR
from trainer.services import sheets
from trainer.store.models import Person
from trainer.store.scope import Scope
from trainer.tasks.runner import Runner

SYSTEM = Scope.system("test")
NAMES = ("សុខ ដារ៉ា", "ကျော်ဇင်ဦး", "Ana Soares")
SLUG = "recognising-indicators"
SCHEMES: tuple[dict[str, Any], ...] = (
    {"color_scheme": "light", "forced_colors": "none"},
    {"color_scheme": "dark", "forced_colors": "none"},
    {"color_scheme": "light", "forced_colors": "active"},
)


@pytest.fixture(scope="module")
def coordinator(site: Site) -> Person:
    with site.store.write(SYSTEM) as db:
        person = a_person(db, country="BN", sign_in_name="workshop-coordinator", full_name="Hajah Siti")
        a_grant(db, person, COORDINATOR, over="BN")
        db.expunge_all()
    return person


@pytest.fixture
def page(chromium: Browser, site: Site, coordinator: Person) -> Iterator[Page]:
    page = opened(chromium, site, site.url, coordinator)
    yield page
    page.context.close()


class Looker:
    """Looks at each new kind of page once: axe in every scheme, and the edge of the phone in three languages."""

    def __init__(self, page: Page, site: Site) -> None:
        self.page, self.site = page, site
        self.faults: list[str] = []
        page.emulate_media(reduced_motion="reduce")  # or axe measures a link halfway between two colours

    def look(self) -> None:
        here = self.page.url
        for number, scheme in enumerate(SCHEMES):
            self.page.emulate_media(**scheme)
            self.faults += [f"{scheme} {one}" for one in faults(self.page, COLOURS if number else RULES)]
        self.page.emulate_media(**SCHEMES[0])
        self.faults += over_the_edge(self.page)
        for locale in ("km", "my"):
            self.page.goto(here.replace("/en/", f"/{locale}/"))
            self.faults += over_the_edge(self.page)
        self.page.goto(here)


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()
    page.wait_for_load_state()


def enter(page: Page) -> None:
    with page.expect_navigation():
        page.keyboard.press("Enter")


def make_workshop(page: Page) -> str:
    page.goto("/en/coordinate/workshops/new")
    page.fill("#title", "ប្រ៊ុយណេ Harbour")
    page.fill("#place", "Muara")
    page.select_option("#country", "BN")
    page.fill("#starts_on", "2026-11-23")
    page.fill("#ends_on", "2026-11-24")
    page.check(f"[name=modules][value={SLUG}]")
    page.select_option("#main_locale", "en")
    for tag in ("km", "my"):
        page.check(f"[name=locales][value={tag}]")
    press(page, "Make the workshop")
    return page.url.partition("?")[0]


def paste_names(page: Page, workshop: str) -> None:
    page.goto(f"{workshop}/people/list")
    page.fill("[name=names]", "\n".join(NAMES))
    page.select_option("#agency_type", "police")
    page.select_option("#work_role", "frontline")
    page.select_option("#locale", "en")
    page.locator("main form button").first.click()
    press(page, "Take the list in")
    for name in NAMES:
        expect(page.locator("main")).to_contain_text(name)


def make_pack(page: Page, looker: Looker, runner: Runner, workshop: str) -> bytes:
    """A pack of the test before and its sheets; the bytes of its one PDF."""
    page.goto(f"{workshop}/packs")
    looker.look()
    press(page, "New pack")
    for box in page.locator("[name=products]").all():
        box.set_checked(box.get_attribute("value") in ("sheets", "pre"))
    for step in ("what", "languages", "paper", "people"):
        assert f"/{step}" in page.url
        if step == "languages":
            for box in page.locator("[name=locales]").all():
                box.set_checked(box.get_attribute("value") == "en")
        press(page, "Continue")
    runner.run_pending()
    for step in ("what", "languages", "paper", "people", "check"):
        page.goto(re.sub(r"[a-z]+$", step, page.url))
        looker.look()
    expect(page.locator(".budget")).to_contain_text(re.compile(r"\d+ pages"))
    press(page, "Make the pack")
    looker.look()
    runner.run_pending()
    page.reload()
    looker.look()
    with page.expect_download() as download:
        page.locator(".rows a").click()
    return Path(download.value.path()).read_bytes()


def upload(page: Page, looker: Looker, runner: Runner, workshop: str, made: list[Filled]) -> None:
    """A ZIP of scans and one photo; what was chosen meanwhile stays chosen."""
    page.goto(f"{workshop}/paper")
    looker.look()
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as file:
        for number, one in enumerate(made[:-1]):
            file.writestr(f"{number}-{one.name}", one.file)
        file.writestr("notes.txt", "nothing")
    page.set_input_files("#files", [
        {"name": "scans.zip", "mimeType": "application/zip", "buffer": archive.getvalue()},
        {"name": f"{'photo' * 30}.jpg", "mimeType": "image/jpeg", "buffer": made[-1].file},
    ])  # fmt: skip
    press(page, "Upload and read")
    expect(page.locator("#uploads")).to_contain_text("Waiting")
    page.set_input_files("#files", [{"name": "next.pdf", "mimeType": "application/pdf", "buffer": b"%PDF"}])
    runner.run_pending()
    expect(page.locator("#uploads")).to_contain_text("page read", timeout=10_000)  # by itself
    assert page.evaluate("document.querySelector('#files').files.length") == 1
    looker.look()


def work_through(page: Page, looker: Looker, workshop: str) -> int:
    """The queue with nothing but the keyboard. -> how many things there were"""
    page.goto(f"{workshop}/check")
    looked = set()
    for number in range(20):
        if "/sheets/" not in page.url and "/scans/" not in page.url:
            return number
        kind = "sheets" if "/sheets/" in page.url else "scans"
        if kind not in looked:
            looked.add(kind)
            looker.look()
        if kind == "scans":  # the page that is no sheet
            page.locator("button", has_text="Put aside").focus()
            enter(page)
            continue
        assert page.evaluate("document.activeElement.closest('fieldset.sheet-row') !== null"), page.url
        assert page.evaluate("document.activeElement.closest('fieldset').id") == page.locator(
            "fieldset.sheet-row"
        ).first.get_attribute("id")
        enter(page)  # too soon: it says what is open, and leads there
        if page.locator("#errors").count():
            expect(page.locator("#errors")).to_be_focused()
            if "errors" not in looked:
                looked.add("errors")
                looker.faults += faults(page)
            for row in page.locator("fieldset.sheet-row").all():
                if row.locator("input:checked").count() == 0:
                    row.locator("input[type=radio], input[type=checkbox]").first.focus()
                    page.keyboard.press("Space")
            enter(page)
    raise AssertionError("the queue does not end")


def test_a_workshop_from_end_to_end_on_a_phone(page: Page, site: Site) -> None:
    looker, runner = Looker(page, site), Runner(site.bench)
    workshop = make_workshop(page)
    paste_names(page, workshop)
    pdf = make_pack(page, looker, runner, workshop)
    made = list(filled(site.store, pdf, {"BN"}, ["scan", "scan", "photo"]))
    assert len(made) == 3
    upload(page, looker, runner, workshop, made)
    assert work_through(page, looker, workshop) >= 1  # at least the page that is no sheet
    expect(page.locator("#state")).to_contain_text("3 of 3 sheets are in the record.")
    for kind in ("typed", "tally"):
        page.goto(f"{workshop}/{kind}/pre/{SLUG}/test")
        looker.look()
    page.goto(f"{workshop}/attendance")
    page.locator("ol.steps a").first.click()
    for box in page.locator("[name=present]").all():
        box.check()
    page.locator("main form button").first.click()
    page.goto(f"{workshop}/closing")
    expect(page.locator("main")).to_contain_text("3 of 3 people came.")
    looker.look()
    press(page, "Close the workshop")
    looker.look()
    page.goto("/en/coordinate/?country=BN")
    expect(page.locator("main table").last).to_contain_text("Brunei Darussalam ·")  # the quarter so far
    assert looker.faults == []
    assert truth_is_kept(site, made)


def truth_is_kept(site: Site, made: list[Filled]) -> bool:
    with site.store.read(SYSTEM) as db:
        return all(sheets.find(db, {"BN"}, one.code.sheet).attempt_id is not None for one in made)
