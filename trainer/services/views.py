"""What the learner's screens show: frozen rows. `learn` makes them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from trainer.assessment import Grade, Planned, Rule
from trainer.content.coverage import Coverage
from trainer.content.model import Module, Passage, Unit
from trainer.services.progress import CompletionState, EnrolmentRow

Progress = Literal["new", "started", "completed"]


@dataclass(frozen=True, slots=True, kw_only=True)
class CatalogueCard:
    """A module in the catalogue."""

    slug: str
    title: Passage
    summary: Passage
    languages: tuple[str, ...]
    coverage: Coverage | None
    """How far it is translated into the reader's language; None in its own language, or when nobody has counted."""
    told: tuple[Passage, ...]
    """What a search looks through: titles, summary and objectives."""
    minutes: int | None
    lessons: int
    lessons_done: int
    progress: Progress
    completion: CompletionState | None
    rule: Rule
    """What completes it."""
    is_past: bool
    """Completed, and archived since."""


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitState:
    """A unit of the course and where the person stands in it."""

    unit: Unit
    done: bool
    """Lesson, job aid: marked as read. Quiz: passed. Test: the post-test is passed, or needs no pass."""
    best: float | None = None
    """Quiz: best score in percent."""
    attempts_used: int = 0
    attempts_left: int | None = None
    """None: as many as they like."""
    open_attempt: str | None = None
    """Id of an attempt that is not handed in."""
    last_attempt: str | None = None
    """Id of the latest one that is."""
    pass_mark: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TestState:
    """The module's test, before and after."""

    unit: Unit
    pre: Literal["open", "running", "done", "closed"]
    """`closed`: too late, a lesson is done. No score of it is ever here."""
    pre_attempt: str | None
    post: Literal["open", "running", "passed", "failed"]
    post_attempt: str | None
    """The open one, else the latest handed in."""
    post_score: float | None
    """Best, in percent."""
    pass_mark: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """A module as its page and its lessons need it."""

    module: Module
    edition_id: int
    edition_number: int
    published_at: datetime
    newer: bool
    """Published again since the person enrolled."""
    enrolment: EnrolmentRow | None
    units: tuple[UnitState, ...]
    """In order, tests among them."""
    test: TestState | None
    done: int
    """Lessons done, quizzes passed, test passed: how many of `required` are."""
    required: int
    missing: tuple[str, ...]
    """Ids of units still needed for completion."""
    completion: CompletionState | None
    next: Unit | None
    """What to do next: the first unit that completion still needs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Practice:
    """The latest answer to a question inside a lesson."""

    answer: dict[str, Any]
    grade: Grade
    attempt_id: str
    attempts: int
    """How often it was answered."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lesson:
    """One unit of a course, opened."""

    course: Course
    state: UnitState
    number: int
    """From 1, among the units that are not tests."""
    total: int
    previous: Unit | None
    following: Unit | None
    practice: dict[str, Practice]
    """Question id → the person's latest answer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AttemptItem:
    """One question of an attempt."""

    number: int
    """From 1."""
    planned: Planned
    answer: dict[str, Any] | None
    """The answer that counts."""
    grade: Grade | None
    """None as long as it may not be seen."""
    feedback: bool
    """Explanation, right answer and option feedback may be shown. Never true before an answer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AttemptView:
    """A go at a quiz or test."""

    id: str
    module: Module
    """Compiled from the edition the attempt began with."""
    unit: Unit
    purpose: Literal["quiz", "pre", "post", "practice"]
    number: int
    edition_id: int
    form: str | None
    items: tuple[AttemptItem, ...]
    answered: int
    started_at: datetime
    handed_in_at: datetime | None
    score: float | None
    """Percent; None until handed in, and always None for a pre-test."""
    passed: bool | None
    """None where there is no pass mark, and for a pre-test."""
    pass_mark: int | None
    attempts_left: int | None
    """Further attempts; None: as many as they like."""
    before: float | None
    """First post-test, handed in: percent of the pre-test, so that both can be shown side by side."""
    is_thinned: bool
    """Its single answers are no longer kept."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordRow:
    """A module in the person's own record."""

    slug: str
    title: Passage
    started_at: datetime
    completed_at: datetime | None
    lessons_done: int
    lessons: int
    quiz: float | None
    """Best quiz score in percent, the lowest of them where there are several quizzes."""
    test: float | None
    certificate: str | None
    mode: str
    edition_number: int
    completion: CompletionState | None
    rule: Rule
    """What completes it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CertificateView:
    """What a certificate says."""

    name: str
    """As it was when issued."""
    title: Passage
    slug: str
    code: str
    """As printed, with dashes."""
    minutes: int | None
    """Planned minutes of the module, online."""
    completed_at: datetime
    country: str
    edition_number: int
