"""A finding: a diagnostic, and what it is about. The second is what an acknowledgement holds on to."""

from __future__ import annotations

import hashlib
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


def of_warning(diagnostic: Diagnostic, files: dict[str, str]) -> Finding:
    """A warning of the compiler as a finding. `files`: path → text, of the files that have warnings.

    It is about its own values and about the paragraph (in a catalog: the entry) that it stands in.
    """
    values = (f"{name}={value}" for name, value in sorted(diagnostic.params.items()))
    words = paragraph(files.get(diagnostic.file, ""), diagnostic.line)
    return Finding(diagnostic, subject_of(diagnostic.code, diagnostic.file, *values, words))


def paragraph(text: str, line: int) -> str:
    """The lines around `line` (1-based; 0: none) up to the next empty ones."""
    lines = text.split("\n") if line else []
    if not 0 < line <= len(lines):
        return ""
    first = last = line - 1
    while first > 0 and lines[first - 1].strip():
        first -= 1
    while last + 1 < len(lines) and lines[last + 1].strip():
        last += 1
    return "\n".join(lines[first : last + 1])
