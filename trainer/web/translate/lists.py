"""The catalogs of somebody's languages, and the passages of one of them, a page at a time."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

from flask import render_template, request, url_for
from markupsafe import Markup

from trainer.access import Permission, locales_of
from trainer.content.places import titles
from trainer.content.workbench import STATES as ORDER
from trainer.content.workbench import Row
from trainer.languages.registry import LANGUAGES
from trainer.services import catalogs, passage_comments, translation_editions
from trainer.services.catalogs import Broken, Line
from trainer.web.guard import allow
from trainer.web.jinja import in_order, translated
from trainer.web.state import current
from trainer.web.translate.routes import Filter, blueprint, may_review, own_name, seen_for, title_of
from trainer.web.translate.words import STATES

ON_A_PAGE = 50


class Module(NamedTuple):
    """One module in the list, in one language."""

    line: Line
    total: int
    ready: int


class Problem(NamedTuple):
    slug: str
    sentence: Markup


class Language(NamedTuple):
    tag: str
    modules: list[Module]
    problems: list[Problem]


@blueprint.get("/")
@allow(Permission.TRANSLATE)
def catalog_list() -> str:
    """Every module in every language that the person holds."""
    held = locales_of(current.me, Permission.TRANSLATE)
    tags = [tag for tag in LANGUAGES if tag in held]
    with current.read() as db:
        lines = catalogs.lines(db, current.desk, tags)
    languages = [_language(tag, [line for line in lines if line.tag == tag]) for tag in tags]
    return render_template("translate/catalogs.html", languages=languages, states=STATES)


def _language(tag: str, lines: Iterable[Line | Broken]) -> Language:
    modules, problems = [], []
    for line in lines:
        if isinstance(line, Broken):
            sentence = translated(line.problem.sentence, **line.problem.params)
            problems.append(Problem(line.slug, sentence))
        else:
            total = sum(line.counts.values())
            modules.append(Module(line, total, line.counts["reviewed"]))
    return Language(tag, in_order(modules, lambda one: one.line.title), problems)


class Shown(NamedTuple):
    """One passage in the list."""

    row: Row
    url: str
    unit: str
    heading: str
    comments: int


@blueprint.get("/<slug>/<tag>")
@allow(Permission.TRANSLATE)
def module(slug: str, tag: str) -> str:
    """A page of passages, by the filter in the address."""
    asked = Filter.asked()
    with current.read() as db:
        seen = seen_for(db, slug, tag)
        open_comments = passage_comments.open_comments(db, slug, tag)
    found = asked.rows(seen)
    pages = max(1, -(-len(found) // ON_A_PAGE))
    page = min(max(request.args.get("page", 1, type=int), 1), pages)
    at: dict[str, Any] = {"slug": slug, "tag": tag}
    shown = []
    for row in found[(page - 1) * ON_A_PAGE : page * ON_A_PAGE]:
        place = seen.places.of(row.context)
        url = url_for("translate.passage", **at, digest=row.digest, **asked.address())
        shown.append(Shown(row, url, place.unit, place.heading, open_comments.get(row.context, 0)))
    addresses = [url_for("translate.module", **at, **asked.address(), page=number) for number in range(1, pages + 1)]
    return render_template(
        "translate/module.html",
        **at,
        title=title_of(seen),
        plain_title=seen.places.title,
        source=seen.module.source,
        counts=seen.sheet.counts,
        total=len(seen.sheet.rows),
        states=STATES,
        order=ORDER,
        units=[(ident, title, seen.module.source) for ident, title in titles(seen.module).items()],
        asked=asked,
        shown=shown,
        found=len(found),
        first=(page - 1) * ON_A_PAGE + 1,
        page=page,
        addresses=addresses,
        waiting=len(seen.sheet.edits),
        may_publish=translation_editions.may_publish(current.me, tag) and seen.folder.edition_id is not None,
        may_review=may_review(tag),
        open_comments=sum(open_comments.values()),
        language=own_name(tag),
    )
