"""Name lists as they arrive: pasted text, CSV or XLSX, turned into rows of cells. Nothing is evaluated.

What is opened is bounded first: bytes, parts of the archive, how far they unpack, how far the sheet reaches. Of an
XLSX only the parts that hold cells are read; they are packed anew, so that the reader sees what was checked.
"""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Iterator, Mapping
from datetime import date, datetime, time, timedelta
from typing import NamedTuple

from python_calamine import CalamineError, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

from trainer.services.problems import SENTENCES, Invalid
from trainer.vocabulary import N_

MOST_NAMES = 5_000
LARGEST_LIST = 2_000_000
"""Bytes of an upload or a paste."""
SEPARATORS = "\t;,|"
MOST_COLUMNS = 60
MOST_ROWS = MOST_NAMES + 200
"""Of a sheet: headings, notes and empty rows have room beside the names."""
LARGEST_UNPACKED = 30_000_000
MOST_PARTS = 1_000
HIGHEST_RATIO = 100
"""Unpacked to packed size of one part, above the first million bytes."""

SENTENCES.update(
    {
        "roster-empty": N_("There are no names in this list."),
        "roster-large": N_("This list is too large. A list can have at most %(names)s names and %(size)s MB."),
        "roster-wide": N_("This list has more than %(columns)s columns. Take the others out."),
        "roster-binary": N_("This file is no list of names. Use a CSV or XLSX file, or paste the names."),
        "roster-old": N_("This file has a password, or it is in an old format. Save it as XLSX without a password, or "
                         "as CSV."),
        "roster-other": N_("This kind of file cannot be read. Save it as XLSX or CSV."),
        "roster-broken": N_("This file is damaged and cannot be opened. Save it again, or paste the names."),
        "roster-encoding": N_("The letters of this file cannot be read. Save it as CSV with UTF-8, or as XLSX."),
        "roster-quotes": N_("Row %(row)s: a quotation mark is opened and not closed, so the cells cannot be told "
                            "apart."),
        "note-encoding": N_("The file does not say how its letters are written. It was read as %(encoding)s. Look at "
                            "the names: if they are wrong, save the file as UTF-8."),
        "note-sheets": N_("Only the sheet “%(sheet)s” was read."),
    }
)  # fmt: skip

Cell = str | float | bool | date | datetime | time | timedelta


class Formula(NamedTuple):
    """A cell that a spreadsheet works out. What it shows is not read."""


class Note(NamedTuple):
    """Something the reader decided, which a person should look at."""

    code: str
    params: Mapping[str, object]


class Table(NamedTuple):
    """Rows of cells, as the file numbers them: the first row is 1."""

    rows: list[list[Cell | Formula]]
    notes: tuple[Note, ...] = ()
    pasted: bool = False
    """Typed or pasted into a field: a line is a name unless the first one names columns."""


def too_large() -> Invalid:
    return Invalid("roster-large", field="file", names=MOST_NAMES, size=LARGEST_LIST // 1_000_000)


def pasted(text: str) -> Table:
    """Lines of a field. Cells are told apart later, when it is known whether the first line names columns."""
    if len(text.encode("utf-8", "replace")) > LARGEST_LIST:
        raise too_large()
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    if len(lines) > MOST_ROWS:
        raise too_large()
    return Table([[line] for line in lines], pasted=True)


def opened(data: bytes) -> Table:
    """A CSV or XLSX file, told by its first bytes and never by its name. Raises Invalid."""
    if len(data) > LARGEST_LIST:
        raise too_large()
    if data.startswith(b"PK\x03\x04"):
        return _from_xlsx(data)
    if data.startswith(b"\xd0\xcf\x11\xe0"):
        raise Invalid("roster-old", field="file")
    text, encoding = decoded(data)
    notes = (Note("note-encoding", {"encoding": encoding}),) if encoding else ()
    return Table(split(text, _separator(text)), notes)


# ----------------------------------------------------------------------- text

_THAI_RUN = re.compile(rb"[\xa1-\xda\xdf-\xfb]{3,}")
_HIGH = re.compile(rb"[\x80-\xff]")
_VIETNAMESE_TONES = re.compile(rb"[AEIOUYaeiouy\xc2\xca\xd4\xc3\xd5\xdd\xe2\xea\xf4\xe3\xf5\xfd][\xcc\xd2\xde\xec\xf2]")
"""Windows-1258 writes a tone after its vowel; in Western Europe the same bytes are vowels of their own."""
_TONES = re.compile(rb"[\xcc\xd2\xde\xec\xf2]")
_BINARY = re.compile("[\x00-\x08\x0e-\x1f\x7f]")


def decoded(data: bytes) -> tuple[str, str]:
    """The text, and the name of its encoding if that was a guess. Raises Invalid."""
    encoding, guess = _encoding(data)
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError:
        raise Invalid("roster-encoding", field="file") from None
    if _BINARY.search(text):
        raise Invalid("roster-binary", field="file")
    return text, guess


def _encoding(data: bytes) -> tuple[str, str]:
    """Python's name, and the name for people where the bytes do not say it themselves."""
    if data.startswith(b"\xef\xbb\xbf"):
        return "utf-8-sig", ""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16", ""
    is_utf8 = _is_utf8(data)
    sample = data[:4_000]
    first, second = sample[::2].count(0), sample[1::2].count(0)
    # In UTF-16 spaces, line ends and Latin letters have a zero on one side; on the other, few letters have one (က).
    one_sided = len(data) % 2 == 0 and max(first, second) > 3 * min(first, second)
    if one_sided and (not is_utf8 or 4 * (first + second) >= len(sample)):
        return ("utf-16-le", "UTF-16 LE") if second > first else ("utf-16-be", "UTF-16 BE")
    return ("utf-8", "") if is_utf8 else _old_encoding(data)


def _is_utf8(data: bytes) -> bool:
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _old_encoding(data: bytes) -> tuple[str, str]:
    high = len(_HIGH.findall(data))
    if 2 * sum(len(run) for run in _THAI_RUN.findall(data)) > high:
        return "cp874", "Windows-874"
    tones = len(_VIETNAMESE_TONES.findall(data))
    if tones and 2 * tones >= len(_TONES.findall(data)):
        return "cp1258", "Windows-1258"
    return "cp1252", "Windows-1252"


def _separator(text: str) -> str:
    """What most of the first lines have between their cells; none: one cell in a row."""
    lines = [line for line in text.splitlines()[:200] if line.strip()][:20]
    counts = {mark: sum(mark in line for line in lines) for mark in SEPARATORS}
    best = max(SEPARATORS, key=lambda mark: counts[mark])
    return best if counts[best] else ""


def split(text: str, separator: str) -> list[list[Cell | Formula]]:
    """Cells of a CSV. Without a separator, of lines. Raises Invalid for a quotation mark that is not closed."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator or "\x1f", strict=True)
    rows: list[list[Cell | Formula]] = []
    try:
        for row in reader:
            rows.append([*row])
            if len(row) > MOST_COLUMNS:
                raise Invalid("roster-wide", field="file", columns=MOST_COLUMNS)
            if len(rows) > MOST_ROWS:
                raise too_large()
    except csv.Error:
        raise Invalid("roster-quotes", field="file", row=len(rows) + 1) from None
    return rows


# ----------------------------------------------------------------------- XLSX

_RELATION = re.compile(rb"<(?:\w+:)?Relationship\b[^>]*>")
_SHEET = re.compile(rb"<(?:\w+:)?sheet\b[^>]*>")
_ATTRIBUTE = re.compile(rb"([\w:]+)\s*=\s*(?:\"([^\"]*)\"|'([^']*)')")
_TOKEN = re.compile(rb"<(?:\w+:)?(row|c|f|v|is)\b([^>]*)>")
_PLACE = re.compile(rb"([A-Z]{1,3})([0-9]{1,7})")
_FORBIDDEN = re.compile(rb"<!DOCTYPE|<!ENTITY|\x00", re.IGNORECASE)
_NEEDED = re.compile(r"\[Content_Types\]\.xml|_rels/\.rels|xl/(workbook|sharedStrings|styles)\.xml|"
                     r"xl/_rels/workbook\.xml\.rels|xl/worksheets/[\w.-]+\.xml")  # fmt: skip


def _from_xlsx(data: bytes) -> Table:
    parts = _parts(data)
    if "xl/workbook.xml" not in parts:
        raise Invalid("roster-other", field="file")
    formulas = {name: _formulas(parts[path]) for name, path in _sheets(parts)}
    try:
        with CalamineWorkbook.from_filelike(io.BytesIO(_packed(parts))) as book:
            return _first_sheet(book, formulas)
    except CalamineError:
        raise Invalid("roster-broken", field="file") from None


def _first_sheet(book: CalamineWorkbook, formulas: Mapping[str, set[tuple[int, int]]]) -> Table:
    """The first sheet that can be seen and holds something."""
    seen = [
        sheet.name
        for sheet in book.sheets_metadata
        if sheet.typ == SheetTypeEnum.WorkSheet and sheet.visible == SheetVisibleEnum.Visible
    ]
    filled = [(name, rows) for name in seen if (rows := book.get_sheet_by_name(name).to_python(skip_empty_area=False))]
    if not filled:
        return Table([])
    name, rows = filled[0]
    if name not in formulas:
        raise Invalid("roster-broken", field="file")
    cells: list[list[Cell | Formula]] = [[*row] for row in rows]
    for row, column in formulas[name]:
        while len(cells) <= row:
            cells.append([])
        cells[row] += [""] * (column + 1 - len(cells[row]))
        cells[row][column] = Formula()
    return Table(cells, (Note("note-sheets", {"sheet": name}),) if len(filled) > 1 else ())


def _parts(data: bytes) -> dict[str, bytes]:
    """The parts of an XLSX that hold cells, unpacked within bounds. Raises Invalid."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = archive.infolist()
            if len(entries) > MOST_PARTS:
                raise too_large()
            return dict(_unpacked(archive, [one for one in entries if _NEEDED.fullmatch(one.filename)]))
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError, EOFError, ValueError):
        raise Invalid("roster-broken", field="file") from None
    except Exception as error:
        # zlib and lzma have errors of their own, without a common root.
        if type(error).__name__ in ("error", "LZMAError"):
            raise Invalid("roster-broken", field="file") from None
        raise


def _unpacked(archive: zipfile.ZipFile, entries: list[zipfile.ZipInfo]) -> Iterator[tuple[str, bytes]]:
    left, seen = LARGEST_UNPACKED, set[str]()
    for entry in entries:
        with archive.open(entry) as file:
            # The size in the directory is whatever its writer says.
            part = file.read(left + 1)
        left -= len(part)
        if left < 0 or len(part) > max(1_000_000, HIGHEST_RATIO * entry.compress_size):
            raise too_large()
        if entry.filename in seen or _FORBIDDEN.search(part):
            raise Invalid("roster-broken", field="file")
        seen.add(entry.filename)
        yield entry.filename, part


def _packed(parts: Mapping[str, bytes]) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_STORED) as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    return made.getvalue()


def _sheets(parts: Mapping[str, bytes]) -> Iterator[tuple[str, str]]:
    """Name of each sheet, and its part."""
    targets = {}
    for tag in _RELATION.findall(parts.get("xl/_rels/workbook.xml.rels", b"")):
        relation = _attributes(tag)
        targets[relation.get("Id", "")] = relation.get("Target", "")
    for tag in _SHEET.findall(parts["xl/workbook.xml"]):
        sheet = _attributes(tag)
        target = targets.get(sheet.get("r:id", ""), "")
        path = target.removeprefix("/") if target.startswith("/xl/") else f"xl/{target}"
        if path in parts:
            yield sheet.get("name", ""), path


def _attributes(tag: bytes) -> dict[str, str]:
    from html import unescape

    return {
        name.decode(): unescape((double or single).decode("utf-8", "replace"))
        for name, double, single in _ATTRIBUTE.findall(tag)
    }


def _formulas(part: bytes) -> set[tuple[int, int]]:
    """Row and column, from 0, of each cell that is worked out. Raises Invalid when the cells reach too far.

    The reader makes a full table up to the last cell, so one cell in a far corner would fill the memory.
    """
    found: set[tuple[int, int]] = set()
    row = column = -1
    for token in _TOKEN.finditer(part):
        kind, place = token[1], _attributes(token[0]).get("r", "")
        if kind == b"row":
            row, column = (int(place) - 1 if place.isdecimal() and len(place) < 8 else row + 1), -1
        elif kind == b"c":
            row, column = _place(place, row, column + 1)
        else:
            if row >= MOST_ROWS:
                raise too_large()
            if column >= MOST_COLUMNS:
                raise Invalid("roster-wide", field="file", columns=MOST_COLUMNS)
            if kind == b"f":
                found.add((row, column))
    return found


def _place(text: str, row: int, column: int) -> tuple[int, int]:
    """`B7` → (6, 1). Without a place, the next cell."""
    if not text:
        return row, column
    if (named := _PLACE.fullmatch(text.encode())) is None:
        raise Invalid("roster-broken", field="file")
    number = 0
    for letter in named[1]:
        number = 26 * number + letter - 64
    return int(named[2]) - 1, number - 1
