"""A person's learning path and what is assigned to them; they may choose another path."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import NamedTuple

from flask import Response, make_response, redirect, render_template, url_for
from markupsafe import Markup
from werkzeug.wrappers import Response as BaseResponse

from trainer.access import Identity
from trainer.content.paths import NEEDS as NEED_ORDER
from trainer.content.paths import RESERVED
from trainer.services import assignments, calendar, learn, paths
from trainer.services.assignments import AssignmentRow
from trainer.services.paths import Mine, PathState, StepState
from trainer.store.scope import Scope
from trainer.vocabulary import AGENCY_TYPES, N_
from trainer.web.forms import Form
from trainer.web.guard import signed_in
from trainer.web.jinja import date_text, number_text
from trainer.web.jinja import translated as _
from trainer.web.jinja import translated_count as ngettext
from trainer.web.learn.present import say
from trainer.web.learn.routes import blueprint
from trainer.web.learn.rules import rule_words, validity_words
from trainer.web.notices import notice
from trainer.web.state import current

CHOSEN = notice("path-chosen", N_("Your path is changed. What you have completed is kept."))
OWN, NO_PATH = RESERVED
"""Choices beside the paths: the one for where the person works, and none."""

STATES = {
    "new": N_("Not started"),
    "started": N_("Started"),
    "completed": N_("Completed"),
    "absent": N_("Not yet available"),
}
NEEDS = {
    "required": N_("Required on your path"),
    "recommended": N_("Recommended on your path"),
    "optional": N_("Optional on your path"),
}
MARKS = {"new": "none", "started": "part", "completed": "done", "absent": "none"}


class Line(NamedTuple):
    """A module on the path."""

    url: str | None
    """None: not available yet."""
    title: Markup
    mark: str
    """Name of the shape: `done`, `part`, `none`, or `due` for what is to be renewed."""
    state: Markup
    rule: Markup | None
    validity: Markup | None


class Asked(NamedTuple):
    """Something assigned."""

    titles: tuple[tuple[str, Markup], ...]
    """Address and title of the modules; empty: none of them is available yet."""
    path: Markup | None
    note: str
    mark: str
    words: Markup
    is_done: bool


class Summary(NamedTuple):
    """How far somebody is."""

    title: Markup
    words: Markup
    mark: str
    done: int
    required: int
    waiting: int
    """Required modules that are not available yet."""


class Learning(NamedTuple):
    """Everything that the pages say of somebody's path."""

    mine: Mine
    state: PathState | None
    assigned: tuple[AssignmentRow, ...]


def assigned_to(me: Identity, mine: Mine) -> tuple[AssignmentRow, ...]:
    """Assignments are rows of the country, not of a person: they are read in its scope, for this person alone."""
    with current.read(Scope.countries({me.country})) as db:
        return assignments.of_person(
            db, current.shelf.paths, me.person_id, me.country, mine.agency_type, now=current.now()
        )


def state_of(mine: Mine, cards: Sequence[learn.CatalogueCard]) -> PathState | None:
    if mine.path is None:
        return None
    return paths.state(mine.path, current.shelf.paths, cards, country=current.me.country, now=current.now())


def learning(cards: Sequence[learn.CatalogueCard], mine: Mine) -> Learning:
    return Learning(mine, state_of(mine, cards), assigned_to(current.me, mine))


# ------------------------------------------------------------------------ pages


@blueprint.get("/<locale:locale>/path")
@signed_in
def path() -> Response:
    return path_page(Form())


@blueprint.post("/<locale:locale>/path")
@signed_in
def choose_path() -> BaseResponse:
    form = Form()
    choices = (OWN, NO_PATH, *current.shelf.paths.paths)
    chosen = form.choice("path", choices, N_("Choose one of these answers."))
    if form.errors:
        return path_page(form, 422)
    with current.write() as db:
        paths.choose(db, current.shelf.paths, current.me, {OWN: None, NO_PATH: ""}.get(chosen, chosen))
    return redirect(url_for("learn.path", done=CHOSEN), 303)


def path_page(form: Form, status: int = 200) -> Response:
    with current.read() as db:
        cards = learn.catalogue(db, current.shelf, current.me, locale=current.locale, past=True)
        mine = paths.mine(db, current.shelf.paths, current.me)
    found = learning(cards, mine)
    html = render_template(
        "learn/path.html",
        errors=form.errors,
        path=path_summary(found.state) if found.state else None,
        is_chosen=mine.is_chosen,
        agency=_(AGENCY_TYPES.get(mine.agency_type, mine.agency_type)),
        months=mine.path.months if mine.path else None,
        groups=groups_of(found.state) if found.state else [],
        assigned=asked_of(found.assigned, cards),
        choices=choices_of(mine),
        chosen=(mine.path.id if mine.path else NO_PATH) if mine.is_chosen else OWN,
    )
    return make_response(html, status)


def choices_of(mine: Mine) -> list[tuple[str, Markup]]:
    """Of the form."""
    everyone = current.shelf.paths
    own = everyone.of(None, mine.agency_type)
    first = (
        _("The path for where I work: %(path)s", path=_(own.title)) if own else _("The path for where I work: none yet")
    )
    named = [(one.id, _(one.title)) for one in everyone.paths.values()]
    return [(OWN, first), *named, (NO_PATH, _("No path"))]


def groups_of(state: PathState) -> list[tuple[Markup, list[Line]]]:
    names = {"required": _("Required"), "recommended": _("Recommended"), "optional": _("Optional")}
    return [
        (name, [line_of(step) for step in steps])
        for need, name in names.items()
        if (steps := [step for step in state.steps if step.need == need])
    ]


def line_of(step: StepState) -> Line:
    validity, rule = step.validity, step.rule
    is_due = validity is not None and validity.state != "current"
    return Line(
        url=None if step.state == "absent" else url_for("learn.module", slug=step.module),
        title=_(step.title) if isinstance(step.title, str) else say(step.title),
        mark="due" if is_due else MARKS[step.state],
        state=_("To be renewed") if is_due else _(STATES[step.state]),
        rule=rule_words(rule) if rule and step.state in ("new", "started") else None,
        validity=validity_words(validity, rule) if validity and rule else None,
    )


def progress_words(state: PathState) -> Markup:
    """How many required modules there are, and how many are completed."""
    if not state.required:
        return _("None of its required modules is available yet.")
    return ngettext(
        "%(done)s of %(number)s required module completed.",
        "%(done)s of %(number)s required modules completed.",
        len(state.required),
        done=number_text(state.done),
    )


def asked_of(rows: Sequence[AssignmentRow], cards: Sequence[learn.CatalogueCard]) -> list[Asked]:
    """What is assigned, what is still open first."""
    known = {card.slug: card for card in cards}
    found = [_asked(row, known) for row in rows]
    return sorted(found, key=lambda one: one.is_done)


def _asked(row: AssignmentRow, known: Mapping[str, learn.CatalogueCard]) -> Asked:
    done = bool(row.needed) and all(known[slug].progress == "completed" for slug in row.needed if slug in known)
    path_ = current.shelf.paths.paths.get(row.path or "")
    is_late = not done and calendar.today(row.country, current.now()) > row.due_on
    return Asked(
        titles=tuple(
            (url_for("learn.module", slug=slug), say(known[slug].title)) for slug in row.needed if slug in known
        ),
        path=_(path_.title) if path_ else None,
        note=row.note,
        mark="done" if done else "broken" if is_late else "due",
        words=_due_words(row.due_on, done=done, is_late=is_late),
        is_done=done,
    )


def _due_words(day: date, *, done: bool, is_late: bool) -> Markup:
    if done:
        return _("Done. It was asked for by %(date)s.", date=date_text(day))
    if is_late:
        return _("Overdue: it was to be completed by %(date)s. You can still do it.", date=date_text(day))
    return _("To be completed by %(date)s.", date=date_text(day))


def in_path_order(cards: Sequence[learn.CatalogueCard], state: PathState | None) -> list[learn.CatalogueCard]:
    """What the person's path requires first, then what it recommends; within each in the path's own order."""
    if state is None:
        return list(cards)
    steps = sorted(state.steps, key=lambda step: NEED_ORDER.index(step.need))
    places = {step.module: place for place, step in enumerate(steps)}
    return sorted(cards, key=lambda card: places.get(card.slug, len(places)))


def need_words(step: StepState | None) -> Markup | None:
    """What the module is on the person's path."""
    return _(NEEDS[step.need]) if step else None


def path_summary(state: PathState) -> Summary:
    """In two lines, for other pages."""
    done = state.done
    mark = "done" if state.is_complete else "part" if done else "none"
    return Summary(_(state.path.title), progress_words(state), mark, done, len(state.required), state.waiting)
