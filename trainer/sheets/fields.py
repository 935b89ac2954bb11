"""The rows of an answer sheet: which bubbles or lines each question of a plan has.

| type | rows |
|---|---|
| single, truefalse | one row of letters, one mark |
| multiple | one row of letters in squares, any number of marks |
| match | a row of letters for each left cell |
| order | a row of numbers for each item, in the order it is presented: its place |
| gap | a row of letters for each gap with choices, a line for each gap to write in |
| number | a minus, columns of digits, a row of decimal points |
| short | a line |
| scenario | a row of letters for each card with choices |
| reflect | none: it stays with the person |

Rows never say which choice is right, and do not depend on the language.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Literal, NamedTuple

from trainer.assessment import Planned
from trainer.content.model import Question, Scenario

Kind = Literal["one", "many", "line"]
Style = Literal["letters", "numbers", "digits", "point", "minus", "line"]

MOST_CHOICES = 10
"""Bubbles in one row. A question with more is answered by writing the letter on a line."""
DIGITS = 5
"""Columns of digits of a number."""
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


class Field(NamedTuple):
    """One row of bubbles (a column, for a digit), or a line to write on."""

    question: str
    part: int
    """Which row of the question, from 0. A number: 0 minus, 1 to 5 the digits, 6 the decimal point."""
    label: str
    """`7`, or `7.2` for the second row of question 7; on the sheet it is in Latin digits in every language."""
    kind: Kind
    """`one` mark counts, `many` may, or a `line` is written on."""
    style: Style
    choices: int
    """Bubbles, by presented position from 0; a line has none."""

    def mark(self, choice: int) -> str:
        """What a person calls the choice: a letter, or a number."""
        if self.style == "letters":
            return LETTERS[choice]
        return {"digits": str(choice), "minus": "−", "point": f".{choice + 1}"}.get(self.style, str(choice + 1))


def fields(plan: Sequence[Planned]) -> tuple[Field, ...]:
    """The rows of a whole attempt; questions count from 1 in the order of the plan, as on the paper."""
    return tuple(row for number, planned in enumerate(plan, 1) for row in fields_of(planned, number))


def fields_of(planned: Planned, number: int) -> tuple[Field, ...]:
    """The rows of one question."""
    return tuple(_rows(planned, str(number)))


def _rows(planned: Planned, label: str) -> Iterator[Field]:
    item = planned.item
    if isinstance(item, Scenario):
        for at, step in enumerate(item.steps):
            if step.choices:
                yield _letters(item.id, at, f"{label}.{at + 1}", len(step.choices))
        return
    match item.type:
        case "single" | "truefalse":
            yield _letters(item.id, 0, label, len(planned.order))
        case "multiple":
            yield _letters(item.id, 0, label, len(planned.order), "many")
        case "match":
            for at in range(len(item.left)):
                yield _letters(item.id, at, f"{label}.{at + 1}", len(planned.order))
        case "order":
            for at in range(len(planned.order)):
                yield _row(item.id, at, f"{label}.{at + 1}", "one", "numbers", len(planned.order))
        case "gap":
            yield from _gaps(item, planned, label)
        case "number":
            yield Field(item.id, 0, label, "one", "minus", 1)
            for at in range(1, DIGITS + 1):
                yield Field(item.id, at, label, "one", "digits", 10)
            yield Field(item.id, DIGITS + 1, label, "one", "point", DIGITS - 1)
        case "short":
            yield Field(item.id, 0, label, "line", "line", 0)
        case "reflect":
            pass


def _gaps(item: Question, planned: Planned, label: str) -> Iterator[Field]:
    for at, order in enumerate(planned.gaps):
        name = f"{label}.{at + 1}" if len(planned.gaps) > 1 else label
        yield _letters(item.id, at, name, len(order)) if order else Field(item.id, at, name, "line", "line", 0)


def _letters(question: str, part: int, label: str, choices: int, kind: Kind = "one") -> Field:
    return _row(question, part, label, kind, "letters", choices)


def _row(question: str, part: int, label: str, kind: Kind, style: Style, choices: int) -> Field:
    if choices > MOST_CHOICES:
        return Field(question, part, label, "line", "line", 0)
    return Field(question, part, label, kind, style, choices)
