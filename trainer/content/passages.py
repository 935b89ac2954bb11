"""Passages: the context of each message, and what the inline stage found wrong with it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import unquote

from trainer.content import inline
from trainer.content.blocks import PARSER
from trainer.content.glossary import TERMS
from trainer.content.inline import Problem, Reading
from trainer.content.model import Passage
from trainer.content.work import Pending, Work

_WARNINGS = frozenset({"html-shown"})


class Scope:
    """How passages are named at one place of the text, and whether they are shown."""

    __slots__ = ("counts", "local", "natural", "prefix", "role", "safety", "sections", "shown", "single")

    def __init__(
        self,
        prefix: str,
        *,
        role: str = "",
        single: bool = False,
        safety: bool = False,
        shown: bool = True,
        sections: bool = False,
        local: frozenset[str] = frozenset(),
    ) -> None:
        self.prefix = prefix
        self.role = role
        """Role of every passage here; "" leaves each its own."""
        self.single = single
        """There is usually one: `feedback.3`, then `feedback.3.2`."""
        self.safety = safety
        self.shown = shown
        self.sections = sections
        """A heading begins a new prefix."""
        self.local = local
        """Ids that only links in here may name."""
        self.natural = "paragraph"
        self.counts: dict[str, int] = {}

    def context(self, natural: str, single: bool) -> str:
        role = self.role or natural
        number = self.counts.get(role, 0) + 1
        self.counts[role] = number
        if number == 1 and (single or self.single):
            return self.prefix + role
        return f"{self.prefix}{role}.{number}"


class Speaker:
    """Makes the passages of one text, and reports in terms of its file."""

    def __init__(self, work: Work, *, file: str, text: str, offset: int, unit: str, slug: str, env: dict[str, Any]):
        self.work, self.file, self.text, self.env = work, file, text, env
        self.offset = offset
        """Lines of the file before `text`."""
        self.unit, self.slug = unit, slug
        self.scope = Scope(f"{unit}/top/", sections=True)
        self.numbers: dict[str, int] = {}
        """Footnote label → number, of shown text."""
        self.used: set[str] = set()
        """Footnote labels in shown and hidden text."""
        self.national = False
        """The text is an overlay's: its words are in no catalog."""
        self.gaps_read = 0
        self.slots_met: list[str] = []
        self._lines: list[str] | None = None

    @contextmanager
    def within(self, scope: Scope) -> Iterator[None]:
        """Name passages by `scope` for a while. What is inside something hidden is hidden, and safety is inherited."""
        outer = self.scope
        scope.shown = scope.shown and outer.shown
        scope.safety = scope.safety or outer.safety
        self.scope = scope
        try:
            yield
        finally:
            self.scope = outer

    def error(self, code: str, line: int, column: int = 0, /, **params: str | int) -> None:
        self.work.findings.error(code, self.file, line, column, **params)

    def warn(self, code: str, line: int, column: int = 0, /, **params: str | int) -> None:
        self.work.findings.warn(code, self.file, line, column, **params)

    def passage(self, text: str, role: str, line: int, *, single: bool = False) -> Passage:
        """One message in Markdown, read."""
        work, scope = self.work, self.scope
        source = _unwrapped(text) if "\n" in text else text
        context = scope.context(role, single)
        numbers = self.numbers if scope.shown else None
        reading = inline.read(PARSER, text, self.env, numbers, work.filled)
        if reading.frozen or reading.problems:
            self._check(reading, line, source)
        passage = Passage(
            reading.content, work.source, "source", context, source, line, scope.safety, False, self.national
        )
        if text and not self.national:
            work.passages.append(passage)
        return passage

    def plain(self, text: str, role: str, line: int, *, single: bool = False) -> Passage:
        """One message without mark-up: a picture's description, accepted answers."""
        context = self.scope.context(role, single)
        return self.work.plain_passage(text, context, line, safety=self.scope.safety, national=self.national)

    def _check(self, reading: Reading, line: int, source: str) -> None:
        work = self.work
        for item in reading.frozen:
            kind, _, value = item.partition(" ")
            if kind == "note":
                self.used.add(value)
            elif kind == "gap":
                self.gaps_read += 1
            elif kind == "slot":
                self.slots_met.append(value)
                if not self.national:
                    work.slot_words.setdefault(value, set()).add(source)
                if value not in work.slots:
                    self.error("slot-unknown", *self.locate(f"slot.{value}", line), slot=value)
            elif kind == "link":
                self._link(value, line)
        for problem in reading.problems:
            self._problem(problem, line)

    def _link(self, href: str, line: int) -> None:
        if href.startswith("term:"):
            term = unquote(href[5:])
            if term not in TERMS:
                near = ", ".join(sorted(TERMS, key=lambda one: (one[:3] != term[:3], one))[:3])
                self.error("term-unknown", *self.locate(href, line), term=term, near=near)
            return
        target = inline.target_of(href)
        if target is not None and ":" not in target:
            place = self.locate(href, line)
            self.work.links.append(Pending(target, self.file, *place, self.slug, self.scope.local))

    def _problem(self, problem: Problem, line: int) -> None:
        report = self.warn if problem.code in _WARNINGS else self.error
        report(problem.code, *self.locate(problem.needle, line), **problem.params)

    def locate(self, needle: str, line: int) -> tuple[int, int]:
        """Line and column of `needle` in the passage that starts in `line`; column 1 when it is written otherwise."""
        if self._lines is None:
            self._lines = self.text.split("\n")
        first = line - self.offset - 1
        for wanted in (needle, unquote(needle)):
            for index in range(first, min(first + 50, len(self._lines))):
                column = self._lines[index].find(wanted) if wanted else -1
                if column >= 0:
                    return index + self.offset + 1, column + 1
                if not self._lines[index].strip():
                    break
        return line, 1


def _unwrapped(text: str) -> str:
    """The message on one line, so that wrapping a paragraph anew leaves its translation alone."""
    lines = text.split("\n")
    if any(line.endswith(("  ", "\\")) for line in lines[:-1]):
        return "\n".join(line.strip() if line is lines[-1] else line.lstrip() for line in lines)
    return " ".join(line.strip() for line in lines)
