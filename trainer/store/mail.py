"""Letters to people by e-mail that wait to be sent, or were."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from trainer.store.models import Base, Personal, new_id


class Mail(Personal, Base):
    """One letter to one person, in their language. The address is read from the person when it is sent."""

    __tablename__ = "mail"
    id: Mapped[str] = mapped_column(String(22), primary_key=True, default=new_id)
    occasion: Mapped[str] = mapped_column(String(100))
    """Why it is sent, such as `renewal first-contact 2026-11`: each is written to a person once."""
    locale: Mapped[str] = mapped_column(String(20))
    subject: Mapped[str] = mapped_column(String(200))
    body: Mapped[str] = mapped_column(Text)
    """Plain text. Never another person's name, never a score: mail passes through many hands."""
    due_at: Mapped[datetime]
    tries: Mapped[int] = mapped_column(default=0)
    sent_at: Mapped[datetime | None]
    problem: Mapped[str | None] = mapped_column(String(40))
    """Code of why it was given up; None while it waits and once it is sent."""
    extra_args = (
        UniqueConstraint("person_id", "occasion"),
        Index(None, "due_at"),
        # What waits is asked for every second, and is little beside all that was ever sent.
        Index(
            "ix_mail_waiting",
            "due_at",
            "id",
            sqlite_where=text("sent_at IS NULL AND problem IS NULL"),
            postgresql_where=text("sent_at IS NULL AND problem IS NULL"),
        ),
        Index(
            "ix_mail_problem",
            "country",
            "problem",
            "due_at",
            sqlite_where=text("problem IS NOT NULL"),
            postgresql_where=text("problem IS NOT NULL"),
        ),
    )


class MailTrouble(Base):
    """Why no letter goes out at present: one row, or none. It is about the mail server and nobody."""

    __tablename__ = "mail_trouble"
    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False, default=1)
    """Always 1."""
    code: Mapped[str] = mapped_column(String(20))
    """A key of `services.post.TROUBLES`."""
    since: Mapped[datetime]
    tries: Mapped[int]
    """Failures in a row."""
    asked_at: Mapped[datetime]
    """The latest of them."""
    until: Mapped[datetime]
    """Nobody tries again before."""
