"""The cells of an XLSX, read within bounds: parts, bytes, elements, rows and columns. Nothing is worked out.

A reader of our own: it needs texts and their places, and whether a cell is worked out, which finished readers do not
tell. One of them also trusts counts that the file states about itself, so that two kilobytes could end the process.
"""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from typing import NamedTuple
from xml.parsers import expat

from trainer.services.problems import Invalid

MOST_PARTS = 1_000
LARGEST_UNPACKED = 20_000_000
HIGHEST_RATIO = 100
"""Unpacked to packed size of one part, above the first million bytes."""
MOST_ELEMENTS = 1_000_000
"""Of XML, in all parts together."""
_NEEDED = re.compile(r"xl/(workbook|sharedStrings)\.xml|xl/_rels/workbook\.xml\.rels|xl/worksheets/[\w.-]+\.xml")
_PLACE = re.compile(r"([A-Z]{1,3})([1-9][0-9]{0,6})")
_NUMBER = re.compile(r"[1-9][0-9]{0,6}")


class Formula(NamedTuple):
    """A cell that a spreadsheet works out. What it shows is not read."""


class Bounds(NamedTuple):
    """How far a sheet may reach, and what to say when it goes beyond."""

    rows: int
    columns: int
    too_large: Invalid
    too_wide: Invalid


Rows = list[list[str | float | Formula]]


def sheets(data: bytes, bounds: Bounds) -> list[tuple[str, Rows]]:
    """Name and rows of every sheet that can be seen and holds something, in the book's order. Raises Invalid."""
    parts = _parts(data, bounds)
    if "xl/workbook.xml" not in parts:
        raise Invalid("roster-other", field="file")
    reader = _Reader(bounds)
    book, targets, words = _Book(), _Relations(), _Words()
    reader.read(parts["xl/workbook.xml"], book)
    reader.read(parts.get("xl/_rels/workbook.xml.rels", b"<none/>"), targets)
    reader.read(parts.get("xl/sharedStrings.xml", b"<none/>"), words)
    found = []
    for name, relation in book.seen:
        target = targets.of.get(relation, "")
        part = parts.get(target.removeprefix("/") if target.startswith("/") else f"xl/{target}")
        if part is not None:
            cells = _Cells(words.all, bounds)
            reader.read(part, cells)
            if cells.rows:
                found.append((name, cells.table()))
    return found


def _broken() -> Invalid:
    return Invalid("roster-broken", field="file")


def _parts(data: bytes, bounds: Bounds) -> dict[str, bytes]:
    """The parts that hold cells, unpacked. Raises Invalid."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = archive.infolist()
            if len(entries) > MOST_PARTS:
                raise bounds.too_large
            needed = [one for one in entries if _NEEDED.fullmatch(one.filename)]
            if len({one.filename for one in needed}) < len(needed):
                raise _broken()
            return dict(_unpacked(archive, needed, bounds))
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError, EOFError, ValueError, zlib.error):
        raise _broken() from None


def _unpacked(archive: zipfile.ZipFile, entries: list[zipfile.ZipInfo], bounds: Bounds) -> Iterator[tuple[str, bytes]]:
    left = LARGEST_UNPACKED
    for entry in entries:
        if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise _broken()
        with archive.open(entry) as file:
            # The size in the directory is whatever its writer says.
            part = file.read(left + 1)
        left -= len(part)
        if left < 0 or len(part) > max(1_000_000, HIGHEST_RATIO * entry.compress_size):
            raise bounds.too_large
        yield entry.filename, part


class _Handler:
    """What is done with the elements of a part. Names come without their namespaces."""

    def start(self, name: str, attributes: Mapping[str, str]) -> None: ...

    def end(self, name: str) -> None: ...

    def text(self, text: str) -> None: ...


class _Reader:
    """Reads parts; their elements are counted over all of them."""

    def __init__(self, bounds: Bounds) -> None:
        self.bounds, self.left = bounds, MOST_ELEMENTS

    def read(self, part: bytes, handler: _Handler) -> None:
        """Raises Invalid."""
        parser = expat.ParserCreate(namespace_separator=" ")
        parser.buffer_text = True

        def start(name: str, attributes: dict[str, str]) -> None:
            self.left -= 1
            if self.left < 0:
                raise self.bounds.too_large
            handler.start(_local(name), {_local(key): value for key, value in attributes.items()})

        def doctype(*_: object) -> None:
            # No spreadsheet program writes one; it could define words that grow without end.
            raise _broken()

        parser.StartElementHandler = start
        parser.EndElementHandler = lambda name: handler.end(_local(name))
        parser.CharacterDataHandler = handler.text
        parser.StartDoctypeDeclHandler = doctype
        try:
            parser.Parse(part, True)
        except (expat.ExpatError, ValueError, LookupError):
            raise _broken() from None


def _local(name: str) -> str:
    return name.rpartition(" ")[2]


class _Book(_Handler):
    """The sheets that can be seen: name, and id of the relation that leads to the part."""

    def __init__(self) -> None:
        self.seen: list[tuple[str, str]] = []

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        if name == "sheet" and attributes.get("state", "visible") == "visible":
            self.seen.append((attributes.get("name", ""), attributes.get("id", "")))


class _Relations(_Handler):
    """Id → part."""

    def __init__(self) -> None:
        self.of: dict[str, str] = {}

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        if name == "Relationship":
            self.of[attributes.get("Id", "")] = attributes.get("Target", "")


class _Words(_Handler):
    """Texts that cells share. A text may be in pieces; how it is pronounced (`rPh`) is not part of it."""

    def __init__(self) -> None:
        self.all: list[str] = []
        self.pieces: list[str] = []
        self.taking = self.aside = False

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        if name == "si":
            self.pieces = []
        self.aside = self.aside or name == "rPh"
        self.taking = name == "t" and not self.aside

    def end(self, name: str) -> None:
        self.taking = False
        if name == "rPh":
            self.aside = False
        if name == "si":
            self.all.append("".join(self.pieces))

    def text(self, text: str) -> None:
        if self.taking:
            self.pieces.append(text)


class _Cells(_Handler):
    """What stands in the cells of a sheet, by row and column from 0. Empty cells are left out."""

    def __init__(self, words: list[str], bounds: Bounds) -> None:
        self.words, self.bounds = words, bounds
        self.rows: dict[int, dict[int, str | float | Formula]] = {}
        self.row = self.column = -1
        self.kind = ""
        self.pieces: list[str] = []
        self.worked_out = self.taking = self.aside = False

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        if name == "row":
            self.row, self.column = _row(attributes.get("r"), self.row + 1), -1
        elif name == "c":
            self.row, self.column = _place(attributes.get("r"), self.row, self.column + 1)
            self.kind, self.pieces, self.worked_out = attributes.get("t", "n"), [], False
        elif name == "f":
            self.worked_out = True
        self.aside = self.aside or name == "rPh"
        self.taking = name in ("v", "t") and not self.aside

    def end(self, name: str) -> None:
        self.taking = False
        if name == "rPh":
            self.aside = False
        if name == "c":
            self._keep("".join(self.pieces))

    def text(self, text: str) -> None:
        if self.taking:
            self.pieces.append(text)

    def _keep(self, text: str) -> None:
        if not text and not self.worked_out:
            return
        if self.row >= self.bounds.rows:
            raise self.bounds.too_large
        if self.column >= self.bounds.columns:
            raise self.bounds.too_wide
        self.rows.setdefault(self.row, {})[self.column] = Formula() if self.worked_out else self._value(text)

    def _value(self, text: str) -> str | float:
        """A text; any number where there is none: a date, a yes or no, an error."""
        if self.kind == "s":
            if not text.isdecimal() or int(text) >= len(self.words):
                raise ValueError(text)
            return self.words[int(text)]
        if self.kind in ("str", "inlineStr"):
            return text
        return float(text) if self.kind == "n" else 0.0

    def table(self) -> Rows:
        made: Rows = []
        for number in range(max(self.rows) + 1):
            row = self.rows.get(number, {})
            made.append([row.get(column, "") for column in range(max(row, default=-1) + 1)])
        return made


def _row(text: str | None, following: int) -> int:
    """Raises ValueError."""
    if text is None:
        return following
    if _NUMBER.fullmatch(text) is None:
        raise ValueError(text)
    return int(text) - 1


def _place(text: str | None, row: int, column: int) -> tuple[int, int]:
    """`B7` → (6, 1). Without a place, the next cell. Raises ValueError."""
    if text is None:
        return max(row, 0), column
    if (named := _PLACE.fullmatch(text)) is None:
        raise ValueError(text)
    number = 0
    for letter in named[1]:
        number = 26 * number + ord(letter) - 64
    return int(named[2]) - 1, number - 1
