"""Answer sheets in a picture: which one it is, and its frame laid flat.

The picture may be turned in any way, seen from the side, shadowed or bent. `cv2` is told to use one thread:
a worker process reads one upload, and others have the other cores.
"""

from __future__ import annotations

from typing import NamedTuple

import cv2
import numpy as np
import zxingcpp

from trainer.scanning import paper
from trainer.scanning.arrays import Grey, Matrix
from trainer.scanning.frames import Frame, frames, through
from trainer.scanning.problems import Problem
from trainer.sheets import code as sheet_code
from trainer.sheets import layout
from trainer.sheets.code import Damaged, NotASheet, SheetCode

SMALLEST = 1.1
"""Pixels of the picture to a point of the sheet: about 80 dpi."""
MOST_BEND = 30.0
"""Points a track may be from its place."""
CODE_SCALE = 4.0
"""Pixels to a point where the code is read."""
CODE_MARGIN = 12.0
CODE_LONGEST = 2400
"""Pixels of the longer side when the whole picture is searched for a code."""

LIGHT_AND_DARK, SHARP = 40, 0.06
"""Greys between light and dark of a picture with something on it; share of them that its sharpest edges have."""

cv2.setNumThreads(1)


class Found(NamedTuple):
    """One sheet, or the reason why there is none."""

    code: SheetCode | None
    image: Grey | None
    """The frame laid flat, `paper.SIZE`; None when it cannot be read whatever the code is."""
    problem: Problem | None
    resolution: float = 0.0
    """Pixels of the picture to a point."""
    marks: int = 0
    """Corner marks seen."""
    tracks: int = 0
    """Seen."""
    bend: float = 0.0
    """In points."""


def find(grey: Grey) -> tuple[Found, ...]:
    """Every sheet of a picture, at least one value."""
    if min(grey.shape) < 60:
        return (Found(None, None, Problem("no-sheet")),)
    sheets, left = frames(grey)
    found = [_sheet(grey, frame) for frame in sorted(sheets, key=_place)]
    if not found:
        return (Found(None, None, Problem(_why_none(grey, len(left))), marks=len(left)),)
    if len(left) > 1:
        found.append(Found(None, None, Problem("second-sheet"), marks=len(left)))
    return tuple(found)


def _place(frame: Frame) -> tuple[float, float]:
    """Sheets count from the upper left of the picture."""
    x, y = np.mean([mark.corners.mean(axis=0) for mark in frame.marks], axis=0)
    return round(y / 500), x


def _sheet(grey: Grey, frame: Frame) -> Found:
    code, problem = _code(grey, frame.matrix)
    size = paper.resolution(frame.matrix)
    seen = Found(code, None, None, size, len(frame.marks))
    if size < SMALLEST:
        return seen._replace(problem=Problem("too-small"))
    if not _is_whole(grey, frame.matrix):
        return seen._replace(problem=Problem("cut-off"))
    flat = paper.flatten(grey, frame)
    seen = seen._replace(tracks=flat.tracks, bend=flat.bend)
    if flat.bend > MOST_BEND:
        return seen._replace(problem=Problem("bent"))
    if len(frame.marks) < 4 and flat.tracks < len(layout.TRACKS) * 2 // 3:
        return seen._replace(problem=Problem("cut-off"))
    return seen._replace(image=flat.image, problem=problem)


def _is_whole(grey: Grey, matrix: Matrix) -> bool:
    """Whether all the room for rows is on the picture."""
    right = layout.COLUMNS[-1] + layout.COLUMN
    corners = [
        (layout.COLUMNS[0], layout.TOP),
        (right, layout.TOP),
        (right, layout.BOTTOM),
        (layout.COLUMNS[0], layout.BOTTOM),
    ]
    pixels = through(matrix, np.array(corners))
    return bool((pixels >= 0).all() and (pixels < np.array(grey.shape[::-1])).all())


def _code(grey: Grey, matrix: Matrix) -> tuple[SheetCode | None, Problem | None]:
    """The code in the place where it must be."""
    side = round((layout.QR + 2 * CODE_MARGIN) * CODE_SCALE)
    x, y = layout.QR_AT
    place = np.array([
        [1 / CODE_SCALE, 0, x - CODE_MARGIN], [0, 1 / CODE_SCALE, y - CODE_MARGIN], [0, 0, 1],
    ])  # fmt: skip
    patch = cv2.warpPerspective(
        grey, matrix @ place, (side, side), flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP,
        borderMode=cv2.BORDER_REPLICATE,
    )  # fmt: skip
    texts = _texts(patch) or _texts(_sharper(patch)) or _texts(cv2.GaussianBlur(patch, (0, 0), 2))
    return _read(texts) if texts else (None, Problem("code-unread"))


def _read(texts: list[str]) -> tuple[SheetCode | None, Problem | None]:
    """The first of them that is ours; otherwise the worst that can be said."""
    problem = Problem("other-code")
    for text in texts:
        try:
            return sheet_code.read(text), None
        except Damaged:
            problem = Problem("code-damaged")
        except NotASheet:
            continue
    return None, problem


def _texts(grey: Grey) -> list[str]:
    return [
        code.text
        for code in zxingcpp.read_barcodes(grey, formats=zxingcpp.BarcodeFormats([zxingcpp.BarcodeFormat.QRCode]))
    ]


def _sharper(grey: Grey) -> Grey:
    return cv2.addWeighted(grey, 2.2, cv2.GaussianBlur(grey, (0, 0), 3), -1.2, 0)


def _why_none(grey: Grey, marks: int) -> str:
    """What a picture without a frame most probably is."""
    scale = min(1.0, CODE_LONGEST / max(grey.shape))
    small = cv2.resize(grey, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA) if scale < 1 else grey
    texts = _texts(small)
    if texts:
        code, problem = _read(texts)
        return "cut-off" if code or problem != Problem("other-code") else "other-code"
    if marks:
        return "cut-off"
    return "blurred" if _is_blurred(small) else "no-sheet"


def _is_blurred(grey: Grey) -> bool:
    """Whether there is light and dark in the picture, but no edge between them. An empty page has neither."""
    small = cv2.resize(grey, None, fx=1000 / max(grey.shape), fy=1000 / max(grey.shape), interpolation=cv2.INTER_AREA)
    low, high = np.percentile(small, (1, 99))
    edges = np.abs(cv2.Laplacian(cv2.GaussianBlur(small, (0, 0), 1.0), cv2.CV_32F))
    return bool(high - low > LIGHT_AND_DARK and np.percentile(edges, 99.9) < SHARP * (high - low))
