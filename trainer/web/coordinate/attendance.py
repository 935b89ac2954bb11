"""Attendance: who was where, and a page of ticks for each session."""

from __future__ import annotations

from flask import Response, make_response, redirect, render_template, url_for
from werkzeug.wrappers import Response as BaseResponse

from trainer.access import Permission
from trainer.services import room, workshops
from trainer.services.problems import NotFound
from trainer.vocabulary import N_
from trainer.web import log
from trainer.web.coordinate.routes import blueprint
from trainer.web.coordinate.workshop_parts import REFUSALS, status_of
from trainer.web.forms import Form
from trainer.web.guard import allow
from trainer.web.notices import notice
from trainer.web.state import current

SAVED = notice("attendance-saved", N_("The attendance is saved. To change it, save it again."))


@blueprint.get("/workshops/<workshop_id>/attendance")
@allow(Permission.MANAGE_PEOPLE)
def attendance(workshop_id: str) -> str:
    with current.read() as db:
        row = workshops.workshop(db, current.me.countries, workshop_id)
        grid = room.attendance(db, current.me.countries, workshop_id)
    return render_template("coordinate/attendance.html", workshop=row, grid=grid)


@blueprint.get("/workshops/<workshop_id>/attendance/<workshop_session>")
@allow(Permission.MANAGE_PEOPLE)
def session_attendance(workshop_id: str, workshop_session: str) -> Response:
    return ticks_page(workshop_id, workshop_session, Form())


@blueprint.post("/workshops/<workshop_id>/attendance/<workshop_session>")
@allow(Permission.MANAGE_PEOPLE)
def store_attendance(workshop_id: str, workshop_session: str) -> BaseResponse:
    """The ticks of the people whom the page showed; who was added meanwhile keeps theirs."""
    form = Form()
    ticks = {workshop_session: numbers(form.many("present"))}
    try:
        with current.write() as db:
            if form.raw("all"):
                room.everybody(
                    db, current.me.countries, workshop_id, workshop_session, by=current.me.person_id, now=current.now()
                )
            else:
                room.set_attendance(
                    db, current.me.countries, workshop_id, ticks,
                    shown=numbers(form.many("shown")), by=current.me.person_id, now=current.now(),
                )  # fmt: skip
    except REFUSALS as problem:
        form.take(problem, "shown")
        return ticks_page(workshop_id, workshop_session, form, status_of(problem))
    log.event("attendance-saved", id=current.request_id)
    return redirect(url_for("coordinate.attendance", workshop_id=workshop_id, done=SAVED), 303)


def numbers(texts: list[str]) -> set[int]:
    """Numbers of participants; anything else is nobody's."""
    return {int(text) for text in texts if text.isascii() and text.isdigit() and len(text) <= 4}


def ticks_page(workshop_id: str, session_id: str, form: Form, status: int = 200) -> Response:
    with current.read() as db:
        row = workshops.workshop(db, current.me.countries, workshop_id)
        grid = room.attendance(db, current.me.countries, workshop_id)
    one = next((part for part in grid.sessions if part.id == session_id), None)
    if one is None:
        raise NotFound
    html = render_template(
        "coordinate/ticks.html", workshop=row, session=one, people=grid.participants, errors=form.errors,
        present=grid.present[one.id],
    )  # fmt: skip
    return make_response(html, status)
