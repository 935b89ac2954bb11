"""Fonts: every character is shown, by some font, or refused by name."""

from __future__ import annotations

import pytest

from tests.typeset.samples import SAMPLES
from trainer.typeset import faces
from trainer.typeset.faces import BOLD, ITALIC, MONO, REGULAR, FontsMissing, MissingGlyph, chain, shaper
from trainer.typeset.lines import Measured, Span, Type


@pytest.mark.parametrize("lang", SAMPLES)
def test_no_sample_has_an_empty_box(lang: str) -> None:
    for style in (REGULAR, BOLD, ITALIC, MONO):
        shaped = shaper(lang, style)(SAMPLES[lang])
        glyphs = [glyph for _, clusters in shaped.runs for cluster in clusters for glyph, _, _ in cluster.glyphs]
        assert glyphs
        assert 0 not in glyphs


def test_a_character_no_font_has_is_named_with_its_place() -> None:
    with pytest.raises(MissingGlyph) as caught:
        Measured([Span("A smile 😀 here")], "en", Type(), "01-look.md:14")
    assert str(caught.value) == "01-look.md:14: no font has '😀' (U+1F600) in '😀 '"


def test_a_missing_font_file_says_what_to_run(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(faces, "face", faces.face.__wrapped__)
    with pytest.raises(FontsMissing, match=r"NotoSansRunic-Regular\.ttf is missing: run tools/build_assets\.py"):
        faces.face("NotoSansRunic-Regular")


def test_emphasis_is_bold_where_the_script_has_no_italic() -> None:
    assert chain("km", ITALIC)[0] == "NotoSansKhmer-Bold"
    assert chain("vi", ITALIC)[0] == "NotoSans-Italic"


def test_a_mark_stays_with_the_font_of_its_letter() -> None:
    assert len(shaper("en", REGULAR)("ខ្មែរ").runs) == 1


def test_steering_signs_are_not_shown() -> None:
    assert shaper("en", REGULAR)("a\u202eb\u200bc\u2066").text == "abc"
