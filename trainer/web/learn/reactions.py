"""The reaction form after a module. Nothing here is written to the log but that the page was asked for."""

from __future__ import annotations

from flask import make_response, redirect, render_template, url_for
from werkzeug.wrappers import Response

from trainer.printing.labels import REACTION_ITEMS
from trainer.services import learn, reactions
from trainer.services.problems import Invalid
from trainer.services.reactions import ITEMS, SCALE, TOPICS, Reaction
from trainer.store.scope import Scope
from trainer.vocabulary import N_
from trainer.web.forms import Form
from trainer.web.guard import signed_in
from trainer.web.learn.present import country_chosen, say
from trainer.web.learn.routes import blueprint
from trainer.web.notices import notice
from trainer.web.state import current

GIVEN = notice("reaction-given", N_("Thank you. Your form is handed in, without your name."))
LATER = notice("reaction-later", N_("That is fine. You find the form in your record if you change your mind."))


def without_names() -> Scope:
    """Words without a name are nobody's, and a person's own session may not write them. For handing in only."""
    return Scope.countries({current.me.country})


@blueprint.get("/<locale:locale>/modules/<slug>/reaction")
@signed_in
def reaction(slug: str) -> Response:
    return _page(slug, Form())


@blueprint.post("/<locale:locale>/modules/<slug>/reaction")
@signed_in
def give_reaction(slug: str) -> Response:
    form = Form()
    try:
        with current.write(without_names()) as db:
            reactions.give(db, current.me, slug, read(form), now=current.now())
    except Invalid as problem:
        form.take(problem, ITEMS[0])
        return _page(slug, form, 422)
    return redirect(url_for("learn.home", done=GIVEN), 303)


@blueprint.post("/<locale:locale>/modules/<slug>/reaction/not-now")
@signed_in
def decline_reaction(slug: str) -> Response:
    with current.write() as db:
        reactions.decline(db, current.me, slug, now=current.now())
    return redirect(url_for("learn.home", done=LATER), 303)


def read(form: Form) -> Reaction:
    """What was marked and written; a mark that is none counts as left out."""
    marks = {item: int(text) for item in ITEMS if (text := form.raw(item)) in {str(mark) for mark in SCALE}}
    return Reaction(marks=marks, words={topic: form.raw(f"words-{topic}") for topic in TOPICS})


def _page(slug: str, form: Form, status: int = 200) -> Response:
    with current.read() as db:
        reactions.offer(db, current.me, slug, now=current.now())
        course = learn.course(db, current.shelf, current.me, slug, locale=current.locale, country=country_chosen())
    html = render_template(
        "learn/reaction.html", title=say(course.module.title), slug=slug, form=form, errors=form.errors,
        items=list(zip(ITEMS, REACTION_ITEMS, strict=True)), scale=list(SCALE),
    )  # fmt: skip
    return make_response(html, status)
