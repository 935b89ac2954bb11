"""People: signing up and in, passwords, slips, roles, and the list a coordinator sees.

Functions that check or make a password take the *store* and open short transactions of their own: an argon2 hash
takes a twentieth of a second, which nobody else's answer should wait for behind the writer's lock; and a failed
try must stay counted although it is refused. All others take a session and never commit.

Signing up has to tell that a sign-in name is taken: there is no mail through which to tell it privately. Such
answers are counted per address by the same throttle as wrong passwords. Nothing else here tells whether an account
exists.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from trainer.access import Identity
from trainer.services.sessions import (
    Limits,
    SessionRow,
    end_all,
    end_session,
    identity,
    sessions,
    sign_out,
    touch,
)
from trainer.store.engine import Store
from trainer.store.models import Person


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
class SignedIn:
    """A session that has just begun."""

    token: str
    """256 random bits for the session cookie; only their hash is stored."""
    identity: Identity
    device: str
    """New value of the long-lived device cookie. It shows no name; it proves that its browser signed in before."""


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


def sign_up(
    store: Store, form: SignUp, *, address: str, device: str | None, now: datetime, key: str,
    label: str = "", shared_device: bool = True,
) -> SignedIn:
    """Make a person and sign them in. `key` is the configured secret key.

    Raises Invalid (with `field`) for a value that cannot be used, Conflict("name-taken"), TooManyTries.
    """
    raise NotImplementedError


def sign_in(
    store: Store, name: str, secret: str, *, address: str, device: str | None, now: datetime, key: str,
    label: str = "", shared_device: bool = True,
) -> SignedIn:
    """Sign in by password or slip code.

    `address` is the browser's; `device` the value of its device cookie, if any; `label` the browser and system in a
    few words, for the person's list of sessions. Raises SignInRefused, the same for a wrong name, a wrong secret, a
    used slip and a disabled account; TooManyTries(seconds).
    """
    raise NotImplementedError


def change_password(
    store: Store, actor: Identity, old: str, new: str, *, address: str, device: str | None, now: datetime, key: str
) -> None:
    """Set a new password and end all other sessions of the person.

    `old` may be a slip code that is still valid, and is not asked of someone without a password. Raises
    SignInRefused for a wrong old password (counted by the throttle), Invalid for a new one against the rules.
    """
    raise NotImplementedError


def create_person(db: Session, actor: Identity, form: SignUp, *, now: datetime) -> PersonRow:
    """A coordinator registers a practitioner of an own country, without a password (a slip follows).

    Raises NotFound for a country that is not the actor's, Invalid, Conflict("name-taken").
    """
    raise NotImplementedError


def people(db: Session, countries: Iterable[str], *, search: str = "") -> tuple[PersonRow, ...]:
    """Everybody of these countries, by name; `search` finds part of the name or of the sign-in name."""
    raise NotImplementedError


def person(db: Session, countries: Iterable[str], person_id: str) -> PersonRow:
    """One of them. Raises NotFound."""
    raise NotImplementedError


def issue_slip(db: Session, actor: Identity, person_id: str, *, now: datetime, days: int = 7, key: str) -> str:
    """A one-time sign-in code such as `4K7P9-2QDXR`, shown once, valid for `days`; earlier unused ones end.

    Raises NotFound when the person is not of the actor's countries, Invalid for days outside 1 to 90.
    """
    raise NotImplementedError


def disable(db: Session, actor: Identity, person_id: str, *, now: datetime) -> None:
    """Shut the account and end its sessions. Raises NotFound."""
    raise NotImplementedError


def enable(db: Session, actor: Identity, person_id: str) -> None:
    """Open it again. Raises NotFound."""
    raise NotImplementedError


def grant_role(
    db: Session, actor: Identity, person_id: str, role: str, *, over: str | None = None, now: datetime
) -> None:
    """Give a role and end the person's sessions. Administrators only. Raises NotFound, Invalid."""
    raise NotImplementedError


def revoke_role(db: Session, actor: Identity, person_id: str, role: str, *, over: str | None = None) -> None:
    """Take a role away and end the person's sessions. Administrators only. Raises NotFound."""
    raise NotImplementedError


__all__ = [
    "Limits", "Person", "PersonRow", "SessionRow", "SignUp", "SignedIn", "change_password", "create_person", "disable",
    "enable", "end_all", "end_session", "grant_role", "identity", "issue_slip", "people", "person", "revoke_role",
    "sessions", "sign_in", "sign_out", "sign_up", "touch",
]
