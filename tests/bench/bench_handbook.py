"""A handbook of about 40 pages in five scripts: ours against typst, WeasyPrint and Chromium's print.

    python tests/bench/bench_handbook.py [--rounds 5] [--locales en,km] [--profile]

All set the same words with the same fonts on the same paper, with contents and page numbers. Runs are interleaved, so
that a busy machine is busy for all; read the ratios, not the seconds. "ours" starts from Markdown (it compiles the
module too); "ours, compiled" is what a worker process does with a module it is handed. These are whole processes,
from their start to their end. "warm" is inside a process that has set another book of the same language before, as
the worker process behind the web pages has.
"""

from __future__ import annotations

import argparse
import html
import json
import pickle
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
FONTS = ROOT / "trainer" / "fonts"
UNITS, SECTIONS = 10, 5
FAMILY = {
    "en": "Noto Sans",
    "km": "Noto Sans Khmer",
    "lo": "Noto Sans Lao",
    "th": "Noto Sans Thai",
    "my": "Noto Sans Myanmar",
}
FILE = {locale: name.replace(" ", "") for locale, name in FAMILY.items()}
LEADING = {"en": 1.4, "km": 1.8, "lo": 1.6, "th": 1.55, "my": 1.8}
BOOKS = {"book": "recognising-indicators", "before": "understanding-trafficking"}
"""The book that is timed, and the one that a warm process has set before: name → the module its words are from."""


# ------------------------------------------------------------------ the same words for all


def sentences(locale: str, slug: str) -> list[str]:
    """Passages of a real module in `locale`."""
    from trainer.content.compiler import compile_module
    from trainer.content.folder import read_folder
    from trainer.printing.anchors import walk
    from trainer.printing.back import passages
    from trainer.printing.passages import plain

    module = compile_module(read_folder(ROOT / "modules" / slug), slug=slug, locale=locale).module
    assert module is not None
    words = (plain(p.content) for unit in module.units for block in walk(unit.blocks) for p in passages(block))
    return [text for text in words if 20 < len(text) < 400 and "…" not in text]


def content(locale: str, slug: str) -> list[list[dict[str, list[str]]]]:
    """Units of sections; each a heading, paragraphs, list, table, callout and ticks."""
    chance, stock = random.Random(7), sentences(locale, slug)
    short = [text for text in stock if len(text) < 80]

    def some(count: int, source: list[str] = stock) -> list[str]:
        return [chance.choice(source) for _ in range(count)]

    return [
        [
            {"head": some(1, short), "text": some(5), "list": some(4), "table": some(9, short), "note": some(1),
             "ticks": some(3, short)}
            for _ in range(SECTIONS)
        ]
        for _ in range(UNITS)
    ]  # fmt: skip


def markdown(units: list[list[dict[str, list[str]]]]) -> dict[str, bytes]:
    def plain(text: str) -> str:
        return "".join(f"\\{c}" if c in "\\`*_{}[]()#+-.!|<>&~:" else c for c in text)

    head = "id: {}\ntitle: {}\n"
    more = "summary: A pack\nsource: {}\naudience: [police]\nobjectives: {{o1: Read}}\n"
    files = {"module.md": f"---\n{head.format('pack', 'Pack')}{more.format('en')}---\n\nHello.\n"}
    for number, unit in enumerate(units, 1):
        lines = [f"---\n{head.format(f'u{number}', f'Unit {number}')}---\n"]
        for index, section in enumerate(unit):
            table = [plain(cell) for cell in section["table"]]
            lines += [
                f"## {plain(section['head'][0])} {{#h{index}}}",
                *(plain(text) for text in section["text"]),
                "\n".join(f"- {plain(text)}" for text in section["list"]),
                "\n".join(
                    ["| {} | {} | {} |".format(*table[:3]), "| --- | --- | --- |"]
                    + ["| {} | {} | {} |".format(*table[at : at + 3]) for at in (3, 6)]
                ),
                f"> [!NOTE]\n> {plain(section['note'][0])}",
                "\n".join(f"1. {plain(text)}" for text in section["ticks"]),
            ]
        files[f"{number:02}-unit.md"] = "\n\n".join(lines)
    return {name: text.encode() for name, text in files.items()}


def typst_source(units: list[list[dict[str, list[str]]]], locale: str) -> str:
    def plain(text: str) -> str:
        return f"#{json.dumps(text, ensure_ascii=False)}"

    out = [
        '#set page(paper: "a4", margin: (x: 82pt, top: 62pt, bottom: 76pt), numbering: "1 / 1")',
        f'#set text(font: ("{FAMILY[locale]}", "Noto Sans"), size: 10.5pt, lang: "{locale}")',
        f"#set par(leading: {LEADING[locale] - 0.9:.2f}em)",
        "#outline()",
    ]
    for number, unit in enumerate(units, 1):
        out.append(f"#pagebreak()\n= Unit {number}")
        for section in unit:
            out.append(f"== {plain(section['head'][0])}")
            out += [plain(text) for text in section["text"]]
            out.append("\n".join(f"- {plain(text)}" for text in section["list"]))
            cells = [f"[{plain(cell)}]" for cell in section["table"]]
            head, body = ", ".join(cells[:3]), ", ".join(cells[3:])
            out.append(f"#table(columns: 3, table.header({head}), {body})")
            out.append(f"#block(stroke: (left: 3pt), inset: 8pt)[{plain(section['note'][0])}]")
            out.append("\n".join(f"+ {plain(text)}" for text in section["ticks"]))
    return "\n\n".join(out)


def html_source(units: list[list[dict[str, list[str]]]], locale: str) -> str:
    faces = "".join(
        f"@font-face{{font-family:'{FAMILY[locale]}';font-weight:{weight};"
        f"src:url('{(FONTS / f'{FILE[locale]}-{style}.ttf').as_uri()}')}}"
        for style, weight in (("Regular", 400), ("Bold", 700))
    )
    style = (
        "@page{size:A4;margin:62pt 82pt 76pt;@bottom-right{content:counter(page) ' / ' counter(pages)}}"
        f"body{{font:10.5pt/{LEADING[locale]} '{FAMILY[locale]}'}}h1{{break-before:page}}h1,h2{{break-after:avoid}}"
        "table{border-collapse:collapse;width:100%}td,th{border-bottom:.5pt solid;padding:3pt 5pt;text-align:left}"
        "blockquote{border-left:3pt solid;margin:0;padding-left:10pt}"
        ".toc a::after{content:leader('.') target-counter(attr(href),page)}"
    )
    out = [f"<html lang={locale}><title>Pack</title><style>{faces}{style}</style><div class=toc>"]
    out += [f"<p><a href='#u{number}'>Unit {number}</a></p>" for number in range(1, len(units) + 1)]
    out.append("</div>")
    for number, unit in enumerate(units, 1):
        out.append(f"<h1 id=u{number}>Unit {number}</h1>")
        for section in unit:
            safe = {name: [html.escape(text) for text in texts] for name, texts in section.items()}
            rows = [safe["table"][at : at + 3] for at in (0, 3, 6)]
            out.append(f"<h2>{safe['head'][0]}</h2>" + "".join(f"<p>{text}</p>" for text in safe["text"]))
            out.append("<ul>" + "".join(f"<li>{text}</li>" for text in safe["list"]) + "</ul><table>")
            for tag, row in zip(("th", "td", "td"), rows, strict=True):
                out.append("<tr>" + "".join(f"<{tag}>{cell}</{tag}>" for cell in row) + "</tr>")
            out.append(f"</table><blockquote>{safe['note'][0]}</blockquote>")
            out.append("<ol>" + "".join(f"<li>{text}</li>" for text in safe["ticks"]) + "</ol>")
    return "".join(out)


# ------------------------------------------------------------------ one run, in a process of its own


def run(engine: str, locale: str, folder: Path, book: str = "book") -> None:
    target, name = folder / f"{engine}-{locale}.pdf", f"{book}-{locale}"
    if engine == "typst":
        import typst

        typst.compile(folder / f"{name}.typ", output=target, font_paths=[FONTS], ignore_system_fonts=True)
    elif engine == "weasyprint":
        from weasyprint import HTML

        HTML(filename=folder / f"{name}.html").write_pdf(target)
    elif engine == "chromium":
        options = ["--headless", "--no-sandbox", "--disable-gpu", "--no-pdf-header-footer", f"--print-to-pdf={target}"]
        quiet = ["--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-first-run"]
        page = (folder / f"{name}.html").as_uri()
        subprocess.run(["chromium", *options, *quiet, page], check=True, capture_output=True)
    else:
        from trainer.printing.handbook import handbook
        from trainer.printing.options import PrintOptions

        words = None
        if engine == "ours":
            from trainer.content.compiler import compile_module

            files = pickle.loads((folder / f"{name}.files").read_bytes())
            module = compile_module(files, slug="pack").module
        else:
            module, words = pickle.loads((folder / f"{name}.module").read_bytes())
        target.write_bytes(handbook(module, PrintOptions(labels=words)))


def run_warm(engine: str, locale: str, folder: Path) -> None:
    """Set another book first; print the seconds that the second one takes."""
    run(engine, locale, folder, "before")
    start = time.perf_counter()
    run(engine, locale, folder)
    say(f"{time.perf_counter() - start:.4f}")


ENGINES = ("ours", "ours, compiled", "typst", "weasyprint", "chromium")
WARM = ("ours, compiled", "typst")


def prepare(folder: Path, locales: list[str]) -> None:
    from trainer.content.compiler import compile_module
    from trainer.languages.words import words
    from trainer.printing.labels import labels

    for locale in locales:
        for book, slug in BOOKS.items():
            units, name = content(locale, slug), f"{book}-{locale}"
            files = markdown(units)
            # The words are Khmer from the start, so that compiling is the same work in all languages.
            files["module.md"] = files["module.md"].replace(b"source: en", f"source: {locale}".encode())
            result = compile_module(files, slug="pack")
            assert result.module is not None, result.diagnostics[:3]
            (folder / f"{name}.files").write_bytes(pickle.dumps(files))
            (folder / f"{name}.module").write_bytes(pickle.dumps((result.module, labels(words(locale)))))
            (folder / f"{name}.typ").write_text(typst_source(units, locale), encoding="utf-8")
            (folder / f"{name}.html").write_text(html_source(units, locale), encoding="utf-8")


def timed(engine: str, locale: str, folder: Path) -> float:
    start = time.perf_counter()
    subprocess.run([sys.executable, __file__, "--run", engine, locale, str(folder)], check=True, cwd=ROOT)
    return time.perf_counter() - start


def timed_warm(engine: str, locale: str, folder: Path) -> float:
    command = [sys.executable, __file__, "--warm", engine, locale, str(folder)]
    return float(subprocess.run(command, check=True, cwd=ROOT, capture_output=True, text=True).stdout)


def page_count(path: Path) -> int:
    import pypdf

    return len(pypdf.PdfReader(path).pages)


def report(locale: str, times: dict[str, list[float]], folder: Path) -> Iterator[str]:
    yield f"\n{locale}: seconds min / median / max, pages, KB, and the ratio ours : theirs in each round"
    for engine, taken in times.items():
        path = folder / f"{engine}-{locale}.pdf"
        spread = " / ".join(f"{value:.2f}" for value in (min(taken), statistics.median(taken), max(taken)))
        line = f"  {engine:15} {spread}   {page_count(path):3} pages {path.stat().st_size // 1000:5} KB"
        for mine in ("ours", "ours, compiled"):
            if not engine.startswith("ours"):
                ratios = sorted(ours / theirs for ours, theirs in zip(times[mine], taken, strict=True))
                line += f"   {mine}: {ratios[0]:.2f} / {statistics.median(ratios):.2f} / {ratios[-1]:.2f}"
        yield line


def report_warm(times: dict[str, list[float]]) -> str:
    ours, theirs = times["ours, compiled"], times["typst"]
    ratios = sorted(mine / other for mine, other in zip(ours, theirs, strict=True))
    return (
        f"  warm: ours {statistics.median(ours):.3f}, typst {statistics.median(theirs):.3f}, "
        f"ratio {ratios[0]:.2f} / {statistics.median(ratios):.2f} / {ratios[-1]:.2f}"
    )


def say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def profile(folder: Path, locales: list[str]) -> None:
    import cProfile
    import pstats

    for locale in locales:
        profiler = cProfile.Profile()
        profiler.runcall(run, "ours, compiled", locale, folder)
        say(f"\n{locale}: where the time goes")
        pstats.Stats(profiler).sort_stats("tottime").print_stats(22)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--profile", action="store_true")
    parser.add_argument("--locales", default=",".join(FAMILY))
    parser.add_argument("--run", nargs=3, help=argparse.SUPPRESS)
    parser.add_argument("--warm", nargs=3, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.run:
        run(asked.run[0], asked.run[1], Path(asked.run[2]))
        return
    if asked.warm:
        run_warm(asked.warm[0], asked.warm[1], Path(asked.warm[2]))
        return
    locales = asked.locales.split(",")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        prepare(folder, locales)
        if asked.profile:
            profile(folder, locales)
            return
        for locale in locales:
            times: dict[str, list[float]] = {engine: [] for engine in ENGINES}
            warm: dict[str, list[float]] = {engine: [] for engine in WARM}
            for _ in range(asked.rounds):
                for engine in ENGINES:
                    times[engine].append(timed(engine, locale, folder))
                for engine in WARM:
                    warm[engine].append(timed_warm(engine, locale, folder))
            say("\n".join([*report(locale, times, folder), report_warm(warm)]))


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    main()
