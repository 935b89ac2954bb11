"""Scores of attempts, and when a module is completed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass
from typing import Literal, NamedTuple

from trainer.assessment.grading import Grade, max_points
from trainer.content.model import Item, Module, Unit


class Score(NamedTuple):
    points: float
    max_points: float

    @property
    def percent(self) -> float:
        """0 to 100; 100 where nothing is scored. Rounded, so that 80 % of a float is 80."""
        return round(100 * self.points / self.max_points, 4) if self.max_points else 100.0


def score(asked: Iterable[Item], grades: Mapping[str, Grade]) -> Score:
    """The score of an attempt: `grades` by question id; a question without one brings nothing and still counts."""
    points = highest = 0.0
    for item in asked:
        highest += max_points(item)
        if item.id in grades:
            points += grades[item.id].points
    return Score(round(points, 6), highest)


class Missing(NamedTuple):
    """Something that is still to do."""

    code: Literal["lesson", "quiz", "test"]
    unit: str
    """Id of the unit."""
    needed: float | None = None
    """Percent, of a quiz or test."""
    reached: float | None = None
    """Best percent so far; None: not yet taken."""


@dataclass(frozen=True, slots=True)
class Standing:
    """True when the module is completed."""

    missing: tuple[Missing, ...]
    """What is still to do, in the order of the units."""

    @property
    def complete(self) -> bool:
        return not self.missing

    def __bool__(self) -> bool:
        return self.complete


def pass_mark(module: Module, unit: Unit) -> int | None:
    """Percent that passes a quiz or test; None where none is set."""
    if unit.kind == "test":
        return module.completion.test
    return unit.pass_mark if unit.pass_mark is not None else module.completion.quiz


class Rule(NamedTuple):
    """What completes a module, for words."""

    lessons: bool
    """All lessons have to be read."""
    quizzes: tuple[tuple[str, int], ...]
    """Unit id and percent of each quiz that has to be passed."""
    test: int | None
    """Percent of the test at the end; None: it need not be passed."""


def rule_of(module: Module) -> Rule:
    """The same that `completion` decides by."""
    needed = completion(module, frozenset(), {}, None).missing
    return Rule(
        any(one.code == "lesson" for one in needed),
        tuple((one.unit, round(one.needed or 0)) for one in needed if one.code == "quiz"),
        next((round(one.needed or 0) for one in needed if one.code == "test"), None),
    )


def completion(
    module: Module, done_units: Set[str], best_quiz: Mapping[str, float], post_test: float | None
) -> Standing:
    """Whether `module` is completed.

    `done_units`: ids of the lessons that are done; `best_quiz`: quiz id → best percent; `post_test`: best percent of
    the second test. Job aids and reflections are never needed.
    """
    missing: list[Missing] = []
    for unit in module.units:
        if unit.kind == "lesson" and module.completion.lessons == "all" and unit.id not in done_units:
            missing.append(Missing("lesson", unit.id))
        elif unit.kind == "quiz" and module.completion.quiz is not None:
            missing += _below("quiz", unit.id, pass_mark(module, unit), best_quiz.get(unit.id))
        elif unit.kind == "test" and module.completion.test is not None:
            missing += _below("test", unit.id, module.completion.test, post_test)
    return Standing(tuple(missing))


def _below(code: Literal["quiz", "test"], unit: str, needed: int | None, reached: float | None) -> list[Missing]:
    if needed is None or (reached is not None and reached >= needed):
        return []
    return [Missing(code, unit, float(needed), reached)]
