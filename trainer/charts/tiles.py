"""The eleven Member States as equal squares: small ones stay visible, and no border is drawn.

A square says its number; its colour says the same more coarsely. Squares of countries that the reader does not answer
for stand empty, so that the map always looks the same.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain
from typing import NamedTuple

from trainer.charts.lettering import SIZE, Words, width, written
from trainer.charts.shapes import Box, Label, Picture, Shape, Tone

PLACES = {
    "MM": (0, 0), "LA": (1, 0), "VN": (2, 0),
    "TH": (1, 1), "KH": (2, 1), "PH": (4, 1),
    "MY": (1, 2), "BN": (3, 2),
    "SG": (1, 3), "ID": (2, 3), "TL": (4, 3),
}  # fmt: skip
"""Column and row."""
SIDE, GAP = 60.0, 6.0
WIDTH = 5 * SIDE + 4 * GAP + 2
_FIRST_DARK = 4
_TINTS: tuple[Tone, ...] = ("tint-1", "tint-2", "tint-3", "tint-4", "tint-5")
_COUNTS = (20, 100, 500, 2000)
"""Where the tints of counts change: fixed, so that a square says nothing about the others."""


class Tile(NamedTuple):
    code: str
    """ISO 3166-1 alpha-2."""
    name: str
    text: str
    """What stands on the square: a number, or a sign that stands for a number that is not shown."""
    said: str
    """The same in words."""
    tint: int | None
    """1 to 5, by `tint_of_share` or `tint_of_count`; None: the number is not shown."""


def tint_of_share(share: float | None) -> int | None:
    """Of a share from 0 to 1."""
    return None if share is None else min(5, int(5 * share) + 1)


def tint_of_count(count: int | None) -> int | None:
    return None if count is None else 1 + sum(count >= step for step in _COUNTS)


def tile_map(tiles: Sequence[Tile], title: str, legend: Sequence[Words] = ()) -> Picture:
    """`tiles`: countries of the reader, in their order. `legend`: what the signs mean. Others than `PLACES` are left
    out of the drawing and are in the description.
    """
    of = {tile.code: tile for tile in tiles}
    shapes = list(chain.from_iterable(_square(code, of.get(code)) for code in PLACES))
    bottom = 4 * SIDE + 3 * GAP + 2
    for words in legend:
        labels, bottom = written(words, 1, bottom + 2, WIDTH - 2, tone="quiet")
        shapes += labels
    description = "; ".join(f"{tile.name}: {tile.said}" for tile in tiles)
    return Picture(WIDTH, bottom + 2, tuple(shapes), title, description)


def _square(code: str, tile: Tile | None) -> list[Shape]:
    column, row = PLACES[code]
    x, y = 1 + column * (SIDE + GAP), 1 + row * (SIDE + GAP)
    if tile is None or tile.tint is None:
        ground: list[Shape] = [Box(x, y, SIDE, SIDE, "line" if tile else "soft", filled=False)]
        words: tuple[Tone, Tone] = ("ink", "quiet")
    else:
        ground = [Box(x, y, SIDE, SIDE, _TINTS[tile.tint - 1])]
        words = ("on-dark", "on-dark") if tile.tint >= _FIRST_DARK else ("on-light", "on-light")
    middle = x + SIDE / 2
    labels = [Label(middle, y + 20, code, SIZE, "middle", words[1])]
    if tile:
        fits = min(16.0, max(8.0, 16.0 * (SIDE - 6) / max(width(tile.text, 16.0), 1.0)))
        labels.append(Label(middle, y + 44, tile.text, fits, "middle", words[0]))
    return [*ground, *labels]
