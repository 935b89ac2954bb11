"""What is kept of forms that people fill in about a course: that they did, and apart from it what was said.

The two have nothing in common by which they could be put together. A mark names a person and a form and carries no
moment. What was said is not kept as a form: ticks and circles become counts, words go into a shuffled bundle. There is
no row per form, so that neither its number, nor its place in the file, nor the transaction that wrote it tells whose it
was. On SQLite these tables have no row numbers either.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import BigInteger, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from trainer.store.models import Base, Counted, Managed, Personal, new_id
from trainer.store.workshops import OfWorkshop


class FormMark(Personal, Base):
    """That a person was asked, has given or has declined a form. Nothing of what they said, once it is given."""

    __tablename__ = "form_mark"
    id: Mapped[str] = mapped_column(String(22), primary_key=True, default=new_id)
    form: Mapped[str] = mapped_column(String(20))
    """`reaction`, `follow-3`, `follow-6`; `follow-up`: no more of these."""
    about: Mapped[str] = mapped_column(String(100))
    """Slug of the module; the quarter in which the person completed something; empty for `follow-up`."""
    state: Mapped[str] = mapped_column(String(10))
    """`open`, `given` or `declined`."""
    closes_on: Mapped[date | None]
    """Of a follow-up: the day, in the country, from which nothing is taken any more."""
    draft: Mapped[dict[str, Any] | None]
    """Answers to a follow-up that is not handed in yet; only the person sees them."""
    extra_args = (UniqueConstraint("person_id", "form", "about"),)


class FormCount(Counted, Base):
    """How many gave an answer."""

    __tablename__ = "form_count"
    country: Mapped[str] = mapped_column(String(2), primary_key=True)
    form: Mapped[str] = mapped_column(String(20), primary_key=True)
    """`reaction`, `reaction-paper`, `follow-3` or `follow-6`."""
    about: Mapped[str] = mapped_column(String(100), primary_key=True)
    """Slug of the module; empty for follow-ups."""
    quarter: Mapped[str] = mapped_column(String(7), primary_key=True)
    """`2026-Q4`: of handing in a reaction; for follow-ups, of completing."""
    item: Mapped[str] = mapped_column(String(210), primary_key=True)
    """What was asked, or a sum of scores."""
    value: Mapped[int] = mapped_column(primary_key=True)
    """1 to 5 on a scale; 0 where there is none."""
    n: Mapped[int] = mapped_column(BigInteger)
    __table_args__ = {"sqlite_with_rowid": False}


class FormWords(Managed, Base):
    """What people wrote, in an order that says nothing: each new piece goes to a place drawn by lot."""

    __tablename__ = "form_words"
    country: Mapped[str] = mapped_column(String(2), primary_key=True)
    form: Mapped[str] = mapped_column(String(20), primary_key=True)
    about: Mapped[str] = mapped_column(String(100), primary_key=True)
    quarter: Mapped[str] = mapped_column(String(7), primary_key=True)
    topic: Mapped[str] = mapped_column(String(10), primary_key=True)
    """`useful`, `change` or `example`."""
    part: Mapped[int] = mapped_column(primary_key=True)
    """A bundle is bounded; from 0."""
    pieces: Mapped[list[Any]]
    """Objects with `text`; those of examples have what readers said of them besides (`services.judging`)."""
    __table_args__ = {"sqlite_with_rowid": False}


class ReactionPaper(OfWorkshop, Base):
    """Reaction forms of a workshop that came back on paper, counted. What is here is in `FormCount`, too."""

    __tablename__ = "reaction_paper"
    id: Mapped[str] = mapped_column(String(22), primary_key=True, default=new_id)
    module: Mapped[str] = mapped_column(String(100))
    quarter: Mapped[str] = mapped_column(String(7))
    """Of typing: once it has ended, nothing is changed any more."""
    forms: Mapped[int]
    counts: Mapped[dict[str, Any]]
    """Item → how many marked 1, 2, 3, 4 and 5."""
    version: Mapped[int] = mapped_column(default=1)
    extra_args = (UniqueConstraint("workshop_id", "module", "quarter"),)
