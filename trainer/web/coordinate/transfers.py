"""Moving a person to another country: proposed by one coordinator, accepted or declined by the other.

Every act goes through a system scope, because nobody's own scope has both countries; the service checks whose it is.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from flask import make_response, redirect, render_template, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from trainer.access import Identity, Permission
from trainer.services import transfers
from trainer.services.problems import Conflict, Invalid, Refused
from trainer.store.scope import Scope
from trainer.vocabulary import AGENCY_TYPES, COUNTRIES, N_, OTHER_COUNTRY, WORK_ROLES, country_name
from trainer.web import log
from trainer.web.coordinate.people import find
from trainer.web.coordinate.routes import blueprint
from trainer.web.forms import Form
from trainer.web.guard import allow
from trainer.web.notices import notice
from trainer.web.state import current

PROPOSED = notice("transfer-proposed", N_("The other country is asked. Until it accepts, the person stays with you."))
ACCEPTED = notice("transfer-accepted", N_("The person and their record are in the other country now."))
DECLINED = notice("transfer-declined", N_("The move is declined. The person stays where they are."))
TAKEN_BACK = notice("transfer-taken-back", N_("The move is taken back. The person stays with you."))

BETWEEN = Scope.system("a person moves between two countries")


@blueprint.get("/people/waiting")
@allow(Permission.MANAGE_PEOPLE)
def transfer_list() -> str:
    with current.read() as db:
        rows = transfers.transfers(db, current.me.countries)
    seen: dict[str, Any] = {}
    for row in rows:  # whoever answers for both countries sees a move once
        if row.id not in seen or row.gives:
            seen[row.id] = row
    waiting = [row for row in seen.values() if row.ended_at is None]
    return render_template(
        "coordinate/transfers.html",
        incoming=[row for row in waiting if not row.gives],
        outgoing=[row for row in waiting if row.gives],
        ended=[row for row in seen.values() if row.ended_at is not None],
        reasons=transfers.REASONS,
        days=transfers.SHOWN.days,
        agency_types=AGENCY_TYPES,
        work_roles=WORK_ROLES,
    )


@blueprint.get("/people/<person_id>/transfer")
@allow(Permission.MANAGE_PEOPLE)
def transfer_page(person_id: str) -> Response:
    return page(person_id, Form())


@blueprint.post("/people/<person_id>/transfer")
@allow(Permission.MANAGE_PEOPLE)
def propose_transfer(person_id: str) -> Response:
    person = find(person_id)
    form = Form()
    to = form.choice("country", _others(person.country), N_("Choose the country."))
    reason = form.choice("reason", transfers.REASONS, N_("Choose why."))
    if form.errors:
        return page(person_id, form, 422)
    try:
        with current.write(BETWEEN) as db:
            moved = transfers.propose(db, current.me, person_id, to, reason, now=current.now())
            _did("transfer-accepted" if moved else "transfer-proposed", person_id, person.country, to)
    except (Conflict, Invalid, Refused) as problem:
        form.take(problem, "country")
        return page(person_id, form, 409)
    log.event("transfer-proposed", id=current.request_id)
    return redirect(url_for("coordinate.transfer_list", done=ACCEPTED if moved else PROPOSED), 303)


@blueprint.post("/people/waiting/<transfer_id>/accept")
@allow(Permission.MANAGE_PEOPLE)
def accept_transfer(transfer_id: str) -> Response:
    return answer(transfer_id, transfers.accept, ACCEPTED)


@blueprint.post("/people/waiting/<transfer_id>/decline")
@allow(Permission.MANAGE_PEOPLE)
def decline_transfer(transfer_id: str) -> Response:
    return answer(transfer_id, transfers.decline, DECLINED)


@blueprint.post("/people/waiting/<transfer_id>/take-back")
@allow(Permission.MANAGE_PEOPLE)
def take_back_transfer(transfer_id: str) -> Response:
    return answer(transfer_id, transfers.take_back, TAKEN_BACK)


def answer(transfer_id: str, act: Callable[..., object], done: str) -> Response:
    now: datetime = current.now()
    with current.write(BETWEEN) as db:
        row = _seen(db, current.me, transfer_id)
        act(db, current.me, transfer_id, now=now)
        _did(done, row.person_id, row.country, row.other)
    log.event(done, id=current.request_id)
    return redirect(url_for("coordinate.transfer_list", done=done), 303)


def _seen(db: Session, me: Identity, transfer_id: str) -> transfers.TransferRow:
    return transfers.seen_by(db, me, transfer_id)


def _did(act: str, person_id: str, *countries: str) -> None:
    """It stands in the trail of both countries."""
    for country in countries:
        current.did(act, country=country, kind="person", object_id=person_id, fields=("country",))


def page(person_id: str, form: Form, status: int = 200) -> Response:
    person = find(person_id)
    with current.read() as db:
        waiting = transfers.open_transfer(db, current.me.countries, person_id)
    html = render_template(
        "coordinate/transfer.html",
        person=person,
        waiting=waiting,
        countries=_others(person.country),
        reasons=transfers.REASONS,
        form=form,
        errors=form.errors,
    )
    return make_response(html, status)


def _others(country: str) -> dict[str, str]:
    return {code: country_name(code) for code in (*COUNTRIES, OTHER_COUNTRY) if code != country}
