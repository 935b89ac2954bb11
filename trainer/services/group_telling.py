"""From counts by group to what a cut-off tells of them."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import NamedTuple

from trainer.services import group_hiding, group_persons, group_tests, minutes_told
from trainer.services.deciding import Said
from trainer.services.figures import ALL_MODULES, Column, Measures, sum_of, total
from trainer.services.group_figures import FACETS, Counted, GroupLine, GroupTable, GroupTests, Kept, Told
from trainer.services.group_worlds import ALL, Slice, Worlds
from trainer.services.report_groups import Grouping
from trainer.services.suppression import WITHHELD, Cell
from trainer.vocabulary import MODES

_ROOM = "workshop"
"""The mode whose planned minutes may be others than those of the rest."""


class Past(NamedTuple):
    """An earlier quarter."""

    quarter: str
    people: Sequence[Grouping]
    told: Told


def say(
    column: Column, said: Said, people: Sequence[Grouping], who: Mapping[str, Mapping[str, int]], counts: Counted,
    past: Sequence[Past],
) -> tuple[Sequence[Grouping], Told]:  # fmt: skip
    """Nothing where the persons of the quarter are not shown, as of persons by group; of a module only where what its
    groups add up to is shown. `people`: what may be printed of persons by group; it comes back as it is printed.
    """
    whole = {facet: of for facet, of in counts.items() if _adds_up(of, column)}
    kept = Kept(
        {facet: {module: {group: (one.enrolled, one.completed, one.minutes) for group, one in groups.items()}
                 for module, groups in of.items()} for facet, of in whole.items()},
        who,
    )  # fmt: skip
    tables: list[GroupTable] = []
    tests: list[GroupTests] = []
    told = _levels(column, said)
    people, worlds = _worlds(whole, kept, people, past)
    for of in worlds.values() if told else ():
        group_hiding.decide(of, told)
    known = _known(worlds, whole) if told else frozenset()
    for facet, of in worlds.items() if told else ():
        newest = of.slices[-1]
        tables += [_table(facet, level, newest, whole, known) for level in sorted(newest.shown)]
        tests += _tests(facet, newest, whole[facet], said, past)
    return people, Told(tuple(tables), tuple(tests), kept)


def _worlds(
    whole: Counted, kept: Kept, people: Sequence[Grouping], past: Sequence[Past]
) -> tuple[Sequence[Grouping], dict[str, Worlds]]:
    """By facet. Persons by group are not printed where they would give away what was told or hidden before."""
    found: dict[str, Worlds] = {}
    for facet in FACETS:
        if facet in whole:
            before = [_slice(facet, one.told.kept, one.people, one.told) for one in past]
            found[facet] = Worlds([*before, _slice(facet, kept, people, Told())])
            if people and found[facet].is_lost():
                people = group_persons.without(people, facet)
                found[facet] = Worlds([*before, _slice(facet, kept, people, Told())])
    return people, found


def _adds_up(of: Mapping[str, Mapping[str, Measures]], column: Column) -> bool:
    """They are the counts of the quarter, all of them."""
    return {module: sum_of(groups.values()) for module, groups in of.items()} == dict(column.modules)


def _levels(column: Column, said: Said) -> list[str]:
    """All modules together, and each module: where enrolled and completed are both shown."""
    figures, quarter = said.figures, column.quarter
    persons = figures.persons.get(quarter, Cell(0)).value
    if persons is None or (not persons and any(row.completed for row in column.modules.values())):
        return []
    return [
        module or ALL
        for module in (ALL_MODULES, *sorted(column.modules))
        if all(of.get((module, quarter), Cell(0)).value is not None for of in (figures.enrolled, figures.completed))
    ]


def _slice(facet: str, kept: Kept, people: Sequence[Grouping], told: Told) -> Slice:
    counts = kept.counts.get(facet, {})
    bounds, swaps = group_persons.printed(facet, people, kept.who)
    return Slice(
        counts={module: {group: (one[0], one[1]) for group, one in of.items()} for module, of in counts.items()},
        persons=group_persons.persons_of(kept.who, facet),
        bounds=bounds,
        swaps=swaps,
        unlike=frozenset(_unlike(counts)) if facet == "mode" else frozenset(),
        shown={one.module: frozenset(line.group for line in one.rows) for one in told.tables if one.facet == facet},
    )


def _unlike(counts: Mapping[str, Mapping[str, tuple[int, int, int]]]) -> Iterator[tuple[str, str, str]]:
    """Where nobody completed in a room, or everybody: minutes are told exactly there, and say so (`minutes_told`)."""
    for module, of in counts.items():
        in_room, every = of.get(_ROOM, (0, 0, 0))[1], sum(one[1] for one in of.values())
        for mode in MODES if in_room in (0, every) else ():
            yield from ((module, _ROOM, mode), (module, mode, _ROOM))


# ------------------------------------------------------------------ tables


def _known(worlds: Mapping[str, Worlds], counts: Counted) -> frozenset[str]:
    """Modules whose minutes are told: those of groups would add up to them."""
    modes = worlds["mode"].slices[-1] if "mode" in worlds else None
    tables = [_table("mode", level, modes, counts, frozenset()) for level in modes.shown] if modes else []
    return minutes_told.exact(counts.get("mode", {}), tables)


def _table(facet: str, level: str, one: Slice, counts: Counted, known: Collection[str]) -> GroupTable:
    of = group_hiding.level_counts(one, level)
    shown = sorted(one.shown[level])
    others = [pair for group, pair in of.items() if group not in shown]
    return GroupTable(
        facet=facet, module=level,
        rows=tuple(
            GroupLine(group, *of[group], _minutes(facet, level, group, one, counts, known)) for group in shown
        ),
        others=(sum(pair[0] for pair in others), sum(pair[1] for pair in others)) if others else None,
    )  # fmt: skip


def _minutes(facet: str, level: str, group: str, one: Slice, counts: Counted, known: Collection[str]) -> Cell:
    """Only what follows from completions that are printed: modules have minutes of their own, that everybody knows."""
    found = []
    for module, of in counts[facet].items():
        row, shown = of.get(group, Measures()), one.shown.get(module, frozenset())
        if level in (ALL, module) and row.completed:
            is_said = group in shown and (
                facet == "mode" or (module in known and _hides_rooms(of, shown, counts.get("mode", {}).get(module)))
            )
            found.append(Cell(row.minutes) if is_said else Cell(None, WITHHELD))
    return total(found)


def _hides_rooms(of: Mapping[str, Measures], shown: frozenset[str], modes: Mapping[str, Measures] | None) -> bool:
    """Minutes beside completions tell how many learned in a room: where a module has others for it, these and the rest
    may not be a few in any group that is printed, nor in what is left.
    """
    every, room = sum_of(of.values()), (modes or {}).get(_ROOM, Measures())
    if room.minutes * every.completed == every.minutes * room.completed:
        # All in one way, or in ways that take as long. Groups of equal make-up are no reason by themselves.
        return all(row.minutes * every.completed == every.minutes * row.completed for row in of.values())
    apart, count = every.minutes - room.minutes, every.completed - room.completed
    if not (room.completed and count and room.minutes % room.completed == 0 and apart % count == 0):
        return False
    in_room, alone = room.minutes // room.completed, apart // count
    left = sum_of(row for group, row in of.items() if group not in shown)
    for row in (left, *(of[group] for group in shown)):
        rooms, odd = divmod(row.minutes - alone * row.completed, in_room - alone)
        if odd or any(map(group_hiding.is_few, (rooms, row.completed - rooms))):
            return False
    return True


def _tests(
    facet: str, newest: Slice, counts: Mapping[str, Mapping[str, Measures]], said: Said, past: Sequence[Past]
) -> Iterator[GroupTests]:
    alone = frozenset({said.quarter})
    for module, shown in sorted(newest.shown.items()):
        if module != ALL:
            told = [kind for kind, groups in said.groups.get(module, {}).items() if alone in groups]
            yield from group_tests.tests_of(
                facet, module, counts[module], shown, told, _printed_before(facet, module, past)
            )  # fmt: skip


def _printed_before(facet: str, module: str, past: Sequence[Past]) -> dict[str, tuple[int, int]]:
    """Group → enrolled, and who took a test, in all earlier quarters."""
    found: dict[str, tuple[int, int]] = {}

    def add(group: str, enrolled: int, took: int) -> None:
        held = found.get(group, (0, 0))
        found[group] = held[0] + enrolled, held[1] + took

    for one in past:
        for table in one.told.tables:
            for line in table.rows if (table.facet, table.module) == (facet, module) else ():
                add(line.group, line.enrolled, 0)
        for row in one.told.tests:
            if (row.facet, row.module) == (facet, module):
                add(row.group, 0, group_tests.sat(row.tests))
    return found
