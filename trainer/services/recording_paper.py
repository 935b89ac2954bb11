"""What a sheet of paper does to the register: a whole attempt at once, and how it is taken back.

The id of the event is the id of the attempt, and follows from the sheet: whatever route a sheet takes, and however
often, it is one attempt. `now` is when it was written, so that it counts in its own month.
"""

from __future__ import annotations

import uuid
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from trainer import assessment
from trainer.assessment import Grade, InvalidAnswer
from trainer.content.model import Item
from trainer.services import editions, evidence, progress
from trainer.services.answering import Begun, attempt_of
from trainer.services.calendar import month
from trainer.services.completing import reach_completion, told
from trainer.services.counted import enrolment_of
from trainer.services.editions import EditionRow
from trainer.services.enrolling import ensure_enrolled
from trainer.services.events import Event, Paper, Verdict
from trainer.services.problems import SENTENCES
from trainer.services.recording import Desk, Rejected, insert_mine, unit_of
from trainer.store.models import Attempt, CompletionRow, Enrolment, Response, UnitDone
from trainer.vocabulary import N_

SENTENCES["already-sat"] = N_("This person already has a result for this test.")


def sheet(desk: Desk, event: Event) -> Verdict:
    """Take everything that stands on a sheet."""
    paper = event.paper
    assert paper is not None
    if (known := attempt_of(desk, event.id)) is not None:
        return Verdict(event.id, "duplicate", "", {}, told(known))
    edition = _printed_from(desk, event)
    module = desk.module(edition.id, event)
    unit = unit_of(module, event.unit, "quiz" if event.purpose == "quiz" else "test")
    state = progress.standings(desk.db, desk.person.id, event.module).get(event.module, progress.Standings.none())
    before = state.of(event.purpose or "", unit.id)
    if event.purpose == "pre" and before:
        raise Rejected("already-sat")
    if unit.attempts is not None and event.purpose == "quiz" and len(before) >= unit.attempts:
        raise Rejected("no-attempts-left")
    asked = [planned.item for planned in assessment.plan(unit, paper.seed, paper.form)]
    grades = _graded(asked, paper, event.locale)
    enrolment = ensure_enrolled(desk, event, edition, _first_form(unit.forms, event, paper))
    number = progress.next_number(row.number for row in before)
    attempt = _attempt(desk, event, edition, number, assessment.score(asked, grades).percent)
    mark = assessment.pass_mark(module, unit)
    if event.purpose != "pre" and mark is not None:
        attempt["passed"] = attempt["score"] >= mark
    revisions = {item.id: item.rev for item in asked}
    with desk.tests_change(edition.module):
        insert_mine(desk, Attempt, attempt)
        for question, grade in grades.items():
            insert_mine(desk, Response, _response(desk, event, question, revisions[question], grade))
    extra = told(Begun(*(attempt[name] for name in Begun._fields)))
    if event.purpose != "pre":
        extra |= reach_completion(desk, event, enrolment, edition)
    return Verdict(event.id, "stored", "", {}, extra)


def _printed_from(desk: Desk, event: Event) -> EditionRow:
    edition = None if event.edition_id is None else editions.by_id(desk.db, event.edition_id)
    if edition is None or edition.module != event.module:
        raise Rejected("module-unknown")
    return edition


def _graded(asked: list[Item], paper: Paper, locale: str) -> dict[str, Grade]:
    """Question → grade of each answer, in the order asked."""
    if not paper.answers.keys() <= {item.id for item in asked}:
        raise Rejected("question-unknown")
    grades = {}
    for item in asked:
        if item.id in paper.answers:
            try:
                grades[item.id] = assessment.grade(item, paper.answers[item.id], locale)
            except InvalidAnswer as problem:
                raise Rejected(problem.code, dict(problem.params)) from None
    return grades


def _first_form(forms: tuple[str, ...], event: Event, paper: Paper) -> str | None:
    """The form of the test before, as the sheet tells it: its own, or the one it must have followed."""
    if event.purpose == "pre":
        return paper.form
    return assessment.other_form(forms, paper.form) if event.purpose == "post" else None


def _attempt(desk: Desk, event: Event, edition: EditionRow, number: int, score: float) -> dict[str, Any]:
    assert event.paper is not None
    return {
        "id": event.id,
        "module": event.module,
        "unit": event.unit,
        "purpose": event.purpose,
        "edition_id": edition.id,
        "number": number,
        "form": event.paper.form,
        "seed": event.paper.seed,
        "mode": event.mode,
        "started_at": desk.now,
        "handed_in_at": desk.now,
        "score": score,
        "passed": None,
        "month": month(desk.now, desk.person.country),
    }


def _response(desk: Desk, event: Event, question: str, rev: int, grade: Grade) -> dict[str, Any]:
    assert event.paper is not None
    return {
        "id": str(uuid.uuid5(uuid.UUID(event.id), question)),
        "attempt_id": event.id,
        "question": question,
        "rev": rev,
        "answer": event.paper.answers[question],
        "points": grade.points,
        "max_points": grade.max_points,
        "correct": grade.correct,
        "critical": grade.critical,
        "locale": event.locale,
        "at": desk.now,
        "client_time": None,
        "source": event.source,
        "late": False,
    }


# -------------------------------------------------------------- taking it back


def withdraw_attempt(desk: Desk, attempt_id: str) -> None:
    """As if the sheet had never been entered: for one that was read or named wrongly. Its person is locked."""
    attempt = attempt_of(desk, attempt_id)
    if attempt is None:
        return
    with desk.tests_change(attempt.module):
        _delete(desk.db, Attempt, Attempt.id == attempt_id, desk.person.id)
    _judge_again(desk, attempt.module)


def withdraw_unit(desk: Desk, unit_done_id: str) -> None:
    """The person was not at the session after all."""
    module = desk.db.scalar(
        select(UnitDone.module).where(UnitDone.id == unit_done_id, UnitDone.person_id == desk.person.id)
    )
    if module is not None:
        _delete(desk.db, UnitDone, UnitDone.id == unit_done_id, desk.person.id)
        _judge_again(desk, module)


def _judge_again(desk: Desk, slug: str) -> None:
    """Take back a completion that no longer stands, and an enrolment that nothing is left of; counts follow."""
    state = progress.standings(desk.db, desk.person.id, slug).get(slug, progress.Standings.none())
    if state.completion is not None:
        module = desk.shelf.module(state.completion.edition_id, None, progress.overlay_of(desk.person.country))
        if not state.standing(module):
            with desk.completions_change():
                _delete(desk.db, CompletionRow, CompletionRow.module == slug, desk.person.id)
            state.completion = None
    if state.enrolment is not None and state.enrolment.mode == "workshop" and not _has_begun(state):
        _leave(desk, slug)


def _has_begun(state: progress.Standings) -> bool:
    return bool(state.done or state.attempts or state.completion)


def _leave(desk: Desk, slug: str) -> None:
    """Delete the person's enrolment, and take it out of the cells it was counted in."""
    row = enrolment_of(desk.db, desk.person.id, slug)
    _delete(desk.db, Enrolment, Enrolment.module == slug, desk.person.id)
    if row is not None and not desk.person.is_test:
        desk.counts.take(evidence.enrolled(row), -1)


def _delete(db: Session, table: Any, condition: Any, person_id: str) -> None:
    db.execute(
        delete(table).where(condition, table.person_id == person_id).execution_options(synchronize_session=False)
    )
