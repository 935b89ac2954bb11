"""Fixing the figures of a quarter, once: what a report says of it can be said again, and nobody counts who came late.

Reports read fixed figures only. Made from live counts, two of them of different days would differ by whoever came in
between: by one person, perhaps. A country's quarter is fixed some days after its end, when the sheets are in; all
earlier ones with it, in their order. What comes later is told in a line of its own (`corrections`), and only of 5
people or more.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from trainer import __version__
from trainer.assessment import items
from trainer.services import calendar, corrections, deciding, fixed, periods
from trainer.services.deciding import Said
from trainer.services.evidence import quarter_of
from trainer.services.figures import Column, Figures, Measures
from trainer.services.problems import SENTENCES, NotFound, Refused
from trainer.services.report_groups import FACETS, grouped
from trainer.services.suppression import Cell
from trainer.store.cutoffs import Cutoff
from trainer.store.evidence import ItemSummary, PersonSummary, Summary
from trainer.store.prepared import insert_new
from trainer.vocabulary import N_

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
    corrections: Mapping[str, Mapping[str, tuple[int, int, int]]]
    """Quarter whose cut-off told them → module → enrolled, completed, planned minutes."""


def read(db: Session, countries: Collection[str]) -> dict[str, Country]:
    """The fixed figures of each country; nothing where none are fixed. One statement."""
    query = (
        select(Cutoff.country, Cutoff.quarter, Cutoff.made_at, Cutoff.made_by, Cutoff.version, Cutoff.said,
               Cutoff.corrections)
        .where(Cutoff.country.in_(sorted(countries)))
        .order_by(Cutoff.country, Cutoff.quarter)
    )  # fmt: skip
    said: defaultdict[str, list[Said]] = defaultdict(list)
    made: defaultdict[str, dict[str, Fixed]] = defaultdict(dict)
    corrected: defaultdict[str, dict[str, dict[str, tuple[int, int, int]]]] = defaultdict(dict)
    for country, quarter, at, by, version, kept, lines in db.execute(query):
        said[country].append(fixed.said_of(quarter, kept))
        made[country][quarter] = Fixed(at, by, version)
        if lines:
            corrected[country][quarter] = {module: tuple(line) for module, line in lines.items()}
    return {
        code: Country(deciding.together(said[code]), made[code], corrected[code]) for code in sorted(countries)
    }  # fmt: skip


def due(db: Session, countries: Collection[str] | None, *, now: datetime, days: int) -> list[Due]:
    """What is to be fixed by now, `days` after the end of a quarter. None: every country in scope. Two statements."""
    found = []
    for country, first in sorted(_waiting(db, countries).items()):
        last = periods.last_ended(calendar.today(country, now) - timedelta(days=days))
        if first <= last:
            found.append(Due(country, periods.between(first, last)))
    return found


def _waiting(db: Session, countries: Collection[str] | None) -> dict[str, str]:
    """Country → its first quarter that is not fixed; only where something was counted."""
    begun = select(Summary.country, func.min(Summary.month)).group_by(Summary.country)
    ended = select(Cutoff.country, func.max(Cutoff.quarter)).group_by(Cutoff.country)
    if countries is not None:
        begun = begun.where(Summary.country.in_(sorted(countries)))
        ended = ended.where(Cutoff.country.in_(sorted(countries)))
    found = {country: quarter_of(month) for country, month in db.execute(begun)}
    return found | {country: periods.following(quarter) for country, quarter in db.execute(ended)}


def fix_due(db: Session, countries: Collection[str] | None, *, now: datetime, days: int) -> list[Due]:
    """Fix all that is due. -> what it was. Two who do it at once get the same figures: those of the first."""
    found = due(db, countries, now=now, days=days)
    for country, quarters in found:
        _fix(db, country, quarters, by=None, now=now)
    return found


def open_quarters(db: Session, countries: Collection[str], *, now: datetime) -> list[Due]:
    """Quarters that have ended and could be fixed at once: all their sheets may be in."""
    return due(db, countries, now=now, days=0)


def fix_now(db: Session, countries: Collection[str], country: str, quarter: str, *, by: str, now: datetime) -> None:
    """Fix a quarter that has ended, and all before it; nothing where it is fixed already.

    Raises NotFound for a country that is not among `countries` or for no quarter, Refused while the quarter lasts.
    """
    if country not in countries or not periods.is_code_of_quarter(quarter):
        raise NotFound
    if quarter > periods.last_ended(calendar.today(country, now)):
        raise Refused("quarter-running", day=f"{periods.day_after(quarter):%Y-%m-%d}")
    first = _waiting(db, {country}).get(country)
    if first is None:
        raise NotFound
    _fix(db, country, periods.between(first, quarter), by=by, now=now)


def _fix(db: Session, country: str, quarters: Sequence[str], *, by: str | None, now: datetime) -> None:
    for quarter in quarters:
        row = _row(db, country, quarter)
        row |= {"made_at": now.astimezone(UTC), "made_by": by, "version": __version__}
        row["digest"] = fixed.digest(row, row.pop("before"))
        insert_new(db, Cutoff, row)  # whoever was first has fixed it; the next quarter builds on theirs


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


def _row(db: Session, country: str, quarter: str) -> dict[str, Any]:
    """What there is to say of the quarter at this moment, given all that was said before."""
    query = (
        select(Cutoff.quarter, Cutoff.counts, Cutoff.said, Cutoff.corrections, Cutoff.digest)
        .where(Cutoff.country == country, Cutoff.quarter < quarter)
        .order_by(Cutoff.quarter)
    )
    before = db.execute(query).all()
    columns = [fixed.column_of(row.quarter, row.counts) for row in before]
    said = [fixed.said_of(row.quarter, row.said) for row in before]
    modules, late = _counted(db, country, quarter)
    persons, who = _persons(db, country, quarter)
    column = Column(quarter, modules, persons)
    new = deciding.say([*columns, column], said)
    return {
        "country": country,
        "quarter": quarter,
        "counts": fixed.kept_column(column),
        "said": fixed.kept_said(new),
        "people": fixed.kept_groups(grouped(who, new.figures.persons.get(quarter, Cell(0)))),
        "questions": _questions(db, country, quarter),
        "corrections": corrections.told(late, columns, [row.corrections for row in before]) if before else {},
        "before": before[-1].digest if before else "",
    }


def _counted(db: Session, country: str, quarter: str) -> tuple[dict[str, Measures], dict[str, Measures]]:
    """By module: what is counted in the quarter, and in all before it."""
    sums = [func.sum(getattr(Summary, name)) for name in Measures._fields]
    query = (
        select(Summary.module, Summary.month, *sums)
        .where(Summary.country == country, Summary.month <= periods.months(quarter)[-1])
        .group_by(Summary.module, Summary.month)
    )
    now: defaultdict[str, Measures] = defaultdict(Measures)
    earlier: defaultdict[str, Measures] = defaultdict(Measures)
    for module, month, *values in db.execute(query):
        held = now if quarter_of(month) == quarter else earlier
        held[module] = held[module].plus(Measures(*(int(value) for value in values)))
    return {module: now[module] for module in sorted(now) if any(now[module])}, dict(earlier)


def _persons(db: Session, country: str, quarter: str) -> tuple[tuple[int, int, int], dict[str, dict[str, int]]]:
    """Persons of the quarter, new in the year, new altogether; and those of the quarter by facet. One statement."""
    names = ("in_quarter", "in_year", "ever")
    query = (
        select(PersonSummary.facet, PersonSummary.value, *(func.sum(getattr(PersonSummary, name)) for name in names))
        .where(PersonSummary.country == country, PersonSummary.month.in_(periods.months(quarter)))
        .group_by(PersonSummary.facet, PersonSummary.value)
    )
    totals, who = [0, 0, 0], {facet: dict[str, int]() for facet in FACETS}
    for facet, value, *counts in db.execute(query):
        who[facet][value] = int(counts[0])
        if facet == "work_role":  # everybody has one: the sum over roles is of everybody
            totals = [one + int(count) for one, count in zip(totals, counts, strict=True)]
    return (totals[0], totals[1], totals[2]), who


def _questions(db: Session, country: str, quarter: str) -> list[Any]:
    """Sums of all answers until the quarter; a question's stay as they were until `items.FEWEST` more have come."""
    last = select(Cutoff.questions).where(Cutoff.country == country, Cutoff.quarter < quarter)
    told = {tuple(row[:4]): row for row in db.scalar(last.order_by(Cutoff.quarter.desc()).limit(1)) or ()}
    keys = (ItemSummary.module, ItemSummary.question, ItemSummary.rev, ItemSummary.purpose)
    names = ("n", "right", "rest", "rest_squares", "rest_of_right")
    query = (
        select(*keys, ItemSummary.choice, *(func.sum(getattr(ItemSummary, name)) for name in names))
        .where(ItemSummary.country == country, ItemSummary.quarter <= quarter)
        .group_by(*keys, ItemSummary.choice)
    )
    now: dict[tuple[Any, ...], list[Any]] = {}
    chosen: defaultdict[tuple[Any, ...], dict[str, int]] = defaultdict(dict)
    for module, question, rev, purpose, choice, *sums in db.execute(query):
        key = (module, question, rev, purpose)
        if choice < 0:
            now[key] = [*key, *(int(value) for value in sums)]
        else:
            chosen[key][str(choice)] = int(sums[0])
    for key, row in now.items():
        if row[4] - (told[key][4] if key in told else 0) >= items.FEWEST:
            told[key] = [*row, chosen[key]]
    return [told[key] for key in sorted(told)]
