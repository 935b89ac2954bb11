"""Pictures: what an author uploaded is decoded with care and encoded anew; its own bytes never reach the file."""

from __future__ import annotations

import io
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PIL.Image import Image as Decoded

FORMATS = ("PNG", "JPEG", "WEBP")
MAX_PIXELS = 24_000_000
MAX_SIDE = 1800
"""Longest side in print, in pixels: 300 per inch over the width of the text."""


class BadPicture(Exception):  # noqa: N818
    """A picture that cannot or must not be opened; the message says why."""


@dataclass(frozen=True, slots=True)
class Picture:
    data: bytes
    """PNG or JPEG, made by us."""
    width: int
    height: int


@lru_cache(maxsize=64)
def read(data: bytes) -> Picture:
    """Raises BadPicture: other formats, broken files, more than MAX_PIXELS (a small file can be a huge picture)."""
    import warnings

    from PIL import Image, UnidentifiedImageError

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            image: Decoded = Image.open(io.BytesIO(data), formats=FORMATS)
            if image.width * image.height > MAX_PIXELS:
                raise BadPicture(f"{image.width} × {image.height} pixels; at most {MAX_PIXELS // 1_000_000} million")
            kind = image.format
            image.load()
    except UnidentifiedImageError:
        raise BadPicture("not a PNG, JPEG or WebP picture") from None
    except (Image.DecompressionBombWarning, Image.DecompressionBombError):
        raise BadPicture(f"more than {MAX_PIXELS // 1_000_000} million pixels") from None
    except (OSError, SyntaxError, ValueError) as error:
        raise BadPicture(f"broken: {error}") from None
    photograph = kind == "JPEG" or image.mode not in ("P", "1", "L")
    if image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info:
        image = image.convert("RGBA")
        paper = Image.new("RGBA", image.size, "white")
        paper.alpha_composite(image)
        image = paper
    image = image.convert("L" if image.mode in ("L", "1") else "RGB")
    image.thumbnail((MAX_SIDE, MAX_SIDE))
    return _encode(image, photograph)


def _encode(image: Decoded, photograph: bool) -> Picture:
    """Few colours stay exact; many are stored as JPEG."""
    out = io.BytesIO()
    if photograph and image.getcolors(maxcolors=4096) is None:
        image.save(out, "JPEG", quality=85)
    else:
        image.save(out, "PNG")
    return Picture(out.getvalue(), image.width, image.height)


@lru_cache(maxsize=16)
def grey(picture: Picture) -> Picture:
    """The same without colour."""
    from PIL import Image

    image, out = Image.open(io.BytesIO(picture.data)), io.BytesIO()
    image.convert("L").save(out, str(image.format), quality=85)
    return Picture(out.getvalue(), image.width, image.height)
