"""A whole pack as the product makes it: every product, for 30 people in three languages, with store and worker process.

    python -m tests.bench.bench_room [--people 30] [--locales en,km,my] [--modules 2] [--rounds 3]

The worker starts anew for each pack, as it does on the server; modules are compiled in the first round only.
"""

from __future__ import annotations

import argparse
import resource
import statistics
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from tests.factories import a_person
from trainer.content.folder import module_folders, read_folder
from trainer.services import editions, library, packs, room, workshops
from trainer.services.shelf import Shelf
from trainer.services.workshop_rows import found
from trainer.services.workshops import Facts
from trainer.store import migrate
from trainer.store.engine import Store
from trainer.store.scope import Scope
from trainer.tasks.runner import Runner

KH = {"KH"}
NAMES = ("សុខ ដារ៉ា", "အောင်ကျော်မင်း", "Maria Cruz")
ADDRESS = "https://trainer.example/"


@dataclass(frozen=True)
class Bench:
    store: Store
    shelf: Shelf
    key: str = "a key of the bench, long enough to be one"
    keep_scans: timedelta = timedelta(days=365)
    origin: str = ""
    clock: Callable[[], datetime] = lambda: datetime.now(UTC)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--people", type=int, default=30)
    parser.add_argument("--locales", default="en,km,my")
    parser.add_argument("--modules", type=int, default=2)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        store = Store(f"sqlite:///{Path(folder) / 'bench.sqlite'}")
        migrate.upgrade(store)
        bench = Bench(store, Shelf(store))
        workshop_id = prepare(bench, options.people, options.locales.split(","), options.modules)
        counted, made = [], []
        for _ in range(options.rounds):
            times = pack(bench, workshop_id, tuple(options.locales.split(",")))
            counted.append(times[0])
            made.append(times[1])
        with store.read(Scope.countries(KH)) as db:
            files = packs.files(db, KH, packs.of_workshop(db, KH, workshop_id)[0].id)
        pages, size = sum(file.pages for file in files), sum(file.size for file in files) / 1e6
        worker = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024
        print(f"{options.people} people, {options.locales}, {pages} pages, {size:.1f} MB")
        print(f"counting the pages: first {counted[0]:.1f} s, then {statistics.median(counted[1:] or counted):.1f} s")
        print(f"the whole pack: first {made[0]:.1f} s, then {statistics.median(made[1:] or made):.1f} s")
        print(f"peak memory of the worker: {worker} MB")
        store.dispose()


def prepare(bench: Bench, people: int, locales: list[str], modules: int) -> str:
    """Modules published, people registered and in the room. -> the workshop"""
    now = bench.clock()
    slugs = []
    for folder in sorted(module_folders(), key=lambda one: one.name != "recognising-indicators")[:modules]:
        with bench.store.write(Scope.nobody()) as db:
            library.publish(db, folder.name, read_folder(folder), by="bench", now=now)
        slugs.append(folder.name)
    with bench.store.write(Scope.countries(KH)) as db:
        titles = {row.module: row.title for row in editions.current_editions(db)}
        facts = Facts(
            title="Bench", place="Phnom Penh", country="KH", starts_on=date(2026, 11, 23), ends_on=date(2026, 11, 24),
            locales=tuple(locales), modules=tuple(slugs),
        )  # fmt: skip
        workshop_id = workshops.create(db, KH, facts, titles=titles, by="bench", now=now)
        for number in range(people):
            name, locale = f"{NAMES[number % 3]} {number}", locales[number % len(locales)]
            room.add_person(db, KH, workshop_id, a_person(db, full_name=name, locale=locale).id, now=now)
    return workshop_id


def pack(bench: Bench, workshop_id: str, locales: tuple[str, ...]) -> tuple[float, float]:
    """-> seconds to count a new pack of everything, and to make it as one file"""
    runner, times = Runner(bench), []
    with bench.store.write(Scope.countries(KH)) as db:
        pack_id = packs.begin(db, found(db, KH, workshop_id), by="bench", now=bench.clock())
        packs.choose(db, KH, pack_id, products=tuple(packs.PRODUCTS), locales=locales, output="one", people=())
    times.append(timed(runner.run_pending))
    with bench.store.write(Scope.countries(KH)) as db:
        packs.ask(db, bench.shelf, KH, pack_id, address=ADDRESS, by="bench", key=bench.key, now=bench.clock())
    times.append(timed(runner.run_pending))
    with bench.store.read(Scope.countries(KH)) as db:
        assert packs.find(db, KH, pack_id).state == "done"
    return times[0], times[1]


def timed(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


if __name__ == "__main__":
    main()
