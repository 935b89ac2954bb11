"""Counts after any acts, in any order, with power cuts: what is counted must equal a recount of the whole register.

    python -m tests.bench.bench_counts [--acts N] [--every N] [--seed N …] [--engine sqlite|postgresql …]

For each engine and seed: acts, seconds, how often each kind was done, power cuts, renewals. It stops at the first
difference and says after which act of which seed, which is enough to see it again.
"""

from __future__ import annotations

import argparse
import time

from tests.bench.bench_growth import databases
from tests.services.random_register import Register, printed
from trainer.store import migrate
from trainer.store.engine import Store


def run(url: str, seed: int, acts: int, every: int) -> None:
    store = Store(url)
    migrate.upgrade(store)
    begin = time.perf_counter()
    register = Register(store, seed)
    register.run(acts, every=every)
    took = time.perf_counter() - begin
    kinds = ", ".join(f"{name} {count}" for name, count in sorted(register.done.items()))
    print(f"  seed {seed}: {acts} acts, {took:.0f} s, {len(printed(store))} cells: {kinds}", flush=True)
    store.dispose()


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--acts", type=int, default=1_000)
    arguments.add_argument("--every", type=int, default=20)
    arguments.add_argument("--seed", type=int, action="append")
    arguments.add_argument("--engine", choices=("sqlite", "postgresql"), action="append")
    chosen = arguments.parse_args()
    for engine in chosen.engine or ("sqlite", "postgresql"):
        print(engine, flush=True)
        for seed in chosen.seed or (1, 2):
            with databases(engine) as (url, _):
                run(url, seed, chosen.acts, chosen.every)


if __name__ == "__main__":
    main()
