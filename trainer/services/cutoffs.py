"""Fixing the figures of a quarter, once: what a report says of it can be said again, and nobody counts who came late.

Reports read fixed figures only. Made from live counts, two of them of different days would differ by whoever came in
between: by one person, perhaps. A country's quarter is fixed some days after its end, when the sheets are in; all
earlier ones with it, in their order. What comes later is told in a line of its own (`corrections`), and only of 5
people or more.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from trainer.services import calendar, deciding, fixed, fixing, periods
from trainer.services.corrections import Corrected
from trainer.services.deciding import Said
from trainer.services.evidence import quarter_of
from trainer.services.figures import Figures, total
from trainer.services.fixing import Gathered
from trainer.services.problems import SENTENCES, NotFound, Refused
from trainer.services.suppression import LATER, Cell
from trainer.store.cutoffs import Cutoff
from trainer.store.engine import Store
from trainer.store.evidence import Summary
from trainer.store.scope import Scope
from trainer.vocabulary import N_

EVERYWHERE = Scope.system("figures of every country are fixed when it is time")
SENTENCES["quarter-running"] = N_("This quarter has not ended yet. Its figures can be fixed from %(day)s on.")


class Due(NamedTuple):
    """A country and the quarters that are to be fixed, in their order."""

    country: str
    quarters: tuple[str, ...]


class Fixed(NamedTuple):
    """When and how the figures of a quarter were fixed."""

    at: datetime
    by: str | None
    """Id of the coordinator; None: it was time."""
    version: str


class Country(NamedTuple):
    """All fixed figures of a country."""

    figures: Figures
    quarters: Mapping[str, Fixed]
    """In their order."""
    corrections: Mapping[str, Corrected]
    """By the quarter whose cut-off told them."""
    last: str
    """The quarter up to which what is missing is nothing: the newest one fixed. Where none is, the last one whose time
    has come: the calendar says so of every country, whether or not something waits in it.
    """
    people: Sequence[Any] = ()
    """As it is kept: who the persons of one quarter were, where `read` was asked for it."""
    groups: dict[str, Any] | None = None
    """As it is kept: what is told of groups in that quarter. None: it was fixed before this was kept."""
    questions: Sequence[Any] = ()
    """As it is kept: sums of answers as the newest cut-off tells them, where `read` was asked for the country."""

    def cell(self, kind: str, module: str | None, period: str) -> Cell:
        of = self.figures
        found = of.persons.get(period) if kind == "persons" else getattr(of, kind).get((module, period))
        is_later = period > self.last and not periods.is_in(self.last, period)
        return found or (Cell(None, LATER) if is_later else Cell(0))


def counted(of: Iterable[Country], kind: str, module: str | None, period: str) -> Cell:
    """The cell of a country, or the sum of several: what is fixed and not there is nothing, the rest not known yet.

    `kind`: `enrolled`, `completed`, `minutes`; or `persons`, who are those of all modules.
    """
    cells = [one.cell(kind, module, period) for one in of]
    return cells[0] if len(cells) == 1 else total(cells)


def read(
    db: Session, countries: Collection[str], *, now: datetime, days: int, of: tuple[str, str] = ("", "")
) -> dict[str, Country]:
    """The fixed figures of each country; nothing where none are fixed. Once what was due is fixed. One statement.

    `days`: so many after its end a quarter's time has come. `of`: a country whose questions are wanted, too, and a
    quarter whose people are.
    """
    one, period = of
    newest = select(func.max(Cutoff.quarter)).where(Cutoff.country == one).scalar_subquery()
    wanted = (Cutoff.country == one) & (Cutoff.quarter == period)
    query = (
        select(
            Cutoff.country, Cutoff.quarter, Cutoff.made_at, Cutoff.made_by, Cutoff.version, Cutoff.said,
            Cutoff.corrections,
            case((wanted, Cutoff.people)),
            case((wanted, Cutoff.groups)),
            case(((Cutoff.country == one) & (Cutoff.quarter == newest), Cutoff.questions)),
        )
        .where(Cutoff.country.in_(sorted(countries)))
        .order_by(Cutoff.country, Cutoff.quarter)
    )  # fmt: skip
    said: defaultdict[str, list[Said]] = defaultdict(list)
    made: defaultdict[str, dict[str, Fixed]] = defaultdict(dict)
    corrected: defaultdict[str, dict[str, Corrected]] = defaultdict(dict)
    people: dict[str, Sequence[Any]] = {}
    groups: dict[str, dict[str, Any]] = {}
    questions: dict[str, Sequence[Any]] = {}
    for country, quarter, at, by, version, kept, lines, who, told, asked in db.execute(query):
        said[country].append(fixed.said_of(quarter, kept))
        made[country][quarter] = Fixed(at, by, version)
        if lines:
            corrected[country][quarter] = fixed.corrections_of(lines)
        if who:
            people[country] = who
        if told is not None:
            groups[country] = told
        if asked:
            questions[country] = asked
    return {
        code: Country(
            deciding.together(said[code]), made[code], corrected[code],
            max(made[code], default=_last_due(code, now, days)), people.get(code, ()), groups.get(code),
            questions.get(code, ()),
        )
        for code in sorted(countries)
    }  # fmt: skip


def newest(db: Session, countries: Collection[str]) -> str:
    """The newest quarter that is fixed in one of them; empty where none is. One statement."""
    return db.scalar(select(func.max(Cutoff.quarter)).where(Cutoff.country.in_(sorted(countries)))) or ""


def due(db: Session, countries: Collection[str] | None, *, now: datetime, days: int) -> list[Due]:
    """What is to be fixed by now, `days` after the end of a quarter. None: every country in scope. One statement."""
    found = []
    for country, first in sorted(_waiting(db, countries).items()):
        last = _last_due(country, now, days)
        if first <= last:
            found.append(Due(country, periods.between(first, last)))
    return found


def is_due(one: Due, *, now: datetime, days: int) -> bool:
    """Is something of what waits to be fixed by now?"""
    return one.quarters[0] <= _last_due(one.country, now, days)


def _last_due(country: str, now: datetime, days: int) -> str:
    return periods.last_ended(calendar.today(country, now) - timedelta(days=days))


def _waiting(db: Session, countries: Collection[str] | None) -> dict[str, str]:
    """Country → its first quarter that is not fixed; only where something was counted."""
    newest = select(func.max(Cutoff.quarter)).where(Cutoff.country == Summary.country).scalar_subquery()
    query = select(Summary.country, func.min(Summary.month), newest).group_by(Summary.country)
    if countries is not None:
        query = query.where(Summary.country.in_(sorted(countries)))
    return {
        country: periods.following(last) if last else quarter_of(month) for country, month, last in db.execute(query)
    }


def fix_due(store: Store, countries: Collection[str] | None, *, now: datetime, days: int) -> int:
    """Fix all that is due, in short transactions. -> how many quarters; None: of every country.

    Two who do it at once get the same figures: those of the first.
    """
    scope, count = EVERYWHERE if countries is None else Scope.counts(countries), 0
    while True:
        with store.read(scope) as db:
            found = due(db, countries, now=now, days=days)
            gathered = [fixing.gather(db, *one) for one in found]
        if not gathered:
            return count
        for one in gathered:
            rows = fixing.rows_of(one, by=None, now=now)
            with store.write(Scope.counts({one.country})) as db:
                count += len(rows) if fixing.keep(db, rows) else 0


def open_quarters(db: Session, countries: Collection[str], *, now: datetime) -> list[Due]:
    """Quarters that have ended and could be fixed at once: all their sheets may be in."""
    return due(db, countries, now=now, days=0)


def to_fix(db: Session, countries: Collection[str], country: str, quarter: str, *, now: datetime) -> tuple[str, ...]:
    """A quarter that has ended, and all before it that are not fixed; none where it is fixed already. One statement.

    Raises NotFound for a country that is not among `countries` or for no quarter, Refused while the quarter lasts.
    """
    if country not in countries or not periods.is_code_of_quarter(quarter):
        raise NotFound
    if quarter > periods.last_ended(calendar.today(country, now)):
        raise Refused("quarter-running", day=f"{periods.day_after(quarter):%Y-%m-%d}")
    first = _waiting(db, {country}).get(country)
    if first is None:
        raise NotFound
    return periods.between(first, quarter) if first <= quarter else ()


def gather_now(
    db: Session, countries: Collection[str], country: str, quarter: str, *, now: datetime
) -> Gathered | None:
    """What `fixing` needs to fix them; None where there are none. Raises what `to_fix` does."""
    quarters = to_fix(db, countries, country, quarter, now=now)
    return fixing.gather(db, country, quarters) if quarters else None


def broken(db: Session, countries: Collection[str] | None) -> list[tuple[str, str]]:
    """The first quarter of each country that is not as it was fixed. None: every country in scope."""
    query = select(Cutoff).order_by(Cutoff.country, Cutoff.quarter)
    if countries is not None:
        query = query.where(Cutoff.country.in_(sorted(countries)))
    found: dict[str, str] = {}
    last: dict[str, str] = {}
    for row in db.scalars(query):
        values = {column.key: getattr(row, column.key) for column in Cutoff.__mapper__.column_attrs}
        digest = values.pop("digest")
        if digest != fixed.digest(values, last.get(row.country, "")):
            found.setdefault(row.country, row.quarter)
        last[row.country] = digest
    return sorted(found.items())
