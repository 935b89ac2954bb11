"""Fixing the figures of quarters: when it is time by whoever comes first, or earlier by a coordinator."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from flask import make_response, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from trainer.access import Permission, countries_of
from trainer.services import calendar, cutoffs, fixing, periods, running
from trainer.services.cutoffs import Due
from trainer.services.running import SoFar
from trainer.store.scope import Scope
from trainer.vocabulary import N_
from trainer.web import log
from trainer.web.coordinate.routes import blueprint
from trainer.web.forms import Form
from trainer.web.guard import allow
from trainer.web.notices import notice
from trainer.web.state import current

FIXED = notice("figures-fixed", N_("The figures are fixed. Entries that come later stand in a correction."))


class Closing(NamedTuple):
    """A quarter that has ended and is not fixed yet; earlier ones of the country are fixed with it."""

    country: str
    quarter: str
    by_itself: datetime
    """When it is fixed without anybody doing anything: the beginning of that day."""


def fix_what_is_due(waiting: Sequence[Due] | None = None) -> Sequence[Closing]:
    """Before a report is read. Transactions of its own, and none that writes unless there is something to fix.

    `waiting`: as `cutoffs.open_quarters` found it, where that was asked already. -> what a coordinator may fix now
    """
    if waiting is None:
        waiting = _waiting()
    if any(cutoffs.is_due(one, now=current.now(), days=current.config.report_days) for one in waiting):
        codes = countries_of(current.me, Permission.REPORT)
        cutoffs.fix_due(current.store, codes, now=current.now(), days=current.config.report_days)
        waiting = _waiting()
    mine = countries_of(current.me, Permission.MANAGE_PEOPLE)
    return [
        Closing(one.country, one.quarters[-1], _by_itself(one.country, one.quarters[-1]))
        for one in waiting
        if one.country in mine
    ]


def _waiting() -> Sequence[Due]:
    codes = countries_of(current.me, Permission.REPORT)
    with current.read(Scope.counts(codes)) as db:
        return cutoffs.open_quarters(db, codes, now=current.now())


def _by_itself(country: str, quarter: str) -> datetime:
    day = periods.day_after(quarter) + timedelta(days=current.config.report_days)
    return datetime(day.year, day.month, day.day, tzinfo=calendar.zone(country))


def this_quarter(db: Session) -> Sequence[SoFar]:
    """For whoever may see the people themselves."""
    codes = countries_of(current.me, Permission.SEE_PEOPLE)
    return running.so_far(db, codes, now=current.now()) if codes else []


@blueprint.get("/fix")
@allow(Permission.MANAGE_PEOPLE)
def fix_page() -> Response:
    """It cannot be undone: what is fixed and what follows is said before."""
    return _page(request.args, Form())


@blueprint.post("/fix")
@allow(Permission.MANAGE_PEOPLE)
def fix() -> Response:
    """All sheets of a quarter are in."""
    form = Form()
    if not form.flag("sure"):
        form.refuse("sure", N_("Say that all sheets are in."))
        return _page(request.form, form, 422)
    country, quarter = request.form.get("country", ""), request.form.get("quarter", "")
    with current.read() as db:
        found = cutoffs.gather_now(db, current.me.countries, country, quarter, now=current.now())
    if found is not None:
        rows = fixing.rows_of(found, by=current.me.person_id, now=current.now())
        with current.write() as db:
            if fixing.keep(db, rows):
                current.did("figures-fixed", country=country, kind="quarter", object_id=quarter)
    log.event("figures-fixed", id=current.request_id)
    return redirect(url_for("coordinate.report", country=country, period=quarter, done=FIXED), 303)


def _page(asked: Mapping[str, str], form: Form, status: int = 200) -> Response:
    country, quarter = asked.get("country", ""), asked.get("quarter", "")
    with current.read() as db:
        quarters = cutoffs.to_fix(db, current.me.countries, country, quarter, now=current.now())
    if not quarters:
        return redirect(url_for("coordinate.report", country=country, period=quarter), 303)
    html = render_template(
        "coordinate/fix.html", country=country, quarter=quarter, quarters=quarters, errors=form.errors
    )
    return make_response(html, status)
