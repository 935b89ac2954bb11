"""Everything that goes wrong becomes a page here, once: in the person's language, with what to do next.

A page says nothing about the inside: no path, statement, version or traceback. It has the request's id, which the log
has too. It is rendered without the database, so it comes even when the database is what is wrong.
"""

from __future__ import annotations

import logging
from typing import NamedTuple

from flask import Flask, Response, make_response, render_template, request
from markupsafe import Markup, escape
from werkzeug.exceptions import HTTPException

from trainer.services.problems import Conflict, Invalid, NotFound, Problem, Refused
from trainer.store.errors import StoreBusy, StoreError, StoreFull
from trainer.vocabulary import N_
from trainer.web import csrf, log, pending, uploads
from trainer.web.jinja import translated
from trainer.web.state import current


class Words(NamedTuple):
    title: str
    text: str


NOT_FOUND = Words(N_("Page not found"), N_("This page does not exist, or you may not see it."))
BROKEN = Words(
    N_("Something went wrong here"),
    N_("The fault is ours, not yours. What you had sent before is kept. Please try again in a little while."),
)
BUSY = Words(
    N_("Too busy just now"),
    N_("Nothing was lost, and nothing was half stored. Please try again in a few seconds."),
)

PAGES: dict[int, Words] = {
    400: Words(N_("This request cannot be read"), N_("Please go back, load the page again, and try once more.")),
    403: Words(N_("You may not do this"), N_("Your account does not allow this. Ask your coordinator if it should.")),
    404: NOT_FOUND,
    405: Words(N_("This page cannot be used that way"), N_("Please go back and use the buttons on the page.")),
    409: Words(N_("Somebody was faster"), N_("This was changed meanwhile. Nothing was overwritten.")),
    413: Words(
        N_("This is too large to send"),
        N_("Please go back and make it shorter. Your words are still on the page before this one."),
    ),
    415: Words(N_("This request cannot be read"), N_("Please go back, load the page again, and try once more.")),
    422: Words(N_("Something does not fit"), N_("Please go back and look at what you entered.")),
    429: Words(N_("Too many tries"), N_("Please wait a little, then try again.")),
    500: BROKEN,
    503: BUSY,
}

FULL = Words(
    N_("No space left"),
    N_("Nothing new can be stored just now, and nothing was lost. Please tell whoever runs this site."),
)
GONE = Words(N_("The register cannot be reached"), N_("Nothing was lost. Please try again in a minute."))

STORE: tuple[tuple[type[StoreError], Words, int], ...] = (
    (StoreBusy, BUSY, 5),
    (StoreFull, FULL, 60),
    (StoreError, GONE, 30),
)
"""Error of the store, what the page says, seconds to wait. The first that fits counts."""

FORGED = Words(
    N_("This form was not sent"),
    N_("It could not be checked that it comes from a page of this site. Please load the page again and send it from "
       "there. Cookies must be allowed."),
)  # fmt: skip
STALE = Words(
    N_("Please send this once more"),
    N_("You signed in again after this page was opened. Your answer is kept here; send it with the button."),
)


UPLOAD_TOO_LARGE = Words(
    N_("This is too large to send"),
    N_("Please go back and send fewer or smaller files at a time: at most %(maximum)s MB together."),
)


ABSENT = frozenset({"not-found", "attempt-unknown", "module-unknown", "unit-unknown", "question-unknown"})
"""Codes that mean it is not there, whichever way they come."""


class Forged(Exception):  # noqa: N818  named for what the form may be
    """A form without a proof that it comes from our page. `mine`: the page was made for the person signed in."""

    def __init__(self, mine: bool = False) -> None:
        super().__init__()
        self.mine = mine


def install(app: Flask) -> None:
    app.register_error_handler(Problem, _problem)
    app.register_error_handler(StoreError, _store)
    app.register_error_handler(Forged, _forged)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(Exception, _unexpected)


def _problem(error: Problem) -> Response:
    status = next(
        (status for kind, status in ((NotFound, 404), (Refused, 403), (Conflict, 409), (Invalid, 422))
         if isinstance(error, kind)),
        400,
    )  # fmt: skip
    current.facts["problem"] = error.code
    if status == 404 or error.code in ABSENT:
        # Whatever the reason: what is not there and what is not yours look the same.
        return page(404)
    return page(status, Words(PAGES[status].title, error.sentence), error.params)


def _store(error: StoreError) -> Response:
    words, seconds = next((words, seconds) for kind, words, seconds in STORE if isinstance(error, kind))
    log.event("store", logging.ERROR, id=current.request_id, kind=type(error).__name__)
    response = page(503, words, again=_can_send_again())
    response.headers["Retry-After"] = str(seconds)
    return response


def _forged(error: Forged) -> Response:
    current.facts["problem"] = "form"
    return page(403, STALE if error.mine else FORGED, again=error.mine)


def _http(error: HTTPException) -> Response:
    if error.response is not None or (error.code or 500) < 400:
        return error.get_response()  # type: ignore[return-value]
    status = error.code or 500
    response = page(status if status in PAGES else 400)
    if status == 413 and (largest := uploads.largest(request.endpoint)):
        response = page(413, UPLOAD_TOO_LARGE, {"maximum": largest // 1_000_000})
    if status == 405:
        response.headers["Allow"] = ", ".join(sorted(getattr(error, "valid_methods", None) or ()))
    return response


def _unexpected(error: Exception) -> Response:
    log.LOGGER.error("unexpected id=%s route=%s", current.request_id, request.endpoint or "-", exc_info=error)
    return page(500)


def page(
    status: int, words: Words | None = None, params: dict[str, object] | None = None, *, again: bool = False
) -> Response:
    """The page of an error. `again`: it carries what was posted, with a button to send it once more."""
    words = words or PAGES[status]
    try:
        html = render_template(
            "errors/error.html",
            status=status,
            title=words.title,
            text=translated(words.text, **(params or {})),
            error_id=current.request_id,
            fields=pending.fields_of(request) if again else None,
            proof=csrf.token() if current.identity else request.form.get(csrf.FIELD, "") if again else "",
        )
    except Exception as broken:
        log.LOGGER.error("error page failed id=%s", current.request_id, exc_info=broken)
        html = bare(words, current.request_id)
    return make_response(html, status)


def bare(words: Words, error_id: str) -> str:
    """The page when even the template of the page fails: no style, the same words, in English."""
    return Markup(
        '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{title} · Trainer</title></head>'
        "<body><main><h1>{title}</h1><p>{text}</p><p>{id}</p></main></body></html>"
    ).format(title=escape(words.title), text=escape(words.text), id=error_id)


def _can_send_again() -> bool:
    rule = current.rule
    return request.method == "POST" and rule is not None and rule.keep and request.mimetype in csrf.FORM_TYPES
