"""Between a canonical answer and the fields of an HTML form, which know presented positions only.

| type | fields |
|---|---|
| single, multiple, truefalse | `answer`: position of each choice |
| short, number, reflect | `answer`: text |
| gap | `gap-0`, `gap-1`, …: text, or the position of a choice |
| match | `row-0`, …: position of the right cell, or empty |
| order | `place-0`, …: position of the item that stands there |
| scenario | `choice`: index; `path`: the choices before it, `0.1` |
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence

from trainer.assessment.answers import (
    MAX_PATH,
    MAX_REFLECTION,
    Answer,
    InvalidAnswer,
    Unanswered,
    distinct,
    text,
    walk,
)
from trainer.assessment.plan import Planned
from trainer.content.model import Scenario
from trainer.languages.folding import readings

Fields = Mapping[str, Sequence[str]]

_POSITION = re.compile(r"[0-9]{1,3}")
_PATH = re.compile(r"(?:[0-9]{1,3}(?:\.[0-9]{1,3})*)?")


def parse_form(planned: Planned, fields: Fields) -> Answer:
    """The canonical answer in the fields of a POST. Raises Unanswered when there is none, or InvalidAnswer."""
    return _PARSERS[planned.item.type](planned, fields)


def form_fields(planned: Planned, answer: Answer) -> dict[str, list[str]]:
    """The fields that a browser sends for `answer`: the other way round, to show a form filled in."""
    ((kind, value),) = answer.items()
    if kind == "text":
        return {"answer": [value]}
    if kind == "path":
        return {"path": [".".join(map(str, value[:-1]))], "choice": [str(one) for one in value[-1:]]}
    if kind == "gaps":
        return {f"gap-{at}": [_shown_gap(planned.gaps[at], one)] for at, one in enumerate(value)}
    position = {source: str(at) for at, source in enumerate(planned.order)}
    if kind == "chosen":
        return {"answer": [position[one] for one in value]}
    name = "row" if kind == "pairs" else "place"
    return {f"{name}-{at}": ["" if one is None else position[one]] for at, one in enumerate(value)}


def _shown_gap(order: tuple[int, ...], value: str) -> str:
    return str(order.index(int(value))) if order and value else value


# -------------------------------------------------------------------- parsers


def _one(fields: Fields, name: str) -> str:
    """The value of a field that a form has once; "" when it is missing."""
    values = fields.get(name, ())
    if len(values) > 1:
        raise InvalidAnswer("too-many")
    return values[0] if values else ""


def _source(order: Sequence[int], position: str) -> int:
    """Source index of a presented position."""
    if not _POSITION.fullmatch(position) or int(position) >= len(order):
        raise InvalidAnswer("option-unknown")
    return order[int(position)]


def _row(fields: Fields, name: str, count: int) -> list[str]:
    """The values of `name-0` to `name-(count-1)`; a field beyond is refused."""
    values = [_one(fields, f"{name}-{at}") for at in range(count)]
    known = {f"{name}-{at}" for at in range(count)}
    if any(field.startswith(f"{name}-") and field not in known for field in fields):
        raise InvalidAnswer("option-unknown")
    if not any(value.strip() for value in values):
        raise Unanswered
    return values


def _choice(planned: Planned, fields: Fields) -> Answer:
    chosen = [_source(planned.order, position) for position in fields.get("answer", ()) if position]
    if not chosen:
        raise Unanswered
    if planned.item.type != "multiple" and len(chosen) > 1:
        raise InvalidAnswer("too-many")
    return {"chosen": sorted(distinct(chosen))}


def _text(planned: Planned, fields: Fields) -> Answer:
    kind = planned.item.type
    value = _one(fields, "answer").replace("\r\n", "\n").strip()
    if not value:
        raise Unanswered
    value = text(value, MAX_REFLECTION) if kind == "reflect" else text(value)
    if kind == "number" and not readings(value):
        raise InvalidAnswer("number-expected")
    return {"text": value}


def _gap(planned: Planned, fields: Fields) -> Answer:
    values = [text(value.strip()) for value in _row(fields, "gap", len(planned.gaps))]
    return {
        "gaps": [
            str(_source(order, value)) if order and value else value
            for order, value in zip(planned.gaps, values, strict=True)
        ]
    }


def _match(planned: Planned, fields: Fields) -> Answer:
    assert not isinstance(planned.item, Scenario)
    rows = _row(fields, "row", len(planned.item.left))
    cells = [_source(planned.order, value) if value else None for value in rows]
    distinct([cell for cell in cells if cell is not None])
    return {"pairs": cells}


def _order(planned: Planned, fields: Fields) -> Answer:
    places = _row(fields, "place", len(planned.order))
    if not all(places):
        raise InvalidAnswer("place-missing")
    return {"order": distinct([_source(planned.order, place) for place in places])}


def _scenario(planned: Planned, fields: Fields) -> Answer:
    assert isinstance(planned.item, Scenario)
    before, choice = _one(fields, "path"), _one(fields, "choice")
    if len(before) > 4 * MAX_PATH or not _PATH.fullmatch(before):
        raise InvalidAnswer("answer-shape")
    path = [int(part) for part in before.split(".")] if before else []
    if not choice:
        walk(planned.item, path)
        raise Unanswered
    if not _POSITION.fullmatch(choice):
        raise InvalidAnswer("option-unknown")
    path.append(int(choice))
    walk(planned.item, path)
    return {"path": path}


_PARSERS: dict[str, Callable[[Planned, Fields], Answer]] = {
    "single": _choice,
    "multiple": _choice,
    "truefalse": _choice,
    "short": _text,
    "number": _text,
    "reflect": _text,
    "gap": _gap,
    "match": _match,
    "order": _order,
    "scenario": _scenario,
}
