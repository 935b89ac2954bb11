"""Takes what is to be done, one piece after the other."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable

from trainer.store.errors import StoreError
from trainer.tasks import mailing, packs, uploads
from trainer.tasks.bench import Bench
from trainer.tasks.process import Died

EVERY = 1.0
"""Seconds between looks at the database when there was nothing to do."""

TIDY_EVERY = 3_600.0
"""Seconds between looks for pictures whose retention time has ended, for letters that waited too long, and for
reminders to write."""

log = logging.getLogger("trainer.tasks")


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
            packs.release(self._bench)
            uploads.release(self._bench)
        self._threads = [
            threading.Thread(target=self._loop, args=(self._tidy, self._one), name="tasks", daemon=True),
            threading.Thread(target=self._loop, args=(self._remind, self._mail), name="mail", daemon=True),
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

    def _loop(self, hourly: Callable[[], object], work: Callable[[], bool]) -> None:
        tidied = -TIDY_EVERY
        while not self._stop.is_set():
            try:
                if time.monotonic() - tidied > TIDY_EVERY:
                    hourly()
                    tidied = time.monotonic()
                worked = work()
            except (StoreError, Died) as error:
                log.warning("work put off: %s", error)
                worked = False
            except Exception:
                log.exception("work failed")
                worked = False
            if not worked:
                self._stop.wait(EVERY)

    def _tidy(self) -> None:
        uploads.forget(self._bench)

    def _remind(self) -> None:
        mailing.remind(self._bench, self._stop)

    def _mail(self) -> bool:
        return mailing.work(self._bench, self._stop)

    def _one(self) -> bool:
        return uploads.work(self._bench, self._stop) or packs.work(self._bench, self._stop)
