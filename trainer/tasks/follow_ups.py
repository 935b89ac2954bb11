"""Once a day: who is due for a follow-up is asked, and drafts whose time is over are emptied."""

from __future__ import annotations

from trainer.services import follow_up_letters, follow_ups
from trainer.store.scope import Scope
from trainer.tasks.bench import Bench

EVERYBODY = Scope.system("people of every country become due for follow-ups")
MOST_ROUNDS = 20
"""Transactions in one go: who is left waits for the next."""


def tick(bench: Bench) -> int:
    """Safe to call at any time, and by several nodes at once. -> how many were asked, some hundreds per transaction"""
    with bench.store.write(EVERYBODY) as db:
        follow_ups.empty_drafts(db, now=bench.clock())
    asked = 0
    for _ in range(MOST_ROUNDS):
        with bench.store.write(EVERYBODY) as db:
            found = follow_up_letters.invite(db, now=bench.clock())
        asked += found
        if found < follow_up_letters.MOST:
            break
    return asked
