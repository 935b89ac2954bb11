"""A finding: a diagnostic, and what it is about. The second is what an acknowledgement holds on to."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from trainer.content.diagnostics import Diagnostic


class Finding(NamedTuple):
    at: Diagnostic
    subject: str
    """SHA-256 (hex) of the code and of the words that the finding is about, never of where they stand. It stays when
    lines move or a paragraph is wrapped anew, and is another one as soon as the words change.
    """


def subject_of(code: str, *words: str) -> str:
    """Spaces and line ends do not count."""
    parts = (code, *(" ".join(text.split()) for text in words))
    return hashlib.sha256("\n".join(parts).encode("utf-8", "replace")).hexdigest()


def of_warnings(diagnostics: Iterable[Diagnostic], files: Mapping[str, bytes]) -> tuple[Finding, ...]:
    """The warnings of the compiler as findings, in their order.

    Each is about its own values and about the paragraph (in a catalog: the entry) that it stands in.
    """
    lines: dict[str, list[str]] = {}
    found = []
    for one in diagnostics:
        if one.severity == "warning":
            if one.file not in lines:
                lines[one.file] = files.get(one.file, b"").decode("utf-8", "replace").split("\n")
            values = (f"{name}={value}" for name, value in sorted(one.params.items()))
            words = _paragraph(lines[one.file], one.line)
            found.append(Finding(one, subject_of(one.code, one.file, *values, words)))
    return tuple(found)


def _paragraph(lines: list[str], line: int) -> str:
    """The lines around `line` (1-based; 0: none) up to the next empty ones."""
    if not 0 < line <= len(lines):
        return ""
    first = last = line - 1
    while first > 0 and lines[first - 1].strip():
        first -= 1
    while last + 1 < len(lines) and lines[last + 1].strip():
        last += 1
    return "\n".join(lines[first : last + 1])
