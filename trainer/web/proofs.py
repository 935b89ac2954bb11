"""Pages on paper for whoever writes: set in a process of its own, so that no reader's page waits for it."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from concurrent.futures import BrokenExecutor, CancelledError, Future, ProcessPoolExecutor
from concurrent.futures import TimeoutError as NotYet
from multiprocessing import get_context

from trainer.content.model import Module
from trainer.printing.proof import ProofPage
from trainer.web.handbooks import Paper, Unprintable

PATIENCE = 20.0
"""Seconds a request waits for its page."""


class TooSlow(Exception):  # noqa: N818  it may be there the next time
    """The page was not ready in time."""


def make(module: Module, paper: Paper, media: Mapping[str, bytes], number: int, facilitator: bool) -> ProofPage:
    """Runs in the worker process: values in, a picture out. Raises Unprintable."""
    from trainer.printing.options import PrintOptions
    from trainer.printing.product import NothingToPrint
    from trainer.printing.proof import proof
    from trainer.typeset.faces import MissingGlyph
    from trainer.typeset.pictures import BadPicture

    try:
        return proof(module, PrintOptions(paper=paper, media=media), number, facilitator=facilitator)
    except (BadPicture, MissingGlyph, NothingToPrint) as error:
        raise Unprintable(str(error)) from error


class Proofs:
    """One worker process. Only the newest page that somebody waits for is worth making; older ones are given up."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._workers: ProcessPoolExecutor | None = None
        self._waiting: dict[str, Future[ProofPage]] = {}

    def ask(
        self, who: str, module: Module, paper: Paper, media: Mapping[str, bytes], number: int, *, facilitator: bool
    ) -> ProofPage:
        """A page for `who`, whose earlier wish it takes the place of. Raises Unprintable, TooSlow."""
        with self._lock:
            if (older := self._waiting.pop(who, None)) is not None:
                older.cancel()
            future = self._pool().submit(make, module, paper, media, number, facilitator)
            self._waiting[who] = future
        try:
            return future.result(timeout=PATIENCE)
        except BrokenExecutor as error:
            self._workers = None  # The process died; the next wish gets another.
            raise TooSlow from error
        except (NotYet, CancelledError) as error:
            future.cancel()
            raise TooSlow from error
        finally:
            with self._lock:
                if self._waiting.get(who) is future:
                    del self._waiting[who]

    def _pool(self) -> ProcessPoolExecutor:
        if self._workers is None:
            self._workers = ProcessPoolExecutor(max_workers=1, mp_context=get_context("spawn"))
        return self._workers
