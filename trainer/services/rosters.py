"""Name lists: what would become of each row, and then all of it in one transaction, or nothing.

`plan` compares a list with the people of the workshop's country and writes nothing. `take_in` plans once more, with the
answers of a person to what is doubtful, and only goes on when nothing is open. The same list twice changes nothing.
"""

from __future__ import annotations

import secrets
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from trainer.services import codes, names, room
from trainer.services.problems import SENTENCES, Conflict, Invalid
from trainer.services.roster_columns import LISTS, Line, Roster
from trainer.services.roster_matching import Decisions, Entry, Known, Matching, State
from trainer.services.workshop_rows import changeable, found
from trainer.store.models import Person, new_id
from trainer.store.statements import insert_all_new, lock
from trainer.store.workshops import Participant, Workshop
from trainer.vocabulary import N_

SENTENCES["roster-open"] = N_("Answer what is marked before the list can be taken in.")
SENTENCES["roster-name-taken"] = N_("Row %(row)s: somebody already signs in with this name. Choose another, or leave "
                                    "the cell empty.")  # fmt: skip

DEFAULT = "-"
"""Answer to an unknown word: as if the cell were empty."""
_CHUNK = 5_000


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
    return _plan(db, workshop, roster, defaults, decisions or Decisions())


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
    made = _plan(db, workshop, roster, defaults, decisions)
    if made.is_open or (made.of("wrong") and not decisions.without_wrong):
        raise Invalid("roster-open", field="decisions")
    joining = [entry for entry in made.entries if entry.state in ("new", "known")]
    first = workshop.last_number + 1
    if first + len(joining) - 1 > room.MOST_PEOPLE:
        raise Invalid("room-full", field="decisions", maximum=room.MOST_PEOPLE)
    ids = _registered(db, workshop, joining, first, now)
    newcomers = [room.Newcomer(entry.person_id or ids[entry.line.row], entry.line.locale) for entry in joining]
    room.join(db, workshop, newcomers, walk_in=walk_in, now=now)
    return made


# ----------------------------------------------------------------- registering


def _registered(db: Session, workshop: Workshop, joining: Sequence[Entry], first: int, now: datetime) -> dict[int, str]:
    """Row → id of the person made for it. Raises Conflict for a sign-in name that is taken elsewhere."""
    rows, made_up = {}, set()
    for number, entry in enumerate(joining, first):
        if entry.state == "new":
            rows[entry.line.row] = _person(workshop, entry.line, number, now)
            if not entry.line.sign_in_name:
                made_up.add(entry.line.row)
    missing = _insert(db, rows)
    if missing - made_up:
        row = min(missing - made_up)
        raise Conflict("roster-name-taken", field="decisions", row=row)
    while missing:
        # Somebody chose the very name that we make up for a number.
        again = {row: {**rows[row], "sign_in_name": f"{rows[row]['sign_in_name']}-{_suffix()}"} for row in missing}
        missing = _insert(db, again)
    return {row: person["id"] for row, person in rows.items()}


def _insert(db: Session, rows: Mapping[int, dict[str, Any]]) -> set[int]:
    """Add people; the rows whose sign-in name is taken."""
    wanted = list(rows.values())
    there: set[str] = set()
    for start in range(0, len(wanted), _CHUNK):
        some = wanted[start : start + _CHUNK]
        insert_all_new(db, Person, some)
        there |= set(db.scalars(select(Person.id).where(Person.id.in_([one["id"] for one in some]))))
    return {row for row, person in rows.items() if person["id"] not in there}


def _person(workshop: Workshop, line: Line, number: int, now: datetime) -> dict[str, Any]:
    return {
        "id": new_id(),
        "country": workshop.country,
        "full_name": line.full_name,
        "sign_in_name": line.sign_in_name or sign_in_name(workshop.code, number),
        "password_hash": None,
        "agency_type": line.agency_type,
        "work_role": line.work_role,
        "sex": line.sex or None,
        "locale": line.locale,
        "is_test": False,
        "created_at": now,
    }


def sign_in_name(code: str, number: int) -> str:
    """For somebody without one: `m4tr8z-012`, the workshop's code and the number on their papers."""
    return names.sign_in_name(f"{code}-{number:03}")


def _suffix() -> str:
    return "".join(secrets.choice(codes.ALPHABET) for _ in range(4)).lower()


# -------------------------------------------------------------------- planning


def _plan(db: Session, workshop: Workshop, roster: Roster, defaults: Defaults, decisions: Decisions) -> Plan:
    _check(defaults)
    columns = (Person.id, Person.full_name, Person.sign_in_name, Person.agency_type, Person.locale)
    people = [Known(*row) for row in db.execute(select(*columns).where(
        Person.country == workshop.country, Person.merged_into.is_(None)
    ))]  # fmt: skip
    joined = select(Participant.person_id, Participant.number).where(Participant.workshop_id == workshop.id)
    numbers = dict(db.execute(joined).all())
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
