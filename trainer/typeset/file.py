"""The bytes of the document: ReportLab's objects, in compressed groups, behind a compressed table of where they are.

ReportLab writes each object by itself, uncompressed, with a table in text. A tagged document has thousands of tiny
objects that look alike: grouped and compressed (object streams, PDF 1.5) they take a tenth of the room.
"""

from __future__ import annotations

import hashlib
import struct
import zlib
from typing import Any

from reportlab.pdfbase import pdfdoc

from trainer.typeset.pdf import Raw

GROUP = 400
"""Objects in one compressed group: a reader unpacks a group to see one of them."""


def write(document: Any, canvas: Any) -> bytes:
    """The whole file of `document`, a ReportLab PDFDocument. It must not be used afterwards."""
    document.format = lambda: _file(document)
    return bytes(document.GetPDFData(canvas))


def _file(document: Any) -> bytes:
    root, info = (_text(document.Reference(one), document) for one in (document.Catalog, document.info))
    out = bytearray(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")
    small: list[tuple[int, bytes]] = []
    places: dict[int, tuple[int, int, int]] = {0: (0, 0, 0xFFFF)}
    number = 1
    while number in document.numberToId:  # writing an object may bring in others
        body = _text(document.idToObject[document.numberToId[number]], document)
        if body.endswith(b"endstream"):
            places[number] = (1, _add(out, number, body), 0)
        else:
            small.append((number, body))
        number += 1
    for at in range(0, len(small), GROUP):
        group = small[at : at + GROUP]
        places |= {member: (2, number, index) for index, (member, _) in enumerate(group)}
        places[number] = (1, _add(out, number, _group(group)), 0)
        number += 1
    start = len(out)
    places[number] = (1, start, 0)
    table = b"".join(struct.pack(">BIH", *places[index]) for index in range(number + 1))
    name = hashlib.sha256(out).hexdigest()[:32].encode()
    entries = b"/Type /XRef /Size %d /W [1 4 2] /Root %s /Info %s /ID [<%s> <%s>] " % (
        number + 1, root, info, name, name,
    )  # fmt: skip
    _add(out, number, _stream(entries, table))
    out += b"startxref\n%d\n%%%%EOF\n" % start
    return bytes(out)


def _text(value: Any, document: Any) -> bytes:
    if type(value) is Raw:
        return value.body
    return bytes(pdfdoc.pdfdocEnc(pdfdoc.format(value, document, toplevel=1))).rstrip()


def _add(out: bytearray, number: int, body: bytes) -> int:
    """-> where it begins"""
    start = len(out)
    out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    return start


def _group(members: list[tuple[int, bytes]]) -> bytes:
    head, at = [], 0
    for number, body in members:
        head.append(b"%d %d" % (number, at))
        at += len(body) + 1
    start = b" ".join(head) + b"\n"
    data = start + b"\n".join(body for _, body in members)
    return _stream(b"/Type /ObjStm /N %d /First %d " % (len(members), len(start)), data)


def _stream(entries: bytes, data: bytes) -> bytes:
    data = zlib.compress(data)
    return b"<<%s/Filter /FlateDecode /Length %d>>\nstream\n%s\nendstream" % (entries, len(data), data)
