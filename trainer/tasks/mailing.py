"""Letters go out: reminders are written, and what is due is handed to the mail server, one letter after the other.

A letter is claimed, sent, and marked, in transactions of their own: nothing in the database is held while a server
thinks. One that dies in between is sent again by the next who claims it, under the same Message-ID.
Log lines carry codes, never an address, a name or what a server said.
"""

from __future__ import annotations

import logging
import smtplib
import ssl
import threading
from collections.abc import Callable
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from functools import partial
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy.orm import Session

from trainer.config import Smtp, is_address
from trainer.services import outbox, post, reminders
from trainer.services.letters import links
from trainer.services.outbox import Letter
from trainer.services.reminders import Found
from trainer.store.errors import StoreBusy
from trainer.store.scope import Scope
from trainer.tasks.bench import Bench

EVERYWHERE = Scope.system("letters wait in every country")
AT_ONCE = 10
"""Letters claimed together: few enough that the slowest server is through with them before the lease ends."""
PATIENCE = 20.0
"""Seconds a server may take for each answer."""
TRIES = 5
"""How often a busy database is asked."""

log = logging.getLogger("trainer.tasks")


class Unreachable(Exception):  # noqa: N818  named for what happened
    """No connection, or no sign-in. `code` says which."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


# ------------------------------------------------------------------- writing


def remind(bench: Bench, stop: threading.Event) -> None:
    """Write the reminders of the day, in bounded batches; let go of letters that have waited too long."""
    now = bench.clock()
    with bench.store.write(EVERYWHERE) as db:
        outbox.expire(db, now=now)
    if bench.mail is None:  # then nobody would get them
        return
    with bench.store.read(EVERYWHERE) as db:
        about = reminders.to_remind(db, bench.shelf, now=now)
    for row, kind in about:
        some = partial(
            reminders.about_assignment, shelf=bench.shelf, row=row, kind=kind, link=links(bench.origin), now=now
        )
        _all(bench, stop, Scope.countries({row.country}), some)
    for path in bench.shelf.paths.paths.values():
        if path.months is not None:
            some = partial(reminders.about_renewals, shelf=bench.shelf, path=path, link=links(bench.origin), now=now)
            _all(bench, stop, EVERYWHERE, some)


def _all(bench: Bench, stop: threading.Event, scope: Scope, look: Callable[..., Found]) -> None:
    after: str | None = ""
    while after is not None and not stop.is_set():
        with bench.store.read(scope) as db:
            found = look(db, after=after)
        after = found.after
        if found.letters:
            with bench.store.write(scope) as db:
                outbox.put_all(db, found.letters)


# ------------------------------------------------------------------- sending


def work(bench: Bench, stop: threading.Event) -> bool:
    """Send the letters that are due next. -> whether there were any"""
    if bench.mail is None:
        return False
    now = bench.clock()
    with bench.store.read(EVERYWHERE) as db:
        if not outbox.is_waiting(db, now=now):
            return False
        trouble = post.trouble(db)
    if trouble is not None and trouble.is_quiet(now):
        return False
    with bench.store.write(EVERYWHERE) as db:
        found = outbox.claim(db, now=now, most=AT_ONCE)
        dropped = reminders.unwanted(found)
        gone = reminders.pointless(db, bench.shelf, [one for one in found if one.id not in dropped])
        dropped |= dict.fromkeys(gone, outbox.POINTLESS)
        dropped |= {
            one.id: outbox.ADDRESS for one in found if one.id not in dropped and not is_address(one.address or "")
        }
        outbox.end(db, dropped, now=now)
    if _send(bench, bench.mail, [one for one in found if one.id not in dropped], stop) and trouble is not None:
        with bench.store.write(EVERYWHERE) as db:
            post.works(db)
    return True


def begin(bench: Bench) -> None:
    """At the start of the program: a server that was left in peace is asked once more."""
    with bench.store.write(EVERYWHERE) as db:
        post.try_at_once(db, now=bench.clock())


def _send(bench: Bench, mail: Smtp, found: list[Letter], stop: threading.Event) -> bool:
    """Each letter by itself: one that is refused, or breaks the connection, is alone in that. -> whether it took a
    connection"""
    server: smtplib.SMTP | None = None
    is_there = False
    for number, one in enumerate(found):
        if stop.is_set():
            _write(bench, stop, partial(outbox.put_back, letter=one, now=bench.clock()))
            continue
        try:
            server = server or connect(mail, bench.origin)
        except Unreachable as error:
            _put_off(bench, error.code, found[number:], stop)
            return False
        is_there = True
        code = _hand_over(server, message(one, mail, bench.origin, bench.clock()))
        if code == "":
            _write(bench, stop, partial(outbox.sent, letter_id=one.id, now=bench.clock()))
        elif code == outbox.REFUSED:
            _write(bench, stop, partial(outbox.end, problems={one.id: code}, now=bench.clock()))
        else:
            log.warning("letter put off code=%s", code)
            _write(bench, stop, partial(outbox.put_off, letter=one, now=bench.clock()))
        if code == "connection":
            _close(server)
            server = None
    _close(server)
    return is_there


def _put_off(bench: Bench, code: str, found: list[Letter], stop: threading.Event) -> None:
    """They wait. Where somebody has to change something first, that counts as no try: nothing is given up for it."""
    log.warning("mail put off code=%s letters=%d: %s", code, len(found), post.TROUBLES[code])
    _write(bench, stop, partial(post.failed, code=code, now=bench.clock()))
    what = outbox.put_off if code == post.SERVER else outbox.put_back
    for left in found:
        _write(bench, stop, partial(what, letter=left, now=bench.clock()))


def _write(bench: Bench, stop: threading.Event, what: Callable[[Session], object]) -> None:
    """Write down what became of a letter. A database that is busy is asked again: a letter is not to go out twice."""
    for left in reversed(range(TRIES)):
        try:
            with bench.store.write(EVERYWHERE) as db:  # the person may have moved to another country meanwhile
                what(db)
            return
        except StoreBusy:
            if not left:
                raise
            stop.wait(1)


def connect(mail: Smtp, origin: str) -> smtplib.SMTP:
    """A connection that letters can be handed to. Raises Unreachable, which says nothing of the password."""
    name = urlsplit(origin).hostname or "localhost"
    server: smtplib.SMTP | None = None
    code = post.SERVER
    try:
        if mail.encryption == "tls":
            context = ssl.create_default_context()
            server = smtplib.SMTP_SSL(mail.host, mail.port, name, timeout=PATIENCE, context=context)
        else:
            server = smtplib.SMTP(mail.host, mail.port, name, timeout=PATIENCE)
        server.ehlo_or_helo_if_needed()
        if mail.encryption == "starttls":
            if not server.has_extn("starttls"):
                raise Unreachable("no-starttls")
            server.starttls(context=ssl.create_default_context())
        if mail.user:
            _sign_in(server, mail)
    except Unreachable as error:
        code = error.code
    except (smtplib.SMTPAuthenticationError, UnicodeError):  # the latter: a password that no server takes
        code = "sign-in"
    except ssl.SSLCertVerificationError:
        code = "certificate"
    except (OSError, smtplib.SMTPException):
        code = post.SERVER
    else:
        return server
    _close(server)
    raise Unreachable(code)


def _sign_in(server: smtplib.SMTP, mail: Smtp) -> None:
    """Once: `SMTP.login` tries each way that is offered with the same password, which is three failures at a time.
    Raises Unreachable, SMTPAuthenticationError."""
    server.ehlo_or_helo_if_needed()
    offered = server.esmtp_features.get("auth", "").upper().split()
    ways: dict[str, Any] = {"PLAIN": server.auth_plain, "LOGIN": server.auth_login, "CRAM-MD5": server.auth_cram_md5}
    way = next((one for one in ways if one in offered), None)
    if way is None:
        raise Unreachable("no-sign-in")
    server.user, server.password = mail.user, mail.password
    server.auth(way, ways[way])


def _close(server: smtplib.SMTP | None) -> None:
    if server is not None:
        try:
            server.quit()
        except (OSError, smtplib.SMTPException):
            server.close()


def _hand_over(server: smtplib.SMTP, made: EmailMessage) -> str:
    """-> empty: it was taken; `refused`: there is no such address; else a code of why it has to wait."""
    try:
        server.send_message(made)
    except smtplib.SMTPRecipientsRefused as error:
        codes = [code for code, _ in error.recipients.values()]
        return outbox.REFUSED if all(code >= 500 for code in codes) else "later"
    except smtplib.SMTPServerDisconnected:
        return "connection"
    except smtplib.SMTPException:  # among them a sender or a text that is refused: no fault of the address
        return "not-taken"
    except OSError:
        return "connection"
    return ""


def message(letter: Letter, mail: Smtp, origin: str, now: datetime) -> EmailMessage:
    """The letter as it travels. Lines in a subject or an address cannot become headers: they are one line, or refused
    before (`config.is_address`)."""
    made = EmailMessage(policy=SMTP)
    made["From"] = mail.sender
    made["To"] = letter.address
    made["Subject"] = " ".join(letter.subject.split())
    made["Date"] = format_datetime(now)
    made["Message-ID"] = f"<{letter.id}@{urlsplit(origin).hostname or 'localhost'}>"
    made["Auto-Submitted"] = "auto-generated"
    made.set_content(letter.body)
    made["Content-Language"] = letter.locale  # the content before it: setting that clears what is said of it
    return made
