"""Tables of what was counted of each group, and of how their tests went. Persons by group are in `report_tables`."""

from __future__ import annotations

from itertools import islice

from trainer.services.group_figures import GroupTests
from trainer.services.report_cells import NOTHING, Count, Datum, Part, Table, Text, Words
from trainer.services.report_tables import (
    ALL_MODULES,
    BY,
    COUNTRY,
    FACETS,
    GROUP,
    MODULE,
    NO_LANGS,
    PERIOD,
    SCORES_FROM,
    TESTED,
    TOTAL,
    Langs,
    headline,
    hours,
    place,
    tested,
    value,
    where,
)
from trainer.services.report_tables import groups as persons
from trainer.services.reports import Report
from trainer.services.suppression import Cell
from trainer.vocabulary import N_

COUNTED = (N_("Enrolled"), N_("Completed"), N_("Planned hours"))
OTHERS = N_("All others together")
MEASURES = 15
"""Of `TESTED`: whoever took one of the two tests only is not told by group."""


def by_group(report: Report) -> Table:
    """Of the chosen module or of all. Whoever is in no row of their own stands in the one before the total."""
    rows: list[tuple[Datum, ...]] = []
    whole = headline(report)
    for one in report.by_group:
        by = Words(FACETS[one.facet])
        for line in sorted(one.rows, key=lambda line: place(one.facet, line.group)):
            counts = (Cell(line.enrolled), Cell(line.completed), hours(line.minutes))
            rows.append((by, value(one.facet, line.group), *map(Count, counts)))
        if one.others is not None:
            rows.append((by, Words(OTHERS), *(Count(Cell(count)) for count in one.others), NOTHING))
        if whole is not None:
            totals = (whole.now.enrolled, whole.now.completed, hours(whole.now.minutes))
            rows.append((by, Words(TOTAL), *map(Count, totals)))
    heads = tuple(Words(head) for head in (BY, GROUP, *COUNTED))
    title = N_("Enrolled and completed by group")
    return Table(name="by-group", title=title, heads=heads, rows=tuple(rows), notes=(ALL_OR_NOTHING,))


ALL_OR_NOTHING = N_(
    "A group stands here with all its counts or not at all. Those that do not are added up, because they are small or"
    " would give small ones away."
)


def groups(report: Report) -> Table:
    """For whoever calculates: persons by group, a row each; then the same groups as `by_group` has them."""
    found = persons(report)
    row = headline(report)
    module = Text(row.title) if row and report.filters.module else Words(ALL_MODULES)
    of = where(report, row, NO_LANGS) if row else ()
    counts = (
        (of[0], of[2], by, group, Words(TOTAL), NOTHING, *counted, module)
        for by, group, *counted in by_group(report).rows
        if of
    )
    rows = (*((*one, *(NOTHING,) * 3, Words(ALL_MODULES)) for one in found.rows), *counts)
    heads = (*found.heads, *(Words(head) for head in (*COUNTED, MODULE)))
    return Table(name=found.name, title=found.title, heads=heads, rows=rows)


def group_tests(report: Report, langs: Langs = NO_LANGS) -> Table:
    """How the tests went by group, of the chosen module or of each."""
    of = {row.module: row for row in report.rows}
    told = report.told.tests if report.told else ()
    rows = tuple(
        (*where(report, of[one.module], langs), Words(FACETS[one.facet]), value(one.facet, one.group),
         *islice(tested(one.tests), MEASURES))
        for one in sorted(told, key=_in_reading_order)
        if one.module in of
    )  # fmt: skip
    each = 1 if report.filters.module is None else None
    parts = (
        Part(title=N_("Quizzes passed at once"), columns=(3, 4, 5, 6, 7, 8), each=each),
        Part(title=N_("Test after passed at once"), columns=(3, 4, 9, 10, 11, 12), each=each),
        Part(title=N_("Change (points)"), columns=(3, 4, *range(13, 20)), each=each),
    )
    heads = tuple(Words(head) for head in (COUNTRY, MODULE, PERIOD, BY, GROUP, *TESTED[:MEASURES]))
    notes = (SCORES_FROM,)
    return Table(name="group-tests", title=N_("Tests by group"), heads=heads, rows=rows, parts=parts, notes=notes)


def tests_of_module(report: Report) -> list[GroupTests]:
    """Of the chosen module, in the order of `group_tests`."""
    told = report.told.tests if report.told else ()
    return sorted((one for one in told if one.module == report.filters.module), key=_in_reading_order)


def _in_reading_order(one: GroupTests) -> tuple[str, int, tuple[int, str]]:
    return one.module, list(FACETS).index(one.facet), place(one.facet, one.group)
