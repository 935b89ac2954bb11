"""The document being written: pages, text, rules, pictures, links, outline, tags.

ReportLab's canvas keeps pages, fonts' place, outline and file; text is written here, glyph by glyph.
Coordinates are points from the top left corner of the page.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from html import escape
from typing import Any

from reportlab.pdfgen.canvas import Canvas

from trainer.typeset import file, pdf
from trainer.typeset.embed import Fonts
from trainer.typeset.lines import RAISED, RISE, Line, Span
from trainer.typeset.pictures import Picture
from trainer.typeset.structure import Annotation, Node, Tree

PAPERS: dict[str, tuple[float, float]] = {"a4": (595.276, 841.89), "letter": (612.0, 792.0)}
"""Width and height in points."""

ROUND = 0.5523
"""How far a Bézier handle reaches to draw a quarter of a circle of radius 1."""


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """What the file says about itself."""

    title: str
    lang: str
    author: str = ""
    subject: str = ""
    date: str = ""
    """ISO date for the metadata; empty: none, so that the bytes depend on the content alone."""


_Base: Any = Canvas  # what is used of it is not in its published types


class _Canvas(_Base):  # type: ignore[misc]
    """ReportLab's canvas without the Helvetica that it names on every page, and with tags."""

    def _make_preamble(self) -> None:
        self._preamble = "1 0 0 1 0 0 cm"

    def _setAnnotations(self, page: Any) -> None:  # noqa: N802  ReportLab's name
        super()._setAnnotations(page)
        page.__NoDefault__ = [*page.__NoDefault__, "StructParents", "Tabs"]
        page.StructParents = self.getPageNumber() - 1
        page.Tabs = "/S"


class Sheet:
    """One document. Pages are written one after the other; `finish` gives the file."""

    def __init__(self, about: About, paper: str) -> None:
        self.about = about
        self.width, self.height = PAPERS[paper]
        self._canvas: Any = _Canvas(
            io.BytesIO(), pagesize=PAPERS[paper], pageCompression=1, pdfVersion=(1, 7), lang=about.lang
        )
        self._document = self._canvas._doc
        self._fonts = Fonts()
        self.tree = Tree(about.lang)
        self.page = 0
        """Number of the page being written, from 0."""
        self._code: list[str] = []
        self._open: Node | None = None
        self._is_artifact = False
        self._state: tuple[str, float, str] = ("", 0.0, "")
        self._anchors: dict[str, tuple[int, float]] = {}
        self._links: list[tuple[pdf.Raw, Span, Node, tuple[float, ...], int]] = []
        self._outline: list[tuple[int, str, str]] = []

    # ------------------------------------------------------------ pages

    def paper(self, name: str, *, landscape: bool = False) -> None:
        """Size of the page that begins and of those after it; before anything is drawn on it."""
        short, long = PAPERS[name]
        self.width, self.height = (long, short) if landscape else (short, long)
        self._canvas.setPageSize((self.width, self.height))

    def end_page(self) -> None:
        self._close()
        self._canvas._code.append("\n".join(self._code))
        self._canvas.showPage()
        self._code, self._state = [], ("", 0.0, "")
        self.page += 1

    def finish(self) -> bytes:
        """The file. The sheet must not be used afterwards."""
        document, canvas = self._document, self._canvas
        for level, title, key in self._outline:
            canvas.addOutlineEntry(title, key, level)
        pages = [pdf.number(document, f"Page{number}") for number in range(1, self.page + 1)]
        for raw, span, node, box, parent in self._links:
            raw.body = self._annotation(span, node, box, parent, pages)
        self._fonts.write(document)
        catalog = document.Catalog
        catalog.StructTreeRoot = f"{self.tree.write(document, pages)} 0 R"
        catalog.MarkInfo = "<</Marked true>>"
        catalog.ViewerPreferences = "<</DisplayDocTitle true>>"
        catalog.PageMode = "/UseOutlines" if self._outline else "/UseNone"
        _, metadata = pdf.add(document, "metadata", pdf.stream(self._xmp(), "/Type /Metadata /Subtype /XML ", False))
        catalog.Metadata = f"{metadata} 0 R"
        self._inform()
        return file.write(document, canvas)

    def _inform(self) -> None:
        canvas, about = self._canvas, self.about
        canvas.setTitle(about.title)
        canvas.setAuthor(about.author)
        canvas.setSubject(about.subject)
        canvas.setCreator("Trainer")
        canvas.setProducer("Trainer")
        self._document.info.format = lambda _: (
            f"<</Title {pdf.string(about.title)} /Author {pdf.string(about.author)} "
            f"/Subject {pdf.string(about.subject)} /Creator (Trainer) /Producer (Trainer)>>"
        ).encode()

    # ------------------------------------------------------------ marked content

    def _mark(self, node: Node | None) -> None:
        """What follows belongs to `node`; None: to nobody, it is decoration."""
        if self._open is node and (node is not None or self._is_artifact):
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

    # ------------------------------------------------------------ shapes

    def rule(self, x: float, y: float, to: float, weight: float = 0.5, stroke: str = "0 G") -> None:
        """A horizontal rule, as decoration."""
        self._draw(f"{stroke} {weight:g} w {x:.2f} {self.height - y:.2f} m {to:.2f} {self.height - y:.2f} l S")

    def line(self, x: float, y: float, to: tuple[float, float], weight: float, stroke: str, dashes: str = "") -> None:
        """A straight line from (x, y); `dashes`: lengths of strokes and gaps, `4 3`."""
        across, down = to
        self._draw(
            f"q {stroke} {weight:g} w [{dashes}] 0 d {x:.2f} {self.height - y:.2f} m "
            f"{across:.2f} {self.height - down:.2f} l S Q"
        )

    def dots(self, x: float, y: float, to: float, stroke: str = "0.55 G") -> None:
        """Leader dots."""
        up = self.height - y
        self._draw(f"q {stroke} 0.9 w 1 J [0 4] 0 d {x:.2f} {up:.2f} m {to:.2f} {up:.2f} l S Q")

    def block(self, x: float, y: float, width: float, height: float, fill: str) -> None:
        self._draw(f"{fill} {x:.2f} {self.height - y - height:.2f} {width:.2f} {height:.2f} re f", fills=True)

    def frame(self, x: float, y: float, width: float, height: float, weight: float = 0.7, stroke: str = "0 G") -> None:
        self._draw(f"{stroke} {weight:g} w {x:.2f} {self.height - y - height:.2f} {width:.2f} {height:.2f} re S")

    def circle(self, x: float, y: float, radius: float, weight: float = 0.7, stroke: str = "0 G") -> None:
        """Centre and radius."""
        y, k, r = self.height - y, radius * ROUND, radius
        self._draw(
            f"{stroke} {weight:g} w {x + r:.2f} {y:.2f} m "
            f"{x + r:.2f} {y + k:.2f} {x + k:.2f} {y + r:.2f} {x:.2f} {y + r:.2f} c "
            f"{x - k:.2f} {y + r:.2f} {x - r:.2f} {y + k:.2f} {x - r:.2f} {y:.2f} c "
            f"{x - r:.2f} {y - k:.2f} {x - k:.2f} {y - r:.2f} {x:.2f} {y - r:.2f} c "
            f"{x + k:.2f} {y - r:.2f} {x + r:.2f} {y - k:.2f} {x + r:.2f} {y:.2f} c s"
        )

    def curve(self, path: str, weight: float, stroke: str) -> None:
        """A ready path, in PDF's own coordinates."""
        self._draw(f"{stroke} {weight:g} w 1 J {path} S 0 J")

    def _draw(self, operators: str, fills: bool = False) -> None:
        self._mark(None)
        self._code.append(operators)
        if fills:
            self._state = (*self._state[:2], "")

    def picture(self, picture: Picture, x: float, y: float, width: float, height: float, node: Node) -> None:
        from reportlab.lib.utils import ImageReader

        self._mark(node)
        self._canvas._code.append("\n".join(self._code))
        self._code = []
        reader = ImageReader(io.BytesIO(picture.data))
        self._canvas.drawImage(reader, x, self.height - y - height, width, height)
        box = f"{x:.2f} {self.height - y - height:.2f} {x + width:.2f} {self.height - y:.2f}"
        node.attributes = f"/O /Layout /Placement /Block /BBox [{box}]"

    # ------------------------------------------------------------ places and links

    def anchor(self, key: str, y: float) -> None:
        """Links to `#key` lead to this height of this page."""
        self._anchors[key] = (self.page, self.height - y)
        self._canvas.bookmarkPage(key, fit="XYZ", left=0, top=round(self.height - y, 2), zoom=0)

    def outline(self, level: int, title: str, key: str) -> None:
        """An entry of the outline beside the page; `level` from 0, at most one deeper than the entry before."""
        self._outline.append((level, title, key))

    def _link(self, span: Span, box: tuple[float, ...]) -> None:
        node = span.node
        assert node is not None
        name = f"{self.page}.{len(self._links)}"
        raw = pdf.Raw()
        self._canvas._addAnnotation(raw, name)
        self._links.append((raw, span, node, box, self.tree.parent_key(node)))
        node.kids.append(Annotation(pdf.number(self._document, f"Annot.{name}"), self.page))

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

    def _xmp(self) -> bytes:
        about = self.about
        date = f"<xmp:CreateDate>{escape(about.date)}</xmp:CreateDate>" if about.date else ""
        return (
            '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?><x:xmpmeta xmlns:x="adobe:ns:meta/">'
            '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description rdf:about="" '
            'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:xmp="http://ns.adobe.com/xap/1.0/" '
            'xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/">'
            f'<dc:title><rdf:Alt><rdf:li xml:lang="x-default">{escape(about.title)}</rdf:li></rdf:Alt></dc:title>'
            f"<dc:language><rdf:Bag><rdf:li>{escape(about.lang)}</rdf:li></rdf:Bag></dc:language>{date}"
            '<pdfuaid:part>1</pdfuaid:part></rdf:Description></rdf:RDF></x:xmpmeta><?xpacket end="w"?>'
        ).encode()


def _address(href: str) -> str:
    """The address in ASCII, as a PDF needs it."""
    from urllib.parse import quote

    return quote(href, safe=":/?#[]@!$&'()*+,;=%-._~")
