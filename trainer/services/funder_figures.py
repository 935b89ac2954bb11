"""Funders' lines with their figures.

What such a line shows is made of cells that the report shows, and of nothing else: it says nothing new.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import NamedTuple

from trainer.services.figures import total
from trainer.services.funders import FIGURES, FunderForm, FunderRow
from trainer.services.report_cells import NOTHING, Count, Datum, Label, Number, Table, Text, Words
from trainer.services.report_tables import headline, hours
from trainer.services.reports import Report, Row
from trainer.services.suppression import WITHHELD, Cell
from trainer.vocabulary import AGENCY_TYPES, N_


def filled(rows: Sequence[FunderRow], chosen: Report, ever: Report, titles: dict[str, str]) -> Table:
    """The lines of one country with the figures of the chosen period and of all time.

    `chosen`, `ever`: the country's own reports, of all modules. `titles`: of modules, by slug.
    """
    heads = [Words(N_("Code")), Words(N_("Funder’s words")), Words(N_("Our figure")), Words(N_("Counted for"))]
    if chosen.filters.period:
        heads.append(Words(PERIOD_FIGURE, f", {chosen.filters.period}"))
    made = [
        (
            Text(row.form.code), Text(row.form.words), Words(FIGURES[row.form.figure]), _counted_for(row.form, titles),
            *([figure(row.form, chosen)] if chosen.filters.period else []), figure(row.form, ever),
            Text(row.form.note) if row.form.checked else Words(UNCHECKED, f" {row.form.note}".rstrip()),
        )
        for row in rows
        if row.country == chosen.country
    ]  # fmt: skip
    heads += [Words(N_("Figure, all time")), Words(N_("Note"))]
    return Table(name="funders", title=N_("Figures for funders"), heads=tuple(heads), rows=tuple(made))


PERIOD_FIGURE = N_("Figure")
UNCHECKED = N_("Not compared with the reference sheet of the award yet.")


def _counted_for(form: FunderForm, titles: dict[str, str]) -> Datum:
    if form.module is not None:
        return Text(titles.get(form.module, form.module))
    if form.agency_types:
        return Listed(tuple(AGENCY_TYPES[code] for code in form.agency_types))
    return Words(N_("All modules"))


class Listed(NamedTuple):
    """Several words of the interface."""

    messages: tuple[str, ...]
    number: None = None
    lang: str = ""

    def text(self, label: Label) -> str:
        return "; ".join(label(message) for message in self.messages)


def figure(form: FunderForm, report: Report) -> Datum:
    """As it stands in `report`, which is of one country and of all modules."""
    row = _of_module(report, form.module) if form.module is not None else headline(report)
    if form.figure == "t1" and form.agency_types:
        return _of_agencies(form.agency_types, report)
    if row is None:
        return Count(Cell(0)) if form.figure in ("t1", "t2", "t3") else NOTHING
    tests = row.tests
    match form.figure:
        case "t1":
            persons = row.now.persons if form.module is None else row.now.completed
            return Count(persons) if persons else NOTHING
        case "t2":
            return Count(row.now.completed)
        case "t3":
            return Count(hours(row.now.minutes))
        case "t4":
            return Number(round(100 * row.share.share)) if row.share else NOTHING
        case "t5":
            return Number(tests.gain.change, 1) if tests and tests.gain else NOTHING
    return Number(round(100 * tests.after.share)) if tests and tests.after else NOTHING


def _of_module(report: Report, module: str) -> Row | None:
    return next((row for row in report.rows if row.module == module), None)


def _of_agencies(codes: Collection[str], report: Report) -> Datum:
    """Persons of some agency types: of a quarter only, as the report has them."""
    if report.groups is None:
        return NOTHING
    row = headline(report)
    if row is None or (row.now.persons and row.now.persons.value == 0):
        return Count(Cell(0))
    shown = next((one for one in report.groups if one.facet == "who" and one.rows), None)
    if shown is None:
        return Count(Cell(None, WITHHELD))
    totals = {one.value: one.cells[-1] for one in shown.rows}
    return Count(total(totals.get(code, Cell(0)) for code in codes))
