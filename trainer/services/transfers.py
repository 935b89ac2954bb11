"""Moving a person to another country: its coordinators are asked first, and until they accept see next to nothing.

What was counted stays with the country where it happened; the record goes with the person. Places in workshops stay
with the workshop, as numbers without a person.

All acts need a system scope, for nobody coordinates both countries as a rule; each checks the actor's own countries.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from trainer.access import Identity, Permission, allowed
from trainer.services import names, places
from trainer.services.counted import stays_counted
from trainer.services.problems import SENTENCES, Conflict, Invalid, NotFound, Refused
from trainer.store import moving
from trainer.store.leaving import Transfer
from trainer.store.models import Attempt, CompletionRow, Enrolment, Grant, Person, new_id
from trainer.vocabulary import N_

REASONS: dict[str, str] = {
    "works-there": N_("The person works there now"),
    "mistake": N_("The person was registered in the wrong country"),
    "wish": N_("The person asked for it"),
}
"""Why somebody is moved: closed words, for they are read in another country."""
SHOWN = timedelta(days=30)
"""How long an outcome is kept for both countries."""

SENTENCES["transfer-same"] = N_("Choose another country than the person’s own.")
SENTENCES["transfer-open"] = N_("A move of this person is waiting for an answer already.")
SENTENCES["transfer-over"] = N_("This move was answered or taken back already.")
SENTENCES["transfer-roles"] = N_("This person has a role. An administrator must take it away first.")
SENTENCES["transfer-merged"] = N_("This person was merged with another entry lately. Wait until that can no longer be "
                                  "undone, or undo it first.")  # fmt: skip
SENTENCES["transfer-sheets"] = N_("A sheet of this person came back and is not recorded yet. Check it first.")
SENTENCES["transfer-not-now"] = N_("This person cannot be moved just now. Ask the coordinators who proposed it.")


class TransferRow(NamedTuple):
    """A move, as one country sees it."""

    id: str
    country: str
    other: str
    gives: bool
    """The person leaves `country`."""
    person_id: str
    """For links: whoever may not see the person gets none."""
    full_name: str
    agency_type: str
    work_role: str
    reason: str
    asked_at: datetime
    ended_at: datetime | None
    outcome: str


def transfers(db: Session, countries: Collection[str]) -> tuple[TransferRow, ...]:
    """Those that wait, oldest first, then those that ended lately, latest first."""
    columns = [getattr(Transfer, name) for name in TransferRow._fields]
    query = select(*columns).where(Transfer.country.in_(sorted(countries)))
    rows = [TransferRow(*row) for row in db.execute(query.order_by(Transfer.asked_at, Transfer.id))]
    ended = [row for row in rows if row.ended_at is not None]
    return (
        *(row for row in rows if row.ended_at is None),
        *sorted(ended, key=lambda row: row.ended_at or row.asked_at, reverse=True),
    )


def open_transfer(db: Session, countries: Collection[str], person_id: str) -> TransferRow | None:
    """The move of this person that waits for an answer."""
    return next((row for row in transfers(db, countries) if row.person_id == person_id and row.ended_at is None), None)


def propose(db: Session, actor: Identity, person_id: str, to: str, reason: str, *, now: datetime) -> bool:
    """Ask the other country to take the person. -> whether it has: the actor answers for both countries

    Tells nothing about the other country. Raises NotFound for somebody who is not of the actor's countries, Invalid,
    Conflict while another move waits, Refused when the person cannot be moved.
    """
    person = _mine(db, actor, person_id)
    if names.country(to) == person.country:
        raise Invalid("transfer-same", field="country")
    if reason not in REASONS:
        raise Invalid("choice-unknown", field="reason")
    if db.scalar(select(Transfer.id).where(Transfer.person_id == person_id, Transfer.ended_at.is_(None)).limit(1)):
        raise Conflict("transfer-open")
    if (problem := _obstacle(db, person)) is not None:
        raise Refused(problem)
    transfer_id = new_id()
    for country, other, gives in ((person.country, to, True), (to, person.country, False)):
        db.add(
            Transfer(
                id=transfer_id, country=country, other=other, gives=gives, person_id=person.id,
                full_name=person.full_name, agency_type=person.agency_type, work_role=person.work_role,
                reason=reason, asked_at=now,
            )
        )  # fmt: skip
    db.flush()
    if allowed(actor, Permission.MANAGE_PEOPLE, to):
        accept(db, actor, transfer_id, now=now)
        return True
    return False


def accept(db: Session, actor: Identity, transfer_id: str, *, now: datetime) -> str:
    """Take the person in. -> their id

    Raises NotFound for a move that is not to the actor's countries, Conflict when it is over or cannot be just now.
    """
    row = _waiting(db, actor, transfer_id, gives=False)
    person = db.scalar(select(Person).where(Person.id == row.person_id, Person.country == row.other).with_for_update())
    if person is None or _obstacle(db, person) is not None:
        raise Conflict("transfer-not-now")
    person_id, before, after = person.id, row.other, row.country
    _end(db, transfer_id, "accepted", now)
    with stays_counted(db, person_id):
        for table in (Enrolment, Attempt, CompletionRow):
            _settle(db, table, person_id)
        places.empty(db, person_id, now=now)
        moving.move_to_country(db, person_id, before, after)
    return person_id


def decline(db: Session, actor: Identity, transfer_id: str, *, now: datetime) -> None:
    """Do not take the person in. Raises NotFound, Conflict when it is over."""
    _waiting(db, actor, transfer_id, gives=False)
    _end(db, transfer_id, "declined", now)


def take_back(db: Session, actor: Identity, transfer_id: str, *, now: datetime) -> None:
    """Propose it no longer. Raises NotFound, Conflict when it is over."""
    _waiting(db, actor, transfer_id, gives=True)
    _end(db, transfer_id, "taken-back", now)


def seen_by(db: Session, actor: Identity, transfer_id: str) -> TransferRow:
    """One of them, as the actor sees it: whoever answers for both countries, as the one that gives. Raises NotFound."""
    found = [row for row in transfers(db, actor.countries) if row.id == transfer_id]
    if not found:
        raise NotFound
    return max(found, key=lambda row: row.gives)


def delete_old(db: Session, *, now: datetime) -> None:
    """Outcomes that both countries have seen for long enough."""
    old = Transfer.ended_at.is_not(None) & (Transfer.ended_at < now - SHOWN)
    db.execute(delete(Transfer).where(old).execution_options(synchronize_session=False))


def _mine(db: Session, actor: Identity, person_id: str) -> Person:
    row = db.scalar(select(Person).where(Person.id == person_id, Person.merged_into.is_(None)).with_for_update())
    if row is None or not allowed(actor, Permission.MANAGE_PEOPLE, row.country):
        raise NotFound
    return row


def _obstacle(db: Session, person: Person) -> str | None:
    """Code of why the person cannot be moved."""
    if db.scalar(select(Grant.id).where(Grant.person_id == person.id).limit(1)):
        return "transfer-roles"
    if person.merged_into or db.scalar(select(Person.id).where(Person.merged_into == person.id).limit(1)):
        return "transfer-merged"
    return "transfer-sheets" if places.has_open_sheets(db, person.id) else None


def _waiting(db: Session, actor: Identity, transfer_id: str, *, gives: bool) -> Transfer:
    """The row of the actor's side."""
    query = select(Transfer).where(Transfer.id == transfer_id).order_by(Transfer.country).with_for_update()
    rows = [row for row in db.scalars(query) if allowed(actor, Permission.MANAGE_PEOPLE, row.country)]
    if not rows:
        raise NotFound
    mine = [row for row in rows if row.gives == gives]
    if not mine or mine[0].ended_at is not None:
        raise Conflict("transfer-over")
    return mine[0]


def _end(db: Session, transfer_id: str, outcome: str, now: datetime) -> None:
    changed = update(Transfer).where(Transfer.id == transfer_id).values(ended_at=now, outcome=outcome)
    db.execute(changed.execution_options(synchronize_session=False))


def _settle(db: Session, table: Any, person_id: str) -> None:
    mine = (table.person_id == person_id) & table.settled.is_(False)
    db.execute(update(table).where(mine).values(settled=True).execution_options(synchronize_session=False))


__all__ = [
    "REASONS", "SHOWN", "TransferRow", "accept", "decline", "delete_old", "open_transfer", "propose", "seen_by",
    "take_back", "transfers",
]  # fmt: skip
