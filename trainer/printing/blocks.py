"""Blocks of a module down the page."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from trainer.content.model import (
    Activity,
    Block,
    Callout,
    Case,
    CodeBlock,
    Definitions,
    Facilitator,
    Figure,
    Footnote,
    Heading,
    Item,
    List,
    National,
    Paragraph,
    Passage,
    Question,
    Quote,
    Rule,
    Scenario,
    Table,
)
from trainer.printing import labels as say
from trainer.printing import look
from trainer.printing.drawings import cell_box, tick_box
from trainer.printing.items import set_item
from trainer.printing.labels import Sentence
from trainer.printing.passages import Place, mark, measured, plain, said
from trainer.typeset import pictures
from trainer.typeset.faces import BOLD, MONO
from trainer.typeset.flow import Anchor, Bar, Flow, Label, Strip
from trainer.typeset.lines import Measured, Span, Type
from trainer.typeset.pictures import BadPicture, Picture
from trainer.typeset.sheet import Sheet
from trainer.typeset.structure import Node
from trainer.typeset.tables import Cell, Look, table

TABLE = Look(head_stroke=look.stroke(look.TEAL), stroke=look.stroke(look.LINE))
FORM = Look(head_stroke=look.stroke(look.TEAL), stroke=look.stroke(look.LINE), lowest=16.0, whole=14)
"""A table to write in: higher rows, and all of it on one page."""


SHORT_BOX = 7
"""Lines of a callout, or of an open national slot, that is not cut at the foot of a page."""


@dataclass(slots=True, eq=False)
class Setter:
    """Sets the blocks of one unit. `node` is the element that what comes next belongs to."""

    flow: Flow
    place: Place
    node: Node
    is_form: bool = False
    """A tool to print and write on: bullets and empty cells become boxes to tick."""
    body: Type = look.BODY
    gap: float = look.GAP
    questions: int = 0
    headings: list[tuple[int, str, str]] = field(default_factory=list)
    """(level, words, anchor key) of each heading, for the contents."""
    is_guide: bool = False
    """Facilitator notes are shown; nowhere else, whatever the module was compiled for."""
    set_item: Callable[[Setter, Item, int], None] = set_item
    """How a question is set, given its number in the unit."""
    is_second: bool = False
    """It stands beside the same in another language, which has the boxes to tick and the lines to write on."""
    span: float = 0.0
    """Width of the text on the page, all columns together; 0: of this flow."""
    depth: int = 2
    """Level in the structure of the heading above; levels must not skip."""

    # ------------------------------------------------------------ passages

    def passage(self, passage: Passage, type_: Type, node: Node, *, keep: bool = False) -> None:
        self.flow.paragraph(measured(passage, type_, node, self.place), node, keep=keep)

    def sentence(self, sentence: Sentence, type_: Type, role: str = "P", *, keep: bool = False) -> None:
        node = Node(role, self.node)
        self.flow.paragraph(said(sentence, type_, node, self.place.locale), node, keep=keep)

    # ------------------------------------------------------------ blocks

    def blocks(self, blocks: Iterable[Block]) -> None:
        before: Block | None = None
        for block in blocks:
            if _leads_in(before, block):
                self.flow.hold()
            self.block(block)
            before = block

    def block(self, block: Block) -> None:
        self.flow.space(self.gap)
        match block:
            case Paragraph():
                self.passage(block.passage, self.body, Node("P", self.node))
            case Heading():
                self.heading(block)
            case List():
                self.listing(block)
            case Table():
                self.table(block)
            case Definitions():
                self.definitions(block)
            case Quote():
                self.boxed(block.blocks, Bar(0.0, 1.0, look.fill(look.LINE)), role="BlockQuote")
            case Callout():
                colour = look.CALLOUTS[block.kind]
                self.titled(self.place.say(say.CALLOUTS[block.kind]), block.blocks, colour)
            case Figure():
                self.figure(block)
            case CodeBlock():
                self.code(block)
            case Rule():
                self.flow.shape(8.0, lambda sheet, x, y: sheet.rule(x, y + 4, x + 60, 0.8, look.stroke(look.LINE)))
            case Activity():
                self.anchor(block.id)
                self.titled(self._activity_title(block), block.blocks, look.CLAY)
            case Facilitator():
                self.facilitator(block)
            case Case():
                self.anchor(block.id)
                self.titled(self.place.say(say.CASE), block.blocks, look.PLUM)
            case National():
                self.national(block)
            case Question() | Scenario():
                self.questions += 1
                self.set_item(self, block, self.questions)

    def anchor(self, name: str) -> None:
        self.flow.anchor(Anchor(self.place.key(f"{self.place.prefix}.{name}")))

    def heading(self, block: Heading) -> None:
        level = min(max(block.level, 2), 4)
        self.depth = min(level + 1, self.depth + 1)
        node = Node(f"H{self.depth}", self.node)
        self.flow.space(look.HEADING_SPACE[level])
        key = self.place.key(f"{self.place.prefix}.{block.id}")
        self.flow.anchor(Anchor(key, plain(block.passage.content) if level == 2 else "", 1))
        self.headings.append((level, plain(block.passage.content), key))
        self.passage(block.passage, look.HEADINGS[level], node, keep=True)
        self.flow.space(3.0)

    def listing(self, block: List) -> None:
        numbering = "Decimal" if block.ordered else "Disc"
        outer, node = self.node, Node("L", self.node, attributes=f"/O /List /ListNumbering /{numbering}")
        last = f"{block.start + len(block.items) - 1}."
        wide = max(16.0, Measured([Span(last)], self.place.locale, self.body).natural + 6.0) if block.ordered else 16.0
        starts = []
        for index, item in enumerate(block.items):
            starts.append(len(self.flow.strips))
            self.flow.space(2.0 if block.tight else 4.0)
            entry = Node("LI", node)
            with self.flow.inset(wide):
                self.bullet(f"{block.start + index}." if block.ordered else "•", entry, wide, not block.ordered)
                self.node = Node("LBody", entry)
                self._item(item.blocks)
        self.flow.hold_ends(starts)
        self.node = outer

    def _item(self, blocks: tuple[Block, ...]) -> None:
        """The first paragraph stands beside its bullet, as the body's own text."""
        if blocks and isinstance(blocks[0], Paragraph):
            self.passage(blocks[0].passage, self.body, self.node, keep=_leads_in(*blocks[:2]))
            blocks = blocks[1:]
        before, self.gap = self.gap, 3.0
        self.blocks(blocks)
        self.gap = before

    def bullet(self, text: str, entry: Node, wide: float, tickable: bool) -> None:
        """A label before the next line, `wide` to the left of it."""
        if tickable and self.is_form and not self.is_second:
            self.flow.label(Label(None, self.flow.left - wide, None, tick_box))
            return
        line = Measured([Span(text)], self.place.locale, self.body).lines(wide)[0]
        self.flow.label(Label(line, self.flow.left - wide, Node("Lbl", entry)))

    def table(self, block: Table) -> None:
        node = Node("Table", self.node)
        head = self._cells(block.head, Node("TR", node), "TH") if any(c.content for c in block.head) else []
        rows = [self._cells(row, Node("TR", node), "TD") for row in block.rows]
        table(self.flow, head, rows, FORM if self.is_form else TABLE)

    def _cells(self, passages: tuple[Passage, ...], row: Node, role: str) -> list[Cell]:
        cells = []
        for passage in passages:
            node = Node(role, row, attributes="/O /Table /Scope /Column" if role == "TH" else "")
            type_ = look.CELL_HEAD if role == "TH" else look.CELL
            empty = role == "TD" and self.is_form and not self.is_second and not passage.content
            cells.append(Cell(measured(passage, type_, node, self.place), node, cell_box if empty else None))
        return cells

    def definitions(self, block: Definitions) -> None:
        outer, node = self.node, Node("L", self.node, attributes="/O /List /ListNumbering /None")
        for item in block.items:
            entry = Node("LI", node)
            self.flow.space(4.0)
            self.passage(item.term, look.HEADINGS[4], Node("Lbl", entry), keep=True)
            self.node = Node("LBody", entry)
            with self.flow.inset(16.0):
                self._item(item.blocks)
        self.node = outer

    def boxed(
        self, blocks: Iterable[Block], bar: Bar, *, role: str = "Div", title: Sentence | None = None, colour: str = ""
    ) -> None:
        """Blocks behind a rule at their left, under a title of the interface when there is one."""
        outer, self.node = self.node, Node(role, self.node)
        bar.above = 2.0
        first = len(self.flow.strips)
        self.flow.space(self.gap + 4.0)
        with self.flow.inset(14.0, bar=bar):
            if title is not None:
                self.sentence(title, Type(size=10.5, leading=0.95, style=BOLD, colour=look.fill(colour)), keep=True)
            self.close_blocks(blocks, title is not None)
        self.flow.hold_short(first, SHORT_BOX)
        self.flow.space(self.gap + 4.0)
        self.node = outer

    def close_blocks(self, blocks: Iterable[Block], after_title: bool) -> None:
        """Blocks of which the first stands close to the title above it."""
        before = self.gap
        for block in blocks:
            self.gap, after_title = (2.0 if after_title else before), False
            self.block(block)
            self.gap = before

    def titled(self, title: Sentence, blocks: Iterable[Block], colour: str) -> None:
        self.boxed(blocks, Bar(0.0, 3.0, look.fill(colour)), title=title, colour=colour)

    def facilitator(self, block: Facilitator) -> None:
        """Behind two rules, so that nobody reads it out for the activity's own text."""
        if self.is_guide:
            colour = look.fill(look.DEEP)
            with self.flow.inset(3.5, bar=Bar(0.0, 1.2, colour, 2.0)):
                self.boxed(block.blocks, Bar(0.0, 1.2, colour), title=self.place.say(say.FACILITATOR), colour=look.DEEP)

    def _activity_title(self, block: Activity) -> Sentence:
        text, lang = self.place.say(say.ACTIVITY)
        parts = [text]
        if block.minutes:
            parts.append(self.place.say(say.MINUTES, number=block.minutes).text)
        if block.group:
            parts.append(self.place.say(say.GROUPS, number=block.group).text)
        return Sentence(" · ".join(parts), lang)

    def figure(self, block: Figure) -> None:
        picture = self._picture(block)
        node = Node("Figure", self.node, alt=plain(block.alt.content))
        mark(node, block.alt.lang, self.place.locale)
        width = min(self.flow.measure, picture.width * 0.48)
        height = width * picture.height / picture.width
        if height > 300.0:
            width, height = width * 300.0 / height, 300.0

        def draw(sheet: Sheet, x: float, y: float) -> None:
            sheet.picture(picture, x, y, width, height, node)

        self.flow.space(10.0)
        with self.flow.whole():
            self.flow.add(Strip(height, shapes=((self.flow.left, 0.0, draw),)))
            if block.caption is not None:
                self.flow.space(4.0)
                self.passage(block.caption, look.CAPTION, Node("Caption", self.node))
        self.flow.space(10.0)

    def _picture(self, block: Figure) -> Picture:
        data = self.place.media(block.src)
        where = f"{self.place.file}:{block.line}: {block.src}"
        if data is None:
            raise BadPicture(f"{where}: the file is missing")
        try:
            return pictures.read(data)
        except BadPicture as error:
            raise BadPicture(f"{where}: {error}") from None

    def code(self, block: CodeBlock) -> None:
        node = Node("Code", Node("P", self.node))
        with self.flow.inset(10.0, bar=Bar(0.0, 0.8, look.fill(look.LINE))):
            text = Measured([Span(block.text.rstrip("\n"), MONO)], "en", look.CODE, self.place.file)
            self.flow.paragraph(text, node)

    def national(self, block: National) -> None:
        self.anchor(block.id)
        if not block.open:
            self.blocks(block.blocks)
            return
        outer, self.node = self.node, Node("Div", self.node)
        first = len(self.flow.strips)
        self.flow.space(self.gap + 4.0)
        with self.flow.inset(14.0, bar=Bar(0.0, 0.8, look.fill(look.LINE), 2.0)):
            self.blocks(block.blocks)
            self.flow.hold()
            self.flow.space(3.0)
            self.sentence(self.place.say(say.OPEN_SLOT), look.QUIET)
        self.flow.hold_short(first, SHORT_BOX)
        self.flow.space(self.gap + 4.0)
        self.node = outer

    # ------------------------------------------------------------ notes

    def notes(self, notes: tuple[Footnote, ...]) -> None:
        """Footnotes at the end of the unit."""
        if not notes:
            return
        self.flow.space(20.0)
        self.flow.shape(4.0, lambda sheet, x, y: sheet.rule(x, y, x + 90, 0.6, look.stroke(look.LINE))).keep = True
        self.sentence(self.place.say(say.NOTES), look.EYEBROW, keep=True)
        outer, body, gap = self.node, self.body, self.gap
        self.body, self.gap = look.SMALL, 3.0
        for note in notes:
            self.flow.space(3.0)
            self.anchor(f"note-{note.label}")
            node = Node("Note", outer, key=self.place.key(f"{self.place.prefix}.{note.label}"))
            with self.flow.inset(16.0):
                self.bullet(f"{note.number}", node, 16.0, False)
                self.node = node
                self._item(note.blocks)
        self.node, self.body, self.gap = outer, body, gap


def _leads_in(block: Block | None, after: Block | None = None) -> bool:
    """Whether `block` is a sentence that announces the list or the table after it."""
    if not isinstance(block, Paragraph) or not isinstance(after, List | Table):
        return False
    return plain(block.passage.content).rstrip().endswith((":", "：", "៖"))
