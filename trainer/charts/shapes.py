"""What a drawing is made of. Lengths are points, x goes right and y goes down from the upper left corner.

Colours are named by what they are for: the page and the PDF each know what that looks like, on light and dark ground
and where there is no colour at all. Nothing is told by colour alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Tone = Literal[
    "ink", "quiet", "line", "soft", "paper", "brand", "brand-tint", "accent",
    "tint-1", "tint-2", "tint-3", "tint-4", "tint-5", "on-light", "on-dark",
]  # fmt: skip
"""`ink`, `quiet`: words. `line`, `soft`: strong and faint rules. `paper`: the ground. `brand`, `brand-tint`, `accent`:
what is drawn. `tint-1` to `tint-5`: five steps from light to dark that look alike on every ground, with words in
`on-light` on the first three and in `on-dark` on the last two.
"""
Anchor = Literal["start", "middle", "end"]


@dataclass(frozen=True, slots=True)
class Box:
    x: float
    y: float
    width: float
    height: float
    tone: Tone
    filled: bool = True
    """Otherwise its outline is drawn."""


@dataclass(frozen=True, slots=True)
class Line:
    x1: float
    y1: float
    x2: float
    y2: float
    tone: Tone
    width: float = 1.0


@dataclass(frozen=True, slots=True)
class Dot:
    x: float
    """Of the middle, as is y."""
    y: float
    radius: float
    tone: Tone
    filled: bool = True


@dataclass(frozen=True, slots=True)
class Label:
    x: float
    """Where the text starts, has its middle, or ends: `anchor` says which."""
    y: float
    """Of the line that letters stand on."""
    text: str
    size: float
    """Of the type."""
    anchor: Anchor = "start"
    tone: Tone = "ink"
    lang: str = ""
    """Of the text, where it is not the language of the page."""


Shape = Box | Line | Dot | Label


@dataclass(frozen=True, slots=True)
class Picture:
    width: float
    height: float
    shapes: tuple[Shape, ...]
    """In the order in which they are drawn: what comes later covers what came before."""
    title: str
    """What is to be seen, in a few words: read out, not drawn."""
    description: str
    """The numbers of the picture in words: read out, not drawn."""
