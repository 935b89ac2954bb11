"""A person's own data: see it, correct it, take it along, ask for its deletion."""

from __future__ import annotations

from flask import Response, make_response, redirect, render_template, url_for
from werkzeug.wrappers import Response as BaseResponse

from trainer.languages.registry import LANGUAGES
from trainer.services import privacy
from trainer.services import reminders as letters
from trainer.services.person_corrections import Correction
from trainer.services.problems import Invalid
from trainer.vocabulary import AGENCY_TYPES, N_, SEXES, WORK_ROLES
from trainer.web import log
from trainer.web.account.routes import blueprint
from trainer.web.data_file import as_file
from trainer.web.forms import Form
from trainer.web.guard import signed_in
from trainer.web.notices import notice
from trainer.web.state import current

CORRECTED = notice("corrected", N_("Your data is corrected."))
ASKED = notice("deletion-asked", N_("Your wish is noted. Your coordinator sees it and will carry it out."))
STOPPED = notice("reminders-stopped", N_("You get no more reminders by e-mail."))
RESUMED = notice("reminders-resumed", N_("You get reminders by e-mail again."))
WITHDRAWN = notice("deletion-withdrawn", N_("Your wish is taken back. Nothing is deleted."))


@blueprint.get("/my-data")
@signed_in
def my_data() -> str:
    with current.read() as db:
        held = privacy.my_data(db, current.me)
    return render_template(
        "account/my_data.html", held=held, person=held["person"], mails=current.config.smtp is not None,
        certificate_days=current.site.certificate_days, **_lists(),
    )  # fmt: skip


@blueprint.get("/my-data/download")
@signed_in
def download() -> Response:
    with current.read() as db:
        held = privacy.my_data(db, current.me)
    return as_file(held)


@blueprint.get("/my-data/correct")
@signed_in
def correct() -> Response:
    with current.read() as db:
        person = privacy.my_data(db, current.me)["person"]
    return correct_page(
        Form(), {name: person[name] for name in ("full_name", "agency_type", "work_role", "sex", "locale", "email")}
    )


@blueprint.post("/my-data/correct")
@signed_in
def store_correction() -> BaseResponse:
    form = Form()
    values = {
        "full_name": form.needed("full_name", N_("Enter your full name.")),
        "agency_type": form.choice("agency_type", AGENCY_TYPES, N_("Choose where you work.")),
        "work_role": form.choice("work_role", WORK_ROLES, N_("Choose what you mostly do.")),
        "sex": form.choice("sex", ("", *SEXES), N_("Choose one of these answers.")) or None,
        "locale": form.choice("locale", LANGUAGES, N_("Choose a language.")),
        "email": form.text("email") or None,
    }
    if form.errors:
        return correct_page(form, values, 422)
    try:
        with current.write() as db:
            privacy.correct(db, current.me, Correction(**values))  # type: ignore[arg-type]
    except Invalid as problem:
        form.take(problem, "full_name")
        return correct_page(form, values, 422)
    return redirect(url_for("account.my_data", done=CORRECTED), 303)


@blueprint.post("/my-data/reminders")
@signed_in
def reminders() -> BaseResponse:
    """Stop reminders by e-mail, or have them again."""
    wanted = Form().flag("wanted")
    with current.write() as db:
        if wanted:
            letters.resume(db, current.me.person_id)
        else:
            letters.stop(db, current.me.person_id, now=current.now())
    return redirect(url_for("account.my_data", done=RESUMED if wanted else STOPPED), 303)


@blueprint.post("/my-data/ask-deletion")
@signed_in
def ask_deletion() -> BaseResponse:
    with current.write() as db:
        privacy.ask_deletion(db, current.me, now=current.now())
    log.event("deletion-asked", id=current.request_id)
    return redirect(url_for("account.my_data", done=ASKED), 303)


@blueprint.post("/my-data/withdraw-deletion")
@signed_in
def withdraw_deletion() -> BaseResponse:
    with current.write() as db:
        privacy.withdraw_deletion(db, current.me)
    return redirect(url_for("account.my_data", done=WITHDRAWN), 303)


def correct_page(form: Form, values: dict[str, str | None], status: int = 200) -> Response:
    html = render_template("account/correct.html", errors=form.errors, values=values, **_lists())
    return make_response(html, status)


def _lists() -> dict[str, object]:
    return {
        "agency_types": AGENCY_TYPES,
        "work_roles": WORK_ROLES,
        "sexes": SEXES,
        "languages": [(tag, LANGUAGES[tag].name, tag) for tag in current.site.locales],
    }
