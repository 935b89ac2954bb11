"""Putting an older edition back: it becomes the draft, and is published as the next edition like any other."""

from __future__ import annotations

from flask import make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from trainer.access import Permission
from trainer.services import editions, publishing, returning
from trainer.services.problems import Conflict
from trainer.vocabulary import N_
from trainer.web.author.editions import NUMBER
from trainer.web.author.routes import blueprint
from trainer.web.guard import allow
from trainer.web.notices import notice
from trainer.web.state import current

BACK = notice("edition-put-back", N_("The older edition is the draft now. Look at what changes, then publish it."))


@blueprint.get(f"/modules/<slug>/editions/{NUMBER}/put-back")
@allow(Permission.AUTHOR)
def put_back_page(slug: str, number: int) -> BaseResponse:
    return _page(slug, number)


@blueprint.post(f"/modules/<slug>/editions/{NUMBER}/put-back")
@allow(Permission.AUTHOR)
def put_back(slug: str, number: int) -> BaseResponse:
    try:
        with current.write() as db:
            returning.put_back(
                db, editions.edition(db, slug, number), whole=request.form.get("what") != "text",
                discard=request.form.get("discard") or None, by=current.me.full_name, now=current.now(),
            )  # fmt: skip
    except Conflict:
        return _page(slug, number, status=409)
    return redirect(url_for("author.publish_page", slug=slug, done=BACK), 303)


def _page(slug: str, number: int, status: int = 200) -> BaseResponse:
    with current.read() as db:
        one, newest = editions.edition(db, slug, number), editions.edition(db, slug)
        draft, digest = publishing.draft_of(db, slug), returning.draft_digest(db, slug)
    html = render_template(
        "author/put_back.html", slug=slug, one=one, newest=newest, draft=draft, digest=digest, moved=status == 409,
        what=request.form.get("what", "whole"),
    )  # fmt: skip
    return make_response(html, status)
