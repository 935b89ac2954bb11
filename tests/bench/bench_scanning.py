"""Simulated answer sheets scanned and photographed: how many marks are right, flagged, wrong; and how fast.

    python -m tests.bench.bench_scanning [--sheets N] [--photos N] [--from SEED]

Prints the table of docs/scanning.md as Markdown. Time is this process's own CPU time for opening, finding, reading
and keeping a sheet; what the simulator takes is not in it: half a second of CPU for a scan, one for a photo.
"""

from __future__ import annotations

import argparse
import statistics
from collections import Counter
from collections.abc import Sequence

from tests.scanning.judging import Judged, judge, share

BUBBLES = ("good", "hard", "rubbed", "unclear")
SUBJECTS = {
    "as asked, with a pen or a soft pencil": ("good",),
    "the same with a hard, faint pencil": ("hard",),
    "with another mark rubbed out": ("rubbed",),
    "corrected, rubbed out and left, or ringed": ("unclear",),
    "all but these last": ("good", "hard", "rubbed"),
    "all": BUBBLES,
    "lines to write on": ("line",),
}


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--sheets", type=int, default=1000, help="scans")
    parser.add_argument("--photos", type=int, help="photos; half as many as scans")
    parser.add_argument("--from", type=int, default=0, dest="first", help="first seed")
    options = parser.parse_args()
    photos = options.sheets // 2 if options.photos is None else options.photos
    print("| | rows | marks | marks right without a person | rows flagged | rows wrong in silence |")
    print("|---|--:|--:|--:|--:|--:|")
    for grade, number in (("scan", options.sheets), ("photo", photos)):
        if number:
            report(grade, list(judge(range(options.first, options.first + number), grade)))


def report(grade: str, judged: Sequence[Judged]) -> None:
    """The rows of the table for one grade."""
    for sheet in judged:
        for one in sheet.verdicts:
            if one.outcome == "wrong":
                print(f"<!-- wrong: {grade} {one} -->")
    name = {"scan": "Scans", "photo": "Photos"}[grade]
    print(f"| **{name}**: {len(judged)} sheets | | | | | |")
    for words, subjects in SUBJECTS.items():
        one = share(judged, *subjects)
        marks = f"{one.bubbles} | {one.marks_right:.2%}" if one.bubbles else "| "
        print(f"| {words} | {one.rows} | {marks} | {one.rows_flagged:.2%} | {one.wrong} |")
    seconds = [one.seconds for one in judged]
    problems = Counter(one.problem for one in judged if one.problem)
    print(f"| sheets a second, one core: {1 / statistics.mean(seconds):.1f} | | | | | |")
    print(f"| sheets with a problem: {sum(problems.values())} {dict(problems) or ''} | | | | | |", flush=True)


if __name__ == "__main__":
    main()
