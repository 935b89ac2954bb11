"""Signing in, up and out."""

from __future__ import annotations

from flask import Response, current_app, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from trainer.services import accounts
from trainer.services.accounts import SignedIn, SignUp
from trainer.services.passwords import SHORTEST
from trainer.services.problems import Conflict, Invalid
from trainer.services.throttle import SignInRefused, TooManyTries
from trainer.vocabulary import AGENCY_TYPES, COUNTRIES, N_, OTHER_COUNTRY, SEXES, WORK_ROLES, country_name
from trainer.web import cookies, log, pending, sessions
from trainer.web.account.routes import DEVICE, DEVICE_AGE, blueprint, circumstances, device_label
from trainer.web.forms import Form
from trainer.web.guard import public, signed_in_afresh
from trainer.web.jinja import countries_in_order
from trainer.web.notices import notice
from trainer.web.state import current
from trainer.web.targets import at_home

WELCOME = notice("welcome", N_("Your account is ready. You are signed in."))
NOT_YOURS = notice(
    "not-yours", N_("The answer that was waiting belongs to somebody else's account. It was not sent from yours.")
)


@blueprint.get("/sign-in")
@public
def sign_in() -> Response:
    return sign_in_page(Form(), target=request.args.get("next"))


@blueprint.post("/sign-in")
@public
def enter() -> BaseResponse:
    form = Form()
    name = form.needed("name", N_("Enter your sign-in name."))
    secret = form.raw("secret")
    if not secret:
        form.refuse("secret", N_("Enter your password or the code on your slip."))
    if form.errors:
        return sign_in_page(form, 422)
    own = form.raw("own") == "1"
    try:
        signed_in = accounts.sign_in(
            current.store, name, secret, label=device_label(request.user_agent.string), shared_device=not own,
            **circumstances(),
        )  # fmt: skip
    except TooManyTries as problem:
        form.take(problem, "name")
        response = sign_in_page(form, 429)
        response.headers["Retry-After"] = str(problem.seconds)
        return response
    except SignInRefused as problem:
        log.event("sign-in-refused", id=current.request_id)
        form.take(problem, "name")
        return sign_in_page(form, 403)
    return welcome(signed_in, own, after_sign_in(signed_in))


def after_sign_in(signed_in: SignedIn) -> BaseResponse:
    """What was waiting is sent now; otherwise the page that was asked for, or the catalogue."""
    waiting = pending.unseal(request.form.get(pending.FIELD, ""))
    if waiting is None:
        return redirect(at_home(request.form.get("next")) or url_for("learn.home"), 303)
    if not waiting.is_for(signed_in.identity.person_id):
        return redirect(url_for("learn.home", done=NOT_YOURS), 303)
    return pending.send(current_app, waiting, signed_in.token, request)


def welcome(signed_in: SignedIn, own: bool, response: BaseResponse) -> BaseResponse:
    """Give the browser its cookies. On a device of one's own the device cookie outlives the browser's closing."""
    log.event("signed-in", id=current.request_id)
    sessions.begin(response, signed_in.token)
    cookies.put(response, DEVICE, signed_in.device, max_age=DEVICE_AGE if own else None)
    response.headers["Cache-Control"] = "no-store"
    return response


def sign_in_page(
    form: Form, status: int = 200, *, target: str | None = None, envelope: str | None = None, lost: bool = False
) -> Response:
    """The sign-in form. `envelope` waits in it; `lost`: what was posted was too large to wait."""
    html = render_template(
        "account/sign_in.html",
        errors=form.errors,
        name=form.text("name"),
        own=form.raw("own"),
        target=at_home(target or request.form.get("next")) or "",
        envelope=envelope or request.form.get(pending.FIELD, ""),
        lost=lost,
    )
    return make_response(html, status)


@blueprint.app_errorhandler(pending.SignInNeeded)
def ask_to_sign_in(needed: pending.SignInNeeded) -> BaseResponse:
    """A page for people who are signed in was asked for by somebody who is not (or no longer)."""
    if request.endpoint == "account.sign_out":
        return redirect(url_for("account.signed_out"), 303)
    if request.method in ("GET", "HEAD"):
        return redirect(url_for("account.sign_in", next=at_home(request.full_path.rstrip("?"))), 303)
    current.facts["problem"] = "session-ended"
    fits = needed.envelope is not None and len(needed.envelope) <= pending.LARGEST
    if needed.envelope is None:
        return redirect(url_for("account.sign_in"), 303)
    return sign_in_page(Form(), 403, envelope=needed.envelope if fits else None, lost=not fits)


@blueprint.get("/sign-up")
@public
def sign_up() -> Response:
    return sign_up_page(Form())


@blueprint.post("/sign-up")
@public
def join() -> BaseResponse:
    form = Form()
    person = read_person(form)
    if not person.password:
        form.refuse("password", N_("Choose a password."))
    if form.errors:
        return sign_up_page(form, 422)
    own = form.raw("own") == "1"
    try:
        signed_in = accounts.sign_up(
            current.store,
            person,
            label=device_label(request.user_agent.string),
            shared_device=not own,
            **circumstances(),
        )
    except TooManyTries as problem:
        form.take(problem, "sign_in_name")
        return sign_up_page(form, 429)
    except Conflict as problem:
        form.take(problem, "sign_in_name")
        return sign_up_page(form, 409)
    except Invalid as problem:
        form.take(problem, "full_name")
        return sign_up_page(form, 422)
    return welcome(signed_in, own, redirect(url_for("learn.home", done=WELCOME), 303))


def read_person(form: Form) -> SignUp:
    """What a person tells about themselves, errors in `form`."""
    return SignUp(
        full_name=form.needed("full_name", N_("Enter your full name.")),
        sign_in_name=form.needed("sign_in_name", N_("Choose a sign-in name.")),
        password=form.raw("password"),
        country=form.choice("country", (*COUNTRIES, OTHER_COUNTRY), N_("Choose the country you work in.")),
        agency_type=form.choice("agency_type", AGENCY_TYPES, N_("Choose where you work.")),
        work_role=form.choice("work_role", WORK_ROLES, N_("Choose what you mostly do.")),
        sex=form.choice("sex", ("", *SEXES), N_("Choose one of these answers.")) or None,
        locale=current.locale,
    )


def sign_up_page(form: Form, status: int = 200) -> Response:
    html = render_template(
        "account/sign_up.html",
        errors=form.errors,
        form=form,
        countries={code: country_name(code) for code in (*countries_in_order(COUNTRIES), OTHER_COUNTRY)},
        agency_types=AGENCY_TYPES,
        work_roles=WORK_ROLES,
        sexes=SEXES,
        shortest=SHORTEST,
    )
    return make_response(html, status)


@blueprint.post("/sign-out")
@signed_in_afresh
def sign_out() -> BaseResponse:
    """Finish: the session's row is deleted, and the browser is asked to forget what it kept."""
    with current.write() as db:
        accounts.sign_out(db, current.token or "")
    log.event("signed-out", id=current.request_id)
    response = redirect(url_for("account.signed_out"), 303)
    sessions.end(response)
    return response


@blueprint.get("/signed-out")
@public
def signed_out() -> str:
    return render_template("account/signed_out.html")
