"""Hours beside completions, where a module takes longer in a room than alone."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from trainer.services import cutoffs, fixed, reports
from trainer.services.reports import Filters
from trainer.store.cutoffs import Cutoff
from trainer.store.engine import Store
from trainer.store.evidence import PersonSummary, Summary
from trainer.store.scope import Scope

ALONE, ROOM = 90, 240
Q1, Q2 = datetime(2026, 4, 20, tzinfo=UTC), datetime(2026, 7, 20, tzinfo=UTC)


def learn(store: Store, month: str, alone: int, room: int) -> None:
    """Of an agency and a sex; everybody enrols and completes in the month, for the first time."""
    cell = {"country": "KH", "month": month}
    who = {"module": "course", "sex": "woman", "agency_type": "police"}
    with store.write(Scope.system("test")) as db:
        for mode, n, minutes in (("online", alone, ALONE), ("workshop", room, ROOM)):
            db.add(Summary(**cell, **who, mode=mode, enrolled=n, completed=n, minutes=n * minutes))
            db.add(PersonSummary(**cell, facet="mode", value=mode, in_quarter=n, in_year=n, ever=n))
        for facet, value in (("who", "police woman"), ("work_role", "frontline"), ("locale", "km")):
            of_all = alone + room
            db.add(PersonSummary(**cell, facet=facet, value=value, in_quarter=of_all, in_year=of_all, ever=of_all))


def printed(store: Store, period: str) -> tuple[int | None, list[str], list[str]]:
    """Planned minutes of all modules, persons by mode, and hours of women's row."""
    with store.read(Scope.counts({"KH"})) as db:
        made = reports.completions(db, ["KH"], Filters(period=period), titles={"course": "A"}, now=Q2, days=15)
    modes = [row.cells[-1].text() for one in made.groups or () if one.facet == "mode" for row in one.rows]
    women = [row.minutes.text() for one in made.by_group if one.facet == "sex" for row in one.rows]
    return made.rows[0].now.minutes.value, modes, women


@pytest.mark.parametrize(
    ("alone", "room", "minutes"),
    [(20, 2, None), (3, 20, None), (20, 6, 20 * ALONE + 6 * ROOM), (20, 0, 20 * ALONE), (0, 20, 20 * ROOM)],
)
def test_hours_are_not_told_where_they_tell_of_a_few(
    sqlite_store: Store, alone: int, room: int, minutes: int | None
) -> None:
    """22 completions in 38 hours are 20 alone and 2 in a room, which the table of persons hides."""
    learn(sqlite_store, "2026-01", alone, room)
    cutoffs.fix_due(sqlite_store, {"KH"}, now=Q1, days=15)
    found, modes, women = printed(sqlite_store, "2026-Q1")
    assert found == minutes
    assert women in ([], ["–" if minutes is None else str(minutes)], ["not shown"])
    assert ("<5" in modes) == (minutes is None)


def test_hours_of_a_year_are_so_many_or_more_where_those_of_a_quarter_are(sqlite_store: Store) -> None:
    learn(sqlite_store, "2026-01", 20, 2)
    learn(sqlite_store, "2026-04", 30, 10)
    cutoffs.fix_due(sqlite_store, {"KH"}, now=Q2, days=15)
    assert printed(sqlite_store, "2026-Q2")[0] == 30 * ALONE + 10 * ROOM
    with sqlite_store.read(Scope.counts({"KH"})) as db:
        said = fixed.said_of("2026-Q2", db.get_one(Cutoff, ("KH", "2026-Q2")).said)
    year = said.figures.minutes["course", "2026"]
    assert (year.value, year.least) == (None, 22 * ALONE + 30 * ALONE + 10 * ROOM)
