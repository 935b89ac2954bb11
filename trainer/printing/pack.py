"""Every product of a workshop pack that is made from a module: plain values in, PDF or number of pages out.

A `Document` travels to a worker process. `render` makes one file of one document, `render_all` one file of many.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import BinaryIO, NamedTuple, Protocol

from trainer.assessment import plan
from trainer.content.model import Module, Unit
from trainer.printing.abreast import NotAbreast, lay_abreast
from trainer.printing.booklet import folded
from trainer.printing.cards import Cards, CaseCards, ScenarioCards, lay_cards
from trainer.printing.exercises import Exercises
from trainer.printing.guide import Guide
from trainer.printing.handbook import Book
from trainer.printing.job_aids import JobAids
from trainer.printing.key import AnswerKey
from trainer.printing.labels import Labels
from trainer.printing.options import Frame, Paper, PrintOptions, across, broad, cards, half, upright
from trainer.printing.papers import QuestionPaper, When
from trainer.printing.passages import plain
from trainer.printing.product import Laid, NothingToPrint, Product, lay_out, uncollected
from trainer.typeset.sheet import About, Sheet
from trainer.typeset.structure import Node


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """One product of one module, and how it is printed."""

    product: str
    """A key of `PRODUCTS`."""
    modules: tuple[Module, ...]
    """One, or the same edition in two languages that stand side by side. Compiled for facilitators for the guide."""
    paper: Paper = "a4"
    grey: bool = False
    """Without colour, for a copier."""
    booklet: bool = False
    """The handbook on half sheets, to fold."""
    edition: int | None = None
    date: str = ""
    overdue: bool = False
    """As in `PrintOptions`."""
    media: Mapping[str, bytes] = field(default_factory=dict)
    labels: Mapping[str, Labels] = field(default_factory=dict)
    """Locale → words of the interface; a locale that is missing has those of its catalog."""
    unit: str = ""
    """Slug of the test or quiz; empty: the first that the product is made of."""
    form: str | None = None
    """Of a test, `A`."""
    seed: str = ""
    """Of the plan of a test or quiz: the answer sheets have the same."""
    when: When = "before"

    def options(self, module: Module) -> PrintOptions:
        words = self.labels.get(module.locale)
        return PrintOptions(
            paper=self.paper, labels=words, edition=self.edition, date=self.date, overdue=self.overdue, media=self.media
        )


class Budget(NamedTuple):
    """What a document will be. Pages are exact; size and time are estimates."""

    pages: int
    size: int
    """Bytes."""
    seconds: float


PER_FILE, PER_PAGE = 15_000, 3_800
"""Bytes of a document: its own, with the letters of a language, and those of each page. Measured."""
SECONDS_PER_PAGE = 0.008
"""Of layout and drawing together, measured on two slow cores."""


def render(document: Document) -> bytes:
    """The PDF of one document.

    Raises UnknownProduct, NothingToPrint, NotAbreast, and as `handbook` does; the messages name what is wrong.
    """
    return render_all([document])


def render_all(documents: Sequence[Document], *, into: BinaryIO | None = None) -> bytes:
    """One PDF of all of them, one after the other; those with nothing to print are left out.

    It is grey when the first is. `into`: where the file is written while it grows; then nothing is returned.
    Raises as `render` does.
    """
    module = documents[0].modules[0]
    about = About(
        title=plain(module.title.content),
        lang=module.locale,
        subject=plain(module.summary.content),
        date=documents[0].date,
    )
    with uncollected():
        sheet = Sheet(about, documents[0].paper, grey=documents[0].grey, into=into)
        for number, document in enumerate(documents):
            draw(document, sheet, f"{number}/" if len(documents) > 1 else "")
        if not sheet.page:
            raise NothingToPrint(f"{module.slug}: nothing to print of {', '.join(one.product for one in documents)}")
        return sheet.finish()


def draw(document: Document, sheet: Sheet, key: str) -> None:
    """The pages of `document` after those that the sheet has.

    `key`: one that no other document of the sheet has; empty where it is the only one, which the outline need not name.
    """
    root = Node("Part", sheet.tree.root, lang=document.modules[0].locale)
    laid = lay(document, root, key)
    if key and laid.leaves:
        sheet.paper(laid.paper, landscape=laid.landscape)
        sheet.outline_from = 0
        sheet.anchor(f"{key}:document", 0.0)
        sheet.outline(0, laid.name, f"{key}:document")
        sheet.outline_from = 1
    laid.draw(sheet)
    sheet.outline_from = 0
    sheet.tree.close(root)


def budget(document: Document) -> Budget:
    """How many pages it will have, by laying it out without drawing."""
    media = _Asked(document.media)
    with uncollected():
        pages = len(lay(replace(document, media=media), Node("Part", None, lang=document.modules[0].locale)).leaves)
    pictures = sum(len(document.media[name]) for name in media.asked)
    return Budget(pages, PER_FILE + pages * PER_PAGE + pictures if pages else 0, pages * SECONDS_PER_PAGE)


class _Asked(dict[str, bytes]):
    """Pictures that remember which of them were asked for."""

    def __init__(self, media: Mapping[str, bytes]) -> None:
        super().__init__(media)
        self.asked: set[str] = set()

    def get(self, name: str, default: bytes | None = None) -> bytes | None:  # type: ignore[override]
        if name in self:
            self.asked.add(name)
        return super().get(name, default)


# ------------------------------------------------------------------ products

Maker = Callable[[Document, Node, str], Laid]
"""Lays a document out under an element of the structure; every key of its links begins with the last argument."""


class UnknownProduct(ValueError):  # noqa: N818  the message says it
    """There is no such product."""


def lay(document: Document, root: Node, key: str = "") -> Laid:
    """The pages of `document`, ready to be drawn."""
    if document.product not in PRODUCTS:
        raise UnknownProduct(f"there is no product {document.product!r}: {', '.join(PRODUCTS)}")
    return PRODUCTS[document.product](document, root, key)


class _Make(Protocol):
    def __call__(
        self, module: Module, options: PrintOptions, frame: Frame, root: Node, *, key: str, is_second: bool
    ) -> Product: ...


def _columns(document: Document, root: Node, key: str, make: _Make, frame: Callable[[Paper], Frame]) -> Laid:
    """In one language, or in two side by side."""
    if len(document.modules) == 1:
        module = document.modules[0]
        return lay_out(make(module, document.options(module), frame(document.paper), root, key=key, is_second=False))
    left, right = document.modules
    columns = [
        make(
            module,
            document.options(module),
            across(document.paper),
            Node("Part", root, lang=module.locale),
            key=f"{key}{module.locale}/",
            is_second=module is right,
        )
        for module in (left, right)
    ]
    return lay_abreast(*columns)


def _alone(document: Document) -> Module:
    if len(document.modules) != 1:
        raise NotAbreast(f"{document.product} is made in one language, not in two side by side")
    return document.modules[0]


def _handbook(document: Document, root: Node, key: str) -> Laid:
    if document.booklet:
        module = _alone(document)
        return folded(lay_out(Book(module, document.options(module), half(document.paper), root, key=key)), root)
    return _columns(document, root, key, Book, upright)


def _guide(document: Document, root: Node, key: str) -> Laid:
    module = _alone(document)
    return lay_out(Guide(module, document.options(module), upright(document.paper), root, key=key))


def _exercises(document: Document, root: Node, key: str) -> Laid:
    return _columns(document, root, key, Exercises, upright)


def _job_aids(document: Document, root: Node, key: str) -> Laid:
    return _columns(document, root, key, JobAids, broad)


def _cards(kind: type[Cards]) -> Maker:
    def make(document: Document, root: Node, key: str) -> Laid:
        module = _alone(document)
        return lay_cards(kind(module, document.options(module), cards(document.paper), root, key=key))

    return make


def _planned(kind: type[QuestionPaper]) -> Maker:
    """A paper or a key: each module brings its own words into the same plan."""

    def make(document: Document, root: Node, key: str) -> Laid:
        def one(
            module: Module, options: PrintOptions, frame: Frame, root: Node, *, key: str, is_second: bool
        ) -> Product:
            unit = _unit(document, module)
            asked = plan(unit, document.seed, document.form)
            return kind(
                module, options, frame, root, unit=unit, plan=asked, when=document.when, form=document.form, key=key,
                is_second=is_second,
            )  # fmt: skip

        if kind is AnswerKey:
            _alone(document)
        return _columns(document, root, key, one, upright)

    return make


def _unit(document: Document, module: Module) -> Unit:
    """The test or quiz that the document names, or the first of its kind."""
    kind = "quiz" if document.when == "quiz" else "test"
    found = [unit for unit in module.units if unit.kind == kind and document.unit in ("", unit.slug)]
    if not found:
        raise NothingToPrint(f"{module.slug}: there is no {kind} {document.unit}".rstrip())
    if document.form is not None and document.form not in found[0].forms:
        raise NothingToPrint(f"{module.slug}: {found[0].slug} has no form {document.form}")
    return found[0]


PRODUCTS: dict[str, Maker] = {
    "handbook": _handbook,
    "guide": _guide,
    "exercises": _exercises,
    "case-cards": _cards(CaseCards),
    "scenario-cards": _cards(ScenarioCards),
    "job-aids": _job_aids,
    "test-paper": _planned(QuestionPaper),
    "answer-key": _planned(AnswerKey),
}
