"""The page of the editor: the words, and what stands around them."""

from __future__ import annotations

from typing import NamedTuple

from flask import render_template, request, url_for
from markupsafe import Markup

from trainer.content.compiler import Check
from trainer.content.diagnostics import Diagnostic
from trainer.content.encoding import MAX_BYTES
from trainer.content.html import plain
from trainer.content.model import Module, Unit
from trainer.services import acknowledgements, writing
from trainer.services.problems import Problem
from trainer.services.writing import Opened
from trainer.vocabulary import COUNTRIES
from trainer.web.author import problems_shown, snippets
from trainer.web.author.showing import View, languages_of
from trainer.web.jinja import countries_in_order
from trainer.web.jinja import translated as _
from trainer.web.state import current
from trainer.web.texts import say

LARGEST = 8_000_000
"""Bytes of a post: more than a file may have, so that whoever pasted too much gets it back with a word about it."""


class Writing(NamedTuple):
    """What the page of the editor shows beside the words."""

    opened: Opened
    check: Check
    problems: tuple[Diagnostic, ...]
    """Of the whole module: what counts, by file and line."""


def writing_of(slug: str, path: str) -> Writing:
    with current.read() as db:
        opened = writing.open_file(db, slug, path)
        problems = acknowledgements.problems_of(db, current.desk, opened.folder)
        return Writing(opened, current.desk.check(db, opened.folder), problems.counting)


def page(found: Writing, words: str, *, base: str = "", unsaved: bool = False, problem: Problem | None = None) -> str:
    opened, module = found.opened, found.check.module
    slug, path = opened.folder.module, opened.path
    errors = {} if problem is None else {"words": _(problem.sentence, **_values(problem))}
    unit = _unit(module, path)
    pictures = tuple(name for name in opened.folder.manifest if name.startswith("media/"))
    return render_template(
        "author/edit.html",
        slug=slug,
        path=path,
        module_title=title_of(module, slug),
        words=words,
        base=base or opened.sha256,
        opened=opened,
        unsaved=unsaved,
        errors=errors,
        line=line_asked(),
        limit=MAX_BYTES,
        **problems_of(found, words),
        marked=problems_shown.plain_rows(found.problems, path),
        groups=snippets.groups(module, unit, pictures),
        languages=languages_of(opened.folder, module),
        countries=countries_in_order(COUNTRIES),
        source=module.source if module else "en",
        view=View.of(request.form),
        read_url=url_for("author.draft_preview", slug=slug, unit=path.removesuffix(".md") if unit else None),
    )


def problems_of(found: Writing, words: str) -> dict[str, list[problems_shown.Row]]:
    """What is wrong `here`, in this file, and `elsewhere` in the module."""
    rows = problems_shown.rows(found.problems, found.opened.folder.module, found.opened.path, words)
    path = found.opened.path
    return {"here": [row for row in rows if row.file == path], "elsewhere": [row for row in rows if row.file != path]}


def _values(problem: Problem) -> dict[str, object]:
    return {name: value for name, value in problem.params.items() if name != "field"}


def line_asked() -> int:
    """`?line=` of the address: where the cursor goes; 0: nowhere."""
    line = request.args.get("line", "")
    return int(line) if line.isdecimal() and len(line) < 7 else 0


def _unit(module: Module | None, path: str) -> Unit | None:
    return next((unit for unit in module.units if unit.file == path), None) if module else None


def title_of(module: Module | None, slug: str) -> str | Markup:
    return say(module.title) if module is not None and plain(module.title.content) else slug
