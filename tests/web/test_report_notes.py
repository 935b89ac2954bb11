"""What stands beside the fixed figures: targets, the words of the report, what people say, and workshops."""

from __future__ import annotations

import csv
import io
import re
import subprocess
from datetime import UTC, date, datetime
from html import unescape
from typing import Any

import pytest
from sqlalchemy.exc import DBAPIError

from tests.factories import a_person, a_workshop
from tests.services import test_outputs
from tests.services.test_feedback import follow_up, react
from tests.services.world import statements
from tests.web.conftest import Browser, World
from tests.web.test_coordinate import count
from trainer.services import report_notes
from trainer.store.engine import Store
from trainer.store.evidence import PersonSummary
from trainer.store.models import Person
from trainer.store.scope import Scope
from trainer.store.workshops import Attendance, Participant, WorkshopSession

AFTER = datetime(2027, 1, 16, 3, tzinfo=UTC)
"""The figures of 2026-Q4 are fixed."""
CHOSEN = "country=KH&period=2026-Q4"
SYSTEM = Scope.system("test")
TARGETS, WORDS = "/en/coordinate/targets", "/en/coordinate/report-words"


@pytest.fixture
def me(world: World) -> Person:
    world.course()
    world.clock.moment = AFTER
    count(world, "KH", 40, 20, month="2026-11", minutes=20 * 600)  # type: ignore[arg-type]
    count(world, "LA", 30, 3, month="2026-11")
    count(world, "TH", 77, 66, month="2026-11")
    with world.store.write(SYSTEM) as db:
        for country, n in (("KH", 20), ("LA", 3)):
            for facet, value in (("who", "police man"), ("work_role", "frontline")):
                cell = {"country": country, "month": "2026-11", "facet": facet, "value": value}
                db.add(PersonSummary(**cell, in_quarter=n, in_year=n, ever=n))
    return world.coordinator("KH", "LA")


@pytest.fixture
def reader(world: World, me: Person) -> Browser:
    return world.sign_in(me)


def set_targets(reader: Browser, country: str = "KH", version: int = 0, **over: str) -> Any:
    fields = {"country": country, "year": "2026", "version": str(version), **over}
    return reader.submit(TARGETS, fields, page=f"{TARGETS}?country={country}&year=2026")


def write(reader: Browser, version: int = 0, **over: str) -> Any:
    fields = {"country": "KH", "quarter": "2026-Q4", "version": str(version), **over}
    return reader.submit(WORDS, fields, page=f"{WORDS}?country=KH&quarter=2026-Q4")


def table(reader: Browser, name: str, chosen: str = CHOSEN) -> list[list[str]]:
    """Of the file, without its heads."""
    answer = reader.get(f"/en/coordinate/report.csv?{chosen}&table={name}")
    return list(csv.reader(io.StringIO(answer.text)))[1:] if answer.status_code == 200 else []


def paper(reader: Browser, chosen: str = CHOSEN) -> str:
    data = reader.get(f"/en/coordinate/report.pdf?{chosen}").data
    return " ".join(
        subprocess.run(["pdftotext", "-", "-"], input=data, capture_output=True, check=True).stdout.decode().split()
    )


def sheets(reader: Browser, chosen: str = CHOSEN) -> dict[str, list[list[str]]]:
    """Title → rows, without empty cells."""
    found = test_outputs.sheets(reader.get(f"/en/coordinate/report.xlsx?{chosen}").data)
    return {title: [[text for text, _ in row] for row in rows] for title, rows in found.items()}


def shown(page: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", page)).split())


# ------------------------------------------------------------------ targets


def test_targets_stand_beside_the_figures_everywhere(reader: Browser) -> None:
    assert "numbers of victims" in reader.get(f"{TARGETS}?country=KH").text
    assert set_targets(reader, t1="40", t3="210").status_code == 303
    persons, hours = table(reader, "targets")
    assert persons == ["T1", "Persons trained", "40", "20", "20", "50", "An explanation is missing."]
    assert hours == ["T3", "Planned hours", "210", "200", "200", "95", ""], "near enough"
    assert sheets(reader)["Targets"][1] == [
        "T1",
        "Persons trained",
        "40",
        "20",
        "20",
        "50",
        "An explanation is missing.",
    ]
    assert "T1 Persons trained 40 20 20 50 An explanation is missing." in shown(
        reader.get(f"/en/coordinate/?{CHOSEN}").text
    )
    assert "An explanation is missing." in paper(reader)
    assert write(reader, **{"why-t1": "Two workshops were moved."}).status_code == 303
    assert table(reader, "targets")[0][-1] == "Two workshops were moved."
    assert not table(reader, "targets", f"{CHOSEN}&module=course"), "targets are of all modules"


def test_no_percentage_gives_a_hidden_number_away(reader: Browser) -> None:
    chosen, seen = "country=LA&period=2026-Q4", set()
    for version, target in enumerate(("1", "3", "4", "100")):
        assert set_targets(reader, "LA", version, t1=target, t3=target, t4=target, t6=target).status_code == 303
        rows = [[*row[:2], *row[3:]] for row in table(reader, "targets", chosen)]
        assert {row[4] for row in rows} == {"–"}
        page = shown(reader.get(f"/en/coordinate/?{chosen}").text).replace(f" {target} ", " T ")
        seen.add((str(rows), page.partition("Targets")[2].partition("Download")[0]))
    assert len(seen) == 1, "the same beside every target, also whether an explanation is missing"
    assert "<5" in str(seen)


def test_of_felt_safe_or_more_there_is_no_percentage(world: World, reader: Browser) -> None:
    with world.store.write(SYSTEM) as db:
        react(db, 30, safe=28)
    set_targets(reader, t7="90")
    assert table(reader, "targets") == [
        ["T7", "Felt safe: 4 or 5 (percent): A course", "90", "87 or more", "–", "–", ""]
    ]
    assert "T7 Felt safe: 4 or 5 (percent): A course 90 87 or more – –" in shown(
        reader.get(f"/en/coordinate/?{CHOSEN}").text
    )


def test_a_target_is_a_number_that_can_be_reached(reader: Browser) -> None:
    for field, value in (("t1", "0"), ("t4", "101"), ("t6", "many"), ("t3", "-3")):
        answer = set_targets(reader, **{field: value})
        assert answer.status_code == 422
        assert f'href="#{field}"' in answer.text
        assert f'value="{value}"' in answer.text
    assert not table(reader, "targets")


# ------------------------------------------------------------------ words


def test_words_stand_where_lines_to_write_on_were(world: World, reader: Browser) -> None:
    assert "What did not work" in paper(reader)
    said = {"prepared": "Head of unit", "changed": "They ask first.\r\n=1+1", "concerns": "6", "advisers": "yes"}
    assert write(reader, **said).status_code == 303
    assert ["Prepared by (post)", "Head of unit"] in table(reader, "words")
    assert ["Safeguarding concerns, if there were 5 or more", "6"] in sheets(reader)["In words"]
    text = paper(reader)
    for words in ("Head of unit", "They ask first.", "Last changed on January 16, 2027", "What did not work"):
        assert words in text
    viewer = world.sign_in(world.viewer("KH"))
    page = viewer.get(f"/en/coordinate/?{CHOSEN}").text
    assert "They ask first." in page
    assert WORDS not in page
    assert "They ask first." in paper(viewer)
    assert viewer.get(f"{WORDS}?country=KH").status_code == 403
    assert viewer.submit(WORDS, said, page="/en/coordinate/").status_code == 403
    assert "They ask first." not in paper(reader, "country=LA&period=2026-Q4")


def test_a_stale_edit_is_told_and_nothing_is_lost(world: World, reader: Browser) -> None:
    assert write(reader, changed="Mine").status_code == 303
    colleague = world.sign_in(world.coordinator("KH"))
    assert write(colleague, 1, changed="Theirs", plan="Theirs, too").status_code == 303
    answer = write(reader, 1, changed="Mine, better")
    assert answer.status_code == 409
    text = shown(answer.text)
    assert "Somebody else saved this meanwhile." in text
    assert text.count("Saved now:") == 2, "where it differs"
    assert "Saved now: Theirs, too" in text
    assert "Mine, better</textarea>" in answer.text
    assert 'name="version" value="2"' in answer.text
    assert table(reader, "words") == [
        ["What changed in practice: one example without names, with permission", "Theirs"],
        ["Plan for the next quarter", "Theirs, too"],
    ]  # fmt: skip
    assert write(reader, 2, changed="Mine, better").status_code == 303
    assert [row[1] for row in table(reader, "words")] == ["Mine, better"]
    assert set_targets(reader, t1="5").status_code == 303
    assert set_targets(colleague, t1="6").status_code == 409
    assert table(reader, "targets")[0][2] == "5"


def test_what_cannot_be_kept_comes_back(reader: Browser) -> None:
    for fields in ({"concerns": "4"}, {"plan": "x" * 1501}, {"prepared": "x" * 121}):
        ((name, value),) = fields.items()
        answer = write(reader, **fields)
        assert (answer.status_code, value in answer.text) == (422, True), name
    assert not table(reader, "words")


def test_another_country_and_no_period_are_not_there(reader: Browser) -> None:
    for address in (
        f"{TARGETS}?country=TH", f"{WORDS}?country=TH", f"{TARGETS}?country=KH&year=1999",
        f"{WORDS}?country=KH&quarter=x", f"{WORDS}?country=KH&quarter=2027-Q2",
    ):  # fmt: skip
        assert reader.get(address).status_code == 404
        path, _, query = address.partition("?")
        fields = {"version": "0", "t1": "5", "plan": "x", **dict(one.split("=") for one in query.split("&"))}
        assert reader.submit(path, fields, page=TARGETS).status_code == 404, address
    for path in (TARGETS, WORDS):
        assert reader.submit(path, {"t1": "5", "version": "0"}).status_code == 404, "no country is assumed"


@pytest.mark.parametrize("store", ["postgresql"], indirect=True)
def test_the_server_lets_nobody_write_words_who_sees_counts_only(store: Store) -> None:
    fields: dict[str, Any] = {"version": 0, "by": "x", "now": AFTER}
    with store.write(Scope.countries({"KH"})) as db:
        assert report_notes.store(db, {"KH"}, "KH", "2026-Q4", {"plan": "x"}, **fields) == ("plan",)
    with store.read(Scope.counts({"KH"})) as db:
        assert report_notes.read(db, "KH", "2026-Q4").words.version == 1
    with pytest.raises((DBAPIError, Exception), match="row-level security"), store.write(Scope.counts({"KH"})) as db:
        report_notes.store(db, {"KH"}, "KH", "2026-Q3", {"plan": "x"}, **fields)
    with store.read(Scope.counts({"LA"})) as db:
        assert report_notes.read(db, "KH", "2026-Q4") == report_notes.NO_NOTES


# ------------------------------------------------------------------ what people say


def test_what_people_say_is_in_the_report_as_on_its_page(world: World, reader: Browser) -> None:
    with world.store.write(SYSTEM) as db:
        react(db, 20, safe=17)
        react(db, 31, country="TH")
        follow_up(db, 12, examples=5, helped_colleague=7, helped_supervisor=3, done_alone=6)
    viewer = world.sign_in(world.viewer("KH"))
    for name in ("reactions", "follow-ups", "answers"):
        there = reader.get(f"/en/coordinate/feedback.csv?table={name}&country=KH&quarter=2026-Q4").text
        rows = list(csv.reader(io.StringIO(there.lstrip("\ufeff"))))[1:]
        assert rows
        assert table(reader, name) == table(viewer, name) == rows, name
    assert table(reader, "main-answers") == [
        ["Cambodia", "2026-Q2", "3", "What helped you?", "A colleague", "7", "12"]
    ], "three people are no answer that is told"
    lines = [row[:3] for row in table(reader, "summary") if row[0] in ("T7", "T8")]
    assert lines == [
        ["T7", "Felt safe: 4 or 5 (percent): A course", "80 or more"],
        ["T8", "Changed a practice, with an example (percent)", "–"],
    ]  # fmt: skip
    assert "Completed in 2026-Q2, asked three months later (12/40)" in paper(reader)
    assert "After a module" in sheets(reader)
    assert not table(reader, "reactions", "country=LA&period=2026-Q4")
    assert not table(reader, "reactions", "country=KH&period=2026"), "of a quarter only"


# ------------------------------------------------------------------ workshops


def hold(world: World, people: int, day: date, place: str, **over: Any) -> None:
    with world.store.write(SYSTEM) as db:
        room = a_workshop(
            modules=["course"], starts_on=day, ends_on=day, place=place, **{"closed_at": AFTER, **over}
        )  # fmt: skip
        db.add(room)
        db.flush()
        part = WorkshopSession(workshop_id=room.id, country="KH", position=1, title="M", held_on=day)
        db.add(part)
        db.flush()
        for number in range(people):
            person = a_person(db, country="KH")
            seat = Participant(
                person_id=person.id, country="KH", workshop_id=room.id, number=number + 1, locale="km", joined_at=AFTER
            )  # fmt: skip
            db.add(seat)
            db.flush()
            who = {"person_id": person.id, "country": "KH", "session_id": part.id, "participant_id": seat.id}
            db.add(Attendance(**who, entered_at=AFTER, entered_by="x"))


def test_workshops_are_told_in_bands_and_only_to_coordinators(world: World, reader: Browser) -> None:
    hold(world, 12, date(2026, 11, 24), "Harbour hall")
    hold(world, 2, date(2026, 11, 9), "Small office")
    hold(world, 1, date(2026, 10, 1), "Not closed", closed_at=None)
    hold(world, 1, date(2026, 9, 30), "Before", deleted_at=None)
    hold(world, 1, date(2026, 10, 2), "In the bin", deleted_at=AFTER)
    rows = [[row[0], row[2], row[4], row[6]] for row in table(reader, "workshops")]
    assert rows == [["2026-11", "–", "1", "fewer than 10"], ["2026-11", "Harbour hall", "1", "10 to 29"]]
    everything = f"{sheets(reader)['Workshops']} {paper(reader)}"
    assert "Harbour hall" in everything
    for hidden in ("Small office", "Not closed", "In the bin", "11-24", "Lina"):
        assert hidden not in everything
    viewer = world.sign_in(world.viewer("KH"))
    assert not table(viewer, "workshops")
    assert "Harbour" not in f"{sheets(viewer)} {paper(viewer)}"
    hold(world, 5, date(2026, 11, 10), "Small office")
    with_five = [[row[0], row[2], row[4], row[6]] for row in table(reader, "workshops")]
    assert with_five == [rows[0], *rows], "two people and five look the same"


def test_it_all_takes_few_statements(world: World, reader: Browser) -> None:
    with world.store.write(SYSTEM) as db:
        react(db, 20)
        follow_up(db, 12, examples=5)
    hold(world, 1, date(2026, 11, 24), "Hall")
    set_targets(reader, t1="40", t7="90")
    write(reader, plan="x")
    reader.get("/en/coordinate/")  # the first visit after a quarter fixes it
    counts = {}
    for path in ("", "report.pdf", "report.xlsx", "report.csv"):
        with world.store.read(Scope.nobody()) as db, statements(db) as seen:
            assert reader.get(f"/en/coordinate/{path}?{CHOSEN}").status_code == 200
        counts[path] = len(seen)
    assert max(counts.values()) <= 13, counts
    assert counts["report.pdf"] == counts["report.xlsx"] == counts["report.csv"]


def test_each_indicator_is_defined_in_the_spreadsheet(reader: Browser) -> None:
    text = str(sheets(reader)["Read me"])
    for words in (
        "Changed a practice: of those who answered",
        "Known after the course",
        "T11 Editions",
        "T1 Persons",
        "Groups of 1 to 4",
    ):
        assert words in text
