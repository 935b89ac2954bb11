"""An answer sheet drawn from the shared geometry alone, so that scanning is tried without printing."""

from __future__ import annotations

import cv2
import numpy as np
import segno
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from trainer.resources import folder
from trainer.sheets import code as sheet_code
from trainer.sheets import layout as geometry
from trainer.sheets.code import SheetCode
from trainer.sheets.layout import Page, Placed

DPI = 300
SCALE = DPI / 72
PAPERS = {"a4": (595.276, 841.89), "letter": (612.0, 792.0)}


def draw(page: Page, code: SheetCode, words: str = "Answer sheet", font: str = "NotoSans-Regular.ttf",
         paper: str = "a4") -> NDArray[np.uint8]:  # fmt: skip
    """The whole paper, grey, 300 dpi."""
    width, height = PAPERS[paper]
    image = Image.new("L", (round(width * SCALE), round(height * SCALE)), 255)
    pen = _Pen(image, geometry.origin(width, height))
    family = cv2.aruco.getPredefinedDictionary(getattr(cv2.aruco, geometry.MARK_SET))
    for number, (x, y) in enumerate(geometry.MARKS):
        pen.paste(cv2.aruco.generateImageMarker(family, number, 6 * 16, borderBits=1), x, y, geometry.MARK)
    for x, y in geometry.TRACKS:
        pen.box(x, y, x + geometry.TRACK, y + geometry.TRACK, fill=0)
    modules = np.array([list(row) for row in segno.make(code.text, error="q", micro=False).matrix])
    pen.paste(((1 - modules) * 255).astype(np.uint8), *geometry.QR_AT, geometry.QR)
    pen.text(geometry.QR_AT[0] + 4, geometry.QR_AT[1] + geometry.QR + 9, sheet_code.printed(code.sheet), 8)
    pen.text(geometry.HEAD[0], 12, words, 14, font)
    pen.text(geometry.HEAD[0], 40, words * 2, 9, font)
    pen.text(geometry.FOOT[0], geometry.FOOT[1] + 10, words * 3, 8, font)
    for placed in page:
        _row(pen, placed)
    return np.asarray(image)


def _row(pen: _Pen, placed: Placed) -> None:
    left, _, right, bottom = placed.box
    if placed.field.style not in ("digits", "point"):
        first = placed.bubbles[0].y if placed.bubbles else (placed.box[1] + bottom) / 2
        pen.text(left + 2, first - 4, placed.field.label, 9)
    if placed.field.kind == "line":
        pen.box(left + geometry.LABEL, bottom - 7, right, bottom - 6.4, fill=60)
    for bubble in placed.bubbles:
        x, y, radius = bubble.x, bubble.y, geometry.RADIUS
        pen.bubble(x, y, radius, placed.shape)
        pen.middle(x, y, placed.field.mark(bubble.choice), 7)


class _Pen:
    """Draws in points from the frame's corner."""

    def __init__(self, image: Image.Image, origin: tuple[float, float]) -> None:
        self.image, self.origin, self.draw = image, origin, ImageDraw.Draw(image)

    def at(self, x: float, y: float) -> tuple[float, float]:
        return (self.origin[0] + x) * SCALE, (self.origin[1] + y) * SCALE

    def box(self, left: float, top: float, right: float, bottom: float, fill: int) -> None:
        self.draw.rectangle((*self.at(left, top), *self.at(right, bottom)), fill=fill)

    def paste(self, square: NDArray[np.uint8], x: float, y: float, side: float) -> None:
        size = round(side * SCALE)
        left, top = self.at(x, y)
        scaled = Image.fromarray(square).resize((size, size), Image.Resampling.NEAREST)
        self.image.paste(scaled, (round(left), round(top)))

    def bubble(self, x: float, y: float, radius: float, shape: str) -> None:
        bounds = (*self.at(x - radius, y - radius), *self.at(x + radius, y + radius))
        if shape == "square":
            self.draw.rectangle(bounds, outline=70, width=3)
        else:
            self.draw.ellipse(bounds, outline=70, width=3)

    def text(self, x: float, y: float, words: str, size: float, font: str = "NotoSans-Regular.ttf") -> None:
        self.draw.text(self.at(x, y), words, fill=0, font=_font(font, size), anchor="lt")

    def middle(self, x: float, y: float, letter: str, size: float) -> None:
        self.draw.text(self.at(x, y), letter, fill=110, font=_font("NotoSans-Regular.ttf", size), anchor="mm")


def _font(name: str, size: float) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(str(folder("fonts") / name), round(size * SCALE))
