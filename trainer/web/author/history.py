"""What a file was before: the list, the difference between two versions, and going back to one."""

from __future__ import annotations

from typing import NamedTuple

from flask import Response, make_response, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as BaseResponse

from trainer.access import Permission
from trainer.content.inline import words
from trainer.services import desk, editions, history, module_files
from trainer.services.history import Version
from trainer.services.problems import NotFound
from trainer.vocabulary import N_
from trainer.web import log
from trainer.web.author.file_views import FileDiff, file_diff
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
    "aside": N_("put aside for another person's version"),
    "kept": N_("kept"),
}


class Compared(NamedTuple):
    old: Version
    new: Version
    diff: FileDiff


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


def _compared(db: Session, pair: tuple[Version, Version]) -> Compared:
    old, new = pair
    return Compared(old, new, file_diff(new.path, _data(db, old), _data(db, new)))


def _data(db: Session, version: Version) -> bytes | None:
    return None if version.sha256 is None else editions.blob(db, version.sha256)
