"""The counts that reports read: changed in the transaction of the record they count, and never by anything else.

They can be counted anew from the register at any time, while people go on learning: what differs is found in one
statement, so in one moment, and only the difference is added.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import NamedTuple

from sqlalchemy import func, literal, select, union_all, update
from sqlalchemy.orm import Session

from trainer.store.models import CompletionRow, Enrolment, Person, Summary
from trainer.store.prepared import insert_new


class Group(NamedTuple):
    """Whom a count is of; the key of a `Summary` row."""

    country: str
    module: str
    month: str
    sex: str
    """Empty: not stated."""
    agency_type: str
    mode: str


class Counts:
    """Changes to the counts, gathered while events are taken and written at the end."""

    def __init__(self) -> None:
        self.enrolled: Counter[Group] = Counter()
        self.completed: Counter[Group] = Counter()

    def write(self, db: Session) -> None:
        """Add them to the summaries; in one order for everybody, so that two transactions never wait for each other."""
        for group in sorted({*self.enrolled, *self.completed}):
            enrolled, completed = self.enrolled[group], self.completed[group]
            if enrolled or completed:
                _add(db, group, enrolled, completed)
        self.enrolled.clear()
        self.completed.clear()


def _add(db: Session, group: Group, enrolled: int, completed: int) -> None:
    insert_new(db, Summary, {**group._asdict(), "enrolled": 0, "completed": 0})
    db.execute(
        update(Summary)
        .where(*(getattr(Summary, name) == value for name, value in group._asdict().items()))
        .values(enrolled=Summary.enrolled + enrolled, completed=Summary.completed + completed)
        .execution_options(synchronize_session=False)
    )


def differences(db: Session) -> Mapping[Group, tuple[int, int]]:
    """Group → how many enrolled and completed its summary lacks (or has too many, negative). Empty: all is right.

    Needs a scope over all countries that are to be checked. Test accounts count nowhere.
    """
    parts = []
    for table, signs in ((Enrolment, (1, 0)), (CompletionRow, (0, 1))):
        sex = func.coalesce(table.sex, "")
        keys = (table.country, table.module, table.month, sex, table.agency_type, table.mode)
        parts.append(
            select(*keys, literal(signs[0]) * func.count(), literal(signs[1]) * func.count())
            .join(Person, Person.id == table.person_id)
            .where(Person.is_test.is_(False))
            .group_by(*keys)
        )
    stored = [getattr(Summary, name) for name in Group._fields]
    parts.append(select(*stored, -Summary.enrolled, -Summary.completed))
    lacking: dict[Group, tuple[int, int]] = {}
    for *key, enrolled, completed in db.execute(union_all(*parts)):
        before = lacking.get(group := Group(*key), (0, 0))
        lacking[group] = (before[0] + enrolled, before[1] + completed)
    return {group: lack for group, lack in sorted(lacking.items()) if any(lack)}


def rebuild(db: Session) -> int:
    """Make the summaries what the register says. Returns how many of them were wrong."""
    lacking = differences(db)
    for group, (enrolled, completed) in lacking.items():
        _add(db, group, enrolled, completed)
    return len(lacking)
