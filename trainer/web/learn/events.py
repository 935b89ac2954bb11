"""Everything a learner does goes through here as one event with an id; the same form sent twice is one record."""

from __future__ import annotations

import uuid
from typing import Any

from flask import request

from trainer.services import record
from trainer.services.problems import Refused
from trainer.web.state import current

FIELD = "event"


def new_id() -> str:
    """The id a form carries from the moment it is made."""
    return str(uuid.uuid4())


def posted_id() -> str:
    """The id the posted form carries; a new one when it carries none that could be ours."""
    text = request.form.get(FIELD, "")
    try:
        return str(uuid.UUID(text))
    except ValueError:
        return new_id()


def send(kind: record.Kind, **values: Any) -> record.Verdict:
    """Record what the person signed in did, in a transaction of its own. Raises Refused when it is not taken."""
    event = record.Event(
        id=posted_id(), kind=kind, person_id=current.me.person_id, country=current.me.country,
        locale=current.locale, **values,
    )  # fmt: skip
    with current.write() as db:
        verdict = record.record(db, current.shelf, [event], now=current.now())[0]
    if verdict.status == "rejected":
        raise Refused(verdict.code, **verdict.params)
    return verdict
