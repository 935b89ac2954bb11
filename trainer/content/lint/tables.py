"""Tables whose words do not fit side by side on paper."""

from __future__ import annotations

import re
from collections.abc import Iterator

from trainer.content.lint.findings import Finding
from trainer.content.lint.text import Book, plain
from trainer.content.model import Table

PAPERS = (("A4", 152), ("half a sheet", 119))
"""Millimetres between the margins: of a page, and of a booklet."""
_PAD = 3.5
"""Millimetres of air in each column."""
_EM = 3.35
"""Millimetres: the size of the letters in a cell."""
_NARROW, _WIDE = frozenset("iIjlt.,:;'|!()[]/ -‐"), frozenset("mwMWGOQ@%—…")
_OTHER = re.compile("[^\u0000-\u036f\u1e00-\u206f]")
"""Beyond Latin letters and the signs between them."""


def check(book: Book) -> Iterator[Finding]:
    for file, block in book.blocks:
        if isinstance(block, Table) and (need := needed(block)) > PAPERS[-1][1]:
            paper, room = next(one for one in PAPERS if need > one[1])
            cells = [cell for row in (block.head, *block.rows) for cell in row]
            line = min((cell.line for cell in cells), default=0)
            yield book.finding(
                "lint-table-wide", file, line, "|", [plain(cell.content) for cell in cells],
                columns=len(block.head), need=round(need), room=room, paper=paper,
            )  # fmt: skip


def needed(table: Table) -> float:
    """Millimetres for the longest word of each column, side by side."""
    rows = [row for row in (table.head, *table.rows) if len(row) == len(table.head)]
    return sum(
        _PAD + max((_width(word) for row in rows for word in _words(plain(row[at].content))), default=0.0)
        for at in range(len(table.head))
    )


def _words(text: str) -> list[str]:
    # A line may end behind a hyphen or a stroke, and anywhere in scripts without spaces.
    return text.replace("-", "- ").replace("/", "/ ").split()


def _width(word: str) -> float:
    """As wide as Noto Sans is on average: narrow, wide and other letters."""
    if _OTHER.search(word):
        return 0.0
    return _EM * sum(0.32 if char in _NARROW else 0.85 if char in _WIDE else 0.57 for char in word)
