"""Forgetting a person who asked for it: what goes and what stays is shown first, and it cannot be undone."""

from __future__ import annotations

from flask import make_response, redirect, render_template, url_for
from werkzeug.wrappers import Response

from trainer.access import Permission
from trainer.services import accounts, forgetting
from trainer.services.problems import Problem, Refused
from trainer.vocabulary import N_
from trainer.web import log
from trainer.web.coordinate.people import find
from trainer.web.coordinate.routes import blueprint
from trainer.web.forms import Form
from trainer.web.guard import allow
from trainer.web.notices import notice
from trainer.web.state import current

FORGOTTEN = notice("person-forgotten", N_("The person is forgotten. Counts, and the codes of certificates, are kept."))


@blueprint.get("/people/<person_id>/forget")
@allow(Permission.MANAGE_PEOPLE)
def forget_page(person_id: str) -> Response:
    return page(person_id, Form())


@blueprint.post("/people/<person_id>/forget")
@allow(Permission.MANAGE_PEOPLE)
def forget(person_id: str) -> Response:
    find(person_id)
    form = Form()
    typed = form.needed("typed", N_("Type the name of the person."))
    if form.errors:
        return page(person_id, form, 422)
    try:
        with current.write() as db:
            row = accounts.person(db, current.me.countries, person_id)
            forgetting.forget_on_request(
                db, current.me.countries, person_id, typed=typed, asked=form.flag("asked"), now=current.now()
            )
            current.did("person-forgotten", country=row.country, kind="person", object_id=person_id)
    except Problem as problem:
        if not problem.params.get("field") and not isinstance(problem, Refused):
            raise
        form.take(problem, "typed")
        return page(person_id, form, 422)
    log.event("person-forgotten", id=current.request_id)
    return redirect(url_for("coordinate.people", done=FORGOTTEN), 303)


def page(person_id: str, form: Form, status: int = 200) -> Response:
    find(person_id)
    with current.read() as db:
        row = accounts.person(db, current.me.countries, person_id)
        preview = forgetting.preview(db, current.me.countries, person_id)
    html = render_template(
        "coordinate/forget.html", person=row, preview=preview, form=form, errors=form.errors,
        certificate_days=current.site.certificate_days,
    )  # fmt: skip
    return make_response(html, status)
