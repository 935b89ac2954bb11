"""Completion by country and module: on the page and, with the same cells, as CSV."""

from __future__ import annotations

from flask import Response, render_template, request
from sqlalchemy.orm import Session

from trainer.access import Permission
from trainer.services import library, reports
from trainer.vocabulary import country_name
from trainer.web.coordinate.routes import blueprint
from trainer.web.guard import allow
from trainer.web.jinja import plain
from trainer.web.state import current


def chosen() -> reports.Filters:
    """What the address asks for. Whether it exists and is theirs, the service decides."""
    return reports.Filters(country=request.args.get("country") or None, module=request.args.get("module") or None)


def make(db: Session) -> reports.CompletionReport:
    return reports.completions(db, current.me.countries, chosen(), now=current.now())


@blueprint.get("/")
@allow(Permission.REPORT)
def report() -> str:
    with current.read() as db:
        made = make(db)
        modules = {row.module: row.title for row in library.current_editions(db)}
    countries = {code: country_name(code) for code in sorted(current.me.countries)}
    return render_template("coordinate/report.html", report=made, modules=modules, countries=countries)


@blueprint.get("/report.csv")
@allow(Permission.REPORT)
def report_csv() -> Response:
    with current.read() as db:
        made = make(db)
    # The mark at the start lets spreadsheet programs see that it is UTF-8.
    response = Response("\ufeff" + reports.csv(made, plain), content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{reports.filename(made)}"'
    return response
