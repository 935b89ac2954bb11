"""The golden images: made anew by `python -m tests.typeset.golden [LANGUAGE ...]`, from the repository's root.

Look at every image that changed (`git diff --stat`, then the pictures) before you commit it: it is from then on what
is right. One language per script, and Vietnamese for its stacked accents.
"""

from __future__ import annotations

import io
import shutil
import subprocess
import sys
import tempfile
from array import array
from itertools import product
from pathlib import Path

from PIL import Image, ImageChops, ImageFilter

from tests.typeset.specimen import HEIGHT, LEFT, TOP, WIDTH, specimen

FOLDER = Path(__file__).parent / "golden"
SHOWN = ("en", "vi", "th", "lo", "km", "my", "ta", "zh-Hans")
RESOLUTION = 60
"""Pixels per inch."""

CELL = 6
"""Side of a cell of the grid in which ink is counted, in pixels: about a letter."""
INK = 500
"""Least difference of a cell's ink that is more than another way to smooth edges; a black pixel is 255."""
BLUR = 0.8
MEAN = 1.0
"""Most mean difference of the blurred pages; of 255."""


def pages(data: bytes) -> list[Image.Image]:
    """The pages in grey, cut to where the specimen stands."""
    program = shutil.which("pdftoppm")
    assert program, "pdftoppm is missing: install poppler-utils"
    width, height = (round(side * RESOLUTION / 72) for side in (WIDTH + 2 * LEFT, HEIGHT + 2 * TOP))
    cut = ["-r", str(RESOLUTION), "-gray", "-x", "0", "-y", "0", "-W", str(width), "-H", str(height)]
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "x.pdf").write_bytes(data)
        subprocess.run([program, *cut, f"{folder}/x.pdf", f"{folder}/x"], check=True)
        return [Image.open(io.BytesIO(file.read_bytes())) for file in sorted(Path(folder).glob("x-*.pgm"))]


def kept(lang: str) -> list[Image.Image]:
    return [Image.open(file).convert("L") for file in sorted(FOLDER.glob(f"{lang}-*.png"))]


def damage(mine: Image.Image, golden: Image.Image) -> str:
    """What is wrong with a page; empty when it looks like the golden one."""
    if mine.size != golden.size:
        return f"{mine.size} pixels instead of {golden.size}"
    one, other = (page.filter(ImageFilter.GaussianBlur(BLUR)) for page in (mine, golden))
    bins = ImageChops.difference(one, other).histogram()
    mean = sum(value * count for value, count in enumerate(bins)) / (one.width * one.height)
    if mean > MEAN:
        return f"differs by {mean:.2f} of 255 on average; at most {MEAN}"
    worst, x, y = _worst(one, other)
    if worst > INK:
        return f"ink differs by {worst:.0f} at pixel {x}, {y}; at most {INK}"
    return ""


def _worst(one: Image.Image, other: Image.Image) -> tuple[float, int, int]:
    """-> (difference of ink, left, top) of the cell that differs most; cells overlap by half."""
    worst = (0.0, 0, 0)
    for left, top in product((0, CELL // 2), repeat=2):
        box = (left, top, one.width, one.height)
        # Reduced by CELL, a pixel is the mean of a cell.
        mine, theirs = (page.convert("F").crop(box).reduce(CELL) for page in (one, other))
        for at, (a, b) in enumerate(zip(array("f", mine.tobytes()), array("f", theirs.tobytes()), strict=True)):
            if abs(a - b) * CELL * CELL > worst[0]:
                y, x = divmod(at, mine.width)
                worst = (abs(a - b) * CELL * CELL, left + x * CELL, top + y * CELL)
    return worst


def main(tags: list[str]) -> None:
    FOLDER.mkdir(exist_ok=True)
    for lang in tags or SHOWN:
        for file in FOLDER.glob(f"{lang}-*.png"):
            file.unlink()
        for number, page in enumerate(pages(specimen(lang)), 1):
            page.save(FOLDER / f"{lang}-{number}.png", optimize=True)


if __name__ == "__main__":
    main(sys.argv[1:])
