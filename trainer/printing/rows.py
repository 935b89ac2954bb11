"""The rows of an answer sheet on paper: circles, squares, boxes and lines, and the letters that name them."""

from __future__ import annotations

from itertools import groupby

from trainer.printing import look
from trainer.printing.small import centred, mark
from trainer.sheets.layout import COLUMN, DIGIT_HEAD, LABEL, RADIUS, Page, Placed
from trainer.typeset.faces import BOLD
from trainer.typeset.lines import Line, Type
from trainer.typeset.sheet import Sheet

OUTLINE = "0.25 G"
WEIGHT = 0.75
LETTER = Type(size=6.5, colour="0.5 g")
"""Light and thin: a copier must not make a mark of it."""
POINT = Type(size=11.0, style=BOLD, colour="0.5 g")
LABEL_TYPE = Type(size=9.0, style=BOLD, colour=look.fill(look.INK))
BOX = 16.0
"""Side of a box to write a digit in."""


def draw_rows(sheet: Sheet, rows: Page, x: float, y: float) -> None:
    """Everything without its words. (x, y): upper left corner of the frame."""
    for placed in rows:
        for bubble in placed.bubbles:
            if placed.shape == "square":
                sheet.frame(x + bubble.x - RADIUS, y + bubble.y - RADIUS, 2 * RADIUS, 2 * RADIUS, WEIGHT, OUTLINE)
            else:
                sheet.circle(x + bubble.x, y + bubble.y, RADIUS, WEIGHT, OUTLINE)
        left, top, _, bottom = placed.box
        if placed.field.style == "line":
            sheet.rule(x + left + LABEL, y + bottom - 8.0, x + left + COLUMN, 0.7, OUTLINE)
        elif placed.field.style in ("minus", "digits"):
            sheet.frame(x + placed.bubbles[0].x - BOX / 2, y + top + 1.0, BOX, DIGIT_HEAD - 4.0, 0.6, "0.5 G")


def say_rows(sheet: Sheet, rows: Page, x: float, y: float) -> None:
    """Labels and letters, row by row. A row's label stands once, also that of a number's columns."""
    for label, group in groupby(rows, lambda placed: placed.field.label):
        placed = list(group)
        line = mark(label, LABEL_TYPE)
        centred(sheet, line, x + placed[0].box[0] + LABEL - 8.0 - line.width / 2, y + _label_at(placed[0]), None)
        for one in placed:
            for bubble in one.bubbles:
                centred(sheet, _letter(one, bubble.choice), x + bubble.x, y + bubble.y, None)


def _label_at(placed: Placed) -> float:
    """Middle of the label's height."""
    _, top, _, bottom = placed.box
    if placed.field.style == "minus":
        return top + DIGIT_HEAD / 2 - 1.0
    return placed.bubbles[0].y if placed.bubbles else bottom - 11.0


def _letter(placed: Placed, choice: int) -> Line:
    name = placed.field.mark(choice)
    return mark(",", POINT) if placed.field.style == "point" else mark(name, LETTER)
