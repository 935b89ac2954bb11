"""The follow-up some months after a course: page by page, each kept as it is left, until it is handed in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import make_response, redirect, render_template, request, url_for
from markupsafe import Markup
from werkzeug.wrappers import Response

from trainer import assessment
from trainer.assessment import InvalidAnswer
from trainer.content.model import Module
from trainer.services import follow_up_items, follow_ups
from trainer.services.anonymous import LONGEST
from trainer.services.follow_up_items import Known
from trainer.services.follow_up_lists import HELPED, HINDERED, MET, ONE_OF, RATED, SKILLS, SOME_OF, SUPPORT
from trainer.services.follow_ups import Open
from trainer.services.problems import Invalid, NotFound
from trainer.services.reactions import SCALE
from trainer.vocabulary import N_
from trainer.web import fields
from trainer.web.forms import Form
from trainer.web.guard import signed_in
from trainer.web.learn.present import page_of, say, slot_value
from trainer.web.learn.reactions import without_names
from trainer.web.learn.routes import blueprint
from trainer.web.notices import notice
from trainer.web.state import current

PAGES: Mapping[str, tuple[str, ...]] = {
    "practice": ("met", "done", "example"),
    "skills": ("before", "now", "helped", "hindered", "aid"),
    "questions": ("items",),
    "last": ("change", "support"),
}
"""Page → what is asked on it. Without questions to ask again, there is no page of questions."""

HANDED_IN = notice("follow-up-given", N_("Thank you. Your answers are handed in, without your name."))
DECLINED = notice("follow-up-declined", N_("That is fine. You will not be asked again about this."))
NO_MORE = notice("follow-up-no-more", N_("That is fine. You will not be asked any more. You can change this in your "
                                         "record."))  # fmt: skip
AGAIN = notice("follow-up-again", N_("You will be asked again, some months after you complete a module."))
KEPT = notice("follow-up-kept", N_("Your answers so far are kept. Go on when you like."))


@blueprint.get("/<locale:locale>/follow-up/<follow_up>")
@signed_in
def follow_up(follow_up: str) -> str:
    with current.read() as db:
        one = follow_ups.opened(db, current.me, follow_up, now=current.now())
        modules = follow_up_items.modules(db, current.shelf, current.me, one.which.cohort, locale=current.locale)
    titles = [say(module.title) for module in modules.values()]
    return render_template("learn/follow_up.html", one=one, titles=titles)


@blueprint.get("/<locale:locale>/follow-up/<follow_up>/<int:number>")
@signed_in
def follow_up_page(follow_up: str, number: int) -> Response:
    return _page(follow_up, number, Form())


@blueprint.post("/<locale:locale>/follow-up/<follow_up>/<int:number>")
@signed_in
def keep_follow_up(follow_up: str, number: int) -> Response:
    """Keep the page, then go where the button says."""
    form = Form()
    one, modules, known = _read(follow_up)
    page = _named(number, known)
    answers = {name: _answer(form, name, modules, known) for name in PAGES[page]}
    last = page == "last" and form.raw("do") not in ("stop", "back")
    try:
        with current.write(without_names() if last else None) as db:
            follow_ups.save(db, current.me, follow_up, answers, now=current.now())
            if last:
                follow_ups.hand_in(
                    db, current.shelf, current.me, follow_up, locale=current.locale, now=current.now()
                )  # fmt: skip
    except Invalid as problem:
        form.take(problem, PAGES[page][0])
        return _page(follow_up, number, form, 422)
    if last:
        return redirect(url_for("learn.home", done=HANDED_IN), 303)
    if form.raw("do") == "stop":
        return redirect(url_for("learn.home", done=KEPT), 303)
    onward = number - 1 if form.raw("do") == "back" else number + 1
    if onward < 1:
        return redirect(url_for("learn.follow_up", follow_up=one.which.code), 303)
    return redirect(url_for("learn.follow_up_page", follow_up=one.which.code, number=onward), 303)


@blueprint.post("/<locale:locale>/follow-up/<follow_up>/decline")
@signed_in
def decline_follow_up(follow_up: str) -> Response:
    for_good = request.form.get("for_good") == "1"
    with current.write() as db:
        follow_ups.decline(db, current.me, follow_up, for_good=for_good, now=current.now())
    return redirect(url_for("learn.home", done=NO_MORE if for_good else DECLINED), 303)


@blueprint.post("/<locale:locale>/follow-ups/ask-again")
@signed_in
def ask_again() -> Response:
    with current.write() as db:
        follow_ups.ask_again(db, current.me)
    return redirect(url_for("learn.record", done=AGAIN), 303)


def _read(code: str) -> tuple[Open, dict[str, Module], tuple[Known, ...]]:
    with current.read() as db:
        one = follow_ups.opened(db, current.me, code, now=current.now())
        modules = follow_up_items.modules(db, current.shelf, current.me, one.which.cohort, locale=current.locale)
        known = follow_ups.questions(db, current.shelf, current.me, one.which, locale=current.locale)
    return one, modules, known


def _names(known: tuple[Known, ...]) -> list[str]:
    return [page for page in PAGES if known or page != "questions"]


def _named(number: int, known: tuple[Known, ...]) -> str:
    names = _names(known)
    if not 1 <= number <= len(names):
        raise NotFound
    return names[number - 1]


def _answer(form: Form, name: str, modules: Mapping[str, Module], known: tuple[Known, ...]) -> Any:
    """What was posted for a question, as a draft keeps it. Anything that is on no list is left out."""
    if name in ONE_OF:
        return form.raw(name) if form.raw(name) in ONE_OF[name] else ""
    if name in SOME_OF or name == "aid":
        allowed = SOME_OF.get(name) or _aids(modules)
        return sorted(set(form.many(name)) & allowed.keys())
    if name in RATED:
        marks = {str(mark): mark for mark in SCALE}
        return {skill: marks[text] for skill in SKILLS if (text := form.raw(f"{name}-{skill}")) in marks}
    if name == "items":
        return {one.key: answer for at, one in enumerate(known, 1) if (answer := _choice(form, at, one)) is not None}
    return form.raw(name)


def _choice(form: Form, number: int, one: Known) -> assessment.Answer | None:
    """None: left out. The form offers nothing that could not be an answer."""
    try:
        return assessment.parse_form(one.planned, {"answer": form.many(f"item-{number}")})
    except InvalidAnswer:
        return None


def _aids(modules: Mapping[str, Module]) -> dict[str, Markup]:
    """`module/unit` → title, of the tools of these modules."""
    return {
        f"{slug}/{unit.id}": say(unit.title)
        for slug, module in modules.items()
        for unit in module.units
        if unit.kind == "job-aid"
    }


def _page(code: str, number: int, form: Form, status: int = 200) -> Response:
    one, modules, known = _read(code)
    page = _named(number, known)
    draft = dict(one.draft)
    if form.errors:
        draft |= {name: _answer(form, name, modules, known) for name in PAGES[page]}
    contacts = (slot_value(module, "staff_support") for module in modules.values())
    html = render_template(
        "learn/follow_up_page.html",
        one=one, page=page, number=number, total=len(_names(known)), draft=draft, errors=form.errors,
        met=MET, done=SOME_OF["done"], helped=HELPED, hindered=HINDERED, support=SUPPORT, skills=SKILLS,
        aids=_aids(modules), scale=list(SCALE), longest=LONGEST, contact=next(filter(None, contacts), None),
        widgets=[_widget(at, item, draft.get("items", {})) for at, item in enumerate(known, 1)],
    )  # fmt: skip
    return make_response(html, status)


def _widget(number: int, one: Known, answers: Mapping[str, assessment.Answer]) -> fields.Widget:
    """The question as it is asked elsewhere; hints belong to learning."""
    answer = answers.get(one.key)
    filled = {} if answer is None else assessment.form_fields(one.planned, answer)
    shown = fields.widget(one.planned, page_of(one.module, one.edition_id), filled)
    return shown._replace(id=f"item-{number}", hints=())
