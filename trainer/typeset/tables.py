"""Tables: columns as wide as their content asks for, wrapping cells, the heading again on every page."""

from __future__ import annotations

from dataclasses import dataclass

from trainer.typeset.flow import Draw, Flow, Set, Strip
from trainer.typeset.lines import Line, Measured
from trainer.typeset.sheet import Sheet
from trainer.typeset.structure import Node


@dataclass(frozen=True, slots=True)
class Cell:
    text: Measured
    node: Node
    shape: Draw | None = None
    """Drawn at the upper left corner of the cell's content: a box to tick."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """Lengths in points, strokes as PDF operators."""

    pad_x: float = 5.0
    pad_y: float = 3.5
    head_stroke: str = "0 G"
    head_weight: float = 1.2
    stroke: str = "0.6 G"
    weight: float = 0.5
    tallest: float = 240.0
    """A row taller than this may be cut between its lines."""
    lowest: float = 0.0
    """Least height of a row's content: room to write in."""
    whole: int = 4
    """A table of at most this many rows stays on one page."""


def table(flow: Flow, head: list[Cell], rows: list[list[Cell]], look: Look) -> None:
    """Add a table as wide as the text. `head` may be empty. Rows have the same number of cells."""
    columns = _columns([row for row in (head, *rows) if row], flow.measure, look)
    repeat = tuple(_row(head, columns, flow.left, look, True)) if head else ()
    for strip in repeat:
        strip.keep = bool(rows)
    if repeat:
        flow.add(*repeat)
    for number, row in enumerate(rows):
        strips = _row(row, columns, flow.left, look, False)
        for index, strip in enumerate(strips):
            strip.repeat = repeat
            strip.keep = index in (0, len(strips) - 2) and index < len(strips) - 1
        flow.add(*strips)
        # Neither the first row nor the last stands alone on a page.
        held = len(rows) <= look.whole or number in (0, len(rows) - 2)
        strips[-1].keep = strips[-1].keep or (held and number < len(rows) - 1)


def _columns(rows: list[list[Cell]], width: float, look: Look) -> list[float]:
    """Width of each column's content: no word is broken where there is room, and long text gets more."""
    count = len(rows[0])
    room = width - 2 * look.pad_x * count
    least = [max(row[column].text.longest for row in rows) + 0.5 for column in range(count)]
    natural = [max(row[column].text.natural for row in rows) + 0.5 for column in range(count)]
    if sum(least) >= room:
        return [room * wide / sum(least) for wide in least]
    if sum(natural) <= room:
        spare = room - sum(natural)
        return [wide + spare * wide / sum(natural) for wide in natural]
    # Square roots, so that one column of long text does not starve the others.
    wants = [(full - small) ** 0.5 for full, small in zip(natural, least, strict=True)]
    return _share(least, natural, wants, room)


def _share(least: list[float], natural: list[float], wants: list[float], room: float) -> list[float]:
    widths = list(least)
    open_ = {column for column, want in enumerate(wants) if want > 0}
    while open_:
        spare = room - sum(widths)
        total = sum(wants[column] for column in open_)
        full = {column for column in open_ if widths[column] + spare * wants[column] / total >= natural[column]}
        if not full:
            for column in open_:
                widths[column] += spare * wants[column] / total
            break
        for column in full:
            widths[column] = natural[column]
        open_ -= full
    return widths


def _row(row: list[Cell], columns: list[float], left: float, look: Look, is_head: bool) -> list[Strip]:
    cells = [cell.text.lines(width) for cell, width in zip(row, columns, strict=True)]
    height = max([look.lowest if not is_head else 0.0] + [sum(line.height for line in lines) for lines in cells])
    starts, x = [], left + look.pad_x
    for width in columns:
        starts.append(x)
        x += width + 2 * look.pad_x
    end = x - look.pad_x
    weight, stroke = (look.head_weight, look.head_stroke) if is_head else (look.weight, look.stroke)

    def rule(sheet: Sheet, x: float, y: float) -> None:
        sheet.rule(x, y, x + end - left, weight, stroke)

    if height > look.tallest:
        return _cut_row(row, cells, starts, left, look, rule)
    texts = []
    for cell, lines, start in zip(row, cells, starts, strict=True):
        y = look.pad_y
        for line in lines:
            texts.append(Set(start, y, line, cell.node))
            y += line.height
    shapes = [(start, look.pad_y, cell.shape) for cell, start in zip(row, starts, strict=True) if cell.shape]
    full = height + 2 * look.pad_y
    return [Strip(full, texts=tuple(texts), shapes=(*shapes, (left, full, rule)))]


def _cut_row(
    row: list[Cell], cells: list[list[Line]], starts: list[float], left: float, look: Look, rule: Draw
) -> list[Strip]:
    """A very tall row, one strip for each line of its longest cell."""
    strips = []
    count = max(len(lines) for lines in cells)
    for index in range(count):
        texts = []
        top = look.pad_y if index == 0 else 0.0
        for cell, lines, start in zip(row, cells, starts, strict=True):
            if index < len(lines):
                texts.append(Set(start, top, lines[index], cell.node))
        height = top + max(text.line.height for text in texts) + (look.pad_y if index == count - 1 else 0.0)
        strips.append(Strip(height, texts=tuple(texts)))
    strips[-1].shapes = ((left, strips[-1].height, rule),)
    return strips
