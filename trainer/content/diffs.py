"""Two texts compared: line by line for a file, word by word for a sentence. Bounded, whatever the texts are.

Comparing takes quadratic time for texts made to be hard, so there are limits; beyond them the old and the new stand
whole beside each other, and the result says that it was cut.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from itertools import islice
from typing import Literal, NamedTuple

from trainer.languages.breaks import break_points

Kind = Literal["same", "gone", "new"]

MOST_LINES = 50_000
"""Lines on each side, without what both begin and end with; longer files are not matched within."""
MOST_GAP = 600
"""Lines on each side between two lines that stand once in both; longer gaps are not matched within."""
MOST_MATCHED = 20_000
"""Lines in all such gaps together."""
MOST_SHOWN = 600
"""Rows of a comparison that are given out."""
MOST_WORDS = 1_200
"""Words on each side of two passages or lines that are matched with each other."""
LONGEST = 4_000
"""Letters of a line that are shown."""
CONTEXT = 3
"""Lines shown around a change."""

_TOKEN = re.compile(r"\s+|[^\s!-/:-@\[-`{-~]+|[!-/:-@\[-`{-~]")
_UNSPACED = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u9fff]")
_LINE_END = re.compile(r"\r\n|\r|\n")


class Piece(NamedTuple):
    kind: Kind
    text: str


class Row(NamedTuple):
    """One line of one of the two files, or of both."""

    kind: Kind
    old: int | None
    """Number of the line, from 1; None where the file has no such line."""
    new: int | None
    pieces: tuple[Piece, ...]


class Comparison(NamedTuple):
    hunks: tuple[tuple[Row, ...], ...]
    """Groups of rows that follow each other. Empty when the texts are the same."""
    added: int
    """Lines."""
    removed: int
    cut: bool
    """Not all of it is here, or it was too much to be matched line by line."""


def words(old: str, new: str) -> tuple[Piece, ...]:
    """What became of a passage, in the order of reading; what went stands before what came."""
    before, after = _tokens(old), _tokens(new)
    if len(before) > MOST_WORDS or len(after) > MOST_WORDS:
        return tuple(piece for piece in (Piece("gone", old), Piece("new", new)) if piece.text)
    return tuple(_joined(_pieces(before, after)))


def lines(old: str, new: str) -> Comparison:
    """What became of a file."""
    before, after = _LINE_END.split(old), _LINE_END.split(new)
    steps, too_long = _steps(before, after)
    added = sum(step.new_to - step.new_from for step in steps if step.changed)
    removed = sum(step.old_to - step.old_from for step in steps if step.changed)
    hunks: list[tuple[Row, ...]] = []
    room, cut = MOST_SHOWN, too_long
    for group in _groups(steps):
        rows = tuple(islice(_rows(before, after, group), room + 1))
        cut = cut or len(rows) > room
        if room:
            hunks.append(rows[:room])
        room -= min(room, len(rows))
    return Comparison(tuple(hunks), added, removed, cut)


def kept_lines(before: Sequence[str], after: Sequence[str]) -> list[tuple[int, int, int]]:
    """Runs of lines that are in both, in order: from, to (open) in `before`, and where the run begins in `after`."""
    steps, _ = _steps(before, after)
    return [
        (step.old_from, step.old_to, step.new_from)
        for step in steps
        if not step.changed and step.old_to > step.old_from
    ]


# ---------------------------------------------------------------------- words


def _tokens(text: str) -> list[str]:
    """Words, spaces and marks, in order; a script without spaces is cut where a line of it may end."""
    found: list[str] = []
    for token in _TOKEN.findall(text[: LONGEST * 10]):
        if _UNSPACED.search(token):
            ends = break_points(token, "")
            found += [token[start:end] for start, end in zip([0, *ends], ends, strict=False)]
        else:
            found.append(token)
        if len(found) > MOST_WORDS:
            break
    return found


def _pieces(before: Sequence[str], after: Sequence[str]) -> Iterator[Piece]:
    for tag, old_from, old_to, new_from, new_to in _opcodes(before, after):
        if tag == "equal":
            yield Piece("same", "".join(before[old_from:old_to]))
            continue
        if old_to > old_from:
            yield Piece("gone", "".join(before[old_from:old_to]))
        if new_to > new_from:
            yield Piece("new", "".join(after[new_from:new_to]))


def _joined(pieces: Iterator[Piece]) -> Iterator[Piece]:
    """A space alone between two changes is no island: one change reads better than two."""
    gone = new = ""
    for piece in (*pieces, Piece("same", "")):
        if piece.kind == "gone":
            gone += piece.text
        elif piece.kind == "new":
            new += piece.text
        elif piece.text.isspace() and (gone or new):
            gone, new = gone + piece.text, new + piece.text
        else:
            space = _space_behind(gone, new)
            gone, new = gone.removesuffix(space), new.removesuffix(space)
            yield from (one for one in (Piece("gone", gone), Piece("new", new)) if one.text)
            if space + piece.text:
                yield Piece("same", space + piece.text)
            gone = new = ""


def _space_behind(gone: str, new: str) -> str:
    """The space that both end with."""
    space = new[len(new.rstrip()) :]
    return space if gone.endswith(space) else ""


# ---------------------------------------------------------------------- lines


class _Step(NamedTuple):
    """A run of lines that are the same in both, or that took each other's place. Ends are open."""

    changed: bool
    old_from: int
    old_to: int
    new_from: int
    new_to: int


def _opcodes(before: Sequence[str], after: Sequence[str]) -> list[tuple[str, int, int, int, int]]:
    return list(SequenceMatcher(None, before, after).get_opcodes())


def _steps(before: Sequence[str], after: Sequence[str]) -> tuple[list[_Step], bool]:
    """The way from one to the other; whether a part of it was too long to be matched.

    Lines that stand once in both are found first and hold the rest in place, so that a long catalog with a change at
    each end is no harder than a short one.
    """
    steps = [_Step(False, 0, 0, 0, 0)]
    left, too_long = MOST_MATCHED, False
    for old, new in (*_anchors(before, after), (len(before), len(after))):
        old_from, new_from = steps[-1].old_to, steps[-1].new_to
        size = max(old - old_from, new - new_from)
        if size > min(MOST_GAP, left):
            too_long = True
            _add(steps, True, old, new)
        else:
            left -= size
            for tag, _, old_to, _, new_to in _opcodes(before[old_from:old], after[new_from:new]):
                _add(steps, tag != "equal", old_from + old_to, new_from + new_to)
        if old < len(before) and new < len(after):
            _add(steps, False, old + 1, new + 1)
    if steps[-1].changed:
        steps.append(_Step(False, len(before), len(before), len(after), len(after)))
    return steps, too_long


def _add(steps: list[_Step], changed: bool, old_to: int, new_to: int) -> None:
    """Go on to these ends. Runs of one kind that follow each other are one step."""
    last = steps[-1]
    if last.changed == changed:
        steps[-1] = last._replace(old_to=old_to, new_to=new_to)
    else:
        steps.append(_Step(changed, last.old_to, old_to, last.new_to, new_to))


def _anchors(before: Sequence[str], after: Sequence[str]) -> list[tuple[int, int]]:
    """Places of lines that stay as they are, in order: the same beginning and end, and what is in both just once."""
    head = _shared(before, after)
    tail = _shared(before[head:][::-1], after[head:][::-1])
    old_end, new_end = len(before) - tail, len(after) - tail
    pairs = []
    if max(old_end, new_end) - head <= MOST_LINES:
        once = _once(after, head, new_end)
        pairs = [(old, once[line]) for line, old in _once(before, head, old_end).items() if line in once]
    same = [(at, at) for at in range(head)]
    return [*same, *_longest_rising(sorted(pairs)), *((old_end + at, new_end + at) for at in range(tail))]


def _once(lines: Sequence[str], start: int, end: int) -> dict[str, int]:
    """Line → its place, of lines that are there just once."""
    counts = Counter(lines[start:end])
    return {line: at for at, line in enumerate(lines[start:end], start) if counts[line] == 1}


def _longest_rising(pairs: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """The most of `pairs`, by their first, whose second rises too."""
    ends: list[int] = []
    """For each length, the lowest second that a rising row of it can end with."""
    before: list[int | None] = []
    last: list[int] = []
    for at, (_, new) in enumerate(pairs):
        length = bisect_left(ends, new)
        ends[length : length + 1], last[length : length + 1] = [new], [at]
        before.append(last[length - 1] if length else None)
    found: list[tuple[int, int]] = []
    step = last[-1] if last else None
    while step is not None:
        found.append(pairs[step])
        step = before[step]
    return found[::-1]


def _shared(before: Sequence[str], after: Sequence[str]) -> int:
    """How many lines both begin with."""
    most = min(len(before), len(after))
    return next((at for at in range(most) if before[at] != after[at]), most)


def _groups(steps: Sequence[_Step]) -> Iterator[list[_Step]]:
    """Changes that stand near each other, with some lines around; long runs of equal lines are left out."""
    group: list[_Step] = []
    for at, step in enumerate(steps):
        if step.changed:
            group.append(step)
            continue
        length = step.old_to - step.old_from
        is_last = at == len(steps) - 1
        if group and not is_last and length <= 2 * CONTEXT:
            group.append(step)
            continue
        if any(one.changed for one in group):
            yield [*group, step._replace(old_to=step.old_from + min(length, CONTEXT))]
        group = [] if is_last else [step._replace(
            old_from=max(step.old_from, step.old_to - CONTEXT), new_from=max(step.new_from, step.new_to - CONTEXT)
        )]  # fmt: skip
        if is_last:
            return


def _rows(before: Sequence[str], after: Sequence[str], group: Sequence[_Step]) -> Iterator[Row]:
    for step in group:
        gone, came = range(step.old_from, step.old_to), range(step.new_from, step.new_to)
        if step.changed:
            yield from _changed(before, after, gone, came)
        else:
            for old, new in zip(gone, came, strict=False):
                yield Row("same", old + 1, new + 1, (Piece("same", before[old][:LONGEST]),))


def _changed(before: Sequence[str], after: Sequence[str], gone: range, came: range) -> Iterator[Row]:
    """Lines that went, then lines that came. As many of both: each beside the one that took its place, by words."""
    if len(gone) != len(came) or len(gone) > MOST_SHOWN:
        yield from (Row("gone", at + 1, None, (Piece("gone", before[at][:LONGEST]),)) for at in gone)
        yield from (Row("new", None, at + 1, (Piece("new", after[at][:LONGEST]),)) for at in came)
        return
    by_words = [words(before[old][:LONGEST], after[new][:LONGEST]) for old, new in zip(gone, came, strict=True)]
    for old, pieces in zip(gone, by_words, strict=True):
        yield Row("gone", old + 1, None, tuple(piece for piece in pieces if piece.kind != "new"))
    for new, pieces in zip(came, by_words, strict=True):
        yield Row("new", None, new + 1, tuple(piece for piece in pieces if piece.kind != "gone"))
