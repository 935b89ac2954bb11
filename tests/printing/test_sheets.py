"""Answer sheets: the geometry a scan relies on, whose they are, and what stands on them."""

from __future__ import annotations

import io
from functools import cache

import cv2
import numpy
import page as checker
import pypdf
import pytest

from tests.assessment.samples import module
from tests.printing.rendered import DPI, codes, pixels
from tests.typeset.readers import READERS, squeezed
from trainer.assessment import present
from trainer.languages.words import words
from trainer.printing.labels import Sentence, labels
from trainer.printing.sheets import AnswerSheet, draw_answer_sheets
from trainer.printing.small import LeftOut, unprintable
from trainer.printing.squares import CORNERS
from trainer.sheets import layout as geometry
from trainer.sheets.code import SheetCode, printed
from trainer.sheets.fields import fields
from trainer.sheets.layout import layout
from trainer.typeset.sheet import PAPERS, About, Sheet

PLAN = [present(item, "seed", shuffle=True) for unit in module().units for item in unit.items]
PAGES = layout(fields(PLAN))
CODE = SheetCode("7KQ2", "K7P92QDX", "M4TR8Z", is_blank=False, number=12, form="A", edition=7, page=1, pages=1)
NAMES = ("ကျော်ဇင်ဦး", "សុខ ដារ៉ា", "Đỗ Thị Hồng", "முத்துலட்சுமி")


def sheet(name: str, locale: str = "en", pages: tuple[geometry.Page, ...] = PAGES, number: int = 1) -> AnswerSheet:
    code = CODE._replace(number=number, is_blank=not name)
    title = Sentence("A module's title", "en")
    return AnswerSheet(code, pages, locale, "before", title, "Poipet, November 2026", name)


@cache
def printed_sheets(locale: str = "en", paper: str = "a4", names: tuple[str, ...] = NAMES) -> bytes:
    into = Sheet(About(title="Sheets", lang=locale), paper)
    words_ = {locale: labels(words(locale))}
    draw_answer_sheets(into, (sheet(name, locale, number=at) for at, name in enumerate(names)), words_)
    return into.finish()


def at(x: float, y: float, paper: str) -> tuple[float, float]:
    """A point of the frame, in pixels of the page."""
    left, top = geometry.origin(*PAPERS[paper])
    return (left + x) * DPI / 72, (top + y) * DPI / 72


@pytest.mark.parametrize("paper", ["a4", "letter"])
@pytest.mark.parametrize("locale", ["en", "km", "my", "ta"])
def test_every_bubble_stands_where_the_geometry_says(locale: str, paper: str) -> None:
    picture = pixels(printed_sheets(locale, paper), 0)
    half = round((geometry.RADIUS + 2) * DPI / 72)
    for placed in PAGES[0]:
        for bubble in placed.bubbles:
            x, y = at(bubble.x, bubble.y, paper)
            left, top = round(x) - half, round(y) - half
            part = picture[top : top + 2 * half, left : left + 2 * half] < 160
            rows, columns = numpy.nonzero(part)
            centre = left + (columns.min() + columns.max() + 1) / 2, top + (rows.min() + rows.max() + 1) / 2
            assert max(abs(centre[0] - x), abs(centre[1] - y)) < 0.5 * DPI / 72, placed.field


@pytest.mark.parametrize("paper", ["a4", "letter"])
def test_corner_marks_and_tracks_stand_where_the_geometry_says(paper: str) -> None:
    picture = pixels(printed_sheets("en", paper), 0)
    family = cv2.aruco.getPredefinedDictionary(getattr(cv2.aruco, geometry.MARK_SET))
    corners, found, _ = cv2.aruco.ArucoDetector(family).detectMarkers(picture)
    assert sorted(found.flatten()) == [0, 1, 2, 3]
    for quad, number in zip(corners, found.flatten(), strict=True):
        x, y = at(*geometry.MARKS[number], paper)
        assert numpy.abs(quad[0][0] - (x, y)).max() < 0.5 * DPI / 72
    for x, y in geometry.TRACKS:
        column, row = at(x + geometry.TRACK / 2, y + geometry.TRACK / 2, paper)
        assert picture[round(row) - 10 : round(row) + 10, round(column) - 10 : round(column) + 10].max() < 40


def test_corner_marks_are_those_of_their_family() -> None:
    family = cv2.aruco.getPredefinedDictionary(getattr(cv2.aruco, geometry.MARK_SET))
    for number, cells in enumerate(CORNERS):
        theirs = cv2.aruco.generateImageMarker(family, number, 6)[1:-1, 1:-1] // 255
        assert [[int(cell) for cell in row] for row in cells.split()] == theirs.tolist()


def test_letters_in_bubbles_are_no_marks() -> None:
    picture = pixels(printed_sheets(), 0)
    inner = round((geometry.RADIUS - 1.2) * 0.7 * DPI / 72)  # the square inside the circle
    for placed in PAGES[0]:
        for bubble in placed.bubbles:
            x, y = (round(one) for one in at(bubble.x, bubble.y, "a4"))
            part = picture[y - inner : y + inner, x - inner : x + inner]
            assert 255 - part.mean() < 0.16 * 255
            assert (part < 100).mean() < 0.02


def test_the_code_says_whose_page_it_is_in_a_picture_and_in_words() -> None:
    into = Sheet(About(title="Sheets", lang="en"), "letter")
    draw_answer_sheets(into, [sheet("Sok Dara", pages=PAGES * 2)], {"en": labels(words("en"))})
    data = into.finish()
    for page in (0, 1):
        code = CODE._replace(page=page + 1, pages=2, number=1)
        assert codes(data, page) == [code.text]
    text = READERS["mupdf"](data)
    assert printed(CODE.sheet) in text
    assert "1/2" in text
    assert "2/2" in text


def test_names_can_be_copied_in_their_own_script() -> None:
    for reader in ("mupdf", "poppler", "pdfium"):
        extracted = squeezed(READERS[reader](printed_sheets()))
        assert not [name for name in NAMES if squeezed(name) not in extracted], reader


def test_words_stand_in_the_order_in_which_they_are_read() -> None:
    text = " ".join(READERS["mupdf"](printed_sheets(names=("Sok Dara",))).split())
    expected = ("A module's title", "Answer sheet · Test before the module · Form A", "Poipet, November 2026",
                "Sok Dara", printed(CODE.sheet), "Fill the circle", "1 A B C D")  # fmt: skip
    places = [text.index(one) for one in expected]
    assert places == sorted(places)


def test_a_blank_sheet_has_lines_to_write_on() -> None:
    text = READERS["mupdf"](printed_sheets(names=("",)))
    assert "Name" in text
    assert "Agency" in text
    picture = pixels(printed_sheets(names=("",)), 0)
    x, y = at(geometry.HEAD[0] + 40, geometry.HEAD[3] - 6, "a4")
    assert picture[round(y) - 4 : round(y) + 4, round(x) : round(x) + 200].min(axis=0).max() < 160


def test_a_name_no_font_can_show_is_reported_and_left_to_be_written() -> None:
    into = Sheet(About(title="Sheets", lang="en"), "a4")
    names = ("Sok Dara", "Smile 😀", "Maria")
    left_out = draw_answer_sheets(into, [sheet(name) for name in names], {"en": labels(words("en"))})
    data = into.finish()
    assert left_out == (LeftOut("Smile 😀", "😀"),)
    assert "Agency" in READERS["mupdf"](data)
    assert len(pypdf.PdfReader(io.BytesIO(data)).pages) == 3


@pytest.mark.parametrize(("locale", "paper"), [("en", "a4"), ("my", "letter")])
def test_it_can_be_read_aloud(locale: str, paper: str) -> None:
    report = checker.validate_pdf_bytes(
        printed_sheets(locale, paper, (*NAMES, "")), profile=checker.ValidationProfile.PDF_UA_1
    )
    assert [(failure.rule_id, failure.message) for failure in report.failures] == []


def test_a_long_title_stays_beside_the_code() -> None:
    into = Sheet(About(title="Sheets", lang="en"), "a4")
    long = sheet("A name of many words " * 8)._replace(title=Sentence("A long title of a module " * 12, "en"))
    draw_answer_sheets(into, [long], {"en": labels(words("en"))})
    data = into.finish()
    assert codes(data, 0)
    picture = pixels(data, 0)
    x, y = at(geometry.HEAD[2] + 2, 0, "a4")
    assert picture[round(y) : round(y + 90 * DPI / 72), round(x) : round(x) + 40].min() == 255


def test_a_paper_too_small_for_the_frame_is_refused() -> None:
    into = Sheet(About(title="Sheets", lang="en"), "a5")
    with pytest.raises(ValueError, match="A4 or Letter"):
        draw_answer_sheets(into, [sheet("Sok")], {"en": labels(words("en"))})


def test_what_no_font_has_is_known_before_anything_is_printed() -> None:
    assert unprintable("Workshop 😀", "en") == "😀"
    assert not [name for name in NAMES if unprintable(name, "en")]
