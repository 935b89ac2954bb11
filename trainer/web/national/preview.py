"""The country's edition before it is signed: on the page and on paper, in each language of the module."""

from __future__ import annotations

import hashlib
import logging
from typing import NamedTuple

from flask import Response, make_response, render_template, request, send_file, url_for
from markupsafe import Markup

from trainer.access import Permission
from trainer.content.contexts import unit_of
from trainer.content.html import Page, plain, render, segments
from trainer.content.model import Module, Question, Scenario, Unit
from trainer.content.nation import slot_of
from trainer.services.editions import EditionRow
from trainer.services.problems import NotFound, Refused
from trainer.web import log
from trainer.web.guard import allow
from trainer.web.handbooks import PAPERS, Order, Paper, Unprintable
from trainer.web.national.module import ADDRESS, find
from trainer.web.national.parts import Trial, in_language, module_of, page_of, places, regional, trial
from trainer.web.national.routes import blueprint
from trainer.web.press import press
from trainer.web.state import current
from trainer.web.texts import say

AGAIN_AFTER = 4
"""Seconds until the waiting page looks again."""


class Line(NamedTuple):
    """A unit in the list."""

    slug: str
    title: Markup
    national: bool
    """Words of the country stand in it."""


class Asked(NamedTuple):
    """A question as it is only read here."""

    prompt: Markup


@blueprint.get(f"{ADDRESS}/preview")
@allow(Permission.ADAPT)
def preview(country: str, slug: str) -> str:
    opened, made, locale = _looked_at(country, slug)
    module = in_language(opened, made, locale)
    with_words = units_with(module_of(made.compiled), made)
    unit = _unit(module, with_words)
    page = page_of(module, opened.id, country)
    return render_template(
        "national/preview.html",
        country=country,
        slug=slug,
        title=say(module.title),
        lang=locale,
        languages=module.languages,
        lines=[Line(one.slug, say(one.title), one.id in with_words) for one in module.units],
        introduction="module" in with_words,
        unit=unit,
        unit_title=say(unit.title) if unit else None,
        pieces=_pieces(module, unit, page),
    )


def _looked_at(country: str, slug: str) -> tuple[EditionRow, Trial, str]:
    """The newest edition, the words in it, and the language asked for."""
    opened, _ = find(country, slug)
    shown = regional(opened.edition, country)
    asked = request.args.get("lang", "")
    locale = asked if asked in shown.languages else shown.source
    return opened.edition, trial(opened.edition, country, opened.words, shown), locale


def units_with(module: Module, made: Trial) -> set[str]:
    """Ids of the units, and `module`, in which the country's words stand."""
    filled = {target for _, _, target in made.written.places}
    found = {
        unit_of(passage.context)
        for target in filled
        if (slot := slot_of(target))
        for passage in module.passages
        if f"{{{{slot.{slot}}}}}" in passage.source
    }
    return found | {
        place.unit.id if place.unit else "module" for ident, place in places(module).items() if ident in filled
    }


def _unit(module: Module, with_words: set[str]) -> Unit | None:
    """The unit asked for, or the first with words of the country; None: the introduction."""
    asked = request.args.get("unit")
    if asked == "":
        return None
    if asked is not None:
        unit = next((one for one in module.units if one.slug == asked), None)
        if unit is None:
            raise NotFound
        return unit
    return next((one for one in module.units if one.id in with_words), module.units[0] if module.units else None)


def _pieces(module: Module, unit: Unit | None, page: Page) -> list[Markup | Asked]:
    if unit is None:
        return [Markup(render(module.introduction, page))]  # noqa: S704  escaped by the renderer
    return [
        Markup(piece) if isinstance(piece, str) else Asked(_asked(piece, page))  # noqa: S704
        for piece in segments(unit, page)
    ]


def _asked(item: Question | Scenario, page: Page) -> Markup:
    blocks = item.prompt if isinstance(item, Question) else item.steps[0].blocks
    return Markup(render(blocks, page))  # noqa: S704


@blueprint.get(f"{ADDRESS}/preview.pdf")
@allow(Permission.ADAPT)
def preview_pdf(country: str, slug: str) -> Response:
    """The handbook with the country's words as they are now."""
    edition, made, locale = _looked_at(country, slug)
    module = in_language(edition, made, locale)
    paper: Paper = next((known for known in PAPERS if known == request.args.get("paper")), "a4")
    order = Order(
        module=module,
        edition=edition.number,
        published=edition.published_at.date().isoformat(),
        paper=paper,
        variant=hashlib.sha256(made.written.text.encode()).hexdigest()[:16],
    )
    try:
        file = press().ask(order, lambda: _media(edition.id))
    except Unprintable as error:
        log.event("handbook", logging.ERROR, module=slug, edition=edition.number, reason=str(error))
        raise Refused("handbook-unprintable") from error
    if file is None:
        return _waiting(country, slug, module, paper)
    name = f"{slug}-{locale}-{country}-{paper}.pdf"
    response = send_file(file, mimetype="application/pdf", download_name=name, max_age=0)
    response.headers["Content-Language"] = locale
    return response


def _media(edition_id: int) -> dict[str, bytes]:
    paths = [path for path in current.shelf.files(edition_id) if path.startswith("media/")]
    return {path: current.shelf.media(edition_id, path).data for path in paths}


def _waiting(country: str, slug: str, module: Module, paper: Paper) -> Response:
    again = url_for("national.preview_pdf", country=country, slug=slug, lang=module.locale, paper=paper)
    html = render_template(
        "national/waiting.html",
        title=say(module.title),
        plain_title=plain(module.title.content),
        back_url=url_for("national.preview", country=country, slug=slug, lang=module.locale),
        again_url=again,
    )
    response = make_response(html, 202)
    response.headers["Refresh"] = str(AGAIN_AFTER)
    return response
