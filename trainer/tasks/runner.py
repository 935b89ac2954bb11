"""Takes what is to be done, one piece after the other."""

from __future__ import annotations

import logging
import threading
import time

from trainer.store.errors import StoreError
from trainer.tasks import figures, letters, packs, uploads
from trainer.tasks.bench import Bench
from trainer.tasks.process import Died

EVERY = 1.0
"""Seconds between looks at the database when there was nothing to do."""

TIDY_EVERY = 3_600.0
"""Seconds between looks for pictures whose retention time has ended, figures to be fixed, and letters that are due."""

log = logging.getLogger("trainer.tasks")


class Runner:
    """A thread that works through packs and uploads. Several nodes may each have one on PostgreSQL."""

    def __init__(self, bench: Bench) -> None:
        self._bench = bench
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Begin; what a process that has ended left half done is taken up again."""
        if self._bench.store.is_sqlite:  # then nobody else can be at it
            packs.release(self._bench)
            uploads.release(self._bench)
        self._thread = threading.Thread(target=self._loop, name="tasks", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """End after the present step. What is half done is taken up again by the next."""
        self._stop.set()
        if self._thread is not None:
            self._thread.join(timeout=10)

    def wait(self) -> None:
        """Until it is stopped."""
        self._stop.wait()

    def run_pending(self) -> int:
        """Do everything there is to do now. -> how many pieces of work"""
        count = 0
        while not self._stop.is_set() and self._one():
            count += 1
        return count

    def _loop(self) -> None:
        tidied = -TIDY_EVERY
        while not self._stop.is_set():
            try:
                if time.monotonic() - tidied > TIDY_EVERY:
                    uploads.forget(self._bench)
                    figures.work(self._bench)
                    letters.of_reports(self._bench)
                    tidied = time.monotonic()
                worked = self._one()
            except (StoreError, Died) as error:
                log.warning("work put off: %s", error)
                worked = False
            except Exception:
                log.exception("work failed")
                worked = False
            if not worked:
                self._stop.wait(EVERY)

    def _one(self) -> bool:
        return uploads.work(self._bench, self._stop) or packs.work(self._bench, self._stop)
