"""The tables of workshops: who is in the room, what is printed for them, and the paper that comes back.

Participants and their attendance are rows about a person each. Everything else belongs to the workshop, which belongs
to a country: only whoever answers for that country sees it (`Managed`), never a practitioner in their own session.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    String,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, declared_attr, mapped_column

from trainer.store.models import Base, Managed, Personal, new_id


class Workshop(Managed, Base):
    """An event with place, dates, modules and languages, in one country."""

    __tablename__ = "workshop"
    id: Mapped[str] = mapped_column(String(22), primary_key=True, default=new_id)
    code: Mapped[str] = mapped_column(String(6), unique=True)
    """Crockford base 32, on every sheet of paper."""
    title: Mapped[str] = mapped_column(String(200))
    place: Mapped[str] = mapped_column(String(200))
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    locales: Mapped[list[Any]]
    """Languages of the room, the main one first."""
    modules: Mapped[list[Any]]
    """Slugs, in the order they are taught."""
    facilitators: Mapped[list[Any]]
    """Names as written."""
    last_number: Mapped[int] = mapped_column(default=0)
    """Highest participant's number given out; none is given twice."""
    created_at: Mapped[datetime]
    created_by: Mapped[str] = mapped_column(String(22))
    closed_at: Mapped[datetime | None]
    deleted_at: Mapped[datetime | None]
    """In the bin since."""
    version: Mapped[int] = mapped_column(default=1)
    """Rises with each change of the facts; a change must name the version it replaces."""
    __table_args__ = (
        UniqueConstraint("id", "country"),
        CheckConstraint("ends_on >= starts_on", name="ends_after_start"),
        Index(None, "country", "starts_on"),
    )


class OfWorkshop(Managed):
    """Rows that belong to one workshop; a foreign key keeps their country the workshop's own."""

    workshop_id: Mapped[str] = mapped_column(String(22))

    @declared_attr.directive
    def __table_args__(cls) -> tuple[Any, ...]:
        return (_to_workshop(), *getattr(cls, "extra_args", ()))


def _belongs(column: str, to: str) -> ForeignKeyConstraint:
    """To a row of the same country; they go together."""
    theirs = f"{to.partition('.')[0]}.country"
    return ForeignKeyConstraint([column, "country"], [to, theirs], onupdate="CASCADE", ondelete="CASCADE")


def _to_workshop() -> ForeignKeyConstraint:
    return _belongs("workshop_id", "workshop.id")


class WorkshopSession(OfWorkshop, Base):
    """A part of a workshop with an attendance list of its own."""

    __tablename__ = "workshop_session"
    id: Mapped[str] = mapped_column(String(22), primary_key=True, default=new_id)
    position: Mapped[int]
    title: Mapped[str] = mapped_column(String(200))
    held_on: Mapped[date]
    module: Mapped[str | None] = mapped_column(String(100))
    """The module taught there. Whoever was at all sessions of a module has heard its lessons."""
    extra_args = (Index(None, "workshop_id"),)


class Participant(Personal, Base):
    """A person in a workshop."""

    __tablename__ = "participant"
    id: Mapped[str] = mapped_column(String(22), primary_key=True, default=new_id)
    workshop_id: Mapped[str] = mapped_column(String(22))
    number: Mapped[int]
    """From 1, in the order of joining; printed on sheets. Odd numbers begin with the first form of a test."""
    locale: Mapped[str] = mapped_column(String(20))
    """Language of their papers."""
    walk_in: Mapped[bool] = mapped_column(default=False)
    """Came on the day, without being on the list."""
    joined_at: Mapped[datetime]
    extra_args = (
        _to_workshop(),
        UniqueConstraint("workshop_id", "person_id"),
        UniqueConstraint("workshop_id", "number"),
        Index(None, "person_id"),
    )


class Attendance(Personal, Base):
    """The person was at the session."""

    __tablename__ = "attendance"
    session_id: Mapped[str] = mapped_column(
        String(22), ForeignKey("workshop_session.id", ondelete="CASCADE"), primary_key=True
    )
    participant_id: Mapped[str] = mapped_column(
        String(22), ForeignKey("participant.id", ondelete="CASCADE"), primary_key=True
    )
    entered_at: Mapped[datetime]
    entered_by: Mapped[str] = mapped_column(String(22))
    extra_args = (Index(None, "participant_id"), Index(None, "person_id"))


class Pack(OfWorkshop, Base):
    """A printable set of a workshop, asked for, in the making, or made."""

    __tablename__ = "pack"
    id: Mapped[str] = mapped_column(String(22), primary_key=True, default=new_id)
    number: Mapped[int]
    """1, 2, … in the workshop."""
    options: Mapped[dict[str, Any]]
    """What was chosen, see `services.packs.Options`."""
    editions: Mapped[dict[str, Any]]
    """Module → number of the edition that it is made from."""
    state: Mapped[str] = mapped_column(String(10))
    """`draft`, `counting` (a draft whose pages are being counted), `waiting`, `running`, `done`, `failed` or
    `cancelled`."""
    done: Mapped[int] = mapped_column(default=0)
    """Documents made so far, of `total`."""
    total: Mapped[int] = mapped_column(default=0)
    problems: Mapped[list[Any]]
    """What could not be made or was left out: code and parameters of each."""
    asked_at: Mapped[datetime]
    asked_by: Mapped[str] = mapped_column(String(22))
    beat_at: Mapped[datetime | None]
    """Last sign of life of whoever makes it."""
    finished_at: Mapped[datetime | None]
    extra_args = (UniqueConstraint("id", "country"), UniqueConstraint("workshop_id", "number"), Index(None, "state"))


class PackFile(Managed, Base):
    """One document of a pack."""

    __tablename__ = "pack_file"
    pack_id: Mapped[str] = mapped_column(String(22), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    """In the order of the pack; 0 is the whole pack in one file."""
    name: Mapped[str] = mapped_column(String(200))
    """File name for downloads; never a person's name."""
    participant_id: Mapped[str | None] = mapped_column(String(22))
    """Whose set it is, for a file per person."""
    pages: Mapped[int]
    size: Mapped[int]
    data: Mapped[bytes] = mapped_column(deferred=True)
    __table_args__ = (_belongs("pack_id", "pack.id"),)


class Sheet(OfWorkshop, Base):
    """One paper form: whose answers to which questions stand on it, in which order."""

    __tablename__ = "sheet"
    code: Mapped[str] = mapped_column(String(8), primary_key=True)
    """40 random bits in Crockford base 32."""
    participant_id: Mapped[str | None] = mapped_column(String(22), ForeignKey("participant.id", ondelete="SET NULL"))
    """Whose it is; None for a blank one until somebody says whose it became."""
    blank_number: Mapped[int | None]
    """1, 2, … in the workshop for a sheet that was printed without a name."""
    module: Mapped[str] = mapped_column(String(100))
    unit: Mapped[str] = mapped_column(String(100))
    purpose: Mapped[str] = mapped_column(String(10))
    """`pre`, `post` or `quiz`."""
    edition_id: Mapped[int] = mapped_column(ForeignKey("edition.id"))
    form: Mapped[str | None] = mapped_column(String(20))
    seed: Mapped[str] = mapped_column(String(32))
    """Gives the order of questions and choices: one for all sheets of a test and form in a workshop."""
    locale: Mapped[str] = mapped_column(String(20))
    issued_at: Mapped[datetime]
    attempt_id: Mapped[str | None] = mapped_column(String(36))
    """Of the record it became."""
    recorded_at: Mapped[datetime | None]
    problem: Mapped[dict[str, Any] | None]
    """Why it did not become a record when it was to: code and parameters."""
    extra_args = (
        UniqueConstraint("code", "country"),
        Index(None, "workshop_id"),
        Index(None, "participant_id"),
        Index(None, "attempt_id"),
        CheckConstraint("participant_id IS NOT NULL OR blank_number IS NOT NULL", name="named_or_numbered"),
    )


class Reading(Managed, Base):
    """What was read off a sheet by one route; the routes are compared, and none overwrites another."""

    __tablename__ = "reading"
    sheet_code: Mapped[str] = mapped_column(String(8), primary_key=True)
    source: Mapped[str] = mapped_column(String(10), primary_key=True)
    """`scan`, `typed`, `again` (typed a second time), or `decided` (what a person said of single rows)."""
    marks: Mapped[dict[str, Any]]
    """Number of the row → marked positions, or the text on a line."""
    doubts: Mapped[dict[str, Any]]
    """Number of the row → why nobody has been sure of it yet."""
    entered_at: Mapped[datetime]
    entered_by: Mapped[str] = mapped_column(String(22))
    __table_args__ = (_belongs("sheet_code", "sheet.code"),)


class Upload(OfWorkshop, Base):
    """A file of scans or photos. Its bytes are kept until all pages have been read."""

    __tablename__ = "upload"
    id: Mapped[str] = mapped_column(String(22), primary_key=True, default=new_id)
    name: Mapped[str] = mapped_column(String(200))
    sha256: Mapped[str] = mapped_column(String(64))
    size: Mapped[int]
    data: Mapped[bytes | None] = mapped_column(deferred=True)
    state: Mapped[str] = mapped_column(String(10))
    """`waiting`, `running`, `done` or `failed`."""
    pages: Mapped[int] = mapped_column(default=0)
    """Read so far."""
    problem: Mapped[dict[str, Any] | None]
    """What is wrong with the file: code and parameters."""
    uploaded_at: Mapped[datetime]
    uploaded_by: Mapped[str] = mapped_column(String(22))
    beat_at: Mapped[datetime | None]
    extra_args = (UniqueConstraint("id", "country"), UniqueConstraint("workshop_id", "sha256"), Index(None, "state"))


class Scan(OfWorkshop, Base):
    """One page of an upload, upright and cut to the sheet."""

    __tablename__ = "scan"
    id: Mapped[str] = mapped_column(String(22), primary_key=True, default=new_id)
    upload_id: Mapped[str] = mapped_column(String(22))
    number: Mapped[int]
    """Of the page in its file, from 1."""
    sheet_code: Mapped[str | None] = mapped_column(String(8), ForeignKey("sheet.code", ondelete="SET NULL"))
    page: Mapped[int | None]
    """Of the sheet, from 1."""
    state: Mapped[str] = mapped_column(String(10))
    """`taken` (into the sheet's reading), `check` (a person must look) or `aside` (a person put it away)."""
    problem: Mapped[dict[str, Any] | None]
    """Why a person must look: code and parameters."""
    image: Mapped[bytes | None] = mapped_column(deferred=True)
    """JPEG; None once the retention time has ended."""
    scanned_at: Mapped[datetime]
    extra_args = (
        _belongs("upload_id", "upload.id"),
        Index(None, "workshop_id"),
        Index(None, "sheet_code"),
        UniqueConstraint("upload_id", "number"),
    )


class Tally(OfWorkshop, Base):
    """Counted answers of a group without names."""

    __tablename__ = "tally"
    id: Mapped[str] = mapped_column(String(22), primary_key=True, default=new_id)
    module: Mapped[str] = mapped_column(String(100))
    unit: Mapped[str] = mapped_column(String(100))
    purpose: Mapped[str] = mapped_column(String(10))
    form: Mapped[str] = mapped_column(String(20))
    """Empty for a test without forms."""
    edition_id: Mapped[int] = mapped_column(ForeignKey("edition.id"))
    people: Mapped[int]
    """How many papers were counted."""
    counts: Mapped[dict[str, Any]]
    """Number of the row on the sheet → how many marked each choice, by presented position."""
    seed: Mapped[str] = mapped_column(String(32))
    """Of the paper they had before them."""
    entered_at: Mapped[datetime]
    entered_by: Mapped[str] = mapped_column(String(22))
    extra_args = (UniqueConstraint("workshop_id", "module", "unit", "purpose", "form"),)
