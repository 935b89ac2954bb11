"""Writing in a real browser: saved while one writes, kept when the network goes, seen beside, and all by keyboard."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from tests.browser.conftest import Site
from tests.browser.test_learn_browser import PHONE, a_session, faults
from tests.factories import a_grant, a_person
from trainer.services import desk, drafts
from trainer.store.models import Person
from trainer.store.scope import Scope
from trainer.web import assets

FILE = "01-first.md"
LESSON = """\
---
id: first
title: The first lesson
---

## Look {#look}

A [victim](term:victim) may not use that word.

::: facilitator
Only for you.
:::

::: question {#p1 type=single}
What first?

- [x] Look
- [ ] Run
:::

| Sign | Meaning |
| --- | --- |
| Papers are kept | The person cannot leave |
"""
LESSON += "".join(
    f"\nParagraph {number} of a lesson that is longer than what one sees at once.\n" for number in range(30)
)
CATALOG = """\
msgid ""
msgstr "Language: km\\n"

msgctxt "first/title"
msgid "The first lesson"
msgstr "មេរៀនទីមួយ"
"""
FILES = {
    "module.md": "---\nid: m\ntitle: A module\nsummary: For tests.\nsource: en\n---\n\nHello.\n",
    FILE: LESSON,
    "translations/km.po": CATALOG,
}
pytestmark = pytest.mark.skipif(
    not (Path(assets.FOLDER) / "vendor" / "editor.js").is_file(),
    reason="tools/build_editor.py has not run: the editor is a plain text field",
)
WORD = """<html xmlns:o="urn:schemas-microsoft-com:office:office"><head><style>p {color: red}</style></head><body>
<h2 style='color:navy'>What to ask</h2><p class=MsoNormal style='font-size:11pt'>Ask <b>first</b>, <i>then</i> write.
See <a href="https://example.org/a_b">the guide</a>.<o:p></o:p></p>
<p class=MsoListParagraph style='mso-list:l0 level1 lfo1'><![if !supportLists]><span
style='mso-list:Ignore'>·&nbsp;&nbsp;
</span><![endif]>A name</p>
<p class=MsoListParagraph style='mso-list:l0 level1 lfo1'><span style='mso-list:Ignore'>·&nbsp;</span>A place</p>
<ol><li>One</li><li>Two<ul><li>Inner</li></ul></li></ol>
<table><tr><td><p>Sign</p></td><td>Meaning</td></tr><tr><td>Papers</td><td>kept * away</td></tr></table>
<p><img src="file:///c:/x.png"></p></body></html>"""
MARKDOWN = """\
## What to ask

Ask **first**, *then* write. See [the guide](https://example.org/a_b).

- A name
- A place

1. One
2. Two
   - Inner

| Sign | Meaning |
| --- | --- |
| Papers | kept \\* away |"""


class Desk:
    """An author with a browser; a module of this test's own."""

    def __init__(self, site: Site, chromium: Browser, slug: str) -> None:
        self.site, self.chromium, self.slug = site, chromium, slug
        self.contexts: list[BrowserContext] = []
        self.troubles: list[str] = []
        self.address = f"/en/author/modules/{slug}/edit/{FILE}"

    def author(self) -> Person:
        with self.site.store.write(Scope.system("test")) as db:
            name = f"author-{uuid.uuid4().hex}"
            person = a_person(db, country="KH", sign_in_name=name, locale="en", full_name="Marta Ximenes")
            a_grant(db, person, "trainer", over=None)
            db.expunge_all()
        return person

    def page(self, person: Person | None = None, **options: Any) -> Page:
        context = self.chromium.new_context(base_url=self.site.url, reduced_motion="reduce", **options)
        self.contexts.append(context)
        self.sign_in(context, person or self.author())
        page = context.new_page()
        page.on("console", lambda said: self.troubles.append(said.text) if said.type == "error" else None)
        page.on("pageerror", lambda error: self.troubles.append(str(error)))
        self.open(page)
        return page

    def sign_in(self, context: BrowserContext, person: Person) -> None:
        context.add_cookies([{"name": "trainer", "value": a_session(self.site, person), "url": self.site.url}])

    def open(self, page: Page, more: str = "") -> None:
        page.goto(self.address + more)
        expect(page.locator("#editor[data-ready]")).to_be_attached()

    def stored(self) -> str:
        with self.site.store.read(Scope.nobody()) as db:
            return desk.files(db, desk.folder(db, self.slug))[FILE].decode()


@pytest.fixture
def writing(site: Site, chromium: Browser) -> Iterator[Desk]:
    """A draft of a small module, so that tests do not meet in one file."""
    slug = f"draft-{uuid.uuid4().hex[:8]}"
    with site.store.write(Scope.nobody()) as db:
        draft = drafts.open_draft(db, slug, by="test", now=datetime.now(UTC))
        for path, text in FILES.items():
            drafts.save_draft_file(db, draft.id, path, text.encode(), expected_version=0, by="x", now=datetime.now(UTC))
    made = Desk(site, chromium, slug)
    yield made
    for context in made.contexts:
        context.close()


def surface(page: Page) -> Locator:
    return page.get_by_role("textbox", name=re.compile("^Text of"))


def write(page: Page, text: str) -> None:
    """At the end of the file, as somebody would."""
    surface(page).focus()
    page.keyboard.press("Control+End")
    page.keyboard.insert_text(text)


def preview(page: Page) -> Locator:
    return page.frame_locator("#place iframe").locator("#main")


def test_what_is_typed_is_saved_by_itself_shown_beside_and_there_after_a_reload(writing: Desk) -> None:
    page = writing.page()
    write(page, "\n\nA word at the end.\n\n[gone](09-none.md)\n")
    expect(page.locator("#state")).to_contain_text("Not saved yet")
    expect(preview(page)).to_contain_text("A word at the end.")
    expect(page.locator("#problems .is-error")).to_contain_text("[gone](09-none.md)")
    expect(page.locator("#problems .is-warning")).to_contain_text("the question")
    expect(page.locator("#surface .cm-lint-marker-error")).to_have_count(1)
    expect(page.locator("#state")).to_contain_text(re.compile(r"^Saved \d"))
    assert "A word at the end." in writing.stored()
    # The block of the cursor is in sight in the preview, and says so.
    expect(page.frame_locator("#place iframe").locator("[data-here]")).to_be_in_viewport()
    surface(page).press("Control+Home")
    page.locator("#problems .is-error").get_by_role("button", name="Go").click()
    expect(page.locator("#surface .cm-activeLine")).to_have_text("[gone](09-none.md)")
    page.reload()
    expect(page.locator("#editor[data-ready]")).to_be_attached()
    surface(page).press("Control+End")
    expect(surface(page)).to_contain_text("A word at the end.")
    expect(page.locator("#restore")).to_be_hidden()
    line = writing.stored().split("\n").index("[gone](09-none.md)") + 1
    writing.open(page, f"?line={line}")
    expect(page.locator("#surface .cm-activeLine")).to_have_text("[gone](09-none.md)")
    assert writing.troubles == []


def test_two_people_on_one_file_lose_nothing(writing: Desk) -> None:
    first, second = writing.page(), writing.page()
    write(first, "\n\nFrom the first.\n")
    first.keyboard.press("Control+S")
    expect(first.locator("#state")).to_contain_text("Saved")
    surface(second).focus()
    second.keyboard.press("Control+Home")
    for _ in range(7):
        second.keyboard.press("ArrowDown")
    second.keyboard.insert_text("From the second.\n\n")
    second.keyboard.press("Control+S")
    expect(second.locator("#trouble")).to_contain_text("Marta Ximenes saved this file while you were writing")
    second.get_by_role("button", name="Compare and decide").click()
    expect(second.locator("h1")).to_contain_text("Two versions")
    found = faults(second)
    joined = second.get_by_label("Both joined").input_value()
    assert "From the first." in joined
    assert "From the second." in joined
    second.get_by_role("button", name="Save the joined text").click()
    expect(second.locator("#editor[data-ready]")).to_be_attached()
    expect(second.locator("#restore")).to_be_hidden()
    assert "From the first." in writing.stored()
    assert "From the second." in writing.stored()
    # The answer 409 of the first save is what the browser itself reports.
    assert [one for one in writing.troubles if "409" not in one] == []
    assert found == []


def test_without_a_network_the_device_keeps_the_words(writing: Desk) -> None:
    person = writing.author()
    page = writing.page(person)
    page.context.set_offline(True)
    write(page, "\n\nWritten on the boat.\n")
    page.keyboard.press("Control+S")
    expect(page.locator("#state")).to_contain_text("Kept on this device")
    page.context.set_offline(False)
    expect(page.locator("#state")).to_contain_text("Saved")
    assert "Written on the boat." in writing.stored()
    assert page.evaluate("Object.keys(localStorage).filter(key => key.startsWith('draft:')).length") == 0
    # The browser closes while the server cannot be reached: the next time the words are offered.
    page.context.set_offline(True)
    write(page, "\n\nWritten at the pier.\n")
    page.keyboard.press("Control+S")
    expect(page.locator("#state")).to_contain_text("Kept on this device")
    page.close()
    page = page.context.new_page()
    page.context.set_offline(False)
    for _ in range(3):
        # Chromium hands what a page has stored to the next page's process in its own time.
        writing.open(page)
        if page.evaluate("Object.keys(localStorage).some(key => key.startsWith('draft:'))"):
            break
    expect(page.locator("#restore")).to_be_visible()
    page.get_by_text("Show what differs").click()
    expect(page.locator("#restore ins").filter(has_text="pier")).to_have_count(1)
    found = faults(page)
    page.get_by_role("button", name="Put these words back").click()
    surface(page).press("Control+End")
    expect(surface(page)).to_contain_text("Written at the pier.")
    page.keyboard.press("Control+S")
    expect(page.locator("#state")).to_contain_text("Saved")
    assert "Written at the pier." in writing.stored()
    assert found == []


def test_signing_out_leaves_no_words_on_a_shared_device(writing: Desk) -> None:
    page = writing.page()
    page.on("dialog", lambda dialog: dialog.accept())
    page.route("**/autosave/**", lambda route: route.abort())
    write(page, "\n\nMine alone.\n")
    page.keyboard.press("Control+S")
    expect(page.locator("#state")).to_contain_text("Kept on this device")
    page.get_by_role("button", name="Sign out").click()
    expect(page.locator("h1")).to_have_text("You are signed out")
    expect(page.locator("[data-forget]")).to_be_visible()
    assert "Mine alone" not in page.evaluate("JSON.stringify(localStorage)")


def test_a_session_that_ends_while_writing_is_said_and_goes_on(writing: Desk) -> None:
    person = writing.author()
    page = writing.page(person)
    page.context.clear_cookies()
    write(page, "\n\nAfter the pause.\n")
    page.keyboard.press("Control+S")
    expect(page.locator("#trouble")).to_contain_text("Your session has ended")
    writing.sign_in(page.context, person)
    page.get_by_role("button", name="Try again").click()
    expect(page.locator("#state")).to_contain_text("Saved")
    assert "After the pause." in writing.stored()


def test_by_keyboard_alone(writing: Desk) -> None:
    page = writing.page()
    page.locator("#editor button[value=save]").focus()
    while page.evaluate("document.activeElement.id") != "surface":
        page.keyboard.press("Tab")
    page.keyboard.press("Control+End")
    page.keyboard.insert_text("\n\nWords ")
    page.keyboard.press("Control+B")
    page.keyboard.insert_text("bold")
    page.keyboard.press("Control+.")
    expect(page.get_by_role("button", name="Heading", exact=True)).to_be_focused()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")
    page.keyboard.insert_text("My heading")
    page.keyboard.press("Control+S")
    expect(page.locator("#state")).to_contain_text("Saved")
    assert writing.stored().endswith("Words **bold**\n\n## My heading {#part-1}\n")
    page.keyboard.press("Control+M")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.id") == "surface"
    page.keyboard.press("Escape")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.id") != "surface"
    page.keyboard.press("Control+Shift+M")
    expect(page.locator("#problems-title")).to_be_focused()
    page.keyboard.press("Control+/")
    expect(page.get_by_text("Save, and look through the whole module")).to_be_visible()
    assert writing.troubles == []


@pytest.mark.parametrize("plain", [False, True])
def test_what_a_word_processor_copied_becomes_markdown(writing: Desk, plain: bool) -> None:
    page = writing.page()
    if plain:
        page.get_by_text("Help and keyboard").click()
        page.get_by_role("button", name="Use the plain text field").click()
        expect(page.locator("textarea#words")).to_be_visible()
        writing.open(page)
        expect(page.locator("textarea#words")).to_be_visible()
    write(page, "\n\n")
    page.evaluate(
        """html => {
          const data = new DataTransfer();
          data.setData("text/html", html);
          data.setData("text/plain", "plain");
          const shadow = document.getElementById("surface").shadowRoot;
          const target = shadow?.querySelector(".cm-content") ?? document.getElementById("words");
          target.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
        }""",
        WORD,
    )
    expect(page.locator("#told")).to_contain_text("Left out: pictures (1), colours, fonts and sizes.")
    page.keyboard.press("Control+S")
    expect(page.locator("#state")).to_contain_text("Saved")
    assert writing.stored().endswith(f"\n\n{MARKDOWN}\n")
    assert writing.troubles == []


def test_far_too_long_a_text_is_said_and_stays(writing: Desk) -> None:
    page = writing.page()
    write(page, "word " * 250_000)
    page.keyboard.press("Control+S")
    expect(page.locator("#trouble")).to_contain_text("Too long")
    page.keyboard.press("Control+Z")
    page.keyboard.press("Control+S")
    expect(page.locator("#state")).to_contain_text("Saved")
    expect(page.locator("#trouble")).to_be_hidden()


@pytest.mark.parametrize(
    "options",
    [{"color_scheme": "light"}, {"color_scheme": "dark", "viewport": PHONE}],
    ids=["light, wide", "dark, phone"],
)
def test_axe_finds_nothing_and_nothing_is_cut_off(writing: Desk, options: dict[str, Any]) -> None:
    page = writing.page(**options)
    write(page, "\n\n[gone](09-none.md) **bold** `code`\n\n::: case {#x}\n{{slot.none}}\n")
    expect(page.locator("#problems li").first).to_be_visible()
    found = faults(page)
    page.get_by_text("Insert", exact=True).click()
    page.get_by_text("Help and keyboard").click()
    found += faults(page)
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    if "viewport" not in options:
        page.keyboard.press("Escape")
        page.get_by_label("Show on").select_option("paper")
        expect(page.locator(".sheet-place img")).to_be_visible(timeout=20_000)
        found += faults(page)
    page.goto(writing.address.replace("edit", "read").removesuffix(".md"))
    found += faults(page)
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    assert found == []
    assert writing.troubles == []


def test_every_way_of_asking_shows_something(writing: Desk) -> None:
    page = writing.page()
    page.get_by_label("Country").select_option("KH")
    page.get_by_label("Language").select_option("km")
    expect(page.frame_locator("#place iframe").locator("html")).to_have_attribute("lang", "km")
    page.get_by_label("For the facilitator").check()
    expect(preview(page).locator(".facilitator").first).to_be_visible()
    page.get_by_label("Show on").select_option("off")
    expect(page.locator("#place")).to_be_hidden()
    writing.open(page)
    expect(page.get_by_label("Show on")).to_have_value("off")
