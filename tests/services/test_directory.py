"""The directory: found in any script, filtered, in the order of the country, page after page without gaps."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from tests.factories import a_grant, a_person, a_workshop, an_edition
from tests.services.world import statements
from trainer.access import COORDINATOR
from trainer.services import directory, people, room, sessions, slips
from trainer.services.directory import Filters
from trainer.services.people import OPERATOR
from trainer.services.problems import NotFound
from trainer.store.engine import Store
from trainer.store.models import CompletionRow, Enrolment, Person
from trainer.store.scope import Scope

SYSTEM = Scope.system("test")
KEY = "a key of the tests"
HERE = Scope.countries({"KH"})

NAMES = [
    "Nguyễn Thị Lan", "Đỗ Văn Đức", "สมชาย ใจดี", "សុខ ដារ៉ា", "ສົມຊາຍ ແກ້ວ", "အောင်ကျော်", "கவிதா ராமன்", "陈美玲",
    "Ana O’Brien-da Costa",
]  # fmt: skip


def found(store: Store, now: datetime, **filters: str) -> list[str]:
    """Names, in their order."""
    with store.read(HERE) as db:
        page = directory.page(db, {"KH"}, Filters(**filters), now=now)
        assert page.total == len(page.rows)
        return [row.full_name for row in page.rows]


TYPED = {
    "nguyen": "Nguyễn Thị Lan", "NGUYỄN": "Nguyễn Thị Lan", "lan nguyên": "Nguyễn Thị Lan", "đo": "Đỗ Văn Đức",
    "DUC": "Đỗ Văn Đức", "ใจดี": "สมชาย ใจดี", "สมชายใจดี": "สมชาย ใจดี", "ដារ៉ា": "សុខ ដារ៉ា",
    "ដារ៉ា សុខ": "សុខ ដារ៉ា", "សុខ\u200bដារ៉ា": "សុខ ដារ៉ា", "ແກ້ວ": "ສົມຊາຍ ແກ້ວ", "ကျော်": "အောင်ကျော်",
    "ராமன்": "கவிதா ராமன்", "美玲": "陈美玲", "obrien": "Ana O’Brien-da Costa", "ｃｏｓｔａ": "Ana O’Brien-da Costa",
    "sign-5": "အောင်ကျော်", "SIGN-5": "အောင်ကျော်",
}  # fmt: skip


def test_any_part_of_a_name_finds_it_in_whatever_form_it_is_typed(everybody: Store, now: datetime) -> None:
    for typed, name in TYPED.items():
        for form in ("NFC", "NFD", "NFKD"):
            assert found(everybody, now, search=unicodedata.normalize(form, typed)) == [name], (typed, form)


def test_what_is_in_no_name_finds_nobody(everybody: Store, now: datetime) -> None:
    for typed in ("%", "_", "\\", "'", "%%%", "zzz", "lan duc", "\x00", "\ud800"):
        assert found(everybody, now, search=typed) == [], typed


@pytest.fixture
def everybody(store: Store) -> Store:
    with store.write(SYSTEM) as db:
        for number, name in enumerate(NAMES):
            a_person(db, full_name=unicodedata.normalize("NFC", name), sign_in_name=f"sign-{number}")
        a_person(db, country="LA", full_name="Nguyễn Thị Lan", sign_in_name="elsewhere")
    return store


def test_a_corrected_name_is_found_under_the_new_one_only(everybody: Store, now: datetime) -> None:
    with everybody.write(SYSTEM) as db:
        db.query(Person).where(Person.sign_in_name == "sign-0").one().full_name = "Trần Bình"
    assert found(everybody, now, search="binh") == ["Trần Bình"]
    assert found(everybody, now, search="nguyen") == []


def test_people_stand_by_country_and_in_its_alphabet(store: Store, now: datetime) -> None:
    vietnamese = ["An", "Ăn", "Ân", "Dũng", "Đức", "Ơn", "Ưng", "Vy"]
    khmer = ["Åsa", "Bee", "bee hive", "Zoe", "កញ្ញា", "គង់", "សុខ"]
    with store.write(SYSTEM) as db:
        for country, names in (("VN", vietnamese), ("KH", khmer)):
            for name in reversed(names):
                a_person(db, country=country, full_name=name)
    with store.read(SYSTEM) as db:
        rows = directory.page(db, {"KH", "VN"}, Filters(), now=now).rows
    assert [row.full_name for row in rows] == [*khmer, *vietnamese]


def test_pages_have_no_gap_and_nobody_twice_while_people_are_added(store: Store, now: datetime) -> None:
    names = [f"Person {number:03}" for number in range(40)]
    with store.write(SYSTEM) as db:
        for name in names:
            a_person(db, full_name=name)
        for _ in range(7):
            a_person(db, full_name="Same Name")
    seen: list[str] = []
    for name in pages(store, now):
        seen.append(name)
        if len(seen) % 5 == 0:
            with store.write(SYSTEM) as db:
                a_person(db, full_name=f"{seen[-1]} before")
                a_person(db, full_name="A first one")
    assert [name for name in seen if name in names] == names
    assert seen.count("Same Name") == 7
    assert "A first one" not in seen, "what comes before is on the pages before"


def pages(store: Store, now: datetime) -> Iterator[str]:
    after = ""
    while True:
        with store.read(HERE) as db:
            page = directory.page(db, {"KH"}, Filters(), now=now, after=after, size=5)
        yield from (row.full_name for row in page.rows)
        if not page.more:
            return
        after = page.more


def test_a_place_that_is_none_is_the_beginning(everybody: Store, now: datetime) -> None:
    for after in ("x", "W10=", "WyJLSCIsICJ6eiIsICIxIl0=", "WyJLSCIsICIiLCAiXHUwMDAwIl0=", "bnVsbA==", "é"):
        with everybody.read(HERE) as db:
            assert (
                directory.page(db, {"KH"}, Filters(), now=now, after=after, size=3).rows[0].full_name.startswith("Ana")
            )


def test_each_filter_finds_whom_it_says(store: Store, now: datetime) -> None:
    with store.write(SYSTEM) as db:
        workshop = a_workshop("KH")
        db.add(workshop)
        make_one_of_each(db, now, workshop.id)
        db.flush()
        joined = db.query(Person).where(Person.full_name == "Joined").one()
        room.join(db, workshop, [room.Newcomer(joined.id, "km")], walk_in=False, now=now)
        workshop_id = workshop.id
    expected: dict[tuple[str, str], list[str]] = {
        ("agency_type", "ngo"): ["Ngo"],
        ("work_role", "policy"): ["Policy"],
        ("workshop", workshop_id): ["Joined"],
        ("state", "shut"): ["Shut"],
        ("state", "deletion"): ["Leaving"],
        ("state", "role"): ["Role"],
        ("module", "small"): ["Completed", "Enrolled"],
        ("country", "KH"): sorted(ALL),
    }
    for (name, value), names in expected.items():
        assert found(store, now, **{name: value}) == names, (name, value)
    assert found(store, now, module="small", progress="open") == ["Enrolled"]
    assert found(store, now, module="small", progress="completed") == ["Completed"]
    assert found(store, now, module="small", search="enr") == ["Enrolled"]
    without = {"In by password", "In by slip", "Has a slip", "In now"}
    assert set(found(store, now, state="never")) == ALL - {"In by password", "In by slip", "In now"}
    assert set(found(store, now, state="no-way-in")) == ALL - (without - {"In by slip", "In now"})
    assert set(found(store, now + timedelta(days=8), state="no-way-in")) == ALL - {"In by password"}


ALL = {
    "Ngo", "Policy", "Joined", "Shut", "Leaving", "Role", "Enrolled", "Completed", "In by password", "In by slip",
    "Has a slip", "In now",
}  # fmt: skip


def make_one_of_each(db: Session, now: datetime, workshop_id: str) -> None:
    over: dict[str, dict[str, Any]] = {
        "Ngo": {"agency_type": "ngo"}, "Policy": {"work_role": "policy"}, "Shut": {"disabled_at": now},
        "Leaving": {"deletion_asked_at": now}, "In by password": {"password_hash": "x"},
    }  # fmt: skip
    made = {name: a_person(db, full_name=name, **over.get(name, {})) for name in sorted(ALL)}
    a_grant(db, made["Role"], COORDINATOR)
    edition = an_edition(db)
    for name in ("Enrolled", "Completed"):
        one = made[name]
        db.add(
            Enrolment(
                id=name, person_id=one.id, country="KH", module="small", edition_id=edition.id, mode="online",
                locale="en", started_at=now, agency_type="police", work_role="frontline", month="2026-11",
            )
        )  # fmt: skip
    db.add(
        CompletionRow(
            person_id=made["Completed"].id, country="KH", module="small", edition_id=edition.id, mode="online",
            locale="en", agency_type="police", work_role="frontline", at=now, month="2026-11",
        )
    )  # fmt: skip
    people.issue_slip(db, OPERATOR, made["Has a slip"].id, now=now, key=KEY)
    # A new slip ends the one before: that is no sign-in.
    people.issue_slip(db, OPERATOR, made["Has a slip"].id, now=now + timedelta(minutes=1), key=KEY)
    slips.issue(db, {"KH"}, [made["In by slip"].id], now=now, days=7, key=KEY)
    use_slips(db, made["In by slip"], now + timedelta(hours=1))
    sessions.start(db, made["In now"].id, "KH", label="", shared_device=True, now=now)


def use_slips(db: Session, person: Person, at: datetime) -> None:
    from trainer.store.models import SlipCode

    for slip in db.query(SlipCode).where(SlipCode.person_id == person.id):
        slip.used_at = at
    db.flush()


def test_a_filter_about_another_country_and_one_that_is_none_are_not_there(sqlite_store: Store, now: datetime) -> None:
    for filters in ({"country": "LA"}, {"country": "XX"}, {"agency_type": "x"}, {"state": "x"}, {"progress": "x"}):
        with pytest.raises(NotFound):
            found(sqlite_store, now, **filters)


def test_a_page_takes_as_many_statements_for_ten_people_as_for_a_thousand(store: Store, now: datetime) -> None:
    counts = []
    for many in (10, 990):
        with store.write(SYSTEM) as db:
            for _ in range(many):
                a_person(db)
        with store.read(HERE) as db, statements(db) as seen:
            page = directory.page(db, {"KH"}, Filters(search="sok", state="never"), now=now)
            counts.append(len(seen))
    assert page.total == 1_000
    assert len(page.rows) == directory.PAGE
    assert counts[0] <= counts[1] <= 5, "on PostgreSQL one of them tells the scope"
