"""The editor of one file: a plain form that saves, previews and lists problems, and all that a script adds to it."""

from __future__ import annotations

from flask import Response, jsonify, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from trainer.access import Permission
from trainer.content import merging
from trainer.services import writing
from trainer.services.problems import Conflict, Invalid, NotFound, Problem
from trainer.services.writing import Opened, Saved
from trainer.vocabulary import N_
from trainer.web.author import editor_page, problems_shown
from trainer.web.author.editor_page import LARGEST
from trainer.web.author.file_views import file_diff
from trainer.web.author.places import file_url, written_for
from trainer.web.author.routes import blueprint
from trainer.web.guard import allow
from trainer.web.jinja import translated as _
from trainer.web.notices import notice
from trainer.web.state import current
from trainer.web.uploads import up_to

SAVED = notice("saved", N_("Saved."))
TAKEN = notice("took-theirs", N_("The other person's words stay. Yours are kept in the history of this file."))
LONGEST_TEXT = 30_000
"""Characters of a file that is only shown."""


@blueprint.get("/modules/<slug>/edit/<path:path>")
@allow(Permission.AUTHOR)
def edit(slug: str, path: str) -> str | Response:
    if not writing.is_written_here(path):
        return _shown_only(slug, path)
    found = editor_page.writing_of(slug, path)
    return editor_page.page(found, found.opened.text)


@blueprint.post("/modules/<slug>/edit/<path:path>")
@allow(Permission.AUTHOR, keep=True)
@up_to(LARGEST, words=True)
def save_file(slug: str, path: str) -> BaseResponse | str | tuple[str, int]:
    """Save; or come back from the preview (`do=back`); or decide a conflict (`do=merged`, `mine`, `theirs`)."""
    if not writing.is_written_here(path):
        raise NotFound
    do, words = request.form.get("do", "save"), _words("words")
    if do == "back":
        return editor_page.page(
            editor_page.writing_of(slug, path), words, base=request.form.get("base", ""), unsaved=True
        )
    if do == "theirs":
        with current.write() as db:
            writing.set_aside(db, slug, path, _words("mine"), by=current.me.full_name, now=current.now())
        return redirect(url_for("author.edit", slug=slug, path=path, done=TAKEN), 303)
    if do == "mine":
        words = _words("mine")
    elif do == "merged" and merging.has_marks(words):
        return _conflict(slug, path, _words("mine"), merged=words, undecided=True), 422
    try:
        _save(slug, path, words)
    except Conflict:
        return _conflict(slug, path, words), 409
    except Invalid as problem:
        return editor_page.page(
            editor_page.writing_of(slug, path), words, base=request.form.get("base", ""), problem=problem
        ), 422
    return redirect(url_for("author.edit", slug=slug, path=path, done=SAVED), 303)


@blueprint.post("/modules/<slug>/autosave/<path:path>")
@allow(Permission.AUTHOR)
@up_to(LARGEST, words=True)
def autosave(slug: str, path: str) -> tuple[Response, int] | Response:
    """The same for the script, which stays on the page. With `check` the answer says what is wrong in the module."""
    if not writing.is_written_here(path):
        raise NotFound
    try:
        saved = _save(slug, path, _words("words"))
    except Conflict:
        opened = _open(slug, path)
        return jsonify(state="conflict", by=opened.saved_by), 409
    except Problem as problem:
        return jsonify(state="refused", message=_(problem.sentence, **problem.params).striptags()), 422
    answer: dict[str, object] = {"state": "saved", "base": saved.sha256}
    if request.form.get("check"):
        found = editor_page.writing_of(slug, path)
        answer["problems"] = problems_shown.plain_rows(found.problems, path)
        shown = editor_page.problems_of(found, found.opened.text)
        answer["list"] = render_template("author/problem_list.html", problems=shown["here"], path=path)
        answer["elsewhere"] = render_template("author/problems_elsewhere.html", elsewhere=shown["elsewhere"], path=path)
    return jsonify(answer)


def _words(field: str) -> str:
    """A text area's, with one kind of line end."""
    return request.form.get(field, "").replace("\r\n", "\n")


def _save(slug: str, path: str, words: str) -> Saved:
    with current.write() as db:
        return writing.save(
            db, slug, path, words, base=request.form.get("base", ""), by=current.me.full_name, now=current.now()
        )


def _open(slug: str, path: str) -> Opened:
    with current.read() as db:
        return writing.open_file(db, slug, path)


# ----------------------------------------------------------------- conflict


def _conflict(slug: str, path: str, mine: str, *, merged: str = "", undecided: bool = False) -> str:
    """Both texts beside each other, and a third that holds what both changed."""
    with current.read() as db:
        opened = writing.open_file(db, slug, path)
        base = writing.text_of(db, request.form.get("base", ""))
        module = current.desk.check(db, opened.folder).module
    # Without what both began from, every difference is for a person to decide.
    joined = merging.merge(base or "", mine, opened.text)
    return render_template(
        "author/conflict.html",
        slug=slug,
        path=path,
        module_title=editor_page.title_of(module, slug),
        mine=mine,
        opened=opened,
        merged=merged or joined.text,
        clean=joined.clean and not merged,
        undecided=undecided,
        diff=file_diff(path, opened.text.encode(), mine.encode()),
        source=module.source if module else "en",
    )


# ------------------------------------------------------------ other files


def _shown_only(slug: str, path: str) -> Response:
    """Translations and national words are read here; they are written on pages of their own."""
    if not path.endswith((".po", ".md")):
        raise NotFound
    with current.read() as db:
        opened = writing.open_file(db, slug, path)
        module = current.desk.check(db, opened.folder).module
    lines = opened.text[:LONGEST_TEXT].split("\n")
    return make_response(
        render_template(
            "author/shown.html",
            slug=slug,
            path=path,
            module_title=editor_page.title_of(module, slug),
            written_at=file_url(slug, path) if written_for(path) else "",
            lines=lines,
            line=editor_page.line_asked(),
            is_cut=len(opened.text) > LONGEST_TEXT,
            is_translation=path.startswith("translations/"),
        )
    )
