"""What the reader made of simulated sheets, against the truth."""

from __future__ import annotations

import time
from collections import Counter
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
    """clear or unclear rows of bubbles, or line."""
    reason: str
    truth: Row
    read: RowRead | None


class Judged(NamedTuple):
    """One sheet."""

    seconds: float
    """Of CPU, for opening, finding, reading and keeping it; the simulator's own are not in it."""
    verdicts: tuple[Verdict, ...]
    problem: str


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
        verdicts = tuple(_verdict(seed, truth, rows.get(number), given.page[at].field.kind)
                         for at, (number, truth) in enumerate(filled.truth.items()))  # fmt: skip
        yield Judged(seconds, verdicts, scanned.problem.code if scanned.problem else "")


def _verdict(seed: int, truth: Row, read: RowRead | None, kind: str) -> Verdict:
    subject = "line" if kind == "line" else "unclear" if truth.unclear else "clear"
    if read is None or not read.certain:
        return Verdict(seed, "flagged", subject, read.reason if read else "not read", truth, read)
    is_right = read.written == truth.written if kind == "line" else read.chosen == truth.marks
    return Verdict(seed, "right" if is_right else "wrong", subject, "", truth, read)


def count(judged: Iterable[Judged]) -> Counter[tuple[str, str]]:
    """(subject, outcome) → rows."""
    return Counter((one.subject, one.outcome) for sheet_ in judged for one in sheet_.verdicts)
