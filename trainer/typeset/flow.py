"""Boxes down the page: what is laid out becomes strips, and strips become pages.

A strip is a piece of the page that is never cut: a line of text, a table row, a picture. Everything else about page
breaks (headings stay with what follows, no lonely lines, cards stay whole) is said by which strips hold together.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import pairwise
from typing import NamedTuple

from trainer.typeset.lines import Line, Measured
from trainer.typeset.sheet import Sheet
from trainer.typeset.structure import Node

Draw = Callable[[Sheet, float, float], None]
"""Draws something whose top left corner is at (x, y)."""


class Set(NamedTuple):
    """A line in a strip: where it stands from the strip's left and top, and whose content it is."""

    x: float
    y: float
    line: Line
    node: Node | None


@dataclass(slots=True, eq=False)
class Bar:
    """A rule down the left of everything inside it, as long as that is on each page."""

    x: float
    width: float
    fill: str
    above: float = 0.0
    """How far it reaches above its first strip and below its last, on the page where that is."""


MARK = Bar(-14.0, 1.2, "0.1 g")
"""Beside a marked line: in the margin of the page, however far the line is indented."""


class Anchor(NamedTuple):
    """A place links can lead to; with a `title` it stands in the outline, at `level` from 0."""

    key: str
    title: str = ""
    level: int = 0


@dataclass(slots=True, eq=False)
class Strip:
    """Lengths in points."""

    height: float
    before: float = 0.0
    """Space above it; left out at the top of a page."""
    texts: tuple[Set, ...] = ()
    shapes: tuple[tuple[float, float, Draw], ...] = ()
    keep: bool = False
    """The next strip stands on the same page."""
    bars: tuple[Bar, ...] = ()
    repeat: tuple[Strip, ...] = ()
    """Shown again above this strip when it begins a page: the heading of a table."""
    anchors: tuple[Anchor, ...] = ()
    fresh: bool = False
    """Begins a new page."""


class Placed(NamedTuple):
    strip: Strip
    y: float
    repeated: bool


class Page(NamedTuple):
    strips: list[Placed]


SHORT = 0.4
"""A last page that is filled less than this share is worth tightening the space before it."""
TIGHTER = ((0.85, 0.0), (0.7, 0.0), (0.6, 0.0), (0.6, 0.02))
"""Share of the space between blocks that stays, and of the page's height by which it may be longer."""
SHORT_ENTRY = 2
"""Strips of a list entry that does not stand alone on a page."""


def paginate(strips: list[Strip], height: float) -> list[Page]:
    """Fill pages from the top, never between strips that hold together unless they are taller than a page.

    Each part that begins a page is filled by itself; when a few lines run over to its last page, the space between
    its blocks gives way, and at last each page may be a line longer.
    """
    pages: list[Page] = []
    for part in _parts(strips):
        filled = _fill(part, height)
        for factor, more in TIGHTER:
            last, y, _ = filled[-1].strips[-1]
            if len(filled) == 1 or y + last.height > SHORT * height:
                break
            tighter = _fill(part, height * (1.0 + more), factor)
            if len(tighter) < len(filled):
                filled = tighter
        pages += filled
    return pages


def _parts(strips: list[Strip]) -> Iterator[list[Strip]]:
    starts = [0, *(index for index, strip in enumerate(strips) if strip.fresh and index), len(strips)]
    for start, end in pairwise(starts):
        if start < end:
            yield strips[start:end]


def _fill(strips: list[Strip], height: float, factor: float = 1.0) -> list[Page]:
    pages = [Page([])]
    y, current = 0.0, pages[0]
    for group in _groups(strips):
        tall = sum(strip.before * factor + strip.height for strip in group[1:]) + group[0].height
        lead = group[0].before * factor
        if current.strips and y + lead + tall > height + 0.01:
            y, current = 0.0, _next(pages)
        for strip in group:
            gap = strip.before * factor if current.strips else 0.0
            if current.strips and y + gap + strip.height > height + 0.01:
                y, gap, current = 0.0, 0.0, _next(pages)
            if not current.strips:
                for head in strip.repeat:
                    current.strips.append(Placed(head, y, True))
                    y += head.height
            current.strips.append(Placed(strip, y + gap, False))
            y += gap + strip.height
    return pages


def _next(pages: list[Page]) -> Page:
    pages.append(Page([]))
    return pages[-1]


def _groups(strips: list[Strip]) -> Iterator[list[Strip]]:
    group: list[Strip] = []
    for strip in strips:
        group.append(strip)
        if not strip.keep:
            yield group
            group = []
    if group:
        yield group


def draw(page: Page, sheet: Sheet, x: float, top: float) -> None:
    """Everything on `page`, from (x, top) of the sheet."""
    for bar, start, end in _stretches(page):
        sheet.block(x + bar.x, top + start, bar.width, end - start, bar.fill)
    for strip, y, repeated in page.strips:
        for anchor in strip.anchors if not repeated else ():
            sheet.anchor(anchor.key, top + y)
            if anchor.title:
                sheet.outline(anchor.level, anchor.title, anchor.key)
        for text in strip.texts:
            if text.line.marked:
                sheet.block(x + MARK.x, top + y + text.y, MARK.width, text.line.height, MARK.fill)
            sheet.text(text.line, x + text.x, top + y + text.y, None if repeated else text.node)
        for dx, dy, shape in strip.shapes:
            shape(sheet, x + dx, top + y + dy)


def _stretches(page: Page) -> list[tuple[Bar, float, float]]:
    found: dict[Bar, list[float]] = {}
    for strip, y, _ in page.strips:
        for bar in strip.bars:
            if bar in found:
                found[bar][1] = y + strip.height
            else:
                found[bar] = [y, y + strip.height]
    return [(bar, start - bar.above, end + bar.above) for bar, (start, end) in found.items()]


class Label(NamedTuple):
    """What stands beside the first line of a paragraph: a bullet, a number, a tick box."""

    line: Line | None
    x: float
    node: Node | None
    shape: Draw | None = None


@dataclass(slots=True, eq=False)
class Flow:
    """Collects strips, top to bottom."""

    width: float
    strips: list[Strip] = field(default_factory=list)
    starts: list[int] = field(default_factory=list)
    """Number of the first strip of each passage, table row or drawing: what stands beside its translation."""
    left: float = 0.0
    right: float = 0.0
    _bars: tuple[Bar, ...] = ()
    _gap: float = 0.0
    _fresh: bool = False
    _anchors: tuple[Anchor, ...] = ()
    _label: Label | None = None

    @property
    def measure(self) -> float:
        """Width that is left for text here."""
        return self.width - self.left - self.right

    def space(self, points: float) -> None:
        """At least this much before what comes next."""
        self._gap = max(self._gap, points)

    def new_page(self) -> None:
        self._fresh = True

    def anchor(self, anchor: Anchor) -> None:
        """Put an anchor where the next strip begins."""
        self._anchors += (anchor,)

    def label(self, label: Label) -> None:
        """Put a label beside the next line."""
        self._label = label

    def hold(self) -> None:
        """Keep what came last with what comes next."""
        if self.strips:
            self.strips[-1].keep = True

    def hold_ends(self, starts: list[int]) -> None:
        """Neither the first entry of a list nor the last stands alone on a page, when it is short.

        `starts`: number of the first strip of each entry.
        """
        if len(starts) < 2:
            return
        if starts[1] - starts[0] <= SHORT_ENTRY:
            self.strips[starts[1] - 1].keep = True
        if len(self.strips) - starts[-1] <= SHORT_ENTRY:
            self.strips[starts[-1] - 1].keep = True

    def hold_short(self, first: int, most: int) -> None:
        """Keep what was added from strip `first` on one page, when it is at most `most` strips."""
        if len(self.strips) - first <= most:
            for strip in self.strips[first:-1]:
                strip.keep = True

    @contextmanager
    def whole(self) -> Iterator[None]:
        """What is added inside stays on one page, when a page has room for it."""
        first = len(self.strips)
        yield
        for strip in self.strips[first:-1]:
            strip.keep = True

    @contextmanager
    def inset(self, left: float, right: float = 0.0, bar: Bar | None = None) -> Iterator[None]:
        """Indent what is added inside."""
        before = self.left, self.right, self._bars
        if bar is not None:
            bar.x += self.left
            self._bars += (bar,)
        self.left, self.right = self.left + left, self.right + right
        yield
        self.left, self.right, self._bars = before

    def add(self, *strips: Strip) -> None:
        """Ready strips of one passage; the first takes the pending space, page break, anchors and label."""
        self.starts.append(len(self.strips))
        for strip in strips:
            self._add(strip)

    def _add(self, strip: Strip) -> None:
        strip.before, self._gap = max(strip.before, self._gap), 0.0
        strip.fresh, self._fresh = strip.fresh or self._fresh, False
        if self._anchors:
            strip.anchors, self._anchors = strip.anchors + self._anchors, ()
        strip.bars = strip.bars + self._bars
        if self._label is not None:
            label, self._label = self._label, None
            base = strip.texts[0].line.ascent if strip.texts else 0.0
            if label.line is not None:
                mark = Set(label.x, base - label.line.ascent, label.line, label.node)
                strip.texts = (mark, *strip.texts)
            if label.shape is not None:
                strip.shapes = (*strip.shapes, (label.x, base, label.shape))
        self.strips.append(strip)

    def paragraph(self, text: Measured, node: Node | None, *, keep: bool = False) -> None:
        """Lines of text; the first two and the last two of them stay together. `keep`: also with what follows."""
        self.lines(text.lines(self.measure), node, keep=keep)

    def lines(self, lines: list[Line], node: Node | None, *, keep: bool = False) -> None:
        last = len(lines) - 1
        self.starts.append(len(self.strips))
        for index, line in enumerate(lines):
            held = index == 0 or index == last - 1 or (keep and last < 4)
            self._add(Strip(line.height, 0.0, (Set(self.left, 0.0, line, node),), keep=(held and index < last)))
        self.strips[-1].keep = keep

    def shape(self, height: float, draw: Draw, *, dy: float = 0.0) -> Strip:
        """A strip with nothing but a drawing."""
        strip = Strip(height, shapes=((self.left, dy, draw),))
        self.add(strip)
        return strip
