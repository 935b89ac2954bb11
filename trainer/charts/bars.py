"""Who enrolled and who completed, quarter by quarter: a country beside its own past.

A number that is not shown has no bar, only its sign; the scale is that of the numbers that are shown.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from trainer.charts.lettering import SIZE, Words, width, written
from trainer.charts.shapes import Box, Label, Line, Picture, Shape, Tone

WIDTH = 326.0
_HIGH, _PITCH, _GAP, _OPEN = 13.0, 16.0, 12.0, 10.0


class Amount(NamedTuple):
    value: int | None
    """How much is shown; None: nothing."""
    text: str
    """As it is printed."""
    said: str
    """In words."""
    more: bool = False
    """There is more than `value`: the bar stays open at its end."""


class Bar(NamedTuple):
    name: str
    """Of the period."""
    amounts: tuple[Amount, Amount]


def bars(rows: Sequence[Bar], title: str, names: tuple[Words, Words], legend: Sequence[Words] = ()) -> Picture:
    """`rows`: periods in their order. `names`: of the two amounts. `legend`: what the signs mean."""
    shapes, y = _key(names)
    left = max((width(row.name, SIZE) for row in rows), default=0.0) + 8
    longest = max((width(one.text, SIZE) for row in rows for one in row.amounts), default=0.0)
    room = max(WIDTH - left - longest - _OPEN - 8, 40.0)
    most = max((one.value or 0 for row in rows for one in row.amounts), default=0) or 1
    top = y
    for row in rows:
        shapes.append(Label(1, y + _HIGH - 2, row.name, SIZE, "start", "quiet"))
        for at, one in enumerate(row.amounts):
            shapes += _bar(left, y + at * _PITCH, room / most, one, _tone(at))
        y += 2 * _PITCH + _GAP
    shapes.append(Line(left, top, left, y - _GAP, "line"))
    for words in legend:
        labels, y = written(words, 1, y, WIDTH - 2, tone="quiet")
        shapes += labels
    description = "; ".join(_said(row, names) for row in rows)
    return Picture(WIDTH, y + 2, tuple(shapes), title, description)


def _said(row: Bar, names: tuple[Words, Words]) -> str:
    return f"{row.name}: " + ", ".join(
        f"{words.text} {one.said}" for words, one in zip(names, row.amounts, strict=True)
    )


def _tone(at: int) -> Tone:
    return "accent" if at else "brand"


def _key(names: tuple[Words, Words]) -> tuple[list[Shape], float]:
    """Which bar is which: the second one is told apart by its frame as well."""
    shapes: list[Shape] = []
    y = 0.0
    for at, words in enumerate(names):
        labels, bottom = written(words, 24, y, WIDTH - 26, tone="quiet")
        shapes += [*_filled(2, labels[0].y - _HIGH + 3, 16, _tone(at)), *labels]
        y = bottom
    return shapes, y + 8


def _filled(x: float, y: float, length: float, tone: Tone) -> list[Shape]:
    if tone == "accent":
        return [Box(x, y, length, _HIGH - 2, tone, filled=False)] if length else []
    return [Box(x, y, length, _HIGH - 2, tone)] if length else []


def _bar(x: float, y: float, scale: float, one: Amount, tone: Tone) -> list[Shape]:
    length = (one.value or 0) * scale
    shapes = _filled(x, y, length, tone)
    end = x + length
    if one.more:
        shapes += [Line(end + 2, y + _HIGH / 2 - 1, end + _OPEN, y + _HIGH / 2 - 1, tone, 2.0)]
        end += _OPEN
    tone_of_text: Tone = "quiet" if one.value is None else "ink"
    return [*shapes, Label(end + 4, y + _HIGH - 3, one.text, SIZE, "start", tone_of_text)]
