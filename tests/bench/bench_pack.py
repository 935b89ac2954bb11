"""How long each product of a pack takes, and one file of all of them.

    python tests/bench/bench_pack.py [--module recognising-indicators] [--locales en,km,my] [--rounds 5]

Medians of a process that has set the same language before, as the worker behind the web pages has. The budget is the
same document laid out and counted, not drawn.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from trainer.content.compiler import compile_module  # noqa: E402
from trainer.content.folder import read_folder  # noqa: E402
from trainer.printing.pack import Document, budget, render, render_all  # noqa: E402

PRODUCTS: tuple[tuple[str, dict[str, Any]], ...] = (
    ("handbook", {}), ("handbook", {"booklet": True}), ("guide", {}), ("exercises", {}), ("case-cards", {}),
    ("scenario-cards", {}), ("job-aids", {}), ("test-paper", {"form": "A"}), ("test-paper", {"form": "B"}),
    ("test-paper", {"when": "quiz"}), ("answer-key", {"form": "A"}), ("answer-key", {"when": "quiz"}),
)  # fmt: skip


def documents(slug: str, locale: str) -> Iterator[tuple[str, Document]]:
    files = read_folder(ROOT / "modules" / slug)
    modules = {
        is_guide: compile_module(files, slug=slug, locale=locale, facilitator=is_guide).module
        for is_guide in (False, True)
    }
    for product, more in PRODUCTS:
        module = modules[product == "guide"]
        assert module is not None
        name = " ".join([product, *("booklet" if value is True else value for value in more.values())])
        yield name, Document(product=product, modules=(module,), media=files, seed="bench", **more)


def median(rounds: int, work: Callable[[], object]) -> float:
    """Milliseconds."""
    work()
    times = []
    for _ in range(rounds):
        start = time.perf_counter()
        work()
        times.append((time.perf_counter() - start) * 1000)
    return statistics.median(times)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--module", default="recognising-indicators")
    parser.add_argument("--locales", default="en,km,my")
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    pack = []
    print(f"{'':8}{'product':24}{'ms':>8}{'budget ms':>11}{'pages':>7}{'KB':>7}")
    for locale in options.locales.split(","):
        for name, document in documents(options.module, locale):
            made = median(options.rounds, lambda: render(document))  # noqa: B023
            counted = median(options.rounds, lambda: budget(document))  # noqa: B023
            pages, size = budget(document).pages, len(render(document)) // 1000
            print(f"{locale:8}{name:24}{made:8.0f}{counted:11.0f}{pages:7}{size:7}")
            pack.append(document)
    print(f"all of these in one file: {median(1, lambda: render_all(pack)) / 1000:.1f} s")


if __name__ == "__main__":
    main()
