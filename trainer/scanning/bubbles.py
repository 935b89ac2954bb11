"""The bubbles of a flat sheet: how dark the paper is, where each bubble really is, and how much ink lies in it.

Darkness is measured against the paper around and the black of the tracks, so that shadow and copying do not matter.
Every bubble has a printed ring and a small printed letter. How dark those are on this very sheet, its empty bubbles
tell (`ink.py`).
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import NamedTuple

import cv2
import numpy as np

from trainer.scanning.arrays import Dark, Grey, Numbers, Points
from trainer.scanning.paper import SCALE, best, pixel
from trainer.sheets import layout
from trainer.sheets.layout import Placed, Shape

RADIUS = layout.RADIUS * SCALE
PATCH = 40
"""Pixels of a bubble's cut-out: the ring, and what is around it up to the next bubble's."""
RING_SEEN = 0.45
"""Correlation from which on a ring says where its bubble is."""
SETTLED = 0.6
"""Pixels; when a pass moves nothing further, it was the last."""
REACHES = (9, 8, 7, 5)
"""Pixels around the expected place, in each of the passes that follow the paper's bend inwards from the tracks."""


class Bubble(NamedTuple):
    """What was measured of one bubble."""

    patch: Dark
    ring: float
    """Correlation with an empty ring, -1 to 1."""
    moved: float
    """Points from its place on the flat sheet."""


def darkness(image: Grey) -> Dark:
    """The sheet against its own white and black."""
    small = cv2.resize(image, None, fx=0.25, fy=0.25, interpolation=cv2.INTER_AREA)
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (17, 17))
    white = cv2.GaussianBlur(cv2.morphologyEx(small, cv2.MORPH_CLOSE, kernel), (0, 0), 3)
    paper = cv2.resize(white, image.shape[::-1], interpolation=cv2.INTER_LINEAR)
    dark = 1 - image.astype(np.float32) / np.maximum(paper, 1)
    return dark / max(0.2, _black(dark))


def _black(dark: Dark) -> float:
    """How dark the tracks are in their middle."""
    half = layout.TRACK / 2
    cores = []
    for x, y in layout.TRACKS:
        column, row = (round(one) for one in pixel(x + half, y + half))
        cores.append(float(np.median(dark[row - 3 : row + 4, column - 3 : column + 4])))
    return float(np.median(cores))


def measure(dark: Dark, page: Sequence[Placed]) -> list[list[Bubble]]:
    """The bubbles of each row."""
    places = np.array([pixel(one.x, one.y) for placed in page for one in placed.bubbles], float).reshape(-1, 2)
    shapes: list[Shape] = [placed.shape for placed in page for _ in placed.bubbles]
    moved, rings = _aligned(dark, places, shapes)
    measured = [
        Bubble(cv2.getRectSubPix(dark, (PATCH, PATCH), tuple(place + off)), float(ring), float(np.hypot(*off) / SCALE))
        for place, off, ring in zip(places, moved, rings, strict=True)
    ]
    rest = iter(measured)
    return [[next(rest) for _ in placed.bubbles] for placed in page]


def _aligned(dark: Dark, places: Points, shapes: Sequence[Shape]) -> tuple[Points, list[float]]:
    """How far the paper has moved each bubble, smooth over the page, and how well its ring is seen there."""
    moved = np.zeros_like(places)
    for number, reach in enumerate(REACHES):
        seen = [_ring(dark, place + off, shape, reach) for place, off, shape in zip(places, moved, shapes, strict=True)]
        scores = np.array([score for _, score in seen])
        offsets = moved + np.array([off for off, _ in seen]).reshape(-1, 2)
        before, moved = moved, _smooth(places, offsets, scores, cubic=number > 0)
        if len(moved) and np.abs(moved - before).max() < SETTLED:
            break
    return moved, [
        _ring(dark, place + off, shape, 3)[1] for place, off, shape in zip(places, moved, shapes, strict=True)
    ]


def _ring(dark: Dark, place: Numbers, shape: Shape, reach: int) -> tuple[Points, float]:
    """Where within reach a ring is most likely, from the place, and its score."""
    template = _template(shape)
    side = template.shape[0] + 2 * reach
    window = cv2.getRectSubPix(dark, (side, side), (float(place[0]), float(place[1])))
    scores = cv2.matchTemplate(window, template, cv2.TM_CCOEFF_NORMED)
    peak, score = best(scores)
    return peak - reach, score


@cache
def _template(shape: Shape) -> Dark:
    """An empty ring or square, as soft as pictures are."""
    far = distances(shape, round(2 * RADIUS) + 8)
    return cv2.GaussianBlur((np.abs(far - RADIUS) < 1.0).astype(np.float32), (0, 0), 0.8)


@cache
def distances(shape: Shape, side: int = PATCH) -> Dark:
    """Of each pixel of a square from its middle; for a square bubble, along the farther axis."""
    line = np.arange(side, dtype=np.float32) - (side - 1) / 2
    down, across = np.abs(line)[:, None], np.abs(line)[None, :]
    return np.asarray(np.maximum(down, across) if shape == "square" else np.hypot(down, across))


def _smooth(places: Points, offsets: Points, scores: Numbers,
            *, cubic: bool) -> Points:  # fmt: skip
    """A surface of low degree through the offsets of rings that are seen; strays weigh little."""
    seen = scores >= RING_SEEN
    if not seen.any():
        return np.zeros_like(offsets)
    x, y = (
        (places - np.array(pixel(layout.WIDTH / 2, layout.HEIGHT / 2)))
        / (np.array([layout.WIDTH, layout.HEIGHT]) / 2 * SCALE)
    ).T
    terms = [np.ones_like(x), x, y, x * y, x**2, y**2]
    if cubic:
        terms += [x**2 * y, x * y**2, x**3, y**3, x**2 * y**2]
    design = np.stack(terms, axis=1)
    held = np.diag([1e-3] * 3 + [0.02] * (len(terms) - 3))
    weight = np.clip(scores, 0, 1) * seen
    answer = np.zeros((len(terms), 2))
    for _ in range(5):
        weighted = design * weight[:, None]
        answer = np.linalg.solve(design.T @ weighted + held, weighted.T @ offsets)
        beside = np.linalg.norm(design @ answer - offsets, axis=1)
        weight = np.clip(scores, 0, 1) * seen / (1 + (beside / 1.0) ** 2)
    result: Points = design @ answer
    return result
