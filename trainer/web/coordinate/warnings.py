"""Warnings about the data: what was found, what somebody has looked at, and asking for a new look."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from trainer.access import Permission
from trainer.languages.folding import ascii_digits
from trainer.services import data_warnings, national, second_entries, warning_list, warnings
from trainer.services.data_warnings import HEADINGS
from trainer.services.problems import NotFound
from trainer.services.warning_list import SIZE, Shown
from trainer.services.workshop_rows import LONGEST_LINE
from trainer.vocabulary import AGENCY_TYPES, COUNTRIES, N_, country_name
from trainer.web import standings
from trainer.web.coordinate.routes import blueprint
from trainer.web.guard import allow
from trainer.web.jinja import countries_in_order
from trainer.web.notices import notice
from trainer.web.state import current
from trainer.web.texts import say

ASIDE = notice("warning-put-aside", N_("The warning is put aside. You find it at the end of this page."))
UP = notice("warning-taken-up", N_("The warning waits for a look again."))


@blueprint.get("/warnings", endpoint="warnings")
@allow(Permission.SEE_PEOPLE)
def warnings_page() -> str:
    filters = wanted(request.args)
    number = _number(request.args.get("page", ""))
    mine = countries_in_order(current.me.countries)
    asked = [filters.country] if filters.country else mine
    with current.read() as db:
        seen = national.overview(db, [code for code in asked if code in COUNTRIES])
        page = warning_list.page(db, asked, filters.kind, number=number)
        looks = warning_list.looks(db, asked)
        for code in asked:
            current.did("warnings-seen", country=code, kind="country", object_id=code)
    titles = {row.module: say(current.shelf.module(row.id, current.locale).title) for row in seen.editions}
    overdue = _past_check(seen, asked)
    numbers = {kind: page.numbers.get(kind, 0) for kind in HEADINGS} | {"check": len(overdue)}
    rows = (*page.waiting, *overdue)
    kinds = [filters.kind] if filters.kind else HEADINGS
    return render_template(
        "coordinate/warnings.html",
        groups=[(kind, [one for one in rows if one.kind == kind]) for kind in kinds if numbers[kind]],
        numbers=numbers, page=page, looks=looks, filters=filters, address=address(filters), headings=HEADINGS,
        titles=titles, agencies=AGENCY_TYPES, countries={code: country_name(code) for code in mine}, number=number,
        is_last=number * SIZE >= numbers.get(filters.kind, 0), longest_note=LONGEST_LINE,
        looked={"tests": data_warnings.NEWEST, "accounts": second_entries.COMPARED},
    )  # fmt: skip


@blueprint.post("/warnings/look")
@allow(Permission.SEE_PEOPLE)
def ask_for_warnings() -> Response:
    answer = back()
    with current.write() as db:
        for code in sorted(current.me.countries):
            warnings.ask(db, code, now=current.now())
    return answer


@blueprint.post("/warnings/<warning_id>/aside")
@allow(Permission.MANAGE_PEOPLE)
def put_warning_aside(warning_id: str) -> Response:
    me, note, answer = current.me, request.form.get("note", ""), back(done=ASIDE)
    with current.write() as db:
        warning_list.put_aside(db, me.countries, warning_id, by=me.person_id, note=note, now=current.now())
    return answer


@blueprint.post("/warnings/<warning_id>/up")
@allow(Permission.MANAGE_PEOPLE)
def take_warning_up(warning_id: str) -> Response:
    answer = back(done=UP)
    with current.write() as db:
        warning_list.take_up(db, current.me.countries, warning_id)
    return answer


class Filters(NamedTuple):
    """What is asked for; empty: everything."""

    country: str
    kind: str


def wanted(values: Mapping[str, str]) -> Filters:
    """Raises NotFound for a country of others; a kind that there is not is as if none were asked for."""
    country, kind = values.get("country", ""), values.get("kind", "")
    if country and country not in current.me.countries:
        raise NotFound
    return Filters(country, kind if kind in HEADINGS else "")


def address(filters: Filters) -> dict[str, Any]:
    return {name: value for name, value in filters._asdict().items() if value}


def back(**more: Any) -> Response:
    """To the list as it was asked for."""
    return redirect(url_for("coordinate.warnings", **address(wanted(request.form)), **more), 303)


def _number(text: str) -> int:
    """Of the page: 1 for what is none."""
    text = ascii_digits(text)
    return max(1, int(text)) if text.isascii() and text.isdigit() and len(text) < 5 else 1


def _past_check(seen: national.Seen, countries: Sequence[str]) -> list[Shown]:
    """National words that should have been looked at again. They are done when they are signed, not put aside."""
    return [
        Shown("", "check", row.country, module=row.edition.module, due=row.standing.signed.review_by)
        for row in standings.rows(seen, [code for code in countries if code in COUNTRIES])
        if row.standing.overdue and row.standing.signed
    ]
