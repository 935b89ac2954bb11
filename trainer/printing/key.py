"""The answer key of a test or quiz: the right marks row by row, then each question with reasons."""

from __future__ import annotations

from dataclasses import replace

from trainer.assessment import Planned
from trainer.content.model import Item, Question
from trainer.printing import labels as say
from trainer.printing import look
from trainer.printing.answers import set_answered
from trainer.printing.blocks import Setter
from trainer.printing.labels import Sentence
from trainer.printing.papers import QuestionPaper
from trainer.printing.passages import said
from trainer.printing.product import Part, part
from trainer.printing.rights import Right, rights
from trainer.typeset.flow import Bar
from trainer.typeset.structure import Node
from trainer.typeset.tables import Cell, Look, table

MARKS = Look(head_stroke=look.stroke(look.TEAL), stroke=look.stroke(look.LINE))


class AnswerKey(QuestionPaper):
    is_guide = True

    def name(self) -> Sentence:
        key, name = self.place.say(say.KEY), super().name()
        return Sentence(f"{key.text} · {name.text}", key.lang)

    def parts(self) -> list[Part]:
        flow = self.flow()
        setter = self.setter(flow, place=replace(self.place, file=self.unit.file, prefix=self.unit.slug))
        self.opening(setter, self.name(), self.title())
        setter.boxed((), Bar(0.0, 3.0, look.fill(look.RED)), title=self.place.say(say.KEY_ONLY), colour=look.RED)
        flow.space(10.0)
        self._marks(setter)
        flow.space(10.0)
        for number, planned in enumerate(self.plan, 1):
            set_answered(setter, as_presented(planned), number)
        setter.notes(self.unit.notes)
        return [part(flow)]

    def _marks(self, setter: Setter) -> None:
        """A table of rows and marks."""
        node, place = Node("Table", setter.node), self.place
        head = self._row(Node("TR", node), [place.say(say.ROW), place.say(say.ANSWER)], "TH")
        found = [right for number, planned in enumerate(self.plan, 1) for right in rights(planned, number)]
        rows = [self._row(Node("TR", node), self._words(right), "TD") for right in found]
        if rows:
            table(setter.flow, head, rows, MARKS)

    def _words(self, right: Right) -> list[Sentence]:
        return [Sentence(right.label, self.place.locale), Sentence(right.mark, self.place.locale)]

    def _row(self, row: Node, words: list[Sentence], role: str) -> list[Cell]:
        cells = []
        for sentence in words:
            node = Node(role, row, attributes="/O /Table /Scope /Column" if role == "TH" else "")
            type_ = look.CELL_HEAD if role == "TH" else look.CELL
            cells.append(Cell(said(sentence, type_, node, self.place.locale), node))
        return cells


def as_presented(planned: Planned) -> Item:
    """The question with its options in the order in which the paper shows them, so that letters agree."""
    item = planned.item
    if isinstance(item, Question) and item.type in ("single", "multiple"):
        return replace(item, options=tuple(item.options[source] for source in planned.order))
    return item
