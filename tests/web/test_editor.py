"""Writing one file without a script: saving, previewing, problems, two people at once; no word is ever lost."""

from __future__ import annotations

import gzip
import re
from html import unescape
from typing import get_args

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.services.world import COURSE
from tests.web.conftest import ORIGIN, Browser, World
from trainer.content.compiler import compile_module
from trainer.content.model import Module, QuestionType
from trainer.services import desk, drafts
from trainer.store.authoring import FileVersion
from trainer.store.scope import Scope
from trainer.web.author import snippets
from trainer.web.headers import CONTENT_SECURITY_POLICY

EDIT = "/en/author/modules/course/edit/01-first.md"
AUTOSAVE = EDIT.replace("/edit/", "/autosave/")
PREVIEW = EDIT.replace("/edit/", "/preview/")
TEXT = COURSE["01-first.md"].decode()
NEWER = TEXT.replace("Look and listen.", "Look twice and listen.")
ZAWGYI = "ေမတၱာျဖင့္ ေတာင္းဆိုပါသည္ ျမန္မာစကားေျပာ"


@pytest.fixture
def author(world: World) -> Browser:
    world.course()
    return world.sign_in(world.with_role("trainer"))


def field(page: TestResponse, name: str) -> str:
    """What a field of the page holds, as a browser would send it."""
    area = re.search(rf'<textarea[^>]* name="{name}"[^>]*>\n?(.*?)</textarea>', page.text, re.S)
    value = re.search(rf'name="{name}" value="([^"]*)"', page.text)
    found = area or value
    assert found is not None, name
    return unescape(found[1])


def send(
    browser: Browser, form: TestResponse, to: str = EDIT, /, *, accept: str = "text/html", **fields: str
) -> TestResponse:
    """Send the form of a page, with `fields` changed."""
    data = {name: field(form, name) for name in ("csrf_token", "base", "words")} | fields
    headers = {"Origin": ORIGIN, "Sec-Fetch-Site": "same-origin", "Accept": accept}
    return browser.post(to, data=data, headers=headers)


def stored(world: World, path: str = "01-first.md") -> str:
    with world.store.read(Scope.nobody()) as db:
        folder = desk.folder(db, "course")
        return desk.files(db, folder)[path].decode()


def test_the_form_saves_and_says_so_and_names_who_and_when(world: World, author: Browser) -> None:
    page = author.get(EDIT)
    assert field(page, "words") == TEXT
    assert "As published" in page.text
    done = send(author, page, words=NEWER.replace("\n", "\r\n"))
    assert done.status_code == 303
    after = author.get(done.location)
    assert "Saved." in after.text
    assert "23 November 2026" in after.text or "Nov" in after.text
    assert field(after, "words") == NEWER
    assert stored(world) == NEWER


def test_problems_stand_below_with_their_line_and_its_words(author: Browser) -> None:
    page = author.get(EDIT)
    done = send(author, page, words=TEXT + "\n[nowhere](05-none.md)\n")
    problems = author.get(done.location).text.partition('id="problems"')[2]
    assert "line 18" in problems
    assert "[nowhere](05-none.md)" in problems
    other = author.get(EDIT.replace("01-first", "02-second")).text.partition('id="elsewhere"')[2]
    assert f'href="{EDIT}?line=18"' in other


def test_the_preview_shows_unsaved_words_and_the_way_back_keeps_them(world: World, author: Browser) -> None:
    page = author.get(EDIT)
    shown = send(author, page, PREVIEW, words=NEWER)
    assert shown.status_code == 200
    assert "Look twice and listen." in shown.text.partition('id="text"')[2]
    assert stored(world) == TEXT
    back = send(author, shown, do="back")
    assert field(back, "words") == NEWER
    assert "not saved yet" in back.text
    assert send(author, back).status_code == 303
    assert stored(world) == NEWER


def two_people(world: World, author: Browser, theirs: str) -> tuple[Browser, TestResponse]:
    """Both opened the file; the second saved first."""
    page = author.get(EDIT)
    other = world.sign_in(world.with_role("trainer"))
    assert send(other, other.get(EDIT), words=theirs).status_code == 303
    return other, page


def test_two_people_who_changed_different_lines_get_a_joined_text(world: World, author: Browser) -> None:
    theirs = TEXT.replace("title: The first lesson", "title: A better title")
    _, page = two_people(world, author, theirs)
    conflict = send(author, page, words=NEWER)
    assert conflict.status_code == 409
    assert stored(world) == theirs
    assert field(conflict, "mine") == NEWER
    assert "A better title" in field(conflict, "words")
    assert "Look twice" in field(conflict, "words")
    assert send(author, conflict, do="merged").status_code == 303
    assert "A better title" in stored(world)
    assert "Look twice" in stored(world)


def test_who_changed_the_same_line_decides_and_marks_are_never_saved(world: World, author: Browser) -> None:
    _, page = two_people(world, author, TEXT.replace("Look and listen.", "Listen first."))
    conflict = send(author, page, words=NEWER)
    again = send(author, conflict, do="merged", mine=NEWER)
    assert again.status_code == 422
    assert field(again, "mine") == NEWER
    assert "Listen first." in stored(world)
    assert send(author, again, do="mine", mine=NEWER).status_code == 303
    assert stored(world) == NEWER


def test_words_given_up_for_the_other_s_are_in_the_history(world: World, author: Browser) -> None:
    theirs = TEXT.replace("Look and listen.", "Listen first.")
    _, page = two_people(world, author, theirs)
    conflict = send(author, page, words=NEWER)
    assert send(author, conflict, do="theirs", mine=NEWER).status_code == 303
    assert stored(world) == theirs
    with world.store.read(Scope.nobody()) as db:
        kept = [desk.editions.blob(db, row.sha256 or "") for row in db.query(FileVersion).order_by(FileVersion.id)]
    assert NEWER.encode() in kept
    assert kept[-1] == theirs.encode()


def test_a_draft_published_meanwhile_is_a_conflict_too(world: World, author: Browser) -> None:
    """Version numbers of a new draft begin again: only the bytes tell that somebody was there."""
    page = author.get(EDIT)
    two_people(world, author, TEXT.replace("Look and listen.", "Listen first."))
    with world.store.write(Scope.nobody()) as db:
        drafts.publish_draft(db, drafts.drafts(db)[0].id, by="x", now=world.clock())
    assert send(author, page, words=NEWER).status_code == 409
    assert "Listen first." in stored(world)


def test_a_session_that_ended_while_writing_loses_no_word(world: World) -> None:
    world.course()
    person = world.with_role("trainer")
    author = world.sign_in(person)
    page = author.get(EDIT)
    for to, do in ((PREVIEW, "preview"), (EDIT, "save")):
        gone = send(Browser(world.app), page, to, words=NEWER, do=do)
        assert gone.status_code == 403
        assert field(gone, "pending")
        assert "Your session had ended" in gone.text


@pytest.mark.parametrize("to", [EDIT, PREVIEW])
def test_too_long_a_text_comes_back_with_a_clear_word(world: World, author: Browser, to: str) -> None:
    huge = TEXT + "Long words. " * 450_000
    answer = send(author, author.get(EDIT), to, words=huge)
    assert answer.status_code == 422
    assert "one file may have" in answer.text
    assert field(answer, "words") == huge
    assert stored(world) == TEXT


def test_far_too_much_is_refused_without_a_word_about_files(author: Browser) -> None:
    answer = send(author, author.get(EDIT), words="x" * 9_000_000)
    assert answer.status_code == 413
    assert "Your words are still on the page before this one" in answer.text


def test_zawgyi_is_said_and_nothing_is_changed(world: World, author: Browser) -> None:
    page = author.get(EDIT)
    answer = send(author, page, PREVIEW, words=TEXT + f"\n{ZAWGYI}\n")
    assert "Burmese in the Zawgyi encoding" in answer.text
    send(author, page, words=TEXT + f"\n{ZAWGYI}\n")
    assert ZAWGYI in stored(world)


def test_the_script_s_save_answers_in_its_own_words(world: World, author: Browser) -> None:
    page = author.get(EDIT)
    saved = send(author, page, AUTOSAVE, words=NEWER).get_json()
    assert saved["state"] == "saved"
    again = send(author, page, AUTOSAVE, words=TEXT + "\nOther.\n")
    assert again.status_code == 409
    assert again.get_json()["by"]
    assert stored(world) == NEWER
    more = send(author, page, AUTOSAVE, words=NEWER + "\n[x](05-none.md)\n", base=saved["base"], check="1").get_json()
    assert [one["code"] for one in more["problems"]] == ["link-unit"]
    assert "05-none.md" in more["list"]
    assert send(author, page, AUTOSAVE, words="x" * 1_100_000).get_json()["state"] == "refused"


def test_translations_and_national_words_are_shown_and_not_written_here(world: World) -> None:
    files = {**COURSE, "translations/km.po": b'msgid ""\nmsgstr "Language: km\\n"\n', "media/a.png": b"x"}
    with world.store.write(Scope.nobody()) as db:
        draft = drafts.open_draft(db, "course", by="x", now=world.clock())
        for path, data in files.items():
            drafts.save_draft_file(db, draft.id, path, data, expected_version=0, by="x", now=world.clock())
    author = world.sign_in(world.with_role("trainer"))
    page = author.get("/en/author/modules/course/edit/translations/km.po")
    assert "Language: km" in page.text
    assert "<textarea" not in page.text
    assert author.post("/en/author/modules/course/edit/translations/km.po", data={"csrf_token": author.token()},
                       headers={"Origin": ORIGIN}).status_code == 404  # fmt: skip
    for path in ("media/a.png", "nothing.md"):
        assert author.get(f"/en/author/modules/course/edit/{path}").status_code == 404


def test_every_snippet_compiles(world: World, author: Browser) -> None:
    """Each piece of the menu, put into a unit of each kind and into module.md, is without an error."""
    head = "---\nid: m\ntitle: M\nsummary: S.\nobjectives: {o1: Do it}\nslots: {hotline: required}\n---\n\nHello.\n"
    quiz = "::: question {#known type=single}\nA?\n\n- [x] a\n- [ ] b\n:::\n"
    units = {
        "lesson": "---\nid: u\ntitle: U\n---\n\nText.\n",
        "quiz": f"---\nid: u\ntitle: U\nkind: quiz\n---\n\n{quiz}",
        "test": f"---\nid: u\ntitle: U\nkind: test\nforms: [A]\n---\n\n{quiz.replace('single', 'single form=A')}",
        "job-aid": "---\nid: u\ntitle: U\nkind: job-aid\n---\n\nText.\n",
    }
    tried = set()

    def compiled(files: dict[str, str]) -> tuple[Module, list[str]]:
        made = compile_module({**{name: text.encode() for name, text in files.items()}, "media/a.png": b""}, slug="m")
        assert made.module is not None
        return made.module, [str(one) for one in made.diagnostics]

    for kind, text in (*units.items(), ("module.md", "")):
        files = {"module.md": head, "01-u.md": text or units["lesson"]}
        module, found = compiled(files)
        assert found == []
        name, unit = ("01-u.md", module.units[0]) if text else ("module.md", None)
        for group in snippets.groups(module, unit, ("media/a.png",)):
            for piece in group.snippets:
                put = re.sub("[⟦⟧]", "", piece.text.replace("NEW", "7"))
                tried.add(put)
                with_it = f"{files[name]}\n{f'Words {put} here.' if piece.inline else put}\n"
                assert compiled({**files, name: with_it})[1] == [], (kind, piece.label)
    marks = ["## ", "[!NOTE]", "| --- |", "](media/", "term:", "{{slot.", "::: country", "::: activity", "::: case"]
    marks += ["::: facilitator", "::: scenario", *(f"type={name}" for name in get_args(QuestionType))]
    for mark in marks:
        assert any(mark in put for put in tried), mark


def test_the_page_weighs_little(world: World) -> None:
    """HTML, style sheets, scripts and the bundle, compressed as they are sent."""
    world.course()
    author = world.sign_in(world.with_role("trainer"))
    page = author.get(EDIT)
    assert page.headers["Content-Security-Policy"] == CONTENT_SECURITY_POLICY
    names = set(re.findall(r'(?:href|src|data-vendor)="(/static/[^"]+\.(?:css|js))"', page.text))
    assert {name.rpartition("/")[2] for name in names} >= {"trainer.css", "trainer.js", "author.css", "editor.js"}
    weights = {"page": len(gzip.compress(page.data, 9))}
    while names - weights.keys():
        for name in names - weights.keys():
            weights[name] = len(fetched(author, name))
            if name.endswith(".js") and "/vendor/" not in name:
                text = gzip.decompress(fetched(author, name)).decode()
                names |= {f"{name.rpartition('/')[0]}/{other}" for other in re.findall(r'from "\./([\w.]+)"', text)}
    if not any("/vendor/" in name for name in names):
        pytest.skip("tools/build_editor.py has not run: the editor is a plain text field")
    assert sum(weights.values()) <= 180_000, weights


def fetched(browser: FlaskClient, name: str) -> bytes:
    answer = browser.get(name, headers={"Accept-Encoding": "gzip"})
    assert answer.headers["Content-Encoding"] == "gzip"
    return answer.get_data()
