"""What a report says about one country only: who the persons were, and how the questions of a test did.

Groups are made per quarter and of all modules together, and only where the number of persons is shown: it is the one
number that all these tables have in common, so none of them says anything about a hidden number elsewhere. Questions
are counted over all time, and a question's sums go on only when 30 more answers have come: there is no shorter period
whose difference would be about a few people.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from trainer.assessment import items
from trainer.assessment.items import ItemSums
from trainer.services.suppression import SMALLEST_SHOWN, Cell, suppressed
from trainer.vocabulary import AGENCY_TYPES, SEXES, WORK_ROLES

FACETS = ("who", "work_role", "mode", "locale")
_BANDS = (1000, 500, 200, 100, 50, items.FEWEST)


class GroupRow(NamedTuple):
    value: str | None
    """None: the total."""
    cells: tuple[Cell, ...]
    """One per column, the total last."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Grouping:
    """Persons who completed something in a quarter, by one thing; agencies by sex as well."""

    facet: str
    columns: tuple[str, ...]
    """Codes of `vocabulary.SEXES`, `` for not stated, and `total` last."""
    rows: tuple[GroupRow, ...]
    """Empty: they are too few to be shown by this."""
    left_out: bool
    """1 to 4 people did not state their sex: they are in no column, and in no total but those of agencies."""


class Side(NamedTuple):
    """How a question did in one of the tests, among at least `items.FEWEST` answers."""

    least: int
    """There were so many answers or more: the exact number would tell who took only one of the tests."""
    right: int
    """Percent; the least or the most that it can be, where `sign` says so."""
    sign: str
    """`≥` where 1 to 4 answers were wrong, `≤` where so many were right: the exact percent would tell how many."""
    discrimination: float | None
    chosen: tuple[int, ...]
    """Options that more than a few people chose, most first; the right one is among them."""


class QuestionRow(NamedTuple):
    question: str
    rev: int
    before: Side | None
    after: Side | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Questions:
    module: str
    rows: tuple[QuestionRow, ...]
    """Questions with enough answers before or after, by their id."""


def grouped(counts: Mapping[str, Mapping[str, int]], persons: Cell) -> tuple[Grouping, ...]:
    """Facet → value → persons of a quarter, as they may be printed. `persons`: all of them, as it is shown."""
    return tuple(_grouping(facet, counts.get(facet, {}), persons.value) for facet in FACETS) if persons.value else ()


def _grouping(facet: str, counts: Mapping[str, int], persons: int) -> Grouping:
    """No rows where the groups are not these persons: their total would be another one."""
    if sum(counts.values()) != persons:
        return Grouping(facet=facet, columns=("total",), rows=(), left_out=False)
    cells: Counter[tuple[str, str]] = Counter()
    for value, count in counts.items():
        name, _, sex = value.partition(" ") if facet == "who" else (value, "", "")
        cells[name, sex] += count
    unstated = sum(count for (_, sex), count in cells.items() if sex == "")
    sexes = (*SEXES, *([""] if unstated else [])) if facet == "who" else ("",)
    names = _in_order(facet, {name for (name, _), count in cells.items() if count})
    table = suppressed([[cells[name, sex] for sex in sexes] for name in names], total_is_known=True)
    left_out = facet == "who" and 0 < unstated < SMALLEST_SHOWN
    shown = range(len(sexes) - 1) if left_out else range(len(sexes)) if facet == "who" else range(0)
    rows = [
        GroupRow(name, (*(table.rows[at][column] for column in shown), table.row_totals[at]))
        for at, name in enumerate(names)
    ]
    last = GroupRow(None, (*(table.column_totals[column] for column in shown), table.total))
    return Grouping(
        facet=facet,
        columns=(*(sexes[column] for column in shown), "total"),
        rows=() if table.total.mark else (*rows, last),
        left_out=left_out,
    )


def _in_order(facet: str, names: set[str]) -> Sequence[str]:
    order = list({"who": AGENCY_TYPES, "work_role": WORK_ROLES}.get(facet, ()))
    return sorted(names, key=lambda name: (order.index(name) if name in order else len(order), name))


def questions_of_all(kept: Sequence[Sequence[Any]]) -> tuple[Questions, ...]:
    """Of every module that has some, by slug."""
    found = (questions_of(kept, module) for module in sorted({str(row[0]) for row in kept}))
    return tuple(one for one in found if one.rows)


def questions_of(kept: Sequence[Sequence[Any]], module: str) -> Questions:
    """From the sums that were fixed: module, question, version, test, the five sums, and how often each was chosen."""
    sums: dict[tuple[str, int, str], ItemSums] = {}
    chosen: defaultdict[tuple[str, int, str], dict[int, int]] = defaultdict(dict)
    for name, question, rev, purpose, n, right, *rest, options in kept:
        if name == module:
            sums[question, rev, purpose] = ItemSums(n, right, *(float(one) for one in rest))
            chosen[question, rev, purpose] = {int(option): count for option, count in options.items()}
    found = [
        QuestionRow(question, rev, *(_side(sums, chosen, (question, rev, purpose)) for purpose in ("pre", "post")))
        for question, rev in sorted({key[:2] for key in sums})
    ]
    return Questions(module=module, rows=tuple(row for row in found if row.before or row.after))


def _side(
    sums: dict[tuple[str, int, str], ItemSums], chosen: dict[tuple[str, int, str], dict[int, int]],
    key: tuple[str, int, str],
) -> Side | None:  # fmt: skip
    held = sums.get(key, ItemSums())
    found = items.item(held)
    if found is None or found.n < items.FEWEST:
        return None
    least = next(band for band in _BANDS if band <= found.n)
    counts = chosen.get(key, {})
    often = sorted(
        (option for option in counts if counts[option] >= SMALLEST_SHOWN), key=lambda one: (-counts[one], one)
    )
    return Side(least, *_right(held, least), found.discrimination, tuple(often))


def _right(sums: ItemSums, least: int) -> tuple[int, str]:
    """Percent and sign. Bounds are those of so many answers, which is what the report says of their number."""
    few = SMALLEST_SHOWN - 1
    if 0 < sums.n - sums.right <= few:
        return 100 * (least - few) // least, "≥"
    if 0 < sums.right <= few:
        return -(-100 * few // least), "≤"
    return round(100 * sums.right / sums.n), ""
