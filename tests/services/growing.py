"""A country that grows quarter by quarter, all that is ever printed of it, and what everybody knows.

A sum is named by its period and the quarter until which it was counted: "all time" of an older report is a sum of its
own.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import NamedTuple

from tests.services.attacking import MANY, Attack, Key, Sentence, says
from trainer.services import deciding, evidence, periods
from trainer.services.counting import Counts
from trainer.services.deciding import Said
from trainer.services.evidence import Begun, Done
from trainer.services.figures import Column, Measures
from trainer.services.suppression import WITHHELD, Cell

MODULES = ("alpha", "beta", "gamma")
QUARTERS = ("2025-Q3", "2025-Q4", "2026-Q1", "2026-Q2", "2026-Q3", "2026-Q4")
KINDS = ("enrolled", "completed", "minutes")

Name = tuple[tuple[str, ...], str, str | None, str, str]
"""Countries, kind, module (None: all), period, until which quarter."""
Cells = dict[Name, Cell]


class Register(NamedTuple):
    country: str
    quarters: tuple[str, ...]
    events: tuple[Counts, ...]
    """What is counted in each quarter."""
    columns: tuple[Column, ...]
    """The same, as a cut-off takes it."""
    truth: dict[Key, int]
    """What is to be found out."""


def register(chance: random.Random, people: int, country: str = "KH", quarters: int = 4) -> Register:
    """People who enrol and complete now and then."""
    time, used = QUARTERS[:quarters], MODULES[: chance.randint(1, 3)]
    truth: dict[Key, int] = {
        (kind, country, module, quarter): 0
        for kind in ("enrolled", "completed") for module in used for quarter in time
    }  # fmt: skip
    truth |= {("persons", country, period, quarter): 0 for quarter in time for period in printed_with(quarter)}
    events, new = [Counts() for _ in time], [[0, 0, 0] for _ in time]
    for number in range(people):
        done: list[tuple[int, Done]] = []
        for module in chance.sample(used, chance.choice([1, 1, len(used)])):
            begin = chance.randrange(quarters)
            who = (None, chance.choice(["police", "health"]), "frontline", "online", "km")
            events[begin].take(evidence.enrolled(Begun(country, module, _month(time[begin]), *who)))
            truth["enrolled", country, module, time[begin]] += 1
            if chance.random() < 0.8:
                end = chance.randint(begin, min(quarters - 1, begin + 1))
                at = datetime(2025, 1, 1 + end, tzinfo=UTC)
                done.append((end, Done(f"{number} {module}", country, module, _month(time[end]), *who, 90, at)))
                truth["completed", country, module, time[end]] += 1
        _count(truth, country, time, events, new, sorted(done, key=lambda one: one[0]))
    columns = tuple(_column(truth, country, used, quarter, new[at]) for at, quarter in enumerate(time))
    return Register(country, time, tuple(events), columns, truth)


def _count(
    truth: dict[Key, int], country: str, time: Sequence[str], events: Sequence[Counts], new: list[list[int]],
    done: Sequence[tuple[int, Done]],
) -> None:  # fmt: skip
    """One person's completions: each, and the person once in each period."""
    for end, one in done:
        events[end].take(evidence.completed(one))
    for cell, measures in evidence.persons([one for _, one in done]).changes().items():
        at = time.index(evidence.quarter_of(str(cell[1])))
        events[at].add(cell, **measures)
        if cell[2] == "work_role":
            for place, name in enumerate(("in_quarter", "in_year", "ever")):
                new[at][place] += measures.get(name, 0)
    for quarter in time:
        for period in printed_with(quarter):
            inside = (time[end] <= quarter and periods.is_in(time[end], period) for end, _ in done)
            truth["persons", country, period, quarter] += any(inside)


def _column(truth: Mapping[Key, int], country: str, used: Sequence[str], quarter: str, new: Sequence[int]) -> Column:
    counts = {module: [truth[kind, country, module, quarter] for kind in ("enrolled", "completed")] for module in used}
    modules = {
        module: Measures(enrolled=begun, completed=done, minutes=90 * done)
        for module, (begun, done) in counts.items()
        if begun or done
    }
    return Column(quarter, modules, (new[0], new[1], new[2]))


def _month(quarter: str) -> str:
    return periods.months(quarter)[1]


def printed_with(quarter: str) -> tuple[str, str, str]:
    """The periods that a quarter's cut-off says something new of."""
    return quarter, quarter[:4], periods.ALL_TIME


def everything_said(columns: Sequence[Column], said: Sequence[Said] = ()) -> Cells:
    """What stands in the reports of the only country after each cut-off; `said`: by others than the right rules."""
    said = said or list(deciding.closed(columns))
    modules = sorted({module for column in columns for module in column.modules})
    cells: Cells = {}
    for at, column in enumerate(columns):
        figures = deciding.together(said[: at + 1])
        for period in printed_with(column.quarter):
            cells[("KH",), "persons", None, period, column.quarter] = figures.persons.get(period, Cell(0))
            for kind in KINDS:
                for module in (*modules, None):
                    cell = getattr(figures, kind).get((module, period), Cell(0))
                    cells[("KH",), kind, module, period, column.quarter] = cell
    return cells


def parts(truth: Mapping[Key, int], kind: str, country: str, module: str | None, period: str, until: str) -> list[Key]:
    """The unknowns that a figure adds up."""
    if kind == "persons":
        return [key for key in truth if key == ("persons", country, period, until)]
    return [
        key
        for key in truth
        if key[:2] == (kind, country) and module in (None, key[2]) and periods.is_in(key[3], period) and key[3] <= until
    ]


def known(truth: Mapping[Key, int]) -> Iterator[Sentence]:
    """Nobody completes without having enrolled, or a module twice; whoever completed something is a person, and is new
    in a year, or altogether, only once.
    """
    modules = sorted({key[2] for key in truth if key[0] == "completed"})
    for country in sorted({key[1] for key in truth}):
        quarters = sorted({key[3] for key in truth if key[1] == country})
        for module in modules:
            for quarter in quarters:
                begun = parts(truth, "enrolled", country, module, periods.ALL_TIME, quarter)
                done = parts(truth, "completed", country, module, periods.ALL_TIME, quarter)
                yield Sentence((*((key, 1) for key in begun), *((key, -1) for key in done)), 0, MANY)
        if ("persons", country, periods.ALL_TIME, quarters[0]) in truth:
            yield from _known_of_persons(truth, country, quarters, modules)


def _known_of_persons(
    truth: Mapping[Key, int], country: str, quarters: Sequence[str], modules: Sequence[str]
) -> Iterator[Sentence]:
    before: dict[str, Key] = {}
    """Year, or all time → the sum until the quarter before."""
    for quarter in quarters:
        keys = {period: ("persons", country, period, quarter) for period in printed_with(quarter)}
        for period, person in keys.items():
            for module in (*modules, None):
                done = parts(truth, "completed", country, module, period, quarter)
                sign = 1 if module else -1
                yield Sentence(((person, sign), *((key, -sign) for key in done)), 0, MANY)
        new = [
            ((keys[period], 1), *(((before[period], -1),) if period in before else ()))
            for period in (quarter[:4], periods.ALL_TIME)
        ]
        fewer = [((keys[quarter], 1),), *new]
        for more, less in zip(fewer, [*new, ()], strict=True):
            yield Sentence((*more, *((key, -factor) for key, factor in less)), 0, MANY)
        for part, whole in ((quarter, quarter[:4]), (quarter[:4], periods.ALL_TIME)):
            yield Sentence(((keys[whole], 1), (keys[part], -1)), 0, MANY)
        before = {quarter[:4]: keys[quarter[:4]], periods.ALL_TIME: keys[periods.ALL_TIME]}


def told(cells: Cells, truth: Mapping[Key, int], blank: frozenset[tuple[str, str]] = frozenset()) -> list[Sentence]:
    """All that is printed, and all that is known without it. `blank`: country and quarter of which nothing is said."""
    return [*known(truth), *told_cells(cells, truth, blank)]


def told_cells(
    cells: Cells, truth: Mapping[Key, int], blank: frozenset[tuple[str, str]] = frozenset()
) -> list[Sentence]:
    """What is printed."""
    found = []
    for (codes, kind, module, period, until), cell in cells.items():
        counted = "completed" if kind == "minutes" else kind
        terms = [key for code in codes for key in parts(truth, counted, code, module, period, until)]
        if kind == "minutes":
            cell = Cell(None if cell.value is None else cell.value // 90, cell.mark, cell.least // 90)
        if cell.mark == WITHHELD and (kind == "minutes" or (codes[0], until) in blank):
            continue
        if terms or cell.value != 0:
            found.append(says(terms, cell))
    return [one for one in found if one.terms]


def blanks(country: str, said: Sequence[Said]) -> frozenset[tuple[str, str]]:
    """Quarters of which nothing is said, and those after them that add nothing."""
    found, blank = set(), False
    for one in said:
        blank = one.blank if one.figures.enrolled else blank
        if blank:
            found.add((country, one.quarter))
    return frozenset(found)


def given_away(
    cells: Cells, truth: dict[Key, int], blank: frozenset[tuple[str, str]] = frozenset()
) -> list[tuple[str, str, str | None, str, str]]:
    """Hidden figures of single countries that have only one possible value."""
    attack = Attack(told(cells, truth, blank), truth)
    found = []
    for (codes, kind, module, period, until), cell in cells.items():
        if cell.value is None and len(codes) == 1 and kind != "minutes":
            terms = parts(truth, kind, codes[0], module, period, until)
            if attack.is_in_span(terms) or attack.only_value(terms):
                found.append((codes[0], kind, module, period, until))
    return found
