"""The coordinator's report, and the numbers it must not give away."""

from __future__ import annotations

import csv as csv_format
import io
import random
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from itertools import product

import pytest

from tests.factories import an_edition
from tests.services.world import statements
from trainer.services import cutoffs, evidence, report_files, report_groups, report_tables, reports
from trainer.services.counting import Counts
from trainer.services.evidence import Begun, Sat
from trainer.services.problems import NotFound
from trainer.services.reports import Filters
from trainer.services.suppression import FEW, HIDDEN, Cell, Table, suppressed
from trainer.store.engine import Store
from trainer.store.evidence import ItemSummary, PersonSummary, Summary
from trainer.store.scope import Scope

VECTOR = [[12, 31], [3, 9], [22, 6]]
"""Women and men; police, immigration, social welfare."""


def texts(table: Table) -> list[list[str]]:
    return [[cell.text() for cell in (*row, total)] for row, total in zip(table.rows, table.row_totals, strict=True)]


# --------------------------------------------------------- what must be hidden


def test_the_published_case_loses_the_fewest_people() -> None:
    table = suppressed(VECTOR)
    assert texts(table) == [["12", "31", "43"], ["<5", "not shown", "12"], ["not shown", "not shown", "28"]]
    assert [cell.value for cell in (*table.column_totals, table.total)] == [37, 46, 83]


def test_the_attacker_finds_the_cell_of_the_second_published_case() -> None:
    """Immigration hidden and all else shown: 37 - 12 - 22 = 3. The check itself must see that."""
    leaky = Table(
        rows=((Cell(12), Cell(31)), (Cell(None, FEW), Cell(None, HIDDEN)), (Cell(22), Cell(6))),
        row_totals=(Cell(43), Cell(12), Cell(28)),
        column_totals=(Cell(37), Cell(46)),
        total=Cell(83),
    )
    assert given_away(leaky, 40) == {(1, 0), (1, 1)}


def test_zeros_are_shown_and_alone_hide_nothing() -> None:
    table = suppressed([[0, 0], [0, 7]])
    assert texts(table) == [["0", "0", "0"], ["0", "7", "7"]]


def test_a_table_of_one_small_cell_hides_its_totals_too() -> None:
    table = suppressed([[3]])
    assert {cell.text() for cell in (*table.rows[0], *table.row_totals, *table.column_totals, table.total)} == {"<5"}


def test_no_table_at_all_is_no_error() -> None:
    assert suppressed([]).total == Cell(0)


@pytest.mark.parametrize("seed", range(120))
def test_no_hidden_cell_of_a_small_table_has_only_one_possible_value(seed: int) -> None:
    chance = random.Random(seed)
    shape = chance.choice([(1, 2), (2, 2), (2, 3), (3, 2), (1, 3), (1, 1)])
    counts = [[chance.choice([0, 1, 2, 3, 4, 5, 6, 8]) for _ in range(shape[1])] for _ in range(shape[0])]
    assert not given_away(suppressed(counts), 13), counts


@pytest.mark.parametrize("seed", range(40))
def test_knowing_that_nobody_completes_without_enrolling_helps_nobody(seed: int) -> None:
    chance = random.Random(seed)
    enrolled = [[chance.choice([0, 3, 5, 6, 7]) for _ in range(2)] for _ in range(2)]
    completed = [[chance.randint(0, count) for count in row] for row in enrolled]
    both = suppressed(enrolled, least=completed), suppressed(completed, most=enrolled)
    assert not given_away(both[0], 12, least=completed), (enrolled, completed)
    assert not given_away(both[1], 12, most=enrolled), (enrolled, completed)


@pytest.mark.parametrize("seed", range(60))
def test_a_total_that_is_known_stays_or_the_table_goes(seed: int) -> None:
    chance = random.Random(seed)
    shape = chance.choice([(1, 2), (2, 2), (2, 3), (3, 1), (4, 1)])
    counts = [[chance.choice([0, 1, 2, 3, 4, 5, 6, 8]) for _ in range(shape[1])] for _ in range(shape[0])]
    table = suppressed(counts, total_is_known=True)
    if not table.total.mark:
        assert not given_away(table, 13), counts


def given_away(
    table: Table, ceiling: int, *, least: Sequence[Sequence[int]] = (), most: Sequence[Sequence[int]] = ()
) -> set[tuple[int, int]]:
    """Hidden cells with one possible value: all tables that print like this one are tried, without any cleverness."""
    possible: dict[tuple[int, int], set[int]] = {}
    for rows in _alike(table, ceiling, least, most):
        for i, j in product(range(len(rows)), range(len(rows[0]))):
            possible.setdefault((i, j), set()).add(rows[i][j])
    assert possible, "not even the true table is among them"
    return {place for place, values in possible.items() if table.rows[place[0]][place[1]].mark and len(values) < 2}


def _alike(
    table: Table, ceiling: int, least: Sequence[Sequence[int]], most: Sequence[Sequence[int]]
) -> Iterator[list[tuple[int, ...]]]:
    everything = [*table.row_totals, *table.column_totals, table.total, *(cell for row in table.rows for cell in row)]
    whole = all(cell.mark == HIDDEN for cell in everything)
    candidates = []
    for i, row in enumerate(table.rows):
        choices = []
        for j, cell in enumerate(row):
            low, high = (0, ceiling) if whole else _range(cell, ceiling)
            low = max(low, least[i][j]) if least else low
            high = min(high, most[i][j]) if most else high
            choices.append(range(low, high + 1))
        candidates.append([one for one in product(*choices) if whole or _fits(sum(one), table.row_totals[i], ceiling)])
    for rows in product(*candidates):
        columns = [sum(row[j] for row in rows) for j in range(len(table.column_totals))]
        fit = [_fits(column, cell, ceiling) for column, cell in zip(columns, table.column_totals, strict=True)]
        if whole or (all(fit) and _fits(sum(columns), table.total, ceiling)):
            yield list(rows)


def _range(cell: Cell, ceiling: int) -> tuple[int, int]:
    if cell.value is not None:
        return cell.value, cell.value
    return (1, 4) if cell.mark == FEW else (5, max(5, ceiling))


def _fits(value: int, cell: Cell, ceiling: int) -> bool:
    low, high = _range(cell, 10 * ceiling)
    return low <= value <= high


# ------------------------------------------------------------------ the report


def counts(store: Store, *rows: tuple[object, ...]) -> None:
    """Each row: country, module, sex, agency type, enrolled, completed."""
    with store.write(Scope.system("test")) as db:
        for module in sorted({str(row[1]) for row in rows}):
            an_edition(db, module, title=f"About {module}")
        for country, module, sex, agency, enrolled, completed in rows:
            db.add(
                Summary(
                    country=country,
                    module=module,
                    month="2026-11",
                    sex=sex,
                    agency_type=agency,
                    mode="online",
                    enrolled=enrolled,
                    completed=completed,
                )
            )


@pytest.fixture
def filled(store: Store) -> Store:
    counts(
        store,
        ("KH", "alpha", "woman", "police", 40, 20), ("KH", "alpha", "man", "police", 30, 11),
        ("KH", "beta", "man", "health", 9, 3), ("LA", "alpha", "woman", "police", 20, 12),
        ("LA", "beta", "", "police", 30, 22), ("TH", "alpha", "man", "police", 500, 400),
    )  # fmt: skip
    return store


def completions(store: Store, now: datetime, *countries: str, **filters: str) -> reports.Report:
    """The report once every quarter has been fixed that something was counted in."""
    fix(store)
    with store.read(Scope.countries(countries)) as db:
        return reports.completions(db, countries, Filters(**filters), now=now, days=15)


def fix(store: Store) -> None:
    """In the year after, all quarters of 2026 are fixed."""
    cutoffs.fix_due(store, None, now=datetime(2027, 1, 20, 9, tzinfo=UTC), days=15)


def percent(row: reports.Row) -> int | None:
    return round(100 * row.share.share) if row.share else None


def shown(report: reports.Report) -> list[tuple[str | None, str | None, str, str, int | None]]:
    return [
        (row.country, row.module, row.now.enrolled.text(), row.now.completed.text(), percent(row))
        for row in (*report.rows, *report.totals)
    ]


def test_the_report_shows_counts_shares_and_totals_of_ones_own_countries(filled: Store, now: datetime) -> None:
    assert shown(completions(filled, now, "KH", "LA")) == [
        ("KH", "alpha", "70", "not shown", None),
        ("KH", "beta", "9", "<5", None),
        ("LA", "alpha", "20", "12", 60),
        ("LA", "beta", "30", "22", 73),
        ("KH", None, "79", "34", 43),
        ("LA", None, "50", "34", 68),
        (None, "alpha", "90", "12 or more", None),
        (None, "beta", "39", "22 or more", None),
        (None, None, "129", "68", 53),
    ]


def test_a_cell_keeps_its_status_under_every_filter(filled: Store, now: datetime) -> None:
    whole = set(shown(completions(filled, now, "KH", "LA")))
    for filters in ({"country": "KH"}, {"module": "beta"}, {"country": "LA", "module": "beta"}):
        found = shown(completions(filled, now, "KH", "LA", **filters))
        assert found
        assert set(found) <= whole


def test_another_countrys_numbers_change_no_byte_of_the_report(filled: Store, now: datetime) -> None:
    before = report_files.written(report_tables.completions(completions(filled, now, "KH", "LA")))
    counts(filled, ("TH", "alpha", "woman", "police", 7, 7), ("VN", "beta", "man", "ngo", 2, 2))
    assert report_files.written(report_tables.completions(completions(filled, now, "KH", "LA"))) == before


@pytest.mark.parametrize("filters", [{"country": "TH"}, {"module": "gamma"}, {"country": "xx"}])
def test_a_filter_for_a_foreign_country_or_no_module_finds_nothing(
    filled: Store, now: datetime, filters: dict[str, str]
) -> None:
    with pytest.raises(NotFound):
        completions(filled, now, "KH", "LA", **filters)


def test_a_coordinator_of_one_country_sees_no_total_over_countries(filled: Store, now: datetime) -> None:
    report = completions(filled, now, "TH")
    assert shown(report) == [("TH", "alpha", "500", "400", 80)]
    assert not report.marks


def test_nothing_counted_gives_an_empty_report(store: Store, now: datetime) -> None:
    assert not shown(completions(store, now, "KH", "LA"))


def test_the_file_has_the_same_cells_as_the_screen(filled: Store, now: datetime) -> None:
    report = completions(filled, now, "KH", "LA")
    rows = list(csv_format.reader(io.StringIO(report_files.written(report_tables.completions(report)))))
    assert rows[0][:5] == ["Country", "Module", "Period", "Enrolled", "Completed"]
    cells = [[row[3], row[4], row[7]] for row in rows[1:]]
    assert cells == [[e, c, "–" if rate is None else str(rate)] for _, _, e, c, rate in shown(report)]
    assert rows[1][:2] == ["Cambodia", "About alpha"]
    assert rows[-1][:2] == ["All my countries", "All modules"]
    assert report_files.filename(report) == "completions-KH-LA-all-time-on-2026-11-23.csv"
    one = completions(filled, now, "KH", "LA", country="KH", module="beta")
    assert report_files.filename(one) == "completions-KH-beta-all-time-on-2026-11-23.csv"


def test_what_is_hidden_is_the_same_in_every_order(store: Store, now: datetime) -> None:
    """Two languages order countries and titles otherwise; together they must not tell what each hides."""
    places = [(code, slug) for code in ("KH", "LA", "TH") for slug in ("alpha", "beta", "gamma")]
    counts(store, *((*place, "woman", "police", 3 if place == ("KH", "beta") else 20, 0) for place in places))
    seen = []
    fix(store)
    with store.read(Scope.countries({"KH", "LA", "TH"})) as db:
        for codes, slugs in ((("KH", "LA", "TH"), "alpha beta gamma"), (("TH", "LA", "KH"), "gamma beta alpha")):
            titles = {slug: slug.title() for slug in slugs.split()}
            report = reports.completions(db, codes, Filters(), titles=titles, now=now, days=15)
            assert [row.country for row in report.rows[::3]] == list(codes)
            assert [row.module for row in report.rows[:3]] == list(titles)
            seen.append({(row.country, row.module): row.now.enrolled for row in (*report.rows, *report.totals)})
    assert seen[0] == seen[1]
    assert HIDDEN in {cell.mark for cell in seen[0].values()}


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t=", "\r=", "＝", "＋", "－", "＠", " =", "\u3000="])
def test_no_cell_of_the_file_is_a_formula(filled: Store, now: datetime, start: str) -> None:
    titles = {"alpha": f"{start}1+1", "beta": "Beta, plain"}
    fix(filled)
    with filled.read(Scope.countries({"KH"})) as db:
        report = reports.completions(db, ["KH"], Filters(), titles=titles, now=now, days=15)
    text = report_files.written(report_tables.completions(report), lambda word: f"{start}{word}")
    for row in csv_format.reader(io.StringIO(text, newline="")):
        assert all(not cell or cell[0] not in "=+-@\t\r＝＋－＠" for cell in row), row
        assert all(cell.lstrip(" \u3000")[:1] not in ("=", "＝") for cell in row), row
    assert "'" + start in text


# ------------------------------------------------------- periods, scores, groups


def by_quarter(store: Store, *rows: tuple[str, int, int]) -> None:
    """Each row: month, enrolled, completed; of one module in Cambodia."""
    with store.write(Scope.system("test")) as db:
        an_edition(db, "alpha", title="About alpha")
        for month, enrolled, completed in rows:
            cell = {"module": "alpha", "sex": "woman", "agency_type": "police", "mode": "online"}
            counted = {"enrolled": enrolled, "completed": completed, "minutes": 90 * completed}
            db.add(Summary(country="KH", month=month, **cell, **counted))


def test_a_period_is_shown_beside_the_one_before(store: Store, now: datetime) -> None:
    by_quarter(store, ("2025-12", 50, 40), ("2026-08", 30, 20), ("2026-10", 20, 10), ("2026-11", 20, 16))
    report = completions(store, now, "KH", period="2026-Q4")
    assert report.periods == ("2026-Q4", "2026-Q3", "2026-Q2", "2026-Q1", "2025-Q4", "2026", "2025")
    assert report.before == "2026-Q3"
    (row,) = report.rows
    assert [cell.text() for cell in row.now.cells] == ["40", "26", "2340", "0"]
    assert row.before is not None
    assert [row.before.enrolled.value, row.before.completed.value] == [30, 20]
    assert row.share is None, "some complete later than they enrol"
    year = completions(store, now, "KH", period="2026").rows[0]
    assert year.now.enrolled.value == 70
    assert year.before is not None
    assert year.before.enrolled.value == 50
    everything = completions(store, now, "KH").rows[0]
    assert everything.before is None
    assert everything.share is not None
    assert (everything.share.counted, everything.share.n) == (86, 120)


@pytest.mark.parametrize("period", ["2026-Q5", "2024", "2026-11", "x", "2026-Q4 "])
def test_no_other_period_can_be_chosen(store: Store, now: datetime, period: str) -> None:
    by_quarter(store, ("2026-11", 20, 16))
    with pytest.raises(NotFound):
        completions(store, now, "KH", period=period)


PRE = (45, 50, 55, 40, 60, 70, 35, 65, 50, 55, 80, 45)
POST = (70, 75, 70, 65, 75, 85, 60, 80, 70, 50, 90, 80)


def test_the_gain_of_the_monitoring_rules_comes_out_of_the_counts(store: Store, now: datetime) -> None:
    who = Begun("KH", "alpha", "2026-10", "woman", "police", "frontline", "online", "km")
    gathered = Counts()
    for pre, post in zip(PRE, POST, strict=True):
        sat = [Sat("1", "pre", "pre", 1, pre, None, "2026-10"), Sat("2", "post", "post", 1, post, post > 70, "2026-11")]
        gathered.take(evidence.enrolled(who))
        gathered.take(evidence.tests(who, sat, {}))
    with store.write(Scope.system("test")) as db:
        an_edition(db, "alpha")
        gathered.write(db)
    (row,) = completions(store, now, "KH", period="2026-Q4").rows
    assert row.tests is not None
    found = row.tests.gain
    assert found is not None
    assert (found.n, round(found.change, 2), round(found.effect or 0, 4)) == (12, 18.33, 1.5332)
    assert (round(found.low or 0, 2), round(found.high or 0, 2)) == (11.93, 24.73)
    assert row.tests.after is not None
    assert (row.tests.after.counted, row.tests.after.n) == (6, 12)
    table = list(
        csv_format.reader(
            io.StringIO(report_files.written(report_tables.scores(completions(store, now, "KH", period="2026"))))
        )
    )
    assert "18.3" in table[1]
    assert "1.53" in table[1]


def test_nothing_about_scores_of_nine_people(store: Store, now: datetime) -> None:
    scores = {"pairs": 9, "before": 36_000, "after": 54_000, "first_posts": 9, "first_posts_passed": 9}
    with store.write(Scope.system("test")) as db:
        an_edition(db, "alpha")
        cell = {
            "country": "KH",
            "module": "alpha",
            "month": "2026-11",
            "sex": "",
            "agency_type": "ngo",
            "mode": "online",
        }
        db.add(Summary(**cell, enrolled=20, **scores))
    assert [row.tests for row in completions(store, now, "KH").rows] == [None]


@pytest.fixture
def grouped(store: Store) -> Store:
    """The published case as persons of a quarter, and two who did not state their sex."""
    agencies = ("police", "immigration", "welfare")
    persons = [
        (f"{agency} {sex}", count)
        for agency, row in zip(agencies, VECTOR, strict=True)
        for sex, count in zip(("woman", "man"), row, strict=True)
    ]
    facets = {
        "who": [*persons, ("police", 2)],
        "work_role": [("frontline", 80), ("policy", 5)],
        "mode": [("online", 82), ("workshop", 3)],
        "locale": [("km", 85)],
    }
    with store.write(Scope.system("test")) as db:
        an_edition(db, "alpha")
        cell = {"module": "alpha", "month": "2026-11", "sex": "", "agency_type": "ngo", "mode": "online"}
        db.add(Summary(country="KH", enrolled=100, completed=85, **cell))
        for facet, values in facets.items():
            for value, count in values:
                counted = {"in_quarter": count, "in_year": count, "ever": count}
                db.add(PersonSummary(country="KH", month="2026-11", facet=facet, value=value, **counted))
    return store


def test_groups_are_those_of_the_persons_of_a_quarter(grouped: Store, now: datetime) -> None:
    report = completions(grouped, now, "KH", period="2026-Q4")
    groups = {one.facet: one for one in report.groups or ()}
    who = groups["who"]
    assert who.columns == ("woman", "man", "total")
    assert who.left_out, "two people who did not state their sex are in no column"
    assert who.rows[-1].cells[-1].value == 85, "the number of persons, as above"
    assert who.rows[1].value == "immigration"
    assert who.rows[1].cells[0].mark == FEW
    assert [[cell.text() for cell in row.cells] for row in groups["work_role"].rows] == [["80"], ["5"], ["85"]]
    assert [row.cells[0].text() for row in groups["mode"].rows] == ["not shown", "<5", "85"]
    table = list(csv_format.reader(io.StringIO(report_files.written(report_tables.groups(report)))))
    cells = [cell.text() for one in report.groups or () for row in one.rows for cell in row.cells]
    assert [row[-1] for row in table[1:]] == cells


def test_groups_are_of_one_country_and_one_quarter(grouped: Store, now: datetime) -> None:
    assert completions(grouped, now, "KH", "LA", period="2026-Q4").groups is None
    assert completions(grouped, now, "KH", period="2026").groups is None
    assert completions(grouped, now, "KH", "LA", period="2026-Q4", country="KH").groups
    assert completions(grouped, now, "KH", "LA", period="2026-Q4", country="LA").groups == ()


def test_questions_are_shown_from_thirty_answers_on(store: Store, now: datetime) -> None:
    with store.write(Scope.system("test")) as db:
        an_edition(db, "alpha")
        cell = {"module": "alpha", "month": "2026-11", "sex": "", "agency_type": "ngo", "mode": "online"}
        db.add(Summary(country="KH", enrolled=60, **cell))
        for question, n in (("many", 40), ("few", 29)):
            for choice, count in ((-1, n), (0, n - 14), (1, 3), (2, 11)):
                sums = {"right": n - 14, "rest": 300 * n, "rest_squares": 95_000 * n, "rest_of_right": 320 * (n - 14)}
                cell = {"question": question, "rev": 1, "quarter": "2026-Q4", "choice": choice, "purpose": "post"}
                held = sums if choice < 0 else {}
                db.add(ItemSummary(country="KH", module="alpha", **cell, n=count, **held))
    report = completions(store, now, "KH", module="alpha")
    assert report.questions is not None
    (row,) = report.questions.rows
    assert (row.question, row.before) == ("many", None)
    assert row.after is not None
    assert (row.after.least, row.after.right, row.after.chosen) == (30, 65, (0, 2))
    assert (row.after.discrimination or 0) > 0.2
    table = list(csv_format.reader(io.StringIO(report_files.written(report_tables.questions(report.questions)))))
    assert table[1][:5] == ["many", "1", "Test after", "30", "65"]


@pytest.mark.parametrize(
    ("n", "right", "told"),
    [(30, 29, "≥ 86"), (30, 26, "≥ 86"), (36, 35, "≥ 86"), (30, 25, "83"), (30, 30, "100"), (30, 0, "0"),
     (30, 1, "≤ 14"), (120, 119, "≥ 96"), (120, 115, "96")],
)  # fmt: skip
def test_a_percent_of_answers_does_not_tell_that_one_of_them_was_wrong(n: int, right: int, told: str) -> None:
    """97 percent of 30 answers or more is one wrong answer."""
    kept = [["alpha", "q", 1, "post", n, right, 0, 0, 0, {}]]
    (row,) = report_groups.questions_of(kept, "alpha").rows
    assert row.after is not None
    assert report_tables.right(row.after).text(str) == told


def test_a_report_costs_the_same_for_any_number_of_people(grouped: Store, now: datetime) -> None:
    def cost() -> int:
        fix(grouped)
        with grouped.read(Scope.countries({"KH", "LA"})) as db, statements(db) as seen:
            reports.completions(
                db, ["KH", "LA"], Filters(country="KH", module="alpha", period="2026-Q4"), now=now, days=15
            )
        return len(seen)

    before = cost()
    months = [(f"{year}-{month:02}", 40, 30) for year in (2024, 2025) for month in range(1, 13)]
    by_quarter(grouped, *months)
    assert cost() == before
    assert before <= 10


@pytest.mark.parametrize("counts", [{}, {"who": {"police man": 6}}])
def test_groups_that_are_not_the_persons_are_not_shown(counts: dict[str, dict[str, int]]) -> None:
    """Nobody's group is known, or some are not: a total of them would be another number."""
    made = report_groups.grouped(counts, Cell(9))
    assert [(one.facet, one.rows) for one in made] == [(facet, ()) for facet in report_groups.FACETS]
