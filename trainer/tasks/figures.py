"""Fixes the figures of quarters whose time has come, in every country."""

from __future__ import annotations

from trainer.services import cutoffs
from trainer.store.scope import Scope
from trainer.tasks.bench import Bench

EVERYWHERE = Scope.system("figures of every country are fixed when it is time")


def work(bench: Bench) -> int:
    """One country after the other. -> how many quarters"""
    now, days = bench.clock(), bench.report_days
    with bench.store.read(EVERYWHERE) as db:
        found = cutoffs.due(db, None, now=now, days=days)
    for country, _ in found:
        with bench.store.write(Scope.counts({country})) as db:
            cutoffs.fix_due(db, {country}, now=now, days=days)
    return sum(len(one.quarters) for one in found)
