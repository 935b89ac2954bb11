"""What the routes say of a sheet together, row by row; pure.

What two routes say differently, what a route was not sure of, and what is missing stays open until a person decides.
What a person decides about a row goes before every route.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from typing import Literal, NamedTuple

from trainer.assessment import Answer, InvalidAnswer
from trainer.services.sheets import Asked
from trainer.sheets.fields import DIGITS
from trainer.sheets.marks import answer
from trainer.sheets.typing import aligned

Source = Literal["scan", "typed", "again", "decided"]
ROUTES: tuple[Source, ...] = ("scan", "typed", "again")
"""Ways a sheet is read; `decided` is what a person said of single rows."""

Mark = tuple[int, ...] | str
"""Marked positions, or what is written on a line; nothing: an empty tuple or text."""


class Read(NamedTuple):
    """What one route says."""

    source: str
    marks: Mapping[int, Mark]
    doubts: Mapping[int, str]


class Outcome(NamedTuple):
    """What all routes say together; rows by their number on the sheet."""

    marks: dict[int, Mark]
    open: dict[int, str]
    """Row → why a person must decide: the reader's reason, `differs` between routes, or what is wrong with the
    answer (`too-many`, `place-missing`, …)."""
    missing: frozenset[int]
    """Rows that no route has said anything of."""


def gather(reads: Iterable[Read], rows: int) -> Outcome:
    """Row by row over all routes; pure. In which order they are given does not matter."""
    by_source = {read.source: read for read in reads}
    decided = by_source.get("decided", Read("decided", {}, {}))
    routes = [by_source[source] for source in ROUTES if source in by_source]
    marks: dict[int, Mark] = {}
    open_: dict[int, str] = {}
    missing = set()
    for row in range(rows):
        said = [read.marks[row] for read in routes if row in read.marks and row not in read.doubts]
        doubts = [read.doubts[row] for read in routes if row in read.doubts]
        if row in decided.marks:
            marks[row] = decided.marks[row]
        elif said:
            marks[row] = said[0]
            if any(_plain(one) != _plain(said[0]) for one in said[1:]):
                open_[row] = "differs"
        elif doubts:
            open_[row] = doubts[0]
        else:
            missing.add(row)
    return Outcome(marks, open_, frozenset(missing))


def _plain(mark: Mark) -> Mark:
    return " ".join(mark.split()) if isinstance(mark, str) else tuple(sorted(mark))


def canonical(asked: Asked, reads: Iterable[Read]) -> tuple[Read, ...]:
    """The same, with every number pushed to the right: on paper it may begin in any column.

    A number of which a row is in doubt, or decided alone, stays where it was read: the row is told by its place.
    """
    found = tuple(reads)
    decided = {row for read in found if read.source == "decided" for row in read.marks}
    starts = (at for at, field in enumerate(asked.fields) if field.style == "minus")
    numbers = [range(at, at + DIGITS + 2) for at in starts]
    numbers = [places for places in numbers if len(decided.intersection(places)) in (0, len(places))]
    return tuple(_pushed(read, numbers) for read in found)


def _pushed(read: Read, numbers: Iterable[range]) -> Read:
    marks = dict(read.marks)
    for places in numbers:
        if all(at in marks and at not in read.doubts for at in places):
            marks |= {
                places[part]: mark for part, mark in aligned({at - places[0]: marks[at] for at in places}).items()
            }
    return read._replace(marks=marks)


def answers(asked: Asked, outcome: Outcome, decided: Collection[int]) -> tuple[dict[str, Answer], dict[int, str]]:
    """Question → answer, and the rows whose marks are no answer, with the reason.

    A question whose rows a person has decided, and whose marks are still no answer, counts as not answered.
    """
    found: dict[str, Answer] = {}
    wrong: dict[int, str] = {}
    rows: defaultdict[str, dict[int, int]] = defaultdict(dict)
    for number, field in enumerate(asked.fields):
        rows[field.question][number] = field.part
    for planned in asked.plan:
        parts = rows[planned.item.id]
        marks = {part: outcome.marks[number] for number, part in parts.items() if number in outcome.marks}
        try:
            given = answer(planned, marks)
        except InvalidAnswer as problem:
            if not set(parts) <= set(decided):
                wrong |= dict.fromkeys(parts, problem.code)
            continue
        if given is not None:
            found[planned.item.id] = given
    return found, wrong


def merge(kept: dict[int, Mark], open_: dict[int, str], marks: Mapping[int, Mark], doubts: Mapping[int, str]) -> None:
    """Another scan of the same sheet, into what was read of it before."""
    for at, mark in marks.items():
        is_sure = at in kept and at not in open_
        if is_sure and _plain(kept[at]) != _plain(mark):
            open_[at] = "differs"
        elif open_.get(at) != "differs":
            kept[at] = mark
            open_.pop(at, None)
    open_.update({at: reason for at, reason in doubts.items() if at not in kept})
