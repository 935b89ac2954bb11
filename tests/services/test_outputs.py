"""The report as files: every file has the cells of the page, nothing hidden is in any of them, and all are alike."""

from __future__ import annotations

import csv as csv_format
import io
import random
import re
import subprocess
import zipfile
from datetime import datetime
from pathlib import Path
from xml.etree import ElementTree

import pikepdf
import pytest

from tests.factories import an_edition
from tests.printing.structure import loose_ends
from tests.services.test_reports import fix
from tests.services.world import statements
from trainer.charts.lettering import Words as Lettered
from trainer.languages.words import words
from trainer.services import editions, funders, quarterly, report_files, report_tables
from trainer.services.funders import FunderForm, FunderRow
from trainer.services.problems import Invalid, NotFound, Refused
from trainer.services.quarterly import Dossier, Source
from trainer.services.report_book import book
from trainer.services.report_cells import Table, Text
from trainer.services.reports import Filters
from trainer.store.engine import Store
from trainer.store.evidence import ItemSummary, PersonSummary, Summary
from trainer.store.scope import Scope
from trainer.web import report_paper

TITLES = {"alpha": "About alpha", "beta": "=HYPERLINK(1)"}
AGENCIES = ("police", "immigration", "welfare", "health")
NS = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


def fill(store: Store, seed: int) -> None:
    """Two modules of Cambodia in two quarters with many small numbers, and one of Thailand."""
    chance = random.Random(seed)
    few = lambda: chance.choice([0, 1, 2, 3, 4, 6, 9, 12, 31])  # noqa: E731
    with store.write(Scope.system("test")) as db:
        for module in TITLES:
            an_edition(db, module, title=TITLES[module])
            for month in ("2026-08", "2026-11"):
                for agency in AGENCIES:
                    done, pairs = few(), chance.choice([0, 14, 20])
                    db.add(Summary(
                        country="KH", module=module, month=month, sex="woman", agency_type=agency, mode="online",
                        enrolled=done + few(), completed=done, minutes=done * 90, first_posts=pairs,
                        first_posts_passed=pairs // 2, pairs=pairs, before=pairs * 4000, after=pairs * 6500,
                        before_squares=pairs * 4000**2 + 1000 * pairs, after_squares=pairs * 6500**2 + 2000 * pairs,
                        products=pairs * 4000 * 6500,
                    ))  # fmt: skip
        for agency in AGENCIES:
            for sex in ("woman", "man"):
                count = few()
                counted = {"in_quarter": count, "in_year": count, "ever": count}
                db.add(PersonSummary(country="KH", month="2026-11", facet="who", value=f"{agency} {sex}", **counted))
                db.add(PersonSummary(
                    country="KH", month="2026-11", facet="work_role", value=f"{agency}{sex}", **counted
                ))  # fmt: skip
        foreign = {"module": "alpha", "month": "2026-11", "sex": "", "agency_type": "ngo", "mode": "online"}
        db.add(Summary(country="TH", enrolled=7777, completed=7654, **foreign))


def dossier(store: Store, now: datetime, lines: tuple[FunderRow, ...] = (), **filters: str) -> Dossier:
    fix(store)
    with store.read(Scope.counts({"KH"})) as db:
        source = Source(
            countries=["KH"], editions=editions.current_editions(db), titles=TITLES, langs=dict.fromkeys(TITLES, "en"),
            asked=lambda module, question, rev, side: (Text(f"Words of {question}", "en"), Text("")), lines=lines,
        )  # fmt: skip
        return quarterly.collect(db, Filters(**filters), source, now=now, days=15)


def paper(made: Dossier, locale: str = "en") -> bytes:
    return report_paper.pdf(made, words(locale), {slug: Lettered(title, "en") for slug, title in TITLES.items()})


def sheets(data: bytes) -> dict[str, list[list[tuple[str, bool]]]]:
    """Sheet → rows of (as it is read, whether it is a number). No cell has a formula."""
    with zipfile.ZipFile(io.BytesIO(data)) as file:
        shared = [
            "".join(part.text or "" for part in one.iter(f"{NS}t"))
            for one in ElementTree.fromstring(file.read("xl/sharedStrings.xml"))
        ]
        names = [
            str(one.get("name")) for one in ElementTree.fromstring(file.read("xl/workbook.xml")).iter(f"{NS}sheet")
        ]
        found = {}
        for number, name in enumerate(names, 1):
            tree = ElementTree.fromstring(file.read(f"xl/worksheets/sheet{number}.xml"))
            assert not list(tree.iter(f"{NS}f")), "no formula"
            found[name] = [
                [
                    (shared[int(value)], False) if cell.get("t") == "s" else (value, True)
                    for cell in row
                    if (value := cell.findtext(f"{NS}v")) is not None
                ]
                for row in tree.iter(f"{NS}row")
            ]
        return found


def same(read: str, shown: str) -> bool:
    """A spreadsheet keeps the whole number of what is shown rounded."""
    if read == shown:
        return True
    places = len(shown.partition(".")[2])
    try:
        return f"{float(read):.{places}f}" == shown
    except ValueError:
        return False


def texts(table: Table) -> list[list[str]]:
    return [list(row) for row in report_tables.cells(table, str)]


def tokens(text: str) -> str:
    return re.sub(r"[\s\u00ad-]+", "", text)


def pdf_text(data: bytes, tmp_path: Path) -> str:
    path = tmp_path / "report.pdf"
    path.write_bytes(data)
    return subprocess.run(["pdftotext", "-raw", path, "-"], capture_output=True, text=True, check=True).stdout


@pytest.mark.parametrize("seed", range(4))
def test_every_file_has_the_cells_of_the_tables_and_no_others(
    store: Store, now: datetime, tmp_path: Path, seed: int
) -> None:
    fill(store, seed)
    made = dossier(store, now, country="KH", period="2026-Q4")
    assert {"summary", "completions", "editions"} <= {table.name for table in made.tables}
    spread = sheets(book(made, str, "en", TITLES))
    assert next(iter(spread)) == "Read me"
    written = pdf_text(paper(made), tmp_path)
    flat = tokens(written)
    for table in made.tables:
        rows = texts(table)
        on_sheet = spread[table.title[:31]]
        for read, shown, cells in zip(on_sheet[1:], rows[1:], table.rows, strict=True):
            assert all(same(value, text) for (value, _), text in zip(read, shown, strict=True)), (read, shown)
            assert [is_number for _, is_number in read] == [cell.number is not None for cell in cells]
        as_csv = list(csv_format.reader(io.StringIO(report_files.written(table))))
        assert [[cell.removeprefix("'") for cell in row] for row in as_csv] == rows
        columns = table.parts[0].columns if table.parts else range(len(table.heads))
        for row in rows[1:]:
            assert all(tokens(row[column]) in flat for column in columns), row
    assert "7777" not in written, "another country's"


def test_a_hidden_number_is_in_no_file(store: Store, now: datetime, tmp_path: Path) -> None:
    with store.write(Scope.system("test")) as db:
        an_edition(db, "alpha", title="About alpha")
        cell = {"module": "alpha", "month": "2026-11", "sex": "", "mode": "online"}
        db.add(Summary(country="KH", agency_type="ngo", enrolled=9173, completed=3, minutes=66_600, **cell))
    made = dossier(store, now, country="KH", period="2026-Q4")
    spread = sheets(book(made, str, "en", TITLES))
    for shown in (
        pdf_text(paper(made), tmp_path),
        str(spread),
        report_files.written(report_tables.completions(made.report)),
    ):
        assert "9173" in shown
        assert "<5" in shown
        assert not re.search(r"(?<!\d)(1110|66600)(?!\d)", shown), "hours that would tell the number"
    (row,) = [row for row in spread["By country and module"][1:] if row[1][0] == "About alpha"]
    assert row[4] == ("<5", False)


def test_the_same_figures_give_the_same_bytes(store: Store, now: datetime) -> None:
    fill(store, 1)
    one, two = (dossier(store, now, country="KH", period="2026-Q4") for _ in range(2))
    assert book(one, str, "en", TITLES) == book(two, str, "en", TITLES)
    assert paper(one, "th") == paper(two, "th")


@pytest.mark.parametrize("locale", ["th", "km", "my", "lo"])
def test_the_report_in_every_script_is_tagged_and_in_its_language(store: Store, now: datetime, locale: str) -> None:
    fill(store, 2)
    data = paper(dossier(store, now, country="KH", period="2026-Q4"), locale)
    assert loose_ends(data) == []
    with pikepdf.open(io.BytesIO(data)) as file:
        assert str(file.Root.Lang) == locale


def test_words_that_no_font_has_do_not_stop_a_report(store: Store, now: datetime, tmp_path: Path) -> None:
    fill(store, 2)
    odd = FunderRow("x", "KH", FunderForm("A-1", "Trained \U00013000 people", "t2"))
    written = pdf_text(paper(dossier(store, now, (odd,), country="KH", period="2026-Q4")), tmp_path)
    assert "Trained ?" in " ".join(written.split())


def test_a_report_takes_few_statements(store: Store, now: datetime) -> None:
    fill(store, 3)
    fix(store)
    with store.read(Scope.counts({"KH"})) as db, statements(db) as seen:
        dossier(store, now, country="KH", period="2026-Q4")
    assert 0 < len(seen) <= 20


@pytest.mark.parametrize("filters", [
    {"country": "TH", "period": "2026-Q4"}, {"country": "KH", "period": "2026-Q1"}, {"module": "gone"},
])  # fmt: skip
def test_no_report_of_what_is_not_theirs_or_not_there(store: Store, now: datetime, filters: dict[str, str]) -> None:
    fill(store, 3)
    with pytest.raises(NotFound):
        dossier(store, now, **filters)


def test_a_country_that_has_nothing_says_so(store: Store, now: datetime, tmp_path: Path) -> None:
    made = dossier(store, now, country="KH")
    assert "Nothing was counted in this period." in pdf_text(paper(made), tmp_path)
    assert list(sheets(book(made, str, "en", TITLES))) == ["Read me"]


def test_questions_to_look_at_are_those_that_are_too_hard_too_easy_or_tell_little(store: Store, now: datetime) -> None:
    fill(store, 3)
    with store.write(Scope.system("test")) as db:
        for question, right in (("easy", 98), ("fine", 60), ("hard", 20), ("few", 20)):
            n = 25 if question == "few" else 100
            sums = {"n": n, "right": right, "rest": 300 * n, "rest_squares": 95_000 * n, "rest_of_right": 400 * right}
            cell = {"rev": 1, "quarter": "2026-Q4", "choice": -1, "purpose": "post"}
            db.add(ItemSummary(country="KH", module="alpha", question=question, **cell, **sums))
    table = dossier(store, now, country="KH", period="2026-Q4").table("look-at")
    assert table is not None
    found = {row[1]: row[-1] for row in texts(table)[1:]}
    assert found == {
        "Words of easy": "Almost everybody knows it", "Words of hard": "Teach it again, or check the words",
    }  # fmt: skip


# ------------------------------------------------------------------ figures for funders


def a_line(figure: str, module: str | None = None, agencies: tuple[str, ...] = ()) -> FunderRow:
    return FunderRow("x", "KH", FunderForm("A-1", "Trained", figure, module, agencies))


@pytest.mark.parametrize("seed", range(6))
def test_a_funders_figure_is_made_of_cells_that_are_shown(store: Store, now: datetime, seed: int) -> None:
    fill(store, seed)
    chosen = AGENCIES[:2]
    lines = (
        a_line("t1"), a_line("t2"), a_line("t3"), a_line("t2", "alpha"), a_line("t1", "alpha"), a_line("t5", "alpha"),
        a_line("t6", "alpha"), a_line("t1", agencies=chosen),
    )  # fmt: skip
    made = dossier(store, now, lines, country="KH", period="2026-Q4")
    table, summary, completions = (made.table(name) for name in ("funders", "summary", "completions"))
    assert table is not None
    assert summary is not None
    assert completions is not None
    figures = [row[4] for row in texts(table)[1:]]
    shown = {row[0]: row[2] for row in texts(summary)[1:]}
    assert figures[:3] == [shown["T1"], shown["T2"], shown["T3"]]
    alpha = next((row for row in texts(completions)[1:] if row[1] == "About alpha"), None)
    assert figures[3:5] == ([alpha[4]] * 2 if alpha else ["0", "0"])
    by_agency = made.table("by-who")
    if by_agency is not None:
        rows = {row[0]: row[-1] for row in texts(by_agency)[1:]}
        cells = [rows.get(name, "0") for name in ("Police", "Immigration and border")]
        sums = sum(int(cell) for cell in cells if cell.isdigit())
        hidden = not all(cell.isdigit() for cell in cells)
        assert figures[7] == (("not shown" if not sums else f"{sums} or more") if hidden else str(sums))
    assert [row[5] for row in texts(table)[1:]][7] == "–", "agency types are counted by quarter only"


@pytest.mark.parametrize(("form", "field"), [
    (FunderForm("A", "B", "t9"), "figure"), (FunderForm("A", "B", "t5"), "module"),
    (FunderForm("A", "B", "t2", "gone"), "module"), (FunderForm("A", "B", "t2", None, ("police",)), "agency_types"),
    (FunderForm("A", "B", "t1", "alpha", ("police",)), "agency_types"),
    (FunderForm("A", "B", "t1", None, ("pirates",)), "agency_types"),
])  # fmt: skip
def test_a_line_that_means_nothing_is_refused_beside_its_field(form: FunderForm, field: str) -> None:
    with pytest.raises(Invalid) as refused:
        funders.check(form, ["alpha"])
    assert refused.value.params["field"] == field


def test_lines_belong_to_their_country_and_come_back(store: Store, now: datetime) -> None:
    mine, form = Scope.countries({"KH"}), FunderForm("A-1", "Trained", "t2")
    with store.write(mine) as db:
        line_id = funders.add(db, ["KH"], "KH", form, [], now=now)
        with pytest.raises(NotFound):
            funders.add(db, ["KH"], "TH", form, [], now=now)
    with store.read(Scope.countries({"TH"})) as db:
        assert not funders.lines(db, ["KH", "TH"])
        with pytest.raises(NotFound):
            funders.line(db, ["KH", "TH"], line_id)
    with store.write(mine) as db:
        funders.take_out(db, ["KH"], line_id, now=now)
        assert not funders.lines(db, ["KH"])
        funders.put_back(db, ["KH"], line_id)
        assert [row.form.code for row in funders.lines(db, ["KH"])] == ["A-1"]
        assert len(funders.add_example(db, ["KH"], "KH", now=now)) == 2
        assert not funders.add_example(db, ["KH"], "KH", now=now), "twice is once"
        assert [row.form.checked for row in funders.lines(db, ["KH"])] == [False] * 3


def test_there_is_an_end_to_lines(store: Store, now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(funders, "MOST_LINES", 1)
    with store.write(Scope.countries({"KH"})) as db:
        funders.add(db, ["KH"], "KH", FunderForm("A-1", "Trained", "t2"), [], now=now)
        with pytest.raises(Refused):
            funders.add(db, ["KH"], "KH", FunderForm("A-2", "Trained", "t2"), [], now=now)
