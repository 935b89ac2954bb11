"""Moves between countries: both sides see them, nobody else does, and the counts stay where things happened."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy import func, select

from tests.services.papers import KH, SYSTEM, Room
from tests.services.random_register import coordinator, printed
from tests.services.test_counting import differences, sums
from tests.services.world import Learner, person, publish
from trainer.access import Identity
from trainer.services import audit, certificates, people, places, trail, transfers
from trainer.services.audit import Act
from trainer.services.library import Shelf
from trainer.services.problems import Conflict, Invalid, NotFound, Refused
from trainer.services.trail import Filters
from trainer.services.transfers import TransferRow
from trainer.store.engine import Store
from trainer.store.evidence import Summary
from trainer.store.guard import SCOPED
from trainer.store.models import Base, Personal
from trainer.store.scope import Scope


def seen(store: Store, who: Identity) -> list[TransferRow]:
    """In the scope that the person's pages have."""
    with store.read(Scope.countries(who.countries)) as db:
        return list(transfers.transfers(db, who.countries))


def propose(store: Store, by: Identity, person_id: str, to: str, now: datetime) -> bool:
    with store.write(SYSTEM) as db:
        return transfers.propose(db, by, person_id, to, "works-there", now=now)


def test_a_move_is_seen_by_both_sides_and_by_nobody_else(store: Store, now: datetime) -> None:
    publish(store)
    one = Learner(store, Shelf(store), person(store, full_name="Sok Dara", email="dara@mail.test"))
    code = str(one.complete().extra["certificate"])
    cambodia, laos, thailand = (coordinator(store, country) for country in ("KH", "LA", "TH"))
    assert propose(store, cambodia, one.who.person_id, "LA", now) is False
    (given,), (taken,) = seen(store, cambodia), seen(store, laos)
    assert seen(store, thailand) == []
    assert (given.gives, taken.gives, given.other, taken.other) == (True, False, "LA", "KH")
    assert set(taken._fields) == {
        "id", "country", "other", "gives", "person_id", "full_name", "agency_type", "work_role", "reason", "asked_at",
        "ended_at", "outcome",
    }  # fmt: skip
    with store.read(Scope.countries({"LA"})) as db, pytest.raises(NotFound):
        people.person(db, {"LA"}, one.who.person_id)
    before = printed(store)
    for act, by in ((transfers.accept, thailand), (transfers.decline, thailand)):
        with pytest.raises(NotFound), store.write(SYSTEM) as db:
            act(db, by, taken.id, now=now)
    for act, by in ((transfers.accept, cambodia), (transfers.take_back, laos)):
        with pytest.raises(Conflict), store.write(SYSTEM) as db:
            act(db, by, taken.id, now=now)
    with store.write(SYSTEM) as db:
        transfers.accept(db, laos, taken.id, now=now)
    assert printed(store) == before
    assert differences(store) == {}
    with store.read(Scope.countries({"LA"})) as db:
        assert people.person(db, {"LA"}, one.who.person_id).full_name == "Sok Dara"
    with store.read(Scope.countries({"KH"})) as db, pytest.raises(NotFound):
        people.person(db, {"KH"}, one.who.person_id)
    assert [row.outcome for who in (cambodia, laos) for row in seen(store, who)] == ["accepted"] * 2
    with store.read(SYSTEM) as db:
        assert certificates.check(db, Shelf(store), code, now=now) is not None
    with store.write(SYSTEM) as db:
        transfers.delete_old(db, now=now + timedelta(days=31))
    assert seen(store, cambodia) == []


def test_what_happens_after_the_move_counts_in_the_new_country(store: Store, now: datetime) -> None:
    for slug in ("course", "other"):
        publish(store, slug)
    shelf, who, me = Shelf(store), person(store), coordinator(store)
    begun = Learner(store, shelf, who)
    begun.do("enrol")
    Learner(store, shelf, who, "other").complete()
    assert propose(store, me, who.person_id, "LA", now) is True, "who answers for both countries need not wait"
    moved = Identity(person_id=who.person_id, full_name=who.full_name, country="LA", locale="en")
    Learner(store, shelf, moved).complete()
    assert sums(store, Summary.country == "KH") == (2, 1)
    assert sums(store, Summary.country == "LA") == (0, 1)
    assert differences(store) == {}


def test_tests_before_and_after_the_move_take_nothing_out_of_the_new_country(store: Store, now: datetime) -> None:
    publish(store)
    shelf, who = Shelf(store), person(store)
    one = Learner(store, shelf, who)
    begun = one.do("start", purpose="pre", unit="test").extra["attempt_id"]
    one.hand_in(begun)
    propose(store, coordinator(store), who.person_id, "LA", now)
    moved = Identity(person_id=who.person_id, full_name=who.full_name, country="LA", locale="en")
    Learner(store, shelf, moved).take("post")
    columns = (Summary.country, func.sum(Summary.only_before), func.sum(Summary.pairs), func.sum(Summary.enrolled))
    with store.read(SYSTEM) as db:
        found = db.execute(select(*columns).group_by(Summary.country).order_by(Summary.country)).all()
    assert [tuple(map(str, row)) for row in found] == [("KH", "1", "0", "1"), ("LA", "0", "1", "0")]
    assert differences(store) == {}


def test_the_place_in_a_workshop_stays_with_the_workshop(store: Store) -> None:
    paper = Room(store)
    who, me = paper.people[0], coordinator(store, "KH", "LA")
    sheet = paper.sheet("pre")
    paper.type_in(sheet, paper.marks(sheet))
    recorded = paper.again(sheet).attempt_id
    assert recorded
    before = printed(store)
    assert propose(store, me, who.id, "LA", paper.now) is True
    assert [one.number for one in paper.read(places.empty_places, KH, paper.id)] == [1]
    assert len(paper.participants()) == 1
    assert printed(store) == before
    assert paper.sums_are_right()
    newcomer = paper.join()
    assert newcomer.id
    assert paper.workshop.last_number == 3, "the number is not given again"


def test_who_cannot_be_moved(store: Store) -> None:
    paper = Room(store)
    who, me = paper.people[0], coordinator(store, "KH")
    for to, reason, kind in (("KH", "wish", Invalid), ("XX", "wish", Invalid), ("LA", "because", Invalid)):
        with pytest.raises(kind), store.write(SYSTEM) as db:
            transfers.propose(db, me, who.id, to, reason, now=paper.now)
    with pytest.raises(NotFound):
        propose(store, coordinator(store, "TH"), who.id, "LA", paper.now)
    sheet = paper.sheet("pre")
    paper.scan(sheet, {}, {0: "faint"})
    with pytest.raises(Refused) as refused:
        propose(store, me, who.id, "LA", paper.now)
    assert refused.value.code == "transfer-sheets"
    other = paper.people[1]
    propose(store, me, other.id, "LA", paper.now)
    with pytest.raises(Conflict):
        propose(store, me, other.id, "TH", paper.now)
    (row,) = seen(store, me)
    with store.write(SYSTEM) as db:
        transfers.take_back(db, me, row.id, now=paper.now)
    laos = coordinator(store, "LA")
    with pytest.raises(Conflict), store.write(SYSTEM) as db:
        transfers.accept(db, laos, row.id, now=paper.now)


def test_every_table_of_a_person_can_change_country() -> None:
    """A key of a personal table that keeps the country of something else would forbid the move."""
    kept = set()
    for table in SCOPED:
        for key in table.foreign_key_constraints:
            if "country" in key.column_keys and key.referred_table.name != "person":
                kept.add(table.name)
    personal = {mapper.local_table.name for mapper in Base.registry.mappers if issubclass(mapper.class_, Personal)}  # type: ignore[attr-defined]
    assert kept & personal == {"participant"}, "places.empty takes these away before a move"


def test_who_has_moved_sees_what_was_done_before_and_the_new_country_does_not(store: Store, now: datetime) -> None:
    me = person(store).person_id

    def did(act: str, *chains: str, of: str = me, later: int) -> None:
        with store.write(Scope.nobody()) as db:
            acts = [Act(act, country, "person", of) for country in chains]
            audit.write(db, acts, actor="officer", now=now + timedelta(hours=later), request_id=f"r{later}")

    did("person-seen", "KH", later=1)
    did("person-seen", "KH", of="another", later=1)
    for act in ("transfer-proposed", "transfer-declined"):
        did(act, "KH", "TH", later=2)
    did("transfer-proposed", "KH", "LA", later=3)
    did("transfer-accepted", "KH", "LA", later=4)
    did("person-seen", "LA", later=5)
    did("role-given", "XX", later=6)

    def acts(scope: Scope, country: str = "LA") -> list[tuple[str, str]]:
        with store.read(scope) as db:
            return [(one.act, " ".join(one.countries)) for one in trail.about(db, me, country)[0]]

    own = [
        ("role-given", ""), ("person-seen", "LA"), ("transfer-accepted", "KH LA"), ("transfer-proposed", "KH LA"),
        ("transfer-declined", "KH"), ("transfer-proposed", "KH"), ("person-seen", "KH"),
    ]  # fmt: skip
    assert acts(SYSTEM) == own, "Thailand did not take them in: that is the two countries' own"
    laos = Scope.countries({"LA"})
    assert acts(laos) == [("person-seen", "LA"), ("transfer-accepted", "LA"), ("transfer-proposed", "LA")]
    assert acts(Scope.person(me, "LA")) == [], "the chains are for whoever answers for a country"
    with store.read(laos) as db:
        assert trail.page(db, "KH", Filters()).events == ()
    with store.read(SYSTEM) as db:
        assert trail.about(db, me, "LA", size=7)[1] is False
        first, is_cut = trail.about(db, me, "LA", size=2)
    assert ([one.act for one in first], is_cut) == (["role-given", "person-seen"], True)
