"""Two texts that began as one: what each changed, and both put together. Lines are compared, never words."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import SequenceMatcher
from typing import Literal, NamedTuple

MARKS = ("<<<<<<< ", "=======", ">>>>>>> ")
"""Around places where both changed the same lines, until somebody has decided."""
_PATIENT = 3_000
"""Lines up to which the shortest list of changes is looked for; above, one that is found at once."""


class Row(NamedTuple):
    """A stretch of a comparison. `old` or `new` is empty where lines were only added or taken away."""

    kind: Literal["same", "changed"]
    old: tuple[str, ...]
    new: tuple[str, ...]
    line: int
    """Of the first line of `new`, from 1."""


class Merged(NamedTuple):
    text: str
    clean: bool
    """Nobody has to decide anything."""


def rows(old: str, new: str) -> tuple[Row, ...]:
    """How to come from `old` to `new`, line by line."""
    before, after = old.split("\n"), new.split("\n")
    return tuple(
        Row("same" if tag == "equal" else "changed", tuple(before[a:b]), tuple(after[c:d]), c + 1)
        for tag, a, b, c, d in _opcodes(before, after)
    )


def merge(base: str, mine: str, theirs: str) -> Merged:
    """What both made of `base`, in one text. Where both changed the same lines, both versions stand between marks."""
    base_lines, my_lines, their_lines = (text.split("\n") for text in (base, mine, theirs))
    out: list[str] = []
    clean = True
    for ours, (mine_from, mine_to), (theirs_from, theirs_to) in _regions(base_lines, my_lines, their_lines):
        left, right = my_lines[mine_from:mine_to], their_lines[theirs_from:theirs_to]
        if left == right or right == ours:
            out += left
        elif left == ours:
            out += right
        else:
            clean = False
            out += [f"{MARKS[0]}yours", *left, MARKS[1], *right, f"{MARKS[2]}theirs"]
    return Merged("\n".join(out), clean)


def has_marks(text: str) -> bool:
    """Somebody has still to decide."""
    return any(line.startswith((MARKS[0], MARKS[2])) for line in text.split("\n"))


def _regions(
    base: list[str], mine: list[str], theirs: list[str]
) -> Iterator[tuple[list[str], tuple[int, int], tuple[int, int]]]:
    """Stretches of `base` with what stands for them in either text; every second one is the same in all three."""
    at, at_mine, at_theirs = 0, 0, 0
    the_end = len(base), len(base), len(mine), len(theirs)
    for start, end, start_mine, start_theirs in (*_anchors(base, mine, theirs), the_end):
        yield base[at:start], (at_mine, start_mine), (at_theirs, start_theirs)
        size = end - start
        yield base[start:end], (start_mine, start_mine + size), (start_theirs, start_theirs + size)
        at, at_mine, at_theirs = end, start_mine + size, start_theirs + size


def _anchors(base: list[str], mine: list[str], theirs: list[str]) -> Iterator[tuple[int, int, int, int]]:
    """Lines of `base` that both texts kept: from, to, and where they begin in each."""
    kept_mine = [(a, b, c) for tag, a, b, c, _ in _opcodes(base, mine) if tag == "equal"]
    kept_theirs = [(a, b, c) for tag, a, b, c, _ in _opcodes(base, theirs) if tag == "equal"]
    i = j = 0
    while i < len(kept_mine) and j < len(kept_theirs):
        a, b, c = kept_mine[i]
        d, e, f = kept_theirs[j]
        start, end = max(a, d), min(b, e)
        if start < end:
            yield start, end, c + start - a, f + start - d
        i, j = (i + 1, j) if b <= e else (i, j + 1)


def _opcodes(old: list[str], new: list[str]) -> Iterator[tuple[str, int, int, int, int]]:
    """difflib's, on what lies between the lines that both begin and end with: most changes are small."""
    first, most = 0, min(len(old), len(new))
    while first < most and old[first] == new[first]:
        first += 1
    last = 0
    while last < most - first and old[-1 - last] == new[-1 - last]:
        last += 1
    if first:
        yield "equal", 0, first, 0, first
    before, after = old[first : len(old) - last], new[first : len(new) - last]
    if before or after:
        matcher = SequenceMatcher(None, before, after, autojunk=max(len(before), len(after)) > _PATIENT)
        for tag, a, b, c, d in matcher.get_opcodes():
            yield tag, a + first, b + first, c + first, d + first
    if last:
        yield "equal", len(old) - last, len(old), len(new) - last, len(new)
