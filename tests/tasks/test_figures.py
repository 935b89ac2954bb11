"""Figures of every country are fixed when it is time, without anybody opening a report."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import select

from tests.tasks.bench import Bench
from trainer.services.shelf import Shelf
from trainer.store.cutoffs import Cutoff
from trainer.store.engine import Store
from trainer.store.evidence import Summary
from trainer.store.scope import Scope
from trainer.tasks import figures

SYSTEM = Scope.system("test")


def test_the_task_fixes_what_is_due_in_every_country(store: Store) -> None:
    with store.write(SYSTEM) as db:
        for country, month in (("KH", "2026-05"), ("LA", "2026-08"), ("TH", "2026-11")):
            cell = {"module": "m", "sex": "", "agency_type": "police", "mode": "online"}
            db.add(Summary(country=country, month=month, enrolled=9, completed=0, **cell))
    bench = Bench(store, Shelf(store), lambda: datetime(2026, 11, 23, 9, tzinfo=UTC))
    assert figures.work(bench) == 3
    assert figures.work(bench) == 0
    with store.read(SYSTEM) as db:
        found = db.execute(select(Cutoff.country, Cutoff.quarter).order_by(Cutoff.country, Cutoff.quarter)).all()
    assert [tuple(row) for row in found] == [("KH", "2026-Q2"), ("KH", "2026-Q3"), ("LA", "2026-Q3")]
