"""Small pieces of PDF syntax, and how ReportLab is told about objects we have already written out."""

from __future__ import annotations

import zlib
from typing import Any

from reportlab import rl_config
from reportlab.pdfbase import pdfdoc

rl_config.invariant = 1  # same input, same bytes
rl_config.useA85 = 0  # binary streams: a fifth smaller


class Raw(pdfdoc.PDFObject):
    """An object whose text is final. ReportLab numbers it and puts it in the file."""

    def __init__(self, body: bytes = b"") -> None:
        self.body = body

    def format(self, document: Any) -> bytes:
        return self.body


def add(document: Any, name: str, body: bytes = b"") -> tuple[Raw, int]:
    """Put an object into the file; its body may be written later. -> (the object, its number)

    What ReportLab's `Reference` does, without its checks: there are thousands of these.
    """
    raw = Raw(body)
    ident = document.objectcounter = document.objectcounter + 1
    document.idToObject[name] = raw
    document.idToObjectNumberAndVersion[name] = (ident, 0)
    document.numberToId[ident] = name
    return raw, ident


def number(document: Any, name: str) -> int:
    return int(document.idToObjectNumberAndVersion[name][0])


def stream(data: bytes, entries: str = "", compressed: bool = True) -> bytes:
    if compressed:
        data, entries = zlib.compress(data), f"{entries}/Filter /FlateDecode "
    return b"<<%s/Length %d>>\nstream\n%s\nendstream" % (entries.encode(), len(data), data)


def string(text: str) -> str:
    """A text string: UTF-16, in hexadecimal, so that nothing in it can be syntax."""
    return f"<feff{text.encode('utf-16-be').hex()}>"


def ascii_string(text: str) -> str:
    """A string of ASCII bytes, in hexadecimal."""
    return f"<{text.encode('ascii').hex()}>"
