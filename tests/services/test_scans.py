"""Pages that come back: into the reading of their sheet, or into the queue with the reason."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from typing import Any

import pytest
from sqlalchemy.orm import Session

from tests.factories import a_workshop
from tests.services.papers import AFTER, KH, LA, SYSTEM, Room, on_sqlite, seen
from tests.services.world import WRONG, statements
from trainer.scanning.problems import Problem
from trainer.services import readings, scans, waiting
from trainer.services.problems import SENTENCES, Invalid, NotFound
from trainer.services.scans import Page, Queue, UploadRow
from trainer.services.sheets import SheetRow
from trainer.store.engine import Store
from trainer.store.workshops import Scan, Upload, Workshop

PICTURE = b"\xff\xd8 a picture"


@pytest.fixture
def paper(store: Store) -> Room:
    return Room(store)


@pytest.fixture
def pre(paper: Room) -> SheetRow:
    return paper.sheet("pre")


def page(paper: Room, row: SheetRow, number: int = 1, **over: Any) -> Page:
    """A page that was read without any doubt."""
    return Page(number, paper.code(row), None, seen(paper.marks(row)), PICTURE)._replace(**over)


def queue(paper: Room) -> Queue:
    return paper.read(scans.queue, KH, paper.id)


def put(paper: Room, data: bytes, name: str = "scan.pdf") -> tuple[str, bool]:
    def act(db: Any) -> tuple[str, bool]:
        return scans.upload(db, db.get(Workshop, paper.id), name, data, by="coordinator", now=paper.now)

    return paper.write(act)


# --------------------------------------------------------------------- uploads


def test_the_same_file_twice_is_one_upload(paper: Room) -> None:
    first, new = put(paper, b"bytes")
    assert new
    assert put(paper, b"bytes", "another name.pdf") == (first, False)
    assert put(paper, b"others")[1]
    rows = paper.read(scans.uploads, KH, paper.id)
    assert [(row.name, row.size, row.state) for row in rows] == [("scan.pdf", 6, "waiting"), ("scan.pdf", 5, "waiting")]


def test_the_same_file_sent_twice_at_once_is_one_upload(paper: Room) -> None:
    both = Barrier(2)

    def sending() -> tuple[str, bool]:
        both.wait()
        with paper.store.write(SYSTEM) as db:
            workshop = db.get_one(Workshop, paper.id)
            return scans.upload(db, workshop, "scan.pdf", b"bytes", by="coordinator", now=paper.now)

    with ThreadPoolExecutor(2) as pool:
        found = [one.result() for one in [pool.submit(sending) for _ in range(2)]]
    assert sorted(new for _, new in found) == [False, True]
    assert len({ident for ident, _ in found}) == paper.count(Upload) == 1


def test_a_file_that_could_not_be_read_is_sent_again_and_its_pages_stay(paper: Room, pre: SheetRow) -> None:
    upload = paper.upload(b"bytes")
    paper.take(upload, page(paper, pre))
    paper.write(scans.end, upload.id, problem={"code": "upload-failed"})
    assert put(paper, b"bytes") == (upload.id, True)
    assert paper.read(scans.contents, upload.id) == b"bytes"
    again = paper.write(scans.claim, now=paper.now)
    assert (again.id, again.problem) == (upload.id, None)
    paper.take(again, page(paper, pre))
    assert paper.count(Scan) == 1
    paper.write(scans.end, upload.id)
    assert put(paper, b"bytes") == (upload.id, False)


@on_sqlite
def test_empty_and_too_large_files_are_refused(paper: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scans, "LARGEST", 3_000_000)
    with pytest.raises(Invalid, match="Choose a file"):
        put(paper, b"")
    with pytest.raises(Invalid, match="at most 3 MB"):
        put(paper, bytes(3_000_001))
    assert put(paper, bytes(3_000_000))[1]
    assert paper.count(Upload) == 1


def test_the_oldest_upload_is_read_first_and_by_one_alone(paper: Room) -> None:
    first, second = put(paper, b"1")[0], put(paper, b"2")[0]
    assert paper.read(scans.is_waiting, now=paper.now)
    assert [getattr(paper.write(scans.claim, now=paper.now), "id", None) for _ in range(3)] == [first, second, None]
    assert not paper.read(scans.is_waiting, now=paper.now)


def test_an_upload_that_was_left_is_taken_up_again(paper: Room) -> None:
    ident, _ = put(paper, b"1")
    paper.write(scans.claim, now=paper.now)
    later = paper.now + waiting.STALE - timedelta(minutes=1)  # the claim was a minute ago
    assert paper.write(scans.claim, now=later) is None
    again = paper.write(scans.claim, now=later + timedelta(minutes=5))
    assert (again.id, again.state) == (ident, "running")
    paper.write(scans.put_back, ident)
    assert paper.read(scans.is_waiting, now=paper.now)
    paper.write(scans.claim, now=paper.now)
    assert paper.write(scans.release) == 1
    assert paper.read(scans.is_waiting, now=paper.now)


@on_sqlite
def test_the_file_is_kept_until_it_is_read(paper: Room) -> None:
    upload = paper.upload(b"bytes")
    assert paper.read(scans.contents, upload.id) == b"bytes"
    paper.write(scans.end, upload.id)
    with pytest.raises(NotFound):
        paper.read(scans.contents, upload.id)
    failed = paper.upload(b"others")
    paper.write(scans.end, failed.id, problem={"code": "upload-failed"})
    rows = {row.id: (row.state, row.problem) for row in paper.read(scans.uploads, KH, paper.id)}
    assert rows == {upload.id: ("done", None), failed.id: ("failed", {"code": "upload-failed"})}


# ----------------------------------------------------------------------- pages


def test_a_clear_page_is_recorded(paper: Room, pre: SheetRow) -> None:
    paper.take(paper.upload(), page(paper, pre))
    assert paper.again(pre).attempt_id
    (scan,) = paper.read(scans.of_sheet, KH, pre.code)
    assert (scan.state, scan.page, scan.problem, scan.has_image) == ("taken", 1, None, True)
    assert paper.read(scans.image, KH, scan.id) == PICTURE
    assert (len(queue(paper)), paper.read(scans.counts, KH, paper.id)) == (0, {"taken": 1, "check": 0, "aside": 0})


def test_a_page_that_comes_twice_changes_nothing(paper: Room, pre: SheetRow) -> None:
    upload, other = paper.upload(), paper.upload(b"another file")
    paper.take(upload, page(paper, pre))
    recorded = paper.again(pre)
    paper.take(upload, page(paper, pre, rows=seen(paper.marks(pre, WRONG))))
    assert paper.count(Scan) == 1
    paper.take(other, page(paper, pre))
    assert paper.count(Scan) == 2
    assert paper.again(pre) == recorded


def test_a_page_that_was_read_otherwise_the_second_time_is_shown(paper: Room, pre: SheetRow) -> None:
    paper.take(paper.upload(), page(paper, pre))
    paper.take(paper.upload(b"2"), page(paper, pre, rows=seen(paper.marks(pre, WRONG))))
    assert [row.code for row in queue(paper).sheets] == [pre.code]
    assert paper.recorded(pre).keys() == {"a1", "a2"}


@on_sqlite
def test_a_line_with_words_waits_for_a_person_and_an_empty_one_does_not(paper: Room) -> None:
    first, second = paper.sheet("quiz", 1), paper.sheet("quiz", 2)
    (line,) = paper.rows_of(first, "q3")
    paper.take(paper.upload(), page(paper, first))
    assert paper.again(first).problem == {"code": "doubts", "rows": [line]}
    assert paper.read(readings.view, paper.shelf, KH, first.code).doubtful == {line: "written"}
    paper.take(paper.upload(b"2"), page(paper, second, rows=seen({**paper.marks(second), line: ""})))
    assert "q3" not in paper.recorded(second)
    assert paper.again(second).attempt_id


@on_sqlite
def test_a_page_read_twice_leaves_a_decision_about_a_line(paper: Room) -> None:
    row = paper.sheet("quiz")
    (line,) = paper.rows_of(row, "q3")
    paper.take(paper.upload(), page(paper, row))
    assert paper.decide(row, {line: "Water"}).attempt_id
    paper.take(paper.upload(b"2"), page(paper, row))
    assert paper.again(row).problem is None
    assert paper.recorded(row)["q3"] == {"text": "Water"}


@on_sqlite
def test_rows_in_doubt_wait_with_the_reader_s_reason(paper: Room, pre: SheetRow) -> None:
    paper.take(paper.upload(), page(paper, pre, rows=seen(paper.marks(pre), {0: "double"})))
    assert paper.read(readings.view, paper.shelf, KH, pre.code).doubtful == {0: "double"}


def test_pages_that_belong_to_no_sheet_wait_with_their_reason(paper: Room, pre: SheetRow) -> None:
    code, upload = paper.code(pre), paper.upload()
    foreign = "0000" if code.installation != "0000" else "1111"
    pages = [
        Page(1, code._replace(sheet="00000000", installation=foreign), None, None, PICTURE),
        Page(2, code._replace(sheet="00000000"), None, None, PICTURE),
        Page(3, code._replace(page=9), None, None, PICTURE),
        Page(4, None, None, None, PICTURE),
        Page(5, None, Problem("file-locked", {"name": "scan.pdf"}), None, None),
    ]
    for one in pages:
        paper.take(upload, one)
    found = [(one.number, (one.problem or {})["code"], one.sheet_code) for one in queue(paper).pages]
    assert found == [
        (1, "foreign-sheet", None),
        (2, "lost-sheet", None),
        (3, "page-unknown", pre.code),
        (4, "code-unread", None),
        (5, "file-locked", None),
    ]
    assert {(one.problem or {})["code"] for one in queue(paper).pages} <= SENTENCES.keys()
    assert paper.again(pre).problem is None
    assert paper.read(scans.uploads, KH, paper.id)[0].pages == 5


def test_a_sheet_of_another_country_is_lost(paper: Room, pre: SheetRow) -> None:
    def foreign(db: Session) -> UploadRow:
        workshop = a_workshop("LA")
        db.add(workshop)
        db.flush()
        scans.upload(db, workshop, "scan.pdf", b"theirs", by="somebody", now=paper.now)
        return scans.uploads(db, LA, workshop.id)[0]

    upload = paper.write(foreign)
    paper.take(upload, page(paper, pre))
    (scan,) = paper.read(scans.queue, LA, upload.workshop_id).pages
    assert (scan.problem, scan.sheet_code) == ({"code": "lost-sheet"}, None)
    assert paper.again(pre).attempt_id is None


@on_sqlite
def test_two_sheets_on_one_picture_are_two_pages(paper: Room) -> None:
    upload, first, second = paper.upload(), paper.sheet("pre", 1), paper.sheet("pre", 2)
    paper.take(upload, page(paper, first, 1))
    paper.take(upload, page(paper, second, 2))
    assert [bool(paper.again(row).attempt_id) for row in (first, second)] == [True, True]
    assert paper.read(scans.uploads, KH, paper.id)[0].pages == 2


# ---------------------------------------------------------------- what a person does


def unknown(paper: Room) -> str:
    """A page without a code; its id."""
    paper.take(paper.upload(), Page(1, None, None, None, PICTURE))
    return queue(paper).pages[0].id


def test_a_page_is_identified_by_its_typed_code(paper: Room, pre: SheetRow) -> None:
    scan = unknown(paper)
    typed = (scan, pre.code, 1, seen(paper.marks(pre)))
    row = paper.write(scans.identify, paper.shelf, KH, *typed, by="coordinator", now=paper.now)
    assert row.code == pre.code
    assert paper.again(pre).attempt_id
    assert len(queue(paper)) == 0
    for code in ("00000000", ""):
        with pytest.raises(NotFound):
            paper.write(scans.identify, paper.shelf, KH, scan, code, 1, (), by="coordinator", now=paper.now)


def test_a_page_is_put_aside_and_taken_back(paper: Room, pre: SheetRow) -> None:
    scan = unknown(paper)
    assert paper.write(scans.put_aside, KH, scan).state == "aside"
    assert (len(queue(paper)), paper.read(scans.counts, KH, paper.id)["aside"]) == (0, 1)
    assert paper.write(scans.put_aside, KH, scan, back=True).state == "check"
    assert len(queue(paper)) == 1
    paper.take(paper.upload(b"2"), page(paper, pre))
    (taken,) = paper.read(scans.of_sheet, KH, pre.code)
    assert paper.write(scans.put_aside, KH, taken.id).state == "taken"


def test_the_queue_is_read_in_two_statements(paper: Room, pre: SheetRow) -> None:
    unknown(paper)
    paper.scan(paper.sheet("quiz"), {}, {0: "faint"})
    with paper.store.read(SYSTEM) as db, statements(db) as sent:
        found = scans.queue(db, KH, paper.id)
    assert ([row.purpose for row in found.sheets], len(found.pages), len(found)) == (["quiz"], 1, 2)
    assert sum("FROM" in one for one in sent) == 2


def test_pages_of_another_country_are_not_there(paper: Room) -> None:
    scan, now = unknown(paper), paper.now
    calls = [
        lambda db: scans.find(db, LA, scan),
        lambda db: scans.image(db, LA, scan),
        lambda db: scans.put_aside(db, LA, scan),
        lambda db: scans.identify(db, paper.shelf, LA, scan, "00000000", 1, (), by="x", now=now),
    ]
    for call in calls:
        with pytest.raises(NotFound):
            paper.write(call)
    assert len(paper.read(scans.queue, LA, paper.id)) == 0
    assert paper.read(scans.uploads, LA, paper.id) == []
    assert set(paper.read(scans.counts, LA, paper.id).values()) == {0}


# ------------------------------------------------------------------- afterwards


def test_pictures_are_forgotten_in_time_and_what_was_read_stays(paper: Room, pre: SheetRow) -> None:
    paper.take(paper.upload(), page(paper, pre))
    recorded = paper.recorded(pre)
    (scan,) = paper.read(scans.of_sheet, KH, pre.code)
    assert paper.write(scans.forget_pictures, before=AFTER) == 0
    assert paper.write(scans.forget_pictures, before=paper.now + timedelta(days=1)) == 1
    assert paper.write(scans.forget_pictures, before=paper.now + timedelta(days=1)) == 0
    with pytest.raises(NotFound):
        paper.read(scans.image, KH, scan.id)
    assert not paper.read(scans.find, KH, scan.id).has_image
    assert paper.recorded(pre) == recorded
    assert paper.read(readings.reads_of, [pre.code])[pre.code]


@on_sqlite
def test_sheets_that_have_not_come_back(paper: Room) -> None:
    rows = paper.issue("pre", blanks=1)
    paper.scan(rows[0], paper.marks(rows[0]))
    assert [row.number for row in scans.unread(paper.issue("pre"))] == [2]
    paper.scan(rows[1], {}, {0: "faint"})
    assert scans.unread(paper.issue("pre")) == []


@on_sqlite
def test_layouts_are_of_all_recent_sheets_of_the_country(paper: Room) -> None:
    codes = {row.code for row in paper.issue(blanks=1)}
    assert paper.read(scans.layouts, paper.shelf, "KH", now=paper.now).keys() == codes
    assert paper.read(scans.layouts, paper.shelf, "LA", now=paper.now) == {}
    assert paper.read(scans.layouts, paper.shelf, "KH", now=paper.now + scans.RECENT + timedelta(days=1)) == {}
