"""A go at a quiz or test: its questions one by one, the look back before handing in, and handing in."""

from __future__ import annotations

from typing import NamedTuple

from flask import redirect, render_template, request, url_for
from markupsafe import Markup
from werkzeug.wrappers import Response

from trainer.content.model import Scenario
from trainer.services import learn
from trainer.services.problems import NotFound
from trainer.web import fields
from trainer.web.feedback import feedback
from trainer.web.guard import signed_in
from trainer.web.jinja import translated as _
from trainer.web.learn import asking, events
from trainer.web.learn.asking import Asked
from trainer.web.learn.present import honesty, page_of, place_of
from trainer.web.learn.routes import blueprint
from trainer.web.state import current


class Mark(NamedTuple):
    """A question in the look back."""

    url: str
    answered: bool


def attempt_now(attempt_id: str) -> learn.AttemptView:
    """The person's own attempt. Raises NotFound."""
    with current.read() as db:
        return learn.attempt(db, current.shelf, current.me, attempt_id, locale=current.locale)


def question_url(attempt_id: str, number: int, **values: object) -> str:
    return url_for("learn.question", attempt_id=attempt_id, number=number, **values)  # type: ignore[arg-type]


@blueprint.get("/<locale:locale>/attempts/<attempt_id>")
@signed_in
def next_question(attempt_id: str) -> Response:
    """The first question without an answer, or the look back when there is none."""
    view = attempt_now(attempt_id)
    if view.handed_in_at is not None:
        return redirect(url_for("learn.results", attempt_id=attempt_id), 303)
    return redirect(_onward(view, 0), 303)


def _onward(view: learn.AttemptView, number: int) -> str:
    """The next question without an answer after `number`, then any before it, then the look back."""
    open_numbers = [item.number for item in view.items if item.answer is None and item.number != number]
    later = [one for one in open_numbers if one > number]
    if later or open_numbers:
        return question_url(view.id, (later or open_numbers)[0])
    return url_for("learn.review", attempt_id=view.id)


@blueprint.get("/<locale:locale>/attempts/<attempt_id>/<int:number>")
@signed_in
def question(attempt_id: str, number: int) -> str | Response:
    view = attempt_now(attempt_id)
    item = _item(view, number)
    if view.handed_in_at is not None:
        return redirect(url_for("learn.results", attempt_id=attempt_id), 303)
    return _question_page(view, item, asking.from_address(item.planned.item.id))


def _item(view: learn.AttemptView, number: int) -> learn.AttemptItem:
    if not 1 <= number <= len(view.items):
        raise NotFound
    return view.items[number - 1]


def _question_page(view: learn.AttemptView, item: learn.AttemptItem, asked: Asked | None = None) -> str:
    page = page_of(view.module, view.edition_id)
    planned, done = item.planned, item.answer is not None
    answer = item.answer if done else None
    told = item.feedback and item.answer is not None and item.grade is not None
    error = asked.error if asked else None
    return render_template(
        "learn/question.html",
        place=place_of(view.module, view.unit),
        language=honesty(view.module, question_url(view.id, item.number, locale=view.module.source)),
        number=item.number,
        total=len(view.items),
        kept="kept" in request.args,
        w=fields.widget(
            planned, page, asking.filled(planned, Asked(planned.item.id, answer=answer) if done else asked)
        ),
        done=done,
        error=error,
        errors={asking.first_field(planned.item): error} if error else None,
        event=events.new_id(),
        label=_button(view, planned.item.type),
        skip_url=_skip_url(view, item.number),
        feedback=feedback(planned.item, item.answer, item.grade, page) if told else None,  # type: ignore[arg-type]
        next_url=_onward(view, item.number),
        last=view.answered == len(view.items),
        review_url=url_for("learn.review", attempt_id=view.id),
    )


def _button(view: learn.AttemptView, kind: str) -> Markup:
    if kind == "scenario":
        return _("Continue")
    if view.purpose == "quiz" and kind != "reflect":
        return _("Check")
    return _("Save answer")


def _skip_url(view: learn.AttemptView, number: int) -> str | None:
    """The next open question, while this one is left for later; None when no other is open."""
    target = _onward(view, number)
    return target if target != url_for("learn.review", attempt_id=view.id) else None


@blueprint.post("/<locale:locale>/attempts/<attempt_id>/<int:number>")
@signed_in
def answer(attempt_id: str, number: int) -> Response | tuple[str, int]:
    view = attempt_now(attempt_id)
    item = _item(view, number)
    planned, at = item.planned, {"attempt_id": attempt_id, "number": number}
    if (moved := asking.move(planned)) is not None:
        anchor = f"{planned.item.id}-place-{moved[1]}"
        return redirect(url_for("learn.question", **at, order=moved[0], _anchor=anchor), 303)  # type: ignore[arg-type]
    read = asking.read(planned)
    if isinstance(read, Markup):
        return _question_page(view, item, Asked(planned.item.id, asking.posted(), error=read)), 422
    if isinstance(planned.item, Scenario) and (path := asking.next_step(planned.item, read)) is not None:
        return redirect(url_for("learn.question", **at, path=path, _anchor="question"), 303)  # type: ignore[arg-type]
    events.send(
        "answer", attempt_id=attempt_id, module=view.module.slug, unit=view.unit.id, question=planned.item.id,
        answer=read, edition_id=view.edition_id,
    )  # fmt: skip
    if view.purpose == "quiz":
        return redirect(url_for("learn.question", **at, _anchor="feedback"), 303)  # type: ignore[arg-type]
    target = _onward(view, number)
    return redirect(f"{target}?kept=1", 303)


@blueprint.get("/<locale:locale>/attempts/<attempt_id>/review")
@signed_in
def review(attempt_id: str) -> str | Response:
    view = attempt_now(attempt_id)
    if view.handed_in_at is not None:
        return redirect(url_for("learn.results", attempt_id=attempt_id), 303)
    return render_template(
        "learn/review.html",
        place=place_of(view.module, view.unit),
        kept="kept" in request.args,
        lines=[Mark(question_url(view.id, item.number), item.answer is not None) for item in view.items],
        open=len(view.items) - view.answered,
        hand_in_url=url_for("learn.hand_in", attempt_id=attempt_id),
        event=events.new_id(),
    )


@blueprint.post("/<locale:locale>/attempts/<attempt_id>/hand-in")
@signed_in
def hand_in(attempt_id: str) -> Response:
    events.send("hand-in", attempt_id=attempt_id)
    return redirect(url_for("learn.results", attempt_id=attempt_id), 303)
