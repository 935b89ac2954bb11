"""Fixed figures as they are kept: plain lists and numbers that say the same in ten years.

A cell is its number, or a list of why it is not shown and what is shown of it elsewhere.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any

from trainer.assessment.gain import Gain
from trainer.services.corrections import Corrected
from trainer.services.deciding import Said
from trainer.services.figures import Column, Figures, Mean, Measures, Place, Share, Tests
from trainer.services.group_figures import GroupLine, GroupTable, GroupTests, Told
from trainer.services.group_figures import Kept as KeptGroups
from trainer.services.report_groups import Grouping, GroupRow
from trainer.services.suppression import Cell

Kept = dict[str, Any]
_KINDS = ("enrolled", "completed", "minutes")
_EVERY = ""
"""Stands for all modules."""


def kept_column(column: Column) -> Kept:
    modules = {
        module: {name: value for name, value in row._asdict().items() if value}
        for module, row in column.modules.items()
    }
    return {"modules": modules, "persons": list(column.persons)}


def column_of(quarter: str, kept: Kept) -> Column:
    modules = {module: Measures(**row) for module, row in kept["modules"].items()}
    return Column(quarter, modules, tuple(kept["persons"]))


def kept_said(said: Said) -> Kept:
    figures = said.figures
    counts: Kept = {kind: {} for kind in _KINDS}
    for kind in _KINDS:
        for (module, period), cell in getattr(figures, kind).items():
            counts[kind].setdefault(module or _EVERY, {})[period] = _kept_cell(cell)
    tests: Kept = {}
    for (module, period), one in figures.tests.items():
        tests.setdefault(module or _EVERY, {})[period] = _kept_tests(one)
    return {
        **counts,
        "persons": {period: _kept_cell(cell) for period, cell in figures.persons.items()},
        "tests": tests,
        "silent": sorted(said.silent),
        "blank": said.blank,
        "groups": {
            module: {kind: [sorted(one) for one in groups] for kind, groups in of.items()}
            for module, of in said.groups.items()
        },
    }


def said_of(quarter: str, kept: Kept) -> Said:
    def cells(kind: str) -> dict[Place, Cell]:
        return {
            (module or None, period): _cell(value)
            for module, of in kept[kind].items()
            for period, value in of.items()
        }  # fmt: skip

    tests: dict[Place, Tests] = {
        (module, period): _tests(one) for module, of in kept["tests"].items() for period, one in of.items()
    }
    groups = {
        module: {kind: tuple(frozenset(one) for one in held) for kind, held in of.items()}
        for module, of in kept["groups"].items()
    }
    persons = {period: _cell(one) for period, one in kept["persons"].items()}
    figures = Figures(cells("enrolled"), cells("completed"), cells("minutes"), persons, tests)
    return Said(quarter, figures, frozenset(kept["silent"]), kept["blank"], groups)


def kept_corrections(told: Corrected) -> Kept:
    persons = {_EVERY: [told.persons]} if told.persons else {}
    return {**{module: list(line) for module, line in told.modules.items()}, **persons}


def corrections_of(kept: Kept) -> Corrected:
    """Older cut-offs say nothing of persons."""
    lines = {module: (line[0], line[1], line[2]) for module, line in kept.items() if module != _EVERY}
    return Corrected(lines, kept.get(_EVERY, [0])[0])


def kept_groups(groups: Sequence[Grouping]) -> list[Kept]:
    return [
        {
            "facet": one.facet,
            "columns": list(one.columns),
            "rows": [[row.value, [_kept_cell(cell) for cell in row.cells]] for row in one.rows],
            "left_out": one.left_out,
        }
        for one in groups
    ]


def groups_of(kept: Sequence[Kept]) -> tuple[Grouping, ...]:
    return tuple(
        Grouping(
            facet=one["facet"],
            columns=tuple(one["columns"]),
            rows=tuple(GroupRow(value, tuple(_cell(cell) for cell in cells)) for value, cells in one["rows"]),
            left_out=one["left_out"],
        )
        for one in kept
    )


def kept_told(told: Told) -> Kept:
    return {
        "counts": told.kept.counts,
        "who": told.kept.who,
        "tables": [
            {
                "facet": one.facet,
                "module": one.module,
                "rows": [[row.group, row.enrolled, row.completed, _kept_cell(row.minutes)] for row in one.rows],
                "others": one.others,
            }
            for one in told.tables
        ],
        "tests": [[one.facet, one.module, one.group, _kept_tests(one.tests)] for one in told.tests],
    }


def told_of(kept: Kept | None) -> Told | None:
    """None where it was not kept yet."""
    if kept is None:
        return None
    tables = tuple(
        GroupTable(
            facet=one["facet"], module=one["module"], others=tuple(one["others"]) if one["others"] else None,
            rows=tuple(GroupLine(group, begun, done, _cell(minutes)) for group, begun, done, minutes in one["rows"]),
        )
        for one in kept["tables"]
    )  # fmt: skip
    tests = tuple(GroupTests(facet, module, group, _tests(one)) for facet, module, group, one in kept["tests"])
    return Told(tables, tests, KeptGroups(kept["counts"], kept["who"]))


def digest(values: Mapping[str, Any], before: str) -> str:
    """SHA-256 of what a cut-off holds, and of the digest of the quarter before. Old ones have no groups."""
    held = {name: value for name, value in values.items() if name != "groups" or value is not None}
    text = json.dumps([held, before], sort_keys=True, ensure_ascii=False, separators=(",", ":"), default=str)
    return hashlib.sha256(text.encode()).hexdigest()


def _kept_cell(cell: Cell) -> int | list[Any]:
    return [cell.mark, cell.least] if cell.value is None else cell.value


def _cell(kept: int | list[Any]) -> Cell:
    return Cell(None, *kept) if isinstance(kept, list) else Cell(kept)


def _kept_tests(one: Tests) -> Kept:
    shares = {name: [share.counted, share.n] for name in ("quiz", "after") if (share := getattr(one, name))}
    gain = {"gain": list(one.gain)} if one.gain else {}
    before = {"only_before": list(one.only_before)} if one.only_before else {}
    late = {"only_after": one.only_after} if one.only_after else {}
    return {**shares, **gain, **before, **late, "part": one.part}


def _tests(kept: Kept) -> Tests:
    return Tests(
        quiz=Share.of(*kept["quiz"]) if "quiz" in kept else None,
        after=Share.of(*kept["after"]) if "after" in kept else None,
        gain=Gain(*kept["gain"]) if "gain" in kept else None,
        only_before=Mean(*kept["only_before"]) if "only_before" in kept else None,
        only_after=kept.get("only_after"),
        part=kept["part"],
    )
