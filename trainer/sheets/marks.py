"""From the marks on a sheet to answers in their canonical form."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from trainer.assessment import Answer, InvalidAnswer, Planned
from trainer.assessment.answers import distinct, text, walk
from trainer.content.model import Scenario
from trainer.sheets.fields import DIGITS, LETTERS

Marks = Mapping[int, tuple[int, ...] | str]
"""Part → marked choices by presented position, or what is written on the line. A part without a mark may be missing."""


def answer(planned: Planned, marks: Marks) -> Answer | None:
    """The answer to one question; None when nothing is marked, or the question has no rows.

    Raises InvalidAnswer when the marks are no answer: two where one counts, an order with a place left out.
    """
    item = planned.item
    if item.type == "reflect" or not any(marks.values()):
        return None
    return _ANSWERS[item.type](planned, marks)


def _one(marks: Marks, part: int, choices: int) -> int | None:
    """The one mark of a row; a letter, where a row has too many choices for bubbles."""
    given = marks.get(part) or ()
    if isinstance(given, str):
        letter = given.strip().upper()
        if not letter:
            return None
        given = (LETTERS.index(letter),) if len(letter) == 1 and letter in LETTERS else (choices,)
    if len(given) > 1:
        raise InvalidAnswer("too-many")
    if given and not 0 <= given[0] < choices:
        raise InvalidAnswer("option-unknown")
    return given[0] if given else None


def _written(marks: Marks, part: int) -> str:
    given = marks.get(part) or ""
    return text(given.strip()) if isinstance(given, str) else ""


def _single(planned: Planned, marks: Marks) -> Answer | None:
    chosen = _one(marks, 0, len(planned.order))
    return None if chosen is None else {"chosen": [planned.order[chosen]]}


def _multiple(planned: Planned, marks: Marks) -> Answer:
    given = marks.get(0) or ()
    if isinstance(given, str):
        given = tuple(LETTERS.index(letter) for letter in given.upper() if letter in LETTERS)
    if any(not 0 <= one < len(planned.order) for one in given):
        raise InvalidAnswer("option-unknown")
    return {"chosen": sorted(distinct([planned.order[one] for one in given]))}


def _match(planned: Planned, marks: Marks) -> Answer:
    assert not isinstance(planned.item, Scenario)
    chosen = [_one(marks, part, len(planned.order)) for part in range(len(planned.item.left))]
    distinct([one for one in chosen if one is not None])
    return {"pairs": [None if one is None else planned.order[one] for one in chosen]}


def _order(planned: Planned, marks: Marks) -> Answer:
    count = len(planned.order)
    places = [_one(marks, part, count) for part in range(count)]
    if None in places:
        raise InvalidAnswer("place-missing")
    given = distinct([place for place in places if place is not None])
    return {"order": [planned.order[given.index(place)] for place in range(count)]}


def _gap(planned: Planned, marks: Marks) -> Answer | None:
    values = []
    for part, order in enumerate(planned.gaps):
        chosen = _one(marks, part, len(order)) if order else None
        values.append(_written(marks, part) if not order else "" if chosen is None else str(order[chosen]))
    return {"gaps": values} if any(values) else None


def _short(planned: Planned, marks: Marks) -> Answer | None:
    written = _written(marks, 0)
    return {"text": written} if written else None


def _number(planned: Planned, marks: Marks) -> Answer | None:
    columns = [_one(marks, part, 10) for part in range(1, DIGITS + 1)]
    digits = "".join(" " if one is None else str(one) for one in columns)
    if not digits.strip():
        raise InvalidAnswer("number-expected")
    if " " in digits.strip():
        raise InvalidAnswer("number-expected")  # a column left out in the middle
    point = _one(marks, DIGITS + 1, DIGITS - 1)
    if point is not None:
        digits = f"{digits[: point + 1]}.{digits[point + 1 :]}"
    minus = "-" if _one(marks, 0, 1) is not None else ""
    number = "".join(digits.split()).rstrip(".")
    return {"text": minus + (f"0{number}" if number.startswith(".") else number)}


def _scenario(planned: Planned, marks: Marks) -> Answer | None:
    """The way through the cards that the marks take from the first; marks on cards beside it do not count."""
    item = planned.item
    assert isinstance(item, Scenario)
    at = {step.id: index for index, step in enumerate(item.steps)}
    path: list[int] = []
    part, seen = 0, set()
    while item.steps[part].choices:
        chosen = _one(marks, part, len(item.steps[part].choices))
        if chosen is None or part in seen:
            raise InvalidAnswer("path-unfinished")
        seen.add(part)
        path.append(chosen)
        part = at[item.steps[part].choices[chosen].target]
    walk(item, path)
    return {"path": path}


_ANSWERS: dict[str, Callable[[Planned, Marks], Answer | None]] = {
    "single": _single,
    "truefalse": _single,
    "multiple": _multiple,
    "match": _match,
    "order": _order,
    "gap": _gap,
    "short": _short,
    "number": _number,
    "scenario": _scenario,
}
