"""Signing a country's words by name, who signed before, and taking a signature back."""

from __future__ import annotations

from typing import NamedTuple

from flask import Response, make_response, redirect, render_template, request, url_for
from markupsafe import Markup
from werkzeug.wrappers import Response as BaseResponse

from trainer.access import Permission
from trainer.services import national
from trainer.services.library import NotPublishable
from trainer.services.national import Opened, SignOffRow
from trainer.services.national_words import Said, day_of, label_of
from trainer.services.problems import Conflict, Invalid, Refused
from trainer.vocabulary import N_
from trainer.web import log
from trainer.web.forms import Form
from trainer.web.guard import allow
from trainer.web.jinja import in_own_language, translated
from trainer.web.national import form
from trainer.web.national.module import ADDRESS, find, standing_of
from trainer.web.national.parts import faults_of, mine, page_of, regional, today
from trainer.web.national.routes import blueprint
from trainer.web.notices import notice
from trainer.web.state import current
from trainer.web.texts import say

SIGNED = notice("national-signed", N_("The words are signed, and learners of the country read them from now on."))
WITHDRAWN = notice(
    "national-withdrawn", N_("The sign-off is withdrawn. Learners of the country read the regional text again.")
)


class Spoken(NamedTuple):
    """What is said at one place, for the summary."""

    label: Markup
    said: Said
    is_slot: bool


class Missing(NamedTuple):
    """Something to do before signing, and where."""

    sentence: Markup
    url: str


@blueprint.get(f"{ADDRESS}/sign")
@allow(Permission.ADAPT)
def sign_page(country: str, slug: str) -> Response:
    opened, signed = find(country, slug)
    return page(country, opened, signed, Form())


@blueprint.post(f"{ADDRESS}/sign")
@allow(Permission.ADAPT)
def sign(country: str, slug: str) -> BaseResponse:
    opened, signed = find(country, slug)
    posted = Form()
    name = posted.needed("name", N_("Type your name to sign."))
    shown = regional(opened.edition, country)
    if posted.errors or faults_of(opened.edition, country, opened.words, shown):
        return page(country, opened, signed, posted, 422)
    try:
        with current.write() as db:
            national.sign(
                db,
                country,
                slug,
                shown,
                token=request.form.get("token", ""),
                edition_id=opened.edition.id if request.form.get("edition") == str(opened.edition.id) else 0,
                name=name,
                me=current.me,
                today=today(country),
                now=current.now(),
            )
    except (Conflict, Invalid, Refused) as problem:
        posted.take(problem, "name")
        opened, signed = find(country, slug)
        return page(country, opened, signed, posted, 422 if isinstance(problem, Invalid) else 409)
    except NotPublishable as problem:
        return page(country, opened, signed, posted, 422, unpublishable=problem)
    log.event("national-signed", id=current.request_id)
    return redirect(url_for("national.sign_page", country=country, slug=slug, done=SIGNED), 303)


@blueprint.post(f"{ADDRESS}/withdraw")
@allow(Permission.ADAPT)
def withdraw(country: str, slug: str) -> BaseResponse:
    mine(country)
    try:
        with current.write() as db:
            national.withdraw(db, country, slug, me=current.me, now=current.now())
    except (Conflict, NotPublishable) as problem:
        posted = Form()
        if isinstance(problem, Conflict):
            posted.take(problem, "main")
        opened, signed = find(country, slug)
        unpublishable = problem if isinstance(problem, NotPublishable) else None
        return page(country, opened, signed, posted, 409, unpublishable=unpublishable)
    log.event("national-withdrawn", id=current.request_id)
    return redirect(url_for("national.sign_page", country=country, slug=slug, done=WITHDRAWN), 303)


def page(
    country: str, opened: Opened, signed: list[SignOffRow], posted: Form, status: int = 200, *,
    unpublishable: NotPublishable | None = None,
) -> Response:  # fmt: skip
    edition, words = opened.edition, opened.words
    shown = regional(edition, country)
    found = faults_of(edition, country, words, shown)
    fields = form.shown(shown, country, words, found, page_of(shown, edition.id, country)).fields
    back = url_for("national.module", country=country, slug=edition.module)
    missing = [Missing(form.with_place(one, shown.source), f"{back}#{form.field_of(one, fields)}") for one in found]
    if unpublishable is not None:
        posted.errors["main"] = translated(unpublishable.sentence)
    html = render_template(
        "national/sign.html",
        country=country,
        slug=edition.module,
        title=say(current.shelf.module(edition.id, current.locale).title),
        edition=edition,
        source=shown.source,
        errors=posted.errors,
        form=posted,
        token=opened.token,
        words=words,
        day_of=day_of,
        spoken=[
            Spoken(in_own_language(label_of(target), shown.source), said, target not in shown.targets)
            for target, said in words.said.items()
            if said.filled
        ],
        missing=missing,
        problems=[str(one) for one in unpublishable.diagnostics if one.severity == "error"] if unpublishable else [],
        signed=signed,
        standing=standing_of(opened, country, signed),
        drafted=opened.saved_at is not None,
    )
    return make_response(html, status)
