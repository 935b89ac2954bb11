"""Everything that viewers and coordinators ever get, together, and an attacker who tries to work out what is hidden."""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, time, timedelta
from itertools import combinations

import pytest
from sqlalchemy import select

from tests.factories import an_edition
from tests.services.attacking import Attack, Key, Sentence, says
from tests.services.growing import (
    KINDS,
    MODULES,
    QUARTERS,
    Cells,
    blanks,
    everything_said,
    given_away,
    printed_with,
    register,
)
from trainer.services import cutoffs, deciding, fixed, group_tests, hiding, periods, reports, telling
from trainer.services.figures import Column, Figures, Measures
from trainer.services.reports import Filters, Report
from trainer.services.suppression import FEW, HIDDEN, WITHHELD, Cell
from trainer.store.cutoffs import Cutoff
from trainer.store.engine import Store
from trainer.store.evidence import Summary
from trainer.store.scope import Scope

VIEWERS = (("KH",), ("KH", "LA"), ("LA", "TH"))
"""Viewers whose countries overlap."""
NOW = datetime(2027, 3, 1, 9, tzinfo=UTC)


# ------------------------------------------------------------- all the reports


def seen(store: Store, countries: Sequence[str]) -> Iterator[Report]:
    """The report under every filter, one at a time beside the period: several say nothing new."""
    with store.read(Scope.counts(countries)) as db:
        first = reports.completions(db, countries, Filters(), now=NOW, days=15)
        chosen = [{}, *({"country": code} for code in countries), *({"module": module} for module in MODULES)]
        for period in (periods.ALL_TIME, *first.periods):
            for one in chosen:
                yield reports.completions(db, countries, Filters(**one, period=period), now=NOW, days=15)


def printed(cells: Cells, found: Iterator[Report], fixed_until: str) -> None:
    """Adds every cell; the same one is the same wherever and whenever it is printed."""
    for report in found:
        for row in (*report.rows, *report.totals):
            codes = (row.country,) if row.country else tuple(sorted(report.countries))
            for counted, period in ((row.now, report.filters.period), (row.before, report.before)):
                if counted is None or period is None:
                    continue
                inside = [one for one in QUARTERS if periods.is_in(one, period) and one <= fixed_until]
                until = inside[-1] if inside else fixed_until
                for kind in (*KINDS, "persons"):
                    cell = getattr(counted, kind)
                    if cell is not None:
                        name = (codes, kind, row.module if kind != "persons" else None, period, until)
                        assert cells.setdefault(name, cell) == cell, f"{name} is told in two ways"


def fix_after(store: Store, quarter: str) -> None:
    at = datetime.combine(periods.day_after(quarter) + timedelta(days=15), time(12), UTC)
    cutoffs.fix_due(store, None, now=at, days=15)


@pytest.mark.parametrize("seed", [3])
def test_nobody_works_out_a_hidden_number_from_all_reports_of_a_year(sqlite_store: Store, seed: int) -> None:
    """Every quarter is fixed, every viewer takes every report; then late sheets come, and the next quarter."""
    chance = random.Random(seed)
    countries = [register(chance, chance.choice([9, 20, 40]), code, quarters=3) for code in ("KH", "LA", "TH")]
    truth = {key: value for one in countries for key, value in one.truth.items()}
    with sqlite_store.write(Scope.system("test")) as db:
        for module in MODULES:
            an_edition(db, module, title=module)
    cells: Cells = {}
    for at, quarter in enumerate(countries[0].quarters):
        with sqlite_store.write(Scope.system("test")) as db:
            for one in countries:
                one.events[at].write(db)
        fix_after(sqlite_store, quarter)
        for viewer in VIEWERS:
            printed(cells, seen(sqlite_store, viewer), quarter)
        with sqlite_store.write(Scope.system("test")) as db:
            late = {"month": periods.months(quarter)[0], "sex": "x", "agency_type": "late", "mode": "online"}
            db.add(Summary(country="KH", module="alpha", enrolled=2, completed=1, minutes=90, **late))
    assert any(cell.value is None for cell in cells.values())
    with sqlite_store.read(Scope.counts({"KH", "LA", "TH"})) as db:
        rows = db.scalars(select(Cutoff).order_by(Cutoff.quarter)).all()
    blank = {
        one
        for country in ("KH", "LA", "TH")
        for one in blanks(country, [fixed.said_of(row.quarter, row.said) for row in rows if row.country == country])
    }
    assert not given_away(cells, truth, frozenset(blank))


@pytest.mark.parametrize("seed", range(100, 112))
def test_nobody_works_out_a_hidden_number_of_a_country_from_all_its_reports(seed: int) -> None:
    chance = random.Random(seed)
    grown = register(chance, chance.choice([2, 6, 12, 25, 60]), quarters=chance.randint(2, 5))
    said = list(deciding.closed(grown.columns))
    assert not given_away(everything_said(grown.columns, said), grown.truth, blanks("KH", said))


def test_a_small_quarter_hides_the_persons_of_all_time_until_enough_are_added() -> None:
    """A pilot with three people, then thirty: the sum is told from the second quarter on, the pilot never."""
    sizes = (("2025-Q3", 3), ("2025-Q4", 30), ("2026-Q1", 2), ("2026-Q2", 40))
    columns = [
        Column(
            quarter,
            {
                "alpha": Measures(enrolled=40, completed=persons, minutes=90 * persons),
                "beta": Measures(enrolled=40, completed=persons // 2, minutes=45 * persons),
            },
            (persons, persons, persons),
        )
        for quarter, persons in sizes
    ]
    told = [said.figures.persons[periods.ALL_TIME].value for said in deciding.closed(columns)]
    assert told == [None, 33, None, 75]


@pytest.mark.parametrize("seed", range(20))
def test_what_was_said_once_is_said_for_ever(seed: int) -> None:
    """A later quarter changes no earlier figure, mark or group."""
    chance = random.Random(seed)
    grown = register(chance, chance.choice([6, 20, 60]), quarters=6)
    whole = list(deciding.closed(grown.columns))
    for length in range(1, 6):
        assert list(deciding.closed(grown.columns[:length])) == whole[:length]


@pytest.mark.parametrize("seed", range(4))
def test_what_is_kept_is_what_was_said(seed: int) -> None:
    grown = register(random.Random(seed), 30, quarters=4)
    for one in deciding.closed(grown.columns):
        assert fixed.said_of(one.quarter, fixed.kept_said(one)) == one
    for column in grown.columns:
        assert fixed.column_of(column.quarter, fixed.kept_column(column)) == column


# ---------------------------------------------- controls: what the attack is for


def anew(columns: Sequence[Column]) -> Cells:
    """One report as if nothing had been said before: the marks of the newest tree of time alone."""
    quarters = [column.quarter for column in columns]
    modules = sorted({module for column in columns for module in column.modules})
    names = dict.fromkeys(name for quarter in quarters for name in printed_with(quarter))
    nodes = [frozenset(at for at, one in enumerate(quarters) if periods.is_in(one, name)) for name in names]
    tables = [
        [[getattr(column.modules.get(module, Measures()), kind) for column in columns] for module in modules]
        for kind in ("enrolled", "completed")
    ]
    enrolled, completed = (tuple(tuple(row) for row in table) for table in tables)
    marks = hiding.marks(hiding.Known(tuple(nodes), enrolled, completed, (0,) * len(nodes)))
    cells: Cells = {}
    for kind, table, words in zip(("enrolled", "completed"), tables, marks[:2], strict=True):
        rows = [*table, [sum(column) for column in zip(*table, strict=True)]]
        for module, row, of_row in zip((*modules, None), rows, words, strict=True):
            for name, node, mark in zip(names, nodes, of_row, strict=True):
                cell = Cell(None, mark) if mark else Cell(sum(row[at] for at in node))
                cells[("KH",), kind, module, name, quarters[-1]] = cell
    return cells


def test_marks_decided_anew_each_time_give_hidden_numbers_away() -> None:
    """Each report alone is safe; together they tell what is hidden in one of them."""
    caught = 0
    for seed in range(6):
        grown = register(random.Random(seed), 25, quarters=3)
        truth = {key: value for key, value in grown.truth.items() if key[0] != "persons"}
        found = [anew(grown.columns[:length]) for length in (1, 2, 3)]
        assert not any(given_away(cells, truth) for cells in found)
        caught += bool(given_away({name: cell for cells in found for name, cell in cells.items()}, truth))
    assert caught


def test_two_live_reports_tell_who_came_in_between(sqlite_store: Store) -> None:
    """Made from live counts, two numbers that are large enough differ by one person. Fixed ones do not differ."""
    live = [Column("2026-Q3", {"alpha": Measures(enrolled=count)}) for count in (40, 41)]
    shown = [deciding.together(list(deciding.closed([one]))).enrolled["alpha", "2026-Q3"] for one in live]
    truth: dict[Key, int] = {("before",): 40, ("since",): 1}
    attack = Attack([says([("before",)], shown[0]), says(truth, shown[1])], truth)
    assert attack.only_value([("since",)])
    cell = {"country": "KH", "module": "alpha", "month": "2026-08", "agency_type": "police", "mode": "online"}
    told = []
    for sex, count in (("", 40), ("man", 1)):
        with sqlite_store.write(Scope.system("test")) as db:
            for module in MODULES if not told else ():
                an_edition(db, module)
            db.add(Summary(**cell, sex=sex, enrolled=count, completed=0))
        fix_after(sqlite_store, "2026-Q3")
        told.append([(one.rows, one.totals) for one in seen(sqlite_store, ["KH"])])
    assert told[0] == told[1]


# ------------------------------------------------------------------- cases


def decided(leaves: Iterable[tuple[str, str, Measures]]) -> Figures:
    """What is said of modules and quarters once all are fixed, in their order."""
    return deciding.together(list(deciding.closed(columns_of(leaves))))


def columns_of(
    leaves: Iterable[tuple[str, str, Measures]], persons: Mapping[str, tuple[int, int, int]] | None = None
) -> list[Column]:
    quarters: dict[str, dict[str, Measures]] = {}
    for module, quarter, row in leaves:
        quarters.setdefault(quarter, {})[module] = row
    return [Column(quarter, quarters[quarter], (persons or {}).get(quarter, (0, 0, 0))) for quarter in sorted(quarters)]


def cells_of(
    leaves: Iterable[tuple[str, str, Measures]], persons: Mapping[str, tuple[int, int, int]] | None = None
) -> Cells:
    return everything_said(columns_of(leaves, persons))


VECTOR = {"police": (12, 31), "immigration": (3, 9), "welfare": (22, 6)}
"""The published case, as modules and quarters."""


def published_case() -> tuple[Cells, dict[Key, int]]:
    quarters = ("2025-Q3", "2025-Q4")
    leaves = [
        (module, quarter, Measures(enrolled=count))
        for module, row in VECTOR.items()
        for quarter, count in zip(quarters, row, strict=True)
    ]
    truth: dict[Key, int] = {("enrolled", "KH", module, quarter): row.enrolled for module, quarter, row in leaves}
    return enrolled_of(cells_of(leaves)), truth


def enrolled_of(cells: Cells) -> Cells:
    return {name: cell for name, cell in cells.items() if name[1] == "enrolled"}


def test_the_published_case_as_it_is_told_one_quarter_after_the_other() -> None:
    """With the first quarter its year and all time are the same number; the second adds what loses the fewest."""
    cells, truth = published_case()
    hidden = {name[2:]: cell.mark for name, cell in cells.items() if cell.mark}
    first = {
        (module, period, "2025-Q3"): mark
        for module, mark in (("immigration", FEW), ("police", HIDDEN))
        for period in ("2025-Q3", "2025", "")
    }
    assert {name: mark for name, mark in hidden.items() if name[2] == "2025-Q3"} == first
    second = {(module, "2025-Q4", "2025-Q4"): HIDDEN for module in ("immigration", "police")}
    assert {name: mark for name, mark in hidden.items() if name[2] == "2025-Q4"} == second
    assert not given_away(cells, truth)


def test_the_attack_finds_what_one_more_number_gives_away() -> None:
    cells, truth = published_case()
    cells[("KH",), "enrolled", "police", "2025", "2025-Q3"] = Cell(12)
    assert ("KH", "enrolled", "immigration", "2025-Q3", "2025-Q3") in given_away(cells, truth)


def test_the_attack_finds_a_quarter_that_a_later_sum_gives_away() -> None:
    truth: dict[Key, int] = {("enrolled", "KH", "alpha", "2025-Q3"): 3, ("enrolled", "KH", "alpha", "2025-Q4"): 20}
    cells = enrolled_of(cells_of((key[2], key[3], Measures(enrolled=count)) for key, count in truth.items()))
    assert not given_away(cells, truth)
    for period, count in (("2025", 23), ("2025-Q4", 20)):
        for module in ("alpha", None):
            cells[("KH",), "enrolled", module, period, "2025-Q4"] = Cell(count)
    assert ("KH", "enrolled", "alpha", "2025-Q3", "2025-Q3") in given_away(cells, truth)


def test_marks_that_would_say_too_much_are_taken_back() -> None:
    """Four quarters of one person and a total below five: each could only be one."""
    truth: dict[Key, int] = {("enrolled", "KH", "alpha", quarter): 1 for quarter in QUARTERS[:4]}
    truth |= {("enrolled", "KH", "beta", quarter): 30 for quarter in QUARTERS[:4]}
    cells = enrolled_of(cells_of((key[2], key[3], Measures(enrolled=count)) for key, count in truth.items()))
    assert not given_away(cells, truth)
    assert WITHHELD in {cell.mark for cell in cells.values()}
    assert any(cell.value for cell in cells.values())


def one_year(
    modules: Mapping[str, Sequence[tuple[int, int]]],
) -> tuple[list[tuple[str, str, Measures]], dict[Key, int]]:
    """Module → enrolled and completed in two quarters."""
    leaves, truth = [], {}
    for module, row in modules.items():
        for quarter, (enrolled, completed) in zip(("2025-Q3", "2025-Q4"), row, strict=True):
            leaves.append((module, quarter, Measures(enrolled=enrolled, completed=completed, minutes=90 * completed)))
            truth["enrolled", "KH", module, quarter] = enrolled
            truth["completed", "KH", module, quarter] = completed
    return leaves, truth


def test_the_number_of_persons_gives_no_module_away() -> None:
    """Beside 16 completions of 12 persons, fewer than five in one module would have to be four."""
    leaves, truth = one_year({"alpha": [(40, 12), (40, 0)], "beta": [(30, 4), (30, 0)]})
    for quarter in ("2025-Q3", "2025-Q4"):
        truth |= {("persons", "KH", period, quarter): 12 for period in printed_with(quarter)}
    truth["persons", "KH", "2025-Q4", "2025-Q4"] = 0
    assert not given_away(cells_of(leaves, {"2025-Q3": (12, 12, 12)}), truth)


def test_nobody_completes_before_enrolling_and_that_gives_nothing_away() -> None:
    """Fourteen completed, and only ten had enrolled before the second quarter: four of them completed in it."""
    leaves, truth = one_year({"alpha": [(10, 10), (20, 4)]})
    cells = {name: cell for name, cell in cells_of(leaves).items() if name[1] != "persons"}
    assert not given_away(cells, truth)


def test_completions_of_a_few_persons_are_hidden_with_them() -> None:
    leaves, _ = one_year({name: [(40, 3), (40, 0)] for name in ("alpha", "beta")})
    cells = cells_of(leaves, {"2025-Q3": (4, 4, 4)})
    assert cells[("KH",), "completed", None, "2025-Q3", "2025-Q3"].mark
    assert cells[("KH",), "persons", None, "2025-Q3", "2025-Q3"].mark == WITHHELD


# ------------------------------------------------------------------- the tests


def sat(pairs: int, late: int, passed: int) -> Measures:
    return Measures(pairs=pairs, only_after=late, first_posts=pairs + late, first_posts_passed=passed)


def test_a_pass_rate_stands_only_where_it_and_the_gain_are_of_the_same_quarters() -> None:
    """12 who sat in a year and 10 pairs in its first quarter would be two in the second."""
    tests = decided((("alpha", "2025-Q3", sat(10, 0, 7)), ("alpha", "2025-Q4", sat(2, 0, 0)))).tests
    assert {period: (one.gain is not None, one.after) for (_, period), one in tests.items()} == {
        "2025-Q3": (True, None), "2025-Q4": (False, None), "2025": (True, None), "": (True, None),
    }  # fmt: skip


def test_tests_that_bound_a_hidden_count_are_not_shown() -> None:
    """All four who enrolled took a test, so that fewer cannot have enrolled; more would no longer be `few`."""
    rows = [Measures(enrolled=n, pairs=n, before=n * 4000, after=n * 6000) for n in (4, 20)]
    tests = decided((("alpha", "2025-Q3", rows[0]), ("alpha", "2025-Q4", rows[1]))).tests
    assert not tests["alpha", "2025-Q3"]
    assert [(one.gain.n, one.part) for _, one in sorted(tests.items()) if one.gain] == [
        (20, True),
        (20, True),
        (20, False),
    ]
    free = [row._replace(enrolled=row.enrolled - (row.enrolled == 4)) for row in (rows[0]._replace(pairs=2), rows[1])]
    assert decided((("alpha", "2025-Q3", free[0]), ("alpha", "2025-Q4", free[1]))).tests["alpha", "2025-Q4"]


def test_the_few_who_sat_the_test_after_only_are_not_the_difference_of_two_figures() -> None:
    tests = decided((("alpha", "2025-Q3", sat(12, 2, 7)),)).tests
    assert {(one.gain.n if one.gain else 0, one.after, one.only_after) for one in tests.values()} == {(12, None, None)}


@pytest.mark.parametrize(("counted", "is_told"), [(20, True), (18, False), (15, True)])
def test_the_few_who_sat_a_test_without_a_pass_mark_are_not_the_difference_either(counted: int, is_told: bool) -> None:
    """They took both tests, and are neither among those who passed nor among those who did not."""
    scores = {
        "before": 80_000,
        "after": 120_000,
        "before_squares": 330_000_000,
        "after_squares": 730_000_000,
        "products": 485_000_000,
    }
    row = Measures(enrolled=30, completed=20, pairs=20, first_posts=counted, first_posts_passed=8, **scores)
    tests = decided((("alpha", "2025-Q3", row),)).tests
    assert {one.after is not None for one in tests.values()} == {is_told}
    groups = group_tests.tests_of("sex", "alpha", {"woman": row}, ["woman"], [telling.GAIN, telling.AFTER], {})
    assert [one.tests.after is not None for one in groups if one.tests.gain] == [is_told]


@pytest.mark.parametrize("seed", range(12))
def test_no_small_group_of_a_test_is_left_between_two_figures(seed: int) -> None:
    """Who took both tests and who took the one after only are those who passed and those who did not."""
    chance = random.Random(seed)
    leaves, truth = [], {}
    for quarter in QUARTERS:
        pairs, late = chance.choice([0, 2, 9, 10, 12, 30]), chance.choice([0, 0, 1, 5])
        passed = chance.randint(0, pairs + late)
        row = Measures(pairs=pairs, only_after=late, first_posts=pairs + late, first_posts_passed=passed)
        leaves.append(("alpha", quarter, row))
        values = {"pairs": pairs, "late": late, "passed": passed, "failed": pairs + late - passed}
        truth.update({(name, quarter): value for name, value in values.items()})
    sentences = [
        Sentence(tuple(((name, quarter), sign) for name, sign in signs.items()), 0, 0)
        for quarter in QUARTERS
        for signs in [{"pairs": 1, "late": 1, "passed": -1, "failed": -1}]
    ]
    for said in deciding.closed(columns_of(leaves)):
        for (_, period), tests in said.figures.tests.items():
            inside = [one for one in QUARTERS if periods.is_in(one, period) and one <= said.quarter]
            if tests.part:
                continue
            if tests.gain:
                sentences.append(says([("pairs", quarter) for quarter in inside], Cell(tests.gain.n)))
            if tests.after:
                sentences.append(says([("passed", quarter) for quarter in inside], Cell(tests.after.counted)))
                failed = Cell(tests.after.n - tests.after.counted)
                sentences.append(says([("failed", quarter) for quarter in inside], failed))
    attack = Attack(sentences, truth)
    assert not [key for key, value in truth.items() if 0 < value < 5 and attack.only_value([key])]
    sums = [[("pairs", quarter) for quarter in some] for size in (1, 2, 3) for some in combinations(QUARTERS, size)]
    small = [terms for terms in sums if 0 < sum(truth[key] for key in terms) < 10]
    assert not [terms for terms in small if attack.is_in_span(terms)]
