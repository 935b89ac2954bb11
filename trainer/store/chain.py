"""Adds events to the audit trail, inside the transaction of what they tell; and knows what a session has written.

Whoever publishes an edition has the scope of nobody, and whoever gives a role may work in another country than the
person: an event often stands in a chain that its session cannot see. So this module, and only this one, looks at the
end of any chain. It widens what PostgreSQL is told for two statements about one table, and reads a number and a hash.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import event, insert, inspect, select
from sqlalchemy.orm import ORMExecuteState, Session

from trainer.store.guard import ScopedSession, scope_of, tell
from trainer.store.scope import Scope
from trainer.store.statements import lock
from trainer.store.trail import BEGINNING, AuditEvent, digest

_CODE = re.compile(r"[a-z][a-z0-9_-]{0,39}")
_ID = re.compile(r"[\w.:-]{1,200}", re.ASCII)
_WROTE, _CHANGED = "trail.wrote", "trail.changed"


class NewEvent(NamedTuple):
    """As the columns of `AuditEvent`; number and hashes are given when it is added."""

    country: str
    at: datetime
    actor: str
    act: str
    kind: str
    object_id: str
    fields: tuple[str, ...]
    request_id: str


def append(db: Session, events: Sequence[NewEvent]) -> None:
    """Add `events` to their chains. To be called last: on PostgreSQL a chain is locked until the transaction ends.

    Rolled back, they leave neither event nor gap. Raises ValueError for anything that is no code and no id, so that
    neither a name nor a value ever gets in; StoreError as every statement.
    """
    for one in events:
        _check(one)
    if not events:
        return
    countries = sorted({one.country for one in events})
    for country in countries:
        lock(db, f"trail of {country}")
    db.flush()
    connection = Session.connection(db)
    mine, theirs = scope_of(db), Scope.countries(countries)
    if mine != theirs:
        tell(connection, theirs)
    for country in countries:
        number, previous = _end(connection, country)
        rows = []
        for one in events:
            if one.country == country:
                number += 1
                row = {
                    **one._asdict(),
                    "number": number,
                    "fields": ",".join(sorted(set(one.fields))),
                    "previous": previous,
                }
                row["hash"] = previous = digest(**row)
                rows.append(row)
        connection.execute(insert(AuditEvent), rows)
    if mine != theirs:
        tell(connection, mine)


def _end(connection: Any, country: str) -> tuple[int, str]:
    last = (
        select(AuditEvent.number, AuditEvent.hash)
        .where(AuditEvent.country == country)
        .order_by(AuditEvent.number.desc())
        .limit(1)
    )
    found = connection.execute(last).first()
    return (0, BEGINNING) if found is None else (found.number, found.hash)


def _check(one: NewEvent) -> None:
    Scope.countries({one.country})
    codes = (one.act, one.kind, *one.fields)
    ids = (one.actor, one.object_id, *([one.request_id] if one.request_id else []))
    if not (all(_CODE.fullmatch(code) for code in codes) and all(_ID.fullmatch(found) for found in ids)):
        raise ValueError(f"{one.act!r}: an event has codes and public ids, nothing else")


# ----------------------------------------------------- what a session has written


def wrote(db: Session) -> bool:
    """Has this session written anything yet?"""
    db.flush()
    return bool(db.info.get(_WROTE))


def changed(db: Session, table: str) -> tuple[str, ...]:
    """Names of the columns that this session changed in rows of `table` that it had loaded."""
    db.flush()
    return tuple(sorted(db.info.get(_CHANGED, {}).get(table, ())))


def note_writing(db: Session) -> None:
    """For ways to write that pass by the session (`store.prepared`)."""
    db.info[_WROTE] = True


@event.listens_for(ScopedSession, "before_flush")
def _note_rows(session: ScopedSession, context: Any, instances: Any) -> None:
    dirty = [row for row in session.dirty if session.is_modified(row)]
    if session.new or session.deleted or dirty:
        note_writing(session)
    for row in dirty:
        state: Any = inspect(row)
        names = {one.key for one in state.mapper.column_attrs if state.attrs[one.key].history.has_changes()}
        session.info.setdefault(_CHANGED, {}).setdefault(row.__tablename__, set()).update(names)


@event.listens_for(ScopedSession, "do_orm_execute")
def _note_statement(state: ORMExecuteState) -> None:
    if state.is_insert or state.is_update or state.is_delete:
        note_writing(state.session)
