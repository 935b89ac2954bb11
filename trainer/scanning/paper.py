"""The sheet laid flat: from the picture to the frame at a fixed scale, straightened along the tracks."""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

import cv2
import numpy as np

from trainer.scanning.arrays import Dark, Grey, Matrix, Numbers, Points
from trainer.scanning.frames import Frame, halved, through
from trainer.sheets import layout

SCALE = 2.0
"""Pixels of a flat sheet to a point: 144 dpi."""
MARGIN = 10.0
"""Points around the frame."""
SIZE = round((layout.WIDTH + 2 * MARGIN) * SCALE), round((layout.HEIGHT + 2 * MARGIN) * SCALE)
"""Width and height in pixels of every flat sheet."""

REACH = 9.0
"""Points by which a track may be beside the place its neighbours let expect."""
TRACK_SEEN = 0.55
"""Correlation from which on a track counts as seen."""
ENOUGH = 1.8
"""Times as many pixels as the flat sheet has: from there on the picture is halved, so that none is passed over."""
GRID = 16
"""Pixels between the knots of a bend; between them it is linear."""


class Flat(NamedTuple):
    """A flat sheet."""

    image: Grey
    """SIZE; place (x, y) of the layout is at ((x + MARGIN) * SCALE, (y + MARGIN) * SCALE)."""
    tracks: int
    """Seen, of all that are there."""
    bend: float
    """Largest distance of a track from its place on flat paper, in points."""


def flatten(grey: Grey, frame: Frame) -> Flat:
    """The frame's part of the picture, straight."""
    picture, matrix = _near(grey, frame.matrix)
    straight = matrix @ _points_of_pixels()
    first = cv2.warpPerspective(
        picture, straight, SIZE, flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP, borderMode=cv2.BORDER_REPLICATE
    )
    sides = [_side(first, x) for x in (0.0, layout.WIDTH - layout.TRACK)]
    seen = sum(len(side) - 2 for side in sides)
    bend = max(float(np.hypot(side[:, 1], side[:, 2]).max()) for side in sides)
    if bend < 0.25:
        return Flat(first, seen, bend)
    return Flat(_bent(picture, straight, sides[0], sides[1]), seen, bend)


def pixel(x: float, y: float) -> tuple[float, float]:
    """Where a place of the layout is on a flat sheet."""
    return (x + MARGIN) * SCALE, (y + MARGIN) * SCALE


@cache
def _points_of_pixels() -> Matrix:
    """3 × 3: pixels of a flat sheet → points of the layout."""
    return np.array([[1 / SCALE, 0, -MARGIN], [0, 1 / SCALE, -MARGIN], [0, 0, 1]])


def _near(grey: Grey, matrix: Matrix) -> tuple[Grey, Matrix]:
    """The picture, halved as often as the flat sheet allows, and the matrix for it."""
    size = resolution(matrix)
    while size > ENOUGH * SCALE:
        size, grey = size / 2, halved(grey)
        matrix = np.array([[0.5, 0, -0.25], [0, 0.5, -0.25], [0, 0, 1]]) @ matrix
    return grey, matrix


def resolution(matrix: Matrix) -> float:
    """Pixels of the picture to a point, where the sheet is smallest."""
    places = np.array([(0, 0), (layout.WIDTH, 0), (layout.WIDTH, layout.HEIGHT), (0, layout.HEIGHT)], float)
    steps = [through(matrix, places + step) - through(matrix, places) for step in ((10.0, 0.0), (0.0, 10.0))]
    return float(np.min(np.linalg.norm(steps, axis=-1))) / 10


@cache
def _track() -> Dark:
    """A track with white around it."""
    side, edge = round(layout.TRACK * SCALE), round(layout.TRACK * SCALE / 2)
    picture = np.full((side + 2 * edge, side + 2 * edge), 255, np.float32)
    picture[edge : edge + side, edge : edge + side] = 0
    return cv2.GaussianBlur(picture, (0, 0), 1.0)


def _side(flat: Grey, x: float) -> Points:
    """Rows of (y, dx, dy) in points along one side: the corners, which are in place, and each track that is seen."""
    template, half = _track(), layout.TRACK / 2
    known: list[tuple[float, float, float]] = [(layout.MARK / 2, 0.0, 0.0)]
    reach = round(REACH * SCALE)
    for left, top in layout.TRACKS:
        if left != x:
            continue
        expected = _onwards(known, top + half)
        at = np.array(pixel(left + half, top + half)) + np.array(expected) * SCALE
        corner = np.round(at - template.shape[0] / 2).astype(int)
        window = _window(flat, corner - reach, template.shape[0] + 2 * reach)
        if window is None:
            continue
        scores = cv2.matchTemplate(window, template, cv2.TM_CCOEFF_NORMED)
        peak, score = best(scores)
        if score >= TRACK_SEEN:
            middle = corner - reach + peak + (template.shape[0] - 1) / 2
            off = (middle - np.array(pixel(left + half, top + half))) / SCALE
            known.append((top + half, float(off[0]), float(off[1])))
    return np.array([*known, (layout.HEIGHT - layout.MARK / 2, 0.0, 0.0)])


def _onwards(known: list[tuple[float, float, float]], y: float) -> tuple[float, float]:
    """Where the curve so far goes, damped."""
    if len(known) < 2:
        return known[-1][1], known[-1][2]
    (y0, *before), (y1, *last) = known[-2:]
    share = 0.7 * (y - y1) / (y1 - y0)
    return last[0] + share * (last[0] - before[0]), last[1] + share * (last[1] - before[1])


def _window(flat: Grey, corner: Numbers, side: int) -> Dark | None:
    """A square of the picture; what is outside it repeats its edge."""
    left, top = int(corner[0]), int(corner[1])
    if left + side <= 0 or top + side <= 0 or left >= flat.shape[1] or top >= flat.shape[0]:
        return None
    columns = np.clip(np.arange(left, left + side), 0, flat.shape[1] - 1)
    rows = np.clip(np.arange(top, top + side), 0, flat.shape[0] - 1)
    return flat[rows][:, columns].astype(np.float32)


def best(scores: Dark) -> tuple[Points, float]:
    """Where the highest score is (x, y), between pixels, and how high."""
    _, highest, _, (x, y) = cv2.minMaxLoc(scores)
    place = np.array([x, y], float)
    if 0 < x < scores.shape[1] - 1:
        place[0] += _top_of(scores[y, x - 1], scores[y, x], scores[y, x + 1])
    if 0 < y < scores.shape[0] - 1:
        place[1] += _top_of(scores[y - 1, x], scores[y, x], scores[y + 1, x])
    return place, float(highest)


def _top_of(before: float, at: float, after: float) -> float:
    """Of the parabola through three neighbours."""
    curve = float(before) - 2 * float(at) + float(after)
    return 0.0 if abs(curve) < 1e-9 else max(-0.5, min(0.5, (float(before) - float(after)) / 2 / curve))


def _bent(picture: Grey, straight: Matrix, left: Points, right: Points) -> Grey:
    """The picture again, with every row moved as the tracks beside it are."""
    columns = np.arange(0, SIZE[0] + GRID, GRID, dtype=float)
    rows = np.arange(0, SIZE[1] + GRID, GRID, dtype=float)
    y = rows / SCALE - MARGIN
    across = np.clip((columns / SCALE - MARGIN) / layout.WIDTH, 0, 1)[None, :]
    moved = []
    for axis in (1, 2):
        one, two = (np.interp(y, side[:, 0], side[:, axis])[:, None] for side in (left, right))
        moved.append((one * (1 - across) + two * across) * SCALE)
    places = np.stack([columns[None, :] + moved[0], rows[:, None] + moved[1]], axis=-1)
    source = through(straight, places.reshape(-1, 2)).reshape(places.shape).astype(np.float32)
    full = cv2.resize(source, None, fx=GRID, fy=GRID, interpolation=cv2.INTER_LINEAR)
    half = GRID // 2  # a knot stands in the middle of its block
    full = full[half : half + SIZE[1], half : half + SIZE[0]]
    return cv2.remap(picture, full[..., 0], full[..., 1], cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
