"""A booklet: two pages on each side of a sheet, in the order of folding."""

from __future__ import annotations

import io
import re
from itertools import pairwise

import page as checker
import pypdf
import pytest

from tests.printing.products import document, elements, module, page_count, words
from tests.typeset.readers import READERS, squeezed
from trainer.printing.booklet import sides
from trainer.printing.pack import render


def test_sheets_are_folded_together() -> None:
    assert sides(8) == [(8, 1), (2, 7), (6, 3), (4, 5)]
    assert sides(4) == [(4, 1), (2, 3)]


@pytest.mark.parametrize("pages", range(1, 30))
def test_every_page_is_there_once_and_sheets_are_full(pages: int) -> None:
    found = sides(pages)
    assert len(found) % 2 == 0
    assert sorted(number for side in found for number in side) == list(range(1, -(-pages // 4) * 4 + 1))
    for front, back in zip(found[::2], found[1::2], strict=True):
        assert back[0] == front[1] + 1, "what lies behind a page, after turning over the short edge, is the next page"
        assert front[0] == back[1] + 1


@pytest.mark.parametrize("paper", ["a4", "letter"])
def test_pages_stand_where_folding_wants_them(paper: str) -> None:
    data = render(document("handbook", booklet=True, paper=paper))
    reader = pypdf.PdfReader(io.BytesIO(data))
    width = float(reader.pages[0].mediabox.width)
    assert width > float(reader.pages[0].mediabox.height)
    shown: dict[tuple[int, bool], int] = {}
    listed = list(words(data))
    for (side, x, y, word), (_, _, _, number) in pairwise(listed):
        if word == "Page" and number.isdigit() and y > 400:
            shown[(side, x > width / 2)] = int(number)
    total = max(shown.values())
    for side, (left, right) in enumerate(sides(total)):
        for is_right, number in ((False, left), (True, right)):
            wanted = number if 1 < number <= total else None  # the cover has no number, what is beyond is blank
            assert shown.get((side, is_right)) == wanted


def test_nothing_of_the_handbook_is_missing() -> None:
    whole, booklet = (squeezed(READERS["mupdf"](render(document("handbook", booklet=one)))) for one in (False, True))
    for words_ in ("Twocalmminuteshelp", "Thenoteatthefoot", "Whatwillyouchange", "Asourceofthewholemodule"):
        assert words_ in whole
        assert words_ in booklet


@pytest.mark.parametrize("locale", ["en", "km"])
def test_it_can_be_read_aloud_in_the_order_of_reading(locale: str) -> None:
    data = render(document("handbook", module(locale), booklet=True))
    report = checker.validate_pdf_bytes(data, profile=checker.ValidationProfile.PDF_UA_1)
    assert [(failure.rule_id, failure.message) for failure in report.failures] == []
    places = _halves(data)
    turned = sides(page_count(data) * 2)
    read = [turned[page][places[page, mark]] for _, _, content in elements(data) for page, mark in content]
    assert len(set(read)) > 8
    assert read == sorted(read)


def _halves(data: bytes) -> dict[tuple[int, int], bool]:
    """Page and mark → whether the content stands on the right half."""
    found = {}
    reader = pypdf.PdfReader(io.BytesIO(data))
    for number, page in enumerate(reader.pages):
        code = page.get_contents().get_data().decode("latin-1")
        middle = float(page.mediabox.width) / 2
        for mark, content in re.findall(r"/MCID (\d+)>> BDC(.*?)EMC", code, re.DOTALL):
            at = re.search(r"(?:1 0 0 1|cm|0 0 [\d.]+) ([\d.]+) [\d.]+ (?:Tm|cm)", content)
            assert at, content[:200]
            found[number, int(mark)] = float(at[1]) > middle
    return found
