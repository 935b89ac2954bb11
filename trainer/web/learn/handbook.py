"""The module's handbook as a PDF: made once in a worker process, then served from disk."""

from __future__ import annotations

import logging

from flask import Response, make_response, render_template, request, send_file, url_for

from trainer.content.html import plain
from trainer.services import learn
from trainer.services.problems import SENTENCES, Refused
from trainer.vocabulary import N_
from trainer.web import log
from trainer.web.guard import public
from trainer.web.handbooks import PAPERS, Order, Paper, Unprintable
from trainer.web.learn.modules import course_now
from trainer.web.learn.present import overdue_since, say
from trainer.web.learn.routes import blueprint
from trainer.web.press import press
from trainer.web.state import current

SENTENCES["handbook-unprintable"] = N_(
    "Something in this module cannot be printed, so there is no handbook of it yet. Please tell your trainer."
)

AGAIN_AFTER = 4
"""Seconds until the waiting page looks again."""


@blueprint.get("/<locale:locale>/modules/<slug>/handbook.pdf")
@public
def handbook(slug: str) -> Response:
    course = course_now(slug)
    wanted = request.args.get("paper", "a4")
    paper: Paper = next((known for known in PAPERS if known == wanted), "a4")
    try:
        made = press().ask(_order(course, paper), lambda: _media(course.edition_id))
    except Unprintable as error:
        log.event("handbook", logging.ERROR, module=slug, edition=course.edition_number, reason=str(error))
        raise Refused("handbook-unprintable") from error
    if made is None:
        return _waiting(course, paper)
    module = course.module
    name = "-".join(part for part in (slug, module.locale, module.country, paper) if part)
    response = send_file(made, mimetype="application/pdf", download_name=f"{name}.pdf", max_age=0)
    response.headers["Content-Language"] = module.locale
    return response


def _order(course: learn.Course, paper: Paper) -> Order:
    published = course.published_at.date().isoformat()
    return Order(
        module=course.module,
        edition=course.edition_number,
        published=published,
        paper=paper,
        overdue=overdue_since(course.module) is not None,
    )


def _media(edition_id: int) -> dict[str, bytes]:
    paths = [path for path in current.shelf.files(edition_id) if path.startswith("media/")]
    return {path: current.shelf.media(edition_id, path).data for path in paths}


def _waiting(course: learn.Course, paper: Paper) -> Response:
    slug = course.module.slug
    page = render_template(
        "learn/handbook.html",
        title=say(course.module.title),
        plain_title=plain(course.module.title.content),
        module_url=url_for("learn.module", slug=slug),
        again_url=url_for("learn.handbook", slug=slug, paper=paper),
    )
    response = make_response(page, 202)
    response.headers["Refresh"] = str(AGAIN_AFTER)
    return response
