"""Mean scores before and after, one line each, in the order given: it is a change, and never a ranking."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from trainer.charts.lettering import SIZE, Words, width, written
from trainer.charts.shapes import Dot, Label, Line, Picture, Shape

WIDTH = 326.0
_LEFT, _RIGHT, _RADIUS, _ROW = 42.0, WIDTH - 42.0, 6.0, 26.0


class Pair(NamedTuple):
    name: Words
    before: float | None
    """0 to 100; None: not shown."""
    after: float | None
    texts: tuple[str, str]
    """Both as they are printed."""
    said: str
    """Both in words; what stands on the line when they are not shown."""


def dumbbell(pairs: Sequence[Pair], title: str, before: Words, after: Words, ends: tuple[str, str]) -> Picture:
    """`before`, `after`: what the two dots mean. `ends`: the scale's 0 and 100 as they are printed."""
    shapes, y = _legend(before, after)
    for pair in pairs:
        labels, y = written(pair.name, 1, y + 4, WIDTH - 2)
        shapes += labels
        if pair.before is None or pair.after is None:
            labels, y = written(Words(pair.said), _LEFT, y, WIDTH - _LEFT - 1, tone="quiet")
            shapes += labels
        else:
            shapes += _line(y + _ROW / 2, pair.before, pair.after, pair.texts)
            y += _ROW
    shapes += [Line(_LEFT, y + 4, _RIGHT, y + 4, "line")]
    shapes += [Line(x, y + 4, x, y + 8, "line") for x in (_LEFT, (_LEFT + _RIGHT) / 2, _RIGHT)]
    shapes += [Label(x, y + 20, text, SIZE, "middle", "quiet") for x, text in zip((_LEFT, _RIGHT), ends, strict=True)]
    description = "; ".join(f"{pair.name.text}: {pair.said}" for pair in pairs)
    return Picture(WIDTH, y + 26, tuple(shapes), title, description)


def _legend(before: Words, after: Words) -> tuple[list[Shape], float]:
    """Side by side where both fit."""
    half = WIDTH / 2
    beside = max(width(before.text, SIZE), width(after.text, SIZE)) < half - 20
    shapes: list[Shape] = []
    y = bottom = 0.0
    for at, (words, filled) in enumerate(((before, False), (after, True))):
        x = half * at if beside else 0.0
        labels, bottom = written(words, x + 20, y, (half if beside else WIDTH) - 22, tone="quiet")
        shapes += [Dot(x + 8, labels[0].y - SIZE / 3, _RADIUS - 1, "accent" if filled else "brand", filled), *labels]
        y = y if beside else bottom
    return shapes, bottom + 4


def _line(y: float, before: float, after: float, texts: tuple[str, str]) -> list[Shape]:
    """Numbers stand outside the dots, so that equal scores do not cover each other."""

    def x_of(score: float) -> float:
        return _LEFT + (_RIGHT - _LEFT) * min(max(score, 0.0), 100.0) / 100

    one, two = x_of(before), x_of(after)
    falls = two < one
    low, high = (texts[1], texts[0]) if falls else texts
    return [
        Line(_LEFT, y, _RIGHT, y, "soft"),
        Line(one, y, two, y, "brand", 3.0),
        Dot(one, y, _RADIUS, "paper"),
        Dot(one, y, _RADIUS, "brand", filled=False),
        Dot(two, y, _RADIUS - 1 if one == two else _RADIUS, "accent"),
        Label(min(one, two) - 10, y + 4, low, SIZE, "end"),
        Label(max(one, two) + 10, y + 4, high, SIZE, "start"),
    ]
