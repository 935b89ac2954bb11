"""The knowledge questions of a follow-up: some that the person was asked after the course, to be compared with now."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Mapping
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from trainer import assessment
from trainer.access import Identity
from trainer.assessment import Answer, InvalidAnswer, Planned
from trainer.content.model import Module
from trainer.services import follow_up_times, recounting
from trainer.services.progress import overlay_of
from trainer.services.shelf import Shelf
from trainer.store.models import Attempt, CompletionRow

MOST = 8
KINDS = frozenset({"single", "multiple", "truefalse"})
"""Those that are chosen in one field: several fit one page, and the language of an answer makes no difference."""


class Known(NamedTuple):
    """A question that the person was asked in their first test after a module."""

    key: str
    """`module/question`."""
    module: Module
    edition_id: int
    planned: Planned
    then: float
    """Share of its points reached then, 0 to 1."""


def modules(db: Session, shelf: Shelf, identity: Identity, cohort: str, *, locale: str) -> dict[str, Module]:
    """Slug → what the person completed in that quarter, in the editions they completed. One statement."""
    query = (
        select(CompletionRow.module, CompletionRow.edition_id)
        .where(
            CompletionRow.person_id == identity.person_id,
            CompletionRow.month.in_(follow_up_times.months(cohort)),
        )
        .order_by(CompletionRow.module)
    )
    country = overlay_of(identity.country)
    return {row.module: shelf.module(row.edition_id, locale, country) for row in db.execute(query)}


def of(db: Session, shelf: Shelf, identity: Identity, cohort: str, *, locale: str) -> tuple[Known, ...]:
    """At most `MOST`, spread over the modules completed in `cohort`; the same ones each time. Two statements."""
    query = (
        select(Attempt.id, Attempt.module, Attempt.unit, Attempt.edition_id, Attempt.number)
        .join(
            CompletionRow,
            (CompletionRow.person_id == Attempt.person_id) & (CompletionRow.module == Attempt.module),
        )
        .where(
            Attempt.person_id == identity.person_id, Attempt.purpose == "post", Attempt.month.is_not(None),
            CompletionRow.person_id == identity.person_id,
            CompletionRow.month.in_(follow_up_times.months(cohort)),
        )
        .order_by(Attempt.number.desc())
    )  # fmt: skip
    first = {row.module: row for row in db.execute(query)}
    given = recounting.answers_of(db, attempts=[row.id for row in first.values()]) if first else {}
    found: defaultdict[str, list[Known]] = defaultdict(list)
    for slug, row in first.items():
        module = shelf.module(row.edition_id, locale, overlay_of(identity.country))
        items = {item.id: item for unit in module.units if unit.id == row.unit for item in unit.items}
        for one in given.get(row.id, ()):
            item = items.get(one.question)
            if item is not None and item.type in KINDS and one.max_points > 0:
                planned = assessment.present(item, "follow-up", shuffle=False)
                found[slug].append(
                    Known(f"{slug}/{item.id}", module, row.edition_id, planned, one.points / one.max_points)
                )
    lot = identity.person_id + cohort
    return _spread([sorted(found[slug], key=lambda one: _hash(lot, one.key)) for slug in sorted(found)])


def _spread(of_modules: list[list[Known]]) -> tuple[Known, ...]:
    """The first of each module, then the second of each, as long as there are any."""
    longest = max(map(len, of_modules), default=0)
    chosen = [some[at] for at in range(longest) for some in of_modules if at < len(some)]
    return tuple(chosen[:MOST])


def _hash(*parts: str) -> bytes:
    return hashlib.sha256("\0".join(parts).encode()).digest()


def scores(known: tuple[Known, ...], answers: Mapping[str, Answer], locale: str) -> tuple[float, float] | None:
    """(After the course, now) in percent, over the questions that were answered both times; None without any."""
    then = now = asked = 0.0
    for one in known:
        answer = answers.get(one.key)
        if answer is None:
            continue
        try:
            grade = assessment.grade(one.planned.item, answer, locale)
        except InvalidAnswer:  # kept in a draft before the question changed
            continue
        then, now, asked = then + one.then, now + grade.points / grade.max_points, asked + 1
    return (100 * then / asked, 100 * now / asked) if asked else None
