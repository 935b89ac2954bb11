"""The counts that reports read: what was done, by whom in words that name nobody, and how the tests went.

Kept in the transaction of the record they count, one row per cell. The cells of a country and month are bounded by
vocabularies, not by people, so a report costs the same for a thousand and for a million of them. Sums are whole
numbers (scores in hundredths of a percent), so that counting anew gives the same to the last digit.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, String
from sqlalchemy.orm import Mapped, mapped_column

from trainer.store.models import Base, Counted


class Measured(Counted):
    """What is counted of a module in a month."""

    enrolled: Mapped[int] = mapped_column(default=0)
    completed: Mapped[int] = mapped_column(default=0)
    minutes: Mapped[int] = mapped_column(BigInteger, default=0, server_default="0")
    """Planned minutes of what was completed."""
    first_quizzes: Mapped[int] = mapped_column(default=0, server_default="0")
    """First goes at a quiz that were handed in."""
    first_quizzes_passed: Mapped[int] = mapped_column(default=0, server_default="0")
    first_posts: Mapped[int] = mapped_column(default=0, server_default="0")
    """First goes at the test after, where it has a pass mark."""
    first_posts_passed: Mapped[int] = mapped_column(default=0, server_default="0")
    pairs: Mapped[int] = mapped_column(default=0, server_default="0")
    """People with the test before and the first one after; the sums below are over them."""
    before: Mapped[int] = mapped_column(BigInteger, default=0, server_default="0")
    after: Mapped[int] = mapped_column(BigInteger, default=0, server_default="0")
    before_squares: Mapped[int] = mapped_column(BigInteger, default=0, server_default="0")
    after_squares: Mapped[int] = mapped_column(BigInteger, default=0, server_default="0")
    products: Mapped[int] = mapped_column(BigInteger, default=0, server_default="0")
    only_before: Mapped[int] = mapped_column(default=0, server_default="0")
    only_before_sum: Mapped[int] = mapped_column(BigInteger, default=0, server_default="0")
    """Their scores: whoever drops out may have known less."""
    only_after: Mapped[int] = mapped_column(default=0, server_default="0")


class Summary(Measured, Base):
    """One module in one month, by sex, agency type and mode."""

    __tablename__ = "summary"
    country: Mapped[str] = mapped_column(String(2), primary_key=True)
    module: Mapped[str] = mapped_column(String(100), primary_key=True)
    month: Mapped[str] = mapped_column(String(7), primary_key=True)
    """Of what is counted: enrolment, completion or handing in."""
    sex: Mapped[str] = mapped_column(String(10), primary_key=True)
    """`` for not stated."""
    agency_type: Mapped[str] = mapped_column(String(20), primary_key=True)
    mode: Mapped[str] = mapped_column(String(20), primary_key=True)


class FacetSummary(Measured, Base):
    """The same by something else: `work_role` or `locale`."""

    __tablename__ = "facet_summary"
    country: Mapped[str] = mapped_column(String(2), primary_key=True)
    module: Mapped[str] = mapped_column(String(100), primary_key=True)
    month: Mapped[str] = mapped_column(String(7), primary_key=True)
    facet: Mapped[str] = mapped_column(String(10), primary_key=True)
    value: Mapped[str] = mapped_column(String(20), primary_key=True)


class PersonSummary(Counted, Base):
    """Persons who completed something, each once: in the month that was their first of the quarter, year, or of all."""

    __tablename__ = "person_summary"
    country: Mapped[str] = mapped_column(String(2), primary_key=True)
    month: Mapped[str] = mapped_column(String(7), primary_key=True)
    facet: Mapped[str] = mapped_column(String(10), primary_key=True)
    """`who` (agency type and sex), `work_role`, `mode` or `locale`, as they were at that completion."""
    value: Mapped[str] = mapped_column(String(40), primary_key=True)
    """`police woman`; the sex is missing where it was not stated."""
    in_quarter: Mapped[int] = mapped_column(default=0)
    in_year: Mapped[int] = mapped_column(default=0)
    ever: Mapped[int] = mapped_column(default=0)


class ItemSummary(Counted, Base):
    """How a question of a test was answered by those who sat the test for the first time."""

    __tablename__ = "item_summary"
    country: Mapped[str] = mapped_column(String(2), primary_key=True)
    module: Mapped[str] = mapped_column(String(100), primary_key=True)
    purpose: Mapped[str] = mapped_column(String(10), primary_key=True)
    """`pre` or `post`."""
    question: Mapped[str] = mapped_column(String(100), primary_key=True)
    rev: Mapped[int] = mapped_column(primary_key=True, default=1)
    quarter: Mapped[str] = mapped_column(String(7), primary_key=True)
    """`2026-Q4`."""
    choice: Mapped[int] = mapped_column(primary_key=True, default=-1)
    """Index of an option that was chosen; -1: the question itself, which alone has the sums below."""
    n: Mapped[int] = mapped_column(default=0)
    right: Mapped[int] = mapped_column(default=0)
    rest: Mapped[int] = mapped_column(BigInteger, default=0)
    """Points on the other questions, in hundredths."""
    rest_squares: Mapped[int] = mapped_column(BigInteger, default=0)
    rest_of_right: Mapped[int] = mapped_column(BigInteger, default=0)


class Settled(Counted, Base):
    """What is counted although its rows are gone, or are another country's now: a share of the cells above.

    Counting anew gives the register's share; with this one it is the summaries. Bounded like them, by vocabularies.
    """

    __tablename__ = "settled"
    country: Mapped[str] = mapped_column(String(2), primary_key=True)
    cell: Mapped[str] = mapped_column(String(400), primary_key=True)
    """Kind and key of the cell, a JSON list (`services.counting`)."""
    measure: Mapped[str] = mapped_column(String(20), primary_key=True)
    """A column of that summary."""
    value: Mapped[int] = mapped_column(BigInteger, default=0)
