"""Paper that comes back as pictures: uploads, their pages, and the queue of what a person must look at.

A page whose sheet is known and whose marks are clear goes into the sheet's reading at once. Everything else waits for a
person, with the reason. Nothing that was uploaded is thrown away before its retention time ends.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from trainer.scanning.problems import PROBLEMS, Problem
from trainer.services import readings, sheets, waiting
from trainer.services.agreeing import Mark
from trainer.services.problems import SENTENCES, Invalid, NotFound
from trainer.services.sheets import SheetRow
from trainer.services.shelf import Shelf
from trainer.sheets.code import SheetCode
from trainer.store.models import new_id
from trainer.store.prepared import insert_new
from trainer.store.workshops import Scan, Upload, Workshop
from trainer.vocabulary import N_

LARGEST = 100_000_000
"""Bytes of one upload."""
RECENT = timedelta(days=400)
"""Sheets that were issued this long ago are still looked for."""

SENTENCES.update(PROBLEMS)
SENTENCES.update(
    {
        "upload-empty": N_("Choose a file first."),
        "upload-large": N_("This file is too large: at most %(maximum)s MB. Send it in parts."),
        "upload-known": N_("This file was uploaded before. Its pages are below."),
        "upload-failed": N_("This file could not be read to its end. Pages that were read are kept."),
        "foreign-sheet": N_("This sheet was printed by another installation of Trainer."),
        "lost-sheet": N_("This sheet is not from a workshop in your countries."),
        "page-unknown": N_("This sheet has no page %(page)s."),
        "typed-code": N_("This is not the code of a sheet. It has eight letters and digits, and two check digits."),
    }
)


class Row(NamedTuple):
    """What the reader saw in one row of a page."""

    number: int
    """Of the row on the sheet."""
    chosen: tuple[int, ...]
    certain: bool
    reason: str = ""
    """Why not."""
    is_written: bool = False
    """A line: something is written there."""


class Page(NamedTuple):
    """One page of an upload as the reader gives it."""

    number: int
    code: SheetCode | None
    problem: Problem | None
    rows: tuple[Row, ...] | None
    """None: the sheet is not known, or the page cannot be read."""
    image: bytes | None
    """JPEG of the sheet, upright; None: there is none to show."""


class UploadRow(NamedTuple):
    id: str
    workshop_id: str
    country: str
    name: str
    size: int
    state: str
    pages: int
    problem: dict[str, Any] | None
    uploaded_at: datetime
    uploaded_by: str


class ScanRow(NamedTuple):
    """A page without its picture."""

    id: str
    upload_id: str
    workshop_id: str
    country: str
    number: int
    sheet_code: str | None
    page: int | None
    state: str
    problem: dict[str, Any] | None
    has_image: bool


_UPLOAD = (
    Upload.id, Upload.workshop_id, Upload.country, Upload.name, Upload.size, Upload.state, Upload.pages,
    Upload.problem, Upload.uploaded_at, Upload.uploaded_by,
)  # fmt: skip
_SCAN = (
    Scan.id, Scan.upload_id, Scan.workshop_id, Scan.country, Scan.number, Scan.sheet_code, Scan.page, Scan.state,
    Scan.problem, Scan.image.is_not(None).label("has_image"),
)  # fmt: skip


# ------------------------------------------------------------------- uploads


def upload(db: Session, workshop: Workshop, name: str, data: bytes, *, by: str, now: datetime) -> tuple[str, bool]:
    """Keep a file until it is read. -> (its id, whether it is new); the same bytes again are the same upload.

    One that could not be read to its end is read again. Raises Invalid for an empty or too large file.
    """
    if not data:
        raise Invalid("upload-empty", field="files")
    if len(data) > LARGEST:
        raise Invalid("upload-large", field="files", maximum=LARGEST // 1_000_000)
    digest = hashlib.sha256(data).hexdigest()
    row = {
        "id": new_id(), "workshop_id": workshop.id, "country": workshop.country, "name": name[:200], "sha256": digest,
        "size": len(data), "data": data, "state": "waiting", "pages": 0, "problem": None, "uploaded_at": now,
        "uploaded_by": by, "beat_at": None,
    }  # fmt: skip
    if insert_new(db, Upload, row):
        return str(row["id"]), True
    query = select(Upload).where(Upload.workshop_id == workshop.id, Upload.sha256 == digest)
    known = db.scalars(query.with_for_update()).one()
    is_again = known.state == "failed"
    if is_again:
        known.data, known.state, known.problem = data, "waiting", None
        db.flush()
    return known.id, is_again


def uploads(db: Session, countries: Collection[str], workshop_id: str) -> list[UploadRow]:
    """Newest first. One statement."""
    query = select(*_UPLOAD).where(Upload.workshop_id == workshop_id, Upload.country.in_(sorted(countries)))
    return [UploadRow(*row) for row in db.execute(query.order_by(Upload.uploaded_at.desc(), Upload.id))]


def claim(db: Session, *, now: datetime) -> UploadRow | None:
    """The upload to read next: the oldest that waits, or one that whoever read it has left."""
    row = waiting.first(db, Upload, waiting.is_work(Upload, now), Upload.uploaded_at, Upload.id)
    if row is None:
        return None
    row.state, row.beat_at = "running", now
    db.flush()
    return UploadRow(*db.execute(select(*_UPLOAD).where(Upload.id == row.id)).one())


def is_waiting(db: Session, *, now: datetime) -> bool:
    """Whether there is anything to read."""
    return waiting.is_waiting(db, Upload, waiting.is_work(Upload, now))


def release(db: Session) -> int:
    return waiting.release(db, Upload)


def put_back(db: Session, upload_id: str) -> None:
    waiting.put_back(db, Upload, upload_id)


def contents(db: Session, upload_id: str) -> bytes:
    """The file. Raises NotFound."""
    data = db.scalar(select(Upload.data).where(Upload.id == upload_id))
    if data is None:
        raise NotFound
    return data


def layouts(db: Session, shelf: Shelf, country: str, *, now: datetime) -> dict[str, tuple[Any, ...]]:
    """Sheet code → pages, of all sheets of the country that may still come back."""
    return sheets.layouts(shelf, sheets.of_country(db, country, now - RECENT))


def end(db: Session, upload_id: str, *, problem: Mapping[str, Any] | None = None) -> None:
    """All pages are read, and the file itself is no longer needed; or it could not be read to its end."""
    row = db.get(Upload, upload_id)
    if row is not None:
        row.state = "failed" if problem else "done"
        row.problem = dict(problem) if problem else row.problem
        row.data = None


# --------------------------------------------------------------------- pages


def take(db: Session, shelf: Shelf, upload: UploadRow, page: Page, *, key: str, now: datetime) -> None:
    """Keep one page, and put it into the reading of its sheet if that is known. The same page again changes nothing."""
    held = db.get(Upload, upload.id)
    if held is None:
        raise NotFound
    held.pages, held.beat_at = max(held.pages, page.number), now
    query = select(Scan.id).where(Scan.upload_id == upload.id, Scan.number == page.number)
    if db.scalars(query).first() is not None:
        return
    scan = Scan(
        upload_id=upload.id, workshop_id=upload.workshop_id, country=upload.country, number=page.number,
        state="check", image=page.image, scanned_at=now,
    )  # fmt: skip
    db.add(scan)
    row = _sheet(db, upload.country, page.code)
    scan.problem = _problem(shelf, page, row, key)
    if row is not None and page.code is not None:
        scan.sheet_code, scan.page = row.code, page.code.page
    db.flush()
    if row is not None and scan.problem is None and page.rows is not None:
        _into_reading(db, shelf, scan, row, page.rows, by=upload.uploaded_by, now=now)


def _sheet(db: Session, country: str, code: SheetCode | None) -> SheetRow | None:
    if code is None:
        return None
    try:
        return sheets.find(db, {country}, code.sheet)
    except NotFound:
        return None


def _problem(shelf: Shelf, page: Page, row: SheetRow | None, key: str) -> dict[str, Any] | None:
    if page.problem is not None:
        return {"code": page.problem.code, **page.problem.params}
    if page.code is None:
        return {"code": "code-unread"}
    if row is None:
        is_ours = page.code.installation == sheets.installation(key)
        return {"code": "lost-sheet" if is_ours else "foreign-sheet"}
    if page.rows is not None:
        return None
    if page.code.page > len(sheets.asked(shelf, row).pages):
        return {"code": "page-unknown", "page": page.code.page}
    return {"code": "code-unread"}  # its rows were not at hand; with the code typed in, they are


def _into_reading(
    db: Session, shelf: Shelf, scan: Scan, row: SheetRow, seen: Sequence[Row], *, by: str, now: datetime
) -> None:
    marks: dict[int, Mark] = {}
    doubts: dict[int, str] = {}
    lines = {at for at, field in enumerate(sheets.asked(shelf, row).fields) if field.kind == "line"}
    for one in seen:
        if one.number in lines:
            if one.is_written or not one.certain:
                doubts[one.number] = one.reason or "written"
            else:
                marks[one.number] = ""
        elif one.certain:
            marks[one.number] = one.chosen
        else:
            doubts[one.number] = one.reason or "unclear"
    scan.state, scan.problem = "taken", None
    readings.keep(db, row, "scan", marks, doubts, by=by, now=now)
    readings.settle(db, shelf, {row.country}, row.code, now=now)


def identify(
    db: Session, shelf: Shelf, countries: Collection[str], scan_id: str, typed: str, page: int,
    seen: Sequence[Row], *, by: str, now: datetime,
) -> SheetRow:  # fmt: skip
    """A person has typed the code that the reader could not read; `seen` is the kept picture read with its layout.

    Raises NotFound, also for a page that has been taken.
    """
    scan = _scan(db, countries, scan_id)
    if scan.state == "taken":
        raise NotFound
    row = sheets.find(db, {scan.country}, typed)
    scan.sheet_code, scan.page = row.code, page
    db.flush()
    _into_reading(db, shelf, scan, row, seen, by=by, now=now)
    return row


def put_aside(db: Session, countries: Collection[str], scan_id: str, *, back: bool = False) -> ScanRow:
    """This page is no answer sheet, or not needed; `back` undoes it. Raises NotFound."""
    scan = _scan(db, countries, scan_id)
    if scan.state != "taken":
        scan.state = "check" if back else "aside"
        db.flush()
    return find(db, countries, scan_id)


def _scan(db: Session, countries: Collection[str], scan_id: str) -> Scan:
    query = select(Scan).where(Scan.id == scan_id, Scan.country.in_(sorted(countries))).with_for_update()
    row = db.scalars(query).first()
    if row is None:
        raise NotFound
    return row


def find(db: Session, countries: Collection[str], scan_id: str) -> ScanRow:
    """Raises NotFound."""
    row = db.execute(select(*_SCAN).where(Scan.id == scan_id, Scan.country.in_(sorted(countries)))).first()
    if row is None:
        raise NotFound
    return ScanRow(*row)


def image(db: Session, countries: Collection[str], scan_id: str) -> bytes:
    """The kept picture. Raises NotFound, also once it is gone."""
    data = db.scalar(select(Scan.image).where(Scan.id == scan_id, Scan.country.in_(sorted(countries))))
    if data is None:
        raise NotFound
    return data


def of_sheet(db: Session, countries: Collection[str], code: str) -> list[ScanRow]:
    """Pictures of a sheet: by page, the newest first. One statement."""
    query = select(*_SCAN).where(Scan.sheet_code == code, Scan.country.in_(sorted(countries)), Scan.state == "taken")
    return [ScanRow(*row) for row in db.execute(query.order_by(Scan.page, Scan.scanned_at.desc()))]


# --------------------------------------------------------------------- queue


class Queue(NamedTuple):
    """What a person must look at, in the order of looking."""

    sheets: tuple[SheetRow, ...]
    """Sheets in doubt, whatever route they came by."""
    pages: tuple[ScanRow, ...]
    """Pages that belong to no sheet yet."""

    def __len__(self) -> int:
        return len(self.sheets) + len(self.pages)


def queue(db: Session, countries: Collection[str], workshop_id: str) -> Queue:
    """Two statements."""
    held = tuple(row for row in sheets.of_workshop(db, countries, workshop_id) if row.problem is not None)
    query = select(*_SCAN).where(
        Scan.workshop_id == workshop_id, Scan.country.in_(sorted(countries)), Scan.state == "check"
    )
    pages = db.execute(query.order_by(Scan.scanned_at, Scan.upload_id, Scan.number))
    return Queue(held, tuple(ScanRow(*row) for row in pages))


def aside(db: Session, countries: Collection[str], workshop_id: str) -> list[ScanRow]:
    """Pages that were put aside, the newest first. One statement."""
    query = select(*_SCAN).where(
        Scan.workshop_id == workshop_id, Scan.country.in_(sorted(countries)), Scan.state == "aside"
    )
    return [ScanRow(*row) for row in db.execute(query.order_by(Scan.scanned_at.desc(), Scan.upload_id, Scan.number))]


def counts(db: Session, countries: Collection[str], workshop_id: str) -> dict[str, int]:
    """Pages by state: `taken`, `check`, `aside`. One statement."""
    query = (
        select(Scan.state, func.count())
        .where(Scan.workshop_id == workshop_id, Scan.country.in_(sorted(countries)))
        .group_by(Scan.state)
    )
    return {"taken": 0, "check": 0, "aside": 0, **{row[0]: row[1] for row in db.execute(query)}}


# ----------------------------------------------------------------- retention


def forget_pictures(db: Session, *, before: datetime) -> int:
    """Take away the pictures of scans of before; what was read from them stays. -> how many there were"""
    gone = update(Scan).where(Scan.scanned_at < before, Scan.image.is_not(None)).values(image=None)
    result = db.execute(gone.execution_options(synchronize_session=False))
    return int(result.rowcount)  # type: ignore[attr-defined]


def unread(rows: Iterable[SheetRow]) -> list[SheetRow]:
    """Sheets of people that have not come back by any route."""
    waiting = sheets.in_force(rows)
    return [row for row in waiting if row.person_id is not None and row.attempt_id is None and row.problem is None]
