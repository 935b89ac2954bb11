"""Lessons and job aids: reading, practising in place, marking as read, taking a break. And where quizzes begin."""

from __future__ import annotations

import json
from typing import Any, NamedTuple

from flask import redirect, render_template, request, url_for
from markupsafe import Markup
from werkzeug.wrappers import Response

from trainer.assessment import Planned, grade, present
from trainer.content.html import Page, segments
from trainer.content.model import Passage, Scenario, Unit
from trainer.services import learn
from trainer.services.problems import NotFound
from trainer.web import csrf, fields, frame
from trainer.web.feedback import feedback
from trainer.web.guard import public, signed_in
from trainer.web.jinja import translated as _
from trainer.web.learn import asking, events, starts
from trainer.web.learn.asking import Asked
from trainer.web.learn.modules import contents_of
from trainer.web.learn.present import Place, country_chosen, honesty, kept, page_of, place_of, say, slot_value
from trainer.web.learn.routes import blueprint, preference_attributes
from trainer.web.state import current

PRACTICE_SEED = "practice"
"""Practice questions stand in the same order for everybody, so that their pages can be made once."""
CHOSEN = frozenset({"single", "multiple", "truefalse", "match", "order", "scenario"})
"""Questions whose answers hold no words of a person's own."""
HIDDEN = Markup("\x00")
"""Where the token and the event id of a form go; `content.html` lets no such character of a text through."""


class Form(NamedTuple):
    """A practice question as it is before anybody answers, with a hole for what differs per request."""

    question: str
    before: Markup
    after: Markup


class Text(NamedTuple):
    """The words of a unit, made once."""

    pieces: tuple[Markup | Form, ...]
    forms: dict[str, Form]
    planned: dict[str, Planned]


@blueprint.get("/<locale:locale>/modules/<slug>/<unit>")
@public
def unit(slug: str, unit: str) -> str | Response:
    lesson = opened(slug, unit)
    if lesson.state.unit.kind in ("quiz", "test"):
        return starts.page(lesson)
    asked = from_address()
    if _is_gated(lesson) and "open" not in request.args and asked is None:
        return render_template("learn/note.html", place=_place(lesson), sensitive=_sensitive(lesson.state.unit))
    return lesson_page(lesson, asked)


def opened(slug: str, unit: str) -> learn.Lesson:
    with current.read() as db:
        return learn.lesson(
            db, current.shelf, current.identity, slug, unit, locale=current.locale, country=country_chosen()
        )


def _is_gated(lesson: learn.Lesson) -> bool:
    """A lesson with a content note asks first, until it is read."""
    return lesson.state.unit.sensitive is not None and not lesson.state.done


def _sensitive(unit: Unit) -> Markup | None:
    return say(unit.sensitive) if isinstance(unit.sensitive, Passage) else None


def _place(lesson: learn.Lesson) -> Place:
    return kept("place", (lesson.course.edition_id, lesson.state.unit.id), lambda: _make_place(lesson))


def _make_place(lesson: learn.Lesson) -> Place:
    module = lesson.course.module
    if lesson.state.unit.kind == "lesson":
        where = _("Part %(number)s of %(total)s", number=lesson.number, total=lesson.total)
    else:
        where = _("Job aid")
    return place_of(module, lesson.state.unit, previous=lesson.previous, following=lesson.following, where=where)


def from_address() -> Asked | None:
    question = request.args.get("q")
    return asking.from_address(question) if question else None


def lesson_page(lesson: learn.Lesson, asked: Asked | None = None) -> str:
    course, unit = lesson.course, lesson.state.unit
    source = url_for("learn.unit", slug=course.module.slug, unit=unit.slug, open=1, locale=course.module.source)
    page = page_of(course.module, course.edition_id, source)
    text, lines = text_of(course, unit, page), contents_of(course, unit.id)
    wrong = {f"{asked.question}-answer": asked.error} if asked and asked.error else None

    def render() -> str:
        return render_template(
            "learn/lesson.html",
            place=_place(lesson),
            language=honesty(course.module, source),
            sensitive=_sensitive(unit),
            lines=lines,
            pieces=[piece if isinstance(piece, Markup) else frame.hole(piece.question) for piece in text.pieces],
            done=lesson.state.done,
            hidden=frame.hole(""),
            errors=wrong,
        )

    def fill(name: str) -> Markup:
        return _filled(lesson, text, page, asked, name) if name else _hidden()

    state = tuple(line.state for line in lines)
    key = (course.edition_id, unit.id, country_chosen(), state, preference_attributes())
    return frame.page(key, render, fill) if wrong is None and frame.is_plain() else frame.page_now(render, fill)


def text_of(course: learn.Course, unit: Unit, page: Page) -> Text:
    """The unit's words and forms, from the shelf of those made before."""
    key = (course.edition_id, unit.id, current.identity is not None)
    return kept("text", key, lambda: _make_text(course.module.slug, unit, page))


def _make_text(slug: str, unit: Unit, page: Page) -> Text:
    planned = {item.id: present(item, PRACTICE_SEED, shuffle=False) for item in unit.items}
    pieces: list[Markup | Form] = []
    for piece in segments(unit, page):
        if isinstance(piece, str):
            pieces.append(Markup(piece))  # noqa: S704  escaped by the renderer
        else:
            before, after = _form(slug, unit, planned[piece.id], page, HIDDEN).split(HIDDEN)
            pieces.append(Form(piece.id, Markup(before), Markup(after)))  # noqa: S704
    forms = {piece.question: piece for piece in pieces if isinstance(piece, Form)}
    return Text(tuple(pieces), forms, planned)


def _hidden() -> Markup:
    """What every form here carries: the page's token, and the id of what will be sent."""
    return csrf.field() + Markup('<input type="hidden" name="event" value="{}">').format(events.new_id())


def _filled(lesson: learn.Lesson, text: Text, page: Page, asked: Asked | None, question: str) -> Markup:
    """A practice question as it stands for this person now."""
    mine = asked if asked is not None and asked.question == question else _before(lesson, question)
    if mine is None:
        form = text.forms[question]
        return form.before + _hidden() + form.after
    before, after = _answered(lesson, text.planned[question], page, mine)
    return before + _hidden() + after


def _answered(lesson: learn.Lesson, one: Planned, page: Page, mine: Asked) -> tuple[Markup, Markup]:
    """The question as it is after this answer: made once for all who answer alike, but private words are not kept."""

    def make() -> tuple[Markup, Markup]:
        made = _form(lesson.course.module.slug, lesson.state.unit, one, page, HIDDEN, mine).split(HIDDEN)
        return Markup(made[0]), Markup(made[1])  # noqa: S704  made by a template

    if one.item.type not in CHOSEN or mine.answer is None or mine.error or request.method == "POST":
        return make()
    answer = json.dumps(mine.answer, sort_keys=True)
    return kept("answered", (lesson.course.edition_id, lesson.state.unit.id, one.item.id, answer, mine.grade), make)


def _before(lesson: learn.Lesson, question: str) -> Asked | None:
    """The person's latest answer to a practice question."""
    latest = lesson.practice.get(question)
    return Asked(question, answer=latest.answer, grade=latest.grade) if latest else None


def _form(slug: str, unit: Unit, one: Planned, page: Page, hidden: Markup, asked: Asked | None = None) -> str:
    at: dict[str, Any] = {"slug": slug, "unit": unit.slug, "question": one.item.id}
    graded = asked is not None and asked.answer is not None and asked.grade is not None
    return render_template(
        "learn/practice.html",
        w=fields.widget(one, page, asking.filled(one, asked)),
        action=url_for("learn.practise" if current.identity else "learn.try_out", **at),
        again=url_for("learn.unit", slug=slug, unit=unit.slug, q=one.item.id, path="", _anchor=f"q-{one.item.id}"),
        hidden=hidden,
        error=asked.error if asked else None,
        fresh=asked is not None and request.method == "POST",
        feedback=feedback(one.item, asked.answer, asked.grade, page) if graded else None,  # type: ignore[union-attr,arg-type]
    )


# ------------------------------------------------------------------ posting


@blueprint.post("/<locale:locale>/modules/<slug>/<unit>/practice/<question>")
@signed_in
def practise(slug: str, unit: str, question: str) -> Response | tuple[str, int]:
    """Answer a question inside a lesson, as often as one likes."""
    edition, shown = _shown(slug, unit)
    read = _read(slug, shown, _asked_item(shown, question))
    if not isinstance(read, Asked):
        return read
    if read.error:
        return lesson_page(opened(slug, unit), read), 422
    events.send(
        "answer", module=slug, unit=shown.id, purpose="practice", question=question, answer=read.answer,
        edition_id=edition,
    )  # fmt: skip
    return redirect(url_for("learn.unit", slug=slug, unit=unit, open=1, _anchor=f"f-{question}"), 303)


@blueprint.post("/<locale:locale>/modules/<slug>/<unit>/try/<question>")
@public
def try_out(slug: str, unit: str, question: str) -> Response | tuple[str, int] | str:
    """The same for who reads without signing in: marked, shown, and kept nowhere."""
    shown = _shown(slug, unit)[1]
    one = _asked_item(shown, question)
    read = _read(slug, shown, one)
    if not isinstance(read, Asked):
        return read
    if read.error or read.answer is None:
        return lesson_page(opened(slug, unit), read), 422
    return lesson_page(opened(slug, unit), read._replace(grade=grade(one.item, read.answer, current.locale)))


def _shown(slug: str, unit: str) -> tuple[int, Unit]:
    """Id of the current edition, and one unit of it. Raises NotFound."""
    with current.read() as db:
        edition, shown = learn.shown(
            db, current.shelf, current.identity, slug, unit, locale=current.locale, country=country_chosen()
        )
    return edition.id, shown


def _asked_item(unit: Unit, question: str) -> Planned:
    item = next((item for item in unit.items if item.id == question), None)
    if item is None or unit.kind in ("quiz", "test"):
        raise NotFound
    return present(item, PRACTICE_SEED, shuffle=False)


def _read(slug: str, unit: Unit, one: Planned) -> Asked | Response:
    """What was posted for a practice question; a redirect when it was a move or a step on the way."""
    question = one.item.id
    at: dict[str, Any] = {"slug": slug, "unit": unit.slug, "open": 1, "q": question}
    if (moved := asking.move(one)) is not None:
        return redirect(url_for("learn.unit", **at, order=moved[0], _anchor=f"{question}-place-{moved[1]}"), 303)
    answer = asking.read(one)
    if isinstance(answer, Markup):
        return Asked(question, asking.posted(), error=answer)
    if isinstance(one.item, Scenario) and (path := asking.next_step(one.item, answer)) is not None:
        return redirect(url_for("learn.unit", **at, path=path, _anchor=f"q-{question}"), 303)
    return Asked(question, answer=answer)


@blueprint.post("/<locale:locale>/modules/<slug>/<unit>/done")
@signed_in
def unit_done(slug: str, unit: str) -> Response:
    """Mark as read, and on to the next."""
    lesson = opened(slug, unit)
    if lesson.state.unit.kind not in ("lesson", "job-aid"):
        raise NotFound
    events.send("unit-done", module=slug, unit=lesson.state.unit.id, edition_id=lesson.course.edition_id)
    if lesson.following is None:
        return redirect(url_for("learn.module", slug=slug), 303)
    return redirect(url_for("learn.unit", slug=slug, unit=lesson.following.slug), 303)


@blueprint.get("/<locale:locale>/modules/<slug>/<unit>/break")
@public
def take_break(slug: str, unit: str) -> str:
    lesson = opened(slug, unit)
    contact = slot_value(lesson.course.module, "staff_support")
    return render_template("learn/break.html", place=_place(lesson), contact=contact)
