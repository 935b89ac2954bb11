"""Many people at once into the register of a country, as rows of a list; with a sign-in name for those without one."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from trainer.services import codes, names, warnings
from trainer.services.problems import SENTENCES, Conflict
from trainer.services.roster_columns import Line
from trainer.store.models import new_id
from trainer.store.statements import insert_people
from trainer.vocabulary import N_

SENTENCES["roster-name-taken"] = N_("Row %(row)s: somebody already signs in with this name. Choose another, or leave "
                                    "the cell empty.")  # fmt: skip
_CHUNK = 5_000


def register(db: Session, country: str, lines: Mapping[int, tuple[Line, str]], now: datetime) -> dict[int, str]:
    """Row → id of the person made for it. `lines`: row → line, and the sign-in name to make up where it has none.

    Raises Conflict for a sign-in name that is taken.
    """
    rows = {row: _person(country, line, made_up, now) for row, (line, made_up) in lines.items()}
    missing = _insert(db, rows)
    chosen = [row for row in missing if lines[row][0].sign_in_name]
    if chosen:
        raise Conflict("roster-name-taken", field="decisions", row=min(chosen))
    while missing:
        # Somebody chose the very name that was made up.
        again = {row: {**rows[row], "sign_in_name": f"{rows[row]['sign_in_name']}-{_suffix(4)}"} for row in missing}
        missing = _insert(db, again)
    if rows:
        warnings.ask(db, country, now=now)  # second entries among them are found in a minute, not in an hour
    return {row: person["id"] for row, person in rows.items()}


def name_of_workshop(code: str, number: int) -> str:
    """For somebody without one: `m4tr8z-012`, the workshop's code and the number on their papers."""
    return names.sign_in_name(f"{code}-{number:03}")


def name_of_country(country: str) -> str:
    """For somebody without one who is in no workshop: `kh-4tr8z6p`."""
    return names.sign_in_name(f"{country}-{_suffix(7)}")


def _insert(db: Session, rows: Mapping[int, dict[str, Any]]) -> set[int]:
    """Add people; the rows whose sign-in name is taken."""
    wanted = list(rows.values())
    there: set[str] = set()
    for start in range(0, len(wanted), _CHUNK):
        there |= insert_people(db, wanted[start : start + _CHUNK])
    return {row for row, person in rows.items() if person["id"] not in there}


def _person(country: str, line: Line, made_up: str, now: datetime) -> dict[str, Any]:
    return {
        "id": new_id(),
        "country": country,
        "full_name": line.full_name,
        "sign_in_name": line.sign_in_name or made_up,
        "password_hash": None,
        "agency_type": line.agency_type,
        "work_role": line.work_role,
        "sex": line.sex or None,
        "locale": line.locale,
        "is_test": False,
        "created_at": now,
    }


def _suffix(length: int) -> str:
    return "".join(secrets.choice(codes.ALPHABET) for _ in range(length)).lower()
