"""Whose rows a session may touch. Every session has a scope; there is no default.

Four things keep it, each enough for most mistakes: criteria added to every read and bulk statement
(`guard.py`; `prepared.py` compiles them in), a check of every row that is about to be written (`guard.py`), a test that
no raw SQL is written outside this package, and on PostgreSQL row-level security in the server (first migration).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace

_CODE = re.compile("[A-Z]{2}")

EVERY = "*"
"""How "every country" is told to PostgreSQL."""
_NOBODYS = "-"
"""An id that no person has."""


@dataclass(frozen=True, slots=True)
class Scope:
    """Make one with `person`, `countries`, `counts`, `nobody` or `system`."""

    codes: frozenset[str] | None
    """Countries (ISO 3166-1 alpha-2); None: every one."""
    person_id: str | None
    """If set, only this person's rows, and none that are `Managed`. Counts (`Counted`) are scoped by country alone."""
    reason: str
    """Why this session sees every country; empty for the others."""

    def __post_init__(self) -> None:
        for code in self.codes or ():
            if not _CODE.fullmatch(code):
                raise ValueError(f"not a country code: {code!r}")

    @classmethod
    def person(cls, person_id: str, country: str) -> Scope:
        """One person's own rows, for whatever they do themselves."""
        if not person_id or not country:
            raise ValueError("a personal scope needs a person and their country")
        return cls(frozenset({country}), person_id, "")

    @classmethod
    def countries(cls, codes: Iterable[str]) -> Scope:
        """Everybody of these countries, for a coordinator. No countries: nobody."""
        if isinstance(codes, str):
            raise TypeError("a set of country codes is expected, not one string")
        return cls(frozenset(codes), None, "")

    @classmethod
    def counts(cls, codes: Iterable[str]) -> Scope:
        """The counts of these countries and nobody's row: a personal scope of no person."""
        return replace(cls.countries(codes), person_id=_NOBODYS)

    @classmethod
    def nobody(cls) -> Scope:
        """The library only: no rows about people."""
        return cls(frozenset(), None, "")

    @classmethod
    def system(cls, reason: str) -> Scope:
        """Every country. `reason` says in a few words why nothing narrower would do."""
        if not reason.strip():
            raise ValueError("a scope over every country needs a reason")
        return cls(None, None, reason)

    def covers(self, country: str | None, person_id: str | None) -> bool:
        """Is a row of this country and person inside?"""
        if self.codes is not None and country not in self.codes:
            return False
        return self.person_id is None or person_id == self.person_id

    @property
    def setting(self) -> str:
        """The countries as PostgreSQL's policies read them: `*`, `KH,LA`, or an empty string for none."""
        return EVERY if self.codes is None else ",".join(sorted(self.codes))
