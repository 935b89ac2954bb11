"""Sizes and colours of what we print: calm water, warm paper.

Nothing depends on colour or tint: rules and weight carry the structure, so that a photocopy loses nothing.
"""

from __future__ import annotations

from trainer.typeset.faces import BOLD
from trainer.typeset.lines import Type


def fill(colour: str) -> str:
    """`#0B5A66` as PDF's operator for text and areas."""
    return f"{_numbers(colour)} rg"


def stroke(colour: str) -> str:
    """The same for lines."""
    return f"{_numbers(colour)} RG"


def _numbers(colour: str) -> str:
    return " ".join(f"{int(colour[at : at + 2], 16) / 255:.3f}" for at in (1, 3, 5))


TEAL, DEEP, INK, SOFT, LINE = "#0B5A66", "#083F48", "#1C2427", "#4B565B", "#7E888C"
PAPER, TINT, SHALLOW, DEEPER = "#FBF8F1", "#E2EFF0", "#CFE3E4", "#B9D5D7"
"""Warm paper, and calm water in three depths: grounds of a certificate."""
GREEN, AMBER, RED, PLUM, CLAY = "#1E6A3B", "#855000", "#A12529", "#5A3D7A", "#B4532A"

CALLOUTS = {"note": TEAL, "tip": GREEN, "important": PLUM, "warning": AMBER, "caution": RED}

MARGIN_X, MARGIN_TOP, MARGIN_BOTTOM = 82.0, 62.0, 76.0
"""Points; the text stands in the middle of the page, on A4 and on Letter."""

GAP = 7.0
"""Between two paragraphs."""

BODY = Type(size=10.5, colour=fill(INK))
SMALL = Type(size=9.0, leading=0.95, colour=fill(INK))
QUIET = Type(size=9.0, leading=0.95, colour=fill(SOFT))
EYEBROW = Type(size=9.5, style=BOLD, colour=fill(CLAY))
CELL = Type(size=9.5, leading=0.93, colour=fill(INK), hyphens=True)
CELL_HEAD = Type(size=9.5, leading=0.93, style=BOLD, colour=fill(DEEP))
CAPTION = Type(size=9.0, leading=0.95, colour=fill(SOFT))
FOOTER = Type(size=8.0, colour=fill(SOFT))
COVER_TITLE = Type(size=30.0, leading=0.9, style=BOLD, colour=fill(DEEP), balanced=True)
COVER_SUMMARY = Type(size=13.0, leading=1.0, colour=fill(INK))
UNIT_TITLE = Type(size=21.0, leading=0.9, style=BOLD, colour=fill(TEAL), balanced=True)
HEADINGS = {
    2: Type(size=14.5, leading=0.92, style=BOLD, colour=fill(TEAL), balanced=True),
    3: Type(size=12.0, leading=0.92, style=BOLD, colour=fill(DEEP), balanced=True),
    4: Type(size=10.5, leading=0.95, style=BOLD, colour=fill(DEEP)),
}
HEADING_SPACE = {2: 16.0, 3: 12.0, 4: 9.0}
CODE = Type(size=9.0, colour=fill(INK))
