"""From rows of cells to lines about people: which column is which, and what stands in it. Unknown words stay words."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

from trainer.content.characters import is_zawgyi
from trainer.languages.folding import normalise
from trainer.languages.registry import LANGUAGES
from trainer.languages.words import available, words
from trainer.services import names
from trainer.services.problems import SENTENCES, Invalid, Problem
from trainer.services.roster_files import MOST_NAMES, SEPARATORS, Cell, Note, Table, split, too_large
from trainer.services.roster_sheets import Formula
from trainer.vocabulary import AGENCY_TYPES, N_, SEXES, WORK_ROLES, country_name

SENTENCES.update(
    {
        "roster-columns": N_("Rows have several cells, and it is not said which one is the name. Begin the list with a "
                             "row of headings, one of them “Full name”."),
        "roster-column-twice": N_("Two columns are called “%(heading)s”. Keep one."),
        "roster-formula": N_("This cell begins like a formula, or is one. Write the words themselves."),
        "roster-number": N_("This cell is a number or a date. Write the words themselves."),
        "roster-letters": N_("There is no letter in this name."),
        "roster-numbered": N_("This name begins with a number. Take the number out."),
        "roster-zawgyi": N_("This name is written in Zawgyi. Convert it to Unicode."),
        "roster-values": N_("The column “%(heading)s” has more than %(maximum)s different words that are not in our "
                            "list. Take the column out, or use the words of the list."),
        "roster-country": N_("This list is for another country than the cell says: “%(word)s”. Take the row out."),
        "note-heading": N_("Row %(row)s has the headings; the rows above it were left out."),
        "note-columns": N_("These columns were not read: %(headings)s."),
    }
)  # fmt: skip

HEADINGS: Mapping[str, tuple[str, ...]] = {
    "full_name": (N_("Full name"), N_("Name")),
    "sign_in_name": (N_("Sign-in name"),),
    "agency_type": (N_("Where the person works"), N_("Where you work")),
    "work_role": (N_("What the person mostly does"), N_("What you mostly do")),
    "sex": (N_("Sex"),),
    "locale": (N_("Language"),),
    "country": (N_("Country"), N_("Country you work in")),
}
"""Column → what it is called in the interface, in any of its languages."""
_ALSO: Mapping[str, tuple[str, ...]] = {
    "full_name": ("full_name", "names", "participant", "name of participant", "participant name"),
    "sign_in_name": ("sign_in_name", "user name", "login"),
    "agency_type": ("agency_type", "agency"),
    "work_role": ("work_role", "role"),
    "sex": ("gender",),
    "locale": ("locale",),
    "country": ("member state",),
}
"""English words for the same."""
LISTS: Mapping[str, Mapping[str, str]] = {
    "agency_type": AGENCY_TYPES,
    "work_role": WORK_ROLES,
    "sex": SEXES,
    "locale": {tag: language.english for tag, language in LANGUAGES.items()},
}
"""Columns whose words come from a closed list: code → label."""
MOST_UNKNOWN = 50
_SEARCHED = 10
"""Rows in which the headings may stand."""
_FORMULA = tuple("=+-@\uff1d\uff0b\uff0d\uff20\t\r")
_BLANK = " \n\u00a0\ufeff\u200b"


class Fault(NamedTuple):
    """What is wrong with a row."""

    code: str
    params: Mapping[str, object]
    column: str = ""
    """As spreadsheets name it, with its heading where there is one: `B (Full name)`; empty for a list of names only."""


class Line(NamedTuple):
    """One row about a person, as written. What it does not say is empty."""

    row: int
    full_name: str
    sign_in_name: str = ""
    agency_type: str = ""
    work_role: str = ""
    sex: str = ""
    locale: str = ""
    """Codes where the word is known, otherwise the word; see `Roster.unknown`."""
    fault: Fault | None = None


class Roster(NamedTuple):
    """A list that was read."""

    lines: tuple[Line, ...]
    unknown: tuple[tuple[str, str], ...] = ()
    """(Column, word) of every word that is on no list, once each, in the order of appearance."""
    notes: tuple[Note, ...] = ()


def read(table: Table, country: str) -> Roster:
    """Raises Invalid for a list that cannot be read at all; what is wrong with a row stands in its `fault`.

    `country`: code of the one that everybody in the list is of. A row that names another one is wrong.
    """
    table = _with_cells(table)
    at, columns = _heading(table.rows)
    rows = [(number, row) for number, row in enumerate(table.rows, 1) if number > at and not _is_empty(row)]
    if not rows:
        raise Invalid("roster-empty", field="names" if table.pasted else "file")
    if len(rows) > MOST_NAMES:
        raise too_large()
    titles = {place: _text(table.rows[at - 1], place) for place in columns.values()} if at else {}
    lines = tuple(_line(number, row, columns, titles, country) for number, row in rows)
    unknown = tuple(
        dict.fromkeys(
            (name, word)
            for line in lines
            for name in LISTS
            if (word := getattr(line, name)) and word not in LISTS[name] and line.fault is None
        )
    )
    for name in LISTS:
        if sum(name == column for column, _ in unknown) > MOST_UNKNOWN:
            raise Invalid("roster-values", field="file", heading=titles[columns[name]], maximum=MOST_UNKNOWN)
    return Roster(lines, unknown, (*table.notes, *_notes(table.rows, at, columns)))


def key(text: str) -> str:
    """What is equal for words and names that look alike: no case, spaces, marks of Latin letters, nothing unseen."""
    return bare(normalise(text, "en"))


def bare(normal: str) -> str:
    """A normalised text without spaces and punctuation."""
    return normal if normal.isalnum() else "".join(char for char in normal if unicodedata.category(char)[0] in "LMN")


# -------------------------------------------------------------------- columns


def _with_cells(table: Table) -> Table:
    """A paste with its lines split where they have several cells. Raises Invalid when it does not name its columns."""
    if not table.pasted:
        return table
    text = [str(row[0]) for row in table.rows]
    for separator in SEPARATORS:
        if any(_named(row) for row in _cells(text[:_SEARCHED], separator)):
            return Table(split("\n".join(text), separator), table.notes, pasted=True)
    lines = [str(row[0]).strip() for row in table.rows]
    # A comma alone may stand in a name.
    if any("\t" in line or ";" in line for line in lines):
        raise Invalid("roster-columns", field="names")
    return Table([[line] for line in lines], table.notes, pasted=True)


def _heading(rows: Sequence[Sequence[Cell | Formula]]) -> tuple[int, dict[str, int]]:
    """The row of headings, from 1, and the place of each column; row 0 and the names alone when there is none.

    Raises Invalid for two columns of one name, and for several columns without a name.
    """
    for number, row in enumerate(rows[:_SEARCHED], 1):
        if found := _named(row):
            return number, found
    filled = {place for row in rows for place in range(len(row)) if not _is_empty(row[place : place + 1])}
    if len(filled) > 1:
        raise Invalid("roster-columns", field="file")
    return 0, {"full_name": min(filled, default=0)}


def _cells(lines: Sequence[str], separator: str) -> list[list[Cell | Formula]]:
    """The first lines, if they can be split so and have several cells."""
    try:
        return [row for row in split("\n".join(lines), separator) if len(row) > 1]
    except Invalid:
        return []


def _named(row: Sequence[Cell | Formula]) -> dict[str, int]:
    """Column → place in a row of headings; nothing for a row that does not name the name.

    Raises Invalid for two columns of one name.
    """
    found: dict[str, int] = {}
    twice = ""
    for place in range(len(row)):
        name = _headings().get(key(_text(row, place)), "")
        if name in found:
            twice = _text(row, place)
        elif name:
            found[name] = place
    if "full_name" not in found:
        return {}
    if twice:
        raise Invalid("roster-column-twice", field="file", heading=twice)
    return found


@lru_cache(maxsize=4)
def _headings() -> dict[str, str]:
    found = {key(text): name for name, texts in _ALSO.items() for text in texts}
    for name, messages in HEADINGS.items():
        for message in messages:
            found |= {key(words(tag).gettext(message)): name for tag in available()}
    return found


def _notes(rows: Sequence[Sequence[Cell | Formula]], at: int, columns: Mapping[str, int]) -> list[Note]:
    if not at:
        return []
    notes = []
    if any(not _is_empty(row) for row in rows[: at - 1]):
        notes.append(Note("note-heading", {"row": at}))
    row = rows[at - 1]
    others = [text for place in range(len(row)) if place not in columns.values() and (text := _text(row, place))]
    if others:
        notes.append(Note("note-columns", {"headings": " · ".join(others)}))
    return notes


def _is_empty(row: Sequence[Cell | Formula]) -> bool:
    return all(isinstance(cell, str) and not cell.strip("\ufeff\u200b ").strip() for cell in row)


def _text(row: Sequence[Cell | Formula], place: int) -> str:
    cell = row[place] if place < len(row) else ""
    return " ".join(cell.strip("\ufeff").split()) if isinstance(cell, str) else ""


# ----------------------------------------------------------------------- cells


def _line(
    number: int, row: Sequence[Cell | Formula], columns: Mapping[str, int], titles: Mapping[int, str], country: str
) -> Line:
    values: dict[str, str] = {}
    for name, place in columns.items():
        cell = row[place] if place < len(row) else ""
        try:
            if name == "country":
                _same_country(cell, country)
            else:
                values[name] = _value(name, cell)
        except Problem as problem:
            params = {key: value for key, value in problem.params.items() if key != "field"}
            shown = _text(row, columns["full_name"])[: names.LONGEST_NAME]
            where = column_name(place, titles.get(place, "")) if titles else ""
            return Line(number, shown, fault=Fault(problem.code, params, where))
    return Line(number, **values)  # type: ignore[arg-type]


def column_name(place: int, title: str) -> str:
    """`B (Full name)` for place 1."""
    letters, rest = "", place + 1
    while rest:
        rest, letter = divmod(rest - 1, 26)
        letters = chr(65 + letter) + letters
    return f"{letters} ({title})" if title else letters


def _value(name: str, cell: Cell | Formula) -> str:
    """What stands in a cell, made fit to store. Raises Invalid."""
    if isinstance(cell, Formula) or _is_formula(cell):
        raise Invalid("roster-formula")
    if not isinstance(cell, str):
        if name == "sign_in_name" and cell.is_integer() and abs(cell) < 1e15:
            return names.sign_in_name(f"{cell:.0f}")
        raise Invalid("roster-number")
    text = cell.strip("\ufeff")
    if name == "full_name":
        return _full_name(text)
    if not text.strip():
        return ""
    if name == "sign_in_name":
        return names.sign_in_name(text)
    return _code(name, text)


def _is_formula(cell: Cell | Formula) -> bool:
    return isinstance(cell, Formula) or (isinstance(cell, str) and cell.lstrip(_BLANK)[:1] in _FORMULA)


def _same_country(cell: Cell | Formula, country: str) -> None:
    """Raises Invalid for any word but those for `country`; nothing said is nothing wrong."""
    if _is_formula(cell):
        raise Invalid("roster-formula")
    word = " ".join(str(cell).strip("\ufeff").split())
    if word and key(word) not in _words_for(country):
        raise Invalid("roster-country", word=word[: names.LONGEST_NAME])


@lru_cache(maxsize=16)
def _words_for(country: str) -> frozenset[str]:
    """Every way to write it: its code and its name in any language."""
    name = country_name(country)
    return frozenset(key(text) for text in (country, name, *(words(tag).gettext(name) for tag in available())))


def _full_name(text: str) -> str:
    if text.strip() and not any(char.isalpha() for char in text):
        raise Invalid("roster-letters")
    if text.lstrip()[:1].isdecimal():
        raise Invalid("roster-numbered")
    name = names.full_name(text)
    if is_zawgyi(name):
        raise Invalid("roster-zawgyi")
    return name


def _code(name: str, text: str) -> str:
    """The code of a word, or the word itself, fit to show."""
    found = _codes(name).get(key(text), "")
    return found or " ".join(text.split())[: names.LONGEST_NAME]


@lru_cache(maxsize=8)
def _codes(name: str) -> dict[str, str]:
    """Every way to write a code: itself and its label in any language. A word with two meanings is none."""
    found: dict[str, set[str]] = {}
    for code, label in LISTS[name].items():
        texts = [code, label, *(words(tag).gettext(label) for tag in available())]
        if name == "locale":
            texts.append(LANGUAGES[code].name)
        for text in texts:
            found.setdefault(key(text), set()).add(code)
    return {text: next(iter(codes)) for text, codes in found.items() if len(codes) == 1}
