"""Text into lines: first fit, broken only where `languages.breaks` allows it; ragged right unless asked otherwise."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Literal, NamedTuple

from trainer.languages.breaks import break_points
from trainer.languages.hyphens import hyphen_places
from trainer.languages.registry import LANGUAGES, SOURCE, find
from trainer.typeset.faces import MONO, REGULAR, SOFT_HYPHEN, Cluster, Face, MissingGlyph, Shaped, shaper
from trainer.typeset.structure import Node

RAISED = 0.64
"""Size of a footnote mark beside its text."""
RISE = 0.36
"""How far it is raised, in units of the type size."""

WIDEST = 0.6
"""How much wider than its own width a space may become in a justified line, in units of that width."""
BALANCING = 6
"""Halvings of the search for the narrowest measure that needs no further line."""
LOOSE = 0.8
"""A word is divided only where its line would otherwise be filled less than this share."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Type:
    """How a paragraph is set. Sizes in points, for Latin letters: each script is scaled to look equally large."""

    size: float = 10.5
    leading: float = 1.0
    """Share of the language's own line height."""
    style: int = REGULAR
    colour: str = "0 g"
    """A fill operator of PDF."""
    align: Literal["left", "center", "right", "justify"] = "left"
    """`justify` spreads the spaces of a line; a script without spaces stays ragged."""
    hyphens: bool = False
    """Long words may be divided, in languages that have patterns for it: for narrow columns."""
    balanced: bool = False
    """Lines of like width, so that a title does not end with one short word below it."""


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

    __slots__ = ("align", "ascent", "colour", "height", "marked", "parts", "size", "stretch", "width")

    def __init__(self, parts: list[Atom], width: float, size: float, height: float, ascent: float):
        self.parts, self.width, self.size, self.height, self.ascent = parts, width, size, height, ascent
        self.colour = "0 g"
        self.align = 0.0
        self.stretch = 0.0
        """By how much each space between its words is wider than its own width."""
        self.marked = False
        """It has a mark beside it, in the margin of the page."""

    @property
    def text(self) -> str:
        return "".join(part.shaped.text for part in self.parts)


class Measured:
    """A paragraph cut into pieces and measured, ready to be set to any width."""

    __slots__ = ("atoms", "lang", "marked", "size", "type")

    def __init__(self, spans: list[Span], lang: str, type_: Type, where: str = "", marked: bool = False) -> None:
        """`where` is for MissingGlyph. `marked`: a mark stands in the margin beside the first line."""
        language = find(lang) or LANGUAGES[SOURCE]
        self.lang, self.type, self.size, self.marked = lang, type_, type_.size * language.scale, marked
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
        return _longest(self.atoms) * self.size / 1000

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
        limit, hyphens = width * 1000 / self.size, self.type.hyphens and language.hyphens is not None
        broken = _first_fit(self.atoms, limit, self.lang, hyphens)
        if self.type.balanced and len(broken) > 1:
            broken = self._balanced(broken, limit)
        made = []
        for parts, used in broken:
            higher = max((part.shaped.leading for part in parts), default=0.0) / 1000 * self.type.leading - leading
            extra = max(0.0, higher) * self.size
            line = Line(parts, used * self.size / 1000, self.size, leading * self.size + extra, ascent + extra / 2)
            line.colour = self.type.colour
            made.append(line)
        made[0].marked = self.marked
        if self.type.align == "justify":
            for line in made[:-1] if language.spaced else ():
                _spread(line, width)
        elif self.type.align != "left":
            for line in made:
                line.align = (width - line.width) * (0.5 if self.type.align == "center" else 1.0)
        return made

    def _balanced(self, lines: list[tuple[list[Atom], float]], limit: float) -> list[tuple[list[Atom], float]]:
        """As many lines as `lines`, set to the narrowest measure in which no word is broken.

        Where that is enough they end at spaces: scripts without spaces between words have them between phrases.
        """
        atoms = _phrases(self.atoms)
        if _longest(atoms) > limit or len(_first_fit(atoms, limit, self.lang)) > len(lines):
            atoms = self.atoms
        low, high = max(limit / 2, _longest(atoms)), limit
        found = _first_fit(atoms, high, self.lang)
        for _ in range(BALANCING if low < high else 0):
            middle = (low + high) / 2
            tried = _first_fit(atoms, middle, self.lang)
            if len(tried) > len(lines):
                low = middle
            else:
                found, high = tried, middle
        return found


def _longest(atoms: list[Atom]) -> float:
    """Width of the longest piece, in thousandths."""
    best = run = 0.0
    for atom in atoms:
        best = max(best, run + atom.width)
        run = run + atom.width + atom.space if atom.after == JOINED else 0.0
    return best


def _phrases(atoms: list[Atom]) -> list[Atom]:
    """The same, broken only after spaces."""
    return [
        *(atom if atom.space or atom.after != MAY_END else atom._replace(after=JOINED) for atom in atoms[:-1]),
        atoms[-1],
    ]


def _spread(line: Line, width: float) -> None:
    """Widen the spaces of `line` until it fills `width`, unless they would become holes."""
    gaps = [part.space for part in line.parts[:-1] if part.space]
    spare = width - line.width
    if not gaps or spare <= 0.0 or line.parts[-1].after == MUST_END:
        return
    if spare * 1000 / line.size <= WIDEST * sum(gaps):
        line.stretch, line.width = spare / len(gaps), width


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


def _first_fit(atoms: list[Atom], limit: float, lang: str, hyphens: bool = False) -> list[tuple[list[Atom], float]]:
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
            while hyphens and x < LOOSE * limit and x + wide > tolerant and (halves := _halves(group, limit - x, lang)):
                line.append(halves[0])
                lines.append(_ended(line, x + halves[0].width))
                line, x, group, wide = [], 0.0, [halves[1]], halves[1].width
            if line:
                lines.append(_ended(line, seen))
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


def _ended(line: list[Atom], width: float) -> tuple[list[Atom], float]:
    """The line and its width, with a hyphen when it ends at a soft one."""
    last = line[-1]
    if not last.shaped.soft:
        return line, width
    hyphen = _hyphen(last.shaped.runs[-1][0])
    return [*line, Atom(hyphen.width, 0.0, hyphen, last.span, MAY_END)], width + hyphen.width


@cache
def _hyphen(face: Face) -> Shaped:
    """Looks like a hyphen and reads as a soft one, so that copied words are whole."""
    (cluster,) = face.shape("-", SOURCE)
    return Shaped(SOFT_HYPHEN, ((face, (Cluster(SOFT_HYPHEN, cluster.glyphs, cluster.advance),)),), False, 0.0)


def _halves(group: list[Atom], room: float, lang: str) -> tuple[Atom, Atom] | None:
    """A word in two, the first part and its hyphen no wider than `room`; None when it must stay whole."""
    atom, span = group[0], group[0].span
    shape = shaper(span.lang or lang, span.style or REGULAR)
    patterns = shape.language.hyphens
    if len(group) > 1 or patterns is None or span.style == MONO or span.raised:
        return None
    text = atom.shaped.text
    for place in reversed(hyphen_places(text, patterns)):
        head = shape(text[:place] + SOFT_HYPHEN)
        if head.width + _hyphen(head.runs[-1][0]).width <= room:
            tail = shape(text[place:])
            first = Atom(head.width, 0.0, head, span, MAY_END)
            return first, Atom(tail.width, tail.space, tail, span, atom.after)
    return None


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
