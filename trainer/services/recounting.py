"""Counting anew: what the summaries lack, found in one moment and added while people go on learning."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from trainer.services import evidence
from trainer.services.counting import Cell, Counts, settled, stored
from trainer.services.evidence import Begun, Done, Given, Sat
from trainer.store.engine import Store
from trainer.store.models import Attempt, CompletionRow, Enrolment, Person, Response
from trainer.store.scope import Scope

AT_ONCE = 2_000
"""People read together: memory does not grow with how many there are."""
EVERYBODY = Scope.system("counting everybody anew")


def differences(db: Session) -> dict[Cell, dict[str, int]]:
    """Cell → what its summary lacks, or has too much of (negative). Empty: all is right.

    Needs a session that sees one moment, over all countries that are to be checked. Test accounts count nowhere, and
    no second entries. What is settled counts though the register no longer tells it.
    """
    lacking = settled(db)
    for people in _chunks(db):
        lacking.take(of_people(db, people))
    lacking.take(stored(db), -1)
    return lacking.changes()


def rebuild(store: Store) -> tuple[int, int]:
    """Make the summaries what the register says. -> cells that were wrong, rows of the register that were read

    What is lacking at one moment is added later: meanwhile events add their own share, and both are right together.
    """
    with store.read(EVERYBODY) as db:
        lacking = differences(db)
        tables = (Enrolment, CompletionRow, Attempt, Response)
        rows = sum(db.scalar(select(func.count()).select_from(table)) or 0 for table in tables)
    counts = Counts()
    for cell, measures in lacking.items():
        counts.add(cell, **measures)
    with store.write(EVERYBODY) as db:
        counts.write(db)
    return len(lacking), rows


def _chunks(db: Session) -> Iterator[tuple[str, str]]:
    """Ranges of ids, from the first to the second, that hold AT_ONCE people each."""
    last = ""
    while True:
        query = select(Person.id).where(Person.id > last).order_by(Person.id).limit(AT_ONCE)
        ids = list(db.scalars(query))
        if not ids:
            return
        yield ids[0], ids[-1]
        last = ids[-1]


def of_people(db: Session, people: tuple[str, str]) -> Counts:
    """Everything that the people of this range of ids are counted in."""
    counts = Counts()
    who: dict[tuple[str, str], Begun] = {}
    for person, row in _rows(db, Enrolment, Begun, people):
        who[person, row.module] = row
        counts.take(evidence.enrolled(row))
    for _, group in groupby(_rows(db, CompletionRow, Done, people), key=lambda one: one[0]):
        mine = [row for _, row in group]
        for row in mine:
            counts.take(evidence.completed(row))
        counts.take(evidence.persons(mine))
    sat = _sat(db, people)
    answers = answers_of(db, people)
    for key, attempts in sat.items():
        if key in who:
            counts.take(evidence.tests(who[key], attempts, answers))
    return counts


def _rows(db: Session, table: Any, kind: Any, people: tuple[str, str]) -> Iterator[tuple[str, Any]]:
    """(person, row) by person; nobody's who only tries the system out, and no second entry's."""
    query = (
        select(table.person_id, *(getattr(table, name) for name in kind._fields))
        .join(Person, Person.id == table.person_id)
        .where(_of(table, people), *_COUNTED)
        .order_by(table.person_id)
    )
    for row in db.execute(query):
        yield row[0], kind(*row[1:])


_COUNTED = (Person.is_test.is_(False), Person.merged_into.is_(None))


def _of(table: Any, people: tuple[str, str]) -> Any:
    return (table.person_id >= people[0]) & (table.person_id <= people[1])


def _sat(db: Session, people: tuple[str, str]) -> dict[tuple[str, str], list[Sat]]:
    """(person, module) → what they handed in."""
    query = (
        select(Attempt.person_id, Attempt.module, *(getattr(Attempt, name) for name in Sat._fields))
        .join(Person, Person.id == Attempt.person_id)
        .where(_of(Attempt, people), *_COUNTED, Attempt.month.is_not(None))
    )
    found: defaultdict[tuple[str, str], list[Sat]] = defaultdict(list)
    for row in db.execute(query):
        found[row[0], row[1]].append(Sat(*row[2:]))
    return dict(found)


def answers_of(
    db: Session, people: tuple[str, str] | None = None, attempts: Sequence[str] = ()
) -> dict[str, list[Given]]:
    """Attempt → the answers that count, of tests that were handed in: of a range of people, or of these attempts."""
    order = (Response.at.desc(), Response.id.desc())
    inside = _of(Response, people) if people is not None else Response.attempt_id.in_(attempts)
    ranked = (
        select(
            Response.id.label("id"),
            func.row_number()
            .over(partition_by=(Response.attempt_id, Response.question), order_by=order)
            .label("place"),
        )
        .join(Attempt, Attempt.id == Response.attempt_id)
        .where(inside, Response.late.is_(False), Attempt.purpose.in_(("pre", "post")), Attempt.month.is_not(None))
        .subquery()
    )
    query = (
        select(Response.attempt_id, *(getattr(Response, name) for name in Given._fields))
        .join(ranked, ranked.c.id == Response.id)
        .where(ranked.c.place == 1)
    )
    found: defaultdict[str, list[Given]] = defaultdict(list)
    for row in db.execute(query):
        found[row[0]].append(Given(*row[1:]))
    return dict(found)
