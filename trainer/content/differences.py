"""What is different between two texts: line by line, and inside a changed line word by word."""

from __future__ import annotations

import re
from collections.abc import Iterator
from difflib import SequenceMatcher
from typing import NamedTuple

_WORDS = re.compile(r"\w+|\s+|[^\w\s]")
CONTEXT = 3
"""Lines shown around a change."""
_THOROUGH = 2000
"""Lines up to which repeated ones are compared like any other; beyond, that would take long."""


class Part(NamedTuple):
    """A piece of a line."""

    text: str
    changed: bool


class Line(NamedTuple):
    kind: str
    """`same`, `gone` or `new`; `skip` stands for `skipped` lines that are the same."""
    old: int | None
    """Number of the line in the older text, from 1."""
    new: int | None
    parts: tuple[Part, ...]
    skipped: int = 0


def compare(old: str, new: str, context: int = CONTEXT) -> list[Line]:
    """The lines of both texts in order. Equal texts give nothing."""
    before, after = old.splitlines(), new.splitlines()
    matcher = SequenceMatcher(None, before, after, autojunk=max(len(before), len(after)) > _THOROUGH)
    lines = [line for code in matcher.get_opcodes() for line in _lines(code, before, after)]
    return list(_folded(lines, context)) if any(line.kind != "same" for line in lines) else []


def _lines(code: tuple[str, int, int, int, int], before: list[str], after: list[str]) -> Iterator[Line]:
    kind, i, i_end, j, j_end = code
    if kind == "equal":
        for at in range(i_end - i):
            yield Line("same", i + at + 1, j + at + 1, (Part(before[i + at], changed=False),))
        return
    pairs = [_words(before[i + at], after[j + at]) for at in range(min(i_end - i, j_end - j))]
    for at in range(i_end - i):
        yield Line("gone", i + at + 1, None, pairs[at][0] if at < len(pairs) else (Part(before[i + at], changed=True),))
    for at in range(j_end - j):
        yield Line("new", None, j + at + 1, pairs[at][1] if at < len(pairs) else (Part(after[j + at], changed=True),))


def _words(old: str, new: str) -> tuple[tuple[Part, ...], tuple[Part, ...]]:
    """Two lines, taken apart where they differ. Lines with little in common are changed as a whole."""
    before, after = _WORDS.findall(old), _WORDS.findall(new)
    matcher = SequenceMatcher(None, before, after, autojunk=False)
    shared = matcher.quick_ratio() * (len(before) + len(after)) / 2
    if max(len(before), len(after)) > _THOROUGH or 2 * shared < min(len(before), len(after)):
        return (Part(old, changed=True),), (Part(new, changed=True),)
    left: list[Part] = []
    right: list[Part] = []
    for kind, i, i_end, j, j_end in matcher.get_opcodes():
        for parts, text in ((left, "".join(before[i:i_end])), (right, "".join(after[j:j_end]))):
            if text:
                parts.append(Part(text, kind != "equal"))
    return tuple(left), tuple(right)


def _folded(lines: list[Line], context: int) -> Iterator[Line]:
    near = {at + step for at, line in enumerate(lines) if line.kind != "same" for step in range(-context, context + 1)}
    skipped = 0
    for at, line in enumerate(lines):
        if at in near:
            if skipped:
                yield Line("skip", None, None, (), skipped)
            skipped = 0
            yield line
        else:
            skipped += 1
    if skipped:
        yield Line("skip", None, None, (), skipped)
