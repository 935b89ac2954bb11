"""Pictures are decoded and written anew; nobody is ever served the bytes that somebody sent.

What is gone afterwards: places, names, comments, colour profiles, further frames, and whatever else was hidden in
the file. Same picture, same bytes out.
"""

from __future__ import annotations

import io
from typing import NamedTuple

from PIL import Image, ImageOps

FORMATS = ("PNG", "JPEG", "WEBP")
"""Nothing else is even tried: some of Pillow's readers start other programs."""
MOST_PIXELS = 24_000_000
LONGEST_SIDE = 1600
"""Pixels. As sharp as a page of A4 shows it, and on screens of twice the pixels."""
SMALL_SIDE = 480
"""Of the size for phones and for whoever saves data."""
_KEPT_MODES = {"1", "L", "LA", "P", "RGB", "RGBA"}
_OPTIONS: dict[str, dict[str, object]] = {
    "PNG": {"optimize": True},
    "JPEG": {"quality": 85, "optimize": True, "progressive": True},
    "WEBP": {"quality": 85, "method": 4},
}


class Reencoded(NamedTuple):
    data: bytes
    width: int
    """Pixels, upright."""
    height: int
    mime: str
    small: bytes | None = None
    """The same picture for phones; None: it is small enough itself."""
    small_width: int | None = None
    small_height: int | None = None


class PictureError(Exception):
    """The picture cannot be used: `code` is a diagnostic's code, `params` its values."""

    def __init__(self, code: str, **params: str | int) -> None:
        super().__init__(code, params)
        self.code = code
        self.params = params


def reencode(data: bytes) -> Reencoded:
    """The picture in `data` (PNG, JPEG or WebP), upright, written anew in its own format. Raises PictureError."""
    try:
        image = Image.open(io.BytesIO(data), formats=FORMATS)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise PictureError("picture-large", limit=MOST_PIXELS // 1_000_000) from None
    except Exception as error:
        raise PictureError("picture-unreadable") from error
    with image:
        if image.width * image.height > MOST_PIXELS:
            raise PictureError("picture-large", limit=MOST_PIXELS // 1_000_000)
        if getattr(image, "n_frames", 1) > 1:
            raise PictureError("picture-animated")
        kind = "JPEG" if image.format == "MPO" else str(image.format)
        try:
            return _two_sizes(_bare(image), kind)
        except Exception as error:  # a decoder may raise anything at all on a hostile file
            raise PictureError("picture-unreadable") from error


def measured(data: bytes, limit: int, most_pixels: int) -> tuple[int, int, int]:
    """Width, height and bytes of the picture as it is served. Raises PictureError.

    Writing it anew takes long, so that is only done where it decides something: not for a picture with a side of more
    than `most_pixels`, nor for one of `limit` bytes or less, whose own size is given.
    """
    try:
        with Image.open(io.BytesIO(data), formats=FORMATS) as image:
            width, height = image.size
    except Exception as error:
        raise PictureError("picture-unreadable") from error
    if len(data) > limit and max(width, height) <= most_pixels:
        made = reencode(data)
        return made.width, made.height, len(made.data)
    return width, height, len(data)


def _bare(image: Image.Image) -> Image.Image:
    """The pixels alone, turned upright, in a mode that every reader knows."""
    upright = ImageOps.exif_transpose(image)
    if upright.mode == "P" and "transparency" in upright.info:
        upright = upright.convert("RGBA")
    elif upright.mode.startswith("I"):
        # 16 bits of grey: converting alone would cut them off and leave a white picture.
        upright = upright.convert("I").point(lambda level: level * (1 / 256)).convert("L")
    elif upright.mode not in _KEPT_MODES:
        upright = upright.convert("RGB")
    upright.info = {}
    return upright


def _two_sizes(image: Image.Image, kind: str) -> Reencoded:
    full = _within(image, LONGEST_SIDE)
    made = Reencoded(_written(full, kind), full.width, full.height, Image.MIME[kind])
    less = _within(full, SMALL_SIDE)
    small = made.data if less is full else _written(less, kind)
    if len(small) >= len(made.data):  # a drawing of few colours may grow when it is made smaller
        return made
    return made._replace(small=small, small_width=less.width, small_height=less.height)


def _within(image: Image.Image, side: int) -> Image.Image:
    """The picture itself, or a smaller one whose longest side is `side`."""
    longest = max(image.size)
    if longest <= side:
        return image
    size = tuple(max(1, round(length * side / longest)) for length in image.size)
    if image.mode in ("1", "P"):
        image = image.convert("L" if image.mode == "1" else "RGB")
    return image.resize((size[0], size[1]), Image.Resampling.LANCZOS)


def _written(image: Image.Image, kind: str) -> bytes:
    out = io.BytesIO()
    image.save(out, kind, **_OPTIONS[kind])
    return out.getvalue()
