"""What somebody signs in with as a second step: set up, look, take away; and the recovery codes, shown once."""

from __future__ import annotations

from flask import Response, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from trainer.access import ENROL
from trainer.services import factors as services
from trainer.services import passkeys, totp
from trainer.services.factors import Added, Stale
from trainer.services.problems import Conflict, Invalid, Refused
from trainer.vocabulary import N_
from trainer.web import log, pending, sessions
from trainer.web.account.going_on import begun, going_on
from trainer.web.account.routes import blueprint
from trainer.web.account.second_step import who
from trainer.web.account.steps import here, question, set_up_page
from trainer.web.forms import Form
from trainer.web.guard import between, signed_in, signed_in_afresh
from trainer.web.notices import notice
from trainer.web.state import current
from trainer.web.targets import at_home

ADDED = notice("second-step-added", N_("That is added. Your other sessions are ended."))
REMOVED = notice("second-step-removed", N_("That is taken away. Your other sessions are ended."))
AGAIN = notice("prove-again", N_("Prove again that it is you, then you can change how you sign in."))
LAST = notice(
    "second-step-last", N_("Your account needs a second step. Add another one before you take this one away.")
)


@blueprint.get("/second-step/mine")
@signed_in
def factors() -> str:
    with current.read() as db:
        held = services.held(db, current.me)
    return render_template("account/factors.html", held=held, most=services.RECOVERY_CODES)


@blueprint.get("/second-step/set-up")
@between(ENROL)
def set_up() -> BaseResponse:
    try:
        with current.read() as db:
            services.refuse_stale(db, who(), current.now())
    except Stale:
        return prove_again()
    return set_up_page(Form(), target=request.args.get("next"))


@blueprint.post("/second-step/set-up/app")
@between(ENROL)
def store_app() -> BaseResponse:
    form, key = Form(), current.config.secret_key
    offer = form.raw("offer")
    try:
        with current.write() as db:
            added = services.add_app(db, who(), offer, form.raw("code"), now=current.now(), key=key)
    except Stale:
        return prove_again()
    except Invalid as problem:
        form.take(problem, "code", {"offer": "code"})
        seconds = int(services.FIRST.total_seconds())
        return set_up_page(form, 422, secret=totp.accepted(offer, current.me.session_id, key, current.now(), seconds))
    return was_added(added, "app")


@blueprint.post("/second-step/set-up/passkey")
@between(ENROL)
def new_passkey() -> Response:
    at = here()
    with current.write() as db:
        asked = passkeys.ask_for_new(db, who(), at, current.now())
    return question(asked)


@blueprint.post("/second-step/set-up/passkey/answer")
@between(ENROL)
def store_passkey() -> BaseResponse:
    form, at, now = Form(), here(), current.now()
    with current.write(current.scope()) as db:  # no act yet: committed before anything is checked
        challenge = passkeys.take_question(db, who(), passkeys.ADD, now)
    try:
        with current.write() as db:
            added = passkeys.add(
                db, who(), form.raw("answer"), challenge, form.text("name"), at, now=now,
                key=current.config.secret_key,
            )  # fmt: skip
            me = who()
            current.did("second-step-added", country=me.country, kind="person", object_id=me.person_id)
    except Stale:
        return prove_again()
    except (Invalid, Conflict) as problem:
        form.take(problem, "passkey")
        return set_up_page(form, 422)
    return was_added(added, "passkey")


@blueprint.post("/second-step/recovery-codes")
@signed_in_afresh
def new_recovery_codes() -> BaseResponse:
    try:
        with current.write() as db:
            made = services.renew_recovery_codes(db, current.me, now=current.now(), key=current.config.secret_key)
    except Stale:
        return prove_again()
    log.event("recovery-codes-renewed", id=current.request_id)
    return codes_page(made)


@blueprint.post("/second-step/app/remove")
@signed_in_afresh
def remove_app() -> BaseResponse:
    try:
        with current.write() as db:
            services.remove_app(db, current.me, now=current.now())
    except Stale:
        return prove_again()
    except Refused:
        return redirect(url_for("account.factors", done=LAST), 303)
    return was_removed("app")


@blueprint.post("/second-step/passkeys/<passkey_id>/remove")
@signed_in_afresh
def remove_passkey(passkey_id: str) -> BaseResponse:
    try:
        with current.write() as db:
            services.remove_passkey(db, current.me, passkey_id, now=current.now())
    except Stale:
        return prove_again()
    except Refused:
        return redirect(url_for("account.factors", done=LAST), 303)
    return was_removed("passkey")


def was_added(added: Added, kind: str) -> BaseResponse:
    log.event("second-step-added", id=current.request_id, kind=kind)
    sessions.completed(added.token)
    if added.recovery:
        return begun(codes_page(added.recovery), added.token)
    if not request.form.get("next") and not request.form.get(pending.FIELD):
        return begun(redirect(url_for("account.factors", done=ADDED), 303), added.token)
    return begun(going_on(current.me.person_id, added.token, done=ADDED), added.token)


def was_removed(kind: str) -> BaseResponse:
    log.event("second-step-removed", id=current.request_id, kind=kind)
    return redirect(url_for("account.factors", done=REMOVED), 303)


def codes_page(made: tuple[str, ...]) -> Response:
    html = render_template(
        "account/recovery_codes.html",
        codes=made,
        target=at_home(request.form.get("next")) or "",
        envelope=request.form.get(pending.FIELD, ""),
    )
    return make_response(html)


def prove_again() -> BaseResponse:
    """To the second step once more, or to signing in where there is none yet; then back."""
    with current.read() as db:
        has_one = services.held(db, current.me).devices > 0
    endpoint = "account.second_step" if has_one else "account.sign_in"
    back = url_for("account.set_up" if request.endpoint == "account.set_up" else "account.factors")
    return redirect(url_for(endpoint, next=back, done=AGAIN), 303)
