"""Checks the chains of the audit trail, and writes down their heads.

A chain shows an event that was altered, deleted or put elsewhere. It cannot show that its end was cut off, or that
somebody with the database in hand wrote all of it anew: for that its head, a number and a hash, is kept where they have
no hand (paper, mail, another server), and compared.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from itertools import groupby
from typing import Any, NamedTuple

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from trainer.services.problems import SENTENCES, Invalid
from trainer.store.trail import BEGINNING, AuditEvent, digest
from trainer.vocabulary import N_

SENTENCES["head-unreadable"] = N_(
    "Line %(line)s is no head of a chain: expected a country, a number and 64 letters and digits, as the command that "
    "makes them writes it."
)
SENTENCES["head-empty"] = N_("There is no head of a chain in this file.")

CHUNK = 1000
"""Events in memory at a time."""
_HEAD = re.compile(r"([A-Z]{2}) ([1-9][0-9]{0,17}) ([0-9a-f]{64})(?: .*)?")


class Head(NamedTuple):
    """The end of a chain at some moment."""

    country: str
    number: int
    hash: str
    at: datetime | None = None
    """Of that event; None where it was read from a file."""

    def __str__(self) -> str:
        return f"{self.country} {self.number} {self.hash}{f' {self.at:%Y-%m-%dT%H:%M:%SZ}' if self.at else ''}"


class Finding(NamedTuple):
    """Something that is not as it was written."""

    country: str
    number: int
    what: str
    """`altered`, `missing`, `unlinked` (it does not go on from the one before), `cut` (a kept head says there was more)
    or `other` (a kept head says that another event stood here)."""


class Chain(NamedTuple):
    """What was found in one chain."""

    country: str
    events: int
    findings: tuple[Finding, ...]


def heads(db: Session) -> list[Head]:
    """The end of every chain inside the scope of `db`, in the order of countries."""
    last = select(AuditEvent.country.label("code"), func.max(AuditEvent.number).label("top")).group_by(
        AuditEvent.country
    )
    ends = last.subquery()
    found = select(AuditEvent.country, AuditEvent.number, AuditEvent.hash, AuditEvent.at).join(
        ends, (AuditEvent.country == ends.c.code) & (AuditEvent.number == ends.c.top)
    )
    return [Head(*row) for row in db.execute(found.order_by(AuditEvent.country))]


def read_heads(lines: Iterable[str]) -> list[Head]:
    """What was written down earlier: a line for each head, of as many days as one likes; empty lines and those that
    begin with # are passed over. Raises Invalid, with the line."""
    found = []
    for number, line in enumerate(lines, 1):
        text = line.strip()
        if not text or text.startswith("#"):
            continue
        parts = _HEAD.fullmatch(text)
        if parts is None:
            raise Invalid("head-unreadable", line=number)
        found.append(Head(parts[1], int(parts[2]), parts[3]))
    if not found:
        raise Invalid("head-empty")
    return found


def verify(db: Session, *, country: str | None = None, kept: Iterable[Head] = ()) -> Iterator[Chain]:
    """Look at every event, one chain after the other, and compare with the heads that were `kept` elsewhere.

    One statement, read in pieces: memory does not grow with the number of events. A chain that is gone altogether is
    found when one of its heads was kept. Raises ValueError where somebody wrote what is no moment.
    """
    wanted: dict[str, dict[int, set[str]]] = {}
    for head in kept:
        if country in (None, head.country):
            wanted.setdefault(head.country, {}).setdefault(head.number, set()).add(head.hash)
    rows = db.execute(_all(country).execution_options(yield_per=CHUNK))
    for code, chain in groupby(rows, lambda row: row.country):
        yield _checked(code, chain, wanted.pop(code, {}))
    for code, numbers in sorted(wanted.items()):
        yield Chain(code, 0, (Finding(code, max(numbers), "cut"),))


def _all(country: str | None) -> Select[Any]:
    every = select(*(getattr(AuditEvent, column.key) for column in AuditEvent.__mapper__.column_attrs))
    if country is not None:
        every = every.where(AuditEvent.country == country)
    return every.order_by(AuditEvent.country, AuditEvent.number)


def _checked(country: str, rows: Iterable[Any], kept: Mapping[int, set[str]]) -> Chain:
    findings: list[Finding] = []
    count, expected, before = 0, 1, BEGINNING
    for row in rows:
        count += 1
        values = row._asdict()
        written = values.pop("hash")
        if row.number > expected:
            findings.append(Finding(country, expected, "missing"))
        elif row.previous != before:
            findings.append(Finding(country, row.number, "unlinked"))
        if digest(**values) != written:
            findings.append(Finding(country, row.number, "altered"))
        elif kept.get(row.number, {written}) != {written}:
            findings.append(Finding(country, row.number, "other"))
        expected, before = row.number + 1, written
    if kept and max(kept) >= expected:
        findings.append(Finding(country, expected, "cut"))
    return Chain(country, count, tuple(findings))
