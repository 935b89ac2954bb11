"""From compiled values to what templates show: passages as words, units as lines, pieces of text made once.

The words of a lesson are rendered once per (edition, unit, locale, country) and kept; a request only joins them.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple, TypeVar

from flask import current_app, request, url_for
from markupsafe import Markup

from trainer.content.html import Media, Page, plain
from trainer.content.model import Module, Slot, Unit
from trainer.services.shelf import Cache, bytes_of_text
from trainer.vocabulary import COUNTRIES
from trainer.web import cookies
from trainer.web.state import current
from trainer.web.texts import labels
from trainer.web.texts import say as say

Value = TypeVar("Value")
MOST_KEPT_BYTES = 16_000_000
"""Of each kind of thing, as far as it is text."""
COUNTRY = "country"
"""Purpose of the cookie that keeps an anonymous reader's country."""


class Place(NamedTuple):
    """Where a page is: its unit, its module, and the ways on from it."""

    title: Markup
    plain_title: str
    module_title: Markup
    module_plain_title: str
    module_url: str
    unit_url: str
    open_url: str
    """The unit itself, past its content note."""
    done_url: str
    break_url: str
    where: Markup = Markup()
    minutes: int | None = None
    previous_url: str | None = None
    next_url: str | None = None
    next_title: Markup | None = None


class Honesty(NamedTuple):
    """What a reader must know about the language and the country of the module shown."""

    source: str
    missing: bool
    """Nothing of it is translated into the language of the page."""
    drafted: bool
    """Translated by machine, reviewed by nobody."""
    gaps: int
    """Passages shown in the source language."""
    source_url: str
    country_open: str | None
    """Country whose edition is not issued yet."""


def country_chosen() -> str | None:
    """The country whose text this reader sees: the person's own, or the one chosen on this device."""
    code = current.identity.country if current.identity else cookies.read(request, COUNTRY)
    return code if code in COUNTRIES else None


def kept(name: str, key: tuple[object, ...], make: Callable[[], Value]) -> Value:
    """What `make` gives for an edition's `key`, made once per language, country and application.

    Nothing is ever thrown away as stale: an edition does not change, and its number means nothing elsewhere.
    """
    caches: dict[str, Cache[tuple[object, ...], Any]] = current_app.extensions.setdefault("trainer-kept", {})
    cache = caches.setdefault(name, Cache(MOST_KEPT_BYTES, bytes_of_text))
    value: Value = cache.get((*key, current.locale, country_chosen(), request.script_root), make)
    return value


def page_of(module: Module, edition_id: int, source: str = "") -> Page:
    """How the texts of one module are rendered in this request's language. `source`: the page in its own language."""

    def link(href: str) -> str:
        if href.startswith("term:"):
            return url_for("learn.glossary", _anchor=href.removeprefix("term:"))
        unit, hash_sign, anchor = href.partition("#")
        if not unit or "/" in unit or ":" in unit or "?" in unit:
            return href
        return url_for("learn.unit", slug=module.slug, unit=unit) + hash_sign + anchor

    def media(path: str) -> Media:
        medium = current.shelf.media(edition_id, path)
        url = url_for("learn.media", edition_id=edition_id, path=path.removeprefix("media/"))
        return Media(url, medium.width, medium.height)

    return Page(current.locale, labels(current.locale), link, media, source)


def place_of(
    module: Module,
    unit: Unit,
    *,
    previous: Unit | None = None,
    following: Unit | None = None,
    where: Markup | None = None,
) -> Place:
    at: dict[str, Any] = {"slug": module.slug, "unit": unit.slug}
    return Place(
        title=say(unit.title),
        plain_title=plain(unit.title.content),
        module_title=say(module.title),
        module_plain_title=plain(module.title.content),
        module_url=url_for("learn.module", slug=module.slug),
        unit_url=url_for("learn.unit", **at),
        open_url=url_for("learn.unit", **at, open=1) if unit.sensitive else url_for("learn.unit", **at),
        done_url=url_for("learn.unit_done", **at),
        break_url=url_for("learn.take_break", **at),
        where=where or Markup(),
        minutes=unit.minutes,
        previous_url=url_for("learn.unit", slug=module.slug, unit=previous.slug) if previous else None,
        next_url=url_for("learn.unit", slug=module.slug, unit=following.slug) if following else None,
        next_title=say(following.title) if following else None,
    )


def honesty(module: Module, source_url: str) -> Honesty:
    """What to say above a text of `module`. `source_url`: the same page in the module's own language."""
    translated_into = module.locale in module.languages
    foreign = module.locale != module.source
    open_country = module.country if module.country and module.open_slots else None
    return Honesty(
        source=module.source,
        missing=foreign and not translated_into,
        drafted=foreign and translated_into and module.reviewer is None,
        gaps=module.states.get("missing", 0) if foreign and translated_into else 0,
        source_url=source_url,
        country_open=open_country,
    )


def slot_value(module: Module, name: str) -> str | None:
    """What the overlay of the reader's country says for a slot, wherever the module's texts use it."""
    waiting: list[object] = [module.introduction, *(unit.blocks for unit in module.units)]
    while waiting:
        node = waiting.pop()
        if isinstance(node, Slot):
            if node.name == name and node.value:
                return node.value
        elif isinstance(node, tuple):
            waiting.extend(node)
    return None
