"""Once a day: who is due for a follow-up is asked, and drafts whose time is over are emptied."""

from __future__ import annotations

from trainer.services import follow_up_letters, follow_ups
from trainer.store.scope import Scope
from trainer.tasks.bench import Bench

EVERYBODY = Scope.system("people of every country become due for follow-ups")
AT_ONCE = 500
"""People in one transaction that writes: it stays short, and is all that others wait for."""
MOST = 20 * AT_ONCE
"""People in one go: who is left waits for the next."""


def tick(bench: Bench) -> int:
    """Safe to call at any time, and by several nodes at once. -> how many were asked"""
    now = bench.clock()
    with bench.store.read(EVERYBODY) as db:
        old = follow_ups.old_drafts(db, now=now)
        due = follow_up_letters.due(db, now=now, most=MOST)
    for start in range(0, len(old), AT_ONCE):
        with bench.store.write(EVERYBODY) as db:
            follow_ups.empty_drafts(db, old[start : start + AT_ONCE])
    asked = 0
    for start in range(0, len(due), AT_ONCE):
        with bench.store.write(EVERYBODY) as db:
            asked += follow_up_letters.invite(db, due[start : start + AT_ONCE], now=now)
    return asked
