"""One unit as it would stand in the handbook or the guide, for whoever is writing it: one page as a picture."""

from __future__ import annotations

import io
from typing import NamedTuple

from trainer.content.model import Module, Unit
from trainer.printing.anchors import unit_anchors
from trainer.printing.guide import Guide
from trainer.printing.handbook import Book
from trainer.printing.options import PrintOptions, upright
from trainer.printing.passages import MODULE_KEY
from trainer.printing.product import Part, alone, lay_out, part

DOTS = 110
"""Per inch: a page is read on a screen, and sent with every pause in typing."""


class ProofPage(NamedTuple):
    png: bytes
    number: int
    """From 1."""
    pages: int
    width: int
    """Pixels."""
    height: int


class Proof(Book):
    """Nothing but the unit, or the introduction where the module has none."""

    has_bare_first_page = False

    def chosen_units(self) -> tuple[Unit, ...]:
        return self.module.units

    def anchors(self) -> frozenset[str]:
        # Links to the glossary and to other units would lead nowhere.
        return unit_anchors(self.units) or frozenset({MODULE_KEY})

    def parts(self) -> list[Part]:
        self.entries = []
        flow = self.flow()
        if self.units:
            self.unit(flow, self.units[0], 1)
        else:
            Book.introduction(self, flow)
        return [part(flow)]


class _GuideProof(Proof, Guide):
    """The same for facilitators: with their notes, and answers with reasons."""


def proof(module: Module, options: PrintOptions, number: int, *, facilitator: bool) -> ProofPage:
    """Page `number` (the last, if there are fewer) of a module of one unit, as it is printed.

    Raises what `handbook` raises.
    """
    kind = _GuideProof if facilitator else Proof
    data = alone(module, options, lambda root: lay_out(kind(module, options, upright(options.paper), root)))
    return ProofPage(*picture(data, number))


def picture(data: bytes, number: int) -> tuple[bytes, int, int, int, int]:
    """Page `number` of a PDF, the last if there are fewer. -> PNG, number, pages, width and height in pixels"""
    import pypdfium2

    document = pypdfium2.PdfDocument(data)
    try:
        pages = len(document)
        number = max(1, min(number, pages))
        # Few colours are on a page; with a palette it weighs a third.
        image = document[number - 1].render(scale=DOTS / 72).to_pil().convert("RGB").quantize(64)
        out = io.BytesIO()
        image.save(out, "PNG", optimize=True)
        return out.getvalue(), number, pages, image.width, image.height
    finally:
        document.close()
