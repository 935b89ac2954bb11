"""What is wrong with the mail server, if anything, and when it is tried again.

Kept in the database, for several processes send letters: each of them, and each letter, signing in anew with a wrong
password would get the account locked. Only failures of the server as a whole are noted here; what becomes of a single
letter stands with it (`outbox`).
"""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from trainer.services.outbox import WAITS
from trainer.store.mail import MailTrouble
from trainer.store.prepared import insert_new
from trainer.vocabulary import N_

SERVER = "server"
TROUBLES: dict[str, str] = {
    SERVER: N_("The mail server cannot be reached."),
    "certificate": N_("The certificate of the mail server is not trusted."),
    "no-starttls": N_("The mail server does not offer encryption (STARTTLS)."),
    "sign-in": N_("The mail server refuses the user or the password."),
    "no-sign-in": N_("The mail server offers no way to sign in."),
}
"""Code → what is wrong. All but the first last until somebody changes something."""


class Trouble(NamedTuple):
    code: str
    since: datetime
    asked_at: datetime
    until: datetime

    def is_quiet(self, now: datetime) -> bool:
        """Whether nobody tries now. A clock that was ahead when this was noted silences nothing."""
        return self.asked_at <= now < self.until


def trouble(db: Session) -> Trouble | None:
    """One short statement."""
    row = db.execute(select(MailTrouble.code, MailTrouble.since, MailTrouble.asked_at, MailTrouble.until)).first()
    return Trouble(*row) if row is not None else None


def failed(db: Session, code: str, *, now: datetime) -> None:
    """It failed as a whole. A server that is down is asked every ten minutes; what does not mend itself, ever less
    often: after ten minutes, an hour, … a day."""
    insert_new(db, MailTrouble, {"code": code, "since": now, "tries": 0, "asked_at": now, "until": now})
    row = db.scalars(select(MailTrouble).with_for_update()).first()
    if row is None:
        return  # another node has just found that it works
    tries = row.tries + 1 if row.code == code else 1
    wait = WAITS[0] if code == SERVER else WAITS[min(tries, len(WAITS)) - 1]
    row.code, row.since, row.tries = code, min(row.since, now), tries
    row.asked_at, row.until = now, now + wait


def works(db: Session) -> None:
    """It took a connection."""
    db.execute(delete(MailTrouble))


def try_at_once(db: Session, *, now: datetime) -> None:
    """For a start of the program: perhaps somebody has changed the settings."""
    db.execute(update(MailTrouble).values(until=now))
