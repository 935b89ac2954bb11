"""Counted answers of a group without names: how many had each question right. They are in no person's record."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from trainer.services.problems import SENTENCES, Invalid
from trainer.services.sheets import Asked, SheetRow
from trainer.store.workshops import Tally
from trainer.vocabulary import N_

MOST_PEOPLE = 10_000

SENTENCES["tally-people"] = N_("Write how many papers were counted, at most %(maximum)s.")
SENTENCES["tally-right"] = N_("More right answers than papers: count again.")


class TallyRow(NamedTuple):
    people: int
    right: Mapping[str, int]


def forms_of(rows: Iterable[SheetRow], of: tuple[str, str, str]) -> list[SheetRow]:
    """A sheet of each form of the test, in the newest edition, by form."""
    found: dict[str, SheetRow] = {}
    for row in rows:
        if (row.module, row.unit, row.purpose) == of:
            known = found.get(row.form or "")
            if known is None or known.edition < row.edition:
                found[row.form or ""] = row
    return [found[form] for form in sorted(found)]


def scored(asked: Asked) -> list[str]:
    """Questions that are counted, in the order of the paper."""
    rows = {field.question for field in asked.fields}
    return [planned.item.id for planned in asked.plan if planned.item.id in rows]


def of(db: Session, countries: Collection[str], workshop_id: str, test: tuple[str, str, str]) -> dict[str, TallyRow]:
    """Form → what was counted. One statement."""
    module, unit, purpose = test
    query = select(Tally.form, Tally.people, Tally.right).where(
        Tally.workshop_id == workshop_id, Tally.country.in_(sorted(countries)),
        Tally.module == module, Tally.unit == unit, Tally.purpose == purpose,
    )  # fmt: skip
    return {row.form: TallyRow(row.people, row.right) for row in db.execute(query)}


def store(
    db: Session,
    countries: Collection[str],
    row: SheetRow,
    *,
    people: int,
    right: Mapping[str, int],
    by: str,
    now: datetime,
) -> None:
    """Keep the counts of the form that `row` is a sheet of, instead of earlier ones. No papers: none are kept.

    Raises Invalid.
    """
    if row.country not in countries or not 0 <= people <= MOST_PEOPLE:
        raise Invalid("tally-people", field="people", maximum=MOST_PEOPLE)
    if any(count > people for count in right.values()):
        raise Invalid("tally-right", field="people")
    query = select(Tally).where(
        Tally.workshop_id == row.workshop_id, Tally.module == row.module, Tally.unit == row.unit,
        Tally.purpose == row.purpose, Tally.form == (row.form or ""),
    )  # fmt: skip
    held = db.scalars(query).first()
    if people == 0:
        if held is not None:
            db.delete(held)
        return
    if held is None:
        held = Tally(
            workshop_id=row.workshop_id, country=row.country, module=row.module, unit=row.unit, purpose=row.purpose,
            form=row.form or "",
        )  # fmt: skip
        db.add(held)
    held.edition_id, held.people, held.right = row.edition_id, people, dict(right)
    held.entered_at, held.entered_by = now, by
    db.flush()
