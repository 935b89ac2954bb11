"""How much ink a hand put into each bubble of a sheet, and where beside it.

An empty bubble is not white: its ring shades into it, and a letter is printed in it. Both are measured on the sheet
itself. With `a` the share of the disc that a letter covers, the darkness of an empty bubble is `base + letter * a`;
the two numbers are fitted to all but the darkest bubble of each row, since one mark is what a row asks for.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from typing import NamedTuple

import cv2
import numpy as np

from trainer.scanning.arrays import Dark, Numbers
from trainer.scanning.bubbles import PATCH, RADIUS, Bubble, distances
from trainer.sheets.layout import Placed, Shape

COVERED = {
    "A": 0.064, "B": 0.084, "C": 0.054, "D": 0.078, "E": 0.062, "F": 0.051, "G": 0.074, "H": 0.072, "I": 0.039,
    "J": 0.041, "0": 0.065, "1": 0.034, "2": 0.055, "3": 0.057, "4": 0.059, "5": 0.057, "6": 0.064, "7": 0.044,
    "8": 0.072, "9": 0.064, "10": 0.099, "−": 0.015,
}  # fmt: skip
"""Share of the disc inside the ring that each printed letter covers."""
COVERED_ELSE = 0.037
"""The same of a decimal point."""
COVERED_MORE = 1.6
"""Times that share are dark where it is blurred."""
INSIDE = 0.84
"""Of the radius: the disc where ink counts."""
OUTSIDE = (1.16, 1.54)
"""Of the radius: the ring of paper around, which says what white is here, and whether a mark goes past the bubble."""
FAR = 1.36
"""Of the radius: no full fill reaches there, only strokes that go past."""
PAPER = 0.3
"""Share of the ring around that is taken to be paper, whatever is drawn there."""
SPOT = 0.28
"""Of the radius, around its darkest place: 0.6 mm across, which a speck of dirt on a copy is not larger than."""
SECTORS = 24
ARMS = 48
"""Sectors in which strokes that go past a bubble are told apart."""
PAST: dict[Shape, tuple[tuple[float, float], ...]] = {
    "circle": ((1.16, 1.32), (1.32, 1.5)),
    "square": ((1.14, 1.28),),
}
"""Of the radius: what a stroke has to cross to be past the bubble. In a square's corners that is far already."""
HOLLOW = 10
"""A full mark leaves less than one part in so many of the disc white; strokes that cross leave more."""
SECTOR_INK = 0.02
"""Darkness from which on a sector of the ring around may count as drawn on."""
RING_PART, RING_INK, RING_SPREADS = 0.6, 0.006, 6.0
"""Share of the sectors that a ring by hand goes through at least; how much darker they are than paper, and the same
in spreads of the page."""
RINGED = 0.05
"""The same, of a ring so plain that what is in it cannot be compared with other bubbles."""
LEAST_SPREAD, USUAL_SPREAD, MOST_SPREAD = 0.002, 0.0025, 0.003
"""By how much empty bubbles of one page differ: on the cleanest scans, mostly, and at most before it is ink."""
ALIKE, MOST_SHIFT = 3, 0.004
"""Empty bubbles with the same print that say how dark it is; the most that the fit is corrected by."""
LETTER_DEPTH = 0.3
"""Depth of a printed letter, where no bubble of the page is empty."""


class Ink(NamedTuple):
    """What a hand did to one bubble."""

    amount: float
    """Darkness added, over the disc inside the ring: 0 none, 1 all of it black."""
    depth: float
    """Darkness of the darkest tenth of the disc, above that of an empty bubble with the same printed letter."""
    body: float
    """Darkness that two thirds of the disc have: high only in a full mark."""
    around: Numbers
    """Darkness of each sector of the ring of paper around."""
    far: Numbers
    """The same of its outer half."""
    arms: Numbers
    """How dark a stroke is in each of ARMS sectors all the way past the bubble."""
    hollow: float
    """Darkness of the lightest tenth of the disc: high only in a mark that fills it."""
    paper: float
    """Darkness of the paper around: a stain, a thumb."""
    ring: float
    """How well the printed ring is seen, -1 to 1."""
    moved: float
    known: bool = False
    """Whether the page has an empty bubble with the same print, so that depth is certain."""
    ring_around: float = 0.0
    """Darkness that three fifths of the sectors around have in one half at least: above the paper's only in a ring."""
    rest: float = 0.0
    """Like amount, without the darkest spot: next to nothing for a speck of dirt, most of the ink for any stroke.
    The same as amount where the print is not known."""


class Inks(NamedTuple):
    """Of a page."""

    rows: tuple[tuple[Ink, ...], ...]
    spread: float
    """By how much empty bubbles of this page differ from each other."""
    grain: float
    """The same of their depth."""
    around: float
    """Darkness from which on a sector around a bubble is drawn on."""
    ringed: float
    """The same for `Ink.ring_around`: more is a ring, however faint."""
    rings: float
    """How well the rings of empty bubbles are seen: the sharpness of the page."""


def inks(page: Sequence[Placed], bubbles: Sequence[Sequence[Bubble]]) -> Inks:
    """Ink in every bubble of the page."""
    flat = [(placed, at, one) for placed, row in zip(page, bubbles, strict=True) for at, one in enumerate(row)]
    if not flat:
        return Inks(tuple(() for _ in page), LEAST_SPREAD, 0.0, SECTOR_INK, RING_INK, 1.0)
    parts = [_parts(placed.shape, one) for placed, _, one in flat]
    raw = np.array([part.amount for part in parts])
    covered = np.array([COVERED.get(placed.field.mark(at), COVERED_ELSE) for placed, at, _ in flat])
    square = np.array([placed.shape == "square" for placed, _, _ in flat])
    rows = np.array([placed.number for placed, _, _ in flat])
    ringed = _in_rings(np.array([part.paper + part.ring_around for part in parts]))
    empty, spread, light = _empty(raw, covered, square, rows, ringed)
    amounts = raw - empty
    rings = float(np.median([part.ring for part, one in zip(parts, light, strict=True) if one] or [1.0]))
    prints = [(placed.shape, "." if placed.field.style == "point" else placed.field.mark(at)) for placed, at, _ in flat]
    blank = (light | (amounts < 3 * spread)) & (amounts > -4 * spread)  # below that, a ring is drawn around
    amounts -= _shifts(prints, amounts, blank)
    depths, known, grain, rests = _depths(prints, [one for *_, one in flat], parts, blank)
    rests = np.where(known, rests, amounts)
    rest = iter([
        part._replace(amount=float(amount), depth=float(depth), known=bool(one), rest=float(less))
        for part, amount, depth, one, less in zip(parts, amounts, depths, known, rests, strict=True)
    ])  # fmt: skip
    empties = [part for part, one in zip(parts, blank, strict=True) if one or not blank.any()]
    together = tuple(tuple(next(rest) for _ in row) for row in bubbles)
    return Inks(together, spread, grain, _drawn(empties), _ringed(empties), rings)


def _shifts(prints: Sequence[tuple[Shape, str]], amounts: Numbers, blank: Numbers) -> Numbers:
    """By how much empty bubbles with the same print are darker than the fit says: copies thicken some letters more."""
    shifts = np.zeros(len(amounts))
    for one in set(prints):
        same = np.array([other == one for other in prints])
        empty = same & blank
        if empty.sum() >= ALIKE and empty.sum() > same.sum() / 2:
            shifts[same] = np.clip(np.median(amounts[empty]), -MOST_SHIFT, MOST_SHIFT)
    return shifts


def _drawn(empties: Sequence[Ink]) -> float:
    """Darkness from which on a sector is drawn on: well above the lightest quarter of all, which are paper."""
    least, usual = np.quantile([one.around for one in empties], (0.05, 0.25))
    noise = float(usual - least)
    return float(usual) + 0.7 * noise + max(SECTOR_INK, 4 * noise)


def _ringed(empties: Sequence[Ink]) -> float:
    """What no empty bubble without a ring has of it."""
    rings = np.array([one.ring_around for one in empties])
    usual = float(np.median(rings))
    return usual + max(RING_INK, RING_SPREADS * 1.48 * float(np.median(np.abs(rings - usual))))


def _depths(prints: Sequence[tuple[Shape, str]], bubbles: Sequence[Bubble], parts: Sequence[Ink],
            blank: Numbers) -> tuple[Numbers, Numbers, float, Numbers]:  # fmt: skip
    """How deep the ink is in each bubble, where its print is known, by how much that differs among empty ones, and
    how much ink there is without its darkest spot.

    The print in a bubble is known from the page's other empty bubbles. A bubble is never
    compared with itself: what a rubber left would be taken for print. Where no other has the same letter, the rings
    of others are known at least, and the darkest part, as large as the letter, is passed over, or what is darker than
    any letter of the page counts.
    """
    white = [bubble.patch - part.paper for bubble, part in zip(bubbles, parts, strict=True)]
    printed = [part.depth for part, one in zip(parts, blank, strict=True) if one] or [LETTER_DEPTH]
    letter, letters = float(np.median(printed)), max(printed)
    sums: dict[tuple[Shape, str], tuple[Dark, int]] = {}
    for at in np.flatnonzero(blank).tolist():
        total, count = sums.get(prints[at], (np.zeros_like(white[at]), 0))
        sums[prints[at]] = total + white[at], count + 1
    depths, known, rests = np.zeros(len(parts)), np.zeros(len(parts), bool), np.zeros(len(parts))
    for at, (shape, sign) in enumerate(prints):
        empty = _empty_print(sums, shape, sign, white[at] if blank[at] else None)
        rings = [total / count for (one, _), (total, count) in sums.items() if one == shape]
        known[at] = empty is not None
        if empty is not None:
            depths[at], rests[at] = _deepest(white[at] - empty, shape), _less_spot(white[at] - empty)
        elif rings:
            passed = _deepest(white[at] - np.mean(rings, axis=0), shape, COVERED.get(sign, COVERED_ELSE))
            depths[at] = max(passed, parts[at].depth - letters)
        else:
            depths[at] = parts[at].depth - letter
    usual = depths[known & blank]
    if not len(usual):
        return depths, known, 0.0, rests
    depths[known] -= float(np.median(usual))  # grain alone has some depth
    rests -= float(np.median(rests[known & blank]))
    return depths, known, 1.48 * float(np.median(np.abs(usual - np.median(usual)))), rests


def _empty_print(sums: Mapping[tuple[Shape, str], tuple[Dark, int]], shape: Shape, sign: str,
                 own: Dark | None) -> Dark | None:  # fmt: skip
    """How this letter looks in an empty bubble: the mean of all but its own, or of those in the other shape."""
    total, count = sums.get((shape, sign), (np.zeros((PATCH, PATCH), np.float32), 0))
    if own is not None:
        total, count = total - own, count - 1
    if not count:
        total, count = sums.get(("circle" if shape == "square" else "square", sign), (total, 0))
    return total / count if count else None


def _deepest(added: Dark, shape: Shape, covered: float = 0.0) -> float:
    """Of what was added to the print, softened so that no single grain counts. `covered`: the share that is letter."""
    disc = _places(shape)[0]
    inside = np.sort(cv2.GaussianBlur(added, (0, 0), 0.8)[disc])
    last = len(inside) - round(COVERED_MORE * covered * len(inside))
    return float(inside[last - len(inside) // 10 : last].mean())


def _less_spot(added: Dark) -> float:
    """The mean of what was added, but for the darkest spot; in the part that a circle and a square have both."""
    disc = _places("circle")[0]
    soft = np.where(disc, cv2.GaussianBlur(added, (0, 0), 0.8), -1)
    y, x = np.unravel_index(int(soft.argmax()), soft.shape)
    return float(added[disc & ~_spot(int(x), int(y))].mean())


@cache
def _spot(x: int, y: int) -> Numbers:
    """The pixels of a patch around one of them."""
    line = np.arange(PATCH)
    return np.asarray(np.hypot(line[None, :] - x, line[:, None] - y) < SPOT * RADIUS)


def _parts(shape: Shape, bubble: Bubble) -> Ink:
    """As it is, with ring and letter."""
    disc, outside, sectors, is_far = _places(shape)
    dark = bubble.patch[outside]
    paper = float(np.partition(dark, int(len(dark) * PAPER))[int(len(dark) * PAPER)])
    inside = np.sort(bubble.patch[disc]) - paper
    depth, body = float(inside[-len(inside) // 10 :].mean()), float(inside[len(inside) * 7 // 20])
    around = np.bincount(sectors, dark - paper, SECTORS) / np.bincount(sectors, minlength=SECTORS)
    outer = sectors[is_far]
    far = np.bincount(outer, dark[is_far] - paper, SECTORS) / np.bincount(outer, minlength=SECTORS)
    arms = np.min([np.bincount(turns, bubble.patch[ring] - paper, ARMS) / counts
                   for ring, turns, counts in _rings(shape)], axis=0)  # fmt: skip
    hollow = float(inside[len(inside) // HOLLOW])
    whole = float(np.quantile(np.maximum(around, far), 1 - RING_PART))
    return Ink(float(inside.mean()), depth, body, around, far, arms, hollow, paper, bubble.ring, bubble.moved,
               ring_around=whole)  # fmt: skip


@cache
def _places(shape: Shape) -> tuple[Numbers, Numbers, Numbers, Numbers]:
    """Pixels of the disc, of the ring of paper around it, the sector of each of those, and which of them are far."""
    far = distances(shape)
    outside = (far > OUTSIDE[0] * RADIUS) & (far < OUTSIDE[1] * RADIUS)
    return far < INSIDE * RADIUS, outside, _sectors(outside, SECTORS), far[outside] > FAR * RADIUS


@cache
def _rings(shape: Shape) -> tuple[tuple[Numbers, Numbers, Numbers], ...]:
    """Of each ring of PAST: its pixels, the sector of each of them, and how many pixels a sector has."""
    far = distances(shape)
    rings = [(far > inner * RADIUS) & (far < outer * RADIUS) for inner, outer in PAST[shape]]
    turns = [_sectors(ring, ARMS) for ring in rings]
    return tuple((ring, turn, np.maximum(1, np.bincount(turn, minlength=ARMS)))
                 for ring, turn in zip(rings, turns, strict=True))  # fmt: skip


def _sectors(pixels: Numbers, count: int) -> Numbers:
    """The sector of each of these pixels of a patch, from 0 on the left, by the upper side."""
    line = np.arange(PATCH) - (PATCH - 1) / 2
    turn = np.arctan2(line[:, None], line[None, :])[pixels]
    return np.asarray(((turn / (2 * np.pi) + 0.5) * count).astype(int) % count)


def _in_rings(around: Numbers) -> Numbers:
    """Which bubbles have a ring around them that is plainly darker than the paper of others."""
    return around > float(np.quantile(around, 0.2)) + RINGED


def _empty(raw: Numbers, covered: Numbers, square: Numbers, rows: Numbers,
           ringed: Numbers) -> tuple[Numbers, float, Numbers]:  # fmt: skip
    """How dark each bubble would be empty, the spread of those that are, and which of them these are.

    What is known of all sheets holds the fit where a page has few bubbles.
    """
    design = np.stack([np.ones_like(raw), square.astype(float), covered], axis=1)
    known, held = np.array([0.01, -0.008, 0.42]), np.diag([0.1, 0.1, 0.003])
    fit, spread = known, USUAL_SPREAD
    for _ in range(8):
        beside = raw - design @ fit
        light = _others(beside, rows, square, ringed)
        if not light.any():
            light = beside <= np.min(beside)
        middle = float(np.median(beside[light]))
        beside = beside - middle  # copies may have lost every letter
        light &= np.abs(beside) < max(5 * spread, 0.015)
        weighted = design * (light / (1 + (beside / (2 * spread)) ** 2))[:, None]
        fit = np.linalg.solve(design.T @ weighted + held, weighted.T @ raw + held @ known)
        fit = np.clip(fit, (-0.02, -0.03, 0.0), (0.05, 0.03, 0.9))
        if light.any():
            apart = 1.48 * float(np.median(np.abs((raw - design @ fit)[light])))
            spread = min(MOST_SPREAD, max(LEAST_SPREAD, apart))
    return design @ fit, spread, light


def _others(beside: Numbers, rows: Numbers, square: Numbers, ringed: Numbers) -> Numbers:
    """All but the darkest of each row of circles, and the lightest of each row of squares.

    One in a ring looks lighter than it is, since the ring passes for paper. Where a row has one, that was the answer,
    and the others are empty.
    """
    others = np.zeros(len(beside), bool)
    for row in np.unique(rows):
        (members,) = np.nonzero(rows == row)
        order = members[np.argsort(beside[members])]
        if ringed[members].any():
            others[members[~ringed[members]]] = True
        else:
            others[order[:1] if square[order[0]] else order[:-1]] = True
    return others
