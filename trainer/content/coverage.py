"""How far a module is translated into a language: passages per state, and who reviewed them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, NamedTuple

from trainer.content.model import Module


class Coverage(NamedTuple):
    """Counts of all passages of a module, also of those that only facilitators or some countries see."""

    reviewed: int = 0
    draft: int = 0
    """Translated by machine or hand, reviewed by nobody."""
    stale: int = 0
    """Translations of an earlier text."""
    missing: int = 0
    reviewer: str | None = None
    """Who reviewed what is reviewed, by names."""
    reviewed_on: date | None = None

    @property
    def total(self) -> int:
        return self.reviewed + self.draft + self.stale + self.missing

    @property
    def translated(self) -> int:
        """Passages that are shown in the language."""
        return self.total - self.missing

    def stored(self) -> dict[str, Any]:
        """As a JSON object."""
        return self._asdict() | {"reviewed_on": self.reviewed_on.isoformat() if self.reviewed_on else None}


def coverage_of(module: Module) -> Coverage:
    """Of a module that was localized."""
    counts = {state: count for state, count in module.states.items() if state in Coverage._fields}
    return Coverage(**counts, reviewer=", ".join(module.reviewers) or None, reviewed_on=module.reviewed_on)


def read(stored: Mapping[str, Any]) -> dict[str, Coverage]:
    """Locale → coverage, from what an edition keeps."""
    return {locale: of_stored(values) for locale, values in stored.items()}


def of_stored(values: Mapping[str, Any]) -> Coverage:
    """One language's, from what an edition keeps."""
    day = values.get("reviewed_on")
    return Coverage(**{**values, "reviewed_on": date.fromisoformat(day) if day else None})
