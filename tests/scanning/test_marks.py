"""What counts as a mark on a whole sheet: rubbed out, crossed out, very faint, or the only one."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from tests.scanning import pens
from tests.scanning.judging import judge, share
from tests.scanning.papers import Paper, paper
from tests.scanning.pens import POINT, TOOLS, Hand
from tests.scanning.simulator import fill, place
from tests.scanning.test_reading import grey, png
from trainer.scanning.reading import RowRead
from trainer.scanning.scan import scan
from trainer.sheets import layout as geometry

SQUARES = (5, 11, 17, 23, 29)
"""Rows of plan 1 where any number may be marked."""

Draw = Callable[[NDArray[np.float32], Hand, float, float, float], None]
RADIUS = geometry.RADIUS * POINT


def read(given: Paper, tool: str, style: str, other: Draw, rows: Sequence[int], seed: int = 3,
         usual: bool = True) -> dict[int, RowRead]:  # fmt: skip
    """Rows of a sheet where something `other` was done to the first bubble of `rows`, and usual marks elsewhere.

    Rows that the simulator makes unclear by itself are left out.
    """
    light = given.clean.astype(np.float32) / 255
    hand = Hand.of(TOOLS[tool], np.random.default_rng(seed))
    matrix = np.array([[POINT, 0, 0], [0, POINT, 0]], float)
    matrix[:, 2] = np.array(geometry.origin(595.276, 841.89)) * POINT
    others = tuple(one for one in given.page if one.number not in rows)
    truth = fill(light, others, hand, style, matrix) if usual else {}
    for placed in given.page:
        if placed.number in rows:
            other(light, hand, *place(placed, 0, matrix), RADIUS)
    (one,) = scan(png(grey(light)), {given.code.sheet: given.pages})
    unclear = {number for number, row in truth.items() if row.unclear}
    return {row.number: row for row in one.rows or () if row.number not in unclear}


def erased(style: str) -> Draw:
    return lambda light, hand, x, y, radius: pens.erased(light, hand, style, x, y, radius)


def crossed_out(style: str) -> Draw:
    def draw(light: NDArray[np.float32], hand: Hand, x: float, y: float, radius: float) -> None:
        pens.mark(light, hand, style, x, y, radius)
        pens.struck(light, hand, x, y, radius)

    return draw


@pytest.mark.parametrize("tool", ["soft pencil", "hard pencil"])
@pytest.mark.parametrize(("style", "rubbed"), [("cross", "full"), ("dot", "sloppy")])
def test_what_a_rubber_left_is_never_a_mark(tool: str, style: str, rubbed: str) -> None:
    rows = read(paper("en", 1), tool, style, erased(rubbed), range(0, 30, 3))
    assert [row for row in rows.values() if row.number % 3 == 0 and row.certain and row.chosen] == []


def test_many_rubbed_out_marks_do_not_pass_for_the_usual_ones() -> None:
    rows = read(paper("en", 1), "soft pencil", "full", erased("full"), range(18))
    assert [row for row in rows.values() if row.number < 18 and row.certain and row.chosen] == []


@pytest.mark.parametrize("seed", range(3))
def test_a_lone_trace_of_a_rubber_is_no_mark(seed: int) -> None:
    """Nothing on the sheet says how this person marks."""
    rows = read(paper("en", 4), "soft pencil", "full", erased("full"), (0, 1), seed, usual=False)
    assert not any(rows[number].certain and rows[number].chosen for number in (0, 1))


@pytest.mark.parametrize("tool", ["blue pen", "felt pen"])
@pytest.mark.parametrize(("style", "under"), [("full", "full"), ("cross", "cross"), ("dot", "dot")])
def test_a_mark_that_is_crossed_out_is_in_doubt_though_it_is_the_only_one(tool: str, style: str, under: str) -> None:
    rows = read(paper("en", 1), tool, style, crossed_out(under), range(0, 30, 3))
    assert [row for row in rows.values() if row.number % 3 == 0 and row.certain] == []


@pytest.mark.parametrize("under", ["cross", "tick"])
def test_a_lone_mark_that_is_crossed_out_in_a_square_is_in_doubt(under: str) -> None:
    """Where any number may be marked, nothing else in the row says that it does not count."""
    rows = read(paper("en", 1), "blue pen", "cross", crossed_out(under), SQUARES)
    assert [rows[number].reason for number in SQUARES] == ["struck"] * len(SQUARES)


@pytest.mark.parametrize("tool", ["felt pen", "black pen"])
@pytest.mark.parametrize("style", ["cross", "full"])
def test_marks_of_thick_and_thin_pens_are_not_taken_for_crossed_out(tool: str, style: str) -> None:
    rows = read(paper("en", 1), tool, style, lambda *_: None, (), seed=11)
    assert [row.reason for row in rows.values() if row.reason == "struck"] == []


@pytest.mark.parametrize("style", ["stroke", "dot", "tick"])
def test_hard_pencils_are_read_by_their_depth(style: str) -> None:
    """Thin strokes that hardly darken the bubble, but are as deep as this person's others."""
    rows = read(paper("en", 1), "hard pencil", style, lambda *_: None, (), seed=5)
    assert sum(not row.certain for row in rows.values()) <= 2


def test_a_sheet_too_faint_to_be_seen_is_not_read_as_empty() -> None:
    """A hard pencil in a blurred photo: some rows show traces, so the others may be full as well."""
    (one,) = judge([20061], "photo")
    assert share([one], "hard").wrong == 0
    assert share([one], "hard").flagged >= 8


def test_a_rubbed_out_row_that_was_read_as_marked_once() -> None:
    (one,) = judge([134], "scan")
    assert [row for row in one.verdicts if row.outcome == "wrong"] == []


def test_a_row_that_holds_a_trace_is_not_read_as_empty() -> None:
    """A hard pencil in a photo, with one mark that has a little less ink than a bubble must have."""
    (one,) = judge([30052], "photo")
    assert [row for row in one.verdicts if row.outcome == "wrong"] == []


def test_a_speck_of_dirt_is_no_trace_of_a_mark() -> None:
    def speck(light: NDArray[np.float32], hand: Hand, x: float, y: float, radius: float) -> None:
        cv2.circle(light, (round(x + radius / 3), round(y)), 2, 0.2, -1, cv2.LINE_AA)

    blank = (0, 3, *SQUARES)
    rows = read(paper("en", 1), "blue pen", "cross", speck, blank)
    assert [(rows[number].certain, rows[number].chosen) for number in blank] == [(True, ())] * len(blank)


def test_rows_left_empty_by_somebody_who_draws_rings_are_empty() -> None:
    """The rings themselves are in doubt."""
    (one,) = judge([41082], "scan")
    assert share([one], "unclear").flagged >= 15
    assert [row for row in one.verdicts if row.subject == "good" and row.outcome != "right"] == []


def test_what_a_rubber_left_beside_a_clear_mark_does_not_count_in_squares_either() -> None:
    def changed(light: NDArray[np.float32], hand: Hand, x: float, y: float, radius: float) -> None:
        pens.erased(light, hand, "full", x, y, radius)
        pens.mark(light, hand, "full", x + geometry.PITCH_X * POINT, y, radius)

    rows = read(paper("en", 1), "soft pencil", "full", changed, SQUARES)
    assert [rows[number].chosen for number in SQUARES if rows[number].certain] == [(1,)] * len(SQUARES)


def test_a_blank_line_that_rises_is_blank() -> None:
    """The printed line itself, askew where the paper is bent."""
    (one,) = judge([42090], "photo")
    assert [row for row in one.verdicts if row.outcome == "wrong"] == []


@pytest.mark.parametrize("seed", [41075, 60105])
def test_a_ring_of_a_hard_pencil_is_in_doubt(seed: int) -> None:
    """A faint one; and one in every row of two choices, so that half of all bubbles are in rings."""
    (one,) = judge([seed], "photo")
    assert [row for row in one.verdicts if row.outcome == "wrong"] == []


def test_a_pencil_in_a_dazzled_part_of_a_photo_is_not_read_as_left_out() -> None:
    (one,) = judge([80217], "photo")
    assert [row for row in one.verdicts if row.outcome == "wrong"] == []
