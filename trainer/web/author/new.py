"""New modules: from the template, and as a copy of another."""

from __future__ import annotations

from collections.abc import Callable

from flask import Response, make_response, redirect, render_template, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as BaseResponse

from trainer.access import Permission
from trainer.services import module_files, trees
from trainer.vocabulary import N_, NO_COUNTRY
from trainer.web import log
from trainer.web.author.pages import REFUSALS, by
from trainer.web.author.routes import blueprint
from trainer.web.forms import Form
from trainer.web.guard import allow
from trainer.web.notices import notice
from trainer.web.state import current

MADE = notice("module-made", N_("The module is made, as a draft. Replace the words of the template with your own."))
COPIED = notice("module-copied", N_("The copy is made, as a draft. The first module is as it was."))


@blueprint.get("/new")
@allow(Permission.AUTHOR)
def new_module() -> Response:
    return _new_page(Form())


@blueprint.post("/new")
@allow(Permission.AUTHOR, keep=True)
def create_module() -> BaseResponse:
    form = Form()
    title = _title(form)

    def create(db: Session) -> str:
        return module_files.create(db, title, form.text("slug"), by=by(), now=current.now())

    return _made(form, create, MADE) or _new_page(form, 422)


def _title(form: Form) -> str:
    title = form.needed("title", N_("Write a title."))
    if len(title) > module_files.LONGEST_TITLE:
        form.refuse("title", N_("Make the title shorter."))
    return title


def _made(form: Form, deed: Callable[[Session], str], code: str) -> BaseResponse | None:
    """The new module's page; None, with the form's errors, when there is none."""
    if form.errors:
        return None
    try:
        with current.write() as db:
            slug = deed(db)
            current.did("module-made", country=NO_COUNTRY, kind="module", object_id=slug)
    except REFUSALS as problem:
        form.take(problem, "title")
        return None
    log.event("module-made", id=current.request_id, module=slug)
    return redirect(url_for("author.module_page", slug=slug, done=code), 303)


def _new_page(form: Form, status: int = 200) -> Response:
    return make_response(render_template("author/new.html", form=form, errors=form.errors), status)


@blueprint.get("/modules/<slug>/duplicate")
@allow(Permission.AUTHOR)
def duplicate_page(slug: str) -> Response:
    return _duplicate_page(slug, Form())


@blueprint.post("/modules/<slug>/duplicate")
@allow(Permission.AUTHOR, keep=True)
def duplicate(slug: str) -> BaseResponse:
    form = Form()
    title = _title(form)

    def copy(db: Session) -> str:
        return module_files.duplicate(db, slug, title, form.text("slug"), by=by(), now=current.now())

    return _made(form, copy, COPIED) or _duplicate_page(slug, form, 422)


def _duplicate_page(slug: str, form: Form, status: int = 200) -> Response:
    with current.read() as db:
        tree = trees.tree(db, current.desk, slug)
    return make_response(render_template("author/duplicate.html", tree=tree, form=form, errors=form.errors), status)
