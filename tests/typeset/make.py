"""One-page documents for the tests."""

from __future__ import annotations

from trainer.typeset.faces import REGULAR
from trainer.typeset.flow import Flow, draw, paginate
from trainer.typeset.lines import Measured, Span, Type
from trainer.typeset.sheet import About, Sheet
from trainer.typeset.structure import Node


def document(text: str, lang: str, style: int = REGULAR, width: float = 240.0, type_: Type | None = None) -> bytes:
    """`text` as one paragraph."""
    sheet = Sheet(About(title="Test", lang=lang), "a4")
    flow = Flow(width)
    node = Node("P", sheet.tree.root)
    flow.paragraph(Measured([Span(text, style)], lang, type_ or Type()), node)
    for page in paginate(flow.strips, 700.0):
        draw(page, sheet, 60.0, 60.0)
        sheet.end_page()
    return sheet.finish()
