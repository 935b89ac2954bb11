"""Where lines end."""

from __future__ import annotations

from typing import Any

import pytest
from icu4py.breakers import LineBreaker

from tests.typeset.samples import SAMPLES, SENTENCES
from trainer.languages.breaks import break_points, is_mark
from trainer.languages.registry import LANGUAGES
from trainer.typeset.faces import MONO
from trainer.typeset.lines import Line, Measured, Span, Type

SINGAPORE = "\u1005\u1004\u103a\u1039\u1000\u102c\u1015\u1030"
SPACED = [tag for tag, language in LANGUAGES.items() if language.spaced]
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


# ------------------------------------------------------------------ justified, divided, balanced


def set_in(text: str, lang: str, width: float, **look: Any) -> list[Line]:
    return Measured([Span(text)], lang, Type(**look)).lines(width)


@pytest.mark.parametrize("lang", SPACED)
def test_justified_lines_are_as_wide_as_the_measure_or_ragged(lang: str) -> None:
    stretched = 0
    for width in range(300, 520, 20):
        ragged = set_in(SENTENCES[lang].paragraph, lang, width)
        lines = set_in(SENTENCES[lang].paragraph, lang, width, align="justify")
        assert [line.text for line in lines] == [line.text for line in ragged]
        assert not lines[-1].stretch
        for line in lines:
            spaces = [part.space * line.size / 1000 for part in line.parts[:-1] if part.space]
            assert line.stretch * len(spaces) <= 0.6 * sum(spaces) + 0.01
            assert not line.stretch or line.width == width
            stretched += bool(line.stretch)
    assert stretched


def test_a_line_that_would_be_full_of_holes_stays_ragged() -> None:
    lines = set_in("a wonderfully uncharacteristically long word", "en", 130.0, align="justify")
    assert len(lines) > 2
    assert not [line for line in lines if line.stretch]


@pytest.mark.parametrize("lang", UNSPACED)
def test_scripts_without_spaces_are_never_justified(lang: str) -> None:
    assert not [
        line for line in set_in(SENTENCES[lang].paragraph, lang, 300.0, align="justify") if line.stretch or line.align
    ]


def test_a_forced_line_end_is_not_justified() -> None:
    first = "a few words that go almost to the end"
    width = set_in(first, "en", 400.0)[0].width + 4.0
    assert set_in(f"{first} uncharacteristically", "en", width, align="justify")[0].stretch
    assert not set_in(f"{first}\nand on", "en", width, align="justify")[0].stretch


def test_a_long_word_is_divided_where_its_line_would_be_loose() -> None:
    text = "the nondiscriminatory identification of responsibilities"
    whole, divided = (set_in(text, "en", 90.0, hyphens=on) for on in (False, True))
    assert "\u00ad" not in "".join(line.text for line in whole)
    assert "\u00ad" in "".join(line.text for line in divided)
    assert "".join(line.text for line in divided).replace("\u00ad", "") == text
    assert all(line.width <= 90.1 for line in divided)


def test_no_hyphen_in_languages_without_patterns_in_code_or_where_nobody_asked() -> None:
    text = "pertanggungjawaban ketidakseimbangan penyalahgunaan"
    assert "\u00ad" in "".join(line.text for line in set_in(text, "id", 70.0, hyphens=True))
    for lang, look in (("ms", {"hyphens": True}), ("id", {}), ("id", {"hyphens": True, "style": MONO})):
        assert "\u00ad" not in "".join(line.text for line in set_in(text, lang, 70.0, **look))


def test_a_title_does_not_end_with_one_short_word() -> None:
    greedy, balanced = (
        set_in("Quiz: recognising indicators and first contact", "en", 210.0, balanced=on) for on in (False, True)
    )
    assert len(balanced) == len(greedy) == 2
    assert balanced[1].width > 1.5 * greedy[1].width


def test_balancing_never_cuts_a_word() -> None:
    title = SENTENCES["ta"].title
    lines = set_in(title, "ta", 250.0, size=21.0, balanced=True)
    assert [line.text.strip() for line in lines] == title.split()


def test_a_balanced_title_ends_its_lines_at_spaces_where_it_can() -> None:
    title = "ແບບທົດສອບສັ້ນ: ການຮັບຮູ້ຕົວຊີ້ວັດ ແລະ ການພົບກັນຄັ້ງທຳອິດ"
    greedy, balanced = (set_in(title, "lo", 430.0, size=21.0, balanced=on) for on in (False, True))
    assert len(balanced) == len(greedy) == 2
    assert not greedy[0].text.endswith(" ")
    assert balanced[0].text.endswith(" ")
