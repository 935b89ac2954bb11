"""Test papers and quizzes whose answers go onto an answer sheet.

Questions, choices and rows stand in the order of the plan and have the names they have on the sheet. Nothing here
reads which option is right.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Literal

from trainer.assessment import Planned
from trainer.content.model import Heading, Module, Paragraph, Passage, Question, Scenario, Step, Unit
from trainer.printing import labels as say
from trainer.printing import look
from trainer.printing.back import notes_of
from trainer.printing.blocks import Setter
from trainer.printing.front import content_note
from trainer.printing.items import option_text, write_lines
from trainer.printing.labels import Sentence
from trainer.printing.options import Frame, PrintOptions
from trainer.printing.orders import letter
from trainer.printing.passages import mark, measured
from trainer.printing.product import Part, Product, part
from trainer.sheets.fields import Field, fields_of
from trainer.typeset.faces import BOLD
from trainer.typeset.flow import Bar, Label
from trainer.typeset.lines import Measured, Span, Type
from trainer.typeset.structure import Node

When = Literal["before", "after", "quiz"]

TITLES = {"before": say.TEST_BEFORE, "after": say.TEST_AFTER, "quiz": say.QUIZ}
LETTER = Type(size=10.5, style=BOLD, colour=look.fill(look.INK))
NUMBER = Type(size=13.0, leading=0.9, style=BOLD, colour=look.fill(look.TEAL))
BESIDE = 26.0
"""Room for a letter before its option."""
ROW = 38.0
"""Room for the name of a row, `12.10` the longest."""
LEADS = Type(size=9.5, style=BOLD, colour=look.fill(look.TEAL))
AIRY = Type(size=look.BODY.size, leading=1.2, colour=look.BODY.colour)


class QuestionPaper(Product):
    """`plan` gives the questions; of two languages each has the plan of its own module, made from the same seed."""

    def __init__(
        self,
        module: Module,
        options: PrintOptions,
        frame: Frame,
        root: Node,
        *,
        unit: Unit,
        plan: Sequence[Planned],
        when: When,
        form: str | None = None,
        key: str = "",
        is_second: bool = False,
    ) -> None:
        shown = [block for block in unit.blocks if not isinstance(block, Question | Scenario | Heading)]
        asked = [planned.item for planned in plan]
        notes = notes_of([*shown, *asked], unit.notes, is_guide=self.is_guide)
        self.unit, self.plan, self.when, self.form = replace(unit, blocks=tuple(shown), notes=notes), plan, when, form
        super().__init__(module, options, frame, root, key=key, is_second=is_second)

    def chosen_units(self) -> tuple[Unit, ...]:
        return (self.unit,)

    def anchors(self) -> frozenset[str]:
        return frozenset(f"{self.unit.slug}.note-{note.label}" for note in self.unit.notes)

    def name(self) -> Sentence:
        """Which test this is, and its form."""
        what = self.place.say(TITLES[self.when])
        form = f" · {self.place.say(say.FORM, form=self.form).text}" if self.form else ""
        return Sentence(f"{what.text}{form}", what.lang)

    def footer(self) -> str:
        return f"{self.name().text} · {self.origin()}"

    def parts(self) -> list[Part]:
        flow = self.flow()
        place = replace(self.place, file=self.unit.file, prefix=self.unit.slug)
        setter = self.setter(flow, place=place)
        self.opening(setter, self.name(), self.title())
        setter.boxed((), Bar(0.0, 3.0, look.fill(look.CLAY)), title=place.say(say.ON_SHEET), colour=look.INK)
        if self.unit.sensitive is not None:
            content_note(setter, self.unit.sensitive)
        setter.blocks(self.unit.blocks)
        for number, planned in enumerate(self.plan, 1):
            set_planned(setter, planned, number)
        flow.space(24.0)
        setter.sentence(place.say(say.PAPER_END), look.QUIET)
        setter.notes(self.unit.notes)
        return [part(flow)]


# ------------------------------------------------------------------ one question


def set_planned(setter: Setter, planned: Planned, number: int) -> None:
    """Question `number` of a plan: on one page when it fits."""
    item, rows = planned.item, fields_of(planned, number)
    outer, setter.node = setter.node, Node("Div", setter.node)
    gap, setter.gap = setter.gap, 3.0
    setter.flow.space(20.0)
    with setter.flow.inset(ROW):
        if isinstance(item, Scenario):
            _scenario(setter, item, number)
        else:
            with setter.flow.whole():
                _question(setter, item, planned, rows, number)
    setter.gap, setter.node = gap, outer


def _question(setter: Setter, item: Question, planned: Planned, rows: Sequence[Field], number: int) -> None:
    _name(setter, str(number), NUMBER)
    if item.type == "gap":
        _gap_prompt(setter, item, rows)
    else:
        setter.blocks(item.prompt)
    setter.flow.hold()
    setter.flow.space(2.0)
    setter.sentence(_task(setter, item, rows), look.QUIET)
    match item.type:
        case "single" | "multiple" | "truefalse":
            _lettered(setter, [_option(setter, item, source) for source in planned.order])
        case "match":
            _cells(setter, item.match_head[:1], rows, item.left)
            _right_cells(setter, item, planned)
        case "order":
            _ordered(setter, item, planned, rows)
        case "gap":
            _gap_rows(setter, item, planned, rows)
        case "reflect":
            setter.flow.hold()
            write_lines(setter, item.lines, 1.0)
        case "short" | "number":
            pass


def _task(setter: Setter, item: Question, rows: Sequence[Field]) -> Sentence:
    """What to do on the answer sheet."""
    is_line = bool(rows) and rows[0].kind == "line"
    match item.type:
        case "single" | "truefalse":
            message = say.SHEET_LETTER if is_line else say.SHEET_ONE
        case "multiple":
            message = say.SHEET_LETTERS if is_line else say.SHEET_MANY
        case "match":
            message = say.SHEET_LETTER if is_line else say.SHEET_MATCH
        case "order":
            message = say.SHEET_PLACE if is_line else say.SHEET_ORDER
        case "gap":
            message = say.SHEET_GAPS if any(gap.choices for gap in item.gaps) else say.SHEET_WORDS
        case "number":
            message = say.SHEET_NUMBER
        case "short":
            message = say.SHEET_WORDS
        case "reflect":
            message = say.REFLECT
    return setter.place.say(message)


def _name(setter: Setter, label: str, type_: Type) -> None:
    """The name of a question or of a row, beside the next line."""
    line = Measured([Span(label)], "en", type_).lines(ROW)[0]
    setter.flow.label(Label(line, setter.flow.left - ROW, Node("P", setter.node)))


def _option(setter: Setter, item: Question, source: int) -> Callable[[Node], Measured]:
    return lambda node: option_text(setter, item.options[source], source, node)


def _cell(setter: Setter, passage: Passage) -> Callable[[Node], Measured]:
    return lambda node: measured(passage, setter.body, node, setter.place)


def _lettered(setter: Setter, texts: Sequence[Callable[[Node], Measured]], leads: Sequence[Sentence] = ()) -> None:
    """Choices, with the letters that their bubbles have, and where each leads."""
    entries = Node("L", setter.node, attributes="/O /List /ListNumbering /UpperAlpha")
    for index, text in enumerate(texts):
        entry = Node("LI", entries)
        setter.flow.hold()
        setter.flow.space(4.0)
        with setter.flow.inset(BESIDE):
            line = Measured([Span(letter(index))], "en", LETTER).lines(BESIDE)[0]
            setter.flow.label(Label(line, setter.flow.left - BESIDE, Node("Lbl", entry)))
            body = Node("LBody", entry)
            setter.flow.paragraph(text(body), body, keep=bool(leads))
            for sentence in leads[index : index + 1]:
                outer, setter.node = setter.node, body
                setter.sentence(sentence._replace(text=f"→ {sentence.text}"), LEADS)
                setter.node = outer


def _head(setter: Setter, head: tuple[Passage, ...]) -> None:
    for passage in head:
        if passage.content:
            setter.flow.space(6.0)
            setter.passage(passage, look.CELL_HEAD, Node("P", setter.node), keep=True)


def _cells(setter: Setter, head: tuple[Passage, ...], rows: Sequence[Field], cells: Sequence[Passage]) -> None:
    """Left cells, each with the name of its row."""
    _head(setter, head)
    _rows(setter, rows, [_cell(setter, passage) for passage in cells])


def _right_cells(setter: Setter, item: Question, planned: Planned) -> None:
    setter.flow.space(8.0)
    _head(setter, item.match_head[1:2])
    _lettered(setter, [_cell(setter, item.right[source]) for source in planned.order])


def _ordered(setter: Setter, item: Question, planned: Planned, rows: Sequence[Field]) -> None:
    _rows(setter, rows, [_option(setter, item, source) for source in planned.order])


def _rows(setter: Setter, rows: Sequence[Field], texts: Sequence[Callable[[Node], Measured]]) -> None:
    """A name of the answer sheet beside each text."""
    entries = Node("L", setter.node, attributes="/O /List /ListNumbering /None")
    for row, text in zip(rows, texts, strict=True):
        entry = Node("LI", entries)
        setter.flow.hold()
        setter.flow.space(5.0)
        line = Measured([Span(row.label)], "en", LETTER).lines(ROW)[0]
        setter.flow.label(Label(line, setter.flow.left - ROW, Node("Lbl", entry)))
        body = Node("LBody", entry)
        setter.flow.paragraph(text(body), body)


# ------------------------------------------------------------------ gaps


def _gap_prompt(setter: Setter, item: Question, rows: Sequence[Field]) -> None:
    """The sentences, each gap with the name of its row in it."""
    named = tuple(gap._replace(choices=(row.label,)) for gap, row in zip(item.gaps, rows, strict=True))
    for block in item.prompt:
        if isinstance(block, Paragraph):
            node = Node("P", setter.node)
            setter.flow.paragraph(measured(block.passage, AIRY, node, setter.place, named), node)
        else:
            setter.block(block)
        setter.flow.space(3.0)


def _gap_rows(setter: Setter, item: Question, planned: Planned, rows: Sequence[Field]) -> None:
    """The choices of each gap, with their letters; where there are none, that words are to be written."""
    for gap, order, row in zip(item.gaps, planned.gaps, rows, strict=True):
        setter.flow.hold()
        setter.flow.space(5.0)
        if not order and not any(planned.gaps):
            continue  # the task has said it
        if not order:
            setter.sentence(setter.place.say(say.SHEET_GAP_WORDS, gap=row.label), look.QUIET)
            continue
        node = Node("P", setter.node)
        mark(node, gap.passage.lang, setter.place.locale)
        _name(setter, row.label, LETTER)
        spans = []
        for at, source in enumerate(order):
            spans += [Span(f"{letter(at)}\u00a0\u00a0", BOLD), Span(f"{gap.choices[source]}      ")]
        setter.flow.paragraph(Measured(spans, gap.passage.lang, setter.body), node)


# ------------------------------------------------------------------ scenarios


def _scenario(setter: Setter, item: Scenario, number: int) -> None:
    _name(setter, str(number), NUMBER)
    setter.sentence(setter.place.say(say.SHEET_SCENARIO), look.QUIET, keep=True)
    outer = setter.node
    numbers = {step.id: at for at, step in enumerate(item.steps, 1)}
    for step in item.steps:
        setter.flow.space(10.0)
        setter.node = Node("Div", outer)
        with setter.flow.whole(), setter.flow.inset(14.0, bar=Bar(0.0, 1.6, look.fill(look.TEAL), 2.0)):
            _card(setter, step, numbers, number)
    setter.node = outer


def _card(setter: Setter, step: Step, numbers: dict[str, int], number: int) -> None:
    place, card = setter.place, numbers[step.id]
    if step.choices:
        line = Measured([Span(f"{number}.{card}")], "en", LETTER).lines(ROW)[0]
        setter.flow.label(Label(line, setter.flow.left - ROW - 14.0, Node("P", setter.node)))
    setter.sentence(place.say(say.CARD, number=card), look.EYEBROW, keep=True)
    setter.passage(step.title, look.HEADINGS[4], Node("P", setter.node), keep=True)
    setter.blocks(step.blocks)
    if not step.choices:
        setter.flow.space(3.0)
        setter.sentence(place.say(say.CARD_END), look.QUIET)
        return
    leads = [place.say(say.GO_TO_CARD, number=numbers[choice.target]) for choice in step.choices]
    _lettered(setter, [_cell(setter, choice.body) for choice in step.choices], leads)
