"""Pages of a PDF as grey pictures."""

from __future__ import annotations

import math
from collections.abc import Iterator
from itertools import islice

import cv2
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
DARK = 100
"""Grey below which the middle of a page is no paper."""


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
        items = list(islice(page.get_objects(), MOST_OBJECTS))
        images = [item for item in items if isinstance(item, pypdfium2.PdfImage)]
        for image in images:
            width, height = image.get_px_size()
            if width * height > MOST_PIXELS:
                return refusal(width, height, name)
        whole = _whole(page, images[0]) if len(items) == len(images) == 1 else None
        if whole is not None:
            return whole
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


def _whole(page: pypdfium2.PdfPage, image: pypdfium2.PdfImage) -> Grey | None:
    """The one picture that is all of the page, as scanners write it: taken as it is, in a fifth of the time.

    None when it is not all of the page, turned over, too small, or dark, as stencils are, which are drawn otherwise.
    """
    a, b, c, d, e, f = image.get_matrix().get()
    width, height = page.get_mediabox()[2:]
    stands = max(abs(b), abs(c), abs(e), abs(f)) < 1 and abs(a - width) < 2 and abs(d - height) < 2
    if not stands or max(image.get_px_size()) < SHORTEST / 2:
        return None
    bitmap = image.get_bitmap()
    pixels = bitmap.to_numpy()
    if bitmap.n_channels == 1:
        grey = np.array(pixels).reshape(bitmap.height, bitmap.width)
    elif bitmap.n_channels == 3:
        grey = cv2.cvtColor(pixels, cv2.COLOR_BGR2GRAY)
    else:
        return None
    return grey if np.median(grey[::8, ::8]) >= DARK else None
