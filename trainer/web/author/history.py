"""What a file was before: the list, the difference between two versions, and going back to one."""

from __future__ import annotations

from typing import NamedTuple

from flask import Response, make_response, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as BaseResponse

from trainer.access import Permission
from trainer.content.differences import Line, compare
from trainer.content.inline import words
from trainer.services import desk, editions, history, module_files
from trainer.services.history import Version
from trainer.services.problems import NotFound
from trainer.vocabulary import N_
from trainer.web import log
from trainer.web.author.pages import REFUSALS, by, check_may_change, status_of
from trainer.web.author.routes import blueprint, written
from trainer.web.forms import Form
from trainer.web.guard import allow
from trainer.web.jinja import moment_text
from trainer.web.notices import notice
from trainer.web.state import current

RESTORED = notice("file-restored", N_("The file is as it was then. What it was before is in the history."))

HOW = {
    "typed": N_("written"),
    "added": N_("added"),
    "imported": N_("imported"),
    "restored": N_("brought back"),
    "renamed": N_("renamed"),
    "deleted": N_("deleted"),
    "published": N_("published"),
    "discarded": N_("draft thrown away"),
    "edition": N_("published"),
}
LONGEST = 400_000
"""Bytes of a text up to which two versions are compared."""
MOST_LINES = 2000
"""Lines of a comparison that are shown."""


class Comparison(NamedTuple):
    old: Version
    new: Version
    lines: list[Line]
    is_text: bool
    is_large: bool
    is_cut: bool


@blueprint.get("/modules/<slug>/history/<path:path>")
@allow(Permission.READ_DRAFTS)
def file_history(slug: str, path: str) -> Response:
    return _page(slug, path, Form())


@blueprint.post("/modules/<slug>/history/<path:path>")
@allow(Permission.AUTHOR)
def restore_file(slug: str, path: str) -> BaseResponse:
    form = Form()
    try:
        check_may_change(path)
        with current.write() as db:
            module_files.restore(db, slug, path, form.raw("version"), seen=form.raw("seen"), by=by(), now=current.now())
    except REFUSALS as problem:
        form.take(problem, "versions")
        return _page(slug, path, form, status_of(problem))
    log.event("file-restored", id=current.request_id, module=slug)
    return redirect(url_for("author.file_history", slug=slug, path=path, done=RESTORED), 303)


def _page(slug: str, path: str, form: Form, status: int = 200) -> Response:
    with current.read() as db:
        folder = desk.folder(db, slug)
        found = history.versions(db, slug, path)
        if not found:
            raise NotFound
        pair = _pair(found)
        compared = _compared(db, pair) if pair else None
        module = current.desk.check(db, folder).module
    title = written(words(module.title.content), module.source) if module else slug
    html = render_template(
        "author/history.html", slug=slug, title=title, path=path, versions=found, seen=folder.manifest.get(path, ""),
        compared=compared, how=HOW, form=form, errors=form.errors, is_picture=path.startswith("media/"),
        most=history.MOST_LISTED, choices=[(one.key, f"{moment_text(one.at)} · {one.by}", "") for one in found],
    )  # fmt: skip
    return make_response(html, status)


def _pair(found: list[Version]) -> tuple[Version, Version] | None:
    """The versions that the address asks to compare, the older first; None: none, or one and the same."""
    keys = request.args.get("old", ""), request.args.get("new", "")
    if not all(keys):
        return None
    at = sorted((found.index(history.version(found, key)) for key in keys), reverse=True)
    return (found[at[0]], found[at[1]]) if at[0] != at[1] else None


def _compared(db: Session, pair: tuple[Version, Version]) -> Comparison:
    old, new = pair
    is_text = old.path.endswith((".md", ".po"))
    is_large = max(old.size, new.size) > LONGEST
    lines = compare(_text(db, old), _text(db, new)) if is_text and not is_large else []
    return Comparison(old, new, lines[:MOST_LINES], is_text, is_large, len(lines) > MOST_LINES)


def _text(db: Session, version: Version) -> str:
    return "" if version.sha256 is None else editions.blob(db, version.sha256).decode("utf-8", "replace")
