"""Two texts that began as one: what each changed, and both put together. Lines are compared, never words."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from trainer.content.diffs import kept_lines

MARKS = ("<<<<<<< ", "=======", ">>>>>>> ")
"""Around places where both changed the same lines, until somebody has decided."""


class Merged(NamedTuple):
    text: str
    clean: bool
    """Nobody has to decide anything."""


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
    kept_mine = kept_lines(base, mine)
    kept_theirs = kept_lines(base, theirs)
    i = j = 0
    while i < len(kept_mine) and j < len(kept_theirs):
        a, b, c = kept_mine[i]
        d, e, f = kept_theirs[j]
        start, end = max(a, d), min(b, e)
        if start < end:
            yield start, end, c + start - a, f + start - d
        i, j = (i + 1, j) if b <= e else (i, j + 1)
