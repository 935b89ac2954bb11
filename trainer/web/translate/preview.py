"""A passage in its place, with everything that was saved: on the page that learners will read, and on paper."""

from __future__ import annotations

from concurrent.futures import BrokenExecutor, ProcessPoolExecutor
from concurrent.futures import TimeoutError as NotYet
from dataclasses import replace
from multiprocessing import get_context
from typing import Any

from flask import Response, current_app, make_response, render_template, url_for
from markupsafe import Markup

from trainer.access import Permission
from trainer.content.html import Page, render, render_footnotes
from trainer.content.inline import words
from trainer.content.model import Inline, Module, Passage, Text
from trainer.content.spelled import spelled_out
from trainer.content.workbench import Row
from trainer.printing.excerpt import Excerpt
from trainer.services import desk, editions, translations
from trainer.services.catalogs import Seen
from trainer.services.problems import SENTENCES, NotFound, Refused
from trainer.services.shelf import Cache
from trainer.vocabulary import N_
from trainer.web.guard import allow
from trainer.web.handbooks import Unprintable
from trainer.web.state import current
from trainer.web.texts import labels, say
from trainer.web.translate.routes import Filter, blueprint, own_name, seen_for, title_of

SENTENCES["paper-unprintable"] = N_("This page cannot be printed: %(reason)s")
SENTENCES["paper-slow"] = N_("The page on paper was not ready in time. Please try again.")

PATIENCE = 20.0
"""Seconds that a request waits for its page of paper."""
MOST_PAPER = 20_000_000
"""Bytes of pictures of pages that are kept."""
_FIRST, _LAST = "\x05", "\x06"
"""Around the words of the passage until they are marked: no text has such characters."""


def _found(slug: str, tag: str, digest: str) -> tuple[Seen, Row, Module, dict[str, str]]:
    """The module in the language, and the pictures that have been published: path → address."""
    with current.read() as db:
        seen = seen_for(db, slug, tag)
        row = seen.sheet.by_digest.get(digest)
        if row is None:
            raise NotFound
        module = translations.localized_with_pending(db, current.desk, seen.folder, tag)
        edition = seen.folder.edition_id
        published = editions.slug_and_manifest(db, edition)[1] if edition is not None else {}
    media = {
        path: url_for("learn.media", edition_id=edition, path=path.removeprefix("media/"))
        for path, sha256 in seen.folder.manifest.items()
        if path.startswith("media/") and published.get(path) == sha256
    }
    return seen, row, module, media


@blueprint.get("/<slug>/<tag>/passage/<digest>/preview")
@allow(Permission.TRANSLATE)
def preview(slug: str, tag: str, digest: str) -> str:
    """The whole unit, questions with all they say, the passage marked."""
    seen, row, module, media = _found(slug, tag, digest)
    wanted = (row.context, row.source)
    unit = next((one for one in module.units if one.id == row.unit), None)
    page = _page(module, media)
    if unit is not None:
        unit = spelled_out(unit)
        title, blocks, notes = unit.title, _marked(unit.blocks, wanted), _marked(unit.notes, wanted)
    else:
        title, blocks, notes = module.title, _marked(module.introduction, wanted), _marked(module.notes, wanted)
    html = (render(blocks, page) + render_footnotes(notes, page)).replace(_FIRST, '<mark id="here">', 1)
    html = html.replace(_FIRST, "<mark>").replace(_LAST, "</mark>")
    at = {"slug": slug, "tag": tag, "digest": digest}
    return render_template(
        "translate/preview.html",
        at=at,
        here=at | Filter.asked().address(),
        filter=Filter.asked().address(),
        title=title_of(seen),
        language=own_name(tag),
        tag=tag,
        heading=say(title),
        text=Markup(html),  # noqa: S704  escaped by the renderer
        is_shown="<mark" in html,
        words=next((words(one.content) for one in module.passages if (one.context, one.source) == wanted), ""),
        state=next((one.state for one in module.passages if (one.context, one.source) == wanted), "missing"),
    )


def _page(module: Module, media: dict[str, str]) -> Page:
    def link(href: str) -> str:
        if href.startswith("term:"):
            return url_for("learn.glossary", _anchor=href.removeprefix("term:"))
        unit, _, anchor = href.partition("#")
        # Other units are not on this page, and their own previews are found by their passages.
        return f"#{anchor}" if anchor or not unit else "#text"

    return Page(module.locale, labels(module.locale), link, lambda path: media.get(path, ""))


def _marked(node: Any, wanted: tuple[str, str]) -> Any:
    """The same tree with marks around the words of the passage. A picture's description is no place for marks."""
    if isinstance(node, Passage):
        if (node.context, node.source) != wanted or node.plain:
            return node
        content: tuple[Inline, ...] = (Text(_FIRST), *node.content, Text(_LAST))
        return node._replace(content=content)
    if isinstance(node, tuple):
        made = [_marked(part, wanted) for part in node]
        return type(node)(*made) if hasattr(node, "_fields") else tuple(made)
    return node


# ------------------------------------------------------------------------- paper


@blueprint.get("/<slug>/<tag>/passage/<digest>/paper.png")
@allow(Permission.TRANSLATE)
def paper(slug: str, tag: str, digest: str) -> Response:
    """The page of the handbook on which the passage stands; of the facilitator's guide, where only that has it."""
    seen, row, module, _ = _found(slug, tag, digest)
    made = _kept().get((*seen.key, seen.folder.digest, digest), lambda: _made(seen, row, module))
    response = make_response(made.png)
    response.mimetype = "image/png"
    return response


def _kept() -> Cache[tuple[str, ...], Excerpt]:
    kept: Cache[tuple[str, ...], Excerpt] = current_app.extensions.setdefault(
        "trainer-excerpts", Cache(MOST_PAPER, lambda one: len(one.png))
    )
    return kept


def _made(seen: Seen, row: Row, module: Module) -> Excerpt:
    with current.read() as db:
        files = desk.files(db, seen.folder)
    media = {path: data for path, data in files.items() if path.startswith("media/")}
    unit = row.unit if any(one.id == row.unit for one in module.units) else ""
    try:
        return _workers().submit(draw, _lean(module, unit), unit, row.context, row.source, media).result(PATIENCE)
    except Unprintable as error:
        raise Refused("paper-unprintable", reason=str(error)) from error
    except NotYet as error:
        raise Refused("paper-slow") from error
    except BrokenExecutor as error:
        current_app.extensions.pop("trainer-excerpt-worker", None)  # The next request gets another process.
        raise Refused("paper-slow") from error


def _lean(module: Module, unit: str) -> Module:
    """Only what is drawn travels to the other process."""
    return replace(module, passages=(), units=tuple(one for one in module.units if one.id == unit))


def _workers() -> ProcessPoolExecutor:
    """A process of its own: drawing must not hold up other people's pages, and its library is not made for threads."""
    known = current_app.extensions.get("trainer-excerpt-worker")
    if not isinstance(known, ProcessPoolExecutor):
        known = ProcessPoolExecutor(max_workers=1, mp_context=get_context("spawn"))
        current_app.extensions["trainer-excerpt-worker"] = known
    return known


def draw(module: Module, unit: str, context: str, source: str, media: dict[str, bytes]) -> Excerpt:
    """Runs in the worker process. Raises Unprintable."""
    from trainer.printing.excerpt import excerpt
    from trainer.printing.options import PrintOptions
    from trainer.printing.product import NothingToPrint
    from trainer.typeset.faces import MissingGlyph
    from trainer.typeset.pictures import BadPicture

    try:
        return excerpt(module, unit, context, source, PrintOptions(media=media))
    except (BadPicture, MissingGlyph, NothingToPrint) as error:
        raise Unprintable(str(error)) from error
