"""A generator that runs in a process of its own: with limits, and without taking anybody along when it dies."""

from __future__ import annotations

import multiprocessing
import resource
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection
from typing import Any

MOST_MEMORY = 3_000_000_000
"""Bytes of address space of the process; the picture of a page takes some tens of millions."""
LONGEST_STEP = 300.0
"""Seconds until the next result has to be there."""


class Died(Exception):  # noqa: N818  said of the process
    """The process ended, ran out of memory or time, or raised: the message says which."""


@contextmanager
def stream(work: Callable[..., Iterator[Any]], *values: Any, longest: float = LONGEST_STEP) -> Iterator[Iterator[Any]]:
    """Run `work(*values)` elsewhere and hand over what it yields, one by one, as it comes.

    `work` is a function of a module, values and results are picklable. Leaving the block ends the process, whatever
    it is doing. Raises Died while iterating.
    """
    # spawn: threads and open databases of this process must not be copied into the other.
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe(duplex=False)
    process = context.Process(target=_run, args=(theirs, work, values), daemon=True)
    process.start()
    theirs.close()
    try:
        yield _results(ours, longest)
    finally:
        ours.close()
        process.kill()
        process.join()


def _results(connection: Connection, longest: float) -> Iterator[Any]:
    while True:
        if not connection.poll(longest):
            raise Died(f"no result within {longest:g} seconds")
        try:
            kind, value = connection.recv()
        except (EOFError, OSError):  # the second: in the middle of a result
            raise Died("the process ended: out of memory, or killed") from None
        if kind == "raised":
            raise Died(value)
        if kind == "end":
            return
        yield value


def _run(connection: Connection, work: Callable[..., Iterator[Any]], values: tuple[Any, ...]) -> None:
    _, most = resource.getrlimit(resource.RLIMIT_AS)
    memory = MOST_MEMORY if most == resource.RLIM_INFINITY else min(most, MOST_MEMORY)
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    try:
        for result in work(*values):
            connection.send(("result", result))
        connection.send(("end", None))
    except BrokenPipeError:
        pass  # nobody waits for it any more
    except BaseException as error:  # whatever it is, the other side has to know
        connection.send(("raised", f"{type(error).__name__}: {error}"))
