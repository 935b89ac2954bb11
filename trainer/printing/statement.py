"""A paper of figures: a heading with lines to fill in, then sections of words, drawings, tables, and room to write.

What it says, whoever orders it decides; here are plain values and how they stand on the page.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from trainer.charts.shapes import Picture
from trainer.printing import front, look
from trainer.printing import labels as messages
from trainer.printing.blocks import TABLE, Setter
from trainer.printing.charts import drawn
from trainer.printing.drawings import writing_line
from trainer.printing.labels import Labels, Sentence
from trainer.printing.options import Frame, Paper, broad
from trainer.printing.passages import Place, said
from trainer.printing.product import uncollected
from trainer.printing.small import say, unprintable
from trainer.typeset import flow as flows
from trainer.typeset.flow import Anchor, Flow
from trainer.typeset.lines import Measured, Span, Type
from trainer.typeset.sheet import About, Sheet
from trainer.typeset.structure import Node
from trainer.typeset.tables import Cell, table

CELL = Type(size=9.0, leading=0.93, colour=look.fill(look.INK), hyphens=True)
NUMBER = Type(size=9.0, leading=0.93, colour=look.fill(look.INK), align="right")
HEAD = Type(size=8.5, leading=0.93, style=look.CELL_HEAD.style, colour=look.fill(look.DEEP), hyphens=True)
NUMBER_HEAD = Type(
    size=8.5, leading=0.93, style=look.CELL_HEAD.style, colour=look.fill(look.DEEP), hyphens=True, align="right"
)
LINE = 23.0
"""Between two lines to write on."""


class Grid(NamedTuple):
    """A table. The first columns are words; those in `numbers` stand at the right of their column."""

    caption: Sentence
    heads: tuple[Sentence, ...]
    rows: tuple[tuple[Sentence, ...], ...]
    numbers: frozenset[int]
    notes: tuple[Sentence, ...] = ()


class Blank(NamedTuple):
    """Something to write by hand: what, and on how many lines; or the words, where they are there already."""

    what: Sentence
    lines: int
    written: tuple[Sentence, ...] = ()
    """Paragraphs."""


class Section(NamedTuple):
    title: Sentence
    paragraphs: tuple[Sentence, ...] = ()
    grids: tuple[Grid, ...] = ()
    pictures: tuple[Picture, ...] = ()
    """Above the tables, which say the same."""
    blanks: tuple[Blank, ...] = ()
    fresh: bool = False
    """Begins a page."""


class Statement(NamedTuple):
    locale: str
    eyebrow: Sentence
    title: Sentence
    facts: tuple[Sentence, ...]
    blanks: tuple[Blank, ...]
    """Lines of the heading to fill in."""
    sections: tuple[Section, ...]
    date: str = ""
    """ISO; for the file's own description."""


def statement(one: Statement, labels: Labels, paper: Paper = "a4") -> bytes:
    """The PDF. The same values give the same bytes. Characters that no font has are question marks."""
    name = f"{one.eyebrow.text} · {one.title.text}"
    with uncollected():
        sheet = Sheet(About(title=name, lang=one.locale, date=one.date), paper)
        frame = broad(paper)
        flow = Flow(frame.measure)
        _Writer(one, labels, flow, sheet.tree.root, frame).write()
        pages = flows.paginate(flow.strips, frame.room)
        for number, page in enumerate(pages, 1):
            flows.draw(page, sheet, frame.side, frame.top)
            _footer(sheet, frame, Sentence(name, one.locale), say(labels, messages.PAGE, page=number, pages=len(pages)))
            sheet.end_page()
        return sheet.finish()


class _Writer:
    def __init__(self, one: Statement, labels: Labels, flow: Flow, root: Node, frame: Frame) -> None:
        self.one, self.flow, self.root = one, flow, root
        place = Place(
            locale=one.locale, file="", anchors=frozenset(), prefix="", labels=labels, media=lambda _: None
        )  # fmt: skip
        self.setter = Setter(flow, place, Node("Sect", root), span=frame.measure)

    def write(self) -> None:
        one, setter, flow = self.one, self.setter, self.flow
        setter.sentence(_shown(one.eyebrow), look.EYEBROW, keep=True)
        flow.space(3.0)
        setter.sentence(_shown(one.title), look.UNIT_TITLE, "H1", keep=True)
        front.title_rule(flow)
        for fact in one.facts:
            setter.sentence(_shown(fact), look.SMALL)
        self._blanks(one.blanks)
        for number, section in enumerate(one.sections):
            self._section(section, number)

    def _section(self, one: Section, number: int) -> None:
        setter, flow = self.setter, self.flow
        setter.node = Node("Sect", self.root)
        if one.fresh:
            flow.new_page()
        flow.space(20.0)
        flow.anchor(Anchor(f"section-{number}", one.title.text, 0))
        setter.sentence(_shown(one.title), look.HEADINGS[2], "H2", keep=True)
        for paragraph in one.paragraphs:
            flow.space(5.0)
            setter.sentence(_shown(paragraph), look.SMALL)
        for picture in one.pictures:
            self._picture(picture)
        for at, grid in enumerate(one.grids):
            if at == 0:
                flow.hold()
            self._grid(grid, one)
        self._blanks(one.blanks)

    def _grid(self, grid: Grid, section: Section) -> None:
        setter, flow = self.setter, self.flow
        if grid.caption != section.title:
            flow.space(10.0)
            setter.sentence(_shown(grid.caption), look.HEADINGS[4], "H3", keep=True)
        flow.space(4.0)
        node = Node("Table", setter.node)
        head = self._row(grid, grid.heads, Node("TR", node), is_head=True)
        rows = [self._row(grid, row, Node("TR", node), is_head=False) for row in grid.rows]
        table(flow, head, rows, TABLE)
        for note in grid.notes:
            flow.hold()
            flow.space(4.0)
            setter.sentence(_shown(note), look.QUIET)

    def _row(self, grid: Grid, cells: Iterable[Sentence], row: Node, *, is_head: bool) -> list[Cell]:
        made = []
        for at, words in enumerate(cells):
            attributes = "/O /Table /Scope /Column" if is_head else "/O /Table /Scope /Row" if at == 0 else ""
            node = Node("TH" if attributes else "TD", row, attributes=attributes)
            is_number = at in grid.numbers
            type_ = (NUMBER_HEAD if is_number else HEAD) if is_head else NUMBER if is_number else CELL
            made.append(Cell(said(_shown(words), type_, node, self.one.locale), node))
        return made

    def _blanks(self, blanks: Iterable[Blank]) -> None:
        flow = self.flow
        for blank in blanks:
            flow.space(10.0)
            with flow.whole():
                self.setter.sentence(_shown(blank.what), look.HEADINGS[4], keep=True)
                for _ in range(blank.lines):
                    flow.shape(LINE, writing_line(flow.measure, LINE - 2.0))
            for paragraph in blank.written:
                flow.space(3.0)
                self.setter.sentence(_shown(paragraph), look.SMALL)

    def _picture(self, picture: Picture) -> None:
        flow, setter = self.flow, self.setter
        flow.hold()
        flow.space(10.0)
        node = Node("Figure", setter.node, alt=f"{picture.title}. {picture.description}")
        scale = min(1.0, flow.measure / picture.width)
        flow.shape(picture.height * scale, drawn(picture, node, self.one.locale, scale))


def _shown(words: Sentence) -> Sentence:
    """With a question mark for each character that no font has: people write what they like."""
    text = words.text
    while wrong := unprintable(text, words.lang):
        text = "".join("?" if letter in wrong else letter for letter in text)
    return Sentence(text, words.lang)


def _footer(sheet: Sheet, frame: Frame, title: Sentence, folio: Sentence) -> None:
    """Title and page number; decoration to a screen reader."""
    top = sheet.height - frame.bottom + 18.0
    sheet.rule(frame.side, top, frame.right, 0.5, look.stroke(look.LINE))
    page = Measured([Span(folio.text)], folio.lang, look.FOOTER).lines(160.0)[0]
    line = Measured([Span(_shown(title).text)], title.lang, look.FOOTER).lines(frame.measure - page.width - 20.0)[0]
    sheet.text(line, frame.side, top + 4.0, None)
    sheet.text(page, frame.right - page.width, top + 4.0, None)
