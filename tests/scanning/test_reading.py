"""Simulated sheets against the truth, and sheets in states that the simulator does not make."""

from __future__ import annotations

import io
from collections.abc import Mapping
from functools import cache

import cv2
import numpy as np
import pytest
import segno
from numpy.typing import NDArray
from PIL import Image

from tests.scanning import camera, pens
from tests.scanning.judging import judge, share
from tests.scanning.papers import CODE, LOCALES, Paper, paper
from tests.scanning.pens import TOOLS, Hand
from tests.scanning.simulator import Row, fill
from trainer.scanning.finding import find
from trainer.scanning.kept import MOST_BYTES, crop, from_picture, picture
from trainer.scanning.paper import SIZE
from trainer.scanning.problems import PROBLEMS, REASONS, Problem
from trainer.scanning.reading import RowRead, read
from trainer.scanning.scan import scan
from trainer.sheets import layout as geometry

LAYOUTS = {CODE.sheet: paper("en", 1).pages}


def png(image: NDArray[np.uint8]) -> bytes:
    done, encoded = cv2.imencode(".png", image)
    assert done
    return encoded.tobytes()


def filled(given: Paper, tool: str = "blue pen", style: str = "cross", seed: int = 3,
           ) -> tuple[NDArray[np.float32], dict[int, Row]]:  # fmt: skip
    """The sheet as light, and what was meant."""
    light = given.clean.astype(np.float32) / 255
    truth = fill(light, given.page, Hand.of(TOOLS[tool], np.random.default_rng(seed)), style)
    return light, truth


def grey(light: NDArray[np.float32], dpi: int = 200) -> NDArray[np.uint8]:
    image = (np.clip(light, 0, 1) * 255).astype(np.uint8)
    return cv2.resize(image, None, fx=dpi / 300, fy=dpi / 300, interpolation=cv2.INTER_AREA)


def wrong(rows: tuple[RowRead, ...], truth: Mapping[int, Row]) -> list[RowRead]:
    """Rows that are certain and not what was meant."""
    return [row for row in rows if row.certain and not truth[row.number].unclear
            and (row.chosen != truth[row.number].marks or row.written != truth[row.number].written)]  # fmt: skip


@cache
def whole() -> NDArray[np.uint8]:
    return grey(filled(paper("en", 1))[0])


@pytest.mark.parametrize(("grade", "sheets"), [("scan", 8), ("photo", 2)])
def test_simulated_sheets_are_read_and_never_wrong_in_silence(grade: str, sheets: int) -> None:
    judged = list(judge(range(sheets), grade))
    assert [one for sheet in judged for one in sheet.verdicts if one.outcome == "wrong"] == []
    assert share(judged, "good").flagged <= 1, "of about 150 rows in scans; docs/scanning.md has the larger runs"
    together = share(judged, "good", "hard", "rubbed")
    assert together.rows >= 40
    assert together.rows_flagged <= 0.03


@pytest.mark.parametrize("locale", LOCALES)
def test_pens_are_read_without_a_doubt_in_every_language(locale: str) -> None:
    given = paper(locale, 1)
    light, truth = filled(given, seed=LOCALES.index(locale))
    (one,) = scan(png(grey(light)), {CODE.sheet: given.pages})
    assert one.code == given.code
    clear = [row for row in one.rows or () if not truth[row.number].unclear]
    assert [row for row in clear if not row.certain] == []
    assert wrong(one.rows or (), truth) == []


@pytest.mark.parametrize("turns", range(4))
def test_a_sheet_is_read_whichever_way_it_lies(turns: int) -> None:
    light, truth = filled(paper("en", 1))
    (one,) = scan(png(np.ascontiguousarray(np.rot90(grey(light), turns))), LAYOUTS)
    assert one.problem is None
    assert wrong(one.rows or (), truth) == []
    assert sum(row.certain for row in one.rows or ()) > 25


def test_a_sheet_cut_in_half_is_said_to_be_cut() -> None:
    image = whole()
    for part in (image[: len(image) // 2], image[len(image) // 2 :], image[:, : image.shape[1] // 2]):
        (one,) = find(np.ascontiguousarray(part))
        assert one.problem == Problem("cut-off")
        assert one.image is None


def test_one_corner_may_be_missing_when_no_row_is() -> None:
    light, truth = filled(paper("en", 1))
    image = grey(light)
    image[-260:, -330:] = 255
    (one,) = find(image)
    assert (one.marks, one.problem) == (3, None)
    assert wrong(read(one.image, paper("en", 1).page), truth) == []


def test_what_is_covered_is_in_doubt() -> None:
    """A strip of paper over rows, as white as the sheet or dark, is never an empty row."""
    light, truth = filled(paper("en", 1))
    for shade in (1.0, 0.45):
        covered = light.copy()
        covered[1500:2000, 250:1400] = shade
        (one,) = find(grey(covered))
        rows = read(one.image, paper("en", 1).page)
        assert wrong(rows, truth) == []
        assert sum(not row.certain for row in rows) >= 5


def test_another_layout_gives_doubts_not_marks() -> None:
    """An older edition's rows, read with the newer's: rings are not where they should be."""
    (one,) = find(whole())
    rows = read(one.image, paper("en", 0).page)
    bubbles = [row for row, placed in zip(rows, paper("en", 0).page, strict=True) if placed.bubbles]
    assert sum(row.certain for row in bubbles) < len(bubbles) / 3


def test_two_sheets_on_one_picture_are_both_read() -> None:
    light, truth = filled(paper("en", 1))
    image = grey(light, 150)
    one, two = scan(png(np.hstack([image, np.ascontiguousarray(np.rot90(image, 2))])), LAYOUTS)
    assert one.page == two.page == 1
    for found in (one, two):
        assert found.code == paper("en", 1).code
        assert wrong(found.rows or (), truth) == []


def test_a_part_of_another_sheet_is_told() -> None:
    image = whole()
    found = find(np.hstack([image, image[:, : image.shape[1] // 2]]))
    assert [one.problem for one in found] == [None, Problem("second-sheet")]


def test_codes_that_do_not_lead_to_a_sheet() -> None:
    image = whole().copy()
    scale = 200 / 72
    left, top = (round((one + start) * scale) for one, start in
                 zip(geometry.origin(595.276, 841.89), geometry.QR_AT, strict=True))  # fmt: skip
    side = round(geometry.QR * scale)

    def with_code(text: str) -> Problem | None:
        other = np.array([list(row) for row in segno.make(text, error="q", micro=False).matrix])
        square = cv2.resize(((1 - other) * 255).astype(np.uint8), (side, side), interpolation=cv2.INTER_NEAREST)
        image[top : top + side, left : left + side] = square
        (one,) = find(image)
        assert one.image is not None
        assert one.code is None
        return one.problem

    assert with_code("https://example.org/parcel/1234") == Problem("other-code")
    assert with_code(CODE.text[:-1] + ("0" if CODE.text[-1] != "0" else "1")) == Problem("code-damaged")
    image[top : top + side, left : left + side] = 255
    (one,) = find(image)
    assert (one.code, one.problem) == (None, Problem("code-unread"))
    assert one.image is not None, "somebody can type what is printed below"


def test_a_page_without_a_sheet() -> None:
    (blank,) = find(np.full((2000, 1500), 240, np.uint8))
    assert blank.problem == Problem("no-sheet")
    (tiny,) = find(np.full((20, 20), 240, np.uint8))
    assert tiny.problem == Problem("no-sheet")
    parcel = cv2.resize(np.array([list(r) for r in segno.make("https://example.org").matrix], np.uint8) * 255,
                        (600, 600), interpolation=cv2.INTER_NEAREST)  # fmt: skip
    (other,) = find(np.pad(255 - parcel, 300, constant_values=255))
    assert other.problem == Problem("other-code")


def test_a_sheet_far_away_is_too_small() -> None:
    image = cv2.resize(whole(), None, fx=0.36, fy=0.36, interpolation=cv2.INTER_AREA)
    (one,) = find(np.pad(image, 400, constant_values=90))
    assert one.problem in (Problem("too-small"), Problem("no-sheet"), Problem("cut-off"))
    assert one.image is None


@pytest.mark.parametrize("blur", [4.0, 9.0])
def test_a_blurred_photo_is_never_wrong_in_silence(blur: float) -> None:
    light, truth = filled(paper("en", 1), "hard pencil", "stroke")
    data = camera.photographed(light, np.random.default_rng(5), blur=blur)
    for one in scan(data, LAYOUTS):
        assert wrong(one.rows or (), truth) == []


def test_a_photo_without_any_edge_is_called_blurred() -> None:
    image = cv2.GaussianBlur(np.pad(whole(), 200, constant_values=70), (0, 0), 25)
    (one,) = find(image)
    assert one.problem == Problem("blurred")


@pytest.mark.parametrize("bulge", [(18.0, 0.0, 0.0), (-25.0, np.pi / 2, 0.2), (35.0, 0.5, 0.0)])
def test_strongly_bent_paper_is_never_wrong_in_silence(bulge: tuple[float, float, float]) -> None:
    light, truth = filled(paper("en", 1), "black pen", "full")
    held = camera.Pose(0.1, (0.2, -0.1), 0.85, bulge)
    for one in scan(camera.photographed(light, np.random.default_rng(5), held), LAYOUTS):
        assert wrong(one.rows or (), truth) == []


def test_two_marks_in_a_row_are_in_doubt_and_both_are_named() -> None:
    given = paper("en", 1)
    light = given.clean.astype(np.float32) / 255
    hand = Hand.of(TOOLS["black pen"], np.random.default_rng(1))
    origin = geometry.origin(595.276, 841.89)
    for choice in (0, 2):
        bubble = given.page[0].bubbles[choice]
        x, y = ((one + start) * 300 / 72 for one, start in zip(bubble, origin, strict=False))
        pens.mark(light, hand, "full", x, y, geometry.RADIUS * 300 / 72)
    (one,) = scan(png(grey(light)), LAYOUTS)
    row = (one.rows or ())[0]
    assert (row.certain, row.reason, row.chosen) == (False, "double", (0, 2))
    assert all(other.certain and not other.chosen for other in (one.rows or ())[1:])


def test_a_kept_picture_is_small_and_can_be_read_again() -> None:
    light, truth = filled(paper("en", 1), "blue pen", "full")
    (one,) = scan(camera.photographed(light, np.random.default_rng(9)), LAYOUTS)
    assert one.picture
    assert len(one.picture) <= MOST_BYTES
    image = from_picture(one.picture)
    again = read(image, paper("en", 1).page)
    assert wrong(again, truth) == []
    assert sum(row.certain for row in again) >= 25
    cut = cv2.imdecode(np.frombuffer(crop(image, paper("en", 1).page[0].box), np.uint8), cv2.IMREAD_GRAYSCALE)
    assert cut.shape[1] > cut.shape[0] > 20
    assert picture(image)
    with pytest.raises(ValueError, match="not a kept sheet"):
        from_picture(b"words")


def test_a_sheet_nobody_knows_is_kept_without_rows() -> None:
    (one,) = scan(png(whole()), {})
    assert one.code == CODE
    assert one.rows is None
    assert one.picture
    assert from_picture(one.picture).shape == SIZE[::-1]


def test_what_can_be_said_has_a_sentence() -> None:
    assert all(sentence.endswith(".") for sentence in (*PROBLEMS.values(), *REASONS.values()))


def test_pages_come_one_by_one() -> None:
    """The second page is not opened before the first was handed over."""
    target = io.BytesIO()
    first = Image.fromarray(whole())
    first.save(target, "TIFF", save_all=True, append_images=[first])
    pages_ = scan(target.getvalue()[:-40], LAYOUTS)
    assert next(pages_).code == CODE
