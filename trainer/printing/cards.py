"""Cards to cut out: the cases of the lessons, and the steps of scenarios.

All cards of a deck are of one size, the smallest that holds each of them; between them stand lines to cut along.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import NamedTuple

from trainer.content.model import Case, Passage, Scenario, Step, Unit
from trainer.printing import labels as say
from trainer.printing import look
from trainer.printing.anchors import walk
from trainer.printing.blocks import Setter
from trainer.printing.labels import Sentence
from trainer.printing.passages import measured, plain
from trainer.printing.product import Laid, Leaf, Part, Product, draw_footer, outline_name
from trainer.typeset import flow as flows
from trainer.typeset.faces import BOLD
from trainer.typeset.flow import Flow, Page
from trainer.typeset.lines import Measured, Span, Type
from trainer.typeset.sheet import Sheet
from trainer.typeset.structure import Node

PAD = 13.0
"""Between the edge of a card and its words."""
FOOT = 16.0
"""Height of the line at the foot of a card that says what it belongs to."""
GRIDS = ((2, 5), (2, 4), (2, 3), (2, 2), (1, 2), (1, 1))
"""Columns and rows of cards on a page."""
TICK = 9.0
"""Length of a cut mark outside the cards."""
HEAD = Type(size=12.0, style=BOLD, leading=0.92, colour=look.fill(look.DEEP))
LEADS = Type(size=10.5, style=BOLD, colour=look.fill(look.TEAL))


class Deck(NamedTuple):
    """Cards of one size that are used together."""

    unit: Unit
    cards: tuple[Case | Step, ...]
    title: Sentence
    """What they belong to, at the foot of each."""


class Cards(Product):
    kind = say.CASE_CARDS

    def anchors(self) -> frozenset[str]:
        return frozenset()  # the places that links on a card lead to are on other paper

    def parts(self) -> list[Part]:
        return []

    def decks(self) -> Iterator[Deck]:
        raise NotImplementedError

    def compose(self, deck: Deck, at: int, width: float) -> Flow:
        """A card's words."""
        raise NotImplementedError

    def footer(self) -> str:
        return f"{self.name().text} · {self.origin()} · {self.place.say(say.CUT).text}"

    def card_setter(self, deck: Deck, flow: Flow) -> Setter:
        setter = self.setter(flow, place=replace(self.place, file=deck.unit.file, prefix=deck.unit.slug))
        setter.depth = 0
        return setter


class CaseCards(Cards):
    def decks(self) -> Iterator[Deck]:
        """The cases of each lesson."""
        for unit in self.module.units:
            found = tuple(block for block in walk(unit.blocks) if isinstance(block, Case))
            if unit.kind != "test" and found:
                yield Deck(unit, found, _sentence(unit.title))

    def compose(self, deck: Deck, at: int, width: float) -> Flow:
        flow, card = Flow(width), deck.cards[at]
        assert isinstance(card, Case)
        self.card_setter(deck, flow).blocks(card.blocks)
        return flow


class ScenarioCards(Cards):
    kind = say.SCENARIO_CARDS

    def decks(self) -> Iterator[Deck]:
        """The steps of each scenario."""
        for unit in self.module.units:
            for item in unit.items if unit.kind != "test" else ():
                if isinstance(item, Scenario):
                    yield Deck(unit, item.steps, _sentence(item.steps[0].title))

    def compose(self, deck: Deck, at: int, width: float) -> Flow:
        flow, card = Flow(width), deck.cards[at]
        assert isinstance(card, Step)
        numbers = {step.id: number for number, step in enumerate(deck.cards, 1) if isinstance(step, Step)}
        _step(self.card_setter(deck, flow), card, numbers)
        return flow


def _sentence(passage: Passage) -> Sentence:
    return Sentence(plain(passage.content), passage.lang)


def _step(setter: Setter, step: Step, numbers: dict[str, int]) -> None:
    place, flow = setter.place, setter.flow
    setter.sentence(place.say(say.CARD, number=numbers[step.id]), HEAD, keep=True)
    setter.passage(step.title, look.HEADINGS[4], Node("P", setter.node), keep=True)
    setter.blocks(step.blocks)
    if not step.choices:
        flow.space(6.0)
        setter.sentence(place.say(say.CARD_END), look.QUIET)
        return
    choices = Node("L", setter.node, attributes="/O /List /ListNumbering /Disc")
    outer = setter.node
    for choice in step.choices:
        entry = Node("LI", choices)
        setter.node = body = Node("LBody", entry)
        flow.space(6.0)
        with flow.inset(14.0):
            setter.bullet("•", entry, 14.0, False)
            flow.paragraph(measured(choice.body, setter.body, body, place), body, keep=True)
            leads: Sentence = place.say(say.GO_TO_CARD, number=numbers[choice.target])
            setter.sentence(leads._replace(text=f"→ {leads.text}"), LEADS)
    setter.node = outer


# ------------------------------------------------------------------ onto pages


class Grid(NamedTuple):
    """Cards of one size on a page. Lengths in points."""

    columns: int
    rows: int
    width: float
    height: float


def lay_cards(product: Cards) -> Laid:
    """The pages of all decks, each deck beginning one; none when the module has no cards."""
    frame = product.frame
    sheets: list[tuple[Grid, Deck, list[Page]]] = []
    for deck in product.decks():
        grid, faces = _deck(product, deck)
        step = grid.columns * grid.rows
        sheets += [(grid, deck, faces[start : start + step]) for start in range(0, len(faces), step)]

    def leaf(number: int, grid: Grid, deck: Deck, faces: Sequence[Page]) -> Leaf:
        def draw(sheet: Sheet, x: float) -> None:
            left, top = x + frame.side, frame.top
            for at, face in enumerate(faces):
                column, row = at % grid.columns, at // grid.columns
                at_x, at_y = left + column * grid.width, top + row * grid.height
                flows.draw(face, sheet, at_x + PAD, at_y + PAD)
                _foot(deck.title, sheet, at_x + PAD, at_y + grid.height - FOOT, grid.width - 2 * PAD)
            used = -(-len(faces) // grid.columns)
            _cut_marks(sheet, grid._replace(rows=used), left, top)
            draw_footer(product, sheet, x, number, len(sheets))

        return draw

    leaves = tuple(leaf(at, *one) for at, one in enumerate(sheets, 1))
    return Laid(product.options.paper, False, leaves, outline_name(product))


def _deck(product: Cards, deck: Deck) -> tuple[Grid, list[Page]]:
    """The smallest cards that hold all of the deck; a card longer than a page goes on on the next."""
    frame = product.frame
    for columns, rows in GRIDS:
        grid = Grid(columns, rows, frame.measure / columns, frame.room / rows)
        width, height = grid.width - 2 * PAD, grid.height - PAD - FOOT - 4.0
        flowed = [product.compose(deck, at, width).strips for at in range(len(deck.cards))]
        faces = [flows.paginate(strips, height) for strips in flowed]
        if all(len(pages) == 1 for pages in faces) or (columns, rows) == GRIDS[-1]:
            return grid, [page for pages in faces for page in pages]
    raise AssertionError("the last grid always holds")


def _foot(title: Sentence, sheet: Sheet, x: float, y: float, width: float) -> None:
    """What the card belongs to; decoration to a screen reader."""
    line = Measured([Span(title.text)], title.lang, Type(size=7.0, colour=look.fill(look.SOFT))).lines(width)[0]
    sheet.text(line, x, y, None)


def _cut_marks(sheet: Sheet, grid: Grid, left: float, top: float) -> None:
    """Dashes around every card, and short strokes outside them for a paper cutter."""
    right, bottom = left + grid.columns * grid.width, top + grid.rows * grid.height
    for column in range(grid.columns + 1):
        x = left + column * grid.width
        sheet.dashes(x, top, x, bottom, look.stroke(look.SOFT))
        for start in (top - TICK - 3.0, bottom + 3.0):
            sheet.block(x - 0.4, start, 0.8, TICK, look.fill(look.SOFT))
    for row in range(grid.rows + 1):
        y = top + row * grid.height
        sheet.dashes(left, y, right, y, look.stroke(look.SOFT))
        for start in (left - TICK - 3.0, right + 3.0):
            sheet.block(start, y - 0.4, TICK, 0.8, look.fill(look.SOFT))
