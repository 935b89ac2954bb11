"""What was read off sheets: routes compared, differences open until a person decides, one result in the record."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Barrier
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.assessment.samples import all_items
from tests.factories import an_identity
from tests.services.papers import KH, SYSTEM, Room, on_sqlite
from tests.services.world import COURSE, RIGHT, WRONG, Learner
from trainer.assessment import present
from trainer.services import readings, sheets
from trainer.services.agreeing import Mark, Read, answers, canonical, gather
from trainer.services.problems import Conflict, NotFound
from trainer.services.sheets import Asked, SheetRow
from trainer.sheets.fields import fields
from trainer.store.engine import Store
from trainer.store.models import Attempt, CompletionRow, Enrolment, Person, Response
from trainer.store.workshops import Reading

ALL_WRONG = {name: WRONG[name] for name in ("q1", "q2", "q3")}


@pytest.fixture
def paper(store: Store) -> Room:
    return Room(store)


@pytest.fixture
def quiz(paper: Room) -> SheetRow:
    return paper.sheet("quiz")


def code_of(row: SheetRow) -> str:
    return str((row.problem or {"code": "recorded" if row.attempt_id else "nothing"})["code"])


# ------------------------------------------------------------ comparing routes

ROWS = 4
MARKS = st.one_of(
    st.lists(st.integers(0, 3), max_size=2, unique=True).map(tuple), st.sampled_from(["", "water", " water ", "fire"])
)
SOURCES = ("scan", "typed", "again", "decided")


@st.composite
def routes(draw: Callable[..., Any]) -> list[Read]:
    found = []
    for source in draw(st.lists(st.sampled_from(SOURCES), unique=True)):
        marks = draw(st.dictionaries(st.integers(0, ROWS - 1), MARKS))
        unsure = st.dictionaries(st.integers(0, ROWS - 1), st.sampled_from(["faint", "differs"]))
        found.append(Read(source, marks, draw(unsure) if source == "scan" else {}))
    return found


def plain(mark: Mark) -> Mark:
    return " ".join(mark.split()) if isinstance(mark, str) else tuple(sorted(mark))


@given(routes(), st.randoms())
def test_the_order_of_routes_never_matters(reads: list[Read], random: Any) -> None:
    mixed = list(reads)
    random.shuffle(mixed)
    assert gather(mixed, ROWS) == gather(reads, ROWS)


@given(routes())
def test_what_is_settled_nobody_said_otherwise(reads: list[Read]) -> None:
    outcome = gather(reads, ROWS)
    decided = {row: mark for read in reads if read.source == "decided" for row, mark in read.marks.items()}
    for row in range(ROWS):
        said = [read.marks[row] for read in reads if row in read.marks and row not in read.doubts]
        is_settled = row not in outcome.open and row not in outcome.missing
        if row in decided:
            assert (is_settled, outcome.marks[row]) == (True, decided[row])
        elif is_settled:
            assert said
            assert all(plain(one) == plain(outcome.marks[row]) for one in said)
        elif not said:
            unsure = any(row in read.doubts for read in reads if read.source != "decided")
            assert row in (outcome.open if unsure else outcome.missing)
        else:
            assert outcome.open[row] == "differs"


@settings(max_examples=30)
@given(st.permutations(["A", "B", "C"]), st.sampled_from(["A", "B"]))
def test_typing_settles_what_a_scan_was_not_sure_of(words: list[str], typed: str) -> None:
    scan = Read("scan", {0: words[0]}, {0: "differs", 1: "faint"})
    outcome = gather([scan, Read("typed", {0: typed, 1: ""}, {})], 2)
    assert outcome == ({0: typed, 1: ""}, {}, frozenset())


# ------------------------------------------------------------ numbers


def number() -> Asked:
    plan = (present(all_items()["number"], "seed", shuffle=False),)
    return Asked(None, plan, fields(plan), ())  # type: ignore[arg-type]


def digits(text: str) -> dict[int, Mark]:
    """A minus, five columns, a point; `4 2..` has a digit in the first and third column."""
    marks: dict[int, Mark] = {0: (), 6: ()}
    return marks | {at: (int(sign),) if sign.isdigit() else () for at, sign in enumerate(text.ljust(5, "."), 1)}


def value(*reads: Read) -> Any:
    asked = number()
    outcome = gather(canonical(asked, reads), len(asked.fields))
    decided = {row for read in reads if read.source == "decided" for row in read.marks}
    found, wrong = answers(asked, outcome, decided)
    return (found.get("number", {}).get("text"), bool(outcome.open or wrong or outcome.missing))


@pytest.mark.parametrize("written", ["42...", ".42..", "...42"])
@pytest.mark.parametrize("other", ["42...", "..42.", "...42"])
def test_a_number_is_the_same_in_whatever_column_it_begins(written: str, other: str) -> None:
    scan, typed = Read("scan", digits(written), {}), Read("typed", digits(other), {})
    assert value(scan, typed) == ("42", False)


def test_numbers_that_differ_are_open() -> None:
    assert value(Read("scan", digits("42..."), {}), Read("typed", digits("43..."), {}))[1]
    assert value(Read("scan", digits("4"), {}), Read("typed", digits("40"), {}))[1]


@pytest.mark.parametrize("start", range(4))
def test_a_digit_that_was_decided_alone_stands_where_it_was_seen(start: int) -> None:
    """Also when a later scan is sure of all columns."""
    seen = digits("." * start + "43")
    unsure = {row: mark for row, mark in seen.items() if row != start + 2}
    decided = Read("decided", {start + 2: (3,)}, {})
    assert value(Read("scan", unsure, {start + 2: "faint"}), decided) == ("43", False)
    assert value(Read("scan", seen, {}), decided) == ("43", False)


def test_a_digit_that_two_scans_read_differently_is_told_by_its_place() -> None:
    scan = Read("scan", digits("42..."), {2: "differs"})
    assert value(scan)[1]
    assert canonical(number(), [scan])[0].marks == scan.marks
    assert value(scan, Read("decided", {2: (3,)}, {})) == ("43", False)
    assert value(scan, Read("decided", digits("...47"), {})) == ("47", False)


# ------------------------------------------------------------ a scan and another


def scan_reads(paper: Room, row: SheetRow) -> Read:
    return next(read for read in paper.read(readings.reads_of, [row.code])[row.code] if read.source == "scan")


def test_a_better_scan_settles_what_was_in_doubt(paper: Room, quiz: SheetRow) -> None:
    marks = paper.marks(quiz)
    assert code_of(paper.scan(quiz, {at: mark for at, mark in marks.items() if at}, {0: "faint"})) == "doubts"
    assert code_of(paper.scan(quiz, {0: marks[0]})) == "recorded"
    assert paper.recorded(quiz) == {name: RIGHT[name] for name in ("q1", "q2", "q3")} | {"q3": {"text": "Water"}}


@on_sqlite
def test_a_worse_scan_changes_nothing(paper: Room, quiz: SheetRow) -> None:
    paper.scan(quiz, paper.marks(quiz))
    assert code_of(paper.scan(quiz, {}, {0: "faint", 1: "blurred"})) == "recorded"
    assert scan_reads(paper, quiz).doubts == {}


@on_sqlite
def test_the_newest_reason_of_a_doubt_is_shown(paper: Room, quiz: SheetRow) -> None:
    paper.scan(quiz, {}, {0: "faint"})
    paper.scan(quiz, {}, {0: "double"})
    assert scan_reads(paper, quiz).doubts == {0: "double"}


@on_sqlite
def test_scans_that_differ_stay_open_whatever_is_scanned_after(paper: Room, quiz: SheetRow) -> None:
    marks = paper.marks(quiz)
    (row,) = paper.rows_of(quiz, "q1")
    other: Mark = (2,) if marks[row] != (2,) else (1,)
    paper.scan(quiz, marks, {})
    for again in (other, other, marks[row]):
        assert paper.scan(quiz, {row: again}).problem == {"code": "doubts", "rows": [row]}
    paper.scan(quiz, {}, {row: "faint"})
    assert scan_reads(paper, quiz).doubts == {row: "differs"}
    assert paper.recorded(quiz)["q1"] == RIGHT["q1"]
    assert code_of(paper.decide(quiz, {row: marks[row]})) == "recorded"


# ------------------------------------------------------------ states


@on_sqlite
def test_a_sheet_of_which_nothing_was_read_has_no_problem(paper: Room, quiz: SheetRow) -> None:
    assert code_of(paper.write(readings.settle, paper.shelf, KH, quiz.code, now=paper.now)) == "nothing"


@on_sqlite
def test_missing_pages_are_named(store: Store) -> None:
    many = b"".join(
        b"::: question {#m%d type=multiple}\nWhich?\n\n%b:::\n\n" % (at, b"- [x] One\n- [ ] Two\n") for at in range(80)
    )
    files = {**COURSE, "03-quiz.md": b"---\nid: quiz\ntitle: A quiz\nkind: quiz\n---\n\n" + many}
    paper = Room(store, people=1, modules={"course": files})
    row = paper.sheet("quiz")
    pages = sheets.asked(paper.shelf, row).pages
    assert len(pages) == 2
    last: dict[int, Mark] = {placed.number: (0,) for placed in pages[1]}
    assert paper.scan(row, last).problem == {"code": "pages-missing", "pages": [1]}
    assert code_of(paper.scan(row, {placed.number: () for placed in pages[0]})) == "recorded"
    assert len(paper.recorded(row)) == len(last)


@on_sqlite
def test_rows_in_doubt_are_named_and_nothing_is_recorded(paper: Room, quiz: SheetRow) -> None:
    marks = paper.marks(quiz)
    row = paper.scan(quiz, {at: mark for at, mark in marks.items() if at != 1}, {1: "double"})
    assert row.problem == {"code": "doubts", "rows": [1]}
    assert paper.count(Attempt) == paper.count(Enrolment) == 0
    view = paper.read(readings.view, paper.shelf, KH, quiz.code)
    assert view.doubtful == {1: "double"}


@on_sqlite
def test_two_marks_where_one_counts_are_decided_or_count_as_nothing(paper: Room, quiz: SheetRow) -> None:
    (row,) = paper.rows_of(quiz, "q1")
    both: dict[int, Mark] = {**paper.marks(quiz), row: (0, 1)}
    assert paper.type_in(quiz, both).problem == {"code": "doubts", "rows": [row]}
    assert paper.read(readings.view, paper.shelf, KH, quiz.code).doubtful == {row: "too-many"}
    assert code_of(paper.decide(quiz, {row: (0, 1)})) == "recorded"
    assert "q1" not in paper.recorded(quiz)


def test_a_blank_sheet_waits_for_its_person_and_is_then_recorded(paper: Room) -> None:
    blank = next(row for row in paper.issue("quiz", blanks=1) if row.is_blank)
    assert code_of(paper.scan(blank, paper.marks(blank))) == "person-missing"
    row = paper.name(blank, paper.participants()[1])
    assert (code_of(row), row.person_id, row.is_blank) == ("recorded", paper.people[1].id, True)


def test_a_second_test_before_is_noted_and_the_first_one_stays(paper: Room) -> None:
    first = paper.sheet("pre")
    blank = next(row for row in paper.issue("pre", blanks=1) if row.is_blank)
    paper.type_in(first, paper.marks(first))
    paper.type_in(blank, paper.marks(blank, WRONG))
    assert code_of(paper.name(blank, paper.participants()[0])) == "already-sat"
    assert (paper.count(Attempt), code_of(paper.again(first))) == (1, "recorded")


def test_a_sheet_of_a_shut_account_waits(paper: Room, quiz: SheetRow) -> None:
    def shut(db: Session, when: datetime | None) -> None:
        db.get_one(Person, quiz.person_id).disabled_at = when

    paper.write(shut, paper.now)
    assert code_of(paper.type_in(quiz, paper.marks(quiz))) == "person-shut"
    paper.write(shut, None)
    paper.type_in(quiz, paper.marks(quiz))
    paper.write(shut, paper.now)
    (row,) = paper.rows_of(quiz, "q1")
    assert code_of(paper.decide(quiz, {row: ()})) == "person-shut"
    assert paper.recorded(quiz)["q1"] == RIGHT["q1"]


def test_every_state_of_a_sheet_has_a_sentence() -> None:
    codes = ("pages-missing", "doubts", "person-missing", "differs", "already-sat", "person-shut", "taken-back")
    assert not set(codes) - readings.SENTENCES.keys()


# ------------------------------------------------------------ one result


@pytest.mark.parametrize("first", ["scan", "type_in"])
def test_two_routes_that_agree_are_one_result(paper: Room, quiz: SheetRow, first: str) -> None:
    marks = paper.marks(quiz)
    scanned = {at: mark for at, mark in marks.items() if not isinstance(mark, str)}
    lines = dict.fromkeys(marks.keys() - scanned.keys(), "written")
    acts = [lambda: paper.scan(quiz, scanned, lines), lambda: paper.type_in(quiz, marks)]
    rows = [act() for act in (acts if first == "scan" else acts[::-1])]
    assert [code_of(row) for row in rows] == (["doubts", "recorded"] if first == "scan" else ["recorded", "recorded"])
    assert (paper.count(Attempt), paper.count(Response), paper.count(Reading)) == (1, 3, 2)
    assert paper.sums_are_right()


@pytest.mark.parametrize("first", ["scan", "type_in"])
def test_a_difference_never_overwrites_the_record(paper: Room, quiz: SheetRow, first: str) -> None:
    right, wrong = paper.marks(quiz), paper.marks(quiz, {**RIGHT, "q1": WRONG["q1"]})
    second = {"scan": "type_in", "type_in": "scan"}[first]
    assert code_of(getattr(paper, first)(quiz, right)) == "recorded"
    before = paper.recorded(quiz)
    row = getattr(paper, second)(quiz, wrong)
    assert row.problem == {"code": "doubts", "rows": paper.rows_of(quiz, "q1")}
    assert (paper.recorded(quiz), paper.count(Attempt)) == (before, 1)
    assert paper.sums_are_right()


@on_sqlite
def test_typing_twice_compares(paper: Room, quiz: SheetRow) -> None:
    paper.type_in(quiz, paper.marks(quiz))
    wrong = paper.type_in(quiz, paper.marks(quiz, {**RIGHT, "q3": WRONG["q3"]}), again=True)
    assert wrong.problem == {"code": "doubts", "rows": paper.rows_of(quiz, "q3")}
    assert code_of(paper.type_in(quiz, paper.marks(quiz), again=True)) == "recorded"


def test_typing_other_marks_after_the_record_is_shown(paper: Room, quiz: SheetRow) -> None:
    paper.type_in(quiz, paper.marks(quiz))
    assert code_of(paper.type_in(quiz, paper.marks(quiz, WRONG))) == "differs"
    assert paper.recorded(quiz)["q1"] == RIGHT["q1"]
    view = paper.read(readings.view, paper.shelf, KH, quiz.code)
    assert set(view.doubtful.values()) == {"differs"}
    assert code_of(paper.type_in(quiz, paper.marks(quiz))) == "recorded"


def test_a_decision_replaces_the_record(paper: Room, quiz: SheetRow) -> None:
    paper.type_in(quiz, paper.marks(quiz))
    paper.scan(quiz, paper.marks(quiz, {**RIGHT, "q1": WRONG["q1"]}))
    (row,) = paper.rows_of(quiz, "q1")
    assert code_of(paper.decide(quiz, {row: paper.marks(quiz, WRONG)[row]})) == "recorded"
    assert paper.recorded(quiz)["q1"] == WRONG["q1"]
    assert (paper.count(Attempt), paper.count(Enrolment)) == (1, 1)
    assert paper.sums_are_right()


def test_a_decision_for_the_record_leaves_it(paper: Room, quiz: SheetRow) -> None:
    recorded = paper.type_in(quiz, paper.marks(quiz))
    paper.scan(quiz, paper.marks(quiz, {**RIGHT, "q1": WRONG["q1"]}))
    (row,) = paper.rows_of(quiz, "q1")
    decided = paper.decide(quiz, {row: paper.marks(quiz)[row]})
    assert (code_of(decided), decided.recorded_at) == ("recorded", recorded.recorded_at)


def test_a_decision_about_one_row_is_none_about_what_is_read_differently_later(paper: Room, quiz: SheetRow) -> None:
    paper.type_in(quiz, paper.marks(quiz))
    (row,) = paper.rows_of(quiz, "q1")
    assert code_of(paper.decide(quiz, {row: paper.marks(quiz)[row]})) == "recorded"
    assert code_of(paper.type_in(quiz, paper.marks(quiz, {**RIGHT, "q2": WRONG["q2"]}))) == "differs"
    assert paper.recorded(quiz)["q2"] == RIGHT["q2"]


def test_a_decision_that_takes_a_completion_away_is_counted(paper: Room, quiz: SheetRow) -> None:
    learner = Learner(paper.store, paper.shelf, an_identity(paper.people[0]))
    for unit in ("first", "second"):
        learner.do("unit-done", unit=unit)
    for row in (quiz, paper.sheet("post")):
        paper.type_in(row, paper.marks(row))
    assert paper.count(CompletionRow) == 1
    paper.decide(quiz, paper.marks(quiz, ALL_WRONG))
    assert paper.count(CompletionRow) == 0
    assert paper.sums_are_right()
    paper.decide(quiz, paper.marks(quiz))
    assert paper.count(CompletionRow) == 1
    assert paper.sums_are_right()


@on_sqlite
@pytest.mark.parametrize(("purpose", "day", "hour"), [("pre", 23, 9), ("quiz", 24, 15), ("post", 24, 16)])
def test_a_sheet_counts_on_the_day_it_was_written(paper: Room, purpose: str, day: int, hour: int) -> None:
    row = paper.sheet(purpose)
    paper.type_in(row, paper.marks(row))
    at = paper.read(lambda db: db.query(Attempt).one().handed_in_at)
    assert at == datetime(2026, 11, day, hour - 7, tzinfo=UTC)  # Phnom Penh is seven hours ahead


@on_sqlite
def test_a_sheet_that_is_entered_during_the_workshop_is_not_of_the_future(paper: Room, quiz: SheetRow) -> None:
    paper.now = noon = datetime(2026, 11, 23, 5, 0, tzinfo=UTC)
    paper.type_in(quiz, paper.marks(quiz))
    assert paper.read(lambda db: db.query(Attempt).one().handed_in_at) == noon


# ------------------------------------------------------------ whose it is


def test_naming_another_person_moves_the_record_and_leaves_the_readings(paper: Room, quiz: SheetRow) -> None:
    paper.scan(quiz, paper.marks(quiz))
    before = paper.read(readings.reads_of, [quiz.code])
    row = paper.name(quiz, paper.participants()[1])
    assert (code_of(row), row.number) == ("recorded", 2)
    assert paper.count(Attempt, Attempt.person_id == paper.people[0].id) == 0
    assert paper.count(Attempt, Attempt.person_id == paper.people[1].id) == 1
    assert paper.count(Enrolment, Enrolment.person_id == paper.people[0].id) == 0
    assert paper.read(readings.reads_of, [quiz.code]) == before
    assert paper.sums_are_right()


@on_sqlite
def test_naming_the_same_person_changes_nothing(paper: Room, quiz: SheetRow) -> None:
    recorded = paper.scan(quiz, paper.marks(quiz))
    assert paper.name(quiz, paper.participants()[0]) == recorded


@on_sqlite
def test_naming_somebody_who_is_not_in_the_room_changes_nothing(paper: Room, quiz: SheetRow) -> None:
    recorded = paper.scan(quiz, paper.marks(quiz))
    with pytest.raises(NotFound):
        paper.name(quiz, "nobody")
    assert paper.again(quiz) == recorded
    assert paper.count(Attempt) == 1


def test_what_was_taken_back_leaves_no_record_and_can_be_recorded_again(paper: Room, quiz: SheetRow) -> None:
    paper.scan(quiz, paper.marks(quiz))
    paper.take_back(quiz)
    assert code_of(paper.again(quiz)) == "taken-back"
    assert paper.count(Attempt) == paper.count(Enrolment) == paper.count(Response) == 0
    assert paper.sums_are_right()
    paper.take_back(quiz)
    assert code_of(paper.scan(quiz, paper.marks(quiz))) == "recorded"


def test_a_recorded_sheet_is_given_to_nobody_else_by_the_way(paper: Room, quiz: SheetRow) -> None:
    paper.scan(quiz, paper.marks(quiz))
    with pytest.raises(Conflict):
        paper.write(sheets.assign, KH, quiz.code, paper.participants()[1])


# ------------------------------------------------------------ at the same time


def test_two_people_who_enter_one_sheet_at_once_make_one_result_and_a_difference_is_seen(paper: Room) -> None:
    """On PostgreSQL both are inside their transactions; on SQLite one waits for the other."""
    for number, purpose in ((1, "quiz"), (2, "quiz"), (1, "pre"), (2, "pre"), (1, "post"), (2, "post")):
        row = paper.sheet(purpose, number)
        both, now = Barrier(2), paper.now + timedelta(minutes=1)
        entered = [("typed", paper.marks(row)), ("again", paper.marks(row, WRONG))]

        def enter(source: Any, marks: Any, row: SheetRow = row, both: Barrier = both, now: datetime = now) -> SheetRow:
            both.wait()
            with paper.store.write(SYSTEM) as db:
                return readings.type_in(
                    db, paper.shelf, KH, row.code, marks, again=source == "again", by=source, now=now
                )

        with ThreadPoolExecutor(2) as pool:
            found = [one.result() for one in [pool.submit(enter, *one) for one in entered]]
        assert sorted(code_of(one) for one in found) == ["doubts", "recorded"]
        assert code_of(paper.again(row)) == "doubts"
        assert {read.source for read in paper.read(readings.reads_of, [row.code])[row.code]} == {"typed", "again"}
    assert paper.count(Attempt) == 6
    assert paper.sums_are_right()


def test_two_scans_of_one_sheet_at_once_lose_nothing(paper: Room, quiz: SheetRow) -> None:
    marks, both = paper.marks(quiz), Barrier(2)

    def enter(some: dict[int, Mark]) -> None:
        both.wait()
        with paper.store.write(SYSTEM) as db:
            readings.keep(db, quiz, "scan", some, {}, by="scanner", now=paper.now)
            readings.settle(db, paper.shelf, KH, quiz.code, now=paper.now)

    parts = [{at: mark for at, mark in marks.items() if at % 2 == half} for half in (0, 1)]
    with ThreadPoolExecutor(2) as pool:
        for one in [pool.submit(enter, part) for part in parts]:
            one.result()
    assert code_of(paper.again(quiz)) == "recorded"


def test_a_sheet_that_is_taken_back_leaves_room_for_another_attempt(paper: Room, quiz: SheetRow) -> None:
    """Attempts have numbers: after the first was taken back, the next one was given the second's."""
    paper.type_in(quiz, paper.marks(quiz, WRONG))
    one = Learner(paper.store, paper.shelf, an_identity(paper.people[0]), now=paper.now)
    one.take("quiz", WRONG)
    paper.take_back(quiz)
    one.take("quiz", RIGHT)
    numbers = paper.read(lambda db: sorted(db.scalars(select(Attempt.number).where(Attempt.purpose == "quiz"))))
    assert numbers == [2, 3]
    assert paper.sums_are_right()
