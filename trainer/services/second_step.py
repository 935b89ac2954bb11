"""Taking the second step: a code of the app, a recovery code, or a passkey; each try is counted before it is looked at.

The functions open their transactions themselves, as signing in does: the count must be stored before the check.
"""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple, TypedDict

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from trainer.access import Identity
from trainer.services import codes, devices, factors, passkeys, sessions, throttle, totp
from trainer.services.passkeys import Place
from trainer.services.problems import SENTENCES, Refused
from trainer.store.engine import Store
from trainer.store.factors import Authenticator, RecoveryCode
from trainer.store.models import SignInSession
from trainer.store.scope import Scope
from trainer.vocabulary import N_

SENTENCES["second-step-refused"] = N_("This code is wrong, or it was used before. Codes of the app change every half "
                                      "minute: wait for the next one.")  # fmt: skip
SENTENCES["passkey-refused"] = N_("The passkey was not accepted. Try again, or use a code.")


class StepRefused(Refused):
    """Not proved. It is not said whether a code was wrong, used, or of a device that is not there."""

    def __init__(self, code: str = "second-step-refused") -> None:
        super().__init__(code)


class Circumstances(TypedDict):
    """What is asked about the browser that a code comes from, as in `accounts`."""

    device: str | None
    now: datetime
    key: str


class Taken(NamedTuple):
    """The second step is taken."""

    how: str
    """`app`, `recovery` or `passkey`."""
    token: str
    """The session's new token."""
    device: str
    """New value of the device cookie: only now is the browser a known one."""
    shared_device: bool


def by_code(store: Store, who: Identity, typed: str, *, device: str | None, now: datetime, key: str) -> Taken:
    """By what was typed. Raises StepRefused, TooManyTries(seconds), NotFound when the session ended meanwhile."""
    name, receipt = _counted(store, who, device, now, key)
    with store.write(_own(who)) as db:
        recovery = codes.read(typed, factors.RECOVERY_LENGTH)
        if recovery is not None:
            good, how = _use_recovery_code(db, who, recovery, now, key), "recovery"
        else:
            good, how = _use_app_code(db, who, totp.read(typed), now, key), "app"
        if not good:
            raise StepRefused
        return _taken(db, who, how, name, receipt, device, now, key)


def by_passkey(
    store: Store, who: Identity, answer: str, place: Place, *, device: str | None, now: datetime, key: str
) -> Taken:
    """By the browser's `answer` (JSON) to `passkeys.ask`. Raises as `by_code`."""
    name, receipt = _counted(store, who, device, now, key)
    with store.write(_own(who)) as db:
        # Committed before anything is checked: a question is answered once, rightly or wrongly.
        challenge = passkeys.take_question(db, who, passkeys.PROVE, now)
    with store.write(_own(who)) as db:
        if challenge is None or not passkeys.use(db, who, answer, challenge, place, now):
            raise StepRefused("passkey-refused")
        return _taken(db, who, "passkey", name, receipt, device, now, key)


def _own(who: Identity) -> Scope:
    return Scope.person(who.person_id, who.country)


def _counted(store: Store, who: Identity, device: str | None, now: datetime, key: str) -> tuple[str, tuple[int, ...]]:
    """The person's sign-in name, and the receipt of a try that is counted and stored."""
    with store.write(_own(who)) as db:
        name = factors.sign_in_name(db, who)
        return name, throttle.admit(db, throttle.second_step_limits(name, device, key), now)


def _use_app_code(db: Session, who: Identity, code: str | None, now: datetime, key: str) -> bool:
    row = db.scalar(select(Authenticator).where(Authenticator.person_id == who.person_id).with_for_update())
    secret = totp.opened(row.secret, who.person_id, key) if row else None
    if row is None or secret is None or code is None:
        return False
    step = totp.matching_step(secret, code, now, after=row.last_step)
    if step is None:
        return False
    # Compared in the statement, too: of two at once with the same code, one finds it used.
    used = db.execute(
        update(Authenticator)
        .where(Authenticator.person_id == who.person_id, Authenticator.last_step < step)
        .values(last_step=step, used_at=now)
        .execution_options(synchronize_session=False)
    )
    return bool(used.rowcount)  # type: ignore[attr-defined]


def _use_recovery_code(db: Session, who: Identity, code: str, now: datetime, key: str) -> bool:
    if not sessions.has_second_step(db, who.person_id):
        return False
    used = db.execute(
        update(RecoveryCode)
        .where(
            RecoveryCode.person_id == who.person_id,
            RecoveryCode.code_hash == factors.recovery_hash(code, key),
            RecoveryCode.used_at.is_(None),
        )
        .values(used_at=now)
        .execution_options(synchronize_session=False)
    )
    return bool(used.rowcount)  # type: ignore[attr-defined]


def _taken(
    db: Session,
    who: Identity,
    how: str,
    name: str,
    receipt: tuple[int, ...],
    device: str | None,
    now: datetime,
    key: str,
) -> Taken:
    throttle.take_back(db, receipt)
    token = sessions.complete(db, who, now)
    shared = db.scalars(select(SignInSession.shared_device).where(SignInSession.public_id == who.session_id)).one()
    return Taken(how, token, devices.remember(device, name, key), shared)
