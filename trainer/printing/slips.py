"""Sign-in slips, several on a page, to be cut apart and handed out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from typing import NamedTuple

from trainer.printing import labels as messages
from trainer.printing import look
from trainer.printing.drawings import cut_lines
from trainer.printing.labels import Labels, Sentence
from trainer.printing.passages import mark as in_language
from trainer.printing.small import LeftOut, code_line, fitted, one_or_two, put, say
from trainer.printing.squares import qr
from trainer.typeset.faces import BOLD, MissingGlyph
from trainer.typeset.lines import Type
from trainer.typeset.sheet import Sheet
from trainer.typeset.structure import Node


class Slip(NamedTuple):
    name: str
    address: str
    """Of the sign-in page: in the QR, and in words."""
    sign_in_name: str
    code: str
    """As it is typed."""
    until: str
    """As it is to be read, in the locale."""
    locale: str


COLUMNS, ROWS = 2, 4
PAD = 20.0
QR = 72.0
EYEBROW = Type(size=8.0, leading=0.9, style=BOLD, colour=look.fill(look.CLAY))
NAME = Type(size=13.0, leading=0.85, style=BOLD, colour=look.fill(look.DEEP))
LABEL = Type(size=7.5, leading=0.85, colour=look.fill(look.SOFT))
VALUE = Type(size=9.5, leading=0.85, colour=look.fill(look.INK))
CODE = Type(size=13.0, style=BOLD, colour=look.fill(look.INK))


def draw_slips(into: Sheet, slips: Iterable[Slip], labels: Mapping[str, Labels]) -> tuple[LeftOut, ...]:
    """Eight on a page. `labels`: locale → words. A name that no font can show is left out of its slip. -> those"""
    left_out: list[LeftOut] = []
    for page in _batches(slips, COLUMNS * ROWS):
        into.repeated(("slips", "cut", COLUMNS, ROWS), lambda: cut_lines(into, COLUMNS, ROWS), None)
        section = Node("Sect", into.tree.root)
        for at, slip in enumerate(page):
            width, height = into.width / COLUMNS, into.height / ROWS
            drawn = _Drawn(into, slip, labels[slip.locale], Node("Sect", section))
            missing = drawn.draw(width * (at % COLUMNS), height * (at // COLUMNS), width, height)
            if missing:
                left_out.append(missing)
        into.end_page()
        into.tree.close(section)
    return tuple(left_out)


def _batches(slips: Iterable[Slip], size: int) -> Iterator[list[Slip]]:
    rest = iter(slips)
    while page := list(islice(rest, size)):
        yield page


class _Drawn:
    def __init__(self, into: Sheet, slip: Slip, labels: Labels, node: Node) -> None:
        self.into, self.slip, self.labels, self.node = into, slip, labels, node
        in_language(node, slip.locale, into.about.lang)

    def draw(self, x: float, y: float, width: float, height: float) -> LeftOut | None:
        slip, into, missing = self.slip, self.into, None
        left, inner = x + PAD, width - 2 * PAD
        top = self._say(messages.SLIP, EYEBROW, left, y + PAD, inner)
        try:
            name = one_or_two(Sentence(slip.name, slip.locale), NAME, inner)
            put(into, name, left, top, Node("P", self.node))
        except MissingGlyph as error:
            missing = LeftOut(slip.name, error.characters)
            into.rule(left, top + 20.0, left + inner, 0.7, look.stroke(look.SOFT))
        beside = inner - QR - 12.0
        top += 26.0
        qr(into, slip.address, x + width - PAD - QR, top + 4.0, QR, "M")
        top = self._fact(messages.ADDRESS, slip.address, left, top, beside, 2)
        top = self._fact(messages.SIGN_IN_NAME, slip.sign_in_name, left, top, beside)
        top = self._say(messages.SLIP_CODE, LABEL, left, top, beside)
        code = code_line(slip.code, CODE)
        into.text(code, left, top, Node("P", self.node))
        top += code.height
        self._fact(messages.WORKS_UNTIL, slip.until, left, top, inner)
        return missing

    def _fact(self, message: str, value: str, x: float, y: float, width: float, most: int = 1) -> float:
        y = self._say(message, LABEL, x, y, width)
        lines = fitted(Sentence(value, self.slip.locale), VALUE, width, most)
        return put(self.into, lines, x, y, Node("P", self.node)) + 2.0

    def _say(self, message: str, type_: Type, x: float, y: float, width: float) -> float:
        words = say(self.labels, message)
        node = Node("P", self.node)
        in_language(node, words.lang, self.into.about.lang)
        return put(self.into, fitted(words, type_, width), x, y, node)
