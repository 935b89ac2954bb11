"""Pages as pictures, and what a camera would read in them."""

from __future__ import annotations

import numpy
import pypdfium2
import zxingcpp
from numpy.typing import NDArray

DPI = 300


def pixels(data: bytes, page: int, dpi: int = DPI) -> NDArray[numpy.uint8]:
    """A page in grey, 0 black."""
    drawn = pypdfium2.PdfDocument(data)[page].render(scale=dpi / 72, grayscale=True)
    return numpy.asarray(drawn.to_numpy()).reshape(drawn.height, drawn.width)


def codes(data: bytes, page: int) -> list[str]:
    """Texts of the QR codes on a page."""
    return [one.text for one in zxingcpp.read_barcodes(pixels(data, page, 150))]
