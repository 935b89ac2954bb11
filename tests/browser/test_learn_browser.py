"""The learner's pages in a real browser: axe in both themes, the keyboard alone, moving, leaving, focus."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect
from sqlalchemy import select

from tests.browser.axe import faults
from tests.browser.conftest import Site
from tests.factories import a_person
from trainer import assessment
from trainer.content.model import Module, Unit
from trainer.services import record, sessions
from trainer.services.demo import right_answer
from trainer.services.events import Event
from trainer.store.models import Attempt, Person
from trainer.store.scope import Scope

SLUG = "recognising-indicators"
LESSON = f"/modules/{SLUG}/01-reading-indicators?open=1"
GATED = f"/modules/{SLUG}/03-children-and-others"
PHONE = {"width": 360, "height": 740}

Enter = Callable[..., Page]


@pytest.fixture
def enter(chromium: Browser, site: Site) -> Iterator[Enter]:
    """Open a browser in which a new person is signed in; `person=None`: nobody."""
    opened: list[BrowserContext] = []

    def make(person: Person | None = None, *, anonymous: bool = False, **options: Any) -> Page:
        context = chromium.new_context(base_url=site.url, viewport=PHONE, **options)
        opened.append(context)
        if not anonymous:
            token = a_session(site, person or a_learner(site))
            context.add_cookies([{"name": "trainer", "value": token, "url": site.url}])
        return context.new_page()

    yield make
    for context in opened:
        context.close()


def a_learner(site: Site) -> Person:
    with site.store.write(Scope.system("test")) as db:
        person = a_person(db, country="KH", sign_in_name=f"learner-{uuid.uuid4().hex}")
        db.expunge_all()
    return person


def a_session(site: Site, person: Person) -> str:
    with site.store.write(Scope.person(person.id, person.country)) as db:
        return sessions.start(
            db,
            person.id,
            person.country,
            label="Chromium",
            shared_device=True,
            now=datetime.now(UTC),
            second_step_at=datetime.now(UTC),
        )


def module_of(site: Site, locale: str = "en") -> Module:
    published = [site.shelf.module(edition, locale, None) for edition in (1, 2, 3)]
    return next(module for module in published if module.slug == SLUG)


def send(site: Site, person: Person, kind: Any, **values: Any) -> record.Verdict:
    event = Event(id=str(uuid.uuid4()), kind=kind, person_id=person.id, country=person.country, module=SLUG, **values)
    with site.store.write(Scope.person(person.id, person.country)) as db:
        verdict = record.record(db, site.shelf, [event], now=datetime.now(UTC))[0]
    assert verdict.status == "stored", verdict
    return verdict


def begin_quiz(site: Site, person: Person) -> tuple[str, tuple[assessment.Planned, ...]]:
    """The id of a new attempt at the quiz, and its questions in their order."""
    unit = next(unit for unit in module_of(site).units if unit.kind == "quiz")
    attempt_id = str(send(site, person, "start", unit=unit.id, purpose="quiz").extra["attempt_id"])
    with site.store.read(Scope.system("test")) as db:
        seed = db.scalars(select(Attempt.seed).where(Attempt.id == attempt_id)).one()
    return attempt_id, assessment.plan(unit, seed)


def number_of(planned: tuple[assessment.Planned, ...], kind: str) -> int:
    return next(number for number, one in enumerate(planned, 1) if one.item.type == kind)


def complete(site: Site, person: Person) -> str:
    """Complete the module; the id of the quiz attempt."""
    for unit in module_of(site).units:
        if unit.kind == "lesson":
            send(site, person, "unit-done", unit=unit.id)
    attempt_id, planned = begin_quiz(site, person)
    for one in planned:
        answer = {"text": "My thoughts"} if one.item.type == "reflect" else right_answer(one.item)
        send(site, person, "answer", attempt_id=attempt_id, question=one.item.id, answer=answer)
    send(site, person, "hand-in", attempt_id=attempt_id)
    return attempt_id


def test_axe_finds_what_is_wrong(enter: Enter) -> None:
    page = enter(anonymous=True)
    page.set_content("<p style='color: #aaa; background: #fff'>Faint <img src='data:,'></p>")
    found = " ".join(faults(page))
    assert [rule in found for rule in ("color-contrast", "document-title", "html-has-lang", "image-alt")] == [True] * 4


@pytest.mark.parametrize(("locale", "scheme"), [("en", "light"), ("km", "dark")])
def test_axe_finds_nothing_for_a_reader(enter: Enter, locale: str, scheme: str) -> None:
    page = enter(anonymous=True, color_scheme=scheme)
    found = []
    for path in ("/", "/welcome", "/help", "/glossary", "/reading", "/sign-in", f"/modules/{SLUG}", LESSON, GATED):
        page.goto(f"/{locale}{path}")
        found += faults(page)
    assert found == []


@pytest.mark.parametrize(("locale", "scheme"), [("en", "light"), ("km", "dark")])
def test_axe_finds_nothing_for_a_learner(enter: Enter, site: Site, locale: str, scheme: str) -> None:
    person = a_learner(site)
    attempt_id, planned = begin_quiz(site, person)
    page = enter(person, color_scheme=scheme)
    found = []
    units = [f"/modules/{SLUG}/{unit.slug}?open=1" for unit in module_of(site).units]
    questions = [f"/attempts/{attempt_id}/{number}" for number in range(1, len(planned) + 1)]
    for path in ("/", "/record", f"/modules/{SLUG}", f"{GATED}/break", *units, *questions):
        page.goto(f"/{locale}{path}")
        found += faults(page)
    page.goto(f"/{locale}/attempts/{attempt_id}/{number_of(planned, 'single')}")
    page.locator("button[value=answer]").click()
    expect(page.locator("#errors")).to_be_visible()
    found += faults(page)
    page.locator("[name=answer]").first.check()
    page.locator("button[value=answer]").click()
    expect(page.locator("#feedback")).to_be_visible()
    found += faults(page)
    page.goto(f"/{locale}/attempts/{attempt_id}/review")
    found += faults(page)
    assert found == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_after_completion(enter: Enter, site: Site, scheme: str) -> None:
    person = a_learner(site)
    attempt_id = complete(site, person)
    page = enter(person, color_scheme=scheme)
    found = []
    for path in (f"/attempts/{attempt_id}/results", f"/modules/{SLUG}/certificate", f"/modules/{SLUG}", "/record"):
        page.goto(f"/en{path}")
        found += faults(page)
    assert found == []
    page.goto(f"/en/modules/{SLUG}/certificate")
    picture = page.locator(".certificate img")
    assert picture.evaluate("one => one.complete && one.naturalWidth > 0")


def test_a_question_is_answered_by_keyboard_alone(enter: Enter, site: Site) -> None:
    person = a_learner(site)
    attempt_id, planned = begin_quiz(site, person)
    page = enter(person)
    page.goto(f"/en/attempts/{attempt_id}/{number_of(planned, 'single')}")
    for _ in range(20):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.type") == "radio":
            break
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.locator("#feedback")).to_be_focused()
    expect(page.locator("#feedback")).to_contain_text(re.compile(r"^\s*(Correct|Not quite|Partly right)\."))


def test_a_missing_answer_is_said_first_and_leads_to_the_field(enter: Enter, site: Site) -> None:
    person = a_learner(site)
    attempt_id, planned = begin_quiz(site, person)
    page = enter(person)
    for kind in ("single", "multiple", "truefalse", "match", "gap", "reflect", "scenario"):
        page.goto(f"/en/attempts/{attempt_id}/{number_of(planned, kind)}")
        page.locator("button[value=answer]").click()
        expect(page.locator("#errors")).to_be_focused()
        assert page.title().startswith("Error:")
        target = page.locator("#errors a").get_attribute("href") or ""
        expect(page.locator(f"[id='{target.removeprefix('#')}']")).to_have_count(1)


def places(page: Page) -> list[str]:
    return [str(value) for value in page.locator("[name^=place-]").evaluate_all("all => all.map(one => one.value)")]


@pytest.mark.parametrize("script", [True, False])
def test_an_order_is_changed_by_buttons_with_and_without_script(enter: Enter, site: Site, script: bool) -> None:
    person = a_learner(site)
    attempt_id, planned = begin_quiz(site, person)
    page = enter(person, java_script_enabled=script)
    page.goto(f"/en/attempts/{attempt_id}/{number_of(planned, 'order')}")
    before = places(page)
    page.locator("button[value=down-0]").click()
    page.locator("button[value=down-1]").click()
    assert places(page) == [before[1], before[2], before[0], *before[3:]]
    names = page.locator("[name^=place-]").evaluate_all("all => all.map(one => one.name)")
    assert names == [f"place-{at}" for at in range(len(before))]
    if script:
        assert "order=" not in page.url
        expect(page.locator("[role=status]")).to_contain_text(f"place 3 of {len(before)}")
        assert page.evaluate("document.activeElement.value") == "down-2"


def test_shift_three_times_leaves_and_the_page_is_not_in_the_history(enter: Enter) -> None:
    page = enter(anonymous=True)
    page.goto("/en/help")
    page.goto(f"/en{LESSON}")
    for _ in range(3):
        page.keyboard.press("Shift")
    page.wait_for_url("**/en/leave")
    assert "Trainer" not in page.content()
    page.go_back()
    assert page.url.endswith("/en/help")


def test_the_way_out_is_a_plain_link_without_script(enter: Enter) -> None:
    page = enter(anonymous=True, java_script_enabled=False)
    page.goto(f"/en{LESSON}")
    page.locator("footer [data-exit]").click()
    assert page.url.endswith("/en/leave")


def test_reading_comfort_holds_on_every_page_without_script(enter: Enter) -> None:
    page = enter(anonymous=True, java_script_enabled=False)
    page.goto("/en/reading")
    page.locator("[name=size][value='150']").check()
    page.locator("[name=theme][value=dark]").check()
    page.locator("[name=spacing][value=wide]").check()
    page.locator("main button").click()
    page.goto(f"/en{LESSON}")
    html = page.locator("html")
    assert html.evaluate("one => getComputedStyle(one).fontSize") == "24px"
    assert html.evaluate("one => getComputedStyle(one).backgroundColor") == "rgb(19, 24, 26)"
    assert html.evaluate("one => one.scrollWidth") <= PHONE["width"]


def test_practice_without_an_account_gives_feedback_and_keeps_nothing(enter: Enter, site: Site) -> None:
    page = enter(anonymous=True)
    page.goto(f"/en{LESSON}")
    form = page.locator("form.question").first
    fill_wrongly(form)
    form.locator("button[value=answer]").click()
    expect(page.locator("main > .prose [id^=f-][tabindex='-1']")).to_be_focused()
    with site.store.read(Scope.system("test")) as db:
        assert not db.scalars(select(Attempt.id).where(Attempt.purpose == "practice")).all()


def fill_wrongly(form: Any) -> None:
    """Something, whatever the type."""
    if form.locator("input[type=radio], input[type=checkbox]").count():
        form.locator("input[type=radio], input[type=checkbox]").first.check()
    for field in form.locator("input[type=text], textarea").all():
        field.fill("7")
    for field in form.locator("select").all():
        field.select_option(index=1)


def test_a_lesson_with_a_content_note_can_be_skipped_and_is_not_marked_as_read(enter: Enter, site: Site) -> None:
    page = enter()
    page.goto(f"/en{GATED}")
    expect(page.get_by_role("heading", name="Content note")).to_be_visible()
    expect(page.locator(".prose")).to_have_count(0)
    following = _after(module_of(site).units, "03-children-and-others")
    page.get_by_role("link", name="Skip this lesson").click()
    assert page.url.endswith(following.slug)
    page.goto(f"/en/modules/{SLUG}")
    expect(page.locator(".steps li", has_text="Children")).to_contain_text("Not started")


def _after(units: tuple[Unit, ...], slug: str) -> Unit:
    slugs = [unit.slug for unit in units]
    return units[slugs.index(slug) + 1]
