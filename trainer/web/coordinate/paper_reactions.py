"""Reaction forms that came back on paper: typed in one by one, or as a tally."""

from __future__ import annotations

from flask import make_response, redirect, render_template, url_for
from werkzeug.wrappers import Response

from trainer.access import Permission
from trainer.printing.labels import REACTION_ITEMS
from trainer.services import reactions, workshops
from trainer.services.reactions import ITEMS, SCALE, TOPICS, Reaction
from trainer.vocabulary import N_
from trainer.web.coordinate.routes import blueprint
from trainer.web.coordinate.workshop_parts import REFUSALS, status_of, titles_in
from trainer.web.forms import Form
from trainer.web.guard import allow
from trainer.web.notices import notice
from trainer.web.state import current

ADDED = notice("reaction-form-added", N_("The form is counted. Here is room for the next one."))
COUNTED = notice("reaction-forms-counted", N_("The numbers are kept."))


@blueprint.get("/workshops/<workshop_id>/reactions/<module>")
@allow(Permission.MANAGE_PEOPLE)
def paper_reactions(workshop_id: str, module: str) -> Response:
    return _page(workshop_id, module, Form())


@blueprint.post("/workshops/<workshop_id>/reactions/<module>")
@allow(Permission.MANAGE_PEOPLE)
def store_paper_reactions(workshop_id: str, module: str) -> Response:
    """One form more, or all of them (`do`: `one`, `all`)."""
    form = Form()
    everything = form.raw("do") == "all"
    done = COUNTED if everything else ADDED
    try:
        with current.write() as db:
            row = workshops.workshop(db, current.me.countries, workshop_id)
            if everything:
                counts = {item: tuple(_count(form, f"count-{item}-{mark}") for mark in SCALE) for item in ITEMS}
                forms, version = _count(form, "forms"), _count(form, "version")
                if not form.errors:  # a mistyped count is not a zero
                    reactions.set_paper(
                        db, current.me.countries, workshop_id, module, forms, counts, version=version,
                        now=current.now(),
                    )  # fmt: skip
            else:
                one = _one(form)
                if not form.errors:
                    reactions.add_paper(db, current.me.countries, workshop_id, module, one, now=current.now())
            if not form.errors:
                current.did(
                    "reactions-typed", country=row.country, kind="workshop", object_id=workshop_id, fields=("forms",)
                )
    except REFUSALS as problem:
        form.take(problem, "forms" if everything else "mark-useful", _NAMES["all" if everything else "one"])
        return _page(workshop_id, module, form, status_of(problem))
    if form.errors:
        return _page(workshop_id, module, form, 422)
    anchor = None if everything else "mark-useful"
    at = url_for("coordinate.paper_reactions", workshop_id=workshop_id, module=module, done=done, _anchor=anchor)
    return redirect(at, 303)


_NAMES = {
    "one": {item: f"mark-{item}" for item in ITEMS},
    "all": {item: f"count-{item}-1" for item in ITEMS},
}
"""What services call an item → the field where it is typed."""


def _one(form: Form) -> Reaction:
    """A mark is one digit, an empty field a row that was left out."""
    marks = {}
    for item in ITEMS:
        text = form.text(f"mark-{item}")
        if text in {str(mark) for mark in SCALE}:
            marks[item] = int(text)
        elif text:
            form.refuse(f"mark-{item}", N_("Write a number from 1 to 5, or leave it empty."))
    return Reaction(marks=marks, words={topic: form.raw(f"words-{topic}") for topic in TOPICS})


def _count(form: Form, name: str) -> int:
    text = form.text(name) or "0"
    if not (text.isascii() and text.isdigit() and len(text) < 6):
        form.refuse(name, N_("Write a whole number, such as 20."))
        return 0
    return int(text)


def _page(workshop_id: str, module: str, form: Form, status: int = 200) -> Response:
    with current.read() as db:
        row = workshops.workshop(db, current.me.countries, workshop_id)
        held = reactions.paper(db, current.me.countries, workshop_id, module, now=current.now())
        title = titles_in(db, current.locale).get(module, module)
    html = render_template(
        "coordinate/paper_reactions.html", workshop=row, module=module, title=title, held=held, form=form,
        errors=form.errors, items=list(zip(ITEMS, REACTION_ITEMS, strict=True)), scale=list(SCALE),
    )  # fmt: skip
    return make_response(html, status)
