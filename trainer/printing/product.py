"""What every product of a pack is before it is drawn: parts of strips, laid out as pages, counted, then drawn.

A product is composed in one language, down one column. The same product composed in another language gives the same
passages in the same order, so that two of them can stand side by side (`abreast`).
"""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import NamedTuple

from trainer.content.model import Module, Unit
from trainer.languages.registry import LANGUAGES
from trainer.printing import front, look
from trainer.printing import labels as say
from trainer.printing.anchors import anchors
from trainer.printing.blocks import Setter
from trainer.printing.labels import Labels, Sentence, labels
from trainer.printing.options import Frame, Paper, PrintOptions
from trainer.printing.passages import MODULE_KEY, Place, plain
from trainer.typeset import flow as flows
from trainer.typeset.flow import Flow, Page, Strip
from trainer.typeset.lines import Measured, Span
from trainer.typeset.sheet import About, Sheet
from trainer.typeset.structure import Node
from trainer.vocabulary import country_name

Leaf = Callable[[Sheet, float], None]
"""Draws a page whose left edge stands at x."""


class NothingToPrint(ValueError):  # noqa: N818  the message says it
    """The module has nothing of what the product is made of."""


class Laid(NamedTuple):
    """A product laid out: its pages can be counted, and drawing is all that is left to do."""

    paper: Paper
    landscape: bool
    leaves: tuple[Leaf, ...]
    name: str = ""
    """What it is, and in which languages: its entry in the outline of a file that holds several."""

    def draw(self, sheet: Sheet) -> None:
        """Every page, after the pages that the sheet has; what comes next stands upright again."""
        sheet.paper(self.paper, landscape=self.landscape)
        for leaf in self.leaves:
            leaf(sheet, 0.0)
            sheet.end_page()
        sheet.paper(self.paper)


class Part(NamedTuple):
    """Strips that begin a page."""

    strips: list[Strip]
    starts: list[int]
    """Number of the first strip of each passage."""
    stretched: bool = False
    """It fills the height of its page: its widest space is as wide as that takes."""
    is_loose: bool = False
    """It ends with remarks on the text, of which another language may have more or fewer."""


class Product:
    """A module in one language, composed for one column. `root` is the element that holds all of it.

    `key` begins every key of its links, so that several products can be in one file. `is_second`: it stands in the
    right column, beside the language that has the boxes to tick and the lines to write on.
    """

    def __init__(
        self,
        module: Module,
        options: PrintOptions,
        frame: Frame,
        root: Node,
        *,
        key: str = "",
        is_second: bool = False,
    ) -> None:
        self.module, self.options, self.frame, self.root, self.is_second = module, options, frame, root, is_second
        self.units = self.chosen_units()
        self.folios: dict[str, int] = {}
        """Anchor key → number of its page; known once all parts are laid out, read while they are drawn."""
        self.place = Place(
            locale=module.locale,
            file="module.md",
            anchors=self.anchors(),
            prefix=MODULE_KEY,
            labels=options.labels or _catalog(module.locale),
            media=options.media.get,
            country=module.country or "",
            document=key,
        )

    # ------------------------------------------------------------ what each product says of itself

    def chosen_units(self) -> tuple[Unit, ...]:
        """The units that stand in it."""
        return tuple(unit for unit in self.module.units if unit.kind != "test")

    def anchors(self) -> frozenset[str]:
        """Every key that a link can lead to."""
        return anchors(self.module, self.units)

    def parts(self) -> list[Part]:
        raise NotImplementedError

    def name(self) -> Sentence:
        """What it is called, in its language."""
        return self.place.say(self.kind)

    def footer(self) -> str:
        """What stands at the left of every page's foot."""
        return plain(self.module.title.content)

    kind = say.HANDBOOK
    """What it is called."""
    is_guide = False
    """Only facilitators see it."""
    has_bare_first_page = False
    """The first page has no footer."""
    has_folios = True
    """Its pages are numbered."""

    # ------------------------------------------------------------ composing

    def setter(self, flow: Flow, *, place: Place | None = None, is_form: bool = False) -> Setter:
        node = Node("Sect", self.root)
        span = self.frame.width - 2 * self.frame.side
        return Setter(
            flow,
            place or self.place,
            node,
            is_form=is_form,
            is_guide=self.is_guide,
            is_second=self.is_second,
            span=span,
        )

    def flow(self) -> Flow:
        return Flow(self.frame.measure)

    def opening(self, setter: Setter, eyebrow: Sentence, title: Sentence) -> None:
        """The head of a product without a cover."""
        setter.sentence(eyebrow, look.EYEBROW, keep=True)
        setter.flow.space(3.0)
        setter.sentence(title, look.UNIT_TITLE, "H1", keep=True)
        setter.depth = 1
        front.title_rule(setter.flow)

    def title(self) -> Sentence:
        return Sentence(plain(self.module.title.content), self.module.title.lang)

    def facts(self) -> list[Sentence]:
        """Language, translation, edition, country."""
        module, options, place = self.module, self.options, self.place
        facts = [place.say(say.LANGUAGE, language=own_name(module.locale))]
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
        return [*facts, *self._signed()]

    def _signed(self) -> Iterator[Sentence]:
        """Who answers for the national details, and until when they are to be checked again."""
        signed = self.module.signed
        if signed is None:
            return
        yield self.place.say(say.NATIONAL_SIGNED, name=signed.name, date=signed.checked_on.isoformat())
        if signed.review_by is not None:
            message = say.NATIONAL_OVERDUE if self.options.overdue else say.NATIONAL_REVIEW
            yield self.place.say(message, date=signed.review_by.isoformat())

    def origin(self) -> str:
        """Module, country, edition and language in one short line."""
        module, place = self.module, self.place
        words = [plain(module.title.content)]
        if module.country:
            words.append(place.say(country_name(module.country)).text)
        if self.options.edition is not None:
            words.append(place.say(say.EDITION_SHORT, number=self.options.edition).text)
        return " · ".join([*words, own_name(module.locale)])


def part(flow: Flow, *, stretched: bool = False, is_loose: bool = False) -> Part:
    return Part(flow.strips, flow.starts, stretched, is_loose)


def lay_out(product: Product) -> Laid:
    """Its pages, one column on each."""
    frame = product.frame
    pages = [page for one in product.parts() for page in flows.paginate(one.strips, frame.room)]
    note_folios(product, pages)

    def leaf(number: int, page: Page) -> Leaf:
        def draw(sheet: Sheet, x: float) -> None:
            flows.draw(page, sheet, x + frame.side, frame.top)
            draw_footer(product, sheet, x, number, len(pages))

        return draw

    leaves = tuple(leaf(number, page) for number, page in enumerate(pages, 1))
    return Laid(product.options.paper, frame.columns > 1, leaves, outline_name(product))


def outline_name(*products: Product) -> str:
    """What it is, of which module, in which languages."""
    first = products[0]
    return " · ".join([first.name().text, first.title().text, *(own_name(one.module.locale) for one in products)])


def note_folios(product: Product, pages: Iterable[Page]) -> None:
    for number, page in enumerate(pages, 1):
        for strip, _, _ in page.strips:
            product.folios.update({anchor.key: number for anchor in strip.anchors})


def draw_footer(product: Product, sheet: Sheet, x: float, number: int, pages: int) -> None:
    """Title and page number; decoration to a screen reader."""
    if number == 1 and product.has_bare_first_page:
        return
    frame, place = product.frame, product.place
    left, right = x + frame.side, x + frame.right
    top = sheet.height - frame.bottom + (28.0 if frame.bottom > 60.0 else 18.0)
    sheet.rule(left, top, right, 0.5, look.stroke(look.LINE))
    words = place.say(say.PAGE, page=number, pages=pages) if product.has_folios else Sentence("", place.locale)
    folio = Measured([Span(words.text)], words.lang, look.FOOTER).lines(right - left)[0]
    title = Measured([Span(product.footer())], product.module.locale, look.FOOTER)
    sheet.text(title.lines(right - left - folio.width - 20.0)[0], left, top + 4.0, None)
    sheet.text(folio, right - folio.width, top + 4.0, None)


def alone(module: Module, options: PrintOptions, compose: Callable[[Node], Laid]) -> bytes:
    """A file with one product in it: `compose` lays it out under the root of the file's structure."""
    about = About(
        title=plain(module.title.content),
        lang=module.locale,
        subject=plain(module.summary.content),
        date=options.date,
    )
    with uncollected():
        sheet = Sheet(about, options.paper)
        laid = compose(sheet.tree.root)
        if not laid.leaves:
            raise NothingToPrint(f"{module.slug}: there is nothing to print")
        laid.draw(sheet)
        return sheet.finish()


@contextmanager
def uncollected() -> Iterator[None]:
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


def _catalog(locale: str) -> Labels:
    # Babel, which reads catalogs, costs a tenth of a handbook to import: not where the caller brings the words.
    from trainer.languages.words import words

    return labels(words(locale))


def own_name(tag: str) -> str:
    return LANGUAGES[tag].name if tag in LANGUAGES else tag
