"""After the workshop: lessons heard, completions with certificates, what the room learned, and what is missing."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from tests.factories import an_identity
from tests.services.papers import KH, LA, SYSTEM, Room, on_sqlite
from tests.services.world import COURSE, RIGHT, WRONG, Learner, publish, statements
from trainer.assessment.gain import FEWEST
from trainer.services import closing, lessons, sheets, tallies, timetable, workshops
from trainer.services.closing import Closing
from trainer.services.problems import Invalid
from trainer.services.sheets import SheetRow
from trainer.services.tallies import TallyRow
from trainer.services.timetable import SessionForm
from trainer.store.engine import Store
from trainer.store.models import Attempt, Certificate, CompletionRow, Enrolment, Person, UnitDone
from trainer.store.workshops import Tally, WorkshopSession


@pytest.fixture
def paper(store: Store) -> Room:
    return Room(store)


def close(paper: Room) -> None:
    def recorder(db: Session, ident: str, now: datetime) -> int:
        return lessons.record_attendance(db, paper.shelf, ident, now)

    paper.write(workshops.close, KH, paper.id, now=paper.now, record_attendance=recorder)


def reopen(paper: Room) -> None:
    paper.write(workshops.reopen, KH, paper.id)


def seen(paper: Room, countries: frozenset[str] = KH) -> Closing:
    return paper.read(closing.closing, paper.shelf, countries, paper.id, ("course",))


def hand_in(paper: Room, purpose: str, number: int, answers: Any = RIGHT) -> SheetRow:
    row = paper.sheet(purpose, number)
    return paper.type_in(row, paper.marks(row, answers))


# --------------------------------------------------------------------- lessons


def test_who_was_at_all_sessions_has_heard_the_lessons_on_that_day(paper: Room) -> None:
    paper.write(timetable.add_session, KH, paper.id, SessionForm("More", datetime(2026, 11, 24).date(), "course"))
    first, second = paper.sessions()
    paper.attend({first: [1, 2], second: [1]})
    close(paper)
    done = paper.read(lambda db: db.query(UnitDone).order_by(UnitDone.unit).all())
    assert [(row.person_id, row.unit) for row in done] == [(paper.people[0].id, unit) for unit in ("first", "second")]
    assert {row.at.replace(microsecond=0) for row in done} == {datetime(2026, 11, 24, 10, 0, tzinfo=UTC)}
    assert paper.read(lambda db: db.scalars(select(Enrolment.mode)).all()) == ["workshop"]
    assert paper.sums_are_right()


def test_lessons_and_sheets_complete_the_module_in_either_order(paper: Room) -> None:
    (session,) = paper.sessions()
    paper.attend({session: [1, 2]})
    hand_in(paper, "quiz", 1)
    hand_in(paper, "post", 1)
    assert paper.count(CompletionRow) == 0
    close(paper)
    assert paper.count(Certificate) == 1
    hand_in(paper, "quiz", 2)
    assert paper.count(Certificate) == 1
    hand_in(paper, "post", 2)
    assert (paper.count(CompletionRow), paper.count(Certificate)) == (2, 2)
    assert paper.read(lambda db: set(db.scalars(select(CompletionRow.month)))) == {"2026-11"}
    assert paper.sums_are_right()


@on_sqlite
def test_a_module_is_completed_with_its_last_part_in_whichever_order_they_are_entered(paper: Room) -> None:
    """The lessons were on the first day, and are entered after the test of the last."""
    with paper.store.write(SYSTEM) as db:
        db.execute(update(WorkshopSession).values(held_on=date(2026, 11, 23)))
    (session,) = paper.sessions()
    paper.attend({session: [1]})
    for purpose in ("quiz", "post"):
        hand_in(paper, purpose, 1)
    close(paper)
    written = paper.read(lambda db: db.scalar(select(Attempt.handed_in_at).where(Attempt.purpose == "post")))
    began, done = (
        paper.read(lambda db, one=one: db.scalar(select(one))) for one in (Enrolment.started_at, CompletionRow.at)
    )
    assert done == written > began
    assert paper.read(lambda db: db.scalar(select(Certificate.issued_at))) == done


def test_a_failed_quiz_completes_nothing(paper: Room) -> None:
    (session,) = paper.sessions()
    paper.attend({session: [1]})
    close(paper)
    hand_in(paper, "quiz", 1, WRONG)
    hand_in(paper, "post", 1)
    assert paper.count(CompletionRow) == 0


def test_closing_again_adds_what_is_new_and_takes_back_what_was_wrong(paper: Room) -> None:
    (session,) = paper.sessions()
    paper.attend({session: [1]})
    for purpose in ("quiz", "post"):
        hand_in(paper, purpose, 1)
    close(paper)
    close_again = paper.count(UnitDone)
    reopen(paper)
    close(paper)
    assert (close_again, paper.count(UnitDone), paper.count(CompletionRow)) == (2, 2, 1)
    reopen(paper)
    paper.attend({session: [2]})
    close(paper)
    assert paper.read(lambda db: set(db.scalars(select(UnitDone.person_id)))) == {paper.people[1].id}
    assert (paper.count(CompletionRow), paper.count(Certificate)) == (0, 0)
    assert paper.sums_are_right()


def test_lessons_of_a_module_that_was_not_taught_after_all_are_taken_back(paper: Room) -> None:
    (session,) = paper.sessions()
    paper.attend({session: [1]})
    close(paper)
    reopen(paper)
    paper.attend({session: []})
    paper.write(timetable.remove_session, KH, paper.id, session)
    close(paper)
    assert paper.count(UnitDone) == paper.count(Enrolment) == 0
    assert paper.sums_are_right()


@on_sqlite
def test_what_somebody_read_themselves_is_not_taken_back(paper: Room) -> None:
    (session,) = paper.sessions()
    learner = Learner(paper.store, paper.shelf, an_identity(paper.people[0]))
    learner.do("unit-done", unit="first")
    paper.attend({session: [1]})
    close(paper)
    reopen(paper)
    paper.attend({session: []})
    close(paper)
    assert paper.read(lambda db: db.scalars(select(UnitDone.unit)).all()) == ["first"]


@on_sqlite
def test_shut_accounts_keep_nobody_from_closing(paper: Room) -> None:
    (session,) = paper.sessions()
    paper.attend({session: [1, 2]})
    paper.write(lambda db: setattr(db.get_one(Person, paper.people[0].id), "disabled_at", paper.now))
    close(paper)
    assert paper.read(lambda db: set(db.scalars(select(UnitDone.person_id)))) == {paper.people[1].id}


@on_sqlite
def test_a_room_may_have_more_lessons_to_take_back_than_one_statement_holds(
    paper: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    (session,) = paper.sessions()
    monkeypatch.setattr(lessons, "_CHUNK", 1)
    paper.attend({session: [1, 2]})
    close(paper)
    reopen(paper)
    paper.attend({session: []})
    close(paper)
    assert paper.count(UnitDone) == 0


# --------------------------------------------------------------- the closing page


def test_who_came_who_completed_and_what_is_missing(paper: Room) -> None:
    (session,) = paper.sessions()
    paper.attend({session: [1]})
    paper.issue()
    for purpose in ("pre", "quiz", "post"):
        hand_in(paper, purpose, 1)
    close(paper)
    paper.scan(paper.sheet("quiz", 2), {}, {0: "faint"})
    found = seen(paper)
    one, two = found.people
    assert (one.sessions, len(one.completed["course"].replace("-", "")), one.missing) == (1, 26, 0)
    assert (two.sessions, two.completed, two.missing) == (0, {}, 2)
    assert (found.came, found.certificates, found.sessions, found.doubts) == (1, 1, 1, 1)
    assert {(row.number, row.purpose) for row in found.missing} == {(2, "pre"), (2, "post")}


def test_a_revoked_certificate_is_not_printed(paper: Room) -> None:
    (session,) = paper.sessions()
    paper.attend({session: [1]})
    close(paper)
    for purpose in ("quiz", "post"):
        hand_in(paper, purpose, 1)
    (code, _) = paper.read(closing.certificates, KH, paper.id, ("course",))[paper.people[0].id]["course"]
    assert seen(paper).people[0].completed == {"course": code}
    paper.write(lambda db: setattr(db.query(Certificate).one(), "revoked_at", paper.now))
    assert paper.read(closing.certificates, KH, paper.id, ("course",)) == {}
    assert seen(paper).people[0].completed == {"course": ""}
    assert seen(paper).certificates == 0


def test_another_country_sees_nothing_of_it(paper: Room) -> None:
    (session,) = paper.sessions()
    paper.attend({session: [1]})
    hand_in(paper, "pre", 1)
    found = seen(paper, LA)
    assert (found.people, found.sessions, found.missing, found.doubts) == ((), 0, (), 0)
    assert (found.learned[0].only_before, found.learned[0].people) == (0, (0, 0))
    assert paper.read(closing.certificates, LA, paper.id, ("course",)) == {}


@on_sqlite
def test_gain_is_of_people_with_both_tests_and_only_for_enough_of_them(store: Store) -> None:
    paper = Room(store, people=FEWEST + 3)
    for number in range(1, FEWEST):
        hand_in(paper, "pre", number, WRONG)
        hand_in(paper, "post", number)
    hand_in(paper, "pre", FEWEST + 1)
    hand_in(paper, "post", FEWEST + 2)
    (found,) = seen(paper).learned
    assert (found.gain, found.both, found.only_before, found.only_after) == (None, FEWEST - 1, 1, 1)
    hand_in(paper, "pre", FEWEST, WRONG)
    hand_in(paper, "post", FEWEST)
    (found,) = seen(paper).learned
    assert found.gain is not None
    assert (found.both, found.gain.n, found.gain.before, found.gain.after) == (FEWEST, FEWEST, 0.0, 100.0)


def test_the_closing_page_takes_the_same_statements_for_any_number_of_people(paper: Room) -> None:
    def asked() -> int:
        paper.issue()
        with paper.store.read(SYSTEM) as db, statements(db) as sent:
            closing.closing(db, paper.shelf, KH, paper.id, ("course",))
        return len(sent)

    before = asked()
    for _ in range(4):
        paper.join()
    assert asked() == before


# --------------------------------------------------------------------- tallies


def count(paper: Room, row: SheetRow, people: int, right: int) -> None:
    """`right` people with only right answers, the others with none."""
    asked = sheets.asked(paper.shelf, row)
    marks = paper.marks(row)
    counts = {
        at: tuple(right if (choice,) == marks[at] else 0 for choice in range(field.choices))
        for at, field in tallies.rows_of(asked).items()
    }
    paper.write(tallies.store, KH, row, TallyRow(people, counts), by="coordinator", now=paper.now)


def forms(paper: Room, purpose: str) -> list[SheetRow]:
    return tallies.forms_of(paper.issue(blanks=2), ("course", "test", purpose))


def test_counted_papers_show_the_share_of_right_answers_from_ten_people_on(paper: Room) -> None:
    first, second = forms(paper, "pre")
    assert (first.form, second.form) == ("A", "B")
    count(paper, first, FEWEST - 1, 3)
    assert (seen(paper).learned[0].people, seen(paper).learned[0].right) == ((9, 0), (None, None))
    count(paper, second, 3, 3)
    (found,) = seen(paper).learned
    assert (found.people, found.right) == ((12, 0), (0.5, None))
    assert paper.count(Enrolment) == 0


def test_counting_again_replaces_and_counting_none_removes(paper: Room) -> None:
    row, of = forms(paper, "post")[0], ("course", "test", "post")
    count(paper, row, 12, 6)
    count(paper, row, 20, 5)
    held = paper.read(tallies.of, KH, paper.id, of)
    assert (held.keys(), held["A"].people, paper.count(Tally)) == ({"A"}, 20, 1)
    assert seen(paper).learned[0].right == (None, 0.25)
    count(paper, row, 0, 0)
    assert paper.read(tallies.of, KH, paper.id, of) == {}
    assert paper.read(tallies.of, LA, paper.id, of) == {}


@on_sqlite
@pytest.mark.parametrize(("people", "counts"), [(-1, ()), (10_001, ()), (5, (6, 0)), (5, (-1, 0))])
def test_impossible_counts_are_refused(paper: Room, people: int, counts: tuple[int, ...]) -> None:
    row = forms(paper, "pre")[0]
    with pytest.raises(Invalid):
        paper.write(tallies.store, KH, row, TallyRow(people, {0: counts}), by="x", now=paper.now)
    assert paper.count(Tally) == 0


@on_sqlite
def test_papers_of_an_older_edition_count_by_the_edition_they_were_printed_from(paper: Room) -> None:
    count(paper, forms(paper, "pre")[0], 10, 10)
    turned = COURSE["test.md"].replace(b"form=A answer=true", b"form=A answer=false rev=2")
    turned = turned.replace(b"type=single form=A", b"type=single form=A rev=2")
    turned = turned.replace(b"- [x] Four\n- [ ] Five", b"- [ ] Four\n- [x] Five")
    publish(paper.store, "course", {**COURSE, "test.md": turned})
    assert {row.edition for row in forms(paper, "pre")} == {2}
    assert seen(paper).learned[0].right == (1.0, None)


@on_sqlite
def test_only_rows_with_letters_or_places_are_counted(paper: Room) -> None:
    row = paper.sheet("quiz")
    asked = sheets.asked(paper.shelf, row)
    assert {field.question for field in tallies.rows_of(asked).values()} == {"q1", "q2"}
    assert set(tallies.rows_of(asked)) == {*paper.rows_of(row, "q1"), *paper.rows_of(row, "q2")}
