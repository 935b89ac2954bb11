"""Takes what is to be done, one piece after the other; and now and then what time alone makes due."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from functools import partial
from typing import NamedTuple

from trainer.services import assignment_counts, pack_making, retention, scans
from trainer.store.errors import StoreError
from trainer.tasks import figures, follow_ups, letters, mailing, packs, uploads, warnings
from trainer.tasks.bench import Bench
from trainer.tasks.process import Died
from trainer.tasks.waiting import release

EVERY = 1.0
"""Seconds between looks at the database when there was nothing to do."""
HOUR, DAY = 3_600.0, 86_400.0

log = logging.getLogger("trainer.tasks")


class Chore(NamedTuple):
    """Something that time makes due."""

    name: str
    do: Callable[[], object]
    every: float
    """Seconds between looks. One that fails is tried again after the same time, and holds up no other."""


class Runner:
    """A thread that works through packs and uploads, and one that writes and sends letters: a mail server that does
    not answer holds up nothing else. Several nodes may each have both on PostgreSQL.
    """

    def __init__(self, bench: Bench) -> None:
        self._bench = bench
        self._stop = threading.Event()
        self._threads: list[threading.Thread] = []

    def start(self) -> None:
        """Begin; what a process that has ended left half done is taken up again."""
        if self._bench.store.is_sqlite:  # then nobody else can be at it
            for service in (pack_making, scans):
                self._safely(partial(release, self._bench, service))
        self._safely(partial(mailing.begin, self._bench))
        tidying = (
            Chore("pictures", lambda: uploads.forget(self._bench), HOUR),
            Chore("figures", lambda: figures.work(self._bench), HOUR),
            Chore("retention", self._look, DAY),
            Chore("warnings", lambda: warnings.tick(self._bench), HOUR),
            Chore("assignments", self._count, HOUR),
        )
        reminding = (
            Chore("reminders", lambda: mailing.remind(self._bench, self._stop), HOUR),
            Chore("follow-ups", lambda: follow_ups.tick(self._bench), DAY),
            Chore("reports", lambda: letters.of_reports(self._bench), HOUR),
        )
        self._threads = [
            threading.Thread(target=self._loop, args=(tidying, self._one), name="tasks", daemon=True),
            threading.Thread(target=self._loop, args=(reminding, self._mail), name="mail", daemon=True),
        ]
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """End after the present step. What is half done is taken up again by the next."""
        self._stop.set()
        for thread in self._threads:
            thread.join(timeout=10)

    def wait(self) -> None:
        """Until it is stopped."""
        self._stop.wait()

    def run_pending(self) -> int:
        """Do everything there is to do now. -> how many pieces of work"""
        count = 0
        while not self._stop.is_set() and (self._one() or self._mail()):
            count += 1
        return count

    def _loop(self, chores: tuple[Chore, ...], work: Callable[[], bool]) -> None:
        last = dict.fromkeys((one.name for one in chores), float("-inf"))
        while not self._stop.is_set():
            for one in chores:
                if time.monotonic() - last[one.name] > one.every:
                    last[one.name] = time.monotonic()
                    self._safely(one.do)
            if not self._safely(work):
                self._stop.wait(EVERY)

    def _safely(self, work: Callable[[], object]) -> bool:
        """-> whether it did something"""
        try:
            return bool(work())
        except (StoreError, Died) as error:
            log.warning("work put off: %s", error)
        except Exception:
            log.exception("work failed")
        return False

    def _look(self) -> None:
        retention.look(self._bench.store, self._bench.times, now=self._bench.clock())

    def _count(self) -> None:
        bench = self._bench
        assignment_counts.count(bench.store, bench.shelf.paths, now=bench.clock())

    def _mail(self) -> bool:
        return mailing.work(self._bench, self._stop)

    def _one(self) -> bool:
        return (
            uploads.work(self._bench, self._stop) or packs.work(self._bench, self._stop) or warnings.work(self._bench)
        )
