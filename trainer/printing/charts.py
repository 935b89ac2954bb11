"""A drawing of plain shapes on paper. Lines and areas are decoration; the words and the description are its content."""

from __future__ import annotations

from trainer.charts.shapes import Box, Dot, Label, Line, Picture
from trainer.printing import look
from trainer.typeset.faces import MissingGlyph
from trainer.typeset.flow import Draw
from trainer.typeset.lines import Measured, Span, Type
from trainer.typeset.sheet import Sheet
from trainer.typeset.structure import Node

COLOURS = {
    "ink": look.INK, "quiet": look.SOFT, "line": look.LINE, "soft": "#CDD3D5", "paper": "#FFFFFF",
    "brand": look.TEAL, "brand-tint": look.TINT, "accent": look.CLAY,
    "tint-1": "#E2EFF0", "tint-2": "#B9D9DC", "tint-3": "#86BDC3", "tint-4": "#1F7481", "tint-5": look.DEEP,
    "on-light": look.INK, "on-dark": "#FFFFFF",
}  # fmt: skip
"""The tones of `charts.shapes` on white paper."""
OUTLINE = 1.2
_WIDE = 1000.0


def drawn(picture: Picture, node: Node, locale: str, scale: float = 1.0) -> Draw:
    """Draws it with its upper left corner at a place. `node`: a Figure; it gets its place on the page."""

    def draw(sheet: Sheet, x: float, y: float) -> None:
        left, top = x, y
        wide, high = picture.width * scale, picture.height * scale
        box = f"{left:.2f} {sheet.height - top - high:.2f} {left + wide:.2f} {sheet.height - top:.2f}"
        node.attributes = f"/O /Layout /Placement /Block /BBox [{box}]"
        node.attach()
        for shape in picture.shapes:
            match shape:
                case Label():
                    _label(sheet, shape, left, top, scale, node, locale)
                case _:
                    _shape(sheet, shape, left, top, scale)

    return draw


def _shape(sheet: Sheet, shape: Box | Line | Dot, left: float, top: float, scale: float) -> None:
    fill, stroke = look.fill(COLOURS[shape.tone]), look.stroke(COLOURS[shape.tone])

    def at(x: float, y: float) -> tuple[float, float]:
        return left + x * scale, top + y * scale

    match shape:
        case Box():
            x, y = at(shape.x, shape.y)
            if shape.filled:
                sheet.block(x, y, shape.width * scale, shape.height * scale, fill)
            else:
                sheet.frame(x, y, shape.width * scale, shape.height * scale, OUTLINE, stroke)
        case Dot():
            x, y = at(shape.x, shape.y)
            if shape.filled:
                sheet.disc(x, y, shape.radius * scale, fill)
            else:
                sheet.circle(x, y, shape.radius * scale, OUTLINE, stroke)
        case Line():
            (x1, y1), (x2, y2) = at(shape.x1, shape.y1), at(shape.x2, shape.y2)
            path = f"{x1:.2f} {sheet.height - y1:.2f} m {x2:.2f} {sheet.height - y2:.2f} l"
            sheet.curve(path, shape.width * scale, stroke)


def _label(sheet: Sheet, label: Label, left: float, top: float, scale: float, node: Node, locale: str) -> None:
    """One line: where it would be broken, the drawing has done so."""
    type_ = Type(size=label.size * scale, colour=look.fill(COLOURS[label.tone]))
    try:
        line = Measured([Span(label.text)], label.lang or locale, type_).lines(_WIDE)[0]
    except MissingGlyph:
        line = Measured([Span("?")], locale, type_).lines(_WIDE)[0]
    shift = {"start": 0.0, "middle": line.width / 2, "end": line.width}[label.anchor]
    sheet.text(line, left + label.x * scale - shift, top + label.y * scale - line.ascent, node)
