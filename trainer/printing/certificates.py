"""Certificates: a page each, with the name in its own script and a code that anyone can check."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import partial
from typing import NamedTuple

from trainer.printing import labels as messages
from trainer.printing import look
from trainer.printing.drawings import waves
from trainer.printing.labels import Labels, Sentence
from trainer.printing.passages import mark as in_language
from trainer.printing.small import LeftOut, code_line, fitted, height, put, say, whole
from trainer.printing.squares import qr
from trainer.typeset.faces import BOLD, MissingGlyph
from trainer.typeset.lines import Line, Type
from trainer.typeset.sheet import About, Sheet
from trainer.typeset.structure import Node


class Certificate(NamedTuple):
    name: str
    title: Sentence
    """Of the module."""
    locale: str
    date: str
    """As it is to be read, in the locale."""
    edition: int
    country: str
    """Its name, in the locale."""
    code: str
    """In groups, as it is typed."""
    address: str
    """Of the page that checks this certificate: in the QR, and in words."""
    hours: str = ""
    """Planned hours of learning, as a number; empty: not said."""


SMALL = Type(size=9.0, leading=0.9, colour=look.fill(look.INK))
HEAD = Type(size=26.0, leading=0.85, style=BOLD, colour=look.fill(look.TEAL), align="center", balanced=True)
WORDS = Type(size=12.5, leading=0.9, colour=look.fill(look.SOFT), align="center")
NAME = Type(size=33.0, leading=0.85, style=BOLD, colour=look.fill(look.INK), align="center", balanced=True)
LONG_NAME = replace(NAME, size=21.0)
LONGEST_NAME = replace(NAME, size=14.0)
TITLE = Type(size=20.0, leading=0.85, style=BOLD, colour=look.fill(look.DEEP), align="center", balanced=True)
FACTS = Type(size=11.0, leading=0.95, colour=look.fill(look.INK), align="center")
CODE = Type(size=9.0, style=BOLD, colour=look.fill(look.INK))
EDGE = 28.0
"""White around the paper-coloured ground: no printer prints to the edge."""
INSIDE = 44.0
"""From the ground's edge to words."""
QR = 74.0
NAME_ROOM = 66.0
FOOT = 118.0
"""Height of the water, with the code on it."""
GAPS = (16.0, 22.0, 6.0, 20.0, 8.0, 14.0)
"""Below the mark, the heading, "this is to confirm", the name, "has completed" and the title."""


def draw_certificates(
    into: Sheet, certificates: Iterable[Certificate], labels: Mapping[str, Labels]
) -> tuple[LeftOut, ...]:
    """A page each, upright or landscape as `into` is. `labels`: locale → words.

    A name that no font can show has no certificate. -> those
    """
    left_out: list[LeftOut] = []
    for certificate in certificates:
        drawn = _Drawn(into, certificate, labels[certificate.locale])
        try:
            name = drawn.name()
        except MissingGlyph as error:
            left_out.append(LeftOut(certificate.name, error.characters))
            continue
        drawn.draw(name)
    return tuple(left_out)


def one_certificate(certificate: Certificate, labels: Labels, paper: str = "a4") -> bytes:
    """A file with one certificate. Raises MissingGlyph for a name that no font can show."""
    sheet = Sheet(About(title=certificate.title.text, lang=certificate.locale), paper)
    sheet.paper(paper, landscape=True)
    drawn = _Drawn(sheet, certificate, labels)
    drawn.draw(drawn.name())
    return sheet.finish()


class _Drawn:
    """One certificate. Where things stand does not depend on the name, so that most is the same for a whole room."""

    def __init__(self, into: Sheet, certificate: Certificate, labels: Labels) -> None:
        self.into, self.one, self.labels = into, certificate, labels
        self.x = EDGE + INSIDE
        self.width = into.width - 2 * self.x

    def draw(self, name: list[Line]) -> None:
        into, one = self.into, self.one
        node = Node("Sect", into.tree.root)
        in_language(node, one.locale, into.about.lang)
        into.repeated(("certificate", "ground"), self._ground, None)
        same = (one.locale, one.title, one.date, one.edition, one.country, one.hours)
        tops = self._tops()
        for part, role in (("head", "H1"), ("confirm", "P")):
            into.repeated(("certificate", part, same), partial(self._part, part, tops), Node(role, node))
        room = NAME_ROOM - height(name)
        put(into, name, self.x, tops["name"] + room / 2, Node("P", node))
        for part in ("completed", "title", "facts"):
            into.repeated(("certificate", part, same), partial(self._part, part, tops), Node("P", node))
        self._check(node)
        into.end_page()
        into.tree.close(node)

    # ------------------------------------------------------------ words

    def name(self) -> list[Line]:
        """Never cut: a very long one is smaller, in two lines. Raises MissingGlyph."""
        name = Sentence(self.one.name, self.one.locale)
        return (
            whole(name, NAME, self.width)
            or whole(name, LONG_NAME, self.width, 2)
            or fitted(name, LONGEST_NAME, self.width, 3)
        )

    def _lines(self, part: str) -> list[Line]:
        one, labels = self.one, self.labels
        match part:
            case "head":
                return fitted(say(labels, messages.CERTIFICATE), HEAD, self.width, 2)
            case "confirm":
                return fitted(say(labels, messages.CONFIRM), WORDS, self.width)
            case "completed":
                return fitted(say(labels, messages.COMPLETED), WORDS, self.width)
            case "title":
                return fitted(one.title, TITLE, self.width, 2)
        edition = say(labels, messages.COMPLETED_ON, number=one.edition, date=one.date)
        country = say(labels, messages.COUNTRY, country=one.country)
        hours = [say(labels, messages.HOURS, number=one.hours)] if one.hours else []
        second = Sentence(" · ".join(part.text for part in (*hours, country)), country.lang)
        return [*fitted(edition, FACTS, self.width, 2), *fitted(second, FACTS, self.width, 2)]

    def _tops(self) -> dict[str, float]:
        """Where each part begins; what room is left is shared above and below."""
        heights = {part: height(self._lines(part)) for part in ("head", "confirm", "completed", "title", "facts")}
        heights["name"] = NAME_ROOM
        order = ("head", "confirm", "name", "completed", "title", "facts")
        used = 30.0 + sum(heights.values()) + sum(GAPS)
        room = self.into.height - 2 * EDGE - FOOT - 30.0
        y = EDGE + 24.0 + max(0.0, (room - used) * 0.45) + 30.0
        tops = {"mark": y - 24.0}
        for gap, part in zip(GAPS, order, strict=True):
            y += gap
            tops[part] = y
            y += heights[part]
        return tops

    def _part(self, part: str, tops: dict[str, float]) -> None:
        if part == "head":
            waves(84.0)(self.into, (self.into.width - 84.0) / 2, tops["mark"])
        if part == "completed":
            middle, y = self.into.width / 2, tops["name"] + NAME_ROOM + 5.0
            self.into.rule(middle - 26.0, y, middle + 26.0, 2.2, look.stroke(look.CLAY))
        put(self.into, self._lines(part), self.x, tops[part], None)

    # ------------------------------------------------------------ at the foot

    def _check(self, node: Node) -> None:
        into, one = self.into, self.one
        bottom = into.height - EDGE - 22.0
        left = into.width - EDGE - 26.0 - QR
        qr(into, one.address, left, bottom - QR - 13.0, QR, "M")
        width = left - 34.0 - EDGE - 26.0
        limit = say(self.labels, messages.CERTIFICATE_LIMIT)
        check = say(self.labels, messages.CHECK_AT, address=one.address)
        above, below = fitted(limit, SMALL, width, 3), fitted(check, SMALL, width, 3)
        y = put(into, above, EDGE + 26.0, bottom - height(above) - height(below) - 4.0, Node("P", node))
        put(into, below, EDGE + 26.0, y + 4.0, Node("P", node))
        code = code_line(one.code, CODE)
        into.text(code, left + (QR - code.width) / 2, bottom - 9.0, Node("P", node))

    def _ground(self) -> None:
        """Warm paper and calm water; on a grey sheet only their lines, because a copier makes spots of tints."""
        into = self.into
        width, tall = into.width - 2 * EDGE, into.height - 2 * EDGE
        if not into.is_grey:
            into.block(EDGE, EDGE, width, tall, look.fill(look.PAPER))
        for row, colour in enumerate((look.TINT, look.SHALLOW, look.DEEPER)):
            surface = _water(EDGE, EDGE + FOOT - 12.0 - 34.0 * row, width, row)
            if into.is_grey and row == 0:
                into.curve(surface, 0.7, look.stroke(look.LINE))
            elif not into.is_grey:
                into.area(f"{surface} {EDGE + width:.2f} {EDGE:.2f} l {EDGE:.2f} {EDGE:.2f} l h", look.fill(colour))
        left, top = into.width - EDGE - 26.0 - QR - 9.0, into.height - EDGE - 22.0 - QR - 13.0 - 9.0
        into.block(left, top, QR + 18.0, QR + 13.0 + 16.0, "1 g")
        into.frame(EDGE, EDGE, width, tall, 1.4, look.stroke(look.TEAL))
        into.frame(EDGE + 5.0, EDGE + 5.0, width - 10.0, tall - 10.0, 0.5, look.stroke(look.CLAY))


def _water(x: float, y: float, width: float, row: int) -> str:
    """A calm surface from left to right, as a path in PDF's coordinates."""
    count, rise = 6, 7.0 if row % 2 == 0 else -7.0
    step, path = width / count, [f"{x:.2f} {y:.2f} m"]
    for at in range(count):
        start, up = x + at * step, y + (rise if at % 2 == 0 else -rise)
        path.append(
            f"{start + step * 0.37:.2f} {up:.2f} {start + step * 0.63:.2f} {up:.2f} {start + step:.2f} {y:.2f} c"
        )
    return " ".join(path)
