"""The list: each of a coordinator's countries with each module, what waits for somebody first."""

from __future__ import annotations

from typing import NamedTuple

from flask import render_template
from markupsafe import Markup

from trainer.access import Permission
from trainer.services import national
from trainer.services.national import Standing
from trainer.vocabulary import COUNTRIES
from trainer.web import standings
from trainer.web.guard import allow
from trainer.web.jinja import countries_in_order
from trainer.web.national.routes import blueprint
from trainer.web.state import current
from trainer.web.texts import say


class Line(NamedTuple):
    country: str
    slug: str
    title: Markup
    standing: Standing


@blueprint.get("/")
@allow(Permission.ADAPT)
def overview() -> str:
    countries = countries_in_order(current.me.countries & COUNTRIES.keys())
    with current.read() as db:
        seen = national.overview(db, countries)
    titles = {row.module: say(current.shelf.module(row.id, current.locale).title) for row in seen.editions}
    lines = [
        Line(row.country, row.edition.module, titles[row.edition.module], row.standing)
        for row in national.in_order(standings.rows(seen, countries))
    ]
    return render_template("national/overview.html", lines=lines, modules=len(seen.editions))
