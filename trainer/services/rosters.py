"""Name lists: what would become of each row, and then all of it in one transaction, or nothing.

`plan` compares a list with the people of the workshop's country and writes nothing. `take_in` plans once more, with the
answers of a person to what is doubtful, and only goes on when nothing is open. The same list twice changes nothing.
"""

from __future__ import annotations

import secrets
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any, Literal, NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from trainer.languages.folding import normalise
from trainer.services import codes, names, room
from trainer.services.problems import SENTENCES, Conflict, Invalid
from trainer.services.roster_columns import LISTS, Fault, Line, Roster, bare
from trainer.services.roster_files import MOST_NAMES
from trainer.services.workshop_rows import changeable, found
from trainer.store.models import Person, new_id
from trainer.store.statements import insert_all_new, lock
from trainer.store.workshops import Participant, Workshop
from trainer.vocabulary import N_

SENTENCES["roster-sign-in-twice"] = N_("Row %(row)s has the same sign-in name.")
SENTENCES["roster-open"] = N_("Answer what is marked before the list can be taken in.")
SENTENCES["roster-name-taken"] = N_("Row %(row)s: somebody already signs in with this name. Choose another, or leave "
                                    "the cell empty.")  # fmt: skip

State = Literal["new", "known", "here", "doubtful", "wrong", "out"]
"""`new`: will be registered. `known`: of the register, will join. `here`: in the room already. `out`: left out."""
OTHER = "other"
"""Decision: another person than those it looks like."""
OUT = "out"
"""Decision: leave the row out."""
SAME = "same"
"""Decision for many: the person it looks like, where that is only one."""
DEFAULT = "-"
"""Answer to an unknown word: as if the cell were empty."""
_CHUNK = 5_000


class Defaults(NamedTuple):
    """For rows that do not say it themselves. Codes."""

    agency_type: str
    work_role: str
    locale: str


class Candidate(NamedTuple):
    """Whom a row may be about."""

    id: str
    """Of the person; of a row of this list, `row-7`."""
    full_name: str
    sign_in_name: str = ""
    agency_type: str = ""
    number: int | None = None
    """In this workshop."""
    row: int | None = None


class Entry(NamedTuple):
    """A row and what would become of it."""

    line: Line
    """Its words are codes now, with the defaults filled in."""
    state: State
    person_id: str | None = None
    """Of `known` and `here`."""
    candidates: tuple[Candidate, ...] = ()
    """Of `doubtful` and `known`, and of one that was decided."""
    may_be_other: bool = True
    """False: the sign-in name is that person's, so it cannot be another one."""
    fault: Fault | None = None


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


class Decisions(NamedTuple):
    """What a person answered."""

    rows: Mapping[int, str] = {}
    """Row → id of a candidate, `OTHER` or `OUT`."""
    others: str = ""
    """For every doubtful row without an answer: `SAME`, `OTHER` or `OUT`; empty: they stay open."""
    words: Mapping[tuple[str, str], str] = {}
    """Unknown word → code, or `DEFAULT`."""
    without_wrong: bool = False
    """Take in the others although some rows are wrong."""


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


class _Known(NamedTuple):
    id: str
    full_name: str
    sign_in_name: str
    agency_type: str


def _plan(db: Session, workshop: Workshop, roster: Roster, defaults: Defaults, decisions: Decisions) -> Plan:
    _check(defaults)
    columns = (Person.id, Person.full_name, Person.sign_in_name, Person.agency_type)
    people = [_Known(*row) for row in db.execute(select(*columns).where(Person.country == workshop.country))]
    joined = select(Participant.person_id, Participant.number).where(Participant.workshop_id == workshop.id)
    numbers = dict(db.execute(joined).all())
    unknown = tuple(pair for pair in roster.unknown if not _is_answer(pair[0], decisions.words.get(pair, "")))
    lines = [_filled(line, defaults, decisions.words) for line in roster.lines]
    return Plan(tuple(_Matching(people, numbers, decisions).entries(lines)), unknown)


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


class _Matching:
    """Compares the rows, one after the other, with the people of the country and with the rows before."""

    def __init__(self, people: Sequence[_Known], numbers: Mapping[str, int], decisions: Decisions) -> None:
        self.numbers, self.decided, self.others = numbers, decisions.rows, decisions.others
        self.by_sign_in = {one.sign_in_name: one for one in people}
        self.by_name: dict[tuple[str, str], list[_Known]] = defaultdict(list)
        self.by_key: dict[str, list[_Known]] = defaultdict(list)
        for one in people:
            self.by_name[one.full_name, one.agency_type].append(one)
            for form in _keys(one.full_name):
                self.by_key[form].append(one)
        self.taken: set[str] = set()
        """People that a row before was about."""
        self.rows_by_key: dict[str, Line] = {}
        self.rows_by_sign_in: dict[str, Line] = {}

    def entries(self, lines: Sequence[Line]) -> Iterator[Entry]:
        for line in lines:
            yield self._entry(line)

    def _entry(self, line: Line) -> Entry:
        if line.fault is not None:
            return Entry(line, "wrong", fault=line.fault)
        twin = self.rows_by_sign_in.get(line.sign_in_name) if line.sign_in_name else None
        if twin is not None:
            return Entry(line, "wrong", fault=Fault("roster-sign-in-twice", {"row": twin.row}))
        entry = self._decided(self._compared(line))
        if entry.state != "out":
            for form in _keys(line.full_name):
                self.rows_by_key.setdefault(form, line)
            if line.sign_in_name:
                self.rows_by_sign_in[line.sign_in_name] = line
        if entry.person_id:
            self.taken.add(entry.person_id)
        return entry

    def _compared(self, line: Line) -> Entry:
        """What it is before anybody was asked."""
        named = self.by_sign_in.get(line.sign_in_name) if line.sign_in_name else None
        if named is not None:
            if set(_keys(named.full_name)) & set(_keys(line.full_name)):
                return self._about(line, named)._replace(may_be_other=False)
            return Entry(line, "doubtful", candidates=self._candidates([named]), may_be_other=False)
        exact = [one for one in self.by_name[line.full_name, line.agency_type] if one.id not in self.taken]
        here = [one for one in exact if one.id in self.numbers]
        if not line.sign_in_name and (here or len(exact) == 1):
            return self._about(line, (here or exact)[0])
        similar = [one for form in _keys(line.full_name) for one in self.by_key[form] if one.id not in self.taken]
        twins = [self.rows_by_key[form] for form in _keys(line.full_name) if form in self.rows_by_key]
        candidates = self._candidates(similar) + tuple(
            Candidate(f"row-{one.row}", one.full_name, one.sign_in_name, one.agency_type, row=one.row)
            for one in dict.fromkeys(twins)
        )
        return Entry(line, "doubtful" if candidates else "new", candidates=candidates)

    def _decided(self, entry: Entry) -> Entry:
        """With the person's answer, if there is one that fits."""
        answer = self.decided.get(entry.line.row, "")
        if entry.state == "doubtful" and not answer:
            answer = self.others
        if answer == SAME and len(entry.candidates) == 1:
            answer = entry.candidates[0].id
        if entry.state not in ("doubtful", "known") or not answer:
            return entry
        if answer == OUT:
            return entry._replace(state="out")
        if answer == OTHER and entry.may_be_other:
            return entry._replace(state="new")
        for one in entry.candidates:
            if one.id == answer and one.row is not None:
                return entry._replace(state="out")
            if one.id == answer:
                return entry._replace(state=self._state(one.id), person_id=one.id)
        return entry

    def _about(self, line: Line, person: _Known) -> Entry:
        return Entry(line, self._state(person.id), person_id=person.id, candidates=self._candidates([person]))

    def _state(self, person_id: str) -> State:
        return "here" if person_id in self.numbers or person_id in self.taken else "known"

    def _candidates(self, people: Sequence[_Known]) -> tuple[Candidate, ...]:
        return tuple(
            Candidate(one.id, one.full_name, one.sign_in_name, one.agency_type, self.numbers.get(one.id))
            for one in dict.fromkeys(people)
        )


@lru_cache(maxsize=2 * MOST_NAMES)
def _keys(full_name: str) -> tuple[str, ...]:
    """Two names that share one look alike: written with other spaces, or with the words in another order."""
    normal = normalise(full_name, "en")
    whole = bare(normal)
    in_order = "".join(sorted(bare(word) for word in normal.split()))
    return (whole,) if whole == in_order else (whole, in_order)
