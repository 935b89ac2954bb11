"""Counts are what counting anew gives after anything that can become of people, also when the power fails meanwhile.

A thousand acts on each engine: `python -m tests.bench.bench_counts`.
"""

from __future__ import annotations

import pytest

from tests.services.random_register import Register, printed
from trainer.store.engine import Store


@pytest.mark.parametrize("seed", range(2))
def test_counts_equal_a_recount_whatever_becomes_of_people(store: Store, seed: int) -> None:
    register = Register(store, seed)
    register.run(30, every=3)
    assert printed(store)
