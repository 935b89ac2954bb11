"""What the pages of a country's words share: whose they are, the module with and without them."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import Any, NamedTuple

from flask import current_app, url_for

from trainer.access import Permission, allowed
from trainer.content.compiler import Compilation, compile_module, localized
from trainer.content.diagnostics import Diagnostic
from trainer.content.html import Media, Page
from trainer.content.model import Block, Module, Unit
from trainer.content.overlay_writing import Written, write
from trainer.content.translation import catalog_of
from trainer.services import calendar, national
from trainer.services.editions import EditionRow
from trainer.services.national_words import Fault, Words, faults, is_place, to_overlay
from trainer.services.problems import NotFound
from trainer.services.shelf import Cache
from trainer.vocabulary import COUNTRIES
from trainer.web.state import current
from trainer.web.texts import labels

MOST_KEPT = 60
"""Modules compiled with words that are not published."""


def mine(country: str) -> str:
    """Raises NotFound for a country that does not exist and for one of somebody else alike."""
    if country not in COUNTRIES or not allowed(current.me, Permission.ADAPT, country=country):
        raise NotFound
    return country


def today(country: str) -> date:
    return calendar.today(country, current.now())


def regional(edition: EditionRow, country: str) -> Module:
    """What readers of the country see without any words of it."""
    return module_of(_compiled(edition, country, None))


def module_of(compiled: Compilation) -> Module:
    if compiled.module is None:
        raise NotFound
    return compiled.module


class Trial(NamedTuple):
    """The words as if they were signed."""

    compiled: Compilation
    written: Written


def trial(edition: EditionRow, country: str, words: Words, module: Module) -> Trial:
    """The module with `words`, wherever it has a place for them. Compiled once for the same words."""
    said = {target: replace(one, basis="") for target, one in words.said.items() if is_place(module, country, target)}
    overlay = replace(
        to_overlay(replace(words, said=said), country), checked_on=today(country), confirmed_by="-", review_by=None
    )
    written = write(overlay)
    return Trial(_compiled(edition, country, written.text.encode()), written)


def in_language(edition: EditionRow, made: Trial, locale: str) -> Module:
    """The trial in a language of the module."""
    module = module_of(made.compiled)
    if locale == module.source:
        return module
    key = (edition.id, module.country, made.written.text, locale)
    files = {path: data for path, data in current.shelf.files(edition.id).items() if path == catalog_of(locale)}
    shown: Compilation = _kept().get(key, lambda: localized(Compilation(module, ()), files, locale, trusted=True))
    return module_of(shown)


def _compiled(edition: EditionRow, country: str, overlay: bytes | None) -> Compilation:
    def make() -> Compilation:
        path = national.path_of(country)
        files = {name: data for name, data in current.shelf.files(edition.id).items() if name != path}
        if overlay is not None:
            files[path] = overlay
        return compile_module(files, slug=edition.module, country=country)

    sha256 = None if overlay is None else hashlib.sha256(overlay).hexdigest()
    made: Compilation = _kept().get((edition.id, country, sha256), make)
    return made


def _kept() -> Cache[tuple[object, ...], Compilation]:
    kept: Cache[tuple[object, ...], Any] = current_app.extensions.setdefault("trainer-national", Cache(MOST_KEPT))
    return kept


def faults_of(edition: EditionRow, country: str, words: Words, module: Module) -> tuple[Fault, ...]:
    """Everything to put right before signing, what the compiler finds in the words too."""
    made = trial(edition, country, words, module)
    before = set(map(str, _compiled(edition, country, None).diagnostics))
    found = [
        _fault(one, made.written, national.path_of(country))
        for one in made.compiled.diagnostics
        if one.severity == "error" and str(one) not in before
    ]
    return (*faults(words, module, country, today(country)), *found)


def _fault(one: Diagnostic, written: Written, path: str) -> Fault:
    """An error that the module has only with the country's words, at the place of the words."""
    other, _, number = str(one.params.get("other", "")).rpartition(":")
    line = one.line if one.file == path else int(number) if other == path else 0
    target, line = written.at(line) or ("", 0)
    return Fault(target, "words", "", "wrong", {"message": f"line {line}: {one.message}" if line else one.message})


def page_of(module: Module, edition_id: int, country: str) -> Page:
    """How texts are rendered on these pages: in a part that is wholly in the module's language, whatever the page's is.

    Links between units stay in the preview.
    """
    at: dict[str, Any] = {"country": country, "slug": module.slug}

    def link(href: str) -> str:
        if href.startswith("term:"):
            return url_for("learn.glossary", _anchor=href.removeprefix("term:"))
        unit, mark, anchor = href.partition("#")
        if not unit or any(sign in unit for sign in "/:?"):
            return href
        return url_for("national.preview", **at, unit=unit, lang=module.locale) + mark + anchor

    def media(path: str) -> Media:
        medium = current.shelf.media(edition_id, path)
        url = url_for("learn.media", edition_id=edition_id, path=path.removeprefix("media/"))
        return Media(url, medium.width, medium.height)

    return Page(module.locale, labels(module.locale), link, media)


class Found(NamedTuple):
    """A block with an id, and the unit it stands in; None: the introduction of the module."""

    block: Any
    unit: Unit | None


def places(module: Module) -> dict[str, Found]:
    """Id → the block, for all that a country can change, in the order of the text."""
    found: dict[str, Found] = {}
    for unit, blocks in ((None, module.introduction), *((unit, unit.blocks) for unit in module.units)):
        for block in _inside(blocks):
            ident = getattr(block, "id", "")
            if ident in module.targets:
                found[ident] = Found(block, unit)
    return found


def _inside(blocks: tuple[Block, ...]) -> Iterator[Block]:
    for block in blocks:
        yield block
        yield from _inside(getattr(block, "blocks", ()))
