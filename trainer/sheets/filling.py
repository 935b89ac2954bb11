"""What somebody marks on paper who wants to give an answer: `sheets.marks` the other way round. For demo and tests."""

from __future__ import annotations

from trainer.assessment import Answer, Planned
from trainer.content.model import Scenario
from trainer.sheets.fields import DIGITS
from trainer.sheets.typing import Mark


def marks_of(planned: Planned, answer: Answer) -> dict[int, Mark]:
    """Part → marked positions, or what is written."""
    ((kind, value),) = answer.items()
    item = planned.item
    position = {source: at for at, source in enumerate(planned.order)}
    match kind:
        case "chosen":
            return {0: tuple(sorted(position[one] for one in value))}
        case "pairs":
            return {row: (position[one],) for row, one in enumerate(value) if one is not None}
        case "order":
            return {position[source]: (place,) for place, source in enumerate(value)}
        case "gaps":
            return {
                part: (planned.gaps[part].index(int(one)),) if planned.gaps[part] else one
                for part, one in enumerate(value)
                if one
            }
        case "path":
            assert isinstance(item, Scenario)
            at = {step.id: index for index, step in enumerate(item.steps)}
            marks: dict[int, Mark] = {}
            part = 0
            for choice in value:
                marks[part] = (choice,)
                part = at[item.steps[part].choices[choice].target]
            return marks
    return _number(value) if item.type == "number" else {0: value}


def _number(text: str) -> dict[int, Mark]:
    whole, _, part = text.lstrip("-").partition(".")
    digits = (whole + part).rjust(DIGITS)
    marks: dict[int, Mark] = {column: (int(digit),) for column, digit in enumerate(digits, 1) if digit != " "}
    if part:
        marks[DIGITS + 1] = (DIGITS - len(part) - 1,)
    return marks | ({0: (0,)} if text.startswith("-") else {})
