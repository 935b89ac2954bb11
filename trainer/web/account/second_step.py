"""The second step of signing in: a code of the app, a recovery code, or a passkey."""

from __future__ import annotations

from flask import Response, redirect, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from trainer.access import PROVE, Identity
from trainer.services import factors, passkeys
from trainer.services import second_step as steps
from trainer.services.second_step import StepRefused, Taken
from trainer.services.throttle import TooManyTries
from trainer.vocabulary import N_
from trainer.web import cookies, log, sessions
from trainer.web.account.going_on import begun, going_on, remember
from trainer.web.account.routes import DEVICE, blueprint
from trainer.web.account.steps import here, question, second_step_page
from trainer.web.forms import Form
from trainer.web.guard import between, signed_in_afresh
from trainer.web.notices import notice
from trainer.web.state import current

RECOVERY_USED = notice(
    "recovery-used",
    N_("You signed in with a recovery code; it is used up now. Under My data, Second step, you see how many are left "
       "and can set up a new device."),
)  # fmt: skip


@blueprint.get("/second-step")
@between(PROVE)
def second_step() -> BaseResponse:
    with current.read() as db:
        held = factors.held(db, current.me)
    if not held.devices:
        return redirect(url_for("account.factors"), 303)
    return second_step_page(Form(), target=request.args.get("next"))


@blueprint.post("/second-step")
@between(PROVE)
def give_code() -> BaseResponse:
    form = Form()
    field = "recovery" if "recovery" in request.form else "code"
    typed = form.needed(field, N_("Enter the code."))
    if form.errors:
        return second_step_page(form, 422)
    try:
        taken = steps.by_code(current.store, who(), typed, **_circumstances())
    except (StepRefused, TooManyTries) as problem:
        return refused(problem, field)
    return done(taken)


@blueprint.post("/second-step/passkey")
@between(PROVE)
def passkey_question() -> Response:
    at = here()
    with current.write() as db:
        asked = passkeys.ask(db, who(), at, current.now())
    return question(asked)


@blueprint.post("/second-step/passkey/answer")
@between(PROVE)
def give_passkey() -> BaseResponse:
    try:
        taken = steps.by_passkey(current.store, who(), Form().raw("answer"), here(), **_circumstances())
    except (StepRefused, TooManyTries) as problem:
        return refused(problem, "passkey")
    return done(taken)


@blueprint.post("/second-step/go-on")
@signed_in_afresh
def go_on() -> BaseResponse:
    """From the page of recovery codes on to what was waiting."""
    return going_on(current.me.person_id, current.token or "")


def who() -> Identity:
    return current.waiting or current.me


def _circumstances() -> steps.Circumstances:
    return {"device": cookies.read(request, DEVICE), "now": current.now(), "key": current.config.secret_key}


def refused(problem: StepRefused | TooManyTries, field: str) -> Response:
    form = Form()
    form.take(problem, field)
    log.event("second-step-refused", id=current.request_id, why=problem.code)
    if isinstance(problem, StepRefused):
        return second_step_page(form, 403)
    response = second_step_page(form, 429)
    response.headers["Retry-After"] = str(problem.seconds)
    return response


def done(taken: Taken) -> BaseResponse:
    log.event("second-step-taken", id=current.request_id, how=taken.how)
    person_id = who().person_id
    sessions.completed(taken.token)
    response = going_on(person_id, taken.token, done=RECOVERY_USED if taken.how == "recovery" else "")
    remember(response, taken.device, not taken.shared_device)
    return begun(response, taken.token)
