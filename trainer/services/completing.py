"""What may complete a module: a lesson read, an attempt handed in; and the completion with its certificate."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select, update

from trainer import assessment
from trainer.content.model import Module
from trainer.services import certificates, progress, renewals
from trainer.services.answering import Begun, own_attempt, plan_of
from trainer.services.calendar import month
from trainer.services.editions import EditionRow
from trainer.services.enrolling import Enrolled, ensure_enrolled
from trainer.services.events import Event, Verdict
from trainer.services.paths import months_of
from trainer.services.recording import Desk, Rejected, edition_of, insert_mine, unit_of
from trainer.store.models import Attempt, CompletionRow, UnitDone


def unit_done(desk: Desk, event: Event) -> Verdict:
    """A lesson or job aid was read."""
    edition = edition_of(desk, event.module)
    unit_of(desk.module(edition.id, event), event.unit, "lesson", "job-aid")
    enrolment = ensure_enrolled(desk, event, edition)
    this_unit = (UnitDone.module == event.module) & (UnitDone.unit == event.unit)
    mine = select(UnitDone.id).where(UnitDone.person_id == desk.person.id, this_unit | (UnitDone.id == event.id))
    if desk.db.scalars(mine).first() is not None:
        return Verdict(event.id, "duplicate", "", {}, {})
    row = {"id": event.id, "module": event.module, "unit": event.unit, "edition_id": edition.id, "at": desk.now}
    insert_mine(desk, UnitDone, row)
    return Verdict(event.id, "stored", "", {}, reach_completion(desk, event, enrolment, edition))


def hand_in(desk: Desk, event: Event) -> Verdict:
    """End an attempt; its score follows from the answers stored."""
    attempt = own_attempt(desk, event)
    if attempt.purpose == "practice":
        raise Rejected("attempt-unknown")
    if attempt.handed_in_at is not None:
        return Verdict(event.id, "duplicate", "", {}, told(attempt))
    module = desk.module(attempt.edition_id, event)
    answers = progress.counted(desk.db, attempt.id, attempt.purpose)
    asked = [one.item for one in plan_of(module, attempt)]
    grades = {question: one.grade for question, one in answers.items()}
    score = assessment.score(asked, grades).percent
    mark = assessment.pass_mark(module, unit_of(module, attempt.unit, "quiz", "test"))
    passed = None if attempt.purpose == "pre" or mark is None else score >= mark
    attempt = attempt._replace(handed_in_at=desk.now, score=score, passed=passed)
    with desk.tests_change(attempt.module):
        desk.db.execute(
            update(Attempt)
            .where(Attempt.id == attempt.id, Attempt.person_id == desk.person.id)
            .values(handed_in_at=desk.now, score=score, passed=passed, month=month(desk.now, desk.person.country))
            .execution_options(synchronize_session=False)
        )
    extra = told(attempt)
    if attempt.purpose != "pre":
        edition = edition_of(desk, attempt.module)
        extra |= reach_completion(desk, event, ensure_enrolled(desk, event, edition), edition)
    return Verdict(event.id, "stored", "", {}, extra)


def told(attempt: Begun) -> dict[str, Any]:
    """What may be told of an attempt handed in. Of a test before the module, nothing."""
    told: dict[str, Any] = {"attempt_id": attempt.id}
    if attempt.purpose != "pre":
        told |= {"score": attempt.score, "passed": attempt.passed}
    return told


def reach_completion(desk: Desk, event: Event, enrolment: Enrolled, edition: EditionRow) -> dict[str, Any]:
    """Store the completion with its certificate, if this event reached it; or a renewal, if it was there before."""
    state = progress.standings(desk.db, desk.person.id, edition.module)[edition.module]
    person, module = desk.person, desk.module(edition.id, event)
    if state.completion is not None:
        months = months_of(desk.shelf.paths, module.slug, person.path, person.agency_type)
        mine = {"person_id": person.id, "country": person.country}
        renewals.renew(desk.db, module, edition.id, state, months=months, now=desk.now, **mine)
        return {}
    if not state.standing(module):
        return {}
    # Paper comes in any order: who was there on the first day may be entered after the test of the last.
    sat = [row.handed_in_at for row in (*state.of("quiz"), *state.of("post")) if row.handed_in_at is not None]
    at = max([desk.now, *sat])
    quizzes = [score for row in state.of("quiz") if (score := state.best("quiz", row.unit)) is not None]
    completion = CompletionRow(
        **desk.mine(),
        module=edition.module,
        edition_id=edition.id,
        mode=enrolment.mode,
        locale=event.locale,
        agency_type=person.agency_type,
        work_role=person.work_role,
        sex=person.sex,
        quiz_score=min(quizzes, default=None),
        test_score=state.best("post"),
        minutes=planned_minutes(module, enrolment.mode),
        at=at,
        month=month(at, person.country),
    )
    with desk.completions_change():
        desk.db.add(completion)
        desk.db.flush()  # the certificate refers to it
    return {"certificate": certificates.issue(desk.db, completion, person.full_name, now=at)}


def planned_minutes(module: Module, mode: str) -> int:
    """Of a completion in this mode."""
    room, online = module.minutes_workshop, module.minutes_online
    return (room or online or 0) if mode == "workshop" else (online or room or 0)
