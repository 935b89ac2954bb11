"""A bench without a web application, and sheets that somebody filled in."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import numpy as np
import pypdfium2
from PIL import Image

from tests.printing.rendered import codes
from tests.scanning.drawing import SCALE, draw
from tests.services.papers import KEY, KH, Room
from trainer.config import Smtp
from trainer.scanning.scan import scan
from trainer.services import packs, sheets
from trainer.services.agreeing import Mark
from trainer.services.packs import PackRow
from trainer.services.retention import Times
from trainer.services.sheets import SheetRow
from trainer.services.shelf import Shelf
from trainer.sheets import layout as geometry
from trainer.store.engine import Store
from trainer.store.workshops import Workshop
from trainer.tasks.runner import Runner

TIMES = Times(timedelta(days=730), timedelta(days=365))


@dataclass
class Bench:
    store: Store
    shelf: Shelf
    clock: Callable[[], datetime]
    key: str = KEY
    keep_scans: timedelta = timedelta(days=90)
    times: Times = TIMES
    mail: Smtp | None = None
    origin: str = "https://trainer.test"
    report_days: int = 15


def bench(paper: Room) -> Bench:
    return Bench(paper.store, paper.shelf, lambda: paper.now)


def runner(paper: Room) -> Runner:
    return Runner(bench(paper))


def order(paper: Room, /, **options: Any) -> str:
    """A pack that waits to be made; its id."""

    def act(db: Any) -> str:
        ident = packs.begin(db, db.get(Workshop, paper.id), by="coordinator", now=paper.now)
        packs.choose(db, KH, ident, **options)
        packs.ask(db, paper.shelf, KH, ident, address="https://x/", by="coordinator", key=KEY, now=paper.now)
        return ident

    return paper.write(act)


def pack(paper: Room, ident: str) -> PackRow:
    return paper.read(packs.find, KH, ident)


def files(paper: Room, ident: str) -> dict[str, bytes]:
    """Name → bytes, in the order of the pack."""
    found = paper.read(packs.files, KH, ident)
    return dict(paper.read(packs.data, KH, ident, one.position) for one in found)


def texts(data: bytes) -> list[str]:
    """What every QR code in a PDF says, page by page."""
    return [text for page in range(len(pypdfium2.PdfDocument(data))) for text in codes(data, page)]


def words(data: bytes) -> str:
    return "\n".join(page.get_textpage().get_text_bounded() for page in pypdfium2.PdfDocument(data))


def filled(paper: Room, row: SheetRow, marks: Mapping[int, Mark]) -> Image.Image:
    """The first page of a sheet with these bubbles blackened; 300 dpi."""
    (page, *_) = sheets.asked(paper.shelf, row).pages
    picture = np.array(draw(page, paper.code(row)))
    left, top = geometry.origin(595.276, 841.89)
    height, width = np.ogrid[: picture.shape[0], : picture.shape[1]]
    for placed in page:
        mark = marks.get(placed.number, ())
        for bubble in placed.bubbles:
            if bubble.choice in mark:
                x, y = (left + bubble.x) * SCALE, (top + bubble.y) * SCALE
                picture[(width - x) ** 2 + (height - y) ** 2 < (geometry.RADIUS * SCALE) ** 2] = 20
    return Image.fromarray(picture)


def pdf(*pictures: Image.Image) -> bytes:
    into = io.BytesIO()
    pictures[0].save(into, "PDF", resolution=300.0, save_all=True, append_images=pictures[1:])
    return into.getvalue()


def printed(data: bytes, paper: Room, rows: list[SheetRow]) -> list[str]:
    """Codes of the answer sheets in a PDF, as the reader reads them, with every row found and empty."""
    found = list(scan(data, sheets.layouts(paper.shelf, rows), "pack.pdf"))
    return [one.code.sheet for one in found if one.code is not None and one.rows is not None]
