"""The translation workbench over HTTP: who sees what, words that are never lost, files, reviews, publishing."""

from __future__ import annotations

import io
import random
import re
from concurrent.futures import ThreadPoolExecutor
from html import unescape
from typing import Any

import pytest
from sqlalchemy import event

from tests.services.world import publish
from tests.web.conftest import Browser, World
from tests.web.test_fuzz import strange
from trainer.access import REVIEWER, TRANSLATOR
from trainer.services import drafts, library
from trainer.store.models import Person
from trainer.store.scope import Scope
from trainer.web.translate import preview

FILES = {
    "module.md": b"---\nid: m\ntitle: A module\nsummary: What it is.\nsource: en\n---\n\nWelcome.\n",
    "01-l.md": b"""---
id: l
title: A lesson
---

## Look {#look}

Look at the [victim](term:victim).

Listen to **3** people.

::: question {#q type=short}
The word is

- = water

> [!TIP]
> It is wet.
:::
""",
}
LOOK = "Look at the [victim](term:victim)."
LOOKED = "មើល[ជនរងគ្រោះ](term:victim)។"
LISTEN = "Listen to **3** people."
LISTENED = "ស្តាប់មនុស្ស **3** នាក់។"
MODULE = "/en/translate/m/km"
SYSTEM = Scope.system("test")


class Room:
    """A published module, and people in browsers."""

    def __init__(self, world: World) -> None:
        self.world = world
        publish(world.store, "m", FILES)
        self.sophea = self.person("Chan Sophea", TRANSLATOR)
        self.dara = self.person("Sok Dara", REVIEWER)
        self.translator, self.reviewer = world.sign_in(self.sophea), world.sign_in(self.dara)

    def person(self, name: str, role: str) -> Person:
        from tests.factories import a_grant, a_person

        with self.world.store.write(SYSTEM) as db:
            person = a_person(db, full_name=name)
            a_grant(db, person, role, over="km")
            db.expunge_all()
        return person

    def address(self, source: str, browser: Browser | None = None) -> str:
        page = (browser or self.translator).get(f"{MODULE}?q={source[:8]}").text
        found = re.search(rf'href="([^"?]+)[^"]*">{re.escape(source)}</a>', unescape(page))
        assert found, page
        return found[1]

    def save(self, source: str, text: str, browser: Browser | None = None, **fields: Any) -> Any:
        browser = browser or self.translator
        address = self.address(source, browser)
        return browser.submit(address, {**self.form(address, browser), "text": text, "do": "next", **fields})

    def form(self, address: str, browser: Browser | None = None) -> dict[str, str]:
        page = (browser or self.translator).get(address).text
        return {
            name: unescape(value)
            for name, value in re.findall(r'<input type="hidden" name="(since|context|source)" value="([^"]*)">', page)
        }


@pytest.fixture
def room(world: World) -> Room:
    return Room(world)


def states(page: str) -> list[str]:
    return re.findall(r'<li class="(missing|stale|misfit|draft|second|reviewed)">', page)


def box(page: str) -> str:
    found = re.search(r'<textarea id="text"[^>]*>(.*?)</textarea>', page, re.S)
    assert found
    return unescape(found[1])


# -------------------------------------------------------------------------- who


def test_a_translator_sees_their_languages_and_no_other(room: Room) -> None:
    page = room.translator.get("/en/translate/").text
    assert "0 of 10 passages ready" in page
    assert MODULE in page
    assert "/m/th" not in page
    other = room.world.sign_in(room.world.with_role(TRANSLATOR, over=("th",)))
    address = room.address(LOOK)
    for path in ("", "/import", "/catalog.po", address.removeprefix(MODULE), address.removeprefix(MODULE) + "/preview"):
        assert other.get(MODULE + path).status_code == 404
        assert room.translator.get(MODULE + path).status_code == 200
    assert other.submit(address, {"text": "x", "since": "0"}, page="/en/translate/").status_code == 404
    assert room.translator.get("/en/translate/m/en").status_code == 404  # its own language
    assert room.world.sign_in(room.world.with_role("administrator")).get("/en/translate/").status_code == 403


# ----------------------------------------------------------------------- the list


def test_the_list_is_filtered_by_state_part_and_words(room: Room) -> None:
    assert room.save(LOOK, LOOKED).status_code == 303
    assert states(room.translator.get(f"{MODULE}?state=second").text) == ["second"]
    for query in ("q=ជនរងគ្រោះ", "q=look at the victim", "unit=l&q=VICTIM"):
        assert LOOKED in room.translator.get(f"{MODULE}?{query}").text
    assert "No passage fits." in room.translator.get(f"{MODULE}?unit=module&q=victim").text
    listed = room.translator.get(MODULE).text
    assert "Needs a second reader" in listed
    assert "A lesson › Look" in unescape(listed)


def test_a_large_catalog_opens_a_page_at_a_time_at_the_same_cost(room: Room) -> None:
    counted = []
    for slug, count in (("few", 60), ("lots", 2000)):
        lesson = FILES["01-l.md"] + b"".join(b"\nSentence number %d.\n" % number for number in range(count))
        publish(room.world.store, slug, {**FILES, "01-l.md": lesson})
        address = f"/en/translate/{slug}/km"
        room.translator.get(address)
        seen: list[str] = []
        listener = lambda *at: seen.append(at[2])  # noqa: E731, B023
        event.listen(room.world.store.engine, "before_cursor_execute", listener)
        page = room.translator.get(f"{address}?page=2").text
        first = re.search(r'href="([^"]+)">Sentence', page)
        assert first
        room.translator.get(unescape(first[1]))
        seen.clear()
        room.translator.get(f"{address}?page=2")
        listed = len(seen)
        room.translator.get(unescape(first[1]))
        event.remove(room.world.store.engine, "before_cursor_execute", listener)
        counted.append((listed, len(seen) - listed))
        assert page.count('<div class="about">') <= 50
        assert f"Page 2 of {-(-(count + 10) // 50)}" in page
    assert counted[0] == counted[1]
    assert max(counted[0]) <= 20


# ------------------------------------------------------------------------- saving


def test_saving_goes_on_to_the_next_passage_of_the_list(room: Room) -> None:
    first = room.address("A module")
    answer = room.translator.submit(
        f"{first}?state=missing", {"text": "ម៉ូឌុល", "since": "0", "do": "next", "state": "missing"}
    )
    assert answer.status_code == 303
    page = room.translator.get(answer.location).text
    assert "What it is." in page
    assert 'name="state" value="missing"' in page
    stays = room.save("What it is.", "អ្វី។", do="save")
    assert "What it is." in room.translator.get(stays.location).text


def test_what_breaks_the_source_is_refused_and_the_words_are_kept(room: Room) -> None:
    answer = room.save(LOOK, "មើល <b>ជនរងគ្រោះ</b>")
    assert answer.status_code == 422
    assert box(answer.text) == "មើល <b>ជនរងគ្រោះ</b>"
    assert "There is HTML in it" in answer.text
    answer = room.save(LOOK, "មើល")
    assert "Missing: <bdi>link term:victim</bdi>." in answer.text
    assert "Not in the source:" not in answer.text
    assert answer.text.count("Error:") >= 3  # title, summary, check
    assert box(room.translator.get(room.address(LOOK)).text) == ""


def test_checks_are_told_while_one_types(room: Room) -> None:
    address = room.address(LISTEN)

    def checks(text: str) -> str:
        return unescape(room.translator.submit(f"{address}/checks", {"text": text}, page=address).text)

    assert "A number of the source is missing: <bdi>3</bdi>" in checks("ស្តាប់ **មនុស្ស**")
    assert "Not as many words are bold" in checks("ស្តាប់ 3")
    assert "All checks passed." in checks(LISTENED)
    assert "All checks passed." not in checks("")
    assert "may not fit on paper" in checks("ស **3**" * 60)


def test_two_who_save_one_passage_see_both_texts(room: Room) -> None:
    address = room.address(LISTEN)
    form = room.form(address)
    assert room.save(LISTEN, LISTENED, room.reviewer).status_code == 303
    answer = room.translator.submit(address, {**form, "text": "**3** នាក់", "do": "next"})
    assert answer.status_code == 409
    assert box(answer.text) == "**3** នាក់"
    assert LISTENED in answer.text
    assert "Sok Dara" in answer.text
    assert room.save(LISTEN, "**3** នាក់").status_code == 303  # knowingly
    assert LISTENED in room.translator.get(address).text  # in its history


def test_words_written_for_a_sentence_that_the_author_changed_are_kept(room: Room) -> None:
    address = room.address(LISTEN)
    form = room.form(address)
    draft_with(room, b"Listen to **3** people", b"Listen well to **3** people")
    answer = room.translator.submit(address, {**form, "text": LISTENED, "do": "next"}, page=MODULE)
    assert answer.status_code == 409
    assert box(answer.text) == LISTENED
    assert "<ins>" in answer.text
    assert room.translator.get(address).status_code == 404
    assert room.save("Listen well to **3** people.", LISTENED).status_code == 303


def draft_with(room: Room, old: bytes, new: bytes) -> None:
    with room.world.store.write(SYSTEM) as db:
        draft = drafts.open_draft(db, "m", by="Ana", now=room.world.clock())
        version = drafts.draft_files(db, draft.id)["01-l.md"].version
        data = FILES["01-l.md"].replace(old, new)
        drafts.save_draft_file(
            db, draft.id, "01-l.md", data, expected_version=version, by="Ana", now=room.world.clock()
        )  # fmt: skip


def test_words_typed_in_a_session_that_has_ended_are_kept(room: Room) -> None:
    address = room.address(LISTEN)
    fields = {**room.form(address), "text": LISTENED, "do": "next", "csrf_token": room.translator.token(address)}
    room.translator.delete_cookie("__Host-trainer", domain="trainer.test")
    answer = room.translator.post(address, data=fields, headers={"Origin": "https://trainer.test"})
    assert "Your answer is kept" in answer.text or "Your session had ended" in answer.text


def test_a_changed_source_shows_its_change_and_the_old_words(room: Room) -> None:
    room.save(LISTEN, LISTENED)
    room.save(LOOK, LOOKED)
    draft_with(room, b"Listen to **3** people", b"Listen well to **3** people")
    listed = room.translator.get(f"{MODULE}?state=stale").text
    assert listed.count('<li class="stale">') == 1
    page = room.translator.get(room.address("Listen well to **3** people.")).text
    assert "<ins> well</ins>" in page
    assert box(page) == LISTENED
    assert "Still right: save and next" in page
    assert room.save("Listen well to **3** people.", LISTENED).status_code == 303
    assert '<li class="stale">' not in room.translator.get(MODULE).text


def test_glossary_and_memory_are_offered_and_never_put_in_by_themselves(room: Room) -> None:
    lesson = FILES["01-l.md"].replace(b"Listen to **3** people.", b"Listen to **4** people.")
    publish(
        room.world.store, "n", {**FILES, "module.md": FILES["module.md"].replace(b"id: m", b"id: n"), "01-l.md": lesson}
    )
    room.save(LOOK, LOOKED)
    room.save(LISTEN, LISTENED)
    listed = unescape(room.translator.get("/en/translate/n/km").text)
    found = dict(re.findall(r'href="([^"]+)">(Look at|Listen to)', listed))
    look, listen = sorted(found, key=lambda url: found[url], reverse=True)
    page = room.translator.get(look).text
    assert "ជនរងគ្រោះ" in page.partition("Glossary")[2]
    assert "the very same source" in page
    assert box(page) == ""
    assert box(room.translator.get(f"{look}?fill=memory-0").text) == LOOKED
    near = room.translator.get(listen).text
    assert "75% alike" in near
    assert LISTEN in near


def test_an_accepted_answer_always_waits_for_a_second_reader(room: Room) -> None:
    page = room.translator.get(room.address("water")).text
    assert "A second reader has to check this" in page
    assert 'name="draft"' not in page


# --------------------------------------------------------------------- second reader


def test_a_second_reader_signs_words_of_somebody_else(room: Room) -> None:
    room.save(LISTEN, LISTENED)
    address = room.address(LISTEN)
    assert 'value="review"' not in room.translator.get(address).text
    assert room.save(LISTEN, LISTENED, do="review").status_code == 404
    answer = room.save(LISTEN, LISTENED, room.reviewer, do="review")
    assert answer.status_code == 303
    page = room.reviewer.get(address).text
    assert "Read a second time by <bdi>Sok Dara" in page
    room.save("A lesson", "មេរៀន", room.reviewer)
    assert room.save("A lesson", "មេរៀន", room.reviewer, do="review").status_code == 409
    changed = room.save(LOOK, LOOKED, room.reviewer, do="review")
    assert (changed.status_code, box(changed.text)) == (409, LOOKED)


# ------------------------------------------------------------------------------ files


def sent(room: Room, data: bytes, name: str = "back.po") -> Any:
    return room.translator.submit(
        f"{MODULE}/import", {"file": (io.BytesIO(data), name)}, content_type="multipart/form-data"
    )


def exported(room: Room) -> bytes:
    answer = room.translator.get(f"{MODULE}/catalog.po")
    assert "filename=m.km.po" in answer.headers["Content-Disposition"]
    return answer.data


def test_a_catalog_goes_out_and_comes_back(room: Room) -> None:
    room.save(LOOK, LOOKED)
    data = exported(room)
    assert LOOKED.encode() in data
    back = data.replace(b'msgid "A lesson"\nmsgstr ""', 'msgid "A lesson"\nmsgstr "មេរៀន"'.encode())
    back = back.replace(b'people."\nmsgstr ""', b'people."\nmsgstr "[x](https://a.test)"')
    looked = sent(room, back)
    assert looked.status_code == 200
    assert "Take in 1 passage<" in looked.text
    assert "Line " in looked.text
    assert "Not in the source: <bdi>link https://a.test" in looked.text
    assert "មេរៀន" not in room.translator.get(MODULE).text  # a look stores nothing
    fields = dict(re.findall(r'name="(catalog|since|name)" value="([^"]*)"', looked.text))
    taken = room.translator.submit(f"{MODULE}/import/take", fields, page=MODULE)
    assert taken.status_code == 303
    assert "The file is taken in." in room.translator.get(taken.location).text
    assert "មេរៀន" in room.translator.get(f"{MODULE}?state=second").text
    again = sent(room, exported(room))
    assert "The file would change nothing here." in again.text


@pytest.mark.parametrize(("data", "said"), [
    (b"", "Choose a file"), (b"\xff\xfe\x00", "not a text in UTF-8"), (b'msgid "x"\nmsgstr oh\n', "Line 2"),
])  # fmt: skip
def test_a_file_that_is_none_is_told_with_its_line(room: Room, data: bytes, said: str) -> None:
    answer = sent(room, data)
    assert answer.status_code == 422
    assert said in unescape(answer.text)


def test_a_file_that_is_too_large_is_told_so(room: Room) -> None:
    token = room.translator.token(f"{MODULE}/import")
    head = f'--x\r\nContent-Disposition: form-data; name="csrf_token"\r\n\r\n{token}\r\n--x\r\n'
    head += 'Content-Disposition: form-data; name="file"; filename="km.po"\r\n\r\n'
    body = head.encode() + b"x" * 5_000_001 + b"\r\n--x--\r\n"
    answer = room.translator.post(
        f"{MODULE}/import", input_stream=io.BytesIO(body), content_length=len(body),
        content_type="multipart/form-data; boundary=x", headers={"Origin": "https://trainer.test"},
    )  # fmt: skip
    assert (answer.status_code, "larger than 5 MB" in answer.text) == (422, True)


@pytest.mark.parametrize("carried", ["", "oh", "eJwDAAAAAAE=", "eJztwQEBAAAAgJD+r+4ICg=="])
def test_a_carried_file_that_is_not_ours_changes_nothing(room: Room, carried: str) -> None:
    answer = room.translator.submit(f"{MODULE}/import/take", {"catalog": carried, "since": "0"}, page=MODULE)
    assert answer.status_code == 422


# --------------------------------------------------------------------------- comments


def test_a_comment_reaches_the_author_and_is_marked_as_done(room: Room) -> None:
    address = room.address(LOOK)
    answer = room.translator.submit(f"{address}/comment", {"comment": "Who is meant?", "text": ""}, page=address)
    assert answer.status_code == 303
    unsaved = room.translator.submit(f"{address}/comment", {"comment": "And why?", "text": "មើល"}, page=address)
    assert (unsaved.status_code, box(unsaved.text)) == (200, "មើល")
    empty = room.translator.submit(f"{address}/comment", {"comment": " ", "text": "មើល"}, page=address)
    assert (empty.status_code, box(empty.text)) == (422, "មើល")
    author = room.world.sign_in(room.world.with_role("trainer"))
    page = author.get("/en/translate/m/comments").text
    assert "Who is meant?" in page
    assert "2 comments are open." in page
    close = re.search(r'action="([^"]+/comments/[^"]+)"', page)
    assert close
    assert author.submit(close[1], {"done": "1"}, page="/en/translate/m/comments").status_code == 303
    assert "1 comment is open." in author.get("/en/translate/m/comments").text
    other = room.world.sign_in(room.world.with_role(TRANSLATOR, over=("th",)))
    assert other.submit(close[1], {"done": "0"}, page="/en/translate/m/comments").status_code == 404


# -------------------------------------------------------------------- preview, publish


def test_a_passage_is_shown_in_its_place_with_what_is_saved(room: Room) -> None:
    room.save(LISTEN, LISTENED)
    page = room.translator.get(f"{room.address(LISTEN)}/preview").text
    assert '<mark id="here">ស្តាប់មនុស្ស <strong>3</strong> នាក់។</mark>' in page
    assert "It is wet." in page  # hints of a question, too
    assert '<mark id="here">' in room.translator.get(f"{room.address('It is wet.')}/preview").text


def test_a_page_of_paper_is_a_picture(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    room.save(LISTEN, LISTENED)
    with ThreadPoolExecutor(1) as workers:  # a process takes seconds to begin
        monkeypatch.setattr(preview, "_workers", lambda: workers)
        answer = room.translator.get(f"{room.address(LISTEN)}/paper.png")
        hint = room.translator.get(f"{room.address('It is wet.')}/paper.png")  # only in the facilitator's guide
    assert (answer.mimetype, answer.data[:4]) == ("image/png", b"\x89PNG")
    assert hint.data[:4] == b"\x89PNG" != answer.data


def test_a_reviewer_publishes_the_language_alone_by_name(room: Room) -> None:
    words = {"A module": "ម៉ូឌុល", "What it is.": "អ្វី។", "Welcome.": "សូមស្វាគមន៍។", "A lesson": "មេរៀន", "Look": "មើល",
             LOOK: LOOKED, LISTEN: LISTENED, "The word is": "ពាក្យគឺ", "water": "ទឹក", "It is wet.": "វាសើម។"}  # fmt: skip
    for source, text in words.items():
        assert room.save(source, text).status_code == 303
    publish_page = f"{MODULE}/publish"
    assert room.translator.get(publish_page).status_code == 404
    assert room.reviewer.submit(publish_page).status_code == 422
    assert room.reviewer.submit(publish_page, {"sure": "1", "note": "Khmer"}).status_code == 303
    with room.world.store.read(SYSTEM) as db:
        newest = library.current_edition(db, "m")
    assert newest is not None
    assert (newest.number, newest.published_by, newest.note) == (2, "Sok Dara", "Khmer")
    lesson = "/km/modules/m/01-l"
    drafted = unescape(room.translator.get(lesson).text)
    for source, text in words.items():
        assert room.save(source, text, room.reviewer, do="review").status_code == 303
    assert room.reviewer.submit(publish_page, {"sure": "1"}).status_code == 303
    reviewed = unescape(room.translator.get(lesson).text)
    note = 'class="note warn strip"'
    assert (drafted.count(note) - reviewed.count(note)) == 1
    assert "passages reviewed by Sok Dara" in room.translator.get("/en/languages").text
    assert room.reviewer.submit(publish_page, {"sure": "1"}).status_code == 409


def test_nothing_strange_is_an_error_of_the_server(room: Room) -> None:
    dice = random.Random(20261130)
    address = room.address(LOOK)
    posts = [address, f"{address}/checks", f"{address}/comment", f"{MODULE}/import", f"{MODULE}/import/take",
             f"{MODULE}/publish", "/en/translate/m/comments/x"]  # fmt: skip
    gets = [MODULE, address, f"{MODULE}/passage", f"{address}/preview", f"{MODULE}/catalog.po"]
    names = ["text", "since", "do", "draft", "context", "source", "comment", "catalog", "name", "state", "unit", "q",
             "page", "fill", "done", "sure", "note"]  # fmt: skip
    token = room.reviewer.token(MODULE)
    seen = set()
    for number in range(120):
        fields = {dice.choice(names): strange(dice) for _ in range(4)}
        if number % 2:
            data = {**fields, "csrf_token": token}
            answer = room.reviewer.post(dice.choice(posts), data=data, headers={"Origin": "https://trainer.test"})
        else:
            answer = room.reviewer.get(dice.choice(gets), query_string=fields)
        seen.add(answer.status_code)
    assert seen <= {200, 303, 404, 409, 422, 413, 400}, seen
