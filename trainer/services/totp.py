"""Codes of an authenticator app (RFC 6238): six digits of a secret and the time, one code for each half minute.

The library makes codes and remembers nothing, so we do: the time step of the last code taken stands beside the secret,
and only a later one is taken. A code seen over a shoulder is worthless once it was used, and stays so when the clock is
set back.

Secrets are needed in clear to check a code, so they are encrypted rather than hashed (Fernet: AES-128-CBC with
HMAC-SHA256). The key is derived (HKDF-SHA256) from the configured secret key, for each person another: a stolen
database alone has no secret in it, and a row moved to somebody else opens nothing.
"""

from __future__ import annotations

import base64
import hmac
from datetime import datetime

import pyotp
from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from trainer.languages.folding import ascii_digits

STEP = 30
"""Seconds."""
DRIFT = 1
"""Steps that a phone's clock may be ahead or behind."""
DIGITS = 6
ISSUER = "Trainer"


def new_secret() -> str:
    """160 random bits in base 32."""
    return pyotp.random_base32()


def address(secret: str, sign_in_name: str) -> str:
    """The `otpauth:` address that an app reads from the square code."""
    return pyotp.TOTP(secret).provisioning_uri(name=sign_in_name, issuer_name=ISSUER)


def step_of(now: datetime) -> int:
    return int(now.timestamp()) // STEP


def code_at(secret: str, now: datetime) -> str:
    """What the app shows at `now`."""
    return pyotp.TOTP(secret).generate_otp(step_of(now))


def read(typed: str) -> str | None:
    """The six digits that were typed, in any script, with any spaces; None if they are none."""
    digits = ascii_digits("".join(typed.split()))
    return digits if len(digits) == DIGITS and digits.isascii() and digits.isdecimal() else None


def matching_step(secret: str, code: str, now: datetime, *, after: int) -> int | None:
    """The time step that `code` is of: now, the one before or the next, and later than `after`. None: no such step."""
    app, here = pyotp.TOTP(secret), step_of(now)
    steps = range(here - DRIFT, here + DRIFT + 1)
    # Each is compared, so that the time taken tells nothing.
    good = [step for step in steps if hmac.compare_digest(app.generate_otp(step), code)]
    return next((step for step in good if step > after), None)


def sealed(secret: str, person_id: str, key: str) -> str:
    """Encrypted, for the database. `key` is the configured secret key."""
    return _fernet(key, "kept", person_id).encrypt(secret.encode()).decode("ascii")


def opened(text: str, person_id: str, key: str) -> str | None:
    """The secret; None when it was encrypted with another key or for another person."""
    try:
        return _fernet(key, "kept", person_id).decrypt(text).decode()
    except InvalidToken:
        return None


def offered(secret: str, session_id: str, key: str, now: datetime) -> str:
    """Encrypted, for the form of the page that shows it: nothing is stored before a code proves that it arrived."""
    seal = _fernet(key, "offered", session_id)
    return seal.encrypt_at_time(secret.encode(), int(now.timestamp())).decode("ascii")


def accepted(text: str, session_id: str, key: str, now: datetime, seconds: int) -> str | None:
    """The secret that this session was offered in the last `seconds`; None for anything else."""
    try:
        seal = _fernet(key, "offered", session_id)
        return seal.decrypt_at_time(text.encode("ascii", "replace"), seconds, int(now.timestamp())).decode()
    except InvalidToken:
        return None


def _fernet(key: str, *purpose: str) -> Fernet:
    info = "\0".join(("trainer authenticator", *purpose)).encode()
    return Fernet(base64.urlsafe_b64encode(HKDF(SHA256(), 32, None, info).derive(key.encode())))
