"""What a person has to take the second step with: authenticator app, passkeys, recovery codes. See, add, take away.

Whoever changes any of it has proved not long ago that it is theirs, and every other session of theirs ends.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from trainer.access import Identity, needs_second_factor
from trainer.services import codes, sessions, totp
from trainer.services.problems import SENTENCES, Invalid, NotFound, Refused
from trainer.store.factors import Authenticator, Passkey, PasskeyQuestion, RecoveryCode
from trainer.store.models import Person, SignInSession
from trainer.vocabulary import N_

SENTENCES["second-step-last"] = N_("Your account needs a second step. Add another one before you take this one away.")
SENTENCES["second-step-stale"] = N_("Sign in again first: only you should be able to change how you sign in.")
SENTENCES["app-code-wrong"] = N_("This is not the code that the app shows now. Check that the phone’s clock is right.")
SENTENCES["app-offer-old"] = N_("This page was open for too long. Here is a new key: scan it again.")

FRESH = timedelta(minutes=15)
"""How long ago the second step may have been taken by whoever changes how they sign in."""
FIRST = timedelta(minutes=30)
"""The same for who has none yet and has signed in by password: an app may have to be installed first."""
RECOVERY_CODES = 10
RECOVERY_LENGTH = 15
"""75 bits. So many cannot be tried out against a stolen database, not even with the key: no slow hash is needed."""


class Stale(Refused):
    """The person has to prove anew that it is they."""

    def __init__(self) -> None:
        super().__init__("second-step-stale")


class App(NamedTuple):
    created_at: datetime
    used_at: datetime | None


class Key(NamedTuple):
    """A passkey as its person sees it."""

    id: str
    name: str
    rp_id: str
    """The host name it works at."""
    created_at: datetime
    used_at: datetime | None


class Held(NamedTuple):
    """What a person has."""

    app: App | None
    passkeys: tuple[Key, ...]
    recovery_left: int
    """Recovery codes not yet used."""
    needed: bool
    """The person must keep at least one."""

    @property
    def devices(self) -> int:
        return len(self.passkeys) + (self.app is not None)


def held(db: Session, who: Identity) -> Held:
    app = db.execute(
        select(Authenticator.created_at, Authenticator.used_at).where(Authenticator.person_id == who.person_id)
    ).first()
    keys = db.execute(
        select(Passkey.id, Passkey.name, Passkey.rp_id, Passkey.created_at, Passkey.used_at)
        .where(Passkey.person_id == who.person_id)
        .order_by(Passkey.created_at, Passkey.id)
    )
    unused = select(func.count(RecoveryCode.id)).where(
        RecoveryCode.person_id == who.person_id, RecoveryCode.used_at.is_(None)
    )
    return Held(
        App(*app) if app else None, tuple(Key(*key) for key in keys), db.scalar(unused) or 0, needs_second_factor(who)
    )


def sign_in_name(db: Session, who: Identity) -> str:
    return db.scalars(select(Person.sign_in_name).where(Person.id == who.person_id)).one()


def take_turn(db: Session, who: Identity) -> None:
    """Of changes to what one person signs in with, one waits for the other."""
    db.scalar(select(Person.id).where(Person.id == who.person_id).with_for_update())


def refuse_stale(db: Session, who: Identity, now: datetime) -> None:
    """Raises Stale unless the person has proved not long ago, in this session, that it is they.

    By the second step where they have one; otherwise by signing in.
    """
    take_turn(db, who)
    session = db.execute(
        select(SignInSession.created_at, SignInSession.second_step_at).where(
            SignInSession.person_id == who.person_id, SignInSession.public_id == who.session_id
        )
    ).first()
    if session is None:
        raise NotFound
    if sessions.has_second_step(db, who.person_id):
        proved, within = session.second_step_at, FRESH
    else:
        proved, within = session.created_at, FIRST
    if proved is None or not timedelta(0) <= now - proved < within:
        raise Stale


# ------------------------------------------------------------------- adding


class Added(NamedTuple):
    """Something was added."""

    token: str
    """The session's new token."""
    recovery: tuple[str, ...]
    """The person's first recovery codes, to be shown once; empty when they have some."""


def add_app(db: Session, who: Identity, offer: str, typed: str, *, now: datetime, key: str) -> Added:
    """Keep the offered secret (`totp.offered`), in place of an earlier one, if `typed` is the app's code for it.

    Raises Invalid with the field `code`, or `offer` when the page is too old; Stale.
    """
    refuse_stale(db, who, now)
    secret = totp.accepted(offer, who.session_id, key, now, int(FIRST.total_seconds()))
    if secret is None:
        raise Invalid("app-offer-old", field="offer")
    code = totp.read(typed)
    step = totp.matching_step(secret, code, now, after=0) if code else None
    if step is None:
        raise Invalid("app-code-wrong", field="code")
    db.execute(delete(Authenticator).where(Authenticator.person_id == who.person_id))
    db.add(
        Authenticator(
            person_id=who.person_id,
            country=who.country,
            secret=totp.sealed(secret, who.person_id, key),
            last_step=step,
            created_at=now,
            used_at=None,
        )
    )
    db.flush()  # the recovery codes belong to it
    return added(db, who, now=now, key=key)


def added(db: Session, who: Identity, *, now: datetime, key: str) -> Added:
    """What follows every addition: other sessions end, this one is complete, and there are recovery codes."""
    sessions.end_all(db, who.person_id, but=who.session_id)
    token = sessions.complete(db, who, now)
    some = select(RecoveryCode.id).where(RecoveryCode.person_id == who.person_id, RecoveryCode.used_at.is_(None))
    return Added(token, () if db.scalar(some.limit(1)) else _new_recovery_codes(db, who, now=now, key=key))


def renew_recovery_codes(db: Session, who: Identity, *, now: datetime, key: str) -> tuple[str, ...]:
    """Ten new codes, to be shown once; all earlier ones end. Raises Stale, NotFound for who has no second step."""
    refuse_stale(db, who, now)
    if not sessions.has_second_step(db, who.person_id):
        raise NotFound
    sessions.end_all(db, who.person_id, but=who.session_id)
    return _new_recovery_codes(db, who, now=now, key=key)


def _new_recovery_codes(db: Session, who: Identity, *, now: datetime, key: str) -> tuple[str, ...]:
    db.execute(delete(RecoveryCode).where(RecoveryCode.person_id == who.person_id))
    made = tuple(codes.new(RECOVERY_LENGTH) for _ in range(RECOVERY_CODES))
    db.add_all(
        RecoveryCode(
            person_id=who.person_id,
            country=who.country,
            code_hash=recovery_hash(code, key),
            created_at=now,
            used_at=None,
        )
        for code in made
    )
    db.flush()
    return tuple(codes.grouped(code) for code in made)


def recovery_hash(code: str, key: str) -> str:
    return codes.keyed(key, "recovery", code)


# -------------------------------------------------------------- taking away


def remove_app(db: Session, who: Identity, *, now: datetime) -> None:
    """Forget the authenticator app. Raises Stale, NotFound, Refused("second-step-last")."""
    refuse_stale(db, who, now)
    if held(db, who).app is None:
        raise NotFound
    _refuse_last(db, who)
    db.execute(delete(Authenticator).where(Authenticator.person_id == who.person_id))
    _removed(db, who)


def remove_passkey(db: Session, who: Identity, passkey_id: str, *, now: datetime) -> None:
    """Forget a passkey. Raises NotFound when it is not the person's, Stale, Refused("second-step-last")."""
    mine = (Passkey.person_id == who.person_id) & (Passkey.id == passkey_id)
    if db.scalar(select(Passkey.id).where(mine)) is None:
        raise NotFound
    refuse_stale(db, who, now)
    _refuse_last(db, who)
    db.execute(delete(Passkey).where(mine))
    _removed(db, who)


def _refuse_last(db: Session, who: Identity) -> None:
    what = held(db, who)
    if what.needed and what.devices == 1:
        raise Refused("second-step-last")


def _removed(db: Session, who: Identity) -> None:
    if not sessions.has_second_step(db, who.person_id):
        db.execute(delete(RecoveryCode).where(RecoveryCode.person_id == who.person_id))
    sessions.end_all(db, who.person_id, but=who.session_id)


def reset(db: Session, person_id: str) -> int:
    """For the operator, when somebody has lost everything: forget it all and end all sessions. -> how much there was.

    Whoever needs a second step sets one up after the next sign-in.
    """
    forgotten = 0
    for table in (Authenticator, Passkey, RecoveryCode, PasskeyQuestion):
        gone = db.execute(delete(table).where(table.person_id == person_id))
        forgotten += gone.rowcount if table in (Authenticator, Passkey) else 0  # type: ignore[attr-defined]
    sessions.end_all(db, person_id)
    return forgotten
