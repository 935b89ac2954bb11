"""Patterns of dark squares that a camera reads: QR codes, and the corner marks of a sheet."""

from __future__ import annotations

from math import isqrt
from typing import Any

from trainer.typeset.sheet import Sheet

CORNERS = ("1011 0101 0011 0010", "0000 1111 1001 1010", "0011 0011 0010 1101", "1001 1001 0100 0110")
"""The inner cells of markers 0 to 3 of `sheets.layout.MARK_SET`, row by row; 1 is white."""
CORNER_CELLS = 6
"""Cells along a side, with the black border."""


def qr(sheet: Sheet, text: str, x: float, y: float, side: float, level: str = "Q") -> None:
    """A QR code from its upper left corner, without its quiet zone of four cells. `level`: L, M, Q or H.

    It is decoration to a screen reader: its text, or the way to it, stands beside it in words.
    """
    cells = qr_cells(text, level)
    sheet.cells(cells, x, y, side / len(cells))


def qr_cells(text: str, level: str) -> list[bytes]:
    """Row by row, a byte for each cell: 0 is dark, 255 is light."""
    import zxingcpp

    made = zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.QRCode, ec_level=level)
    image: Any = made.to_image(scale=1, add_quiet_zones=False)  # its types do not say that it is a buffer
    cells = bytes(memoryview(image))
    count = isqrt(len(cells))
    return [cells[row * count : (row + 1) * count] for row in range(count)]


def corner(sheet: Sheet, number: int, x: float, y: float, side: float) -> None:
    """Corner mark `number`, 0 to 3."""
    edge = bytes(CORNER_CELLS)
    inner = (b"\0%s\0" % bytes(255 * int(cell) for cell in row) for row in CORNERS[number].split())
    sheet.cells((edge, *inner, edge), x, y, side / CORNER_CELLS)
