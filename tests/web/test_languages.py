"""The languages page, searching in every script, and another language in the middle of a quiz."""

from __future__ import annotations

import re
from typing import cast

import pytest
from flask import Flask
from sqlalchemy import select

from tests.services.world import COURSE
from tests.web.conftest import ORIGIN, Browser, World
from trainer.content.folder import module_folders, read_folder
from trainer.services import library
from trainer.store.engine import Store
from trainer.store.models import Attempt, Response
from trainer.store.scope import Scope

OURS = {"Origin": ORIGIN, "Sec-Fetch-Site": "same-origin"}
SLUG = "recognising-indicators"


@pytest.fixture
def reader(app: Flask, world: World, sqlite_store: Store) -> Browser:
    """Nobody signed in, with every module of ours published."""
    for folder in module_folders():
        with sqlite_store.write(Scope.nobody()) as db:
            library.publish(db, folder.name, read_folder(folder), by="test", now=world.clock())
    return cast("Browser", app.test_client())


def main_of(html: str) -> str:
    return re.sub(r"\s+", " ", html.partition("<main")[2])


def test_the_languages_page_says_who_reviewed_what(reader: Browser) -> None:
    main = main_of(reader.get("/en/languages").text)
    assert '<span lang="km">ខ្មែរ</span> – Translated completely. Not reviewed by a person yet.' in main
    assert re.search(r'<span lang="tet">Tetun</span> – Translated: \d+ of \d+ passages\.', main)
    assert main.count("drafted by machine, not reviewed") == 12


def test_a_reviewed_catalog_is_shown_with_its_reviewer(world: World, browser: Browser) -> None:
    po = (
        '# Reviewed by: Sok Dara, 2026-03-01\nmsgid ""\nmsgstr "Language: km\\n"\n\nmsgctxt "first/title"\n'
        'msgid "The first lesson"\nmsgstr "មេរៀនទីមួយ"\n'
    )
    with world.store.write(Scope.system("test")) as db:
        files = {**COURSE, "translations/km.po": po.encode()}
        library.publish(db, "course", files, by="test", now=world.clock())
    for address in ("/en/languages", "/km/"):
        assert "Sok Dara" in main_of(browser.get(address).text)


@pytest.mark.parametrize(
    ("tag", "query"),
    [("km", "សូចនាករ"), ("th", "ข้อบ่งชี้"), ("lo", "ຕົວຊີ້ວັດ"), ("my", "ညွှန်းကိန်း"), ("vi", "dau hieu"), ("id", "indikator"),
     ("th", "first contact")],
)  # fmt: skip
def test_a_module_is_found_in_every_script(reader: Browser, tag: str, query: str) -> None:
    main = main_of(reader.get(f"/{tag}/", query_string={"q": query}).text)
    assert f"/{tag}/modules/{SLUG}" in main
    assert "forced-labour-in-fishing" not in main


def test_a_search_that_finds_nothing_says_so_and_shows_the_way_back(reader: Browser) -> None:
    main = main_of(reader.get("/en/", query_string={"q": '"><b>zzz'}).text)
    assert "No module has these words" in main
    assert "<b>" not in main
    assert "Show all modules" in main


def test_another_language_in_the_middle_of_a_quiz_keeps_attempt_order_and_answers(
    reader: Browser, world: World, sqlite_store: Store
) -> None:
    learner = world.sign_in(world.person(locale="km"))
    page = f"/km/modules/{SLUG}/06-quiz"
    started = learner.submit(f"{page}/start", page=page)
    path = learner.get(cast("str", started.location), follow_redirects=True).request.path
    base = path.rpartition("/")[0]
    before = {number: learner.get(f"{base}/{number}", follow_redirects=True).text for number in range(1, 11)}
    asked, value = next((number, found) for number, html in before.items() if (found := RADIO.search(html)))
    hidden = dict(re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', before[asked].partition("<main")[2]))
    assert learner.post(f"{base}/{asked}", data={**hidden, "answer": value[1]}, headers=OURS).status_code == 303
    for tag in ("th", "my", "en"):
        there = base.replace("/km/", f"/{tag}/")
        for number, html in before.items():
            after = learner.get(f"{there}/{number}", follow_redirects=True).text
            assert f'<html lang="{tag}"' in after
            if number == asked:
                assert 'id="feedback"' in after
            else:
                assert choices_of(after) == choices_of(html)
    with sqlite_store.read(Scope.system("test")) as db:
        assert len(db.scalars(select(Attempt)).all()) == 1
        assert len(db.scalars(select(Response)).all()) == 1


RADIO = re.compile(r'<input type="radio"[^>]* name="answer" value="(\d+)"')


def choices_of(html: str) -> list[str]:
    """What can be chosen, in the order it is shown."""
    return re.findall(r'<(?:input|option)[^>]* value="(\d+)"', html.partition("<main")[2])
