"""Everything that a report on paper or in a spreadsheet holds: the chosen period beside its year and all time, and what
belongs to one country: its editions, questions to look at, its funders' figures.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial
from typing import NamedTuple

from sqlalchemy.orm import Session

from trainer.content.nation import parse
from trainer.languages import formats
from trainer.services import funder_figures, national, periods, report_group_tables, report_tables, reports, series
from trainer.services.editions import EditionRow
from trainer.services.figures import Share
from trainer.services.funders import FunderRow
from trainer.services.report_cells import NOTHING, Count, Datum, Number, Table, Text, Words
from trainer.services.report_groups import questions_of_all
from trainer.services.report_questions import to_look_at
from trainer.services.report_tables import Asked, Langs
from trainer.services.reports import Filters, Report, Row
from trainer.services.series import Quarter
from trainer.services.suppression import Cell
from trainer.vocabulary import N_, country_name


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """What the reader's language decides, how modules and questions are called and in which order they stand; and what
    whoever asks has read already.
    """

    countries: Sequence[str]
    editions: Sequence[EditionRow]
    """The newest of each module."""
    titles: Mapping[str, str]
    """Slug → title."""
    langs: Langs
    asked: Asked
    lines: Sequence[FunderRow] = field(default_factory=tuple)
    """The funders' lines of these countries."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Dossier:
    report: Report
    title: Words
    tables: tuple[Table, ...]
    """In the order of reading; none of them is empty, and no two have one name."""
    past: tuple[Quarter, ...] = ()
    """The quarters up to now, to be drawn."""

    def table(self, name: str) -> Table | None:
        return next((one for one in self.tables if one.name == name), None)


def collect(db: Session, filters: Filters, source: Source, *, now: datetime, days: int) -> Dossier:
    """Fewer than twenty statements. Raises NotFound as `reports.completions`."""
    made = partial(reports.completions, db, source.countries, titles=source.titles, now=now, days=days)
    chosen = made(filters)
    others = {chosen.filters.period: chosen}
    for period in _beside(filters.period):
        others[period] = made(replace(filters, period=period, country=chosen.country), of=chosen.of)
    tables = [*_tables(db, chosen, others, source)]
    country = f" · {filters.period}" if filters.period else ""
    about = (
        Words(country_name(chosen.country), country) if chosen.country else Words(report_tables.ALL_COUNTRIES, country)
    )
    return Dossier(
        report=chosen, title=about, tables=tuple(one for one in tables if one.rows),
        past=series.past(chosen),
    )  # fmt: skip


def _beside(period: str) -> Iterator[str]:
    if periods.is_quarter(period):
        yield period[:4]
    if period != periods.ALL_TIME:
        yield periods.ALL_TIME


def _tables(db: Session, chosen: Report, of: Mapping[str, Report], source: Source) -> Iterator[Table]:
    ever = of[periods.ALL_TIME]
    for one in chosen.groups or ():
        yield report_tables.group(one)
    yield report_group_tables.by_group(chosen)
    yield summary(chosen, of)
    yield report_tables.completions(chosen, source.langs)
    yield report_tables.scores(chosen, source.langs)
    yield report_group_tables.group_tests(chosen, source.langs)
    yield report_tables.corrections(chosen, source.langs)
    if chosen.questions is not None:
        yield report_tables.questions(chosen.questions, source.asked)
    if chosen.country is not None:
        if chosen.filters.module is None:
            yield to_look_at(
                questions_of_all(reports.kept_questions(db, chosen.country)), source.titles, source.langs, source.asked
            )
        yield editions(db, chosen.country, chosen.filters.module, source)
        if chosen.filters.module is None:
            yield funder_figures.filled(source.lines, chosen, ever, dict(source.titles))


# ------------------------------------------------------------------ the summary


class Line(NamedTuple):
    code: str
    title: str
    """Message."""


LINES = (
    Line("", N_("Enrolled")), Line("T1", N_("Persons trained")), Line("T2", N_("Participations")),
    Line("T3", N_("Planned hours")), Line("T4", N_("Completion rate (percent)")),
    Line("T5", N_("Change (points)")), Line("T6", N_("Test after passed at once (percent)")),
)  # fmt: skip


def summary(chosen: Report, of: Mapping[str, Report]) -> Table:
    """The indicators in the chosen period, the one before, the year and all time."""
    row = report_tables.headline(chosen)
    columns = [(Words(report_tables.ALL_TIME) if not code else Text(code), _indicators(report_tables.headline(one)))
               for code, one in of.items()]  # fmt: skip
    if chosen.before is not None and row is not None and row.before is not None:
        before = Row(
            country=row.country, module=row.module, title="", now=row.before, before=None, share=None, tests=None
        )  # fmt: skip
        columns.insert(1, (Text(chosen.before), _indicators(before)))
    notes = _notes(report_tables.headline(of[periods.ALL_TIME]))
    heads = (Words(N_("No.")), Words(N_("Indicator")), *(head for head, _ in columns), Words(N_("Note")))
    rows: tuple[tuple[Datum, ...], ...] = tuple(
        (Text(line.code), Words(line.title), *(values[at] for _, values in columns), notes.get(line.code, Text("")))
        for at, line in enumerate(LINES)
        if any(values[at] != NOTHING for _, values in columns)
    )
    return Table(name="summary", title=N_("Summary"), heads=heads, rows=rows if row else (), notes=(BY_MODULE,))


BY_MODULE = N_("How the tests went stands by module: scores are not added up over modules or countries.")


def _indicators(row: Row | None) -> tuple[Datum, ...]:
    """As `LINES` says."""
    if row is None:
        return (*(Count(Cell(0)),) * 4, *(NOTHING,) * 3)
    now, tests = row.now, row.tests
    # Of a single module everybody has one completion.
    persons = now.persons or (now.completed if row.module else None)
    return (
        Count(now.enrolled), Count(persons) if persons else NOTHING, Count(now.completed),
        Count(report_tables.hours(now.minutes)), _percent(row.share),
        Number(tests.gain.change, 1) if tests and tests.gain else NOTHING, _percent(tests.after if tests else None),
    )  # fmt: skip


def _percent(share: Share | None) -> Datum:
    return Number(round(100 * share.share)) if share else NOTHING


def _notes(ever: Row | None) -> dict[str, Datum]:
    share = ever.share if ever else None
    if share is None:
        return {}
    values = {
        "count": share.counted, "n": share.n, "low": round(100 * share.low), "high": round(100 * share.high)
    }  # fmt: skip
    return {"T4": Words(RANGE, values=values)}


RANGE = N_("All time: %(count)s of %(n)s; range %(low)s to %(high)s")


# ------------------------------------------------------------------ editions


def editions(db: Session, country: str, module: str | None, source: Source) -> Table:
    """What learners of the country read now. Who signed is not said here: a report is passed on."""
    files = national.published(db, source.editions, [country])
    heads = (
        Words(report_tables.MODULE), Words(N_("Edition")), Words(N_("Published")),
        Words(N_("National details confirmed on")), Words(N_("To be checked again by")),
    )  # fmt: skip
    rows: list[tuple[Datum, ...]] = []
    for one in source.editions:
        if module not in (None, one.module) or one.is_archived:
            continue
        sha256, data = files.get((country, one.module), ("", b""))
        overlay = parse(data, national.path_of(country))[0] if sha256 else None
        signed = overlay if overlay and overlay.confirmed_by and overlay.checked_on else None
        days = (signed.checked_on if signed else None, signed.review_by if signed else None)
        rows.append((
            Text(source.titles.get(one.module, one.title), source.langs.get(one.module, "")), Number(one.number),
            Text(f"{one.published_at:%Y-%m-%d}"), *(Text(day.isoformat()) if day else NOTHING for day in days),
        ))  # fmt: skip
    return Table(name="editions", title=N_("Editions"), heads=heads, rows=tuple(rows))


# ------------------------------------------------------------------ the heading


def facts(dossier: Dossier, locale: str, titles: Mapping[str, str]) -> tuple[Datum, ...]:
    """What the figures are of, in whole sentences: countries, period, module, cut-off."""
    report = dossier.report
    of: list[Datum] = [
        Words(N_("Period: %(period)s"), values={"period": report.filters.period})
        if report.filters.period
        else Words(report_tables.ALL_TIME)
    ]
    if report.before is not None:
        of.append(Words(N_("Compared with: %(period)s"), values={"period": report.before}))
    if report.filters.module is not None:
        name = titles.get(report.filters.module, report.filters.module)
        of.append(Words(N_("Module: %(module)s"), values={"module": name}))
    if report.country is None:
        of += [Words(report_tables.REACH), report_tables.reach(report)]
    if report.fixed_at is not None:
        moment = formats.moment_text(report.fixed_at, locale)
        of.append(Words(N_("Figures fixed on %(moment)s"), values={"moment": moment}))
        of.append(Words(N_("Version of Trainer: %(version)s"), values={"version": report.version}))
    return tuple(of)


def is_quarterly(report: Report) -> bool:
    return report.country is not None and periods.is_quarter(report.filters.period)


def kind(report: Report) -> str:
    """A message: what it is called."""
    return N_("Quarterly report") if is_quarterly(report) else N_("Report")
