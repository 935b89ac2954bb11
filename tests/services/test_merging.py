"""Second entries: found, joined without losing anything, and put back as they were."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select, text

from tests.services.papers import KH, SYSTEM, Room
from tests.services.random_register import printed
from tests.services.test_counting import differences, sums
from tests.services.world import Learner, person, publish
from trainer.services import accounts, certificates, directory, merging, room, sessions, warnings
from trainer.services.directory import Filters
from trainer.services.library import Shelf
from trainer.services.problems import Conflict, NotFound
from trainer.store.engine import Store
from trainer.store.models import Base, CompletionRow, Enrolment, SignInSession


def everything(store: Store) -> dict[str, list[str]]:
    """Every row of every table."""
    with store.engine.connect() as connection:
        if not store.is_sqlite:
            connection.execute(text("SELECT set_config('app.countries', '*', true)"))
        return {
            table.name: sorted(str(row) for row in connection.execute(select(*table.columns)))
            for table in Base.metadata.sorted_tables
        }


def merge(store: Store, kept: Learner, gone: Learner, now: datetime) -> None:
    with store.write(SYSTEM) as db:
        merging.merge(db, KH, kept.who.person_id, gone.who.person_id, by="me", now=now)


def modules_of(store: Store, one: Learner, table: type = CompletionRow) -> list[str]:
    with store.read(SYSTEM) as db:
        return sorted(db.scalars(select(table.module).where(table.person_id == one.who.person_id)))  # type: ignore[attr-defined]


def test_two_people_with_certificates_are_joined_and_put_back_to_the_byte(store: Store, now: datetime) -> None:
    for slug in ("course", "other", "third"):
        publish(store, slug)
    shelf, one, two = Shelf(store), person(store, full_name="Sok Dara"), person(store, full_name="Dara Sok")
    codes = []
    late = now + timedelta(days=3)
    for who, module, at in ((one, "course", late), (two, "course", now), (two, "other", now), (one, "third", now)):
        codes.append(str(Learner(store, shelf, who, module, at).complete().extra["certificate"]))
    kept, gone = Learner(store, shelf, one, "course", late), Learner(store, shelf, two, "course", late)
    before = everything(store)
    with store.read(SYSTEM) as db:
        shown = merging.compare(db, KH, one.person_id, two.person_id)
    assert [(line.module, line.fate) for line in shown.lines] == [
        ("course", "swaps"), ("other", "moves"), ("third", "stays"),
    ]  # fmt: skip
    merge(store, kept, gone, late)
    assert modules_of(store, kept) == ["course", "other", "third"]
    assert modules_of(store, gone) == ["course"], "the later one stays with the hidden entry"
    assert sums(store) == (3, 3), "one person, each module once"
    assert differences(store) == {}
    with store.read(SYSTEM) as db:
        assert all(certificates.check(db, shelf, code, now=late) for code in codes)
        assert [row.id for row in directory.page(db, KH, Filters(), now=late).rows] == [one.person_id]
    with pytest.raises(NotFound):
        gone.do("enrol")
    assert everything(store) != before
    with store.write(SYSTEM) as db:
        assert merging.separate(db, KH, two.person_id, now=late + timedelta(days=29)) == one.person_id
    assert everything(store) == before


def test_a_place_in_a_workshop_moves_unless_both_are_in_it(store: Store) -> None:
    paper = Room(store, people=1)
    two = paper.join()
    first = paper.people[0]
    parts = paper.sessions()
    paper.attend({parts[0]: [2]})
    other = person(store)
    before = everything(store)

    def join(kept: str, gone: str) -> None:
        paper.write(merging.merge, KH, kept, gone, by="me", now=paper.now)

    join(other.person_id, two.id)
    assert [one.person_id for one in paper.read(room.participants, KH, paper.id)] == [first.id, other.person_id]
    paper.write(merging.separate, KH, two.id, now=paper.now)
    assert everything(store) == before
    join(first.id, two.id)
    assert [one.person_id for one in paper.read(room.participants, KH, paper.id)] == [first.id, two.id]


def test_what_came_after_the_merge_goes_back_with_its_module(store: Store, now: datetime) -> None:
    publish(store)
    shelf, one, two = Shelf(store), person(store), person(store)
    kept, gone = Learner(store, shelf, one), Learner(store, shelf, two)
    gone.do("enrol")
    merge(store, kept, gone, now)
    kept.complete()
    with store.write(SYSTEM) as db:
        merging.separate(db, KH, two.person_id, now=now + timedelta(days=1))
    assert (modules_of(store, kept, Enrolment), modules_of(store, gone)) == ([], ["course"])
    assert differences(store) == {}


@pytest.mark.parametrize("store", ["sqlite"], indirect=True)
def test_who_cannot_be_merged_and_when_it_is_too_late(store: Store, now: datetime) -> None:
    publish(store)
    shelf = Shelf(store)
    one, two, three, lao = (
        Learner(store, shelf, person(store, country=country)) for country in ("KH", "KH", "KH", "LA")
    )
    countries = frozenset({"KH", "LA"})

    def code(kept: Learner, gone: Learner) -> str:
        with pytest.raises(Conflict) as refused, store.write(SYSTEM) as db:
            merging.merge(db, countries, kept.who.person_id, gone.who.person_id, by="me", now=now)
        return refused.value.code

    assert code(one, lao) == "merge-countries"
    with pytest.raises(NotFound):
        merge(store, one, lao, now)
    assert printed(store) == {}
    merge(store, one, two, now)
    assert code(one, two) == code(three, two) == "merge-again"
    merge(store, three, one, now)
    for gone, when, said in (
        (two, now, "merge-later"), (three, now, "merge-none"), (one, now + timedelta(days=30), "merge-old"),
    ):  # fmt: skip
        with pytest.raises(Conflict) as refused, store.write(SYSTEM) as db:
            merging.separate(db, KH, gone.who.person_id, now=when)
        assert refused.value.code == said


@pytest.mark.parametrize("store", ["sqlite"], indirect=True)
def test_the_hidden_entry_signs_in_no_more_and_names_alike_are_found(store: Store, now: datetime) -> None:
    shelf = Shelf(store)
    one, two = (Learner(store, shelf, person(store, full_name=name)) for name in ("Sok Dara", "Dara  Sok"))
    person(store, full_name="Dara Sok", agency_type="ngo")
    warnings.look(store, "KH", now=now)
    with store.read(SYSTEM) as db:
        (group,) = merging.duplicates(db, KH)
    assert {entry.id for entry in group} == {one.who.person_id, two.who.person_id}
    with store.write(SYSTEM) as db:
        token = sessions.start(db, two.who.person_id, "KH", label="x", shared_device=True, now=now)
    merge(store, one, two, now)
    with store.read(SYSTEM) as db:
        assert accounts.identity(db, token, now) is None
        assert db.scalars(select(SignInSession)).all() == []
        assert merging.duplicates(db, KH) == ()
        (found,) = merging.merged_into(db, KH, one.who.person_id)
    assert found.id == two.who.person_id
