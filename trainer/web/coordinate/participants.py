"""The people of a workshop: the list, one of them, and adding one, whether registered or met at the door."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Response, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from trainer.access import Permission
from trainer.services import directory, names, places, room, rosters, workshops
from trainer.services.directory import Filters
from trainer.services.people import PersonRow
from trainer.services.problems import Conflict, Invalid
from trainer.services.roster_columns import Line, Roster
from trainer.services.roster_matching import Decisions
from trainer.services.workshops import WorkshopRow
from trainer.vocabulary import AGENCY_TYPES, N_, SEXES, WORK_ROLES
from trainer.web import log
from trainer.web.coordinate.lists import Sent, read_defaults
from trainer.web.coordinate.name_lists import ADDED, dry_run_page
from trainer.web.coordinate.routes import blueprint
from trainer.web.coordinate.workshop_parts import REFUSALS, find, languages, languages_of, status_of, today
from trainer.web.forms import Form
from trainer.web.guard import allow
from trainer.web.notices import notice
from trainer.web.state import current

LANGUAGE = notice("participant-language", N_("The language of the papers is changed."))
REMOVED = notice("participant-removed", N_("The person is no longer in the workshop. The register keeps them."))
MOST_FOUND = 20


@blueprint.get("/workshops/<workshop_id>/people")
@allow(Permission.MANAGE_PEOPLE)
def participants(workshop_id: str) -> str:
    with current.read() as db:
        row = workshops.workshop(db, current.me.countries, workshop_id)
        people = room.participants(db, current.me.countries, workshop_id)
        empty = places.empty_places(db, current.me.countries, workshop_id)
    return render_template("coordinate/participants.html", workshop=row, people=people, empty=empty)


@blueprint.get("/workshops/<workshop_id>/people/add")
@allow(Permission.MANAGE_PEOPLE)
def add_participant(workshop_id: str) -> Response:
    return add_page(find(workshop_id), Form())


@blueprint.post("/workshops/<workshop_id>/people/find")
@allow(Permission.MANAGE_PEOPLE)
def find_participant(workshop_id: str) -> Response:
    """People of the workshop's country by name. By POST: a name has no place in an address."""
    row = find(workshop_id)
    form = Form()
    search = form.text("search")
    with current.read() as db:
        found = directory.page(db, [row.country], Filters(search), now=current.now(), size=MOST_FOUND if search else 0)
        there = {one.person_id for one in room.participants(db, current.me.countries, workshop_id)}
    rows = tuple((one, one.id in there) for one in found.rows)
    return add_page(row, form, found=rows, total=found.total)


@blueprint.post("/workshops/<workshop_id>/people/known")
@allow(Permission.MANAGE_PEOPLE)
def add_known_participant(workshop_id: str) -> BaseResponse:
    row = find(workshop_id)
    form = Form()
    try:
        with current.write() as db:
            room.add_person(
                db, current.me.countries, workshop_id, form.raw("person"), walk_in=form.flag("walk_in"),
                now=current.now(),
            )  # fmt: skip
    except REFUSALS as problem:
        form.take(problem, "search")
        return add_page(row, form, status=status_of(problem))
    log.event("participant-added", id=current.request_id)
    return _to_list(workshop_id, ADDED)


@blueprint.post("/workshops/<workshop_id>/people/add")
@allow(Permission.MANAGE_PEOPLE)
def store_participant(workshop_id: str) -> BaseResponse:
    """Somebody new; when they look like somebody known, that is asked first."""
    row = find(workshop_id)
    form = Form()
    sent = read_one(form)
    if sent is None:
        return add_page(row, form, status=422)
    try:
        with current.write() as db:
            done = rosters.plan(db, current.me.countries, workshop_id, sent.roster, sent.defaults)
            is_new = done.entries[0].state in ("new", "here")
            if is_new:
                rosters.take_in(
                    db, current.me.countries, workshop_id, sent.roster, sent.defaults, Decisions(),
                    walk_in=sent.walk_in, now=current.now(),
                )  # fmt: skip
    except REFUSALS as problem:
        if problem.code == "roster-name-taken":
            problem = Conflict("name-taken", field="sign_in_name")
        form.take(problem, "full_name", {"decisions": "full_name"})
        return add_page(row, form, status=status_of(problem))
    if not is_new:
        return dry_run_page(row, sent, done, Form())
    log.event("participant-added", id=current.request_id)
    return _to_list(workshop_id, ADDED)


@blueprint.get("/workshops/<workshop_id>/people/<int(max=9999):number>")
@allow(Permission.MANAGE_PEOPLE)
def participant(workshop_id: str, number: int) -> Response:
    return person_page(workshop_id, number, Form())


@blueprint.post("/workshops/<workshop_id>/people/<int(max=9999):number>/language")
@allow(Permission.MANAGE_PEOPLE)
def set_language(workshop_id: str, number: int) -> BaseResponse:
    form = Form()
    try:
        with current.write() as db:
            room.set_language(db, current.me.countries, workshop_id, number, form.raw("locale"))
    except REFUSALS as problem:
        form.take(problem, "locale")
        return person_page(workshop_id, number, form, status_of(problem))
    log.event("participant-language", id=current.request_id)
    return _to_list(workshop_id, LANGUAGE)


@blueprint.post("/workshops/<workshop_id>/people/<int(max=9999):number>/remove")
@allow(Permission.MANAGE_PEOPLE)
def remove_participant(workshop_id: str, number: int) -> BaseResponse:
    form = Form()
    try:
        with current.write() as db:
            room.remove(db, current.me.countries, workshop_id, number)
    except REFUSALS as problem:
        form.take(problem, "locale")
        return person_page(workshop_id, number, form, status_of(problem))
    log.event("participant-removed", id=current.request_id)
    return _to_list(workshop_id, REMOVED)


def _to_list(workshop_id: str, done: str) -> BaseResponse:
    return redirect(url_for("coordinate.participants", workshop_id=workshop_id, done=done), 303)


# ------------------------------------------------------------------- the forms


def read_one(form: Form) -> Sent | None:
    """A list of one; None, with the form's errors, when something is wrong."""
    values: Mapping[str, str] = {}
    try:
        name = names.full_name(form.needed("full_name", N_("Enter the full name.")))
        sign_in = names.sign_in_name(form.text("sign_in_name")) if form.text("sign_in_name") else ""
        values = {"full_name": name, "sign_in_name": sign_in}
    except Invalid as problem:
        form.take(problem, "full_name")
    sex = form.choice("sex", ("", *SEXES), N_("Choose one of these answers."))
    defaults = read_defaults(form)
    if form.errors:
        return None
    line = Line(1, **values, **defaults._asdict(), sex=sex)  # type: ignore[arg-type]
    return Sent(Roster((line,)), defaults, form.flag("walk_in"))


def add_page(
    row: WorkshopRow, form: Form, *, found: tuple[tuple[PersonRow, bool], ...] | None = None, total: int = 0,
    status: int = 200,
) -> Response:  # fmt: skip
    """`found`: people who fit the search, and whether they are in the workshop already; None: nobody searched."""
    is_on = row.starts_on <= today(row.country) <= row.ends_on
    html = render_template(
        "coordinate/participant_add.html", workshop=row, form=form, errors=form.errors,
        found=found, total=total,
        walk_in=form.flag("walk_in") if request.endpoint == "coordinate.store_participant" else is_on,
        agency_types=AGENCY_TYPES, work_roles=WORK_ROLES, sexes=SEXES, languages=languages(),
    )  # fmt: skip
    return make_response(html, status)


def person_page(workshop_id: str, number: int, form: Form, status: int = 200) -> Response:
    with current.read() as db:
        row = workshops.workshop(db, current.me.countries, workshop_id)
        one = room.participant(db, current.me.countries, workshop_id, number)
    html = render_template(
        "coordinate/participant.html", workshop=row, person=one, languages=languages_of(row), errors=form.errors,
        agency_types=AGENCY_TYPES,
    )  # fmt: skip
    return make_response(html, status)
