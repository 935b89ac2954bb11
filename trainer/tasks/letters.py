"""Letters that become due by themselves."""

from __future__ import annotations

from trainer.services import report_letters
from trainer.store.scope import Scope
from trainer.tasks.bench import Bench

EVERYWHERE = Scope.system("letters are due in every country")


def of_reports(bench: Bench) -> int:
    """That a quarter's figures are fixed. Without the site's address there is no link to send. -> how many were due"""
    if not bench.origin:
        return 0
    count = 0
    while True:
        with bench.store.write(EVERYWHERE) as db:
            done = report_letters.due(db, bench.clock(), bench.origin)
        count += done
        if done < report_letters.AT_ONCE:
            return count
