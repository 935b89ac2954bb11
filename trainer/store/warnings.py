"""Warnings about the data that were found, and when each country's records were looked through.

Nobody's name is here: it is joined when a list is read. A row names people and workshops of its own country only, and
goes with them: the database refuses a warning about somebody who is gone or works in another country.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKeyConstraint, Index, String, UniqueConstraint, delete
from sqlalchemy.orm import Mapped, Session, mapped_column

from trainer.store.models import Base, Managed, new_id


def _goes_with(column: str, table: str) -> ForeignKeyConstraint:
    return ForeignKeyConstraint([column, "country"], [f"{table}.id", f"{table}.country"], ondelete="CASCADE")


class WarningRow(Managed, Base):
    """One thing that somebody should look at, or has. It goes when it is no longer true."""

    __tablename__ = "warning"
    id: Mapped[str] = mapped_column(String(22), primary_key=True, default=new_id)
    kind: Mapped[str] = mapped_column(String(10))
    """A key of `services.data_warnings.HEADINGS`."""
    key: Mapped[str] = mapped_column(String(64))
    """What it is about (`Raised.key`): the same warning, found again, has the same one."""
    person_id: Mapped[str | None] = mapped_column(String(22))
    other_id: Mapped[str | None] = mapped_column(String(22))
    """The second of two people."""
    workshop_id: Mapped[str | None] = mapped_column(String(22))
    module: Mapped[str | None] = mapped_column(String(100))
    agency: Mapped[str] = mapped_column(String(20))
    """Agency type, or empty."""
    numbers: Mapped[dict[str, Any]]
    """What its sentence says."""
    at: Mapped[datetime]
    """When it happened; for the order of the list."""
    found_at: Mapped[datetime]
    """When it was found first."""
    looked_at: Mapped[datetime | None]
    """Since when it is put aside."""
    looked_by: Mapped[str | None] = mapped_column(String(22))
    """Id of who did that."""
    note: Mapped[str] = mapped_column(String(200))
    __table_args__ = (
        UniqueConstraint("country", "kind", "key"),
        _goes_with("person_id", "person"),
        _goes_with("other_id", "person"),
        _goes_with("workshop_id", "workshop"),
        Index(None, "person_id"),
        Index(None, "other_id"),
        Index(None, "workshop_id"),
    )


class WarningLook(Managed, Base):
    """When the records of a country were looked through last, and whether somebody waits for the next time."""

    __tablename__ = "warning_look"
    country: Mapped[str] = mapped_column(String(2), primary_key=True)
    looked_at: Mapped[datetime | None]
    asked_at: Mapped[datetime | None]
    """Somebody asked to have it done soon."""


def drop_warnings(db: Session, person_id: str) -> None:
    """Those that name the person, who moves away or becomes a hidden entry."""
    named = (WarningRow.person_id == person_id) | (WarningRow.other_id == person_id)
    db.execute(delete(WarningRow).where(named).execution_options(synchronize_session=False))
