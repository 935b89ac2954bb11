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

from trainer.access import COORDINATOR, REVIEWER, TRANSLATOR, Identity
from trainer.config import Config
from trainer.services.problems import NotFound
from trainer.store.models import Grant, Person, SignInSession
from trainer.store.prepared import Prepared

TOUCH_EVERY = timedelta(minutes=1)
"""`seen_at` is at most this much behind."""
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


def start(db: Session, person_id: str, country: str, *, label: str, shared_device: bool, now: datetime) -> str:
    """A new session; its token for the cookie. The scope must cover the person."""
    token = secrets.token_urlsafe(32)
    db.execute(delete(SignInSession).where(SignInSession.person_id == person_id, SignInSession.created_at < now - KEPT))
    db.add(
        SignInSession(
            token_hash=_hash(token),
            person_id=person_id,
            country=country,
            created_at=now,
            seen_at=now,
            device=label[:200],
            shared_device=shared_device,
        )
    )
    db.flush()  # a statement of the same transaction may ask who holds the token
    return token


_HOLDER = Prepared(
    select(
        SignInSession.public_id, SignInSession.created_at, SignInSession.seen_at,
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
    if now - first.created_at >= limits.absolute or now - first.seen_at >= limits.idle or first.disabled_at:
        return None
    return Identity(
        person_id=first.id,
        full_name=first.full_name,
        country=first.country,
        locale=first.locale,
        roles=frozenset(row.role for row in rows if row.role),
        countries=_over(rows, COORDINATOR),
        translates=_over(rows, TRANSLATOR),
        reviews=_over(rows, REVIEWER),
        session_id=first.public_id,
    )


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
    if now is not None:
        query = query.where(SignInSession.created_at > now - limits.absolute, SignInSession.seen_at > now - limits.idle)
    rows = db.scalars(query.order_by(SignInSession.seen_at.desc(), SignInSession.public_id))
    return tuple(
        SessionRow(
            id=row.public_id,
            created_at=row.created_at,
            seen_at=row.seen_at,
            device=row.device,
            shared_device=row.shared_device,
            current=row.public_id == identity.session_id,
        )
        for row in rows
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
