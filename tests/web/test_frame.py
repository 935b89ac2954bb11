"""What stands around every page is kept between requests: nobody may see what was made for somebody else."""

from __future__ import annotations

import re
import uuid
from urllib.parse import unquote

from tests.web.conftest import ORIGIN, TOKEN, Browser, World
from trainer.web import preferences


def test_the_next_reader_does_not_get_the_coordinators_menu(world: World, browser: Browser) -> None:
    assert "/en/coordinate/" in world.sign_in(world.coordinator("KH")).get("/en/help").text
    learner = world.sign_in(world.person()).get("/en/help").text
    assert "/en/coordinate/" not in learner
    assert "/en/sign-out" in learner
    stranger = browser.get("/en/help").text
    assert "/en/sign-out" not in stranger
    assert "/en/record" not in stranger


def test_each_page_has_a_token_of_its_own_and_it_is_good(world: World) -> None:
    first, second = world.sign_in(world.person()), world.sign_in(world.person())
    tokens = [TOKEN.search(one.get("/en/help").text)[1] for one in (first, first, second)]  # type: ignore[index]
    assert len(set(tokens)) == 3
    assert first.submit("/en/sign-out", page="/en/help").status_code == 303
    assert "/en/sign-in" in first.get("/en/help").text


def test_the_language_links_keep_the_page_and_its_question_mark(browser: Browser) -> None:
    html = browser.get("/en/check?code=").text
    assert 'href="/km/check?code="' in html
    assert 'href="/km/glossary"' in browser.get("/en/glossary").text


def test_an_address_cannot_break_out_of_the_links(browser: Browser) -> None:
    html = browser.get('/en/help?x="><b>&y=1').text
    assert "<b>" not in html
    assert '"><' not in html.split('hreflang="km"')[0].rpartition("href=")[2][1:-1]


def test_signing_in_leads_back_to_the_page_one_came_from(browser: Browser) -> None:
    html = browser.get("/en/glossary?done=x").text
    target = re.search(r'href="/en/sign-in\?next=([^"]+)"', html)
    assert target
    assert target[1] == "%2Fen%2Fglossary%3Fdone%3Dx"
    assert 'name="next" value="/en/glossary?done=x"' in browser.get(f"/en/sign-in?next={target[1]}").text


def test_signing_in_after_trying_a_question_leads_back_to_the_lesson(world: World, browser: Browser) -> None:
    world.course()
    lesson = "/en/modules/course/01-first"
    tried = browser.submit(f"{lesson}/try/p1", {"answer": "1"}, page=lesson)
    assert tried.status_code == 200
    targets = re.findall(r'href="/en/sign-in\?next=([^"]+)"', tried.text)
    assert len(targets) == 2
    for target in targets:
        assert browser.get(unquote(target)).status_code == 200
    assert unquote(targets[1]) == lesson


def test_a_path_in_front_of_the_site_stays_in_the_language_links(browser: Browser) -> None:
    html = browser.get("/en/languages", environ_overrides={"SCRIPT_NAME": "/x"}).text
    assert 'href="/x/km/languages" lang="km" hreflang="km"' in html
    assert 'href="/x/km/languages" hreflang="km" lang="km"' in html


def test_reading_choices_are_attributes_of_the_page_and_nonsense_is_as_if_never_said(browser: Browser) -> None:
    browser.submit("/en/reading", {"size": "125", "theme": "dark", "contrast": "loud", "spacing": "wide"})
    html = browser.get("/en/help").text
    assert '<html lang="en" data-size="125" data-theme="dark" data-spacing="wide">' in html
    assert preferences.read("size=999&theme=%22%3E&saver=1") == preferences.Preferences(saver="1")


def test_a_kept_page_shows_nobody_what_another_answered(world: World) -> None:
    world.course()
    lesson = "/en/modules/course/01-first"
    one, other = (world.sign_in(world.person()) for _ in range(2))
    fresh = other.get(lesson).text
    form = dict(re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', one.get(lesson).text.partition("<main")[2]))
    sent = one.post(f"{lesson}/practice/p1", data={**form, "answer": "1"}, headers={"Origin": ORIGIN})
    assert sent.status_code == 303
    assert "Running helps nobody" in one.get(lesson).text
    after = other.get(lesson).text
    assert "Running helps nobody" not in after
    hidden = re.compile(r'value="[\w=-]{36,}"')
    assert hidden.sub("", after) == hidden.sub("", fresh)
    assert len(set(re.findall(r'name="event" value="([^"]+)"', fresh + after))) == 4


def test_a_kept_page_is_another_one_when_the_lesson_is_done_or_a_notice_is_shown(world: World) -> None:
    world.course()
    reader = world.sign_in(world.person())
    lesson = "/en/modules/course/01-first"
    assert "You have read this." not in reader.get(lesson).text
    assert "Your account is ready" in reader.get(f"{lesson}?done=welcome").text
    assert "Your account is ready" not in reader.get(lesson).text
    reader.submit(f"{lesson}/done", {"event": str(uuid.uuid4())}, page=lesson)
    assert "You have read this." in reader.get(lesson).text
