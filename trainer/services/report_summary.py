"""The summary of a report: its indicators in the chosen period, the one before, the year and all time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from trainer.services import periods, report_tables
from trainer.services.figures import Share
from trainer.services.report_cells import NOTHING, Count, Datum, Line, Number, Table, Text, Words
from trainer.services.reports import Report, Row
from trainer.services.suppression import Cell
from trainer.vocabulary import N_


class Indicator(NamedTuple):
    code: str
    title: str
    """Message."""


LINES = (
    Indicator("", N_("Enrolled")), Indicator("T1", N_("Persons trained")), Indicator("T2", N_("Participations")),
    Indicator("T3", N_("Planned hours")), Indicator("T4", N_("Completion rate (percent)")),
    Indicator("T5", N_("Change (points)")), Indicator("T6", N_("Test after passed at once (percent)")),
)  # fmt: skip


def summary(chosen: Report, of: Mapping[str, Report], more: Sequence[Line] = ()) -> Table:
    """The indicators in the chosen period, the one before, the year and all time; and what is known of one of them."""
    row = report_tables.headline(chosen)
    columns = [(Words(report_tables.ALL_TIME) if not code else Text(code), indicators(report_tables.headline(one)))
               for code, one in of.items()]  # fmt: skip
    if chosen.before is not None and row is not None and row.before is not None:
        before = Row(
            country=row.country, module=row.module, title="", now=row.before, before=None, share=None, tests=None
        )  # fmt: skip
        columns.insert(1, (Text(chosen.before), indicators(before)))
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


def indicators(row: Row | None) -> tuple[Datum, ...]:
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
