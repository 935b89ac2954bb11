"""The problems of a module: everybody who sees drafts sees them, authors answer for warnings, words decide."""

from __future__ import annotations

import html
import re

import pytest

from tests.services.world import statements
from tests.web.conftest import ORIGIN, Browser, World
from trainer.services import acknowledgements, drafts, module_list
from trainer.services.desk import Desk
from trainer.store.scope import Scope

PAGE = "/en/author/modules/harbour/problems"
MODULE = "---\nid: harbour\ntitle: The harbour\nsummary: S.\nsource: en\n---\n\nWelcome.\n"
LESSON = """---
id: one
title: One
---

## Signs {#signs}

The inspector spoke with Mr Sokha about the pay.

In danger, call 1300.
"""
BROKEN = LESSON + "\n![](media/none.png)\n"


def save(world: World, lesson: str = LESSON, slug: str = "harbour", **more: str) -> None:
    """Make the draft hold these files."""
    files = {"module.md": MODULE, "01-one.md": lesson, **more}
    with world.store.write(Scope.system("test")) as db:
        draft = drafts.open_draft(db, slug, by="Ana", now=world.clock())
        held = drafts.draft_files(db, draft.id)
        for path, text in files.items():
            version = held[path].version if path in held else 0
            drafts.save_draft_file(
                db, draft.id, path, text.encode(), expected_version=version, by="Ana", now=world.clock()
            )


@pytest.fixture
def author(world: World) -> Browser:
    return world.sign_in(world.with_role("trainer"))


def fields(page: str, code: str) -> dict[str, str]:
    """What the form of the warning with `code` sends."""
    found = re.search(rf'name="code" value="{code}"><input type="hidden" name="subject" value="(\w+)"', page)
    assert found, code
    return {"code": code, "subject": found[1]}


def text_of(page: str) -> str:
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", page)).split())


def test_every_problem_is_shown_by_file_with_the_way_to_its_line(world: World, author: Browser) -> None:
    save(world, BROKEN)
    page = author.get(PAGE).text
    assert "2 errors, 2 warnings." in text_of(page)
    assert "Error line 12 Go to line 12 of 01-one.md the picture has no description" in text_of(page)
    assert 'href="/en/author/modules/harbour/edit/01-one.md?line=8"' in page
    assert text_of(page).count("Why is this right as it is?") == 2, "an error cannot be acknowledged"
    only = text_of(author.get(f"{PAGE}?kind=persons").text)
    assert "'Mr Sokha' could be the name" in only
    assert "no description" not in only
    assert "Nothing of this kind is left." in author.get(f"{PAGE}?kind=pictures&from=200").text


def test_a_module_without_problems_says_so(world: World, author: Browser) -> None:
    save(world, LESSON.partition("The inspector")[0] + "Words.\n")
    page = text_of(author.get(PAGE).text)
    assert "0 errors, 0 warnings." in page
    assert "No problems" in page
    assert author.get("/en/author/modules/no-such-module/problems").status_code == 404


def test_a_warning_is_acknowledged_with_a_reason_and_comes_back_with_other_words(world: World, author: Browser) -> None:
    save(world)
    given = {**fields(author.get(PAGE).text, "lint-person-name"), "reason": "An invented inspector.", "kind": "persons"}
    response = author.submit(PAGE, given)
    assert response.status_code == 303
    assert response.location.endswith("/problems?kind=persons&done=warning-acknowledged")
    page = text_of(author.get(PAGE).text)
    assert "0 errors, 1 warning, 1 acknowledged." in page
    assert "Sokha" not in page
    listed = author.get(f"{PAGE}?kind=acknowledged").text
    assert "An invented inspector." in listed
    # It moves, and stays acknowledged; it changes, and counts again; it is as it was, and the reason is there.
    save(world, LESSON.replace("The inspector spoke", "Words before.\n\nThe inspector\nspoke"))
    assert "1 warning, 1 acknowledged." in text_of(author.get(PAGE).text)
    save(world, LESSON.replace("the pay", "the boat"))
    assert "2 warnings." in text_of(author.get(PAGE).text)
    save(world)
    assert "1 warning, 1 acknowledged." in text_of(author.get(PAGE).text)


def test_an_acknowledgement_is_taken_back(world: World, author: Browser) -> None:
    save(world)
    author.submit(PAGE, {**fields(author.get(PAGE).text, "lint-phone"), "reason": "The number of all ASEAN."})
    page = author.get(f"{PAGE}?kind=acknowledged").text
    found = re.search(r'name="acknowledgement" value="([^"]+)"', page)
    assert found
    response = author.submit(f"{PAGE}/take-back", {"acknowledgement": found[1]}, page=PAGE)
    assert response.status_code == 303
    assert "2 warnings." in text_of(author.get(PAGE).text)
    assert author.submit(f"{PAGE}/take-back", {"acknowledgement": found[1]}, page=PAGE).status_code == 404


@pytest.mark.parametrize(
    ("reason", "said"),
    [("  ", "Say why this is right as it is."), ("x" * 501, "The reason has 501 characters; at most 500 fit.")],
    ids=["none", "long"],
)
def test_a_reason_is_needed_and_what_was_typed_is_kept(world: World, author: Browser, reason: str, said: str) -> None:
    save(world)
    response = author.submit(PAGE, {**fields(author.get(PAGE).text, "lint-phone"), "reason": reason})
    assert response.status_code == 422
    assert said in response.text
    assert "<details open>" in response.text
    assert f">{reason}</textarea>" in response.text
    assert "2 warnings." in text_of(response.text)


def test_a_warning_that_went_meanwhile_is_not_acknowledged_and_the_reason_is_shown(
    world: World, author: Browser
) -> None:
    save(world)
    given = {**fields(author.get(PAGE).text, "lint-phone"), "reason": "A number for everybody."}
    save(world, LESSON.replace("call 1300", "call for help"))
    response = author.submit(PAGE, given)
    assert response.status_code == 409
    assert "the words have changed" in response.text
    assert "A number for everybody." in response.text
    # Nor is anything else that a form could name: an error never has a subject.
    save(world, BROKEN)
    assert author.submit(PAGE, {"code": "image-alt", "subject": "", "reason": "No."}).status_code == 409


def test_two_authors_with_two_reasons_and_one_twice(world: World, author: Browser) -> None:
    save(world)
    given = {**fields(author.get(PAGE).text, "lint-phone"), "reason": "First."}
    assert [author.submit(PAGE, given).status_code for _ in range(2)] == [303, 303]
    other = world.sign_in(world.with_role("administrator"))
    response = other.submit(PAGE, {**given, "reason": "Second."})
    assert response.status_code == 409
    assert "Second." in response.text


def test_a_reason_written_while_the_session_ended_waits_for_the_sign_in(world: World, author: Browser) -> None:
    save(world)
    page = author.get(PAGE).text
    token = re.search(r'name="csrf_token" value="([^"]+)"', page)
    assert token
    world.clock.turn(hours=3)
    data = {**fields(page, "lint-phone"), "reason": "The number of all ASEAN.", "csrf_token": token[1]}
    response = author.post(PAGE, data=data, headers={"Origin": ORIGIN, "Sec-Fetch-Site": "same-origin"})
    assert response.status_code == 403
    assert "Your answer is kept" in response.text


def test_readers_see_reasons_and_change_nothing(world: World, author: Browser) -> None:
    save(world)
    given = {**fields(author.get(PAGE).text, "lint-phone"), "reason": "The number of all ASEAN."}
    author.submit(PAGE, given)
    reader = world.sign_in(world.with_role("translator"))
    page = reader.get(f"{PAGE}?kind=acknowledged").text
    assert "The number of all ASEAN." in page
    assert "Take back" not in page
    assert "<textarea" not in reader.get(PAGE).text
    assert reader.submit(PAGE, given).status_code == 403


def test_words_of_an_author_are_shown_as_words(world: World, author: Browser) -> None:
    save(world, LESSON.replace("Mr Sokha", "Mr Sok\U0001f600ha <script>alert(1)</script> Mr Dara"))
    given = {**fields(author.get(PAGE).text, "lint-person-name"), "reason": "<b>Bold</b> & ជំនួយ"}
    author.submit(PAGE, given)
    page = author.get(f"{PAGE}?kind=acknowledged").text
    assert "&lt;b&gt;Bold&lt;/b&gt; &amp; ជំនួយ" in page
    assert "<script>alert" not in author.get(PAGE).text + page


def test_every_page_counts_the_same(world: World, author: Browser) -> None:
    """What is acknowledged counts nowhere; what the linter says counts everywhere, also of words not saved yet."""
    save(world)
    module, edit = PAGE.removesuffix("/problems"), PAGE.replace("problems", "edit/01-one.md")
    look = {"look": "1", "words": LESSON, "csrf_token": author.token(edit)}

    def counted() -> list[int]:
        pages = [author.get(url).text for url in ("/en/author/modules", module, PAGE, f"{module}/publish")]
        found = [re.findall(r"(\d+) warnings?\b", text_of(page)) for page in pages]
        assert len(set(found[1])) == 1, "the module and its one file"
        sent = author.post(
            edit.replace("/edit/", "/preview/"), data=look, headers={"Origin": ORIGIN, "Accept": "application/json"}
        )
        editor = author.get(edit).text.partition('id="problems"')[2].partition('id="elsewhere"')[0]
        return [*(int(numbers[0]) for numbers in found), editor.count("is-warning"), len(sent.get_json()["problems"])]

    assert counted() == [2] * 6
    author.submit(PAGE, {**fields(author.get(PAGE).text, "lint-person-name"), "reason": "A name that nobody has."})
    assert counted() == [1] * 6


def test_the_list_of_modules_takes_the_same_statements_for_any_number(world: World) -> None:
    counts = []
    for many in (1, 3):
        for number in range(many):
            save(world, slug=f"harbour-{number}")
        with world.store.read(Scope.system("test")) as db, statements(db) as seen:
            rows = module_list.rows(db, Desk())
        assert [row.warnings for row in rows] == [2] * many
        counts.append(len(seen))
    assert counts[0] == counts[1] <= 7


def test_a_thousand_warnings_come_in_pages(world: World, author: Browser) -> None:
    save(world, LESSON + "".join(f"\nCall {number}, please.\n" for number in range(2100, 2400)))
    page = author.get(PAGE).text
    assert page.count("<textarea") == 200
    assert "1 to 200 of 302" in text_of(page)
    assert "201 to 302 of 302" in text_of(author.get(f"{PAGE}?from=200").text)


def test_the_number_of_statements_does_not_depend_on_the_number_of_problems(world: World) -> None:
    counts = []
    for many in (1, 40):
        save(world, LESSON + "".join(f"\nCall {number}, please.\n" for number in range(2100, 2100 + many)))
        with world.store.write(Scope.system("test")) as db, statements(db) as seen:
            found = acknowledgements.problems(db, Desk(), "harbour")
        assert len(found.warnings) == 2 + many
        counts.append(len(seen))
    assert counts[0] == counts[1] <= 6
