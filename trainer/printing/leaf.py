"""One page of a form, filled from the top: words in their languages, rows to mark, lines to write on."""

from __future__ import annotations

from trainer.printing import look
from trainer.printing.labels import Labels, Sentence
from trainer.printing.passages import mark as in_language
from trainer.printing.small import centred, fitted, height, mark, one_or_two, put, say
from trainer.typeset.faces import BOLD
from trainer.typeset.lines import Type
from trainer.typeset.sheet import Sheet
from trainer.typeset.structure import Node

EYEBROW = Type(size=9.0, leading=0.9, style=BOLD, colour=look.fill(look.CLAY))
TITLE = Type(size=17.0, leading=0.85, style=BOLD, colour=look.fill(look.DEEP), balanced=True)
HEADING = Type(size=12.0, leading=0.88, style=BOLD, colour=look.fill(look.TEAL))
BODY = Type(size=10.5, leading=0.88, colour=look.fill(look.INK))
NOTE = Type(size=9.0, leading=0.88, colour=look.fill(look.SOFT))
DIGIT = Type(size=8.0, colour="0.4 g")
MARGIN = 56.0
LINE = 24.0
"""Between two lines to write on."""
RING = 9.0
"""Radius of a circle to fill by hand; nothing scans it."""


class Leaf:
    """What is left of a page is known, so that the last lines to write on fill it."""

    def __init__(self, into: Sheet, labels: Labels, locale: str) -> None:
        self.into, self.labels, self.locale = into, labels, locale
        self.node = Node("Sect", into.tree.root)
        in_language(self.node, locale, into.about.lang)
        self.y = MARGIN - 12.0
        self.width = into.width - 2 * MARGIN
        self.end = MARGIN + self.width
        self.bottom = into.height - 48.0

    def head(self, title: Sentence, note: str) -> None:
        """Title of the form, then the workshop it belongs to, in the locale."""
        self.sentence(title, TITLE, "H1", most=2)
        if note:
            self.sentence(Sentence(note, self.locale), NOTE, most=2)
        self.y += 5.0
        self.into.rule(MARGIN, self.y, self.end, 1.2, look.stroke(look.TEAL))
        self.y += 8.0

    def say(self, message: str, type_: Type = BODY, role: str = "P", most: int = 3, **values: object) -> None:
        self.sentence(say(self.labels, message, **values), type_, role, most)

    def sentence(self, words: Sentence, type_: Type, role: str = "P", most: int = 1) -> None:
        node = self.in_(words, role)
        self.y = put(self.into, fitted(words, type_, self.width, most), MARGIN, self.y, node)

    def in_(self, words: Sentence, role: str = "P", parent: Node | None = None) -> Node:
        """An element in the language of `words`."""
        node = Node(role, parent or self.node)
        in_language(node, words.lang, self.locale)
        return node

    def row(self, message: str, room: float, tall: float, parent: Node, role: str = "P") -> float:
        """Words at the left of a ruled row, in all but `room` of the width. -> the middle of its height"""
        words = say(self.labels, message)
        lines = one_or_two(words, BODY, self.width - room - 8.0)
        tall = max(tall, height(lines) + 6.0)
        node = self.in_(words, role, parent)
        if role == "TH":
            node.attributes = "/O /Table /Scope /Row"
        put(self.into, lines, MARGIN, self.y + (tall - height(lines)) / 2, node)
        middle = self.y + tall / 2
        self.y += tall
        self.into.rule(MARGIN, self.y, self.end, 0.5, look.stroke(look.LINE))
        return middle

    def rings(self, numbers: range, middle: float, node: Node, pitch: float = 32.0) -> None:
        """Circles with numbers, at the right."""
        first = self.end - RING - 2.0 - (len(numbers) - 1) * pitch
        for at in range(len(numbers)):
            self.into.circle(first + at * pitch, middle, RING, 0.8, look.stroke(look.INK))
        for at, number in enumerate(numbers):
            centred(self.into, mark(str(number), DIGIT), first + at * pitch, middle, node)

    def lines(self, until: float) -> None:
        """Lines to write on, as many as there are down to there, one at least."""
        count = max(1, int((until - self.y) // LINE))
        for _ in range(count):
            self.y += LINE
            self.into.rule(MARGIN, self.y, self.end, 0.6, look.stroke(look.LINE))

    def finish(self) -> None:
        self.into.end_page()
        self.into.tree.close(self.node)
