"""Handbooks for the web: made once in a worker process, kept on disk, never while a page waits.

The name of the kept file is a hash of everything the pages depend on, so that it never needs to be thrown away as
stale: module and edition, locale, country, paper, and the code that makes it.
"""

from __future__ import annotations

import hashlib
import os
import threading
from collections.abc import Callable, Mapping
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures import TimeoutError as NotYet
from dataclasses import dataclass
from functools import cache
from multiprocessing import get_context
from pathlib import Path
from typing import Literal

from trainer import resources
from trainer.content.model import Module

Paper = Literal["a4", "letter"]
PAPERS: tuple[Paper, ...] = ("a4", "letter")

PATIENCE = 3.0
"""Seconds a request waits for a handbook that is nearly there before it says that it is being made."""


class Unprintable(Exception):  # noqa: N818  the module's fault, not the press's
    """The module holds something that no handbook can show; the message names it, its file and its line."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """One handbook: a compiled module on one paper."""

    module: Module
    edition: int
    """Its number: with the module's slug it names bytes that never change."""
    published: str
    """Date of the edition, ISO."""
    paper: Paper
    overdue: bool = False
    """As in `PrintOptions`."""
    variant: str = ""
    """Tells it from the edition's own, where it has other words: of a country that has not signed them yet."""

    @property
    def name(self) -> str:
        shown = self.module
        of = (
            shown.slug,
            str(self.edition),
            self.published,
            shown.locale,
            shown.country or "",
            self.paper,
            str(self.overdue),
            self.variant,
        )
        parts = (*of, code_version())
        return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:40]


@cache
def code_version() -> str:
    """Hash of the code, words and fonts that handbooks are made by."""
    package = Path(__file__).resolve().parent.parent
    folders = [package / name for name in ("printing", "typeset", "content", "languages", "fonts")]
    digest = hashlib.sha256()
    for folder in (*folders, resources.folder("locales")):
        for path in sorted(folder.rglob("*")):
            if path.suffix in (".py", ".ttf", ".po"):
                digest.update(path.name.encode())
                digest.update(path.read_bytes())
    return digest.hexdigest()


def make(order: Order, media: Mapping[str, bytes]) -> bytes:
    """The PDF. Runs in the worker process: values in, bytes out. Raises Unprintable."""
    from trainer.printing.handbook import handbook
    from trainer.printing.options import PrintOptions
    from trainer.typeset.faces import MissingGlyph
    from trainer.typeset.pictures import BadPicture

    options = PrintOptions(
        paper=order.paper, media=media, edition=order.edition, date=order.published, overdue=order.overdue
    )
    try:
        return handbook(order.module, options)
    except (BadPicture, MissingGlyph) as error:
        raise Unprintable(str(error)) from error


class Press:
    """One worker process and the folder of what it made."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._lock = threading.Lock()
        self._running: dict[str, Future[bytes]] = {}
        self._workers: ProcessPoolExecutor | None = None

    def kept(self, name: str) -> Path | None:
        path = self.folder / f"{name}.pdf"
        return path if path.is_file() else None

    def ask(self, order: Order, media: Callable[[], Mapping[str, bytes]], patience: float = PATIENCE) -> Path | None:
        """The handbook's file; None while it is being made. Raises Unprintable.

        `media` gives the pictures (path in the module → file) and is called only when it has to be made.
        """
        name = order.name
        if (path := self.kept(name)) is not None:
            return path
        future = self._begin(name, order, media)
        try:
            data = future.result(timeout=patience)
        except NotYet:
            return None
        except Exception:
            self._forget(name)
            raise
        return self._keep(name, data)

    def _begin(self, name: str, order: Order, media: Callable[[], Mapping[str, bytes]]) -> Future[bytes]:
        """One making per handbook, however many ask."""
        with self._lock:
            if name not in self._running:
                if self._workers is None:
                    self._workers = ProcessPoolExecutor(max_workers=1, mp_context=get_context("spawn"))
                self._running[name] = self._workers.submit(make, order, media())
            return self._running[name]

    def _keep(self, name: str, data: bytes) -> Path:
        """Write it whole or not at all: a reader never sees half a file."""
        self.folder.mkdir(parents=True, exist_ok=True)
        path = self.folder / f"{name}.pdf"
        part = path.with_suffix(f".{os.getpid()}.{threading.get_ident()}.part")
        part.write_bytes(data)
        part.replace(path)
        self._forget(name)
        return path

    def _forget(self, name: str) -> None:
        with self._lock:
            self._running.pop(name, None)

    def close(self) -> None:
        if self._workers is not None:
            self._workers.shutdown(wait=False, cancel_futures=True)
