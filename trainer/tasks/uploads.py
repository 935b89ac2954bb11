"""Reading uploads: page by page in a worker process, each page into the store as it comes."""

from __future__ import annotations

import logging
import threading
from typing import TYPE_CHECKING

from trainer.services import scans
from trainer.services.scans import Page, Row, UploadRow
from trainer.store.scope import Scope
from trainer.tasks.bench import Bench
from trainer.tasks.process import Died, stream
from trainer.tasks.reading import scan
from trainer.tasks.waiting import EVERYWHERE, claimed

if TYPE_CHECKING:
    from trainer.scanning.scan import Scanned

log = logging.getLogger("trainer.tasks")

LONGEST_PAGE = 60.0
"""Seconds that one page may take."""


def work(bench: Bench, stop: threading.Event) -> bool:
    """Read the next upload. -> whether there was one"""
    upload = claimed(bench, scans)
    if upload is None:
        return False
    problem = None
    try:
        if not _read(bench, upload, stop):
            with bench.store.write(Scope.countries({upload.country})) as db:
                scans.put_back(db, upload.id)
            return True
    except Died as error:
        log.error("upload died reason=%s", error)
        problem = {"code": "upload-failed"}
    except Exception:
        log.exception("upload failed")
        problem = {"code": "upload-failed"}
    with bench.store.write(Scope.countries({upload.country})) as db:
        scans.end(db, upload.id, problem=problem)
    return True


def forget(bench: Bench) -> int:
    """Take away pictures whose time is over. -> how many"""
    with bench.store.write(EVERYWHERE) as db:
        return scans.forget_pictures(db, before=bench.clock() - bench.keep_scans)


def _read(bench: Bench, upload: UploadRow, stop: threading.Event) -> bool:
    """-> whether it was read to the end"""
    scope = Scope.countries({upload.country})
    with bench.store.read(scope) as db:
        data = scans.contents(db, upload.id)
        layouts = scans.layouts(db, bench.shelf, upload.country, now=bench.clock())
    with stream(scan, data, layouts, upload.name, longest=LONGEST_PAGE) as results:
        for number, seen in enumerate(results, 1):
            if stop.is_set():
                return False
            with bench.store.write(scope) as db:
                scans.take(db, bench.shelf, upload, _page(number, seen), key=bench.key, now=bench.clock())
    return True


def _page(number: int, seen: Scanned) -> Page:
    rows = None
    if seen.rows is not None:
        rows = tuple(Row(row.number, row.chosen, row.certain, row.reason, row.written) for row in seen.rows)
    return Page(number, seen.code, seen.problem, rows, seen.picture)
