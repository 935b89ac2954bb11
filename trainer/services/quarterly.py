"""Everything that a report on paper or in a spreadsheet holds: the chosen period beside its year and all time, and what
belongs to one country: its editions, questions to look at, its funders' figures.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial
from typing import NamedTuple

from sqlalchemy.orm import Session

from trainer.languages import formats
from trainer.services import (
    funder_figures,
    periods,
    report_editions,
    report_events,
    report_feedback,
    report_group_tables,
    report_narrative,
    report_notes,
    report_tables,
    report_targets,
    reports,
    series,
)
from trainer.services.editions import EditionRow
from trainer.services.figures import Share
from trainer.services.funders import FunderRow
from trainer.services.report_cells import NOTHING, Count, Datum, Line, Number, Table, Text, Words
from trainer.services.report_groups import questions_of_all
from trainer.services.report_kept import NOTHING_KEPT, Kept
from trainer.services.report_notes import NO_NOTES, Notes
from trainer.services.report_questions import to_look_at
from trainer.services.report_tables import Asked, Langs
from trainer.services.report_targets import Results
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
    kept: Kept = NOTHING_KEPT
    tools: Mapping[str, str] = field(default_factory=dict)
    """`module/unit` → title of a tool to print."""
    minutes: Mapping[str, int] = field(default_factory=dict)
    """Slug → planned minutes in a room."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Dossier:
    report: Report
    title: Words
    tables: tuple[Table, ...]
    """In the order of reading; none of them is empty, and no two have one name."""
    past: tuple[Quarter, ...] = ()
    """The quarters up to now, to be drawn."""
    notes: Notes = NO_NOTES
    """What people wrote; only of one country and one quarter."""

    def table(self, name: str) -> Table | None:
        return next((one for one in self.tables if one.name == name), None)


def collect(db: Session, filters: Filters, source: Source, *, now: datetime, days: int) -> Dossier:
    """Fewer than twenty statements. Raises NotFound as `reports.completions`."""
    made = partial(reports.completions, db, source.countries, titles=source.titles, now=now, days=days)
    chosen = made(filters)
    others = beside(chosen, made)
    notes = notes_of(db, chosen)
    tables = [*_tables(db, chosen, others, source, notes)]
    country = f" · {filters.period}" if filters.period else ""
    about = (
        Words(country_name(chosen.country), country) if chosen.country else Words(report_tables.ALL_COUNTRIES, country)
    )
    return Dossier(
        report=chosen, title=about, tables=tuple(one for one in tables if one.rows),
        past=series.past(chosen), notes=notes,
    )  # fmt: skip


def beside(chosen: Report, made: Callable[..., Report]) -> dict[str, Report]:
    """The chosen period, its year and all time, in this order. No statement more: of what is read already.

    `made`: `reports.completions` but for filters and `of`.
    """
    found = {chosen.filters.period: chosen}
    for period in _beside(chosen.filters.period):
        found[period] = made(replace(chosen.filters, period=period, country=chosen.country), of=chosen.of)
    return found


def notes_of(db: Session, chosen: Report) -> Notes:
    """One statement, or none."""
    if chosen.country is None or not is_quarterly(chosen):
        return NO_NOTES
    return report_notes.read(db, chosen.country, chosen.filters.period)


def targets(
    chosen: Report, of: Mapping[str, Report], notes: Notes, kept: Kept, titles: Mapping[str, str]
) -> Table | None:
    """Of one country's quarter over all modules. `of`: as `beside` says."""
    if not is_quarterly(chosen) or chosen.filters.module is not None:
        return None
    year, ever = of[chosen.filters.period[:4]], of[periods.ALL_TIME]
    shown = [_indicators(report_tables.headline(one)) for one in (chosen, year, ever)]
    place = {line.code.lower(): at for at, line in enumerate(LINES) if line.code}
    indicators = {code: [values[at] for values in shown] for code, at in place.items()}
    reactions = kept.feedback.reactions if kept.feedback else ()
    return report_targets.table(notes, Results(chosen, year, indicators, reactions, titles))


def _beside(period: str) -> Iterator[str]:
    if periods.is_quarter(period):
        yield period[:4]
    if period != periods.ALL_TIME:
        yield periods.ALL_TIME


def _tables(
    db: Session, chosen: Report, of: Mapping[str, Report], source: Source, notes: Notes
) -> Iterator[Table]:  # fmt: skip
    ever, kept = of[periods.ALL_TIME], source.kept
    for one in chosen.groups or ():
        yield report_tables.group(one)
    signed = (
        report_editions.signed(db, chosen.country, source.editions, chosen.filters.module) if chosen.country else []
    )
    more = [*_said(kept, source), *report_editions.confirmed(signed, chosen.made_at)] if chosen.rows else []
    yield summary(chosen, of, more)
    reached = targets(chosen, of, notes, kept, source.titles)
    if reached is not None:
        yield reached
    yield report_tables.completions(chosen, source.langs)
    yield report_group_tables.by_group(chosen)
    yield report_tables.scores(chosen, source.langs)
    yield report_group_tables.group_tests(chosen, source.langs)
    if kept.feedback is not None:
        yield from report_feedback.tables(kept.feedback, {**source.titles, **source.tools}, source.langs)
    yield report_tables.corrections(chosen, source.langs)
    if chosen.questions is not None:
        yield report_tables.questions(chosen.questions, source.asked)
    if chosen.country is not None:
        if chosen.filters.module is None:
            yield to_look_at(
                questions_of_all(chosen.of[chosen.country].questions), source.titles, source.langs, source.asked
            )
        yield report_events.table(kept.workshops, source.minutes)
        yield report_editions.table(signed, source.titles, source.langs)
        if chosen.filters.module is None:
            yield funder_figures.filled(source.lines, chosen, ever, dict(source.titles))
    yield report_narrative.table(notes.words)


# ------------------------------------------------------------------ the summary


class Indicator(NamedTuple):
    code: str
    title: str
    """Message."""


LINES = (
    Indicator("", N_("Enrolled")), Indicator("T1", N_("Persons trained")), Indicator("T2", N_("Participations")),
    Indicator("T3", N_("Planned hours")), Indicator("T4", N_("Completion rate (percent)")),
    Indicator("T5", N_("Change (points)")), Indicator("T6", N_("Test after passed at once (percent)")),
)  # fmt: skip


def _said(kept: Kept, source: Source) -> Iterator[Line]:
    if kept.feedback is not None:
        yield from report_feedback.lines(kept.feedback, source.titles)


def summary(chosen: Report, of: Mapping[str, Report], more: Sequence[Line] = ()) -> Table:
    """The indicators in the chosen period, the one before, the year and all time; and what is known of one of them."""
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
    others = (NOTHING,) * (len(columns) - 1)
    lines = tuple((Text(code), name, figure, *others, note) for code, name, figure, note in more)
    shown = (*(rows if row else ()), *lines)
    return Table(name="summary", title=N_("Summary"), heads=heads, rows=shown, notes=(BY_MODULE,))


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
