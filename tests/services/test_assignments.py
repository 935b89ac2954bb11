"""Assignments on both engines: whom they concern, who is done, and that no session sees another country's."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.factories import NOW, a_person, a_workshop, an_edition, an_identity
from trainer.content.paths import LearningPath, Paths, Step
from trainer.services import assignments, room
from trainer.services.assignments import Share, Wish
from trainer.services.problems import Invalid, NotFound, Refused
from trainer.store.engine import Store
from trainer.store.models import CompletionRow, Edition, Person
from trainer.store.scope import Scope

PATH = LearningPath("police", "Police", ("police",), 24, (Step("one", "required"), Step("two", "required")))
PATHS = Paths({"one": "One", "two": "Two"}, {"police": PATH})
KH, TH = {"KH"}, {"TH"}


def wish(**over: Any) -> Wish:
    values = {"country": "KH", "path": "police", "modules": (), "agency_type": None, "workshop_id": None}
    return Wish(**{**values, "due_on": date(2026, 12, 20), **over})


def assign(db: Session, countries: set[str] = KH, **over: Any) -> str:
    return assignments.assign(db, countries, wish(**over), paths=PATHS, by="coordinator", now=NOW)


def complete(db: Session, person: Person, module: str) -> None:
    edition = db.scalar(select(Edition.id).where(Edition.module == module))
    db.add(
        CompletionRow(
            person_id=person.id, country=person.country, module=module, edition_id=edition, mode="online", locale="en",
            agency_type="police", work_role="frontline", sex=None, at=NOW, month="2026-11",
        )
    )  # fmt: skip
    db.flush()


def test_whom_it_concerns_and_who_is_done(store: Store) -> None:
    with store.write(Scope.system("test")) as db:
        for slug in ("one", "two"):
            an_edition(db, slug)
        police, half, ngo = a_person(db), a_person(db), a_person(db, agency_type="ngo")
        a_person(db, disabled_at=NOW)
        a_person(db, is_test=True)
        thai = a_person(db, country="TH")
        for person, modules in ((police, ("one", "two")), (half, ("one",)), (thai, ("one", "two"))):
            for slug in modules:
                complete(db, person, slug)
        workshop = a_workshop()
        db.add(workshop)
        db.flush()
        room.join(db, workshop, [room.Newcomer(half.id, "km"), room.Newcomer(ngo.id, "km")], walk_in=False, now=NOW)
        everybody = assign(db)
        of_agency = assign(db, agency_type="police", path=None, modules=("one",))
        of_workshop = assign(db, workshop_id=workshop.id, path=None, modules=("one",))
    with store.read(Scope.countries(KH)) as db:
        rows = assignments.assignments(db, KH, PATHS)
        assert assignments.shares(db, rows) == {
            everybody: Share(3, 1), of_agency: Share(2, 2), of_workshop: Share(2, 1),
        }  # fmt: skip
        row = assignments.assignment(db, KH, PATHS, everybody)
        assert {(one.person_id, one.completed) for one in assignments.not_done(db, row)} == {(half.id, 1), (ngo.id, 0)}
        mine = assignments.of_person(db, PATHS, ngo.id, "KH", "ngo", now=NOW)
        assert {one.id for one in mine} == {everybody, of_workshop}
    with store.read(Scope.countries(TH)) as db:
        assert assignments.assignments(db, KH | TH, PATHS) == ()
        assert assignments.shares(db, rows) == {ident: Share(0, 0) for ident in (everybody, of_agency, of_workshop)}
        assert assignments.not_done(db, row) == ()
        with pytest.raises(NotFound):
            assignments.assignment(db, KH | TH, PATHS, everybody)
    me = an_identity(ngo)
    with store.read(Scope.person(me.person_id, me.country)) as db:
        assert assignments.of_person(db, PATHS, ngo.id, "KH", "ngo", now=NOW) == (), "rows of the country alone"


def test_nothing_is_assigned_to_another_country(sqlite_store: Store) -> None:
    with sqlite_store.write(Scope.system("test")) as db:
        an_edition(db, "one")
        thai = a_workshop("TH")
        db.add(thai)
        db.flush()
        with pytest.raises(NotFound):
            assign(db, TH)
        with pytest.raises(NotFound):
            assign(db, KH | TH, workshop_id=thai.id)
        made = assign(db)
        for act in (assignments.restore, lambda *args: assignments.withdraw(*args, now=NOW)):
            with pytest.raises(NotFound):
                act(db, TH, made)


def test_a_path_of_which_nothing_is_published_is_done_by_nobody(sqlite_store: Store) -> None:
    with sqlite_store.write(Scope.system("test")) as db:
        person = a_person(db)
        assign(db)
        (row,) = assignments.assignments(db, KH, PATHS)
        assert row.needed == ()
        assert assignments.shares(db, [row])[row.id] == Share(1, 0)
        assert [one.person_id for one in assignments.not_done(db, row)] == [person.id]


def test_there_is_an_end_to_what_people_are_asked_for(sqlite_store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(assignments, "MOST_OPEN", 2)
    with sqlite_store.write(Scope.system("test")) as db:
        first = assign(db)
        assign(db)
        with pytest.raises(Refused):
            assign(db)
        assignments.withdraw(db, KH, first, now=NOW)
        assign(db)
        with pytest.raises(Invalid):
            assign(db, agency_type="police", workshop_id="x" * 22)
