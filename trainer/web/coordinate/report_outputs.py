"""The report as files: PDF, spreadsheet and CSV. All of them, and the page, show the same cells."""

from __future__ import annotations

from collections.abc import Callable

from flask import Response, request

from trainer.access import Permission, countries_of
from trainer.services import (
    cutoffs,
    funders,
    quarterly,
    report_files,
    report_group_tables,
    report_kept,
    report_tables,
)
from trainer.services.problems import NotFound
from trainer.services.quarterly import Dossier, Source
from trainer.services.report_cells import Table
from trainer.store.scope import Scope
from trainer.web import report_source
from trainer.web.coordinate.fixing import fix_what_is_due
from trainer.web.coordinate.report import chosen
from trainer.web.coordinate.routes import blueprint
from trainer.web.guard import allow
from trainer.web.jinja import plain
from trainer.web.state import current

SPREADSHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def managed() -> Scope:
    """What belongs to the countries that the person coordinates: reports are read in a scope that sees counts only."""
    return Scope.countries(current.countries)


def collected() -> tuple[Dossier, Source]:
    """What the address asks for."""
    seen = countries_of(current.me, Permission.REPORT)
    with current.read(Scope.countries(seen)) as db:
        lines = funders.lines(db, current.countries)
        kept = report_kept.read(db, chosen(), countries=seen, managed=current.countries, now=current.now())
        waiting = cutoffs.open_quarters(db, seen, now=current.now())
    fix_what_is_due(waiting)
    with current.read() as db:
        rows, shown = report_source.titles(db, current.shelf, current.locale)
        source = report_source.source(
            current.shelf,
            rows,
            shown,
            sorted(seen),
            lines,
            kept,
            label=plain,
            locale=current.locale,
        )
        made = quarterly.collect(db, chosen(), source, now=current.now(), days=current.config.report_days)
        _say_so(made)
    return made, source


def _say_so(made: Dossier) -> None:
    report = made.report
    for code in [report.country] if report.country else report.countries:
        current.did("report-downloaded", country=code, kind="report", object_id=report.filters.period or "all-time")


def _sent(data: bytes | str, made: Dossier, name: str, ending: str, kind: str) -> Response:
    response = Response(data, content_type=kind)
    named = report_files.filename(made.report, name, ending)
    response.headers["Content-Disposition"] = f'attachment; filename="{named}"'
    return response


@blueprint.get("/report.pdf")
@allow(Permission.REPORT)
def report_pdf() -> Response:
    """Made within the request: it takes less than a second."""
    # Typesetting is heavy to import, and most processes never print a report.
    from trainer.web import report_paper

    made, source = collected()
    data = report_paper.pdf(made, current.words, report_paper.lettered(source, current.locale))
    name = "quarterly-report" if quarterly.is_quarterly(made.report) else "report"
    return _sent(data, made, name, "pdf", "application/pdf")


@blueprint.get("/report.xlsx")
@allow(Permission.REPORT)
def report_xlsx() -> Response:
    from trainer.services.report_book import book

    made, source = collected()
    return _sent(book(made, plain, current.locale, source.titles), made, "report", "xlsx", SPREADSHEET)


@blueprint.get("/report.csv")
@allow(Permission.REPORT)
def report_csv() -> Response:
    """One of the report's tables; `table` says which."""
    name = request.args.get("table") or "completions"
    makers: dict[str, Callable[[Dossier], Table]] = {
        "completions": lambda made: report_tables.completions(made.report),
        "tests": lambda made: report_tables.scores(made.report),
        "groups": lambda made: report_group_tables.groups(made.report),
        "group-tests": lambda made: report_group_tables.group_tests(made.report),
        "corrections": lambda made: report_tables.corrections(made.report),
    }
    made, source = collected()
    if name in makers:
        table = makers[name](made)
    elif name == "questions":
        table = report_tables.questions(made.report.questions, source.asked)
    else:
        found = made.table(name)
        if found is None:
            raise NotFound
        table = found
    # The mark at the start lets spreadsheet programs see that it is UTF-8.
    return _sent("\ufeff" + report_files.written(table, plain), made, name, "csv", "text/csv; charset=utf-8")
