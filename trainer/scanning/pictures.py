"""Pictures as grey pages, the right way up."""

from __future__ import annotations

import io
import re
import struct
import warnings
from collections.abc import Iterator

import numpy as np
from PIL import Image

from trainer.scanning.arrays import Grey
from trainer.scanning.problems import Problem

MOST_PIXELS = 64_000_000
"""Phones take 12, 48 or 50 million."""
ENOUGH_PIXELS = 16_000_000
"""A JPEG with more is decoded at half its size, which costs a quarter."""

_ORIENTATION = 0x0112
_BROKEN = (
    OSError, ValueError, SyntaxError, EOFError, struct.error, IndexError, KeyError, TypeError, AttributeError,
    OverflowError, ZeroDivisionError, RuntimeError, NotImplementedError, MemoryError, Warning,
    Image.DecompressionBombError,
)  # fmt: skip
"""What Pillow's readers raise at bytes that nobody meant as a picture."""


def pages(data: bytes, kind: str, name: str) -> Iterator[Grey | Problem]:
    """The picture, or each picture of a TIFF. `kind` is Pillow's name of the only format it may be."""
    try:
        with warnings.catch_warnings():
            _strict()
            image = Image.open(io.BytesIO(data), formats=[kind])
    except Image.DecompressionBombError as error:
        pixels = max(int(number) for number in re.findall(r"[0-9]+", str(error)))
        yield refusal(pixels, 1, name)
        return
    except _BROKEN:
        yield Problem("file-broken", {"name": name})
        return
    number = 0
    while True:
        found = _frame(image, number, name)
        if found is None:
            return
        yield found
        if kind != "TIFF" or (isinstance(found, Problem) and found.code != "too-large"):
            return
        number += 1


def _strict() -> None:
    """Warnings are errors; only of many pixels it is this file that decides."""
    warnings.simplefilter("error")
    warnings.simplefilter("ignore", Image.DecompressionBombWarning)


def _frame(image: Image.Image, number: int, name: str) -> Grey | Problem | None:
    """One picture of the file; None after the last."""
    try:
        with warnings.catch_warnings():
            _strict()
            if number:
                image.seek(number)
            width, height = image.size
            if width * height > MOST_PIXELS:
                return refusal(width, height, name)
            if image.format == "JPEG":
                half = (width // 2, height // 2) if width * height > ENOUGH_PIXELS else (width, height)
                image.draft("L", half)
            image.load()
            return _upright(image, _grey(image))
    except EOFError:
        return None if number else Problem("file-cut", {"name": name})
    except OSError as error:
        return Problem("file-cut" if "truncated" in str(error) else "file-broken", {"name": name})
    except _BROKEN:
        return Problem("file-broken", {"name": name})


def _grey(image: Image.Image) -> Grey:
    if image.mode.startswith("I"):
        wide = np.asarray(image).astype(np.int64)
        return (wide >> 8).clip(0, 255).astype(np.uint8)
    if image.mode == "F":
        raise ValueError("floating point picture")
    if image.mode in ("RGBA", "LA", "PA", "La", "RGBa") or "transparency" in image.info:
        with image.convert("RGBA") as clear:
            white = Image.new("RGBA", clear.size, "white")
            white.alpha_composite(clear)
            return np.asarray(white.convert("L"))
    return np.asarray(image if image.mode == "L" else image.convert("L"))


def _upright(image: Image.Image, grey: Grey) -> Grey:
    """Turned as the camera noted; a note that makes no sense is passed over."""
    try:
        turn = image.getexif().get(_ORIENTATION, 1)
    except _BROKEN:
        return grey
    return turned(grey, turn if isinstance(turn, int) else 1)


def turned(grey: Grey, orientation: int) -> Grey:
    """By the eight orientations of EXIF."""
    if orientation in (5, 6, 7, 8):
        grey = grey.T
    if orientation in (2, 3, 6, 7):
        grey = grey[:, ::-1]
    if orientation in (3, 4, 7, 8):
        grey = grey[::-1]
    return np.ascontiguousarray(grey)


def heif_pages(data: bytes, name: str) -> Iterator[Grey | Problem]:
    """The main picture of an HEIC file, which its decoder has turned upright."""
    import pi_heif

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            file = pi_heif.open_heif(io.BytesIO(data), convert_hdr_to_8bit=True)
            image = file[file.primary_index]
            width, height = image.size
            if width * height > MOST_PIXELS:
                yield refusal(width, height, name)
                return
            pixels = np.asarray(image)
            if pixels.ndim == 3:
                pixels = pixels @ np.array([0.299, 0.587, 0.114, 0.0][: pixels.shape[2]], np.float32)
            grey = pixels.clip(0, 255).astype(np.uint8)
    except _BROKEN:
        yield Problem("file-broken", {"name": name})
        return
    yield np.ascontiguousarray(grey)


def refusal(width: int, height: int, name: str) -> Problem:
    """A picture with too many pixels."""
    size = {"megapixels": -(-width * height // 1_000_000), "limit": MOST_PIXELS // 1_000_000}
    return Problem("too-large", {"name": name, **size})
