"""What people are found by is kept with them, however they come, change and go."""

from __future__ import annotations

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.factories import NOW, a_person
from trainer.store import finding, moving
from trainer.store.engine import Store
from trainer.store.models import NamePart, Person
from trainer.store.scope import Scope
from trainer.store.statements import insert_people

SYSTEM = Scope.system("test")


def are_kept(db: Session) -> bool:
    """The parts that are there are those of everybody's names, and no others."""
    there = {(row.person_id, row.country, row.part) for row in db.scalars(select(NamePart))}
    return there == {
        (one.id, one.country, part)
        for one in db.scalars(select(Person))
        for part in finding.name_parts(one.search_text)
    }


def a_row(number: int) -> dict[str, object]:
    return {
        "id": f"p{number}", "country": "KH", "full_name": f"សុខ Đặng {number}", "sign_in_name": "taken",
        "agency_type": "police", "work_role": "frontline", "locale": "km", "created_at": NOW,
    }  # fmt: skip


def test_parts_follow_the_names(store: Store) -> None:
    with store.write(SYSTEM) as db:
        first, second, third = (a_person(db, full_name=name) for name in ("Nguyễn Thị Lan", "陈美玲", "អោយ សុខ"))
        assert insert_people(db, [a_row(1), a_row(2)]) == {"p1"}, "the second one's sign-in name is taken"
        assert are_kept(db)
        first.full_name = "Trần Bình"
        second.agency_type = "ngo"
        db.flush()
        assert are_kept(db)
        moving.move_to_country(db, third.id, "KH", "LA")
        moving.swap(db, "KH", first.id, second.id, ["small"])
        assert are_kept(db)
        db.delete(db.get_one(Person, second.id))
        db.flush()
        assert are_kept(db)
        short = a_person(db, full_name="李", sign_in_name="7")
        assert are_kept(db), "nothing is long enough to have a part"
        first.full_name, first.sign_in_name = "阿", "é"
        short.full_name = "李明"
        db.flush()
        assert are_kept(db)
        first.full_name = "Trần Bình"
        db.flush()
    with store.read(Scope.countries({"LA"})) as db:
        assert {row.person_id for row in db.scalars(select(NamePart))} == {third.id}
    with store.read(Scope.person(first.id, "KH")) as db:
        assert {row.person_id for row in db.scalars(select(NamePart))} == {first.id}


@pytest.mark.parametrize(
    "typed", ["nguyen", "guye", "en", "obrien da", "\u17b6sok", "e", "\u17b6", "lan", "美玲", "玲"]
)
def test_what_is_in_a_name_begins_one_of_its_parts(typed: str) -> None:
    names = finding.search_text("Nguyễn Lan O’Brien-da \u17b6sok 陈美玲", "x")
    assert typed in names
    ranges = finding.part_ranges(typed)
    assert len(ranges) == (len(typed.split(" ")) if len(typed) > 1 else 0)
    for first, end in ranges:
        assert any(first <= part < end for part in finding.name_parts(names))
