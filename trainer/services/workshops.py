"""Workshops: an event with place, dates, modules and languages, in one country.

Here are the facts, the bin and closing; sessions are in `timetable`, people and attendance in `room`, name lists in
`rosters`. The countries that the asker answers for are a required argument everywhere.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from trainer.languages.registry import LANGUAGES
from trainer.services import codes, names, timetable
from trainer.services.problems import SENTENCES, Conflict, Invalid, NotFound, Refused
from trainer.services.workshop_rows import changeable, found, line
from trainer.sheets.code import WORKSHOP_LENGTH
from trainer.store.models import new_id
from trainer.store.prepared import insert_new
from trainer.store.workshops import Participant, Sheet, Workshop, WorkshopSession
from trainer.vocabulary import N_

SENTENCES["workshop-changed"] = N_("Somebody else changed this workshop meanwhile. Nothing was overwritten. Look at it "
                                   "and try again.")  # fmt: skip
SENTENCES["dates-order"] = N_("The last day cannot be before the first day.")
SENTENCES["dates-year"] = N_("Look at the year of this day.")
SENTENCES["dates-long"] = N_("A workshop can last at most %(maximum)s days.")
SENTENCES["modules-missing"] = N_("Choose at least one module.")
SENTENCES["languages-missing"] = N_("Choose at least one language.")
SENTENCES["facilitators-many"] = N_("Write at most %(maximum)s names.")
SENTENCES["module-has-sheets"] = N_("Sheets were printed for a module that you took out. It must stay.")

LONGEST_DAYS = 100
_YEARS = 2000, 2099
MOST_FACILITATORS = 50

Recorder = Callable[[Session, str, datetime], object]
"""Turns attendance into records: session of the database, id of the workshop, now."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What a coordinator writes about a workshop."""

    title: str
    place: str
    country: str
    """Stays what it was when facts change."""
    starts_on: date
    ends_on: date
    locales: tuple[str, ...]
    """Languages of the room, the main one first."""
    modules: tuple[str, ...]
    """Slugs."""
    facilitators: tuple[str, ...] = ()
    """Names as written."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkshopRow(Facts):
    """A workshop."""

    id: str
    code: str
    """On every sheet of paper."""
    version: int
    closed_at: datetime | None
    deleted_at: datetime | None
    """In the bin since."""
    people: int
    """Participants."""

    @property
    def is_open(self) -> bool:
        return self.closed_at is None and self.deleted_at is None


def create(
    db: Session, countries: Collection[str], facts: Facts, *, titles: Mapping[str, str], by: str, now: datetime
) -> str:
    """A workshop with a session for each module; its id.

    `titles`: slug → title of every module there is, in the words of the room. `by`: id of the person.
    Raises NotFound for a country that is not among `countries`, Invalid (with `field`).
    """
    if facts.country not in countries:
        raise NotFound
    values = _checked(facts, titles)
    row = {"country": facts.country, "last_number": 0, "created_at": now, "created_by": by, "closed_at": None,
           "deleted_at": None, "version": 1, **values}  # fmt: skip
    workshop_id = new_id()
    while not insert_new(db, Workshop, {"id": workshop_id, "code": codes.new(WORKSHOP_LENGTH), **row}):
        pass  # another workshop has this code
    parts = timetable.suggested(values["modules"], titles, facts.starts_on, facts.ends_on)
    for position, part in enumerate(parts, 1):
        db.add(WorkshopSession(workshop_id=workshop_id, country=facts.country, position=position, **part._asdict()))
    db.flush()
    return workshop_id


def change(
    db: Session,
    countries: Collection[str],
    workshop_id: str,
    facts: Facts,
    *,
    version: int,
    titles: Mapping[str, str],
) -> None:
    """Replace the facts of `version`; the country stays.

    A new module gets a session at the end, one that was taken out loses its sessions. When the dates move, the sessions
    move with them; papers in a language that was taken out come in the main one.
    Raises NotFound, Refused, Invalid, Conflict when somebody was faster.
    """
    row = changeable(db, countries, workshop_id)
    if row.version != version:
        raise Conflict("workshop-changed")
    values = _checked(facts, {**{slug: slug for slug in row.modules}, **titles})
    added = [slug for slug in values["modules"] if slug not in row.modules]
    removed = [slug for slug in row.modules if slug not in values["modules"]]
    _drop_modules(db, workshop_id, removed)
    _move_days(db, row, facts.starts_on, facts.ends_on)
    values["modules"] = [slug for slug in row.modules if slug not in removed] + added
    for name, value in values.items():
        setattr(row, name, value)
    row.version += 1
    _add_sessions(db, row, added, titles)
    timetable.renumber(db, row)
    gone = (Participant.workshop_id == workshop_id) & Participant.locale.not_in(row.locales)
    db.execute(update(Participant).where(gone).values(locale=row.locales[0]))


def put_in_bin(db: Session, countries: Collection[str], workshop_id: str, *, now: datetime) -> None:
    """Out of the lists; nothing of it is deleted. Raises NotFound."""
    row = found(db, countries, workshop_id, lock=True)
    row.deleted_at = row.deleted_at or now


def take_out(db: Session, countries: Collection[str], workshop_id: str) -> None:
    """Undo `put_in_bin`. Raises NotFound."""
    found(db, countries, workshop_id, lock=True).deleted_at = None


def close(
    db: Session, countries: Collection[str], workshop_id: str, *, now: datetime, record_attendance: Recorder
) -> None:
    """The room is empty: what was attended becomes records, and nothing is changed any more.

    Closing a closed one changes nothing. Raises NotFound, Refused when it is in the bin.
    """
    row = found(db, countries, workshop_id, lock=True)
    if row.deleted_at is not None:
        raise Refused("workshop-binned")
    if row.closed_at is None:
        record_attendance(db, workshop_id, now)
        row.closed_at = now


def reopen(db: Session, countries: Collection[str], workshop_id: str) -> None:
    """Records stay; closing again adds what is new. Raises NotFound."""
    found(db, countries, workshop_id, lock=True).closed_at = None


def workshop(db: Session, countries: Collection[str], workshop_id: str) -> WorkshopRow:
    """One, in the bin or not. Raises NotFound."""
    row = found(db, countries, workshop_id)
    return _row(row, _people(db, [row.id]).get(row.id, 0))


def workshops(db: Session, countries: Collection[str]) -> tuple[WorkshopRow, ...]:
    """Open ones first, by their first day; then closed ones, the latest first. Without the bin."""
    rows = [row for row in _all(db, countries) if row.deleted_at is None]
    is_open = sorted((row for row in rows if row.closed_at is None), key=lambda row: (row.starts_on, row.title))
    closed = sorted((row for row in rows if row.closed_at), key=lambda row: (row.ends_on, row.title), reverse=True)
    return (*is_open, *closed)


def binned(db: Session, countries: Collection[str]) -> tuple[WorkshopRow, ...]:
    """What is in the bin, the latest first."""
    rows = [row for row in _all(db, countries) if row.deleted_at is not None]
    return tuple(sorted(rows, key=lambda row: (row.deleted_at, row.id), reverse=True))


# ---------------------------------------------------------------- inside facts


def _all(db: Session, countries: Collection[str]) -> list[WorkshopRow]:
    rows = db.scalars(select(Workshop).where(Workshop.country.in_(sorted(set(countries))))).all()
    people = _people(db, None)
    return [_row(row, people.get(row.id, 0)) for row in rows]


def _people(db: Session, workshop_ids: Collection[str] | None) -> dict[str, int]:
    query = select(Participant.workshop_id, func.count()).group_by(Participant.workshop_id)
    if workshop_ids is not None:
        query = query.where(Participant.workshop_id.in_(workshop_ids))
    return dict(db.execute(query).all())


def _row(row: Workshop, people: int) -> WorkshopRow:
    return WorkshopRow(
        id=row.id, code=row.code, title=row.title, place=row.place, country=row.country, starts_on=row.starts_on,
        ends_on=row.ends_on, locales=tuple(row.locales), modules=tuple(row.modules),
        facilitators=tuple(row.facilitators), version=row.version, closed_at=row.closed_at, deleted_at=row.deleted_at,
        people=people,
    )  # fmt: skip


def _checked(facts: Facts, known: Mapping[str, str]) -> dict[str, Any]:
    """The columns of the facts, without the country. Raises Invalid."""
    if not _YEARS[0] <= facts.starts_on.year <= _YEARS[1]:
        raise Invalid("dates-year", field="starts_on")
    if facts.ends_on < facts.starts_on:
        raise Invalid("dates-order", field="ends_on")
    if (facts.ends_on - facts.starts_on).days >= LONGEST_DAYS:
        raise Invalid("dates-long", field="ends_on", maximum=LONGEST_DAYS)
    return {
        "title": line(facts.title, "title"),
        "place": line(facts.place, "place"),
        "starts_on": facts.starts_on,
        "ends_on": facts.ends_on,
        "locales": _some_of(facts.locales, LANGUAGES, "languages-missing", "locales"),
        "modules": _some_of(facts.modules, known, "modules-missing", "modules"),
        "facilitators": _facilitators(facts.facilitators),
    }


def _some_of(chosen: Iterable[str], known: Collection[str], code: str, field: str) -> list[str]:
    """Each once. Raises Invalid for none, and for one that is unknown."""
    values = list(dict.fromkeys(chosen))
    if not values:
        raise Invalid(code, field=field)
    if any(value not in known for value in values):
        raise Invalid("choice-unknown", field=field)
    return values


def _facilitators(given: Iterable[str]) -> list[str]:
    people = [name for name in given if name.strip()]
    if len(people) > MOST_FACILITATORS:
        raise Invalid("facilitators-many", field="facilitators", maximum=MOST_FACILITATORS)
    try:
        return [names.full_name(name) for name in people]
    except Invalid as problem:
        raise Invalid(problem.code, **{**problem.params, "field": "facilitators"}) from None


def _drop_modules(db: Session, workshop_id: str, modules: Collection[str]) -> None:
    """Take out the sessions of modules. Raises Refused when something hangs on them."""
    if not modules:
        return
    if db.scalar(select(Sheet.code).where(Sheet.workshop_id == workshop_id, Sheet.module.in_(modules)).limit(1)):
        raise Refused("module-has-sheets")
    gone = [row.id for row in timetable.rows_of(db, workshop_id) if row.module in modules]
    timetable.refuse_attended(db, gone)
    db.execute(delete(WorkshopSession).where(WorkshopSession.id.in_(gone)))


def _move_days(db: Session, row: Workshop, starts_on: date, ends_on: date) -> None:
    """Sessions keep their distance from the first day, as far as the new days reach."""
    for part in timetable.rows_of(db, row.id):
        moved = starts_on + timedelta(days=(part.held_on - row.starts_on).days)
        part.held_on = min(max(moved, starts_on), ends_on)


def _add_sessions(db: Session, row: Workshop, modules: Collection[str], titles: Mapping[str, str]) -> None:
    last = max((part.position for part in timetable.rows_of(db, row.id)), default=0)
    for position, part in enumerate(timetable.suggested(list(modules), titles, row.ends_on, row.ends_on), last + 1):
        db.add(WorkshopSession(workshop_id=row.id, country=row.country, position=position, **part._asdict()))
    db.flush()
