"""The people of a country, as their coordinator knows them: register, slips, shut and open.

The list is in `directory`, roles are in `roles`, what is put right is in `corrections`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from trainer.access import ADMINISTRATOR, COORDINATOR, Identity, Permission, allowed
from trainer.services import codes, names, sessions
from trainer.services.problems import SENTENCES, Conflict, Invalid, NotFound, Refused
from trainer.services.workshop_rows import is_id
from trainer.store.models import Grant, Person, SlipCode
from trainer.vocabulary import COUNTRIES, N_, OTHER_COUNTRY

SENTENCES["slip-days"] = N_("A slip is valid for 1 to %(maximum)s days.")
SENTENCES["person-has-roles"] = N_("This person has a role of their own. Only an administrator may do this.")
SENTENCES["person-unknown"] = N_("Nobody signs in with the name %(name)s.")
SENTENCES["person-is-administrator"] = N_("This person is an administrator. Another administrator has to take that "
                                          "role away first.")  # fmt: skip
LONGEST_SLIP = 90

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
    email: str | None = None
    """For reminders, if the person wants any."""
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
    email: str | None
    roles: tuple[str, ...]
    """Roles beyond practitioner, sorted."""
    has_password: bool
    disabled: bool
    deletion_asked_at: datetime | None
    created_at: datetime
    merged_into: str | None = None
    """Id of the person who this is a second entry of: then it is hidden, and nothing can be done with it but undo."""


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
        email=names.email(form.email),
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
    return row_of(row, ())


def person(db: Session, countries: Iterable[str], person_id: str) -> PersonRow:
    """One of them. Raises NotFound."""
    if not is_id(person_id):
        raise NotFound
    row = db.scalar(select(Person).where(Person.id == person_id, Person.country.in_(sorted(set(countries)))))
    if row is None:
        raise NotFound
    return row_of(row, _roles(db, row.id))


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
    """Shut the account and end its sessions. Raises NotFound, Refused for somebody with a role.

    An administrator's account is never shut, whoever asks: so the last one stays.
    """
    row = _managed(db, actor, person_id)
    if ADMINISTRATOR in _roles(db, row.id):
        raise Refused("person-is-administrator")
    row.disabled_at = row.disabled_at or now
    sessions.end_all(db, row.id)


def enable(db: Session, actor: Identity, person_id: str) -> None:
    """Open it again. Raises NotFound, Refused for somebody with a role."""
    _managed(db, actor, person_id).disabled_at = None


def _managed(db: Session, actor: Identity, person_id: str) -> Person:
    """The person, if the actor manages people of that country and none of the person's roles would be lent out."""
    own = select(Person).where(Person.id == person_id, Person.merged_into.is_(None)).with_for_update()
    row = db.scalar(own) if is_id(person_id) else None
    if row is None or not allowed(actor, Permission.MANAGE_PEOPLE, row.country):
        raise NotFound
    if _roles(db, row.id) and not allowed(actor, Permission.ADMINISTER):
        raise Refused("person-has-roles")
    return row


def _roles(db: Session, person_id: str) -> set[str]:
    return set(db.scalars(select(Grant.role).where(Grant.person_id == person_id)))


def row_of(row: Person, roles: Iterable[str]) -> PersonRow:
    """`roles`: those beyond practitioner."""
    return PersonRow(
        id=row.id,
        full_name=row.full_name,
        sign_in_name=row.sign_in_name,
        country=row.country,
        agency_type=row.agency_type,
        work_role=row.work_role,
        sex=row.sex,
        locale=row.locale,
        email=row.email,
        roles=tuple(sorted(roles)),
        has_password=row.password_hash is not None,
        disabled=row.disabled_at is not None,
        deletion_asked_at=row.deletion_asked_at,
        created_at=row.created_at,
        merged_into=row.merged_into,
    )
