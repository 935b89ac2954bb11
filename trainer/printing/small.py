"""What the small forms share: words that must fit their place, codes, and names that no font can show."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache
from typing import NamedTuple

from trainer.printing.labels import Labels, Sentence
from trainer.typeset.faces import MissingGlyph
from trainer.typeset.lines import Line, Measured, Span, Type
from trainer.typeset.sheet import Sheet
from trainer.typeset.structure import Node

CAPITAL = 0.357
"""Half the height of a capital letter, in units of the type size."""
SIZES = (1.0, 0.9, 0.8, 0.72)
"""Shares of the type size that are tried until words fit."""


class LeftOut(NamedTuple):
    """A name that stands nowhere on a paper, because no font has these of its characters."""

    name: str
    characters: str


def unprintable(text: str, locale: str) -> str:
    """The first characters of `text` that no font has; empty when all of it can be printed."""
    try:
        Measured([Span(text)], locale, Type())
    except MissingGlyph as error:
        return error.characters
    return ""


def say(labels: Labels, message: str, **values: object) -> Sentence:
    text, lang = labels[message]
    return Sentence(text % values if values else text, lang)


def fitted(words: Sentence, type_: Type, width: float, most: int = 1) -> list[Line]:
    """In at most so many lines: smaller where that must be, and at last cut. Raises MissingGlyph."""
    return whole(words, type_, width, most) or _cut(words, type_, type_.size * SIZES[-1], width, most)


def whole(words: Sentence, type_: Type, width: float, most: int = 1) -> list[Line]:
    """The same, but nothing when not all of it fits."""
    for share in SIZES:
        lines = _set(words, type_, type_.size * share, width)
        if len(lines) <= most:
            return lines
    return []


def one_or_two(words: Sentence, type_: Type, width: float) -> list[Line]:
    """On one line; very long words smaller on two, and only then cut. Raises MissingGlyph."""
    smaller = replace(type_, size=type_.size * SIZES[-1])
    return whole(words, type_, width) or fitted(words, smaller, width, 2)


def _cut(words: Sentence, type_: Type, size: float, width: float, most: int) -> list[Line]:
    kept = len(words.text)
    while True:
        kept -= max(1, kept // 12)
        lines = _set(Sentence(f"{words.text[:kept].rstrip()}…", words.lang), type_, size, width)
        if len(lines) <= most or kept <= 1:
            return lines[:most]


@lru_cache(maxsize=500)
def _set(words: Sentence, type_: Type, size: float, width: float) -> list[Line]:
    """Kept, because most words of a form are those of the form before it."""
    return Measured([Span(words.text)], words.lang, replace(type_, size=size)).lines(width)


def put(sheet: Sheet, lines: Sequence[Line], x: float, y: float, node: Node | None) -> float:
    """Set lines below each other. -> where the next one would begin"""
    for line in lines:
        sheet.text(line, x, y, node)
        y += line.height
    return y


def height(lines: Sequence[Line]) -> float:
    return sum(line.height for line in lines)


def on_baseline(sheet: Sheet, line: Line, x: float, baseline: float, node: Node | None) -> None:
    sheet.text(line, x, baseline - line.ascent, node)


def centred(sheet: Sheet, line: Line, x: float, y: float, node: Node | None) -> None:
    """A line of capitals or digits with its middle at (x, y)."""
    on_baseline(sheet, line, x - line.width / 2, y + CAPITAL * line.size, node)


@lru_cache(maxsize=500)
def mark(text: str, type_: Type) -> Line:
    """A letter, a number: what stands in a bubble or beside a row."""
    return Measured([Span(text)], "en", type_).lines(200.0)[0]


_SPAN = Span("")
"""The one that all letters of a code are in: a run of one span is one piece of the page."""


def code_line(code: str, type_: Type) -> Line:
    """A code letter by letter: each of them is shaped once, however many codes there are."""
    letters = [mark(letter, type_) for letter in code]
    atoms = [atom._replace(span=_SPAN) for letter in letters for atom in letter.parts]
    line = Line(atoms, sum(one.width for one in letters), letters[0].size, letters[0].height, letters[0].ascent)
    line.colour = type_.colour
    return line
