"""The fonts that the build cuts: whole scripts, under the licence they came with, made once."""

from __future__ import annotations

import importlib.util
import io
import sys
from pathlib import Path
from types import ModuleType

import pytest
import uharfbuzz as hb
from fontTools.ttLib import TTFont

from tests.typeset.samples import SAMPLES
from trainer.languages.registry import LANGUAGES

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def build() -> ModuleType:
    spec = importlib.util.spec_from_file_location("build_assets", ROOT / "tools" / "build_assets.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def shaped(path: Path, text: str, weight: int | None = None) -> list[tuple[int, int, int, int]]:
    """Cluster, advance and offsets of each glyph: glyph numbers differ between a font and its subset."""
    opened, out = TTFont(path), io.BytesIO()
    opened.flavor = None
    opened.save(out, reorderTables=None)
    font = hb.Font(hb.Face(out.getvalue()))
    if weight:
        font.set_variations({"wght": weight})
    buffer = hb.Buffer()
    buffer.add_str(text)
    buffer.guess_segment_properties()
    hb.shape(font, buffer)
    assert all(info.codepoint for info in buffer.glyph_infos)
    return [
        (info.cluster, place.x_advance, place.x_offset, place.y_offset)
        for info, place in zip(buffer.glyph_infos, buffer.glyph_positions, strict=True)
    ]


def assert_alike(one: list[tuple[int, int, int, int]], other: list[tuple[int, int, int, int]]) -> None:
    """A cut weight rounds each number; a variable font rounds their sum."""
    assert len(one) == len(other)
    for mine, theirs in zip(one, other, strict=True):
        assert all(abs(a - b) <= 2 for a, b in zip(mine, theirs, strict=True))


SCRIPTS = {"khmer": "km", "lao": "lo", "myanmar": "my", "thai": "th", "tamil": "ta"}


def words(script: str) -> str:
    """The sample of the script's language, without Latin and signs."""
    return "".join(character for character in SAMPLES[SCRIPTS[script]] if ord(character) > 0x900)


def test_every_language_has_regular_and_bold_on_paper() -> None:
    for language in LANGUAGES.values():
        for style in ("Regular", "Bold"):
            assert (ROOT / "trainer" / "fonts" / f"{language.font}-{style}.ttf").is_file()


@pytest.mark.parametrize("script", SCRIPTS)
def test_a_script_keeps_all_its_letters_and_their_shaping(build: ModuleType, script: str) -> None:
    (font,) = [font for font in build.paper_fonts() if font.out == f"NotoSans{script.title()}-Bold.ttf"]
    source, made = TTFont(build.locate(font)), TTFont(ROOT / "trainer" / "fonts" / font.out)
    assert set(source.getBestCmap()) == set(made.getBestCmap())
    path = ROOT / "trainer" / "fonts" / font.out
    assert_alike(shaped(build.locate(font), words(script), 700), shaped(path, words(script)))
    assert made["OS/2"].usWeightClass == 700
    assert "fvar" not in made


@pytest.mark.parametrize("script", SCRIPTS)
@pytest.mark.parametrize("weight", [400, 700])
def test_a_web_font_has_its_script_and_no_latin(build: ModuleType, script: str, weight: int) -> None:
    path = ROOT / "trainer" / "web" / "static" / "fonts" / f"{script}.woff2"
    (font,) = [font for font in build.web_fonts() if font.out == path.name]
    made, source = TTFont(path), TTFont(build.locate(font))
    assert not [code for code in made.getBestCmap() if code < 0x900]
    assert set(made.getBestCmap()) == font.keep & set(source.getBestCmap())
    assert_alike(shaped(build.locate(font), words(script), weight), shaped(path, words(script), weight))
    assert path.stat().st_size < 50_000


def test_a_font_under_another_licence_is_refused(build: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    font = next(build.paper_fonts())
    opened = TTFont(io.BytesIO(build.cut(font)))
    opened["name"].setName("All rights reserved.", 13, 3, 1, 0x409)
    closed = io.BytesIO()
    opened.save(closed)
    monkeypatch.setattr(build, "cut", lambda _: closed.getvalue())
    with pytest.raises(SystemExit, match="does not put it under the SIL Open Font License"):
        build.make(font)


def test_the_licence_stands_beside_the_fonts() -> None:
    for folder in ("trainer/fonts", "trainer/web/static/fonts"):
        text = (ROOT / folder / "OFL.txt").read_text(encoding="utf-8")
        assert "Copyright 2022 The Noto Project Authors" in text
        assert "PERMISSION & CONDITIONS" in text


def test_nothing_is_made_twice(build: ModuleType, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    made: list[str] = []

    def make(font: object) -> tuple[str, bytes, str]:
        made.append(font.out)  # type: ignore[attr-defined]
        return font.out, b"font", "Copyright"  # type: ignore[attr-defined]

    class Here:
        map = staticmethod(map)

        def __enter__(self) -> Here:
            return self

        def __exit__(self, *_: object) -> None:
            pass

    monkeypatch.setattr(build, "make", make)
    monkeypatch.setattr(build, "ProcessPoolExecutor", Here)
    monkeypatch.setattr(build, "PAPER", tmp_path / "paper")
    monkeypatch.setattr(build, "WEB", tmp_path / "web")
    build.main([])
    first = len(made)
    build.main([])
    assert first == len(made) > 20
    (tmp_path / "paper" / "NotoSansKhmer-Bold.ttf").unlink()
    build.main([])
    assert len(made) == 2 * first
