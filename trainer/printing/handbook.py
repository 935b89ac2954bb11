"""The learner's handbook of a module: values in, PDF out."""

from __future__ import annotations

import gc
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Literal

from trainer.content.model import Module, Unit
from trainer.languages.registry import LANGUAGES
from trainer.printing import back, front, look
from trainer.printing import labels as say
from trainer.printing.anchors import anchors
from trainer.printing.blocks import Setter
from trainer.printing.labels import Labels, Sentence, labels
from trainer.printing.passages import GLOSSARY_KEY, MODULE_KEY, Place, plain
from trainer.typeset import flow as flows
from trainer.typeset.flow import Anchor, Flow, Page
from trainer.typeset.lines import Measured, Span
from trainer.typeset.sheet import PAPERS, About, Sheet
from trainer.typeset.structure import Node
from trainer.vocabulary import country_name

Paper = Literal["a4", "letter"]


@dataclass(frozen=True, slots=True, kw_only=True)
class HandbookOptions:
    """Everything besides the module. Plain values: a worker process can be given them."""

    paper: Paper = "a4"
    labels: Labels | None = None
    """Words of the interface; None: from the catalog of the module's locale."""
    edition: int | None = None
    date: str = ""
    """When the edition was published, as the reader is to see it (2026-11-24)."""
    media: Mapping[str, bytes] = field(default_factory=dict)
    """Pictures: path in the module folder → the file."""


def handbook(module: Module, options: HandbookOptions) -> bytes:
    """The PDF. The same values give the same bytes.

    Raises typeset's MissingGlyph (a character no font has), BadPicture and FontsMissing; each names where.
    """
    with _uncollected():
        return _handbook(module, options)


@contextmanager
def _uncollected() -> Iterator[None]:
    """Without garbage collection: a book in the making is a growing tree of which nothing is garbage yet, and looking
    through it again and again was a sixth of the work.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _handbook(module: Module, options: HandbookOptions) -> bytes:
    title = plain(module.title.content)
    about = About(title=title, lang=module.locale, subject=plain(module.summary.content), date=options.date)
    sheet = Sheet(about, options.paper)
    book = Book(module, options, sheet)
    body = book.body()
    book.print([book.cover(), book.contents(), body])
    return sheet.finish()


class Book:
    """The parts of one handbook, laid out for one paper."""

    def __init__(self, module: Module, options: HandbookOptions, sheet: Sheet) -> None:
        self.module, self.options, self.sheet = module, options, sheet
        width, height = PAPERS[options.paper]
        self.measure = width - 2 * look.MARGIN_X
        self.height = height - look.MARGIN_TOP - look.MARGIN_BOTTOM
        self.units = tuple(unit for unit in module.units if unit.kind != "test")
        self.entries: list[front.Entry] = []
        self.folios: dict[str, int] = {}
        """Anchor key → number of its page; known once all parts are laid out, read while the contents are drawn."""
        self.place = Place(
            locale=module.locale,
            file="module.md",
            anchors=anchors(module, self.units),
            prefix=MODULE_KEY,
            labels=options.labels or _catalog(module.locale),
            media=options.media.get,
            country=module.country or "",
        )

    # ------------------------------------------------------------ parts

    def cover(self) -> list[Page]:
        flow = Flow(self.measure)
        setter = Setter(flow, self.place, Node("Sect", self.sheet.tree.root))
        front.cover(setter, self.module, self._facts(), self.height)
        return flows.paginate(flow.strips, self.height)

    def contents(self) -> list[Page]:
        flow = Flow(self.measure)
        setter = Setter(flow, self.place, Node("Sect", self.sheet.tree.root))
        front.contents(setter, self.entries, self.folios, self._remarks())
        return flows.paginate(flow.strips, self.height)

    def body(self) -> list[Page]:
        flow = Flow(self.measure)
        self._introduction(flow)
        lessons = 0
        for unit in self.units:
            lessons += unit.kind == "lesson"
            self._unit(flow, unit, lessons)
        terms = back.terms(self.module, self.units)
        if terms:
            setter = self._section(flow, self.place.say(say.GLOSSARY), GLOSSARY_KEY)
            back.glossary(setter, terms)
        if self.module.sources:
            back.sources(self._section(flow, self.place.say(say.SOURCES), ":sources", fresh=not terms), self.module)
        return flows.paginate(flow.strips, self.height)

    def _section(self, flow: Flow, title: Sentence, key: str, *, fresh: bool = True) -> Setter:
        """A part that stands in contents and outline. `fresh`: it begins a page."""
        setter = Setter(flow, self.place, Node("Sect", self.sheet.tree.root))
        if fresh:
            flow.new_page()
        flow.space(34.0)
        flow.anchor(Anchor(key, title.text, 0))
        self.entries.append(front.Entry(key, title, ""))
        setter.sentence(title, look.UNIT_TITLE, "H2", keep=True)
        front.title_rule(flow)
        return setter

    def _introduction(self, flow: Flow) -> None:
        module = self.module
        setter = self._section(flow, self.place.say(say.INTRODUCTION), MODULE_KEY)
        setter.blocks(module.introduction[:1])
        if module.objectives:
            front.objectives(setter, module.objectives)
        if module.sensitive is not None:
            front.content_note(setter, module.sensitive)
        setter.blocks(module.introduction[1:])
        setter.notes(module.notes)

    def _unit(self, flow: Flow, unit: Unit, lesson: int) -> None:
        place = replace(self.place, file=unit.file, prefix=unit.slug)
        setter = Setter(flow, place, Node("Sect", self.sheet.tree.root), is_form=unit.kind == "job-aid")
        eyebrow = front.eyebrow(place, unit, lesson)
        title = Sentence(plain(unit.title.content), unit.title.lang)
        flow.new_page()
        flow.anchor(Anchor(unit.slug, title.text, 0))
        self.entries.append(front.Entry(unit.slug, title, eyebrow.text))
        setter.sentence(eyebrow, look.EYEBROW, keep=True)
        setter.passage(unit.title, look.UNIT_TITLE, Node("H2", setter.node), keep=True)
        front.title_rule(flow)
        if unit.sensitive is not None:
            front.content_note(setter, unit.sensitive)
        setter.blocks(unit.blocks)
        setter.notes(unit.notes)

    # ------------------------------------------------------------ facts

    def _facts(self) -> list[Sentence]:
        """What stands at the foot of the cover."""
        module, options, place = self.module, self.options, self.place
        facts = [place.say(say.LANGUAGE, language=_own_name(module.locale))]
        if module.locale != module.source:
            name = module.reviewer
            facts.append(place.say(say.REVIEWED, name=name) if name else place.say(say.DRAFTED))
        if options.edition is not None:
            facts.append(place.say(say.EDITION, number=options.edition, date=options.date))
        country = place.say(country_name(module.country)).text if module.country else ""
        if not country:
            facts.append(place.say(say.REGIONAL))
        elif module.open_slots:
            facts.append(place.say(say.NATIONAL_OPEN, country=country))
        else:
            facts.append(place.say(say.NATIONAL, country=country))
        return facts

    def _remarks(self) -> list[Sentence]:
        """What a reader of a translation must know."""
        states, remarks = self.module.states, []
        if states.get("stale"):
            remarks.append(self.place.say(say.STALE))
        if states.get("missing"):
            remarks.append(self.place.say(say.FALLBACK, language=_own_name(self.module.source)))
        return remarks

    # ------------------------------------------------------------ pages

    def print(self, parts: list[list[Page]]) -> None:
        pages = [page for part in parts for page in part]
        for number, page in enumerate(pages, 1):
            for strip, _, _ in page.strips:
                self.folios.update({anchor.key: number for anchor in strip.anchors})
        for number, page in enumerate(pages, 1):
            flows.draw(page, self.sheet, look.MARGIN_X, look.MARGIN_TOP)
            if number > 1:
                self._footer(number, len(pages))
            self.sheet.end_page()

    def _footer(self, number: int, pages: int) -> None:
        sheet, place = self.sheet, self.place
        top = sheet.height - look.MARGIN_BOTTOM + 28.0
        sheet.rule(look.MARGIN_X, top, look.MARGIN_X + self.measure, 0.5, look.stroke(look.LINE))
        words = place.say(say.PAGE, page=number, pages=pages)
        folio = Measured([Span(words.text)], words.lang, look.FOOTER).lines(self.measure)[0]
        room = self.measure - folio.width - 20.0
        title = Measured([Span(sheet.about.title)], self.module.locale, look.FOOTER).lines(room)[0]
        sheet.text(title, look.MARGIN_X, top + 4.0, None)
        sheet.text(folio, look.MARGIN_X + self.measure - folio.width, top + 4.0, None)


def _catalog(locale: str) -> Labels:
    # Babel, which reads catalogs, costs a tenth of a handbook to import: not where the caller brings the words.
    from trainer.languages.words import words

    return labels(words(locale))


def _own_name(tag: str) -> str:
    return LANGUAGES[tag].name if tag in LANGUAGES else tag
