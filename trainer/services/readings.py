"""What was read off a sheet, by scan or by hand, until it is one result in the record.

Routes are compared row by row (`agreeing`); what stays open waits for a person, and nothing is overwritten.
"""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Collection, Mapping
from datetime import datetime, time
from typing import Any, NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from trainer.assessment import Answer
from trainer.services import record, sheets
from trainer.services.agreeing import Mark, Outcome, Read, Source, answers, canonical, gather, merge
from trainer.services.calendar import zone
from trainer.services.problems import SENTENCES, NotFound, Refused
from trainer.services.record import Event, Paper
from trainer.services.sheets import Asked, SheetRow
from trainer.services.shelf import Shelf
from trainer.store.models import Attempt, Response
from trainer.store.workshops import Reading, Sheet, Workshop
from trainer.vocabulary import N_

_SHEETS = uuid.UUID("7a5d8a44-2a0b-4e6e-8f0a-3f9c0f6c1d52")

SENTENCES.update(
    {
        "doubts": N_("Some marks have to be looked at."),
        "pages-missing": N_("Pages of this sheet are missing: %(pages)s."),
        "person-missing": N_("It is not known yet whose sheet this is."),
        "differs": N_("This was read differently from what is in the record."),
        "person-shut": N_("The account of this person is shut."),
    }
)


# ------------------------------------------------------------------- keeping


def reads_of(db: Session, codes: Collection[str]) -> dict[str, list[Read]]:
    """Sheet code → its readings. One statement."""
    found: defaultdict[str, list[Read]] = defaultdict(list)
    query = select(Reading.sheet_code, Reading.source, Reading.marks, Reading.doubts)
    for row in db.execute(query.where(Reading.sheet_code.in_(sorted(codes)))):
        found[row.sheet_code].append(Read(row.source, _marks(row.marks), {int(k): v for k, v in row.doubts.items()}))
    return dict(found)


def _marks(stored: Mapping[str, Any]) -> dict[int, Mark]:
    return {int(row): one if isinstance(one, str) else tuple(one) for row, one in stored.items()}


def keep(
    db: Session, row: SheetRow, source: Source, marks: Mapping[int, Mark], doubts: Mapping[int, str],
    *, by: str, now: datetime,
) -> None:  # fmt: skip
    """Add rows to what a route says of the sheet.

    A row that the same route was sure of before and now reads differently becomes a doubt (`differs`), and stays one
    whatever else is read; one that it was not sure of takes the better reading. Typing and deciding replace what was
    typed and decided before.
    """
    sheets.lock(db, row.code)
    held = db.get(Reading, (row.code, source))
    if held is None:
        held = Reading(sheet_code=row.code, country=row.country, source=source, marks={}, doubts={})
        db.add(held)
    kept, open_ = _marks(held.marks), {int(at): reason for at, reason in held.doubts.items()}
    if source != "scan":
        kept, open_ = {**kept, **marks}, {}
    else:
        merge(kept, open_, marks, doubts)
    held.marks = {str(at): mark if isinstance(mark, str) else list(mark) for at, mark in sorted(kept.items())}
    held.doubts = {str(at): reason for at, reason in sorted(open_.items())}
    held.entered_at, held.entered_by = now, by
    db.flush()


# ----------------------------------------------------------------- recording


def settle(db: Session, shelf: Shelf, countries: Collection[str], code: str, *, now: datetime) -> SheetRow:
    """Record the sheet, if all of it is known and nothing is in doubt; else note on it what a person must do.

    A sheet in the record that is now read differently is noted; only `decide` records it anew. Raises NotFound.
    """
    return _settle(db, shelf, countries, code, now, is_decided=False)


def _settle(
    db: Session, shelf: Shelf, countries: Collection[str], code: str, now: datetime, *, is_decided: bool
) -> SheetRow:
    held = sheets.lock(db, code)
    row = sheets.find(db, countries, code)
    assert held is not None
    held.problem = _settled(db, shelf, row, held, now, is_decided=is_decided)
    db.flush()
    return sheets.find(db, countries, code)


def _settled(
    db: Session, shelf: Shelf, row: SheetRow, held: Sheet, now: datetime, *, is_decided: bool
) -> dict[str, Any] | None:
    """What stands in the way; None: it is recorded, or nothing has been read yet."""
    reads = reads_of(db, [row.code]).get(row.code, [])
    if not reads:
        return None
    asked = sheets.asked(shelf, row)
    outcome = gather(canonical(asked, reads), len(asked.fields))
    decided = next((read.marks for read in reads if read.source == "decided"), {})
    given, wrong = answers(asked, outcome, decided.keys())
    if outcome.missing:
        return {"code": "pages-missing", "pages": _pages(asked, outcome.missing)}
    if outcome.open or wrong:
        return {"code": "doubts", "rows": sorted({*outcome.open, *wrong})}
    if row.person_id is None:
        return {"code": "person-missing"}
    if row.attempt_id is not None:
        if _recorded(db, row.attempt_id) == given or _is_thinned(db, row.attempt_id):
            return None
        if not is_decided:
            return {"code": "differs"}
        try:
            record.withdraw(db, shelf, row.person_id, row.country, attempt_id=row.attempt_id, now=now)
        except NotFound:
            return {"code": "person-shut"}
        held.attempt_id = held.recorded_at = None
    return _record(db, shelf, row, held, given, "scan" if any(one.source == "scan" for one in reads) else "typed", now)


def _record(
    db: Session, shelf: Shelf, row: SheetRow, held: Sheet, given: dict[str, Answer], source: str, now: datetime
) -> dict[str, Any] | None:
    assert row.person_id is not None
    event = Event(
        id=attempt_id_of(row),
        kind="sheet",
        person_id=row.person_id,
        country=row.country,
        module=row.module,
        unit=row.unit,
        purpose=row.purpose,  # type: ignore[arg-type]
        edition_id=row.edition_id,
        locale=row.locale,
        mode="workshop",
        source=source,
        paper=Paper(row.form, row.seed, given),
    )
    try:
        (verdict,) = record.record(db, shelf, [event], now=sat_at(db, row, now))
    except NotFound:
        return {"code": "person-shut"}
    if verdict.status == "rejected":
        return {"code": verdict.code, **verdict.params}
    held.attempt_id, held.recorded_at = event.id, now
    return None


def attempt_id_of(row: SheetRow) -> str:
    """Follows from the sheet alone, so that every route leads to one attempt."""
    return str(uuid.uuid5(_SHEETS, row.code))


def sat_at(db: Session, row: SheetRow, now: datetime) -> datetime:
    """When it was written: the test before on the first day of the workshop, everything else on the last, but never
    later than now. In the order of the day: before, quiz, after."""
    dates = select(Workshop.starts_on, Workshop.ends_on).where(Workshop.id == row.workshop_id)
    starts, ends = db.execute(dates).one()
    day, hour = (starts, 9) if row.purpose == "pre" else (ends, 15 if row.purpose == "quiz" else 16)
    return min(now, datetime.combine(day, time(hour), zone(row.country)))


def take_back(db: Session, shelf: Shelf, countries: Collection[str], code: str, *, now: datetime) -> None:
    """Take the sheet out of the record; what was read from it stays, and it can be recorded again.

    Raises NotFound, Refused once its answers are no longer kept.
    """
    held = sheets.lock(db, code)
    row = sheets.find(db, countries, code)
    assert held is not None
    if row.attempt_id is not None and row.person_id is not None:
        if _is_thinned(db, row.attempt_id):
            raise Refused("sheet-thinned")
        record.withdraw(db, shelf, row.person_id, row.country, attempt_id=row.attempt_id, now=now)
        held.attempt_id = held.recorded_at = None
        held.problem = {"code": "taken-back"}
        db.flush()


SENTENCES["taken-back"] = N_("This sheet was taken out of the record.")


SENTENCES["sheet-thinned"] = N_("The single answers of this sheet are no longer kept. Its result stays in the record.")


def _is_thinned(db: Session, attempt_id: str) -> bool:
    """Its answers were taken away by their age: what they added to the counts is there for good."""
    query = select(Attempt.id).where(Attempt.id == attempt_id, Attempt.thinned_at.is_not(None))
    return db.scalar(query) is not None


def _recorded(db: Session, attempt_id: str) -> dict[str, Answer]:
    query = select(Response.question, Response.answer).where(Response.attempt_id == attempt_id)
    return {row.question: row.answer for row in db.execute(query)}


def _pages(asked: Asked, missing: Collection[int]) -> list[int]:
    return [number for number, page in enumerate(asked.pages, 1) if any(placed.number in missing for placed in page)]


class View(NamedTuple):
    """A sheet with everything that was read from it, for the person who looks at it."""

    row: SheetRow
    asked: Asked
    reads: tuple[Read, ...]
    outcome: Outcome
    doubtful: dict[int, str]
    """Row → why a person must decide; also rows whose marks together are no answer."""


def view(db: Session, shelf: Shelf, countries: Collection[str], code: str) -> View:
    """Raises NotFound."""
    row = sheets.find(db, countries, code)
    asked = sheets.asked(shelf, row)
    reads = canonical(asked, reads_of(db, [code]).get(code, []))
    outcome = gather(reads, len(asked.fields))
    decided = next((read.marks for read in reads if read.source == "decided"), {})
    _, wrong = answers(asked, outcome, decided.keys())
    if reads and row.problem is not None and row.problem.get("code") == "differs":
        wrong |= dict.fromkeys(range(len(asked.fields)), "differs")
    return View(row, asked, reads, outcome, dict(sorted({**wrong, **outcome.open}.items())))


def decide(
    db: Session, shelf: Shelf, countries: Collection[str], code: str, marks: Mapping[int, Mark],
    *, by: str, now: datetime,
) -> SheetRow:  # fmt: skip
    """A person says what is marked in these rows. -> the sheet, recorded if nothing else stands in the way.

    Raises NotFound.
    """
    row = sheets.find(db, countries, code)
    keep(db, row, "decided", marks, {}, by=by, now=now)
    return _settle(db, shelf, countries, code, now, is_decided=True)


def type_in(
    db: Session, shelf: Shelf, countries: Collection[str], code: str, marks: Mapping[int, Mark],
    *, again: bool, by: str, now: datetime,
) -> SheetRow:  # fmt: skip
    """A sheet copied by hand, or a second time to compare. Raises NotFound."""
    row = sheets.find(db, countries, code)
    keep(db, row, "again" if again else "typed", marks, {}, by=by, now=now)
    return settle(db, shelf, countries, code, now=now)


def name_person(
    db: Session, shelf: Shelf, countries: Collection[str], code: str, participant_id: str, *, now: datetime
) -> SheetRow:
    """Whose the sheet is. What was read stays as it is; a record moves along to its person. Raises NotFound."""
    sheets.lock(db, code)
    row = sheets.find(db, countries, code)
    if row.participant_id != participant_id:
        take_back(db, shelf, countries, code, now=now)
        sheets.assign(db, countries, code, participant_id)
    return settle(db, shelf, countries, code, now=now)
