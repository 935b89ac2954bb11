"""The report as a spreadsheet: a table per sheet, numbers as numbers, and a first sheet that says what they mean.

Whatever people wrote is stored as text: nothing in the file can become a formula.
"""

from __future__ import annotations

import io
import math
import unicodedata
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from trainer.services import quarterly, report_editions, report_feedback, report_words
from trainer.services.quarterly import Dossier
from trainer.services.report_cells import Label, Table
from trainer.vocabulary import N_

README = N_("Read me")
WIDEST, NARROWEST, HEAD = 48, 9, 16
"""Of a column, in letters; HEAD: scripts without spaces have heads of one long word, and it wraps, too."""
TERM, MEANING = 30, 90
"""Columns of the first sheet."""
TALL = ("\u0e00", "\u17ff")
"""Scripts from Thai to Khmer, whose lines are higher."""
_NO_NAME = str.maketrans("", "", "[]:*?/\\'")
LONGEST_NAME = 31
"""Of a sheet, as the format has it."""
MADE = datetime(2000, 1, 1)


def book(dossier: Dossier, label: Label, locale: str, titles: Mapping[str, str]) -> bytes:
    """The file (XLSX). The same figures give the same bytes."""
    import xlsxwriter  # only who asks for a spreadsheet waits for it

    out = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_numbers": False, "strings_to_urls": False}
    workbook = xlsxwriter.Workbook(out, options)
    name = f"{label(quarterly.kind(dossier.report))}: {dossier.title.text(label)}"
    workbook.set_properties({"title": name, "created": MADE})
    writer = _Writer(workbook, label)
    writer.readme(dossier, locale, titles)
    for table in dossier.tables:
        writer.table(table)
    workbook.close()
    return out.getvalue()


class _Writer:
    def __init__(self, workbook: Any, label: Label) -> None:
        self.workbook, self.label = workbook, label
        head = {"bold": True, "text_wrap": True, "valign": "top", "bottom": 2}
        self.head = workbook.add_format(head)
        self.head_of_numbers = workbook.add_format({**head, "align": "right"})
        self.term = workbook.add_format({"bold": True, "text_wrap": True, "valign": "top"})
        self.words = workbook.add_format({"text_wrap": True, "valign": "top"})
        self.title = workbook.add_format({"bold": True, "font_size": 14})
        self.hidden = workbook.add_format({"align": "right", "valign": "top"})
        self.numbers = {
            places: workbook.add_format({"num_format": f"0.{'0' * places}" if places else "0", "valign": "top"})
            for places in range(3)
        }
        self.names: set[str] = set()

    def sheet(self, title: str) -> Any:
        """A sheet of a name that the format takes and that no other has."""
        plain = title.translate(_NO_NAME).strip()[:LONGEST_NAME] or "–"
        name, number = plain, 1
        while name.casefold() in self.names:
            number += 1
            name = f"{plain[: LONGEST_NAME - 4]} ({number})"
        self.names.add(name.casefold())
        return self.workbook.add_worksheet(name)

    def readme(self, dossier: Dossier, locale: str, titles: Mapping[str, str]) -> None:
        label, sheet = self.label, self.sheet(self.label(README))
        sheet.set_column(0, 0, TERM)
        sheet.set_column(1, 1, MEANING)
        sheet.write_string(0, 0, f"{label(quarterly.kind(dossier.report))}: {dossier.title.text(label)}", self.title)
        lines = [("", fact.text(label)) for fact in quarterly.facts(dossier, locale, titles)]
        lines += [("", label(words)) for words in report_words.HIDDEN]
        lines += [
            (f"{report_words.CODES.get(term, '')} {label(term)}".strip(), label(meaning))
            for term, meaning in report_words.DEFINITIONS
        ]
        for code, name, meaning in (*report_feedback.DEFINITIONS, report_editions.DEFINITION):
            lines.append((f"{code} {name.text(label)}", meaning.text(label)))
        lines += [("", label(words)) for words in report_words.LIMITS]
        lines += [(label(table.title), label(note)) for table in dossier.tables for note in table.notes]
        for row, (term, words) in enumerate(lines, 2):
            sheet.set_row(row, _height((term, TERM), (words, MEANING)))
            sheet.write_string(row, 0, term, self.term)
            sheet.write_string(row, 1, words, self.words)
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)

    def table(self, table: Table) -> None:
        label, sheet = self.label, self.sheet(self.label(table.title))
        widths = _widths(table, label)
        sheet.set_row(0, _height(*((head.text(label), wide) for head, wide in zip(table.heads, widths, strict=True))))
        for column, head in enumerate(table.heads):
            has_numbers = any(hasattr(row[column], "cell") or row[column].number is not None for row in table.rows)
            sheet.write_string(0, column, head.text(label), self.head_of_numbers if has_numbers else self.head)
        for at, row in enumerate(table.rows, 1):
            sheet.set_row(at, _height(*((cell.text(label), wide) for cell, wide in zip(row, widths, strict=True))))
            for column, cell in enumerate(row):
                if cell.number is None:
                    format_ = self.hidden if hasattr(cell, "cell") else self.words
                    sheet.write_string(at, column, cell.text(label), format_)
                else:
                    sheet.write_number(at, column, cell.number, self.numbers[getattr(cell, "places", 0)])
        sheet.freeze_panes(1, 1)
        for column, wide in enumerate(widths):
            sheet.set_column(column, column, wide)
        sheet.repeat_rows(0)
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)


def _widths(table: Table, label: Label) -> Sequence[int]:
    """In letters: heads wrap, cells get the room that they want up to a limit."""
    found = []
    for column, head in enumerate(table.heads):
        words = min(HEAD, max(map(_letters, head.text(label).split()), default=0))
        cells = max((_letters(row[column].text(label)) for row in table.rows), default=0)
        found.append(min(WIDEST, max(NARROWEST, words + 2, cells + 2)))
    return found


def _letters(text: str) -> int:
    """How wide the text is: marks above and below a letter take no room, Chinese letters that of two."""
    return sum(
        2 if unicodedata.east_asian_width(letter) in "WF" else 1
        for letter in text
        if unicodedata.category(letter) not in ("Mn", "Cf")
    )


def _height(*cells: tuple[str, int]) -> float:
    """Of a row with these words in columns that wide, in points: not every program finds it out by itself."""
    lines = max(math.ceil(_letters(words) * 1.1 / wide) for words, wide in cells) or 1
    is_tall = any(TALL[0] <= letter <= TALL[1] for words, _ in cells for letter in words)
    return lines * (21.0 if is_tall else 15.0)
