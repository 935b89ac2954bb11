"""Places in workshops whose person is no longer there: the number stays given, the paper goes."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from trainer.services.packs import DRAFTS
from trainer.store.leaving import EmptyPlace
from trainer.store.workshops import Attendance, Pack, PackFile, Participant, Reading, Scan, Sheet


class Empty(NamedTuple):
    """A place without a person."""

    number: int
    sessions: int
    """Attended."""


def empty_places(db: Session, countries: Collection[str], workshop_id: str) -> tuple[Empty, ...]:
    """Of a workshop, by number."""
    query = select(EmptyPlace.number, EmptyPlace.sessions).where(
        EmptyPlace.workshop_id == workshop_id, EmptyPlace.country.in_(sorted(countries))
    )
    return tuple(Empty(*row) for row in db.execute(query.order_by(EmptyPlace.number)))


def has_open_sheets(db: Session, person_id: str) -> bool:
    """Did a sheet of theirs come back that is not recorded yet?"""
    came_back = Sheet.code.in_(select(Reading.sheet_code)) | Sheet.code.in_(
        select(Scan.sheet_code).where(Scan.sheet_code.is_not(None))
    )
    query = (
        select(Sheet.code)
        .join(Participant, Participant.id == Sheet.participant_id)
        .where(Participant.person_id == person_id, Sheet.recorded_at.is_(None), came_back)
    )
    return db.scalar(query.limit(1)) is not None


def empty(db: Session, person_id: str, *, now: datetime) -> int:
    """Take the person out of every workshop, closed ones too. -> how many

    What was read from their sheets and recorded stays in their record. Sheets, scans of them and packs go: they have
    the name on them or in their hand. A pack can be asked for again.
    """
    query = select(Participant.id, Participant.workshop_id, Participant.country, Participant.number)
    mine = db.execute(query.where(Participant.person_id == person_id)).all()
    ids = [row.id for row in mine]
    ticks = select(Attendance.participant_id, func.count()).where(Attendance.participant_id.in_(ids))
    sessions: dict[str, int] = {row[0]: row[1] for row in db.execute(ticks.group_by(Attendance.participant_id))}
    for row in mine:
        db.add(
            EmptyPlace(
                workshop_id=row.workshop_id, country=row.country, number=row.number,
                sessions=sessions.get(row.id, 0), since=now,
            )
        )  # fmt: skip
    _delete_paper(db, ids)
    _delete_packs(db, {row.workshop_id for row in mine}, set(ids))
    _delete(db, Participant, Participant.id.in_(ids))
    return len(mine)


def _delete_paper(db: Session, ids: Collection[str]) -> None:
    codes = list(db.scalars(select(Sheet.code).where(Sheet.participant_id.in_(ids))))
    _delete(db, Scan, Scan.sheet_code.in_(codes))
    _delete(db, Sheet, Sheet.code.in_(codes))


def _delete_packs(db: Session, workshops: Collection[str], ids: set[str]) -> None:
    """Names are printed on lists and sheets, so every pack of these workshops goes."""
    packs = db.scalars(select(Pack).where(Pack.workshop_id.in_(workshops)).with_for_update()).all()
    for pack in packs:
        people = [one for one in pack.options.get("people", ()) if one not in ids]
        pack.options = {**pack.options, "people": people}
        if pack.state not in DRAFTS:
            pack.state = "cancelled"
            pack.problems = []
    _delete(db, PackFile, PackFile.pack_id.in_([pack.id for pack in packs]))


def _delete(db: Session, table: type, condition: object) -> None:
    db.execute(delete(table).where(condition).execution_options(synchronize_session=False))  # type: ignore[arg-type]
