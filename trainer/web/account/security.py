"""Sessions and password of the person signed in."""

from __future__ import annotations

from flask import Response, make_response, redirect, render_template, url_for
from werkzeug.wrappers import Response as BaseResponse

from trainer.services import accounts
from trainer.services.passwords import SHORTEST
from trainer.services.problems import Invalid
from trainer.services.throttle import SignInRefused, TooManyTries
from trainer.vocabulary import N_
from trainer.web import log
from trainer.web.account.routes import blueprint, circumstances
from trainer.web.forms import Form
from trainer.web.guard import signed_in, signed_in_afresh
from trainer.web.notices import notice
from trainer.web.state import current

ENDED = notice("session-ended", N_("That session is ended."))
OTHERS_ENDED = notice("sessions-ended", N_("All your other sessions are ended."))
CHANGED = notice("password-changed", N_("Your password is changed. All your other sessions are ended."))


@blueprint.get("/sessions")
@signed_in
def sessions() -> str:
    with current.read() as db:
        rows = accounts.sessions(db, current.me, current.now(), accounts.Limits.of(current.config))
    return render_template("account/sessions.html", rows=rows)


@blueprint.post("/sessions/<session_id>/end")
@signed_in_afresh
def end_session(session_id: str) -> BaseResponse:
    with current.write() as db:
        accounts.end_session(db, current.me, session_id)
    return redirect(url_for("account.sessions", done=ENDED), 303)


@blueprint.post("/sessions/end-others")
@signed_in_afresh
def end_other_sessions() -> BaseResponse:
    with current.write() as db:
        accounts.end_all(db, current.me.person_id, but=current.me.session_id)
        current.did("sessions-ended", country=current.me.country, kind="person", object_id=current.me.person_id)
    return redirect(url_for("account.sessions", done=OTHERS_ENDED), 303)


@blueprint.get("/password")
@signed_in
def password() -> Response:
    return password_page(Form())


@blueprint.post("/password")
@signed_in_afresh
def change_password() -> BaseResponse:
    form = Form()
    if not form.raw("new"):
        form.refuse("new", N_("Enter a new password."))
    if form.errors:
        return password_page(form, 422)
    try:
        accounts.change_password(
            current.store, current.me, form.raw("old"), form.raw("new"), request_id=current.request_id,
            **circumstances(),
        )  # fmt: skip
    except SignInRefused:
        form.refuse("old", N_("This is not your present password."))
        return password_page(form, 403)
    except TooManyTries as problem:
        form.take(problem, "old")
        return password_page(form, 429)
    except Invalid as problem:
        form.take(problem, "new", {"password": "new"})
        return password_page(form, 422)
    log.event("password-changed", id=current.request_id)
    return redirect(url_for("account.sessions", done=CHANGED), 303)


def password_page(form: Form, status: int = 200) -> Response:
    return make_response(render_template("account/password.html", errors=form.errors, shortest=SHORTEST), status)
