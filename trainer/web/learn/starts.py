"""Where a quiz or a test begins: what it is, what counts, and one button."""

from __future__ import annotations

from typing import Literal

from flask import redirect, render_template, url_for
from markupsafe import Markup
from werkzeug.wrappers import Response

from trainer.assessment import rule_of
from trainer.content.html import segments
from trainer.services import learn
from trainer.services.problems import NotFound
from trainer.web.guard import signed_in
from trainer.web.jinja import percent_text
from trainer.web.jinja import translated as _
from trainer.web.jinja import translated_count as ngettext
from trainer.web.learn import events
from trainer.web.learn.present import country_chosen, honesty, page_of, place_of
from trainer.web.learn.routes import blueprint
from trainer.web.learn.rules import rule_words
from trainer.web.state import current

Purpose = Literal["quiz", "pre", "post"]


def page(lesson: learn.Lesson) -> str:
    """The page of a quiz or test before its first question."""
    course, unit = lesson.course, lesson.state.unit
    purpose = purpose_of(lesson)
    running, last = _attempts(lesson, purpose)
    used_up = purpose == "quiz" and lesson.state.attempts_left == 0
    first = next((state.unit for state in course.units if state.unit.kind == "lesson"), None)
    return render_template(
        "learn/start.html",
        place=place_of(course.module, unit),
        language=honesty(
            course.module, url_for("learn.unit", slug=course.module.slug, unit=unit.slug, locale=course.module.source)
        ),
        introduction=_introduction(lesson),
        facts=_facts(lesson, purpose),
        resume_url=url_for("learn.next_question", attempt_id=running) if running else None,
        start_url=None if used_up or not current.identity
        else url_for("learn.start", slug=course.module.slug, unit=unit.slug),
        start_label=_("Start the quiz") if purpose == "quiz" else _("Start the test"),
        skip_url=url_for("learn.unit", slug=course.module.slug, unit=first.slug) if first and purpose == "pre" else "",
        results_url=url_for("learn.results", attempt_id=last) if last else None,
        event=events.new_id(),
    )  # fmt: skip


def purpose_of(lesson: learn.Lesson) -> Purpose:
    """A test is the one before the module as long as that may still be taken, then the one after it."""
    if lesson.state.unit.kind == "quiz":
        return "quiz"
    test = lesson.course.test
    return "pre" if test is not None and test.pre in ("open", "running") else "post"


def _attempts(lesson: learn.Lesson, purpose: Purpose) -> tuple[str | None, str | None]:
    """The attempt that is running, and the latest that is handed in."""
    test = lesson.course.test
    if purpose == "quiz" or test is None:
        return lesson.state.open_attempt, lesson.state.last_attempt
    if purpose == "pre":
        return (test.pre_attempt, None) if test.pre == "running" else (None, None)
    if test.post == "running":
        return test.post_attempt, None
    return None, test.post_attempt


def _introduction(lesson: learn.Lesson) -> Markup | None:
    """The author's words before the questions; the questions themselves come one by one."""
    shown = page_of(lesson.course.module, lesson.course.edition_id)
    pieces = [piece for piece in segments(lesson.state.unit, shown)[:1] if isinstance(piece, str)]
    return Markup("").join(Markup(piece) for piece in pieces) or None  # noqa: S704  escaped by the renderer


def _facts(lesson: learn.Lesson, purpose: Purpose) -> list[Markup]:
    """What counts, in sentences."""
    state, unit = lesson.state, lesson.state.unit
    lines: list[Markup] = []
    if unit.minutes:
        lines.append(ngettext("About %(number)s minute.", "About %(number)s minutes.", unit.minutes))
    if purpose == "quiz":
        if state.pass_mark is not None:
            lines.append(_("You pass with %(mark)s.", mark=percent_text(state.pass_mark / 100)))
        lines.append(_("You see after each question what was right. Your first answer counts."))
        lines.append(_tries(state))
        if state.best is not None:
            lines.append(_("Your best so far: %(best)s.", best=percent_text(state.best / 100)))
    elif purpose == "pre":
        lines.append(_("This test is before the module. It has no pass mark, and you do not see a score."))
        lines.append(_("It shows later how much you have gained. You may skip it."))
    else:
        test = lesson.course.test
        if test is not None and test.pass_mark is not None:
            lines.append(_("You pass with %(mark)s.", mark=percent_text(test.pass_mark / 100)))
        lines.append(_("You see what was right after you hand in. Until then you can look at your answers."))
    if purpose != "pre":
        lines.append(rule_words(rule_of(lesson.course.module)))
    if not current.identity:
        lines.append(_("Sign in to take it, so that your answers can be kept."))
    return lines


def _tries(state: learn.UnitState) -> Markup:
    if state.attempts_left is None:
        return _("You can take it as often as you like.")
    if state.attempts_left == 0:
        return _("You have used all your tries.")
    return ngettext("You have %(number)s try left.", "You have %(number)s tries left.", state.attempts_left)


@blueprint.post("/<locale:locale>/modules/<slug>/<unit>/start")
@signed_in
def start(slug: str, unit: str) -> Response:
    """Begin a quiz or test, or go on with the one that was begun."""
    with current.read() as db:
        lesson = learn.lesson(
            db, current.shelf, current.me, slug, unit, locale=current.locale, country=country_chosen()
        )
    if lesson.state.unit.kind not in ("quiz", "test"):
        raise NotFound
    purpose = purpose_of(lesson)
    running = _attempts(lesson, purpose)[0]
    if running is None:
        verdict = events.send("start", module=slug, unit=lesson.state.unit.id, purpose=purpose)
        running = str(verdict.extra["attempt_id"])
    return redirect(url_for("learn.next_question", attempt_id=running), 303)
