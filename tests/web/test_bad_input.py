"""Requests that cannot be taken, in the learner's language: each says why, and nothing is lost or half-written."""

from __future__ import annotations

import re
import threading
import uuid
from collections.abc import Mapping
from typing import cast

import pytest
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from tests.services.world import COURSE
from tests.web.conftest import ORIGIN, Browser, World, dump
from trainer.services import library
from trainer.store.engine import Store
from trainer.store.errors import StoreFull
from trainer.store.models import Attempt, Response
from trainer.store.scope import Scope

OURS = {"Origin": ORIGIN, "Sec-Fetch-Site": "same-origin"}
LESSON = "/km/modules/course/01-first"
PRACTICE = f"{LESSON}/practice/p1"
KHMER = re.compile("[\u1780-\u17ff]{6}")


@pytest.fixture
def learner(world: World) -> Browser:
    """Somebody who learns in Khmer."""
    world.course()
    return world.sign_in(world.person(locale="km"))


def hidden(html: str) -> dict[str, str]:
    """The hidden fields of the page's first form in its main part."""
    form = html.partition("<main")[2].partition("<form")[2].partition("</form>")[0]
    return dict(re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', form))


def answer(learner: Browser, path: str = PRACTICE, **fields: str) -> TestResponse:
    sent = {"csrf_token": learner.token(LESSON), "event": str(uuid.uuid4()), **fields}
    return learner.post(path, data=sent, headers=OURS)


def stored(store: Store, table: type[Response] | type[Attempt] = Response) -> int:
    with store.read(Scope.system("test")) as db:
        return db.scalar(select(func.count()).select_from(table)) or 0


def said_in_khmer(response: TestResponse) -> str:
    """The main part of the page, which speaks Khmer."""
    assert '<html lang="km"' in response.text
    main = response.text.partition("<main")[2]
    assert KHMER.search(main), main
    return main


def test_a_post_with_an_unknown_question(learner: Browser, sqlite_store: Store) -> None:
    refused = answer(learner, f"{LESSON}/practice/nothing", answer="0")
    assert refused.status_code == 404
    said_in_khmer(refused)
    assert stored(sqlite_store) == 0


@pytest.mark.parametrize("value", ["7", "-1", "x", "9" * 300, "0\x00"])
def test_a_post_with_an_unknown_option(learner: Browser, sqlite_store: Store, value: str) -> None:
    refused = answer(learner, answer=value)
    assert refused.status_code == 422
    assert 'class="error' in said_in_khmer(refused)
    assert stored(sqlite_store) == 0
    assert answer(learner, answer="0").status_code == 303


def test_an_answer_to_a_question_of_another_edition(learner: Browser, world: World, sqlite_store: Store) -> None:
    """An attempt goes on with the edition it began with; a question that is gone from a lesson is not there."""
    begun = quiz(learner)
    newer: Mapping[str, bytes] = {
        **COURSE,
        "01-first.md": b"---\nid: first\ntitle: The first lesson\n---\n\nLook.\n",
        "03-quiz.md": COURSE["03-quiz.md"].replace(b"#q1", b"#q9"),
    }
    page = learner.get(LESSON)
    with world.store.write(Scope.system("test")) as db:
        library.publish(db, "course", newer, by="test", now=world.clock())
    gone = learner.post(PRACTICE, data={**hidden(page.text), "answer": "0"}, headers=OURS)
    assert gone.status_code == 404
    said_in_khmer(gone)
    assert stored(sqlite_store) == 0
    for _ in range(4):
        assert give_any(learner, begun).status_code == 303
    assert stored(sqlite_store) == 4


def test_a_second_post_of_the_same_form(learner: Browser, sqlite_store: Store) -> None:
    form = {**hidden(learner.get(LESSON).text), "answer": "0"}
    first, second = (learner.post(PRACTICE, data=form, headers=OURS) for _ in range(2))
    assert first.status_code == second.status_code == 303
    assert first.location == second.location
    assert stored(sqlite_store) == 1


def test_an_answer_while_the_disk_is_full(
    learner: Browser, sqlite_store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    form = {**hidden(learner.get(LESSON).text), "answer": "0"}

    def full(self: Store, scope: object) -> None:
        raise StoreFull

    with monkeypatch.context() as patch:
        patch.setattr(Store, "write", full)
        refused = learner.post(PRACTICE, data=form, headers=OURS)
    assert refused.status_code == 503
    kept = hidden(said_in_khmer(refused).join(("<main", "")))
    assert kept.get("answer") == "0"
    assert learner.post(PRACTICE, data=kept, headers=OURS).status_code == 303
    assert stored(sqlite_store) == 1


def test_an_answer_while_the_database_is_locked(
    learner: Browser, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    form = {**hidden(learner.get(LESSON).text), "answer": "0"}
    monkeypatch.setattr(world.store, "wait", 0.1)
    hold, held = threading.Event(), threading.Event()

    def other_writer() -> None:
        with world.store.write(Scope.nobody()):
            held.set()
            hold.wait(10)

    thread = threading.Thread(target=other_writer)
    thread.start()
    held.wait(10)
    refused = learner.post(PRACTICE, data=form, headers=OURS)
    hold.set()
    thread.join()
    assert refused.status_code == 503
    kept = hidden(said_in_khmer(refused).join(("<main", "")))
    assert learner.post(PRACTICE, data=kept, headers=OURS).status_code == 303
    assert stored(world.store) == 1


def test_an_answer_while_the_database_is_gone(learner: Browser, world: World) -> None:
    form = {**hidden(learner.get(LESSON).text), "answer": "0"}
    before, path = dump(world.store), world.store.path
    away = path.with_name("away")
    path.rename(away)
    refused = learner.post(PRACTICE, data=form, headers=OURS)
    away.rename(path)
    assert refused.status_code == 503
    said_in_khmer(refused)
    assert dump(world.store) == before
    assert learner.post(PRACTICE, data=form, headers=OURS).status_code == 303
    assert stored(world.store) == 1


# ------------------------------------------------------------------- a quiz


def quiz(learner: Browser) -> str:
    """Begin the quiz; the address of its first question."""
    page = "/km/modules/course/03-quiz"
    started = learner.submit(f"{page}/start", page=page)
    return learner.get(cast("str", started.location), follow_redirects=True).request.path


def give_any(learner: Browser, question: str) -> TestResponse:
    """Answer whatever is asked now, and go on."""
    page = learner.get(question, follow_redirects=True)
    while not re.search(r'<(?:input[^>]*type="(?:radio|checkbox|text)"|textarea)', page.text.partition("<main")[2]):
        onward = re.search(r'<a class="button[^"]*" href="([^"]+)"', page.text.partition("<main")[2])
        assert onward, page.text
        page = learner.get(onward[1], follow_redirects=True)
    main = page.text.partition("<main")[2]
    choices = re.findall(r'<input[^>]*type="(?:radio|checkbox)"[^>]*>', main)
    name = re.findall(r'name="([^"]+)"', choices[0])[0] if choices else "answer"
    value = re.findall(r'value="([^"]+)"', choices[0])[0] if choices else "water"
    return learner.post(page.request.path, data={**hidden(page.text), name: value}, headers=OURS)
