"""Two people whose tests have the same answers to every question, several of them wrong.

Which device an answer came from would say more, and is not kept: a list of devices by person is a list of where people
were, at which table and with whom. The answers themselves are kept anyhow. That two people who know the matter answer
alike is no surprise, so the wrong answers count.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import Select, select, union_all
from sqlalchemy.orm import Session

from trainer.store.models import Attempt, Person, Response
from trainer.store.workshops import Sheet

NEWEST = 5_000
"""Tests before and tests after that are looked through, the newest of each."""
MOST_READ = 1_000
"""Tests whose answers are read, the newest first: those with another one of the same score at the same time."""
FEWEST_WRONG = 3
WITHIN = timedelta(minutes=30)
"""Between two that were handed in on a screen. Of sheets it is not known when they were: they are recorded together,
in one moment. So a sheet is compared with those of its workshop, and with no other and nothing on a screen."""


class Pair(NamedTuple):
    first: str
    """Ids of the people; `first` handed in earlier."""
    second: str
    module: str
    test: str
    """Unit, purpose and form."""
    wrong: int
    """Answers that are the same and wrong."""
    at: datetime
    """When the second was handed in."""


class _Test(NamedTuple):
    id: str
    person_id: str
    at: datetime


_Group = tuple[Any, ...]
"""Module, unit, purpose, form, score and workshop (None: on a screen): what two tests must have in common."""


def pairs(db: Session, country: str, since: datetime, *, most: int) -> list[Pair]:
    """At most `most`, the newest first. Two statements."""
    groups = _groups(db, country, since)
    near = {one.id: one.at for group, tests in groups.items() for one in _near(group, tests)}
    read = sorted(near, key=lambda ident: (near[ident], ident), reverse=True)[:MOST_READ]
    given = _answers(db, read)
    found = [
        Pair(one.person_id, two.person_id, group[0], " ".join(map(str, group[1:4])), given[two.id][1], two.at)
        for group, tests in groups.items()
        for one, two in _same(group, [test for test in tests if test.id in given], given)
    ]
    return sorted(found, key=lambda pair: (pair.at, pair), reverse=True)[:most]


def _groups(db: Session, country: str, since: datetime) -> dict[_Group, list[_Test]]:
    """Tests that are not all right, in the order of handing in. One statement."""
    query = (
        select(
            Attempt.module, Attempt.unit, Attempt.purpose, Attempt.form, Attempt.score, Sheet.workshop_id, Attempt.id,
            Attempt.person_id, Attempt.handed_in_at,
        )
        .join(Person, Person.id == Attempt.person_id)
        .outerjoin(Sheet, Sheet.attempt_id == Attempt.id)
        .where(
            Attempt.id.in_(union_all(*(_newest(country, purpose, since) for purpose in ("pre", "post")))),
            Attempt.score < 100, Attempt.thinned_at.is_(None), Person.is_test.is_(False), Person.merged_into.is_(None),
        )
        .order_by(Attempt.handed_in_at, Attempt.id)
    )  # fmt: skip
    groups: defaultdict[_Group, list[_Test]] = defaultdict(list)
    for *group, ident, person_id, at in db.execute(query):
        if at is not None:
            groups[tuple(group)].append(_Test(ident, person_id, at))
    return groups


def _newest(country: str, purpose: str, since: datetime) -> Select[str]:
    mine = (Attempt.country == country) & (Attempt.purpose == purpose) & (Attempt.handed_in_at >= since)
    newest = select(Attempt.id).where(mine).order_by(Attempt.handed_in_at.desc()).limit(NEWEST).subquery()
    return select(newest.c.id)


def _near(group: _Group, tests: list[_Test]) -> Iterator[_Test]:
    """Those that have another one beside them."""
    for at, one in enumerate(tests):
        beside = (*tests[max(at - 1, 0) : at], *tests[at + 1 : at + 2])
        if any(_together(group, one, other) for other in beside):
            yield one


def _together(group: _Group, one: _Test, other: _Test) -> bool:
    return group[-1] is not None or abs(other.at - one.at) <= WITHIN


def _answers(db: Session, attempts: Collection[str]) -> Mapping[str, tuple[str, int]]:
    """Attempt → what was answered to which question, and how many of it wrong; where that is too few, nothing."""
    query = (
        select(Response.attempt_id, Response.question, Response.rev, Response.answer, Response.correct)
        .where(Response.attempt_id.in_(attempts), Response.late.is_(False))
        .order_by(Response.attempt_id, Response.question, Response.at)
    )
    last: defaultdict[str, dict[str, tuple[int, Any, bool]]] = defaultdict(dict)
    for attempt, question, rev, answer, correct in db.execute(query):
        last[attempt][question] = (rev, answer, correct)
    wrong = {
        attempt: sum(not correct and any(answer.values()) for _, answer, correct in given.values())
        for attempt, given in last.items()
    }
    return {
        attempt: (json.dumps(given, sort_keys=True), wrong[attempt])
        for attempt, given in last.items()
        if wrong[attempt] >= FEWEST_WRONG
    }


def _same(
    group: _Group, tests: list[_Test], given: Mapping[str, tuple[str, int]]
) -> Iterator[tuple[_Test, _Test]]:  # fmt: skip
    """Each with the last one before it that has the same answers and is of somebody else."""
    before: dict[str, _Test] = {}
    for one in tests:
        answers = given[one.id][0]
        other = before.get(answers)
        if other and other.person_id != one.person_id and _together(group, other, one):
            yield other, one
        before[answers] = one
