"""Roles beyond practitioner: who has which, giving one and taking it away.

Administrators do this, and never for themselves: another one has to look. There is always one left who can.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, delete, func, select
from sqlalchemy.orm import Session

from trainer.access import (
    ADMINISTRATOR,
    COORDINATOR,
    REVIEWER,
    TRAINER,
    TRANSLATOR,
    VIEWER,
    Identity,
    Permission,
    allowed,
)
from trainer.languages.registry import LANGUAGES
from trainer.services import names, sessions
from trainer.services.audit import Act
from trainer.services.problems import SENTENCES, Invalid, NotFound, Refused
from trainer.services.workshop_rows import is_id
from trainer.store.models import Grant, Person
from trainer.store.statements import lock
from trainer.vocabulary import COUNTRIES, N_, NO_COUNTRY, OTHER_COUNTRY

SENTENCES["role-own"] = N_("Nobody changes their own roles. Ask another administrator to do it.")
SENTENCES["last-administrator"] = N_("This is the last administrator. Make somebody else an administrator first.")
SENTENCES["role-gone"] = N_("The person does not have this role, or has it no more.")
SENTENCES["role-account-shut"] = N_("This account is shut. Its coordinator has to open it before it can get a role.")

GIVEN: dict[str, tuple[str | None, ...]] = {
    TRAINER: (None,),
    TRANSLATOR: tuple(LANGUAGES),
    REVIEWER: tuple(LANGUAGES),
    COORDINATOR: (*COUNTRIES, OTHER_COUNTRY),
    VIEWER: (*COUNTRIES, OTHER_COUNTRY),
    ADMINISTRATOR: (None,),
}
"""Role beyond practitioner → what it can be given for: locales, countries, or nothing in particular."""


def told(act: str, person_id: str, country: str, role: str, overs: Iterable[str | None]) -> list[Act]:
    """What the audit trail says of a role given or taken: in the chain that administrators read, in that of the
    person's country, and in those of countries whose people or counts it opens.
    """
    named = sorted(filter(None, overs))
    countries = {NO_COUNTRY, country, *(named if role in (COORDINATOR, VIEWER) else ())}
    fields = (role, *(one.lower() for one in named))
    return [Act(act, one, "person", person_id, fields) for one in sorted(countries)]


class Held(NamedTuple):
    """A role of somebody."""

    role: str
    over: str | None
    """Country of a coordinator, locale of a translator or reviewer."""
    granted_at: datetime


class Holder(NamedTuple):
    """Somebody with roles, or who could get one, as an administrator sees them."""

    person_id: str
    full_name: str
    sign_in_name: str
    country: str
    disabled: bool
    roles: tuple[Held, ...]


def holders(db: Session) -> tuple[Holder, ...]:
    """Everybody with a role. Needs a scope over every country."""
    query = select(Person, Grant).join(Grant, Grant.person_id == Person.id)
    found: dict[str, tuple[Person, list[Held]]] = {}
    for person, grant in db.execute(query.order_by(Person.name_order, Person.id, Grant.role, Grant.over)):
        found.setdefault(person.id, (person, []))[1].append(Held(grant.role, grant.over, grant.granted_at))
    return tuple(_holder(person, roles) for person, roles in found.values())


def named(db: Session, sign_in_name: str) -> Holder | None:
    """Who signs in with exactly this name, however it is typed. Needs a scope over every country."""
    name = names.folded(sign_in_name)
    row = db.scalar(select(Person).where(Person.sign_in_name == name)) if name else None
    return None if row is None else _holder(row, held(db, row.id))


def holder(db: Session, person_id: str) -> Holder:
    """The same by id. Raises NotFound."""
    row = db.scalar(select(Person).where(Person.id == person_id)) if is_id(person_id) else None
    if row is None:
        raise NotFound
    return _holder(row, held(db, row.id))


def held(db: Session, person_id: str) -> list[Held]:
    """The person's roles."""
    query = select(Grant.role, Grant.over, Grant.granted_at).where(Grant.person_id == person_id)
    return [Held(*row) for row in db.execute(query.order_by(Grant.role, Grant.over))]


def _holder(row: Person, roles: list[Held]) -> Holder:
    return Holder(
        row.id, row.full_name, row.sign_in_name, row.country, row.disabled_at is not None, tuple(roles)
    )  # fmt: skip


def grant_role(
    db: Session, actor: Identity, person_id: str, role: str, *, over: str | None = None, now: datetime
) -> None:
    """Give a role and end the person's sessions. Administrators only.

    Raises NotFound, Refused for oneself and for a shut account, Invalid.
    """
    row = _administered(db, actor, person_id)
    if role not in GIVEN:
        raise Invalid("choice-unknown", field="role")
    if over not in GIVEN[role]:
        raise Invalid("choice-unknown", field="over")
    if row.disabled_at is not None:
        raise Refused("role-account-shut")
    if db.scalar(select(Grant.id).where(_is(row.id, role, over))) is None:
        db.add(
            Grant(
                person_id=row.id, country=row.country, role=role, over=over, granted_at=now, granted_by=actor.person_id
            )
        )
        db.flush()  # the same role given twice in one session is one row
    sessions.end_all(db, row.id)


def revoke_role(db: Session, actor: Identity, person_id: str, role: str, *, over: str | None = None) -> None:
    """Take a role away and end the person's sessions. Administrators only.

    Raises NotFound, also for a role that the person has not; Refused for oneself and for the last administrator.
    """
    if role == ADMINISTRATOR:
        # Of two who take the role from each other at once, one is told.
        lock(db, "administrators")
    row = _administered(db, actor, person_id)
    if db.scalar(select(Grant.id).where(_is(row.id, role, over))) is None:
        raise NotFound("role-gone")
    if role == ADMINISTRATOR and not _other_administrators(db, row.id):
        raise Refused("last-administrator")
    db.execute(delete(Grant).where(_is(row.id, role, over)))
    sessions.end_all(db, row.id)


def _other_administrators(db: Session, person_id: str) -> int:
    """Those who can sign in. Needs a scope over every country."""
    query = select(func.count(Grant.id)).join(Person, Person.id == Grant.person_id)
    others = Grant.role == ADMINISTRATOR, Grant.person_id != person_id, Person.disabled_at.is_(None)
    return db.scalar(query.where(*others)) or 0


def _is(person_id: str, role: str, over: str | None) -> ColumnElement[bool]:
    of = Grant.over.is_(None) if over is None else Grant.over == over
    return (Grant.person_id == person_id) & (Grant.role == role) & of


def _administered(db: Session, actor: Identity, person_id: str) -> Person:
    row = db.scalar(select(Person).where(Person.id == person_id).with_for_update()) if is_id(person_id) else None
    if row is None or not allowed(actor, Permission.ADMINISTER):
        raise NotFound
    if row.id == actor.person_id:
        raise Refused("role-own")
    return row
