"""Simulated answer sheets scanned and photographed: how many marks are right, doubtful, wrong; and how fast.

    python -m tests.bench.bench_scanning [--sheets N] [--photos N] [--from SEED]

Prints the table of docs/scanning.md as Markdown. Time is this process's own CPU time for opening, finding, reading
and keeping a sheet; what the simulator takes is not in it. A sheet takes one to two seconds, most of them simulated.
"""

from __future__ import annotations

import argparse
import statistics
from collections import Counter
from collections.abc import Sequence

from tests.scanning.judging import Judged, count, judge

SUBJECTS = {
    "clear": "marks, one row each",
    "faint": "of these with a hard, faint pencil",
    "rubbed": "of these with another mark rubbed out",
    "plain": "of these neither",
    "unclear": "corrected, rubbed out or ringed rows",
    "line": "lines to write on",
}


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--sheets", type=int, default=1000, help="scans")
    parser.add_argument("--photos", type=int, help="photos; half as many as scans")
    parser.add_argument("--from", type=int, default=0, dest="first", help="first seed")
    options = parser.parse_args()
    photos = options.sheets // 2 if options.photos is None else options.photos
    print("| | rows | right | doubtful | wrong in silence |")
    print("|---|--:|--:|--:|--:|")
    for grade, number in (("scan", options.sheets), ("photo", photos)):
        if number:
            report(grade, list(judge(range(options.first, options.first + number), grade)))


def report(grade: str, judged: Sequence[Judged]) -> None:
    """The rows of the table for one grade."""
    counted = count(judged)
    for sheet in judged:
        for one in sheet.verdicts:
            if one.subject == "clear":
                is_faint, is_rubbed = "hard pencil" in one.truth.how, "erased" in one.truth.how
                for kind, applies in (
                    ("faint", is_faint),
                    ("rubbed", is_rubbed),
                    ("plain", not (is_faint or is_rubbed)),
                ):
                    counted[kind, one.outcome] += applies
            if one.outcome == "wrong":
                print(f"<!-- wrong: {grade} {one} -->")
    name = {"scan": "Scans", "photo": "Photos"}[grade]
    print(f"| **{name}**: {len(judged)} sheets | | | | |")
    for subject, words in SUBJECTS.items():
        line(words, [counted[subject, outcome] for outcome in ("right", "flagged", "wrong")])
    seconds = [one.seconds for one in judged]
    problems = Counter(one.problem for one in judged if one.problem)
    print(f"| sheets a second, one core: {1 / statistics.mean(seconds):.1f} | | | | |")
    print(f"| sheets with a problem: {sum(problems.values())} {dict(problems) or ''} | | | | |", flush=True)


def line(words: str, outcomes: Sequence[int]) -> None:
    total = max(1, sum(outcomes))
    right, doubtful, wrong = outcomes
    print(f"| {words} | {sum(outcomes)} | {right / total:.2%} | {doubtful / total:.2%} | {wrong} |")


if __name__ == "__main__":
    main()
