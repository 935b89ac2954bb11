"""What came of learning: the person's own record, and the certificate."""

from __future__ import annotations

import io
from collections.abc import Collection
from datetime import datetime
from typing import NamedTuple

import segno
from flask import Response, render_template, url_for
from markupsafe import Markup

from trainer.content.html import plain
from trainer.services import follow_ups, learn, paths, reactions
from trainer.services.paths import Mine
from trainer.services.problems import SENTENCES, Refused
from trainer.vocabulary import N_, country_name
from trainer.web.guard import signed_in
from trainer.web.jinja import date_text, number_text
from trainer.web.learn.paths import path_summary, state_of
from trainer.web.learn.present import say
from trainer.web.learn.routes import blueprint
from trainer.web.learn.rules import rule_words, validity_words
from trainer.web.state import current

SENTENCES["name-unprintable"] = N_("No font has these characters of your name: %(characters)s. Print the page instead.")


class Row(NamedTuple):
    """A module in the record. Scores are shares from 0 to 1."""

    url: str
    title: Markup
    completed_at: datetime | None
    done: int
    lessons: int
    quiz: float | None
    test: float | None
    certificate_url: str | None
    in_workshop: bool
    """Begun in a room, on paper."""
    rule: Markup
    validity: Markup | None
    is_due: bool
    """To be renewed."""
    reaction_url: str | None
    """A form about it can still be handed in."""


@blueprint.get("/<locale:locale>/record")
@signed_in
def record() -> str:
    with current.read() as db:
        rows = learn.record_of(db, current.shelf, current.me, locale=current.locale)
        cards = learn.catalogue(db, current.shelf, current.me, locale=current.locale, past=True)
        mine = paths.mine(db, current.shelf.paths, current.me)
        offers = {one.module for one in reactions.offered(db, current.me, now=current.now())}
        wants_none = follow_ups.wants_none(db, current.me)
    state = state_of(mine, cards)
    shown = [_row(row, mine, offers) for row in rows]
    path = path_summary(state) if state else None
    return render_template("learn/record.html", rows=shown, path=path, wants_none=wants_none)


def _row(row: learn.RecordRow, mine: Mine, offers: Collection[str]) -> Row:
    validity = paths.validity_in(
        mine.path, row.slug, row.completion, row.rule, country=current.me.country, now=current.now()
    )
    return Row(
        url=url_for("learn.module", slug=row.slug),
        title=say(row.title),
        completed_at=row.completed_at,
        done=row.lessons_done,
        lessons=row.lessons,
        quiz=None if row.quiz is None else row.quiz / 100,
        test=None if row.test is None else row.test / 100,
        certificate_url=url_for("learn.certificate", slug=row.slug) if row.certificate else None,
        in_workshop=row.mode == "workshop",
        rule=rule_words(row.rule),
        validity=validity_words(validity, row.rule) if validity else None,
        is_due=validity is not None and validity.state != "current",
        reaction_url=url_for("learn.reaction", slug=row.slug) if row.slug in offers else None,
    )


def _certificate(slug: str) -> learn.CertificateView:
    with current.read() as db:
        return learn.certificate(db, current.shelf, current.me, slug, locale=current.locale)


@blueprint.get("/<locale:locale>/modules/<slug>/certificate")
@signed_in
def certificate(slug: str) -> str:
    view = _certificate(slug)
    return render_template(
        "learn/certificate.html",
        certificate=view,
        title=say(view.title),
        plain_title=plain(view.title.content),
        module_url=url_for("learn.module", slug=slug),
        qr_url=url_for("learn.certificate_code", slug=slug),
        pdf_url=url_for("learn.certificate_pdf", slug=slug),
        check_url=url_for("check.result", code=view.code),
        check_address=url_for("check.anywhere", _external=True),
    )


@blueprint.get("/<locale:locale>/modules/<slug>/certificate.pdf")
@signed_in
def certificate_pdf(slug: str) -> Response:
    """The same as a pack has it: one page, made in some ten milliseconds."""
    # Typesetting is heavy to import, and most processes never print a certificate.
    from trainer.printing.certificates import Certificate, one_certificate
    from trainer.printing.labels import Sentence, labels
    from trainer.typeset.faces import MissingGlyph

    view, locale = _certificate(slug), current.locale
    made = Certificate(
        name=view.name,
        title=Sentence(plain(view.title.content), view.title.lang),
        locale=locale,
        date=date_text(view.completed_at),
        edition=view.edition_number,
        country=current.words.gettext(country_name(view.country)),
        code=view.code,
        address=url_for("check.anywhere", code=view.code, _external=True),
        hours=number_text(round(view.minutes / 60, 1)) if view.minutes else "",
    )
    try:
        data = one_certificate(made, labels(current.words))
    except MissingGlyph as error:
        raise Refused("name-unprintable", characters=error.characters) from error
    response = Response(data, mimetype="application/pdf")
    response.headers["Content-Disposition"] = f'attachment; filename="{slug}-{view.code}.pdf"'
    return response


@blueprint.get("/<locale:locale>/modules/<slug>/certificate.svg")
@signed_in
def certificate_code(slug: str) -> Response:
    """The QR code of the certificate's check page: black on white with a quiet zone, whatever the theme."""
    address = url_for("check.anywhere", code=_certificate(slug).code, _external=True)
    drawing = io.BytesIO()
    segno.make(address, error="m", micro=False).save(
        drawing, kind="svg", scale=4, border=4, light="#FFFFFF", xmldecl=False, svgclass=None, lineclass=None
    )
    return Response(drawing.getvalue(), mimetype="image/svg+xml")
