"""The end of a workshop: who came, who completed what, what the room learned, what is missing; closing it."""

from __future__ import annotations

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from trainer.access import Permission
from trainer.assessment.gain import FEWEST
from trainer.content.inline import words
from trainer.services import closing, editions, lessons, packs, workshops
from trainer.services.problems import Refused
from trainer.services.progress import overlay_of
from trainer.services.workshop_rows import found
from trainer.vocabulary import N_
from trainer.web import log
from trainer.web.coordinate.paper import PURPOSES
from trainer.web.coordinate.routes import blueprint
from trainer.web.guard import allow
from trainer.web.jinja import in_own_language
from trainer.web.notices import notice
from trainer.web.state import current

CLOSED = notice(
    "workshop-closed", N_("The workshop is closed. Whoever was at every session of a module has heard its lessons.")
)


@blueprint.get("/workshops/<workshop_id>/closing")
@allow(Permission.MANAGE_PEOPLE)
def closing_page(workshop_id: str) -> str:
    with current.read() as db:
        workshop = workshops.workshop(db, current.me.countries, workshop_id)
        found_ = closing.closing(db, current.shelf, current.me.countries, workshop_id, workshop.modules)
        published = {row.module: row for row in editions.current_editions(db) if row.module in workshop.modules}
    titles = {}
    for slug, row in published.items():
        title = current.shelf.module(row.id, current.locale, overlay_of(workshop.country)).title
        titles[slug] = in_own_language(words(title.content), title.lang)
    return render_template(
        "coordinate/closing.html", workshop=workshop, closing=found_, titles=titles, purposes=PURPOSES, fewest=FEWEST
    )


@blueprint.post("/workshops/<workshop_id>/close")
@allow(Permission.MANAGE_PEOPLE)
def close_workshop(workshop_id: str) -> BaseResponse:
    try:
        with current.write() as db:
            workshops.close(
                db, current.me.countries, workshop_id, now=current.now(),
                record_attendance=lambda session, ident, now: lessons.record_attendance(
                    session, current.shelf, ident, now
                ),
            )  # fmt: skip
    except Refused:  # it is in the bin, and its page says so
        return redirect(url_for("coordinate.closing_page", workshop_id=workshop_id), 303)
    log.event("workshop-closed", id=current.request_id)
    return redirect(url_for("coordinate.closing_page", workshop_id=workshop_id, done=CLOSED), 303)


@blueprint.post("/workshops/<workshop_id>/certificates")
@allow(Permission.MANAGE_PEOPLE)
def print_certificates(workshop_id: str) -> BaseResponse:
    """A pack of nothing but the certificates that there are."""
    with current.write() as db:
        workshop = found(db, current.me.countries, workshop_id)
        pack_id = packs.certificates(
            db, current.shelf, workshop, address=request.url_root,
            by=current.me.person_id, key=current.config.secret_key, now=current.now(),
        )  # fmt: skip
    return redirect(url_for("coordinate.pack", pack_id=pack_id), 303)
