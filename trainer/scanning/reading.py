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
from trainer.scanning.problems import REASONS as REASONS
from trainer.sheets import layout
from trainer.sheets.layout import Page, Placed

EMPTY = 0.008
"""Ink up to which a bubble is empty, when the page's spread is small."""
EMPTY_SPREADS = 4.0
"""The same in spreads of the page."""
MARKED = 1.4
"""Times the ink of an empty bubble: below that a mark is faint."""
WEAK, WEAKER, WEAK_DEPTH = 0.9, 0.35, 0.6
"""Shares of this person's usual ink and depth: a mark below both may be what a rubber left. Below the first share of
ink only when its ring is hardly touched."""
ENOUGH_MARKS, USUAL, USUAL_DEPTH = 3, 0.12, 0.15
"""Marks of a page from which on they say what is usual; ink and depth of a poor mark, where there are fewer."""
UNTOUCHED, TOUCHED = 0.04, 0.08
"""How much worse a ring is seen than empty ones: up to the first no stroke is in it, from the second on one may be."""
UNTOUCHED_SHARE = 0.55
"""The first for people who write faintly: a share of what their marks usually do to a ring."""
REMAINS, REMAINS_DEPTH = 0.6, 0.45
"""The same of the row's mark: other ink below both is what a rubber left. A pen's stroke is thin, but deep."""
CIRCLED = 13
"""Sectors around a bubble, of 24, that nobody draws on by accident."""
STRUCK_ARMS, STRUCK_MORE_ARMS = 5, 3
"""Strokes that go far past a bubble: a cross has four, a full mark none. With more, or much ink, it is crossed out."""
STRUCK_DEPTH, STRUCK_BODY = 0.2, 0.5
"""Their darkness, and the body of a full mark, against the mark's depth."""
STRUCK_INK = 1.9
"""Times this person's usual ink: as much as two marks in one place."""
STRUCK_FAR = 0.2
"""Likewise how dark it is all around a full mark, where strokes run together."""
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
    """A key of REASONS when it is in doubt."""
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
    untouched: float
    around: float
    rings: float


def _limits(page: Page, found: Inks) -> _Limits:
    empty = max(EMPTY, EMPTY_SPREADS * found.spread)
    marks = [max(row, key=lambda one: one.amount) for row in found.rows if row]
    marks = [one for one in marks if one.amount > empty * MARKED]
    usual = float(np.median([one.amount for one in marks])) if marks else 0.0
    depth = float(np.median([one.depth for one in marks])) if marks else 0.0
    if len(marks) < ENOUGH_MARKS:  # too few to know this person's hand by
        usual, depth = max(usual, USUAL), max(depth, USUAL_DEPTH)
    lost = found.rings - float(np.median([one.ring for one in marks])) if marks else 1.0
    untouched = min(UNTOUCHED, UNTOUCHED_SHARE * max(0.0, lost))
    return _Limits(empty, empty * MARKED, usual, depth, untouched, found.around, found.rings)


def _row(placed: Placed, row: Sequence[Ink], limits: _Limits) -> RowRead:
    many = placed.field.kind == "many"
    chosen = tuple(at for at, one in enumerate(row) if one.amount >= limits.marked)
    reason = _many(row, chosen, limits) if many else _one(row, chosen, limits)
    if not many and len(chosen) > 1 and not reason:
        chosen = (max(chosen, key=lambda at: row[at].amount),)
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
        return "faint" if any(_is_faint(one, limits) for one in row) else ""
    top = max(chosen, key=lambda at: row[at].amount)
    if _is_struck(row[top], limits):
        return "struck"
    if _is_weak(row[top], limits):
        return "faint"
    for at, other in enumerate(row):
        if at != top and other.amount > limits.empty and not _is_remains(other, row[top]):
            return "double" if other.amount >= limits.marked else "erased"
    return ""


def _many(row: Sequence[Ink], chosen: tuple[int, ...], limits: _Limits) -> str:
    """Why a row for any number of marks is in doubt: each bubble must be clearly marked or clearly empty."""
    most = float(np.median([row[at].amount for at in chosen])) if chosen else 0.0
    depth = max((row[at].depth for at in chosen), default=0.0)
    for at, one in enumerate(row):
        if at not in chosen and _is_faint(one, limits):
            return "faint"
        if at in chosen and _is_struck(one, limits):
            return "struck"
        if at in chosen and (_is_weak(one, limits) or (one.amount < WEAKER * most and one.depth < WEAK_DEPTH * depth)):
            return "erased"
    return ""


def _drawn_around(one: Ink, limits: _Limits) -> int:
    return int((one.around > limits.around).sum())


def _is_struck(one: Ink, limits: _Limits) -> bool:
    depth = max(one.depth, 0.1)
    past = one.far > STRUCK_DEPTH * depth
    arms = int((past & ~np.roll(past, 1)).sum())
    is_full = one.body > STRUCK_BODY * depth
    if is_full and float(one.far.mean()) > STRUCK_FAR * depth:
        return True
    return arms >= (STRUCK_MORE_ARMS if is_full or one.amount > STRUCK_INK * limits.usual else STRUCK_ARMS)


def _is_weak(one: Ink, limits: _Limits) -> bool:
    if one.ring > limits.rings - limits.untouched:
        return True
    share = WEAK if one.ring > limits.rings - TOUCHED else WEAKER
    return one.amount < share * limits.usual and one.depth < WEAK_DEPTH * limits.depth


def _is_faint(one: Ink, limits: _Limits) -> bool:
    """Whether there is a little ink in a bubble that is not marked."""
    touched = one.amount > limits.empty / 2 and one.ring < limits.rings - TOUCHED
    return touched or one.amount > limits.empty


def _is_remains(other: Ink, mark: Ink) -> bool:
    """Whether it is so little beside the row's mark that a rubber left it."""
    return other.amount < REMAINS * mark.amount and other.depth < REMAINS_DEPTH * mark.depth


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
