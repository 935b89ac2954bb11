"""Corner marks in a picture, and which of them belong to one sheet.

A corner mark says by its number which corner it is, and by its own four corners how it lies. So the sheet's
orientation is known from any one of them, three are enough for the whole frame, and marks of two sheets do not mix.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from itertools import combinations, product
from typing import Any, NamedTuple

import cv2
import numpy as np

from trainer.scanning.arrays import Grey, Matrix, Points
from trainer.sheets import layout

STEPS = (2048, 4096)
"""Pixels of the longer side in which marks are looked for, one after the other."""
MOST_MARKS = 24
"""Of one picture; more are no picture of answer sheets."""
MOST_ERROR = 5.0
"""Points by which a mark's corner may be beside its place on flat paper."""


class Mark(NamedTuple):
    """One corner mark that was seen."""

    number: int
    corners: Points
    """4 × 2, in pixels of the whole picture, clockwise from its own upper left."""


class Frame(NamedTuple):
    """The corner marks of one sheet."""

    marks: tuple[Mark, ...]
    matrix: Matrix
    """3 × 3: points of the sheet → pixels of the picture."""
    error: float
    """Mean distance of the marks' corners from their places, in points of the sheet."""


def frames(grey: Grey) -> tuple[list[Frame], list[Mark]]:
    """The sheets of a picture, and marks that belong to none of them."""
    found: list[Frame] = []
    left: list[Mark] = []
    for longest in STEPS:
        seen = marks(grey, longest)
        found, left = group(seen)
        if (found and not left and all(len(frame.marks) == 4 for frame in found)) or max(grey.shape) <= longest:
            break
    return found, left


def marks(grey: Grey, longest: int) -> list[Mark]:
    """Corner marks in the picture, made smaller than this longer side first."""
    scale, small = 1.0, grey
    while max(small.shape) > longest:  # by halves, which is quick
        scale, small = scale / 2, halved(small)
    corners, numbers, _ = _detector().detectMarkers(small)
    if numbers is None:
        return []
    seen = [
        Mark(int(number), (four.reshape(4, 2).astype(np.float64) + 0.5) / scale - 0.5)
        for number, four in zip(np.asarray(numbers).ravel(), corners, strict=True)
        if number < len(layout.MARKS)
    ]
    return [_refined(grey, mark) for mark in seen[:MOST_MARKS]]


@cache
def _detector() -> Any:
    settings = cv2.aruco.DetectorParameters()
    settings.errorCorrectionRate = 0.4
    settings.minMarkerPerimeterRate = 0.02
    settings.cornerRefinementMethod = cv2.aruco.CORNER_REFINE_SUBPIX
    family = cv2.aruco.getPredefinedDictionary(getattr(cv2.aruco, layout.MARK_SET))
    return cv2.aruco.ArucoDetector(family, settings)


def _refined(grey: Grey, mark: Mark) -> Mark:
    """Its corners in the whole picture's pixels, as long as they stay where they were."""
    side = float(np.mean(np.linalg.norm(mark.corners - np.roll(mark.corners, 1, axis=0), axis=1)))
    window = max(2, round(side / 12))
    start = mark.corners.astype(np.float32).reshape(-1, 1, 2).copy()
    stop = (cv2.TERM_CRITERIA_EPS + cv2.TERM_CRITERIA_MAX_ITER, 20, 0.02)
    moved = cv2.cornerSubPix(grey, start, (window, window), (-1, -1), stop).reshape(4, 2).astype(np.float64)
    near = np.linalg.norm(moved - mark.corners, axis=1) <= window
    return mark._replace(corners=np.where(near[:, None], moved, mark.corners))


def group(seen: Sequence[Mark]) -> tuple[list[Frame], list[Mark]]:
    """Marks that agree on one sheet: four of them first, then three; what is left after that."""
    left = list(range(len(seen)))
    found = []
    for size in (4, 3):
        candidates = sorted(_candidates([seen[at] for at in left], left, size), key=lambda one: one[1].error)
        for indices, frame in candidates:
            if set(indices) <= set(left):
                found.append(frame)
                left = [at for at in left if at not in indices]
    return found, [seen[at] for at in left]


def _candidates(seen: Sequence[Mark], indices: Sequence[int], size: int) -> Iterator[tuple[tuple[int, ...], Frame]]:
    by_number: dict[int, list[tuple[int, Mark]]] = {}
    for index, mark in zip(indices, seen, strict=True):
        by_number.setdefault(mark.number, []).append((index, mark))
    for numbers in combinations(sorted(by_number), size):
        for chosen in product(*(by_number[number] for number in numbers)):
            frame = _frame([mark for _, mark in chosen])
            if frame is not None:
                yield tuple(index for index, _ in chosen), frame


def corners_of(number: int) -> Points:
    """Where the corners of a mark stand on the sheet, clockwise from its upper left."""
    x, y = layout.MARKS[number]
    side = layout.MARK
    return np.array([(x, y), (x + side, y), (x + side, y + side), (x, y + side)])


def _frame(chosen: Sequence[Mark]) -> Frame | None:
    """One sheet of these marks, when flat paper in perspective can look like this."""
    places = np.concatenate([corners_of(mark.number) for mark in chosen])
    pixels = np.concatenate([mark.corners for mark in chosen])
    matrix, _ = cv2.findHomography(places, pixels, 0)
    if matrix is None or not np.all(np.isfinite(matrix)) or abs(np.linalg.det(matrix)) < 1e-12:
        return None
    back = through(np.linalg.inv(matrix), pixels)
    errors = np.linalg.norm(back - places, axis=1)
    if not np.all(np.isfinite(errors)) or errors.max() > MOST_ERROR or not _is_paper(matrix):
        return None
    return Frame(tuple(chosen), matrix, float(errors.mean()))


def _is_paper(matrix: Matrix) -> bool:
    """Whether the frame's outline is seen from the front, not folded through the horizon, and not all too oblique."""
    outline = np.array([(0, 0), (layout.WIDTH, 0), (layout.WIDTH, layout.HEIGHT), (0, layout.HEIGHT)])
    if (np.c_[outline, np.ones(4)] @ matrix[2] <= 0).any() and (np.c_[outline, np.ones(4)] @ matrix[2] >= 0).any():
        return False
    seen = through(matrix, outline)
    sides = np.roll(seen, -1, axis=0) - seen
    following = np.roll(sides, -1, axis=0)
    turns = sides[:, 0] * following[:, 1] - sides[:, 1] * following[:, 0]
    lengths = np.linalg.norm(sides, axis=1)
    opposite = max(lengths[0] / lengths[2], lengths[2] / lengths[0], lengths[1] / lengths[3], lengths[3] / lengths[1])
    return bool((turns > 0).all() and opposite < 2.5)


def halved(grey: Grey) -> Grey:
    """The picture at half its size."""
    rows, columns = (side // 2 * 2 for side in grey.shape)
    return cv2.resize(grey[:rows, :columns], None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA)


def through(matrix: Matrix, points: Points) -> Points:
    """The points in the other plane."""
    mapped = np.c_[points, np.ones(len(points))] @ matrix.T
    result: Points = mapped[:, :2] / mapped[:, 2:]
    return result
