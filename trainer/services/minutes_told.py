"""Planned minutes, where they would tell how people learned.

A module may take longer in a room than alone, and everybody knows how long. Beside completions its minutes then say
how many learned in a room. So they are told exactly where everybody learned in one way, or where the table by way of
learning tells all of them; and else as "so many or more", from the shortest way: which follows from completions alone.
Corrections have no such table: of such a module they tell no minutes.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace

from trainer.services import deciding, periods
from trainer.services.deciding import Said
from trainer.services.figures import Measures, total
from trainer.services.group_figures import GroupTable
from trainer.services.suppression import PART, Cell

Modes = Mapping[str, Mapping[str, Measures]]
"""Module → way of learning → what is counted."""


def are_alike(modes: Iterable[Measures]) -> bool:
    """Completions in every way that there was have the same minutes."""
    done = [one for one in modes if one.completed]
    return all(one.minutes * done[0].completed == done[0].minutes * one.completed for one in done)


def exact(modes: Modes, tables: Iterable[GroupTable]) -> frozenset[str]:
    """Modules whose minutes of a quarter say no more than stands beside them. `tables`: told of groups in it."""
    split = {one.module for one in tables if one.facet == "mode" and one.others is None}
    return frozenset(module for module, of in modes.items() if module in split or are_alike(of.values()))


def told(said: Said, earlier: Sequence[Said], modes: Modes, known: Collection[str]) -> Said:
    """`said` with the minutes that may be told of its quarter, and the sums over quarters that follow from what was
    told. `modes`: of its quarter; `known`: modules whose minutes say no more than stands beside them.
    """
    of = deciding.together([*earlier, said])
    quarters = {
        (module, period): cell for (module, period), cell in of.minutes.items() if module and periods.is_quarter(period)
    }
    for (module, period), cell in quarters.items():
        if period == said.quarter and module in modes and module not in known and cell.value is not None:
            quarters[module, period] = _or_more(modes[module].values())
    minutes = {
        (module, period): total(
            cell for (name, quarter), cell in quarters.items()
            if module in (None, name) and periods.is_in(quarter, period)
        )
        for module, period in said.figures.minutes
    }  # fmt: skip
    return replace(said, figures=replace(said.figures, minutes=minutes))


def _or_more(modes: Iterable[Measures]) -> Cell:
    done = [one for one in modes if one.completed]
    shortest = min(one.minutes // one.completed for one in done)
    return Cell(None, PART, shortest * sum(one.completed for one in done))
