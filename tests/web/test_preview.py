"""The preview is made by what publishing uses; reviewers, and nobody else, read the whole draft."""

from __future__ import annotations

import io
import re
from typing import Any

import pytest
from PIL import Image

from tests.services.world import COURSE
from tests.web.conftest import Browser, World, dump
from tests.web.test_editor import EDIT, PREVIEW, TEXT, send
from trainer.services import drafts
from trainer.store.scope import Scope

READ = "/en/author/modules/course/read"
PO = """\
msgid ""
msgstr "Language: km\\nContent-Type: text/plain; charset=UTF-8\\n"

msgctxt "first/look/paragraph.1"
msgid "Look and listen."
msgstr "មើលនិងស្តាប់។"
"""
OVERLAY = """\
---
slots: {hotline: Call 1288}
checked_on: 2026-01-31
confirmed_by: The coordinator
review_by: 2027-01-31
---
"""
MORE = """

::: facilitator
Only for you.
:::

![A boat](media/boat.png)

Hotline: {{slot.hotline}}
"""


def a_picture() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (30, 20), "teal").save(out, "PNG")
    return out.getvalue()


@pytest.fixture
def draft(world: World) -> str:
    """A draft with a picture, a translation and the words of a country."""
    files = {
        **COURSE,
        "module.md": COURSE["module.md"].replace(b"source: en", b"source: en\nslots: {hotline: required}"),
        "01-first.md": (TEXT + MORE).encode(),
        "media/boat.png": a_picture(),
        "translations/km.po": PO.encode(),
        "national/KH.md": OVERLAY.encode(),
    }
    with world.store.write(Scope.nobody()) as db:
        made = drafts.open_draft(db, "course", by="x", now=world.clock())
        for path, data in files.items():
            drafts.save_draft_file(db, made.id, path, data, expected_version=0, by="x", now=world.clock())
    return made.id


@pytest.fixture
def author(world: World, draft: str) -> Browser:
    return world.sign_in(world.with_role("trainer"))


def asked(author: Browser, **fields: str) -> dict[str, Any]:
    """What the script gets for unsaved words."""
    answer = send(author, author.get(EDIT), PREVIEW, accept="application/json", **fields)
    found: dict[str, Any] = answer.get_json()
    return found


def test_unsaved_words_are_shown_as_learners_will_see_them(author: Browser) -> None:
    made = asked(author, words=TEXT.replace("Look and listen.", "Look **twice**."))
    line = TEXT.split("\n").index("Look and listen.") + 1
    assert f'<p data-line="{line}">Look <strong>twice</strong>.</p>' in made["page"]
    assert re.search(r'class="question" id="q-p1" data-line="\d+"', made["page"])
    assert "Running helps nobody" not in made["page"]


def test_language_country_and_facilitator_are_chosen(author: Browser) -> None:
    words = TEXT + MORE
    plain = asked(author, words=words)["page"]
    assert "Call 1288" not in plain
    assert "Only for you." not in plain
    khmer = asked(author, words=words, lang="km", country="KH", facilitator="1")["page"]
    assert '<html lang="km"' in khmer
    assert "មើលនិងស្តាប់។" in khmer
    assert "Call 1288" in khmer
    assert "Only for you." in khmer
    assert "Running helps nobody" in khmer
    assert 'src="/en/author/modules/course/media/boat.png"' in khmer


def test_problems_come_after_the_preview_and_know_the_other_files(author: Browser) -> None:
    words = TEXT + "\n[there](02-second.md#listen), [not there](02-second.md#gone)\n\n::: activity {#q1}\nTaken.\n:::\n"
    made = asked(author, words=words, look="1")
    assert "page" not in made
    assert [(one["code"], one["line"]) for one in made["problems"]] == [("link-anchor", 18), ("id-duplicate", 20)]
    assert "Go" in made["list"]


def test_a_page_on_paper_is_our_own_typesetting_of_the_unit(author: Browser) -> None:
    made = asked(author, words=TEXT + MORE + "\n\nParagraph.\n" * 60, device="paper", page="2")
    assert made["page"] == 2
    assert made["pages"] >= 2
    assert made["picture"].startswith("data:image/png;base64,")
    assert made["width"] > 800


@pytest.mark.parametrize("words", ["", "---\nid: [\n---\n", "\0", "::: question\n", "::: scenario {#s}\n:::\n"])
def test_any_text_gets_an_answer(author: Browser, words: str) -> None:
    assert asked(author, words=words, look="1")["problems"]
    assert "<main" in asked(author, words=words, facilitator="1")["page"]


def test_a_reviewer_reads_the_whole_draft_and_leaves_nothing_behind(world: World, draft: str) -> None:
    reader = world.sign_in(world.with_role("reviewer"))
    module = reader.get(READ)
    assert "Draft, not published" in module.text
    assert f"{READ}/01-first" in module.text
    unit = reader.get(f"{READ}/01-first?lang=km&country=KH")
    before = dump(world.store)
    assert "មើលនិងស្តាប់។" in unit.text
    assert "Call 1288" in unit.text
    assert "Only for you." not in unit.text
    assert f"{READ}?lang=km&amp;country=KH" in unit.text
    assert "<form" not in unit.text.partition('id="text"')[2].partition("</main>")[0]
    assert "Only for you." in reader.get(f"{READ}/01-first?facilitator=1").text
    picture = reader.get("/en/author/modules/course/media/boat.png")
    assert picture.mimetype == "image/png"
    assert dump(world.store) == before
    assert reader.get(f"{READ}/nothing").status_code == 404


def test_nobody_else_sees_a_draft_or_its_pictures(world: World, draft: str, browser: Browser) -> None:
    for path in (READ, f"{READ}/01-first", "/en/author/modules/course/media/boat.png"):
        assert browser.get(path).status_code == 303
        assert world.sign_in(world.person()).get(path).status_code == 403
