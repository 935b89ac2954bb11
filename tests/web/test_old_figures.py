"""A database of the last release, with quarters that were fixed by it, after `trainer db upgrade`."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import func, select

from tests.services.world import RIGHT, Learner, person
from tests.store.test_migrations import blank as blank
from tests.web.conftest import Clock, World, an_app
from trainer.config import Config
from trainer.services import cutoffs, fixing, recounting
from trainer.services.library import Shelf
from trainer.store import migrate
from trainer.store.cutoffs import Cutoff
from trainer.store.engine import Store
from trainer.store.evidence import FacetSummary
from trainer.store.scope import Scope

LAST_RELEASE = "0016"
SYSTEM = Scope.system("test")
CHOSEN = "country=KH&period=2026-Q4"


@pytest.fixture
def of_before(
    blank: tuple[Store, str | None], config: Config, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> Iterator[tuple[World, str | None]]:
    """Eight people completed a course; the quarter was fixed when nothing was kept of groups."""
    store, owner = blank
    migrate.upgrade(store, owner=owner)
    world = World(an_app(config, store, clock), store, clock)
    world.course()
    shelf = Shelf(store)
    for _ in range(8):
        one = Learner(store, shelf, person(store, sex="woman"))
        one.take("post", {name: RIGHT[name] for name in ("a1", "b1")})
        one.complete()
    with monkeypatch.context() as patched:
        patched.setattr(fixing.fixed, "kept_told", lambda told: None)
        assert cutoffs.fix_due(store, {"KH"}, now=datetime(2027, 1, 16, 3, tzinfo=UTC), days=15) == 1
    store.dispose()
    migrate.downgrade(store, LAST_RELEASE, owner=owner)
    yield world, owner
    store.dispose()


def told(store: Store) -> Any:
    with store.read(Scope.counts({"KH"})) as db:
        return db.execute(select(Cutoff.said, Cutoff.people, Cutoff.digest)).one()


def test_figures_that_the_last_release_fixed_stay_and_can_be_read(of_before: tuple[World, str | None]) -> None:
    (world, owner), store = of_before, of_before[0].store
    before = told(store)
    assert migrate.upgrade(store, owner=owner)
    recounting.rebuild(store)  # as `trainer db upgrade` does
    with store.read(SYSTEM) as db:
        assert recounting.differences(db) == {}
        columns = (FacetSummary.minutes, FacetSummary.first_posts_passed, FacetSummary.only_after)
        assert all(db.execute(select(*(func.sum(one) for one in columns))).one()), "new counts are counted anew"
        assert cutoffs.broken(db, None) == []
    assert told(store) == before
    world.clock.moment = datetime(2027, 1, 20, 3, tzinfo=UTC)
    reader = world.sign_in(world.coordinator("KH"))
    page = reader.get(f"/en/coordinate/?{CHOSEN}")
    assert page.status_code == 200
    assert "was not kept yet when these figures were fixed" in page.text
    for file in ("report.pdf", "report.xlsx", "report.csv"):
        assert reader.get(f"/en/coordinate/{file}?{CHOSEN}").status_code == 200, file
    summary = reader.get(f"/en/coordinate/report.csv?{CHOSEN}&table=summary").text
    assert ["Enrolled", "8"] in [row[1:3] for row in csv.reader(io.StringIO(summary))]
    groups = reader.get(f"/en/coordinate/report.csv?{CHOSEN}&table=groups").text
    assert [row[3:6] for row in csv.reader(io.StringIO(groups))][1] == ["Police", "Woman", "8"]
    # The next quarter is fixed after it, with groups.
    assert cutoffs.fix_due(store, {"KH"}, now=datetime(2027, 4, 20, 3, tzinfo=UTC), days=15) == 1
    with store.read(Scope.counts({"KH"})) as db:
        assert cutoffs.broken(db, {"KH"}) == []
        assert [one is None for one in db.scalars(select(Cutoff.groups).order_by(Cutoff.quarter))] == [True, False]
