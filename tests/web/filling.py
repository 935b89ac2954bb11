"""Filled-in sheets from a pack's own PDF: what people mark is drawn by the simulator, the truth is known."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import NamedTuple

import pypdfium2

from tests.printing.rendered import codes, pixels
from tests.scanning import simulator
from tests.scanning.simulator import Row
from trainer.services import sheets
from trainer.services.shelf import Shelf
from trainer.sheets import code as sheet_codes
from trainer.sheets.code import SheetCode
from trainer.store.engine import Store
from trainer.store.scope import Scope

LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)


class Filled(NamedTuple):
    """A page that came back."""

    code: SheetCode
    file: bytes
    """JPEG or PNG."""
    truth: dict[int, Row]

    @property
    def name(self) -> str:
        return "page.png" if self.file.startswith(b"\x89PNG") else "page.jpg"


def filled(store: Store, pdf: bytes, countries: set[str], grades: list[str], seed: int = 1) -> Iterator[Filled]:
    """The first sheets of the PDF, one for each of `grades` (scan, photo), as people might fill them in."""
    with store.read(Scope.countries(countries)) as db:
        known = {row.code: row for country in countries for row in sheets.of_country(db, country, LONG_AGO)}
    layouts = sheets.layouts(Shelf(store), known.values())
    left = list(grades)
    for number in range(len(pypdfium2.PdfDocument(pdf))):
        for text in codes(pdf, number):
            if left and text.startswith("T1:"):
                code = sheet_codes.read(text)
                page = layouts[code.sheet][code.page - 1]
                made = simulator.sheet(pixels(pdf, number), page, seed + number, left.pop(0))
                yield Filled(code, made.file, dict(made.truth))
        if not left:
            return
