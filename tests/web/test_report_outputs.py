"""A coordinator's report as files, figures for funders, saved reports and the letters about them."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from datetime import UTC, date, datetime
from html import unescape

import pytest
from sqlalchemy import select

from tests.services.test_feedback import follow_up, react
from tests.services.world import COURSE, statements
from tests.web.conftest import Browser, Clock, World, an_app
from tests.web.test_coordinate import count
from tests.web.test_report_notes import hold, paper, sheets, table
from trainer.config import Config
from trainer.languages.words import words
from trainer.services import cutoffs, library, report_letters
from trainer.store.engine import Store
from trainer.store.evidence import FacetSummary, PersonSummary, Summary
from trainer.store.mail import Mail
from trainer.store.models import Person
from trainer.store.reporting import FunderLine, ReportNote
from trainer.store.scope import Scope

LINE = {"country": "KH", "code": "A-1", "words": "Police trained", "figure": "t1", "agency_types": "police"}
AFTER = datetime(2027, 1, 16, 3, tzinfo=UTC)
"""The figures of 2026-Q4 are fixed."""


@pytest.fixture
def me(world: World) -> Person:
    return with_counts(world)


def with_counts(world: World) -> Person:
    """The coordinator of two countries; in a third one there is something as well."""
    world.course()
    world.clock.moment = AFTER
    count(world, "KH", 40, 20, month="2026-11")
    count(world, "LA", 30, 3, month="2026-11")
    count(world, "TH", 777, 666, month="2026-11")
    with world.store.write(Scope.system("test")) as db:
        for facet, value, n in (("who", "police man", 17), ("who", "ngo man", 3), ("work_role", "frontline", 20)):
            cell = {"country": "KH", "month": "2026-11", "facet": facet, "value": value}
            db.add(PersonSummary(**cell, in_quarter=n, in_year=n, ever=n))
    return world.coordinator("KH", "LA")


@pytest.fixture
def reader(world: World, me: Person) -> Browser:
    return world.sign_in(me)


def cells_of(page: str) -> list[list[str]]:
    """Rows of all tables, without mark-up."""
    strip = lambda cell: " ".join(unescape(re.sub(r"<[^>]+>", " ", cell)).split())  # noqa: E731
    rows = re.findall(r"<tr>(.*?)</tr>", page, flags=re.DOTALL)
    return [[strip(cell) for cell in re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, flags=re.DOTALL)] for row in rows]


def test_page_and_files_say_the_same(reader: Browser) -> None:
    chosen = "country=KH&period=2026-Q4"
    page = reader.get(f"/en/coordinate/?{chosen}").text
    pdf, xlsx = (reader.get(f"/en/coordinate/report.{ending}?{chosen}") for ending in ("pdf", "xlsx"))
    assert pdf.data.startswith(b"%PDF-")
    assert pdf.headers["Content-Disposition"] == (
        'attachment; filename="quarterly-report-KH-2026-Q4-on-2027-01-16.pdf"'
    )
    assert xlsx.data.startswith(b"PK")
    assert "report-KH-2026-Q4-on-2027-01-16.xlsx" in xlsx.headers["Content-Disposition"]
    assert f"/en/coordinate/report.pdf?{chosen}" in unescape(page)
    answer = reader.get(f"/en/coordinate/report.csv?{chosen}&table=summary").get_data().decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(answer)))
    assert [row[:3] for row in rows[1:4]] == [
        ["", "Enrolled", "40"], ["T1", "Persons trained", "20"], ["T2", "Participations", "20"],
    ]  # fmt: skip
    assert ["A course", "40", "20"] in [[cell.split()[0] if at else cell for at, cell in enumerate(row[:3])]
                                        for row in cells_of(page) if len(row) >= 3 and row[1]]  # fmt: skip


@pytest.mark.parametrize("rest", ["country=TH", "country=KH&period=2026-Q1", "module=gone", "period=x"])
@pytest.mark.parametrize("file", ["pdf", "xlsx", "csv"])
def test_no_file_of_what_is_not_theirs_or_not_there(reader: Browser, rest: str, file: str) -> None:
    assert reader.get(f"/en/coordinate/report.{file}?{rest}").status_code == 404


def fix_early(reader: Browser, country: str, quarter: str) -> None:
    fields = {"country": country, "quarter": quarter, "sure": "1"}
    assert reader.submit("/en/coordinate/fix", fields, page="/en/coordinate/").status_code == 303


def test_page_and_files_know_that_a_country_has_fixed_nothing_yet(world: World) -> None:
    """Its first entries are in a quarter that another country fixed before it was time."""
    world.course()
    count(world, "KH", 40, 20, month="2026-08")
    count(world, "TH", 30, 10, month="2026-08")
    world.clock.moment = datetime(2026, 10, 5, 3, tzinfo=UTC)
    reader = world.sign_in(world.coordinator("KH", "TH"))
    fix_early(reader, "KH", "2026-Q3")
    rows = csv.reader(io.StringIO(reader.get("/en/coordinate/report.csv?period=2026-Q3").text))
    assert [row[3] for row in rows][1:] == ["40", "not fixed yet", "40 or more"]
    chosen = "country=TH&period=2026-Q3"
    page = reader.get(f"/en/coordinate/?{chosen}").text
    assert "not fixed yet" in page
    assert "was not kept yet when these figures were fixed" not in page, "none were"
    answers = {file: reader.get(f"/en/coordinate/report.{file}?{chosen}") for file in ("pdf", "xlsx", "csv")}
    assert {file: answer.status_code for file, answer in answers.items()} == dict.fromkeys(answers, 200)
    assert "not fixed yet" in answers["csv"].text
    # The sum of all time goes as far as it can, and says how far that is.
    reach = ("Cambodia: fixed until 2026-Q3", "Thailand: nothing fixed yet")
    page, sums = reader.get("/en/coordinate/").text, reader.get("/en/coordinate/report.csv").text.splitlines()
    assert all(words in page for words in reach)
    assert [row[3] for row in csv.reader(sums)][-1] == "40"
    assert "; ".join(reach) in sums[-1]
    assert ",2026-Q3," in sums[1]
    with zipfile.ZipFile(io.BytesIO(reader.get("/en/coordinate/report.xlsx").data)) as book:
        assert "; ".join(reach) in book.read("xl/sharedStrings.xml").decode()
    alone = reader.get("/en/coordinate/?country=KH").text
    assert not any(words in alone for words in reach)


SIGNED = b"---\nconfirmed_by: Test\nchecked_on: 2026-11-01\nreview_by: 2027-11-01\n---\n"
NOTES: dict[str, dict[str, object]] = {
    "2026": {"t1": 40, "t3": 90, "t4": 80, "t6": 75, "t7": 90}, "2026-Q4": {"changed": "They ask first.", "lang": "en"},
}  # fmt: skip


def with_everything(world: World) -> Person:
    """All that a quarterly report may hold: groups, targets, words, what people say, a workshop, a funder's line and
    national words, beside the figures.
    """
    me = with_counts(world)
    cell = {"country": "KH", "month": "2026-11"}
    with world.store.write(Scope.system("test")) as db:
        library.publish(db, "course", {**COURSE, "national/KH.md": SIGNED}, by="test", now=AFTER)
        for facet, value in (("work_role", "frontline"), ("locale", "km")):
            db.add(FacetSummary(**cell, module="course", facet=facet, value=value, enrolled=40, completed=20))
            if facet == "locale":
                db.add(PersonSummary(**cell, facet=facet, value=value, in_quarter=20, in_year=20, ever=20))
        for period, written in NOTES.items():
            db.add(ReportNote(
                country="KH", period=period, written=written, version=1, changed_at=AFTER, changed_by=me.id
            ))  # fmt: skip
        line = {**LINE, "agency_types": ["police"]}
        db.add(FunderLine(**line, created_at=AFTER))
        react(db, 20, safe=17)
        follow_up(db, 12, examples=5, helped_colleague=7)
    hold(world, 12, date(2026, 11, 24), "Harbour hall")
    return me


def test_each_takes_few_statements(config: Config, store: Store, clock: Clock) -> None:
    world = World(an_app(config, store, clock), store, clock)
    reader = world.sign_in(with_everything(world))
    reader.get("/en/coordinate/")  # the first visit after a quarter fixes it
    counted = {}
    for path in ("", "report.pdf", "report.xlsx", "report.csv", "funders"):
        with store.read(Scope.nobody()) as db, statements(db) as seen:
            assert reader.get(f"/en/coordinate/{path}?country=KH&period=2026-Q4").status_code == 200
        counted[path] = len(seen)
    assert all(0 < number < 20 for number in counted.values()), counted
    book = sheets(reader)
    assert {"After a module", "Workshops", "Figures for funders"} <= set(book)
    assert ["A course", "2", "2027-01-16", "2026-11-01", "2027-11-01"] in book["Editions"]
    # The same cells in each: of a table that is new, of one beside the figures, of one that people wrote.
    for name, title in (("by-group", "Enrolled and completed by group"), ("targets", "Targets"), ("words", "In words")):
        rows = table(reader, name)
        assert rows
        assert rows == book[title][1:], name


def test_paper_begins_with_persons_and_leaves_out_what_says_nothing(world: World) -> None:
    """No pass rate is known: there is no part of dashes for it."""
    me = with_counts(world)
    sums = {"before": 80_000, "after": 120_000, "before_squares": 330_000_000, "after_squares": 730_000_000}
    with world.store.write(Scope.system("test")) as db:
        for row in db.scalars(select(Summary).where(Summary.country == "KH")):
            row.pairs, row.products = 20, 485_000_000
            for name, value in sums.items():
                setattr(row, name, value)
        for facet, value in (("work_role", "frontline"), ("locale", "km")):
            cell = {"country": "KH", "month": "2026-11", "module": "course", "facet": facet, "value": value}
            db.add(FacetSummary(**cell, enrolled=40, completed=20))
    text = paper(world.sign_in(me))
    order = ("Persons by role", "Summary", "By country and module", "Enrolled and completed by group", "Tests")
    places = [text.index(words) for words in order]
    assert places == sorted(places)
    assert text.count("Enrolled and completed by group") == 1
    tests = text[places[-1] : text.index("What these figures mean")]
    assert "Change (points)" in tests
    assert "Test after passed at once" not in tests


# ------------------------------------------------------------------ figures for funders


def test_a_line_is_filled_changed_taken_out_and_back(reader: Browser) -> None:
    page = reader.get("/en/coordinate/funders?country=KH").text
    assert "There is no line yet." in page
    assert (
        reader.submit("/en/coordinate/funders", LINE, page="/en/coordinate/funders/add?country=KH").status_code == 303
    )
    page = reader.get("/en/coordinate/funders?country=KH&period=2026-Q4").text
    assert "Not compared with the reference sheet of the award yet." in page
    line = re.search(r'href="(/en/coordinate/funders/[\w-]{22})"', page)
    assert line is not None
    (row,) = [row for row in cells_of(page) if row[0] == "A-1"]
    assert row[:2] == ["A-1", "Police trained"]
    in_file = reader.get("/en/coordinate/report.csv?country=KH&period=2026-Q4&table=funders").text
    shown = next(csv.reader(io.StringIO(in_file.splitlines()[1])))[4]
    assert f'<td class="number">{shown}</td>' in page, "the same figure"
    wrong = reader.submit(line[1], {**LINE, "figure": "t5", "agency_types": []})
    assert wrong.status_code == 422
    assert "never added up over modules" in wrong.text
    assert reader.submit(line[1], {**LINE, "checked": "1"}).status_code == 303
    removed = reader.submit(f"{line[1]}/remove", page=line[1])
    assert reader.get(line[1]).status_code == 404
    page = reader.get(removed.location).text
    assert "A-1" not in page
    assert reader.submit(f"{line[1]}/undo", page=removed.location).status_code == 303
    page = reader.get("/en/coordinate/funders?country=KH").text
    assert "A-1" in page
    assert "Not compared" not in page


def test_another_country_and_none_look_the_same(world: World, reader: Browser) -> None:
    reader.submit("/en/coordinate/funders", LINE, page="/en/coordinate/funders/add?country=KH")
    line = re.search(r'"/en/coordinate/funders/([\w-]{22})"', reader.get("/en/coordinate/funders?country=KH").text)
    assert line is not None
    other = world.sign_in(world.coordinator("TH"))
    answers = {
        re.sub(r"<p[^>]*>[0-9a-f]{8}</p>", "", other.get(f"/en/coordinate/funders/{one}").text.replace(one, "ID"))
        for one in (line[1], "nolinenolinenolinenoli")
    }
    assert len({re.sub(r'value="[A-Za-z0-9_=-]{64}"', "", answer) for answer in answers}) == 1
    assert other.submit("/en/coordinate/funders", LINE, page="/en/coordinate/funders/add").status_code == 404
    assert "A-1" not in other.get("/en/coordinate/funders").text


def test_the_example_comes_in_as_not_compared(reader: Browser) -> None:
    page = "/en/coordinate/funders?country=LA"
    assert reader.submit("/en/coordinate/funders/example", {"country": "LA"}, page=page).status_code == 303
    text = reader.get(page).text
    assert "PS.5.1-28" in text
    assert text.count("Not compared with the reference sheet") == 2


# ------------------------------------------------------------------ saved reports


def save(reader: Browser, **over: str) -> None:
    fields = {"name": "My quarter", "country": "KH", "period": "2026-Q4", "letters": "1", **over}
    answer = reader.submit("/en/coordinate/reports", fields, page="/en/coordinate/")
    assert answer.status_code == 303, answer.text


def test_a_saved_report_is_mine_alone_and_comes_back(world: World, reader: Browser) -> None:
    save(reader)
    page = unescape(reader.get("/en/coordinate/").text)
    assert '<a href="/en/coordinate/?country=KH&period=2026-Q4"><bdi>My quarter</bdi></a>' in page
    saved = re.search(r'"(/en/coordinate/reports/[\w-]{22})"', page)
    assert saved is not None
    colleague = world.sign_in(world.coordinator("KH"))
    assert "My quarter" not in colleague.get("/en/coordinate/").text
    assert colleague.get(saved[1]).status_code == 404
    again = reader.submit("/en/coordinate/reports", {"name": "my QUARTER"}, page="/en/coordinate/")
    assert again.status_code == 409
    assert "of this name already" in again.text
    assert reader.submit(saved[1], {"name": "Another"}).status_code == 303
    removed = reader.submit(f"{saved[1]}/remove", page=saved[1])
    page = reader.get(removed.location).text
    assert "Another" not in page
    assert "Undo: bring it back" in page
    reader.submit(f"{saved[1]}/undo", page=removed.location)
    assert "Another" in reader.get("/en/coordinate/").text


@pytest.mark.parametrize("over", [{"country": "TH"}, {"module": "gone"}, {"period": "soon"}])
def test_what_is_not_offered_cannot_be_saved(reader: Browser, over: dict[str, str]) -> None:
    fields = {"name": "Odd", **over}
    assert reader.submit("/en/coordinate/reports", fields, page="/en/coordinate/").status_code == 404


def letters(world: World, at: datetime) -> list[tuple[str, str]]:
    cutoffs.fix_due(world.store, None, now=at, days=15)
    with world.store.write(Scope.system("test")) as db:
        report_letters.due(db, at, "https://trainer.example")
    with world.store.read(Scope.system("test")) as db:
        return [(row.subject, row.body) for row in db.scalars(select(Mail).order_by(Mail.occasion))]


def test_a_letter_comes_once_when_the_quarter_is_fixed(world: World, me: Person) -> None:
    world.clock.moment = before = datetime(2027, 1, 15, 3, tzinfo=UTC)
    save(world.sign_in(me), country="")
    assert not letters(world, before), "not fixed yet"
    ((subject, body),) = letters(world, AFTER)
    assert subject == words("km").gettext("The figures of %(quarter)s are fixed") % {"quarter": "2026-Q4"}
    assert "https://trainer.example/km/coordinate/?period=2026-Q4" in body
    assert not re.search(r"\b(40|20|30|60)\b", body), "no figure"
    assert len(letters(world, AFTER)) == 1, "once per quarter"


def test_no_letter_to_who_no_longer_answers_for_the_country(world: World, me: Person) -> None:
    world.clock.moment = datetime(2027, 1, 15, 3, tzinfo=UTC)
    save(world.sign_in(me))
    with world.store.write(Scope.system("test")) as db:
        from trainer.store.models import Grant

        for grant in db.scalars(select(Grant).where(Grant.person_id == me.id, Grant.over == "KH")):
            db.delete(grant)
    assert not letters(world, AFTER)


@pytest.mark.parametrize("is_asked_for_later", [False, True])
def test_no_letter_about_figures_that_were_fixed_before_it_was_asked_for(
    world: World, me: Person, is_asked_for_later: bool
) -> None:
    """Also where a coordinator fixed them before it was time."""
    world.clock.moment = datetime(2027, 1, 5, 3, tzinfo=UTC)
    reader = world.sign_in(me)
    if is_asked_for_later:
        save(reader, letters="")
    fix_early(reader, "KH", "2026-Q4")
    if is_asked_for_later:
        saved = re.search(r'"(/en/coordinate/reports/[\w-]{22})"', reader.get("/en/coordinate/").text)
        assert saved is not None
        assert reader.submit(saved[1], {"name": "My quarter", "letters": "1"}).status_code == 303
    else:
        save(reader)
    save(reader, name="The other country", country="LA")
    assert ["The other country" in body for _, body in letters(world, AFTER)] == [True], "that one is news"


def test_a_viewer_takes_files_along_and_sees_no_funders_lines(world: World, reader: Browser) -> None:
    reader.submit("/en/coordinate/funders", LINE, page="/en/coordinate/funders/add?country=KH")
    viewer = world.sign_in(world.viewer("KH"))
    chosen = "country=KH&period=2026-Q4"
    for ending in ("pdf", "xlsx"):
        assert viewer.get(f"/en/coordinate/report.{ending}?{chosen}").status_code == 200
    assert viewer.get(f"/en/coordinate/report.csv?{chosen}&table=funders").status_code == 404
    assert reader.get(f"/en/coordinate/report.csv?{chosen}&table=funders").status_code == 200
    assert viewer.get("/en/coordinate/funders?country=KH").status_code == 403
    assert "/en/coordinate/funders" not in viewer.get(f"/en/coordinate/?{chosen}").text
    assert viewer.get("/en/coordinate/report.pdf?country=LA").status_code == 404
    save(viewer, name="Viewed")
    assert "Viewed" in viewer.get("/en/coordinate/").text
