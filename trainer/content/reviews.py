"""Who answers for one entry of a catalog: translators' comments that a program keeps and a person can read.

`# Reviewed by: NAME, DATE` signs one entry, as the same line in the head of a file signs all of it. A comment that
begins with `Draft` takes an entry out of either.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

SECOND = "Draft: wants a second reader"
CHANGED = "Draft: changed after the review"
"""Note of an entry whose words are newer than the signature in the head of its catalog."""
_KEY = "reviewed by"


class Review(NamedTuple):
    name: str
    day: date | None
    """None: no day is given, or none that there is."""


def signature(name: str, day: date | None) -> str:
    """The comment line that signs."""
    return f"Reviewed by: {name}, {day.isoformat()}" if day is not None else f"Reviewed by: {name}"


def review_of(lines: Iterable[str]) -> Review | None:
    """The signature among comment lines `Reviewed by: NAME, 2026-03-01`; the date may be missing."""
    for line in lines:
        if not _signs(line):
            continue
        value = line.partition(":")[2].strip()
        name, _, day = value.rpartition(",")
        try:
            found = Review(name.strip(), date.fromisoformat(day.strip()))
        except ValueError:
            return Review(value, None)
        return found if found.name else None
    return None


def is_draft(notes: Iterable[str]) -> bool:
    return any(note.casefold().startswith("draft") for note in notes)


def unsigned(notes: Iterable[str]) -> tuple[str, ...]:
    """The other comments: what a translator wrote for the next one."""
    return tuple(note for note in notes if not _signs(note))


def plain(notes: Iterable[str]) -> tuple[str, ...]:
    """Comments that say nothing about how good the entry is."""
    return tuple(note for note in unsigned(notes) if not is_draft((note,)))


def _signs(line: str) -> bool:
    key, colon, value = line.partition(":")
    return bool(colon and value.strip()) and key.strip().casefold() == _KEY
