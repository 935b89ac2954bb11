"""The one funnel: everything a learner does is an event with an id, and the same id twice is one record.

Scores are computed here, from the edition the attempt began with. Counts and completion change in the same
transaction as the record they follow from.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any, Literal, NamedTuple

from sqlalchemy.orm import Session

from trainer.services.library import Shelf

Kind = Literal["enrol", "unit-done", "start", "answer", "hand-in"]
Purpose = Literal["quiz", "pre", "post", "practice"]


class Event(NamedTuple):
    """One thing a person did. `person_id` and `country` come from the identity, never from what was posted."""

    id: str
    """UUID, made where it happened."""
    kind: Kind
    person_id: str
    country: str
    module: str = ""
    """Slug; may stay empty for `answer` and `hand-in` with an attempt."""
    unit: str = ""
    """Unit id: `unit-done`, `start`, and `answer` in a lesson."""
    purpose: Purpose | None = None
    """`start`: quiz, pre or post. `answer`: practice for a question inside a lesson, else None."""
    attempt_id: str | None = None
    """`answer` and `hand-in`."""
    question: str = ""
    answer: dict[str, Any] | None = None
    """Canonical, in source order, see `assessment`."""
    edition_id: int | None = None
    """`answer`: the edition the page showed, where the sender knows it; another edition is rejected."""
    locale: str = "en"
    """Language the person had before them."""
    mode: str = "online"
    source: str = "web"
    client_time: datetime | None = None
    """The sender's clock: kept, never trusted."""


class Verdict(NamedTuple):
    """What became of an event."""

    id: str
    status: Literal["stored", "duplicate", "late", "rejected"]
    """`duplicate`: it was there already; `extra` says what. `late`: kept, not counted."""
    code: str = ""
    """Why, when rejected; a key of `problems.SENTENCES`. `already-answered`: stored, but the first answer counts."""
    params: dict[str, Any] = {}
    extra: dict[str, Any] = {}
    """`start`: attempt_id. `answer`: attempt_id, correct and points (quiz and practice only). `hand-in`: attempt_id,
    score and passed (not for pre). Any: `completed` and `certificate` when this event completed the module."""


def record(db: Session, shelf: Shelf, events: Iterable[Event], *, now: datetime) -> list[Verdict]:
    """Take events of one person, in the order they happened, and say of each what became of it.

    Needs a writing session whose scope covers the person. Enrols on the first event of a module if need be.
    """
    raise NotImplementedError
