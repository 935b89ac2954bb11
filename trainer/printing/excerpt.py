"""The page of paper on which one passage stands, as a picture with a rule beside the passage: for its translator."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import NamedTuple

from trainer.content.model import Block, Footnote, Module, Passage
from trainer.content.places import holds
from trainer.printing import look
from trainer.printing.blocks import Setter
from trainer.printing.guide import Guide
from trainer.printing.options import PrintOptions, upright
from trainer.printing.passages import Place
from trainer.printing.product import Part, alone, lay_out
from trainer.printing.proof import Proof, picture
from trainer.typeset.flow import Anchor, Bar, Flow
from trainer.typeset.lines import Type
from trainer.typeset.structure import Node

_HERE = ":here"


class Excerpt(NamedTuple):
    png: bytes
    page: int
    """From 1, of the unit's own pages."""
    pages: int
    width: int
    """Pixels."""
    height: int
    found: bool
    """The passage is on it. False: paper does not show it, and this is the first page of its unit."""


class _Marker(Setter):
    """Sets as any setter does, and notes which strips the passage became: its own, or those of the block it is in."""

    wanted: tuple[str, str] = ("", "")
    strips: tuple[int, int] | None = None

    def passage(self, passage: Passage, type_: Type, node: Node, *, keep: bool = False) -> None:
        first = len(self.flow.strips)
        super().passage(passage, type_, node, keep=keep)
        if (passage.context, passage.source) == self.wanted:
            self._note(first)

    def block(self, block: Block) -> None:
        first = len(self.flow.strips)
        super().block(block)
        if self.strips is None and holds(block, *self.wanted):
            self._note(first)

    def notes(self, notes: tuple[Footnote, ...]) -> None:
        first = len(self.flow.strips)
        super().notes(notes)
        if self.strips is None and any(holds(note, *self.wanted) for note in notes):
            self._note(first)

    def _note(self, first: int) -> None:
        if first < len(self.flow.strips):
            self.strips = first, len(self.flow.strips)


class _Excerpt(Proof):
    """One unit, or the introduction; the passage has a rule beside it."""

    wanted: tuple[str, str] = ("", "")

    def setter(self, flow: Flow, *, place: Place | None = None, is_form: bool = False) -> Setter:
        plain = super().setter(flow, place=place, is_form=is_form)
        marker = _Marker(**{one.name: getattr(plain, one.name) for one in fields(plain)})
        marker.wanted = self.wanted
        self.markers = [*getattr(self, "markers", ()), marker]
        return marker

    def parts(self) -> list[Part]:
        parts = super().parts()
        strips = parts[0].strips
        for marker in self.markers:
            for at in range(*marker.strips) if marker.strips else ():
                strips[at].bars += (Bar(-16.0, 4.0, look.fill(look.CLAY)),)
            if marker.strips:
                strips[marker.strips[0]].anchors += (Anchor(self.place.key(_HERE)),)
        return parts


class _GuideExcerpt(_Excerpt, Guide):
    """The same with what only facilitators have: notes, answers with reasons."""


def excerpt(module: Module, unit: str, context: str, source: str, options: PrintOptions) -> Excerpt:
    """The page of `module` on which the passage stands. `unit`: id of its unit; otherwise the introduction is shown.

    The module has to be compiled for facilitators. Raises what `handbook` raises.
    """
    own = replace(module, units=tuple(one for one in module.units if one.id == unit))
    data, page = _set(own, options, _Excerpt, (context, source))
    if page is None:
        again, page = _set(own, options, _GuideExcerpt, (context, source))
        data = data if page is None else again
    return Excerpt(*picture(data, page or 1), found=page is not None)


def _set(
    module: Module, options: PrintOptions, kind: type[_Excerpt], wanted: tuple[str, str]
) -> tuple[bytes, int | None]:
    """The PDF, and the page with the passage."""
    made = type(kind.__name__, (kind,), {"wanted": wanted})
    products: list[_Excerpt] = []

    def compose(root: Node) -> object:
        products.append(made(module, options, upright(options.paper), root))
        return lay_out(products[0])

    data = alone(module, options, compose)  # type: ignore[arg-type]
    return data, products[0].folios.get(products[0].place.key(_HERE))
