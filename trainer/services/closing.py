"""What came of a workshop: who was there, who completed what, what the room learned, and which paper is missing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from trainer.assessment.gain import FEWEST, Gain, gain
from trainer.services import places, scans, sheets, tallies
from trainer.services.codes import grouped
from trainer.services.places import Empty
from trainer.services.sheets import SheetRow
from trainer.services.shelf import Shelf
from trainer.store.models import Attempt, Certificate, CompletionRow, Person
from trainer.store.workshops import Attendance, Participant, Tally, WorkshopSession


class Came(NamedTuple):
    """One participant."""

    participant_id: str
    person_id: str
    number: int
    full_name: str
    walk_in: bool
    sessions: int
    """Attended."""
    completed: dict[str, str]
    """Module → code of the certificate as printed; empty when it was revoked."""
    missing: int
    """Sheets that have not come back."""


class Learned(NamedTuple):
    """What the room learned in one module."""

    module: str
    gain: Gain | None
    """None for fewer than `FEWEST` people with both tests."""
    both: int
    only_before: int
    only_after: int
    people: tuple[int, int]
    """Papers without names that were counted, before and after."""
    right: tuple[float | None, float | None]
    """Share of right answers on them, 0 to 1."""


class Closing(NamedTuple):
    people: tuple[Came, ...]
    empty: tuple[Empty, ...]
    """Places of people who were forgotten or moved away: they came, and are not named."""
    sessions: int
    learned: tuple[Learned, ...]
    missing: tuple[SheetRow, ...]
    """Sheets of people that have not come back."""
    doubts: int
    """Sheets that wait for a person."""

    @property
    def came(self) -> int:
        return sum(one.sessions > 0 for one in self.people) + sum(one.sessions > 0 for one in self.empty)

    @property
    def certificates(self) -> int:
        return sum(len([code for code in one.completed.values() if code]) for one in self.people)


def closing(
    db: Session, shelf: Shelf, countries: Collection[str], workshop_id: str, modules: Collection[str]
) -> Closing:
    """Everything about the workshop at this moment. The number of statements does not grow with the people."""
    rows = sheets.of_workshop(db, countries, workshop_id)
    missing = tuple(scans.unread(rows))
    lacking: defaultdict[str, int] = defaultdict(int)
    for row in missing:
        lacking[row.participant_id or ""] += 1
    people = _people(db, countries, workshop_id, modules, lacking)
    held = (WorkshopSession.workshop_id == workshop_id) & WorkshopSession.country.in_(sorted(countries))
    sessions = db.scalar(select(func.count()).select_from(WorkshopSession).where(held)) or 0
    return Closing(
        people, places.empty_places(db, countries, workshop_id), sessions,
        _learned(db, shelf, rows, workshop_id, modules), missing,
        sum(row.problem is not None for row in rows),
    )  # fmt: skip


def _people(
    db: Session, countries: Collection[str], workshop_id: str, modules: Collection[str], lacking: dict[str, int]
) -> tuple[Came, ...]:
    inside = (Participant.workshop_id == workshop_id) & Participant.country.in_(sorted(countries))
    attended = select(Attendance.participant_id, func.count()).group_by(Attendance.participant_id)
    attended = attended.join(Participant, Participant.id == Attendance.participant_id).where(inside)
    sessions: dict[str, int] = {row[0]: row[1] for row in db.execute(attended)}
    completed: defaultdict[str, dict[str, str]] = defaultdict(dict)
    for row in db.execute(
        select(CompletionRow.person_id, CompletionRow.module, Certificate.code, Certificate.revoked_at)
        .join(Participant, Participant.person_id == CompletionRow.person_id)
        .outerjoin(Certificate, Certificate.completion_id == CompletionRow.id)
        .where(inside, CompletionRow.module.in_(sorted(modules)))
    ):
        completed[row.person_id][row.module] = grouped(row.code) if row.code and row.revoked_at is None else ""
    query = (
        select(Participant.id, Participant.person_id, Participant.number, Person.full_name, Participant.walk_in)
        .join(Person, Person.id == Participant.person_id)
        .where(inside)
        .order_by(Participant.number)
    )
    return tuple(
        Came(*row, sessions.get(row.id, 0), completed.get(row.person_id, {}), lacking.get(row.id, 0))
        for row in db.execute(query)
    )


def certificates(
    db: Session, countries: Collection[str], workshop_id: str, modules: Collection[str]
) -> dict[str, dict[str, tuple[str, datetime]]]:
    """Person → module → code as printed, and when it was completed; those that were not revoked. One statement."""
    found: defaultdict[str, dict[str, tuple[str, datetime]]] = defaultdict(dict)
    for row in db.execute(
        select(CompletionRow.person_id, CompletionRow.module, Certificate.code, CompletionRow.at)
        .join(Participant, Participant.person_id == CompletionRow.person_id)
        .join(Certificate, Certificate.completion_id == CompletionRow.id)
        .where(
            Participant.workshop_id == workshop_id, Participant.country.in_(sorted(countries)),
            CompletionRow.module.in_(sorted(modules)), Certificate.revoked_at.is_(None),
        )
    ):  # fmt: skip
        found[row.person_id][row.module] = (grouped(row.code), row.at)
    return dict(found)


def _learned(
    db: Session, shelf: Shelf, rows: Collection[SheetRow], workshop_id: str, modules: Collection[str]
) -> tuple[Learned, ...]:
    attempts = {row.attempt_id: row for row in rows if row.attempt_id is not None and row.purpose in ("pre", "post")}
    scores: defaultdict[tuple[str, str], dict[str, float]] = defaultdict(dict)
    for found in db.execute(
        select(Attempt.id, Attempt.score).where(Attempt.id.in_(list(attempts))).order_by(Attempt.number)
    ):
        row = attempts[found.id]
        if row.person_id is not None and found.score is not None:
            scores[row.module, row.purpose][row.person_id] = found.score
    counted = _counted(db, shelf, rows, workshop_id)
    learned = []
    for slug in modules:
        before, after = scores[slug, "pre"], scores[slug, "post"]
        both = before.keys() & after.keys()
        learned.append(
            Learned(
                slug,
                gain([(before[one], after[one]) for one in sorted(both)]) if len(both) >= FEWEST else None,
                len(both),
                len(before.keys() - both),
                len(after.keys() - both),
                (counted[slug, "pre"].people, counted[slug, "post"].people),
                (counted[slug, "pre"].share, counted[slug, "post"].share),
            )
        )
    return tuple(learned)


class _Tallied(NamedTuple):
    people: int = 0
    right: int = 0
    asked: int = 0

    @property
    def share(self) -> float | None:
        """None for too few people."""
        return self.right / self.asked if self.asked and self.people >= FEWEST else None


def _counted(
    db: Session, shelf: Shelf, rows: Collection[SheetRow], workshop_id: str
) -> defaultdict[tuple[str, str], _Tallied]:
    """Module and purpose → papers without names, over all forms."""
    found: defaultdict[tuple[str, str], _Tallied] = defaultdict(_Tallied)
    of_form = {(row.edition_id, row.unit, row.purpose, row.form or ""): row for row in rows}
    for held in db.scalars(select(Tally).where(Tally.workshop_id == workshop_id)):
        sheet = of_form.get((held.edition_id, held.unit, held.purpose, held.form))
        if sheet is None:
            continue
        tally = tallies.TallyRow(held.people, tallies.read_counts(held.counts))
        right, asked = tallies.right(sheets.asked(shelf, sheet), tally)
        before = found[held.module, held.purpose]
        found[held.module, held.purpose] = _Tallied(
            before.people + held.people, before.right + right, before.asked + asked
        )
    return found
