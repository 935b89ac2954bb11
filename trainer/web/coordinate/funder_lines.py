"""Figures for funders: their codes and words beside our figures, per country."""

from __future__ import annotations

from functools import partial
from typing import Any, NamedTuple

from flask import Response, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from trainer.access import Permission
from trainer.content.inline import words
from trainer.services import funder_figures, funders, library, periods, reports
from trainer.services.funders import FIGURES, FunderForm, FunderRow
from trainer.services.problems import NotFound, Problem
from trainer.services.report_cells import Table
from trainer.services.reports import Filters
from trainer.vocabulary import AGENCY_TYPES, N_, country_name
from trainer.web import log
from trainer.web.coordinate.fixing import fix_what_is_due
from trainer.web.coordinate.report import titles
from trainer.web.coordinate.report_outputs import managed
from trainer.web.coordinate.routes import blueprint
from trainer.web.coordinate.workshop_parts import REFUSALS, status_of
from trainer.web.forms import Form
from trainer.web.guard import allow
from trainer.web.jinja import countries_in_order
from trainer.web.notices import notice
from trainer.web.state import current

ADDED = notice("funder-line-added", N_("The line is added."))
CHANGED = notice("funder-line-changed", N_("The line is changed."))
REMOVED = notice("funder-line-removed", N_("The line is taken out."))
BACK = notice("funder-line-back", N_("The line is back."))
LONGEST_CODE, LONGEST_WORDS, LONGEST_NOTE = 60, 300, 500


class Filled(NamedTuple):
    country: str
    period: str
    """A quarter; empty where there is none to choose."""
    offered: tuple[str, ...]
    """Quarters that can be chosen."""
    lines: list[FunderRow]
    table: Table
    """A row for each of the lines."""


@blueprint.get("/funders")
@allow(Permission.MANAGE_PEOPLE)
def funder_lines() -> str:
    filled = _filled(_country(request.args.get("country")), request.args.get("period"))
    countries = {code: country_name(code) for code in countries_in_order(current.me.countries)}
    return render_template("coordinate/funders.html", filled=filled, countries=countries)


def _country(code: str | None) -> str:
    """The one that is asked for, or the first of one's own. Raises NotFound."""
    found = code or next(iter(countries_in_order(current.me.countries)), "")
    if found not in current.me.countries:
        raise NotFound
    return found


def _filled(country: str, period: str | None) -> Filled:
    """The lines with their figures: of the quarter that is asked for, or of the last one."""
    with current.read(managed()) as db:
        lines = funders.lines(db, [country])
    fix_what_is_due()
    with current.read() as db:
        texts = {slug: words(title.content) for slug, title in titles(db).items()}
        made = partial(
            reports.completions, db, [country], titles=texts, now=current.now(), days=current.config.report_days
        )
        ever = made(Filters(country=country))
        offered = tuple(code for code in ever.periods if periods.is_quarter(code))
        wanted = period or "".join(offered[:1])
        chosen = ever
        if wanted:
            chosen = made(Filters(country=country, period=wanted))
    return Filled(country, wanted, offered, lines, funder_figures.filled(lines, chosen, ever, texts))


@blueprint.post("/funders/example")
@allow(Permission.MANAGE_PEOPLE)
def add_funder_example() -> BaseResponse:
    country = _country(Form().raw("country"))
    with current.write(managed()) as db:
        for line_id in funders.add_example(db, current.me.countries, country, now=current.now()):
            _say("funder-line-added", country, line_id)
    return _to_lines(country, ADDED)


@blueprint.get("/funders/add")
@allow(Permission.MANAGE_PEOPLE)
def add_funder_line() -> Response:
    return _page(Form(), _country(request.args.get("country")), FunderForm("", "", "t1"))


@blueprint.post("/funders")
@allow(Permission.MANAGE_PEOPLE)
def store_funder_line() -> BaseResponse:
    form = Form()
    country, wanted = _country(form.raw("country")), _read(form)
    if form.errors:
        return _page(form, country, wanted, status=422)
    try:
        with current.write(managed()) as db:
            line_id = funders.add(
                db, current.me.countries, country, wanted, [row.module for row in library.current_editions(db)],
                now=current.now(),
            )  # fmt: skip
            _say("funder-line-added", country, line_id)
    except REFUSALS as problem:
        return _refused(form, country, wanted, problem)
    return _to_lines(country, ADDED)


@blueprint.get("/funders/<line_id>")
@allow(Permission.MANAGE_PEOPLE)
def funder_line(line_id: str) -> Response:
    row = _find(line_id)
    return _page(Form(), row.country, row.form, line_id)


@blueprint.post("/funders/<line_id>")
@allow(Permission.MANAGE_PEOPLE)
def change_funder_line(line_id: str) -> BaseResponse:
    form = Form()
    country, wanted = _find(line_id).country, _read(form)
    if form.errors:
        return _page(form, country, wanted, line_id, 422)
    try:
        with current.write(managed()) as db:
            modules = [row.module for row in library.current_editions(db)]
            before = funders.change(db, current.me.countries, line_id, wanted, modules)
            old, new = before.form._asdict(), wanted._asdict()
            _say("funder-line-changed", country, line_id, tuple(name for name in old if old[name] != new[name]))
    except REFUSALS as problem:
        return _refused(form, country, wanted, problem, line_id)
    return _to_lines(country, CHANGED)


@blueprint.post("/funders/<line_id>/remove")
@allow(Permission.MANAGE_PEOPLE)
def take_out_funder_line(line_id: str) -> BaseResponse:
    with current.write(managed()) as db:
        country = funders.take_out(db, current.me.countries, line_id, now=current.now()).country
        _say("funder-line-removed", country, line_id)
    return _to_lines(country, REMOVED, removed=line_id)


@blueprint.post("/funders/<line_id>/undo")
@allow(Permission.MANAGE_PEOPLE)
def put_back_funder_line(line_id: str) -> BaseResponse:
    with current.write(managed()) as db:
        country = funders.put_back(db, current.me.countries, line_id).country
        _say("funder-line-back", country, line_id)
    return _to_lines(country, BACK)


def _find(line_id: str) -> FunderRow:
    with current.read(managed()) as db:
        return funders.line(db, current.me.countries, line_id)


def _say(act: str, country: str, line_id: str, fields: tuple[str, ...] = ()) -> None:
    log.event(act, id=current.request_id)
    current.did(act, country=country, kind="funder-line", object_id=line_id, fields=fields)


def _to_lines(country: str, done: str, **more: Any) -> BaseResponse:
    return redirect(url_for("coordinate.funder_lines", country=country, done=done, **more), 303)


def _read(form: Form) -> FunderForm:
    wanted = FunderForm(
        code=form.needed("code", N_("Enter the funder’s code.")),
        words=form.needed("words", N_("Enter the funder’s words for it.")),
        figure=form.raw("figure"),
        module=form.raw("module") or None,
        agency_types=tuple(form.many("agency_types")),
        note=form.text("note"),
        checked=form.flag("checked"),
    )
    limits = (("code", LONGEST_CODE), ("words", LONGEST_WORDS), ("note", LONGEST_NOTE))
    for name, most in limits:
        if len(getattr(wanted, name)) > most:
            form.refuse(name, N_("At most %(most)s characters."), most=most)
    return wanted


def _refused(form: Form, country: str, wanted: FunderForm, problem: Problem, line_id: str = "") -> Response:
    form.take(problem, "code")
    return _page(form, country, wanted, line_id, status_of(problem))


def _page(form: Form, country: str, wanted: FunderForm, line_id: str = "", status: int = 200) -> Response:
    with current.read() as db:
        choices = [(slug, words(one.content), one.lang) for slug, one in titles(db).items()]
    html = render_template(
        "coordinate/funder_line.html", line_id=line_id, country=country, name=country_name(country), form=wanted,
        errors=form.errors, modules=choices, figures=FIGURES, agency_types=AGENCY_TYPES,
        limits=(LONGEST_CODE, LONGEST_WORDS, LONGEST_NOTE),
    )  # fmt: skip
    return make_response(html, status)
