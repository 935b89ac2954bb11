"""Figures that are fixed once: when, by whom, and what becomes of whatever comes later."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import delete, func, select, update
from sqlalchemy.exc import SQLAlchemyError

from tests.factories import a_person, an_edition
from trainer import __version__
from trainer.services import cutoffs, fixing, periods, report_files, report_tables, reports, running
from trainer.services.problems import NotFound, Refused
from trainer.services.reports import Filters, Report
from trainer.services.suppression import LATER
from trainer.store.cutoffs import Cutoff
from trainer.store.engine import Store
from trainer.store.errors import OutOfScope, StoreError
from trainer.store.evidence import ItemSummary, PersonSummary, Summary
from trainer.store.models import Person
from trainer.store.scope import Scope

JULY, AUTUMN, WINTER = "2026-Q2", "2026-Q3", "2026-Q4"
AFTER_SUMMER = datetime(2026, 10, 20, 3, tzinfo=UTC)
AFTER_YEAR = datetime(2027, 1, 20, 3, tzinfo=UTC)
DAYS = 15


def add(store: Store, month: str, enrolled: int, completed: int = 0, *, country: str = "KH", **over: str) -> None:
    cell = {"module": "alpha", "sex": "", "agency_type": "police", "mode": "online", **over}
    counted = {"enrolled": enrolled, "completed": completed, "minutes": 90 * completed}
    with store.write(Scope.system("test")) as db:
        held = db.get(Summary, (country, cell["module"], month, cell["sex"], cell["agency_type"], cell["mode"]))
        if held is None:
            db.add(Summary(country=country, month=month, **cell, **counted))
        else:
            for name, value in counted.items():
                setattr(held, name, getattr(held, name) + value)


@pytest.fixture
def filled(store: Store) -> Store:
    with store.write(Scope.system("test")) as db:
        an_edition(db, "alpha")
    add(store, "2026-05", 40, 20)
    add(store, "2026-08", 30, 12)
    return store


def fix_due(store: Store, now: datetime, *countries: str) -> int:
    return cutoffs.fix_due(store, countries or ("KH",), now=now, days=DAYS)


def report(store: Store, *countries: str, **filters: str) -> Report:
    with store.read(Scope.counts(countries or ("KH",))) as db:
        return reports.completions(db, countries or ("KH",), Filters(**filters), now=AFTER_YEAR, days=DAYS)


def enrolled(of: Report) -> Sequence[str]:
    return [row.now.enrolled.text() for row in of.rows]


# ------------------------------------------------------------------------ when


def test_all_quarters_of_the_past_are_fixed_in_their_order(filled: Store) -> None:
    """As when a database of before is upgraded."""
    assert report(filled).periods == ()
    assert fix_due(filled, AFTER_SUMMER) == 2
    assert fix_due(filled, AFTER_SUMMER) == 0
    found = report(filled)
    assert found.periods == (AUTUMN, JULY, "2026")
    assert enrolled(found) == ["70"]
    assert found.fixed_at == AFTER_SUMMER
    assert (found.version, {one.by for one in found.cutoffs["KH"].values()}) == (__version__, {None})
    rows = report_files.written(report_tables.completions(found)).splitlines()
    assert rows[0].endswith("Fixed on (UTC),Version of Trainer")
    assert rows[1].endswith(f"2026-10-20 03:00,{__version__}")


@pytest.mark.parametrize(("country", "moment", "ended"), [
    ("KH", "2026-09-30T16:59", False), ("KH", "2026-09-30T17:00", True),
    ("TL", "2026-09-30T14:59", False), ("TL", "2026-09-30T15:00", True),
])  # fmt: skip
def test_a_quarter_ends_in_the_country_s_own_night(sqlite_store: Store, country: str, moment: str, ended: bool) -> None:
    add(sqlite_store, "2026-08", 30, country=country)
    for later, check in ((timedelta(), 0), (timedelta(days=DAYS), DAYS)):
        with sqlite_store.read(Scope.counts({country})) as db:
            now = datetime.fromisoformat(moment).replace(tzinfo=UTC) + later
            assert bool(cutoffs.due(db, {country}, now=now, days=check)) is ended


def test_the_running_quarter_is_in_no_report(filled: Store) -> None:
    add(filled, "2026-10", 50, 30)
    fix_due(filled, AFTER_SUMMER)
    assert enrolled(report(filled)) == ["70"]
    with pytest.raises(NotFound):
        report(filled, period=WINTER)
    with filled.read(Scope.counts({"KH"})) as db:
        (row,) = running.so_far(db, {"KH"}, now=AFTER_SUMMER)
    assert (row.quarter, row.module, row.enrolled, row.completed) == (WINTER, "alpha", 50, 30)


def test_a_coordinator_fixes_a_quarter_as_soon_as_it_has_ended(filled: Store) -> None:
    early = datetime(2026, 10, 1, 3, tzinfo=UTC)

    def fix(country: str, quarter: str) -> None:
        with filled.read(Scope.countries({"KH"})) as db:
            found = cutoffs.gather_now(db, {"KH"}, country, quarter, now=early)
        rows = fixing.rows_of(found, by="sophea", now=early) if found else []
        with filled.write(Scope.countries({"KH"})) as db:
            assert fixing.keep(db, rows)

    assert fix_due(filled, early) == 1
    assert report(filled).periods == (JULY, "2026")
    with pytest.raises(Refused, match="2027-01-01"):
        fix("KH", WINTER)
    for country, quarter in (("LA", AUTUMN), ("KH", "2026"), ("KH", "2026-Q5"), ("KH", ""), ("KH", "0000-Q1")):
        with pytest.raises(NotFound):
            fix(country, quarter)
    fix("KH", AUTUMN)
    fix("KH", AUTUMN)
    made = report(filled).cutoffs["KH"]
    assert (made[AUTUMN].by, made[AUTUMN].at) == ("sophea", early)


def test_a_clock_that_jumps_opens_nothing_again(filled: Store) -> None:
    fix_due(filled, AFTER_SUMMER)
    before = kept(filled)
    assert fix_due(filled, AFTER_SUMMER - timedelta(days=200)) == 0
    assert fix_due(filled, AFTER_SUMMER) == 0
    assert kept(filled) == before


def kept(store: Store) -> list[tuple[object, ...]]:
    with store.read(Scope.system("test")) as db:
        return [
            (row.country, row.quarter, row.made_at, row.digest, row.counts, row.said)
            for row in db.scalars(select(Cutoff).order_by(Cutoff.country, Cutoff.quarter))
        ]


def test_two_who_fix_at_once_get_the_same_figures(filled: Store) -> None:
    for month in range(1, 5):
        add(filled, f"2026-{month:02}", 20, 10, country="LA")
    start, failed = threading.Barrier(2), []

    def work(hour: int) -> None:
        try:
            start.wait(5)
            fix_due(filled, AFTER_SUMMER + timedelta(hours=hour), "KH", "LA")
        except Exception as error:
            failed.append(error)

    threads = [threading.Thread(target=work, args=(hour,)) for hour in (0, 1)]
    for one in threads:
        one.start()
    for one in threads:
        one.join(20)
    assert not failed
    rows = kept(filled)
    assert [row[:2] for row in rows] == [
        ("KH", JULY), ("KH", AUTUMN), ("LA", "2026-Q1"), ("LA", JULY), ("LA", AUTUMN),
    ]  # fmt: skip
    assert fix_due(filled, AFTER_SUMMER, "KH", "LA") == 0


def test_whoever_is_slower_keeps_nothing(filled: Store) -> None:
    """What the slower one had worked out is left, also for quarters that the faster one has not fixed."""
    with filled.read(Scope.counts({"KH"})) as db:
        slow = fixing.gather(db, "KH", (JULY, AUTUMN))
        fast = fixing.gather(db, "KH", (JULY,))
    for one, kept_all in ((fast, True), (slow, False)):
        with filled.write(Scope.counts({"KH"})) as db:
            assert fixing.keep(db, fixing.rows_of(one, by=None, now=AFTER_SUMMER)) is kept_all
    assert [row[1] for row in kept(filled)] == [JULY]
    assert fix_due(filled, AFTER_SUMMER) == 1


def test_a_country_that_is_not_fixed_yet_is_not_nothing(filled: Store) -> None:
    add(filled, "2026-05", 33, country="LA")
    add(filled, "2026-08", 22, country="LA")
    fix_due(filled, AFTER_SUMMER - timedelta(days=30), "LA")
    fix_due(filled, AFTER_SUMMER)
    found = report(filled, "KH", "LA", period=AUTUMN)
    assert [(row.country, row.now.enrolled.text()) for row in (*found.rows, *found.totals)] == [
        ("KH", "30"), ("LA", "not fixed yet"), (None, "30 or more"),
    ]  # fmt: skip
    assert LATER in found.marks
    assert enrolled(report(filled, "KH", "LA", period=JULY)) == ["40", "33"]


@pytest.mark.parametrize(("day", "period", "shown"), [
    (15, JULY, "0"), (15, AUTUMN, "not fixed yet"), (16, AUTUMN, "0"), (15, "2026", "0"), (15, "", "0"),
])  # fmt: skip
def test_what_a_country_without_entries_is_told_follows_the_calendar(
    filled: Store, day: int, period: str, shown: str
) -> None:
    """Another country fixed the quarter early: nothing tells whether something waits in this one, or when it came."""
    now = datetime(2026, 10, day, 3, tzinfo=UTC)
    fix_due(filled, AFTER_SUMMER)
    for waiting in (0, 25):
        if waiting:
            add(filled, "2026-10", waiting, country="TL")
        with filled.read(Scope.counts({"KH", "TL"})) as db:
            found = reports.completions(db, ("KH", "TL"), Filters(period=period), now=now, days=DAYS)
        (row,) = [one for one in found.rows if one.country == "TL"] or [None]
        assert ("0" if row is None else row.now.enrolled.text()) == shown


# -------------------------------------------------------------- what comes late


def test_late_entries_change_no_figure_and_stand_in_a_correction(filled: Store) -> None:
    fix_due(filled, AFTER_SUMMER)
    before = [
        report_files.written(report_tables.completions(report(filled, period=period)))
        for period in ("", "2026", JULY, AUTUMN)
    ]
    add(filled, "2026-05", 6, 5, mode="workshop")
    add(filled, "2026-11", 25, 10)
    assert [
        report_files.written(report_tables.completions(report(filled, period=period)))
        for period in ("", "2026", JULY, AUTUMN)
    ] == before
    fix_due(filled, AFTER_YEAR)
    found = report(filled)
    assert enrolled(found) == ["95"], "the late six are in no sum"
    assert [enrolled(report(filled, period=period)) for period in (JULY, WINTER)] == [["40"], ["25"]]
    (line,) = found.corrections
    assert (line.quarter, line.module, line.enrolled, line.completed, line.minutes) == (WINTER, "alpha", 6, 5, 450)
    assert report(filled, period=WINTER).corrections == (line,)
    assert report(filled, period=AUTUMN).corrections == ()
    assert (
        report_files.written(report_tables.corrections(found)).splitlines()[1]
        == "Cambodia,A small module,2026-Q4,6,5,–,7"
    )


def persons(store: Store, month: str, count: int) -> None:
    """People who completed something for the first time."""
    counted = dict.fromkeys(("in_quarter", "in_year", "ever"), count)
    facets = {"work_role": "frontline", "who": "police", "mode": "online", "locale": "km"}
    with store.write(Scope.system("test")) as db:
        for facet, value in facets.items():
            held = db.get(PersonSummary, ("KH", month, facet, value))
            if held is None:
                db.add(PersonSummary(country="KH", month=month, facet=facet, value=value, **counted))
                continue
            for name in counted:
                setattr(held, name, getattr(held, name) + count)


def test_who_completed_late_for_the_first_time_is_told_as_a_person(filled: Store) -> None:
    """All time and its corrections are together all who ever completed something."""
    persons(filled, "2026-05", 20)
    persons(filled, "2026-08", 12)
    fix_due(filled, AFTER_SUMMER)
    add(filled, "2026-05", 9, 9, mode="workshop")
    persons(filled, "2026-05", 9)
    add(filled, "2026-11", 25, 10)
    persons(filled, "2026-11", 10)
    fix_due(filled, AFTER_YEAR)
    found = report(filled)
    assert [row.now.persons.text() for row in found.rows if row.now.persons] == ["42"]
    rows = report_files.written(report_tables.corrections(found)).splitlines()
    assert rows[0] == "Country,Module,Told with,Enrolled,Completed,Persons,Planned hours"
    assert rows[1:] == ["Cambodia,A small module,2026-Q4,9,9,–,13", "Cambodia,All modules,2026-Q4,–,–,9,–"]
    assert [one.module for one in report(filled, module="alpha").corrections] == ["alpha"]
    with filled.read(Scope.counts({"KH"})) as db:
        assert cutoffs.broken(db, {"KH"}) == []
    assert fix_due(filled, AFTER_YEAR + timedelta(days=92)) == 1
    assert report(filled).corrections == found.corrections, "told once"


@pytest.mark.parametrize(("late", "told"), [(4, 0), (5, 5), (6, 6), (7, 0)])
def test_persons_are_told_where_they_are_enough_and_completions_account_for_them(
    filled: Store, late: int, told: int
) -> None:
    """Seven persons beside six completions would say that another one waits."""
    persons(filled, "2026-05", 35)
    persons(filled, "2026-08", 12)
    with filled.write(Scope.system("test")) as db:
        an_edition(db, "beta")
    add(filled, "2026-05", 30, 30, module="beta")
    fix_due(filled, AFTER_SUMMER)
    add(filled, "2026-05", 6, 6, mode="workshop")
    add(filled, "2026-05", 1, 1, mode="workshop", module="beta")
    persons(filled, "2026-05", late)
    fix_due(filled, AFTER_YEAR)
    assert [one.persons for one in report(filled).corrections if one.module is None] == ([told] if told else [])


def test_a_few_late_entries_wait_until_they_are_more(filled: Store) -> None:
    fix_due(filled, AFTER_SUMMER)
    add(filled, "2026-05", 6, 2, mode="workshop")
    fix_due(filled, AFTER_YEAR)
    assert report(filled).corrections == ()
    add(filled, "2026-08", 3, 4, mode="workshop")
    fix_due(filled, AFTER_YEAR + timedelta(days=92))
    assert [(one.quarter, one.enrolled, one.completed) for one in report(filled).corrections] == [("2027-Q1", 9, 6)]
    add(filled, "2026-08", -5, 0, mode="workshop")
    fix_due(filled, AFTER_YEAR + timedelta(days=184))
    assert [(one.quarter, one.enrolled, one.completed) for one in report(filled).corrections] == [
        ("2027-Q1", 9, 6), ("2027-Q2", -5, 0),
    ]  # fmt: skip


def test_a_correction_does_not_say_how_many_learned_in_a_room(filled: Store) -> None:
    """Two hours there, ninety minutes alone: six completions of ten hours are two of these and four of those."""
    fix_due(filled, AFTER_SUMMER)
    add(filled, "2026-05", 4, 4)
    add(filled, "2026-05", 2, 2, mode="workshop")
    with filled.write(Scope.system("test")) as db:
        room = (Summary.month == "2026-05") & (Summary.mode == "workshop")
        db.execute(update(Summary).where(room).values(minutes=240))
    fix_due(filled, AFTER_YEAR)
    (line,) = report(filled).corrections
    assert (line.enrolled, line.completed, line.minutes) == (6, 6, None)
    assert report_files.written(report_tables.corrections(report(filled))).splitlines()[1].endswith(",6,6,–,–")


def test_minutes_tell_of_no_exchange_of_one_for_another(filled: Store) -> None:
    fix_due(filled, AFTER_SUMMER)
    with filled.write(Scope.system("test")) as db:
        db.execute(update(Summary).where(Summary.month == "2026-05").values(minutes=Summary.minutes + 30))
    fix_due(filled, AFTER_YEAR)
    assert report(filled).corrections == ()


def test_questions_go_on_when_thirty_more_answers_have_come(filled: Store) -> None:
    def answers(quarter: str, n: int, right: int) -> None:
        cell = {"module": "alpha", "purpose": "post", "question": "q1", "rev": 1, "quarter": quarter}
        with filled.write(Scope.system("test")) as db:
            for choice, count in ((-1, n), (0, right)):
                held = {"right": right, "rest": 0, "rest_squares": 0, "rest_of_right": 0} if choice < 0 else {}
                db.add(ItemSummary(country="KH", **cell, choice=choice, n=count, **held))

    def told() -> list[tuple[int, int]]:
        questions = report(filled, module="alpha").questions
        return [(row.after.least, row.after.right) for row in questions.rows if row.after] if questions else []

    answers(JULY, 40, 20)
    fix_due(filled, AFTER_SUMMER)
    assert told() == [(30, 50)]
    answers(WINTER, 29, 29)
    fix_due(filled, AFTER_YEAR)
    assert told() == [(30, 50)]
    answers("2027-Q1", 1, 1)
    fix_due(filled, AFTER_YEAR + timedelta(days=92))
    assert told() == [(50, 71)]


# ------------------------------------------------------------- nothing else may


def test_fixed_figures_are_never_changed_or_taken_away(filled: Store) -> None:
    fix_due(filled, AFTER_SUMMER)
    before = kept(filled)
    for act in (update(Cutoff).values(version="0"), delete(Cutoff)):
        try:
            with filled.write(Scope.system("test")) as db:
                db.execute(act)
        except (SQLAlchemyError, StoreError):
            pass
        assert kept(filled) == before


def test_a_session_over_counts_reaches_nobody_and_no_other_country(filled: Store) -> None:
    add(filled, "2026-05", 33, country="LA")
    with filled.write(Scope.system("test")) as db:
        a_person(db, country="KH")
    with filled.read(Scope.counts({"KH"})) as db:
        assert db.scalars(select(Person)).all() == []
        assert db.scalar(select(func.sum(Summary.enrolled))) == 70
    with pytest.raises(OutOfScope), filled.write(Scope.counts({"KH"})) as db:
        a_person(db, country="KH")
    fix_due(filled, AFTER_SUMMER, "LA", "KH")
    with filled.read(Scope.counts({"LA"})) as db:
        assert set(db.scalars(select(Cutoff.country))) == {"LA"}


def test_each_digest_covers_all_before_it(filled: Store) -> None:
    fix_due(filled, AFTER_SUMMER)
    with filled.read(Scope.counts({"KH"})) as db:
        assert cutoffs.broken(db, {"KH"}) == []
    if filled.is_sqlite:
        with filled.engine.begin() as connection:
            connection.exec_driver_sql("DROP TRIGGER cutoff_never_update")
            connection.exec_driver_sql("UPDATE cutoff SET made_by = 'x' WHERE quarter = '2026-Q2'")
        with filled.read(Scope.counts({"KH"})) as db:
            assert cutoffs.broken(db, {"KH"}) == [("KH", JULY)]


@pytest.mark.parametrize(
    ("first", "last", "number"), [("2025-Q3", "2026-Q2", 4), ("2026-Q1", "2026-Q1", 1), ("2026-Q2", "2026-Q1", 0)]
)
def test_quarters_follow_each_other(first: str, last: str, number: int) -> None:
    found = periods.between(first, last)
    assert len(found) == number
    assert all(periods.previous(after) == before for before, after in itertools.pairwise(found))
