"""Workshops: their facts, sessions, the people in the room, and who was where."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.factories import a_person, a_workshop, an_edition
from tests.services.world import statements
from trainer.services import room, timetable, workshops
from trainer.services.problems import Conflict, Invalid, NotFound, Refused
from trainer.services.timetable import SessionForm
from trainer.services.workshops import Facts
from trainer.store.engine import Store
from trainer.store.errors import OutOfScope
from trainer.store.models import Person
from trainer.store.scope import Scope
from trainer.store.workshops import Attendance, Participant, Reading, Sheet, Workshop

KH = frozenset({"KH"})
TITLES = {"fishing": "Forced labour in fishing", "first": "First contact", "law": "The law"}
FACTS = Facts(
    title="Harbour", place="ក្រុងព្រះសីហនុ", country="KH", starts_on=date(2026, 11, 23), ends_on=date(2026, 11, 24),
    locales=("km", "en"), modules=("fishing", "first"), facilitators=("សុខ ដារ៉ា", "Ana Soares"),
)  # fmt: skip


@pytest.fixture
def made(db: Session, now: datetime) -> str:
    """The workshop of `FACTS`; its id."""
    return create(db, now)


def create(db: Session, now: datetime, **over: Any) -> str:
    return workshops.create(db, {"KH", "LA"}, replace(FACTS, **over), titles=TITLES, by="coordinator", now=now)


def change(db: Session, workshop_id: str, *, version: int = 1, **over: Any) -> None:
    workshops.change(db, KH, workshop_id, replace(FACTS, **over), version=version, titles=TITLES)


def join(db: Session, workshop_id: str, now: datetime, count: int = 3, **over: Any) -> list[Person]:
    people = [a_person(db, **over) for _ in range(count)]
    for person in people:
        room.add_person(db, KH, workshop_id, person.id, now=now)
    return people


def days(db: Session, workshop_id: str) -> list[tuple[str, date]]:
    return [(row.title, row.held_on) for row in timetable.sessions(db, KH, workshop_id)]


# ----------------------------------------------------------------------- facts


def test_a_workshop_is_kept_as_written_and_has_a_code_for_its_papers(db: Session, made: str) -> None:
    row = workshops.workshop(db, KH, made)
    assert (row.title, row.place, row.locales, row.modules) == ("Harbour", FACTS.place, ("km", "en"), FACTS.modules)
    assert row.facilitators == ("សុខ ដារ៉ា", "Ana Soares")
    assert len(row.code) == 6
    assert row.is_open
    assert row.people == 0


def test_every_module_gets_a_session_spread_over_the_days(db: Session, now: datetime) -> None:
    two_days = create(db, now, modules=("fishing", "first", "law"))
    assert days(db, two_days) == [
        ("Forced labour in fishing", date(2026, 11, 23)),
        ("First contact", date(2026, 11, 23)),
        ("The law", date(2026, 11, 24)),
    ]
    one_day = create(db, now, ends_on=FACTS.starts_on)
    assert {day for _, day in days(db, one_day)} == {FACTS.starts_on}


@pytest.mark.parametrize(
    ("over", "code", "field"),
    [
        ({"title": " "}, "line-missing", "title"),
        ({"title": "x" * 201}, "line-long", "title"),
        ({"place": "a\u202eb"}, "line-unreadable", "place"),
        ({"ends_on": date(2026, 11, 22)}, "dates-order", "ends_on"),
        ({"ends_on": date(2027, 11, 22)}, "dates-long", "ends_on"),
        ({"starts_on": date(202, 11, 22), "ends_on": date(202, 11, 22)}, "dates-year", "starts_on"),
        ({"locales": ()}, "languages-missing", "locales"),
        ({"locales": ("km", "xx")}, "choice-unknown", "locales"),
        ({"modules": ()}, "modules-missing", "modules"),
        ({"modules": ("ghost",)}, "choice-unknown", "modules"),
        ({"facilitators": ("12",)}, "name-missing", "facilitators"),
        ({"facilitators": ("A",) * 51}, "facilitators-many", "facilitators"),
    ],
)
def test_what_is_wrong_is_named_with_its_field(
    db: Session, made: str, now: datetime, over: dict[str, Any], code: str, field: str
) -> None:
    for act in (lambda: create(db, now, **over), lambda: change(db, made, **over)):
        with pytest.raises(Invalid) as refused:
            act()
        assert (refused.value.code, refused.value.params["field"]) == (code, field)
    assert workshops.workshop(db, KH, made).version == 1


def test_another_country_s_workshop_looks_like_none(db: Session, made: str, now: datetime) -> None:
    session = timetable.sessions(db, KH, made)[0].id
    acts: list[Any] = [
        lambda ours, one: workshops.workshop(db, ours, one),
        lambda ours, one: workshops.change(db, ours, one, FACTS, version=1, titles=TITLES),
        lambda ours, one: workshops.put_in_bin(db, ours, one, now=now),
        lambda ours, one: workshops.take_out(db, ours, one),
        lambda ours, one: workshops.close(db, ours, one, now=now, record_attendance=lambda *_: None),
        lambda ours, one: workshops.reopen(db, ours, one),
        lambda ours, one: timetable.sessions(db, ours, one),
        lambda ours, one: timetable.add_session(db, ours, one, SessionForm("X", FACTS.starts_on)),
        lambda ours, one: timetable.remove_session(db, ours, one, session),
        lambda ours, one: room.participants(db, ours, one),
        lambda ours, one: room.attendance(db, ours, one),
        lambda ours, one: room.add_person(db, ours, one, "x", now=now),
        lambda ours, one: room.remove(db, ours, one, 1),
        lambda ours, one: room.set_attendance(db, ours, one, {session: [1]}, by="c", now=now),
    ]
    for number, act in enumerate(acts):
        for ours, one in ((frozenset({"TH"}), made), (KH, "nothing"), (KH, "\x00"), (KH, "x" * 300)):
            with pytest.raises(NotFound):
                act(ours, one)
            assert number >= 0
    with pytest.raises(NotFound):
        workshops.create(db, {"TH"}, FACTS, titles=TITLES, by="c", now=now)
    assert workshops.workshops(db, {"TH"}) == ()


def test_the_second_of_two_who_change_it_is_told(db: Session, made: str) -> None:
    change(db, made, title="Mine")
    with pytest.raises(Conflict):
        change(db, made, title="Theirs")
    assert workshops.workshop(db, KH, made).title == "Mine"
    change(db, made, version=2, title="Theirs, after a look")


def test_moved_dates_take_the_sessions_along(db: Session, made: str) -> None:
    change(db, made, starts_on=date(2026, 12, 1), ends_on=date(2026, 12, 2))
    assert [day for _, day in days(db, made)] == [date(2026, 12, 1), date(2026, 12, 2)]
    change(db, made, version=2, starts_on=date(2026, 12, 1), ends_on=date(2026, 12, 1))
    assert {day for _, day in days(db, made)} == {date(2026, 12, 1)}


def test_a_new_module_gets_a_session_and_one_taken_out_loses_its(db: Session, made: str) -> None:
    change(db, made, modules=("first", "law"))
    assert [title for title, _ in days(db, made)] == ["First contact", "The law"]
    assert workshops.workshop(db, KH, made).modules == ("first", "law")


def test_a_module_that_was_attended_or_printed_stays(db: Session, made: str, now: datetime) -> None:
    join(db, made, now, 1)
    session = timetable.sessions(db, KH, made)[0]
    room.set_attendance(db, KH, made, {session.id: [1]}, by="c", now=now)
    with pytest.raises(Refused) as refused:
        change(db, made, modules=("first",))
    assert refused.value.code == "session-attended"
    a_sheet(db, made, module="first")
    with pytest.raises(Refused) as refused:
        change(db, made, modules=("fishing",))
    assert refused.value.code == "module-has-sheets"


def test_papers_in_a_language_taken_out_come_in_the_main_one(db: Session, made: str, now: datetime) -> None:
    join(db, made, now, 1, locale="en")
    assert room.participants(db, KH, made)[0].locale == "en"
    change(db, made, locales=("km", "lo"))
    assert room.participants(db, KH, made)[0].locale == "km"


def test_open_ones_come_first_and_the_bin_is_apart(db: Session, now: datetime) -> None:
    later, sooner = create(db, now, starts_on=date(2026, 11, 24)), create(db, now, title="Sooner")
    closed, old = create(db, now, title="Closed"), create(db, now, title="Old", starts_on=date(2026, 1, 1),
                                                          ends_on=date(2026, 1, 2))  # fmt: skip
    binned, lao = create(db, now, title="Binned"), create(db, now, title="Lao", country="LA")
    for one in (old, closed):
        workshops.close(db, KH, one, now=now, record_attendance=lambda *_: None)
    workshops.put_in_bin(db, KH, binned, now=now)
    assert [row.id for row in workshops.workshops(db, KH)] == [sooner, later, closed, old]
    assert [row.id for row in workshops.binned(db, KH)] == [binned]
    assert lao in {row.id for row in workshops.workshops(db, {"KH", "LA"})}
    workshops.take_out(db, KH, binned)
    assert workshops.binned(db, KH) == ()


def test_nothing_changes_in_the_bin_or_after_closing(db: Session, made: str, now: datetime) -> None:
    person = join(db, made, now, 1)[0]
    session = timetable.sessions(db, KH, made)[0].id
    acts: list[Any] = [
        lambda: change(db, made),
        lambda: timetable.add_session(db, KH, made, SessionForm("X", FACTS.starts_on)),
        lambda: timetable.move_session(db, KH, made, session, up=False),
        lambda: room.add_person(db, KH, made, person.id, now=now),
        lambda: room.set_language(db, KH, made, 1, "en"),
        lambda: room.remove(db, KH, made, 1),
        lambda: room.everybody(db, KH, made, session, by="c", now=now),
    ]
    workshops.put_in_bin(db, KH, made, now=now)
    for act in acts:
        with pytest.raises(Refused, match="bin"):
            act()
    with pytest.raises(Refused, match="bin"):
        workshops.close(db, KH, made, now=now, record_attendance=lambda *_: None)
    workshops.take_out(db, KH, made)
    workshops.close(db, KH, made, now=now, record_attendance=lambda *_: None)
    for act in acts:
        with pytest.raises(Refused, match="closed"):
            act()
    workshops.reopen(db, KH, made)
    acts[4]()


def test_closing_records_the_attendance_once_and_again_after_reopening(db: Session, made: str, now: datetime) -> None:
    seen: list[tuple[str, datetime]] = []

    def record(db: Session, workshop_id: str, at: datetime) -> None:
        seen.append((workshop_id, at))

    workshops.close(db, KH, made, now=now, record_attendance=record)
    workshops.close(db, KH, made, now=now, record_attendance=record)
    assert seen == [(made, now)]
    workshops.reopen(db, KH, made)
    workshops.close(db, KH, made, now=now, record_attendance=record)
    assert len(seen) == 2


def test_a_closing_that_cannot_record_leaves_it_open(store: Store, now: datetime) -> None:
    scope = Scope.countries(KH)
    with store.write(scope) as db:
        made = workshops.create(db, KH, FACTS, titles=TITLES, by="c", now=now)

    def fails(*_: object) -> None:
        raise Refused

    with pytest.raises(Refused), store.write(scope) as db:
        workshops.close(db, KH, made, now=now, record_attendance=fails)
    with store.read(scope) as db:
        assert workshops.workshop(db, KH, made).is_open


# -------------------------------------------------------------------- sessions


def test_sessions_are_added_changed_moved_and_taken_out(db: Session, made: str) -> None:
    added = timetable.add_session(db, KH, made, SessionForm("ការ​បើក", FACTS.starts_on))
    timetable.move_session(db, KH, made, added, up=True)
    timetable.move_session(db, KH, made, added, up=True)
    timetable.move_session(db, KH, made, added, up=True)
    assert next(row.title for row in timetable.sessions(db, KH, made)) == "ការ​បើក"
    timetable.change_session(db, KH, made, added, SessionForm("Opening", FACTS.ends_on, "first"))
    one = timetable.session(db, KH, made, added)
    assert (one.position, one.title, one.held_on, one.module) == (1, "Opening", FACTS.ends_on, "first")
    timetable.remove_session(db, KH, made, added)
    assert [row.position for row in timetable.sessions(db, KH, made)] == [1, 2]


def test_modules_are_taught_in_the_order_of_their_first_sessions(db: Session, made: str) -> None:
    first = next(row for row in timetable.sessions(db, KH, made) if row.module == "first")
    timetable.move_session(db, KH, made, first.id, up=True)
    assert workshops.workshop(db, KH, made).modules == ("first", "fishing")
    change(db, made, modules=("fishing", "first"))
    assert workshops.workshop(db, KH, made).modules == ("first", "fishing")
    timetable.add_session(db, KH, made, SessionForm("Again", FACTS.ends_on, "first"))
    timetable.remove_session(db, KH, made, first.id)
    assert workshops.workshop(db, KH, made).modules == ("fishing", "first")


@pytest.mark.parametrize(
    ("form", "field"),
    [
        (SessionForm("", FACTS.starts_on), "title"),
        (SessionForm("X", date(2026, 11, 25)), "held_on"),
        (SessionForm("X", FACTS.starts_on, "law"), "module"),
    ],
)
def test_a_session_that_does_not_fit_is_refused(db: Session, made: str, form: SessionForm, field: str) -> None:
    with pytest.raises(Invalid) as refused:
        timetable.add_session(db, KH, made, form)
    assert refused.value.params["field"] == field
    assert len(timetable.sessions(db, KH, made)) == 2


def test_a_session_with_ticks_is_not_taken_out(db: Session, made: str, now: datetime) -> None:
    join(db, made, now, 1)
    session = timetable.sessions(db, KH, made)[0].id
    room.everybody(db, KH, made, session, by="c", now=now)
    with pytest.raises(Refused):
        timetable.remove_session(db, KH, made, session)
    room.set_attendance(db, KH, made, {session: []}, by="c", now=now)
    timetable.remove_session(db, KH, made, session)


def test_a_session_of_another_workshop_is_not_there(db: Session, made: str, now: datetime) -> None:
    other = timetable.sessions(db, KH, create(db, now))[0].id
    for act in (
        lambda: timetable.session(db, KH, made, other),
        lambda: timetable.remove_session(db, KH, made, other),
        lambda: timetable.move_session(db, KH, made, other, up=True),
        lambda: room.set_attendance(db, KH, made, {other: [1]}, by="c", now=now),
    ):
        with pytest.raises(NotFound):
            act()


# -------------------------------------------------------------------- the room


def test_numbers_are_given_in_the_order_of_joining_and_never_twice(db: Session, made: str, now: datetime) -> None:
    people = join(db, made, now, 3)
    room.remove(db, KH, made, 3)
    room.remove(db, KH, made, 1)
    assert room.add_person(db, KH, made, people[2].id, now=now) == 4
    assert [one.number for one in room.participants(db, KH, made)] == [2, 4]


def test_somebody_who_is_there_already_keeps_the_number(db: Session, made: str, now: datetime) -> None:
    people = join(db, made, now, 2)
    assert room.add_person(db, KH, made, people[0].id, walk_in=True, now=now) == 1
    assert not room.participants(db, KH, made)[0].walk_in
    assert workshops.workshop(db, KH, made).people == 2


def test_a_walk_in_is_marked(db: Session, made: str, now: datetime) -> None:
    number = room.add_person(db, KH, made, a_person(db).id, walk_in=True, now=now)
    assert room.participant(db, KH, made, number).walk_in


def test_only_people_of_the_workshop_s_country_come_in(store: Store, now: datetime) -> None:
    with store.write(Scope.system("test")) as db:
        made, lao = create(db, now), a_person(db, country="LA").id
        with pytest.raises(NotFound):
            room.add_person(db, {"KH", "LA"}, made, lao, now=now)
    with pytest.raises(OutOfScope), store.write(Scope.countries(KH)) as db:
        db.add(Participant(workshop_id=made, person_id=lao, country="LA", number=1, locale="km", joined_at=now))


def test_papers_come_in_the_person_s_language_if_the_room_has_it(db: Session, made: str, now: datetime) -> None:
    for locale, papers in (("en", "en"), ("km", "km"), ("lo", "km")):
        number = room.add_person(db, KH, made, a_person(db, locale=locale).id, now=now)
        assert room.participant(db, KH, made, number).locale == papers
    room.set_language(db, KH, made, 3, "en")
    assert room.participant(db, KH, made, 3).locale == "en"
    with pytest.raises(Invalid):
        room.set_language(db, KH, made, 3, "lo")


def a_sheet(
    db: Session, workshop_id: str, participant_id: str | None = None, code: str = "SHEET001", **over: Any
) -> Sheet:
    edition = an_edition(db).id
    values: dict[str, Any] = {"module": "fishing", "unit": "quiz", "purpose": "quiz", "edition_id": edition,
                              "seed": "x", "locale": "km", "issued_at": datetime(2026, 11, 23, tzinfo=UTC),
                              "blank_number": None if participant_id else 1, **over}  # fmt: skip
    sheet = Sheet(code=code, workshop_id=workshop_id, country="KH", participant_id=participant_id, **values)
    db.add(sheet)
    db.flush()
    return sheet


def test_whose_sheet_came_back_stays(db: Session, made: str, now: datetime) -> None:
    people = join(db, made, now, 3)
    ids = [one.id for one in room.participants(db, KH, made)]
    a_sheet(db, made, ids[0], "RECORDED", recorded_at=now)
    a_sheet(db, made, ids[1], "TYPED001")
    db.add(Reading(sheet_code="TYPED001", source="typed", country="KH", marks={}, doubts={}, entered_at=now,
                   entered_by="c"))  # fmt: skip
    a_sheet(db, made, ids[2], "PRINTED1")
    db.flush()
    for number in (1, 2):
        with pytest.raises(Refused):
            room.remove(db, KH, made, number)
    room.remove(db, KH, made, 3)
    assert [one.person_id for one in room.participants(db, KH, made)] == [person.id for person in people[:2]]
    assert set(db.scalars(select(Sheet.code))) == {"RECORDED", "TYPED001"}
    assert db.get(Person, people[2].id) is not None


# ----------------------------------------------------------------- attendance


def test_ticks_are_stored_and_saving_again_undoes_them(db: Session, made: str, now: datetime) -> None:
    join(db, made, now, 3)
    first, second = (row.id for row in timetable.sessions(db, KH, made))
    assert room.set_attendance(db, KH, made, {first: [1, 3], second: [2]}, by="c", now=now) == 3
    assert room.attendance(db, KH, made).present == {first: {1, 3}, second: {2}}
    assert room.set_attendance(db, KH, made, {first: [1]}, by="c", now=now) == 1
    assert room.attendance(db, KH, made).present == {first: {1}, second: {2}}
    assert room.set_attendance(db, KH, made, {first: [1]}, by="c", now=now) == 0


def test_a_tick_that_stays_keeps_when_and_by_whom_it_was_made(db: Session, made: str, now: datetime) -> None:
    join(db, made, now, 2)
    session = timetable.sessions(db, KH, made)[0].id
    room.set_attendance(db, KH, made, {session: [1]}, by="first", now=now)
    room.set_attendance(db, KH, made, {session: [1, 2]}, by="second", now=now)
    assert sorted(db.scalars(select(Attendance.entered_by))) == ["first", "second"]


def test_everybody_was_here(db: Session, made: str, now: datetime) -> None:
    join(db, made, now, 3)
    session = timetable.sessions(db, KH, made)[0].id
    assert room.everybody(db, KH, made, session, by="c", now=now) == 3
    assert [row.present for row in timetable.sessions(db, KH, made)] == [3, 0]


def test_who_joined_after_the_page_was_made_keeps_their_tick(db: Session, made: str, now: datetime) -> None:
    join(db, made, now, 3)
    session = timetable.sessions(db, KH, made)[0].id
    room.everybody(db, KH, made, session, by="c", now=now)
    room.set_attendance(db, KH, made, {session: [1, 99]}, shown=[1, 2], by="c", now=now)
    assert room.attendance(db, KH, made).present[session] == {1, 3}


def test_attendance_takes_as_many_statements_for_a_full_hall_as_for_three(
    db: Session, made: str, now: datetime
) -> None:
    def cost(numbers: list[int]) -> int:
        with statements(db) as seen:
            room.set_attendance(db, KH, made, {session: numbers}, by="c", now=now)
        return len(seen)

    workshop = db.get_one(Workshop, made)
    people = [a_person(db) for _ in range(60)]
    room.join(db, workshop, [room.Newcomer(one.id, "km") for one in people], walk_in=False, now=now)
    session = timetable.sessions(db, KH, made)[0].id
    assert cost([1, 2, 3]) == cost(list(range(1, 61)))


def test_a_full_workshop_says_so(db: Session, now: datetime) -> None:
    workshop = a_workshop(last_number=room.MOST_PEOPLE)
    db.add(workshop)
    db.flush()
    with pytest.raises(Invalid, match="9999"):
        room.add_person(db, KH, workshop.id, a_person(db).id, now=now)
