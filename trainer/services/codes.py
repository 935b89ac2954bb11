"""Codes that people read, type and say: Crockford's base 32, forgiving about how they are typed.

No I, L, O and U: what looks like 1 or 0 is read as 1 or 0, and no word appears by accident.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
import unicodedata

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
CERTIFICATE_LENGTH = 26
"""130 bits."""
SLIP_LENGTH = 10
"""50 bits: enough for a few days behind the throttle, short enough to copy from paper."""
_READ_AS = str.maketrans("OIL", "011")


def new(length: int) -> str:
    """A random code, without dashes."""
    return "".join(secrets.choice(ALPHABET) for _ in range(length))


def grouped(code: str) -> str:
    """As printed: groups of five with dashes, the last group up to seven."""
    groups = [code[start : start + 5] for start in range(0, len(code), 5)]
    if len(groups) > 1 and len(groups[-1]) < 3:
        groups[-2:] = ["".join(groups[-2:])]
    return "-".join(groups)


def read(typed: str, length: int) -> str | None:
    """The code that was typed, in any case, with any dashes, spaces and digits of any script; None if it is none."""
    if len(typed) > 4 * length:
        return None
    plain = "".join(
        str(unicodedata.decimal(letter)) if letter.isdecimal() else letter
        for letter in unicodedata.normalize("NFKC", typed)
        if letter.isalnum()
    )
    code = plain.upper().translate(_READ_AS)
    return code if len(code) == length and set(code) <= set(ALPHABET) else None


def keyed(key: str, purpose: str, *parts: str) -> str:
    """HMAC-SHA256 in hex: equal inputs are found again, and without the key nothing can be tried out."""
    message = "\0".join((purpose, *parts)).encode("utf-8", "surrogatepass")
    return hmac.new(key.encode(), message, hashlib.sha256).hexdigest()
