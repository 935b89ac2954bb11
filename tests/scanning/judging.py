"""What the reader made of simulated sheets, against the truth.

A *mark* is a bubble, marked or not. Every bubble of a row that is flagged counts as not right without a person, even
when the program would have guessed it: a person looks at the row as a whole.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from tests.scanning.papers import any_paper
from tests.scanning.simulator import Row, sheet
from trainer.scanning.reading import RowRead
from trainer.scanning.scan import scan


class Verdict(NamedTuple):
    """One row."""

    seed: int
    outcome: str
    """right, flagged or wrong (in silence)."""
    subject: str
    """good: filled in as the sheet asks, with a pen or a soft pencil, or left empty. hard: the same with a hard pencil.
    rubbed: beside a mark that was rubbed out. unclear: a person would look as well. line: to write on."""
    bubbles: int
    right: int
    """Bubbles of them that are right without a person."""
    reason: str
    truth: Row
    read: RowRead | None


class Judged(NamedTuple):
    """One sheet."""

    seconds: float
    """Of CPU, for opening, finding, reading and keeping it; the simulator's own are not in it."""
    verdicts: tuple[Verdict, ...]
    problem: str


class Share(NamedTuple):
    """Some rows together."""

    rows: int
    flagged: int
    wrong: int
    """In silence."""
    bubbles: int
    right: int
    """Bubbles, without a person."""

    @property
    def marks_right(self) -> float:
        return self.right / max(1, self.bubbles)

    @property
    def rows_flagged(self) -> float:
        return self.flagged / max(1, self.rows)


def judge(seeds: Iterable[int], grade: str) -> Iterator[Judged]:
    """Simulated sheets of a grade, scanned."""
    for seed in seeds:
        given = any_paper(seed)
        filled = sheet(given.clean, given.page, seed, grade)
        start = time.process_time()
        (scanned,) = scan(filled.file, {given.code.sheet: given.pages})
        seconds = time.process_time() - start
        assert scanned.code in (given.code, None), "another sheet's code was read"
        rows = {row.number: row for row in scanned.rows or ()}
        verdicts = tuple(verdict(seed, filled.truth[placed.number], rows.get(placed.number), placed.field.choices)
                         for placed in given.page)  # fmt: skip
        yield Judged(seconds, verdicts, scanned.problem.code if scanned.problem else "")


def verdict(seed: int, truth: Row, read: RowRead | None, bubbles: int) -> Verdict:
    """One row against what was meant; a line has no bubbles."""
    subject = _subject(truth, bubbles)
    if read is None or not read.certain:
        return Verdict(seed, "flagged", subject, bubbles, 0, read.reason if read else "not read", truth, read)
    as_meant = bubbles - len(set(read.chosen) ^ set(truth.marks))
    is_right = as_meant == bubbles and read.written == truth.written
    return Verdict(seed, "right" if is_right else "wrong", subject, bubbles, as_meant, "", truth, read)


def _subject(truth: Row, bubbles: int) -> str:
    if not bubbles:
        return "line"
    if truth.unclear:
        return "unclear"
    if "erased" in truth.how:
        return "rubbed"
    return "hard" if "hard pencil" in truth.how else "good"


def share(judged: Iterable[Judged], *subjects: str) -> Share:
    """All rows of these subjects."""
    rows = [one for sheet_ in judged for one in sheet_.verdicts if one.subject in subjects]
    flagged, wrong = (sum(one.outcome == outcome for one in rows) for outcome in ("flagged", "wrong"))
    return Share(len(rows), flagged, wrong, sum(one.bubbles for one in rows), sum(one.right for one in rows))
