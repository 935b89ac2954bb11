"""One upload, page by page: what a worker process calls. A generator, so that progress shows and memory stays flat.

The caller decides what a code means: whether it is of this installation, of a workshop somebody may see, of an
edition that has a layout. Nothing here raises for what is in a file; a worker still wants limits on time and memory,
as anybody does who runs decoders over bytes from outside.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from trainer.scanning.files import Opened, pages
from trainer.scanning.finding import Found, find
from trainer.scanning.kept import picture
from trainer.scanning.problems import Problem
from trainer.scanning.reading import RowRead, read
from trainer.sheets.code import SheetCode
from trainer.sheets.layout import Page


class Quality(NamedTuple):
    """How well a sheet was seen."""

    resolution: float
    """Pixels of the picture to a point of the sheet; 2.8 is 200 dpi."""
    marks: int
    """Corner marks seen, of 4."""
    tracks: int
    """Tracks seen, of 22."""
    bend: float
    """Largest distance of a track from its place on flat paper, in points."""


class Scanned(NamedTuple):
    """One sheet of an upload, or one problem."""

    page: int
    """Of the upload, from 1; two sheets on one picture have the same."""
    name: str
    """Of the file it came from: of the upload, or of a file in a ZIP."""
    problem: Problem | None
    """What is wrong with the file, the page or the code. A sheet whose code is not read still has its picture."""
    code: SheetCode | None = None
    rows: tuple[RowRead, ...] | None = None
    """None when the sheet was not found, or `layouts` does not know it."""
    picture: bytes | None = None
    """The flat sheet as JPEG, for `kept.from_picture`."""
    quality: Quality | None = None


def scan(data: bytes, layouts: Mapping[str, tuple[Page, ...]], name: str = "") -> Iterator[Scanned]:
    """Every sheet of the upload, in order. `layouts`: sheet code → its pages; others come back without rows."""
    for opened in pages(data, name):
        yield from _page(opened, layouts)


def _page(opened: Opened, layouts: Mapping[str, tuple[Page, ...]]) -> Iterator[Scanned]:
    if opened.image is None:
        yield Scanned(opened.page, opened.name, opened.problem)
        return
    for found in find(opened.image):
        yield _sheet(opened, found, layouts)


def _sheet(opened: Opened, found: Found, layouts: Mapping[str, tuple[Page, ...]]) -> Scanned:
    quality = Quality(found.resolution, found.marks, found.tracks, found.bend)
    scanned = Scanned(opened.page, opened.name, found.problem, found.code, quality=quality)
    if found.image is None:
        return scanned
    scanned = scanned._replace(picture=picture(found.image))
    known = layouts.get(found.code.sheet, ()) if found.code else ()
    if found.code is None or found.code.page > len(known):
        return scanned
    rows = read(found.image, known[found.code.page - 1])
    is_blurred = bool(rows) and all(row.reason == "blurred" for row in rows)
    return scanned._replace(rows=rows, problem=Problem("blurred") if is_blurred else found.problem)
