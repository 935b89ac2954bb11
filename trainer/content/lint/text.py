"""What the rules read: the texts of a module, its messages as plain words, and where in a file they stand."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from trainer.content.diagnostics import Diagnostic
from trainer.content.lint.findings import Finding, subject_of
from trainer.content.model import (
    Activity,
    Block,
    Break,
    Callout,
    Case,
    Code,
    Definitions,
    Emphasis,
    Facilitator,
    Inline,
    Link,
    List,
    Module,
    National,
    NoteRef,
    Passage,
    Question,
    Quote,
    Scenario,
    Strong,
    Term,
    Text,
    Unit,
)

if TYPE_CHECKING:
    from trainer.content.lint.pictures import Measured

MODULE = "module.md"
_FAR = 50
"""Lines that a passage may go on for, when the place of its words is looked for."""


class Part(NamedTuple):
    """One text: a unit, or the introduction of the module."""

    file: str
    unit: Unit | None
    blocks: tuple[Block, ...]


class Said(NamedTuple):
    """One message of the module, in the language it is written in."""

    file: str
    passage: Passage
    words: str
    """What is read: no marks; `…` for a gap or slot; "\\n" where a line must end."""
    role: str
    """The last part of its context: `paragraph`, `item`, `cell`, `option`, `title`, `note` (a footnote), …"""


class Book:
    """A module as the rules see it. `only`: the one file that is looked at."""

    def __init__(
        self,
        module: Module,
        files: Mapping[str, bytes],
        *,
        pictures: Mapping[str, Measured],
        languages: Mapping[str, Module],
        only: str | None = None,
    ) -> None:
        self.module, self.files, self.pictures, self.languages, self.only = module, files, pictures, languages, only
        self._lines: dict[str, list[str]] = {}

    @property
    def is_english(self) -> bool:
        """Rules that know words know English ones; in other languages they say nothing."""
        return self.module.source == "en"

    def wants(self, file: str) -> bool:
        return self.only is None or file == self.only

    @cached_property
    def parts(self) -> tuple[Part, ...]:
        module = self.module
        found = [Part(MODULE, None, module.introduction)] if module.introduction else []
        found += [Part(unit.file, unit, unit.blocks) for unit in module.units]
        return tuple(part for part in found if self.wants(part.file))

    @cached_property
    def said(self) -> tuple[Said, ...]:
        """Every message, also those for facilitators or for some countries, in the order of the source."""
        files = {unit.id: unit.file for unit in self.module.units} | {"module": MODULE}
        found = []
        for passage in self.module.passages:
            first, _, rest = passage.context.partition("/")
            file = files.get(first, MODULE)
            if self.wants(file):
                role = rest.rpartition("/")[2].partition(".")[0]
                role = "note" if role.startswith("note-") or "/note-" in f"/{rest}" else role
                found.append(Said(file, passage, plain(passage.content), role))
        return tuple(found)

    @cached_property
    def lowered(self) -> str:
        """All words in small letters. A rule looks here first: asking for a few letters costs nothing, and most texts
        have none of the words it knows."""
        return "\n".join(said.words for said in self.said).lower()

    @cached_property
    def blocks(self) -> tuple[tuple[str, Block], ...]:
        """File and block, for every block of all texts in the order of reading."""
        return tuple((part.file, block) for part in self.parts for block in walk(part.blocks))

    @cached_property
    def items(self) -> tuple[tuple[Unit, Question | Scenario], ...]:
        return tuple((part.unit, item) for part in self.parts if part.unit is not None for item in part.unit.items)

    def finding(
        self, code: str, file: str, line: int, needle: str, about: Iterable[str], **params: str | int
    ) -> Finding:
        """A finding at `needle`, which is looked for from `line` on; about the words `about`."""
        row, column = self._place(file, line, needle)
        return Finding(Diagnostic(code, "warning", file, row, column, params), subject_of(code, *about))

    def _place(self, file: str, line: int, needle: str) -> tuple[int, int]:
        if line < 1:
            return 0, 0
        if file not in self._lines:
            self._lines[file] = self.files.get(file, b"").decode("utf-8", "replace").replace("\r\n", "\n").split("\n")
        lines = self._lines[file]
        for index in range(line - 1, min(line - 1 + _FAR, len(lines))):
            column = lines[index].find(needle) if needle else -1
            if column >= 0:
                return index + 1, column + 1
            if not lines[index].strip():
                break
        return line, 1


def plain(content: tuple[Inline, ...]) -> str:
    """As `inline.words`, with something to see where a gap or slot is."""
    if len(content) == 1 and isinstance(content[0], Text):
        return content[0].text
    parts: list[str] = []
    for node in content:
        if isinstance(node, Text | Code):
            parts.append(node.text)
        elif isinstance(node, Strong | Emphasis | Link | Term):
            parts.append(plain(node.children))
        elif isinstance(node, Break):
            parts.append("\n" if node.hard else " ")
        else:
            parts.append("" if isinstance(node, NoteRef) else "…")
    return "".join(parts)


def around(text: str, start: int, end: int) -> str:
    """The words that a finding at `start` is about: what is said there, and not the whole of a very long text."""
    return text[max(start - 200, 0) : end + 200]


def has_any(text: str, stems: Iterable[str]) -> bool:
    """Whether one of `stems` (small letters) is in `text` (small letters)."""
    return any(stem in text for stem in stems)


def before(text: str, at: int) -> str:
    """The words just before `at`: as many as a rule looks back, so that a very long text costs no more."""
    return text[max(at - 120, 0) : at]


def walk(blocks: Iterable[Block]) -> Iterator[Block]:
    """Every block as it is read, the outer before what it holds; of questions, what is asked and explained."""
    for block in blocks:
        yield block
        for inner in _inside(block):
            yield from walk(inner)


def _inside(block: Block) -> Iterator[tuple[Block, ...]]:
    match block:
        case Quote() | Callout() | Activity() | Facilitator() | Case() | National():
            yield block.blocks
        case List() | Definitions():
            for item in block.items:
                yield item.blocks
        case Question():
            yield block.prompt
            yield from (option.feedback for option in block.options)
            yield from block.hints
            yield block.explanation
            yield block.caution
        case Scenario():
            for step in block.steps:
                yield step.blocks


def links(content: tuple[Inline, ...]) -> Iterator[Link]:
    for node in content:
        if isinstance(node, Link):
            yield node
        elif isinstance(node, Strong | Emphasis):
            yield from links(node.children)
