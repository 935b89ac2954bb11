"""What will go by its age, and when: coordinators see it for thirty days and can keep a person for a year."""

from __future__ import annotations

from flask import redirect, render_template, url_for
from werkzeug.wrappers import Response

from trainer.access import Permission
from trainer.services import accounts, ageing, retention
from trainer.vocabulary import N_
from trainer.web import log
from trainer.web.coordinate.routes import blueprint
from trainer.web.guard import allow
from trainer.web.notices import notice
from trainer.web.state import current

KEPT = notice("person-kept", N_("Nothing of this person goes by its age for a year."))
MOST_SHOWN = 200
"""Of each kind."""

TITLES: dict[str, str] = {
    retention.ACCOUNT: N_("Accounts that nobody uses"),
    retention.ANSWERS: N_("Old single answers"),
    retention.ENTRY: N_("Second entries that were merged"),
}


@blueprint.get("/people/leaving")
@allow(Permission.SEE_PEOPLE)
def leaving() -> str:
    me = current.me
    with current.read() as db:
        rows = retention.leaving(db, me.countries, most=MOST_SHOWN)
        numbers = retention.numbers(db, me.countries)
        certificates = ageing.old_certificates(db, me.countries, current.site.times, current.now())
        for country in sorted({row.country for row in rows}):
            current.did("leaving-seen", country=country, kind="country", object_id=country)
    times = current.site.times
    return render_template(
        "coordinate/leaving.html",
        kinds=[(what, title, [row for row in rows if row.what == what]) for what, title in TITLES.items()],
        numbers=numbers,
        most_counted=retention.MOST_COUNTED,
        account_days=times.account.days if times.account else None,
        answer_days=times.answers.days if times.answers else None,
        certificate_days=current.site.certificate_days,
        certificates=certificates,
        notice=retention.NOTICE.days,
        letter=retention.LETTER,
    )


@blueprint.post("/people/<person_id>/keep")
@allow(Permission.MANAGE_PEOPLE)
def keep(person_id: str) -> Response:
    with current.write() as db:
        row = accounts.person(db, current.me.countries, person_id)
        retention.keep(db, current.me.countries, person_id, now=current.now())
        current.did("person-kept", country=row.country, kind="person", object_id=person_id, fields=("kept_until",))
    log.event("person-kept", id=current.request_id)
    return redirect(url_for("coordinate.leaving", done=KEPT), 303)
