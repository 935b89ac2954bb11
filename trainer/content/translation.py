"""The translations of a module: one PO catalog per locale, `translations/<locale>.po`.

A catalog only ever gives out text that can stand in the place of its source: an entry that changes a link, a gap, a
footnote or a slot is reported once, when the catalog is read, and is not used. The caller need not check again.

`content.extraction` makes and updates these files.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import PurePosixPath
from typing import Literal, NamedTuple

from trainer.content import po
from trainer.content import translation_checks as checks
from trainer.content.contexts import akin, unit_of
from trainer.content.diagnostics import Diagnostic
from trainer.content.frozen import fits
from trainer.content.model import Passage
from trainer.content.reviews import is_draft, review_of
from trainer.languages.registry import LANGUAGES

TranslationState = Literal["reviewed", "draft", "stale"]


class Catalog(NamedTuple):
    """The translations into one locale."""

    locale: str
    reviewer: str | None
    """Who reviewed all of it, from its head comment `# Reviewed by: NAME, DATE`. None: nobody signed the whole."""
    reviewed_on: date | None
    usable: Mapping[tuple[str, str], po.Entry]
    """(context, base source) → entry, of entries that have text and fit."""
    by_unit: Mapping[tuple[str, str], po.Entry]
    """(unit, base source) → the first such entry: a moved passage keeps its translation."""
    by_context: Mapping[str, po.Entry]

    @classmethod
    def parse(cls, data: bytes, file: str, *, trusted: bool = False) -> tuple[Catalog | None, list[Diagnostic]]:
        """Read `translations/<locale>.po`. None when nothing in it can be used: not text, no known locale.

        `trusted`: its problems were told when it was published, and are not told again. Nothing more gets through.
        """
        locale = PurePosixPath(file).stem
        found: list[Diagnostic] = []
        if locale not in LANGUAGES:
            found.append(checks.finding("translation-locale", file, locale=locale, known=", ".join(LANGUAGES)))
            return None, found
        parsed, found = checks.read(data, file)
        if parsed is None:
            return None, found
        if trusted:
            return cls.of(locale, parsed.head, checks.usable(parsed.entries, locale, file)), found
        found += checks.headers(parsed, locale, file)
        found += _signature(parsed.head, file)
        found += checks.duplicates(parsed.entries, file)
        fitting, problems = checks.entries(parsed.entries, locale, file)
        found += problems
        return cls.of(locale, parsed.head, fitting), found

    @classmethod
    def of(cls, locale: str, head: tuple[str, ...], entries: list[po.Entry]) -> Catalog:
        """A catalog of entries that have text and fit. `head`: the comment lines, for who reviewed it."""
        usable: dict[tuple[str, str], po.Entry] = {}
        by_unit: dict[tuple[str, str], po.Entry] = {}
        by_context: dict[str, po.Entry] = {}
        for entry in sorted(entries, key=lambda entry: entry.fuzzy):
            usable.setdefault((entry.context, entry.base), entry)
            by_unit.setdefault((unit_of(entry.context), entry.base), entry)
            by_context.setdefault(entry.context, entry)
        reviewer, reviewed_on = reviewed_by(head)
        return cls(locale, reviewer, reviewed_on, usable, by_unit, by_context)

    def lookup(self, context: str, source: str) -> tuple[str, TranslationState] | None:
        """The translation of a message, and how good it is; None where there is none that fits."""
        entry = self._present(context, source)
        if entry is not None:
            return entry.text, self.state(entry)
        older = self.by_context.get(context)
        if older is not None and akin(older.base, source) and fits(source, older.text):
            return older.text, "stale"
        return None

    def _present(self, context: str, source: str) -> po.Entry | None:
        return self.usable.get((context, source)) or self.by_unit.get((unit_of(context), source))

    def reviewer_of(self, passage: Passage) -> tuple[str, date | None] | None:
        """Who answers for the translation that is shown for `passage`, be it outdated since; None: nobody."""
        entry = self._present(passage.context, passage.source) or self.by_context.get(passage.context)
        if entry is None or is_draft(entry.notes):
            return None
        own = review_of(entry.notes)
        if own is not None:
            return own.name, own.day
        return None if self.reviewer is None else (self.reviewer, self.reviewed_on)

    def line_of(self, passage: Passage) -> int:
        """Line of the entry that is shown for `passage`; 0 when there is none."""
        entry = self._present(passage.context, passage.source) or self.by_context.get(passage.context)
        return entry.line if entry is not None else 0

    def state(self, entry: po.Entry) -> TranslationState:
        if entry.fuzzy:
            return "stale"
        if is_draft(entry.notes) or (self.reviewer is None and review_of(entry.notes) is None):
            return "draft"
        return "reviewed"


def catalog_of(locale: str) -> str:
    """The path in a module folder of its catalog for `locale`."""
    return f"translations/{locale}.po"


def _signature(head: tuple[str, ...], file: str) -> Iterator[Diagnostic]:
    name, day = reviewed_by(head)
    if name is not None and day is None and any(map(str.isdigit, name)):
        yield checks.finding("translation-signature", file, 1, "warning", found=name)


def reviewed_by(head: tuple[str, ...]) -> tuple[str | None, date | None]:
    """Name and date of a head comment `Reviewed by: NAME, 2026-03-01`; the date may be missing."""
    found = review_of(head)
    return (found.name, found.day) if found is not None else (None, None)
