"""The bytes of the document, written while it grows: objects in compressed groups, behind a table of where they are.

ReportLab writes each object by itself, uncompressed, when all of them are there. A tagged document has thousands of
tiny objects that look alike: grouped and compressed (object streams, PDF 1.5) they take a tenth of the room. And what
is written is forgotten, so that two thousand sheets take no more memory than twenty.
"""

from __future__ import annotations

import hashlib
import struct
import zlib
from typing import Any, BinaryIO

from reportlab.pdfbase import pdfdoc

from trainer.typeset.pdf import Raw

GROUP = 400
"""Objects in one compressed group: a reader unpacks a group to see one of them."""
_PLACE = struct.Struct(">BIH")
_FREE = _PLACE.pack(0, 0, 0xFFFF)


class File:
    """Numbers and writes objects: its own, and at the end those that `document` (ReportLab's) still has."""

    def __init__(self, document: Any, into: BinaryIO) -> None:
        self._document, self._into = document, into
        self._digest = hashlib.sha256()
        self._length = 0
        self._small: list[tuple[int, bytes]] = []
        self._places = bytearray(_FREE)
        self._put(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")

    def reserve(self) -> int:
        """A number for an object that will be written later."""
        number = self._document.objectcounter = self._document.objectcounter + 1
        return int(number)

    def add(self, body: bytes) -> int:
        """Write an object. -> its number"""
        number = self.reserve()
        self.write(number, body)
        return number

    def write(self, number: int, body: bytes) -> None:
        """Write the object whose number was reserved."""
        if body.endswith(b"endstream"):
            self._place(number, 1, self._object(number, body), 0)
            return
        self._small.append((number, body))
        if len(self._small) == GROUP:
            self._write_group()

    def finish(self) -> None:
        """Write what ReportLab has, and the table of places."""
        document = self._document
        root, info = (_text(document.Reference(one), document) for one in (document.Catalog, document.info))
        number = 1
        while number <= document.objectcounter:  # writing an object may bring in others
            if number in document.numberToId and not self._is_written(number):
                self.write(number, _text(document.idToObject[document.numberToId[number]], document))
            number += 1
        if self._small:
            self._write_group()
        number, start, name = self.reserve(), self._length, self._digest.hexdigest()[:32].encode()
        self._place(number, 1, start, 0)
        entries = b"/Type /XRef /Size %d /W [1 4 2] /Root %s /Info %s /ID [<%s> <%s>] " % (
            number + 1, root, info, name, name,
        )  # fmt: skip
        self._object(number, _stream(entries, bytes(self._places)))
        self._put(b"startxref\n%d\n%%%%EOF\n" % start)

    def _is_written(self, number: int) -> bool:
        at = number * _PLACE.size
        return any(number == one for one, _ in self._small) or self._places[at : at + _PLACE.size] not in (b"", _FREE)

    def _place(self, number: int, kind: int, where: int, index: int) -> None:
        at = number * _PLACE.size
        if len(self._places) < at + _PLACE.size:
            self._places += _FREE * (number + 1 - len(self._places) // _PLACE.size)
        _PLACE.pack_into(self._places, at, kind, where, index)

    def _write_group(self) -> None:
        number = self.reserve()
        for index, (member, _) in enumerate(self._small):
            self._place(member, 2, number, index)
        self._place(number, 1, self._object(number, _group(self._small)), 0)
        self._small.clear()

    def _object(self, number: int, body: bytes) -> int:
        """-> where it begins"""
        start = self._length
        self._put(b"%d 0 obj\n%s\nendobj\n" % (number, body))
        return start

    def _put(self, data: bytes) -> None:
        self._into.write(data)
        self._digest.update(data)
        self._length += len(data)


def _text(value: Any, document: Any) -> bytes:
    if type(value) is Raw:
        return value.body
    return bytes(pdfdoc.pdfdocEnc(pdfdoc.format(value, document, toplevel=1))).rstrip()


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
