"""The translations of a module: one PO catalog per locale, `translations/<locale>.po`.

A catalog only ever gives out text that can stand in the place of its source: an entry that changes a link, a gap, a
footnote or a slot is reported once, when the catalog is read, and is not used. The caller need not check again.

`content.extraction` makes and updates these files.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import PurePosixPath
from typing import Literal, NamedTuple

from trainer.content import po
from trainer.content.diagnostics import Diagnostic, Severity
from trainer.content.frozen import bold, fits, frozen_parts, has_bidi_control, is_zawgyi, numbers
from trainer.content.model import Passage
from trainer.languages.registry import LANGUAGES

TranslationState = Literal["reviewed", "draft", "stale"]


class Catalog(NamedTuple):
    """The translations into one locale."""

    locale: str
    reviewer: str | None
    """Who reviewed it, from its head comment `# Reviewed by: NAME, DATE`. None: a draft."""
    reviewed_on: date | None
    usable: Mapping[tuple[str, str], po.Entry]
    """(context, base source) → entry, of entries that have text and fit."""
    by_unit: Mapping[tuple[str, str], po.Entry]
    """(unit, base source) → the first such entry: a moved passage keeps its translation."""
    by_context: Mapping[str, po.Entry]

    @classmethod
    def parse(cls, data: bytes, file: str, *, trusted: bool = False) -> tuple[Catalog | None, list[Diagnostic]]:
        """Read `translations/<locale>.po`. None when nothing in it can be used: not text, no known locale.

        `trusted`: it was checked before, so only what has to fit is looked at, and no doubts are raised.
        """
        locale = PurePosixPath(file).stem
        found: list[Diagnostic] = []
        if locale not in LANGUAGES:
            found.append(_finding("translation-locale", file, locale=locale, known=", ".join(LANGUAGES)))
            return None, found
        try:
            text = data.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            line = data.count(b"\n", 0, error.start) + 1
            found.append(_finding("translation-encoding", file, line, byte=error.start + 1))
            return None, found
        parsed, faults = po.read(text)
        found += [_finding("translation-syntax", file, fault.line, expected=fault.expected) for fault in faults]
        if trusted:
            fitting = [one for one in parsed.entries if one.text and not one.obsolete and fits(one.base, one.text)]
            return _index(locale, parsed.head, fitting), found
        found += _check_headers(parsed, locale, file)
        found += _check_duplicates(parsed.entries, file)
        fitting, problems = _check_entries(parsed.entries, locale, file)
        found += problems
        return _index(locale, parsed.head, fitting), found

    def lookup(self, context: str, source: str) -> tuple[str, TranslationState] | None:
        """The translation of a message, and how good it is; None where there is none that fits."""
        entry = self.usable.get((context, source)) or self.by_unit.get((unit_of(context), source))
        if entry is not None:
            return entry.text, self.state(entry)
        older = self.by_context.get(context)
        if older is not None and akin(older.base, source) and fits(source, older.text):
            return older.text, "stale"
        return None

    def line_of(self, passage: Passage) -> int:
        """Line of the entry that is shown for `passage`; 0 when there is none."""
        entry = self.usable.get((passage.context, passage.source)) or self.by_context.get(passage.context)
        return entry.line if entry is not None else 0

    def state(self, entry: po.Entry) -> TranslationState:
        if entry.fuzzy:
            return "stale"
        if self.reviewer is None or any(note.casefold().startswith("draft") for note in entry.notes):
            return "draft"
        return "reviewed"


def catalog_of(locale: str) -> str:
    """The path in a module folder of its catalog for `locale`."""
    return f"translations/{locale}.po"


def unit_of(context: str) -> str:
    """The unit a context belongs to: what stands before its first `/`."""
    return context.partition("/")[0]


def role_of(context: str) -> str:
    """The role in a context: `look/q-elem/option.2` → `option`."""
    return context.rpartition("/")[2].partition(".")[0]


def akin(older: str, newer: str) -> bool:
    """Whether `newer` is `older` reworded rather than another text in its place.

    Contexts count passages, so a paragraph put in front moves every later one by a place. Half of the words in common
    tells the two apart; an old translation of something else would be worse than the source.
    """
    mine, yours = Counter(_words(older)), Counter(_words(newer))
    return 4 * (mine & yours).total() >= mine.total() + yours.total()


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", text.casefold())


def _index(locale: str, head: tuple[str, ...], entries: list[po.Entry]) -> Catalog:
    usable: dict[tuple[str, str], po.Entry] = {}
    by_unit: dict[tuple[str, str], po.Entry] = {}
    by_context: dict[str, po.Entry] = {}
    for entry in sorted(entries, key=lambda entry: entry.fuzzy):
        usable.setdefault((entry.context, entry.base), entry)
        by_unit.setdefault((unit_of(entry.context), entry.base), entry)
        by_context.setdefault(entry.context, entry)
    reviewer, reviewed_on = reviewed_by(head)
    return Catalog(locale, reviewer, reviewed_on, usable, by_unit, by_context)


def reviewed_by(head: tuple[str, ...]) -> tuple[str | None, date | None]:
    """Name and date of a head comment `Reviewed by: NAME, 2026-03-01`; the date may be missing."""
    for line in head:
        key, _, value = line.partition(":")
        if key.strip().casefold() == "reviewed by" and value.strip():
            name, _, day = value.strip().rpartition(",")
            try:
                return name.strip() or None, date.fromisoformat(day.strip())
            except ValueError:
                return value.strip(), None
    return None, None


# --------------------------------------------------------------------- checks


class _Problem(NamedTuple):
    code: str
    params: dict[str, str | int]


def _finding(code: str, file: str, line: int = 0, severity: Severity = "error", **params: str | int) -> Diagnostic:
    return Diagnostic(code, severity, file, line, 1 if line else 0, params)


def _check_headers(parsed: po.Po, locale: str, file: str) -> Iterator[Diagnostic]:
    named = parsed.headers.get("Language", "")
    if named.replace("_", "-") != locale:
        yield _finding("translation-language", file, 1, expected=locale, found=named or "-")
    charset = parsed.headers.get("Content-Type", "charset=utf-8").lower().partition("charset=")[2]
    if charset not in ("utf-8", "utf8"):
        yield _finding("translation-charset", file, 1, found=charset or "-")


def _check_duplicates(entries: tuple[po.Entry, ...], file: str) -> Iterator[Diagnostic]:
    first: dict[tuple[str, str], int] = {}
    for entry in entries:
        if entry.obsolete:
            continue
        before = first.setdefault((entry.context, entry.source), entry.line)
        if before != entry.line:
            yield _finding("translation-duplicate", file, entry.line, context=entry.context, first=before)


def _check_entries(entries: tuple[po.Entry, ...], locale: str, file: str) -> tuple[list[po.Entry], list[Diagnostic]]:
    """The entries that can be used, and what is wrong with the others."""
    fitting: list[po.Entry] = []
    found: list[Diagnostic] = []
    for entry in entries:
        if entry.obsolete or not entry.text.strip():
            continue
        problem = _unusable(entry, locale)
        if problem is None:
            fitting.append(entry)
            if not entry.fuzzy:
                found += _doubts(entry, file)
        elif not entry.fuzzy:
            found.append(Diagnostic(problem.code, "error", file, entry.line, 1, problem.params))
    return fitting, found


def _unusable(entry: po.Entry, locale: str) -> _Problem | None:
    if has_bidi_control(entry.text):
        return _Problem("translation-bidi", {"context": entry.context})
    if locale == "my" and is_zawgyi(entry.text):
        return _Problem("translation-zawgyi", {"context": entry.context})
    expected, present = frozen_parts(entry.base), frozen_parts(entry.text)
    if expected != present:
        missing, extra = expected - present, present - expected
        return _Problem(
            "translation-frozen",
            {"context": entry.context, "missing": _listed(missing), "extra": _listed(extra)},
        )
    return None


def _listed(parts: Counter[tuple[str, str]]) -> str:
    return ", ".join(f"{kind} {value}" for kind, value in sorted(parts.elements())) or "-"


def _doubts(entry: po.Entry, file: str) -> Iterator[Diagnostic]:
    """Numbers and bold may rightly differ (another calendar, a number in words), so a person has to look."""
    if role_of(entry.context) == "answer":
        return
    lost = numbers(entry.base) - numbers(entry.text)
    if lost:
        listed = ", ".join(sorted(lost))
        yield _finding("translation-number", file, entry.line, "warning", context=entry.context, numbers=listed)
    if bold(entry.base) != bold(entry.text):
        yield _finding("translation-bold", file, entry.line, "warning", context=entry.context)
