"""From a flat sheet to the marks of its rows. Never wrong in silence: what is not clear is said to be in doubt."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import cv2
import numpy as np

from trainer.scanning.arrays import Dark, Grey
from trainer.scanning.bubbles import darkness, measure
from trainer.scanning.ink import Ink, Inks, inks
from trainer.scanning.paper import SCALE, pixel
from trainer.sheets import layout
from trainer.sheets.layout import Page, Placed

EMPTY = 0.008
"""Ink up to which a bubble is empty, when the page's spread is small."""
EMPTY_SPREADS = 4.0
"""The same in spreads of the page."""
MARKED = 1.4
"""Times the ink of an empty bubble: below that a mark is faint, unless it is as deep as this person's others."""
SURE, POOR = 0.5, 0.36
"""Shares of this person's usual depth: from the first on it is a mark however little ink it has, up to the second it
is what a rubber left (8 to 20 % of a mark, and dirt). Between them nobody can tell."""
ENOUGH_MARKS, USUAL_DEPTH = 4, 0.26
"""Marks of a page from which on they say what is usual; a depth no rubber leaves half of, where there are fewer."""
RUBBED = 0.4
"""Of the depth of the deeper marks: less may be what a rubber left, and says nothing of what is usual."""
NEARLY = 0.75
"""Of the ink that no empty bubble has: a trace."""
GRAIN = 4.0
"""Spreads of depth among empty bubbles: up to that it is none."""
SHALLOW = 0.03
"""The same where empty bubbles hardly differ."""
TOUCHED = 0.08
"""How much worse a ring is seen than empty ones when a stroke may be in it."""
REMAINS = 1.5
"""Times the ink of the row's mark: more is no remains, however shallow."""
CIRCLED = 13
"""Sectors around a bubble, of 24, that nobody draws on by accident."""
STRUCK_DEPTH, STRUCK_FLOOR = 0.1, 0.05
"""How dark a stroke is past the bubble, against the mark's depth; the most that grain on the paper can ask for."""
STRUCK_LINES, STRUCK_WIDE = 3, 7
"""Strokes that go past on both sides: a cross has two, a full mark none. With so many it is crossed out, or with so
many sectors of the 12 on one side, where thick strokes run together."""
LEVEL, UPRIGHT = (0, 11), (5, 6)
"""The sectors of a level stroke, which no cross has; of an upright one, where rings of digits stand close: twice as
dark."""
STRUCK_INK = 1.9
"""Times this person's usual ink: as much as two marks in one place, with a level stroke."""
STRUCK_BODY, STRUCK_PAST = 0.5, 0.05
"""Body of a full mark against its depth, and how much more of it is past the bubble than usual."""
STRUCK_CROSSED = (0.8, 1.03, 0.1)
"""Body, ink and what is past, each like above, of a full mark with a cross over it; crosses of thick pens have less."""
STAINED = 0.18
"""Darkness of the paper around a bubble."""
HIDDEN = 0.5
"""Share of the page's sharpness below which the ring of an unmarked bubble is not seen."""
BLURRED = 0.5
"""Sharpness of a page below which nothing on it is certain."""
BENT = 6.0
"""Points; a third of the distance between two rows."""
RULE, RULE_SEEN = 3, 0.08
"""Pixels kept away from the middle of a printed line; how dark it must be to be seen."""
WRITTEN = (0.002, 0.006)
"""Ink on a line: up to the first it is blank, from the second on it is written on."""


class RowRead(NamedTuple):
    """What is on one row."""

    number: int
    """Of the row among the fields of the whole sheet."""
    chosen: tuple[int, ...]
    """Marked choices by presented position; what was most probably meant when in doubt."""
    certain: bool
    reason: str = ""
    """A key of `problems.REASONS` when it is in doubt."""
    inks: tuple[float, ...] = ()
    """Of each bubble: 0 empty, 1 all black. Of a line: how much of it is written on."""
    written: bool = False
    """Whether something is on a line; a person types what."""


def read(image: Grey, page: Page) -> tuple[RowRead, ...]:
    """The rows of a flat sheet (`finding.Found.image`), in the order of the page."""
    dark = darkness(image)
    found = inks(page, measure(dark, page))
    limits = _limits(page, found)
    return tuple(
        _line(dark, placed, found) if placed.field.kind == "line" else _row(placed, row, limits)
        for placed, row in zip(page, found.rows, strict=True)
    )


class _Limits(NamedTuple):
    """What empty and marked mean on this page."""

    empty: float
    marked: float
    usual: float
    """Ink of this person's marks."""
    depth: float
    """Their depth."""
    lost: float
    """By how much their rings are seen worse than empty ones."""
    past: float
    """How much of them is past the bubble."""
    shallow: float
    """Depth up to which it is the grain of the picture."""
    around: float
    rings: float
    is_timid: bool
    """Whether there are traces of marks but hardly a clear one: then empty rows may be full of marks not seen."""


def _limits(page: Page, found: Inks) -> _Limits:
    empty = max(EMPTY, EMPTY_SPREADS * found.spread)
    shallow = max(SHALLOW, GRAIN * found.grain)
    marks = [max(row, key=lambda one: one.amount) for row in found.rows if row]
    traces = sum(one.amount > NEARLY * empty for one in marks)
    marks = [one for one in marks if one.amount > empty and one.depth > shallow]
    clear = sum(one.amount > empty * MARKED for one in marks)
    is_timid = traces > 1 and clear < max(ENOUGH_MARKS, traces / 2)
    usual = float(np.median([one.amount for one in marks])) if marks else 0.0
    depth = _usual_depth([one.depth for one in marks]) if marks else 0.0
    lost = found.rings - float(np.median([one.ring for one in marks])) if marks else 1.0
    past = float(np.median([_past(one) for one in marks])) if marks else 0.0
    if len(marks) < ENOUGH_MARKS:  # too few to know this person's hand by
        depth, lost, past = max(depth, USUAL_DEPTH), 1.0, 0.0
    return _Limits(empty, empty * MARKED, usual, depth, lost, past, shallow, found.around, found.rings, is_timid)


def _usual_depth(depths: Sequence[float]) -> float:
    """The median of all that a rubber cannot have left of the deeper ones: many marks of a page may be rubbed out."""
    least = RUBBED * float(np.quantile(depths, 0.75))
    return float(np.median([one for one in depths if one >= least]))


def _is_marked(one: Ink, limits: _Limits) -> bool:
    """Whether a mark is seen at all, clear or not."""
    if one.amount >= limits.marked:
        return True
    return one.amount > limits.empty and one.depth > limits.shallow and one.depth >= SURE * limits.depth


def _row(placed: Placed, row: Sequence[Ink], limits: _Limits) -> RowRead:
    many = placed.field.kind == "many"
    chosen = tuple(at for at, one in enumerate(row) if _is_marked(one, limits))
    reason = _many(row, chosen, limits) if many else _one(row, chosen, limits)
    if not many and len(chosen) > 1 and not reason:
        chosen = (_top(row, chosen),)
    reason = _seen(row, chosen, limits) or reason
    shown = tuple(round(min(1.0, max(0.0, one.amount)), 3) for one in row)
    return RowRead(placed.number, chosen, not reason, reason, shown)


def _seen(row: Sequence[Ink], chosen: tuple[int, ...], limits: _Limits) -> str:
    """Why the row cannot be judged at all; empty when it can."""
    if limits.rings < BLURRED:
        return "blurred"
    if any(one.moved > BENT for one in row):
        return "bent"
    if any(one.paper > STAINED for one in row):
        return "smudged"
    for at, one in enumerate(row):
        if at in chosen:
            continue
        if one.amount < -limits.empty or _drawn_around(one, limits) >= CIRCLED:
            return "beside"
        if one.ring < HIDDEN * limits.rings and one.amount <= limits.empty and not _drawn_around(one, limits):
            return "hidden"
    return ""


def _one(row: Sequence[Ink], chosen: tuple[int, ...], limits: _Limits) -> str:
    """Why a row for one mark is in doubt."""
    if not chosen:
        return "faint" if _has_trace(row, limits) or any(_is_faint(one, limits) for one in row) else ""
    top = _top(row, chosen)
    if _is_struck(row[top], limits):
        return "struck"
    if _is_weak(row[top], limits):
        return "faint"
    for at, other in enumerate(row):
        if at != top and _is_faint(other, limits) and not _is_remains(other, row[top], limits):
            return "double" if at in chosen and not _is_weak(other, limits) else "erased"
    return ""


def _top(row: Sequence[Ink], chosen: Sequence[int]) -> int:
    """The mark that counts: of those that are nearly as deep as the deepest, the one with most ink."""
    deepest = max(row[at].depth for at in chosen)
    return max(chosen, key=lambda at: (row[at].depth >= SURE * deepest, row[at].amount))


def _many(row: Sequence[Ink], chosen: tuple[int, ...], limits: _Limits) -> str:
    """Why a row for any number of marks is in doubt: each bubble must be clearly marked or clearly empty."""
    if not chosen and _has_trace(row, limits):
        return "faint"
    for at, one in enumerate(row):
        if at not in chosen and _is_faint(one, limits):
            return "faint"
        if at in chosen and _is_struck(one, limits):
            return "struck"
        if at in chosen and _is_weak(one, limits):
            return "erased"
    return ""


def _drawn_around(one: Ink, limits: _Limits) -> int:
    return int((one.around > limits.around).sum())


def _is_struck(one: Ink, limits: _Limits) -> bool:
    """By the strokes that go through the bubble and past it on both sides."""
    depth = max(one.depth, 0.1)
    half = len(one.far) // 2
    both = np.minimum(one.far[:half], one.far[half:])
    both[list(UPRIGHT)] /= 2
    through = both > max(STRUCK_DEPTH * depth, min(limits.around, STRUCK_FLOOR))
    lines = int((through & ~np.roll(through, 1)).sum())
    is_level = bool(through[list(LEVEL)].any())
    if lines >= STRUCK_LINES or through.sum() >= STRUCK_WIDE or (lines == 2 and is_level):
        return True
    share, past = one.amount / max(limits.usual, limits.empty), _past(one) - limits.past
    if lines == 2:
        body, more, further = STRUCK_CROSSED
        return one.body > body * depth and share > more and past > further
    if not is_level or past <= STRUCK_PAST / 2:
        return False
    return share > STRUCK_INK or (one.body > STRUCK_BODY * depth and past > STRUCK_PAST)


def _past(one: Ink) -> float:
    """How much of it is past the bubble."""
    return float(one.far.mean()) / max(one.depth, 0.1)


def _is_weak(one: Ink, limits: _Limits) -> bool:
    """Whether a rubber may have left this of a mark."""
    if not one.known and limits.rings - one.ring > SURE * limits.lost:
        return False
    return one.depth <= limits.shallow or one.depth < SURE * limits.depth


def _is_faint(one: Ink, limits: _Limits) -> bool:
    """Whether there is a little ink in a bubble that is not marked."""
    touched = one.amount > limits.empty / 2 and one.ring < limits.rings - TOUCHED
    deep = one.amount > limits.empty / 2 and one.depth > max(limits.shallow, POOR * limits.depth)
    return touched or deep or one.amount > limits.empty


def _has_trace(row: Sequence[Ink], limits: _Limits) -> bool:
    """Whether a mark may be lost in a row where none is seen: few people leave a question out with a trace in it."""
    return limits.is_timid or any(one.amount > NEARLY * limits.empty and one.depth > limits.shallow for one in row)


def _is_remains(other: Ink, mark: Ink, limits: _Limits) -> bool:
    """Whether it is so shallow beside the row's mark that a rubber left it."""
    return other.depth < POOR * min(mark.depth, limits.depth) and other.amount < REMAINS * mark.amount


def _line(dark: Dark, placed: Placed, found: Inks) -> RowRead:
    """Whether the room above a line is blank."""
    left, top, right, bottom = placed.box
    x0, y0 = (round(one) for one in pixel(left + layout.LABEL + 3, top + 4))
    x1, y1 = (round(one) for one in pixel(right - 3, bottom - 3))
    room = dark[y0:y1, x0:x1]
    room = room[: _rule(room)]
    paper = float(np.median(room))
    over = cv2.GaussianBlur(room - paper, (0, 0), 1.2)
    noise = 1.48 * float(np.median(np.abs(over)))
    ink = float(over[over > max(0.03, 5 * noise)].sum())
    share = round(min(1.0, ink / (room.size * 0.25)), 4)
    if found.rings < BLURRED or paper > STAINED:
        return RowRead(placed.number, (), False, "blurred" if found.rings < BLURRED else "smudged", (share,), True)
    doubtful = WRITTEN[0] < share < WRITTEN[1]
    return RowRead(placed.number, (), not doubtful, "faint" if doubtful else "", (share,), share > WRITTEN[0])


def _rule(room: Dark) -> int:
    """The pixels above the printed line, which runs through the lower part of the room."""
    lower = len(room) * 3 // 5
    rows = np.median(room[lower:], axis=1)
    at = int(np.argmax(rows))
    return max(1, lower + at - RULE) if rows[at] > RULE_SEEN else len(room) - round(9 * SCALE)
