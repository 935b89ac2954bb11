"""A module from nothing to its second edition in a real browser, by keyboard alone.

Written by a trainer, translated into Thai, read a second time and published, adapted by two countries, changed in one
sentence: exactly what depends on that sentence becomes out of date.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import Site
from tests.factories import a_grant, a_person
from trainer.access import COORDINATOR, REVIEWER, TRAINER, TRANSLATOR
from trainer.services import sessions
from trainer.store.scope import Scope

SLUG = "harbour-first-contact"
HOME = f"/en/author/modules/{SLUG}"

MODULE = """\
---
id: harbour-first-contact
title: Harbour first contact
summary: What to say first.
source: en
minutes: {online: 10}
objectives: {o1: Choose a safe first sentence}
completion: {lessons: all, quiz: 60}
slots: {hotline: required}
---

For officers at the quay.

::: country {#contacts slot=required safety}
Call {{slot.hotline}}.
:::
"""
LESSON = """\
---
id: first-words
title: First words
---

## Speak alone {#alone}

Find a quiet place.

::: country {#help}
Ask the harbour office.
:::
"""
QUIZ = """\
---
id: quiz
title: Quiz
kind: quiz
pass: 60
---

::: question {#h-q1 type=single objective=o1}
What comes first?

- [x] Safety
- [ ] Papers
  > Papers can wait.
:::

::: question {#h-q2 type=truefalse answer=true objective=o1}
A worker may refuse to speak.

> [!NOTE]
> Nobody is forced.
:::

::: question {#h-q3 type=short objective=o1}
Whom do you call?

- = the hotline

> [!NOTE]
> The number is on the card.
:::
"""

LABEL = """() => {
  const one = document.activeElement.shadowRoot?.activeElement ?? document.activeElement
  return [one.getAttribute('aria-label'), one.labels?.[0]?.innerText, one.innerText]
    .map(text => (text ?? '').replace(/\\s+/g, ' ').trim()).find(text => text) ?? ''
}"""
"""What a screen reader would call the thing that has the focus, near enough."""


class Hands:
    """Somebody with a keyboard and an address bar, and nothing else."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def go(self, address: str) -> None:
        self.page.goto(address)

    def to(self, name: str, *, within: int = 120) -> None:
        """Tab to what is called `name`, or begins so."""
        seen = []
        for _ in range(within):
            self.page.keyboard.press("Tab")
            label = self.page.evaluate(LABEL)
            if label.startswith(name):
                return
            seen.append(label[:40])
        raise AssertionError(f"Tab does not reach {name!r} on {self.page.url}: {seen}")

    def write(self, name: str, text: str) -> None:
        """Replace what stands in a field."""
        self.to(name)
        self.page.keyboard.press("ControlOrMeta+a")
        self.page.keyboard.insert_text(text)

    def enter(self, name: str = "") -> None:
        """Press a link or button that leads to another page."""
        if name:
            self.to(name)
        with self.page.expect_navigation():
            self.page.keyboard.press("Enter")

    def reads(self, *sentences: str) -> None:
        for sentence in sentences:
            expect(self.page.locator("main")).to_contain_text(sentence)


@pytest.fixture
def hands(chromium: Browser, site: Site) -> Iterator[dict[str, Hands]]:
    """One person for each part of the work."""
    people = {
        "trainer": ("Kosal Prak", "KH", TRAINER, None), "translator": ("Kanya Thongdee", "TH", TRANSLATOR, "th"),
        "reviewer": ("Prasit Wongchai", "TH", REVIEWER, "th"), "KH": ("Rithy Meas", "KH", COORDINATOR, "KH"),
        "LA": ("Khamla Phimmasone", "LA", COORDINATOR, "LA"),
    }  # fmt: skip
    contexts, made = [], {}
    for role, (name, country, grant, over) in people.items():
        with site.store.write(Scope.system("test")) as db:
            person = a_person(db, country=country, full_name=name, locale="en")
            a_grant(db, person, grant, over=over)
            now = datetime.now(UTC)
            token = sessions.start(
                db, person.id, country, label="Chromium", shared_device=True, now=now, second_step_at=now
            )
        context = chromium.new_context(base_url=site.url, viewport={"width": 1100, "height": 800})
        context.add_cookies([{"name": "trainer", "value": token, "url": site.url}])
        contexts.append(context)
        made[role] = Hands(context.new_page())
    yield made
    for context in contexts:
        context.close()


def test_from_an_empty_page_to_the_second_edition(hands: dict[str, Hands]) -> None:
    write_and_publish(hands["trainer"])
    passages = translate(hands["translator"])
    read_a_second_time(hands["reviewer"], passages)
    adapt(hands["KH"], "KH", "1288", "")
    adapt(hands["LA"], "LA", "1191", "Ask the village chief.")
    page = hands["LA"].page
    page.goto(f"/th/modules/{SLUG}/01-first-lesson")
    expect(page.locator("main")).to_contain_text("Ask the village chief.")
    change_a_sentence(hands["trainer"])
    page.goto(f"/th/modules/{SLUG}/01-first-lesson")
    expect(page.locator("main")).not_to_contain_text("Ask the village chief.")
    for role, number in (("KH", "1288"), ("LA", "1191")):
        hands[role].go(f"/en/modules/{SLUG}")
        hands[role].reads(f"Call {number}.")
    hands["translator"].go(f"/en/translate/{SLUG}/th?state=stale")
    expect(hands["translator"].page.locator("ol.passages > li")).to_have_count(1)
    hands["translator"].reads("Ask the harbour master.")
    hands["LA"].go("/en/national/")
    hands["LA"].reads("reopened")
    # Other tests look at the same catalogue.
    hands["trainer"].go(HOME)
    hands["trainer"].enter("Archive")
    hands["KH"].go("/en/")
    expect(hands["KH"].page.locator("main")).not_to_contain_text("Harbour first contact")


def write_and_publish(trainer: Hands) -> None:
    trainer.go("/en/author/modules")
    trainer.enter("New module")
    trainer.write("Title", "Harbour first contact")
    trainer.enter("Make the module")
    for path, words in (("module.md", MODULE), ("01-first-lesson.md", LESSON), ("02-quiz.md", QUIZ)):
        trainer.go(f"{HOME}/edit/{path}")
        expect(trainer.page.locator(".cm-content")).to_be_visible()
        trainer.write(f"Text of {path}", words)
        with trainer.page.expect_response(lambda answer: "autosave" in answer.url or "edit" in answer.url):
            trainer.page.keyboard.press("ControlOrMeta+s")
        expect(trainer.page.locator("#state")).to_contain_text("Saved")
    trainer.go(f"{HOME}/publish")
    trainer.reads("This is the first edition")
    trainer.write("Your full name", "Kosal Prak")
    trainer.enter("Publish the first edition")


def translate(translator: Hands) -> int:
    translator.go(f"/en/translate/{SLUG}/th?state=missing")
    passages = translator.page.locator("ol.passages > li").count()
    translator.enter(translator.page.locator("ol.passages a").first.inner_text().strip()[:20])
    for number in range(passages):
        expect(translator.page.locator("#text")).to_be_focused()
        source = translator.page.locator(".source").inner_text()
        slot = " {{slot.hotline}}" if "slot.hotline" in source else ""
        translator.page.keyboard.insert_text(f"คำแปล {number}{slot}")
        with translator.page.expect_navigation():
            translator.page.keyboard.press("ControlOrMeta+Enter")
    translator.go(f"/en/translate/{SLUG}/th?state=missing")
    expect(translator.page.locator("ol.passages > li")).to_have_count(0)
    return passages


def read_a_second_time(reviewer: Hands, passages: int) -> None:
    reviewer.go(f"/en/translate/{SLUG}/th?state=second")
    reviewer.enter(reviewer.page.locator("ol.passages a").first.inner_text().strip()[:20])
    for _ in range(passages):
        reviewer.enter("I have read it: ready, and next")
    reviewer.go(f"/en/translate/{SLUG}/th/publish")
    reviewer.to("I, Prasit Wongchai, answer for this translation.")
    reviewer.page.keyboard.press("Space")
    reviewer.enter("Publish")
    reviewer.page.goto(f"/th/modules/{SLUG}")
    expect(reviewer.page.locator("h1")).to_contain_text("คำแปล")


def adapt(coordinator: Hands, country: str, number: str, help_words: str) -> None:
    """Fill in the hotline; with `help_words`, put them in the place of the regional ones, too."""
    coordinator.go(f"/en/national/{country}/{SLUG}")
    coordinator.write("Words of the country", number)
    coordinator.write("Source", "A letter of the ministry")
    coordinator.to("Checked on")
    coordinator.page.keyboard.type("11252026")
    if help_words:
        coordinator.to("Help First words")
        coordinator.page.keyboard.press("Enter")
        coordinator.write("Words of the country", help_words)
        coordinator.write("Source", "The district office")
        coordinator.to("Checked on")
        coordinator.page.keyboard.type("11252026")
    coordinator.write("Confirmed by", "Ministry of Labour")
    coordinator.to("Everything was checked on")
    coordinator.page.keyboard.type("11252026")
    coordinator.to("To be checked again by")
    coordinator.page.keyboard.type("11252027")
    coordinator.enter("Save and go on to sign")
    name = {"KH": "Rithy Meas", "LA": "Khamla Phimmasone"}[country]
    coordinator.write("Type your name to sign", name)
    coordinator.enter("Sign and publish")
    coordinator.go(f"/en/modules/{SLUG}")
    coordinator.reads(f"Call {number}.")


def change_a_sentence(trainer: Hands) -> None:
    trainer.go(f"{HOME}/edit/01-first-lesson.md")
    expect(trainer.page.locator(".cm-content")).to_be_visible()
    trainer.write("Text of 01-first-lesson.md", LESSON.replace("harbour office", "harbour master"))
    trainer.page.keyboard.press("ControlOrMeta+s")
    expect(trainer.page.locator("#state")).to_contain_text("Saved")
    trainer.go(f"{HOME}/publish")
    expect(trainer.page.locator("table tbody tr")).to_have_count(1)
    expect(trainer.page.locator("table tbody td").first).to_have_text("1")
    countries = trainer.page.locator("section[aria-labelledby=countries-title]")
    expect(countries).to_contain_text("Lao")
    expect(countries).to_contain_text("help")
    expect(countries).not_to_contain_text("Cambodia")
    trainer.write("What changed", "The master, not the office.")
    trainer.write("Your full name", "Kosal Prak")
    trainer.enter("Publish edition")
