"""The list: each of a coordinator's countries with each module, what waits for somebody first."""

from __future__ import annotations

from typing import NamedTuple

from flask import render_template
from markupsafe import Markup

from trainer.access import Permission
from trainer.content.nation import parse
from trainer.services import calendar, national
from trainer.services.national import Row, Standing
from trainer.vocabulary import COUNTRIES
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
    rows = [_row(seen, country, number) for country in countries for number in range(len(seen.editions))]
    titles = {row.module: say(current.shelf.module(row.id, current.locale).title) for row in seen.editions}
    lines = [
        Line(row.country, row.edition.module, titles[row.edition.module], row.standing)
        for row in national.in_order(rows)
    ]
    return render_template("national/overview.html", lines=lines, modules=len(seen.editions))


def _row(seen: national.Seen, country: str, number: int) -> Row:
    edition = seen.editions[number]
    sha256, data = seen.published.get((country, edition.module), ("", b""))
    overlay = parse(data, national.path_of(country))[0] if sha256 else None
    signed_at = seen.signed.get((country, edition.module, sha256))
    standing = national.standing(
        current.shelf.module(edition.id),
        country,
        overlay,
        seen.drafts.get((country, edition.module)),
        today=calendar.today(country, current.now()),
        signed_on=calendar.today(country, signed_at) if signed_at else None,
    )
    return Row(country, edition, standing)
