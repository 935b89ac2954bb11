"""Compile against markdown-it-py's own render of the same text: paired, interleaved, CPU time of this process.

    python tests/bench/bench_compile.py [rounds]

Each figure is a ratio of CPU times in the same round (min / median / max): compile ÷ render; the words of another
locale put into the compiled module ÷ compile; reading a published catalog ÷ compile; tree to HTML ÷ render; what the
linter takes ÷ compile.
"""

from __future__ import annotations

import json
import statistics
import sys
import time
from collections.abc import Callable

from markdown_it import MarkdownIt
from mdit_py_plugins.footnote import footnote_plugin

from trainer.content.compiler import compile_module
from trainer.content.folder import read_folder
from trainer.content.html import Labels, Page, segments
from trainer.content.lint import lint
from trainer.content.localising import localize
from trainer.content.model import Module
from trainer.content.translation import Catalog, catalog_of
from trainer.resources import folder


def cpu(action: Callable[[], object]) -> float:
    begin = time.process_time()
    action()
    return time.process_time() - begin


def report(name: str, ratios: list[float]) -> None:
    low, middle, high = min(ratios), statistics.median(ratios), max(ratios)
    print(f"{name:<44} {low:5.2f}  {middle:5.2f}  {high:5.2f}")


def translated(module: Module | None) -> bytes:
    """A catalog with the module's own words as translation: the same text, by way of the catalog."""
    parts = ['msgid ""\nmsgstr "Language: id\\nContent-Type: text/plain; charset=UTF-8\\n"\n']
    for passage in module.passages if module else ():
        source = json.dumps(passage.source, ensure_ascii=False)
        parts.append(f'msgctxt "{passage.context}"\nmsgid {source}\nmsgstr {source}\n')
    return "\n".join(parts).encode()


def main(rounds: int) -> None:
    names = sorted(path for path in folder("modules").iterdir() if path.is_dir())
    modules = {path.name: read_folder(path) for path in names}
    texts = [data.decode() for files in modules.values() for name, data in files.items() if name.endswith(".md")]
    parser = MarkdownIt("js-default").use(footnote_plugin)
    page = Page("en", Labels(), lambda href: href, lambda path: path)
    compiled = {slug: compile_module(files, slug=slug, facilitator=True).module for slug, files in modules.items()}
    with_po = {slug: {**files, catalog_of("id"): translated(compiled[slug])} for slug, files in modules.items()}

    def render_all() -> None:
        for text in texts:
            parser.render(text)

    def compile_all() -> None:
        for slug, files in modules.items():
            compile_module(files, slug=slug, facilitator=True)

    catalogs = {slug: Catalog.parse(translated(module), catalog_of("id"))[0] for slug, module in compiled.items()}

    def localise_all() -> None:
        for slug, module in compiled.items():
            if module:
                localize(module, catalogs[slug], "id")

    def read_all() -> None:
        for files in with_po.values():
            Catalog.parse(files[catalog_of("id")], catalog_of("id"), trusted=True)

    def html_all() -> None:
        for module in compiled.values():
            for unit in module.units if module else ():
                segments(unit, page)

    def lint_all() -> None:
        for slug, module in compiled.items():
            if module:
                lint(module, modules[slug])

    names_of = ("compile / render", "lint / compile", "localise / compile", "catalog / compile", "html / render")
    results: dict[str, list[float]] = {name: [] for name in names_of}
    for action in (render_all, compile_all, localise_all, read_all):
        action()
    for _ in range(rounds):
        base, mine = cpu(render_all), cpu(compile_all)
        results["compile / render"].append(mine / base)
        results["lint / compile"].append(cpu(lint_all) / mine)
        results["localise / compile"].append(cpu(localise_all) / mine)
        results["catalog / compile"].append(cpu(read_all) / mine)
        results["html / render"].append(cpu(html_all) / base)
    size = sum(len(text.encode()) for text in texts)
    state = compile_module(next(iter(with_po.values())), slug="x", locale="id").module
    print(
        f"{len(modules)} modules, {len(texts)} files, {size / 1000:.0f} kB, {rounds} rounds; {state and state.states}"
    )
    print(f"{'CPU ratio':<44} {'min':>5}  {'med':>5}  {'max':>5}")
    for name, ratios in results.items():
        report(name, ratios)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 15)
