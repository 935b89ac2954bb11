"""What people read of their path: the rule that completes a module, until when it counts, and how it is renewed."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from tests.web.conftest import Browser, World
from tests.web.paths import PATHS, learn
from trainer.services.shelf import Shelf
from trainer.web.state import site

RULE = "To complete this module: Read all lessons. Pass the quiz with 80%. Pass the test at the end with 50%."


@pytest.fixture(autouse=True)
def paths(world: World) -> Shelf:
    world.course()
    shelf = site(world.app).shelf
    shelf.paths = PATHS
    return shelf


def test_the_rule_is_the_same_on_every_page_with_progress(world: World, paths: Shelf) -> None:
    me = world.person()
    learn(world, paths, me).do("unit-done", unit="first")
    browser = world.sign_in(me)
    for page in ("/en/", "/en/path", "/en/record", "/en/modules/course", "/en/modules/course/03-quiz"):
        assert RULE in browser.get(page).text, page
    assert RULE in world.app.test_client().get("/en/modules/course").text


def test_a_completed_module_is_renewed_by_its_test(world: World, paths: Shelf, browser: Browser) -> None:
    me = world.person()
    learner = learn(world, paths, me)
    code = learner.complete().extra["certificate"]

    def said() -> list[str]:
        mine = world.sign_in(me)
        pages = [mine.get(page).text for page in ("/en/", "/en/path", "/en/record", "/en/modules/course")]
        return [*pages, browser.get(f"/en/check/{code}").text]

    *own, check = said()
    assert all("Your training counts as current until November 23, 2028." in page for page in own)
    assert "<dd>November 23, 2028</dd>" in check
    world.clock.moment = datetime(2028, 12, 1, 3, tzinfo=UTC)
    *own, check = said()
    lapsed = "it counted as current until November 23, 2028. Your certificate stays. To renew it, pass the test"
    assert all(lapsed in page for page in own)
    assert "<span>To be renewed</span>" in own[0]
    assert "/en/modules/course/test" in own[-1].partition("Renew it now")[0].rpartition("<a ")[2]
    assert "This certificate is valid" in check
    assert "This day is over" in check
    learner.now = world.clock()
    learner.take("post")
    *own, check = said()
    assert all("until December 1, 2030." in page for page in own)
    assert "<dd>December 1, 2030</dd>" in check


def test_off_the_path_nothing_expires(world: World, paths: Shelf) -> None:
    me = world.person(agency_type="health")
    learn(world, paths, me).complete()
    world.clock.turn(days=3000)
    assert "renew" not in world.sign_in(me).get("/en/record").text.lower()


def test_a_person_chooses_another_path_none_or_their_own(world: World) -> None:
    lost = world.sign_in(world.person(agency_type="union"))
    assert "There is no path yet for where you work" in lost.get("/en/path").text
    lost.submit("/en/path", {"path": "police"})
    assert "You chose this path." in lost.get("/en/path").text
    lost.submit("/en/path", {"path": "none"})
    assert "You chose to be on no path." in lost.get("/en/").text
    lost.submit("/en/path", {"path": "own"})
    assert "There is no path yet for where you work" in lost.get("/en/").text
    assert lost.submit("/en/path", {"path": "pirates"}).status_code == 422
