"""What was done with one's own record, and by whom in kind: not by name, for an officer is a person too."""

from __future__ import annotations

from flask import render_template

from trainer.services import audit, trail
from trainer.services.trail import EventRow, Filters
from trainer.store.scope import Scope
from trainer.vocabulary import N_, NO_COUNTRY
from trainer.web.account.routes import blueprint
from trainer.web.act_words import ACTS
from trainer.web.guard import signed_in
from trainer.web.state import current

OWN_RECORD = Scope.system(
    "whoever is signed in sees what was done with their own record; the chains are their country's"
)

DOERS = {
    "me": N_("You"),
    audit.OPERATOR: N_("Whoever runs the server"),
    audit.SYSTEM: N_("Trainer by itself"),
    "staff": N_("Somebody who answers for your country or for this site"),
}


@blueprint.get("/my-data/seen")
@signed_in
def seen() -> str:
    mine = Filters(kind="person", object_id=current.me.person_id)
    with current.read(OWN_RECORD) as db:
        chains = [trail.page(db, code, mine) for code in (current.me.country, NO_COUNTRY)]
    events = sorted((one for chain in chains for one in chain.events), key=lambda one: one.at, reverse=True)
    return render_template(
        "account/seen.html", events=[(one, DOERS[_doer(one)]) for one in events], acts=ACTS,
        is_cut=any(chain.following for chain in chains),
    )  # fmt: skip


def _doer(one: EventRow) -> str:
    if one.actor == current.me.person_id:
        return "me"
    return one.actor if one.actor in DOERS else "staff"
