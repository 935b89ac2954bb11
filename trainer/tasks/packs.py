"""Making packs: from what was chosen to an order of plain values, and its files into the store as they come."""

from __future__ import annotations

import logging
import threading
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from sqlalchemy.orm import Session

from trainer.printing import bundle
from trainer.printing.bundle import Made, Order, Step
from trainer.services import pack_making, packs
from trainer.services.packs import PackRow
from trainer.store.scope import Scope
from trainer.tasks import ordering
from trainer.tasks.bench import Bench
from trainer.tasks.process import Died, stream
from trainer.tasks.waiting import claimed

log = logging.getLogger("trainer.tasks")


def work(bench: Bench, stop: threading.Event) -> bool:
    """Make the next pack, or count the pages of the next draft. -> whether there was one"""
    pack = claimed(bench, pack_making)
    if pack is None:
        return False
    if pack.state == "counting":
        _count(bench, pack)
    else:
        _make(bench, pack, stop)
    return True


def _make(bench: Bench, pack: PackRow, stop: threading.Event) -> None:
    scope = Scope.countries({pack.country})
    failed = False
    try:
        with bench.store.read(scope) as db:
            kept = packs.files(db, {pack.country}, pack.id)
        order = ordering.order(bench, pack, kept)
        if not _print(bench, pack, order, {row.position for row in kept}, stop):
            with bench.store.write(scope) as db:
                pack_making.put_back(db, pack.id)
            return
    except Died as error:
        log.error("pack died reason=%s", type(error).__name__)
        failed = True
    except Exception:
        log.exception("pack failed")
        failed = True
    with bench.store.write(scope) as db:
        pack_making.finish(db, pack.id, failed=failed, now=bench.clock())


def _print(bench: Bench, pack: PackRow, order: Order, kept: set[int], stop: threading.Event) -> bool:
    """-> whether it was made to the end: not, when nobody wants it any more, or this process is to stop"""
    scope = Scope.countries({pack.country})
    before = sum(len(file.parts) for file in order.files if file.position in kept)
    files = tuple(file for file in order.files if file.position not in kept)
    done = before
    with bench.store.write(scope) as db:
        if not pack_making.progress(db, pack.id, done, order.steps, now=bench.clock()):
            return False
    with stream(bundle.make, replace(order, files=files)) as results:
        for result in results:
            if stop.is_set():
                return False
            with bench.store.write(scope) as db:
                if isinstance(result, Step):
                    done = before + result.done
                    wanted = pack_making.progress(db, pack.id, done, order.steps, now=bench.clock())
                else:
                    wanted = _keep(db, pack, result, done, order.steps, bench)
            if not wanted:
                return False
    return True


def _keep(db: Session, pack: PackRow, made: Made, done: int, total: int, bench: Bench) -> bool:
    problems: list[dict[str, Any]] = [
        {"code": "name-left-out", "name": one.name, "characters": one.characters} for one in made.left_out
    ]
    problems += [{"code": "part-failed", "reason": reason} for reason in made.failed]
    if not made.data:
        return pack_making.progress(db, pack.id, done, total, problems=problems, now=bench.clock())
    file = pack_making.Made(made.file.position, made.file.name, made.file.owner, made.pages, made.data)
    return pack_making.keep(db, pack, file, done, total, problems=problems, now=bench.clock())


def _count(bench: Bench, pack: PackRow) -> None:
    """Pages of what was chosen; each document is laid out once."""
    lines: Mapping[str, int] | None = None
    try:
        lines = ordering.count(bench, pack)
    except Exception:
        log.exception("count failed")
    with bench.store.write(Scope.countries({pack.country})) as db:
        pack_making.counted(db, pack.id, lines)
