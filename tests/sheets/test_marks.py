"""Marks on paper become the answers that the same choices on the screen would be."""

from __future__ import annotations

import pytest

from tests.assessment.samples import all_items, right_answer
from trainer import assessment
from trainer.assessment import InvalidAnswer
from trainer.sheets.fields import fields_of
from trainer.sheets.filling import marks_of
from trainer.sheets.marks import answer

ITEMS = {name: item for name, item in all_items().items() if item.type != "reflect"}


@pytest.mark.parametrize("name", ITEMS)
@pytest.mark.parametrize("seed", ["a", "b", "c"])
def test_the_right_answer_on_paper_is_the_right_answer(name: str, seed: str) -> None:
    planned = assessment.present(ITEMS[name], seed, shuffle=True)
    right = right_answer(planned.item)
    marks = marks_of(planned, right)
    assert set(marks) <= {row.part for row in fields_of(planned, 1)}
    given = answer(planned, marks)
    assert given is not None
    assert assessment.grade(planned.item, given, "en").correct


@pytest.mark.parametrize("name", ITEMS)
def test_nothing_marked_is_no_answer(name: str) -> None:
    planned = assessment.present(ITEMS[name], "a", shuffle=True)
    assert answer(planned, {}) is None
    assert answer(planned, {0: (), 1: ""}) is None


def test_a_reflection_has_no_rows_and_no_answer() -> None:
    planned = assessment.present(
        next(item for item in all_items().values() if item.type == "reflect"), "a", shuffle=True
    )
    assert fields_of(planned, 1) == ()
    assert answer(planned, {0: "words"}) is None


@pytest.mark.parametrize(
    ("name", "marks", "code"),
    [
        ("single", {0: (0, 1)}, "too-many"),
        ("single", {0: (9,)}, "option-unknown"),
        ("number", {0: (0,)}, "number-expected"),
        ("number", {1: (1,), 3: (2,)}, "number-expected"),
        ("number", {1: (1, 2)}, "too-many"),
    ],
)
def test_marks_that_are_no_answer_say_why(name: str, marks: dict[int, tuple[int, ...]], code: str) -> None:
    planned = assessment.present(ITEMS[name], "a", shuffle=True)
    with pytest.raises(InvalidAnswer) as problem:
        answer(planned, marks)
    assert problem.value.code == code


def test_rows_that_use_a_choice_twice_or_leave_a_place_open() -> None:
    for item in ITEMS.values():
        planned = assessment.present(item, "a", shuffle=True)
        if item.type == "match":
            with pytest.raises(InvalidAnswer, match="chosen-twice"):
                answer(planned, {0: (0,), 1: (0,)})
        if item.type == "order":
            with pytest.raises(InvalidAnswer, match="place-missing"):
                answer(planned, {0: (0,)})
        if item.type == "scenario":
            with pytest.raises(InvalidAnswer, match="path-unfinished"):
                answer(planned, {1: (0,)})


@pytest.mark.parametrize(
    ("columns", "point", "minus", "text"),
    [
        ("   20", None, False, "20"), ("20   ", None, False, "20"), ("  125", 3, False, "12.5"),
        ("    5", 3, False, "0.5"), ("00018", None, False, "00018"), ("   12", None, True, "-12"),
    ],
)  # fmt: skip
def test_digits_become_a_number(columns: str, point: int | None, minus: bool, text: str) -> None:
    planned = assessment.present(ITEMS["number"], "a", shuffle=True)
    marks: dict[int, tuple[int, ...] | str] = {at: (int(one),) for at, one in enumerate(columns, 1) if one != " "}
    if point is not None:
        marks[6] = (point,)
    if minus:
        marks[0] = (0,)
    assert answer(planned, marks) == {"text": text}
