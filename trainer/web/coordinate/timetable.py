"""The sessions of a workshop: their order, days and modules."""

from __future__ import annotations

from flask import Response, make_response, redirect, render_template, url_for
from werkzeug.wrappers import Response as BaseResponse

from trainer.access import Permission
from trainer.services import timetable as parts
from trainer.services import workshops
from trainer.services.timetable import SessionForm
from trainer.services.workshops import WorkshopRow
from trainer.vocabulary import N_
from trainer.web import log
from trainer.web.coordinate.routes import blueprint
from trainer.web.coordinate.workshop_parts import REFUSALS, find, status_of, titles_in
from trainer.web.forms import Form
from trainer.web.guard import allow
from trainer.web.notices import notice
from trainer.web.state import current

ADDED = notice("session-added", N_("The session is added."))
CHANGED = notice("session-changed", N_("The session is changed."))
REMOVED = notice("session-removed", N_("The session is taken out."))
MOVED = notice("session-moved", N_("The session is moved."))


@blueprint.get("/workshops/<workshop_id>/sessions")
@allow(Permission.MANAGE_PEOPLE)
def timetable(workshop_id: str) -> Response:
    return list_page(workshop_id, Form())


@blueprint.post("/workshops/<workshop_id>/sessions")
@allow(Permission.MANAGE_PEOPLE)
def add_session(workshop_id: str) -> BaseResponse:
    find(workshop_id)
    form = Form()
    wanted = read_session(form)
    if wanted is None:
        return list_page(workshop_id, form, 422)
    try:
        with current.write() as db:
            parts.add_session(db, current.me.countries, workshop_id, wanted)
    except REFUSALS as problem:
        form.take(problem, "title")
        return list_page(workshop_id, form, status_of(problem))
    return _back(workshop_id, ADDED)


@blueprint.get("/workshops/<workshop_id>/sessions/<workshop_session>")
@allow(Permission.MANAGE_PEOPLE)
def workshop_session(workshop_id: str, workshop_session: str) -> Response:
    return session_page(workshop_id, workshop_session, Form())


@blueprint.post("/workshops/<workshop_id>/sessions/<workshop_session>")
@allow(Permission.MANAGE_PEOPLE)
def change_session(workshop_id: str, workshop_session: str) -> BaseResponse:
    form = Form()
    wanted = read_session(form)
    if wanted is None:
        return session_page(workshop_id, workshop_session, form, 422)
    try:
        with current.write() as db:
            parts.change_session(db, current.me.countries, workshop_id, workshop_session, wanted)
    except REFUSALS as problem:
        form.take(problem, "title")
        return session_page(workshop_id, workshop_session, form, status_of(problem))
    return _back(workshop_id, CHANGED)


@blueprint.post("/workshops/<workshop_id>/sessions/<workshop_session>/move")
@allow(Permission.MANAGE_PEOPLE)
def move_session(workshop_id: str, workshop_session: str) -> BaseResponse:
    form = Form()
    try:
        with current.write() as db:
            up = form.raw("move") == "up"
            parts.move_session(db, current.me.countries, workshop_id, workshop_session, up=up)
    except REFUSALS as problem:
        form.take(problem, "title")
        return list_page(workshop_id, form, status_of(problem))
    return _back(workshop_id, MOVED)


@blueprint.post("/workshops/<workshop_id>/sessions/<workshop_session>/remove")
@allow(Permission.MANAGE_PEOPLE)
def remove_session(workshop_id: str, workshop_session: str) -> BaseResponse:
    form = Form()
    try:
        with current.write() as db:
            parts.remove_session(db, current.me.countries, workshop_id, workshop_session)
    except REFUSALS as problem:
        form.take(problem, "title")
        return session_page(workshop_id, workshop_session, form, status_of(problem))
    return _back(workshop_id, REMOVED)


def _back(workshop_id: str, done: str) -> BaseResponse:
    log.event(done, id=current.request_id)
    return redirect(url_for("coordinate.timetable", workshop_id=workshop_id, done=done), 303)


def read_session(form: Form) -> SessionForm | None:
    title = form.needed("title", N_("Give the session a title."))
    held_on = form.day("held_on", N_("Enter the day."))
    if form.errors or held_on is None:
        return None
    return SessionForm(title, held_on, form.raw("module") or None)


def list_page(workshop_id: str, form: Form, status: int = 200) -> Response:
    with current.read() as db:
        row = workshops.workshop(db, current.me.countries, workshop_id)
        rows = parts.sessions(db, current.me.countries, workshop_id)
        shown = titles_in(db, current.locale)
    html = render_template(
        "coordinate/timetable.html", workshop=row, sessions=rows, form=form, errors=form.errors,
        values=_values(form, row), modules=[(slug, shown.get(slug, slug), "") for slug in row.modules],
    )  # fmt: skip
    return make_response(html, status)


def session_page(workshop_id: str, session_id: str, form: Form, status: int = 200) -> Response:
    with current.read() as db:
        row = workshops.workshop(db, current.me.countries, workshop_id)
        one = parts.session(db, current.me.countries, workshop_id, session_id)
        shown = titles_in(db, current.locale)
    html = render_template(
        "coordinate/session.html", workshop=row, session=one, errors=form.errors,
        values=_values(form, row, one), modules=[(slug, shown.get(slug, slug), "") for slug in row.modules],
    )  # fmt: skip
    return make_response(html, status)


def _values(form: Form, row: WorkshopRow, one: parts.SessionRow | None = None) -> dict[str, str]:
    """What stands in the fields: what was sent, what is stored, or nothing yet."""
    if form.raw("title") or form.raw("held_on"):
        return {name: form.text(name) for name in ("title", "held_on", "module")}
    if one is None:
        return {"title": "", "held_on": row.starts_on.isoformat(), "module": ""}
    return {"title": one.title, "held_on": one.held_on.isoformat(), "module": one.module or ""}
