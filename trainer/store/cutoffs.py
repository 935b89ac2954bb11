"""The figures of a country's quarter, fixed once: reports are made from these rows and from nothing else."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from trainer.store.models import Base, Counted


class Cutoff(Counted, Base):
    """One quarter of one country. Rows are added and never changed; the database refuses it (migration 0013)."""

    __tablename__ = "cutoff"
    country: Mapped[str] = mapped_column(String(2), primary_key=True)
    quarter: Mapped[str] = mapped_column(String(7), primary_key=True)
    """`2026-Q4`, in the country's own calendar."""
    made_at: Mapped[datetime]
    made_by: Mapped[str | None] = mapped_column(String(22))
    """Id of the coordinator who fixed it; None: it was time."""
    version: Mapped[str] = mapped_column(String(40))
    """Of Trainer."""
    counts: Mapped[dict[str, Any]]
    """What was counted in the quarter at that moment: `services.fixed` reads and writes this and the next five."""
    said: Mapped[dict[str, Any]]
    """What may be printed from then on."""
    people: Mapped[list[Any]]
    """Who the persons of the quarter were, as it may be printed."""
    groups: Mapped[dict[str, Any] | None]
    """Who enrolled and completed and how their tests went, by group; None where it was fixed before that was kept."""
    questions: Mapped[list[Any]]
    """Sums of all answers to questions until then, as they are told."""
    corrections: Mapped[dict[str, Any]]
    """What was found to have changed in earlier quarters, as it is told."""
    digest: Mapped[str] = mapped_column(String(64))
    """SHA-256 over all of this and the digest of the quarter before."""
