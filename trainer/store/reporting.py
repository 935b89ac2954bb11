"""What coordinators keep about reports: filters they come back to, how figures go into a funder's table, and the words
and targets beside the figures.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column

from trainer.store.models import Base, Counted, Managed, Personal, new_id


class SavedReport(Personal, Base):
    """Filters under a name, for the person who saved them only."""

    __tablename__ = "saved_report"
    id: Mapped[str] = mapped_column(String(22), primary_key=True, default=new_id)
    name: Mapped[str] = mapped_column(String(100))
    about: Mapped[str | None] = mapped_column(String(2))
    """Country that the report is about; None: all that the person answers for. Whether they still do, opening says."""
    module: Mapped[str | None] = mapped_column(String(100))
    period: Mapped[str] = mapped_column(String(7))
    """A code of `services.periods`."""
    letters: Mapped[bool] = mapped_column(default=False)
    """The person wants a letter when the figures of a quarter are fixed."""
    written_for: Mapped[str] = mapped_column(String(7), default="")
    """The last quarter that needs no letter any more."""
    created_at: Mapped[datetime]
    removed_at: Mapped[datetime | None]
    extra_args = (Index(None, "person_id"),)


class FunderLine(Managed, Base):
    """One figure as a funder names it."""

    __tablename__ = "funder_line"
    id: Mapped[str] = mapped_column(String(22), primary_key=True, default=new_id)
    code: Mapped[str] = mapped_column(String(60))
    """The funder's."""
    words: Mapped[str] = mapped_column(String(300))
    """The funder's name for it."""
    figure: Mapped[str] = mapped_column(String(2))
    """A code of `services.funders.FIGURES`."""
    module: Mapped[str | None] = mapped_column(String(100))
    agency_types: Mapped[list[Any]]
    """Codes of `vocabulary.AGENCY_TYPES`; empty: all."""
    note: Mapped[str] = mapped_column(String(500), default="")
    checked: Mapped[bool] = mapped_column(default=False)
    """Somebody has compared it with the reference sheet of the award."""
    created_at: Mapped[datetime]
    removed_at: Mapped[datetime | None]
    __table_args__ = (Index(None, "country"),)


class ReportNote(Counted, Base):
    """What people write beside the figures. It is part of the report: whoever sees the country's counts sees it.

    Written in a session over the country only; PostgreSQL's policy refuses everybody else.
    """

    __tablename__ = "report_note"
    country: Mapped[str] = mapped_column(String(2), primary_key=True)
    period: Mapped[str] = mapped_column(String(7), primary_key=True)
    """`2026-Q4`: the words of its report; `2026`: the year's targets."""
    written: Mapped[dict[str, Any]]
    """Field → what was written; see `services.report_notes` and `report_targets`."""
    version: Mapped[int]
    """Rises with each change; a change must name the version it replaces."""
    changed_at: Mapped[datetime]
    changed_by: Mapped[str] = mapped_column(String(22))
    """Id of the coordinator."""
