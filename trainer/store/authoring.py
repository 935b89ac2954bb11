"""The tables of writing, translating and adapting modules, beside drafts and editions.

Words of modules belong to no country, and who wrote them is named as on a title page. National words are `Managed`:
only whoever answers for the country sees them before they are signed.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from trainer.store.models import Base, Managed, new_id


class FileVersion(Base):
    """What a file of a module was at some time: the history of writing, kept over editions and drafts.

    Saves of one person within some minutes are one row (`services.history`), so that typing makes no thousands of them.
    """

    __tablename__ = "file_version"
    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    module: Mapped[str] = mapped_column(String(100))
    """Slug."""
    path: Mapped[str] = mapped_column(String(300))
    sha256: Mapped[str | None] = mapped_column(ForeignKey("blob.sha256"))
    """None: the file was deleted."""
    began_at: Mapped[datetime]
    """First save of the row."""
    saved_at: Mapped[datetime]
    """Last save of the row."""
    saved_by: Mapped[str] = mapped_column(String(200))
    how: Mapped[str] = mapped_column(String(20))
    """`typed`, `added`, `imported`, `restored`, `renamed`, `deleted`, `published`, `discarded`, `aside`, `kept`:
    what was done. `aside`: words that their writer gave up for what somebody else had saved; the file was never this.
    `kept`: what the file is, noted again after that."""
    was: Mapped[str | None] = mapped_column(String(300))
    """Of `renamed`: the path until then. History is followed across it."""
    __table_args__ = (Index(None, "module", "path", "id"),)


class ArchivedModule(Base):
    """A module that nobody begins any more. Records and editions stay; taking the row away brings it back."""

    __tablename__ = "archived_module"
    module: Mapped[str] = mapped_column(String(100), primary_key=True)
    archived_at: Mapped[datetime]
    archived_by: Mapped[str] = mapped_column(String(200))


class Acknowledgement(Base):
    """An author's reason why a warning is right as it is. It holds for as long as the words stay the same."""

    __tablename__ = "acknowledgement"
    id: Mapped[str] = mapped_column(String(22), primary_key=True, default=new_id)
    module: Mapped[str] = mapped_column(String(100))
    code: Mapped[str] = mapped_column(String(60))
    """Of the diagnostic."""
    subject: Mapped[str] = mapped_column(String(64))
    """SHA-256 of what the warning is about (`content.lint`), not of where it stands: lines move."""
    reason: Mapped[str] = mapped_column(Text)
    given_at: Mapped[datetime]
    given_by: Mapped[str] = mapped_column(String(200))
    __table_args__ = (UniqueConstraint("module", "code", "subject"),)


class PassageEdit(Base):
    """One passage as a translator or second reader left it. Only added to: the newest row of a passage holds.

    It stands over the catalog in the module's folder until an edition is published with it (`folded_into`).
    """

    __tablename__ = "passage_edit"
    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    module: Mapped[str] = mapped_column(String(100))
    locale: Mapped[str] = mapped_column(String(20))
    context: Mapped[str] = mapped_column(String(300))
    """msgctxt; unique together with `source`."""
    source: Mapped[str] = mapped_column(Text)
    """What `text` translates."""
    text: Mapped[str] = mapped_column(Text)
    """Empty: the translation was taken away."""
    state: Mapped[str] = mapped_column(String(10))
    """`draft`, `second` (wants a second reader) or `reviewed`."""
    origin: Mapped[str] = mapped_column(String(10))
    """`typed`, `imported` or `memory`."""
    person_id: Mapped[str] = mapped_column(String(22))
    """Of the translator: a second reader must be somebody else."""
    written_by: Mapped[str] = mapped_column(String(200))
    written_at: Mapped[datetime]
    reviewed_by: Mapped[str | None] = mapped_column(String(200))
    reviewed_at: Mapped[datetime | None]
    folded_into: Mapped[int | None] = mapped_column(ForeignKey("edition.id"))
    """The edition whose catalog has it."""
    __table_args__ = (
        Index(None, "module", "locale", "context", "id"),
        CheckConstraint("state IN ('draft', 'second', 'reviewed')", name="state"),
        CheckConstraint("(state = 'reviewed') = (reviewed_by IS NOT NULL)", name="reviewed_by_somebody"),
    )


class PassageComment(Base):
    """A question or remark of a translator to the author, about one passage."""

    __tablename__ = "passage_comment"
    id: Mapped[str] = mapped_column(String(22), primary_key=True, default=new_id)
    module: Mapped[str] = mapped_column(String(100))
    locale: Mapped[str] = mapped_column(String(20))
    context: Mapped[str] = mapped_column(String(300))
    text: Mapped[str] = mapped_column(Text)
    written_by: Mapped[str] = mapped_column(String(200))
    written_at: Mapped[datetime]
    done_by: Mapped[str | None] = mapped_column(String(200))
    done_at: Mapped[datetime | None]
    __table_args__ = (Index(None, "module", "context"),)


class NationalDraft(Managed, Base):
    """What the coordinator of a country is filling in for a module, until it is signed."""

    __tablename__ = "national_draft"
    id: Mapped[str] = mapped_column(String(22), primary_key=True, default=new_id)
    module: Mapped[str] = mapped_column(String(100))
    words: Mapped[dict[str, Any]]
    """As `services.national` reads it: slots and blocks, each with words, source and day of checking."""
    version: Mapped[int] = mapped_column(default=1)
    """Rises with each save; a save must name the version it replaces."""
    saved_at: Mapped[datetime]
    saved_by: Mapped[str] = mapped_column(String(200))
    __table_args__ = (UniqueConstraint("module", "country"),)


class SignOff(Managed, Base):
    """That a named person answered for a country's words, and for how long."""

    __tablename__ = "sign_off"
    id: Mapped[str] = mapped_column(String(22), primary_key=True, default=new_id)
    module: Mapped[str] = mapped_column(String(100))
    edition_id: Mapped[int] = mapped_column(ForeignKey("edition.id"))
    """The edition that was made with the words."""
    sha256: Mapped[str] = mapped_column(String(64))
    """Of the overlay's file."""
    signed_by: Mapped[str] = mapped_column(String(200))
    """Name and office, as printed."""
    person_id: Mapped[str] = mapped_column(String(22))
    signed_at: Mapped[datetime]
    checked_on: Mapped[date]
    review_by: Mapped[date | None]
    withdrawn_at: Mapped[datetime | None]
    withdrawn_by: Mapped[str | None] = mapped_column(String(200))
    __table_args__ = (Index(None, "country", "module", "signed_at"),)
