"""The audit trail of a coordinator's countries."""

from __future__ import annotations

from flask import Response

from trainer.access import Permission
from trainer.services import trail
from trainer.web.coordinate.routes import blueprint
from trainer.web.guard import allow
from trainer.web.jinja import countries_in_order
from trainer.web.state import current
from trainer.web.trail import as_file, looked_for, page_of, read, shown


@blueprint.get("/audit", endpoint="audit")
@allow(Permission.SEE_PEOPLE)
def of_country() -> str:
    asked = read(countries_in_order(current.me.countries))
    with current.read() as db:
        made = trail.with_names(db, page_of(db, asked), also=looked_for(asked))
        current.did("trail-seen", country=asked.country, kind="country", object_id=asked.country)
    return shown(asked, made, "coordinate.audit", "coordinate.audit_csv")


@blueprint.get("/audit.csv", endpoint="audit_csv")
@allow(Permission.SEE_PEOPLE)
def of_country_csv() -> Response:
    asked = read(countries_in_order(current.me.countries))
    with current.read() as db:
        made = trail.with_names(db, page_of(db, asked, trail.MOST_IN_FILE))
        current.did("trail-downloaded", country=asked.country, kind="country", object_id=asked.country)
    return as_file(made, asked.country)
