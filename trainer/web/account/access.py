"""Signing in, up and out."""

from __future__ import annotations

from flask import Response, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from trainer.access import ENROL, OPEN, PROVE, missing
from trainer.services import accounts
from trainer.services.accounts import SignedIn, SignUp
from trainer.services.passwords import SHORTEST
from trainer.services.problems import Conflict, Invalid
from trainer.services.throttle import SignInRefused, TooManyTries
from trainer.vocabulary import AGENCY_TYPES, COUNTRIES, N_, OTHER_COUNTRY, SEXES, WORK_ROLES, country_name
from trainer.web import log, pending, sessions
from trainer.web.account.going_on import begun, going_on, remember
from trainer.web.account.routes import blueprint, circumstances, device_label
from trainer.web.account.steps import step_address, step_page
from trainer.web.forms import Form
from trainer.web.guard import between, public
from trainer.web.jinja import countries_in_order
from trainer.web.notices import notice
from trainer.web.state import current
from trainer.web.targets import at_home

WELCOME = notice("welcome", N_("Your account is ready. You are signed in."))


@blueprint.get("/sign-in")
@public
def sign_in() -> BaseResponse:
    if current.waiting is not None and current.waiting.second_step == OPEN:
        return redirect(step_address(PROVE, request.args.get("next")), 303)
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
    lacks = missing(signed_in.identity, duty=current.config.second_factor)
    if lacks:
        return half_way(signed_in, own, lacks)
    return welcome(signed_in, own, going_on(signed_in.identity.person_id, signed_in.token))


def half_way(signed_in: SignedIn, own: bool, lacks: str) -> BaseResponse:
    """The password was right; the second step follows, and what is waiting waits on."""
    current.token, current.waiting = signed_in.token, signed_in.identity
    current.identity = signed_in.identity.without_roles()
    if request.form.get(pending.FIELD):
        response: BaseResponse = step_page(lacks)
    else:
        response = redirect(step_address(lacks, request.form.get("next")), 303)
    if lacks == ENROL:
        return welcome(signed_in, own, response)
    log.event("password-right", id=current.request_id)
    # Whoever knows the password alone does not become a known device.
    return begun(response, signed_in.token)


def welcome(signed_in: SignedIn, own: bool, response: BaseResponse) -> BaseResponse:
    log.event("signed-in", id=current.request_id)
    remember(response, signed_in.device, own)
    return begun(response, signed_in.token)


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
    if current.waiting is not None:
        return ask_for_the_step(needed)
    if request.method in ("GET", "HEAD"):
        return redirect(url_for("account.sign_in", next=at_home(request.full_path.rstrip("?"))), 303)
    current.facts["problem"] = "session-ended"
    fits = needed.envelope is not None and len(needed.envelope) <= pending.LARGEST
    if needed.envelope is None:
        return redirect(url_for("account.sign_in"), 303)
    return sign_in_page(Form(), 403, envelope=needed.envelope if fits else None, lost=not fits)


def ask_for_the_step(needed: pending.SignInNeeded) -> BaseResponse:
    """As below, of somebody whose second step is missing."""
    lacks = missing(current.waiting, duty=current.config.second_factor) if current.waiting else PROVE
    if request.method in ("GET", "HEAD"):
        return redirect(step_address(lacks, request.full_path.rstrip("?")), 303)
    if needed.envelope is None or len(needed.envelope) > pending.LARGEST:
        return redirect(step_address(lacks, None), 303)
    current.identity = current.waiting.without_roles() if current.waiting else None
    return step_page(lacks, 403, envelope=needed.envelope)


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
            request_id=current.request_id,
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
        email=form.text("email"),
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
@between(PROVE, ENROL)
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
