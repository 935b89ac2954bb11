"""A coordinator puts right what is stored about a person, and never over somebody else's correction unseen."""

from __future__ import annotations

from dataclasses import asdict

from flask import Response, make_response, redirect, render_template, url_for
from markupsafe import Markup
from werkzeug.wrappers import Response as BaseResponse

from trainer.access import Permission
from trainer.languages.registry import LANGUAGES
from trainer.services import accounts, person_corrections
from trainer.services.person_corrections import Correction
from trainer.services.problems import Conflict, Invalid
from trainer.vocabulary import AGENCY_TYPES, N_, SEXES, WORK_ROLES
from trainer.web import log
from trainer.web.coordinate.routes import blueprint
from trainer.web.forms import Form
from trainer.web.guard import allow
from trainer.web.jinja import language_in_words, name_of_person, translated
from trainer.web.notices import notice
from trainer.web.state import current

CORRECTED = notice("person-corrected", N_("What is stored about the person is corrected."))

LABELS = {
    "full_name": N_("Full name"),
    "agency_type": N_("Where the person works"),
    "work_role": N_("What the person mostly does"),
    "sex": N_("Sex"),
    "locale": N_("Language"),
    "email": N_("E-mail address"),
}


@blueprint.get("/people/<person_id>/correct")
@allow(Permission.MANAGE_PEOPLE)
def correct_person(person_id: str) -> Response:
    return correct_page(person_id, Form())


@blueprint.post("/people/<person_id>/correct")
@allow(Permission.MANAGE_PEOPLE)
def store_person_correction(person_id: str) -> BaseResponse:
    form = Form()
    correction, seen = read(form), read_seen(form)
    if form.errors:
        return correct_page(person_id, form, 422, given=correction, seen=seen)
    try:
        with current.write() as db:
            country = accounts.person(db, current.me.countries, person_id).country
            changed = person_corrections.correct(db, current.me.countries, person_id, correction, seen=seen)
            if changed:
                current.did("person-corrected", country=country, kind="person", object_id=person_id, fields=changed)
    except Conflict as problem:
        form.take(problem, "full_name")
        return correct_page(person_id, form, 409, given=correction, seen=seen)
    except Invalid as problem:
        form.take(problem, "full_name")
        return correct_page(person_id, form, 422, given=correction, seen=seen)
    log.event("person-corrected", id=current.request_id)
    return redirect(url_for("coordinate.person", person_id=person_id, done=CORRECTED), 303)


def read(form: Form) -> Correction:
    return Correction(
        full_name=form.needed("full_name", N_("Enter the full name.")),
        agency_type=form.choice("agency_type", AGENCY_TYPES, N_("Choose where the person works.")),
        work_role=form.choice("work_role", WORK_ROLES, N_("Choose what the person mostly does.")),
        sex=form.choice("sex", ("", *SEXES), N_("Choose one of these answers.")) or None,
        locale=form.choice("locale", LANGUAGES, N_("Choose a language.")),
        email=form.text("email") or None,
    )


def read_seen(form: Form) -> Correction:
    """What the page showed when it was made."""
    values = {name: form.raw(f"seen-{name}") for name in LABELS}
    return Correction(**{**values, "sex": values["sex"] or None, "email": values["email"] or None})  # type: ignore[arg-type]


def correct_page(
    person_id: str, form: Form, status: int = 200, *, given: Correction | None = None, seen: Correction | None = None
) -> Response:
    """With what was typed (`given`) and, where somebody else was faster since `seen`, what is stored now."""
    with current.read() as db:
        row = accounts.person(db, current.me.countries, person_id)
        stored = person_corrections.facts(db, current.me.countries, person_id)
    before, now = asdict(seen or stored), asdict(stored)
    meanwhile = [(LABELS[name], shown(name, value)) for name, value in now.items() if value != before[name]]
    html = render_template(
        "coordinate/person_correct.html", person=row, values=given or stored, seen=now, meanwhile=meanwhile,
        errors=form.errors, agency_types=AGENCY_TYPES, work_roles=WORK_ROLES, sexes=SEXES,
        languages=[(tag, language.name, tag) for tag, language in LANGUAGES.items()],
    )  # fmt: skip
    return make_response(html, status)


def shown(name: str, value: str | None) -> Markup:
    """A value in words."""
    if not value:
        return translated(N_("Not stated"))
    if name == "locale":
        return language_in_words(value)
    words = {"agency_type": AGENCY_TYPES, "work_role": WORK_ROLES, "sex": SEXES}.get(name)
    return translated(words[value]) if words else name_of_person(value)
