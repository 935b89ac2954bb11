"""What people type about themselves, made fit to store: names in any script, codes from the closed lists."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection

from trainer.languages.registry import LANGUAGES
from trainer.services.problems import SENTENCES, Invalid
from trainer.vocabulary import AGENCY_TYPES, COUNTRIES, N_, OTHER_COUNTRY, SEXES, WORK_ROLES

LONGEST_NAME = 200
LONGEST_SIGN_IN_NAME = 100

SENTENCES["name-missing"] = N_("Enter a name.")
SENTENCES["name-long"] = N_("This name is too long: use at most %(maximum)s characters.")
SENTENCES["name-unreadable"] = N_("This name contains characters that cannot be shown or printed.")
SENTENCES["choice-unknown"] = N_("Choose one of the answers in the list.")
SENTENCES["name-taken"] = N_("Somebody already signs in with this name. Choose another.")
SENTENCES["email-unusable"] = N_("Write the address as in name@example.org, or leave this empty.")

LONGEST_ADDRESS = 254
_LOCAL = re.compile(r"(?=.{1,64}$)[A-Za-z0-9!#$&'*+/=?^_`{|}~%-]+(\.[A-Za-z0-9!#$&'*+/=?^_`{|}~%-]+)*")
_HOST = re.compile(r"([A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z][A-Za-z0-9-]{0,61}[A-Za-z0-9]")
_DIRECTION = frozenset("\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""They turn the text that follows on a page or a certificate."""
_INVISIBLE_BUT_USED = frozenset("\u200b\u200c\u200d")
"""Break places and joiners that Khmer, Burmese, Tamil and others write with."""


def full_name(text: str) -> str:
    """As it will be printed: NFC, single spaces. Raises Invalid (field `full_name`)."""
    name = " ".join(unicodedata.normalize("NFC", text).split())
    for letter in name:
        category = unicodedata.category(letter)
        unprintable = category in ("Cc", "Cs", "Co", "Cn") or letter in _DIRECTION
        if unprintable or (category == "Cf" and letter not in _INVISIBLE_BUT_USED):
            raise Invalid("name-unreadable", field="full_name")
    if not any(unicodedata.category(letter)[0] == "L" for letter in name):
        raise Invalid("name-missing", field="full_name")
    if len(name) > LONGEST_NAME:
        raise Invalid("name-long", field="full_name", maximum=LONGEST_NAME)
    return name


def sign_in_name(text: str) -> str:
    """As it is compared: one form for every way of typing it. Raises Invalid (field `sign_in_name`)."""
    name = folded(text)
    if not name:
        raise Invalid("name-missing", field="sign_in_name")
    if any(unicodedata.category(letter) in ("Cs", "Cn", "Co") for letter in name):
        raise Invalid("name-unreadable", field="sign_in_name")
    if len(name) > LONGEST_SIGN_IN_NAME:
        raise Invalid("name-long", field="sign_in_name", maximum=LONGEST_SIGN_IN_NAME)
    return name


def folded(text: str) -> str:
    """NFKC, without case and without what cannot be seen. Never raises; an empty string is nobody's name."""
    text = unicodedata.normalize("NFKC", text[: 4 * LONGEST_SIGN_IN_NAME])
    text = unicodedata.normalize("NFKC", text.casefold())
    return " ".join("".join(" " if c.isspace() else c for c in text if _is_visible(c)).split())


def country(code: str) -> str:
    return _one_of(code, (*COUNTRIES, OTHER_COUNTRY), "country")


def agency_type(code: str) -> str:
    return _one_of(code, AGENCY_TYPES, "agency_type")


def work_role(code: str) -> str:
    return _one_of(code, WORK_ROLES, "work_role")


def sex(code: str | None) -> str | None:
    """None and the empty string: not stated."""
    return _one_of(code, SEXES, "sex") if code else None


def email(text: str | None) -> str | None:
    """An address that letters can be sent to; None and the empty string: none. Raises Invalid (field `email`)."""
    address = (text or "").strip()
    if not address:
        return None
    local, _, host = address.rpartition("@")
    if len(address) > LONGEST_ADDRESS or not _LOCAL.fullmatch(local) or not _HOST.fullmatch(host):
        raise Invalid("email-unusable", field="email")
    return f"{local}@{host.lower()}"


def locale(tag: str) -> str:
    return _one_of(tag, LANGUAGES, "locale")


def _is_visible(letter: str) -> bool:
    return letter.isspace() or unicodedata.category(letter) not in ("Cc", "Cf")


def _one_of(code: str, choices: Collection[str], field: str) -> str:
    if code not in choices:
        raise Invalid("choice-unknown", field=field)
    return code
