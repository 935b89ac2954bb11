"""A country's words for one module: the form, and saving it."""

from __future__ import annotations

from datetime import date

from flask import Response, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from trainer.access import Permission
from trainer.content.model import Module
from trainer.services import national
from trainer.services.national import Opened, SignOffRow
from trainer.services.national_words import Words, day_of, label_of, unusable
from trainer.services.problems import Conflict, NotFound
from trainer.vocabulary import N_
from trainer.web import log
from trainer.web.guard import allow
from trainer.web.national import form
from trainer.web.national.parts import faults_of, mine, page_of, regional, today
from trainer.web.national.routes import blueprint
from trainer.web.notices import notice
from trainer.web.state import current
from trainer.web.texts import say

SAVED = notice("national-saved", N_("Your words are saved. Learners see them once they are signed."))
DISCARDED = notice("national-discarded", N_("The words that were not signed are thrown away."))

ADDRESS = "/<country>/<slug>"
NEXT = {"preview": "national.preview", "sign": "national.sign_page"}
"""What a button asks for after saving → where it leads."""


def find(country: str, slug: str) -> tuple[Opened, list[SignOffRow]]:
    """Raises NotFound for a foreign country, and for a module that was never published."""
    mine(country)
    with current.read() as db:
        return national.open_words(db, country, slug), national.sign_offs(db, country, slug)


@blueprint.get(ADDRESS)
@allow(Permission.ADAPT)
def module(country: str, slug: str) -> Response:
    opened, signed = find(country, slug)
    return form_page(country, opened, signed, opened.words)


@blueprint.post(ADDRESS)
@allow(Permission.ADAPT, keep=True)
def save(country: str, slug: str) -> BaseResponse:
    opened, signed = find(country, slug)
    posted = form.posted(regional(opened.edition, country), country, opened.words)
    if any(unusable(posted.words)):
        return form_page(country, opened, signed, posted.words, token=request.form.get("token", ""), status=422)
    try:
        with current.write() as db:
            national.save(
                db,
                country,
                slug,
                posted.words,
                token=request.form.get("token", ""),
                bases=_bases_seen(opened),
                seen=posted.seen,
                by=current.me.full_name,
                now=current.now(),
            )
    except Conflict:
        opened, signed = find(country, slug)
        return form_page(country, opened, signed, posted.words, theirs=opened.words, status=409)
    log.event("national-saved", id=current.request_id)
    then = NEXT.get(request.form.get("then", ""), "national.module")
    return redirect(url_for(then, country=country, slug=slug, done=SAVED), 303)


def _bases_seen(opened: Opened) -> dict[str, str]:
    """Digests of the edition that the form showed, so that nobody confirms what they have not read."""
    text = request.form.get("edition", "")
    edition_id = int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else opened.edition.id
    if edition_id == opened.edition.id:
        return dict(current.shelf.module(edition_id).bases)
    try:
        seen = current.shelf.module(edition_id)
    except NotFound:
        return {}
    return dict(seen.bases) if seen.slug == opened.edition.module else {}


@blueprint.post(f"{ADDRESS}/discard")
@allow(Permission.ADAPT)
def discard(country: str, slug: str) -> BaseResponse:
    find(country, slug)
    with current.write() as db:
        national.discard(db, country, slug)
    log.event("national-discarded", id=current.request_id)
    return redirect(url_for("national.module", country=country, slug=slug, done=DISCARDED), 303)


def form_page(
    country: str, opened: Opened, signed: list[SignOffRow], words: Words, *, token: str | None = None,
    theirs: Words | None = None, status: int = 200,
) -> Response:  # fmt: skip
    """`words`: what the fields hold. `theirs`: what somebody else saved meanwhile."""
    edition = opened.edition
    shown = regional(edition, country)
    page = page_of(shown, edition.id, country)
    found = faults_of(edition, country, words, shown)
    old = _signed_with(signed, edition.id)
    made = form.shown(shown, country, words, found, page, old=old, theirs=theirs)
    html = render_template(
        "national/module.html",
        country=country,
        slug=edition.module,
        title=say(current.shelf.module(edition.id, current.locale).title),
        edition=edition,
        source=shown.source,
        shown=made,
        errors=made.errors,
        words=words,
        opened=opened,
        token=opened.token if token is None else token,
        standing=standing_of(opened, country, signed),
        conflict=theirs is not None,
        defaults=_defaults(words, country),
        moves=[(target, label_of(target)) for target in made.fields if target in shown.bases],
    )
    return make_response(html, status)


def standing_of(opened: Opened, country: str, signed: list[SignOffRow]) -> national.Standing:
    last = next((row for row in signed if row.withdrawn_at is None), None)
    return national.standing(
        current.shelf.module(opened.edition.id),
        country,
        opened.published,
        opened.words if opened.saved_at else None,
        today=today(country),
        signed_on=last.signed_at.date() if last else None,
    )


def _signed_with(signed: list[SignOffRow], newest: int) -> Module | None:
    """The regional text that the latest sign-off was made with, if there is a newer one."""
    if not signed or signed[0].edition_id == newest:
        return None
    return current.shelf.module(signed[0].edition_id)


def _defaults(words: Words, country: str) -> dict[str, str]:
    """What the signature's fields begin with: the signer's name, and a year until the next check."""
    begin = day_of(words.checked_on) or today(country)
    return {
        "confirmed_by": words.confirmed_by or current.me.full_name,
        "checked_on": words.checked_on,
        "review_by": words.review_by or year_after(begin).isoformat(),
    }


def year_after(day: date) -> date:
    try:
        return day.replace(year=day.year + 1)
    except ValueError:  # the 29th of February
        return day.replace(year=day.year + 1, day=28)
