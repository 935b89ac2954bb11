"""From what people did to the cells they are counted in: pure functions, the same for one event and for counting anew.

The tests of a person in a module count by the first go that was handed in: the test before, the first test after,
the first go at each quiz. Whoever moves to another agency stays where they were: enrolment says who they were.
What is settled was counted in the country it happened in, before the person moved: it adds nothing more, and what came
first stays first.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from trainer.services.counting import Choice, Counts, Facet, Group, Persons


class Begun(NamedTuple):
    """Who somebody was when they enrolled in a module; columns of `Enrolment`."""

    country: str
    module: str
    month: str
    sex: str | None
    agency_type: str
    work_role: str
    mode: str
    locale: str
    settled: bool = False


class Done(NamedTuple):
    """A completion; columns of `CompletionRow`."""

    id: str
    country: str
    module: str
    month: str
    sex: str | None
    agency_type: str
    work_role: str
    mode: str
    locale: str
    minutes: int
    at: datetime
    settled: bool = False


class Sat(NamedTuple):
    """A go at a quiz or test that was handed in; columns of `Attempt`."""

    id: str
    unit: str
    purpose: str
    number: int
    score: float
    passed: bool | None
    month: str
    settled: bool = False


class Given(NamedTuple):
    """The answer that counts to a question of a test; columns of `Response`."""

    question: str
    rev: int
    answer: Mapping[str, Any]
    points: float
    max_points: float
    correct: bool


def enrolled(row: Begun) -> Counts:
    counts = Counts()
    for cell in () if row.settled else _cells(row, row.month):
        counts.add(cell, enrolled=1)
    return counts


def completed(row: Done) -> Counts:
    counts = Counts()
    for cell in () if row.settled else _cells(row, row.month):
        counts.add(cell, completed=1, minutes=row.minutes)
    return counts


def _cells(who: Begun | Done, month: str) -> tuple[Group | Facet, ...]:
    """Where somebody is counted: once by sex, agency and mode together, once by each of the others."""
    return (
        Group(who.country, who.module, month, who.sex or "", who.agency_type, who.mode),
        Facet(who.country, who.module, month, "work_role", who.work_role),
        Facet(who.country, who.module, month, "locale", who.locale),
    )


def persons(rows: Iterable[Done]) -> Counts:
    """One person, by all they completed: once in each quarter, in each year and ever."""
    counts, seen = Counts(), set()
    for row in sorted(rows, key=lambda one: (one.at, one.id)):
        new = {"ever": "", "in_year": row.month[:4], "in_quarter": quarter_of(row.month)}
        measures = {name: 1 for name, period in new.items() if (name, period) not in seen}
        seen |= set(new.items())
        if measures and not row.settled:
            for facet, value in _facets(row):
                counts.add(Persons(row.country, row.month, facet, value), **measures)
    return counts


def _facets(row: Done) -> Iterable[tuple[str, str]]:
    yield "who", f"{row.agency_type} {row.sex or ''}".strip()
    yield "work_role", row.work_role
    yield "mode", row.mode
    yield "locale", row.locale


def quarter_of(month: str) -> str:
    """`2026-11` → `2026-Q4`."""
    return f"{month[:4]}-Q{(int(month[5:7]) + 2) // 3}"


def first_of(attempts: Iterable[Sat], purpose: str) -> list[Sat]:
    """The first go at each unit for this purpose."""
    found: dict[str, Sat] = {}
    for one in sorted(attempts, key=lambda one: one.number):
        if one.purpose == purpose:
            found.setdefault(one.unit, one)
    return [found[unit] for unit in sorted(found)]


def tests(who: Begun, attempts: Sequence[Sat], answers: Mapping[str, Sequence[Given]]) -> Counts:
    """A person's quizzes and tests in a module. `answers`: attempt → what counts of it, for the first goes at tests."""
    counts = Counts()

    def add(month: str, **measures: int) -> None:
        for cell in _cells(who, month):
            counts.add(cell, **measures)

    for one in _open(first_of(attempts, "quiz")):
        add(one.month, first_quizzes=1, first_quizzes_passed=int(bool(one.passed)))
    before, after = first_of(attempts, "pre"), first_of(attempts, "post")
    for one in _open(after):
        if one.passed is not None:  # a test without a pass mark is neither passed nor failed
            add(one.month, first_posts=1, first_posts_passed=int(one.passed))
    if any(one.settled for one in (after or before)[:1]):
        pass
    elif before and after:
        add(after[0].month, **_pair(hundredths(before[0].score), hundredths(after[0].score)))
    elif before:
        add(before[0].month, only_before=1, only_before_sum=hundredths(before[0].score))
    elif after:
        add(after[0].month, only_after=1)
    for one in _open((*before[:1], *after[:1])):
        _count_items(counts, who, one, answers.get(one.id, ()))
    return counts


def _open(attempts: Iterable[Sat]) -> list[Sat]:
    return [one for one in attempts if not one.settled]


def _pair(before: int, after: int) -> dict[str, int]:
    return {
        "pairs": 1, "before": before, "after": after,
        "before_squares": before * before, "after_squares": after * after, "products": before * after,
    }  # fmt: skip


def _count_items(counts: Counts, who: Begun, sat: Sat, given: Sequence[Given]) -> None:
    """Questions that were answered and can be right or wrong."""
    asked = [one for one in given if one.max_points > 0]
    total = sum(hundredths(one.points) for one in asked)
    for one in asked:
        rest = total - hundredths(one.points)
        cell = Choice(
            who.country, who.module, sat.purpose, one.question, one.rev, quarter_of(sat.month), -1
        )  # fmt: skip
        counts.add(
            cell, n=1, right=int(one.correct), rest=rest, rest_squares=rest * rest,
            rest_of_right=rest if one.correct else 0,
        )  # fmt: skip
        for option in one.answer.get("chosen", ()):
            counts.add(cell._replace(choice=option), n=1)


def hundredths(value: float) -> int:
    """Whole numbers add up to the same in any order."""
    return round(100 * value)
