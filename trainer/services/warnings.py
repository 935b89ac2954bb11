"""Warnings about the data, found now and then and kept, so that no page has to look for them.

A look compares what is true of a country now with the rows that are there: what is new is added, what is no longer
true goes, and what is found again stays as it is, with who looked at it. It reads without holding anybody up and writes
only differences, a few hundred at a time.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import case, delete, null, select, update
from sqlalchemy.orm import Session

from trainer.services import count_warnings, data_warnings
from trainer.services.data_warnings import Raised
from trainer.store.engine import Store
from trainer.store.models import Person, new_id
from trainer.store.prepared import insert_new
from trainer.store.scope import Scope
from trainer.store.statements import insert_all_new, lock
from trainer.store.warnings import WarningLook, WarningRow

APART = timedelta(minutes=1)
"""Between two looks at a country, however often somebody asks."""
FRESH = timedelta(minutes=50)
"""A look by another node this long ago need not be done again by the clock."""
LATER = timedelta(minutes=10)
"""After a look that somebody asked for and that failed."""
AT_ONCE = 500
"""Rows in one transaction that writes."""
ASKED = Scope.system("somebody waits for warnings, in whichever country")

Place = tuple[str, str]
"""Kind and key: one warning of a country."""


class _Difference(NamedTuple):
    new: Sequence[Raised]
    changed: Mapping[str, Raised]
    """Row → what its numbers and moment are now."""
    gone: Sequence[str]
    asked_at: datetime | None
    """The question that this look answers."""


def found(db: Session, country: str, now: datetime) -> list[Raised]:
    """All that is true of the country now. Eleven statements, whatever the number of people."""
    return [*data_warnings.in_records(db, country, now), *count_warnings.in_counts(db, country, now)]


def look(store: Store, country: str, *, now: datetime) -> int:
    """Look through the records of a country. -> how many warnings are new

    Two who do it at once find the same and keep it once.
    """
    scope = Scope.countries({country})
    with store.read(scope) as db:
        seen = _difference(db, country, now)
    for start in range(0, len(seen.new), AT_ONCE):
        with store.write(scope) as db:
            _add(db, country, seen.new[start : start + AT_ONCE], now)
    with store.write(scope) as db:
        lock(db, f"warnings of {country}")
        _change(db, seen.changed)
        gone = delete(WarningRow).where(WarningRow.id.in_(seen.gone))
        db.execute(gone.execution_options(synchronize_session=False))
        _note(db, country, seen.asked_at, now)
    return len(seen.new)


def ask(db: Session, country: str, *, now: datetime) -> None:
    """Have the country looked through soon: within a minute, while the work runs."""
    if not insert_new(db, WarningLook, {"country": country, "asked_at": now}):
        _set(db, country, asked_at=now)


def put_off(db: Session, country: str, *, now: datetime) -> None:
    """It could not be looked through: the question waits, and those about other countries come before it."""
    _set(db, country, asked_at=now + LATER)


def asked(db: Session, now: datetime) -> str | None:
    """A country where somebody waits and that was not looked through just now. One statement."""
    recent = (WarningLook.looked_at > now - APART) & (WarningLook.looked_at <= now)
    waiting = (WarningLook.asked_at <= now) & (WarningLook.looked_at.is_(None) | ~recent)
    return db.scalar(select(WarningLook.country).where(waiting).order_by(WarningLook.asked_at).limit(1))


def stale(db: Session, countries: Collection[str], now: datetime) -> list[str]:
    """Those of `countries` whose time has come. One statement."""
    fresh = (WarningLook.looked_at > now - FRESH) & (WarningLook.looked_at <= now)
    held = set(db.scalars(select(WarningLook.country).where(fresh)))
    return [code for code in countries if code not in held]


# --------------------------------------------------------------------- a look


def _difference(db: Session, country: str, now: datetime) -> _Difference:
    asked_at = db.scalar(select(WarningLook.asked_at).where(WarningLook.country == country))
    columns = (WarningRow.id, WarningRow.kind, WarningRow.key, WarningRow.numbers, WarningRow.at)
    rows = db.execute(select(*columns).where(WarningRow.country == country)).all()
    held = {(row.kind, row.key): row for row in rows}
    raised = {(one.kind, one.key): one for one in found(db, country, now)}
    changed = {
        row.id: raised[place]
        for place, row in held.items()
        if place in raised and (row.numbers, row.at) != (raised[place].numbers, raised[place].at)
    }
    return _Difference(
        [one for place, one in raised.items() if place not in held],
        changed,
        [row.id for place, row in held.items() if place not in raised],
        asked_at,
    )


def _add(db: Session, country: str, new: Sequence[Raised], now: datetime) -> None:
    """Without those about somebody who was forgotten, moved or merged meanwhile, and those that are there by now."""
    here = _held(db, country, {ident for one in new for ident in (one.person_id, one.other_id) if ident})
    insert_all_new(db, WarningRow, [
        _row(one, now) for one in new if {one.person_id, one.other_id} <= here | {None}
    ])  # fmt: skip


def _held(db: Session, country: str, people: Collection[str]) -> set[str | None]:
    """Those who are people of the country; nobody removes, moves or merges them until this transaction ends."""
    mine = select(Person.id).where(Person.id.in_(people), Person.country == country, Person.merged_into.is_(None))
    return set(db.scalars(mine.order_by(Person.id).with_for_update(read=True, key_share=True)))


def _row(one: Raised, now: datetime) -> dict[str, Any]:
    return {
        "id": new_id(), "country": one.country, "kind": one.kind, "key": one.key, "person_id": one.person_id,
        "other_id": one.other_id, "workshop_id": one.workshop_id, "module": one.module, "agency": one.agency,
        "numbers": dict(one.numbers), "at": one.at, "found_at": now, "note": "",
    }  # fmt: skip


def _change(db: Session, changed: Mapping[str, Raised]) -> None:
    for row in db.scalars(select(WarningRow).where(WarningRow.id.in_(changed)).with_for_update()):
        row.numbers, row.at = dict(changed[row.id].numbers), changed[row.id].at


def _note(db: Session, country: str, asked_at: datetime | None, now: datetime) -> None:
    """A question that came while it was looked stays open."""
    if not insert_new(db, WarningLook, {"country": country, "looked_at": now}):
        still = case((WarningLook.asked_at == asked_at, null()), else_=WarningLook.asked_at)
        _set(db, country, looked_at=now, asked_at=still)


def _set(db: Session, country: str, **values: Any) -> None:
    changed = update(WarningLook).where(WarningLook.country == country).values(**values)
    db.execute(changed.execution_options(synchronize_session=False))
