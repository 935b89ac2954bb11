"""Name lists as files, made by hand: the XLSX that a spreadsheet program writes, and those that nobody should."""

from __future__ import annotations

import io
import warnings
import zipfile
from collections.abc import Mapping, Sequence
from xml.sax.saxutils import escape, quoteattr

TYPES = (
    '<?xml version="1.0" encoding="UTF-8"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/></Types>'
)
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
ROOT = (
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    f'<Relationship Id="rId1" Type="{_OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>'
)
STYLES = (
    '<styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><cellXfs count="2">'
    '<xf numFmtId="0"/><xf numFmtId="14"/></cellXfs></styleSheet>'
)
"""Style 1 is a date."""


def text(place: str, words: str) -> str:
    return f'<c r="{place}" t="inlineStr"><is><t>{escape(words)}</t></is></c>'


def number(place: str, value: float, *, date: bool = False) -> str:
    style = ' s="1"' if date else ""
    return f'<c r="{place}"{style}><v>{value}</v></c>'


def formula(place: str, words: str, shown: str = "Sok Dara") -> str:
    return f'<c r="{place}" t="str"><f>{escape(words)}</f><v>{escape(shown)}</v></c>'


def sheet(*rows: str | Sequence[str], more: str = "") -> str:
    """Rows are cells as XML, or words for A, B, C …"""
    made = []
    for at, row in enumerate(rows, 1):
        cells = row if isinstance(row, str) else "".join(text(f"{chr(65 + n)}{at}", one) for n, one in enumerate(row))
        made.append(f'<row r="{at}">{cells}</row>')
    return (
        '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
        + "".join(made)
        + f"</sheetData>{more}</worksheet>"
    )


def xlsx(*sheets: str | bytes, hidden: Sequence[int] = (), extra: Mapping[str, bytes | str] | None = None) -> bytes:
    """A workbook with these sheets, called List 1, List 2 …"""
    tags, relations = "", ""
    for at in range(1, len(sheets) + 1):
        state = ' state="hidden"' if at in hidden else ""
        tags += f'<sheet name={quoteattr(f"List {at}")} sheetId="{at}" r:id="rId{at}"{state}/>'
        relations += f'<Relationship Id="rId{at}" Type="{_OFFICE}/worksheet" Target="worksheets/sheet{at}.xml"/>'
    book = (
        '<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" '
        f'xmlns:r="{_OFFICE}"><sheets>{tags}</sheets></workbook>'
    )
    rels = f'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{relations}</Relationships>'
    parts: dict[str, bytes | str] = {
        "[Content_Types].xml": TYPES, "_rels/.rels": ROOT, "xl/workbook.xml": book,
        "xl/_rels/workbook.xml.rels": rels, "xl/styles.xml": STYLES,
        **{f"xl/worksheets/sheet{at}.xml": one for at, one in enumerate(sheets, 1)}, **(extra or {}),
    }  # fmt: skip
    return zipped(parts)


def zipped(parts: Mapping[str, bytes | str]) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    return made.getvalue()


def twice(one: str) -> bytes:
    """A workbook with two parts of one name: which one a reader takes is anybody's guess."""
    made = io.BytesIO(xlsx(one))
    with warnings.catch_warnings(), zipfile.ZipFile(made, "a") as archive:
        warnings.simplefilter("ignore")
        archive.writestr("xl/worksheets/sheet1.xml", sheet(["Name"], ["Ben"]))
    return made.getvalue()
