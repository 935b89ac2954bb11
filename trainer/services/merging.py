"""Second entries of one person: found, joined with the person, and put back as they were within thirty days.

A module is never mixed: the person takes over everything of a module in which they have nothing, or in which the second
entry has the (earlier) completion; what the person had there then stays with the entry. What does not move
stays with the entry, which is hidden and shut: in no list, no count and not to be signed in with.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from trainer.services import sessions
from trainer.services.counted import people_change
from trainer.services.problems import SENTENCES, Conflict, NotFound, Refused
from trainer.store import moving
from trainer.store.leaving import Merge, Transfer
from trainer.store.models import CompletionRow, Grant, Person
from trainer.store.warnings import WarningRow, drop_warnings
from trainer.store.workshops import Participant
from trainer.vocabulary import N_

UNDO = timedelta(days=30)
"""A merge can be undone for this long; then what did not move is forgotten."""
MOST_PAIRS = 500
"""Second entries on one page: the latest to be registered. Whoever has seen to these sees the next."""

SENTENCES["merge-itself"] = N_("Choose two different people.")
SENTENCES["merge-countries"] = N_("The two work in different countries. Move one of them first.")
SENTENCES["merge-roles"] = N_("One of the two has a role. An administrator must take it away first.")
SENTENCES["merge-again"] = N_("One of the two was merged into another entry already.")
SENTENCES["merge-test"] = N_("One of the two is a test account, which is in no count. They cannot be merged.")
SENTENCES["merge-deletion"] = N_("One of the two asks for deletion. Answer that first.")
SENTENCES["merge-transfer"] = N_("A move of one of the two to another country waits for an answer. Take it back first.")
SENTENCES["merge-none"] = N_("This entry is not merged with another one.")
SENTENCES["merge-old"] = N_("This was merged more than %(days)s days ago and can no longer be undone.")
SENTENCES["merge-later"] = N_("The person was merged into another entry since. Undo that first.")


class Entry(NamedTuple):
    """One of two people side by side."""

    id: str
    country: str
    full_name: str
    sign_in_name: str
    agency_type: str
    work_role: str
    sex: str | None
    locale: str
    created_at: datetime
    has_password: bool


class Line(NamedTuple):
    """A module, and what becomes of it."""

    module: str
    kept: str
    """`nothing`, `begun` or `completed`."""
    gone: str
    fate: str
    """`stays`: as the person has it. `moves`: the person takes over the entry's. `swaps`: so, and theirs stays with
    the entry."""


class Comparison(NamedTuple):
    kept: Entry
    gone: Entry
    lines: tuple[Line, ...]
    places: int
    """In workshops, that the person takes over."""
    problem: str | None
    """Code of why they cannot be merged."""


class Merged(NamedTuple):
    """A second entry that can be put back."""

    id: str
    full_name: str
    kept_id: str
    merged_at: datetime

    @property
    def until(self) -> datetime:
        return self.merged_at + UNDO


def duplicates(db: Session, countries: Collection[str]) -> tuple[tuple[Entry, ...], ...]:
    """Groups of people of one country and agency type whose names look alike, by name: those that were found the last
    time (`warnings.look`), and that nobody has put aside. Two statements.
    """
    pairs = select(WarningRow.person_id, WarningRow.other_id).where(
        WarningRow.country.in_(sorted(countries)), WarningRow.kind == "twins", WarningRow.looked_at.is_(None)
    )
    rows = db.execute(pairs.order_by(WarningRow.at.desc(), WarningRow.id).limit(MOST_PAIRS))
    found = [(first, second) for first, second in rows if first and second]
    query = _entries().where(Person.id.in_({ident for pair in found for ident in pair}))
    entries = {row.id: _entry(row) for row in db.execute(query)}
    groups: dict[str, list[Entry]] = {}
    for first, second in found:
        if first in entries and second in entries:  # nobody was forgotten between the two statements
            groups.setdefault(first, [entries[first]]).append(entries[second])
    in_order = (tuple(sorted(group, key=_age)) for group in groups.values())
    return tuple(sorted(in_order, key=lambda group: (group[0].full_name, group[0].id)))


def compare(db: Session, countries: Collection[str], kept_id: str, gone_id: str) -> Comparison:
    """Both, and what joining them would do. Raises NotFound."""
    query = _entries().where(Person.id.in_([kept_id, gone_id]), Person.country.in_(sorted(countries)))
    found = {row.id: _entry(row) for row in db.execute(query)}
    if kept_id not in found or gone_id not in found:
        raise NotFound
    kept, gone = found[kept_id], found[gone_id]
    return Comparison(
        kept, gone, _lines(db, kept_id, gone_id), len(_places(db, kept_id, gone_id)), _obstacle(db, kept_id, gone_id)
    )


def merge(db: Session, countries: Collection[str], kept_id: str, gone_id: str, *, by: str, now: datetime) -> None:
    """Join the entry `gone_id` with the person `kept_id`. Raises NotFound, Refused for roles, Conflict."""
    gone, kept = _pair(db, countries, gone_id, kept_id)
    if (problem := _obstacle(db, kept_id, gone_id)) is not None:
        raise (Refused if problem == "merge-roles" else Conflict)(problem)
    lines, places = _lines(db, kept_id, gone_id), _places(db, kept_id, gone_id)
    row = Merge(
        person_id=gone_id, country=gone.country, kept_id=kept_id, merged_at=now, merged_by=by,
        shut_before=gone.disabled_at, places=places, moved=[one.module for one in lines if one.fate == "moves"],
        swapped=[one.module for one in lines if one.fate == "swaps"],
    )  # fmt: skip
    country = kept.country
    with people_change(db, kept_id, gone_id):
        moving.hand_over(db, country, gone_id, kept_id, row.moved)
        moving.swap(db, country, gone_id, kept_id, row.swapped)
        moving.hand_over_places(db, country, gone_id, kept_id, places)
        gone.disabled_at, gone.merged_into = now, kept_id
        db.add(row)
        db.flush()
    drop_warnings(db, gone_id)
    sessions.end_all(db, gone_id)


def separate(db: Session, countries: Collection[str], gone_id: str, *, now: datetime) -> str:
    """Put everything back as it was before the merge. What the person did since in a module of the entry goes with it.

    -> id of the person it was merged into. Raises NotFound, Conflict when it was not merged, too long ago, or the
    person was merged into another since.
    """
    row = db.scalar(select(Merge).where(Merge.person_id == gone_id, Merge.country.in_(sorted(countries))))
    if row is None:
        if db.scalar(select(Person.id).where(Person.id == gone_id, Person.country.in_(sorted(countries)))) is None:
            raise NotFound
        raise Conflict("merge-none")
    if now - row.merged_at >= UNDO:
        raise Conflict("merge-old", days=UNDO.days)
    kept_id = row.kept_id
    gone, kept = _pair(db, countries, gone_id, kept_id)
    if kept.merged_into is not None:
        raise Conflict("merge-later")
    country, moved, swapped, shut_before = row.country, row.moved, row.swapped, row.shut_before
    still = select(Participant.id).where(Participant.id.in_(row.places), Participant.person_id == kept_id)
    places = list(db.scalars(still))
    with people_change(db, kept_id, gone_id):
        moving.hand_over(db, country, kept_id, gone_id, moved)
        moving.swap(db, country, kept_id, gone_id, swapped)
        moving.hand_over_places(db, country, kept_id, gone_id, places)
        gone.disabled_at, gone.merged_into = shut_before, None
        db.delete(row)
        db.flush()
    return kept_id


def merged_into(db: Session, countries: Collection[str], person_id: str) -> tuple[Merged, ...]:
    """The second entries of a person; of a hidden entry, itself. Oldest first."""
    query = (
        select(Person.id, Person.full_name, Merge.kept_id, Merge.merged_at)
        .join(Person, Person.id == Merge.person_id)
        .where(Merge.country.in_(sorted(countries)), (Merge.kept_id == person_id) | (Merge.person_id == person_id))
    )
    return tuple(Merged(*row) for row in db.execute(query.order_by(Merge.merged_at, Person.id)))


# ------------------------------------------------------------------- reading


def _entries() -> Select[*tuple[Any, ...]]:
    names = [name for name in Entry._fields if name != "has_password"]
    return select(*(getattr(Person, name) for name in names), Person.password_hash.is_not(None).label("has_password"))


def _entry(row: Iterable[object]) -> Entry:
    return Entry(*row)  # type: ignore[arg-type]


def _age(one: Entry) -> tuple[datetime, str]:
    return one.created_at, one.id


def _pair(db: Session, countries: Collection[str], *ids: str) -> tuple[Person, Person]:
    """Both, locked in one order for everybody. Raises NotFound."""
    query = select(Person).where(Person.id.in_(ids), Person.country.in_(sorted(countries))).order_by(Person.id)
    found = {row.id: row for row in db.scalars(query.with_for_update())}
    if not set(ids) <= found.keys():
        raise NotFound
    one, other = (found[one] for one in ids)
    return one, other


def _obstacle(db: Session, kept_id: str, gone_id: str) -> str | None:
    """Code of why the two cannot be merged."""
    if kept_id == gone_id:
        return "merge-itself"
    ids = (kept_id, gone_id)
    people = list(db.scalars(select(Person).where(Person.id.in_(ids))))
    if len({one.country for one in people}) > 1:
        return "merge-countries"
    if any(one.merged_into for one in people):
        return "merge-again"
    if len({one.is_test for one in people}) > 1:
        return "merge-test"
    if any(one.deletion_asked_at for one in people):
        return "merge-deletion"
    if db.scalar(select(Grant.id).where(Grant.person_id.in_(ids)).limit(1)):
        return "merge-roles"
    waiting = select(Transfer.id).where(Transfer.person_id.in_(ids), Transfer.ended_at.is_(None))
    return "merge-transfer" if db.scalar(waiting.limit(1)) else None


def _lines(db: Session, kept_id: str, gone_id: str) -> tuple[Line, ...]:
    """By module, those in which the entry has anything."""
    begun: dict[str, set[str]] = {kept_id: set(), gone_id: set()}
    for table in moving.OF_A_MODULE:
        query = select(table.person_id, table.module).where(table.person_id.in_([kept_id, gone_id])).distinct()
        for person_id, module in db.execute(query):
            begun[person_id].add(module)
    done: dict[str, dict[str, datetime]] = {kept_id: {}, gone_id: {}}
    query = select(CompletionRow.person_id, CompletionRow.module, CompletionRow.at)
    for person_id, module, at in db.execute(query.where(CompletionRow.person_id.in_([kept_id, gone_id]))):
        done[person_id][module] = at
    found = []
    for module in sorted(begun[kept_id] | begun[gone_id]):
        mine, theirs = done[kept_id].get(module), done[gone_id].get(module)
        if module not in begun[gone_id]:
            fate = "stays"
        elif module not in begun[kept_id]:
            fate = "moves"
        else:
            fate = "swaps" if theirs is not None and (mine is None or theirs < mine) else "stays"
        states = [_state(module, begun[one], done[one]) for one in (kept_id, gone_id)]
        found.append(Line(module, states[0], states[1], fate))
    return tuple(found)


def _state(module: str, begun: Collection[str], done: Collection[str]) -> str:
    return "completed" if module in done else "begun" if module in begun else "nothing"


def _places(db: Session, kept_id: str, gone_id: str) -> list[str]:
    """The entry's places in workshops in which the person is not."""
    there = select(Participant.workshop_id).where(Participant.person_id == kept_id)
    query = select(Participant.id).where(Participant.person_id == gone_id, Participant.workshop_id.not_in(there))
    return list(db.scalars(query.order_by(Participant.id)))
