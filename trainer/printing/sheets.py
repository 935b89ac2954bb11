"""Answer sheets: bubbles to fill that `scanning` finds again, one paper or more for each person.

The geometry is that of `sheets.layout`, the same in every language and on both papers. What is the same on many
sheets is written once in the file; a person's own are a name, a code and its QR.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Literal, NamedTuple

from trainer.printing import labels as say_
from trainer.printing import look
from trainer.printing.labels import Labels, Sentence
from trainer.printing.passages import mark as in_language
from trainer.printing.rows import draw_rows, say_rows
from trainer.printing.small import LeftOut, code_line, fitted, height, on_baseline, one_or_two, put, say
from trainer.printing.squares import corner, qr
from trainer.sheets import layout as geometry
from trainer.sheets.code import SheetCode, printed
from trainer.sheets.layout import Page
from trainer.typeset.faces import BOLD, MissingGlyph
from trainer.typeset.lines import Line, Type
from trainer.typeset.sheet import Sheet
from trainer.typeset.structure import Node

Purpose = Literal["before", "after", "quiz"]
PURPOSES: dict[Purpose, str] = {"before": say_.TEST_BEFORE, "after": say_.TEST_AFTER, "quiz": say_.QUIZ}


class AnswerSheet(NamedTuple):
    """One person's, or a blank one."""

    code: SheetCode
    """Of its first page."""
    pages: tuple[Page, ...]
    locale: str
    purpose: Purpose
    title: Sentence
    """Of the module."""
    note: str = ""
    """Which workshop, where, when: one line, in the locale."""
    name: str = ""
    """Empty: lines to write name and agency on."""


EYEBROW = Type(size=8.5, leading=0.9, style=BOLD, colour=look.fill(look.CLAY))
TITLE = Type(size=12.5, leading=0.85, style=BOLD, colour=look.fill(look.DEEP))
NOTE = Type(size=8.0, leading=0.9, colour=look.fill(look.SOFT))
NAME = Type(size=14.0, leading=0.9, style=BOLD, colour=look.fill(look.INK))
CODE = Type(size=8.5, style=BOLD, colour=look.fill(look.INK))
FILL_IN = Type(size=8.0, leading=0.85, colour=look.fill(look.INK))
LEFT, _, RIGHT, HEAD_BOTTOM = geometry.HEAD
NAME_BASE = HEAD_BOTTOM - 6.0
"""Where a name stands, and the line to write one on."""


def draw_answer_sheets(into: Sheet, sheets: Iterable[AnswerSheet], labels: Mapping[str, Labels]) -> tuple[LeftOut, ...]:
    """A page for each page of each sheet, on A4 or Letter. `labels`: locale → words.

    A name that no font can show is left to be written by hand. -> those
    Raises ValueError on a smaller paper, and MissingGlyph for other words than names.
    """
    if into.width < geometry.WIDTH or into.height < geometry.HEIGHT:
        raise ValueError("answer sheets stand on A4 or Letter, upright")
    left_out: list[LeftOut] = []
    for sheet in sheets:
        for number in range(len(sheet.pages)):
            missing = _Drawn(into, sheet, number, labels[sheet.locale]).draw()
            if missing and not number:
                left_out.append(missing)
    return tuple(left_out)


class _Drawn:
    """One page of one sheet."""

    def __init__(self, into: Sheet, sheet: AnswerSheet, number: int, labels: Labels) -> None:
        self.into, self.sheet, self.labels = into, sheet, labels
        self.rows = sheet.pages[number]
        self.code = sheet.code._replace(page=number + 1, pages=len(sheet.pages))
        self.x, self.y = geometry.origin(into.width, into.height)
        self.node = Node("Sect", into.tree.root)
        in_language(self.node, sheet.locale, into.about.lang)

    def draw(self) -> LeftOut | None:
        into, sheet = self.into, self.sheet
        same = (sheet.locale, sheet.purpose, sheet.title, sheet.note, sheet.code.form)
        into.repeated(("sheet", "frame"), self._frame, None)
        into.repeated(("sheet", "bubbles", self.rows), lambda: draw_rows(into, self.rows, self.x, self.y), None)
        into.repeated(("sheet", "title", same), self._title, self._in(sheet.title.lang, "H1"))
        into.repeated(("sheet", "note", same), self._note, Node("P", self.node))
        missing = self._name()
        self._code()
        words = say(self.labels, say_.FILL_IN)
        into.repeated(("sheet", "fill in", words), lambda: self._fill_in(words), self._in(words.lang))
        into.repeated(
            ("sheet", "rows", self.rows), lambda: say_rows(into, self.rows, self.x, self.y), Node("P", self.node)
        )
        into.end_page()
        into.tree.close(self.node)
        return missing

    def _in(self, lang: str, role: str = "P") -> Node:
        node = Node(role, self.node)
        in_language(node, lang, self.into.about.lang)
        return node

    # ------------------------------------------------------------ above the rows

    def _eyebrow(self) -> Sentence:
        words = [say(self.labels, say_.ANSWER_SHEET), say(self.labels, PURPOSES[self.sheet.purpose])]
        if self.sheet.code.form:
            words.append(say(self.labels, say_.FORM, form=self.sheet.code.form))
        return Sentence(" · ".join(one.text for one in words), words[0].lang)

    def _head(self) -> tuple[list[Line], list[Line], list[Line]]:
        width = RIGHT - LEFT
        note = fitted(Sentence(self.sheet.note, self.sheet.locale), NOTE, width) if self.sheet.note else []
        title = one_or_two(self.sheet.title, TITLE, width)
        return fitted(self._eyebrow(), EYEBROW, width), title, note

    def _title(self) -> None:
        eyebrow, title, _ = self._head()
        put(self.into, title, self.x + LEFT, self.y + height(eyebrow), None)

    def _note(self) -> None:
        eyebrow, title, note = self._head()
        put(self.into, eyebrow, self.x + LEFT, self.y, None)
        put(self.into, note, self.x + LEFT, self.y + height(eyebrow) + height(title), None)

    def _name(self) -> LeftOut | None:
        name, missing = self.sheet.name, None
        if name:
            try:
                lines = one_or_two(Sentence(name, self.sheet.locale), NAME, RIGHT - LEFT)
                base = self.y + NAME_BASE
                top = base - lines[-1].ascent - height(lines[:-1])
                put(self.into, lines, self.x + LEFT, top, Node("P", self.node))
                return None
            except MissingGlyph as error:
                missing = LeftOut(name, error.characters)
        words = tuple(say(self.labels, message) for message in (say_.NAME, say_.AGENCY))
        self.into.repeated(("sheet", "lines"), self._lines, None)
        self.into.repeated(("sheet", "blank", words), lambda: self._blank(words), self._in(words[0].lang))
        return missing

    def _lines(self) -> None:
        for start, end in self._halves():
            self.into.rule(start, self.y + NAME_BASE, end, 0.7, look.stroke(look.SOFT))

    def _blank(self, words: tuple[Sentence, ...]) -> None:
        """Below the line to write on, so that the line has all the width."""
        for word, (start, end) in zip(words, self._halves(), strict=True):
            (line,) = fitted(word, NOTE, end - start)
            on_baseline(self.into, line, start, self.y + NAME_BASE + 9.0, None)

    def _halves(self) -> tuple[tuple[float, float], tuple[float, float]]:
        start, end = self.x + LEFT, self.x + RIGHT
        middle = start + 0.58 * (end - start)
        return (start, middle), (middle + 10.0, end)

    def _code(self) -> None:
        left, top = geometry.QR_AT
        qr(self.into, self.code.text, self.x + left, self.y + top, geometry.QR)
        words = f"{printed(self.code.sheet)}  {self.code.page}/{self.code.pages}"
        line = code_line(words, CODE)
        start = self.x + left + (geometry.QR - line.width) / 2
        on_baseline(self.into, line, start, self.y + top + geometry.QR + 20.0, Node("P", self.node))

    # ------------------------------------------------------------ around them

    def _frame(self) -> None:
        into = self.into
        for number, (x, y) in enumerate(geometry.MARKS):
            corner(into, number, self.x + x, self.y + y, geometry.MARK)
        for x, y in geometry.TRACKS:
            into.block(self.x + x, self.y + y, geometry.TRACK, geometry.TRACK, "0 g")
        left, top, _, bottom = geometry.FOOT
        into.disc(self.x + left + 6.0, self.y + (top + bottom) / 2 + 3.0, 4.5, "0 g")

    def _fill_in(self, words: Sentence) -> None:
        left, top, right, bottom = geometry.FOOT
        lines = fitted(words, FILL_IN, right - left - 18.0)
        put(self.into, lines, self.x + left + 18.0, self.y + (top + bottom) / 2 + 3.0 - height(lines) / 2, None)
