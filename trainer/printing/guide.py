"""The facilitator's guide: timings, what to prepare, lessons with facilitator notes, answers with reasons, and closing.

The module has to be compiled for facilitators; otherwise the guide has no notes.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from trainer.content.model import Activity, Block, Definitions, Paragraph, Passage, Strong, Text, Unit
from trainer.printing import labels as say
from trainer.printing import look
from trainer.printing.anchors import walk
from trainer.printing.answers import set_answered
from trainer.printing.blocks import Setter
from trainer.printing.drawings import tick_box
from trainer.printing.handbook import Book
from trainer.printing.labels import Sentence
from trainer.printing.passages import Place, measured, said
from trainer.typeset.flow import Flow, Label
from trainer.typeset.lines import Type
from trainer.typeset.structure import Node
from trainer.typeset.tables import Cell, Look, table

TIMINGS = Look(head_stroke=look.stroke(look.TEAL), stroke=look.stroke(look.LINE), whole=30)


class Guide(Book):
    kind = say.GUIDE
    is_guide = True

    def setter(self, flow: Flow, *, place: Place | None = None, is_form: bool = False) -> Setter:
        setter = super().setter(flow, place=place, is_form=is_form)
        setter.set_item = set_answered
        return setter

    def facts(self) -> list[Sentence]:
        facts, minutes = super().facts(), self.module.minutes_workshop
        return [*facts, self.place.say(say.IN_WORKSHOP, number=minutes)] if minutes else facts

    def introduction(self, flow: Flow) -> None:
        setter = self.section(flow, self.place.say(say.OVERVIEW), ":overview")
        self._timings(setter)
        self._materials(setter)
        super().introduction(flow)

    def ending(self, flow: Flow) -> None:
        super().ending(flow)
        setter = self.section(flow, self.place.say(say.CLOSING), ":closing")
        outer, entries = setter.node, Node("L", setter.node, attributes="/O /List /ListNumbering /None")
        for sentence in say.CHECKLIST:
            flow.space(7.0)
            setter.node = to_tick(setter, entries)
            with flow.inset(TICK):
                setter.sentence(self.place.say(sentence), look.BODY)
        setter.node = outer

    # ------------------------------------------------------------ overview

    def _timings(self, setter: Setter) -> None:
        """Each unit with its minutes, and its activities with theirs."""
        node = Node("Table", setter.node)
        heads = (say.PART, say.TIME, say.GROUP_SIZE)
        head = self._row(Node("TR", node), [self.place.say(one) for one in heads], look.CELL_HEAD, "TH")
        rows = []
        for unit in self.module.units:
            rows.append(self._unit_row(Node("TR", node), unit))
            rows += [self._activity_row(Node("TR", node), unit, one) for one in activities(unit.blocks)]
        table(setter.flow, head, rows, TIMINGS)

    def _row(self, row: Node, words: list[Sentence], type_: Type, role: str = "TD") -> list[Cell]:
        cells = []
        for sentence in words:
            node = Node(role, row, attributes="/O /Table /Scope /Column" if role == "TH" else "")
            cells.append(Cell(said(sentence, type_, node, self.place.locale), node))
        return cells

    def _unit_row(self, row: Node, unit: Unit) -> list[Cell]:
        place = replace(self.place, file=unit.file, prefix=unit.slug)
        node = Node("TD", row)
        title = Cell(measured(unit.title, look.CELL_HEAD, node, place), node)
        return [title, *self._row(row, [self._number(unit.minutes), Sentence("", place.locale)], look.CELL)]

    def _activity_row(self, row: Node, unit: Unit, block: Activity) -> list[Cell]:
        place = replace(self.place, file=unit.file, prefix=unit.slug)
        node, name = Node("TD", row), name_of(block)
        if name is None:
            text = said(place.say(say.ACTIVITY), look.CELL, node, place.locale)
        else:
            words = (Text(f"{place.say(say.ACTIVITY).text} · "), *name.content)
            text = measured(name._replace(content=words), look.CELL, node, place)
        return [Cell(text, node), *self._row(row, [self._number(block.minutes), self._number(block.group)], look.CELL)]

    def _number(self, number: int | None) -> Sentence:
        return Sentence("" if number is None else str(number), self.place.locale)

    def _materials(self, setter: Setter) -> None:
        """The definition lists of the activities, as lists to tick."""
        found = [(unit, one) for unit in self.module.units for one in activities(unit.blocks) if _listed(one)]
        if not found:
            return
        setter.flow.space(look.HEADING_SPACE[2])
        setter.sentence(self.place.say(say.PREPARE), look.HEADINGS[2], "H3", keep=True)
        for unit, block in found:
            setter.place = replace(self.place, file=unit.file, prefix=unit.slug)
            name = name_of(block)
            setter.flow.space(10.0)
            if name is not None:
                setter.passage(name, look.HEADINGS[3], Node("H4", setter.node), keep=True)
            for listed in _listed(block):
                self._to_prepare(setter, listed)
        setter.place = self.place

    def _to_prepare(self, setter: Setter, listed: Definitions) -> None:
        for item in listed.items:
            setter.flow.space(6.0)
            setter.passage(item.term, look.HEADINGS[4], Node("P", setter.node), keep=True)
            outer, entries = setter.node, Node("L", setter.node, attributes="/O /List /ListNumbering /None")
            for block in item.blocks:
                setter.node = to_tick(setter, entries)
                with setter.flow.inset(TICK):
                    setter.block(block)
            setter.node = outer


TICK = 18.0
STOPS = ".。។။ "


def to_tick(setter: Setter, entries: Node) -> Node:
    """A box beside the next line, which stands `TICK` to the right of here. -> the element of its text"""
    setter.flow.label(Label(None, setter.flow.left, None, tick_box))
    return Node("LBody", Node("LI", entries))


def activities(blocks: Iterable[Block]) -> list[Activity]:
    return [block for block in walk(blocks) if isinstance(block, Activity)]


def _listed(activity: Activity) -> list[Definitions]:
    return [block for block in activity.blocks if isinstance(block, Definitions)]


def name_of(activity: Activity) -> Passage | None:
    """The bold words that it begins with, without a full stop."""
    first = activity.blocks[0] if activity.blocks else None
    if not isinstance(first, Paragraph) or not first.passage.content:
        return None
    bold = first.passage.content[0]
    if not isinstance(bold, Strong):
        return None
    *words, last = bold.children
    return first.passage._replace(content=(*words, Text(last.text.rstrip(STOPS)) if isinstance(last, Text) else last))
