"""Bytes to text: UTF-8, NFC, one kind of line end, nothing invisible that is no text."""

from __future__ import annotations

import re
import unicodedata

from trainer.content.characters import BIDI, CONTROL, is_zawgyi
from trainer.content.diagnostics import Findings

MAX_BYTES = 1_000_000
"""Of one Markdown file."""
_BURMESE = re.compile("[\u1000-\u109f]")


def decode(data: bytes, file: str, findings: Findings) -> str | None:
    """The text of a Markdown file; None, with an error, when it is none."""
    if len(data) > MAX_BYTES:
        findings.error("text-large", file, size=len(data), limit=MAX_BYTES)
        return None
    zero = data.find(b"\0")
    if zero >= 0:
        findings.error("text-binary", file, *_place(data, zero))
        return None
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        findings.error("text-encoding", file, *_place(data, error.start), byte=error.start + 1)
        return None
    text = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))
    _check_characters(text, file, findings)
    return text


def _place(data: bytes, position: int) -> tuple[int, int]:
    """Line and column (in bytes) of a place in `data`."""
    return data.count(b"\n", 0, position) + 1, position - data.rfind(b"\n", 0, position)


def _check_characters(text: str, file: str, findings: Findings) -> None:
    if text.isascii() and text.isprintable():
        return
    for code, pattern in (("text-control", CONTROL), ("text-bidi", BIDI)):
        if found := pattern.search(text):
            start = found.start()
            line, column = text.count("\n", 0, start) + 1, start - text.rfind("\n", 0, start)
            findings.error(code, file, line, column, code=f"{ord(found[0]):04X}")
    if _BURMESE.search(text):
        for number, line_text in enumerate(text.split("\n"), start=1):
            if (found := _BURMESE.search(line_text)) and is_zawgyi(line_text):
                findings.error("text-zawgyi", file, number, found.start() + 1)
                return
