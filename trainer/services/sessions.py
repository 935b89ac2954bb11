"""Sessions on the server: a random token in the browser, its SHA-256 in a row, everything else read anew.

A copied cookie is dead as soon as its row is gone. Country, name and roles are never in the cookie.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from trainer.access import Identity
from trainer.config import Config

TOUCH_EVERY = timedelta(minutes=1)
"""`seen_at` is at most this much behind."""


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


def start(
    db: Session, person_id: str, country: str, *, label: str, shared_device: bool, now: datetime
) -> str:
    """A new session; its token for the cookie. The scope must cover the person."""
    raise NotImplementedError


def identity(db: Session, token: str, now: datetime, limits: Limits | None = None) -> Identity | None:
    """Who holds `token`; None when it is unknown, too old, too long idle, or the account is shut. One statement.

    Needs `Scope.system`: before it answers, nobody knows whose country to ask for.
    """
    raise NotImplementedError


def touch(db: Session, token: str, now: datetime) -> bool:
    """Note that the session is in use, at most once in `TOUCH_EVERY`. Tells whether anything was written."""
    raise NotImplementedError


def sign_out(db: Session, token: str) -> None:
    """End this session; nothing happens when there is none."""
    raise NotImplementedError


def sessions(db: Session, identity: Identity) -> tuple[SessionRow, ...]:
    """The person's own sessions, latest first."""
    raise NotImplementedError


def end_session(db: Session, identity: Identity, session_id: str) -> None:
    """End one of the person's own sessions. Raises NotFound."""
    raise NotImplementedError


def end_all(db: Session, person_id: str, *, but: str = "") -> None:
    """End every session of the person, except the one with the public id `but`."""
    raise NotImplementedError
