"""Job aids: tools to print, each on a page of its own where a page can hold it."""

from __future__ import annotations

from dataclasses import replace

from trainer.content.model import Unit
from trainer.printing import labels as say
from trainer.printing import look
from trainer.printing.anchors import unit_anchors
from trainer.printing.front import content_note, title_rule
from trainer.printing.labels import Sentence
from trainer.printing.passages import plain
from trainer.printing.product import Part, Product, part
from trainer.typeset.flow import Anchor
from trainer.typeset.structure import Node


class JobAids(Product):
    kind = say.JOB_AID
    has_folios = False

    def chosen_units(self) -> tuple[Unit, ...]:
        return tuple(unit for unit in self.module.units if unit.kind == "job-aid")

    def anchors(self) -> frozenset[str]:
        return unit_anchors(self.units)

    def footer(self) -> str:
        return self.origin()

    def parts(self) -> list[Part]:
        return [self._unit(unit) for unit in self.units]

    def _unit(self, unit: Unit) -> Part:
        flow = self.flow()
        setter = self.setter(flow, place=replace(self.place, file=unit.file, prefix=unit.slug), is_form=True)
        title = Sentence(plain(unit.title.content), unit.title.lang)
        flow.anchor(Anchor(setter.place.key(unit.slug), title.text, 0))
        setter.passage(unit.title, look.UNIT_TITLE, Node("H1", setter.node), keep=True)
        setter.depth = 1
        title_rule(flow)
        if unit.sensitive is not None:
            content_note(setter, unit.sensitive)
        setter.blocks(unit.blocks)
        setter.notes(unit.notes)
        return part(flow)
