"""The flat sheet as it is kept: small enough for a database, good enough to be read again and to cut pictures from."""

from __future__ import annotations

import cv2
import numpy as np

from trainer.scanning.arrays import Grey
from trainer.scanning.paper import MARGIN, SCALE, SIZE
from trainer.sheets import layout

MOST_BYTES = 100_000
QUALITIES = (70, 60, 50, 40, 30, 20)
"""Of JPEG, one after the other until the picture is small enough."""
AROUND = 4.0
"""Points around a box that is cut out."""


def picture(image: Grey) -> bytes:
    """A flat sheet as JPEG, at most about 100 kB."""
    encoded = b""
    for quality in QUALITIES:
        encoded = _encoded(".jpg", image, [cv2.IMWRITE_JPEG_QUALITY, quality, cv2.IMWRITE_JPEG_OPTIMIZE, 1])
        if len(encoded) <= MOST_BYTES:
            break
    return encoded


def from_picture(data: bytes) -> Grey:
    """The flat sheet again. Raises ValueError when the bytes are none of `picture`'s."""
    image = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_GRAYSCALE) if data else None
    if image is None or image.shape != SIZE[::-1]:
        raise ValueError("not a kept sheet")
    return np.asarray(image, np.uint8)


def crop(image: Grey, box: tuple[float, float, float, float]) -> bytes:
    """The part of a flat sheet in this box (left, top, right, bottom in points of the layout), as PNG."""
    left, top, right, bottom = box
    x0, x1 = (_within(one, layout.WIDTH) for one in (left - AROUND, right + AROUND))
    y0, y1 = (_within(one, layout.HEIGHT) for one in (top - AROUND, bottom + AROUND))
    return _encoded(".png", np.ascontiguousarray(image[y0 : max(y1, y0 + 1), x0 : max(x1, x0 + 1)]), [])


def _within(place: float, length: float) -> int:
    return round((min(max(place, -MARGIN), length + MARGIN) + MARGIN) * SCALE)


def _encoded(kind: str, image: Grey, settings: list[int]) -> bytes:
    done, encoded = cv2.imencode(kind, image, settings)
    if not done:
        raise ValueError("a flat sheet has pixels")
    return bytes(encoded.tobytes())
