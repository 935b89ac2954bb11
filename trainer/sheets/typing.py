"""What somebody types who copies a sheet by hand: one short text for each question, and the marks it stands for.

- one row of letters: `B`, or `ACD` where several may be marked
- several rows of letters or numbers (match, order, gaps with choices, cards of a scenario): a sign for each row, `-`
  for an empty one: `BDA-C`
- digits: the number, `12.5`
- lines: the words, with `;` between several

Nothing typed is nothing marked. Letters may be small, full-width, and have spaces between them.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from typing import TypeAlias

from trainer.assessment import InvalidAnswer
from trainer.sheets.fields import DIGITS, LETTERS, Field

Mark: TypeAlias = "tuple[int, ...] | str"
Marks = dict[int, Mark]
"""Part → marked positions, or words."""

EMPTY = "-"


def read(rows: Sequence[Field], typed: str) -> Marks:
    """The marks of one question, `rows` being all its rows. Raises InvalidAnswer when the text fits no marks."""
    if rows[0].style == "minus":
        return _number(_plain(typed))
    if all(row.kind == "line" for row in rows):
        return _words(rows, typed)
    signs = _plain(typed)
    if len(rows) == 1:
        return {rows[0].part: _signs(rows[0], signs.replace(EMPTY, ""))}
    if any(row.kind == "line" for row in rows):
        return _mixed(rows, typed)
    if signs and len(signs) != len(rows):
        raise InvalidAnswer("answer-shape")
    signs = signs or EMPTY * len(rows)
    return {row.part: _signs(row, sign.replace(EMPTY, "")) for row, sign in zip(rows, signs, strict=True)}


def shown(rows: Sequence[Field], marks: Mapping[int, Mark]) -> str:
    """The other way round: what to type for these marks."""
    if rows[0].style == "minus":
        return number_of(marks)
    given = [marks.get(row.part, ()) for row in rows]
    if not any(given):
        return ""
    if any(row.kind == "line" for row in rows):
        return "; ".join(
            one if isinstance(one, str) else _letters(row, one) for row, one in zip(rows, given, strict=True)
        )
    if len(rows) == 1:
        return _letters(rows[0], given[0])
    return "".join(_letters(row, one) or EMPTY for row, one in zip(rows, given, strict=True))


def number_of(marks: Mapping[int, Mark]) -> str:
    """The number that digits show, as it would be typed; a column with two marks is `?`."""
    columns = [marks.get(part, ()) for part in range(1, DIGITS + 1)]
    digits = "".join(" " if not one else str(one[0]) if len(one) == 1 else "?" for one in columns)
    point = marks.get(DIGITS + 1, ())
    if point and isinstance(point[0], int):
        digits = f"{digits[: point[0] + 1]}.{digits[point[0] + 1 :]}"
    number = "".join(digits.split()).rstrip(".")
    return f"-{number}" if marks.get(0) and number else number


def aligned(marks: Mapping[int, Mark]) -> Marks:
    """Digits pushed to the right: the same number is the same marks, wherever on the sheet it began."""
    number = number_of(marks)
    if "?" in number or not number:
        return dict(marks)
    try:
        return _number(number)
    except InvalidAnswer:
        return dict(marks)


def _number(text: str) -> Marks:
    text = text.replace(",", ".").replace("−", "-")
    whole, _, rest = text.lstrip("-").partition(".")
    digits = whole + rest
    if not text:
        return dict.fromkeys(range(DIGITS + 2), ())
    if not (digits.isascii() and digits.isdecimal()) or len(digits) > DIGITS or len(rest) >= DIGITS:
        raise InvalidAnswer("number-expected")
    columns = digits.rjust(DIGITS)
    marks: Marks = {0: (0,) if text.startswith("-") else ()}
    marks |= {at: () if digit == " " else (int(digit),) for at, digit in enumerate(columns, 1)}
    return marks | {DIGITS + 1: (DIGITS - len(rest) - 1,) if rest else ()}


def _words(rows: Sequence[Field], typed: str) -> Marks:
    parts = [typed] if len(rows) == 1 else typed.split(";")
    if len(parts) > len(rows):
        raise InvalidAnswer("answer-shape")
    parts += [""] * (len(rows) - len(parts))
    return {row.part: " ".join(part.split()) for row, part in zip(rows, parts, strict=True)}


def _mixed(rows: Sequence[Field], typed: str) -> Marks:
    """Gaps to choose in and gaps to write in: every part after a `;`."""
    parts = [part.strip() for part in typed.split(";")] if typed.strip() else []
    if len(parts) > len(rows):
        raise InvalidAnswer("answer-shape")
    parts += [""] * (len(rows) - len(parts))
    return {
        row.part: part if row.kind == "line" else _signs(row, _plain(part).replace(EMPTY, ""))
        for row, part in zip(rows, parts, strict=True)
    }


def _plain(typed: str) -> str:
    return "".join(unicodedata.normalize("NFKC", typed).upper().split())


def _signs(row: Field, signs: str) -> tuple[int, ...]:
    if row.style == "letters":
        found = [LETTERS.find(sign) for sign in signs]
    else:
        found = [unicodedata.decimal(sign, 0) - 1 for sign in signs]
    if any(not 0 <= one < row.choices for one in found):
        raise InvalidAnswer("option-unknown")
    if row.kind == "one" and len(found) > 1:
        raise InvalidAnswer("too-many")
    return tuple(sorted(set(found)))


def _letters(row: Field, marks: Mark) -> str:
    return marks if isinstance(marks, str) else "".join(row.mark(one) for one in marks)
