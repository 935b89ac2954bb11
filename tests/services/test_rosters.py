"""What a name list would change, and that it changes all of it or nothing, once."""

from __future__ import annotations

import time
from collections.abc import Mapping
from datetime import datetime
from functools import partial
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests.factories import a_person, a_workshop
from tests.services.world import statements
from trainer.services import room, roster_columns, rosters, warnings
from trainer.services.problems import Conflict, Invalid, NotFound, Refused
from trainer.services.roster_columns import Roster
from trainer.services.roster_files import MOST_NAMES, opened, pasted
from trainer.services.roster_matching import OTHER, OUT, SAME, Decisions
from trainer.services.rosters import DEFAULT, Defaults, Plan
from trainer.store.engine import Store
from trainer.store.models import Person
from trainer.store.scope import Scope
from trainer.store.workshops import Participant

KH = frozenset({"KH"})
POLICE = Defaults("police", "frontline", "km")

read = partial(roster_columns.read, country="KH")


@pytest.fixture
def made(db: Session) -> str:
    return workshop(db)


def workshop(db: Session, country: str = "KH", **over: Any) -> str:
    row = a_workshop(country, **{"locales": ["km", "en"], **over})
    db.add(row)
    db.flush()
    return row.id


def names(*lines: str) -> Roster:
    return read(pasted("\n".join(lines)))


def table(*lines: str) -> Roster:
    return read(opened("\n".join(lines).encode()))


def states(db: Session, workshop_id: str, roster: Roster, rows: Mapping[int, str] | None = None) -> list[str]:
    return [one.state for one in look(db, workshop_id, roster, rows).entries]


def look(db: Session, workshop_id: str, roster: Roster, rows: Mapping[int, str] | None = None) -> Plan:
    return rosters.plan(db, KH, workshop_id, roster, POLICE, Decisions(rows or {}))


def take_in(
    db: Session, workshop_id: str, roster: Roster, now: datetime, decisions: Decisions | None = None, **more: Any
) -> Plan:
    return rosters.take_in(db, KH, workshop_id, roster, POLICE, decisions or Decisions(), now=now, **more)


def in_the_room(db: Session, workshop_id: str) -> list[tuple[int, str]]:
    return [(one.number, one.full_name) for one in room.participants(db, KH, workshop_id)]


def everything(db: Session) -> tuple[int, int]:
    people = db.scalar(select(func.count()).select_from(Person)) or 0
    return people, db.scalar(select(func.count()).select_from(Participant)) or 0


# -------------------------------------------------------------------- the dry run


def test_a_dry_run_stores_nothing(db: Session, made: str) -> None:
    assert states(db, made, names("សុខ ដារ៉ា", "Ana Soares")) == ["new", "new"]
    assert everything(db) == (0, 0)


def test_the_same_name_and_agency_is_somebody_known(db: Session, made: str) -> None:
    person = a_person(db, full_name="សុខ ដារ៉ា", agency_type="police")
    plan = look(db, made, names("សុខ ដារ៉ា"))
    assert [(one.state, one.person_id) for one in plan.entries] == [("known", person.id)]


def test_a_sign_in_name_finds_its_person_however_the_name_is_written(db: Session, made: str) -> None:
    person = a_person(db, full_name="Sok Dara", sign_in_name="dara", agency_type="ngo")
    for written in ("Sok Dara", "sok  DARA", "Dara Sok"):
        entry = look(db, made, table("Name;Sign-in name", f"{written};DARA")).entries[0]
        assert (entry.state, entry.person_id) == ("known", person.id)


def test_a_sign_in_name_with_another_name_is_doubtful_and_cannot_be_somebody_else(db: Session, made: str) -> None:
    person = a_person(db, full_name="Sok Dara", sign_in_name="dara")
    roster = table("Name;Sign-in name", "Chan Thy;dara")
    assert states(db, made, roster) == ["doubtful"]
    assert states(db, made, roster, {2: OTHER}) == ["doubtful"]
    assert states(db, made, roster, {2: OUT}) == ["out"]
    assert states(db, made, roster, {2: person.id}) == ["known"]


@pytest.mark.parametrize(
    ("known", "written"),
    [
        ("Sok Dara", "sok dara"),
        ("Sok Dara", "SokDara"),
        ("Sok Dara", "Dara Sok"),
        ("Sok Dara", "Sok-Dara."),
        ("សុខ ដារ៉ា", "សុខដារ៉ា"),
        ("សុខ ដារ៉ា", "សុខ\u200b ដារ៉ា"),
        ("João", "Joao"),
        ("Đào Lê", "ĐÀO LÊ"),
        ("အောင် ကျော်", "အောင်ကျော်"),
    ],
)
def test_a_name_written_otherwise_is_doubtful(db: Session, made: str, known: str, written: str) -> None:
    person = a_person(db, full_name=known)
    entry = look(db, made, names(written)).entries[0]
    assert (entry.state, [one.id for one in entry.candidates]) == ("doubtful", [person.id])


def test_a_name_of_another_agency_is_doubtful(db: Session, made: str) -> None:
    a_person(db, full_name="Ana Soares", agency_type="ngo")
    assert states(db, made, names("Ana Soares")) == ["doubtful"]


def test_two_namesakes_of_one_agency_are_doubtful_and_both_are_shown(db: Session, made: str) -> None:
    people = {a_person(db, full_name="Ana Soares").id for _ in range(2)}
    entry = look(db, made, names("Ana Soares")).entries[0]
    assert (entry.state, {one.id for one in entry.candidates}) == ("doubtful", people)


def test_a_name_twice_in_the_list_is_doubtful_the_second_time(db: Session, made: str) -> None:
    a_person(db, full_name="Cal", agency_type="police")
    assert states(db, made, names("Cal", "Cal")) == ["known", "doubtful"]
    roster = names("Ana Soares", "Ben", "ana soares")
    assert states(db, made, roster) == ["new", "new", "doubtful"]
    assert states(db, made, roster, {3: "row-1"}) == ["new", "new", "out"]
    assert states(db, made, roster, {3: OTHER}) == ["new", "new", "new"]


def test_another_name_is_new_however_close(db: Session, made: str) -> None:
    a_person(db, full_name="Ana Soares")
    assert states(db, made, names("Ana Soaresa", "Anna Soares", "Soares")) == ["new"] * 3


def test_who_is_in_another_country_is_not_seen(db: Session, made: str) -> None:
    a_person(db, country="TH", full_name="Ana Soares")
    assert states(db, made, names("Ana Soares")) == ["new"]
    with pytest.raises(NotFound):
        rosters.plan(db, {"TH"}, made, names("Ana"), POLICE)


def test_who_is_in_the_room_already_is_recognised(db: Session, made: str, now: datetime) -> None:
    room.add_person(db, KH, made, a_person(db, full_name="Ana Soares").id, now=now)
    assert states(db, made, names("Ana Soares", "Ben")) == ["here", "new"]


def test_one_sign_in_name_for_two_rows_is_wrong(db: Session, made: str) -> None:
    plan = look(db, made, table("Name;Sign-in name", "Ana;x", "Ben;X"))
    assert [(one.state, one.fault.params["row"] if one.fault else 0) for one in plan.entries] == [
        ("new", 0), ("wrong", 2),
    ]  # fmt: skip


def test_words_wait_for_an_answer_and_what_is_missing_comes_from_the_form(db: Session, made: str) -> None:
    roster = table("Name;Agency;Sex;Language", "Ana;Polisi;F;", "Ben;;;en")
    assert look(db, made, roster).unknown == (("agency_type", "Polisi"), ("sex", "F"))
    answers = {("agency_type", "Polisi"): "ngo", ("sex", "F"): DEFAULT}
    plan = rosters.plan(db, KH, made, roster, POLICE, Decisions(words=answers))
    assert plan.unknown == ()
    assert [(one.line.agency_type, one.line.sex, one.line.locale) for one in plan.entries] == [
        ("ngo", "", "km"), ("police", "", "en"),
    ]  # fmt: skip
    assert rosters.plan(db, KH, made, roster, POLICE, Decisions(words={("sex", "F"): "x"})).unknown == roster.unknown


# --------------------------------------------------------------------- taking in


def test_a_list_is_taken_in_in_its_order(db: Session, made: str, now: datetime) -> None:
    known = a_person(db, full_name="Ana Soares", locale="en")
    take_in(db, made, names("សុខ ដារ៉ា", "Ana Soares", "အောင် ကျော်"), now)
    assert in_the_room(db, made) == [(1, "សុខ ដារ៉ា"), (2, "Ana Soares"), (3, "အောင် ကျော်")]
    people = room.participants(db, KH, made)
    assert people[1].person_id == known.id
    assert [one.locale for one in people] == ["km", "en", "km"]
    row = db.get_one(Person, people[0].person_id)
    assert (row.agency_type, row.work_role, row.sex, row.locale, row.country) == (
        "police",
        "frontline",
        None,
        "km",
        "KH",
    )
    assert row.password_hash is None


def test_a_known_person_keeps_the_own_language_unless_the_list_says_another(
    db: Session, made: str, now: datetime
) -> None:
    for name in ("Ana Soares", "Ben Cruz"):
        a_person(db, full_name=name, locale="en")
    take_in(db, made, table("Name;Language", "Ana Soares;", "Ben Cruz;km"), now)
    assert [one.locale for one in room.participants(db, KH, made)] == ["en", "km"]


def test_a_made_up_sign_in_name_is_the_workshop_s_code_and_the_number(db: Session, now: datetime) -> None:
    made = workshop(db, code="M4TR8Z", last_number=11)
    take_in(db, made, table("Name;Sign-in name", "Sok Dara;", "Ana Soares;ana"), now)
    assert [one.sign_in_name for one in room.participants(db, KH, made)] == ["m4tr8z-012", "ana"]


def test_a_made_up_sign_in_name_that_is_taken_gets_an_end(db: Session, now: datetime) -> None:
    made = workshop(db, code="M4TR8Z")
    a_person(db, country="TH", sign_in_name="m4tr8z-001")
    take_in(db, made, names("Sok Dara"), now)
    assert room.participants(db, KH, made)[0].sign_in_name.startswith("m4tr8z-001-")


@pytest.mark.parametrize("again", [1, 2])
def test_the_same_list_again_changes_nothing(db: Session, made: str, now: datetime, again: int) -> None:
    a_person(db, full_name="Chan Thy", agency_type="ngo")
    roster = table("Name;Sign-in name", "Ana;ana", "Sok Dara;", "SOK DARA;", "Sok Dara;", "Chan Thy;", "Ben;")
    decisions = Decisions({4: OTHER, 5: OTHER, 6: OTHER})
    take_in(db, made, roster, now, decisions)
    before, room_before = everything(db), in_the_room(db, made)
    assert before == (7, 6)
    for _ in range(again):
        plan = take_in(db, made, roster, now, decisions)
        assert {one.state for one in plan.entries} == {"here"}
    assert (everything(db), in_the_room(db, made)) == (before, room_before)


def test_a_decision_for_the_same_person_adds_nobody_new(db: Session, made: str, now: datetime) -> None:
    person = a_person(db, full_name="Sok Dara")
    roster = names("sok dara", "SokDara")
    take_in(db, made, roster, now, Decisions({1: person.id, 2: "row-1"}))
    take_in(db, made, roster, now, Decisions({1: person.id, 2: "row-1"}))
    assert [one.person_id for one in room.participants(db, KH, made)] == [person.id]


def test_a_namesake_can_be_registered_although_somebody_is_known(db: Session, made: str, now: datetime) -> None:
    a_person(db, full_name="Sok Dara")
    take_in(db, made, names("Sok Dara"), now, Decisions({1: OTHER}))
    assert everything(db) == (2, 1)


@pytest.mark.parametrize(
    ("roster", "decisions"),
    [
        (names("Ana", "Ana"), Decisions()),
        (names("Ana", "Ana"), Decisions({2: "nobody"})),
        (names("Ana", "=1"), Decisions()),
        (table("Name;Agency", "Ana;Polisi"), Decisions()),
        (table("Name;Agency", "Ana;Polisi"), Decisions(words={("agency_type", "Polisi"): "polisi"})),
    ],
)
def test_nothing_is_taken_in_while_something_is_open(
    db: Session, made: str, now: datetime, roster: Roster, decisions: Decisions
) -> None:
    with pytest.raises(Invalid) as refused:
        take_in(db, made, roster, now, decisions)
    assert refused.value.code == "roster-open"
    assert everything(db) == (0, 0)


def test_one_answer_can_stand_for_all_rows_without_one(db: Session, made: str) -> None:
    people = [a_person(db, full_name=name) for name in ("Ana Soares", "Ben Cruz", "Ben Cruz", "Cal Reyes")]
    roster = names("ana soares", "ben cruz", "cal reyes", "Dan")

    def found(others: str, rows: Mapping[int, str] | None = None) -> list[str]:
        plan = rosters.plan(db, KH, made, roster, POLICE, Decisions(rows or {}, others))
        return [one.state for one in plan.entries]

    assert found("") == ["doubtful", "doubtful", "doubtful", "new"]
    assert found(SAME) == ["known", "doubtful", "known", "new"]
    assert found(OTHER) == ["new"] * 4
    assert found(OUT, {3: people[3].id}) == ["out", "out", "known", "new"]


def test_wrong_rows_can_be_left_behind_on_purpose(db: Session, made: str, now: datetime) -> None:
    take_in(db, made, names("Ana", "=1", "Ben"), now, Decisions(without_wrong=True))
    assert in_the_room(db, made) == [(1, "Ana"), (2, "Ben")]


def test_a_sign_in_name_of_another_country_stops_the_whole_list(store: Store, now: datetime) -> None:
    with store.write(Scope.system("test")) as db:
        made = workshop(db)
        a_person(db, country="TH", sign_in_name="ana")
    roster = table("Name;Sign-in name", "Ben;ben", "Ana;ana", "Cal;cal")
    with pytest.raises(Conflict, match="Row 3"), store.write(Scope.countries(KH)) as db:
        take_in(db, made, roster, now)
    with store.read(Scope.system("test")) as db:
        assert everything(db) == (1, 0)


def test_a_stop_in_the_middle_leaves_nothing(store: Store, now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    with store.write(Scope.system("test")) as db:
        made = workshop(db)

    def fails(*_: object, **__: object) -> None:
        raise RuntimeError("the power is gone")

    monkeypatch.setattr(room, "join", fails)
    with pytest.raises(RuntimeError), store.write(Scope.countries(KH)) as db:
        take_in(db, made, names("Ana", "Ben"), now)
    with store.read(Scope.system("test")) as db:
        assert everything(db) == (0, 0)
        assert room.participants(db, KH, made) == ()


def test_a_closed_workshop_takes_nobody(db: Session, now: datetime) -> None:
    with pytest.raises(Refused):
        take_in(db, workshop(db, closed_at=now), names("Ana"), now)


def test_a_list_too_long_for_the_room_is_refused_whole(db: Session, now: datetime) -> None:
    made = workshop(db, last_number=room.MOST_PEOPLE - 1)
    with pytest.raises(Invalid, match="9999"):
        take_in(db, made, names("Ana", "Ben"), now)
    assert everything(db) == (0, 0)


def test_people_met_at_the_door_are_marked(db: Session, made: str, now: datetime) -> None:
    take_in(db, made, names("Ana"), now, walk_in=True)
    assert room.participants(db, KH, made)[0].walk_in


def test_five_thousand_names_take_as_many_statements_as_five(db: Session, now: datetime) -> None:
    def cost(count: int) -> int:
        made = workshop(db)
        roster = names(*(f"សុខ {count} ដារ៉ា {number}" for number in range(count)))
        with statements(db) as seen:
            take_in(db, made, roster, now)
        assert len(in_the_room(db, made)) == count
        return len(seen)

    warnings.ask(db, "KH", now=now)  # the first question is an insert, the others are updates
    few, started = cost(5), time.process_time()
    # The statements are the same ones on both engines; all the rows on one of them are enough.
    assert cost(MOST_NAMES if db.get_bind().dialect.name == "sqlite" else 500) == few
    assert time.process_time() - started < 5
