"""Publish 200 modules against a bare loop of markdown-it-py's renders of the same texts: paired, interleaved, CPU.

    python tests/bench/bench_publish.py [rounds]

Three figures, each a ratio of CPU times in the same round (min / median / max):
publishing 200 new modules ÷ rendering them; publishing them again unchanged; publishing them again, one changed.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from itertools import count
from pathlib import Path

from markdown_it import MarkdownIt
from mdit_py_plugins.footnote import footnote_plugin

from trainer.cli_store import publish_files
from trainer.content.folder import read_folder
from trainer.resources import folder
from trainer.store import migrate
from trainer.store.engine import Store

MODULES = 200

Files = dict[str, bytes]


def cpu(action: Callable[[], object]) -> float:
    begin = time.process_time()
    action()
    return time.process_time() - begin


def report(name: str, ratios: list[float]) -> None:
    print(f"{name:<52} {min(ratios):6.3f}  {statistics.median(ratios):6.3f}  {max(ratios):6.3f}")


def different_modules() -> list[Files]:
    """200 different modules out of ours, in their own language alone: that is what a render loop does."""
    made: list[Files] = []
    sources = [read_folder(path) for path in sorted(folder("modules").iterdir()) if (path / "module.md").exists()]
    for number in range(MODULES):
        files = sources[number % len(sources)]
        kept = {name: data for name, data in files.items() if "/" not in name or name.startswith("media/")}
        kept["module.md"] += f"\n\nModule number {number}.\n".encode()
        made.append(kept)
    return made


def main(rounds: int) -> None:
    modules = different_modules()
    parser = MarkdownIt("js-default").use(footnote_plugin)
    now = datetime.now(UTC)
    runs = count(1)

    def render(files: Files) -> None:
        for name, data in files.items():
            if name.endswith(".md"):
                parser.render(data.decode())

    def publish_all(store: Store, run: int, what: list[Files]) -> None:
        for number, files in enumerate(what):
            publish_files(store, f"module-{run}-{number}", files, by="bench", now=now)

    new, one_changed, unchanged = [], [], []
    with tempfile.TemporaryDirectory() as place:
        store = Store(f"sqlite:///{Path(place) / 'bench.sqlite'}")
        migrate.upgrade(store)
        for _ in range(rounds):
            run = next(runs)
            rendered = cpu(lambda: [render(files) for files in modules])
            new.append(cpu(lambda run=run: publish_all(store, run, modules)) / rendered)
            unchanged.append(cpu(lambda run=run: publish_all(store, run, modules)) / rendered)
            changed = {**modules[0], "module.md": modules[0]["module.md"] + b"\nChanged.\n"}
            one_changed.append(cpu(lambda run=run, changed=changed: publish_all(store, run, [changed, *modules[1:]])))
            one_changed[-1] /= rendered
        store.dispose()
    report(f"publish {MODULES} modules / render them", new)
    report(f"publish {MODULES} unchanged / render them", unchanged)
    report("publish them, one changed / render them", one_changed)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 2)
