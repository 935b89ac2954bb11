"""Diagnostics as rows: beside the editor, below the plain form, and for the script that underlines them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from trainer.content.diagnostics import Diagnostic
from trainer.web.author.places import file_url

LONGEST_QUOTE = 90
MOST = 200
"""Rows of one list: a file with more is looked at again after these."""


class Row(NamedTuple):
    severity: str
    file: str
    line: int
    """From 1; 0: the whole file."""
    message: str
    code: str
    quote: str
    """The line itself, so that it is found without a script."""
    url: str
    """"": it is the file at hand, or one that the person has no page for."""


def rows(found: Iterable[Diagnostic], slug: str, path: str, text: str) -> list[Row]:
    """Those of `path` first, then the module's others; errors and warnings as the compiler orders them."""
    lines = text.split("\n")
    ordered = sorted(found, key=lambda one: one.file != path)
    return [_row(one, slug, path, lines) for one in ordered[:MOST]]


def _row(one: Diagnostic, slug: str, path: str, lines: list[str]) -> Row:
    here = one.file == path
    quote = lines[one.line - 1].strip() if here and 0 < one.line <= len(lines) else ""
    url = "" if here else file_url(slug, one.file, one.line)
    return Row(one.severity, one.file, one.line, one.message, one.code, quote[:LONGEST_QUOTE], url)


def plain_rows(found: Iterable[Diagnostic], path: str) -> list[dict[str, object]]:
    """Those of `path`, for the script."""
    found_here: list[dict[str, object]] = [
        {"severity": one.severity, "line": one.line, "column": one.column, "message": one.message, "code": one.code}
        for one in found
        if one.file == path
    ]
    return found_here[:MOST]
