"""Small things that are drawn, not typed: boxes to tick, bubbles, lines to write on, the mark of the house.

They are decoration to a screen reader; the words beside them say what to do.
"""

from __future__ import annotations

from trainer.printing import look
from trainer.typeset.flow import Draw
from trainer.typeset.sheet import Sheet

BOX = 9.0
BUBBLE = 6.6
"""Radius in points: large enough for a pencil, small enough for a line of text."""


_GREEN, _RED = look.stroke(look.GREEN), look.stroke(look.RED)


def tick_box(sheet: Sheet, x: float, baseline: float) -> None:
    """A square on the baseline of the line beside it."""
    sheet.frame(x, baseline - BOX + 1.2, BOX, BOX, 0.8, look.stroke(look.INK))


def cell_box(sheet: Sheet, x: float, top: float) -> None:
    """A square at the upper left of an empty cell."""
    sheet.frame(x, top + 2.2, BOX, BOX, 0.8, look.stroke(look.INK))


def bubble(sheet: Sheet, x: float, baseline: float) -> None:
    sheet.circle(x + BUBBLE, baseline - 3.7, BUBBLE, 0.8, look.stroke(look.INK))


def number_box(sheet: Sheet, x: float, baseline: float) -> None:
    """Room for a number."""
    sheet.frame(x, baseline - 12.0, 18.0, 15.5, 0.8, look.stroke(look.INK))


def check_mark(sheet: Sheet, x: float, baseline: float) -> None:
    """What is right."""
    up = sheet.height - baseline
    sheet.curve(f"{x:.2f} {up + 3.6:.2f} m {x + 3.4:.2f} {up:.2f} l {x + 9.6:.2f} {up + 8.4:.2f} l", 1.8, _GREEN)


def warning_mark(sheet: Sheet, x: float, baseline: float) -> None:
    """What must never be done: a triangle with a stroke in it."""
    up = sheet.height - baseline
    outline = f"{x:.2f} {up - 0.6:.2f} m {x + 5.2:.2f} {up + 8.6:.2f} l {x + 10.4:.2f} {up - 0.6:.2f} l h"
    sheet.curve(f"{outline} {x + 5.2:.2f} {up + 2.4:.2f} m {x + 5.2:.2f} {up + 5.2:.2f} l", 1.0, _RED)


def writing_line(width: float, at: float = 20.0) -> Draw:
    def draw(sheet: Sheet, x: float, y: float) -> None:
        sheet.rule(x, y + at, x + width, 0.6, look.stroke(look.LINE))

    return draw


def nothing(_sheet: Sheet, _x: float, _y: float) -> None:
    """An empty place."""


def waves(width: float, weight: float = 2.2) -> Draw:
    """The two-wave mark."""

    def draw(sheet: Sheet, x: float, y: float) -> None:
        for row, colour in ((0.0, look.TEAL), (9.0, look.CLAY)):
            up = sheet.height - y - row
            step, rise = width / 4, 5.0
            path = [f"{x:.2f} {up:.2f} m"]
            for number in range(4):
                start, high = x + step * number, rise if number % 2 == 0 else -rise
                path.append(
                    f"{start + step * 0.37:.2f} {up + high:.2f} {start + step * 0.63:.2f} {up + high:.2f} "
                    f"{start + step:.2f} {up:.2f} c"
                )
            sheet.curve(" ".join(path), weight, look.stroke(colour))

    return draw


def cut_lines(sheet: Sheet, columns: int, rows: int) -> None:
    """Dashed lines that divide the page evenly: where it is cut apart."""
    for column in range(1, columns):
        x = sheet.width * column / columns
        sheet.dashes(x, 0.0, x, sheet.height, look.stroke(look.LINE))
    for row in range(1, rows):
        y = sheet.height * row / rows
        sheet.dashes(0.0, y, sheet.width, y, look.stroke(look.LINE))
