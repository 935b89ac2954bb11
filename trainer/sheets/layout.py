"""Where everything stands on an answer sheet: the one geometry that `printing` draws and `scanning` reads.

Lengths are points from the upper left corner of the frame, the same in every language and on every paper. The frame
stands in the middle of the page (`origin`), 504 × 700 points, which both A4 and Letter hold with room for any printer.

    ┌ mark ── words: what, who ───────── QR ── mark ┐
    │ ·                                             · │
    │ ·   column of rows      column of rows        · │   · tracks: small squares down both sides
    │ ·                                             · │
    └ mark ── how to fill it in ──────────── mark ┘
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from typing import Literal, NamedTuple

from trainer.sheets.fields import DIGITS, Field

WIDTH, HEIGHT = 504.0, 700.0
"""Of the frame."""

MARK = 24.0
"""Side of a corner mark, its black border included; white for at least a quarter of that around it."""
MARKS: tuple[tuple[float, float], ...] = (
    (0.0, 0.0), (WIDTH - MARK, 0.0), (WIDTH - MARK, HEIGHT - MARK), (0.0, HEIGHT - MARK),
)  # fmt: skip
"""Upper left corner of each corner mark, clockwise from the frame's upper left; mark n is number n of `MARK_SET`."""
MARK_SET = "DICT_4X4_50"
"""The family of ArUco markers the corner marks are taken from: they tell which corner they are."""

TRACK = 6.0
"""Side of a track, a black square."""
TRACKS: tuple[tuple[float, float], ...] = tuple(
    (x, 112.0 + 54.0 * step) for step in range(11) for x in (0.0, WIDTH - TRACK)
)
"""Upper left corner of each track: they tell how the paper is bent."""

QR = 78.0
"""Side of the QR without its quiet zone of four modules."""
QR_AT = (WIDTH - MARK - 16.0 - QR, 4.0)
HEAD = (MARK + 12.0, 0.0, QR_AT[0] - 16.0, 96.0)
"""Left, top, right and bottom of the room for words above the rows."""
FOOT = (MARK + 12.0, HEIGHT - MARK, WIDTH - MARK - 12.0, HEIGHT)
"""The same below them."""

TOP, BOTTOM = 108.0, 668.0
"""Of the rows."""
COLUMNS = (14.0, 258.0)
"""Left edge of each column."""
COLUMN = 232.0
"""Width of a column."""

LABEL = 32.0
"""Room for the label before the first bubble's edge."""
RADIUS = 6.5
"""Of a bubble; a square is as wide."""
PITCH_X, PITCH_Y = 20.0, 19.0
"""From bubble to bubble, and from row to row."""
LINE = 34.0
"""Height of a line to write on."""
BETWEEN = 5.0
"""Between two questions."""
DIGIT_PITCH = 17.0
DIGIT_HEAD = 20.0
"""Above the digits: boxes to write the number in."""

Shape = Literal["circle", "square"]


class Bubble(NamedTuple):
    """Its centre."""

    x: float
    y: float
    choice: int


class Placed(NamedTuple):
    """A row where it stands."""

    number: int
    """Its place among the fields of the whole sheet."""
    field: Field
    bubbles: tuple[Bubble, ...]
    box: tuple[float, float, float, float]
    """Left, top, right, bottom of everything that belongs to it: what a person is shown when it is in doubt."""

    @property
    def shape(self) -> Shape:
        return "square" if self.field.kind == "many" else "circle"


Page = tuple[Placed, ...]


def layout(fields: Sequence[Field]) -> tuple[Page, ...]:
    """Pages of rows, filled column by column; a question stays in one column when a column can hold it."""
    pages: list[list[Placed]] = [[]]
    column, y = 0, TOP
    for _, group in groupby(enumerate(fields), lambda one: one[1].question):
        rows = list(group)
        height = sum(_height(field) for _, field in rows)
        fits = height <= BOTTOM - TOP
        if y > TOP and y + (height if fits else _height(rows[0][1])) > BOTTOM:
            column, y = _next(pages, column)
        if rows[0][1].style == "minus":
            pages[-1] += _number(rows, COLUMNS[column], y)
            y += height + BETWEEN
            continue
        for index, field in rows:
            if y + _height(field) > BOTTOM:
                column, y = _next(pages, column)
            pages[-1].append(_placed(index, field, COLUMNS[column], y))
            y += _height(field)
        y += BETWEEN
    return tuple(tuple(page) for page in pages)


def origin(width: float, height: float) -> tuple[float, float]:
    """Upper left corner of the frame on a page of this size in points."""
    return (width - WIDTH) / 2, (height - HEIGHT) / 2


def _next(pages: list[list[Placed]], column: int) -> tuple[int, float]:
    if column + 1 < len(COLUMNS):
        return column + 1, TOP
    pages.append([])
    return 0, TOP


def _height(field: Field) -> float:
    """What a row adds to the column. A number's digits and points stand beside and below its minus."""
    if field.style in ("digits", "point"):
        return 0.0
    if field.style == "minus":
        return DIGIT_HEAD + 11 * DIGIT_PITCH
    return LINE if field.kind == "line" else PITCH_Y


def _placed(index: int, field: Field, x: float, y: float) -> Placed:
    middle, first = y + _height(field) / 2, x + LABEL + RADIUS
    bubbles = tuple(Bubble(first + PITCH_X * choice, middle, choice) for choice in range(field.choices))
    return Placed(index, field, bubbles, (x, y, x + COLUMN, y + _height(field)))


def _number(rows: Sequence[tuple[int, Field]], x: float, y: float) -> list[Placed]:
    """Columns of digits beside each other, the minus before the first, the points under the gaps between them."""
    top, first = y + DIGIT_HEAD + DIGIT_PITCH / 2, x + LABEL + RADIUS
    box = (x, y, x + LABEL + PITCH_X * (DIGITS + 1), y + DIGIT_HEAD + 11 * DIGIT_PITCH)
    placed = []
    for index, field in rows:
        left = first + PITCH_X * field.part
        match field.style:
            case "digits":
                bubbles = [Bubble(left, top + DIGIT_PITCH * digit, digit) for digit in range(10)]
            case "point":
                bubbles = [
                    Bubble(first + PITCH_X * (choice + 1.5), top + 10 * DIGIT_PITCH, choice)
                    for choice in range(field.choices)
                ]
            case _:
                bubbles = [Bubble(first, top, 0)]
        placed.append(Placed(index, field, tuple(bubbles), box))
    return placed
