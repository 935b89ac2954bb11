"""Looks for warnings about the data: every hour in every country, and soon where somebody waits for it."""

from __future__ import annotations

from trainer.services import warnings
from trainer.store.scope import Scope
from trainer.tasks.bench import Bench
from trainer.vocabulary import COUNTRIES, OTHER_COUNTRY

EVERYWHERE = Scope.system("when the records of each country were looked through")


def tick(bench: Bench) -> int:
    """Safe to call at any time, and by several nodes at once. -> how many countries were looked through"""
    now = bench.clock()
    with bench.store.read(EVERYWHERE) as db:
        stale = warnings.stale(db, [*COUNTRIES, OTHER_COUNTRY], now)
    for country in stale:
        warnings.look(bench.store, country, now=bench.clock())
    return len(stale)


def work(bench: Bench) -> bool:
    """Look through one country where somebody waits. -> whether there was one"""
    with bench.store.read(warnings.ASKED) as db:
        country = warnings.asked(db, bench.clock())
    if country is None:
        return False
    warnings.look(bench.store, country, now=bench.clock())
    return True
