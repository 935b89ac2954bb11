"""Drawings: words have room, nothing leaves the picture, and a number that is not shown is nowhere in it."""

from __future__ import annotations

import re
from itertools import combinations
from xml.etree import ElementTree

import pytest

from trainer.charts.bars import Amount, Bar, bars
from trainer.charts.dumbbell import Pair, dumbbell
from trainer.charts.lettering import Words, in_lines, width
from trainer.charts.shapes import Box, Dot, Label, Line, Picture, Shape
from trainer.charts.svg import svg
from trainer.charts.tiles import PLACES, Tile, tile_map, tint_of_count, tint_of_share
from trainer.languages.breaks import break_points
from trainer.languages.registry import LANGUAGES
from trainer.languages.words import catalog_path, read_catalog
from trainer.typeset.faces import shaper

TITLES = (
    Words("Recognising indicators of trafficking in persons during a first contact, on land and at sea", "en"),
    Words("ការស្គាល់សូចនាករនៃអំពើជួញដូរមនុស្ស ក្នុងពេលជួបគ្នាលើកដំបូង", "km"),
    Words("လူကုန်ကူးမှု၏ လက္ခဏာများကို ပထမဆုံးတွေ့ဆုံချိန်တွင် သိရှိခြင်း", "my"),
    Words("การรู้จักตัวบ่งชี้การค้ามนุษย์เมื่อพบกันครั้งแรกบนบกและในทะเล", "th"),
)
SIGNS = (Words("<5: 1 to 4 people"), Words("–: not shown"))


def some_tiles(last: str = "43%") -> Picture:
    texts = ["<5", "–", "1,240+", "100%", last]
    tints = [None, None, 3, 5, 3]
    return tile_map(
        [
            Tile(code, f"Country {code}", text, text, tint)
            for code, text, tint in zip(PLACES, texts, tints, strict=False)
        ],
        "Share who completed",
        SIGNS,
    )


def some_pairs() -> Picture:
    scores = [(48.0, 70.0), (0.0, 100.0), (70.0, 70.0), (80.0, 79.0), (None, None)]
    pairs = [
        Pair(title, before, after, (f"{before:.0f}", f"{after:.0f}") if before is not None else ("", ""), f"{before}")
        for title, (before, after) in zip((*TITLES, Words("Last")), scores, strict=True)
    ]
    return dumbbell(pairs, "Before and after", Words("Before"), Words("After"), ("0", "100"))


def some_bars(*hidden: Amount) -> Picture:
    few = hidden or (Amount(None, "<5", "fewer than 5"),)
    rows = [
        Bar(f"2026-Q{quarter}", (Amount(400 * quarter, str(400 * quarter), "many"), few[0])) for quarter in (1, 2, 3)
    ]
    rows.append(Bar("2026-Q4", (Amount(1800, "1,800+", "1,800 or more", more=True), Amount(0, "0", "0"))))
    return bars(rows, "By quarter", (Words("Enrolled"), Words("Completed")), SIGNS)


PICTURES = {"tiles": some_tiles, "dumbbell": some_pairs, "bars": some_bars}


def frame(label: Label) -> tuple[float, float, float, float]:
    """Left, top, right, bottom: as large as the words may become."""
    wide = width(label.text, label.size)
    left = label.x - {"start": 0.0, "middle": wide / 2, "end": wide}[label.anchor]
    return left, label.y - 0.8 * label.size, left + wide, label.y + 0.25 * label.size


@pytest.mark.parametrize("name", PICTURES)
def test_no_two_words_overlap(name: str) -> None:
    labels = [shape for shape in PICTURES[name]().shapes if isinstance(shape, Label)]
    assert len(labels) > 4
    for one, two in combinations(labels, 2):
        a, b = frame(one), frame(two)
        apart = a[2] <= b[0] or b[2] <= a[0] or a[3] <= b[1] or b[3] <= a[1]
        assert apart, f"{one.text!r} and {two.text!r}"


@pytest.mark.parametrize("name", ["dumbbell", "bars"])
def test_no_words_stand_on_a_dot_or_a_bar(name: str) -> None:
    shapes = PICTURES[name]().shapes
    drawn = [extent(one) for one in shapes if isinstance(one, Box | Dot)]
    for label in shapes:
        if isinstance(label, Label):
            a = extent(label)
            for b in drawn:
                assert a[2] <= b[0] or b[2] <= a[0] or a[3] <= b[1] or b[3] <= a[1], label.text


def extent(shape: Shape) -> tuple[float, float, float, float]:
    """Left, top, right, bottom."""
    match shape:
        case Box(x, y, wide, high):
            return x, y, x + wide, y + high
        case Line(x1, y1, x2, y2):
            return min(x1, x2), min(y1, y2), max(x1, x2), max(y1, y2)
        case Dot(x, y, radius):
            return x - radius, y - radius, x + radius, y + radius
        case Label():
            return frame(shape)


@pytest.mark.parametrize("name", PICTURES)
def test_everything_is_inside_the_picture(name: str) -> None:
    picture = PICTURES[name]()
    for shape in picture.shapes:
        left, top, right, bottom = extent(shape)
        assert 0 <= left <= right <= picture.width, shape
        assert 0 <= top <= bottom <= picture.height, shape


@pytest.mark.parametrize("name", PICTURES)
def test_a_drawing_fits_a_phone_with_readable_words(name: str) -> None:
    """328 points remain of 360 between the margins of a page: there the words keep their size."""
    picture = PICTURES[name]()
    assert picture.width <= 328
    assert min(shape.size for shape in picture.shapes if isinstance(shape, Label)) >= 11


@pytest.mark.parametrize("name", PICTURES)
def test_the_svg_is_well_formed_named_and_has_no_style_or_script(name: str) -> None:
    text = svg(PICTURES[name](), "one")
    root = ElementTree.fromstring(text)
    assert root.get("role") == "img"
    assert root.get("aria-labelledby") == "one-t one-d"
    assert [child.get("id") for child in root[:2]] == ["one-t", "one-d"]
    assert all((child.text or "").strip() for child in root[:2])
    assert {child.tag for child in root.iter()} <= {"svg", "title", "desc", "rect", "line", "circle", "text", "tspan"}
    assert not re.search(r"style=|<script|<style|\bon[a-z]+=|href|#[0-9a-fA-F]{3}", text)


def test_words_of_others_are_escaped() -> None:
    picture = tile_map([Tile("KH", "<b>Cambodia</b>", "<5", "<5", None)], 'A "title" & more', [Words("<i>", '"x')])
    text = svg(picture, "a")
    assert "<b>" not in text
    assert "<i>" not in text
    ElementTree.fromstring(text)


# ------------------------------------------------------------- what is hidden


def test_squares_of_other_countries_carry_their_code_and_nothing_else() -> None:
    picture = tile_map([Tile("KH", "Cambodia", "43%", "43%", 3)], "Share")
    words = [shape.text for shape in picture.shapes if isinstance(shape, Label)]
    assert sorted(words) == sorted([*PLACES, "43%"])
    assert [shape.tone for shape in picture.shapes if isinstance(shape, Box) and shape.filled] == ["tint-3"]
    assert picture.description == "Cambodia: 43%"


def test_a_number_that_is_not_shown_has_no_tint_and_no_bar() -> None:
    assert tint_of_share(None) is None
    assert tint_of_count(None) is None
    few = Amount(None, "<5", "fewer than 5")
    picture = bars([Bar("2026-Q1", (few, few))], "By quarter", (Words("Enrolled"), Words("Completed")))
    key = {(shape.x, shape.y) for shape in picture.shapes if isinstance(shape, Box)}
    assert len(key) == 2, "only those that say which is which"
    assert picture.description == "2026-Q1: Enrolled fewer than 5, Completed fewer than 5"


def test_the_scale_of_the_bars_is_that_of_shown_numbers() -> None:
    few = Amount(None, "<5", "fewer than 5")
    shown = Amount(40, "40", "40")

    def longest(*rows: Bar) -> float:
        picture = bars(rows, "By quarter", (Words("Enrolled"), Words("Completed")))
        return max(shape.width for shape in picture.shapes if isinstance(shape, Box))

    assert longest(Bar("2026-Q1", (shown, few))) == longest(Bar("2026-Q1", (shown, shown)))


def test_an_open_sum_is_marked_and_a_zero_is_only_a_number() -> None:
    rows = [Bar("2026-Q1", (Amount(12, "12+", "12 or more", more=True), Amount(0, "0", "0")))]
    picture = bars(rows, "By quarter", (Words("Enrolled"), Words("Completed")))
    assert any(isinstance(shape, Line) and shape.tone == "brand" for shape in picture.shapes)
    assert len([shape for shape in picture.shapes if isinstance(shape, Box)]) == 3
    assert "12 or more" in picture.description


@pytest.mark.parametrize(("share", "tint"), [(0.0, 1), (0.19, 1), (0.2, 2), (0.6, 4), (0.99, 5), (1.0, 5)])
def test_five_tints_of_shares(share: float, tint: int) -> None:
    assert tint_of_share(share) == tint


# -------------------------------------------------------------------- words


@pytest.mark.parametrize("words", TITLES, ids=lambda words: words.lang)
def test_long_titles_break_where_their_language_allows(words: Words) -> None:
    lines = in_lines(words, 11, 160)
    assert len(lines) > 1
    assert "".join(lines).replace(" ", "") == words.text.replace(" ", "")
    allowed = {words.text[:point].replace(" ", "") for point in break_points(words.text, words.lang)}
    text = ""
    for line in lines:
        text += line.replace(" ", "")
        assert text in allowed


@pytest.mark.parametrize("lang", ["vi", "th", "lo", "km", "my", "ta", "zh-Hans", "pt"])
def test_words_are_no_wider_than_the_room_they_are_given(lang: str) -> None:
    """Measured with our own fonts, over the sentences of the interface."""
    texts = [str(one.string) for one in read_catalog(catalog_path(lang)) if one.id and isinstance(one.string, str)]
    texts = [text for text in texts if 12 <= len(text) <= 80 and "%" not in text][:80]
    for text in texts:
        real = shaper(lang, 0)(text).width / 1000 * LANGUAGES[lang].scale
        assert real <= 1.06 * width(text, 1.0), text
