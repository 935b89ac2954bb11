"""Two languages side by side: each passage beside its translation.

Both columns are composed from the same tree, so that their passages pair up by position. A pair begins at one height
in both columns; the page ends at one place of the text in both.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise, zip_longest

from trainer.printing import look
from trainer.printing.product import Laid, Leaf, Part, Product, draw_footer, note_folios, outline_name
from trainer.typeset import flow as flows
from trainer.typeset.flow import Page, Placed, Strip
from trainer.typeset.sheet import Sheet

Column = list[Strip]

TIGHTER = (0.85, 0.7, 0.6)
"""Share of the space between passages that stays."""


class NotAbreast(ValueError):  # noqa: N818  they are two texts
    """The two modules are not the same edition in two languages."""


@dataclass(slots=True)
class Row:
    """A passage in both languages."""

    columns: tuple[Column, Column]
    before: float
    keep: bool
    """The next row stands on the same page."""

    @property
    def height(self) -> float:
        return max(_height(column) for column in self.columns)


def lay_abreast(left: Product, right: Product) -> Laid:
    """The pages of both, side by side. Raises NotAbreast when they do not hold the same passages."""
    frame, pages = left.frame, list[tuple[Page, Page]]()
    for one, other in zip(left.parts(), right.parts(), strict=True):
        rows = _rows(one, other)
        if one.stretched:
            _stretch(rows, frame.room)
        pages += _paginate(rows, frame.room)
    note_folios(left, (page for page, _ in pages))
    note_folios(right, (page for _, page in pages))

    def leaf(number: int, both: tuple[Page, Page]) -> Leaf:
        def draw(sheet: Sheet, x: float) -> None:
            for column, page in enumerate(both):
                flows.draw(page, sheet, x + frame.side + column * (frame.measure + frame.gutter), frame.top)
            middle = x + frame.side + frame.measure + frame.gutter / 2
            sheet.block(middle - 0.25, frame.top, 0.5, frame.room, look.fill(look.LINE))
            draw_footer(left, sheet, x, number, len(pages))

        return draw

    leaves = tuple(leaf(number, both) for number, both in enumerate(pages, 1))
    return Laid(left.options.paper, True, leaves, outline_name(left, right))


def _rows(left: Part, right: Part) -> list[Row]:
    if len(left.starts) != len(right.starts) and not left.is_loose:
        raise NotAbreast(f"{len(left.starts)} passages beside {len(right.starts)}: not the same edition of a module")
    rows = []
    empty = Column()
    for one, other in zip_longest(_passages(left), _passages(right), fillvalue=empty):
        for strip in other:  # one outline is enough
            strip.anchors = tuple(anchor._replace(title="") for anchor in strip.anchors)
        filled = [column for column in (one, other) if column]
        keep = any(column[-1].keep for column in filled)
        rows.append(Row((one, other), max(column[0].before for column in filled), keep))
    return rows


def _passages(part: Part) -> list[Column]:
    return [part.strips[start:end] for start, end in pairwise([*part.starts, len(part.strips)])]


def _height(column: Column) -> float:
    return sum(strip.height + (strip.before if index else 0.0) for index, strip in enumerate(column))


def _stretch(rows: list[Row], height: float) -> None:
    """Make the widest space as wide as fills the page."""
    used = sum(row.height + (row.before if index else 0.0) for index, row in enumerate(rows))
    widest = max(rows[1:], key=lambda row: row.before)
    widest.before = max(0.0, widest.before + height - used - 2.0)


def _paginate(rows: list[Row], height: float) -> list[tuple[Page, Page]]:
    """Pages of each stretch that begins one; the space between passages gives way where a little runs over."""
    starts = [at for at, row in enumerate(rows) if at == 0 or any(one and one[0].fresh for one in row.columns)]
    pages = []
    for start, end in pairwise([*starts, len(rows)]):
        filled = _fill(rows[start:end], height)
        for factor in TIGHTER:
            if len(filled.pages) == 1 or filled.y > flows.SHORT * height:
                break
            tighter = _fill([replace(row, before=row.before * factor) for row in rows[start:end]], height)
            if len(tighter.pages) < len(filled.pages):
                filled = tighter
        pages += filled.pages
    return pages


def _fill(rows: list[Row], height: float) -> _Filler:
    filler = _Filler(height)
    group: list[Row] = []
    for row in rows:
        group.append(row)
        if not row.keep:
            filler.add(group)
            group = []
    if group:
        filler.add(group)
    return filler


class _Filler:
    """Fills pages from the top."""

    def __init__(self, height: float) -> None:
        self.height, self.y = height, 0.0
        self.pages: list[tuple[Page, Page]] = [(Page([]), Page([]))]

    @property
    def is_begun(self) -> bool:
        return any(page.strips for page in self.pages[-1])

    def next_page(self) -> None:
        self.pages.append((Page([]), Page([])))
        self.y = 0.0

    def add(self, rows: list[Row]) -> None:
        """Rows that hold together: on this page, or with their last one cut, or on the next page."""
        *leading, last = rows
        lead = sum(row.height + row.before for row in leading) - (0.0 if self.is_begun else rows[0].before)
        room = self.height - self.y - lead - (last.before if self.is_begun or leading else 0.0)
        if last.height > room + 0.01 and _cut(last, room) is None and self.is_begun:
            self.next_page()
        for row in rows:
            self._place(row)

    def _place(self, row: Row) -> None:
        is_first = not self.is_begun
        if is_first:
            self._repeat(row)
        else:
            self.y += row.before
        room = self.height - self.y
        if row.height <= room + 0.01:
            self._put(row)
            return
        pieces = _cut(row, room)
        if pieces is None and not is_first:
            self.next_page()
            self._place(row)
        elif pieces is None:
            self._put(row)  # taller than a page, and in one piece
        else:
            self._put(pieces[0])
            self.next_page()
            self._place(pieces[1])

    def _repeat(self, row: Row) -> None:
        """The heading of the table that goes on here."""
        heads = [list(column[0].repeat) if column else [] for column in row.columns]
        self._set(heads, repeated=True)
        self.y += max(_height(head) for head in heads)

    def _put(self, row: Row) -> None:
        self._set(row.columns, repeated=False)
        self.y += row.height

    def _set(self, columns: tuple[Column, ...] | list[Column], *, repeated: bool) -> None:
        for page, column in zip(self.pages[-1], columns, strict=True):
            y = self.y
            for index, strip in enumerate(column):
                y += strip.before if index else 0.0
                page.strips.append(Placed(strip, y, repeated))
                y += strip.height


def _cut(row: Row, room: float) -> tuple[Row, Row] | None:
    """The row in two, the first part no taller than `room`; None when a column has no place to cut there."""
    above: list[Column] = []
    below: list[Column] = []
    for column in row.columns:
        at = _last_break(column, room)
        if column and at == 0:
            return None
        above.append(column[:at])
        below.append(column[at:])
    if not any(below):
        return None
    return Row((above[0], above[1]), row.before, False), Row((below[0], below[1]), 0.0, row.keep)


def _last_break(column: Column, room: float) -> int:
    """How many strips fit, ending where a page may end."""
    best, used = 0, 0.0
    for index, strip in enumerate(column):
        used += strip.height + (strip.before if index else 0.0)
        if used > room + 0.01:
            break
        if not strip.keep or index == len(column) - 1:
            best = index + 1
    return best
