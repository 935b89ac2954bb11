"""What one person is counted in, read from the register inside the transaction that changes it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import select
from sqlalchemy.orm import Session

from trainer.services import evidence, recounting
from trainer.services.counting import Counts
from trainer.services.evidence import Begun, Done, Sat
from trainer.store.models import Attempt, CompletionRow, Enrolment


@contextmanager
def tests_change(db: Session, counts: Counts, person_id: str, module: str) -> Iterator[None]:
    """What happens to the person's goes at quizzes and tests of the module inside this block is counted."""
    counts.take(_tests(db, person_id, module), -1)
    yield
    counts.take(_tests(db, person_id, module))


@contextmanager
def completions_change(db: Session, counts: Counts, person_id: str) -> Iterator[None]:
    """What the person completes, or does not complete after all, inside this block is counted."""
    counts.take(_completions(db, person_id), -1)
    yield
    counts.take(_completions(db, person_id))


@contextmanager
def stays_counted(db: Session, person_id: str) -> Iterator[None]:
    """Whatever becomes of the person's rows inside this block: all counts stay as they are, for good."""
    gone = recounting.of_people(db, (person_id, person_id))
    yield
    gone.take(recounting.of_people(db, (person_id, person_id)), -1)
    gone.settle(db)


@contextmanager
def people_change(db: Session, *people: str) -> Iterator[None]:
    """What these people are counted in changes inside this block, and the counts with it."""
    counts = Counts()
    for one in people:
        counts.take(recounting.of_people(db, (one, one)), -1)
    yield
    for one in people:
        counts.take(recounting.of_people(db, (one, one)))
    counts.write(db)


def enrolment_of(db: Session, person_id: str, module: str) -> Begun | None:
    mine = (Enrolment.person_id == person_id, Enrolment.module == module)
    row = db.execute(select(*(getattr(Enrolment, name) for name in Begun._fields)).where(*mine)).first()
    return None if row is None else Begun(*row)


def _tests(db: Session, person_id: str, module: str) -> Counts:
    who = enrolment_of(db, person_id, module)
    if who is None:
        return Counts()
    mine = (Attempt.person_id == person_id, Attempt.module == module, Attempt.month.is_not(None))
    sat = [Sat(*row) for row in db.execute(select(*(getattr(Attempt, name) for name in Sat._fields)).where(*mine))]
    tests = [one.id for purpose in ("pre", "post") for one in evidence.first_of(sat, purpose)]
    return evidence.tests(who, sat, recounting.answers_of(db, attempts=tests) if tests else {})


def _completions(db: Session, person_id: str) -> Counts:
    query = select(*(getattr(CompletionRow, name) for name in Done._fields)).where(CompletionRow.person_id == person_id)
    mine = [Done(*row) for row in db.execute(query)]
    counts = evidence.persons(mine)
    for row in mine:
        counts.take(evidence.completed(row))
    return counts
