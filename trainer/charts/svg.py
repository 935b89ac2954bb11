"""A drawing as SVG inside a page. Colours are classes that the style sheet knows: no style, no script, no font."""

from __future__ import annotations

from html import escape

from trainer.charts.shapes import Box, Dot, Label, Line, Picture, Shape


def svg(picture: Picture, ident: str) -> str:
    """`ident`: unique in the page; the ids of title and description begin with it."""
    ident, wide, high = escape(ident), _n(picture.width), _n(picture.height)
    named = f'role="img" aria-labelledby="{ident}-t {ident}-d"'
    lines = [
        f'<svg class="drawing" viewBox="0 0 {wide} {high}" width="{wide}" height="{high}" {named}>',
        f'<title id="{ident}-t">{escape(picture.title)}</title>',
        f'<desc id="{ident}-d">{escape(picture.description)}</desc>',
        *map(_drawn, picture.shapes),
        "</svg>",
    ]
    return "\n".join(lines)


def _n(value: float) -> str:
    """Two places are finer than any eye."""
    return f"{value:.2f}".rstrip("0").rstrip(".")


def _drawn(shape: Shape) -> str:
    match shape:
        case Box(x, y, width, height, tone, filled):
            place = f'x="{_n(x)}" y="{_n(y)}" width="{_n(width)}" height="{_n(height)}"'
            return f'<rect class="{_kind(filled)} {tone}" {place}/>'
        case Line(x1, y1, x2, y2, tone, width):
            place = f'x1="{_n(x1)}" y1="{_n(y1)}" x2="{_n(x2)}" y2="{_n(y2)}"'
            return f'<line class="rule {tone}" {place} stroke-width="{_n(width)}"/>'
        case Dot(x, y, radius, tone, filled):
            return f'<circle class="{_kind(filled)} {tone}" cx="{_n(x)}" cy="{_n(y)}" r="{_n(radius)}"/>'
        case Label():
            return _text(shape)


def _kind(filled: bool) -> str:
    return "fill" if filled else "rule"


def _text(label: Label) -> str:
    anchor = "" if label.anchor == "start" else f' text-anchor="{label.anchor}"'
    # Inside, because the page sets the type of some languages larger than its surroundings.
    words = f'<tspan lang="{escape(label.lang)}">{escape(label.text)}</tspan>' if label.lang else escape(label.text)
    place = f'x="{_n(label.x)}" y="{_n(label.y)}" font-size="{_n(label.size)}"'
    return f'<text class="fill {label.tone}" {place}{anchor}>{words}</text>'
