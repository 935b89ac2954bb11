"""What the table of persons by group says of each group's persons, as bounds; and who could be whom beside it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import permutations

from trainer.services.group_worlds import MANY, Pair
from trainer.services.report_groups import Grouping
from trainer.services.suppression import FEW, SMALLEST_SHOWN, Cell

_SPREAD = {"agency_type", "sex"}
"""Printed as one table of agencies by sex."""
Swaps = frozenset[tuple[str, str]]


def persons_of(who: Mapping[str, Mapping[str, int]], facet: str) -> dict[str, int]:
    """Group → persons. `who`: facet → value → persons, as they are counted."""
    found: dict[str, int] = {}
    for value, count in who.get("who" if facet in _SPREAD else facet, {}).items():
        agency, _, sex = value.partition(" ")
        group = {"agency_type": agency, "sex": sex}.get(facet, value)
        found[group] = found.get(group, 0) + count
    return found


def printed(
    facet: str, people: Sequence[Grouping], who: Mapping[str, Mapping[str, int]]
) -> tuple[dict[str, Pair] | None, Swaps]:
    """The least and the most that is said of each group's persons, and which could be one more here and one less
    there. None: nothing is said.
    """
    name = "who" if facet in _SPREAD else facet
    one = next((one for one in people if one.facet == name), None)
    if one is None or not one.rows:
        return (None if who.get(name) else {}), frozenset()
    if facet == "sex":
        bounds = {column: _bounds(cell) for column, cell in zip(one.columns, one.rows[-1].cells, strict=True)}
        bounds.pop("total")
        if one.left_out:
            bounds[""] = (1, SMALLEST_SHOWN - 1)
    else:
        bounds = {row.value: _bounds(row.cells[-1]) for row in one.rows if row.value is not None}
    held = persons_of(who, facet)
    hidden = [group for group, (least, most) in bounds.items() if least < most]
    swaps = {
        (giver, taker)
        for giver, taker in permutations(hidden, 2)
        if held.get(giver, 0) > bounds[giver][0] and held.get(taker, 0) < bounds[taker][1]
        and (facet not in _SPREAD or _spread(one, who["who"], facet, giver, taker))
    }  # fmt: skip
    return bounds, frozenset(swaps)


def without(people: Sequence[Grouping], facet: str) -> tuple[Grouping, ...]:
    """Nothing is printed of the persons of this facet."""
    name = "who" if facet in _SPREAD else facet
    return tuple(replace(one, rows=(), left_out=False) if one.facet == name else one for one in people)


def _spread(one: Grouping, who: Mapping[str, int], facet: str, giver: str, taker: str) -> bool:
    """Is there a sex (or an agency) in which one of the giver's persons could be the taker's?"""
    agencies = [row.value for row in one.rows if row.value is not None]
    sexes = [*(column for column in one.columns if column != "total"), *([""] if one.left_out else [])]
    along = sexes if facet == "agency_type" else agencies

    def room(group: str, other: str, step: int) -> bool:
        agency, sex = (group, other) if facet == "agency_type" else (other, group)
        row = next(row for row in one.rows if row.value == agency)
        cell = row.cells[one.columns.index(sex)] if sex in one.columns else None
        least, most = _bounds(cell) if cell else (0, MANY)
        return least <= who.get(f"{agency} {sex}".strip(), 0) + step <= most

    return any(room(giver, other, -1) and room(taker, other, 1) for other in along)


def _bounds(cell: Cell) -> Pair:
    if cell.value is not None:
        return cell.value, cell.value
    return (1, SMALLEST_SHOWN - 1) if cell.mark == FEW else (SMALLEST_SHOWN, MANY)
