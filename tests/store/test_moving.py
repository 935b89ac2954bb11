"""Rows change hands in one place only, and not across the edge of a scope."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from tests.factories import a_person
from trainer.store import moving
from trainer.store.engine import Store
from trainer.store.errors import OutOfScope
from trainer.store.models import Person
from trainer.store.scope import Scope

SYSTEM = Scope.system("test")


def test_nothing_goes_to_or_comes_from_somebody_outside_the_scope(store: Store) -> None:
    with store.write(SYSTEM) as db:
        own, second, foreign = (a_person(db, country=country).id for country in ("KH", "KH", "LA"))
    narrow, personal = Scope.countries({"KH"}), Scope.person(own, "KH")
    for scope, country, one, other in (
        (narrow, "KH", own, foreign), (narrow, "KH", foreign, own), (narrow, "LA", own, foreign),
        (personal, "KH", own, second), (personal, "KH", second, own), (SYSTEM, "KH", own, foreign),
    ):  # fmt: skip
        for act in (moving.hand_over, moving.swap, moving.hand_over_places):
            with pytest.raises(OutOfScope), store.write(scope) as db:
                act(db, country, one, other, ["course"])
    with store.write(narrow) as db:
        moving.hand_over(db, "KH", own, second, ["course"])
        moving.swap(db, "KH", own, second, ["course"])
    with store.read(SYSTEM) as db:
        assert len(db.scalars(select(Person.id)).all()) == 3, "nothing that held rows meanwhile is left"


def test_a_country_changes_in_a_system_scope_only(store: Store) -> None:
    with store.write(SYSTEM) as db:
        own = a_person(db).id
    for scope in (Scope.countries({"KH", "LA"}), Scope.person(own, "KH")):
        with pytest.raises(OutOfScope), store.write(scope) as db:
            moving.move_to_country(db, own, "KH", "LA")
    with pytest.raises(OutOfScope), store.write(SYSTEM) as db:
        moving.move_to_country(db, own, "TH", "LA")
    with store.write(SYSTEM) as db:
        moving.move_to_country(db, own, "KH", "LA")
    with store.read(SYSTEM) as db:
        assert db.scalars(select(Person.country)).one() == "LA"
