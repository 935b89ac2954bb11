"""Attempts at quizzes and tests, and answers: of an attempt, or to a question inside a lesson."""

from __future__ import annotations

import secrets
import uuid
from collections.abc import Iterable
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import bindparam, func, select

from trainer import assessment
from trainer.assessment import Grade, InvalidAnswer, Planned
from trainer.content.model import Item, Module, Unit
from trainer.services import progress
from trainer.services.editions import EditionRow
from trainer.services.enrolling import Enrolled, ensure_enrolled
from trainer.services.events import Event, Verdict
from trainer.services.recording import Desk, Rejected, edition_of, insert_mine, unit_of
from trainer.store.models import Attempt, Response
from trainer.store.prepared import Prepared


class Begun(NamedTuple):
    """What is asked of an attempt; the columns of `Attempt`."""

    id: str
    module: str
    unit: str
    purpose: str
    edition_id: int
    number: int
    form: str | None
    seed: str
    handed_in_at: datetime | None
    score: float | None
    passed: bool | None


_OF_ATTEMPT = [getattr(Attempt, name) for name in Begun._fields]
_ATTEMPT = Prepared(select(*_OF_ATTEMPT).where(Attempt.id == bindparam("id"), Attempt.person_id == bindparam("person")))
_PRACTISED = Prepared(
    select(*_OF_ATTEMPT)
    .where(
        Attempt.person_id == bindparam("person"),
        Attempt.module == bindparam("slug"),
        Attempt.unit == bindparam("unit"),
        Attempt.purpose == "practice",
    )
    .order_by(Attempt.number)
)
_GIVEN = Prepared(select(Response.attempt_id).where(Response.id == bindparam("id")))
_LATEST = Prepared(
    select(func.max(Response.at).label("at")).where(
        Response.attempt_id == bindparam("attempt"), Response.question == bindparam("question")
    )
)


def start(desk: Desk, event: Event) -> Verdict:
    """Begin a quiz or test; one that is running is gone on with."""
    if (known := attempt_of(desk, event.id)) is not None:
        return Verdict(event.id, "duplicate", "", {}, {"attempt_id": known.id})
    edition = edition_of(desk, event.module)
    kind = {"quiz": "quiz", "pre": "test", "post": "test"}.get(event.purpose or "", "")
    unit = unit_of(desk.module(edition.id, event), event.unit, kind)
    enrolment = ensure_enrolled(desk, event, edition)
    state = progress.standings(desk.db, desk.person.id, event.module)[event.module]
    before = state.of(event.purpose or "", unit.id)
    if (running := next((row for row in before if row.handed_in_at is None), None)) is not None:
        return Verdict(event.id, "duplicate", "", {}, {"attempt_id": running.id})
    if event.purpose == "pre":
        _refuse_pre_test(desk.module(edition.id, event), state)
    elif unit.attempts is not None and state.completion is None and len(before) >= unit.attempts:
        raise Rejected("no-attempts-left")
    form = _form(unit, event.purpose or "", enrolment, len(before))
    number = progress.next_number(row.number for row in before)
    insert_mine(desk, Attempt, _begun(desk, event, event.id, unit, edition, number, form))
    return Verdict(event.id, "stored", "", {}, {"attempt_id": event.id})


def _begun(
    desk: Desk, event: Event, attempt_id: str, unit: Unit, edition: EditionRow, number: int, form: str | None
) -> dict[str, Any]:
    """The row of a new attempt."""
    return {
        "id": attempt_id,
        "module": edition.module,
        "unit": unit.id,
        "purpose": event.purpose,
        "edition_id": edition.id,
        "number": number,
        "form": form,
        # Not made from the event's id: whoever chooses that could choose the questions.
        "seed": secrets.token_hex(16),
        "mode": event.mode,
        "started_at": desk.now,
    }


def _refuse_pre_test(module: Module, state: progress.Standings) -> None:
    """Once, before the first lesson and before the other test."""
    lessons = {unit.id for unit in module.units if unit.kind == "lesson"}
    if state.of("pre"):
        raise Rejected("pre-test-done")
    if lessons & state.done or state.of("post"):
        raise Rejected("pre-test-late")


def _form(unit: Unit, purpose: str, enrolment: Enrolled, before: int) -> str | None:
    """Before: the form assigned at enrolment. After: another one, and in turn with every further go."""
    form = enrolment.pre_form if enrolment.pre_form in unit.forms else (unit.forms or (None,))[0]
    if purpose == "post":
        for _ in range(before + 1):
            form = assessment.other_form(unit.forms, form)
    return form if purpose != "quiz" else None


def answer(desk: Desk, event: Event) -> Verdict:
    """Answer one question of an attempt, or one inside a lesson."""
    if (known := _GIVEN.first(desk.db, id=event.id)) is not None:
        return Verdict(event.id, "duplicate", "", {}, {"attempt_id": known.attempt_id})
    if event.attempt_id is None:
        return _store(desk, event, *_practice(desk, event))
    attempt = own_attempt(desk, event)
    if event.edition_id not in (None, attempt.edition_id):
        raise Rejected("edition-changed")
    planned = plan_of(desk.module(attempt.edition_id, event), attempt)
    return _store(desk, event, attempt, *_marked((one.item for one in planned), event))


def _practice(desk: Desk, event: Event) -> tuple[Begun, Item, Grade]:
    """The attempt that gathers the answers to questions inside a lesson: one per lesson and edition."""
    if event.purpose != "practice":
        raise Rejected("attempt-unknown")
    edition = edition_of(desk, event.module)
    if event.edition_id not in (None, edition.id):
        raise Rejected("edition-changed")
    unit = unit_of(desk.module(edition.id, event), event.unit, "lesson", "job-aid")
    item, grade = _marked(unit.items, event)
    ensure_enrolled(desk, event, edition)
    before = [Begun(*row) for row in _PRACTISED.rows(desk.db, person=desk.person.id, slug=event.module, unit=unit.id)]
    if before and before[-1].edition_id == edition.id:
        return before[-1], item, grade
    attempt_id = str(uuid.uuid5(uuid.UUID(event.id), "practice"))
    number = progress.next_number(row.number for row in before)
    insert_mine(desk, Attempt, _begun(desk, event, attempt_id, unit, edition, number, None))
    attempt = attempt_of(desk, attempt_id)
    assert attempt is not None
    return attempt, item, grade


def _marked(asked: Iterable[Item], event: Event) -> tuple[Item, Grade]:
    """The question that was answered, and what the answer is worth."""
    item = next((one for one in asked if one.id == event.question), None)
    if item is None:
        raise Rejected("question-unknown")
    try:
        return item, assessment.grade(item, event.answer or {}, event.locale)
    except InvalidAnswer as problem:
        raise Rejected(problem.code, dict(problem.params)) from None


def _store(desk: Desk, event: Event, attempt: Begun, item: Item, grade: Grade) -> Verdict:
    # The order of answers decides which one counts; a clock that was set back must not change it.
    before = _LATEST.first(desk.db, attempt=attempt.id, question=item.id)
    latest = before.at if before else None
    late = attempt.handed_in_at is not None
    row = {
        "id": event.id,
        "attempt_id": attempt.id,
        "question": item.id,
        "rev": item.rev,
        "answer": event.answer,
        "points": grade.points,
        "max_points": grade.max_points,
        "correct": grade.correct,
        "critical": grade.critical,
        "locale": event.locale,
        "at": desk.now if latest is None else max(desk.now, latest + latest.resolution),
        "client_time": event.client_time,
        "source": event.source,
        "late": late,
    }
    insert_mine(desk, Response, row)
    extra: dict[str, Any] = {"attempt_id": attempt.id}
    if attempt.purpose in ("quiz", "practice"):
        extra |= {"correct": grade.correct, "points": grade.points, "critical": grade.critical}
    if late:
        return Verdict(event.id, "late", "", {}, extra)
    again = attempt.purpose == "quiz" and latest is not None
    return Verdict(event.id, "stored", "already-answered" if again else "", {}, extra)


def own_attempt(desk: Desk, event: Event) -> Begun:
    attempt = attempt_of(desk, event.attempt_id or "")
    if attempt is None:
        raise Rejected("attempt-unknown")
    return attempt


def attempt_of(desk: Desk, attempt_id: str) -> Begun | None:
    row = _ATTEMPT.first(desk.db, id=attempt_id, person=desk.person.id)
    return None if row is None else Begun(*row)


def plan_of(module: Module, attempt: Begun) -> tuple[Planned, ...]:
    unit = unit_of(module, attempt.unit, "quiz", "test", "lesson", "job-aid")
    return assessment.plan(unit, attempt.seed, attempt.form)
