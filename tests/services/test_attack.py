"""Everything that coordinators can get together, and an attacker who tries to work out what is hidden."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

import pytest

from tests.factories import an_edition
from tests.services.attacking import MANY, Attack, Key, Sentence, says
from trainer.services import evidence, periods, reports
from trainer.services.counting import Counts
from trainer.services.evidence import Begun, Done
from trainer.services.reports import Filters, Report
from trainer.services.suppression import Cell
from trainer.store.engine import Store
from trainer.store.scope import Scope

MODULES = ("alpha", "beta", "gamma")
QUARTERS = {"2025-Q3": "2025-08", "2025-Q4": "2025-11", "2026-Q1": "2026-02", "2026-Q4": "2026-11"}
NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
VIEWERS = (("KH",), ("KH", "LA"), ("LA", "TH"), ("KH", "LA", "TH"))
"""Coordinators of one country, two whose countries overlap, and somebody of the region."""

Figure = tuple[str, str, str | None, str]
"""Kind, country, module, period."""


def register(chance: random.Random, country: str, people: int) -> tuple[Counts, dict[Key, int]]:
    """People who enrol and complete now and then. -> their counts, and the truth that is to be found out"""
    counts, truth = Counts(), {}
    quarters, used = list(QUARTERS), MODULES[: chance.randint(1, 3)]
    for kind in ("enrolled", "completed"):
        truth.update({(kind, country, module, quarter): 0 for module in used for quarter in quarters})
    truth.update({("persons", country, period): 0 for period in periods.nodes(quarters)})
    for number in range(people):
        done = []
        for module in chance.sample(used, chance.choice([1, 1, len(used)])):
            begin = chance.choice([0, 0, 1, 2, 3])
            who = (None, chance.choice(["police", "health"]), "frontline", "online", "km")
            counts.take(evidence.enrolled(Begun(country, module, QUARTERS[quarters[begin]], *who)))
            truth["enrolled", country, module, quarters[begin]] += 1
            if chance.random() < 0.8:
                end = chance.randint(begin, min(3, begin + 1))
                at = datetime(2025, 1, 1, tzinfo=UTC).replace(day=1 + end)
                done.append(Done(f"{number} {module}", country, module, QUARTERS[quarters[end]], *who, 90, at))
                truth["completed", country, module, quarters[end]] += 1
        for one in done:
            counts.take(evidence.completed(one))
        counts.take(evidence.persons(done))
        for period in periods.nodes(quarters):
            if any(periods.is_in(evidence.quarter_of(one.month), period) for one in done):
                truth["persons", country, period] += 1
    return counts, truth


def seen(store: Store, countries: Sequence[str]) -> Iterator[Report]:
    """The report under every filter that these coordinators can choose."""
    with store.read(Scope.countries(countries)) as db:
        first = reports.completions(db, countries, Filters(), now=NOW)
        for country in (None, *countries):
            for module in (None, *MODULES):
                for period in (periods.ALL_TIME, *first.periods):
                    filters = Filters(country=country, module=module, period=period)
                    yield reports.completions(db, countries, filters, now=NOW)


def printed(found: Iterator[Report]) -> dict[tuple[tuple[str, ...], str, str | None, str], Cell]:
    """(countries, kind, module, period) → cell: the same cell wherever it is printed."""
    cells: dict[tuple[tuple[str, ...], str, str | None, str], Cell] = {}
    for report in found:
        for row in (*report.rows, *report.totals):
            codes = (row.country,) if row.country else tuple(sorted(report.countries))
            for counted, period in ((row.now, report.filters.period), (row.before, report.before)):
                if counted is None or period is None:
                    continue
                for kind in ("enrolled", "completed", "persons", "minutes"):
                    cell = getattr(counted, kind)
                    if cell is not None:
                        key = (codes, kind, row.module if kind != "persons" else None, period)
                        assert cells.setdefault(key, cell) == cell, f"{key} is told in two ways"
    return cells


def told(cells: dict[tuple[tuple[str, ...], str, str | None, str], Cell], truth: dict[Key, int]) -> list[Sentence]:
    """All that is printed, and all that is known without it."""
    found = [*known(truth)]
    for (codes, kind, module, period), cell in cells.items():
        terms = [key for code in codes for key in parts(truth, kind, code, module, period)]
        if kind == "minutes":
            cell = Cell(None if cell.value is None else cell.value // 90, cell.mark, cell.least // 90)
            found.append(says([key for code in codes for key in parts(truth, "completed", code, module, period)], cell))
        elif terms or cell.value != 0:
            found.append(says(terms, cell))
    return [one for one in found if one.terms]


def parts(truth: dict[Key, int], kind: str, country: str, module: str | None, period: str) -> list[Key]:
    """The unknowns that a figure adds up."""
    if kind == "persons":
        return [key for key in truth if key == ("persons", country, period)]
    return [
        key
        for key in truth
        if key[:2] == (kind, country) and module in (None, key[2]) and periods.is_in(key[3], period)
    ]


def known(truth: dict[Key, int]) -> Iterator[Sentence]:
    """Nobody completes without having enrolled, or a module twice; whoever completed something is a person."""
    for kind, country, *rest in truth:
        if kind == "completed":
            module, quarter = rest
            until = [key for key in truth if key[1:3] == (country, module) and key[3:] and key[3] <= quarter]
            yield Sentence(tuple((key, 1 if key[0] == "enrolled" else -1) for key in until), 0, MANY)
        if kind == "persons":
            period = rest[0]
            person = ("persons", country, period)
            for module in MODULES:
                done = parts(truth, "completed", country, module, period)
                yield Sentence(((person, 1), *((key, -1) for key in done)), 0, MANY)
            done = parts(truth, "completed", country, None, period)
            yield Sentence(((person, -1), *((key, 1) for key in done)), 0, MANY)
            inside = [key for key in truth if key[:2] == person[:2] and key != person and periods.is_in(key[2], period)]
            for key in inside:
                yield Sentence(((person, 1), (key, -1)), 0, MANY)
            for length in (4, 7):
                level = [key for key in inside if len(key[2]) == length]
                if level:
                    yield Sentence(((person, -1), *((key, 1) for key in level)), 0, MANY)


def given_away(
    cells: dict[tuple[tuple[str, ...], str, str | None, str], Cell], truth: dict[Key, int]
) -> list[tuple[str, str, str | None, str]]:
    """Hidden figures of single countries that have only one possible value."""
    attack = Attack(told(cells, truth), truth)
    found = []
    for (codes, kind, module, period), cell in cells.items():
        if cell.value is None and len(codes) == 1 and kind != "minutes":
            terms = parts(truth, kind, codes[0], module, period)
            if attack.is_in_span(terms) or attack.only_value(terms):
                found.append((codes[0], kind, module, period))
    return found


def fill(store: Store, countries: Sequence[tuple[Counts, dict[Key, int]]]) -> dict[Key, int]:
    truth: dict[Key, int] = {}
    with store.write(Scope.system("test")) as db:
        for module in MODULES:
            an_edition(db, module, title=module)
        for counts, of_country in countries:
            counts.write(db)
            truth.update(of_country)
    return truth


@pytest.mark.parametrize("seed", range(12))
def test_nobody_works_out_a_hidden_number(sqlite_store: Store, seed: int) -> None:
    chance = random.Random(seed)
    truth = fill(sqlite_store, [register(chance, code, chance.choice([3, 9, 20, 40])) for code in ("KH", "LA", "TH")])
    cells = printed(report for viewer in VIEWERS for report in seen(sqlite_store, viewer))
    assert any(cell.value is None for cell in cells.values())
    assert not given_away(cells, truth)
