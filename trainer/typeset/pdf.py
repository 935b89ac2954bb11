"""Small pieces of PDF syntax, and how ReportLab is told about an object whose text is made last."""

from __future__ import annotations

import re
import zlib
from typing import Any

from reportlab import rl_config
from reportlab.pdfbase import pdfdoc

rl_config.invariant = 1  # same input, same bytes
rl_config.useA85 = 0  # binary streams: a fifth smaller

_COLOUR = re.compile(r"(?<![^\s])([\d.]+) ([\d.]+) ([\d.]+) (rg|RG)\b")


class Raw(pdfdoc.PDFObject):
    """An object whose text is final. ReportLab numbers it and puts it in the file."""

    def __init__(self, body: bytes = b"") -> None:
        self.body = body

    def format(self, document: Any) -> bytes:
        return self.body


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


def grey(operators: str) -> str:
    """The same drawing with every colour as a grey of the same lightness."""
    return _COLOUR.sub(_grey, operators)


def _grey(found: re.Match[str]) -> str:
    red, green, blue = (float(found[part]) for part in (1, 2, 3))
    return f"{0.299 * red + 0.587 * green + 0.114 * blue:.3f} {'g' if found[4] == 'rg' else 'G'}"
