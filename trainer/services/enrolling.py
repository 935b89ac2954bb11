"""Beginning a module: by itself, or with the first thing that is done in it."""

from __future__ import annotations

import uuid
from typing import Any, NamedTuple

from sqlalchemy import bindparam, select

from trainer import assessment
from trainer.services import evidence
from trainer.services.calendar import month
from trainer.services.editions import EditionRow
from trainer.services.events import Event, Verdict
from trainer.services.recording import Desk, Rejected, edition_of
from trainer.store.models import Enrolment
from trainer.store.prepared import Prepared, insert_new


def enrol(desk: Desk, event: Event) -> Verdict:
    """Begin a module. Somebody who has begun it stays as they are."""
    edition = edition_of(desk, event.module)
    before = _enrolment(desk, event.module)
    if before is None and edition.is_archived and event.mode == "online":
        raise Rejected("module-archived")
    enrolment = before or _enrolled(desk, event, edition, event.id)
    return Verdict(event.id, "duplicate" if before else "stored", "", {}, {"enrolment_id": enrolment.id})


class Enrolled(NamedTuple):
    """What is asked of an enrolment; the columns of `Enrolment`."""

    id: str
    mode: str
    pre_form: str | None


_ENROLLED = Prepared(
    select(*(getattr(Enrolment, name) for name in Enrolled._fields)).where(
        Enrolment.person_id == bindparam("person"), Enrolment.module == bindparam("slug")
    )
)


def _enrolment(desk: Desk, slug: str) -> Enrolled | None:
    row = _ENROLLED.first(desk.db, person=desk.person.id, slug=slug)
    return None if row is None else Enrolled(*row)


def ensure_enrolled(desk: Desk, event: Event, edition: EditionRow, pre_form: str | None = None) -> Enrolled:
    """The enrolment; made now for somebody who began without one (a saved page, a sheet of paper)."""
    derived = str(uuid.uuid5(uuid.UUID(event.id), "enrolment"))
    known = _enrolment(desk, edition.module)
    if known is None and edition.is_archived and event.mode == "online":
        raise Rejected("module-archived")
    return known or _enrolled(desk, event, edition, derived, pre_form)


def _enrolled(
    desk: Desk, event: Event, edition: EditionRow, enrolment_id: str, pre_form: str | None = None
) -> Enrolled:
    """`pre_form`: the form of the test before, where paper has already said it."""
    module = desk.module(edition.id, event)
    forms = next((unit.forms for unit in module.units if unit.kind == "test"), ())
    person, this_month = desk.person, month(desk.now, desk.person.country)
    row: dict[str, Any] = {
        **desk.mine(),
        "id": enrolment_id,
        "module": edition.module,
        "edition_id": edition.id,
        "mode": event.mode,
        "locale": event.locale,
        "started_at": desk.now,
        "pre_form": pre_form or assessment.assign_form(forms, f"{person.id} {edition.module}"),
        "agency_type": person.agency_type,
        "work_role": person.work_role,
        "sex": person.sex,
        "month": this_month,
        "settled": False,
    }
    if not insert_new(desk.db, Enrolment, row):
        raise Rejected("id-taken")
    if not person.is_test:
        desk.counts.take(evidence.enrolled(evidence.Begun(*(row[name] for name in evidence.Begun._fields))))
    return Enrolled(enrolment_id, event.mode, row["pre_form"])
