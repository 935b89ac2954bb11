"""Text into lines: ragged right, first fit, broken only where `languages.breaks` allows it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, NamedTuple

from trainer.languages.breaks import break_points
from trainer.languages.registry import LANGUAGES, SOURCE, find
from trainer.typeset.faces import REGULAR, Cluster, Face, MissingGlyph, Shaped, shaper
from trainer.typeset.structure import Node

RAISED = 0.64
"""Size of a footnote mark beside its text."""
RISE = 0.36
"""How far it is raised, in units of the type size."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Type:
    """How a paragraph is set. Sizes in points, for Latin letters: each script is scaled to look equally large."""

    size: float = 10.5
    leading: float = 1.0
    """Share of the language's own line height."""
    style: int = REGULAR
    colour: str = "0 g"
    """A fill operator of PDF."""
    align: Literal["left", "center", "right"] = "left"


@dataclass(slots=True, eq=False)
class Span:
    """A run of text in one look. Compared by identity: two equal spans are two links."""

    text: str
    style: int | None = None
    """None: becomes the paragraph's when it is measured."""
    colour: str = ""
    href: str = ""
    """`#key` of an anchor in the document, or an address outside it."""
    raised: bool = False
    ruled: bool = False
    """A gap to write in: a line is drawn under it."""
    lang: str = ""
    """When it differs from the paragraph's."""
    node: Node | None = None
    """The element of its own that it has in the structure: a link, a passage in another language."""


class Atom(NamedTuple):
    """A piece without a place to break in it. Widths in thousandths of the paragraph's size."""

    width: float
    space: float
    shaped: Shaped
    span: Span
    after: int
    """What may follow: JOINED, MAY_END or MUST_END."""


JOINED, MAY_END, MUST_END = range(3)


class Line:
    """One set line. Lengths in points; `ascent` is from its top to its baseline."""

    __slots__ = ("align", "ascent", "colour", "height", "parts", "size", "width")

    def __init__(self, parts: list[Atom], width: float, size: float, height: float, ascent: float):
        self.parts, self.width, self.size, self.height, self.ascent = parts, width, size, height, ascent
        self.colour = "0 g"
        self.align = 0.0

    @property
    def text(self) -> str:
        return "".join(part.shaped.text for part in self.parts)


class Measured:
    """A paragraph cut into pieces and measured, ready to be set to any width."""

    __slots__ = ("atoms", "lang", "size", "type")

    def __init__(self, spans: list[Span], lang: str, type_: Type, where: str = "") -> None:
        language = find(lang) or LANGUAGES[SOURCE]
        self.lang, self.type, self.size = lang, type_, type_.size * language.scale
        for span in spans:
            if span.style is None:
                span.style = type_.style
        try:
            self.atoms = _atoms(spans, lang)
        except MissingGlyph as error:
            raise error.at(where) from None

    @property
    def longest(self) -> float:
        """Width in points of the longest piece: narrower, and words must be broken."""
        best = run = 0.0
        for atom in self.atoms:
            best = max(best, run + atom.width)
            run = run + atom.width + atom.space if atom.after == JOINED else 0.0
        return best * self.size / 1000

    @property
    def natural(self) -> float:
        """Width in points of the whole on one line."""
        best = run = 0.0
        for atom in self.atoms:
            best = max(best, run + atom.width)
            run = 0.0 if atom.after == MUST_END else run + atom.width + atom.space
        return best * self.size / 1000

    def lines(self, width: float) -> list[Line]:
        """`width` in points. At least one line, even of nothing."""
        language = find(self.lang) or LANGUAGES[SOURCE]
        leading = language.leading * self.type.leading
        above, below = language.ink
        ascent = ((leading - above - below) / 2 + above) * self.size
        made = []
        for parts, used in _first_fit(self.atoms, width * 1000 / self.size, self.lang):
            higher = max((part.shaped.leading for part in parts), default=0.0) / 1000 * self.type.leading - leading
            extra = max(0.0, higher) * self.size
            line = Line(parts, used * self.size / 1000, self.size, leading * self.size + extra, ascent + extra / 2)
            line.colour = self.type.colour
            if self.type.align != "left":
                line.align = (width - line.width) * (0.5 if self.type.align == "center" else 1.0)
            made.append(line)
        return made


def _atoms(spans: list[Span], lang: str) -> list[Atom]:
    text = "".join(span.text for span in spans)
    points = break_points(text, lang)
    if len(spans) == 1 and not spans[0].raised:
        span = spans[0]
        shape = shaper(span.lang or lang, span.style or REGULAR)
        known, atoms, start = shape.pieces, [], 0
        for end in points:
            piece = text[start:end]
            shaped = known.get(piece) or shape(piece)
            atoms.append(Atom(shaped.width, shaped.space, shaped, span, MUST_END if piece[-1] == "\n" else MAY_END))
            start = end
        return atoms
    return _mixed_atoms(spans, lang, text, points)


def _mixed_atoms(spans: list[Span], lang: str, text: str, points: list[int]) -> list[Atom]:
    atoms: list[Atom] = []
    ends = iter(points)
    end, start, offset = next(ends, 0), 0, 0
    for span in spans:
        shape = shaper(span.lang or lang, span.style or REGULAR)
        scale = RAISED if span.raised else 1.0
        last = offset + len(span.text)
        while start < last:
            stop = min(end, last)
            shaped = shape(text[start:stop])
            after = JOINED if stop < end else MUST_END if text[stop - 1] == "\n" else MAY_END
            atoms.append(Atom(shaped.width * scale, shaped.space * scale, shaped, span, after))
            start = stop
            if stop == end:
                end = next(ends, len(text))
        offset = last
    return atoms


def _first_fit(atoms: list[Atom], limit: float, lang: str) -> list[tuple[list[Atom], float]]:
    """-> (parts, width without the spaces at its end) of each line. Widths in thousandths of the size."""
    lines: list[tuple[list[Atom], float]] = []
    line: list[Atom] = []
    x = seen = 0.0  # end of the line with and without the spaces there
    group: list[Atom] = []
    wide = 0.0  # the group's, without its last space
    tolerant = limit + 0.01
    for atom in atoms:
        if group:
            wide += group[-1].space
        group.append(atom)
        wide += atom.width
        if atom.after == JOINED:
            continue
        if x + wide > tolerant:
            if line:
                lines.append((_ended(line), seen))
                line, x = [], 0.0
            if wide > tolerant:
                *full, (group, wide) = _cut(group, limit, lang)
                lines += full
        line += group
        seen = x + wide
        x = seen + atom.space
        group, wide = [], 0.0
        if atom.after == MUST_END:
            lines.append((line, seen))
            line, x, seen = [], 0.0, 0.0
    if line or not lines:
        lines.append((line, seen))
    return lines


def _ended(line: list[Atom]) -> list[Atom]:
    """The line, with a hyphen when it ends at a soft one."""
    if not line[-1].shaped.soft:
        return line
    hyphen = _hyphen(line[-1].shaped.runs[-1][0])
    return [*line, Atom(hyphen.width, 0.0, hyphen, line[-1].span, MUST_END)]


def _hyphen(face: Face) -> Shaped:
    """Looks like a hyphen and reads as a soft one, so that copied words are whole."""
    (cluster,) = face.shape("-", SOURCE)
    return Shaped("\u00ad", ((face, (Cluster("\u00ad", cluster.glyphs, cluster.advance),)),), False, 0.0)


def _cut(group: list[Atom], limit: float, lang: str) -> list[tuple[list[Atom], float]]:
    """A word longer than a line, in lines, cut between letters (never inside a stack)."""
    from icu4py.breakers import CharacterBreaker

    lines: list[tuple[list[Atom], float]] = []
    line: list[Atom] = []
    x = 0.0
    for atom in group:
        shape = shaper(atom.span.lang or lang, atom.span.style or REGULAR)
        scale = RAISED if atom.span.raised else 1.0
        kept = ""
        for letter in CharacterBreaker(atom.shaped.text, lang):
            wide = shape(letter).width * scale
            if x + wide > limit and (line or kept):
                lines.append(([*line, *_piece(shape(kept), atom, scale)], x))
                line, kept, x = [], "", 0.0
            kept += letter
            x += wide
        line += _piece(shape(kept), atom, scale)
    return [*lines, (line, x - group[-1].space if x > group[-1].space else x)]


def _piece(shaped: Shaped, atom: Atom, scale: float) -> list[Atom]:
    return [Atom(shaped.width * scale, shaped.space * scale, shaped, atom.span, MAY_END)] if shaped.text else []
