"""Guessing is slow, and nobody can lock somebody else out.

A try is counted *before* it is checked, under a lock, so that a thousand tries at once are a thousand tries; when it
succeeds, its count is taken back. Counts live in our own table: they survive a restart and hold over several
processes. Names and addresses are kept only as keyed hashes, for `LONG`.

A stranger's tries count per name and address, per name, per address and over all. A known device (`devices`) counts
alone, so its owner gets in while others guess. The limit per address leaves room for a workshop of a hundred people
behind one address who all mistype once or twice. Whoever guesses codes of a second step knows the password already, and
a code has six digits only: those tries are counted over an hour.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from trainer.services import codes, devices
from trainer.services.problems import SENTENCES, Refused
from trainer.store.models import SignInFailure
from trainer.store.statements import lock
from trainer.vocabulary import N_

SENTENCES["too-many-tries"] = N_("Too many tries. Wait %(minutes)s minutes and try again.")
SENTENCES["sign-in-refused"] = N_("The name and the password or slip code do not belong together. Check both.")

WINDOW = timedelta(minutes=5)
PER_DEVICE = 5
PER_NAME_AND_ADDRESS = 5
PER_NAME = 10
PER_ADDRESS = 300
OVERALL = 3000
LONG = timedelta(hours=1)
PER_SECOND_STEP = 10
"""Wrong codes in `LONG`: at three good ones in a million, a year of trying brings one chance in four at most."""
TAKEN_NAMES = 40
"""Answers "this name is taken" per address."""


class TooManyTries(Refused):
    """Wait; `seconds` until one more try is let through."""

    def __init__(self, seconds: int) -> None:
        super().__init__("too-many-tries", seconds=seconds, minutes=-(-seconds // 60))
        self.seconds = seconds


class SignInRefused(Refused):
    """Name and secret do not belong together; it is not said which is wrong."""

    def __init__(self) -> None:
        super().__init__("sign-in-refused")


class Limit(NamedTuple):
    """At most `most` failures in `window` under `key`."""

    key: str
    most: int
    window: timedelta = WINDOW


def sign_in_limits(name: str, address: str, device: str | None, key: str) -> tuple[Limit, ...]:
    """What counts a try to sign in as `name` (folded). `device` is the browser's cookie."""
    known = devices.device_id(device, name, key)
    if known:
        return (Limit(codes.keyed(key, "try device", known, name), PER_DEVICE),)
    place = network(address)
    return (
        Limit(codes.keyed(key, "try name and address", name, place), PER_NAME_AND_ADDRESS),
        Limit(codes.keyed(key, "try name", name), PER_NAME),
        Limit(codes.keyed(key, "try address", place), PER_ADDRESS),
        Limit(codes.keyed(key, "try"), OVERALL),
    )


def password_limits(name: str, address: str, device: str | None, key: str) -> tuple[Limit, ...]:
    """What counts a try to give the old password when setting a new one: per known device, else per address."""
    place = devices.device_id(device, name, key) or network(address)
    return (Limit(codes.keyed(key, "try password", place, name), PER_DEVICE),)


def second_step_limits(name: str, device: str | None, key: str) -> tuple[Limit, ...]:
    """What counts a try to take the second step: per known device, else over all strangers who know the password."""
    known = devices.device_id(device, name, key)
    return (Limit(codes.keyed(key, "try second step", name, known or ""), PER_SECOND_STEP, LONG),)


def sign_up_limits(address: str, key: str) -> tuple[Limit, ...]:
    """What counts being told that a sign-in name is taken."""
    return (Limit(codes.keyed(key, "taken", network(address)), TAKEN_NAMES),)


def admit(db: Session, limits: Iterable[Limit], now: datetime) -> tuple[int, ...]:
    """Count one try; the receipt is for `take_back`. Raises TooManyTries, and then nothing is counted.

    The session must be committed before the try is checked.
    """
    limits = tuple(limits)
    refuse_if_full(db, limits, now)
    rows = [SignInFailure(key=limit.key, at=now) for limit in limits]
    db.add_all(rows)
    db.flush()  # the receipt is made of the rows' ids
    return tuple(row.id for row in rows)


def refuse_if_full(db: Session, limits: Iterable[Limit], now: datetime) -> None:
    """Raises TooManyTries when one of the limits is reached. Forgets what is older than any window."""
    lock(db, "throttle")
    # What lies in the future was counted before the clock was set back: nobody is to wait for that.
    db.execute(delete(SignInFailure).where((SignInFailure.at <= now - LONG) | (SignInFailure.at > now + WINDOW)))
    wait = max((_wait(db, limit, now) for limit in limits), default=0)
    if wait > 0:
        raise TooManyTries(wait)


def take_back(db: Session, receipt: tuple[int, ...]) -> None:
    """The try succeeded: it counts against nobody."""
    db.execute(delete(SignInFailure).where(SignInFailure.id.in_(receipt)))


def network(address: str) -> str:
    """Who shares an address: an IPv4 address, or the /64 a household or office has in IPv6."""
    try:
        place = ipaddress.ip_address(address)
    except ValueError:
        return "?"
    if isinstance(place, ipaddress.IPv6Address):
        if place.ipv4_mapped:
            return str(place.ipv4_mapped)
        return str(ipaddress.ip_network((place.packed[:8] + bytes(8), 64)))
    return str(place)


def _wait(db: Session, limit: Limit, now: datetime) -> int:
    """Seconds until the oldest of the last `most` failures leaves the window; 0 while there are fewer."""
    oldest = db.scalar(
        select(SignInFailure.at)
        .where(SignInFailure.key == limit.key, SignInFailure.at > now - limit.window)
        .order_by(SignInFailure.at.desc())
        .offset(limit.most - 1)
        .limit(1)
    )
    return 0 if oldest is None else max(1, round((oldest + limit.window - now).total_seconds()))
