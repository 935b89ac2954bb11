"""Paper forms of a workshop: each once, of the right form, found again by their code."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from tests.factories import an_identity
from tests.services.papers import KEY, KH, LA, SYSTEM, Room, on_sqlite
from tests.services.world import COURSE, Learner, publish, statements
from trainer.services import editions, readings, room, scans, sheets, tallies
from trainer.services.problems import Conflict, NotFound
from trainer.services.sheets import SheetRow
from trainer.services.tallies import TallyRow
from trainer.sheets.code import read
from trainer.store.engine import Store
from trainer.store.models import Attempt, Enrolment
from trainer.store.workshops import Workshop

NEWER = {**COURSE, "02-second.md": COURSE["02-second.md"] + b"\nMore.\n"}


@pytest.fixture
def paper(store: Store) -> Room:
    return Room(store, people=4)


def forms(rows: list[SheetRow], purpose: str) -> list[str | None]:
    return [row.form for row in rows if row.purpose == purpose and not row.is_blank]


def test_everybody_has_one_sheet_for_each_test(paper: Room) -> None:
    rows = paper.issue()
    assert sorted((row.purpose, row.number) for row in rows) == sorted(
        (purpose, number) for purpose in ("pre", "quiz", "post") for number in (1, 2, 3, 4)
    )
    assert len({row.code for row in rows}) == 12
    assert {row.full_name for row in rows} == {one.full_name for one in paper.people}


def test_sheets_asked_for_again_are_the_same_and_newcomers_get_theirs(paper: Room) -> None:
    before = {row.code for row in paper.issue(blanks=2)}
    assert {row.code for row in paper.issue(blanks=2)} == before
    paper.join()
    after = paper.issue(blanks=3)
    assert before < {row.code for row in after}
    assert [(row.number, row.blank_number) for row in after if row.code not in before and row.purpose == "pre"] == [
        (5, None),
        (None, 3),
    ]


@on_sqlite
def test_sheets_are_issued_only_for_the_tests_that_are_asked_for(paper: Room) -> None:
    assert {row.purpose for row in paper.issue("post")} == {"post"}


def test_a_newer_edition_gives_new_sheets_and_the_old_ones_stay_readable(paper: Room) -> None:
    old = paper.issue("quiz")
    publish(paper.store, "course", NEWER)
    both = paper.issue("quiz")
    assert {row.code for row in old} < {row.code for row in both}
    assert [row.edition for row in both].count(2) == 4
    assert {row.edition for row in old} == {1}
    assert paper.type_in(old[0], paper.marks(old[0])).attempt_id
    waited_for = sheets.in_force(paper.read(sheets.of_workshop, KH, paper.id))
    assert sorted(row.edition for row in waited_for) == [1, 2, 2, 2, 2]
    assert scans.unread(waited_for) == [row for row in waited_for if row.edition == 2]


@on_sqlite
def test_the_halves_of_the_room_cross_over(paper: Room) -> None:
    rows = paper.issue()
    assert forms(rows, "pre") == ["A", "B", "A", "B"]
    assert forms(rows, "post") == ["B", "A", "B", "A"]
    assert forms(rows, "quiz") == [None] * 4


@on_sqlite
def test_who_began_online_keeps_the_form_and_gets_the_other_one_after(paper: Room) -> None:
    learners = [Learner(paper.store, paper.shelf, an_identity(person)) for person in paper.people]
    given = []
    for learner in learners:
        attempt = learner.start("pre")
        given.append(paper.read(lambda db, attempt=attempt: db.get_one(Attempt, attempt).form))
    rows = paper.issue()
    assert forms(rows, "pre") == given
    assert forms(rows, "post") == ["B" if form == "A" else "A" for form in given]


@on_sqlite
@pytest.mark.parametrize("wanted", ["A", "B"])
def test_the_form_of_an_enrolment_goes_before_the_number(paper: Room, wanted: str) -> None:
    for person in paper.people:
        Learner(paper.store, paper.shelf, an_identity(person)).do("enrol")
    paper.write(lambda db: [setattr(row, "pre_form", wanted) for row in db.query(Enrolment)])
    rows = paper.issue()
    assert set(forms(rows, "pre")) == {wanted}
    assert set(forms(rows, "post")) == {"AB".replace(wanted, "")}


@on_sqlite
def test_blank_sheets_are_numbered_nobodys_and_in_both_forms(paper: Room) -> None:
    rows = [row for row in paper.issue("pre", blanks=3) if row.is_blank]
    assert [(row.blank_number, row.form, row.full_name, row.person_id) for row in rows] == [
        (1, "A", "", None),
        (2, "B", "", None),
        (3, "A", "", None),
    ]
    assert len([row for row in paper.issue("pre", blanks=10_000) if row.is_blank]) == sheets.MOST_BLANKS


@on_sqlite
def test_who_filled_in_a_blank_sheet_needs_no_other(paper: Room) -> None:
    blank = next(row for row in paper.issue("pre", blanks=1) if row.is_blank)
    paper.join()
    paper.name(blank, paper.participants()[4])
    assert [row.code for row in paper.issue("pre", blanks=1) if row.number == 5] == [blank.code]


@on_sqlite
def test_sheets_come_in_the_language_of_the_person(store: Store) -> None:
    paper = Room(store, people=1)
    paper.join(locale="km")
    paper.join(locale="vi")
    rows = paper.issue("quiz", blanks=1)
    assert [(row.number, row.locale) for row in rows] == [(1, "en"), (2, "km"), (3, "en"), (None, "en")]
    assert len({paper.read(lambda db, row=row: sheets.asked(paper.shelf, row).pages) for row in rows}) == 1


@on_sqlite
def test_sheets_of_one_test_and_form_are_the_same_paper(paper: Room) -> None:
    rows = paper.issue(blanks=2)
    for row in rows:
        like = [one for one in rows if (one.purpose, one.form) == (row.purpose, row.form)]
        assert {one.seed for one in like} == {row.seed}
    layouts = sheets.layouts(paper.shelf, rows)
    assert layouts.keys() == {row.code for row in rows}
    assert len({id(pages) for pages in layouts.values()}) == 5  # A and B before and after, and the quiz
    assert all(layouts[row.code] == sheets.asked(paper.shelf, row).pages for row in rows)


def test_seeds_are_stable_and_differ_between_workshops_tests_forms_and_installations() -> None:
    of = ("workshop", "test", "pre", "A", KEY)
    assert sheets.seed_of(*of) == sheets.seed_of(*of)
    others = [
        ("another", *of[1:]), ("workshop", "quiz", *of[2:]), ("workshop", "test", "post", "A", KEY),
        ("workshop", "test", "pre", "B", KEY), ("workshop", "test", "pre", None, KEY), (*of[:4], "another key"),
    ]  # fmt: skip
    assert len({sheets.seed_of(*one) for one in [of, *others]}) == 7  # type: ignore[arg-type]
    assert len(sheets.seed_of(*of)) == 32


@on_sqlite
def test_what_the_qr_says_reads_back(paper: Room) -> None:
    for row in paper.issue(blanks=1):
        code = paper.code(row)
        back = read(code.text)
        assert back == code
        assert (back.sheet, back.form, back.edition, back.page) == (row.code, row.form, 1, 1)
        assert (back.is_blank, back.number) == (row.is_blank, row.blank_number or row.number)
        assert (back.workshop, back.installation) == (paper.workshop.code, sheets.installation(KEY))
        assert row.full_name == "" or row.full_name.upper() not in code.text


def test_installations_are_told_apart() -> None:
    assert sheets.installation(KEY) == sheets.installation(KEY) != sheets.installation("another")
    assert len({sheets.installation(str(number)) for number in range(200)}) == 200


def test_a_named_sheet_goes_only_to_people_of_its_workshop_and_not_once_recorded(paper: Room) -> None:
    first, second, *_ = paper.participants()
    row = paper.sheet("quiz")
    with pytest.raises(NotFound):
        paper.write(sheets.assign, KH, row.code, "nobody")
    paper.write(sheets.assign, KH, row.code, second)
    assert paper.again(row).number == 2
    paper.type_in(row, paper.marks(row))
    with pytest.raises(Conflict):
        paper.write(sheets.assign, KH, row.code, first)
    assert paper.again(row).number == 2


@on_sqlite
def test_counts_of_sheets(paper: Room) -> None:
    rows = paper.issue("quiz", blanks=1)
    paper.type_in(rows[0], paper.marks(rows[0]))
    paper.scan(rows[1], {}, {0: "unclear"})
    assert sheets.counted(paper.issue("quiz")) == {"named": 4, "recorded": 1, "problem": 1}


def test_issuing_takes_the_same_reading_statements_for_any_number_of_people(store: Store) -> None:
    def asked(people: int) -> int:
        for _ in range(people):
            paper.join()
        with store.write(SYSTEM) as db, statements(db) as seen:
            workshop = db.get(Workshop, paper.id)
            assert workshop is not None
            sheets.issue(db, paper.shelf, workshop, sheets.PURPOSES, blanks=0, key=KEY, now=paper.now)
            return sum("SELECT" in one for one in seen)

    paper = Room(store, people=1)
    asked(0)
    assert asked(1) == asked(6)


@on_sqlite
def test_a_module_that_is_not_published_has_no_sheets(paper: Room) -> None:
    def take_away(db: Session) -> None:
        workshop = db.get(Workshop, paper.id)
        assert workshop is not None
        workshop.modules = ["nothing"]

    paper.write(take_away)
    assert paper.issue() == []
    assert paper.read(editions.current_edition, "nothing") is None


@on_sqlite
def test_a_unit_that_its_edition_has_not_is_not_found(paper: Room) -> None:
    with pytest.raises(NotFound):
        sheets.asked(paper.shelf, paper.sheet("quiz")._replace(unit="gone"))


def test_a_sheet_of_another_country_looks_as_if_it_were_not_there(paper: Room) -> None:
    row = paper.sheet("quiz")
    theirs, shelf, now = paper.participants()[1], paper.shelf, paper.now
    calls = {
        "find": lambda db: sheets.find(db, LA, row.code),
        "assign": lambda db: sheets.assign(db, LA, row.code, theirs),
        "settle": lambda db: readings.settle(db, shelf, LA, row.code, now=now),
        "view": lambda db: readings.view(db, shelf, LA, row.code),
        "decide": lambda db: readings.decide(db, shelf, LA, row.code, {}, by="x", now=now),
        "type_in": lambda db: readings.type_in(db, shelf, LA, row.code, {}, again=False, by="x", now=now),
        "take_back": lambda db: readings.take_back(db, shelf, LA, row.code, now=now),
        "name_person": lambda db: readings.name_person(db, shelf, LA, row.code, theirs, now=now),
        "tally": lambda db: tallies.store(db, LA, row, TallyRow(1, {}), by="x", now=now),
        "participants": lambda db: room.participants(db, LA, paper.id),
    }
    for call in calls.values():
        with pytest.raises(NotFound):
            paper.write(call)
    assert paper.read(sheets.of_workshop, LA, paper.id) == []
    assert paper.read(sheets.of_country, "LA", paper.workshop.created_at) == []
    assert paper.read(scans.of_sheet, LA, row.code) == []
    assert paper.again(row).attempt_id is None
    with pytest.raises(NotFound):
        paper.read(sheets.find, KH, "00000000")
