"""Looks for warnings about the data: every hour in every country, and soon where somebody waits for it."""

from __future__ import annotations

import logging

from trainer.services import warnings
from trainer.store.scope import Scope
from trainer.tasks.bench import Bench
from trainer.vocabulary import COUNTRIES, OTHER_COUNTRY

EVERYWHERE = Scope.system("when the records of each country were looked through")

log = logging.getLogger("trainer.tasks")


def tick(bench: Bench) -> int:
    """Safe to call at any time, and by several nodes at once. -> how many countries were looked through"""
    now = bench.clock()
    with bench.store.read(EVERYWHERE) as db:
        stale = warnings.stale(db, [*COUNTRIES, OTHER_COUNTRY], now)
    return sum(_looked(bench, country) for country in stale)


def _looked(bench: Bench, country: str) -> bool:
    """-> whether it could be: where not, the other countries are looked through all the same."""
    try:
        warnings.look(bench.store, country, now=bench.clock())
    except Exception:
        log.exception("records not looked through country=%s", country)
        return False
    return True


def work(bench: Bench) -> bool:
    """Look through one country where somebody waits. -> whether there was one"""
    with bench.store.read(warnings.ASKED) as db:
        country = warnings.asked(db, bench.clock())
    if country is None:
        return False
    if not _looked(bench, country):
        with bench.store.write(Scope.countries({country})) as db:
            warnings.put_off(db, country, now=bench.clock())
    return True
