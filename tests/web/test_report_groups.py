"""What is counted of groups, on the page and in every file; read from what was fixed and from nothing else."""

from __future__ import annotations

import csv
import io
import re
import subprocess
import zipfile
from datetime import UTC, datetime

import pytest

from tests.services.world import statements
from tests.web.conftest import Browser, World
from trainer.services import cutoffs, fixing
from trainer.store.cutoffs import Cutoff
from trainer.store.evidence import FacetSummary, PersonSummary, Summary
from trainer.store.scope import Scope

AFTER = datetime(2027, 1, 16, 3, tzinfo=UTC)
CHOSEN = "country=KH&period=2026-Q4"
AGENCIES = {"police": (30, 24, 19), "ngo": (20, 16, 11), "health": (7, 6, 5), "labour": (3, 2, 1)}
"""Enrolled, completed, and passed the test after at once, of as many who sat both tests as completed."""


@pytest.fixture
def reader(world: World) -> Browser:
    """Everybody completed one module, online and in a role; nobody says more."""
    world.course()
    world.clock.moment = AFTER
    cell = {"country": "KH", "month": "2026-11"}
    with world.store.write(Scope.system("test")) as db:
        for agency, (enrolled, completed, passed) in AGENCIES.items():
            counts = {
                "enrolled": enrolled, "completed": completed, "minutes": 90 * completed,
                "first_posts": completed, "first_posts_passed": passed, "pairs": completed,
                "before": 4000 * completed, "after": 6000 * completed, "before_squares": 4000 * 4000 * completed,
                "after_squares": 6000 * 6000 * completed, "products": 4000 * 6000 * completed,
            }  # fmt: skip
            of = {"agency_type": agency, "sex": "woman", "mode": "online"}
            db.add(Summary(**cell, module="course", **of, **counts))
            db.add(FacetSummary(**cell, module="course", facet="work_role", value=agency, **counts))
            for facet, value in (("who", f"{agency} woman"), ("work_role", agency), ("mode", agency)):
                row = {"in_quarter": completed, "in_year": completed, "ever": completed}
                db.add(PersonSummary(**cell, facet=facet, value=value, **row))
    return world.sign_in(world.coordinator("KH", "LA"))


def table(reader: Browser, name: str, chosen: str = CHOSEN) -> list[dict[str, str]]:
    answer = reader.get(f"/en/coordinate/report.csv?{chosen}&table={name}")
    assert answer.status_code == 200
    return list(csv.DictReader(io.StringIO(answer.get_data().decode("utf-8-sig"))))


BY_AGENCY = [
    ("Police", "30", "24", "36"), ("Non-governmental organisation", "20", "16", "24"),
    ("All others together", "10", "8", "–"), ("Total", "60", "48", "72"),
]  # fmt: skip


@pytest.mark.parametrize(("module", "title"), [("", "All modules"), ("&module=course", "A course")])
def test_enrolled_completed_and_hours_stand_by_group(reader: Browser, module: str, title: str) -> None:
    """The three of one agency are added up with the seven of another."""
    rows = [row for row in table(reader, "groups", CHOSEN + module) if row["Enrolled"] != "–"]
    found = [
        (row["Group"], row["Enrolled"], row["Completed"], row["Planned hours"])
        for row in rows if row["By"] == "Agency type"
    ]  # fmt: skip
    assert found == BY_AGENCY
    assert {row["Module"] for row in rows} == {title}
    assert {row["By"] for row in rows} == {"Agency type", "Sex", "Role", "How they learned"}
    page = reader.get(f"/en/coordinate/?{CHOSEN}{module}").text.partition('id="by-group"')[2].partition("</table>")[0]
    cells = [re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row) for row in re.findall(r"<tr>(.*?)</tr>", page, re.DOTALL)]
    assert [tuple(row) for row in cells[2:6]] == BY_AGENCY


def test_tests_stand_by_group_where_what_is_left_is_enough_too(reader: Browser) -> None:
    """Beside police and the organisation eight people are left: only one of the two can be told."""
    rows = table(reader, "group-tests", f"{CHOSEN}&module=course")
    assert [(row["Group"], row["People with both tests"], row["Change (points)"]) for row in rows if row["By"] == "Sex"]
    by_agency = [row for row in rows if row["By"] == "Agency type"]
    assert [(row["Group"], row["First tests after"], row["People with both tests"]) for row in by_agency] == [
        ("Police", "24", "24")
    ]
    page = reader.get(f"/en/coordinate/?{CHOSEN}&module=course").text
    assert "19 of 24" in page.partition('id="group-tests"')[2].partition("</table>")[0]
    assert 'id="group-tests"' not in reader.get(f"/en/coordinate/?{CHOSEN}").text


def test_files_on_paper_and_for_calculating_have_them_too(reader: Browser) -> None:
    paper = reader.get(f"/en/coordinate/report.pdf?{CHOSEN}").data
    words = subprocess.run(
        ["pdftotext", "-raw", "-", "-"], input=paper, capture_output=True, check=True
    ).stdout.decode()
    assert "Change (points) · A course" in words, "a table for each module, not its name on every row"
    with zipfile.ZipFile(io.BytesIO(reader.get(f"/en/coordinate/report.xlsx?{CHOSEN}").data)) as book:
        sheets = re.findall(r'<sheet name="([^"]+)"', book.read("xl/workbook.xml").decode())
    assert {"Enrolled and completed by group", "Tests by group"} <= set(sheets)


def test_groups_are_of_one_country_and_one_quarter(reader: Browser) -> None:
    for chosen in ("country=KH", "country=KH&period=2026", "period=2026-Q4"):
        assert 'id="by-group"' not in reader.get(f"/en/coordinate/?{chosen}").text
        assert table(reader, "groups", chosen) == table(reader, "group-tests", chosen) == []


def test_figures_that_were_fixed_before_say_that_groups_were_not_kept(
    world: World, reader: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fixing.fixed, "kept_told", lambda told: None)
    page = reader.get(f"/en/coordinate/?{CHOSEN}").text
    assert "was not kept yet when these figures were fixed" in page
    with world.store.read(Scope.counts({"KH"})) as db:
        assert cutoffs.broken(db, {"KH"}) == []
        assert db.get_one(Cutoff, ("KH", "2026-Q4")).groups is None


def test_groups_cost_no_statement(world: World, reader: Browser) -> None:
    reader.get("/en/coordinate/")  # fixes what is due
    with world.store.read(Scope.nobody()) as db, statements(db) as seen:
        reader.get(f"/en/coordinate/?{CHOSEN}")
    assert sum("FROM cutoff" in one and "people" in one for one in seen) == 1
    assert not any("facet_summary" in one for one in seen)
