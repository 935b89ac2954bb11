"""The attendance sheet of a workshop: names as rows, sessions as columns, room for signatures and for walk-ins."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from trainer.printing import labels as messages
from trainer.printing import look
from trainer.printing.labels import Labels, Sentence
from trainer.printing.passages import mark as in_language
from trainer.printing.small import LeftOut, fitted, height, mark, one_or_two, put, say
from trainer.typeset.faces import BOLD, MissingGlyph
from trainer.typeset.lines import Line, Type
from trainer.typeset.sheet import Sheet
from trainer.typeset.structure import Node


class Attendee(NamedTuple):
    name: str
    agency: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Attendance:
    """Words are in the locale."""

    title: str
    """Of the workshop."""
    place: str
    dates: str
    sessions: Sequence[str]
    people: Sequence[Attendee]
    locale: str
    walk_ins: int = 10
    """Free rows after the names."""


EYEBROW = Type(size=9.0, leading=0.9, style=BOLD, colour=look.fill(look.CLAY))
TITLE = Type(size=15.0, leading=0.85, style=BOLD, colour=look.fill(look.DEEP))
NOTE = Type(size=9.0, leading=0.85, colour=look.fill(look.INK))
HEAD = Type(size=8.0, leading=0.8, style=BOLD, colour=look.fill(look.DEEP), align="center")
CELL = Type(size=10.0, leading=0.8, colour=look.fill(look.INK))
AGENCY = Type(size=8.0, leading=0.8, colour=look.fill(look.SOFT))
FOOTER = Type(size=8.0, colour=look.fill(look.SOFT))
MARGIN, FOOT = 40.0, 46.0
NUMBER, AGENCY_SHARE = 26.0, 0.36
ROW, HEAD_ROW = 27.0, 34.0
SESSION = 58.0
"""Least width of a column: room for a short signature."""
STROKE = look.stroke(look.LINE)


def draw_attendance(into: Sheet, attendance: Attendance, labels: Labels) -> tuple[LeftOut, ...]:
    """As many pages as it takes; when there are more sessions than columns, all names again for the rest of them.

    A name that no font can show is a row to write it in. -> those
    """
    most = max(1, int((into.width - 2 * MARGIN) * 0.62 // SESSION))
    sessions = list(attendance.sessions) or [""]
    parts = [sessions[at : at + most] for at in range(0, len(sessions), most)]
    left_out: list[LeftOut] = []
    for part in parts:
        drawn = _Drawn(into, attendance, part, labels)
        drawn.draw()
        left_out = drawn.left_out
    return tuple(left_out)


class _Drawn:
    """One table, from page to page."""

    def __init__(self, into: Sheet, attendance: Attendance, sessions: list[str], labels: Labels) -> None:
        self.into, self.one, self.sessions, self.labels = into, attendance, sessions, labels
        self.left_out: list[LeftOut] = []
        self.node = Node("Sect", into.tree.root)
        in_language(self.node, attendance.locale, into.about.lang)
        width = into.width - 2 * MARGIN
        wide = min(110.0, max(SESSION, width * 0.5 / len(sessions)))
        rest = width - NUMBER - wide * len(sessions)
        self.widths = (NUMBER, rest * (1 - AGENCY_SHARE), rest * AGENCY_SHARE, *[wide] * len(sessions))
        self.starts = [MARGIN + sum(self.widths[:at]) for at in range(len(self.widths) + 1)]

    def draw(self) -> None:
        into = self.into
        free = [Attendee("")] * self.one.walk_ins
        rows = [*self.one.people, *free]
        table = Node("Table", self.node)
        first = self._title()
        pages = self._pages(len(rows), first)
        at = 0
        for number, count in enumerate(pages):
            y = self._head(first if number == 0 else MARGIN, table if number == 0 else None)
            for row in rows[at : at + count]:
                at += 1
                self._row(table, at, row, y)
                y += ROW
            self._footer(number + 1, len(pages))
            into.end_page()
        into.tree.close(self.node)

    def _pages(self, rows: int, first: float) -> list[int]:
        """Rows on each page."""
        room = self.into.height - FOOT - HEAD_ROW
        on_first, on_others = (max(1, int((room - top) // ROW)) for top in (first, MARGIN))
        pages = [min(rows, on_first)]
        while sum(pages) < rows:
            pages.append(min(on_others, rows - sum(pages)))
        return pages

    # ------------------------------------------------------------ words above

    def _title(self) -> float:
        """-> where the table begins"""
        one = self.one
        y = self._say(say(self.labels, messages.ATTENDANCE), EYEBROW, MARGIN - 8.0)
        y = self._say(Sentence(one.title, one.locale), TITLE, y, "H1", 2)
        about = " · ".join(part for part in (one.place, one.dates) if part)
        if about:
            y = self._say(Sentence(about, one.locale), NOTE, y + 1.0)
        y += 3.0
        for message in (messages.SIGN, messages.WALK_IN, messages.DESTROY):
            y = self._say(say(self.labels, message), NOTE, y, most=2)
        return y + 8.0

    def _say(self, words: Sentence, type_: Type, y: float, role: str = "P", most: int = 1) -> float:
        node = Node(role, self.node)
        in_language(node, words.lang, self.one.locale)
        return put(self.into, fitted(words, type_, self.into.width - 2 * MARGIN, most), MARGIN, y, node)

    # ------------------------------------------------------------ the table

    def _head(self, y: float, table: Node | None) -> float:
        """The head again on a later page is decoration: `table` is None. -> where the rows begin"""
        into, row = self.into, Node("TR", table) if table is not None else None
        columns = [say(self.labels, one) for one in (messages.NUMBER, messages.NAME, messages.AGENCY)]
        columns += [Sentence(session, self.one.locale) for session in self.sessions]
        for at, words in enumerate(columns):
            node = None
            if row is not None:
                node = Node("TH", row, attributes="/O /Table /Scope /Column")
                in_language(node, words.lang, self.one.locale)
            lines = fitted(words, HEAD, self.widths[at] - 6.0, 2)
            put(into, lines, self.starts[at] + 3.0, y + (HEAD_ROW - height(lines)) / 2, node)
        into.rule(MARGIN, y, self.starts[-1], 1.2, look.stroke(look.TEAL))
        into.rule(MARGIN, y + HEAD_ROW, self.starts[-1], 1.2, look.stroke(look.TEAL))
        self._sides(y, HEAD_ROW)
        return y + HEAD_ROW

    def _row(self, table: Node, number: int, person: Attendee, y: float) -> None:
        into, row = self.into, Node("TR", table)
        self._set([mark(str(number), CELL)], 0, y, Node("TD", row))
        for at, (text, type_) in enumerate(((person.name, CELL), (person.agency, AGENCY)), 1):
            self._set(self._fitted(text, type_, self.widths[at] - 8.0), at, y, Node("TD", row))
        for _ in self.sessions:
            Node("TD", row).attach()
        into.rule(MARGIN, y + ROW, self.starts[-1], 0.5, STROKE)
        self._sides(y, ROW)
        into.tree.close(row)

    def _fitted(self, text: str, type_: Type, width: float) -> list[Line]:
        try:
            return one_or_two(Sentence(text, self.one.locale), type_, width) if text else []
        except MissingGlyph as error:
            self.left_out.append(LeftOut(text, error.characters))
            return []

    def _set(self, lines: list[Line], at: int, y: float, node: Node) -> None:
        node.attach()
        put(self.into, lines, self.starts[at] + 4.0, y + (ROW - height(lines)) / 2, node)

    def _sides(self, y: float, tall: float) -> None:
        for x in self.starts:
            self.into.block(x - 0.25, y, 0.5, tall, look.fill(look.LINE))

    def _footer(self, page: int, pages: int) -> None:
        words = say(self.labels, messages.PAGE, page=page, pages=pages)
        (line,) = fitted(words, FOOTER, 200.0)
        into = self.into
        into.text(line, into.width - MARGIN - line.width, into.height - FOOT + 10.0, None)
        title = fitted(Sentence(self.one.title, self.one.locale), FOOTER, into.width - 2 * MARGIN - line.width - 20.0)
        into.text(title[0], MARGIN, into.height - FOOT + 10.0, None)
