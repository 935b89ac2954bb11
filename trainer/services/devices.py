"""Known devices: a browser that someone signed in from before is not held up by strangers guessing that name.

The long-lived cookie holds a random id and, for each of the last people who signed in there, a proof: an HMAC over
id and name. It shows no name, cannot be made without the key, and needs no table.
"""

from __future__ import annotations

import hmac
import re
import secrets

from trainer.services import codes

_FORM = re.compile(r"[A-Za-z0-9_-]{22}(\.[0-9a-f]{32}){0,10}")
REMEMBERED = 10
"""People per device: a shared computer knows the last ones."""


def device_id(cookie: str | None, name: str, key: str) -> str | None:
    """The device's id when `name` has signed in there before; None for a device that is not known."""
    if not cookie or not _FORM.fullmatch(cookie):
        return None
    device, *proofs = cookie.split(".")
    mine = _proof(device, name, key)
    known = [hmac.compare_digest(mine, proof) for proof in proofs]
    return device if any(known) else None


def remember(cookie: str | None, name: str, key: str) -> str:
    """The cookie's new value after `name` has signed in."""
    device, *proofs = cookie.split(".") if cookie and _FORM.fullmatch(cookie) else [secrets.token_urlsafe(16)]
    mine = _proof(device, name, key)
    kept = [proof for proof in proofs if proof != mine]
    return ".".join([device, *kept[-(REMEMBERED - 1) :], mine])


def _proof(device: str, name: str, key: str) -> str:
    return codes.keyed(key, "device", device, name)[:32]
