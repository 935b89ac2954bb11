"""A module that is being written, as learners would see it: by the renderer, the templates and the style of theirs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from typing import Any, NamedTuple
from urllib.parse import quote

from flask import render_template, url_for
from markupsafe import Markup

from trainer.assessment import present
from trainer.content.html import Media, Page, plain, render, render_footnotes, segments
from trainer.content.model import Module, Scenario, Unit
from trainer.languages.registry import LANGUAGES
from trainer.services.desk import Folder
from trainer.vocabulary import COUNTRIES
from trainer.web import fields
from trainer.web.feedback import Told, told
from trainer.web.state import current
from trainer.web.texts import labels, say


class View(NamedTuple):
    """How somebody wants to see it."""

    locale: str
    """"": the module's own language."""
    country: str | None
    facilitator: bool

    @classmethod
    def of(cls, values: Mapping[str, str]) -> View:
        """From an address or a form. What is not known is as if it had not been said."""
        locale, country = values.get("lang", ""), values.get("country", "")
        return cls(
            locale if locale in LANGUAGES else "",
            country if country in COUNTRIES else None,
            values.get("facilitator") == "1",
        )

    def address(self) -> dict[str, Any]:
        """The same for an address."""
        chosen = {"lang": self.locale, "country": self.country, "facilitator": "1" if self.facilitator else ""}
        return {name: value for name, value in chosen.items() if value}


class Asked(NamedTuple):
    """A question that nobody can answer here."""

    widget: fields.Widget
    line: int
    told: Told | None
    """Only where one reads as a facilitator."""


class Sheet(NamedTuple):
    """A unit, or the page of the module, ready for its template."""

    title: Markup
    plain_title: str
    lang: str
    kind: str
    """"": the page of the module."""
    minutes: int | None
    sensitive: Markup | None
    summary: Markup | None
    objectives: tuple[Markup, ...]
    pieces: tuple[Markup | Asked, ...]


def page_of(module: Module, sizes: Mapping[str, tuple[int, int]], view: View, *, lines: bool = False) -> Page:
    """How its texts are rendered. `sizes`: of its pictures, by path; `lines`: with marks for the editor to follow."""

    glossary = url_for("learn.glossary", locale=current.locale)
    of_unit = cache(lambda unit: address(module.slug, unit, view))

    def link(href: str) -> str:
        if href.startswith("term:"):
            return f"{glossary}#{quote(href.removeprefix('term:'))}"
        unit, hash_sign, anchor = href.partition("#")
        if not unit or "/" in unit or ":" in unit or "?" in unit:
            return href
        return f"{of_unit(unit)}{hash_sign}{anchor}"

    def media(path: str) -> str | Media:
        url = url_for("author.medium", slug=module.slug, path=path.removeprefix("media/"))
        return Media(url, *sizes[path]) if path in sizes else url

    return Page(module.locale, labels(module.locale), link, media, lines=lines)


def address(slug: str, unit: str, view: View) -> str:
    """Of the draft's page of a unit (its slug; "": of the module), seen the same way."""
    return url_for("author.draft_preview", slug=slug, unit=unit or None, **view.address())


def sheet_of_unit(unit: Unit, page: Page, *, facilitator: bool) -> Sheet:
    return Sheet(
        title=say(unit.title),
        plain_title=plain(unit.title.content),
        lang=page.locale,
        kind=unit.kind,
        minutes=unit.minutes,
        sensitive=say(unit.sensitive) if unit.sensitive else None,
        summary=None,
        objectives=(),
        pieces=tuple(_pieces(unit, page, facilitator=facilitator)),
    )


def _pieces(unit: Unit, page: Page, *, facilitator: bool) -> Iterator[Markup | Asked]:
    for piece in segments(unit, page):
        if isinstance(piece, str):
            yield Markup(piece)  # noqa: S704  escaped by the renderer
        elif isinstance(piece, Scenario) and not piece.steps:
            continue  # Its errors are told beside.
        else:
            # As in a lesson: the same order for everybody.
            widget = fields.widget(present(piece, "preview", shuffle=False), page)
            yield Asked(widget, piece.line, told(piece, page) if facilitator else None)


def sheet_of_module(module: Module, page: Page) -> Sheet:
    html = render(module.introduction, page) + render_footnotes(module.notes, page)
    return Sheet(
        title=say(module.title),
        plain_title=plain(module.title.content),
        lang=page.locale,
        kind="",
        minutes=None,
        sensitive=say(module.sensitive) if module.sensitive else None,
        summary=say(module.summary),
        objectives=tuple(say(objective.passage) for objective in module.objectives),
        pieces=(Markup(html),) if html else (),  # noqa: S704  escaped by the renderer
    )


@contextmanager
def speaking(locale: str) -> Iterator[None]:
    """The interface's words in the language of what is shown: buttons, instructions, "Content note"."""
    before, current.locale = current.locale, locale if locale in current.site.locales else current.locale
    try:
        yield
    finally:
        current.locale = before


def drawn(template: str, locale: str, **values: object) -> Markup:
    with speaking(locale):
        return Markup(render_template(template, **values))  # noqa: S704  made by a template


def the_unit(module: Module) -> Unit | None:
    """The unit of a module of one, which one file was compiled to; None: it was module.md."""
    return module.units[0] if module.units else None


def languages_of(folder: Folder, module: Module | None) -> list[str]:
    """The module's own language and those it has a catalog for."""
    if module is None:
        return []
    have = {path.removeprefix("translations/").removesuffix(".po") for path in folder.manifest if path.endswith(".po")}
    return [module.source, *(tag for tag in current.site.locales if tag in have and tag != module.source)]
