"""Name lists: what would become of each row, and then all of it in one transaction, or nothing.

A list is for a workshop (`plan`, `take_in`) or for the register of a country alone (`plan_for`, `register`). Planning
compares it with the people of the country and writes nothing. Taking in plans once more, with the answers of a person
to what is doubtful, and only goes on when nothing is open. The same list twice changes nothing.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from trainer.services import names, registering, room
from trainer.services.problems import SENTENCES, Invalid, NotFound
from trainer.services.roster_columns import LISTS, Line, Roster
from trainer.services.roster_matching import Decisions, Entry, Known, Matching, State
from trainer.services.workshop_rows import changeable, found
from trainer.store.models import Person
from trainer.store.statements import lock
from trainer.store.workshops import Participant, Workshop
from trainer.vocabulary import N_

SENTENCES["roster-open"] = N_("Answer what is marked before the list can be taken in.")

DEFAULT = "-"
"""Answer to an unknown word: as if the cell were empty."""


class Defaults(NamedTuple):
    """For rows that do not say it themselves. Codes."""

    agency_type: str
    work_role: str
    locale: str


class Plan(NamedTuple):
    """A dry run."""

    entries: tuple[Entry, ...]
    unknown: tuple[tuple[str, str], ...]
    """Words without an answer yet: column and word."""

    def of(self, state: State) -> list[Entry]:
        return [entry for entry in self.entries if entry.state == state]

    @property
    def is_open(self) -> bool:
        """A person has still to answer something."""
        return bool(self.unknown) or any(entry.state == "doubtful" for entry in self.entries)


def plan(
    db: Session,
    countries: Collection[str],
    workshop_id: str,
    roster: Roster,
    defaults: Defaults,
    decisions: Decisions | None = None,
) -> Plan:
    """What would become of each row. Three statements, however long the list. Raises NotFound, Invalid (defaults)."""
    workshop = found(db, countries, workshop_id)
    return _plan(db, workshop.country, _numbers(db, workshop), roster, defaults, decisions or Decisions())


def plan_for(
    db: Session,
    countries: Collection[str],
    country: str,
    roster: Roster,
    defaults: Defaults,
    decisions: Decisions | None = None,
) -> Plan:
    """The same for the register of one of `countries`. Raises NotFound for another one, Invalid (defaults)."""
    if country not in countries:
        raise NotFound
    return _plan(db, country, {}, roster, defaults, decisions or Decisions())


def take_in(
    db: Session,
    countries: Collection[str],
    workshop_id: str,
    roster: Roster,
    defaults: Defaults,
    decisions: Decisions,
    *,
    walk_in: bool = False,
    now: datetime,
) -> Plan:
    """Register who is new, and put everybody into the room in the order of the list. Returns what was done.

    Raises NotFound, Refused, Invalid("roster-open") when something is doubtful or wrong and not answered,
    Conflict when a sign-in name is taken in another country, Invalid when the room is full.
    """
    workshop = changeable(db, countries, workshop_id)
    # Nobody else registers the same people from another list meanwhile.
    lock(db, f"people of {workshop.country}")
    made = _plan(db, workshop.country, _numbers(db, workshop), roster, defaults, decisions)
    _refuse_open(made, decisions)
    joining = [entry for entry in made.entries if entry.state in ("new", "known")]
    first = workshop.last_number + 1
    if first + len(joining) - 1 > room.MOST_PEOPLE:
        raise Invalid("room-full", field="decisions", maximum=room.MOST_PEOPLE)
    new = {
        entry.line.row: (entry.line, registering.name_of_workshop(workshop.code, number))
        for number, entry in enumerate(joining, first)
        if entry.state == "new"
    }
    ids = registering.register(db, workshop.country, new, now)
    newcomers = [room.Newcomer(entry.person_id or ids[entry.line.row], entry.line.locale) for entry in joining]
    room.join(db, workshop, newcomers, walk_in=walk_in, now=now)
    return made


def register(
    db: Session,
    countries: Collection[str],
    country: str,
    roster: Roster,
    defaults: Defaults,
    decisions: Decisions,
    *,
    now: datetime,
) -> Plan:
    """Register who is new in one of `countries`. Returns what was done.

    Raises NotFound for another country, Invalid("roster-open"), Conflict for a sign-in name that is taken elsewhere.
    """
    if country not in countries:
        raise NotFound
    lock(db, f"people of {country}")
    made = _plan(db, country, {}, roster, defaults, decisions)
    _refuse_open(made, decisions)
    new = {entry.line.row: (entry.line, registering.name_of_country(country)) for entry in made.of("new")}
    registering.register(db, country, new, now)
    return made


def _refuse_open(made: Plan, decisions: Decisions) -> None:
    if made.is_open or (made.of("wrong") and not decisions.without_wrong):
        raise Invalid("roster-open", field="decisions")


# -------------------------------------------------------------------- planning


def _numbers(db: Session, workshop: Workshop) -> dict[str, int]:
    """Person → number, of those in the room."""
    joined = select(Participant.person_id, Participant.number).where(Participant.workshop_id == workshop.id)
    return dict(db.execute(joined).all())


def _plan(
    db: Session, country: str, numbers: Mapping[str, int], roster: Roster, defaults: Defaults, decisions: Decisions
) -> Plan:
    _check(defaults)
    columns = (Person.id, Person.full_name, Person.sign_in_name, Person.agency_type, Person.locale)
    own = (Person.country == country, Person.merged_into.is_(None))
    people = [Known(*row) for row in db.execute(select(*columns).where(*own))]
    unknown = tuple(pair for pair in roster.unknown if not _is_answer(pair[0], decisions.words.get(pair, "")))
    lines = [_filled(line, defaults, decisions.words) for line in roster.lines]
    entries = list(Matching(people, numbers, decisions).entries(lines))
    theirs = {one.id: one.locale for one in people}
    for at, (raw, entry) in enumerate(zip(roster.lines, entries, strict=True)):
        if entry.person_id and not (raw.locale in LISTS["locale"] or ("locale", raw.locale) in decisions.words):
            # The form's language is for those whose own is not known.
            entries[at] = entry._replace(line=entry.line._replace(locale=theirs[entry.person_id]))
    return Plan(tuple(entries), unknown)


def _check(defaults: Defaults) -> None:
    names.agency_type(defaults.agency_type)
    names.work_role(defaults.work_role)
    names.locale(defaults.locale)


def _is_answer(column: str, answer: str) -> bool:
    return answer == DEFAULT or answer in LISTS[column]


def _filled(line: Line, defaults: Defaults, answers: Mapping[tuple[str, str], str]) -> Line:
    """With codes for words, and the defaults where nothing is said."""
    if line.fault is not None:
        return line
    values: dict[str, Any] = {}
    for column in LISTS:
        word = getattr(line, column)
        code = word if word in LISTS[column] else answers.get((column, word), "")
        known = code in LISTS[column]
        values[column] = code if known else getattr(defaults, column, "")
    return line._replace(**values)
