"""Pages of the audit trail: what they share, and for administrators the chain of what belongs to no country."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from flask import Blueprint, Response, render_template, request
from sqlalchemy.orm import Session

from trainer.access import Permission
from trainer.services import trail
from trainer.services.trail import Filters, Page
from trainer.store.scope import Scope
from trainer.vocabulary import N_, NO_COUNTRY, country_name
from trainer.web.act_words import ACTS, CHOICES, FIELDS, KINDS
from trainer.web.guard import allow
from trainer.web.jinja import countries_in_order, plain
from trainer.web.state import current

blueprint = Blueprint("trail", __name__, url_prefix="/<locale:locale>/trail")

FOR_ALL = Scope.system("editions and roles belong to no country; administrators answer for them")


class Asked(NamedTuple):
    """What the address asks for."""

    country: str
    filters: Filters
    before: int | None
    errors: dict[str, str]


@blueprint.get("/")
@allow(Permission.ADMINISTER)
def of_all() -> str:
    asked = read([NO_COUNTRY])
    with current.read(FOR_ALL) as db:
        # Names of who is in the chain, and of nobody else: administrators see no people.
        made = trail.with_names(db, page_of(db, asked))
        current.did("trail-seen", country=NO_COUNTRY, kind="country", object_id=NO_COUNTRY)
    return shown(asked, made, "trail.of_all", "trail.of_all_csv")


@blueprint.get("/trail.csv")
@allow(Permission.ADMINISTER)
def of_all_csv() -> Response:
    asked = read([NO_COUNTRY])
    with current.read(FOR_ALL) as db:
        made = trail.with_names(db, page_of(db, asked, trail.MOST_IN_FILE))
        current.did("trail-downloaded", country=NO_COUNTRY, kind="country", object_id=NO_COUNTRY)
    return as_file(made, NO_COUNTRY)


# ------------------------------------------------------------------ the address


def read(countries: list[str]) -> Asked:
    """A country that is not among `countries` is as if none were named. A day that is none says so at its field."""
    wanted, errors = request.args.get("country", ""), {}
    days: dict[str, date | None] = {}
    for name in ("since", "until"):
        days[name], text = None, request.args.get(name, "")
        try:
            days[name] = date.fromisoformat(text) if text else None
        except ValueError:
            errors[name] = plain(N_("Write a day as year, month and day, such as 2026-11-25."))
    if days["until"] == date.max:
        days["until"] = None
    filters = Filters(
        _text("act"), _text("kind"), _text("object_id"), _text("actor"), since=days["since"], until=days["until"]
    )
    before = request.args.get("before", "")
    number = int(before) if before.isascii() and before.isdigit() and len(before) < 18 else None
    return Asked(wanted if wanted in countries else countries[0], filters, number, errors)


def _text(name: str) -> str:
    """A code or an id; PostgreSQL takes no NUL."""
    return request.args.get(name, "")[:200].replace("\0", "")


def page_of(db: Session, asked: Asked, size: int = trail.PAGE) -> Page:
    return trail.page(db, asked.country, asked.filters, before=asked.before, size=size)


def looked_for(asked: Asked) -> set[str]:
    """People whom the address names: the page says their names although no event may be left on it."""
    return {one for one in (asked.filters.object_id, asked.filters.actor) if one}


def _parameters(asked: Asked, **over: object) -> dict[str, object]:
    """The address of the same question, with something else in it; empty ones are left out."""
    values: dict[str, object] = {**asked.filters._asdict(), "country": asked.country, **over}
    return {name: value for name, value in values.items() if value}


# ---------------------------------------------------------------------- answers


def shown(asked: Asked, made: Page, endpoint: str, file: str) -> str:
    return render_template(
        "coordinate/audit.html", asked=asked, filters=asked.filters, page=made, endpoint=endpoint, file=file,
        errors=asked.errors, acts=ACTS, choices=ACTS if asked.country == NO_COUNTRY else CHOICES, kinds=KINDS,
        fields=FIELDS, address=lambda **over: _parameters(asked, **over),
        countries={code: country_name(code) for code in countries_in_order(current.me.countries)},
        is_of_all=asked.country == NO_COUNTRY,
    )  # fmt: skip


def as_file(made: Page, country: str) -> Response:
    response = Response("\ufeff" + trail.file(made, plain, ACTS), content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="audit-{country}-on-{current.now():%Y-%m-%d}.csv"'
    return response
