"""Learning that was assigned, and learning that was renewed."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from trainer.store.models import Base, Managed, Personal, new_id


class Assignment(Managed, Base):
    """A path, or some modules, that people of one country are asked to complete by a day.

    Whom it concerns is worked out whenever it is asked: who joins later is concerned, too.
    """

    __tablename__ = "assignment"
    id: Mapped[str] = mapped_column(String(22), primary_key=True, default=new_id)
    path: Mapped[str | None] = mapped_column(String(40))
    """Id of a path: its required modules. None: `modules`."""
    modules: Mapped[list[Any]]
    """Slugs; empty with a path."""
    agency_type: Mapped[str | None] = mapped_column(String(20))
    """Only people who work there."""
    workshop_id: Mapped[str | None] = mapped_column(String(22))
    """Only participants of this workshop. Neither this nor an agency type: everybody in the country."""
    due_on: Mapped[date]
    """Last day, by the calendar of the country."""
    note: Mapped[str] = mapped_column(Text, default="")
    created_at: Mapped[datetime]
    created_by: Mapped[str] = mapped_column(String(22))
    withdrawn_at: Mapped[datetime | None]
    __table_args__ = (
        ForeignKeyConstraint(
            ["workshop_id", "country"], ["workshop.id", "workshop.country"], onupdate="CASCADE", ondelete="CASCADE"
        ),
        CheckConstraint("agency_type IS NULL OR workshop_id IS NULL", name="one_target"),
        Index(None, "country", "due_on"),
    )


class AssignmentCount(Managed, Base):
    """How far an assignment that concerns many people was when somebody last counted."""

    __tablename__ = "assignment_count"
    assignment_id: Mapped[str] = mapped_column(ForeignKey("assignment.id", ondelete="CASCADE"), primary_key=True)
    people: Mapped[int]
    """Concerned."""
    done: Mapped[int]
    """Of those."""
    counted_at: Mapped[datetime]


class Renewal(Personal, Base):
    """A completed module whose test was passed again, near the end of its validity or after it.

    The completion and what was counted of it stay as they were.
    """

    __tablename__ = "renewal"
    id: Mapped[str] = mapped_column(String(22), primary_key=True, default=new_id)
    module: Mapped[str] = mapped_column(String(100))
    edition_id: Mapped[int] = mapped_column(ForeignKey("edition.id"))
    attempt_id: Mapped[str] = mapped_column(String(36))
    """The attempt that renewed it. Taken back (a sheet read wrongly), the renewal goes with it."""
    at: Mapped[datetime]
    extra_args = (
        ForeignKeyConstraint(
            ["attempt_id", "person_id"], ["attempt.id", "attempt.person_id"], onupdate="CASCADE", ondelete="CASCADE"
        ),
        UniqueConstraint("attempt_id"),
        Index(None, "person_id", "module"),
    )
