"""The document being written: pages, text, rules, pictures, links, outline, tags.

ReportLab's canvas keeps pictures, places, outline and catalog; pages and text are written here, glyph by glyph, and
leave for the file as soon as they are done. Coordinates are points from the top left corner of the page.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import Any, BinaryIO

from reportlab.pdfgen.canvas import Canvas

from trainer.typeset import pdf
from trainer.typeset.embed import Fonts
from trainer.typeset.file import File
from trainer.typeset.lines import RAISED, RISE, Line, Span
from trainer.typeset.metadata import xmp
from trainer.typeset.pictures import Picture, grey
from trainer.typeset.shapes import Shapes
from trainer.typeset.structure import Annotation, Node, Tree

PAPERS: dict[str, tuple[float, float]] = {"a4": (595.276, 841.89), "letter": (612.0, 792.0), "a5": (419.528, 595.276)}
"""Width and height in points."""


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """What the file says about itself."""

    title: str
    lang: str
    author: str = ""
    subject: str = ""
    date: str = ""
    """ISO date for the metadata; empty: none, so that the bytes depend on the content alone."""


class Sheet(Shapes):
    """One document. Pages are written one after the other; `finish` gives the file."""

    def __init__(self, about: About, paper: str, *, grey: bool = False, into: BinaryIO | None = None) -> None:
        """`grey`: without any colour, for a copier. `into`: where the file is written while it grows."""
        self.about = about
        self.width, self.height = PAPERS[paper]
        self.is_grey = grey
        self._kept = io.BytesIO() if into is None else None
        canvas: Any = Canvas(io.BytesIO(), pdfVersion=(1, 7), lang=about.lang)  # not all of it is in its types
        self._canvas, self._document = canvas, canvas._doc
        self._file = File(self._document, into or self._kept or io.BytesIO())
        self._fonts = Fonts()
        self._font_objects, self._parent = self._file.reserve(), self._file.reserve()
        self.tree = Tree(about.lang, self._file)
        self.page = 0
        """Number of the page being written, from 0."""
        self._code: list[str] = []
        self._used: dict[str, int] = {}
        """Pictures and repeated drawings on the page: name → object number."""
        self._notes: list[int] = []
        self._drawings: dict[Hashable, int] = {}
        self._is_drawing = False
        self._open: Node | None = None
        self._is_artifact = False
        self._state: tuple[str, float, str] = ("", 0.0, "")
        self._anchors: dict[str, tuple[int, float]] = {}
        self._links: list[tuple[int, Span, Node, tuple[float, ...], int]] = []
        self._outline: list[tuple[int, str, str]] = []
        self.outline_from = 0
        """The level of the entries that say level 0."""

    # ------------------------------------------------------------ pages

    def paper(self, name: str, *, landscape: bool = False) -> None:
        """Size of the page that begins and of those after it; before anything is drawn on it."""
        short, long = PAPERS[name]
        self.width, self.height = (long, short) if landscape else (short, long)

    def end_page(self) -> None:
        self._close()
        contents = self._file.add(pdf.stream(self._operators()))
        notes = f" /Annots [{' '.join(f'{note} 0 R' for note in self._notes)}]" if self._notes else ""
        page = (
            f"<</Type /Page /Parent {self._parent} 0 R /MediaBox [0 0 {self.width:g} {self.height:g}] "
            f"/Resources {self._resources()} /Contents {contents} 0 R /StructParents {self.page} /Tabs /S{notes}>>"
        )
        self._file.write(self.tree.page(self.page), page.encode())
        self.tree.end_page(self.page)
        self._code, self._used, self._notes, self._state = [], {}, [], ("", 0.0, "")
        self.page += 1
        self._document.pageCounter += 1

    def _operators(self) -> bytes:
        code = "\n".join(self._code)
        return (pdf.grey(code) if self.is_grey else code).encode()

    def _resources(self) -> str:
        used = " ".join(f"/{name} {number} 0 R" for name, number in self._used.items())
        return f"<</Font {self._font_objects} 0 R{f' /XObject <<{used}>>' if used else ''}>>"

    def finish(self) -> bytes:
        """The file; empty when it went somewhere else. The sheet must not be used afterwards."""
        file, catalog = self._file, self._document.Catalog
        pages = [self.tree.page(number) for number in range(self.page)]
        for number, span, node, box, parent in self._links:
            file.write(number, self._annotation(span, node, box, parent, pages))
        kids = " ".join(f"{number} 0 R" for number in pages)
        file.write(self._parent, f"<</Type /Pages /Count {len(pages)} /Kids [{kids}]>>".encode())
        file.write(self._font_objects, self._fonts.write(file))
        catalog.Pages = f"{self._parent} 0 R"
        catalog.StructTreeRoot = f"{self.tree.write()} 0 R"
        catalog.MarkInfo = "<</Marked true>>"
        catalog.ViewerPreferences = "<</DisplayDocTitle true>>"
        catalog.PageMode = "/UseOutlines" if self._outline else "/UseNone"
        about = xmp(self.about.title, self.about.lang, self.about.date)
        catalog.Metadata = f"{file.add(pdf.stream(about, '/Type /Metadata /Subtype /XML ', False))} 0 R"
        self._inform()
        self._prepare_outline()
        file.finish()
        return self._kept.getvalue() if self._kept else b""

    def _prepare_outline(self) -> None:
        document = self._document
        for level, title, key in self._outline:
            self._canvas.addOutlineEntry(title, key, level)
        document.Outlines.prepare(document, self._canvas)
        if document.Outlines.ready < 0:
            document.Catalog.Outlines = None

    def _inform(self) -> None:
        about = self.about
        self._document.info.format = lambda _: (
            f"<</Title {pdf.string(about.title)} /Author {pdf.string(about.author)} "
            f"/Subject {pdf.string(about.subject)} /Creator (Trainer) /Producer (Trainer)>>"
        ).encode()

    # ------------------------------------------------------------ repeated drawings

    def repeated(self, key: Hashable, draw: Callable[[], None], node: Node | None) -> None:
        """What `draw` draws on this sheet, kept once in the file under `key`, and shown at the same place of each page.

        All of it belongs to `node`, or is decoration; it has no links and no anchors.
        """
        whole = (key, self.width, self.height)
        if whole not in self._drawings:
            self._drawings[whole] = self._recorded(draw)
        number = self._drawings[whole]
        name = f"D{number}"
        self._used[name] = number
        self._mark(node)
        self._code.append(f"/{name} Do")

    def _recorded(self, draw: Callable[[], None]) -> int:
        before = self._code, self._state, self._used
        self._code, self._state, self._used, self._is_drawing = [], ("", 0.0, ""), {}, True
        try:
            draw()
            box = f"0 0 {self.width:g} {self.height:g}"
            entries = f"/Type /XObject /Subtype /Form /BBox [{box}] /Resources {self._resources()} "
            return self._file.add(pdf.stream(self._operators(), entries))
        finally:
            self._code, self._state, self._used = before
            self._is_drawing = False

    # ------------------------------------------------------------ marked content

    def _mark(self, node: Node | None) -> None:
        """What follows belongs to `node`; None: to nobody, it is decoration."""
        if self._is_drawing or (self._open is node and (node is not None or self._is_artifact)):
            return
        self._close()
        if node is None:
            self._code.append("/Artifact BMC")
            self._is_artifact = True
        else:
            self._code.append(f"/{node.role} <</MCID {self.tree.mark(node, self.page)}>> BDC")
            self._open = node

    def _close(self) -> None:
        if self._open is not None or self._is_artifact:
            self._code.append("EMC")
            self._open, self._is_artifact = None, False

    # ------------------------------------------------------------ text

    def text(self, line: Line, x: float, top: float, node: Node | None) -> None:
        """Show `line` with its upper edge at `top`. `node` None: as decoration (a footer, a repeated heading)."""
        if node is not None and not line.parts:
            node.attach()  # an empty cell is still a cell
        x += line.align
        y = self.height - top - line.ascent
        parts, count, at, encoded = line.parts, len(line.parts), 0, self._fonts.encoded
        stretch = line.stretch
        while at < count:
            span = parts[at].span
            size = line.size * RAISED if span.raised else line.size
            runs: list[tuple[str, str]] = []
            advance = 0.0
            while at < count and (part := parts[at]).span is span:
                shaped = part.shaped
                runs += encoded.get(shaped) or self._fonts.encode(shaped)
                trailing = shaped.space
                advance += shaped.width + trailing
                at += 1
                if stretch and trailing and at < count:
                    wider = stretch * 1000 / size
                    runs.append((runs[-1][0], f" {-wider:.1f}"))
                    advance += wider
            self._mark(node and (span.node or node))
            rise = RISE * line.size if span.raised else 0.0
            self._show(runs, size, span.colour or line.colour, x, y + rise)
            wide = (advance - (trailing if at == count else 0.0)) * size / 1000
            if span.ruled:
                self.rule(x, self.height - y + 0.18 * size, x + wide, 0.6, "0.3 G")
            if span.href and node is not None and span.node is not None:
                self._link(span, (x, y - 0.25 * size, x + wide, y + 0.85 * size))
            x += advance * size / 1000

    def _show(self, runs: list[tuple[str, str]], size: float, colour: str, x: float, y: float) -> None:
        code = self._code
        font, now, ink = self._state
        shown = [f"BT 1 0 0 1 {x:.2f} {y:.2f} Tm"]
        if ink != colour:
            shown.append(colour)
        operand = ""
        for resource, glyphs in runs:
            if resource != font or size != now:
                if operand:
                    shown.append(f"[{operand}] TJ")
                    operand = ""
                shown.append(f"/{resource} {size:.4g} Tf")
                font, now = resource, size
            operand += glyphs
        if operand:
            shown.append(f"[{operand.replace('><', '')}] TJ")
        shown.append("ET")
        self._state = (font, now, colour)
        code.append(" ".join(shown))

    # ------------------------------------------------------------ drawings and pictures

    def _draw(self, operators: str, fills: bool = False) -> None:
        self._mark(None)
        self._code.append(operators)
        if fills:
            self._state = (*self._state[:2], "")

    def picture(self, picture: Picture, x: float, y: float, width: float, height: float, node: Node) -> None:
        from reportlab.lib.utils import ImageReader

        self._mark(node)
        reader, canvas = ImageReader(io.BytesIO((grey(picture) if self.is_grey else picture).data)), self._canvas
        canvas.drawImage(reader, x, self.height - y - height, width, height)
        for name in canvas._formsinuse:
            self._used[self._document.getXObjectName(name)] = pdf.number(
                self._document, self._document.getXObjectName(name)
            )
        self._code += canvas._code
        canvas._code, canvas._formsinuse = [], []
        box = f"{x:.2f} {self.height - y - height:.2f} {x + width:.2f} {self.height - y:.2f}"
        node.attributes = f"/O /Layout /Placement /Block /BBox [{box}]"

    # ------------------------------------------------------------ places and links

    def anchor(self, key: str, y: float) -> None:
        """Links to `#key` lead to this height of this page."""
        self._anchors[key] = (self.page, self.height - y)
        # ReportLab finds a page by this name.
        self._document.idToObjectNumberAndVersion[f"Page{self.page + 1}"] = (self.tree.page(self.page), 0)
        self._canvas.bookmarkPage(key, fit="XYZ", left=0, top=round(self.height - y, 2), zoom=0)

    def outline(self, level: int, title: str, key: str) -> None:
        """An entry of the outline beside the page; `level` from 0, shown at most one deeper than the entry before."""
        deepest = self._outline[-1][0] + 1 if self._outline else 0
        self._outline.append((min(level + self.outline_from, deepest), title, key))

    def _link(self, span: Span, box: tuple[float, ...]) -> None:
        node = span.node
        assert node is not None
        number = self._file.reserve()
        self._notes.append(number)
        self._links.append((number, span, node, box, self.tree.parent_key(node)))
        node.kids.append(Annotation(number, self.page))

    def _annotation(self, span: Span, node: Node, box: tuple[float, ...], parent: int, pages: list[int]) -> bytes:
        if span.href.startswith("#"):
            page, top = self._anchors[span.href[1:]]
            target = f"/Dest [{pages[page]} 0 R /XYZ 0 {top:.2f} 0]"
        else:
            target = f"/A <</S /URI /URI {pdf.ascii_string(_address(span.href))}>>"
        rect = " ".join(f"{side:.2f}" for side in box)
        return (
            f"<</Type /Annot /Subtype /Link /Rect [{rect}] /Border [0 0 0] /F 4 {target} "
            f"/Contents {pdf.string(node.alt or span.text)} /StructParent {parent}>>"
        ).encode()


def _address(href: str) -> str:
    """The address in ASCII, as a PDF needs it."""
    from urllib.parse import quote

    return quote(href, safe=":/?#[]@!$&'()*+,;=%-._~")
