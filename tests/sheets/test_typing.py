"""Typing a sheet by hand: what is typed is what is marked, and comes back as it was typed."""

from __future__ import annotations

import pytest

from tests.assessment.samples import all_items, right_answer
from trainer import assessment
from trainer.assessment import InvalidAnswer
from trainer.sheets.fields import Field, fields_of
from trainer.sheets.filling import marks_of
from trainer.sheets.marks import answer
from trainer.sheets.typing import aligned, number_of, read, shown

ITEMS = {name: item for name, item in all_items().items() if item.type != "reflect"}


@pytest.mark.parametrize("name", ITEMS)
def test_marks_are_typed_and_come_back(name: str) -> None:
    planned = assessment.present(ITEMS[name], "a", shuffle=True)
    rows = fields_of(planned, 1)
    marks = marks_of(planned, right_answer(planned.item))
    text = shown(rows, marks)
    assert text
    assert answer(planned, read(rows, text)) == answer(planned, marks)
    assert answer(planned, read(rows, f"  {text.lower()} ")) == answer(planned, marks) or planned.item.type in (
        "short",
        "gap",
    )
    assert answer(planned, read(rows, "")) is None


ONE, MANY = Field("q", 0, "1", "one", "letters", 4), Field("q", 0, "1", "many", "letters", 4)
ORDER = [Field("q", part, f"1.{part + 1}", "one", "numbers", 3) for part in range(3)]


def test_signs_in_any_width_case_and_spacing() -> None:
    assert read([ONE], "ｂ") == {0: (1,)}
    assert read([MANY], " c a ") == {0: (0, 2)}
    assert read(ORDER, "2 - 1") == {0: (1,), 1: (), 2: (0,)}
    assert read(ORDER, "២១៣") == {0: (1,), 1: (0,), 2: (2,)}


@pytest.mark.parametrize(
    ("rows", "text", "code"),
    [
        ([ONE], "AB", "too-many"), ([ONE], "E", "option-unknown"), ([ONE], "7", "option-unknown"),
        (ORDER, "12", "answer-shape"), (ORDER, "1234", "answer-shape"), (ORDER, "129", "option-unknown"),
        ([Field("q", 0, "1", "one", "minus", 1)], "twelve", "number-expected"),
        ([Field("q", 0, "1", "one", "minus", 1)], "1234567", "number-expected"),
    ],
)  # fmt: skip
def test_what_cannot_be_marked_is_refused(rows: list[Field], text: str, code: str) -> None:
    with pytest.raises(InvalidAnswer, match=code):
        read(rows, text)


@pytest.mark.parametrize("text", ["7", "12.5", "-3", "0.25", "12345"])
def test_a_number_is_the_same_marks_wherever_it_begins(text: str) -> None:
    rows = [Field("q", 0, "1", "one", "minus", 1)]
    marks = read(rows, text)
    assert number_of(marks) == text
    if len(text) == 1:
        left: dict[int, tuple[int, ...] | str] = {1: (7,)}
        assert aligned(left) == marks


def test_digits_with_two_marks_are_left_as_they_are() -> None:
    assert aligned({1: (1, 2)}) == {1: (1, 2)}
    assert aligned({}) == {}
