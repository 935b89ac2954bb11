"""Sign-in slips, several on a page, to be cut apart and handed out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from typing import NamedTuple

from trainer.languages.registry import SOURCE
from trainer.printing import labels as messages
from trainer.printing import look
from trainer.printing.drawings import cut_lines
from trainer.printing.labels import Labels, Sentence
from trainer.printing.passages import mark as in_language
from trainer.printing.small import LeftOut, code_line, fitted, height, one_or_two, put, say
from trainer.printing.squares import qr
from trainer.typeset.faces import BOLD, MissingGlyph
from trainer.typeset.lines import Line, Type
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
PAD, PAD_TOP = 22.0, 17.0
NAME_ROOM = 26.0
MOST_GAP = 6.0
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

    def draw(self, x: float, y: float, width: float, tall: float) -> LeftOut | None:
        """Into this part of the page; what room is left goes between the facts."""
        slip, into, missing = self.slip, self.into, None
        left, inner = x + PAD, width - 2 * PAD
        top = self._say(messages.SLIP, EYEBROW, left, y + PAD_TOP, inner)
        try:
            name = one_or_two(Sentence(slip.name, slip.locale), NAME, inner)
            top += max(NAME_ROOM, put(into, name, left, top, Node("P", self.node)) - top)
        except MissingGlyph as error:
            missing = LeftOut(slip.name, error.characters)
            top += NAME_ROOM
            into.rule(left, top - 4.0, left + inner, 0.7, look.stroke(look.SOFT))
        qr(into, slip.address, x + width - PAD - QR, top + 6.0, QR, "M")
        facts = self._facts(inner - QR - 12.0)
        used = sum(height(label) + height(value) for _, label, value in facts)
        gap = min(MOST_GAP, max(0.0, (y + tall - PAD_TOP - top - used) / len(facts)))
        for words, label, value in facts:
            top = put(into, label, left, top, self._in(words.lang))
            top = put(into, value, left, top, Node("P", self.node)) + gap
        return missing

    def _facts(self, width: float) -> list[tuple[Sentence, list[Line], list[Line]]]:
        """Each with its label. Addresses and names to sign in with are in Latin letters, and need no taller lines."""
        slip = self.slip
        values = (
            (messages.ADDRESS, fitted(Sentence(slip.address, SOURCE), VALUE, width, 2)),
            (messages.SIGN_IN_NAME, fitted(Sentence(slip.sign_in_name, SOURCE), VALUE, width)),
            (messages.SLIP_CODE, [code_line(slip.code, CODE)]),
            (messages.WORKS_UNTIL, fitted(Sentence(slip.until, slip.locale), VALUE, width)),
        )
        labelled = ((say(self.labels, message), value) for message, value in values)
        return [(words, fitted(words, LABEL, width), value) for words, value in labelled]

    def _say(self, message: str, type_: Type, x: float, y: float, width: float) -> float:
        words = say(self.labels, message)
        return put(self.into, fitted(words, type_, width), x, y, self._in(words.lang))

    def _in(self, lang: str) -> Node:
        node = Node("P", self.node)
        in_language(node, lang, self.into.about.lang)
        return node
