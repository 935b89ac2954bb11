"""Every construct in every language: what is written is what is read, tagged, and embedded."""

from __future__ import annotations

import io
from functools import cache

import page as checker
import pikepdf
import pytest
from fontTools.ttLib import TTFont

from tests.typeset.readers import READERS, squeezed
from tests.typeset.samples import SENTENCES
from tests.typeset.specimen import ROWS, specimen
from trainer.languages.registry import LANGUAGES

made = cache(specimen)


def written(lang: str) -> list[str]:
    """What the specimen says, in reading order."""
    said = SENTENCES[lang]
    cells = [f"{said.word} {row} {said.digits if row % 3 else said.long}" for row in range(ROWS)]
    return [
        said.title, said.digits, said.heading,
        f"{said.plain} {said.word} and {said.heading}, {said.word} (https://example.org/a), code 42.",
        f"{said.heading} {said.title}", *cells,
        f"1. {said.digits}", f"{said.word} {said.heading}", said.heading, f"2. {said.heading} ILO 2026",
        said.plain, said.heading, said.paragraph, said.digits,
    ]  # fmt: skip


def test_every_language_has_sentences() -> None:
    assert set(SENTENCES) == set(LANGUAGES)


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize("lang", SENTENCES)
def test_what_is_read_is_what_was_written_in_its_order(lang: str, reader: str) -> None:
    extracted, at = squeezed(READERS[reader](made(lang))), 0
    for text in map(squeezed, written(lang)):
        found = extracted.find(text, at)
        assert found >= 0, f"{text!r} does not follow {extracted[max(0, at - 40) : at]!r}"
        at = found + len(text)


@pytest.mark.parametrize("lang", SENTENCES)
def test_it_can_be_read_aloud(lang: str) -> None:
    report = checker.validate_pdf_bytes(made(lang), profile=checker.ValidationProfile.PDF_UA_1)
    assert [(failure.rule_id, failure.message) for failure in report.failures] == []


@pytest.mark.parametrize("lang", SENTENCES)
def test_only_shapes_that_are_shown_are_embedded(lang: str) -> None:
    with pikepdf.open(io.BytesIO(made(lang))) as pdf:
        shown, fonts = _shown(pdf)
        assert len(fonts) >= 3
        for name, font in fonts.items():
            opened = TTFont(io.BytesIO(font.DescendantFonts[0].FontDescriptor.FontFile2.read_bytes()))
            glyphs = opened["glyf"]
            codes = {opened.getGlyphName(code) for code in shown[name]}
            parts = {part for glyph in codes for part in _parts(glyphs, glyph)}
            assert set(opened.getGlyphOrder()) == {opened.getGlyphName(0)} | codes | parts


def _parts(glyphs: dict[str, object], name: str) -> set[str]:
    own = set(glyphs[name].getComponentNames(glyphs))  # type: ignore[attr-defined]
    return own.union(*(_parts(glyphs, part) for part in own))


def _shown(pdf: pikepdf.Pdf) -> tuple[dict[str, set[int]], dict[str, pikepdf.Object]]:
    """-> codes shown in each font resource; the fonts."""
    codes: dict[str, set[int]] = {}
    fonts: dict[str, pikepdf.Object] = {}
    for page in pdf.pages:
        fonts |= {name: font for name, font in page.Resources.Font.items() if "/DescendantFonts" in font}
        name = ""
        for operands, operator in pikepdf.parse_content_stream(page):
            if str(operator) == "Tf":
                name = str(operands[0])
            elif str(operator) == "TJ":
                for item in operands[0]:
                    if isinstance(item, pikepdf.String):
                        data = bytes(item)
                        codes.setdefault(name, set()).update(
                            int.from_bytes(data[at : at + 2], "big") for at in range(0, len(data), 2)
                        )
    return codes, fonts
