"""The report as tables: heads and rows of cells, made once. CSV, spreadsheet and PDF show these cells and no others."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from trainer.languages.registry import LANGUAGES
from trainer.services.figures import Share, Tests
from trainer.services.report_cells import NOTHING, Count, Datum, Label, Number, Part, Several, Table, Text, Words
from trainer.services.report_groups import Grouping, Questions, Side
from trainer.services.reports import Correction, Counted, Report, Row
from trainer.services.suppression import Cell
from trainer.vocabulary import AGENCY_TYPES, MODES, N_, SEXES, WORK_ROLES, country_name

Langs = Mapping[str, str]
"""Slug of a module → the language that its title is in."""
NO_LANGS: Langs = {}

ALL_COUNTRIES = N_("All my countries")
ALL_MODULES = N_("All modules")
ALL_TIME = N_("All time")
NOT_STATED = N_("Not stated")
TOTAL = N_("Total")
COUNTRY, MODULE, PERIOD = N_("Country"), N_("Module"), N_("Period")
COUNTED = (N_("Enrolled"), N_("Completed"), N_("Persons"), N_("Planned hours"))
SHARE = (N_("Share completed (percent)"), N_("Share completed, from"), N_("Share completed, to"))
TESTED = (
    N_("First goes at quizzes"), N_("Passed at once (percent)"), N_("Passed at once, from"), N_("Passed at once, to"),
    N_("First tests after"), N_("Passed at once (percent)"), N_("Passed at once, from"), N_("Passed at once, to"),
    N_("People with both tests"), N_("Mean before (percent)"), N_("Mean after (percent)"), N_("Change (points)"),
    N_("Change, from"), N_("Change, to"), N_("Effect size (d_av)"), N_("Only the test before"),
    N_("Mean of these (percent)"), N_("Only the test after"), N_("Some quarters are left out"),
)  # fmt: skip
ASKED = (
    N_("Question"), N_("Version"), N_("Test"), N_("Answers, at least"), N_("Right (percent)"), N_("Discrimination"),
    N_("Wrong answer chosen most"),
)  # fmt: skip
CORRECTED = (COUNTRY, MODULE, N_("Told with"), *COUNTED)
FIXED = (N_("Fixed until"), N_("Fixed on (UTC)"), N_("Version of Trainer"))
BY, GROUP = N_("By"), N_("Group")
GROUPED = (COUNTRY, PERIOD, BY, GROUP, N_("Sex"), N_("Persons"))
FACETS = {
    "agency_type": N_("Agency type"), "sex": N_("Sex"),
    "who": N_("Agency type"), "work_role": N_("Role"), "mode": N_("How they learned"), "locale": N_("Language"),
}  # fmt: skip
BY_FACET = {
    "who": N_("Persons by agency type and sex"), "work_role": N_("Persons by role"),
    "mode": N_("Persons by how they learned"), "locale": N_("Persons by language"),
}  # fmt: skip
TESTS = {"pre": N_("Test before"), "post": N_("Test after")}


def hours(minutes: Cell) -> Cell:
    """Whole hours; what is left of the last one is dropped, so that parts never add up to more than their sum."""
    value = None if minutes.value is None else minutes.value // 60
    return Cell(value, minutes.mark, minutes.least // 60)


def whole_hours(minutes: int) -> int:
    """Of a correction: what is left of the last one is dropped, up or down."""
    return minutes // 60 if minutes >= 0 else -(-minutes // 60)


def headline(report: Report) -> Row | None:
    """The sum of everything that the filters leave."""
    rows = report.totals or report.rows
    return rows[-1] if rows else None


# ------------------------------------------------------------------ the tables


def completions(report: Report, langs: Langs = NO_LANGS) -> Table:
    """Who enrolled and completed; beside it the period before."""
    before = [Words(head, f", {report.before}") for head in COUNTED] if report.before is not None else []
    rows = [
        (
            *(*where(report, row, langs), *counted(row.now), *_share(row.share)[1:]),
            *(counted(row.before) if row.before else ()),
            *_fixed(report, row.country),
        )
        for row in (*report.rows, *report.totals)
    ]
    heads = (*(Words(head) for head in (COUNTRY, MODULE, PERIOD, *COUNTED, *SHARE)), *before, *map(Words, FIXED))
    on_paper = (3, 10, 4, 11, 6, 13) if before else (3, 4, 6, 7, 8, 9)
    return Table(
        name="completions", title=N_("By country and module"), heads=heads, rows=tuple(rows),
        parts=(Part(title="", columns=(*_named(report), *on_paper)),),
    )  # fmt: skip


def reach(report: Report) -> Several:
    """How far a sum over countries goes: what each has fixed."""
    return Several(tuple(
        Words(FIXED_UNTIL if quarter else NOTHING_FIXED,
              values={"country": Words(country_name(code)), **({"quarter": quarter} if quarter else {})})
        for code, quarter in report.fixed_until.items()
    ))  # fmt: skip


REACH = N_("Sums over countries go as far as each country’s figures are fixed.")
FIXED_UNTIL = N_("%(country)s: fixed until %(quarter)s")
NOTHING_FIXED = N_("%(country)s: nothing fixed yet")


def _fixed(report: Report, country: str | None) -> tuple[Datum, ...]:
    """The newest quarter of a row that is fixed, when it was, and the versions of Trainer that did it."""
    of = report.cutoffs.values() if country is None else [report.cutoffs.get(country, {})]
    found = [one for quarters in of for one in quarters.values()]
    at = max((one.at for one in found), default=None)
    versions = ", ".join(sorted({one.version for one in found}))
    until = Text(report.fixed_until[country] or NOTHING.words) if country else reach(report)
    return (until, Text(f"{at:%Y-%m-%d %H:%M}") if at else NOTHING, Text(versions) if versions else NOTHING)


def corrections(report: Report, langs: Langs = NO_LANGS) -> Table:
    """What was found to be different in earlier quarters: in no other table. Persons told here and those of all time
    are all who completed something.
    """
    rows = tuple(
        (
            Words(country_name(one.country)),
            Text(one.title, langs.get(one.module, "")) if one.module else Words(ALL_MODULES), Text(one.quarter),
            *_corrected(one),
        )
        for one in report.corrections
    )  # fmt: skip
    heads = tuple(Words(head) for head in CORRECTED)
    return Table(name="corrections", title=N_("Corrections"), heads=heads, rows=rows)


def _corrected(one: Correction) -> tuple[Datum, ...]:
    """As `COUNTED` says: persons are those of all modules, and nothing else is told of all modules."""
    if one.module is None:
        return NOTHING, NOTHING, Number(one.persons), NOTHING
    hours = NOTHING if one.minutes is None else Number(whole_hours(one.minutes))
    return Number(one.enrolled), Number(one.completed), NOTHING, hours


def scores(report: Report, langs: Langs = NO_LANGS) -> Table:
    """How the tests went."""
    rows = tuple((*where(report, row, langs), *tested(row.tests)) for row in report.rows if row.tests)
    named = _named(report)
    parts = (
        Part(title=N_("Quizzes passed at once"), columns=(*named, 3, 4, 5, 6)),
        Part(title=N_("Test after passed at once"), columns=(*named, 7, 8, 9, 10)),
        Part(title=N_("Change (points)"), columns=(*named, *range(11, 18))),
        Part(title=N_("Only one of the two tests"), columns=(*named, 18, 19, 20, 21)),
    )
    heads = tuple(Words(head) for head in (COUNTRY, MODULE, PERIOD, *TESTED))
    return Table(name="tests", title=N_("Tests"), heads=heads, rows=rows, parts=parts, notes=(SCORES_FROM,))


SCORES_FROM = N_("Scores are shown for 10 people or more, shares where neither side is a group of 1 to 4.")


def groups(report: Report) -> Table:
    """Persons by agency type and sex, role, mode and language; a row each."""
    of = (_country(report.country), period(report.filters.period))
    rows = tuple(
        (*of, Words(FACETS[one.facet]), value(one.facet, row.value), Words(column_message(column)), Count(cell))
        for one in report.groups or ()
        for row in one.rows
        for column, cell in zip(one.columns, row.cells, strict=True)
    )
    return Table(name="groups", title=N_("Who they were"), heads=tuple(Words(head) for head in GROUPED), rows=rows)


def group(one: Grouping) -> Table:
    """The same of one thing, side by side."""
    heads = (Words(FACETS[one.facet]), *(Words(column_message(column)) for column in one.columns))
    rows = tuple((value(one.facet, row.value), *(Count(cell) for cell in row.cells)) for row in one.rows)
    notes = (LEFT_OUT,) if one.left_out and one.rows else ()
    return Table(name=f"by-{one.facet}", title=BY_FACET[one.facet], heads=heads, rows=rows, notes=notes)


LEFT_OUT = N_("A small number of people who did not state their sex is in no column; they are in the totals.")

Asked = Callable[[str, str, int, Side], tuple[Text, Text]]
"""Module, question, version and side → its words, and the wrong answer chosen most (empty: none)."""


def _as_named(module: str, question: str, rev: int, side: Side) -> tuple[Text, Text]:
    return Text(question), Text("")


def questions(found: Questions | None, asked: Asked = _as_named) -> Table:
    """How the questions did."""
    rows = tuple(_question(found.module, *line, asked) for line in sides(found)) if found else ()
    return Table(name="questions", title=N_("Questions"), heads=tuple(Words(head) for head in ASKED), rows=rows)


def sides(found: Questions) -> Iterator[tuple[str, int, str, Side]]:
    """Question, version, test and how it did in that."""
    for row in found.rows:
        for test, side in (("pre", row.before), ("post", row.after)):
            if side is not None:
                yield row.question, row.rev, test, side


def right(side: Side) -> Number | Text:
    """Percent of right answers, or how far it is told."""
    return Text(f"{side.sign} {side.right}") if side.sign else Number(side.right)


def _question(module: str, question: str, rev: int, test: str, side: Side, asked: Asked) -> tuple[Datum, ...]:
    words, wrong = asked(module, question, rev, side)
    strength = NOTHING if side.discrimination is None else Number(side.discrimination, 2)
    counts = (Number(side.least), right(side), strength)
    return (words, Number(rev), Words(TESTS[test]), *counts, wrong if wrong.words else NOTHING)


# ------------------------------------------------------------------ cells


def _named(report: Report) -> tuple[int, ...]:
    """Columns that name a row on paper, where the heading names a single country."""
    return (1,) if report.country else (0, 1)


def where(report: Report, row: Row, langs: Langs) -> tuple[Datum, ...]:
    module = Text(row.title, langs.get(row.module, "")) if row.module else Words(ALL_MODULES)
    return (_country(row.country) if row.country else Words(ALL_COUNTRIES), module, period(report.filters.period))


def _country(code: str | None) -> Words | Text:
    return Words(country_name(code)) if code else Text("")


def counted(counts: Counted) -> tuple[Datum, ...]:
    """As `COUNTED` says."""
    persons = Count(counts.persons) if counts.persons else NOTHING
    return (Count(counts.enrolled), Count(counts.completed), persons, Count(hours(counts.minutes)))


def _share(share: Share | None) -> tuple[Datum, ...]:
    if share is None:
        return (NOTHING,) * 4
    return (Number(share.n), *(Number(round(100 * one)) for one in (share.share, share.low, share.high)))


def tested(tests: Tests | None) -> Iterator[Datum]:
    if tests is None:
        return
    yield from _share(tests.quiz)
    yield from _share(tests.after)
    found = tests.gain
    if found is None:
        yield from (NOTHING,) * 7
    else:
        points = (found.before, found.after, found.change, found.low, found.high)
        yield from (Number(found.n), *(NOTHING if one is None else Number(one, 1) for one in points))
        yield NOTHING if found.effect is None else Number(found.effect, 2)
    alone = tests.only_before
    yield from (NOTHING, NOTHING) if alone is None else (Number(alone.n), Number(alone.mean, 1))
    yield NOTHING if tests.only_after is None else Number(tests.only_after)
    yield Words(N_("Yes")) if tests.part else Words(N_("No"))


def period(code: str) -> Words | Text:
    """`2026-Q4` and `2026` are written alike everywhere."""
    return Text(code) if code else Words(ALL_TIME)


_NAMED: Mapping[str, Mapping[str, str]] = {
    "who": AGENCY_TYPES, "agency_type": AGENCY_TYPES, "sex": {**SEXES, "": NOT_STATED}, "work_role": WORK_ROLES,
    "mode": MODES,
}  # fmt: skip


def place(facet: str, code: str) -> tuple[int, str]:
    """Where a group stands among others."""
    order = list(_NAMED.get(facet, ()))
    return (order.index(code) if code in order else len(order)), code


def value(facet: str, code: str | None) -> Words | Text:
    """A group in words."""
    if code is None:
        return Words(TOTAL)
    if facet == "locale":
        return Text(LANGUAGES[code].name, code) if code in LANGUAGES else Text(code)
    message = _NAMED[facet].get(code)
    return Words(message) if message else Text(code)


def column_message(column: str) -> str:
    return {**SEXES, "": NOT_STATED, "total": TOTAL}[column]


def cells(table: Table, label: Label) -> Sequence[Sequence[str]]:
    """Heads and rows as they are read."""
    return [[one.text(label) for one in row] for row in (table.heads, *table.rows)]
