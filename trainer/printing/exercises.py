"""The exercises of the lessons alone: activities, cases, scenarios and questions, without the text around them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from trainer.content.model import Activity, Block, Case, National, Question, Scenario, Unit
from trainer.printing import front, look
from trainer.printing import labels as say
from trainer.printing.anchors import unit_anchors
from trainer.printing.back import notes_of
from trainer.printing.labels import Sentence
from trainer.printing.passages import plain
from trainer.printing.product import Part, Product, part
from trainer.typeset.flow import Anchor
from trainer.typeset.structure import Node


class Exercises(Product):
    """Questions keep the numbers that they have in the handbook."""

    kind = say.HANDOUT

    def chosen_units(self) -> tuple[Unit, ...]:
        units = []
        for unit in self.module.units:
            blocks = tuple(_exercises(unit.blocks)) if unit.kind == "lesson" else ()
            if blocks:
                units.append(replace(unit, blocks=blocks, notes=notes_of(blocks, unit.notes)))
        return tuple(units)

    def anchors(self) -> frozenset[str]:
        return unit_anchors(self.units)

    def footer(self) -> str:
        return f"{self.name().text} · {self.origin()}"

    def parts(self) -> list[Part]:
        flow = self.flow()
        self.opening(self.setter(flow), self.name(), self.title())
        for unit in self.units:
            setter = self.setter(flow, place=replace(self.place, file=unit.file, prefix=unit.slug))
            title = Sentence(plain(unit.title.content), unit.title.lang)
            flow.space(26.0)
            flow.anchor(Anchor(setter.place.key(unit.slug), title.text, 0))
            setter.passage(unit.title, look.HEADINGS[2], Node("H2", setter.node), keep=True)
            if unit.sensitive is not None:
                front.content_note(setter, unit.sensitive)
                flow.hold()
            setter.blocks(unit.blocks)
            setter.notes(unit.notes)
        return [part(flow)]


def _exercises(blocks: Iterable[Block]) -> Iterator[Block]:
    """What is to be done, also where a country has it in a block of its own."""
    for block in blocks:
        match block:
            case Activity() | Case() | Question() | Scenario():
                yield block
            case National():
                yield from _exercises(block.blocks)
            case _:
                pass
