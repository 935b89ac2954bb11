"""The rights of somebody who cannot sign in: their coordinator makes the copy of their data, and notes their wish to be
forgotten. Both need the word that the person asked for it, and the person can see both."""

from __future__ import annotations

from flask import make_response, redirect, render_template, url_for
from werkzeug.wrappers import Response

from trainer.access import Permission
from trainer.services import accounts, privacy
from trainer.services.problems import Invalid, NotFound, Refused
from trainer.store.scope import Scope
from trainer.vocabulary import N_
from trainer.web import log
from trainer.web.coordinate.people import find
from trainer.web.coordinate.routes import blueprint
from trainer.web.data_file import as_file
from trainer.web.forms import Form
from trainer.web.guard import allow
from trainer.web.notices import notice
from trainer.web.state import current

NOTED = notice("wish-noted", N_("The wish is noted. It can be taken back until the person is forgotten."))
TAKEN_BACK = notice("wish-taken-back", N_("The wish is taken back. Nothing is deleted."))


@blueprint.get("/people/<person_id>/rights")
@allow(Permission.MANAGE_PEOPLE)
def rights_page(person_id: str) -> Response:
    return page(person_id)


@blueprint.post("/people/<person_id>/copy")
@allow(Permission.MANAGE_PEOPLE)
def make_copy(person_id: str) -> Response:
    """The file goes out only when it is written down who made it."""
    row = find(person_id)
    try:
        with current.write(Scope.person(row.id, row.country)) as db:
            held = privacy.copy_to_hand_over(db, row.id, row.country, asked=Form().flag("copy-asked"))
            current.did("copy-made", country=row.country, kind="person", object_id=row.id)
    except (Invalid, Refused) as problem:
        return page(person_id, "copy", problem)
    log.event("copy-made", id=current.request_id)
    return as_file(held)


@blueprint.post("/people/<person_id>/wish")
@allow(Permission.MANAGE_PEOPLE)
def note_wish(person_id: str) -> Response:
    try:
        with current.write() as db:
            asked = Form().flag("wish-asked")
            country = privacy.note_wish(db, current.me.countries, person_id, asked=asked, now=current.now())
            current.did("deletion-noted", country=country, kind="person", object_id=person_id)
    except (Invalid, Refused) as problem:
        return page(person_id, "wish", problem)
    log.event("deletion-noted", id=current.request_id)
    return redirect(url_for("coordinate.rights_page", person_id=person_id, done=NOTED), 303)


@blueprint.post("/people/<person_id>/wish/back")
@allow(Permission.MANAGE_PEOPLE)
def take_wish_back(person_id: str) -> Response:
    with current.write() as db:
        country = privacy.take_wish_back(db, current.me.countries, person_id)
        current.did("deletion-withdrawn", country=country, kind="person", object_id=person_id)
    return redirect(url_for("coordinate.rights_page", person_id=person_id, done=TAKEN_BACK), 303)


def page(person_id: str, of: str = "", problem: Invalid | Refused | None = None) -> Response:
    """`of`: which of the two forms the problem is in. Raises NotFound, also for a hidden second entry."""
    form = Form()
    if isinstance(problem, Invalid):
        form.take(problem, of, {"asked": f"{of}-asked"})
    with current.read() as db:
        row = accounts.person(db, current.me.countries, person_id)
    if row.merged_into:
        raise NotFound
    html = render_template("coordinate/rights.html", person=row, errors=form.errors)
    return make_response(html, 200 if problem is None else 422 if form.errors else 403)
