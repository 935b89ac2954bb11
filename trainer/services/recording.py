"""What each kind of event does to the register. `record` locks the person and calls these."""

from __future__ import annotations

import secrets
import uuid
from collections.abc import Iterable
from contextlib import AbstractContextManager, nullcontext
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import bindparam, func, select, update
from sqlalchemy.orm import Session

from trainer import assessment
from trainer.assessment import Grade, InvalidAnswer, Planned
from trainer.content.model import Item, Module, Unit
from trainer.services import certificates, counted, editions, evidence, progress, renewals
from trainer.services.calendar import month
from trainer.services.counting import Counts
from trainer.services.editions import EditionRow
from trainer.services.events import Event, Verdict
from trainer.services.paths import months_of
from trainer.services.problems import SENTENCES
from trainer.services.shelf import Shelf
from trainer.store.models import Attempt, CompletionRow, Enrolment, Response, UnitDone
from trainer.store.prepared import Prepared, insert_new
from trainer.vocabulary import N_

SENTENCES.update(assessment.PROBLEMS)
SENTENCES.update(
    {
        "module-unknown": N_("This module does not exist."),
        "module-archived": N_("This module is archived. Nobody can begin it any more."),
        "unit-unknown": N_("This module has no such part."),
        "attempt-unknown": N_("This attempt does not exist."),
        "question-unknown": N_("This question does not belong here."),
        "edition-changed": N_("The module was published anew while you were reading. Open the page again and answer."),
        "no-attempts-left": N_("You have used all your tries."),
        "pre-test-late": N_("The test before the module can only be taken before the first lesson."),
        "pre-test-done": N_("You have taken the test before the module already."),
        "already-answered": N_("You have answered this question already. Your first answer counts."),
        "id-taken": N_("This could not be stored. Reload the page and try again."),
    }
)


class Rejected(Exception):  # noqa: N818  it is a verdict
    """Nothing was stored; `code` says why."""

    def __init__(self, code: str, params: dict[str, Any] | None = None) -> None:
        super().__init__(code)
        self.code = code
        self.params = params or {}


class Learner(NamedTuple):
    """What is asked of a person whose events are taken; the columns of `Person`."""

    id: str
    country: str
    full_name: str
    agency_type: str
    work_role: str
    sex: str | None
    is_test: bool
    path: str | None


class Desk(NamedTuple):
    """What taking an event needs."""

    db: Session
    shelf: Shelf
    person: Learner
    """Their row is locked."""
    now: datetime
    counts: Counts

    def module(self, edition_id: int, event: Event) -> Module:
        """The edition in the words the person had before them: accepted answers depend on the language."""
        return self.shelf.module(edition_id, event.locale, progress.overlay_of(self.person.country))

    def tests_change(self, module: str) -> AbstractContextManager[None]:
        """What happens to the person's goes at quizzes and tests inside is counted."""
        if self.person.is_test:
            return nullcontext()
        return counted.tests_change(self.db, self.counts, self.person.id, module)

    def completions_change(self) -> AbstractContextManager[None]:
        """What the person completes inside is counted."""
        if self.person.is_test:
            return nullcontext()
        return counted.completions_change(self.db, self.counts, self.person.id)

    def mine(self) -> dict[str, str]:
        return {"person_id": self.person.id, "country": self.person.country}


# ---------------------------------------------------------------- enrolment


def enrol(desk: Desk, event: Event) -> Verdict:
    """Begin a module. Somebody who has begun it stays as they are."""
    edition = _edition(desk, event.module)
    before = _enrolment(desk, event.module)
    if before is None and edition.is_archived and event.mode == "online":
        raise Rejected("module-archived")
    enrolment = before or _enrolled(desk, event, edition, event.id)
    return Verdict(event.id, "duplicate" if before else "stored", "", {}, {"enrolment_id": enrolment.id})


def _edition(desk: Desk, slug: str) -> EditionRow:
    edition = editions.current_edition(desk.db, slug)
    if edition is None:
        raise Rejected("module-unknown")
    return edition


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


# ------------------------------------------------------------ lessons, starts


def unit_done(desk: Desk, event: Event) -> Verdict:
    """A lesson or job aid was read."""
    edition = _edition(desk, event.module)
    unit_of(desk.module(edition.id, event), event.unit, "lesson", "job-aid")
    enrolment = ensure_enrolled(desk, event, edition)
    this_unit = (UnitDone.module == event.module) & (UnitDone.unit == event.unit)
    mine = select(UnitDone.id).where(UnitDone.person_id == desk.person.id, this_unit | (UnitDone.id == event.id))
    if desk.db.scalars(mine).first() is not None:
        return Verdict(event.id, "duplicate", "", {}, {})
    row = {"id": event.id, "module": event.module, "unit": event.unit, "edition_id": edition.id, "at": desk.now}
    insert_mine(desk, UnitDone, row)
    return Verdict(event.id, "stored", "", {}, reach_completion(desk, event, enrolment, edition))


def start(desk: Desk, event: Event) -> Verdict:
    """Begin a quiz or test; one that is running is gone on with."""
    if (known := attempt_of(desk, event.id)) is not None:
        return Verdict(event.id, "duplicate", "", {}, {"attempt_id": known.id})
    edition = _edition(desk, event.module)
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


def unit_of(module: Module, unit_id: str, *kinds: str) -> Unit:
    for unit in module.units:
        if unit.id == unit_id and unit.kind in kinds:
            return unit
    raise Rejected("unit-unknown")


# ------------------------------------------------------------------- answers


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


def answer(desk: Desk, event: Event) -> Verdict:
    """Answer one question of an attempt, or one inside a lesson."""
    if (known := _GIVEN.first(desk.db, id=event.id)) is not None:
        return Verdict(event.id, "duplicate", "", {}, {"attempt_id": known.attempt_id})
    if event.attempt_id is None:
        return _store(desk, event, *_practice(desk, event))
    attempt = _own_attempt(desk, event)
    if event.edition_id not in (None, attempt.edition_id):
        raise Rejected("edition-changed")
    planned = _plan(desk.module(attempt.edition_id, event), attempt)
    return _store(desk, event, attempt, *_marked((one.item for one in planned), event))


def _practice(desk: Desk, event: Event) -> tuple[Begun, Item, Grade]:
    """The attempt that gathers the answers to questions inside a lesson: one per lesson and edition."""
    if event.purpose != "practice":
        raise Rejected("attempt-unknown")
    edition = _edition(desk, event.module)
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


def _own_attempt(desk: Desk, event: Event) -> Begun:
    attempt = attempt_of(desk, event.attempt_id or "")
    if attempt is None:
        raise Rejected("attempt-unknown")
    return attempt


def attempt_of(desk: Desk, attempt_id: str) -> Begun | None:
    row = _ATTEMPT.first(desk.db, id=attempt_id, person=desk.person.id)
    return None if row is None else Begun(*row)


def _plan(module: Module, attempt: Begun) -> tuple[Planned, ...]:
    unit = unit_of(module, attempt.unit, "quiz", "test", "lesson", "job-aid")
    return assessment.plan(unit, attempt.seed, attempt.form)


# ------------------------------------------------- handing in, and completing


def hand_in(desk: Desk, event: Event) -> Verdict:
    """End an attempt; its score follows from the answers stored."""
    attempt = _own_attempt(desk, event)
    if attempt.purpose == "practice":
        raise Rejected("attempt-unknown")
    if attempt.handed_in_at is not None:
        return Verdict(event.id, "duplicate", "", {}, told(attempt))
    module = desk.module(attempt.edition_id, event)
    answers = progress.counted(desk.db, attempt.id, attempt.purpose)
    asked = [one.item for one in _plan(module, attempt)]
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
        edition = _edition(desk, attempt.module)
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
        minutes=_planned_minutes(module, enrolment.mode),
        at=desk.now,
        month=month(desk.now, person.country),
    )
    with desk.completions_change():
        desk.db.add(completion)
        desk.db.flush()  # the certificate refers to it
    return {"certificate": certificates.issue(desk.db, completion, person.full_name, now=desk.now)}


def _planned_minutes(module: Module, mode: str) -> int:
    room, online = module.minutes_workshop, module.minutes_online
    return (room or online or 0) if mode == "workshop" else (online or room or 0)


def insert_mine(desk: Desk, table: type[UnitDone | Attempt | Response], row: dict[str, Any]) -> None:
    """Insert a row of the person's. Its own id was looked up before: if it is there, it is somebody else's."""
    if not insert_new(desk.db, table, {**desk.mine(), **row}):
        raise Rejected("id-taken")
