"""The report's tables as CSV: the same rows and the same cells as on the page."""

from __future__ import annotations

import csv as csv_format
import io
from collections.abc import Callable, Iterator, Sequence

from trainer.services.figures import Share, Tests
from trainer.services.report_groups import Side
from trainer.services.reports import Counted, Report, Row
from trainer.services.suppression import Cell
from trainer.vocabulary import AGENCY_TYPES, MODES, N_, SEXES, WORK_ROLES, country_name

Label = Callable[[str], str]

ALL_COUNTRIES = N_("All my countries")
ALL_MODULES = N_("All modules")
NOT_STATED = N_("Not stated")
TOTAL = N_("Total")
_COUNTRY, _MODULE, _PERIOD = N_("Country"), N_("Module"), N_("Period")
COUNTED = (N_("Enrolled"), N_("Completed"), N_("Persons"), N_("Planned hours"))
SHARE = (N_("Share completed (percent)"), N_("Share completed, from"), N_("Share completed, to"))
TESTED = (
    N_("First goes at quizzes"), N_("Passed at once (percent)"), N_("Passed at once, from"), N_("Passed at once, to"),
    N_("First tests after"), N_("Passed at once (percent)"), N_("Passed at once, from"), N_("Passed at once, to"),
    N_("People with both tests"), N_("Mean before (percent)"), N_("Mean after (percent)"), N_("Change (points)"),
    N_("Change, from"), N_("Change, to"), N_("Effect size (d_av)"), N_("Only the test before"),
    N_("Mean of these (percent)"), N_("Only the test after"), N_("Some quarters are left out"),
)  # fmt: skip
CORRECTED = (_COUNTRY, _MODULE, N_("Told with"), N_("Enrolled"), N_("Completed"), N_("Planned hours"))
_FIXED = (N_("Fixed on (UTC)"), N_("Version of Trainer"))
ASKED = (
    N_("Question"), N_("Version"), N_("Test"), N_("Answers, at least"), N_("Right (percent)"), N_("Discrimination"),
    N_("Wrong answer chosen most"),
)  # fmt: skip
FACETS = {
    "who": N_("Agency type"), "work_role": N_("Role"), "mode": N_("How they learned"), "locale": N_("Language"),
}  # fmt: skip
TESTS = {"pre": N_("Test before"), "post": N_("Test after")}
_STARTS_A_FORMULA = frozenset("=+-@\t\r\n＝＋－＠")


def whole_hours(minutes: int) -> int:
    """Of a correction: what is left of the last one is dropped, up or down."""
    return minutes // 60 if minutes >= 0 else -(-minutes // 60)


def hours(minutes: Cell) -> Cell:
    """Whole hours; what is left of the last one is dropped, so that parts never add up to more than their sum."""
    value = None if minutes.value is None else minutes.value // 60
    return Cell(value, minutes.mark, minutes.least // 60)


def csv(report: Report, label: Label = str) -> str:
    """Who enrolled and completed. `label` translates headings, countries and words."""
    heads = [label(head) for head in (_COUNTRY, _MODULE, _PERIOD, *COUNTED, *SHARE)]
    rows = [
        [
            *(*_where(report, row, label), *_counted(row.now, label), *_share(row.share)[1:]),
            *(_counted(row.before, label) if row.before else ()),
            *_fixed(report, row.country),
        ]
        for row in (*report.rows, *report.totals)
    ]
    return _written([*heads, *_before(report, label), *(label(head) for head in _FIXED)], rows)


def _fixed(report: Report, country: str | None) -> list[str]:
    """When the newest figures of a row were fixed, and the versions of Trainer that did it."""
    of = report.cutoffs.values() if country is None else [report.cutoffs.get(country, {})]
    found = [one for quarters in of for one in quarters.values()]
    at = max((one.at for one in found), default=None)
    return [f"{at:%Y-%m-%d %H:%M}" if at else "–", ", ".join(sorted({one.version for one in found})) or "–"]


def corrections_csv(report: Report, label: Label = str) -> str:
    """What was found to be different in earlier quarters: in no other table."""
    rows = [
        [label(country_name(one.country)), one.title, one.quarter, one.enrolled, one.completed,
         whole_hours(one.minutes)]
        for one in report.corrections
    ]  # fmt: skip
    return _written([label(head) for head in CORRECTED], rows)


def _before(report: Report, label: Label) -> list[str]:
    """Headings of the period that is compared with."""
    return [] if report.before is None else [f"{label(head)}, {report.before}" for head in COUNTED]


def scores_csv(report: Report, label: Label = str) -> str:
    """How the tests went."""
    rows = [[*_where(report, row, label), *_tests(row.tests, label)] for row in report.rows if row.tests]
    return _written([label(head) for head in (_COUNTRY, _MODULE, _PERIOD, *TESTED)], rows)


def groups_csv(report: Report, label: Label = str, language: Label = str) -> str:
    """Persons by agency type and sex, role, mode and language. `language`: its name by its tag."""
    where = [label(country_name(report.country)) if report.country else "", period_name(report.filters.period, label)]
    rows = [
        [*where, label(FACETS[one.facet]), value_name(one.facet, row.value, label, language),
         column_name(column, label), cell.text(label)]
        for one in report.groups or ()
        for row in one.rows
        for column, cell in zip(one.columns, row.cells, strict=True)
    ]  # fmt: skip
    heads = (_COUNTRY, _PERIOD, N_("By"), N_("Group"), N_("Sex"), N_("Persons"))
    return _written([label(head) for head in heads], rows)


def questions_csv(
    report: Report, label: Label = str, asked: Callable[[str, int, Side], tuple[str, str]] | None = None
) -> str:
    """How the questions did. `asked`: question, version and side → its words, and the wrong answer chosen most."""
    rows = []
    for row in report.questions.rows if report.questions else ():
        for test, side in (("pre", row.before), ("post", row.after)):
            if side is not None:
                words, wrong = asked(row.question, row.rev, side) if asked else (row.question, "")
                strength = "–" if side.discrimination is None else f"{side.discrimination:.2f}"
                rows.append([words, row.rev, label(TESTS[test]), side.least, side.right, strength, wrong or "–"])
    return _written([label(head) for head in ASKED], rows)


def _written(heads: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    out = io.StringIO()
    writer = csv_format.writer(out)
    for row in (heads, *rows):
        writer.writerow([_plain(cell) for cell in row])
    return out.getvalue()


def _where(report: Report, row: Row, label: Label) -> list[str]:
    country = label(country_name(row.country) if row.country else ALL_COUNTRIES)
    module = row.title if row.module else label(ALL_MODULES)
    return [country, module, period_name(report.filters.period, label)]


def _counted(counts: Counted, label: Label) -> list[str]:
    persons = counts.persons.text(label) if counts.persons else "–"
    return [counts.enrolled.text(label), counts.completed.text(label), persons, hours(counts.minutes).text(label)]


def _share(share: Share | None) -> list[object]:
    if share is None:
        return ["–"] * 4
    return [share.n, *(round(100 * one) for one in (share.share, share.low, share.high))]


def _tests(tests: Tests | None, label: Label) -> Iterator[object]:
    if tests is None:
        return
    yield from _share(tests.quiz)
    yield from _share(tests.after)
    found = tests.gain
    if found is None:
        yield from ["–"] * 7
    else:
        points = (found.before, found.after, found.change, found.low, found.high)
        yield from (found.n, *(f"{one:.1f}" if one is not None else "–" for one in points))
        yield "–" if found.effect is None else f"{found.effect:.2f}"
    alone = tests.only_before
    yield from ("–", "–") if alone is None else (alone.n, f"{alone.mean:.1f}")
    yield "–" if tests.only_after is None else tests.only_after
    yield label(N_("Yes")) if tests.part else label(N_("No"))


def period_name(period: str, label: Label = str) -> str:
    """`2026-Q4` and `2026` are written alike everywhere."""
    return period or label(N_("All time"))


def value_name(facet: str, value: str | None, label: Label = str, language: Label = str) -> str:
    """A group in words."""
    if value is None:
        return label(TOTAL)
    if facet == "locale":
        return language(value)
    return label({"who": AGENCY_TYPES, "work_role": WORK_ROLES, "mode": MODES}[facet].get(value, value))


def column_name(column: str, label: Label = str) -> str:
    return label({**SEXES, "": NOT_STATED, "total": TOTAL}[column])


def _plain(cell: object) -> object:
    return plain_text(cell) if isinstance(cell, str) else cell


def plain_text(text: str) -> str:
    """Text that no spreadsheet program takes for a formula: an apostrophe goes before what could start one.

    A negative number is a number.
    """
    if text[:1] == "-" and text[1:].replace(".", "", 1).isascii() and text[1:].replace(".", "", 1).isdigit():
        return text
    return f"'{text}" if text.lstrip(" \u00a0\u3000")[:1] in _STARTS_A_FORMULA else text


def filename(report: Report, table: str = "completions") -> str:
    """`completions-KH-LA-recognising-indicators-2026-Q4-on-2026-11-24.csv`: countries, module, period, day (UTC)."""
    filters = report.filters
    places = (filters.country,) if filters.country else sorted(report.countries)
    parts = (table, *places, *(one for one in (filters.module, filters.period or "all-time") if one))
    return f"{'-'.join(parts)}-on-{report.made_at:%Y-%m-%d}.csv"
