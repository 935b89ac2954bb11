"""The public page that confirms a certificate. It tells what the paper tells, never a list, and is in no search engine.

An unknown, a mistyped and a revoked code look the same.
"""

from __future__ import annotations

import re
from typing import TypeVar

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from trainer.services import certificates
from trainer.store.scope import Scope
from trainer.vocabulary import N_
from trainer.web import locale
from trainer.web.forms import Form
from trainer.web.guard import public
from trainer.web.state import current

blueprint = Blueprint("check", __name__)

Kind = TypeVar("Kind", bound=BaseResponse)
LONGEST = 80
WITHOUT_SENSE = re.compile(r"[^0-9A-Za-z]+")


@blueprint.get("/check")
@blueprint.get("/check/<code>")
@public
def anywhere(code: str = "") -> BaseResponse:
    """The address printed on certificates: to the reader's own language."""
    return unlisted(locale.to_preferred())


@blueprint.get("/<locale:locale>/check")
@public
def check() -> BaseResponse:
    if "code" not in request.args:
        return page(Form())
    code = WITHOUT_SENSE.sub("", request.args["code"])[:LONGEST]
    if not code:
        form = Form()
        form.refuse("code", N_("Enter the code from the certificate."))
        return page(form, 422)
    return unlisted(redirect(url_for("check.result", code=code.upper()), 303))


@blueprint.get("/<locale:locale>/check/<code>")
@public
def result(code: str) -> BaseResponse:
    found = None
    if len(code) <= LONGEST:
        with current.read(Scope.system("a certificate is confirmed to whoever holds its code")) as db:
            found = certificates.check(db, current.shelf, code, now=current.now())
    html = render_template("check/result.html", found=found, certificate_days=current.site.certificate_days)
    return unlisted(make_response(html, 200 if found else 404))


def page(form: Form, status: int = 200) -> Response:
    return unlisted(make_response(render_template("check/form.html", errors=form.errors), status))


def unlisted(response: Kind) -> Kind:
    response.headers["X-Robots-Tag"] = "noindex, nofollow, noarchive"
    return response
