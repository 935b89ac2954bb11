"""People: signing up and in, passwords, slips and roles.

Functions that check or make a password take the *store* and open short transactions of their own: an argon2 hash
takes a twentieth of a second, which nobody else's answer should wait for behind the writer's lock; and a failed
try must stay counted although it is refused. All others take a session and never commit.

Signing up has to tell that a sign-in name is taken: there is no mail through which to tell it privately. Such
answers are counted per address by the throttle. Nothing else here tells whether an account exists.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from trainer.access import Identity
from trainer.services import audit, codes, devices, names, passwords, throttle
from trainer.services import sessions as browser_sessions
from trainer.services.people import (
    PersonRow,
    SignUp,
    create_person,
    disable,
    enable,
    issue_slip,
    new_person,
    person,
    slip_hash,
)
from trainer.services.problems import Conflict
from trainer.services.roles import grant_role, revoke_role
from trainer.services.sessions import Limits, SessionRow, end_all, end_session, identity, sessions, sign_out, touch
from trainer.services.throttle import SignInRefused, TooManyTries
from trainer.store.engine import Store
from trainer.store.models import Person, SlipCode
from trainer.store.scope import Scope

SIGNING_IN = Scope.system("signing in: the name is known, the country not yet")


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedIn:
    """A session that has just begun."""

    token: str
    """256 random bits for the session cookie; only their hash is stored."""
    identity: Identity
    device: str
    """New value of the long-lived device cookie. It shows no name; it proves that its browser signed in before."""


def sign_up(
    store: Store,
    form: SignUp,
    *,
    address: str,
    device: str | None,
    now: datetime,
    key: str,
    label: str = "",
    shared_device: bool = True,
    request_id: str = "",
) -> SignedIn:
    """Make a person and sign them in. `key` is the configured secret key, `request_id` for the audit trail.

    Raises Invalid (with `field`) for a value that cannot be used, Conflict("name-taken"), TooManyTries.
    """
    row = new_person(form, now=now)
    passwords.refuse_weak(form.password or "", (form.full_name, form.sign_in_name))
    if _is_taken(store, row.sign_in_name, throttle.sign_up_limits(address, key), now):
        raise Conflict("name-taken", field="sign_in_name")
    row.password_hash = passwords.hashed(form.password or "")
    try:
        with store.write(SIGNING_IN) as db:
            db.add(row)
            db.flush()  # the session's row refers to it, and a name taken meanwhile shows here
            begun = _begin(db, row, device=device, key=key, label=label, shared_device=shared_device, now=now)
            joined = audit.Act("person-joined", row.country, "person", row.id)
            audit.write(db, [joined], actor=row.id, now=now, request_id=request_id)
            return begun
    except IntegrityError:
        raise Conflict("name-taken", field="sign_in_name") from None


def _is_taken(store: Store, name: str, limits: tuple[throttle.Limit, ...], now: datetime) -> bool:
    """Is there somebody of this name? A yes is counted. Raises TooManyTries, whatever the answer would be."""
    with store.write(SIGNING_IN) as db:
        throttle.refuse_if_full(db, limits, now)
        taken = db.scalar(select(Person.id).where(Person.sign_in_name == name)) is not None
        if taken:
            throttle.admit(db, limits, now)
    return taken


def sign_in(
    store: Store,
    name: str,
    secret: str,
    *,
    address: str,
    device: str | None,
    now: datetime,
    key: str,
    label: str = "",
    shared_device: bool = True,
) -> SignedIn:
    """Sign in by password or slip code.

    `address` is the browser's; `device` the value of its device cookie, if any; `label` the browser and system in a
    few words, for the person's list of sessions. Raises SignInRefused, the same for a wrong name, a wrong secret, a
    used slip and a disabled account; TooManyTries(seconds).
    """
    name = names.folded(name)
    with store.write(SIGNING_IN) as db:
        receipt = throttle.admit(db, throttle.sign_in_limits(name, address, device, key), now)
    # A slip code is shorter than any password, so its form alone tells which of the two was given.
    code = codes.read(secret, codes.SLIP_LENGTH) if len(secret) < passwords.SHORTEST else None
    with store.read(SIGNING_IN) as db:
        account = _account(db, name, slip_hash(code, key) if code else None, now)
    if code is None:
        good = passwords.matches(account.password_hash if account else None, secret)
    else:
        good = account is not None and account.slip_id is not None
    if account is None or not good:
        raise SignInRefused
    fresh = passwords.hashed(secret) if code is None and passwords.is_outdated(account.password_hash or "") else None
    with store.write(SIGNING_IN) as db:
        row = _still_good(db, account, now)
        if fresh:
            row.password_hash = fresh
        throttle.take_back(db, receipt)
        return _begin(db, row, device=device, key=key, label=label, shared_device=shared_device, now=now)


class _Account(NamedTuple):
    """What signing in looks at, read in one statement."""

    id: str
    password_hash: str | None
    slip_id: str | None
    """A slip of this person with the code that was given, unused and in time."""


def _account(db: Session, name: str, slip: str | None, now: datetime) -> _Account | None:
    valid = (
        (SlipCode.person_id == Person.id)
        & (SlipCode.code_hash == (slip or ""))
        & SlipCode.used_at.is_(None)
        & (SlipCode.expires_at > now)
    )
    found = db.execute(
        select(Person.id, Person.password_hash, SlipCode.id)
        .outerjoin(SlipCode, valid)
        .where(Person.sign_in_name == name, Person.disabled_at.is_(None))
    ).first()
    return _Account(*found) if found else None


def _still_good(db: Session, account: _Account, now: datetime) -> Person:
    """The person, if nothing has changed since the secret was checked; uses up the slip. Raises SignInRefused."""
    row = db.scalar(select(Person).where(Person.id == account.id).with_for_update())
    if row is None or row.disabled_at or row.password_hash != account.password_hash:
        raise SignInRefused
    if account.slip_id:
        used = db.execute(
            update(SlipCode).where(SlipCode.id == account.slip_id, SlipCode.used_at.is_(None)).values(used_at=now)
        )
        if not used.rowcount:  # type: ignore[attr-defined]
            raise SignInRefused
    return row


def _begin(
    db: Session, row: Person, *, device: str | None, key: str, label: str, shared_device: bool, now: datetime
) -> SignedIn:
    token = browser_sessions.start(db, row.id, row.country, label=label, shared_device=shared_device, now=now)
    who = identity(db, token, now)
    assert who is not None
    return SignedIn(token=token, identity=who, device=devices.remember(device, row.sign_in_name, key))


def change_password(
    store: Store, actor: Identity, old: str, new: str, *, address: str, device: str | None, now: datetime, key: str,
    request_id: str = "",
) -> None:  # fmt: skip
    """Set a new password; end all other sessions of the person and any slip not yet used.

    `old` is not asked of someone who has no password yet (signed in by slip). Raises SignInRefused for a wrong old
    password, TooManyTries, and Invalid (field `password`) for a new one against the rules.
    """
    scope = Scope.person(actor.person_id, actor.country)
    with store.read(scope) as db:
        row = db.scalars(select(Person).where(Person.id == actor.person_id)).one()
        stored, own = row.password_hash, (row.full_name, row.sign_in_name)
    passwords.refuse_weak(new, own)
    receipt: tuple[int, ...] = ()
    if stored is not None:
        with store.write(scope) as db:
            receipt = throttle.admit(db, throttle.password_limits(own[1], address, device, key), now)
        if not passwords.matches(stored, old):
            raise SignInRefused
    fresh = passwords.hashed(new)
    with store.write(scope) as db:
        row = db.scalars(select(Person).where(Person.id == actor.person_id).with_for_update()).one()
        if row.password_hash != stored:
            raise SignInRefused
        row.password_hash = fresh
        db.execute(
            update(SlipCode)
            .where(SlipCode.person_id == actor.person_id, SlipCode.used_at.is_(None))
            .values(used_at=now)
        )
        end_all(db, actor.person_id, but=actor.session_id)
        throttle.take_back(db, receipt)
        told = audit.Act("password-changed", actor.country, "person", actor.person_id, ("password",))
        audit.write(db, [told], actor=actor.person_id, now=now, request_id=request_id)


__all__ = [
    "Limits", "PersonRow", "SessionRow", "SignInRefused", "SignUp", "SignedIn", "TooManyTries", "change_password",
    "create_person", "disable", "enable", "end_all", "end_session", "grant_role", "identity", "issue_slip",
    "person", "revoke_role", "sessions", "sign_in", "sign_out", "sign_up", "touch",
]  # fmt: skip
