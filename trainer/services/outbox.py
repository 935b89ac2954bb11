"""Letters to people: written here in the transaction of what they are about, sent later by `tasks`."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import ColumnElement, Select, func, select, update
from sqlalchemy.orm import Session, aliased

from trainer.store.mail import Mail
from trainer.store.models import Person
from trainer.store.prepared import insert_new
from trainer.store.statements import hold, insert_all_new

WAITS = tuple(timedelta(minutes=minutes) for minutes in (10, 60, 240, 720, 1440, 1440))
"""After the first failure, the second, …: four days in all. Then a letter is given up."""
LEASE = timedelta(hours=1)
"""A letter taken by a runner that then died is taken again after so long. Longer than any server lets us wait."""
EXPIRES = timedelta(days=14)
"""A letter that nobody tried to send is of no use any more after so long."""
RECENT = timedelta(days=90)
MOST_COUNTED = 200
"""Letters that did not arrive; there may be more, and how many more is not counted."""

REFUSED, ADDRESS, GIVEN_UP = "refused", "address", "given-up"
"""The server does not know the address; it is none that letters can be sent to; every try failed."""
SHUT, NO_ADDRESS, STOPPED, POINTLESS, EXPIRED = "shut", "no-address", "stopped", "pointless", "expired"
"""Not sent, and nobody has to do anything."""
UNDELIVERED = (REFUSED, ADDRESS, GIVEN_UP)


class New(NamedTuple):
    """A letter to be put. Columns of `Mail`."""

    person_id: str
    country: str
    occasion: str
    locale: str
    subject: str
    body: str
    due_at: datetime


class Letter(NamedTuple):
    """A letter that is ours to send now."""

    id: str
    person_id: str
    country: str
    occasion: str
    locale: str
    subject: str
    body: str
    tries: int
    """This one among them."""
    address: str | None
    is_shut: bool
    wants_reminders: bool


class Unreached(NamedTuple):
    """Somebody to be asked for a new address."""

    person_id: str
    full_name: str
    country: str
    letters: int


def put(
    db: Session, person_id: str, country: str, *, occasion: str, locale: str, subject: str, body: str, due: datetime
) -> bool:
    """A letter for this person, sent at `due` or soon after if they have an address then.

    -> whether it is a new one: the same occasion twice is one letter.
    """
    row = {"person_id": person_id, "country": country, "occasion": occasion, "locale": locale}
    return insert_new(db, Mail, row | {"subject": subject, "body": body, "due_at": due, "tries": 0})


def put_all(db: Session, letters: Sequence[New]) -> None:
    """The same for many at once, written up earlier: who was forgotten or moved meanwhile gets none. Two statements."""
    there = hold(db, {one.person_id for one in letters}) if letters else {}
    rows = [{**one._asdict(), "tries": 0} for one in letters if there.get(one.person_id) == one.country]
    insert_all_new(db, Mail, rows)


def is_waiting(db: Session, *, now: datetime) -> bool:
    """Whether a letter is due. One short statement."""
    return db.scalar(select(Mail.id).where(_waits(), Mail.due_at <= now).limit(1)) is not None


def claim(db: Session, *, now: datetime, most: int) -> list[Letter]:
    """Letters to send next, the oldest first. They are ours until the lease ends: nobody else gets them."""
    due = (
        select(Mail)
        .where(_waits(), Mail.due_at <= now)
        .order_by(Mail.due_at, Mail.id)
        .limit(most)
        .with_for_update(skip_locked=True)
    )
    rows = db.scalars(due).all()
    people = {row.id: row for row in db.scalars(select(Person).where(Person.id.in_({row.person_id for row in rows})))}
    for row in rows:
        row.due_at, row.tries = now + LEASE, row.tries + 1
    db.flush()
    return [_letter(row, people[row.person_id]) for row in rows]


def _letter(row: Mail, person: Person) -> Letter:
    return Letter(
        row.id, row.person_id, row.country, row.occasion, row.locale, row.subject, row.body, row.tries,
        person.email, person.disabled_at is not None, person.reminders_stopped_at is None,
    )  # fmt: skip


def sent(db: Session, letter_id: str, *, now: datetime) -> None:
    """The server has taken it."""
    db.execute(update(Mail).where(Mail.id == letter_id).values(sent_at=now, problem=None))


def put_off(db: Session, letter: Letter, *, now: datetime) -> bool:
    """It could not be sent now: it waits, longer each time, and is given up at last. -> whether it still waits"""
    if letter.tries > len(WAITS):
        end(db, {letter.id: GIVEN_UP}, now=now)
        return False
    db.execute(update(Mail).where(Mail.id == letter.id).values(due_at=now + WAITS[letter.tries - 1]))
    return True


def put_back(db: Session, letter: Letter, *, now: datetime) -> None:
    """Nobody tried: it is the next runner's."""
    db.execute(update(Mail).where(Mail.id == letter.id).values(due_at=now, tries=letter.tries - 1))


def end(db: Session, problems: Mapping[str, str], *, now: datetime) -> None:
    """Letters that are never sent: id → code of why. One statement for each code. `due_at` then says since when."""
    for code in sorted(set(problems.values())):
        ids = [letter_id for letter_id, found in problems.items() if found == code]
        db.execute(update(Mail).where(Mail.id.in_(ids)).values(problem=code, due_at=now))


def expire(db: Session, *, now: datetime) -> None:
    """Let go of letters that have waited too long, as where no mail server is set."""
    db.execute(update(Mail).where(_waits(), Mail.due_at < now - EXPIRES).values(problem=EXPIRED))


def undelivered(db: Session, countries: Collection[str], *, now: datetime) -> Sequence[Unreached]:
    """People whose letters of the last three months did not arrive, and none after them did. One statement.

    Of the first `MOST_COUNTED` such letters.
    """
    failed = _failed(countries, now).limit(MOST_COUNTED).subquery()
    query = (
        select(Person.id, Person.full_name, Person.country, func.count())
        .select_from(failed)
        .join(Person, Person.id == failed.c.person_id)
        .group_by(Person.id, Person.full_name, Person.country)
        .order_by(Person.full_name, Person.id)
    )
    return [Unreached(*row) for row in db.execute(query)]


def undelivered_letters(db: Session, countries: Collection[str], *, now: datetime) -> int:
    """How many letters that is; nobody counts further than one more than `MOST_COUNTED`. One statement."""
    failed = _failed(countries, now).limit(MOST_COUNTED + 1).subquery()
    return db.scalar(select(func.count()).select_from(failed)) or 0


def _failed(countries: Collection[str], now: datetime) -> Select[str]:
    later = aliased(Mail)
    arrived = select(later.id).where(later.person_id == Mail.person_id, later.sent_at > Mail.due_at).exists()
    reads = select(Person.id).where(Person.id == Mail.person_id, Person.disabled_at.is_(None)).exists()
    return select(Mail.person_id).where(
        Mail.country.in_(sorted(set(countries))), Mail.problem.in_(UNDELIVERED), Mail.due_at > now - RECENT,
        reads, ~arrived,
    )  # fmt: skip


def _waits() -> ColumnElement[bool]:
    return Mail.sent_at.is_(None) & Mail.problem.is_(None)
