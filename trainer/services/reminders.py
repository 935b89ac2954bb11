"""Reminders: who is told what, and when. One letter for each occasion, however often this runs.

Looked for and written in batches. Looking takes time in a large country, so it only reads; what was found is then put
into the outbox, in a short transaction of its own.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, select, union_all
from sqlalchemy.orm import Session, aliased

from trainer.content.inline import words
from trainer.content.paths import LearningPath
from trainer.services import assignments, editions, letters, outbox
from trainer.services.assignments import AssignmentRow
from trainer.services.calendar import today
from trainer.services.letters import Link
from trainer.services.outbox import Letter, New
from trainer.services.progress import overlay_of
from trainer.services.shelf import Shelf
from trainer.services.validity import RENEWABLE, last_day
from trainer.store.mail import Mail
from trainer.store.models import CompletionRow, Person
from trainer.store.paths import Renewal

BATCH = 200
"""People looked at in one go."""
LATE = timedelta(days=14)
"""An assignment that is overdue for longer is not reminded of."""
RENEWALS = (("renewal-14", timedelta(days=14)), ("renewal-60", RENEWABLE))
"""Kind → how long before the last day; the most urgent first."""
KINDS = ("assigned", "due-14", "due-2", "overdue", *(kind for kind, _ in RENEWALS))


class Found(NamedTuple):
    """What one look found."""

    letters: Sequence[New]
    after: str | None
    """Where the next look begins; None: there is nothing more."""


class Reader(NamedTuple):
    """Somebody who wants reminders."""

    id: str
    country: str
    locale: str


class Held(NamedTuple):
    """A completed module of somebody who wants reminders, with what its validity runs from."""

    id: str
    """Of the completion, or of its latest renewal."""
    module: str
    at: datetime
    reader: Reader


def kind_of(row: AssignmentRow, now: datetime) -> str | None:
    """What there is to say about an assignment today, in its country; only the most urgent. None: nothing."""
    day, made = today(row.country, now), today(row.country, row.created_at)
    if day > row.due_on:
        return "overdue" if day <= row.due_on + LATE else None
    for kind, days in (("due-2", 2), ("due-14", 14)):
        if made < row.due_on - timedelta(days=days) <= day:
            return kind
    return "assigned"


def to_remind(db: Session, shelf: Shelf, *, now: datetime) -> list[tuple[AssignmentRow, str]]:
    """Assignments with something to say today, and what. Two statements."""
    since = now.date() - LATE - timedelta(days=1)
    rows = assignments.open_everywhere(db, shelf.paths, since=since)
    return [(row, kind) for row in rows if row.needed and (kind := kind_of(row, now))]


def about_assignment(
    db: Session, shelf: Shelf, row: AssignmentRow, kind: str, *, after: str, link: Link, now: datetime
) -> Found:
    """The next letters about it. `after`: the last person looked at."""
    occasion = f"{kind} {row.id}"
    written = select(Mail.id).where(Mail.person_id == Person.id, Mail.occasion == occasion).exists()
    query = (
        select(Person.id, Person.country, Person.locale)
        .where(_wants(), assignments.open_people(row), Person.id > after, ~written)
        .order_by(Person.id)
        .limit(BATCH)
    )
    readers = [Reader(*found) for found in db.execute(query)]
    done = _completed(db, [reader.id for reader in readers], row.needed)
    titles, new = _Titles(db, shelf), []
    for reader in readers:
        missing = [slug for slug in row.needed if (reader.id, slug) not in done]
        text = letters.about_assignment(
            kind, [titles.of(slug, reader) for slug in missing], row.due_on, locale=reader.locale, link=link
        )
        new.append(_letter(reader, occasion, text, now))
    return Found(new, readers[-1].id if len(readers) == BATCH else None)


def about_renewals(db: Session, shelf: Shelf, path: LearningPath, *, after: str, link: Link, now: datetime) -> Found:
    """The next letters to people on `path` whose modules come to the end of their validity; as above."""
    assert path.months is not None
    found = _coming_to_an_end(db, path, path.months, after=after, now=now)
    titles, due = _Titles(db, shelf), {}
    for held in found:
        left = last_day(held.at, path.months, held.reader.country) - today(held.reader.country, now)
        kind = next((kind for kind, before in RENEWALS if timedelta() <= left <= before), None)
        if kind is not None and titles.has(held.module):
            due[f"{kind} {held.id}"] = held
    people = {held.reader.id for held in due.values()}
    written = set(db.scalars(select(Mail.occasion).where(Mail.person_id.in_(people), Mail.occasion.in_(due))))
    new = []
    for occasion, held in due.items():
        if occasion not in written:
            title = titles.of(held.module, held.reader)
            until = last_day(held.at, path.months, held.reader.country)
            text = letters.about_renewal(title, until, held.module, locale=held.reader.locale, link=link)
            new.append(_letter(held.reader, occasion, text, now))
    return Found(new, found[-1].id if len(found) == BATCH else None)


def _coming_to_an_end(db: Session, path: LearningPath, months: int, *, after: str, now: datetime) -> list[Held]:
    """The next of those whose last day may be near: months differ in length, so exactly only for each."""
    on_path = (Person.path == path.id) | (Person.path.is_(None) & Person.agency_type.in_(path.agencies))
    oldest, newest = now - timedelta(days=31 * months + 3), now + RENEWABLE - timedelta(days=28 * months - 3)
    parts: list[Any] = []
    for table in (CompletionRow, Renewal):
        later = aliased(Renewal)
        renewed = (later.person_id == table.person_id) & (later.module == table.module) & (later.at > table.at)
        parts.append(
            select(table.id.label("id"), table.module.label("module"), table.at.label("at"),
                   Person.id.label("person_id"), Person.country.label("country"), Person.locale.label("locale"))
            .join(Person, Person.id == table.person_id)
            .where(
                _wants(), on_path, table.module.in_([step.module for step in path.steps]),
                table.at >= oldest, table.at <= newest, table.id > after, ~select(later.id).where(renewed).exists(),
            )
        )  # fmt: skip
    query: Any = union_all(*parts).order_by("id").limit(BATCH)
    return [
        Held(row.id, row.module, row.at, Reader(row.person_id, row.country, row.locale)) for row in db.execute(query)
    ]


def _wants() -> ColumnElement[bool]:
    """Condition on `Person`: has an address, and has not stopped reminders."""
    return (
        Person.email.is_not(None) & Person.reminders_stopped_at.is_(None)
        & Person.disabled_at.is_(None) & Person.is_test.is_(False)
    )  # fmt: skip


def _letter(reader: Reader, occasion: str, text: letters.Text, now: datetime) -> New:
    return New(reader.id, reader.country, occasion, reader.locale, text.subject, text.body, now)


def _completed(db: Session, people: Collection[str], modules: Collection[str]) -> set[tuple[str, str]]:
    query = select(CompletionRow.person_id, CompletionRow.module)
    query = query.where(CompletionRow.person_id.in_(people), CompletionRow.module.in_(modules))
    return {(person, module) for person, module in db.execute(query)}


class _Titles:
    """Titles of published modules, in the words of whoever reads them."""

    def __init__(self, db: Session, shelf: Shelf) -> None:
        self.shelf = shelf
        self.editions = {row.module: row.id for row in editions.current_editions(db)}

    def has(self, slug: str) -> bool:
        return slug in self.editions

    def of(self, slug: str, reader: Reader) -> str:
        module = self.shelf.module(self.editions[slug], reader.locale, overlay_of(reader.country))
        return words(module.title.content)


# ------------------------------------------------------------- before they leave


def pointless(db: Session, shelf: Shelf, found: Sequence[Letter]) -> set[str]:
    """Ids of letters whose reason has gone meanwhile: done, withdrawn or renewed. At most five statements."""
    split = {one.id: one.occasion.split(" ", 1) for one in found if one.occasion.split(" ", 1)[0] in KINDS}
    about = {one.id: (split[one.id][0], split[one.id][-1], one) for one in found if one.id in split}
    renewing = {id_: (key, one) for id_, (kind, key, one) in about.items() if kind.startswith("renewal")}
    assigned = {id_: (key, one) for id_, (kind, key, one) in about.items() if not kind.startswith("renewal")}
    gone = _no_longer_assigned(db, shelf, assigned) if assigned else set()
    return gone | (_renewed_already(db, renewing) if renewing else set())


def _no_longer_assigned(db: Session, shelf: Shelf, asked: Mapping[str, tuple[str, Letter]]) -> set[str]:
    rows = {row.id: row for row in assignments.by_ids(db, shelf.paths, {key for key, _ in asked.values()})}
    modules = {slug for row in rows.values() for slug in row.needed}
    done = _completed(db, {one.person_id for _, one in asked.values()}, modules)
    return {
        id_
        for id_, (key, one) in asked.items()
        if (row := rows.get(key)) is None
        or row.withdrawn_at is not None
        or all((one.person_id, slug) in done for slug in row.needed)
    }


def _renewed_already(db: Session, asked: Mapping[str, tuple[str, Letter]]) -> set[str]:
    people = {one.person_id for _, one in asked.values()}
    parts = [
        select(table.id.label("id"), table.person_id.label("person_id"), table.module.label("module"),
               table.at.label("at")).where(table.person_id.in_(people))
        for table in (CompletionRow, Renewal)
    ]  # fmt: skip
    query: Any = union_all(*parts)
    latest: dict[tuple[str, str], tuple[datetime, str]] = {}
    for row in db.execute(query):
        key = (row.person_id, row.module)
        latest[key] = max(latest.get(key, (row.at, row.id)), (row.at, row.id))
    current = {id_ for _, id_ in latest.values()}
    return {id_ for id_, (key, _) in asked.items() if key not in current}


def unwanted(found: Iterable[Letter]) -> dict[str, str]:
    """Letter id → why it must not be sent to this person, whatever it says."""
    problems = {}
    for one in found:
        if one.is_shut:
            problems[one.id] = outbox.SHUT
        elif not one.address:
            problems[one.id] = outbox.NO_ADDRESS
        elif not one.wants_reminders and one.occasion.split(" ", 1)[0] in KINDS:
            problems[one.id] = outbox.STOPPED
    return problems


def stop(db: Session, person_id: str, *, now: datetime) -> None:
    """The person wants no reminders; those that wait are not sent."""
    row = db.scalars(select(Person).where(Person.id == person_id)).one()
    row.reminders_stopped_at = row.reminders_stopped_at or now


def resume(db: Session, person_id: str) -> None:
    """Undo `stop`."""
    db.scalars(select(Person).where(Person.id == person_id)).one().reminders_stopped_at = None
