"""How far an assignment is: counted when somebody looks where few people are concerned, and once an hour elsewhere.

What is kept is the same count, made earlier (`assignments.shares`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, literal, select, union_all
from sqlalchemy.orm import Session

from trainer.content.paths import Paths
from trainer.services import assignments
from trainer.services.assignments import AssignmentRow, Share
from trainer.store.engine import Store
from trainer.store.models import Person
from trainer.store.paths import Assignment, AssignmentCount
from trainer.store.scope import Scope

FEW = 1_000
"""As many people are counted while somebody waits."""
RECENT = timedelta(days=366)
"""After its last day an assignment is counted for so long."""
EVERYWHERE = Scope.system("assignments are counted in every country")


def shares(db: Session, rows: Sequence[AssignmentRow]) -> Mapping[str, Share | None]:
    """Assignment id → its counts; None where many are concerned and nobody has counted yet. At most three statements,
    which cost the same however many people there are.
    """
    many = _of_many(db, rows)
    query = select(AssignmentCount).where(AssignmentCount.assignment_id.in_(many))
    kept = {row.assignment_id: Share(row.people, row.done) for row in db.scalars(query)} if many else {}
    return {
        **assignments.shares(db, [row for row in rows if row.id not in many]),
        **{id_: kept.get(id_) for id_ in many},
    }


def count(store: Store, paths: Paths, *, now: datetime) -> int:
    """Count what concerns many people anew, and keep it. -> how many assignments"""
    with store.read(EVERYWHERE) as db:
        rows = assignments.open_everywhere(db, paths, since=(now - RECENT).date())
        many = _of_many(db, rows)
    for row in rows:
        if row.id in many:
            scope = Scope.countries({row.country})
            with store.read(scope) as db:
                share = assignments.shares(db, [row])[row.id]
            with store.write(scope) as db:
                _keep(db, row, share, now)
    return len(many)


def _keep(db: Session, row: AssignmentRow, share: Share, now: datetime) -> None:
    if db.scalar(select(Assignment.id).where(Assignment.id == row.id).with_for_update()) is None:
        return
    held = db.get(AssignmentCount, row.id)
    if held is None:
        held = AssignmentCount(assignment_id=row.id, country=row.country)
        db.add(held)
    held.people, held.done, held.counted_at = share.people, share.done, now


def _of_many(db: Session, rows: Sequence[AssignmentRow]) -> set[str]:
    """Ids of those that concern more than `FEW` people; those of a workshop never do. One statement for all."""
    first = {(row.country, row.agency_type): row for row in rows if row.workshop_id is None}
    if not first:
        return set()
    parts = [
        select(literal(row.id), func.count()).select_from(
            select(Person.id).where(assignments.concerned(row)).limit(FEW + 1).subquery()
        )
        for row in first.values()
    ]
    query: Any = union_all(*parts) if len(parts) > 1 else parts[0]
    found = {id_ for id_, people in db.execute(query) if people > FEW}
    large = {target for target, row in first.items() if row.id in found}
    return {row.id for row in rows if row.workshop_id is None and (row.country, row.agency_type) in large}
