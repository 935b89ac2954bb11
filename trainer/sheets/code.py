"""What the QR of a sheet says, and the short form people read and type.

    T1:7KQ2:K7P92QDX:M4TR8Z:P012:A:7:1/2:41

version, installation, sheet, workshop, holder (P and the participant's number, or B and the number of a blank one),
form (- for none), edition, page of pages, and two check digits over all before them. Nothing in it names a person.
All of it is in QR's alphanumeric alphabet, so that the code stays coarse enough for a phone.
"""

from __future__ import annotations

import re
from typing import NamedTuple

VERSION = "T1"
SHEET_LENGTH = 8
"""40 bits: sheets are looked up inside the coordinator's own countries only."""
WORKSHOP_LENGTH = 6
INSTALLATION_LENGTH = 4
MOST_PAGES = 9

_LETTERS = "0-9A-HJKMNP-TV-Z"
_SHAPE = re.compile(
    rf"{VERSION}:([{_LETTERS}]{{4}}):([{_LETTERS}]{{8}}):([{_LETTERS}]{{6}}):([PB])([0-9]{{1,4}}):"
    r"([0-9A-Z]{1,4}|-):([0-9]{1,6}):([1-9])/([1-9]):([0-9]{2})"
)
_OURS = re.compile(r"T[0-9]+:")
_ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"
"""QR's alphanumeric one."""
_READ_AS = str.maketrans("OIL", "011")


class NotASheet(Exception):  # noqa: N818  what was read is something else
    """A code of something else: a web address, a parcel."""


class Damaged(Exception):  # noqa: N818  it was ours once
    """Ours by its beginning, but the check digits do not agree, or a part has not its shape."""


class SheetCode(NamedTuple):
    """One page of one sheet."""

    installation: str
    sheet: str
    workshop: str
    is_blank: bool
    number: int
    """Of the participant in the workshop, or of the blank sheet."""
    form: str | None
    edition: int
    """The module's edition number."""
    page: int
    """From 1."""
    pages: int

    @property
    def text(self) -> str:
        """What the QR holds."""
        holder = f"{'B' if self.is_blank else 'P'}{self.number:03}"
        parts = (VERSION, self.installation, self.sheet, self.workshop, holder, (self.form or "-").upper())
        body = ":".join((*parts, str(self.edition), f"{self.page}/{self.pages}"))
        return f"{body}:{check_digits(body)}"


def read(text: str) -> SheetCode:
    """What a QR's text says. Raises NotASheet, Damaged."""
    if not _OURS.match(text):
        raise NotASheet
    found = _SHAPE.fullmatch(text)
    if found is None or check_digits(text[:-3]) != found[10]:
        raise Damaged
    installation, sheet, workshop, kind, number, form, edition, page, pages, _ = found.groups()
    if int(page) > int(pages):
        raise Damaged
    holder = kind == "B", int(number)
    return SheetCode(installation, sheet, workshop, *holder, None if form == "-" else form, int(edition),
                     int(page), int(pages))  # fmt: skip


def printed(sheet: str) -> str:
    """The sheet's code as it stands under the QR: `K7P9-2QDX-41`, with check digits of its own."""
    return f"{sheet[:4]}-{sheet[4:]}-{check_digits(sheet)}"


def typed(text: str) -> str | None:
    """The sheet's code as somebody typed it, with or without check digits; None when it cannot be one."""
    plain = "".join(letter for letter in text.upper() if letter.isalnum()).translate(_READ_AS)
    sheet, digits = plain[:SHEET_LENGTH], plain[SHEET_LENGTH:]
    if not re.fullmatch(rf"[{_LETTERS}]{{{SHEET_LENGTH}}}", sheet):
        return None
    return sheet if digits in ("", check_digits(sheet)) else None


def check_digits(text: str) -> str:
    """Two digits by ISO 7064 MOD 97-10: they tell every single wrong character and every pair that was swapped."""
    digits = "".join(f"{_ALPHABET.index(letter):02}" for letter in text)
    return f"{98 - int(digits + '00') % 97:02}"
