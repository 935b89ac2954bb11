"""Name lists as they arrive: pasted text, CSV or XLSX, turned into rows of cells. Nothing is evaluated.

What is read is bounded: bytes, names, columns; an XLSX also as `roster_sheets` says.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping
from typing import NamedTuple

from trainer.services.problems import SENTENCES, Invalid
from trainer.services.roster_sheets import Bounds, Formula, sheets
from trainer.vocabulary import N_

MOST_NAMES = 5_000
LARGEST_LIST = 2_000_000
"""Bytes of an upload or a paste."""
SEPARATORS = "\t;,|"
MOST_COLUMNS = 60
MOST_ROWS = MOST_NAMES + 200
"""Of a sheet: headings, notes and empty rows have room beside the names."""

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

Cell = str | float
"""A number stands for everything that is no text."""


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


def _too_wide() -> Invalid:
    return Invalid("roster-wide", field="file", columns=MOST_COLUMNS)


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


def _from_xlsx(data: bytes) -> Table:
    bounds = Bounds(MOST_ROWS, MOST_COLUMNS, too_large(), _too_wide())
    filled = sheets(data, bounds)
    if not filled:
        return Table([])
    name, rows = filled[0]
    return Table(rows, (Note("note-sheets", {"sheet": name}),) if len(filled) > 1 else ())


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
                raise _too_wide()
            if len(rows) > MOST_ROWS:
                raise too_large()
    except csv.Error:
        raise Invalid("roster-quotes", field="file", row=len(rows) + 1) from None
    return rows
