"""Reads test cases: Markdown files with an input and what is expected of it, side by side.

A case is a heading `##` and code blocks under it (four backquotes, so that three can stand inside):

- `markdown`: the body of a lesson; or `module.md`, `01-x.md`, `national/KH.md` …: a whole file of that name
- `html`: what the page shows; or `outline`: the questions, as `outline()` prints them
- `diagnostics`: everything that is wrong, one a line: `line:column code`, and the file before it if not the lesson

Without `diagnostics`, nothing may be wrong. Line numbers count from the first line of the block.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from trainer.content.compiler import Compilation, compile_module
from trainer.content.html import Labels, Page, plain, segments
from trainer.content.model import Block, Item, Paragraph, Passage, Question, Scenario

FOLDER = Path(__file__).parent.parent / "cases"
MODULE = "---\nid: case\ntitle: Case\nsummary: A case.\nobjectives: {o1: Say it}\nslots: {hotline: optional}\n---\n"
LESSON = "---\nid: one\ntitle: One\n---\n"
OTHER = "---\nid: two\ntitle: Two\n---\n\n## There {#there}\n\nWords.\n"
_BLOCK = re.compile(r"^````([^\n`]+)\n(.*?)^````$", re.MULTILINE | re.DOTALL)
PAGE = Page("en", Labels(), lambda href: f"/{href}", lambda path: f"/{path}")


class Case(NamedTuple):
    file: str
    name: str
    blocks: dict[str, str]

    def __str__(self) -> str:
        return f"{self.file}: {self.name}"


def read_cases() -> Iterator[Case]:
    for path in sorted(FOLDER.glob("*.md")):
        for name, section in sections(path.read_text(encoding="utf-8")):
            yield Case(path.name, name, {match[1].strip(): match[2] for match in _BLOCK.finditer(section)})


def sections(text: str) -> Iterator[tuple[str, str]]:
    """The name and the lines of each case; headings inside code blocks are no cases."""
    name, lines, inside = "", [], False
    for line in text.splitlines(keepends=True):
        inside ^= line.startswith("````")
        if line.startswith("## ") and not inside:
            if name:
                yield name, "".join(lines)
            name, lines = line[3:].strip(), []
        else:
            lines.append(line)
    if name:
        yield name, "".join(lines)


def files_of(case: Case) -> dict[str, bytes]:
    files = {"module.md": MODULE, "02-two.md": OTHER, "media/drawer.png": "picture"}
    for name, text in case.blocks.items():
        if name == "markdown":
            files["01-one.md"] = LESSON + text
        elif "." in name:
            files[name] = text
    if "module.md" in case.blocks and "markdown" not in case.blocks and "01-one.md" not in case.blocks:
        del files["02-two.md"]
    return {name: text.encode() for name, text in files.items()}


def compiled(case: Case) -> Compilation:
    countries = [name[9:11] for name in case.blocks if name.startswith("national/") and name.endswith(".md")]
    country = countries[0] if countries else None
    return compile_module(
        files_of(case), slug="case", country=country, facilitator=case.name.endswith("for the facilitator")
    )


def shown_diagnostics(case: Case, compilation: Compilation) -> list[str]:
    """As in the case files: lines count within the lesson's body, and its name is left out."""
    lines = []
    for one in compilation.diagnostics:
        if one.file == "01-one.md" and "markdown" in case.blocks:
            lines.append(f"{max(one.line - LESSON.count(chr(10)), 0)}:{one.column} {one.code}")
        else:
            lines.append(f"{one.file}:{one.line}:{one.column} {one.code}")
    return lines


def html_of(compilation: Compilation) -> str:
    assert compilation.module is not None
    pieces = segments(compilation.module.units[0], PAGE)
    return "".join(piece if isinstance(piece, str) else f"({piece.type} {piece.id})\n" for piece in pieces)


def outline_of(compilation: Compilation) -> str:
    assert compilation.module is not None
    found = [block for block in compilation.module.units[0].blocks if isinstance(block, (Question, Scenario))]
    return "".join(line + "\n" for item in found for line in outline(item))


def outline(item: Item) -> Iterator[str]:
    """What a question or scenario holds, one fact a line."""
    extra = [f"{name}={getattr(item, name)}" for name in ("objective", "pool", "form", "set") if getattr(item, name)]
    extra += ["safety"] if item.safety else []
    yield " ".join([item.type, item.id, f"points={item.points:g}", f"rev={item.rev}", *extra])
    if isinstance(item, Scenario):
        yield f"best {item.best:g}"
        for step in item.steps:
            yield f"step {step.id}: {said(step.title)} / {texts(step.blocks)}"
            for choice in step.choices:
                yield f"  {said(choice.body)} -> {choice.target} ({choice.score:g})"
        return
    yield f"asks: {texts(item.prompt)}"
    yield from _answers(item)
    for hint in item.hints:
        yield f"hint: {texts(hint)}"
    if item.explanation:
        yield f"explanation: {texts(item.explanation)}"
    if item.caution:
        yield f"caution: {texts(item.caution)}"


def _answers(item: Question) -> Iterator[str]:
    for option in item.options:
        mark = "x" if option.correct else "!" if option.critical else " "
        score = f" ({option.score:g})" if option.score is not None else ""
        yield f"[{mark}] {said(option.body) if option.body else 'named by the interface'}{score}"
        if option.feedback:
            yield f"    > {texts(option.feedback)}"
    if item.accepted:
        yield f"accepts: {', '.join(item.accepted)}"
    if item.number:
        yield f"number: {item.number.value:g} within {item.number.tolerance:g}"
    for gap in item.gaps:
        yield f"gap: {' or '.join(gap.accepted)}" + (f" among {', '.join(gap.choices)}" if gap.choices else "")
    for left, right in zip(item.left, item.right, strict=False):
        yield f"{said(left)} = {said(right)}"
    for distractor in item.right[len(item.left) :]:
        yield f"? = {said(distractor)}"
    if item.type == "reflect":
        yield f"lines: {item.lines}"


def said(passage: Passage) -> str:
    return plain(passage.content) + ("" if "[[" not in passage.source else f" ({passage.source})")


def texts(blocks: Iterable[Block]) -> str:
    return " | ".join(said(b.passage) if isinstance(b, Paragraph) else type(b).__name__ for b in blocks)
