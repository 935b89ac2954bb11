"""The people of a country, as their coordinator knows them: register, list, slips, shut and open, roles."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, delete, or_, select, update
from sqlalchemy.exc import IntegrityError
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
from trainer.services import codes, names, sessions
from trainer.services.problems import SENTENCES, Conflict, Invalid, NotFound, Refused
from trainer.store.models import Grant, Person, SlipCode
from trainer.vocabulary import COUNTRIES, N_, OTHER_COUNTRY

SENTENCES["slip-days"] = N_("A slip is valid for 1 to %(maximum)s days.")
SENTENCES["person-has-roles"] = N_("This person has a role of their own. Only an administrator may do this.")
SENTENCES["person-unknown"] = N_("Nobody signs in with the name %(name)s.")
LONGEST_SLIP = 90

GIVEN: dict[str, tuple[str | None, ...]] = {
    TRAINER: (None,),
    TRANSLATOR: tuple(LANGUAGES),
    REVIEWER: tuple(LANGUAGES),
    COORDINATOR: (*COUNTRIES, OTHER_COUNTRY),
    VIEWER: (*COUNTRIES, OTHER_COUNTRY),
    ADMINISTRATOR: (None,),
}
"""Role beyond practitioner → what it can be given for: locales, countries, or nothing in particular."""

OPERATOR = Identity(
    person_id="operator",
    full_name="operator",
    country=OTHER_COUNTRY,
    locale="en",
    roles=frozenset({ADMINISTRATOR, COORDINATOR}),
    countries=frozenset({*COUNTRIES, OTHER_COUNTRY}),
)
"""Whoever has a shell on the server, for the commands."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SignUp:
    """What a person tells about themselves. Codes are those of `vocabulary` and of the language registry."""

    full_name: str
    """As on the certificate, any script, 1 to 200 characters."""
    sign_in_name: str
    """1 to 100 characters; compared folded, so `Ana` and `ana` are one."""
    country: str
    agency_type: str
    work_role: str
    sex: str | None = None
    locale: str = "en"
    password: str | None = None
    """None only where a coordinator registers someone who will sign in by slip."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonRow:
    """A person as a coordinator sees them."""

    id: str
    full_name: str
    sign_in_name: str
    country: str
    agency_type: str
    work_role: str
    sex: str | None
    locale: str
    roles: tuple[str, ...]
    """Roles beyond practitioner, sorted."""
    has_password: bool
    disabled: bool
    deletion_asked_at: datetime | None
    created_at: datetime


def new_person(form: SignUp, *, now: datetime) -> Person:
    """The row of the form, without a password and not yet stored. Raises Invalid (with `field`)."""
    return Person(
        full_name=names.full_name(form.full_name),
        sign_in_name=names.sign_in_name(form.sign_in_name),
        country=names.country(form.country),
        agency_type=names.agency_type(form.agency_type),
        work_role=names.work_role(form.work_role),
        sex=names.sex(form.sex),
        locale=names.locale(form.locale),
        created_at=now,
    )


def create_person(db: Session, actor: Identity, form: SignUp, *, now: datetime) -> PersonRow:
    """A coordinator registers a practitioner of an own country, without a password (a slip follows).

    Raises NotFound for a country that is not the actor's, Invalid, Conflict("name-taken").
    """
    row = new_person(form, now=now)
    if not allowed(actor, Permission.MANAGE_PEOPLE, row.country):
        raise NotFound
    try:
        with db.begin_nested():
            db.add(row)
    except IntegrityError:
        raise Conflict("name-taken", field="sign_in_name") from None
    return _row(row, ())


def people(db: Session, countries: Iterable[str], *, search: str = "") -> tuple[PersonRow, ...]:
    """Everybody of these countries, by name; `search` finds part of the name or of the sign-in name."""
    query = select(Person).where(Person.country.in_(sorted(set(countries))))
    if search.strip():
        wanted = [Person.full_name.icontains(search.strip(), autoescape=True)]
        if folded := names.folded(search):
            wanted.append(Person.sign_in_name.contains(folded, autoescape=True))
        query = query.where(or_(*wanted))
    found = db.scalars(query.order_by(Person.full_name, Person.id)).all()
    roles: dict[str, set[str]] = {}
    holders = select(Grant.person_id, Grant.role).where(Grant.country.in_(sorted(set(countries))))
    for person_id, role in db.execute(holders):
        roles.setdefault(person_id, set()).add(role)
    return tuple(_row(row, roles.get(row.id, ())) for row in found)


def person(db: Session, countries: Iterable[str], person_id: str) -> PersonRow:
    """One of them. Raises NotFound."""
    row = db.scalar(select(Person).where(Person.id == person_id, Person.country.in_(sorted(set(countries)))))
    if row is None:
        raise NotFound
    return _row(row, _roles(db, row.id))


def issue_slip(db: Session, actor: Identity, person_id: str, *, now: datetime, days: int = 7, key: str) -> str:
    """A one-time sign-in code such as `4K7P9-2QDXR`, shown once, valid for `days`; earlier unused ones end.

    Raises NotFound when the person is not of the actor's countries, Refused for somebody with a role (the slip would
    open it to the coordinator), Invalid for days outside 1 to 90.
    """
    if not 1 <= days <= LONGEST_SLIP:
        raise Invalid("slip-days", field="days", maximum=LONGEST_SLIP)
    row = _managed(db, actor, person_id)
    code = codes.new(codes.SLIP_LENGTH)
    unused = (SlipCode.person_id == row.id) & SlipCode.used_at.is_(None)
    db.execute(update(SlipCode).where(unused).values(used_at=now))
    db.add(
        SlipCode(
            person_id=row.id,
            country=row.country,
            code_hash=slip_hash(code, key),
            created_at=now,
            expires_at=now + timedelta(days=days),
            created_by=actor.person_id,
        )
    )
    db.flush()  # a second slip in the same session must find this one
    return codes.grouped(code)


def slip_hash(code: str, key: str) -> str:
    return codes.keyed(key, "slip", code)


def set_password(db: Session, person_id: str, password_hash: str) -> None:
    """For the operator: a new password, and all sessions of the person end. Raises NotFound."""
    row = _managed(db, OPERATOR, person_id)
    row.password_hash = password_hash
    sessions.end_all(db, row.id)


def disable(db: Session, actor: Identity, person_id: str, *, now: datetime) -> None:
    """Shut the account and end its sessions. Raises NotFound, Refused for somebody with a role."""
    row = _managed(db, actor, person_id)
    row.disabled_at = row.disabled_at or now
    sessions.end_all(db, row.id)


def enable(db: Session, actor: Identity, person_id: str) -> None:
    """Open it again. Raises NotFound, Refused for somebody with a role."""
    _managed(db, actor, person_id).disabled_at = None


def grant_role(
    db: Session, actor: Identity, person_id: str, role: str, *, over: str | None = None, now: datetime
) -> None:
    """Give a role and end the person's other sessions. Administrators only. Raises NotFound, Invalid."""
    row = _administered(db, actor, person_id)
    if role not in GIVEN:
        raise Invalid("choice-unknown", field="role")
    if over not in GIVEN[role]:
        raise Invalid("choice-unknown", field="over")
    if db.scalar(select(Grant.id).where(_is(row.id, role, over))) is None:
        db.add(
            Grant(
                person_id=row.id, country=row.country, role=role, over=over, granted_at=now, granted_by=actor.person_id
            )
        )
        db.flush()  # the same role given twice in one session is one row
    sessions.end_all(db, row.id, but=actor.session_id)


def revoke_role(db: Session, actor: Identity, person_id: str, role: str, *, over: str | None = None) -> None:
    """Take a role away and end the person's other sessions. Administrators only. Raises NotFound."""
    row = _administered(db, actor, person_id)
    taken = db.execute(delete(Grant).where(_is(row.id, role, over)))
    if not taken.rowcount:  # type: ignore[attr-defined]
        raise NotFound
    sessions.end_all(db, row.id, but=actor.session_id)


def _is(person_id: str, role: str, over: str | None) -> ColumnElement[bool]:
    of = Grant.over.is_(None) if over is None else Grant.over == over
    return (Grant.person_id == person_id) & (Grant.role == role) & of


def _managed(db: Session, actor: Identity, person_id: str) -> Person:
    """The person, if the actor manages people of that country and none of the person's roles would be lent out."""
    row = db.scalar(select(Person).where(Person.id == person_id).with_for_update())
    if row is None or not allowed(actor, Permission.MANAGE_PEOPLE, row.country):
        raise NotFound
    if _roles(db, row.id) and not allowed(actor, Permission.ADMINISTER):
        raise Refused("person-has-roles")
    return row


def _administered(db: Session, actor: Identity, person_id: str) -> Person:
    row = db.scalar(select(Person).where(Person.id == person_id).with_for_update())
    if row is None or not allowed(actor, Permission.ADMINISTER):
        raise NotFound
    return row


def _roles(db: Session, person_id: str) -> set[str]:
    return set(db.scalars(select(Grant.role).where(Grant.person_id == person_id)))


def _row(row: Person, roles: Iterable[str]) -> PersonRow:
    return PersonRow(
        id=row.id,
        full_name=row.full_name,
        sign_in_name=row.sign_in_name,
        country=row.country,
        agency_type=row.agency_type,
        work_role=row.work_role,
        sex=row.sex,
        locale=row.locale,
        roles=tuple(sorted(roles)),
        has_password=row.password_hash is not None,
        disabled=row.disabled_at is not None,
        deletion_asked_at=row.deletion_asked_at,
        created_at=row.created_at,
    )
