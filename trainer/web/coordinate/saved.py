"""Reports that somebody comes back to: filters under a name, and letters about them."""

from __future__ import annotations

from typing import Any

from flask import Response, make_response, redirect, render_template, url_for
from werkzeug.wrappers import Response as BaseResponse

from trainer.access import Permission
from trainer.services import cutoffs, library, saved_reports
from trainer.services.problems import Problem
from trainer.services.reports import Filters
from trainer.services.saved_reports import LONGEST_NAME, SavedRow
from trainer.store.scope import Scope
from trainer.vocabulary import N_
from trainer.web import log
from trainer.web.coordinate.report import mine
from trainer.web.coordinate.routes import blueprint
from trainer.web.coordinate.workshop_parts import REFUSALS, status_of
from trainer.web.forms import Form
from trainer.web.guard import allow
from trainer.web.notices import notice
from trainer.web.state import current

SAVED = notice("report-saved", N_("The report is saved under its name."))
CHANGED = notice("report-changed", N_("The saved report is changed."))
REMOVED = notice("report-taken-away", N_("The saved report is taken away. The figures stay."))
BACK = notice("report-back", N_("The saved report is back."))


@blueprint.post("/reports")
@allow(Permission.REPORT)
def save_report() -> BaseResponse:
    form = Form()
    filters = Filters(
        country=form.raw("country") or None, module=form.raw("module") or None, period=form.raw("period")
    )  # fmt: skip
    with current.read() as db:
        modules = [row.module for row in library.current_editions(db)]
    newest = _newest(filters)
    try:
        with current.write(mine()) as db:
            row = saved_reports.save(
                db, current.me, form.text("name"), filters, modules, letters=form.flag("letters"), newest=newest,
                now=current.now(),
            )  # fmt: skip
            _say("report-saved", row.id)
    except REFUSALS as problem:
        form.take(problem, "name")
        return _page(SavedRow("", form.text("name"), filters, form.flag("letters")), form, problem)
    return _to_report(filters, SAVED)


@blueprint.get("/reports/<saved_id>")
@allow(Permission.REPORT)
def saved_report(saved_id: str) -> Response:
    with current.read(mine()) as db:
        row = saved_reports.one(db, current.me, saved_id)
    return _page(row, Form())


@blueprint.post("/reports/<saved_id>")
@allow(Permission.REPORT)
def change_saved_report(saved_id: str) -> BaseResponse:
    form = Form()
    with current.read(mine()) as db:
        row = saved_reports.one(db, current.me, saved_id)
    newest = _newest(row.filters)
    try:
        with current.write(mine()) as db:
            saved_reports.change(
                db, current.me, saved_id, form.text("name"), letters=form.flag("letters"), newest=newest
            )
            _say("report-changed", saved_id)
    except REFUSALS as problem:
        form.take(problem, "name")
        return _page(row._replace(name=form.text("name"), letters=form.flag("letters")), form, problem)
    return _to_report(row.filters, CHANGED)


@blueprint.post("/reports/<saved_id>/remove")
@allow(Permission.REPORT)
def take_away_saved_report(saved_id: str) -> BaseResponse:
    with current.write(mine()) as db:
        saved_reports.take_away(db, current.me, saved_id, now=current.now())
        _say("report-taken-away", saved_id)
    return redirect(url_for("coordinate.report", done=REMOVED, removed=saved_id), 303)


@blueprint.post("/reports/<saved_id>/undo")
@allow(Permission.REPORT)
def bring_back_saved_report(saved_id: str) -> BaseResponse:
    with current.write(mine()) as db:
        saved_reports.bring_back(db, current.me, saved_id)
        _say("report-back", saved_id)
    return redirect(url_for("coordinate.report", done=BACK), 303)


def _newest(filters: Filters) -> str:
    """The quarter that letters about them follow."""
    codes = saved_reports.countries(current.me, filters)
    with current.read(Scope.counts(codes)) as db:
        return cutoffs.newest(db, codes)


def _say(act: str, saved_id: str) -> None:
    log.event(act, id=current.request_id)
    current.did(act, country=current.me.country, kind="saved-report", object_id=saved_id)


def _to_report(filters: Filters, done: str) -> BaseResponse:
    return redirect(url_for("coordinate.report", done=done, **address(filters)), 303)


def address(filters: Filters) -> dict[str, Any]:
    """The filters as an address of the report has them."""
    named = {"country": filters.country, "module": filters.module, "period": filters.period}
    return {name: value for name, value in named.items() if value}


def _page(row: SavedRow, form: Form, problem: Problem | None = None) -> Response:
    html = render_template(
        "coordinate/saved_report.html", saved=row, errors=form.errors, longest=LONGEST_NAME,
        address=address(row.filters),
    )  # fmt: skip
    return make_response(html, status_of(problem) if problem else 200)
