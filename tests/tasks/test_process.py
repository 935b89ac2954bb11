"""A worker process: its results come in order, and whatever becomes of it, nobody else is taken along."""

from __future__ import annotations

import multiprocessing
import os
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.tasks import workers
from trainer.tasks.process import Died, stream


def taken(work: Callable[..., Iterator[Any]], *values: Any, **more: Any) -> tuple[list[Any], str]:
    """What came, and of what it died."""
    results: list[Any] = []
    try:
        with stream(work, *values, **more) as found:
            results.extend(found)
    except Died as error:
        return results, str(error)
    return results, ""


def is_gone(number: int) -> bool:
    """Not there, and no zombie either."""
    try:
        os.kill(number, 0)
    except ProcessLookupError:
        return True
    return False


def test_results_come_in_order_and_end() -> None:
    assert taken(workers.counting, 500) == (list(range(500)), "")
    assert multiprocessing.active_children() == []


@pytest.mark.parametrize(
    ("work", "values", "results", "why"),
    [
        (workers.failing, (2,), [0, 1], "ValueError: what went wrong"),
        (workers.killed, (), [1], "killed"),
        (workers.greedy, (), [], "MemoryError"),
        (workers.leaving, (), [1], "SystemExit"),
        (workers.unspeakable, (), [], "pickle"),
    ],
)
def test_a_process_that_fails_is_told_with_what_it_had_done(
    work: Callable[..., Iterator[Any]], values: tuple[Any, ...], results: list[Any], why: str
) -> None:
    found, error = taken(work, *values)
    assert found == results
    assert why in error
    assert multiprocessing.active_children() == []


def test_a_process_that_is_killed_in_the_middle_of_a_result_has_died() -> None:
    with stream(workers.killed_while_sending) as results:
        while multiprocessing.active_children():
            time.sleep(0.05)
        with pytest.raises(Died, match="killed"):
            next(results)


def test_a_process_that_takes_too_long_is_ended() -> None:
    with stream(workers.endless, longest=30) as results:
        number = next(results)
    assert is_gone(number)
    found, error = taken(workers.endless, longest=3)
    assert "within 3 seconds" in error
    assert all(is_gone(one) for one in found)


@pytest.mark.parametrize("work", [workers.endless, workers.talkative])
def test_leaving_early_ends_it(work: Callable[..., Iterator[Any]]) -> None:
    try:
        with stream(work) as results:
            number = next(results)
            raise KeyError
    except KeyError:
        pass
    assert is_gone(number)
    assert multiprocessing.active_children() == []
