"""A room with paper: a workshop on the course of `world`, its people and sheets, and what somebody marks on them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any, TypeVar

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests.factories import a_person
from tests.services.world import COURSE, RIGHT, publish
from trainer.services import readings, recounting, room, scans, sheets, timetable, workshops
from trainer.services.agreeing import Mark
from trainer.services.library import Shelf
from trainer.services.scans import Page, Row, UploadRow
from trainer.services.sheets import SheetRow
from trainer.services.workshops import Facts
from trainer.sheets.code import SheetCode
from trainer.sheets.filling import marks_of
from trainer.store.engine import Store
from trainer.store.models import Base, Person, Response
from trainer.store.scope import Scope
from trainer.store.workshops import Workshop

SYSTEM = Scope.system("test")
KH, LA = frozenset({"KH"}), frozenset({"LA"})
KEY = "a key for tests"
AFTER = datetime(2026, 11, 25, 2, 0, tzinfo=UTC)
"""The morning after the workshop."""
T = TypeVar("T")
on_sqlite = pytest.mark.parametrize("store", ["sqlite"], indirect=True)
"""For what no engine does differently."""


class Room:
    """A workshop of two days in Cambodia. Every call is a transaction of its own, a minute after the one before."""

    def __init__(self, store: Store, people: int = 2, modules: Mapping[str, Mapping[str, bytes]] | None = None) -> None:
        self.store, self.shelf, self.now = store, Shelf(store), AFTER
        modules = {"course": COURSE} if modules is None else modules
        for slug, files in modules.items():
            publish(store, slug, files)
        facts = Facts(
            title="Harbour", place="Phnom Penh", country="KH", starts_on=date(2026, 11, 23),
            ends_on=date(2026, 11, 24), locales=("en", "km"), modules=tuple(modules),
        )  # fmt: skip
        titles = {slug: slug.title() for slug in modules}
        self.id = self.write(workshops.create, KH, facts, titles=titles, by="coordinator", now=self.now)
        self.people = [self.join() for _ in range(people)]

    def write(self, act: Callable[..., T], *values: Any, **more: Any) -> T:
        self.now += timedelta(minutes=1)
        with self.store.write(SYSTEM) as db:
            return act(db, *values, **more)

    def read(self, act: Callable[..., T], *values: Any, **more: Any) -> T:
        with self.store.read(SYSTEM) as db:
            return act(db, *values, **more)

    def join(self, **over: Any) -> Person:
        """Somebody new in the room."""

        def add(db: Session) -> Person:
            person = a_person(db, **{"locale": "en", **over})
            room.add_person(db, KH, self.id, person.id, now=self.now)
            db.expunge(person)
            return person

        return self.write(add)

    def participants(self) -> list[str]:
        """Their ids, by number."""
        return [one.id for one in self.read(room.participants, KH, self.id)]

    @property
    def workshop(self) -> Workshop:
        def get(db: Session) -> Workshop:
            row = db.get(Workshop, self.id)
            assert row is not None
            db.expunge(row)
            return row

        return self.read(get)

    def count(self, table: type[Base], *where: Any) -> int:
        return self.read(lambda db: db.scalar(select(func.count()).select_from(table).where(*where)) or 0)

    def sums_are_right(self) -> bool:
        return not self.read(recounting.differences)

    # ------------------------------------------------------------ sheets

    def issue(self, *purposes: str, blanks: int = 0) -> list[SheetRow]:
        def give(db: Session) -> list[SheetRow]:
            workshop = db.get(Workshop, self.id)
            assert workshop is not None
            return sheets.issue(
                db, self.shelf, workshop, purposes or sheets.PURPOSES, blanks=blanks, key=KEY, now=self.now
            )

        return self.write(give)

    def sheet(self, purpose: str, number: int = 1) -> SheetRow:
        """Of the participant with this number; issued if need be."""
        return next(row for row in self.issue(purpose) if (row.purpose, row.number) == (purpose, number))

    def again(self, row: SheetRow) -> SheetRow:
        return self.read(sheets.find, KH, row.code)

    def marks(self, row: SheetRow, answers: Mapping[str, Mapping[str, Any]] = RIGHT) -> dict[int, Mark]:
        """Every row of the sheet as somebody fills it in who wants to give these answers."""
        asked = sheets.asked(self.shelf, row)
        given = {one.item.id: marks_of(one, answers[one.item.id]) for one in asked.plan if one.item.id in answers}
        return {
            at: given.get(field.question, {}).get(field.part, "" if field.kind == "line" else ())
            for at, field in enumerate(asked.fields)
        }

    def rows_of(self, row: SheetRow, question: str) -> list[int]:
        return [at for at, field in enumerate(sheets.asked(self.shelf, row).fields) if field.question == question]

    def recorded(self, row: SheetRow) -> dict[str, Any]:
        """Question → answer in the register."""
        held = self.again(row)

        def answers(db: Session) -> dict[str, Any]:
            query = select(Response.question, Response.answer).where(Response.attempt_id == held.attempt_id)
            return dict(db.execute(query).all())

        return self.read(answers)

    # ------------------------------------------------------------ what comes back

    def type_in(self, row: SheetRow, marks: Mapping[int, Mark], *, again: bool = False) -> SheetRow:
        return self.write(readings.type_in, self.shelf, KH, row.code, marks, again=again, by="typist", now=self.now)

    def scan(self, row: SheetRow, marks: Mapping[int, Mark], doubts: Mapping[int, str] | None = None) -> SheetRow:
        def take(db: Session) -> SheetRow:
            readings.keep(db, row, "scan", marks, doubts or {}, by="scanner", now=self.now)
            return readings.settle(db, self.shelf, KH, row.code, now=self.now)

        return self.write(take)

    def decide(self, row: SheetRow, marks: Mapping[int, Mark]) -> SheetRow:
        return self.write(readings.decide, self.shelf, KH, row.code, marks, by="coordinator", now=self.now)

    def name(self, row: SheetRow, participant_id: str) -> SheetRow:
        return self.write(readings.name_person, self.shelf, KH, row.code, participant_id, now=self.now)

    def take_back(self, row: SheetRow) -> None:
        self.write(readings.take_back, self.shelf, KH, row.code, now=self.now)

    def upload(self, data: bytes = b"a file", name: str = "scan.pdf") -> UploadRow:
        """A new file in the queue."""

        def put(db: Session) -> UploadRow:
            workshop = db.get(Workshop, self.id)
            assert workshop is not None
            ident, _ = scans.upload(db, workshop, name, data, by="coordinator", now=self.now)
            return next(one for one in scans.uploads(db, KH, self.id) if one.id == ident)

        return self.write(put)

    def take(self, upload: UploadRow, page: Page) -> None:
        self.write(scans.take, self.shelf, upload, page, key=KEY, now=self.now)

    def code(self, row: SheetRow, page: int = 1) -> SheetCode:
        pages = sheets.asked(self.shelf, row).pages
        return sheets.code_of(row, self.workshop.code, page, len(pages), KEY)

    def attend(self, ticks: Mapping[str, Sequence[int]]) -> None:
        """Session → numbers of those who were there, and no others."""
        self.write(room.set_attendance, KH, self.id, ticks, by="coordinator", now=self.now)

    def sessions(self) -> list[str]:
        return [one.id for one in self.read(timetable.sessions, KH, self.id)]


def seen(marks: Mapping[int, Mark], unsure: Mapping[int, str] | None = None) -> tuple[Row, ...]:
    """What a reader sees of these marks; a word on a line is not read."""
    unsure = unsure or {}
    return tuple(
        Row(at, () if isinstance(mark, str) else mark, at not in unsure, unsure.get(at, ""), bool(mark) and mark != ())
        if isinstance(mark, str)
        else Row(at, mark, at not in unsure, unsure.get(at, ""))
        for at, mark in marks.items()
    )
