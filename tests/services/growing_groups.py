"""A country whose people have agencies, roles and languages, as it grows; and all that is ever printed of their groups.

Each facet is attacked by itself: sums over its groups are the counts of the main table, which all facets share.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import NamedTuple

from tests.services.attacking import MANY, Attack, Key, Sentence, says
from tests.services.growing import MODULES, QUARTERS, Cells, blanks, everything_said
from trainer.services import deciding, evidence, fixing, group_telling, periods, room_hours
from trainer.services.counting import Counts, Facet, Group, Persons
from trainer.services.deciding import Said
from trainer.services.evidence import Begun, Done
from trainer.services.figures import Column, Measures
from trainer.services.group_figures import Counted, Told
from trainer.services.group_telling import Past
from trainer.services.group_worlds import ALL
from trainer.services.report_groups import Grouping, grouped
from trainer.services.suppression import FEW, SMALLEST_SHOWN, WITHHELD, Cell

AGENCIES, SEXES = ("police", "health", "ngo", "labour"), ("woman", "man", None)
ROLES, MODES, LOCALES = ("frontline", "supervisor", "policy"), ("online", "workshop", "offline"), ("km", "en", "lo")
BY_SUMMARY = {"agency_type": "agency_type", "sex": "sex", "mode": "mode"}


class Country(NamedTuple):
    columns: tuple[Column, ...]
    counts: tuple[Counted, ...]
    who: tuple[Mapping[str, Mapping[str, int]], ...]
    room_minutes: int = 90


def country(chance: random.Random, people: int, quarters: int, *, room_minutes: int = 90) -> Country:
    """People who enrol and complete now and then, mostly of few agencies."""
    time, used = QUARTERS[:quarters], MODULES[: chance.randint(1, 3)]
    events = [Counts() for _ in time]
    done_by, keen = chance.choice([0.5, 0.8, 1.0]), chance.choice([1, 2, 5])
    for number in range(people):
        who = (
            chance.choices(SEXES, [5, 5, 1])[0], chance.choices(AGENCIES, [6, 3, keen, 1])[0],
            chance.choices(ROLES, [6, keen, 1])[0], chance.choices(MODES, [6, 3, 1])[0],
            chance.choices(LOCALES, [6, keen, 1])[0],
        )  # fmt: skip
        done = []
        for module in chance.sample(used, chance.choice([1, 1, len(used)])):
            begin = chance.randrange(quarters)
            month = periods.months(time[begin])[1]
            events[begin].take(evidence.enrolled(Begun("KH", module, month, *who)))
            if chance.random() < done_by:
                end = chance.randint(begin, min(quarters - 1, begin + 1))
                minutes = room_minutes if who[3] == "workshop" else 90
                at = datetime(2025, 1, 1 + end, tzinfo=UTC)
                done.append(
                    (end, Done(f"{number} {module}", "KH", module, periods.months(time[end])[1], *who, minutes, at))
                )
        for end, one in done:
            events[end].take(evidence.completed(one))
        for cell, measures in evidence.persons([one for _, one in done]).changes().items():
            events[time.index(evidence.quarter_of(str(cell[1])))].add(cell, **measures)
    made = [_of_quarter(quarter, of) for quarter, of in zip(time, events, strict=True)]
    return Country(*(tuple(column) for column in zip(*made, strict=True)), room_minutes)


def _of_quarter(quarter: str, of: Counts) -> tuple[Column, Counted, Mapping[str, Mapping[str, int]]]:
    """As `fixing` and `group_counts` read them from the summaries."""
    modules: dict[str, Measures] = {}
    counts: dict[str, dict[str, dict[str, Measures]]] = {}
    persons = []
    for cell, measures in of.changes().items():
        if isinstance(cell, Persons):
            row = tuple(measures.get(name, 0) for name in ("in_quarter", "in_year", "ever"))
            persons.append((cell.facet, cell.value, (row[0], row[1], row[2])))
        elif isinstance(cell, Group | Facet):
            row = Measures(**measures)
            names = BY_SUMMARY if isinstance(cell, Group) else {cell.facet: "value"}
            for facet, name in names.items():
                groups = counts.setdefault(facet, {}).setdefault(cell.module, {})
                groups[getattr(cell, name)] = groups.get(getattr(cell, name), Measures()).plus(row)
            if isinstance(cell, Group):
                modules[cell.module] = modules.get(cell.module, Measures()).plus(row)
    totals, who = fixing._of_quarter(persons)
    return Column(quarter, modules, totals), counts, who


class Printed(NamedTuple):
    said: list[Said]
    people: list[Sequence[Grouping]]
    told: list[Told]


def fixed(one: Country) -> Printed:
    """What each cut-off says."""
    made = Printed([], [], [])
    for at, column in enumerate(one.columns):
        without_hours = room_hours.untold(one.counts[at].get("mode", {}))
        made.said.append(deciding.say(one.columns[: at + 1], made.said, without_hours=without_hours))
        people: Sequence[Grouping] = grouped(one.who[at], made.said[-1].figures.persons.get(column.quarter, Cell(0)))
        past = [
            Past(earlier.quarter, *rest) for earlier, *rest in zip(one.columns, made.people, made.told, strict=False)
        ]
        people, told = group_telling.say(column, made.said[-1], people, one.who[at], one.counts[at], past)
        made.people.append(people)
        made.told.append(told)
    return made


# ------------------------------------------------------------------ the attack


def truth_of(one: Country, facet: str) -> dict[Key, int]:
    """Enrolled and completed of each group, module and quarter; persons of each group (agencies by sex) and quarter."""
    truth: dict[Key, int] = {}
    modules = sorted({module for column in one.columns for module in column.modules})
    groups = sorted({group for of in one.counts for rows in of.get(facet, {}).values() for group in rows})
    for column, counts, who in zip(one.columns, one.counts, one.who, strict=True):
        for module in modules:
            for group in groups:
                row = counts.get(facet, {}).get(module, {}).get(group, Measures())
                truth["enrolled", group, module, column.quarter] = row.enrolled
                truth["completed", group, module, column.quarter] = row.completed
        for group in groups:
            for value in _values(one, facet, group):
                name = "who" if facet in ("agency_type", "sex") else facet
                truth["persons", group, value, column.quarter] = who.get(name, {}).get(value, 0)
    return truth


def _values(one: Country, facet: str, group: str) -> list[str]:
    if facet not in ("agency_type", "sex"):
        return [group]
    every = {value for who in one.who for value in who.get("who", {})}
    every |= {f"{agency} {sex}".strip() for agency in AGENCIES for sex in ("woman", "man", "")}
    return sorted(value for value in every if value.partition(" ")[0 if facet == "agency_type" else 2] == group)


def sentences(
    one: Country, made: Printed, facet: str, truth: Mapping[Key, int], *, with_groups: bool
) -> list[Sentence]:
    """All that is printed, and all that is known without it."""
    found = [*_known(truth)]
    if facet == "mode":
        found += _minutes(one, everything_said(one.columns, made.said), truth)
    found += _main(everything_said(one.columns, made.said), truth, blanks("KH", made.said))
    for column, people, told in zip(one.columns, made.people, made.told, strict=True):
        found += _persons(people, facet, column.quarter, truth)
        for table in told.tables if with_groups else ():
            for line in table.rows if table.facet == facet else ():
                for kind in ("enrolled", "completed"):
                    terms = _terms(truth, kind, line.group, table.module, column.quarter)
                    found.append(says(terms, Cell(getattr(line, kind))))
    return [sentence for sentence in dict.fromkeys(found) if sentence.terms]


def _terms(truth: Mapping[Key, int], kind: str, group: str | None, module: str, quarter: str) -> list[Key]:
    return [
        key for key in truth
        if key[0] == kind and key[3] == quarter and group in (None, key[1]) and module in (ALL, key[2])
    ]  # fmt: skip


def _known(truth: Mapping[Key, int]) -> Iterator[Sentence]:
    """Nobody completes without having enrolled; persons are at most completions, and at least those of a module."""
    quarters = sorted({key[3] for key in truth})
    places = sorted({key[1:3] for key in truth if key[0] == "enrolled"})
    for group, module in places:
        for quarter in quarters:
            done = [key for key in truth if key[:3] == ("completed", group, module) and key[3] <= quarter]
            begun = [key for key in truth if key[:3] == ("enrolled", group, module) and key[3] <= quarter]
            yield Sentence((*((key, 1) for key in begun), *((key, -1) for key in done)), 0, MANY)
    for group in sorted({group for group, _ in places}):
        for quarter in quarters:
            persons = [key for key in truth if key[:2] == ("persons", group) and key[3] == quarter]
            for module in (*sorted({module for _, module in places}), ALL):
                sign = -1 if module == ALL else 1
                done = _terms(truth, "completed", group, module, quarter)
                yield Sentence((*((key, sign) for key in persons), *((key, -sign) for key in done)), 0, MANY)


def _main(cells: Cells, truth: Mapping[Key, int], blank: frozenset[tuple[str, str]]) -> Iterator[Sentence]:
    """Of modules and of persons, everything but the year and all time of persons, which are no sums of quarters."""
    for (_, kind, module, period, until), cell in cells.items():
        if kind == "minutes" or (cell.mark == WITHHELD and ("KH", until) in blank):
            continue
        if kind == "persons":
            if periods.is_quarter(period):
                yield says([key for key in truth if key[0] == "persons" and key[3] == period], cell)
            continue
        yield says(
            [key for key in truth if key[0] == kind and module in (None, key[2])
             and periods.is_in(key[3], period) and key[3] <= until],
            cell,
        )  # fmt: skip


def _minutes(one: Country, cells: Cells, truth: Mapping[Key, int]) -> Iterator[Sentence]:
    """What a module takes, alone and in a room, stands in the module: minutes tell how many were in a room."""
    longer = one.room_minutes - 90
    for (codes, kind, module, period, until), cell in cells.items():
        if kind == "minutes" and longer and module and period == until and cell.value is not None:
            completed = cells[codes, "completed", module, period, until].value
            assert completed is not None
            rooms = Cell((cell.value - 90 * completed) // longer)
            yield says(_terms(truth, "completed", "workshop", module, until), rooms)
        elif kind == "minutes" and longer and module and period == until:
            # Hours that are missing beside completions say that one of the two is few; a reader may know which.
            done = _terms(truth, "completed", None, module, until)
            rooms_of = [key for key in done if key[1] == "workshop"]
            parts = (rooms_of, [key for key in done if key[1] != "workshop"])
            counts = [sum(truth[key] for key in keys) for keys in parts]
            if cells[codes, "completed", module, period, until].value is not None and max(counts) > SMALLEST_SHOWN:
                yield says(parts[counts.index(min(counts))], Cell(None, FEW))


def _persons(people: Sequence[Grouping], facet: str, quarter: str, truth: Mapping[Key, int]) -> Iterator[Sentence]:
    name = "who" if facet in ("agency_type", "sex") else facet
    table = next((one for one in people if one.facet == name and one.rows), None)
    if table is None:
        return
    every = [key for key in truth if key[0] == "persons" and key[3] == quarter]
    rows = {row.value for row in table.rows}
    for key in every:
        if key[2].partition(" ")[0] not in rows:
            yield Sentence(((key, 1),), 0, 0)
    for row in table.rows:
        for column, cell in zip(table.columns, row.cells, strict=True):
            terms = [
                key for key in every
                if row.value in (None, key[2].partition(" ")[0])
                and (column == "total" or column == key[2].partition(" ")[2])
            ]  # fmt: skip
            yield says(terms, cell)
    unstated = [key for key in every if not key[2].partition(" ")[2]]
    if name == "who" and table.left_out:
        yield Sentence(tuple((key, 1) for key in unstated), 1, 4)
    elif name == "who" and "" not in table.columns:
        yield Sentence(tuple((key, 1) for key in unstated), 0, 0)


def given_away(one: Country, made: Printed, facet: str) -> list[Key]:
    """Numbers of groups that are not printed, have one possible value, and had more without the groups."""
    truth = truth_of(one, facet)
    attack = Attack(sentences(one, made, facet, truth, with_groups=True), truth)
    printed = {
        (line.group, table.module, column.quarter)
        for column, told in zip(one.columns, made.told, strict=True)
        for table in told.tables if table.facet == facet for line in table.rows
    }  # fmt: skip
    hidden = [key for key, value in truth.items() if value and not _is_printed(key, printed)]
    pinned = [key for key in hidden if attack.only_value([key])]
    if not pinned:
        return []
    before = Attack(sentences(one, made, facet, truth, with_groups=False), truth)
    return [key for key in pinned if not before.only_value([key])]


def _is_printed(key: Key, printed: set[tuple[str, str, str]]) -> bool:
    return key[0] != "persons" and key[1:] in printed


def small_sums(one: Country, made: Printed, facet: str) -> list[tuple[Key, ...]]:
    """1 to 4 people who are a difference of what is printed: of a group in some modules, or of some groups in one."""
    truth = truth_of(one, facet)
    attack = Attack(sentences(one, made, facet, truth, with_groups=True), truth)
    before = Attack(sentences(one, made, facet, truth, with_groups=False), truth)
    rows: dict[tuple[str, ...], list[Key]] = {}
    for key in truth:
        if key[0] != "persons":
            rows.setdefault((key[0], key[1], "", key[3]), []).append(key)
            rows.setdefault((key[0], "", key[2], key[3]), []).append(key)
    found = []
    for keys in rows.values():
        for bits in range(1, 2 ** len(keys)):
            terms = [key for at, key in enumerate(keys) if bits >> at & 1]
            if 0 < sum(truth[key] for key in terms) < 5 and attack.is_in_span(terms) and not before.is_in_span(terms):
                found.append(tuple(terms))
    return found
