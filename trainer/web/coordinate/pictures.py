"""Kept pictures of sheets: read again, and cut. OpenCV comes in with the first request that needs it, not at start."""

from __future__ import annotations

from trainer.services.problems import NotFound
from trainer.services.scans import Row
from trainer.sheets.layout import Page


def read(image: bytes, page: Page) -> tuple[Row, ...]:
    """The rows of a kept picture. Raises NotFound for one that is none."""
    from trainer.scanning import kept, reading

    try:
        flat = kept.from_picture(image)
    except ValueError:
        raise NotFound from None
    return tuple(Row(row.number, row.chosen, row.certain, row.reason, row.written) for row in reading.read(flat, page))


def cut_out(image: bytes, box: tuple[float, float, float, float]) -> bytes:
    """The part of a kept picture in this box of the layout, as PNG. Raises NotFound for a picture that is none."""
    from trainer.scanning import kept

    try:
        return kept.crop(kept.from_picture(image), box)
    except ValueError:
        raise NotFound from None
