"""A completed module is renewed by passing its test again, or its quizzes where it has no test."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from trainer.assessment import rule_of
from trainer.content.model import Module
from trainer.services.calendar import today
from trainer.services.progress import Standings
from trainer.services.validity import RENEWABLE, last_day
from trainer.store.paths import Renewal


def renew(
    db: Session, module: Module, edition_id: int, state: Standings, *,
    person_id: str, country: str, months: int | None, now: datetime,
) -> None:  # fmt: skip
    """Store a renewal if what was just handed in makes one.

    All that has to be passed must have been passed since 60 days before the last day. By a clock that was set back
    that day has not come, and nothing changes. What completed or renewed it once does not do so
    again, however short the time is that it counts.
    """
    if state.completion is None or months is None:
        return
    since = last_day(state.completion.current_from, months, country) - RENEWABLE
    passed = {
        row.unit: row.id
        for row in state.attempts
        if row.purpose in ("quiz", "post") and row.passed and row.handed_in_at is not None
        and since <= today(country, row.handed_in_at) and row.handed_in_at > state.completion.current_from
    }  # fmt: skip
    needed = renewing_units(module)
    if not needed or not needed <= passed.keys():
        return
    last = next(row.id for row in reversed(state.attempts) if row.id in passed.values() and row.unit in needed)
    db.add(
        Renewal(
            person_id=person_id, country=country, module=module.slug, edition_id=edition_id, attempt_id=last, at=now
        )
    )  # fmt: skip
    db.flush()


def renewing_units(module: Module) -> frozenset[str]:
    """Ids of what has to be passed again: the tests, else the quizzes. None of either: it cannot be renewed."""
    rule = rule_of(module)
    if rule.test is not None:
        return frozenset(unit.id for unit in module.units if unit.kind == "test")
    return frozenset(unit for unit, _ in rule.quizzes)
