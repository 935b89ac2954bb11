"""A font as one document uses it: which codes it has given out, and the objects that go into the file."""

from __future__ import annotations

import hashlib

from trainer.typeset import pdf, truetype
from trainer.typeset.faces import CACHED_WORDS, Cluster, Face, Glyphs, Shaped
from trainer.typeset.file import File
from trainer.typeset.truetype import Shape


class EmbeddedFont:
    """Gives every cluster of `face` a code with one shape and one text.

    Codes count from 1 in the order of first use, so that the same document is the same bytes whatever the process
    has set before.
    """

    def __init__(self, face: Face, resource: str) -> None:
        self.face, self.resource = face, resource
        self._codes: dict[tuple[str, Glyphs], int] = {}
        self._known: dict[Cluster, tuple[str, int]] = {}
        self._shapes: list[Shape] = []
        self._texts: list[str] = []

    def encode(self, clusters: tuple[Cluster, ...]) -> str:
        """The operand of TJ that shows `clusters`, without its brackets."""
        operand, run = [], []
        known = self._known
        for cluster in clusters:
            code, tighter = known.get(cluster) or self._coded(cluster)
            run.append(code)
            if tighter:
                operand.append(f"<{''.join(run)}>{tighter}")
                run.clear()
        if run:
            operand.append(f"<{''.join(run)}>")
        return "".join(operand)

    def _coded(self, cluster: Cluster) -> tuple[str, int]:
        """-> (its code in hexadecimal, by how much it is tighter than its code's own width)"""
        code = self._codes.get(cluster[:2]) or self._new(cluster)
        coded = self._known[cluster] = (f"{code:04x}", self._shapes[code - 1].advance - cluster.advance)
        return coded

    def _new(self, cluster: Cluster) -> int:
        shape = Shape(cluster.glyphs, cluster.advance)
        if shape.is_plain:
            # Its own width, not the kerned one: kerning is written beside the code.
            shape = Shape(cluster.glyphs, self.face.advance(cluster.glyphs[0][0]))
        self._shapes.append(shape)
        self._texts.append(cluster.text)
        code = self._codes[cluster.text, cluster.glyphs] = len(self._shapes)
        return code

    def write(self, file: File) -> int:
        """Add the font to the file. -> number of its object"""
        data = truetype.assemble(truetype.source(self.face.path), self._shapes)
        tag = "".join(chr(65 + byte % 26) for byte in hashlib.sha256(data).digest()[:6])
        name = f"{tag}+{self.face.name}"
        embedded = file.add(pdf.stream(data, f"/Length1 {len(data)} "))
        head = truetype.source(self.face.path).tables["head"]
        box = " ".join(str(int.from_bytes(head[at : at + 2], "big", signed=True)) for at in (36, 38, 40, 42))
        descriptor = file.add(
            f"<</Type /FontDescriptor /FontName /{name} /Flags 4 /FontBBox [{box}] /ItalicAngle 0 "
            f"/Ascent {self.face.ascent} /Descent {self.face.descent} /CapHeight 714 /StemV 80 "
            f"/FontFile2 {embedded} 0 R>>".encode()
        )
        widths = " ".join(str(shape.advance) for shape in self._shapes)
        descendant = file.add(
            f"<</Type /Font /Subtype /CIDFontType2 /BaseFont /{name} /CIDToGIDMap /Identity "
            f"/CIDSystemInfo <</Registry (Adobe) /Ordering (Identity) /Supplement 0>> "
            f"/FontDescriptor {descriptor} 0 R /DW 500 /W [1 [{widths}]]>>".encode()
        )
        unicode = file.add(pdf.stream(self._unicode_map()))
        return file.add(
            f"<</Type /Font /Subtype /Type0 /BaseFont /{name} /Encoding /Identity-H "
            f"/DescendantFonts [{descendant} 0 R] /ToUnicode {unicode} 0 R>>".encode()
        )

    def _unicode_map(self) -> bytes:
        rows = [f"<{code:04x}> <{text.encode('utf-16-be').hex()}>" for code, text in enumerate(self._texts, 1)]
        lines = [
            "/CIDInit /ProcSet findresource begin 12 dict begin begincmap",
            "/CIDSystemInfo <</Registry (Adobe) /Ordering (UCS) /Supplement 0>> def",
            "/CMapName /Adobe-Identity-UCS def /CMapType 2 def",
            "1 begincodespacerange <0000> <ffff> endcodespacerange",
        ]
        for at in range(0, len(rows), 100):
            chunk = rows[at : at + 100]
            lines += [f"{len(chunk)} beginbfchar", *chunk, "endbfchar"]
        lines.append("endcmap CMapName currentdict /CMap defineresource pop end end")
        return "\n".join(lines).encode()


class Fonts:
    """The fonts of one document."""

    def __init__(self) -> None:
        self._fonts: dict[Face, EmbeddedFont] = {}
        self.encoded: dict[Shaped, tuple[tuple[str, str], ...]] = {}
        """Pieces that were encoded before; whoever has many may look here first."""

    def encode(self, shaped: Shaped) -> tuple[tuple[str, str], ...]:
        """-> (font resource, TJ operand) of each run of the piece."""
        encoded = self.encoded.get(shaped)
        if encoded is None:
            if len(self.encoded) >= CACHED_WORDS:
                self.encoded.clear()
            fonts = ((self._font(face), clusters) for face, clusters in shaped.runs)
            encoded = self.encoded[shaped] = tuple((font.resource, font.encode(run)) for font, run in fonts)
        return encoded

    def _font(self, face: Face) -> EmbeddedFont:
        if face not in self._fonts:
            self._fonts[face] = EmbeddedFont(face, f"T{len(self._fonts) + 1}")
        return self._fonts[face]

    def write(self, file: File) -> bytes:
        """Add the fonts to the file. -> the dictionary of them, as pages refer to it"""
        fonts = " ".join(f"/{font.resource} {font.write(file)} 0 R" for font in self._fonts.values())
        return f"<<{fonts}>>".encode()
