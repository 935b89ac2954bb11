"""From live counts to the rows of a cut-off: read at one time, decided outside of any transaction, kept in a short one.

What may be printed of a quarter takes a second or more to decide where many numbers are small; nobody waits for that.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from trainer import __version__
from trainer.assessment import items
from trainer.services import corrections, deciding, fixed, group_counts, group_telling, periods, room_hours
from trainer.services.corrections import Corrected
from trainer.services.evidence import quarter_of
from trainer.services.figures import Column, Measures
from trainer.services.group_figures import Counted, Told
from trainer.services.group_telling import Past
from trainer.services.report_groups import FACETS, Grouping, grouped
from trainer.services.suppression import Cell
from trainer.store.cutoffs import Cutoff
from trainer.store.evidence import ItemSummary, PersonSummary, Summary
from trainer.store.prepared import insert_new

Question = tuple[str, str, int, str]
"""Module, question, version, test."""
_PERSONS = ("in_quarter", "in_year", "ever")
_ANSWERS = ("n", "right", "rest", "rest_squares", "rest_of_right")


class Gathered(NamedTuple):
    """Of one country: quarters that are to be fixed, what was fixed before them, and what is counted until the last."""

    country: str
    quarters: tuple[str, ...]
    before: Sequence[Any]
    """Quarter, counts, said, corrections, digest, people, groups; in their order."""
    told: Sequence[Sequence[Any]]
    """Sums of questions as the last of these tells them."""
    counts: Mapping[str, Mapping[str, Measures]]
    """Quarter → module → what is counted in it."""
    persons: Mapping[str, Sequence[tuple[str, str, tuple[int, int, int]]]]
    """Quarter → facet, value, and persons of the quarter, new in the year, new altogether."""
    answers: Sequence[tuple[str, Question, int, tuple[int, ...]]]
    """Quarter, question, choice (-1: the question itself), sums."""
    groups: Mapping[str, Counted]
    """Quarter → what is counted of groups in it; of the quarters that are to be fixed."""


def gather(db: Session, country: str, quarters: tuple[str, ...]) -> Gathered:
    """Seven statements, whatever the number of people."""
    rows = select(
        Cutoff.quarter, Cutoff.counts, Cutoff.said, Cutoff.corrections, Cutoff.digest, Cutoff.people, Cutoff.groups
    )  # fmt: skip
    before = db.execute(rows.where(Cutoff.country == country).order_by(Cutoff.quarter)).all()
    newest = select(Cutoff.questions).where(Cutoff.country == country).order_by(Cutoff.quarter.desc()).limit(1)
    last = quarters[-1]
    return Gathered(
        country, quarters, before, db.scalar(newest) or (), _counts(db, country, last), _persons(db, country, last),
        _answers(db, country, last), group_counts.read(db, country, quarters),
    )  # fmt: skip


def _counts(db: Session, country: str, last: str) -> dict[str, dict[str, Measures]]:
    sums = [func.sum(getattr(Summary, name)) for name in Measures._fields]
    query = (
        select(Summary.module, Summary.month, *sums)
        .where(Summary.country == country, Summary.month <= periods.months(last)[-1])
        .group_by(Summary.module, Summary.month)
    )
    found: defaultdict[str, defaultdict[str, Measures]] = defaultdict(lambda: defaultdict(Measures))
    for module, month, *values in db.execute(query):
        of = found[quarter_of(month)]
        of[module] = of[module].plus(Measures(*(int(value) for value in values)))
    return {quarter: {module: of[module] for module in sorted(of) if any(of[module])} for quarter, of in found.items()}


def _persons(db: Session, country: str, last: str) -> dict[str, list[tuple[str, str, tuple[int, int, int]]]]:
    query = (
        select(
            PersonSummary.month, PersonSummary.facet, PersonSummary.value,
            *(func.sum(getattr(PersonSummary, name)) for name in _PERSONS),
        )
        .where(PersonSummary.country == country, PersonSummary.month <= periods.months(last)[-1])
        .group_by(PersonSummary.month, PersonSummary.facet, PersonSummary.value)
    )  # fmt: skip
    found: defaultdict[str, list[tuple[str, str, tuple[int, int, int]]]] = defaultdict(list)
    for month, facet, value, now, year, ever in db.execute(query):
        found[quarter_of(month)].append((facet, value, (int(now), int(year), int(ever))))
    return found


def _answers(db: Session, country: str, last: str) -> list[tuple[str, Question, int, tuple[int, ...]]]:
    keys = (ItemSummary.module, ItemSummary.question, ItemSummary.rev, ItemSummary.purpose)
    query = (
        select(
            ItemSummary.quarter, *keys, ItemSummary.choice,
            *(func.sum(getattr(ItemSummary, name)) for name in _ANSWERS),
        )
        .where(ItemSummary.country == country, ItemSummary.quarter <= last)
        .group_by(ItemSummary.quarter, *keys, ItemSummary.choice)
    )  # fmt: skip
    return [
        (quarter, (module, question, rev, purpose), choice, tuple(int(value) for value in sums))
        for quarter, module, question, rev, purpose, choice, *sums in db.execute(query)
    ]


def rows_of(found: Gathered, *, by: str | None, now: datetime) -> list[dict[str, Any]]:
    """The rows of the quarters, each given all before it. `by`: the coordinator; None: it was time."""
    columns = [fixed.column_of(row.quarter, row.counts) for row in found.before]
    said = [fixed.said_of(row.quarter, row.said) for row in found.before]
    lines = [fixed.corrections_of(row.corrections) for row in found.before]
    past = [Past(row.quarter, fixed.groups_of(row.people), fixed.told_of(row.groups) or Told()) for row in found.before]
    digest, told = found.before[-1].digest if found.before else "", found.told
    made = []
    for quarter in found.quarters:
        persons, who = _of_quarter(found.persons.get(quarter, ()))
        late, ever = _until(found.counts, quarter), _persons_until(found.persons, quarter)
        groups_of = found.groups.get(quarter, {})
        modes = groups_of.get("mode", {})
        known = room_hours.lengths([modes, *(one.told.kept.counts.get("mode", {}) for one in past)])
        line = corrections.told(late, ever, columns, lines, deciding.together(said), known) if columns else Corrected()
        lines.append(line)
        columns.append(Column(quarter, found.counts.get(quarter, {}), persons))
        said.append(deciding.say(columns, said, lines, room_hours.untold(modes)))
        told = _questions(found.answers, quarter, told)
        people: Sequence[Grouping] = grouped(who, said[-1].figures.persons.get(quarter, Cell(0)))
        people, groups = group_telling.say(columns[-1], said[-1], people, who, groups_of, past)
        past.append(Past(quarter, people, groups))
        row: dict[str, Any] = {
            "country": found.country, "quarter": quarter, "made_at": now.astimezone(UTC), "made_by": by,
            "version": __version__, "counts": fixed.kept_column(columns[-1]), "said": fixed.kept_said(said[-1]),
            "people": fixed.kept_groups(people), "groups": fixed.kept_told(groups), "questions": told,
            "corrections": fixed.kept_corrections(line),
        }  # fmt: skip
        digest = fixed.digest(row, digest)
        made.append({**row, "digest": digest})
    return made


def _of_quarter(
    rows: Sequence[tuple[str, str, tuple[int, int, int]]],
) -> tuple[tuple[int, int, int], dict[str, dict[str, int]]]:
    """Persons of the quarter, new in the year, new altogether; and those of the quarter by facet and value."""
    totals, who = (0, 0, 0), {facet: defaultdict[str, int](int) for facet in FACETS}
    for facet, value, counts in rows:
        who[facet][value] += counts[0]
        if facet == "work_role":  # everybody has one: the sum over roles is of everybody
            totals = (totals[0] + counts[0], totals[1] + counts[1], totals[2] + counts[2])
    return totals, {facet: dict(of) for facet, of in who.items()}


def _until(counts: Mapping[str, Mapping[str, Measures]], quarter: str) -> dict[str, Measures]:
    """Module → what is counted in all quarters before this one."""
    found: defaultdict[str, Measures] = defaultdict(Measures)
    for one, of in counts.items():
        for module, row in of.items() if one < quarter else ():
            found[module] = found[module].plus(row)
    return found


def _persons_until(persons: Mapping[str, Sequence[tuple[str, str, tuple[int, int, int]]]], quarter: str) -> int:
    """People who had completed something before this quarter."""
    return sum(_of_quarter(rows)[0][2] for one, rows in persons.items() if one < quarter)


def _questions(
    answers: Sequence[tuple[str, Question, int, tuple[int, ...]]], quarter: str, before: Sequence[Sequence[Any]]
) -> list[list[Any]]:
    """Sums of all answers until the quarter; a question's stay as they were until `items.FEWEST` more have come."""
    told: dict[tuple[Any, ...], list[Any]] = {tuple(row[:4]): list(row) for row in before}
    sums: dict[Question, list[int]] = {}
    chosen: defaultdict[Question, defaultdict[str, int]] = defaultdict(lambda: defaultdict(int))
    for one, key, choice, values in answers:
        if one > quarter:
            continue
        if choice < 0:
            sums[key] = [held + value for held, value in zip(sums.get(key, [0] * 5), values, strict=True)]
        else:
            chosen[key][str(choice)] += values[0]
    for key, row in sums.items():
        if row[0] - (told[key][4] if key in told else 0) >= items.FEWEST:
            told[key] = [*key, *row, dict(chosen[key])]
    return [told[key] for key in sorted(told)]


def keep(db: Session, rows: Sequence[dict[str, Any]]) -> bool:
    """Fix them. False: somebody else was faster with the rest, and theirs are the figures."""
    return all(insert_new(db, Cutoff, row) for row in rows)
