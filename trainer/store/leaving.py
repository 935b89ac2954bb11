"""The tables of leaving: second entries that were joined, moves between countries, and what goes by its age."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from trainer.store.models import Base, Managed, Personal, new_id
from trainer.store.workshops import OfWorkshop


class KeptCertificate(Managed, Base):
    """What confirms a certificate after its person was forgotten. It is about nobody: no name, no person."""

    __tablename__ = "kept_certificate"
    code: Mapped[str] = mapped_column(String(40), primary_key=True)
    """As in `Certificate`."""
    module: Mapped[str] = mapped_column(String(100))
    edition_id: Mapped[int] = mapped_column(ForeignKey("edition.id"))
    completed_at: Mapped[datetime]


class EmptyPlace(OfWorkshop, Base):
    """A place in a workshop whose person was forgotten or moved to another country: its number stays given."""

    __tablename__ = "empty_place"
    id: Mapped[str] = mapped_column(String(22), primary_key=True, default=new_id)
    number: Mapped[int]
    """As in `Participant`."""
    sessions: Mapped[int]
    """Attended."""
    since: Mapped[datetime]
    extra_args = (UniqueConstraint("workshop_id", "number"),)


class Merge(Personal, Base):
    """What was joined with whom, kept on the entry that is hidden since, for as long as it can be undone."""

    __tablename__ = "merge"
    person_id: Mapped[str] = mapped_column(String(22), primary_key=True)
    """The hidden entry."""
    kept_id: Mapped[str] = mapped_column(String(22))
    """The person."""
    merged_at: Mapped[datetime]
    merged_by: Mapped[str] = mapped_column(String(22))
    shut_before: Mapped[datetime | None]
    """`Person.disabled_at` until then."""
    moved: Mapped[list[Any]]
    """Modules that the person took over, having nothing in them."""
    swapped: Mapped[list[Any]]
    """Modules that both had: the person took the hidden entry's, which took the person's."""
    places: Mapped[list[Any]]
    """Ids of `Participant` that the person took over."""
    extra_args = (Index(None, "kept_id"), Index(None, "country", "merged_at", "person_id"))


class Transfer(Managed, Base):
    """A move to another country, as one of the two countries sees it: two rows for each, of one id."""

    __tablename__ = "transfer"
    id: Mapped[str] = mapped_column(String(22), primary_key=True, default=new_id)
    country: Mapped[str] = mapped_column(String(2), primary_key=True)
    """Whose coordinators see this row."""
    other: Mapped[str] = mapped_column(String(2))
    gives: Mapped[bool]
    """The person leaves this country; the other row says False."""
    person_id: Mapped[str] = mapped_column(String(22), ForeignKey("person.id", ondelete="CASCADE"))
    full_name: Mapped[str] = mapped_column(String(200))
    """With agency type and work role all that the other country learns before it accepts."""
    agency_type: Mapped[str] = mapped_column(String(20))
    work_role: Mapped[str] = mapped_column(String(20))
    reason: Mapped[str] = mapped_column(String(20))
    """A key of `services.transfers.REASONS`."""
    asked_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    outcome: Mapped[str] = mapped_column(String(10), default="waiting")
    """`waiting`, `accepted`, `declined` or `taken-back`."""
    __table_args__ = (Index(None, "person_id"),)


class Announced(Personal, Base):
    """What of a person will go by its age: nothing goes that has not stood here for long enough."""

    __tablename__ = "announced"
    person_id: Mapped[str] = mapped_column(String(22), primary_key=True)
    what: Mapped[str] = mapped_column(String(10), primary_key=True)
    """`account` or `answers`."""
    announced_at: Mapped[datetime]
    extra_args = (Index(None, "country", "what", "announced_at", "person_id"),)


class RetentionDay(Base):
    """A day on which it was looked what will go. Announced time is counted in these, not on a clock that may jump."""

    __tablename__ = "retention_day"
    day: Mapped[date] = mapped_column(primary_key=True)
