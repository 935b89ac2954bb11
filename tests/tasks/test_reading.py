"""Uploads are read: drawn sheets end in the record, and what is no sheet keeps nobody from going on."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pypdf
import pytest
from PIL import Image

from tests.services.papers import KH, Room
from tests.services.world import COURSE, RIGHT, WRONG, publish
from tests.tasks.bench import bench, files, filled, order, pdf, runner
from trainer.services import readings, scans, sheets
from trainer.services.scans import UploadRow
from trainer.services.sheets import SheetRow
from trainer.store.engine import Store
from trainer.store.models import Attempt
from trainer.store.workshops import Scan
from trainer.tasks import uploads


@pytest.fixture
def paper(sqlite_store: Store) -> Room:
    return Room(sqlite_store)


def state(paper: Room, upload: UploadRow) -> UploadRow:
    return next(one for one in paper.read(scans.uploads, KH, paper.id) if one.id == upload.id)


def waiting(paper: Room) -> list[str]:
    """Why pages wait for a person."""
    return [str((one.problem or {})["code"]) for one in paper.read(scans.queue, KH, paper.id).pages]


def pre(paper: Room) -> list[SheetRow]:
    return [row for row in paper.issue("pre") if row.purpose == "pre"]


def sheet(paper: Room, row: SheetRow, answers: Any = RIGHT) -> Image.Image:
    return filled(paper, row, paper.marks(row, answers))


def test_filled_sheets_end_in_the_record(store: Store) -> None:
    paper = Room(store)
    first, second = pre(paper)
    upload = paper.upload(pdf(sheet(paper, first), sheet(paper, second, WRONG)))
    assert runner(paper).run_pending() == 1
    row = state(paper, upload)
    assert (row.state, row.pages, row.problem, waiting(paper)) == ("done", 2, None, [])
    assert paper.recorded(first) == {"a1": RIGHT["a1"], "a2": RIGHT["a2"]}
    assert paper.recorded(second) == {"b1": WRONG["b1"], "b2": WRONG["b2"]}
    scores = {row.person_id: row.score for row in paper.read(lambda db: db.query(Attempt).all())}
    assert scores == {paper.people[0].id: 100.0, paper.people[1].id: 0.0}
    assert paper.sums_are_right()


def test_pages_in_any_order_with_others_between_them(paper: Room) -> None:
    first, second = pre(paper)
    nothing = Image.new("L", (2480, 3508), 255)
    paper.upload(pdf(sheet(paper, second).rotate(180), nothing, sheet(paper, first)))
    runner(paper).run_pending()
    assert waiting(paper) == ["no-sheet"]
    assert all(paper.again(row).attempt_id for row in (first, second))


def test_a_printed_sheet_that_nobody_filled_in_is_an_empty_one(paper: Room) -> None:
    """What is printed is what is read: all rows found, nothing marked, and so nothing answered."""
    ident = order(paper, products=("pre", "sheets"), locales=("en", "km"))
    runner(paper).run_pending()
    (data,) = files(paper, ident).values()
    upload = paper.upload(data)
    runner(paper).run_pending()
    rows = paper.issue("pre")
    assert all(paper.again(row).attempt_id for row in rows)
    assert [paper.recorded(row) for row in rows] == [{}, {}]
    assert state(paper, upload).state == "done"


def test_sheets_of_an_older_edition_are_read_by_their_own_layout(paper: Room) -> None:
    first, _ = pre(paper)
    picture = sheet(paper, first)
    before = b"::: question {#a0 type=truefalse form=A answer=true}\nIt is.\n:::\n\n"
    longer = COURSE["test.md"].replace(b"::: question {#a1", before + b"::: question {#a1")
    publish(paper.store, "course", {**COURSE, "test.md": longer})
    assert len(paper.issue("pre")) == 4
    paper.upload(pdf(picture))
    runner(paper).run_pending()
    assert paper.recorded(first) == {"a1": RIGHT["a1"], "a2": RIGHT["a2"]}


def locked() -> bytes:
    writer = pypdf.PdfWriter(io.BytesIO(pdf(Image.new("L", (100, 100)))))
    writer.encrypt("secret", algorithm="RC4-128")
    into = io.BytesIO()
    writer.write(into)
    return into.getvalue()


def bomb() -> bytes:
    into = io.BytesIO()
    with zipfile.ZipFile(into, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("sheet.png", bytes(125_000_000))
    return into.getvalue()


def test_hostile_files_say_what_is_wrong_and_the_next_one_is_read(paper: Room) -> None:
    first, _ = pre(paper)
    hostile = {"text.pdf": b"no sheet at all", "locked.pdf": locked(), "bomb.zip": bomb()}
    bad = [paper.upload(data, name) for name, data in hostile.items()]
    good = paper.upload(pdf(sheet(paper, first)))
    assert runner(paper).run_pending() == len(hostile) + 1
    for upload in bad:
        row = state(paper, upload)
        assert row.state == "done" or (row.problem or {}).get("code") in scans.SENTENCES
    assert sorted(waiting(paper)) == ["file-locked", "file-unknown", "zip-too-large"]
    assert set(waiting(paper)) <= scans.SENTENCES.keys()
    assert state(paper, good).state == "done"
    assert paper.again(first).attempt_id


def test_a_reader_that_dies_leaves_what_it_had_read(paper: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    first, _ = pre(paper)
    monkeypatch.setattr(uploads, "scan", dying)
    upload = paper.upload(pdf(sheet(paper, first)))
    assert runner(paper).run_pending() == 1
    row = state(paper, upload)
    assert (row.state, row.problem, row.pages) == ("failed", {"code": "upload-failed"}, 1)
    assert paper.again(first).attempt_id
    with pytest.raises(scans.NotFound):
        paper.read(scans.contents, upload.id)


def dying(data: bytes, layouts: Any, name: str) -> Iterator[Any]:
    """The first page, and no more."""
    from trainer.scanning.scan import scan

    yield from scan(data, layouts, name)
    raise MemoryError


def test_reading_that_was_stopped_goes_on_where_it_was(paper: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = pre(paper)
    upload = paper.upload(pdf(*(sheet(paper, row) for row in rows)))
    first, take = runner(paper), scans.take

    def taking(*values: Any, **more: Any) -> None:
        take(*values, **more)
        first._stop.set()

    monkeypatch.setattr(scans, "take", taking)
    first.run_pending()
    assert (state(paper, upload).state, paper.count(Scan)) == ("waiting", 1)
    monkeypatch.undo()
    assert runner(paper).run_pending() == 1
    assert (state(paper, upload).state, paper.count(Scan), paper.count(Attempt)) == ("done", 2, 2)


def test_pictures_are_kept_for_the_time_that_was_set(paper: Room) -> None:
    first, _ = pre(paper)
    paper.upload(pdf(sheet(paper, first)))
    runner(paper).run_pending()
    desk = bench(paper)
    assert uploads.forget(desk) == 0
    paper.now += desk.keep_scans + timedelta(days=1)
    assert uploads.forget(desk) == 1
    assert paper.read(readings.reads_of, [first.code])[first.code][0].source == "scan"
    assert paper.read(sheets.find, KH, first.code).attempt_id
