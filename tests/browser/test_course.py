"""A person takes a course end to end in a real browser: a phone of 360 px, without JavaScript, in Khmer."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page
from sqlalchemy import select, update

from tests.browser.conftest import Site
from tests.factories import a_grant
from trainer import assessment
from trainer.access import COORDINATOR
from trainer.content.model import Module, Scenario
from trainer.services import record
from trainer.services.demo import right_answer
from trainer.services.events import Event
from trainer.store.models import Attempt, Person, SignInSession
from trainer.store.scope import Scope

SLUG = "recognising-indicators"
PASSWORD = "four calm river stones"
PHONE = {"width": 360, "height": 740}


@pytest.fixture
def phone(chromium: Browser, site: Site) -> Iterator[BrowserContext]:
    context = chromium.new_context(viewport=PHONE, java_script_enabled=False, base_url=site.url)
    yield context
    context.close()


def sign_up(page: Page, locale: str, name: str, country: str = "KH") -> None:
    page.goto(f"/{locale}/sign-up")
    page.fill("[name=full_name]", "សុខ ដារា")
    page.fill("[name=sign_in_name]", name)
    page.fill("[name=password]", PASSWORD)
    page.select_option("[name=country]", country)
    page.select_option("[name=agency_type]", "police")
    page.select_option("[name=work_role]", "frontline")
    page.locator("main form button").last.click()
    assert "sign-up" not in page.url


def fill(form: Locator, fields: dict[str, list[str]]) -> None:
    """Put the values into the fields as a person would."""
    for name, values in fields.items():
        for value in values:
            field = form.locator(f'[name="{name}"]').first
            kind = field.evaluate("e => e.tagName + ':' + (e.type || '')")
            if kind in ("INPUT:radio", "INPUT:checkbox"):
                form.locator(f'[name="{name}"][value="{value}"]').check()
            elif kind.startswith("SELECT"):
                field.select_option(value)
            elif kind != "INPUT:hidden":
                field.fill(value)


def order_by_buttons(page: Page, wanted: list[str]) -> None:
    """Bring the list into the wanted order with the buttons that move an item up."""
    for place, value in enumerate(wanted):
        for _ in wanted:
            standing = page.locator('[name^="place-"]').evaluate_all("all => all.map(one => one.value)")
            at = standing.index(value)
            if at == place:
                break
            page.locator(f'button[name="move"][value="up-{at}"]').click()


def take(page: Page, site: Site, module: Module) -> None:
    """Answer every question of the open attempt rightly and hand it in."""
    attempt_id = page.url.split("/attempts/")[1].split("/")[0]
    with site.store.read(Scope.system("test")) as db:
        attempt = db.scalars(select(Attempt).where(Attempt.id == attempt_id)).one()
        unit = next(unit for unit in module.units if unit.id == attempt.unit)
        planned = assessment.plan(unit, attempt.seed, attempt.form)
    for number, one in enumerate(planned, 1):
        page.goto(re.sub(r"/attempts/.*", f"/attempts/{attempt_id}/{number}", page.url))
        answer = {"text": "ខ្ញុំគិត"} if one.item.type == "reflect" else right_answer(one.item)
        form = page.locator("main form").first
        if isinstance(one.item, Scenario):
            for choice in answer["path"]:
                page.locator(f'[name=choice][value="{choice}"]').check()
                page.locator("main form button").first.click()
            continue
        fields = assessment.form_fields(one, answer)
        if one.item.type == "order":
            order_by_buttons(page, [fields[f"place-{at}"][0] for at in range(len(one.order))])
        else:
            fill(form, fields)
        page.locator("main form button:not([name=move])").first.click()
    page.goto(re.sub(r"/attempts/.*", f"/attempts/{attempt_id}/review", page.url))
    if "/results" not in page.url:
        page.locator("main form button").last.click()
    assert page.url.endswith("/results")


def no_overflow(page: Page) -> None:
    """Nothing sticks out to the side."""
    assert page.locator("html").evaluate("e => e.scrollWidth") <= PHONE["width"], page.url


def test_from_sign_up_to_a_certificate_that_its_check_page_confirms(
    phone: BrowserContext, site: Site, chromium: Browser
) -> None:
    page = phone.new_page()
    sign_up(page, "km", "sok-dara")
    published = [site.shelf.module(edition, "km", "KH") for edition in (1, 2, 3)]
    module = next(module for module in published if module.slug == SLUG)

    page.goto(f"/km/modules/{SLUG}")
    no_overflow(page)
    page.locator("main form button").first.click()
    take(page, site, module)
    assert "100" not in page.locator("main").inner_text()

    for unit in module.units:
        if unit.kind == "lesson":
            page.goto(f"/km/modules/{SLUG}/{unit.slug}?open=1")
            no_overflow(page)
            page.locator(f'form[action$="/{unit.slug}/done"] button').click()
    quiz = next(unit for unit in module.units if unit.kind == "quiz")
    page.goto(f"/km/modules/{SLUG}/{quiz.slug}")
    page.locator(f'form[action$="/{quiz.slug}/start"] button').click()
    take(page, site, module)

    page.goto(f"/km/modules/{SLUG}/certificate")
    no_overflow(page)
    text = page.locator("main").inner_text()
    assert "សុខ ដារា" in text
    code = re.search(r"[0-9A-HJKMNP-TV-Z]{5}(?:-[0-9A-HJKMNP-TV-Z]{5,7}){4}", text)
    assert code, text

    stranger = chromium.new_page(base_url=site.url)
    stranger.goto(f"/check/{code[0].lower()}")
    assert "សុខ ដារា" in stranger.locator("main").inner_text()
    stranger.goto("/check/00000-00000-00000-00000-000000")
    assert "សុខ ដារា" not in stranger.locator("main").inner_text()
    stranger.close()


@pytest.mark.parametrize(("over", "sees"), [("KH", True), ("LA", False)])
def test_only_the_countrys_coordinator_sees_a_completion(
    phone: BrowserContext, site: Site, over: str, sees: bool
) -> None:
    page = phone.new_page()
    sign_up(page, "en", f"coordinator-of-{over}".lower(), over)
    with site.store.write(Scope.system("test")) as db:
        person = db.scalars(select(Person).where(Person.sign_in_name == f"coordinator-of-{over}".lower())).one()
        a_grant(db, person, COORDINATOR, over=over)
        mine = update(SignInSession).where(SignInSession.person_id == person.id)
        db.execute(mine.values(second_step_at=datetime.now(UTC)))
    learner = f"learner-for-{over}".lower()
    sign_up(phone.browser.new_page(base_url=site.url) if phone.browser else page, "en", learner, "KH")
    with site.store.read(Scope.system("test")) as db:
        someone = db.scalars(select(Person).where(Person.sign_in_name == learner)).one()
    with site.store.write(Scope.person(someone.id, "KH")) as db:
        event = Event(id=str(uuid.uuid4()), kind="enrol", person_id=someone.id, country="KH", module=SLUG)
        assert record.record(db, site.shelf, [event], now=datetime.now(UTC))[0].status == "stored"
    page.goto("/en/coordinate/")
    no_overflow(page)
    text = page.locator("main").inner_text()
    assert ("Cambodia ·" in text and "This quarter so far" in text) == sees


def test_a_language_switch_keeps_the_page_and_the_progress(phone: BrowserContext, site: Site) -> None:
    page = phone.new_page()
    sign_up(page, "en", "switcher")
    page.goto(f"/en/modules/{SLUG}/01-reading-indicators?open=1")
    page.locator('form[action$="/done"] button').click()
    page.goto(f"/en/modules/{SLUG}/01-reading-indicators")
    page.goto(page.locator('a[hreflang="km"], a[lang="km"]').first.get_attribute("href") or "")
    assert "/km/" in page.url
    assert page.url.split("?")[0].endswith(f"/modules/{SLUG}/01-reading-indicators")
    assert page.locator("html").get_attribute("lang") == "km"
