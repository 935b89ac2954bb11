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

# ------------------------------------------- translations, overlays, revisions, files (translation.py, nation.py, …)

CODES |= {
    "translation-locale": "{locale!r} is not a language of Trainer; expected one of {known}",
    "translation-encoding": "not UTF-8 text, from byte {byte}; expected a PO file in UTF-8",
    "translation-syntax": "not PO; expected {expected}",
    "translation-language": "the header says Language: {found}; expected {expected}, as in the file's name",
    "translation-charset": "the header says charset={found}; expected UTF-8",
    "translation-duplicate": "{context}: the same message stands in line {first}; expected it once",
    "translation-bidi": "{context}: contains an invisible character that reverses text; expected none",
    "translation-zawgyi": "{context}: in the Zawgyi encoding; expected Burmese in Unicode",
    "translation-frozen": "{context}: links, gaps, footnotes and slots must stay; missing: {missing}; not in the "
    "source: {extra}",
    "translation-number": "{context}: a number of the source is missing: {numbers}; check it",
    "translation-bold": "{context}: not as many words are bold as in the source; check it",
}
