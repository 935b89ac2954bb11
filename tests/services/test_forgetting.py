"""Somebody is forgotten: not one mention stays in any table, and what is about nobody does."""

from __future__ import annotations

from datetime import datetime

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from tests.factories import a_grant, an_identity
from tests.services.papers import KEY, KH, SYSTEM, Room, seen
from tests.services.random_register import coordinator, printed
from tests.services.test_counting import differences
from tests.services.world import Learner, person, publish
from trainer.services import (
    certificates,
    forgetting,
    merging,
    outbox,
    people,
    places,
    sessions,
    transfers,
)
from trainer.services.library import Shelf
from trainer.services.problems import Conflict, Invalid, NotFound, Refused
from trainer.services.scans import Page
from trainer.store.engine import Store
from trainer.store.models import Base, Certificate, Person
from trainer.store.warnings import WarningRow
from trainer.store.workshops import Pack, PackFile, Participant, Scan


def mentions(store: Store, *words: str) -> set[str]:
    """Tables that have one of the words anywhere."""
    with store.engine.connect() as connection:
        if not store.is_sqlite:
            connection.execute(text("SELECT set_config('app.countries', '*', true)"))
        rows = {
            table.name: str(connection.execute(select(*table.columns)).all()) for table in Base.metadata.sorted_tables
        }
    return {table for table, found in rows.items() if any(word in found for word in words)}


def a_life(paper: Room) -> tuple[Person, str]:
    """Somebody with something in every table, and the code of their certificate."""
    who = paper.join(full_name="Unmistakable Sothea", sign_in_name="unmistakable", email="unmistakable@mail.test")
    sheet = paper.sheet("pre")
    upload = paper.upload()
    paper.take(upload, Page(1, paper.code(sheet), None, seen(paper.marks(sheet)), b"their hand"))
    quiz = paper.sheet("quiz")
    paper.type_in(quiz, paper.marks(quiz))
    one = Learner(paper.store, paper.shelf, an_identity(who), now=paper.now)
    code = str(one.complete().extra["certificate"])
    second = paper.join(full_name="Unmistakable  Sothea", sign_in_name="unmistakable-2")
    Learner(paper.store, paper.shelf, an_identity(second), now=paper.now).do("enrol")
    me = coordinator(paper.store, "KH")

    def more(db: Session) -> None:
        sessions.start(db, who.id, "KH", label="Firefox", shared_device=True, now=paper.now)
        outbox.put(db, who.id, "KH", occasion="x", locale="en", subject="Unmistakable", body="-", due=paper.now)
        people.issue_slip(db, people.OPERATOR, who.id, now=paper.now, key=KEY)
        pack = Pack(
            workshop_id=paper.id, country="KH", number=1, editions={}, state="done", problems=[], asked_at=paper.now,
            asked_by="me", options={"people": [place.id for place in db.scalars(select(Participant))]},
        )  # fmt: skip
        db.add(pack)
        db.flush()
        db.add(PackFile(pack_id=pack.id, country="KH", position=0, name="a.pdf", pages=1, size=4, data=b"Unmistakable"))
        named = {"person_id": None, "other_id": None}
        for column in named:
            db.add(
                WarningRow(
                    country="KH", kind="twins", key=column, agency="", numbers={}, at=paper.now, found_at=paper.now,
                    note="Unmistakable, I think", **{**named, column: who.id},
                )
            )  # fmt: skip
        transfers.propose(db, me, who.id, "LA", "wish", now=paper.now)
        transfer = transfers.open_transfer(db, KH, who.id)
        assert transfer is not None
        transfers.take_back(db, me, transfer.id, now=paper.now)
        merging.merge(db, KH, who.id, second.id, by="me", now=paper.now)

    paper.write(more)
    return who, code


def test_not_one_mention_of_the_person_stays(store: Store) -> None:
    paper = Room(store, people=0)
    who, code = a_life(paper)
    other = paper.join()
    words = (who.id, "Unmistakable", "unmistakable", "unmist", "their hand")
    before = printed(store)
    assert mentions(store, *words) >= {
        "person", "mail", "certificate", "slip_code", "sign_in_session", "transfer", "merge", "pack_file", "scan",
        "participant", "attempt", "warning", "name_part",
    }  # fmt: skip
    found = paper.read(forgetting.preview, KH, who.id)
    assert (found.modules, found.certificates, found.workshops, found.entries) == (1, 1, 1, 1)
    paper.write(forgetting.forget, KH, who.id, now=paper.now)
    assert mentions(store, *words) == set()
    assert paper.count(Scan) == 0
    assert printed(store) == before
    assert differences(store) == {}
    assert [one.number for one in paper.read(places.empty_places, KH, paper.id)] == [1, 2]
    assert paper.participants(), "nobody else is touched"
    assert paper.read(people.person, KH, other.id).full_name == other.full_name
    kept = paper.read(certificates.check, paper.shelf, code, now=paper.now)
    assert kept is not None
    assert (kept.name, kept.slug, kept.country) == ("", "course", "KH")


def test_a_revoked_certificate_stays_revoked(store: Store) -> None:
    publish(store)
    one = Learner(store, Shelf(store), person(store))
    code = str(one.complete().extra["certificate"])
    with store.write(SYSTEM) as db:
        db.scalars(select(Certificate)).one().revoked_at = one.now
    with store.write(SYSTEM) as db:
        forgetting.forget(db, KH, one.who.person_id, now=one.now)
    with store.read(SYSTEM) as db:
        assert certificates.check(db, one.shelf, code, now=one.now) is None


@pytest.mark.parametrize("store", ["sqlite"], indirect=True)
def test_nobody_is_forgotten_by_mistake(store: Store, now: datetime) -> None:
    who = person(store, full_name="Chan Dara")

    def forget(typed: str = "Chan Dara", asked: bool = True, countries: frozenset[str] = KH) -> None:
        with store.write(SYSTEM) as db:
            forgetting.forget_on_request(db, countries, who.person_id, typed=typed, asked=asked, now=now)

    with pytest.raises(Invalid):
        forget("Chan Dar")
    with pytest.raises(Conflict):
        forget(asked=False)
    with pytest.raises(NotFound):
        forget(countries=frozenset({"LA"}))
    with store.write(SYSTEM) as db:
        row = db.get(Person, who.person_id)
        assert row is not None
        a_grant(db, row, "trainer")
    with pytest.raises(Refused):
        forget()
    with store.read(SYSTEM) as db:
        assert db.get(Person, who.person_id) is not None
