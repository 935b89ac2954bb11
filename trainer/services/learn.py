"""What the learner's screens show. Words come from the shelf; what the person did comes in one statement.

Nothing that gives an answer away leaves here before it may: see `_item`.
"""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from trainer import assessment
from trainer.access import Identity
from trainer.assessment import Grade, InvalidAnswer, Planned
from trainer.content import coverage
from trainer.content.coverage import Coverage
from trainer.content.model import Item, Module, Passage, Unit
from trainer.services import codes, editions, progress
from trainer.services.editions import EditionRow
from trainer.services.problems import NotFound
from trainer.services.progress import AttemptRow, CompletionState, Counted, EnrolmentRow, Standings, overlay_of
from trainer.services.shelf import Shelf
from trainer.services.views import (
    AttemptItem,
    AttemptView,
    CatalogueCard,
    CertificateView,
    Course,
    Lesson,
    Practice,
    RecordRow,
    TestState,
    UnitState,
)
from trainer.store.models import Attempt, Certificate, CompletionRow, Edition


def catalogue(
    db: Session,
    shelf: Shelf,
    identity: Identity | None,
    *,
    locale: str,
    country: str | None = None,
    past: bool = False,
) -> tuple[CatalogueCard, ...]:
    """Every module, by slug. `country` is used where nobody is signed in. Two statements.

    An archived module is seen by whoever has begun it and can finish it; with `past`, also by who has completed it.
    """
    known = progress.standings(db, identity.person_id) if identity else {}
    country = overlay_of(identity.country if identity else country)
    return tuple(
        _card(shelf.module(edition.id, locale, country), edition, known.get(edition.module, Standings.none()))
        for edition in editions.current_editions(db)
        if not edition.is_archived or _is_seen(known.get(edition.module, Standings.none()), past)
    )


def _is_seen(state: Standings, past: bool) -> bool:
    return is_under_way(state) or (past and state.completion is not None)


def is_under_way(state: Standings) -> bool:
    """The person has begun the module and not completed it."""
    return state.enrolment is not None and state.completion is None


def _card(module: Module, edition: EditionRow, state: Standings) -> CatalogueCard:
    counted = (edition.translations or {}).get(module.locale)
    lessons = [unit.id for unit in module.units if unit.kind == "lesson"]
    return CatalogueCard(
        slug=module.slug,
        title=module.title,
        summary=module.summary,
        languages=module.languages,
        coverage=None if counted is None else coverage.of_stored(counted),
        told=_told(module),
        minutes=module.minutes_online,
        lessons=len(lessons),
        lessons_done=len(state.done.intersection(lessons)),
        progress="completed" if state.completion else "started" if state.enrolment else "new",
        completion=state.completion,
        rule=assessment.rule_of(module),
        is_past=edition.is_archived and state.completion is not None,
    )


def _told(module: Module) -> tuple[Passage, ...]:
    titles, goals = (unit.title for unit in module.units), (goal.passage for goal in module.objectives)
    return (module.title, module.summary, *titles, *goals)


def translations(db: Session) -> tuple[tuple[EditionRow, dict[str, Coverage]], ...]:
    """The newest edition of every module that is not archived, with its coverage per locale. One statement."""
    rows = (row for row in editions.current_editions(db) if not row.is_archived)
    return tuple((row, coverage.read(row.translations or {})) for row in rows)


def course(
    db: Session, shelf: Shelf, identity: Identity | None, slug: str, *, locale: str, country: str | None = None
) -> Course:
    """The module in its current edition and the person's state in it. Two statements. Raises NotFound."""
    return _course(db, shelf, identity, slug, locale, country)[0]


def _course(
    db: Session, shelf: Shelf, identity: Identity | None, slug: str, locale: str, country: str | None
) -> tuple[Course, Standings]:
    edition, module = _current(db, shelf, identity, slug, locale, country)
    known = progress.standings(db, identity.person_id, slug) if identity else {}
    state = known.get(slug, Standings.none())
    return _state_of_course(module, edition, state), state


def _current(
    db: Session, shelf: Shelf, identity: Identity | None, slug: str, locale: str, country: str | None
) -> tuple[EditionRow, Module]:
    edition = editions.current_edition(db, slug)
    if edition is None or (edition.is_archived and not _has_begun(db, identity, slug)):
        raise NotFound
    return edition, shelf.module(edition.id, locale, overlay_of(identity.country if identity else country))


def _has_begun(db: Session, identity: Identity | None, slug: str) -> bool:
    """One statement, asked for archived modules only."""
    mine = identity and progress.standings(db, identity.person_id, slug).get(slug)
    return bool(mine and mine.enrolment)


def shown(
    db: Session,
    shelf: Shelf,
    identity: Identity | None,
    slug: str,
    unit: str,
    *,
    locale: str,
    country: str | None = None,
) -> tuple[EditionRow, Unit]:
    """The current edition and one unit of it, without anybody's state. One statement. Raises NotFound."""
    edition, module = _current(db, shelf, identity, slug, locale, country)
    found = next((one for one in module.units if one.slug == unit), None)
    if found is None:
        raise NotFound
    return edition, found


def _state_of_course(module: Module, edition: EditionRow, state: Standings) -> Course:
    missing = tuple(one.unit for one in state.standing(module).missing)
    required = len(Standings.none().standing(module).missing)
    test = next((unit for unit in module.units if unit.kind == "test"), None)
    return Course(
        module=module,
        edition_id=edition.id,
        edition_number=edition.number,
        published_at=edition.published_at,
        newer=state.enrolment is not None and state.enrolment.edition_id != edition.id,
        enrolment=state.enrolment,
        units=tuple(_state_of_unit(module, unit, state) for unit in module.units),
        test=_state_of_test(module, test, state) if test else None,
        done=required - len(missing),
        required=required,
        missing=missing,
        completion=state.completion,
        next=next((unit for unit in module.units if unit.id in missing), None),
    )


def _state_of_unit(module: Module, unit: Unit, state: Standings) -> UnitState:
    if unit.kind not in ("quiz", "test"):
        return UnitState(unit=unit, done=unit.id in state.done)
    goes = state.of("quiz" if unit.kind == "quiz" else "post", unit.id)
    mark = assessment.pass_mark(module, unit)
    return UnitState(
        unit=unit,
        done=_is_passed(goes, mark),
        best=_best(goes),
        attempts_used=len(goes),
        attempts_left=None if state.completion else _left(unit, goes),
        open_attempt=_running(goes),
        last_attempt=next((row.id for row in reversed(goes) if row.handed_in_at), None),
        pass_mark=mark,
    )


def _state_of_test(module: Module, unit: Unit, state: Standings) -> TestState:
    before, after = state.of("pre", unit.id), state.of("post", unit.id)
    mark = assessment.pass_mark(module, unit)
    lessons = {one.id for one in module.units if one.kind == "lesson"}
    handed_in = [row.id for row in after if row.handed_in_at]
    too_late = bool(lessons & state.done or after)
    return TestState(
        unit=unit,
        pre="running" if _running(before) else "done" if before else "closed" if too_late else "open",
        pre_attempt=before[0].id if before else None,
        post="running" if _running(after) else "passed" if _is_passed(after, mark) else "failed" if after else "open",
        post_attempt=_running(after) or (handed_in[-1] if handed_in else None),
        post_score=_best(after),
        pass_mark=mark,
    )


def _running(goes: list[AttemptRow]) -> str | None:
    return next((row.id for row in goes if row.handed_in_at is None), None)


def _best(goes: list[AttemptRow]) -> float | None:
    return max((row.score for row in goes if row.score is not None), default=None)


def _is_passed(goes: list[AttemptRow], mark: int | None) -> bool:
    best = _best(goes)
    return best is not None and best >= (mark or 0)


def _left(unit: Unit, goes: list[AttemptRow]) -> int | None:
    return None if unit.attempts is None else max(0, unit.attempts - len(goes))


def lesson(
    db: Session,
    shelf: Shelf,
    identity: Identity | None,
    slug: str,
    unit: str,
    *,
    locale: str,
    country: str | None = None,
) -> Lesson:
    """One unit of it, by its slug. At most three statements. Raises NotFound."""
    found, state = _course(db, shelf, identity, slug, locale, country)
    # Tests come last whatever their file is called: the way through a module ends with them.
    way = sorted(found.units, key=lambda one: one.unit.kind == "test")
    at = next((at for at, one in enumerate(way) if one.unit.slug == unit), None)
    if at is None:
        raise NotFound
    return Lesson(
        course=found,
        state=way[at],
        number=at + 1,
        total=sum(one.unit.kind != "test" for one in way),
        previous=way[at - 1].unit if at > 0 else None,
        following=way[at + 1].unit if at + 1 < len(way) else None,
        practice=_practice(db, shelf, found, way[at].unit, state),
    )


def _practice(db: Session, shelf: Shelf, found: Course, unit: Unit, state: Standings) -> dict[str, Practice]:
    goes = [row for row in state.of("practice", unit.id) if row.edition_id == found.edition_id]
    if not goes:
        return {}
    items = {item.id: item for item in unit.items}
    return {
        question: Practice(
            answer=one.answer,
            grade=_grade(shelf, found.module, found.edition_id, unit.id, items[question], one),
            attempt_id=one.attempt_id,
            attempts=one.times,
        )
        for question, one in progress.counted(db, goes[-1].id, "practice").items()
        if question in items
    }


def attempt(db: Session, shelf: Shelf, identity: Identity, attempt_id: str, *, locale: str) -> AttemptView:
    """An attempt of the person's own, with what may be shown of it now. Three statements. Raises NotFound."""
    row = db.scalar(select(Attempt).where(Attempt.id == attempt_id, Attempt.person_id == identity.person_id))
    if row is None:
        raise NotFound
    module = shelf.module(row.edition_id, locale, overlay_of(identity.country))
    unit = next((one for one in module.units if one.id == row.unit), None)
    if unit is None:
        raise NotFound
    given = progress.counted(db, row.id, row.purpose)
    state = progress.standings(db, identity.person_id, row.module).get(row.module, Standings.none())
    planned = assessment.plan(unit, row.seed, row.form)
    silent = row.purpose == "pre"
    return AttemptView(
        id=row.id,
        module=module,
        unit=unit,
        purpose=row.purpose,  # type: ignore[arg-type]
        number=row.number,
        edition_id=row.edition_id,
        form=row.form,
        items=tuple(
            _item(shelf, module, row, number, one, given.get(one.item.id)) for number, one in enumerate(planned, 1)
        ),
        answered=sum(one.item.id in given for one in planned),
        started_at=row.started_at,
        handed_in_at=row.handed_in_at,
        score=None if silent else row.score,
        passed=None if silent else row.passed,
        pass_mark=None if silent else assessment.pass_mark(module, unit),
        attempts_left=0 if silent else None if state.completion else _left(unit, state.of(row.purpose, unit.id)),
        before=_before(row, state),
        is_thinned=row.thinned_at is not None,
    )


def _item(
    shelf: Shelf, module: Module, row: Attempt, number: int, planned: Planned, given: Counted | None
) -> AttemptItem:
    """In a quiz the grade shows after the answer, in a post-test after handing in, in a pre-test never."""
    told = {"quiz": True, "practice": True, "post": row.handed_in_at is not None}.get(row.purpose, False)
    shown = told and given is not None
    return AttemptItem(
        number=number,
        planned=planned,
        answer=given.answer if given else None,
        grade=_grade(shelf, module, row.edition_id, row.unit, planned.item, given) if shown and given else None,
        feedback=shown,
    )


def _grade(shelf: Shelf, module: Module, edition_id: int, unit_id: str, item: Item, row: Counted) -> Grade:
    """The stored grade. Its parts, which are not stored, come from marking once more in the answer's language."""
    stored = row.grade
    if row.locale != module.locale:
        same = shelf.module(edition_id, row.locale, module.country)
        items = (one for unit in same.units if unit.id == unit_id for one in unit.items)
        item = next((one for one in items if one.id == item.id), item)
    try:
        return stored._replace(parts=assessment.grade(item, row.answer, row.locale).parts)
    except InvalidAnswer:
        return stored


def _before(row: Attempt, state: Standings) -> float | None:
    """Only with the first post-test: after a second go the two forms are not comparable any more."""
    if row.purpose != "post" or row.number != 1 or row.handed_in_at is None:
        return None
    return state.best("pre", row.unit)


def record_of(db: Session, shelf: Shelf, identity: Identity, *, locale: str) -> tuple[RecordRow, ...]:
    """What the person has begun and completed, latest first. Two statements."""
    current = {edition.module: edition for edition in editions.current_editions(db)}
    country = overlay_of(identity.country)
    rows = [
        _row(shelf.module(current[slug].id, locale, country), current[slug], state, state.enrolment)
        for slug, state in progress.standings(db, identity.person_id).items()
        if state.enrolment is not None and slug in current
    ]
    return tuple(sorted(rows, key=lambda row: (row.completed_at or row.started_at, row.slug), reverse=True))


def _row(module: Module, edition: EditionRow, state: Standings, enrolment: EnrolmentRow) -> RecordRow:
    lessons = {unit.id for unit in module.units if unit.kind == "lesson"}
    quizzes = [best for unit in module.units if (best := state.best("quiz", unit.id)) is not None]
    completion = state.completion
    return RecordRow(
        slug=module.slug,
        title=module.title,
        started_at=enrolment.started_at,
        completed_at=completion.at if completion else None,
        lessons_done=len(lessons & state.done),
        lessons=len(lessons),
        quiz=min(quizzes, default=None),
        test=state.best("post"),
        certificate=completion.certificate if completion else None,
        mode=enrolment.mode,
        edition_number=edition.number,
        completion=completion,
        rule=assessment.rule_of(module),
    )


def certificate(db: Session, shelf: Shelf, identity: Identity, slug: str, *, locale: str) -> CertificateView:
    """The person's certificate of the module. Raises NotFound: none yet, or revoked."""
    found = db.execute(
        select(Certificate, CompletionRow, Edition.number)
        .join(CompletionRow, CompletionRow.id == Certificate.completion_id)
        .join(Edition, Edition.id == CompletionRow.edition_id)
        .where(
            Certificate.person_id == identity.person_id,
            CompletionRow.module == slug,
            Certificate.revoked_at.is_(None),
        )
    ).first()
    if found is None:
        raise NotFound
    issued, completion, number = found
    module = shelf.module(completion.edition_id, locale, overlay_of(identity.country))
    return CertificateView(
        name=issued.name,
        title=module.title,
        slug=slug,
        code=codes.grouped(issued.code),
        minutes=module.minutes_online,
        completed_at=completion.at,
        country=issued.country,
        edition_number=number,
    )


__all__ = [
    "AttemptItem", "AttemptView", "CatalogueCard", "CertificateView", "CompletionState", "Course", "EnrolmentRow",
    "Lesson", "Practice", "RecordRow", "TestState", "UnitState", "attempt", "catalogue", "certificate", "course",
    "lesson", "record_of",
]  # fmt: skip
