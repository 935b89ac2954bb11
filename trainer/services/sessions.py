"""Sessions on the server: a random token in the browser, its SHA-256 in a row, everything else read anew.

A copied cookie is dead as soon as its row is gone. Country, name and roles are never in the cookie.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, delete, select, update
from sqlalchemy.orm import Session

from trainer.access import COORDINATOR, DONE, OPEN, REVIEWER, TRANSLATOR, UNASKED, VIEWER, Identity
from trainer.config import Config
from trainer.services.problems import NotFound
from trainer.store.factors import Authenticator, Passkey
from trainer.store.models import Grant, Person, SignInSession
from trainer.store.prepared import Prepared

TOUCH_EVERY = timedelta(minutes=1)
"""`seen_at` is at most this much behind."""
UNFINISHED = timedelta(minutes=30)
"""A session whose second step is open ends after this long, however much it is used."""
SKEW = timedelta(minutes=5)
"""A session that began later than this from now on was made before the clock was set back: it opens nothing, for
nobody knows how old it is. Nodes whose clocks differ by less get along."""
KEPT = timedelta(days=30)
"""Rows of sessions that ended by themselves are deleted after this long, at the person's next sign-in."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How long a session lasts."""

    idle: timedelta = timedelta(minutes=120)
    """Without a request."""
    absolute: timedelta = timedelta(hours=12)
    """Whatever happens."""

    @classmethod
    def of(cls, config: Config) -> Limits:
        return cls(idle=config.session_idle, absolute=config.session_absolute)


DEFAULT = Limits()


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionRow:
    """A session as its person sees it."""

    id: str
    """Public id, for `end_session`."""
    created_at: datetime
    seen_at: datetime
    device: str
    shared_device: bool
    current: bool
    second_step: str
    """`access.UNASKED`, `OPEN` or `DONE`."""
    second_step_at: datetime | None


def has_second_step(db: Session, person_id: str) -> bool:
    """Has the person anything to take a second step with?"""
    found = (select(table.id).where(table.person_id == person_id).limit(1) for table in (Authenticator, Passkey))
    return any(db.scalar(one) is not None for one in found)


def start(
    db: Session,
    person_id: str,
    country: str,
    *,
    label: str,
    shared_device: bool,
    now: datetime,
    second_step_at: datetime | None = None,
) -> str:
    """A new session; its token for the cookie. The scope must cover the person.

    Whoever has a second step is asked for it in this session, unless it was taken already (`second_step_at`).
    """
    token = secrets.token_urlsafe(32)
    db.execute(delete(SignInSession).where(SignInSession.person_id == person_id, SignInSession.created_at < now - KEPT))
    # An account that nobody uses goes one day (`retention`).
    used = update(Person).where(Person.id == person_id).values(used_at=now)
    db.execute(used.execution_options(synchronize_session=False))
    db.add(
        SignInSession(
            token_hash=_hash(token),
            person_id=person_id,
            country=country,
            created_at=now,
            seen_at=now,
            device=label[:200],
            shared_device=shared_device,
            second_step_asked_at=now if has_second_step(db, person_id) else None,
            second_step_at=second_step_at,
        )
    )
    db.flush()  # a statement of the same transaction may ask who holds the token
    return token


def complete(db: Session, identity: Identity, now: datetime) -> str:
    """The second step of this session is taken. Its new token: one that was copied before opens nothing more.

    Raises NotFound when the session has ended meanwhile.
    """
    token = secrets.token_urlsafe(32)
    changed = db.execute(
        update(SignInSession)
        .where(SignInSession.person_id == identity.person_id, SignInSession.public_id == identity.session_id)
        .values(token_hash=_hash(token), second_step_asked_at=now, second_step_at=now)
        .execution_options(synchronize_session=False)
    )
    if not changed.rowcount:  # type: ignore[attr-defined]
        raise NotFound
    return token


_HOLDER = Prepared(
    select(
        SignInSession.public_id, SignInSession.created_at, SignInSession.seen_at,
        SignInSession.second_step_asked_at, SignInSession.second_step_at,
        Person.id, Person.full_name, Person.country, Person.locale, Person.disabled_at,
        Grant.role, Grant.over,
    )
    .join(Person, Person.id == SignInSession.person_id)
    .outerjoin(Grant, Grant.person_id == Person.id)
    .where(SignInSession.token_hash == bindparam("token"))
)  # fmt: skip


def identity(db: Session, token: str, now: datetime, limits: Limits = DEFAULT) -> Identity | None:
    """Who holds `token`; None when it is unknown, too old, too long idle, or the account is shut. One statement.

    Needs `Scope.system`: before it answers, nobody knows whose country to ask for.
    """
    rows = _HOLDER.rows(db, token=_hash(token))
    if not rows:
        return None
    first = rows[0]
    if first.disabled_at or not _is_open(first, now, limits):
        return None
    return Identity(
        person_id=first.id,
        full_name=first.full_name,
        country=first.country,
        locale=first.locale,
        roles=frozenset(row.role for row in rows if row.role),
        countries=_over(rows, COORDINATOR),
        views=_over(rows, VIEWER),
        translates=_over(rows, TRANSLATOR),
        reviews=_over(rows, REVIEWER),
        session_id=first.public_id,
        second_step=_second_step(first),
    )


def _is_open(row: Any, now: datetime, limits: Limits) -> bool:
    """In time by every limit, and not from the future."""
    absolute = min(limits.absolute, UNFINISHED) if _second_step(row) == OPEN else limits.absolute
    return bool(-SKEW <= now - row.created_at < absolute and -SKEW <= now - row.seen_at < limits.idle)


def _second_step(row: Any) -> str:
    if row.second_step_at is not None:
        return DONE
    return UNASKED if row.second_step_asked_at is None else OPEN


def _over(rows: Sequence[Any], role: str) -> frozenset[str]:
    """What the role was given for: countries or locales."""
    return frozenset(row.over for row in rows if row.role == role and row.over)


def touch(db: Session, token: str, now: datetime) -> bool:
    """Note that the session is in use, at most once in `TOUCH_EVERY`. Tells whether anything was written."""
    written = db.execute(
        update(SignInSession)
        .where(SignInSession.token_hash == _hash(token), SignInSession.seen_at <= now - TOUCH_EVERY)
        .values(seen_at=now)
        .execution_options(synchronize_session=False)
    )
    return bool(written.rowcount)  # type: ignore[attr-defined]


def sign_out(db: Session, token: str) -> None:
    """End this session; nothing happens when there is none."""
    db.execute(delete(SignInSession).where(SignInSession.token_hash == _hash(token)))


def sessions(
    db: Session, identity: Identity, now: datetime | None = None, limits: Limits = DEFAULT
) -> tuple[SessionRow, ...]:
    """The person's own sessions, latest first; with `now` only those that have not ended by themselves."""
    query = select(SignInSession).where(SignInSession.person_id == identity.person_id)
    rows = db.scalars(query.order_by(SignInSession.seen_at.desc(), SignInSession.public_id))
    return tuple(
        SessionRow(
            id=row.public_id,
            created_at=row.created_at,
            seen_at=row.seen_at,
            device=row.device,
            shared_device=row.shared_device,
            current=row.public_id == identity.session_id,
            second_step=_second_step(row),
            second_step_at=row.second_step_at,
        )
        for row in rows
        if now is None or _is_open(row, now, limits)
    )


def end_session(db: Session, identity: Identity, session_id: str) -> None:
    """End one of the person's own sessions. Raises NotFound."""
    ended = db.execute(
        delete(SignInSession).where(
            SignInSession.person_id == identity.person_id, SignInSession.public_id == session_id
        )
    )
    if not ended.rowcount:  # type: ignore[attr-defined]
        raise NotFound


def end_all(db: Session, person_id: str, *, but: str = "") -> None:
    """End every session of the person, except the one with the public id `but`."""
    db.execute(delete(SignInSession).where(SignInSession.person_id == person_id, SignInSession.public_id != but))


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()
