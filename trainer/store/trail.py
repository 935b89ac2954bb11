"""The audit trail's table: what somebody saw or changed, one chain of events for each country.

Rows are added by `store.chain` alone. The database refuses to change or delete them (triggers of migration 0009), and
each carries the hash of the one before it, so that whoever gets around the triggers is found out.
"""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, datetime

from sqlalchemy import BigInteger, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from trainer.store.models import Base, Managed

BEGINNING = "0" * 64
"""What the first event of a chain has for the hash of the one before."""


class AuditEvent(Managed, Base):
    """One act. It has no names and no values: those change, or must be forgotten; this stays."""

    __tablename__ = "audit_event"
    country: Mapped[str] = mapped_column(String(2), primary_key=True)
    """Whose chain; `vocabulary.NO_COUNTRY` for what belongs to none."""
    number: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    """From 1 in each chain, without gaps."""
    at: Mapped[datetime]
    actor: Mapped[str] = mapped_column(String(22))
    """Public id of a person, or `operator` or `system`."""
    act: Mapped[str] = mapped_column(String(60))
    kind: Mapped[str] = mapped_column(String(40))
    """Of what it was done to: `person`, `workshop`, `module`, …"""
    object_id: Mapped[str] = mapped_column(String(200))
    """Its public id."""
    fields: Mapped[str] = mapped_column(Text)
    """Names of what changed, sorted, with commas."""
    request_id: Mapped[str] = mapped_column(String(40))
    """As in the log; empty for commands."""
    previous: Mapped[str] = mapped_column(String(64))
    """`hash` of the event before."""
    hash: Mapped[str] = mapped_column(String(64))
    """`digest` of all the others, hex."""
    __table_args__ = (
        Index(None, "country", "kind", "object_id", "number"),
        Index(None, "country", "actor", "number"),
        Index(None, "country", "act", "number"),
        Index(None, "country", "at"),
    )


def digest(
    country: str, number: int, at: datetime, actor: str, act: str, kind: str, object_id: str, fields: str,
    request_id: str, previous: str,
) -> str:  # fmt: skip
    """SHA-256 (hex) over the one way to write the event down: JSON, an array in this order, UTC to the microsecond."""
    moment = at.astimezone(UTC).isoformat(timespec="microseconds")
    row = [country, number, moment, actor, act, kind, object_id, fields, request_id, previous]
    return hashlib.sha256(json.dumps(row, separators=(",", ":")).encode()).hexdigest()
