"""Fonts and shaping: text in, glyphs and widths out; each distinct word is shaped once per process.

Lengths are in thousandths of the type size, as in PDF.
"""

from __future__ import annotations

from functools import cache, lru_cache
from pathlib import Path
from typing import NamedTuple

import uharfbuzz as hb

from trainer import resources
from trainer.languages.breaks import is_mark
from trainer.languages.registry import LANGUAGES, SOURCE, Language, find

REGULAR, BOLD, ITALIC, BOLD_ITALIC, MONO = range(5)
"""Styles of a run. In a script without italic, emphasis is bold."""

_FILE_STYLE = {REGULAR: "Regular", BOLD: "Bold", ITALIC: "Italic", BOLD_ITALIC: "BoldItalic", MONO: "Regular"}

SOFT_HYPHEN = "\u00ad"
_INVISIBLE = dict.fromkeys(
    (
        0x200B, 0x2060, 0xFEFF, 0xAD, 0x200E, 0x200F, 0x61C, 0x0A, 0x0D,
        *range(0x202A, 0x202F), *range(0x2066, 0x206A),
    )
)  # fmt: skip
"""Signs that steer line breaking or direction and have no shape; none of our scripts runs right to left."""
_INVISIBLE[0x09] = " "

_KEEPS_FACE = frozenset(" \u00a0\u200c\u200d")
"""Shown by whatever font shows the letter before."""

CACHED_WORDS = 20_000
"""Then all are forgotten: thousands of names would stay for ever."""


class FontsMissing(Exception):  # noqa: N818  it says what is the case, like FileNotFound
    """A font was not built, or its file is broken; the message names it and says what to do."""


class MissingGlyph(Exception):  # noqa: N818
    """No font has a character. `where` is the passage's file and line, once known."""

    def __init__(self, characters: str, text: str, where: str = "") -> None:
        self.characters, self.text, self.where = characters, text, where
        codes = " ".join(f"U+{ord(character):04X}" for character in characters)
        place = f"{where}: " if where else ""
        super().__init__(f"{place}no font has {characters!r} ({codes}) in {text!r}")

    def __reduce__(self) -> tuple[type[MissingGlyph], tuple[str, str, str]]:
        """So that it comes whole out of a worker process."""
        return MissingGlyph, (self.characters, self.text, self.where)

    def at(self, where: str) -> MissingGlyph:
        return self if self.where else MissingGlyph(self.characters, self.text, where)


Glyphs = tuple[tuple[int, int, int], ...]
"""(glyph number, x, y) of each glyph of a cluster, from the cluster's own origin."""


class Cluster(NamedTuple):
    """The smallest piece that has both letters and a shape: in Khmer a whole stacked syllable."""

    text: str
    glyphs: Glyphs
    advance: int


class Face:
    """One font file, opened once per process."""

    def __init__(self, path: Path) -> None:
        self.name = path.stem
        self.path = path
        self._face = hb.Face(hb.Blob.from_file_path(str(path)))
        if not self._face.glyph_count:
            raise FontsMissing(f"the font {path.name} is broken: run tools/build_assets.py")
        if self._face.upem != 1000:
            raise ValueError(f"{path.name}: expected 1000 units per em, found {self._face.upem}")
        self._font = hb.Font(self._face)
        extents = self._font.get_font_extents("ltr")
        self.ascent, self.descent = int(extents.ascender), int(extents.descender)
        self.covers = lru_cache(maxsize=20_000)(self._covers)

    def _covers(self, character: str) -> bool:
        return self._font.get_nominal_glyph(ord(character)) is not None

    def advance(self, glyph: int) -> int:
        return int(self._font.get_glyph_h_advance(glyph))

    def shape(self, text: str, lang: str) -> tuple[Cluster, ...]:
        """The clusters of `text`, left to right. Raises MissingGlyph rather than show an empty box."""
        buffer = hb.Buffer()
        buffer.add_str(text)
        buffer.guess_segment_properties()
        buffer.language = lang
        hb.shape(self._font, buffer)
        starts: list[int] = []
        groups: list[list[tuple[int, int, int]]] = []
        advances: list[int] = []
        for info, position in zip(buffer.glyph_infos, buffer.glyph_positions, strict=True):
            if not starts or info.cluster != starts[-1]:
                starts.append(info.cluster)
                groups.append([])
                advances.append(0)
            if info.codepoint == 0:
                raise MissingGlyph(text[info.cluster], text)
            groups[-1].append((info.codepoint, advances[-1] + position.x_offset, position.y_offset))
            advances[-1] += position.x_advance
        ends = (*starts[1:], len(text))
        return tuple(
            Cluster(text[start:end], tuple(glyphs), advance)
            for start, end, glyphs, advance in zip(starts, ends, groups, advances, strict=True)
        )


@cache
def face(name: str) -> Face:
    """The font file `name` (without .ttf). Raises FontsMissing."""
    try:
        path = resources.folder("fonts") / f"{name}.ttf"
    except FileNotFoundError:
        raise FontsMissing("Trainer's fonts are not built: run tools/build_assets.py") from None
    if not path.is_file():
        raise FontsMissing(f"the font {path.name} is missing: run tools/build_assets.py")
    return Face(path)


@cache
def chain(lang: str, style: int) -> tuple[str, ...]:
    """Names of the fonts to look for a character in, first to last."""
    language = find(lang) or LANGUAGES[SOURCE]
    if style in (ITALIC, BOLD_ITALIC) and not language.italic:
        style = BOLD
    families = [language.font, "NotoSans", *sorted({other.font for other in LANGUAGES.values()})]
    names = ["NotoSansMono-Regular"] if style == MONO else []
    upright = "Bold" if style in (BOLD, BOLD_ITALIC) else "Regular"
    for family in dict.fromkeys(families):
        names.append(f"{family}-{_FILE_STYLE[style] if family == 'NotoSans' else upright}")
        if family == "NotoSans":
            names.append("NotoSansSymbols2-Regular")
    return tuple(names)


class Shaped:
    """A piece of text ready to be set: nothing in it may be broken. Compared by identity, as a cache key."""

    __slots__ = ("leading", "runs", "soft", "space", "text", "width")

    def __init__(self, text: str, runs: tuple[tuple[Face, tuple[Cluster, ...]], ...], soft: bool, leading: float):
        self.text = text
        self.runs = runs
        self.soft = soft
        """A hyphen is shown when a line ends here."""
        self.leading = leading
        """Line height that the piece asks for, in thousandths; 0 when it is in its language's own script."""
        clusters = [cluster for _, run in runs for cluster in run]
        total = sum(cluster.advance for cluster in clusters)
        self.space = 0
        """Width of its spaces at the end, which a line end swallows."""
        for cluster in reversed(clusters):
            if cluster.text.strip(" "):
                break
            self.space += cluster.advance
        self.width = total - self.space


class Shaper:
    """Shapes pieces of one language in one style."""

    def __init__(self, lang: str, style: int) -> None:
        self.lang, self.style = lang, style
        self.language: Language = find(lang) or LANGUAGES[SOURCE]
        self._main = face(chain(lang, style)[0])
        self.pieces: dict[str, Shaped] = {}
        """Those shaped before; whoever has many may look here first."""

    def __call__(self, text: str) -> Shaped:
        """Raises MissingGlyph."""
        shaped = self.pieces.get(text)
        if shaped is None:
            if len(self.pieces) >= CACHED_WORDS:
                self.pieces.clear()
            shaped = self.pieces[text] = self._shape(text)
        return shaped

    def _shape(self, text: str) -> Shaped:
        visible = text.translate(_INVISIBLE)
        runs = tuple((font, font.shape(part, self.lang)) for font, part in self._itemise(visible))
        leading = max((_leading(font.name) for font, _ in runs), default=0.0)
        return Shaped(
            visible, runs, text.endswith(SOFT_HYPHEN), leading if leading > self.language.leading * 1000 else 0.0
        )

    def _itemise(self, text: str) -> list[tuple[Face, str]]:
        """`text` cut where the font changes."""
        if all(map(self._main.covers, text)):
            return [(self._main, text)] if text else []
        parts: list[tuple[Face, str]] = []
        for character in text:
            if parts and (character in _KEEPS_FACE or is_mark(character)) and parts[-1][0].covers(character):
                font = parts[-1][0]
            else:
                font = self._pick(character, text)
            if parts and parts[-1][0] is font:
                parts[-1] = (font, parts[-1][1] + character)
            else:
                parts.append((font, character))
        return parts

    def _pick(self, character: str, text: str) -> Face:
        for name in chain(self.lang, self.style):
            candidate = face(name)
            if candidate.covers(character):
                return candidate
        raise MissingGlyph(character, text)


@lru_cache(maxsize=256)
def shaper(lang: str, style: int) -> Shaper:
    return Shaper(lang, style)


@cache
def _leading(font: str) -> float:
    family = font.partition("-")[0]
    return 1000 * next((other.leading for other in LANGUAGES.values() if other.font == family), 1.0)
