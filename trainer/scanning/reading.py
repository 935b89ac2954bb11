"""From a flat sheet to the marks of its rows. Never wrong in silence: what is not clear is said to be in doubt."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import cv2
import numpy as np

from trainer.scanning.arrays import Dark, Grey, Numbers
from trainer.scanning.bubbles import darkness, measure
from trainer.scanning.ink import Ink, Inks, inks
from trainer.scanning.paper import SCALE, pixel
from trainer.scanning.struck import is_struck
from trainer.scanning.usual import NEARLY, Limits, drawn_around, limits_of
from trainer.sheets import layout
from trainer.sheets.layout import Page, Placed, Shape

SURE, POOR = 0.5, 0.36
"""Shares of this person's usual depth: from the first on it is a mark however little ink it has, up to the second it
is what a rubber left (8 to 20 % of a mark, and dirt). Between them nobody can tell."""
THIN, THIN_SURE = 0.35, 0.4
"""Ink of a thin stroke or a small dot at most, against its depth; a rubber leaves it smeared, so that it is more. The
share of the usual depth from which on something thin is a mark."""
SMEARED, LEFT = 0.45, 0.22
"""Ink against depth of what a rubber left, at least, and its share of the usual depth, at most, where any number of
bubbles may be marked."""
TOUCHED = 0.08
"""How much worse a ring is seen than empty ones when a stroke may be in it."""
REMAINS = 1.5
"""Times the ink of the row's mark: more is no remains, however shallow."""
CIRCLED = 13
"""Sectors around a bubble, of 24, that nobody draws on by accident."""
SIDES, CIRCLED_SIDES = (*range(3), *range(9, 15), *range(21, 24)), 5
"""The sectors to the left and right; how many of them are drawn on where somebody draws rings."""
SPECK, SPECK_REST, SPECK_DEEP = 1.5, 0.36, 1.0
"""Ink of a speck at most, and without its darkest spot, both against that of an empty bubble; its depth at least,
against what is the grain of the picture."""
SPECK_SHARE, SPECK_BESIDE = 6, 0.35
"""A speck has at most one part in so many of the ink of this person's marks, and these are so deep at least: a thin
stroke of a hard pencil can be seen in one dark spot only."""
STAINED = 0.18
"""Darkness of the paper around a bubble."""
WHITED = 3.5
"""Times the ink of an empty bubble by which one that was whited out is lighter."""
DAZZLED = 0.45
"""Usual depth of marks that are seen wherever print is, even where a photo is too light."""
HIDDEN = 0.5
"""Share of the page's sharpness below which the ring of an unmarked bubble is not seen."""
BLURRED = 0.5
"""Sharpness of a page below which nothing on it is certain."""
BENT = 6.0
"""Points; a third of the distance between two rows."""
RULE, RULE_SEEN = 3, 0.08
"""Pixels kept away from the middle of a printed line; how dark it must be to be seen."""
STRIPS = 8
"""Parts of a line in which it is looked for."""
WRITTEN = (0.0015, 0.006)
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
    limits = limits_of(found)
    return tuple(
        _line(dark, placed, found) if placed.field.kind == "line" else _row(placed, row, limits)
        for placed, row in zip(page, found.rows, strict=True)
    )


def _is_marked(one: Ink, limits: Limits) -> bool:
    """Whether a mark is seen at all, clear or not."""
    if one.amount >= limits.marked:
        return True
    return one.amount > limits.empty and one.depth > limits.shallow and one.depth >= _sure(one) * limits.depth


def _sure(one: Ink) -> float:
    """The share of this person's usual depth from which on it is a mark."""
    return THIN_SURE if one.known and one.amount < THIN * one.depth else SURE


def _row(placed: Placed, row: Sequence[Ink], limits: Limits) -> RowRead:
    many = placed.field.kind == "many"
    shown = tuple(round(min(1.0, max(0.0, one.amount)), 3) for one in row)
    row = [_clean(one, limits) for one in row]
    chosen = tuple(at for at, one in enumerate(row) if _is_marked(one, limits))
    if many:
        rubbed = _rubbed(row, chosen, limits)
        chosen = tuple(at for at in chosen if at not in rubbed)
        row = [one._replace(amount=0.0, depth=0.0) if at in rubbed else one for at, one in enumerate(row)]
    reason = _many(row, chosen, limits) if many else _one(row, chosen, placed.shape, limits)
    if not many and len(chosen) > 1 and not reason:
        chosen = (_top(row, chosen),)
    reason = _seen(row, chosen, limits) or reason
    if not reason and (many or not chosen) and _is_dazzled(row, limits):
        reason = "hidden"
    return RowRead(placed.number, chosen, not reason, reason, shown)


def _clean(one: Ink, limits: Limits) -> Ink:
    """The bubble without a speck of dirt, where this person's marks are nothing like one."""
    is_speck = (
        limits.is_known
        and limits.depth > SPECK_BESIDE
        and one.rest < SPECK_REST * min(limits.empty, one.amount)
        and one.amount < min(SPECK * limits.empty, limits.usual / SPECK_SHARE)
        and one.depth > SPECK_DEEP * limits.shallow
    )
    return one._replace(amount=one.rest, depth=0.0, ring=max(one.ring, limits.rings)) if is_speck else one


def _seen(row: Sequence[Ink], chosen: tuple[int, ...], limits: Limits) -> str:
    """Why the row cannot be judged at all; empty when it can."""
    if limits.rings < BLURRED:
        return "blurred"
    if any(one.moved > BENT for one in row):
        return "bent"
    if limits.is_odd or any(one.paper > STAINED for one in row):
        return "smudged"
    for at, one in enumerate(row):
        if at in chosen:
            continue
        drawn = drawn_around(one, limits.around)
        may_be = limits.has_rings or not limits.is_known
        if drawn >= CIRCLED or (may_be and _has_ring(one, limits)) or _is_covered(one, limits):
            return "beside"
        is_light = one.amount < -limits.empty or (one.amount <= limits.empty and not drawn)
        if is_light and one.ring < HIDDEN * limits.rings:
            return "hidden"
    return ""


def _has_ring(one: Ink, limits: Limits) -> bool:
    """Whether there may be a ring, however faint, on a sheet of somebody who draws rings or hardly anything.

    It has to be to the left or right of the bubble; above and below, the rings of other rows come near.
    """
    sides = int((one.around[list(SIDES)] > limits.around).sum())
    return sides >= CIRCLED_SIDES or (one.ring_around > limits.ringed and sides > 0)


def _is_covered(one: Ink, limits: Limits) -> bool:
    """Whether a bubble is lighter than empty: so much is drawn around it that this passes for paper, or it was whited
    out. In dazzled parts of a photo bubbles are a little lighter, too."""
    return one.amount < -limits.empty and (one.paper > limits.empty / 2 or one.amount < -WHITED * limits.empty)


def _is_dazzled(row: Sequence[Ink], limits: Limits) -> bool:
    """Whether the picture is so light here that print fades, and with it a mark as faint as this person's."""
    is_faint = limits.depth < DAZZLED or not limits.is_known
    return is_faint and any(one.amount < -limits.empty for one in row)


def _one(row: Sequence[Ink], chosen: tuple[int, ...], shape: Shape, limits: Limits) -> str:
    """Why a row for one mark is in doubt."""
    if not chosen:
        return "faint" if _has_trace(row, limits) or any(_is_faint(one, limits) for one in row) else ""
    top = _top(row, chosen)
    if is_struck(row[top], shape, limits):
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


def _many(row: Sequence[Ink], chosen: tuple[int, ...], limits: Limits) -> str:
    """Why a row for any number of marks is in doubt: each bubble must be clearly marked or clearly empty."""
    if not chosen and _has_trace(row, limits):
        return "faint"
    for at, one in enumerate(row):
        if at not in chosen and _is_faint(one, limits):
            return "faint"
        if at in chosen and is_struck(one, "square", limits):
            return "struck"
        if at in chosen and _is_weak(one, limits):
            return "erased"
    return ""


def _rubbed(row: Sequence[Ink], chosen: tuple[int, ...], limits: Limits) -> set[int]:
    """Which marks of a row for any number of them were rubbed out beside a clear one: shallow, and smeared."""
    clear = [row[at].depth for at in chosen if not _is_weak(row[at], limits)]
    if not clear or not limits.is_known:
        return set()
    most = LEFT * min(limits.depth, max(clear))
    return {at for at in chosen if row[at].known and row[at].depth < most and row[at].amount > SMEARED * row[at].depth}


def _is_weak(one: Ink, limits: Limits) -> bool:
    """Whether a rubber may have left this of a mark."""
    if not one.known and limits.rings - one.ring > SURE * limits.lost:
        return False
    return one.depth <= limits.shallow or one.depth < _sure(one) * limits.depth


def _is_faint(one: Ink, limits: Limits) -> bool:
    """Whether there is a little ink in a bubble that is not marked."""
    touched = one.amount > limits.empty / 2 and one.ring < limits.rings - TOUCHED
    deep = one.amount > limits.empty / 2 and one.depth > max(limits.shallow, POOR * limits.depth)
    return touched or deep or one.amount > limits.empty


def _has_trace(row: Sequence[Ink], limits: Limits) -> bool:
    """Whether a mark may be lost in a row where none is seen: few people leave a question out with a trace in it."""
    if limits.is_timid or any(one.amount > NEARLY * limits.empty and one.depth > limits.shallow for one in row):
        return True
    return any(one.known and one.depth > limits.trace for one in row)


def _is_remains(other: Ink, mark: Ink, limits: Limits) -> bool:
    """Whether it is so shallow beside the row's mark that a rubber left it."""
    return other.depth < POOR * min(mark.depth, limits.depth) and other.amount < REMAINS * mark.amount


def _line(dark: Dark, placed: Placed, found: Inks) -> RowRead:
    """Whether the room above a line is blank."""
    left, top, right, bottom = placed.box
    x0, y0 = (round(one) for one in pixel(left + layout.LABEL + 3, top + 4))
    x1, y1 = (round(one) for one in pixel(right - 3, bottom - 3))
    room = dark[y0:y1, x0:x1]
    above = np.arange(len(room))[:, None] < _rules(room)[None, :]
    paper = float(np.median(room[above]))
    over = cv2.GaussianBlur(np.where(above, room - paper, 0), (0, 0), 1.2)[above]
    noise = 1.48 * float(np.median(np.abs(over)))
    ink = float(over[over > max(0.03, 5 * noise)].sum())
    share = round(min(1.0, ink / (over.size * 0.25)), 4)
    if found.rings < BLURRED or paper > STAINED:
        return RowRead(placed.number, (), False, "blurred" if found.rings < BLURRED else "smudged", (share,), True)
    doubtful = WRITTEN[0] < share < WRITTEN[1]
    return RowRead(placed.number, (), not doubtful, "faint" if doubtful else "", (share,), share > WRITTEN[0])


def _rules(room: Dark) -> Numbers:
    """Of each column, the pixels above the printed line, which runs through the lower part of the room, and may rise
    or fall a little where the paper is bent."""
    lower, width = len(room) * 3 // 5, room.shape[1]
    strips = np.array_split(np.arange(width), STRIPS)
    rows = np.array([np.median(room[lower:, strip], axis=1) for strip in strips])
    at, seen = rows.argmax(axis=1), rows.max(axis=1) > RULE_SEEN
    if seen.sum() < STRIPS / 2:
        return np.full(width, len(room) - round(9 * SCALE))
    x, y = np.array([strip.mean() for strip in strips])[seen], at[seen]
    one, two = np.triu_indices(len(x), 1)
    slope = float(np.median((y[two] - y[one]) / (x[two] - x[one])))
    start = float(np.median(y - slope * x))
    return np.asarray(np.maximum(1, lower - RULE + np.floor(start + slope * np.arange(width))))
