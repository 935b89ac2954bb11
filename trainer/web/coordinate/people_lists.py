"""Many people into the register of a country at once: paste or upload, look at what would happen, take it in."""

from __future__ import annotations

from flask import Response, make_response, redirect, render_template, url_for
from werkzeug.wrappers import Response as BaseResponse

from trainer.access import Permission
from trainer.services import rosters
from trainer.services.roster_files import LARGEST_LIST
from trainer.services.roster_matching import Decisions
from trainer.services.rosters import Plan
from trainer.vocabulary import N_, country_name
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
from trainer.web.coordinate.workshop_parts import REFUSALS, status_of
from trainer.web.forms import Form
from trainer.web.guard import allow
from trainer.web.jinja import countries_in_order
from trainer.web.notices import notice
from trainer.web.state import current
from trainer.web.uploads import up_to

REGISTERED = notice("people-registered", N_("The people of the list are registered. Print sign-in slips for them now."))
KNOWN = notice("people-known", N_("Everybody in the list was registered already. Nothing has changed."))


@blueprint.get("/people/list")
@allow(Permission.MANAGE_PEOPLE)
def people_list() -> Response:
    return people_list_page(Form())


@blueprint.post("/people/list")
@allow(Permission.MANAGE_PEOPLE)
@up_to(2 * LARGEST_LIST)
def read_people_list() -> Response:
    """The dry run. Nothing is stored."""
    form = Form()
    country = form.choice("country", current.me.countries, N_("Choose the country."))
    sent = read_list(form, country)
    if sent is None:
        return people_list_page(form, 422)
    with current.read() as db:
        done = rosters.plan_for(db, current.me.countries, country, sent.roster, sent.defaults)
    log.event("list-read", id=current.request_id, rows=len(sent.roster.lines))
    return people_dry_run(country, sent, done, Form(), Decisions())


@blueprint.post("/people/list/take-in")
@allow(Permission.MANAGE_PEOPLE)
@up_to(LARGEST_CARRIED)
def take_in_people_list() -> BaseResponse:
    form = Form()
    country = form.raw("country")
    # Whoever has lost the country meanwhile learns nothing about it.
    sent = unpacked(country, form.raw("list")) if country in current.me.countries else None
    if sent is None:
        form.refuse("names", N_("This list could not be read any more. Please give it once more."))
        return people_list_page(form, 422)
    decisions = read_decisions(form, sent.roster)
    try:
        with current.write() as db:
            done = rosters.register(
                db, current.me.countries, country, sent.roster, sent.defaults, decisions, now=current.now()
            )
            current.did("people-registered", country=country, kind="country", object_id=country)
    except REFUSALS as problem:
        form.take(problem, "decisions")
        with current.read() as db:
            done = rosters.plan_for(db, current.me.countries, country, sent.roster, sent.defaults, decisions)
        return people_dry_run(country, sent, done, form, decisions, status_of(problem))
    log.event("list-taken-in", id=current.request_id, rows=len(done.entries))
    told = REGISTERED if done.of("new") else KNOWN
    return redirect(url_for("coordinate.people", state="no-way-in", country=country, done=told), 303)


def people_list_page(form: Form, status: int = 200) -> Response:
    html = render_template(
        "coordinate/people_list.html",
        countries={code: country_name(code) for code in countries_in_order(current.me.countries)},
        **form_values(form),
    )
    return make_response(html, status)


def people_dry_run(
    country: str, sent: Sent, done: Plan, form: Form, decisions: Decisions, status: int = 200
) -> Response:
    values = dry_run_values(country, sent, done, form, decisions)
    if values is None:
        return people_list_page(form, 422)
    return make_response(render_template("coordinate/people_dry_run.html", country=country, **values), status)
