"""The learner's handbook of a module: values in, PDF out."""

from __future__ import annotations

from dataclasses import replace

from trainer.content.model import Module, Unit
from trainer.printing import back, front, look
from trainer.printing import labels as say
from trainer.printing.blocks import Setter
from trainer.printing.labels import Sentence
from trainer.printing.options import PrintOptions, upright
from trainer.printing.passages import GLOSSARY_KEY, MODULE_KEY, plain
from trainer.printing.product import Part, Product, alone, lay_out, own_name, part
from trainer.typeset.flow import Anchor, Flow
from trainer.typeset.structure import Node


def handbook(module: Module, options: PrintOptions) -> bytes:
    """The PDF. The same values give the same bytes.

    Raises typeset's MissingGlyph (a character no font has), BadPicture and FontsMissing; each names where.
    """
    return alone(module, options, lambda root: lay_out(Book(module, options, upright(options.paper), root)))


class Book(Product):
    """Cover, contents, introduction, units, glossary, sources."""

    has_bare_first_page = True

    def parts(self) -> list[Part]:
        self.entries: list[front.Entry] = []
        body = self.body()
        return [self.cover(), self.contents(), body]

    def cover(self) -> Part:
        flow = self.flow()
        front.cover(self.setter(flow), self.module, self.place.say(self.kind), self.facts(), self.frame.room)
        return part(flow, stretched=True, is_loose=True)

    def contents(self) -> Part:
        flow = self.flow()
        front.contents(self.setter(flow), self.entries, self.folios, self._remarks())
        return part(flow, is_loose=True)

    def body(self) -> Part:
        flow = self.flow()
        self.introduction(flow)
        lessons = 0
        for unit in self.units:
            lessons += unit.kind == "lesson"
            self.unit(flow, unit, lessons)
        self.ending(flow)
        return part(flow)

    def ending(self, flow: Flow) -> None:
        terms = back.terms(self.module, self.units, is_guide=self.is_guide)
        if terms:
            setter = self.section(flow, self.place.say(say.GLOSSARY), GLOSSARY_KEY)
            back.glossary(setter, terms)
        if self.module.sources:
            back.sources(self.section(flow, self.place.say(say.SOURCES), ":sources", fresh=not terms), self.module)

    def section(self, flow: Flow, title: Sentence, name: str, *, fresh: bool = True) -> Setter:
        """A part that stands in contents and outline. `fresh`: it begins a page."""
        setter = self.setter(flow)
        if fresh:
            flow.new_page()
        flow.space(34.0)
        key = self.place.key(name)
        flow.anchor(Anchor(key, title.text, 0))
        self.entries.append(front.Entry(key, title, ""))
        setter.sentence(title, look.UNIT_TITLE, "H2", keep=True)
        front.title_rule(flow)
        return setter

    def introduction(self, flow: Flow) -> None:
        module = self.module
        setter = self.section(flow, self.place.say(say.INTRODUCTION), MODULE_KEY)
        setter.blocks(module.introduction[:1])
        if module.objectives:
            front.objectives(setter, module.objectives)
        if module.sensitive is not None:
            front.content_note(setter, module.sensitive)
        setter.blocks(module.introduction[1:])
        setter.notes(back.notes_of(module.introduction, module.notes, is_guide=self.is_guide))

    def unit(self, flow: Flow, unit: Unit, lesson: int) -> None:
        place = replace(self.place, file=unit.file, prefix=unit.slug)
        setter = self.setter(flow, place=place, is_form=unit.kind == "job-aid")
        eyebrow = front.eyebrow(place, unit, lesson)
        title = Sentence(plain(unit.title.content), unit.title.lang)
        flow.new_page()
        key = place.key(unit.slug)
        flow.anchor(Anchor(key, title.text, 0))
        self.entries.append(front.Entry(key, title, eyebrow.text))
        setter.sentence(eyebrow, look.EYEBROW, keep=True)
        setter.passage(unit.title, look.UNIT_TITLE, Node("H2", setter.node), keep=True)
        front.title_rule(flow)
        if unit.sensitive is not None:
            front.content_note(setter, unit.sensitive)
        setter.blocks(unit.blocks)
        setter.notes(back.notes_of(unit.blocks, unit.notes, is_guide=self.is_guide))

    def _remarks(self) -> list[Sentence]:
        """What a reader of a translation must know."""
        states, remarks = self.module.states, []
        if states.get("stale"):
            remarks.append(self.place.say(say.STALE))
        if states.get("missing"):
            remarks.append(self.place.say(say.FALLBACK, language=own_name(self.module.source)))
        return remarks
