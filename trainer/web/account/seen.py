"""What was done with one's own record, here and where one was before, and by whom in kind: not by name, for an officer
is a person too."""

from __future__ import annotations

from flask import render_template

from trainer.services import audit, trail
from trainer.services.trail import Seen
from trainer.store.scope import Scope
from trainer.vocabulary import N_
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
    with current.read(OWN_RECORD) as db:
        acts, is_cut = trail.about(db, current.me.person_id, current.me.country)
    return render_template(
        "account/seen.html", events=[(one, DOERS[_doer(one)]) for one in acts], acts=ACTS, is_cut=is_cut,
        has_moved=len({code for one in acts for code in one.countries}) > 1,
    )  # fmt: skip


def _doer(one: Seen) -> str:
    if one.actor == current.me.person_id:
        return "me"
    return one.actor if one.actor in DOERS else "staff"
