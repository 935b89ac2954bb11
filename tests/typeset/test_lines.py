"""Where lines end."""

from __future__ import annotations

import pytest
from icu4py.breakers import LineBreaker

from tests.typeset.samples import SAMPLES
from trainer.languages.breaks import break_points, is_mark
from trainer.languages.registry import LANGUAGES
from trainer.typeset.lines import Measured, Span, Type

SINGAPORE = "\u1005\u1004\u103a\u1039\u1000\u102c\u1015\u1030"
UNSPACED = [tag for tag, language in LANGUAGES.items() if not language.spaced]


def texts(text: str, lang: str, width: float) -> list[str]:
    return [line.text for line in Measured([Span(text)], lang, Type()).lines(width)]


def test_the_burmese_word_for_singapore_stays_whole() -> None:
    sentence = f"{SINGAPORE}နိုင်ငံ"
    start = sum(len(piece) for piece in list(LineBreaker(sentence, "my"))[:1])
    assert 0 < start < len(SINGAPORE), "ICU no longer cuts it: the filter may be looked at again"
    assert not [point for point in break_points(sentence, "my") if point < len(SINGAPORE)]


@pytest.mark.parametrize("lang", SAMPLES)
def test_break_places_are_icus_without_the_refused_ones(lang: str) -> None:
    text, at, places = SAMPLES[lang], 0, set()
    for piece in LineBreaker(text, lang):
        at += len(piece)
        places.add(at)
    mine = break_points(text, lang)
    assert set(mine) <= places
    assert mine[-1] == len(text)
    assert not [point for point in mine[:-1] if is_mark(text[point])]


@pytest.mark.parametrize("lang", UNSPACED)
def test_unspaced_scripts_fill_their_lines(lang: str) -> None:
    lines = Measured([Span(SAMPLES[lang].replace(" ", "") * 4)], lang, Type()).lines(300.0)
    assert len(lines) > 3
    assert all(line.width > 220.0 for line in lines[:-1])


@pytest.mark.parametrize("lang", SAMPLES)
def test_no_line_is_wider_than_the_measure(lang: str) -> None:
    for width in (60.0, 130.0, 400.0):
        for line in Measured([Span(SAMPLES[lang] * 3)], lang, Type()).lines(width):
            assert line.width <= width + 0.1


def test_lines_together_are_the_text() -> None:
    for lang, text in SAMPLES.items():
        assert "".join(texts(text, lang, 90.0)) == text


def test_zero_width_space_breaks_and_word_joiner_forbids() -> None:
    assert texts("aaaa\u200bbbbb", "en", 40.0) == ["aaaa", "bbbb"]
    assert texts("ខ្ញុំ\u2060ទៅ", "km", 400.0) == ["ខ្ញុំទៅ"]
    assert 5 not in break_points("ខ្ញុំ\u2060ទៅ", "km")


def test_a_word_of_ten_thousand_letters_is_cut_between_letters() -> None:
    lines = texts("x" * 10_000, "en", 300.0)
    assert "".join(lines) == "x" * 10_000
    khmer = "ស្ត្រី" * 1_500
    lines = texts("\u2060".join(khmer[at : at + 6] for at in range(0, len(khmer), 6)), "km", 120.0)
    assert "".join(lines) == khmer
    assert not [line for line in lines if not line.startswith("ស្ត្រី")]


def test_a_forced_line_end_ends_the_line() -> None:
    assert texts("one\ntwo", "en", 400.0) == ["one", "two"]


def test_nothing_is_one_empty_line() -> None:
    assert texts("", "en", 100.0) == [""]


def test_a_line_with_a_taller_script_is_higher() -> None:
    plain, mixed = (Measured([Span(text)], "en", Type()).lines(400.0)[0] for text in ("Khmer", "Khmer ខ្មែរ"))
    assert mixed.height > plain.height
