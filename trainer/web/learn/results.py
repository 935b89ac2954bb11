"""What came of an attempt, and what to do next. Calm, whatever the score."""

from __future__ import annotations

from typing import NamedTuple

from flask import redirect, render_template, url_for
from markupsafe import Markup
from werkzeug.wrappers import Response

from trainer.content.html import Page, render
from trainer.content.model import Question
from trainer.services import learn, reactions
from trainer.web import fields
from trainer.web.feedback import Feedback, Line, feedback
from trainer.web.guard import signed_in
from trainer.web.jinja import percent_text
from trainer.web.jinja import translated as _
from trainer.web.learn.present import country_chosen, page_of, place_of, say
from trainer.web.learn.routes import blueprint
from trainer.web.state import current


class Mark(NamedTuple):
    """One question of the attempt, looked back at."""

    verdict: str
    """As in Feedback; `open` where there was no answer."""
    prompt: Markup
    options: tuple[Line, ...]
    answer: tuple[Markup, ...]
    ordered: bool
    explanation: Markup


class Way(NamedTuple):
    url: str
    label: Markup


@blueprint.get("/<locale:locale>/attempts/<attempt_id>/results")
@signed_in
def results(attempt_id: str) -> str | Response:
    with current.read() as db:
        view = learn.attempt(db, current.shelf, current.me, attempt_id, locale=current.locale)
        course = learn.course(
            db, current.shelf, current.me, view.module.slug, locale=current.locale, country=country_chosen()
        )
        offers = reactions.offered(db, current.me, now=current.now()) if course.completion else ()
    if view.handed_in_at is None:
        return redirect(url_for("learn.review", attempt_id=attempt_id), 303)
    return render_template(
        "learn/results.html",
        place=place_of(view.module, view.unit),
        heading=_heading(view),
        lines=_lines(view),
        missing=_missing(course) if view.purpose != "pre" else [],
        links=_ways(view, course),
        marks=_marks(view) if view.purpose != "pre" and not view.is_thinned else [],
        reaction=next((one.module for one in offers if one.module == view.module.slug), None),
    )


def _heading(view: learn.AttemptView) -> Markup:
    if view.purpose == "pre":
        return _("Thank you. Your test is handed in.")
    if view.passed:
        return _("You passed")
    if view.passed is None:
        return _("Your test is handed in.") if view.purpose == "post" else _("Your results")
    return _("Not passed this time")


def _lines(view: learn.AttemptView) -> list[Markup]:
    if view.purpose == "pre" or view.score is None:
        return [_("Nothing in it counts for or against you. The module starts with the first lesson.")]
    lines = [_("Your score: %(score)s.", score=percent_text(round(view.score) / 100))]
    if view.pass_mark is not None:
        lines.append(_("You pass with %(mark)s.", mark=percent_text(view.pass_mark / 100)))
    if view.before is not None:
        lines.append(
            _(
                "Before the module: %(before)s. After the module: %(after)s.",
                before=percent_text(round(view.before) / 100),
                after=percent_text(round(view.score) / 100),
            )
        )
    if view.is_thinned:
        lines.append(_("Your single answers are no longer kept. Your result is."))
    elif view.passed is False:
        lines.append(_again(view))
    return lines


def _again(view: learn.AttemptView) -> Markup:
    if view.attempts_left == 0:
        return _("You have used all your tries. Your coordinator can tell you how to go on.")
    return _("Look at your answers below and read again what you need. You can take it once more when you like.")


def _missing(course: learn.Course) -> list[Markup]:
    if course.completion is not None:
        return []
    titles = {state.unit.id: state.unit.title for state in course.units}
    return [say(titles[unit]) for unit in course.missing if unit in titles]


def _ways(view: learn.AttemptView, course: learn.Course) -> list[Way]:
    slug = course.module.slug
    module_page = Way(url_for("learn.module", slug=slug), _("Back to the module"))
    if course.completion is not None and course.completion.certificate and view.purpose != "pre":
        return [Way(url_for("learn.certificate", slug=slug), _("See your certificate")), module_page]
    if view.passed is False and view.attempts_left != 0:
        again = url_for("learn.unit", slug=slug, unit=view.unit.slug)
        return [Way(again, _("Take it again")), module_page]
    if course.next is not None:
        onward = url_for("learn.unit", slug=slug, unit=course.next.slug)
        return [Way(onward, _("Continue: %(title)s", title=say(course.next.title))), module_page]
    return [module_page]


def _marks(view: learn.AttemptView) -> list[Mark]:
    page = page_of(view.module, view.edition_id)
    return [_mark(item, page) for item in view.items]


def _mark(item: learn.AttemptItem, page: Page) -> Mark:
    asked = item.planned.item
    if item.answer is None or item.grade is None or not item.feedback:
        return Mark("open", _prompt(item, page), (), (), False, Markup())
    came: Feedback = feedback(asked, item.answer, item.grade, page)
    right = came.answer if came.verdict != "right" else ()
    return Mark(came.verdict, _prompt(item, page), came.options, right, came.ordered, came.explanation)


def _prompt(item: learn.AttemptItem, page: Page) -> Markup:
    asked = item.planned.item
    if not isinstance(asked, Question):
        return Markup("<p>{}</p>").format(fields.words(asked.steps[0].title, page))
    if asked.type == "gap":
        return fields.with_gaps(asked, page, lambda number: "____")
    return Markup(render(asked.prompt, page))  # noqa: S704  escaped by the renderer
