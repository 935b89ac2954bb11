"""A coordinator's year: people, a path, the dashboard, the quarterly report in Thai, and no third country."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser.conftest import Site
from tests.browser.test_learn_browser import a_session, faults
from tests.factories import a_grant, a_person
from tests.typeset.readers import poppler, squeezed
from trainer.access import COORDINATOR
from trainer.languages.words import words
from trainer.services import evidence
from trainer.services.counting import Counts
from trainer.services.evidence import Begun, Done
from trainer.store.models import Person
from trainer.store.scope import Scope

SYSTEM = Scope.system("test")
NAMES = "Name\tSign-in name\n陈美玲\tmeiling-sg\nNur Aisyah\taisyah-sg\nLim Wei\twei-sg"
QUARTER, MONTH = "2026-Q3", "2026-08"


def count(site: Site, country: str, people: int) -> None:
    """People who completed something in a quarter that is over."""
    counts = Counts()
    for number in range(people):
        who = ("woman" if number % 2 else "man", "police", "frontline", "online", "en")
        at = datetime(2026, 8, 2, tzinfo=UTC)
        done = Done(uuid.uuid4().hex[:22], country, "recognising-indicators", MONTH, *who, 100, at)
        counts.take(evidence.enrolled(Begun(country, "recognising-indicators", MONTH, *who)))
        counts.take(evidence.completed(done))
        counts.take(evidence.persons([done]))
    with site.store.write(SYSTEM) as db:
        counts.write(db)


@pytest.fixture
def hidden(site: Site) -> Person:
    """Somebody of a third country."""
    count(site, "TL", 30)
    with site.store.write(SYSTEM) as db:
        person = a_person(db, country="TL", full_name="Amélia Escondida", sign_in_name=f"amelia-{uuid.uuid4().hex}")
        db.expunge_all()
    return person


@pytest.fixture
def context(chromium: Browser, site: Site) -> BrowserContext:
    """The coordinator of two countries, signed in."""
    count(site, "SG", 44)
    with site.store.write(SYSTEM) as db:
        person = a_person(db, country="SG", sign_in_name=f"coordinator-{uuid.uuid4().hex}")
        for code in ("SG", "MM"):
            a_grant(db, person, COORDINATOR, over=code)
        db.flush()
        db.expunge_all()
    context = chromium.new_context(base_url=site.url, viewport={"width": 1100, "height": 900})
    context.add_cookies([{"name": "trainer", "value": a_session(site, person), "url": site.url}])
    return context


def press(page: Page, name: str) -> None:
    page.locator("main").get_by_role("button", name=name, exact=True).click()


def test_a_coordinator_of_two_countries_has_their_year(
    context: BrowserContext, hidden: Person, site: Site, tmp_path: Path
) -> None:
    page = context.new_page()
    register(page)
    code = assign_and_make_a_slip(page)
    learner_is_told(context, site, code)
    read_the_dashboard(page)
    report_in_thai(page, tmp_path)
    find_no_third_country(page, hidden)
    page.goto("/en/coordinate/audit?country=SG")
    for act in ("Registered a list of people", "Made an assignment", "Made a sign-in slip", "Downloaded a report"):
        expect(page.locator("main table")).to_contain_text(act)


def register(page: Page) -> None:
    page.goto("/en/coordinate/people/list")
    page.get_by_label("Country", exact=True).select_option("SG")
    page.locator("textarea[name=names]").fill(NAMES)
    page.get_by_label("Where the person works").select_option("police")
    press(page, "Look at the list")
    expect(page.locator("main")).to_contain_text("陈美玲")
    press(page, "Register these people")
    expect(page.locator("main table")).to_contain_text("Nur Aisyah")


def assign_and_make_a_slip(page: Page) -> str:
    page.goto("/en/coordinate/assignments/new")
    page.get_by_label("Path").select_option("police")
    page.get_by_label("Country", exact=True).select_option("SG")
    page.get_by_label("Last day").fill("2027-03-31")
    press(page, "Assign")
    page.goto("/en/coordinate/people")
    page.get_by_label("Find by name or sign-in name").fill("nur")
    press(page, "Find")
    page.get_by_role("link", name="Nur Aisyah").click()
    press(page, "Make a sign-in slip")
    return page.locator(".code").inner_text()


def learner_is_told(context: BrowserContext, site: Site, code: str) -> None:
    assert context.browser
    phone = context.browser.new_context(base_url=site.url, viewport={"width": 360, "height": 740})
    page = phone.new_page()
    page.goto("/en/sign-in")
    page.get_by_label("Sign-in name").fill("aisyah-sg")
    page.get_by_label("Password or slip code").fill(code)
    press(page, "Sign in")
    page.goto("/en/")
    expect(page.locator("main")).to_contain_text("Assigned to you")
    expect(page.locator("main")).to_contain_text("Recognising indicators and first contact")
    phone.close()


def read_the_dashboard(page: Page) -> None:
    page.goto(f"/en/coordinate/?country=SG&period={QUARTER}")
    expect(page.locator("main dl.figures")).to_contain_text("44")
    expect(page.locator(".drawing").first).to_be_visible()
    assert faults(page) == []


def report_in_thai(page: Page, tmp_path: Path) -> None:
    thai = words("th").gettext
    page.goto(f"/th/coordinate/?country=SG&period={QUARTER}")
    with page.expect_download() as waiting:
        page.get_by_role("link", name=thai("Quarterly report (PDF)")).click()
    file = tmp_path / "report.pdf"
    waiting.value.save_as(file)
    printed = squeezed(poppler(file.read_bytes()))
    assert squeezed(thai("Quarterly report")) in printed
    assert "44" in printed


def find_no_third_country(page: Page, hidden: Person) -> None:
    for address in (
        f"people/{hidden.id}", f"people/{hidden.id}/forget", "?country=TL", "report.pdf?country=TL",
        "report.xlsx?country=TL", "report.csv?country=TL", "feedback?country=TL", "people?country=TL",
        "warnings?country=TL",
    ):  # fmt: skip
        answer = page.request.get(f"/en/coordinate/{address}")
        assert (address, answer.status) == (address, 404)
    page.goto("/en/coordinate/people")
    page.get_by_label("Find by name or sign-in name").fill("Amelia")
    press(page, "Find")
    expect(page.locator("main")).not_to_contain_text("Escondida")
    for address in (
        "",
        "people",
        "warnings",
        "audit",
        "assignments",
        "people/waiting",
        "people/duplicates",
        "people/leaving",
    ):
        page.goto(f"/en/coordinate/{address}")
        expect(page.locator("main")).not_to_contain_text("Escondida")
