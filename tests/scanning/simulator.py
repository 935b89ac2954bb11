"""Filled-in answer sheets with the truth known: marks by hand, then copied, scanned or photographed. Seeded.

What it contains, and how often:

- Five tools (`pens.TOOLS`), each a fifth of the sheets. *Faint* is the hard pencil: strokes with 22 to 40 % of black,
  0.3 to 0.5 mm wide, up to two fifths of them missing in the paper's grain.
- Each person marks in one way (`pens.STYLES`), and one mark in six in another.
- One row in 25 is left empty. Rows of squares have any number of marks.
- With a pencil, one row in 20 was answered differently before and rubbed out: 8 to 20 % of that mark stays, smeared.
- With a pencil, one row in 60 was answered and rubbed out, and left at that. It is *unclear*.
- With a pen, one row in 40 was corrected: another choice was marked first, and crossed out. Such a row is *unclear*:
  its truth is the second mark, and reading it as doubtful is right too.
- One sheet in 20 is from somebody who draws rings around bubbles: all its rows are unclear.
- Half of the blank sheets were photocopied once or twice before they were filled in; a sixth of the filled ones again.
- Scans: 150 to 300 dpi, askew by about a degree, turned at random, JPEG quality 60 to 92 or PNG, noise, grey paper.
- Photos: 12 megapixels; perspective to 22°, any rotation, curl to 10 mm in any direction, gradients, shadows that take
  up to half of the light, darker rims, focus blur with a deviation to 2 pixels, movement to 6 pixels, noise, JPEG.

What it does not contain: torn or wet paper, folds, glare of a flash, coloured paper, thumbs. Those are tried by hand
in single tests or not at all.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import cv2
import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from tests.scanning import camera, pens
from tests.scanning.pens import POINT, STYLES, TOOLS, Hand
from trainer.sheets import layout as geometry
from trainer.sheets.layout import Page, Placed


class Row(NamedTuple):
    """What a person meant."""

    marks: tuple[int, ...]
    unclear: bool = False
    """A person would have to look as well."""
    written: bool = False
    """Of a line."""
    how: str = ""
    """Tool and style, to tell what goes wrong."""


class Sheet(NamedTuple):
    """One filled page, and what is true of it."""

    file: bytes
    truth: Mapping[int, Row]
    """By the row's number."""
    tool: str
    style: str


def sheet(clean: NDArray[np.uint8], page: Page, seed: int, grade: str) -> Sheet:
    """A clean page (grey, 300 dpi, the frame in its middle) filled in and brought back as `scan` or `photo`."""
    random = np.random.default_rng([seed, grade == "photo"])
    light, moved = _copied(clean.astype(np.float32) / 255, random)
    hand = Hand.of(TOOLS[str(random.choice(list(TOOLS)))], random)
    style = "circled" if random.random() < 0.05 else str(random.choice(STYLES))
    truth = fill(light, page, hand, style, moved)
    if random.random() < 1 / 6:
        light = camera.photocopy(light, random)
    file = camera.scanned(light, random) if grade == "scan" else camera.photographed(light, random)
    return Sheet(file, truth, hand.tool.name, style)


def _copied(light: NDArray[np.float32], random: Generator) -> tuple[NDArray[np.float32], NDArray[np.float64]]:
    """The blank sheet after its photocopies; the matrix says where its points are now, found by its corner marks."""
    copies = int(random.choice([0, 0, 1, 2]))
    for _ in range(copies):
        light = camera.photocopy(light, random)
    return light, _matrix(light)


def _matrix(light: NDArray[np.float32]) -> NDArray[np.float64]:
    """2 × 3: points of the frame → pixels of the page. People see where the bubbles are; so does this."""
    family = cv2.aruco.getPredefinedDictionary(getattr(cv2.aruco, geometry.MARK_SET))
    half = cv2.resize(light, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA)  # a third of the time
    corners, numbers, _ = cv2.aruco.ArucoDetector(family).detectMarkers((half * 255).astype(np.uint8))
    seen = {int(n): c.reshape(4, 2).mean(axis=0) * 2 + 0.5 for n, c in zip(np.ravel(numbers), corners, strict=True)}
    seen = {n: place for n, place in seen.items() if n < len(geometry.MARKS)}  # letters can look like other marks
    places = {n: np.array(geometry.MARKS[n]) + geometry.MARK / 2 for n in seen}
    design = np.array([(*places[n], 1.0) for n in seen])
    answer, *_ = np.linalg.lstsq(design, np.array([seen[n] for n in seen]), rcond=None)
    return answer.T


def fill(light: NDArray[np.float32], page: Page, hand: Hand, style: str, matrix: NDArray[np.float64] | None = None,
         ) -> dict[int, Row]:  # fmt: skip
    """Mark every row of the page as one person does; returns what was meant."""
    matrix = _matrix(light) if matrix is None else matrix
    return {placed.number: _row(light, placed, hand, style, matrix) for placed in page}


def _row(light: NDArray[np.float32], placed: Placed, hand: Hand, style: str, matrix: NDArray[np.float64]) -> Row:
    random = hand.random
    if placed.field.kind == "line":
        writes = random.random() < 0.7
        if writes:
            left, base = matrix @ (placed.box[0] + geometry.LABEL, placed.box[3] - 8, 1)
            pens.written(light, hand, left, base, (geometry.COLUMN - geometry.LABEL - 20) * POINT)
        return Row((), written=writes, how=hand.tool.name)
    own = style if style == "circled" or random.random() > 1 / 6 else str(random.choice(STYLES))
    how = f"{hand.tool.name}, {own}"
    if random.random() < 1 / 25:
        return Row((), how=f"{hand.tool.name}, blank")
    if hand.tool.erasable and own != "circled" and random.random() < 1 / 60:
        choice = int(random.integers(placed.field.choices))
        pens.erased(light, hand, own, *place(placed, choice, matrix), geometry.RADIUS * POINT)
        return Row((), True, how=f"{how}, erased and left")
    marks = _choices(placed, random)
    for choice in marks:
        _mark(light, placed, choice, hand, own, matrix)
    others = [choice for choice in range(placed.field.choices) if choice not in marks]
    if not others or own == "circled":
        return Row(marks, own == "circled", how=how)
    at, radius = place(placed, int(random.choice(others)), matrix), geometry.RADIUS * POINT
    if hand.tool.erasable and random.random() < 1 / 20:
        pens.erased(light, hand, own, *at, radius)
        return Row(marks, how=f"{how}, erased before")
    if not hand.tool.erasable and random.random() < 1 / 40:
        pens.mark(light, hand, own, *at, radius)
        pens.struck(light, hand, *at, radius)
        return Row(marks, True, how=f"{how}, corrected")
    return Row(marks, how=how)


def _choices(placed: Placed, random: Generator) -> tuple[int, ...]:
    if placed.field.kind == "one":
        return (int(random.integers(placed.field.choices)),)
    return tuple(choice for choice in range(placed.field.choices) if random.random() < 0.45)


def place(placed: Placed, choice: int, matrix: NDArray[np.float64]) -> tuple[float, float]:
    x, y = matrix @ (placed.bubbles[choice].x, placed.bubbles[choice].y, 1)
    return float(x), float(y)


def _mark(light: NDArray[np.float32], placed: Placed, choice: int, hand: Hand, style: str,
          matrix: NDArray[np.float64]) -> None:  # fmt: skip
    x, y = place(placed, choice, matrix)
    if style == "circled":
        pens.circled(light, hand, x, y, geometry.RADIUS * POINT)
    else:
        pens.mark(light, hand, style, x, y, geometry.RADIUS * POINT)
