"""Writes the TrueType file that a PDF embeds: only the used shapes, in the order of their codes.

A cluster of several glyphs becomes one composite glyph, so that it has one code and that code one text. This is what
makes copying and searching right in every reader; the order of glyphs alone never is.

Works on the fonts of tools/build_assets.py: static, without hinting, 1000 units per em.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterable
from functools import cache
from pathlib import Path
from typing import NamedTuple

from trainer.typeset.faces import Glyphs

_WORDS, _XY, _ROUND, _SCALE, _MORE, _XY_SCALE, _MATRIX = 1, 2, 4, 8, 0x20, 0x40, 0x80

Box = tuple[int, int, int, int]


class Shape(NamedTuple):
    """What a code shows, and how far it moves on."""

    glyphs: Glyphs
    advance: int

    @property
    def is_plain(self) -> bool:
        return len(self.glyphs) == 1 and self.glyphs[0][1:] == (0, 0)


class Source:
    """A font file's outlines."""

    def __init__(self, data: bytes) -> None:
        count = struct.unpack_from(">H", data, 4)[0]
        records = (struct.unpack_from(">4sLLL", data, 12 + 16 * i) for i in range(count))
        self.tables = {tag.decode(): data[start : start + length] for tag, _, start, length in records}
        glyphs = struct.unpack_from(">H", self.tables["maxp"], 4)[0]
        if struct.unpack_from(">h", self.tables["head"], 50)[0]:
            self._loca = struct.unpack_from(f">{glyphs + 1}L", self.tables["loca"])
        else:
            self._loca = tuple(2 * at for at in struct.unpack_from(f">{glyphs + 1}H", self.tables["loca"]))

    def outline(self, glyph: int) -> bytes:
        """The glyph's own record; empty for a space."""
        return self.tables["glyf"][self._loca[glyph] : self._loca[glyph + 1]]

    def components(self, glyph: int) -> list[tuple[int, int]]:
        """(position in the record, glyph number) of each part of a composite; nothing for a plain outline."""
        record = self.outline(glyph)
        if not record or struct.unpack_from(">h", record)[0] >= 0:
            return []
        parts, at, flags = [], 10, _MORE
        while flags & _MORE:
            flags, part = struct.unpack_from(">HH", record, at)
            parts.append((at + 2, part))
            at += 8 if flags & _WORDS else 6
            at += 2 if flags & _SCALE else 4 if flags & _XY_SCALE else 8 if flags & _MATRIX else 0
        return parts

    def box(self, glyph: int) -> Box | None:
        record = self.outline(glyph)
        return struct.unpack_from(">hhhh", record, 2) if record else None

    def size(self, glyph: int) -> tuple[int, int]:
        """(points, contours), all parts counted."""
        record = self.outline(glyph)
        if not record:
            return 0, 0
        contours = struct.unpack_from(">h", record)[0]
        if contours >= 0:
            return (struct.unpack_from(">H", record, 8 + 2 * contours)[0] + 1 if contours else 0), contours
        parts = [self.size(part) for _, part in self.components(glyph)]
        return sum(points for points, _ in parts), sum(contours for _, contours in parts)


@cache
def source(path: Path) -> Source:
    return Source(path.read_bytes())


def assemble(font: Source, shapes: Iterable[Shape]) -> bytes:
    """A TrueType file in which glyph 0 is the font's empty box and glyph `i` shows `shapes[i - 1]`.

    Parts that no code shows by itself follow after the last code.
    """
    wanted = [Shape(((0, 0, 0),), 500), *shapes]
    places: dict[int, int] = {}
    for code, shape in enumerate(wanted):
        if shape.is_plain:
            places.setdefault(shape.glyphs[0][0], code)
    parts: list[int] = []

    def place(glyph: int) -> int:
        if glyph not in places:
            places[glyph] = len(wanted) + len(parts)
            parts.append(glyph)
        return places[glyph]

    records = [
        _renumbered(font, shape.glyphs[0][0], place) if shape.is_plain else _composite(font, shape.glyphs, place)
        for shape in wanted
    ]
    advances = [shape.advance for shape in wanted]
    for part in parts:  # grows while it is read: a part may have parts
        records.append(_renumbered(font, part, place))
        advances.append(0)
    return _file(font, records, advances, wanted)


def _renumbered(font: Source, glyph: int, place: Callable[[int], int]) -> bytes:
    record = bytearray(font.outline(glyph))
    for at, part in font.components(glyph):
        struct.pack_into(">H", record, at, place(part))
    return bytes(record)


def _composite(font: Source, glyphs: Glyphs, place: Callable[[int], int]) -> bytes:
    inked = [(glyph, x, y, box) for glyph, x, y in glyphs if (box := font.box(glyph))]
    if not inked:
        return b""
    bounds = (
        min(x + box[0] for _, x, _, box in inked),
        min(y + box[1] for _, _, y, box in inked),
        max(x + box[2] for _, x, _, box in inked),
        max(y + box[3] for _, _, y, box in inked),
    )
    record = struct.pack(">hhhhh", -1, *bounds)
    for number, (glyph, x, y, _) in enumerate(inked, 1):
        flags = _WORDS | _XY | _ROUND | (_MORE if number < len(inked) else 0)
        record += struct.pack(">HHhh", flags, place(glyph), x, y)
    return record


def _file(font: Source, records: list[bytes], advances: list[int], shapes: list[Shape]) -> bytes:
    loca, glyf = [0], bytearray()
    metrics = bytearray()
    for record, advance in zip(records, advances, strict=True):
        glyf += record + b"\0" * (-len(record) % 4)
        loca.append(len(glyf))
        metrics += struct.pack(">Hh", max(0, advance), struct.unpack_from(">h", record, 2)[0] if record else 0)
    head, hhea, maxp = (bytearray(font.tables[tag]) for tag in ("head", "hhea", "maxp"))
    struct.pack_into(">L", head, 8, 0)
    struct.pack_into(">h", head, 50, 1)
    struct.pack_into(">H", hhea, 34, len(records))
    sizes = [font.size(glyph) for shape in shapes for glyph, _, _ in shape.glyphs]
    widest = max(len(shape.glyphs) for shape in shapes)
    points, contours = (max(size[axis] for size in sizes) * widest for axis in (0, 1))
    struct.pack_into(">H", maxp, 4, len(records))
    struct.pack_into(">HH", maxp, 10, min(points, 0xFFFF), min(contours, 0xFFFF))
    struct.pack_into(">HH", maxp, 28, max(widest, 8), 4)
    tables = {
        "glyf": bytes(glyf), "head": bytes(head), "hhea": bytes(hhea), "hmtx": bytes(metrics),
        "loca": struct.pack(f">{len(loca)}L", *loca), "maxp": bytes(maxp),
    }  # fmt: skip
    return _packed(tables)


def _packed(tables: dict[str, bytes]) -> bytes:
    at, body, directory = 12 + 16 * len(tables), bytearray(), bytearray()
    for tag, table in sorted(tables.items()):
        padded = table + b"\0" * (-len(table) % 4)
        checksum = sum(struct.unpack(f">{len(padded) // 4}L", padded)) & 0xFFFFFFFF
        directory += struct.pack(">4sLLL", tag.encode(), checksum, at + len(body), len(table))
        body += padded
    power = len(tables).bit_length() - 1
    search = 16 << power
    return struct.pack(">LHHHH", 0x10000, len(tables), search, power, 16 * len(tables) - search) + directory + body
