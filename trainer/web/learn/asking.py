"""What one page knows about a question being asked: what was posted, what is wrong with it, what came of it."""

from __future__ import annotations

from typing import NamedTuple

from flask import request
from markupsafe import Markup

from trainer.assessment import PROBLEMS, Answer, Grade, InvalidAnswer, Planned, Unanswered, form_fields, parse_form
from trainer.content.model import Item, Scenario
from trainer.web import fields
from trainer.web.jinja import translated as _


class Asked(NamedTuple):
    """A question in the middle of being answered."""

    question: str
    fields: fields.Fields = {}
    error: Markup | None = None
    answer: Answer | None = None
    grade: Grade | None = None


def posted() -> dict[str, list[str]]:
    return {name: request.form.getlist(name) for name in request.form}


def from_address(question: str) -> Asked | None:
    """The order or the path so far that an address carries for `question`, after a move or a step."""
    if request.args.get("q", question) != question:
        return None
    if "order" in request.args:
        places = request.args["order"].split(".")
        return Asked(question, {f"place-{place}": [value] for place, value in enumerate(places)})
    if "path" in request.args:
        return Asked(question, {"path": [request.args["path"]]})
    return None


def move(planned: Planned) -> tuple[str, int] | None:
    """After a Move button: the new order for the address, and the place to look at. None: it was another button."""
    button = request.form.get("move")
    if button is None:
        return None
    order = fields.posted_order(posted(), len(planned.order)) or list(range(len(planned.order)))
    moved, place = fields.moved(order, button)
    return ".".join(map(str, moved)), place


def read(planned: Planned) -> Answer | Markup:
    """The posted answer in source order, or the sentence that says what is wrong with it."""
    try:
        return parse_form(planned, posted())
    except Unanswered:
        return ask_again(planned)
    except InvalidAnswer as error:
        return _(PROBLEMS[error.code], **error.params)


def first_field(item: Item) -> str:
    """Id of the field an error's link leads to."""
    return f"{item.id}-" + {"match": "row-0", "gap": "gap-0", "order": "place-0"}.get(item.type, "answer")


def ask_again(planned: Planned) -> Markup:
    match planned.item.type:
        case "single" | "truefalse" | "scenario":
            return _("Choose an answer.")
        case "multiple":
            return _("Choose at least one answer.")
        case "match":
            return _("Choose a partner for each row.")
        case "gap":
            return _("Fill in at least one gap.")
    return _("Write an answer.")


def filled(planned: Planned, asked: Asked | None) -> fields.Fields:
    """The fields to show filled in: a stored answer, or what was posted or carried by the address."""
    if asked is None:
        return {}
    return asked.fields if asked.answer is None else form_fields(planned, asked.answer)


def next_step(item: Scenario, answer: Answer) -> str | None:
    """The path for the address when the scenario goes on; None when the posted choice ended it."""
    step = item.steps[0]
    for choice in answer["path"]:
        step = fields.step_of(item, step.choices[choice].target)
    return ".".join(map(str, answer["path"])) if step.choices else None
