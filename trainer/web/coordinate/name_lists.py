"""Name lists of a workshop: paste or upload, look at what would happen, take it in."""

from __future__ import annotations

from flask import Response, make_response, redirect, render_template, url_for
from werkzeug.wrappers import Response as BaseResponse

from trainer.access import Permission
from trainer.services import rosters
from trainer.services.roster_files import LARGEST_LIST
from trainer.services.roster_matching import Decisions
from trainer.services.rosters import Plan
from trainer.services.workshops import WorkshopRow
from trainer.vocabulary import N_
from trainer.web import log
from trainer.web.coordinate.lists import (
    LARGEST_CARRIED,
    Sent,
    dry_run_values,
    form_values,
    read_decisions,
    read_list,
    unpacked,
)
from trainer.web.coordinate.routes import blueprint
from trainer.web.coordinate.workshop_parts import REFUSALS, find, status_of
from trainer.web.forms import Form
from trainer.web.guard import allow
from trainer.web.notices import notice
from trainer.web.state import current
from trainer.web.uploads import up_to

ADDED = notice("participant-added", N_("The person is in the workshop."))
TAKEN_IN = notice("list-taken-in", N_("The list is in the workshop now."))


@blueprint.get("/workshops/<workshop_id>/people/list")
@allow(Permission.MANAGE_PEOPLE)
def name_list(workshop_id: str) -> Response:
    return list_page(find(workshop_id), Form())


@blueprint.post("/workshops/<workshop_id>/people/list")
@allow(Permission.MANAGE_PEOPLE)
@up_to(2 * LARGEST_LIST)
def read_name_list(workshop_id: str) -> Response:
    """The dry run. Nothing is stored."""
    row = find(workshop_id)
    form = Form()
    sent = read_list(form, row.country)
    if sent is None:
        return list_page(row, form, 422)
    with current.read() as db:
        done = rosters.plan(db, current.me.countries, workshop_id, sent.roster, sent.defaults)
    log.event("list-read", id=current.request_id, rows=len(sent.roster.lines))
    return dry_run_page(row, sent, done, Form())


@blueprint.post("/workshops/<workshop_id>/people/list/take-in")
@allow(Permission.MANAGE_PEOPLE)
@up_to(LARGEST_CARRIED)
def take_in_name_list(workshop_id: str) -> BaseResponse:
    row = find(workshop_id)
    form = Form()
    sent = unpacked(workshop_id, form.raw("list"))
    if sent is None:
        form.refuse("names", N_("This list could not be read any more. Please give it once more."))
        return list_page(row, form, 422)
    decisions = read_decisions(form, sent.roster)
    try:
        with current.write() as db:
            done = rosters.take_in(
                db, current.me.countries, workshop_id, sent.roster, sent.defaults, decisions,
                walk_in=sent.walk_in, now=current.now(),
            )  # fmt: skip
    except REFUSALS as problem:
        form.take(problem, "decisions")
        with current.read() as db:
            done = rosters.plan(db, current.me.countries, workshop_id, sent.roster, sent.defaults, decisions)
        return dry_run_page(row, sent, done, form, decisions, status_of(problem))
    log.event("list-taken-in", id=current.request_id, rows=len(done.entries))
    told = ADDED if len(done.entries) == 1 and not done.of("out") else TAKEN_IN
    return redirect(url_for("coordinate.participants", workshop_id=workshop_id, done=told), 303)


def list_page(row: WorkshopRow, form: Form, status: int = 200) -> Response:
    return make_response(render_template("coordinate/name_list.html", workshop=row, **form_values(form)), status)


def dry_run_page(
    row: WorkshopRow, sent: Sent, done: Plan, form: Form, decisions: Decisions | None = None, status: int = 200
) -> Response:
    values = dry_run_values(row.id, sent, done, form, decisions or Decisions())
    if values is None:
        return list_page(row, form, 422)
    return make_response(render_template("coordinate/dry_run.html", workshop=row, **values), status)
