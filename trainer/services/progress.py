"""Where a person stands, read from the register: one statement for all modules, one for the answers of an attempt."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import String, bindparam, cast, func, literal, null, select, union_all
from sqlalchemy.orm import Session
from sqlalchemy.types import Boolean, Float, Integer

from trainer.assessment import Grade, Standing, completion
from trainer.content.model import Module
from trainer.services.codes import grouped
from trainer.store.models import Attempt, Certificate, CompletionRow, Enrolment, Response, UnitDone, UTCDateTime
from trainer.store.paths import Renewal
from trainer.store.prepared import Prepared
from trainer.vocabulary import COUNTRIES


@dataclass(frozen=True, slots=True, kw_only=True)
class EnrolmentRow:
    id: str
    edition_id: int
    mode: str
    locale: str
    started_at: datetime
    pre_form: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CompletionState:
    """A module completed."""

    at: datetime
    edition_id: int
    certificate: str | None
    """Code as printed, with dashes; None once revoked."""
    renewed_at: datetime | None = None
    """When it was last renewed."""

    @property
    def current_from(self) -> datetime:
        """From when its validity runs. The later of both: with a clock that was set back nothing gets shorter."""
        return self.at if self.renewed_at is None else max(self.at, self.renewed_at)


class AttemptRow(NamedTuple):
    """An attempt without its answers."""

    id: str
    unit: str
    purpose: str
    number: int
    form: str | None
    edition_id: int
    started_at: datetime
    handed_in_at: datetime | None
    score: float | None
    passed: bool | None


@dataclass(slots=True)
class Standings:
    """What a person did in one module."""

    enrolment: EnrolmentRow | None
    done: set[str]
    """Ids of units marked as read."""
    attempts: list[AttemptRow]
    """In the order they were begun."""
    completion: CompletionState | None

    @classmethod
    def none(cls) -> Standings:
        return cls(None, set(), [], None)

    def of(self, purpose: str, unit: str | None = None) -> list[AttemptRow]:
        return [row for row in self.attempts if row.purpose == purpose and unit in (None, row.unit)]

    def best(self, purpose: str, unit: str | None = None) -> float | None:
        """Highest score handed in."""
        return max((row.score for row in self.of(purpose, unit) if row.score is not None), default=None)

    def standing(self, module: Module) -> Standing:
        """What `module` still needs."""
        scores = {row.unit: self.best("quiz", row.unit) for row in self.of("quiz")}
        best_quiz = {unit: score for unit, score in scores.items() if score is not None}
        return completion(module, self.done, best_quiz, self.best("post"))


def next_number(numbers: Iterable[int]) -> int:
    """Of one more attempt at a unit. Not how many there are: what was taken back or grew old leaves a gap."""
    return max(numbers, default=0) + 1


def standings(db: Session, person_id: str, module: str | None = None) -> dict[str, Standings]:
    """Slug → what the person did there; of one module, or of all they have touched. One statement."""
    found: defaultdict[str, Standings] = defaultdict(Standings.none)
    values = {"person_id": person_id} if module is None else {"person_id": person_id, "module": module}
    renewed: dict[str, datetime] = {}
    for row in _everything(module is not None).rows(db, **values):
        if row.kind == "renewal":
            renewed[row.module] = max(row.at, renewed.get(row.module, row.at))
            continue
        mine = found[row.module]
        match row.kind:
            case "enrolment":
                mine.enrolment = EnrolmentRow(
                    id=row.id, edition_id=row.edition_id, mode=row.a, locale=row.b, started_at=row.at, pre_form=row.c
                )
            case "done":
                mine.done.add(row.a)
            case "attempt":
                began = (row.id, row.a, row.b, row.number, row.c, row.edition_id, row.at)
                mine.attempts.append(AttemptRow(*began, row.until, row.score, row.passed))
            case _:
                code = grouped(row.a) if row.a and row.until is None else None
                mine.completion = CompletionState(at=row.at, edition_id=row.edition_id, certificate=code)
    for slug, mine in found.items():
        if mine.completion is not None and slug in renewed:
            mine.completion = replace(mine.completion, renewed_at=renewed[slug])
        mine.attempts.sort(key=lambda attempt: (attempt.started_at, attempt.number))
    return dict(found)


@cache
def _everything(of_one_module: bool) -> Prepared:
    """Five kinds of rows under one heading, for the parameters `person_id` and `module`. The columns `a`, `b`, `c`
    mean what `standings` makes of them.
    """
    mine, here = bindparam("person_id", type_=String()), bindparam("module", type_=String())
    nothing = cast(null(), String)
    never, unscored, undecided, none = (cast(null(), kind) for kind in (UTCDateTime(), Float(), Boolean(), Integer()))
    parts: tuple[tuple[Any, Any], ...] = (
        (Enrolment, select(
            literal("enrolment").label("kind"), Enrolment.module.label("module"), Enrolment.id.label("id"),
            Enrolment.mode.label("a"), Enrolment.locale.label("b"), Enrolment.pre_form.label("c"),
            none.label("number"), Enrolment.edition_id.label("edition_id"), Enrolment.started_at.label("at"),
            never.label("until"), unscored.label("score"), undecided.label("passed"),
        )),
        (UnitDone, select(
            literal("done"), UnitDone.module, UnitDone.id, UnitDone.unit, nothing, nothing,
            none, UnitDone.edition_id, UnitDone.at, never, unscored, undecided,
        )),
        (Attempt, select(
            literal("attempt"), Attempt.module, Attempt.id, Attempt.unit, Attempt.purpose, Attempt.form,
            Attempt.number, Attempt.edition_id, Attempt.started_at, Attempt.handed_in_at, Attempt.score,
            Attempt.passed,
        )),
        (CompletionRow, select(
            literal("completion"), CompletionRow.module, CompletionRow.id, Certificate.code, nothing, nothing,
            none, CompletionRow.edition_id, CompletionRow.at, Certificate.revoked_at, unscored, undecided,
        ).outerjoin(Certificate, Certificate.completion_id == CompletionRow.id)),
        (Renewal, select(
            literal("renewal"), Renewal.module, Renewal.id, nothing, nothing, nothing,
            none, Renewal.edition_id, Renewal.at, never, unscored, undecided,
        )),
    )  # fmt: skip
    return Prepared(
        union_all(
            *(
                part.where(table.person_id == mine, *([table.module == here] if of_one_module else ()))
                for table, part in parts
            )
        )
    )


def overlay_of(country: str | None) -> str | None:
    """The country whose edition a person reads; None, the regional one, for a country that has none."""
    return country if country in COUNTRIES else None


class Counted(NamedTuple):
    """The response to a question that counts, and how often the question was answered."""

    question: str
    answer: dict[str, Any]
    points: float
    max_points: float
    correct: bool
    critical: bool
    locale: str
    """The language it was given in."""
    attempt_id: str
    times: int

    @property
    def grade(self) -> Grade:
        """As it was stored, without its parts."""
        return Grade(self.points, self.max_points, self.correct, self.critical, ())


def counted(db: Session, attempt_id: str, purpose: str) -> dict[str, Counted]:
    """Question id → the response that counts: the first in a quiz, the latest in a test and in practice.

    Without those that came too late. One statement, and one row per question however often it was practised.
    """
    rows = _counting(first=purpose == "quiz").rows(db, attempt_id=attempt_id)
    return {row.question: Counted(*row) for row in rows}


@cache
def _counting(*, first: bool) -> Prepared:
    order = (Response.at, Response.id) if first else (Response.at.desc(), Response.id.desc())
    ranked = (
        select(
            Response.id.label("id"),
            func.row_number().over(partition_by=Response.question, order_by=order).label("place"),
            func.count().over(partition_by=Response.question).label("times"),
        )
        .where(Response.attempt_id == bindparam("attempt_id"), Response.late.is_(False))
        .subquery()
    )
    stored = [getattr(Response, name) for name in Counted._fields if name != "times"]
    return Prepared(select(*stored, ranked.c.times).join(ranked, ranked.c.id == Response.id).where(ranked.c.place == 1))
