"""One module: its files, and what an author does with them beside writing."""

from __future__ import annotations

from collections.abc import Callable

from flask import Response, make_response, redirect, render_template, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as BaseResponse

from trainer.access import Permission
from trainer.services import module_files, trees
from trainer.services.problems import NotFound
from trainer.vocabulary import N_
from trainer.web import log
from trainer.web.author import pages
from trainer.web.author.pages import KINDS, REFUSALS, by, check_may_change, status_of
from trainer.web.author.places import anchor
from trainer.web.author.routes import blueprint
from trainer.web.forms import Form
from trainer.web.guard import allow
from trainer.web.notices import notice
from trainer.web.state import current

ADDED = notice("unit-added", N_("The unit is added. Replace the words of the template with your own."))
MOVED = notice("unit-moved", N_("The unit is moved. Links and translations are as they were."))
RENAMED = notice("file-renamed", N_("The file has its new name. Links to it were changed, ids were not."))
DELETED = notice("file-deleted", N_("The file is deleted. You can bring it back below."))
DISCARDED = notice("draft-discarded", N_("The draft is thrown away. What was in it stays in the history of each file."))


@blueprint.get("/modules/<slug>")
@allow(Permission.READ_DRAFTS)
def module_page(slug: str) -> Response:
    return pages.module_page(slug, Form())


@blueprint.post("/modules/<slug>/units")
@allow(Permission.AUTHOR, keep=True)
def add_unit(slug: str) -> BaseResponse:
    form = Form()
    kind = form.choice("kind", KINDS, N_("Choose what to add."))
    title = form.needed("title", N_("Write a title."))
    if len(title) > module_files.LONGEST_TITLE:
        form.refuse("title", N_("Make the title shorter."))
    if form.errors:
        return pages.module_page(slug, form, 422)
    return _done(slug, form, lambda db: module_files.add_unit(db, slug, kind, title, by=by(), now=current.now()), ADDED)


@blueprint.post("/modules/<slug>/order/<path:path>")
@allow(Permission.AUTHOR)
def move_unit(slug: str, path: str) -> BaseResponse:
    step = -1 if Form().raw("move") == "up" else 1
    return _done(slug, Form(), lambda db: module_files.move(db, slug, path, step, by=by(), now=current.now()), MOVED)


@blueprint.post("/modules/<slug>/delete/<path:path>")
@allow(Permission.AUTHOR)
def delete_file(slug: str, path: str) -> BaseResponse:
    def delete(db: Session) -> str:
        check_may_change(path)
        module_files.remove(db, slug, path, seen=Form().raw("seen"), by=by(), now=current.now())
        return "gone"

    return _done(slug, Form(), delete, DELETED)


def _done(slug: str, form: Form, deed: Callable[[Session], str], code: str) -> BaseResponse:
    """Do it, and show the module: at the file that `deed` returns, or with what was wrong."""
    try:
        with current.write() as db:
            path = deed(db)
    except REFUSALS as problem:
        form.take(problem, "problem")
        return pages.module_page(slug, form, status_of(problem))
    log.event("module-changed", id=current.request_id, module=slug, what=code)
    return redirect(url_for("author.module_page", slug=slug, done=code, _anchor=anchor(path)), 303)


# ------------------------------------------------------------------- renaming


@blueprint.get("/modules/<slug>/rename/<path:path>")
@allow(Permission.AUTHOR)
def rename_page(slug: str, path: str) -> Response:
    return _rename_page(slug, path, Form())


@blueprint.post("/modules/<slug>/rename/<path:path>")
@allow(Permission.AUTHOR, keep=True)
def rename_file(slug: str, path: str) -> BaseResponse:
    form = Form()
    name = form.needed("name", N_("Write a name."))
    if form.errors:
        return _rename_page(slug, path, form, 422)
    try:
        with current.write() as db:
            target = module_files.rename(db, slug, path, name, by=by(), now=current.now())
    except REFUSALS as problem:
        form.take(problem, "name")
        return _rename_page(slug, path, form, status_of(problem))
    return redirect(url_for("author.module_page", slug=slug, done=RENAMED, _anchor=anchor(target)), 303)


def _rename_page(slug: str, path: str, form: Form, status: int = 200) -> Response:
    with current.read() as db:
        tree = trees.tree(db, current.desk, slug)
    is_unit = any(one.file.path == path for one in tree.units)
    if not is_unit and not any(one.file.path == path for one in tree.pictures):
        raise NotFound
    html = render_template(
        "author/rename.html", tree=tree, path=path, is_unit=is_unit, form=form, errors=form.errors,
        name=form.raw("name") or path.rpartition("/")[2],
    )  # fmt: skip
    return make_response(html, status)


# ------------------------------------------------------------- throwing away


@blueprint.get("/modules/<slug>/discard")
@allow(Permission.AUTHOR)
def discard_page(slug: str) -> Response:
    return _discard_page(slug, Form())


@blueprint.post("/modules/<slug>/discard")
@allow(Permission.AUTHOR)
def discard_draft(slug: str) -> BaseResponse:
    form = Form()
    if form.text("name") != slug:
        form.refuse("name", N_("Write %(slug)s to throw the draft away."), slug=slug)
        return _discard_page(slug, form, 422)
    with current.write() as db:
        is_left = module_files.discard(db, slug, by=by(), now=current.now())
    log.event("draft-discarded", id=current.request_id, module=slug)
    if is_left:
        return redirect(url_for("author.module_page", slug=slug, done=DISCARDED), 303)
    return redirect(url_for("author.module_list", done=DISCARDED), 303)


def _discard_page(slug: str, form: Form, status: int = 200) -> Response:
    with current.read() as db:
        tree = trees.tree(db, current.desk, slug)
    if not tree.has_draft:
        raise NotFound("draft-unknown")
    lost = [one for one in tree.files if one.state != "same"]
    html = render_template("author/discard.html", tree=tree, lost=lost, form=form, errors=form.errors)
    return make_response(html, status)
