"""Everything that a report on paper or in a spreadsheet holds: the chosen period beside its year and all time, and what
belongs to one country: its editions, questions to look at, its funders' figures.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial

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
    report_summary,
    report_tables,
    report_targets,
    reports,
    series,
)
from trainer.services.editions import EditionRow
from trainer.services.funders import FunderRow
from trainer.services.report_cells import Datum, Line, Table, Words
from trainer.services.report_groups import questions_of_all
from trainer.services.report_kept import NOTHING_KEPT, Kept
from trainer.services.report_notes import NO_NOTES, Notes
from trainer.services.report_questions import to_look_at
from trainer.services.report_tables import Asked, Langs
from trainer.services.report_targets import Results
from trainer.services.reports import Filters, Report
from trainer.services.series import Quarter
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
    shown = [report_summary.indicators(report_tables.headline(one)) for one in (chosen, year, ever)]
    place = {line.code.lower(): at for at, line in enumerate(report_summary.LINES) if line.code}
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
    yield report_summary.summary(chosen, of, more)
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


def _said(kept: Kept, source: Source) -> Iterator[Line]:
    if kept.feedback is not None:
        yield from report_feedback.lines(kept.feedback, source.titles)


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
