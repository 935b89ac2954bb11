"""Pages of a PDF as grey pictures."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np
import pypdfium2
from pypdfium2 import raw

from trainer.scanning.arrays import Grey
from trainer.scanning.pictures import MOST_PIXELS, refusal
from trainer.scanning.problems import Problem

DPI = 200
SHORTEST, LONGEST = 2000, 3400
"""Pixels of a page's longer side, whatever size the page claims to have: an A4 page has 2339."""
MOST_OBJECTS = 5000
"""Of one page, looked through for pictures that are too large."""


def pages(data: bytes, name: str) -> Iterator[Grey | Problem]:
    """Each page at about 200 dpi."""
    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        locked = error.err_code in (raw.FPDF_ERR_PASSWORD, raw.FPDF_ERR_SECURITY)
        yield Problem("file-locked" if locked else "file-broken", {"name": name})
        return
    try:
        for index in range(len(document)):
            yield _page(document, index, name)
    finally:
        document.close()


def _page(document: pypdfium2.PdfDocument, index: int, name: str) -> Grey | Problem:
    try:
        page = document[index]
    except pypdfium2.PdfiumError:
        return Problem("page-broken")
    try:
        longest = max(page.get_size())
        if not math.isfinite(longest) or longest < 1:
            return Problem("page-broken")
        for item in _objects(page):
            width, height = item.get_px_size()
            if width * height > MOST_PIXELS:
                return refusal(width, height, name)
        scale = min(max(DPI / 72, SHORTEST / longest), LONGEST / longest)
        bitmap = page.render(scale=scale, grayscale=True, may_draw_forms=False)
        try:
            return np.array(bitmap.to_numpy()).reshape(bitmap.height, bitmap.width)
        finally:
            bitmap.close()
    except (pypdfium2.PdfiumError, ValueError, OverflowError):
        return Problem("page-broken")
    finally:
        page.close()


def _objects(page: pypdfium2.PdfPage) -> Iterator[pypdfium2.PdfImage]:
    for number, item in enumerate(page.get_objects(filter=(raw.FPDF_PAGEOBJ_IMAGE,))):
        if number >= MOST_OBJECTS:
            return
        yield item
