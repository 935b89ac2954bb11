"""Warnings as coordinators read them: by country and kind, with names as they are now; and what they put aside."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, and_, func, select
from sqlalchemy.orm import Session, aliased

from trainer.services import calendar, workshop_rows
from trainer.services.problems import NotFound
from trainer.store.models import Person
from trainer.store.warnings import WarningLook, WarningRow
from trainer.store.workshops import Workshop

FIRST = 10
"""Warnings of each kind on a page of all kinds."""
SIZE = 50
"""On a page of one kind; and of those that were put aside, the latest."""


class Shown(NamedTuple):
    """A warning with the names there are today."""

    id: str
    """Empty for one that is worked out as the page is made (`check`)."""
    kind: str
    country: str
    at: datetime | None = None
    person_id: str | None = None
    person: str | None = None
    other_id: str | None = None
    other: str | None = None
    workshop_id: str | None = None
    workshop: str | None = None
    module: str | None = None
    agency: str = ""
    numbers: Mapping[str, Any] = {}
    looked_at: datetime | None = None
    looked_by: str | None = None
    """Name; None: somebody who is gone or of no country in scope."""
    note: str = ""
    due: date | None = None
    """Of `check`: the day until which it was to be done."""

    @property
    def day(self) -> date | None:
        """When it happened, in its country."""
        return self.due or (calendar.today(self.country, self.at) if self.at else None)


class Page(NamedTuple):
    numbers: Mapping[str, int]
    """Kind → how many wait; of every kind."""
    aside: int
    """How many were put aside, of the kind that is asked for."""
    waiting: tuple[Shown, ...]
    """The newest first within a kind: the first of each kind, or a page of one kind."""
    looked_at: tuple[Shown, ...]
    """The latest that were put aside."""


class Looks(NamedTuple):
    """When the records were looked through."""

    at: datetime | None
    """All of them at least since then; None: some never were."""
    is_asked: bool
    """Somebody asked to have it done now, and it was not done yet."""


def page(db: Session, countries: Collection[str], kind: str = "", *, number: int = 1) -> Page:
    """Page `number`, from 1, of one kind; without `kind` the first of every kind. Three statements."""
    mine: ColumnElement[bool] = WarningRow.country.in_(sorted(countries))
    is_aside = WarningRow.looked_at.is_not(None)
    counted = select(WarningRow.kind, is_aside, func.count()).where(mine).group_by(WarningRow.kind, is_aside)
    counts = {(row[0], bool(row[1])): row[2] for row in db.execute(counted)}
    numbers = {of: count for (of, aside), count in counts.items() if not aside}
    aside = sum(count for (of, aside), count in counts.items() if aside and kind in ("", of))
    if kind:
        mine = and_(mine, WarningRow.kind == kind)
    first, most = ((number - 1) * SIZE, SIZE) if kind else (0, FIRST)
    return Page(numbers, aside, _waiting(db, mine, first, most), _looked_at(db, mine))


def waiting(db: Session, countries: Collection[str]) -> int:
    """How many wait. One statement."""
    mine = WarningRow.country.in_(sorted(countries)) & WarningRow.looked_at.is_(None)
    return db.scalar(select(func.count()).select_from(WarningRow).where(mine)) or 0


def looks(db: Session, countries: Collection[str]) -> Looks:
    """When these countries were looked through. One statement."""
    query = select(WarningLook.looked_at, WarningLook.asked_at).where(WarningLook.country.in_(sorted(countries)))
    rows = db.execute(query).all()
    moments = [row.looked_at for row in rows if row.looked_at]
    return Looks(
        min(moments) if moments and len(moments) == len(countries) else None, any(row.asked_at for row in rows)
    )


def put_aside(
    db: Session, countries: Collection[str], warning_id: str, *, by: str, note: str, now: datetime
) -> None:  # fmt: skip
    """Somebody looked at it. Who did so first stays. Raises NotFound, also when it is no longer true, and Invalid for
    a note that is no line of text.
    """
    clean = workshop_rows.line(note, "note") if note.strip() else ""
    row = _locked(db, countries, warning_id)
    if row.looked_at is None:
        row.looked_at, row.looked_by, row.note = now, by, clean


def take_up(db: Session, countries: Collection[str], warning_id: str) -> None:
    """It waits again; the note goes. Raises NotFound."""
    row = _locked(db, countries, warning_id)
    row.looked_at, row.looked_by, row.note = None, None, ""


def _locked(db: Session, countries: Collection[str], warning_id: str) -> WarningRow:
    query = select(WarningRow).where(WarningRow.id == warning_id, WarningRow.country.in_(sorted(countries)))
    row = db.scalar(query.with_for_update())
    if row is None:
        raise NotFound
    return row


def _waiting(db: Session, mine: ColumnElement[bool], first: int, most: int) -> tuple[Shown, ...]:
    newest = (WarningRow.at.desc(), WarningRow.id)
    place = func.row_number().over(partition_by=WarningRow.kind, order_by=newest).label("place")
    ranked = select(WarningRow.id, place).where(mine, WarningRow.looked_at.is_(None)).subquery()
    query = _shown().join(ranked, ranked.c.id == WarningRow.id)
    rows = db.execute(query.where(ranked.c.place > first, ranked.c.place <= first + most).order_by(*newest))
    return tuple(Shown(*row) for row in rows)


def _looked_at(db: Session, mine: ColumnElement[bool]) -> tuple[Shown, ...]:
    query = _shown().where(mine, WarningRow.looked_at.is_not(None))
    rows = db.execute(query.order_by(WarningRow.looked_at.desc(), WarningRow.id).limit(SIZE))
    return tuple(Shown(*row) for row in rows)


def _shown() -> Any:
    """The columns of `Shown`, with the names."""
    of = WarningRow
    one, other, looker = aliased(Person), aliased(Person), aliased(Person)
    return (
        select(
            of.id, of.kind, of.country, of.at, of.person_id, one.full_name, of.other_id, other.full_name,
            of.workshop_id, Workshop.title, of.module, of.agency, of.numbers, of.looked_at, looker.full_name, of.note,
        )
        .outerjoin(one, one.id == of.person_id)
        .outerjoin(other, other.id == of.other_id)
        .outerjoin(Workshop, Workshop.id == of.workshop_id)
        .outerjoin(looker, looker.id == of.looked_by)
    )  # fmt: skip
