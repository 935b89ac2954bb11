"""One practitioner of a coordinator's countries: add, look at, give a sign-in slip, shut and open the account.

Whatever is asked about somebody of another country looks as if there were nobody.
"""

from __future__ import annotations

from datetime import timedelta

from flask import Response, make_response, redirect, render_template, url_for
from werkzeug.wrappers import Response as BaseResponse

from trainer.access import Permission
from trainer.languages.registry import LANGUAGES
from trainer.services import accounts, merging, person_record
from trainer.services.accounts import PersonRow, SignUp
from trainer.services.problems import Conflict, Invalid, Refused
from trainer.vocabulary import AGENCY_TYPES, N_, SEXES, WORK_ROLES, country_name
from trainer.web import log
from trainer.web.coordinate.routes import blueprint
from trainer.web.coordinate.workshop_parts import titles_in
from trainer.web.forms import Form
from trainer.web.guard import allow
from trainer.web.notices import notice
from trainer.web.role_words import in_words
from trainer.web.state import current

ADDED = notice("person-added", N_("The person is registered. Print a sign-in slip for them now."))
SHUT = notice("person-shut", N_("The account is shut. Everything the person did is kept."))
OPENED = notice("person-opened", N_("The account is open again."))

SLIP_DAYS = 7


@blueprint.get("/people/add")
@allow(Permission.MANAGE_PEOPLE)
def add_person() -> Response:
    return add_page(Form())


@blueprint.post("/people/add")
@allow(Permission.MANAGE_PEOPLE)
def store_person() -> BaseResponse:
    form = Form()
    person = SignUp(
        full_name=form.needed("full_name", N_("Enter the full name.")),
        sign_in_name=form.needed("sign_in_name", N_("Choose a sign-in name.")),
        country=form.choice("country", current.me.countries, N_("Choose the country.")),
        agency_type=form.choice("agency_type", AGENCY_TYPES, N_("Choose where the person works.")),
        work_role=form.choice("work_role", WORK_ROLES, N_("Choose what the person mostly does.")),
        sex=form.choice("sex", ("", *SEXES), N_("Choose one of these answers.")) or None,
        locale=form.choice("locale", current.site.locales, N_("Choose a language.")),
        email=form.text("email"),
    )
    if form.errors:
        return add_page(form, 422)
    try:
        with current.write() as db:
            row = accounts.create_person(db, current.me, person, now=current.now())
            current.did("person-added", country=row.country, kind="person", object_id=row.id)
    except (Conflict, Invalid) as problem:
        form.take(problem, "sign_in_name")
        return add_page(form, 409 if isinstance(problem, Conflict) else 422)
    log.event("person-added", id=current.request_id)
    return redirect(url_for("coordinate.person", person_id=row.id, done=ADDED), 303)


@blueprint.get("/people/<person_id>")
@allow(Permission.SEE_PEOPLE)
def person(person_id: str) -> Response:
    return person_page(person_id, Form())


@blueprint.post("/people/<person_id>/slip")
@allow(Permission.MANAGE_PEOPLE)
def slip(person_id: str) -> Response:
    """A new slip, shown this once: only a hash of its code is stored."""
    try:
        with current.write() as db:
            row = accounts.person(db, current.me.countries, person_id)
            code = accounts.issue_slip(
                db, current.me, person_id, now=current.now(), days=SLIP_DAYS, key=current.config.secret_key
            )
    except Refused as problem:
        return refused(person_id, problem)
    log.event("slip-issued", id=current.request_id)
    until = current.now() + timedelta(days=SLIP_DAYS)
    return make_response(render_template("coordinate/slip.html", person=row, code=code, until=until))


@blueprint.post("/people/<person_id>/shut")
@allow(Permission.MANAGE_PEOPLE)
def shut(person_id: str) -> BaseResponse:
    try:
        with current.write() as db:
            accounts.disable(db, current.me, person_id, now=current.now())
    except Refused as problem:
        return refused(person_id, problem)
    log.event("person-shut", id=current.request_id)
    return redirect(url_for("coordinate.person", person_id=person_id, done=SHUT), 303)


@blueprint.post("/people/<person_id>/open")
@allow(Permission.MANAGE_PEOPLE)
def open_again(person_id: str) -> BaseResponse:
    try:
        with current.write() as db:
            accounts.enable(db, current.me, person_id)
    except Refused as problem:
        return refused(person_id, problem)
    log.event("person-opened", id=current.request_id)
    return redirect(url_for("coordinate.person", person_id=person_id, done=OPENED), 303)


def refused(person_id: str, problem: Refused) -> Response:
    """Said on the person's page, where it was tried."""
    form = Form()
    form.take(problem, "ways-in")
    return person_page(person_id, form, 403)


def person_page(person_id: str, form: Form, status: int = 200) -> Response:
    """Raises NotFound for nobody and for somebody of another country alike."""
    limits = accounts.Limits.of(current.config)
    with current.read() as db:
        record = person_record.record(db, current.me.countries, person_id, now=current.now(), limits=limits)
        titles = titles_in(db, current.locale) if record.learning else {}
        merges = merging.merged_into(db, current.me.countries, person_id)
    html = render_template(
        "coordinate/person.html", record=record, person=record.person, titles=titles, merges=merges, errors=form.errors,
        roles=[in_words(one.role, one.over) for one in record.roles], **_lists(),
    )  # fmt: skip
    return make_response(html, status)


def find(person_id: str) -> PersonRow:
    """Raises NotFound for nobody and for somebody of another country alike."""
    with current.read() as db:
        return accounts.person(db, current.me.countries, person_id)


def add_page(form: Form, status: int = 200) -> Response:
    html = render_template("coordinate/add.html", errors=form.errors, form=form, **_lists())
    return make_response(html, status)


def _lists() -> dict[str, object]:
    return {
        "countries": {code: country_name(code) for code in sorted(current.me.countries)},
        "agency_types": AGENCY_TYPES,
        "work_roles": WORK_ROLES,
        "sexes": SEXES,
        "languages": [(tag, LANGUAGES[tag].name, tag) for tag in current.site.locales],
        "slip_days": SLIP_DAYS,
    }
