"""Filters of the report that a coordinator comes back to. Everybody has their own."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from trainer.access import Identity, Permission, countries_of
from trainer.services import periods
from trainer.services.problems import SENTENCES, Conflict, Invalid, NotFound, Refused
from trainer.services.reports import Filters
from trainer.store.reporting import SavedReport
from trainer.vocabulary import N_

MOST = 30
"""Of a person."""
LONGEST_NAME = 100
UNDO = timedelta(days=1)
"""How long one that was taken away can come back."""

SENTENCES.update(
    {
        "saved-name": N_("Give it a name of at most %(most)s characters."),
        "saved-name-taken": N_("You have a report of this name already. Choose another name."),
        "saved-full": N_("You can keep %(most)s reports. Take one away first."),
    }
)


class SavedRow(NamedTuple):
    id: str
    name: str
    filters: Filters
    letters: bool
    """A letter comes when the figures of a quarter are fixed."""


def mine(db: Session, me: Identity) -> list[SavedRow]:
    """In the order in which they were saved. One statement."""
    query = select(SavedReport).where(SavedReport.person_id == me.person_id, SavedReport.removed_at.is_(None))
    return [_row(row) for row in db.scalars(query.order_by(SavedReport.created_at, SavedReport.id))]


def one(db: Session, me: Identity, saved_id: str) -> SavedRow:
    """Raises NotFound."""
    return _row(_find(db, me, saved_id))


def countries(me: Identity, filters: Filters) -> frozenset[str]:
    """What a report of these filters is about, of what they may see."""
    mine = frozenset(countries_of(me, Permission.REPORT))
    return mine if filters.country is None else mine & {filters.country}


def save(
    db: Session, me: Identity, name: str, filters: Filters, modules: Collection[str], *,
    letters: bool, newest: str, now: datetime,
) -> SavedRow:  # fmt: skip
    """Raises Invalid, Conflict (the name is taken), Refused (too many); NotFound for filters that nobody offered them.

    `modules`: slugs that can be chosen; `newest`: the newest quarter that is fixed in what it is about (`countries`).
    """
    if filters.country not in (None, *countries_of(me, Permission.REPORT)) or filters.module not in (None, *modules):
        raise NotFound
    if filters.period != periods.ALL_TIME and not periods.is_period(filters.period):
        raise NotFound
    name = _named(db, me, name)
    if len(mine(db, me)) >= MOST:
        raise Refused("saved-full", most=MOST)
    row = SavedReport(
        person_id=me.person_id, country=me.country, name=name, about=filters.country, module=filters.module,
        period=filters.period, letters=letters, written_for=newest, created_at=now,
    )  # fmt: skip
    db.add(row)
    db.flush()
    return _row(row)


def change(db: Session, me: Identity, saved_id: str, name: str, *, letters: bool, newest: str) -> None:
    """Another name; letters or none. `newest`: as for `save`. Raises NotFound, Invalid, Conflict."""
    row = _find(db, me, saved_id)
    row.name = _named(db, me, name, but=saved_id)
    if letters and not row.letters:
        row.written_for = newest  # quarters that are past are no news
    row.letters = letters


def take_away(db: Session, me: Identity, saved_id: str, *, now: datetime) -> None:
    """It can come back for a day. Raises NotFound."""
    row = _find(db, me, saved_id)
    db.execute(
        delete(SavedReport).where(SavedReport.person_id == me.person_id, SavedReport.removed_at < now - UNDO),
        execution_options={"synchronize_session": False},
    )
    row.removed_at = now


def bring_back(db: Session, me: Identity, saved_id: str) -> None:
    """Undo `take_away`. Raises NotFound; Conflict where another has its name by now."""
    row = _find(db, me, saved_id, removed=True)
    row.name = _named(db, me, row.name, but=saved_id)
    row.removed_at = None


def _named(db: Session, me: Identity, name: str, but: str = "") -> str:
    if not name or len(name) > LONGEST_NAME:
        raise Invalid("saved-name", field="name", most=LONGEST_NAME)
    if any(row.name.casefold() == name.casefold() and row.id != but for row in mine(db, me)):
        raise Conflict("saved-name-taken", field="name")
    return name


def _row(row: SavedReport) -> SavedRow:
    return SavedRow(row.id, row.name, Filters(country=row.about, module=row.module, period=row.period), row.letters)


def _find(db: Session, me: Identity, saved_id: str, *, removed: bool = False) -> SavedReport:
    query = select(SavedReport).where(SavedReport.id == saved_id, SavedReport.person_id == me.person_id)
    state = SavedReport.removed_at.is_not(None) if removed else SavedReport.removed_at.is_(None)
    row = db.scalar(query.where(state))
    if row is None:
        raise NotFound
    return row
