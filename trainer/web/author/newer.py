"""A draft that is behind: the newest edition's changes are brought in, file by file, before it is published."""

from __future__ import annotations

from typing import NamedTuple

from flask import make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from trainer.access import Permission
from trainer.services import comparing, returning
from trainer.services.problems import Conflict
from trainer.services.returning import Newer, Side
from trainer.vocabulary import N_
from trainer.web.author.file_views import FileDiff, file_diff
from trainer.web.author.routes import blueprint
from trainer.web.forms import Form
from trainer.web.guard import allow
from trainer.web.notices import notice
from trainer.web.state import current

TAKEN = notice("newer-taken", N_("The draft has the newer edition's changes now."))


class Choice(NamedTuple):
    """A file that both changed."""

    path: str
    field: str
    diff: FileDiff
    """From the draft's file to the newer edition's."""
    is_mine: bool
    """The draft has the file."""
    is_theirs: bool
    chosen: str


@blueprint.get("/modules/<slug>/publish/newer")
@allow(Permission.AUTHOR)
def newer_page(slug: str) -> BaseResponse:
    return _page(slug)


@blueprint.post("/modules/<slug>/publish/newer")
@allow(Permission.AUTHOR)
def take_newer(slug: str) -> BaseResponse:
    form, newest = Form(), request.form.get("newest", "")
    with current.read() as db:
        found = returning.newer(db, slug)
    if found is None or (found.digest, str(found.newest.id)) != (form.raw("digest"), newest):
        return _page(slug, form, status=409)
    choices: dict[str, Side] = {}
    for number, path in enumerate(found.both):
        side = form.choice(f"file-{number}", ("mine", "theirs"), N_("Choose which one the draft goes on with."))
        choices[path] = "theirs" if side == "theirs" else "mine"
    if form.errors:
        return _page(slug, form, status=422)
    try:
        with current.write() as db:
            returning.bring_in(
                db, slug, digest=found.digest, newest=found.newest.id, choices=choices, by=current.me.full_name,
                now=current.now(),
            )  # fmt: skip
    except Conflict:
        return _page(slug, form, status=409)
    return redirect(url_for("author.publish_page", slug=slug, done=TAKEN), 303)


def _page(slug: str, form: Form | None = None, status: int = 200) -> BaseResponse:
    with current.read() as db:
        found = returning.newer(db, slug)
        held = {} if found is None else comparing.many(db, [found.mine, found.theirs], found.both)
    if found is None:
        return redirect(url_for("author.publish_page", slug=slug), 303)
    choices = [_choice(number, path, found, held[path], form) for number, path in enumerate(found.both)]
    html = render_template(
        "author/newer.html", slug=slug, found=found, choices=choices, moved=status == 409,
        errors=form.errors if form is not None else {},
    )  # fmt: skip
    return make_response(html, status)


def _choice(number: int, path: str, found: Newer, held: list[bytes | None], form: Form | None) -> Choice:
    field = f"file-{number}"
    # After a conflict the list may be another one: a choice counts for the file it was made for.
    kept = form is not None and form.raw(f"path-{number}") == path
    chosen = form.raw(field) if form is not None and kept else ""
    return Choice(path, field, file_diff(path, *held), path in found.mine, path in found.theirs, chosen)
