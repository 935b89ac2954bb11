"""The one funnel: everything a learner does is an event with an id, and the same id twice is one record.

Scores are computed here, from the edition the attempt began with. Counts and completion change in the same
transaction as the record they follow from.

What one person does is taken one at a time: the person's row is locked first. So looking before inserting is safe,
and two events that complete a module together cannot each miss the other.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from trainer.services import answering, completing, enrolling, recording_paper
from trainer.services.counting import Counts
from trainer.services.events import Event, Kind, Paper, Purpose, Verdict, is_well_formed
from trainer.services.problems import NotFound
from trainer.services.recording import Desk, Learner, Rejected
from trainer.services.shelf import Shelf
from trainer.store.models import Person
from trainer.store.prepared import Prepared

TAKE: dict[Kind, Callable[[Desk, Event], Verdict]] = {
    "enrol": enrolling.enrol,
    "unit-done": completing.unit_done,
    "start": answering.start,
    "answer": answering.answer,
    "hand-in": completing.hand_in,
    "sheet": recording_paper.sheet,
}


def record(db: Session, shelf: Shelf, events: Iterable[Event], *, now: datetime) -> list[Verdict]:
    """Take events in the order they happened, and say of each what became of it.

    Needs a writing session whose scope covers the person of each. Enrols on the first event of a module if need be.
    Raises NotFound when there is no such person in the scope.
    """
    counts = Counts()
    people: dict[tuple[str, str], Learner] = {}
    verdicts = []
    for number, event in enumerate(events):
        key = (event.person_id, event.country)
        if key not in people:
            people[key] = _locked(db, *key)
        # Events that arrive together keep their order: each has a moment of its own.
        desk = Desk(db, shelf, people[key], now + timedelta(microseconds=number), counts)
        verdicts.append(_take(desk, event))
    counts.write(db)
    return verdicts


def withdraw(
    db: Session,
    shelf: Shelf,
    person_id: str,
    country: str,
    *,
    attempt_id: str = "",
    unit_done_id: str = "",
    now: datetime,
) -> None:
    """Take back an attempt on paper, or a lesson heard in a room, with all that followed from it: a completion and its
    certificate, an enrolment that nothing is left of, and their places in the counts. What is not there stays away.

    Raises NotFound when there is no such person in the scope.
    """
    counts = Counts()
    desk = Desk(db, shelf, _locked(db, person_id, country), now, counts)
    if attempt_id:
        recording_paper.withdraw_attempt(desk, attempt_id)
    if unit_done_id:
        recording_paper.withdraw_unit(desk, unit_done_id)
    counts.write(db)


_LOCKED = Prepared(
    select(*(getattr(Person, name) for name in Learner._fields))
    .where(Person.id == bindparam("id"), Person.country == bindparam("of"), Person.disabled_at.is_(None))
    .with_for_update(key_share=True)
)


def _locked(db: Session, person_id: str, country: str) -> Learner:
    """The person; nobody else records anything of theirs until this transaction ends."""
    row = _LOCKED.first(db, id=person_id, of=country)
    if row is None:
        raise NotFound
    return Learner(*row)


def _take(desk: Desk, event: Event) -> Verdict:
    if not is_well_formed(event):
        return Verdict(event.id, "rejected", "event-malformed", {}, {})
    try:
        return TAKE[event.kind](desk, event)
    except Rejected as reason:
        return Verdict(event.id, "rejected", reason.code, reason.params, {})


__all__ = ["Event", "Kind", "Paper", "Purpose", "Verdict", "record", "withdraw"]
