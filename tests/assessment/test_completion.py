"""Scores, and what is still to do for a module."""

from __future__ import annotations

import pytest

from tests.assessment.samples import all_items, asked, compiled, right_answer
from trainer.assessment import Missing, Score, completion, grade, pass_mark, score

UNITS = (
    ("", "A lesson."),
    ("", "Another lesson."),
    ("kind: quiz", asked("q0")),
    ("kind: quiz\npass: 60", asked("q1")),
    ("kind: test", asked("q2")),
    ("kind: job-aid", "A list to print."),
)
FULL = compiled("completion: {lessons: all, quiz: 80, test: 70}", *UNITS)
DONE = {"u0", "u1"}
PASSED = {"u2": 80.0, "u3": 60.0}


def test_everything_is_missing_in_the_order_of_the_units_at_the_start() -> None:
    standing = completion(FULL, set(), {}, None)
    assert not standing
    assert not standing.complete
    assert standing.missing == (
        Missing("lesson", "u0"),
        Missing("lesson", "u1"),
        Missing("quiz", "u2", 80.0),
        Missing("quiz", "u3", 60.0),
        Missing("test", "u4", 70.0),
    )


def test_reaching_every_mark_exactly_completes() -> None:
    standing = completion(FULL, DONE, PASSED, 70.0)
    assert standing
    assert standing.complete
    assert standing.missing == ()


def test_a_lesson_not_done_is_missing() -> None:
    assert completion(FULL, {"u1"}, PASSED, 70.0).missing == (Missing("lesson", "u0"),)


def test_a_quiz_or_test_below_its_mark_is_missing_with_what_was_reached() -> None:
    standing = completion(FULL, DONE, {"u2": 79.9, "u3": 0.0}, 69.9)
    assert standing.missing == (
        Missing("quiz", "u2", 80.0, 79.9),
        Missing("quiz", "u3", 60.0, 0.0),
        Missing("test", "u4", 70.0, 69.9),
    )


def test_what_is_done_in_other_units_counts_for_nothing() -> None:
    assert completion(FULL, {*DONE, "u2", "u4", "gone"}, {"u4": 100.0, "gone": 100.0}, None).missing == (
        Missing("quiz", "u2", 80.0),
        Missing("quiz", "u3", 60.0),
        Missing("test", "u4", 70.0),
    )


def test_a_quiz_has_its_own_mark_or_that_of_the_module() -> None:
    assert [pass_mark(FULL, unit) for unit in FULL.units[2:5]] == [80, 60, 70]


@pytest.mark.parametrize(
    ("head", "missing"),
    [
        ("completion: {lessons: all}", ["u0", "u1"]),
        ("completion: {lessons: none, quiz: 80}", ["u2", "u3"]),
        ("completion: {lessons: none, test: 70}", ["u4"]),
        ("completion: {lessons: none}", []),
        ("", ["u0", "u1"]),
    ],
)
def test_only_what_the_module_asks_for_is_needed(head: str, missing: list[str]) -> None:
    assert [one.unit for one in completion(compiled(head, *UNITS), set(), {}, None).missing] == missing


def test_a_score_counts_unanswered_questions_and_no_reflections() -> None:
    items = all_items()
    asked_items = [items["single"], items["multiple"], items["reflect"]]
    grades = {name: grade(items[name], right_answer(items[name]), "en") for name in ("multiple", "reflect")}
    assert score(asked_items, grades) == Score(3, 5)
    assert score(asked_items, grades).percent == 60
    assert score(asked_items, {}).percent == 0


def test_full_marks_for_everything_are_a_hundred_percent() -> None:
    items = all_items()
    grades = {name: grade(item, right_answer(item), "en") for name, item in items.items()}
    assert score(items.values(), grades).percent == 100


def test_grades_of_questions_that_were_not_asked_do_not_count() -> None:
    items = all_items()
    grades = {name: grade(items[name], right_answer(items[name]), "en") for name in ("single", "order")}
    assert score([items["single"]], grades) == Score(2, 2)


def test_nothing_scored_is_a_hundred_percent() -> None:
    assert score([], {}).percent == 100
    assert score([all_items()["reflect"]], {}).percent == 100


def test_percents_carry_no_rounding_error() -> None:
    assert Score(0.1 + 0.7, 1.0).percent == 80
