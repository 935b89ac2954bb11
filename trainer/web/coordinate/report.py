"""Completion by country and module: on the page and, with the same cells, as CSV."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Response, render_template, request
from sqlalchemy.orm import Session

from trainer.access import Permission
from trainer.content.inline import words
from trainer.content.model import Passage
from trainer.services import library, reports
from trainer.vocabulary import country_name
from trainer.web.coordinate.routes import blueprint
from trainer.web.guard import allow
from trainer.web.jinja import countries_in_order, in_order, in_own_language, plain
from trainer.web.state import current


def chosen() -> reports.Filters:
    """What the address asks for. Whether it exists and is theirs, the service decides."""
    return reports.Filters(country=request.args.get("country") or None, module=request.args.get("module") or None)


def titles(db: Session) -> dict[str, Passage]:
    """Each module's title by its slug, in the reader's language where it is translated, and in its order."""
    found = {row.module: current.shelf.module(row.id, current.locale).title for row in library.current_editions(db)}
    return dict(in_order(found.items(), lambda one: words(one[1].content)))


def make(db: Session, shown: Mapping[str, Passage]) -> reports.CompletionReport:
    texts = {slug: words(title.content) for slug, title in shown.items()}
    countries = countries_in_order(current.me.countries)
    return reports.completions(db, countries, chosen(), titles=texts, now=current.now())


@blueprint.get("/")
@allow(Permission.REPORT)
def report() -> str:
    with current.read() as db:
        modules = titles(db)
        made = make(db, modules)
    countries = {code: country_name(code) for code in made.countries}
    choices = [(slug, words(one.content), one.lang) for slug, one in modules.items()]
    shown = {slug: in_own_language(words(one.content), one.lang) for slug, one in modules.items()}
    return render_template("coordinate/report.html", report=made, modules=choices, titles=shown, countries=countries)


@blueprint.get("/report.csv")
@allow(Permission.REPORT)
def report_csv() -> Response:
    with current.read() as db:
        made = make(db, titles(db))
    # The mark at the start lets spreadsheet programs see that it is UTF-8.
    response = Response("\ufeff" + reports.csv(made, plain), content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{reports.filename(made)}"'
    return response
