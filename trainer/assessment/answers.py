"""Answers in their canonical form, and what can be wrong with one.

An answer is a small JSON object in the order of the source, whatever order was on the screen or on paper:

| type | answer |
|---|---|
| single, multiple, truefalse | `{"chosen": [option, …]}` |
| short, number, reflect | `{"text": "…"}` |
| gap | `{"gaps": ["…", …]}`; for a gap with choices the number of the choice, `"0"`, so that it reads in any language |
| match | `{"pairs": [right cell or null, …]}`, one per left cell |
| order | `{"order": [item, …]}`, the items in the order given |
| scenario | `{"path": [choice, …]}`, one per step taken, to the end of a path |

All numbers are indices from 0.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from trainer.content.model import Item, Scenario, Step
from trainer.vocabulary import N_

Answer = dict[str, Any]

MAX_TEXT = 500
"""Characters of a written answer."""
MAX_REFLECTION = 5_000
MAX_PATH = 200
"""Steps of a scenario; a path may come back to a step, and has to end some time."""

PROBLEMS: dict[str, str] = {
    "unanswered": N_("Choose or write an answer first."),
    "answer-shape": N_("This answer does not belong to this question."),
    "option-unknown": N_("This question has no such choice."),
    "too-many": N_("Choose one answer only."),
    "chosen-twice": N_("The same answer is used twice. Use each one once."),
    "place-missing": N_("Give every item a place."),
    "too-long": N_("This answer is too long: at most %(limit)d characters."),
    "number-expected": N_("Write a number, such as 20 or 2.5."),
    "path-unfinished": N_("This story goes on. Choose the next step."),
    "path-finished": N_("This story has already ended."),
}
"""Code → sentence of the interface."""


class InvalidAnswer(Exception):  # noqa: N818  it is the answer that is wrong, not the program
    """The answer cannot be an answer to this question. `code` is a key of PROBLEMS."""

    def __init__(self, code: str, **params: int) -> None:
        super().__init__(code)
        self.code = code
        self.params = params


class Unanswered(InvalidAnswer):
    """Nothing was chosen or written."""

    def __init__(self) -> None:
        super().__init__("unanswered")


def field_of(item: Item) -> str:
    """The one key of answers to `item`."""
    return _FIELDS[item.type]


_FIELDS: dict[str, str] = {
    "single": "chosen",
    "multiple": "chosen",
    "truefalse": "chosen",
    "short": "text",
    "number": "text",
    "reflect": "text",
    "gap": "gaps",
    "match": "pairs",
    "order": "order",
    "scenario": "path",
}


def listed(item: Item, answer: Answer) -> list[Any]:
    """The list in an answer that has one. Raises InvalidAnswer."""
    value = _value(item, answer)
    if not isinstance(value, list):
        raise InvalidAnswer("answer-shape")
    return value


def written(item: Item, answer: Answer) -> str:
    """The text in an answer that has one. Raises InvalidAnswer."""
    value = _value(item, answer)
    return text(value, MAX_REFLECTION if item.type == "reflect" else MAX_TEXT)


def text(value: object, limit: int = MAX_TEXT) -> str:
    """`value`, if it is a text of at most `limit` characters. Raises InvalidAnswer."""
    if not isinstance(value, str):
        raise InvalidAnswer("answer-shape")
    if len(value) > limit:
        raise InvalidAnswer("too-long", limit=limit)
    return value


def index(value: object, count: int) -> int:
    """`value`, if it is an index below `count`. Raises InvalidAnswer."""
    if not isinstance(value, int) or isinstance(value, bool):
        raise InvalidAnswer("answer-shape")
    if not 0 <= value < count:
        raise InvalidAnswer("option-unknown")
    return value


def distinct(values: Sequence[int]) -> list[int]:
    """`values`, if no two are the same. Raises InvalidAnswer."""
    if len(set(values)) != len(values):
        raise InvalidAnswer("chosen-twice")
    return list(values)


def _value(item: Item, answer: Answer) -> object:
    if not isinstance(answer, dict) or set(answer) != {field_of(item)}:
        raise InvalidAnswer("answer-shape")
    return answer[field_of(item)]


# ------------------------------------------------------------------ scenarios


def walk(scenario: Scenario, path: Sequence[object]) -> list[Step]:
    """The steps a path goes through, the one it has come to last. Raises InvalidAnswer for an impossible path."""
    if len(path) > MAX_PATH:
        raise InvalidAnswer("too-long", limit=MAX_PATH)
    steps = {step.id: step for step in scenario.steps}
    visited = [scenario.steps[0]]
    for choice in path:
        choices = visited[-1].choices
        if not choices:
            raise InvalidAnswer("path-finished")
        visited.append(steps[choices[index(choice, len(choices))].target])
    return visited


def finished(scenario: Scenario, path: Sequence[object]) -> bool:
    """Whether the path has come to an end. Raises InvalidAnswer for an impossible path."""
    return not walk(scenario, path)[-1].choices
