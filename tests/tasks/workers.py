"""What a worker process may do: what it should, and what it should not."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Iterator


def counting(until: int) -> Iterator[int]:
    yield from range(until)


def failing(at: int) -> Iterator[int]:
    yield from range(at)
    raise ValueError("what went wrong")


def killed() -> Iterator[int]:
    yield 1
    os.kill(os.getpid(), signal.SIGKILL)


def killed_while_sending() -> Iterator[bytes]:
    """Far more than a pipe holds; nobody takes it before the end."""
    threading.Timer(0.2, os.kill, (os.getpid(), signal.SIGKILL)).start()
    yield bytes(20_000_000)


def greedy() -> Iterator[int]:
    yield len(bytearray(8_000_000_000))


def endless() -> Iterator[int]:
    """Its own number, then nothing for ever."""
    yield os.getpid()
    time.sleep(600)


def talkative() -> Iterator[int]:
    yield os.getpid()
    while True:
        yield 0


def leaving() -> Iterator[int]:
    yield 1
    raise SystemExit(3)


def unspeakable() -> Iterator[object]:
    yield lambda: None
