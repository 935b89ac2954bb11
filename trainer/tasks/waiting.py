"""What packs and uploads have in common as work: it is looked for without a lock, and taken in a moment."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol, TypeVar

from sqlalchemy.orm import Session

from trainer.store.scope import Scope
from trainer.tasks.bench import Bench

EVERYWHERE = Scope.system("work waits in every country")

Row_co = TypeVar("Row_co", covariant=True)


class Service(Protocol[Row_co]):
    """`services.pack_making` and `services.scans` are such."""

    def is_waiting(self, db: Session, *, now: datetime) -> bool: ...
    def claim(self, db: Session, *, now: datetime) -> Row_co | None: ...
    def release(self, db: Session) -> int: ...


def claimed(bench: Bench, service: Service[Row_co]) -> Row_co | None:
    """The next piece of work, now ours; None: there is none."""
    now = bench.clock()
    with bench.store.read(EVERYWHERE) as db:
        if not service.is_waiting(db, now=now):
            return None
    with bench.store.write(EVERYWHERE) as db:
        return service.claim(db, now=now)


def release(bench: Bench, service: Service[object]) -> None:
    """Free what a process that has ended left half done."""
    with bench.store.write(EVERYWHERE) as db:
        service.release(db)
