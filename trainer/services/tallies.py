"""Counted answers of a group without names: how many marked each choice. They are in no person's record."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from trainer.content.model import Question
from trainer.services.problems import SENTENCES, Invalid, NotFound
from trainer.services.sheets import Asked, SheetRow
from trainer.sheets.fields import Field
from trainer.store.statements import lock
from trainer.store.workshops import Tally
from trainer.vocabulary import N_

MOST_PEOPLE = 10_000

SENTENCES["tally-people"] = N_("Write how many papers were counted, at most %(maximum)s.")
SENTENCES["tally-marks"] = N_("More marks than papers: count again.")


class TallyRow(NamedTuple):
    people: int
    counts: Mapping[int, tuple[int, ...]]
    """Number of the row on the sheet → how many marked each choice."""


def forms_of(rows: Iterable[SheetRow], of: tuple[str, str, str]) -> list[SheetRow]:
    """A sheet of each form of the test, in the newest edition, by form."""
    found: dict[str, SheetRow] = {}
    for row in rows:
        if (row.module, row.unit, row.purpose) == of:
            known = found.get(row.form or "")
            if known is None or known.edition < row.edition:
                found[row.form or ""] = row
    return [found[form] for form in sorted(found)]


def rows_of(asked: Asked) -> dict[int, Field]:
    """The rows that are counted, by their number on the sheet: those with letters or places to mark."""
    return {at: field for at, field in enumerate(asked.fields) if field.style in ("letters", "numbers")}


def right(asked: Asked, tally: TallyRow) -> tuple[int, int]:
    """Right answers, and answers asked for, in questions where one mark decides."""
    found = wanted = 0
    number_of = {(field.question, field.part): at for at, field in enumerate(asked.fields)}
    for planned in asked.plan:
        if planned.item.type in ("single", "truefalse") and isinstance(planned.item, Question):
            counts = tally.counts.get(number_of[planned.item.id, 0], ())
            wanted += tally.people
            found += sum(
                count
                for position, count in enumerate(counts)
                if position < len(planned.order) and planned.item.options[planned.order[position]].correct
            )
    return found, wanted


def of(db: Session, countries: Collection[str], workshop_id: str, test: tuple[str, str, str]) -> dict[str, TallyRow]:
    """Form → what was counted. One statement."""
    module, unit, purpose = test
    query = select(Tally.form, Tally.people, Tally.counts).where(
        Tally.workshop_id == workshop_id, Tally.country.in_(sorted(countries)),
        Tally.module == module, Tally.unit == unit, Tally.purpose == purpose,
    )  # fmt: skip
    return {row.form: TallyRow(row.people, read_counts(row.counts)) for row in db.execute(query)}


def read_counts(stored: Mapping[str, list[int]]) -> dict[int, tuple[int, ...]]:
    """As they are kept."""
    return {int(row): tuple(counts) for row, counts in stored.items()}


def store(db: Session, countries: Collection[str], row: SheetRow, tally: TallyRow, *, by: str, now: datetime) -> None:
    """Keep the counts of the form that `row` is a sheet of, instead of earlier ones. No papers: none are kept.

    Raises NotFound for a sheet of another country, Invalid.
    """
    if row.country not in countries:
        raise NotFound("sheet-unknown")
    if not 0 <= tally.people <= MOST_PEOPLE:
        raise Invalid("tally-people", field="people", maximum=MOST_PEOPLE)
    if any(not 0 <= count <= tally.people for counts in tally.counts.values() for count in counts):
        raise Invalid("tally-marks", field="people")
    lock(db, f"tally {row.workshop_id}")  # two who press at once are one count
    query = select(Tally).where(
        Tally.workshop_id == row.workshop_id, Tally.module == row.module, Tally.unit == row.unit,
        Tally.purpose == row.purpose, Tally.form == (row.form or ""),
    )  # fmt: skip
    held = db.scalars(query).first()
    if tally.people == 0:
        if held is not None:
            db.delete(held)
        return
    if held is None:
        held = Tally(
            workshop_id=row.workshop_id, country=row.country, module=row.module, unit=row.unit, purpose=row.purpose,
            form=row.form or "",
        )  # fmt: skip
        db.add(held)
    held.edition_id, held.seed, held.people = row.edition_id, row.seed, tally.people
    held.counts = {str(at): list(counts) for at, counts in tally.counts.items()}
    held.entered_at, held.entered_by = now, by
    db.flush()
