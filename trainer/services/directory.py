"""The people of a coordinator's countries: found by any part of a name in any script, filtered, page after page.

The order is by country, then by name in that country's alphabet. A page begins after the last person of the one before
(not at a number), so somebody who is registered meanwhile neither repeats nor hides anybody.

A page costs the same however many people there are: nobody is counted beyond `MOST_COUNTED`, and a condition that few
people meet is looked up in an index (`narrowing`).
"""

from __future__ import annotations

import base64
import json
from collections.abc import Collection, Sequence
from datetime import UTC, datetime
from typing import Any, NamedTuple

from sqlalchemy import (
    ColumnElement,
    LargeBinary,
    String,
    case,
    exists,
    false,
    func,
    literal,
    select,
    true,
    tuple_,
    union_all,
)
from sqlalchemy.orm import Session, aliased

from trainer.languages.folding import name_words
from trainer.services.narrowing import Narrowed, Source, fewest
from trainer.services.people import PersonRow, row_of
from trainer.services.problems import NotFound
from trainer.services.workshop_rows import is_id
from trainer.store.finding import part_ranges
from trainer.store.models import CompletionRow, Enrolment, Grant, NamePart, Person, SignInSession, SlipCode
from trainer.store.workshops import Participant
from trainer.vocabulary import AGENCY_TYPES, N_, WORK_ROLES

PAGE = 50
MOST_COUNTED = 1_000
"""There may be more people than this; how many more is not counted."""
LONGEST_SEARCH = 100
"""Characters; the rest is not looked at."""
STATES = {
    "never": N_("Has never signed in"),
    "no-way-in": N_("Has neither a password nor a slip that works"),
    "role": N_("Has a role"),
    "deletion": N_("Asks for deletion"),
    "shut": N_("Shut"),
}
PROGRESS = {
    "open": N_("Enrolled and not completed"),
    "completed": N_("Completed"),
}


_MARKS = {"deletion": Person.deletion_asked_at, "shut": Person.disabled_at}
"""States that are a moment in the person's row."""
_EVER = datetime(2000, 1, 1, tzinfo=UTC)
"""Before any of them: SQLite looks up what is later than something in an index, and not what is there at all."""


class Filters(NamedTuple):
    """Empty: no matter."""

    search: str = ""
    """Words, each a part of the name or of the sign-in name."""
    country: str = ""
    agency_type: str = ""
    work_role: str = ""
    workshop: str = ""
    """Id."""
    state: str = ""
    """A code of `STATES`."""
    module: str = ""
    """Slug."""
    progress: str = ""
    """A code of `PROGRESS`, in `module`; empty: enrolled, completed or not."""


class Page(NamedTuple):
    rows: tuple[PersonRow, ...]
    total: int
    """Of all pages; at most `MOST_COUNTED`."""
    is_least: bool
    """There may be more than `total`."""
    more: str
    """Where the next page begins, for `after`; empty on the last one. It has a name in it: not for addresses."""


def page(
    db: Session, countries: Collection[str], filters: Filters, *, now: datetime, after: str = "", size: int = PAGE
) -> Page:
    """Four statements at most, whatever is asked. An `after` that is not one of ours is the beginning.

    Raises NotFound for a country that is not among `countries` and for codes that do not exist.
    """
    wanted, few = _wanted(countries, filters, now), fewest(db, _sources(countries, filters))
    found = db.scalars(_in_order(wanted, few, _read(after), size + 1)).all()
    shown = found[:size]
    more = _written(shown[-1]) if shown and len(found) > size else ""
    if not after and not more:
        return Page(_rows(db, shown), len(shown), False, "")
    total, is_all = _counted(db, wanted, few)
    return Page(_rows(db, shown), max(total, len(found)), not is_all, more)


def _counted(db: Session, wanted: Sequence[ColumnElement[bool]], few: Narrowed | None) -> tuple[int, bool]:
    """-> how many, and whether that is all. Of a condition that many people meet, some are counted."""
    query = select(Person.id)
    query = query if few is None else query.select_from(few.people).join(Person, Person.id == few.people.c.person_id)
    some = query.where(*wanted).limit(MOST_COUNTED + 1).subquery()
    total = db.scalar(select(func.count()).select_from(some)) or 0
    return min(total, MOST_COUNTED), total <= MOST_COUNTED and (few is None or few.is_all)


def ids(db: Session, countries: Collection[str], filters: Filters, *, now: datetime, most: int) -> list[str]:
    """Of the first `most` who are found. Raises NotFound as `page` does."""
    wanted, few = _wanted(countries, filters, now), fewest(db, _sources(countries, filters))
    return list(db.scalars(_matching(select(Person.id), wanted, few).order_by(*_ORDER).limit(most)))


_ORDER = Person.country, Person.name_order, Person.id


def _matching(query: Any, wanted: Sequence[ColumnElement[bool]], few: Narrowed | None) -> Any:
    if few is not None and few.is_all:
        query = query.select_from(few.people).join(Person, Person.id == few.people.c.person_id)
    return query.where(*wanted)


def _in_order(wanted: Sequence[ColumnElement[bool]], few: Narrowed | None, after: Place | None, most: int) -> Any:
    """The first people after a place. In two parts, the rest of its country and the countries after it: both begin
    where they have to in the index of names, and neither goes through the people before.
    """
    first = _matching(select(Person), wanted, few).order_by(*_ORDER).limit(most)
    if after is None:
        return first
    inside = tuple_(Person.name_order, Person.id) > tuple_(literal(after.order, LargeBinary), literal(after.id, String))
    parts = [first.where(Person.country == after.country, inside), first.where(Person.country > after.country)]
    found = union_all(*(select(part.subquery()) for part in parts)).subquery()
    there = aliased(Person, found)
    return select(there).order_by(there.country, there.name_order, there.id).limit(most)


def _rows(db: Session, people: Sequence[Person]) -> tuple[PersonRow, ...]:
    roles: dict[str, set[str]] = {}
    for person_id, role in db.execute(
        select(Grant.person_id, Grant.role).where(Grant.person_id.in_([one.id for one in people]))
    ):
        roles.setdefault(person_id, set()).add(role)
    return tuple(row_of(one, roles.get(one.id, ())) for one in people)


# -------------------------------------------------------------------- filters


def _wanted(countries: Collection[str], filters: Filters, now: datetime) -> list[ColumnElement[bool]]:
    known = (
        (filters.country, countries), (filters.agency_type, AGENCY_TYPES), (filters.work_role, WORK_ROLES),
        (filters.state, STATES), (filters.progress, PROGRESS),
    )  # fmt: skip
    if any(value and value not in values for value, values in known):
        raise NotFound
    inside = Person.country.in_([filters.country] if filters.country else sorted(set(countries)))
    found = _named(filters.search)
    if filters.agency_type:
        found.append(Person.agency_type == filters.agency_type)
    if filters.work_role:
        found.append(Person.work_role == filters.work_role)
    if filters.workshop:
        found.append(_has(Participant, Participant.workshop_id == filters.workshop))
    if filters.module:
        found += _learning(filters.module, filters.progress)
    if filters.state:
        found.append(_in_state(filters.state, now))
    return [inside, Person.merged_into.is_(None), *(_looked_at(one) for one in found)]


def _looked_at(condition: ColumnElement[bool]) -> ColumnElement[bool]:
    """The same, asked of one person after the other. PostgreSQL cannot know how many meet it, takes it for very few,
    and would collect and sort all of them first; few they are where `narrowing` said so.
    """
    return case((condition, true()), else_=false())


def _sources(countries: Collection[str], filters: Filters) -> list[Source]:
    """What each filter that few people may meet is looked up in."""
    inside = [filters.country] if filters.country else sorted(set(countries))
    found: list[Source] = []
    for word in name_words(filters.search[:LONGEST_SEARCH]):
        for first, end in part_ranges(word):
            part = (NamePart.part >= first) & (NamePart.part < end)
            found.append(select(NamePart.person_id).where(NamePart.country.in_(inside), part))
    if filters.workshop:
        found.append(select(Participant.person_id).where(Participant.workshop_id == filters.workshop))
    if filters.module:
        table = CompletionRow if filters.progress == "completed" else Enrolment
        found.append(select(table.person_id).where(table.country.in_(inside), table.module == filters.module))
    people = select(Person.id.label("person_id")).where(Person.country.in_(inside))
    if filters.agency_type and filters.work_role:
        both = (Person.agency_type == filters.agency_type) & (Person.work_role == filters.work_role)
        found.append(people.where(both))
    if filters.state in _MARKS:
        found.append(people.where(_MARKS[filters.state] > _EVER))
    if filters.state == "role":
        found.append(select(Grant.person_id).where(Grant.country.in_(inside)))
    return found


def _named(search: str) -> list[ColumnElement[bool]]:
    search = search[:LONGEST_SEARCH]
    words = name_words(search)
    if search.strip() and not words:
        return [false()]
    return [Person.search_text.contains(word, autoescape=True) for word in words]


def _learning(module: str, progress: str) -> list[ColumnElement[bool]]:
    completed = _has(CompletionRow, CompletionRow.module == module)
    if progress == "completed":
        return [completed]
    enrolled = _has(Enrolment, Enrolment.module == module)
    return [enrolled, ~completed] if progress == "open" else [enrolled]


def _in_state(state: str, now: datetime) -> ColumnElement[bool]:
    if state == "role":
        return _has(Grant)
    if state in _MARKS:
        return _MARKS[state].is_not(None)
    no_password = Person.password_hash.is_(None)
    if state == "no-way-in":
        return no_password & ~_has(SlipCode, SlipCode.used_at.is_(None), SlipCode.expires_at > now)
    return no_password & ~_has(SignInSession) & ~_has(SlipCode, *_used())


def _used() -> tuple[ColumnElement[bool], ...]:
    """A slip that opened something: not one that ended because another was made at that moment."""
    newer = aliased(SlipCode)
    ended = exists().where(
        newer.person_id == SlipCode.person_id, newer.created_at == SlipCode.used_at, newer.id != SlipCode.id
    )
    return SlipCode.used_at.is_not(None), ~ended


def _has(table: type[Grant | SlipCode | SignInSession | Participant | Enrolment | CompletionRow],
         *conditions: ColumnElement[bool]) -> ColumnElement[bool]:  # fmt: skip
    """Counted and not asked with EXISTS, for which PostgreSQL would first read the table for everybody."""
    mine = select(func.count()).select_from(table).where(table.person_id == Person.id, *conditions)
    there: ColumnElement[bool] = mine.correlate(Person).scalar_subquery() > 0
    return there


# -------------------------------------------------------------- between pages


def _written(last: Person) -> str:
    values = [last.country, last.name_order.hex(), last.id]
    return base64.urlsafe_b64encode(json.dumps(values).encode()).decode()


class Place(NamedTuple):
    """Of the last person of a page."""

    country: str
    order: bytes
    id: str


def _read(after: str) -> Place | None:
    try:
        country, order, person_id = json.loads(base64.urlsafe_b64decode(after))
        place = Place(str(country), bytes.fromhex(order), str(person_id))
    except (ValueError, TypeError):
        return None
    return place if len(place.country) == 2 and place.country.isalpha() and is_id(place.id) else None
