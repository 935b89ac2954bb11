"""Assignments of a coordinator's countries: the list, a new one, who is not done, withdrawing; lost letters."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import NamedTuple

from flask import Response, make_response, redirect, render_template, request, url_for
from markupsafe import Markup, escape
from werkzeug.wrappers import Response as BaseResponse

from trainer.access import Permission
from trainer.content.inline import words
from trainer.content.model import Passage
from trainer.services import assignment_counts, assignments, outbox, post, workshops
from trainer.services.assignments import MOST_NAMES, AssignmentRow, Share, Wish
from trainer.services.post import Trouble
from trainer.services.workshops import WorkshopRow
from trainer.vocabulary import AGENCY_TYPES, N_, country_name
from trainer.web import log
from trainer.web.coordinate.report import titles
from trainer.web.coordinate.routes import blueprint
from trainer.web.coordinate.workshop_parts import REFUSALS, status_of, today
from trainer.web.forms import Form
from trainer.web.guard import allow
from trainer.web.jinja import in_own_language
from trainer.web.jinja import translated as _
from trainer.web.notices import notice
from trainer.web.state import current

MADE = notice("assignment-made", N_("The training is assigned. The people concerned see it on their first page."))
WITHDRAWN = notice("assignment-withdrawn", N_("The assignment is withdrawn. Nobody is asked for it any more."))
RESTORED = notice("assignment-restored", N_("The assignment is there again."))


class Line(NamedTuple):
    """An assignment as pages show it."""

    id: str
    url: str
    what: tuple[Markup, ...]
    """The path, or the modules."""
    whom: Markup
    country: str
    due_on: date
    is_overdue: bool
    is_withdrawn: bool
    note: str
    needed: int
    """Modules that are available; 0: there is nothing to do yet."""
    share: Share | None
    """None: withdrawn, or not counted yet."""


@blueprint.get("/assignments")
@allow(Permission.MANAGE_PEOPLE)
def assignment_list() -> str:
    with current.read() as db:
        rows = assignments.assignments(db, current.me.countries, current.shelf.paths)
        counts = assignment_counts.shares(db, [row for row in rows if row.withdrawn_at is None])
        shown = titles(db)
        letters = outbox.undelivered_letters(db, current.me.countries, now=current.now())
        trouble = post.trouble(db)
    lines = [_line(row, counts, shown) for row in rows]
    return render_template(
        "coordinate/assignments.html",
        rows=[line for line in lines if not line.is_withdrawn],
        withdrawn=[line for line in lines if line.is_withdrawn],
        letters=letters,
        hourly=_is_kept(counts),
        most_counted=assignment_counts.FEW,
        most_letters=outbox.MOST_COUNTED,
        mails=current.config.smtp is not None,
        **_shown(trouble),
    )


def _shown(trouble: Trouble | None) -> dict[str, object]:
    return {"trouble": trouble if current.config.smtp is not None else None, "troubles": post.TROUBLES}


@blueprint.get("/assignments/letters")
@allow(Permission.SEE_PEOPLE)
def undelivered_letters() -> str:
    """Who has to be asked for a new address."""
    with current.read() as db:
        unreached = outbox.undelivered(db, current.me.countries, now=current.now())
        letters = outbox.undelivered_letters(db, current.me.countries, now=current.now())
        trouble = post.trouble(db)
        for one in unreached:
            current.did("undelivered-seen", country=one.country, kind="person", object_id=one.person_id)
    return render_template(
        "coordinate/letters.html", people=unreached, letters=letters, most_letters=outbox.MOST_COUNTED,
        **_shown(trouble),
    )  # fmt: skip


@blueprint.get("/assignments/new")
@allow(Permission.MANAGE_PEOPLE)
def new_assignment() -> Response:
    return form_page(Form())


@blueprint.post("/assignments/new")
@allow(Permission.MANAGE_PEOPLE)
def store_assignment() -> BaseResponse:
    form = Form()
    wish = read_wish(form)
    if wish is None:
        return form_page(form, 422)
    try:
        with current.write() as db:
            made = assignments.assign(
                db, current.me.countries, wish, paths=current.shelf.paths, by=current.me.person_id, now=current.now()
            )
            current.did("assignment-made", country=wish.country, kind="assignment", object_id=made)
    except REFUSALS as problem:
        form.take(problem, "path")
        return form_page(form, status_of(problem))
    log.event("assignment-made", id=current.request_id)
    return redirect(url_for("coordinate.assignment", assignment_id=made, done=MADE), 303)


@blueprint.get("/assignments/<assignment_id>")
@allow(Permission.MANAGE_PEOPLE)
def assignment(assignment_id: str) -> str:
    with current.read() as db:
        row = assignments.assignment(db, current.me.countries, current.shelf.paths, assignment_id)
        counts = assignment_counts.shares(db, [row])
        people = assignments.not_done(db, row)
        shown = titles(db)
        current.did("not-done-seen", country=row.country, kind="assignment", object_id=row.id)
    line = _line(row, counts, shown)
    hidden = line.share.people - line.share.done - len(people) if line.share and len(people) == MOST_NAMES else 0
    return render_template(
        "coordinate/assignment.html",
        line=line,
        people=people,
        modules=[_title(slug, shown) for slug in row.needed],
        hidden=hidden,
        hourly=_is_kept(counts),
        most_counted=assignment_counts.FEW,
        mails=current.config.smtp is not None,
    )


@blueprint.post("/assignments/<assignment_id>/withdraw")
@allow(Permission.MANAGE_PEOPLE)
def withdraw_assignment(assignment_id: str) -> BaseResponse:
    with current.write() as db:
        country = assignments.withdraw(db, current.me.countries, assignment_id, now=current.now())
        current.did("assignment-withdrawn", country=country, kind="assignment", object_id=assignment_id)
    log.event("assignment-withdrawn", id=current.request_id)
    return redirect(url_for("coordinate.assignment", assignment_id=assignment_id, done=WITHDRAWN), 303)


@blueprint.post("/assignments/<assignment_id>/undo")
@allow(Permission.MANAGE_PEOPLE)
def restore_assignment(assignment_id: str) -> BaseResponse:
    with current.write() as db:
        country = assignments.restore(db, current.me.countries, assignment_id)
        current.did("assignment-restored", country=country, kind="assignment", object_id=assignment_id)
    log.event("assignment-restored", id=current.request_id)
    return redirect(url_for("coordinate.assignment", assignment_id=assignment_id, done=RESTORED), 303)


# -------------------------------------------------------------------- the form


def read_wish(form: Form) -> Wish | None:
    """What was sent; None, with the form's errors, when something is missing."""
    country = form.choice("country", current.me.countries, N_("Choose the country."))
    due_on = form.day("due_on", N_("Enter the last day."))
    if form.errors or due_on is None:
        return None
    return Wish(
        country=country,
        path=form.text("path") or None,
        modules=tuple(dict.fromkeys(form.many("modules"))),
        agency_type=form.text("agency_type") or None,
        workshop_id=form.text("workshop") or None,
        due_on=due_on,
        note=form.text("note"),
    )


def form_page(form: Form, status: int = 200) -> Response:
    with current.read() as db:
        shown = titles(db)
        there = assignments.published(db)
        rooms = workshops.workshops(db, current.me.countries)
    html = render_template(
        "coordinate/assignment_new.html",
        errors=form.errors,
        values=_values(form, rooms),
        countries={code: country_name(code) for code in sorted(current.me.countries)},
        paths={one.id: one.title for one in current.shelf.paths.paths.values()},
        modules=[(slug, _title(slug, shown)) for slug in shown if slug in there],
        agency_types=AGENCY_TYPES,
        workshops=[(row.id, f"{row.title}, {row.place}, {row.starts_on}", "") for row in rooms],
    )
    return make_response(html, status)


def _values(form: Form, rooms: tuple[WorkshopRow, ...]) -> dict[str, object]:
    """What was sent; at first, what the address says: a workshop's page leads here with its participants chosen."""
    if request.method == "POST":
        lines = ("country", "path", "agency_type", "workshop", "due_on", "note")
        return {name: form.text(name) for name in lines} | {"modules": form.many("modules")}
    chosen = next((row for row in rooms if row.id == request.args.get("workshop")), None)
    only = next(iter(current.me.countries)) if len(current.me.countries) == 1 else ""
    empty = dict.fromkeys(("path", "agency_type", "due_on", "note"), "")
    return {
        **empty, "modules": [], "country": chosen.country if chosen else only, "workshop": chosen.id if chosen else "",
    }  # fmt: skip


# -------------------------------------------------------------------- showing


def _line(row: AssignmentRow, counts: Mapping[str, Share | None], shown: Mapping[str, Passage]) -> Line:
    path = current.shelf.paths.paths.get(row.path or "")
    what = (_("Path: %(path)s", path=_(path.title)),) if path else tuple(_title(slug, shown) for slug in row.modules)
    share = counts.get(row.id)
    return Line(
        id=row.id,
        url=url_for("coordinate.assignment", assignment_id=row.id),
        what=what,
        whom=_whom(row),
        country=row.country,
        due_on=row.due_on,
        is_overdue=row.due_on < today(row.country) and (share is None or share.done < share.people),
        is_withdrawn=row.withdrawn_at is not None,
        note=row.note,
        needed=len(row.needed),
        share=share,
    )


def _is_kept(counts: Mapping[str, Share | None]) -> bool:
    """One of the counts was made earlier, or is still to be made."""
    return any(share is None or share.people > assignment_counts.FEW for share in counts.values())


def _whom(row: AssignmentRow) -> Markup:
    if row.workshop is not None:
        return _("Participants of the workshop: %(workshop)s", workshop=row.workshop)
    if row.agency_type:
        return _("Everybody who works here: %(agency)s", agency=_(AGENCY_TYPES[row.agency_type]))
    return _("Everybody in the country")


def _title(slug: str, shown: Mapping[str, Passage]) -> Markup:
    if slug not in shown:
        return escape(slug)
    return in_own_language(words(shown[slug].content), shown[slug].lang)
