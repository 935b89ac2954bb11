"""Diagnostics: what is wrong in a file, where, and what was expected."""

from __future__ import annotations

from typing import Literal, NamedTuple

Severity = Literal["error", "warning"]


class Diagnostic(NamedTuple):
    """One finding. `line` and `column` are 1-based; 0 means the whole file."""

    code: str
    severity: Severity
    file: str
    line: int
    column: int
    params: dict[str, str | int]

    @property
    def message(self) -> str:
        return CODES[self.code].format(**self.params)

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}: {self.severity}: {self.message} [{self.code}]"


CODES: dict[str, str] = {}
"""Every code, with its sentence: what is wrong and what was expected."""
