"""Two installations that differ in one country's people only: for whoever answers for another they are the same."""

from __future__ import annotations

import re
import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import cast

import pytest
from flask import Flask
from sqlalchemy import select

from tests.web.conftest import Browser, World, an_app
from tests.web.routes import routes
from tests.web.test_coordinate import count
from tests.web.test_matrix import ADMINISTRATION, ADMINISTRATORS, MANAGED, SAVED, TEST, Things, things_of
from trainer.config import Config
from trainer.services import cutoffs
from trainer.services.evidence import quarter_of
from trainer.services.shelf import Shelf
from trainer.store.engine import Store
from trainer.store.evidence import FacetSummary, ItemSummary, PersonSummary, Summary
from trainer.store.models import Edition
from trainer.store.reporting import ReportNote
from trainer.store.scope import Scope

RANDOM = re.compile(rb'value="[A-Za-z0-9_=-]{64}"|<code>[0-9a-f]{8}</code>|[0-9a-f]{8}(?=</p>|\r?\n)')
"""Tokens of forms, and ids of requests."""
BY_LOT = {"account.set_up", "coordinate.example_page"}
"""A new secret, and an example that is drawn: they differ each time."""
LEFT_OUT = ADMINISTRATION | ADMINISTRATORS | SAVED | BY_LOT
SYSTEM = Scope.system("test")


def answers(
    app: Flask, browser: Browser, things: dict[str, object], locales: tuple[str, ...]
) -> dict[str, tuple[int, bytes, str]]:
    """Address → status, bytes and headers of everything that can be read."""
    found = {}
    for locale in locales:
        for values in ({}, {**things, **TEST}):
            for one in routes(app, {"locale": locale, **values}):
                if one.method != "GET" or one.endpoint in LEFT_OUT:
                    continue
                answer = browser.get(one.path)
                kept = {name: value for name, value in answer.headers.items() if name != "Set-Cookie"}
                found[one.path] = (answer.status_code, RANDOM.sub(b"", answer.data), str(sorted(kept.items())))
    for search in ("Person", "Foreign", "f"):
        page = browser.submit("/en/coordinate/people", {"search": search})
        found[f"search for {search}"] = (page.status_code, RANDOM.sub(b"", page.data), "")
    return found


def twin(world: World, config: Config, folder: Path) -> World:
    """The same installation once more, in a file of its own."""
    path = folder / "twin.sqlite"
    with closing(sqlite3.connect(world.store.path)) as here, closing(sqlite3.connect(path)) as there:
        here.backup(there)
    store = Store(f"sqlite:///{path}")
    return World(an_app(replace(config, database=f"sqlite:///{path}"), store, world.clock), store, world.clock)


@pytest.mark.parametrize(("role", "locales"), [("coordinator", ("en", "km")), ("viewer", ("en",))])
def test_nothing_that_can_be_read_depends_on_another_country(
    world: World, config: Config, tmp_path: Path, role: str, locales: tuple[str, ...]
) -> None:
    me = world.coordinator("KH") if role == "coordinator" else world.viewer("KH", country="KH")
    own = things_of(world, world.person(full_name="Own Person"))[0]
    things = {name: own[name] for name in MANAGED if name != "transfer_id"}
    count(world, "KH", 40, 20)
    browser = world.sign_in(me)
    other = twin(world, config, tmp_path)
    foreigner = other.person(country="TH", full_name="Foreign Person", sign_in_name="foreign")
    other.coordinator("TH")
    count(other, "TH", 60, 30)
    with other.store.write(SYSTEM) as db:
        edition = db.scalars(select(Edition.id)).first()
        Things(db, Shelf(other.store), foreigner, int(edition or 0), 7)
    second = cast("Browser", other.app.test_client())
    second.give("trainer", str(browser.cookie("trainer")))
    here, there = answers(world.app, browser, things, locales), answers(other.app, second, things, locales)
    assert len(here) >= 150 * len(locales)
    assert [address for address in here if here[address] != there[address]] == []
    if role == "coordinator":  # the control: somebody more in the own country is seen
        other.person(country="KH", full_name="One More")
        page = "/en/coordinate/people"
        assert RANDOM.sub(b"", second.get(page).data) != here[page][1]
    other.store.dispose()


REPORT = "/en/coordinate/"
AT = datetime(2027, 4, 20, 3, tzinfo=UTC)
FILES = ("report.pdf", "report.xlsx", *(f"report.csv?table={name}" for name in (
    "completions", "tests", "groups", "group-tests", "by-group", "corrections", "questions", "summary", "look-at",
    "editions", "targets", "words", "workshops", "funders",
)))  # fmt: skip
CHOSEN = (
    "", "period=2026-Q3", "country=KH&period=2026-Q3", "country=LA&module=course", "country=KH&period=2026",
    "country=KH&period=2027-Q1",
)  # fmt: skip
SMALL = {"KH": ((3, 2), (40, 20)), "LA": ((4, 1), (31, 12))}
"""Enrolled and completed in two quarters: what is hidden."""
OTHERS = {"KH": ((4, 1), (39, 21)), "LA": ((2, 2), (33, 11))}
"""The same sums, and the same marks."""


GROUPS = {"police": (40, 24), "ngo": (3, 2), "health": (7, 4)}
OTHER_GROUPS = {**GROUPS, "ngo": (4, 3), "health": (6, 3)}
"""By agency: two of them are one row, "all others together"."""


def grouped(world: World, groups: dict[str, tuple[int, int]]) -> None:
    """A quarter of which groups are told."""
    cell = {"country": "KH", "month": "2027-02"}
    with world.store.write(SYSTEM) as db:
        for agency, (begun, done) in groups.items():
            counts = {"enrolled": begun, "completed": done, "minutes": 90 * done}
            db.add(Summary(**cell, module="course", sex="woman", agency_type=agency, mode="online", **counts))
            ever = {"in_quarter": done, "in_year": done, "ever": done}
            db.add(PersonSummary(**cell, facet="who", value=f"{agency} woman", **ever))
        for facet, value in (("work_role", "frontline"), ("locale", "km"), ("mode", "online")):
            if facet != "mode":
                counts = {"enrolled": 50, "completed": 30, "minutes": 2700}
                db.add(FacetSummary(**cell, module="course", facet=facet, value=value, **counts))
            db.add(PersonSummary(**cell, facet=facet, value=value, in_quarter=30, in_year=30, ever=30))
        for period, written in (("2027", {"t1": 40, "t3": 60}), ("2027-Q1", {"changed": "They ask first."})):
            db.add(ReportNote(
                country="KH", period=period, written=written, version=1, changed_at=AT, changed_by="x"
            ))  # fmt: skip


def filled(
    world: World, small: dict[str, tuple[tuple[int, int], ...]], late: int, groups: dict[str, tuple[int, int]]
) -> None:
    for country, quarters in small.items():
        for month, (enrolled, completed) in zip(("2026-08", "2026-11"), quarters, strict=True):
            with world.store.write(SYSTEM) as db:
                key = {"country": country, "module": "course", "month": month, "sex": "", "agency_type": "police"}
                sat = {"pairs": completed if completed < 5 else 0, "minutes": 90 * completed}
                db.add(Summary(**key, mode="online", enrolled=enrolled, completed=completed, **sat))
                for facet, value in (
                    ("work_role", "frontline"),
                    ("who", "police"),
                    ("mode", "online"),
                    ("locale", "km"),
                ):
                    counted = dict.fromkeys(("in_quarter", "in_year", "ever"), completed)
                    db.add(PersonSummary(country=country, month=month, facet=facet, value=value, **counted))
                question = {"module": "course", "purpose": "post", "question": "q1", "rev": 1, "choice": -1}
                db.add(
                    ItemSummary(country=country, quarter=quarter_of(month), **question, n=completed, right=completed)
                )
    cutoffs.fix_due(world.store, None, now=datetime(2027, 1, 20, 3, tzinfo=UTC), days=15)
    count(world, "KH", late, 0, month="2026-08", mode="workshop")
    grouped(world, groups)


def test_nothing_that_a_viewer_can_read_depends_on_a_hidden_number(
    world: World, config: Config, tmp_path: Path
) -> None:
    """Pages, tables, drawings, files and headers, byte for byte: of all periods, one country and both of them."""
    world.clock.moment = AT
    world.course()
    me = world.viewer("KH", "LA")
    browser = world.sign_in(me)
    other = twin(world, config, tmp_path)
    filled(world, SMALL, 3, GROUPS)
    filled(other, OTHERS, 1, OTHER_GROUPS)
    second = cast("Browser", other.app.test_client())
    second.give("trainer", str(browser.cookie("trainer")))
    seen = 0
    for query in CHOSEN:
        for file in ("", *FILES):
            path = f"{REPORT}{file}{'&' if '?' in file else '?'}{query}"
            one, two = browser.get(path), second.get(path)
            assert (one.status_code, RANDOM.sub(b"", one.data)) == (two.status_code, RANDOM.sub(b"", two.data)), path
            seen += one.status_code == 200
    assert seen > 40
    assert b"All others together" in browser.get(f"{REPORT}?country=KH&period=2027-Q1").data
    page, changed = browser.get(REPORT).data, second.get(REPORT + "?period=2026-Q3").data
    assert b"not shown" in page
    assert b"&lt;5" in changed
    count(other, "LA", 30, 20, month="2027-05")  # the control: in the next quarter something differs that is shown
    world.clock.moment = datetime(2027, 7, 20, 3, tzinfo=UTC)
    pages = [RANDOM.sub(b"", of.sign_in(me).get(REPORT).data) for of in (world, other)]
    assert pages[0] != pages[1]
    other.store.dispose()
