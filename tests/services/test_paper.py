"""A sheet of paper in the register: a whole attempt at once, once, and taken back without a trace."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from sqlalchemy import func, select

from tests.services.world import NOW, RIGHT, WRONG, Learner, person, publish
from trainer.services import record, recounting
from trainer.services.library import Shelf
from trainer.services.record import Paper, Verdict
from trainer.store.engine import Store
from trainer.store.models import Attempt, Base, Certificate, CompletionRow, Enrolment, Response, UnitDone
from trainer.store.scope import Scope

SYSTEM = Scope.system("test")
ASKED = {"quiz": ("q1", "q2", "q3"), "A": ("a1", "a2"), "B": ("b1", "b2")}


@pytest.fixture
def learner(store: Store) -> Learner:
    publish(store)
    return Learner(store, Shelf(store), person(store))


def sheet(
    learner: Learner, purpose: str, form: str | None, answers: dict[str, Any] | None = None, **more: Any
) -> Verdict:
    given = {name: RIGHT[name] for name in ASKED[form or "quiz"]} if answers is None else answers
    with learner.store.read(Scope.nobody()) as db:
        from trainer.services import editions

        edition = editions.edition(db, "course")
    values = {"unit": "quiz" if purpose == "quiz" else "test", "mode": "workshop", "source": "scan", **more}
    return learner.do("sheet", purpose=purpose, edition_id=edition.id, paper=Paper(form, "seed", given), **values)


def rows(store: Store) -> dict[str, int]:
    tables: tuple[type[Base], ...] = (Enrolment, UnitDone, Attempt, Response, CompletionRow, Certificate)
    with store.read(SYSTEM) as db:
        return {table.__tablename__: db.scalar(select(func.count()).select_from(table)) or 0 for table in tables}


def sums_are_right(store: Store) -> bool:
    with store.read(SYSTEM) as db:
        return not recounting.differences(db)


def test_a_sheet_is_a_whole_attempt(learner: Learner) -> None:
    verdict = sheet(learner, "quiz", None)
    assert (verdict.status, verdict.extra["score"], verdict.extra["passed"]) == ("stored", 100.0, True)
    assert rows(learner.store)["response"] == 3
    with learner.store.read(SYSTEM) as db:
        attempt, sources = db.scalars(select(Attempt)).one(), set(db.scalars(select(Response.source)))
    assert (attempt.mode, attempt.started_at, sources) == ("workshop", attempt.handed_in_at, {"scan"})
    assert sums_are_right(learner.store)


def test_what_was_left_open_counts_as_nothing(learner: Learner) -> None:
    verdict = sheet(learner, "quiz", None, {"q2": RIGHT["q2"]})
    assert verdict.extra["score"] == 50.0
    assert verdict.extra["passed"] is False
    assert rows(learner.store)["response"] == 1


def test_the_same_sheet_by_two_routes_is_one_result(learner: Learner) -> None:
    ident = str(uuid.uuid4())
    assert sheet(learner, "pre", "A", id=ident).status == "stored"
    assert sheet(learner, "pre", "A", {"a1": WRONG["a1"]}, id=ident, source="typed").status == "duplicate"
    assert (rows(learner.store)["attempt"], rows(learner.store)["response"]) == (1, 2)


def test_a_second_test_before_the_module_is_refused(learner: Learner) -> None:
    sheet(learner, "pre", "A")
    assert sheet(learner, "pre", "B").code == "already-sat"


def test_nothing_is_told_of_a_test_before_the_module(learner: Learner) -> None:
    assert set(sheet(learner, "pre", "A").extra) == {"attempt_id"}


@pytest.mark.parametrize(("purpose", "form", "first"), [("pre", "B", "B"), ("post", "B", "A"), ("post", "A", "B")])
def test_paper_says_which_form_came_first(learner: Learner, purpose: str, form: str, first: str) -> None:
    sheet(learner, purpose, form)
    with learner.store.read(SYSTEM) as db:
        assert db.scalars(select(Enrolment.pre_form)).all() == [first]
        assert db.scalars(select(Enrolment.mode)).all() == ["workshop"]


@pytest.mark.parametrize(
    ("answers", "code"),
    [
        ({"a1": RIGHT["a1"]}, "question-unknown"),
        ({"q1": {"chosen": [7]}}, "option-unknown"),
        ({"q1": 3}, "answer-shape"),
    ],
)
def test_impossible_answers_store_nothing(learner: Learner, answers: dict[str, Any], code: str) -> None:
    assert sheet(learner, "quiz", None, answers).code == code
    assert sheet(learner, "quiz", None, {}, unit="nothing").code == "unit-unknown"
    assert set(rows(learner.store).values()) == {0}


def test_paper_completes_a_module_and_its_month_is_when_it_was_written(learner: Learner) -> None:
    for unit in ("first", "second"):
        learner.do("unit-done", unit=unit, mode="workshop")
    sheet(learner, "quiz", None)
    verdict = sheet(learner, "post", "B")
    assert "certificate" in verdict.extra
    assert rows(learner.store)["certificate"] == 1
    assert sums_are_right(learner.store)


def test_what_is_taken_back_leaves_no_trace(learner: Learner) -> None:
    done = [learner.do("unit-done", unit=unit, mode="workshop").id for unit in ("first", "second")]
    attempts = [sheet(learner, "quiz", None).id, sheet(learner, "post", "A").id]
    assert rows(learner.store)["completion"] == 1

    def withdraw(**what: str) -> None:
        with learner.store.write(Scope.countries({"KH"})) as db:
            record.withdraw(db, learner.shelf, learner.who.person_id, "KH", now=NOW, **what)
        assert sums_are_right(learner.store)

    withdraw(attempt_id=attempts[0])
    left = rows(learner.store)
    assert (left["completion"], left["certificate"], left["attempt"], left["enrolment"]) == (0, 0, 1, 1)
    withdraw(attempt_id=attempts[0])
    withdraw(attempt_id=attempts[1])
    withdraw(unit_done_id=done[0])
    assert rows(learner.store)["enrolment"] == 1
    withdraw(unit_done_id=done[1])
    assert set(rows(learner.store).values()) == {0}


def test_taking_back_one_of_two_ways_to_complete_leaves_the_completion(learner: Learner) -> None:
    learner.complete()
    again = sheet(learner, "quiz", None)
    with learner.store.write(Scope.countries({"KH"})) as db:
        record.withdraw(db, learner.shelf, learner.who.person_id, "KH", attempt_id=again.id, now=NOW)
    assert rows(learner.store)["completion"] == 1
    assert sums_are_right(learner.store)
