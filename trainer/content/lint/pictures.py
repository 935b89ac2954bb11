"""Pictures: light enough for a prepaid phone, described in words, and of nobody who was not asked."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import NamedTuple

from trainer.content.lint.findings import Finding
from trainer.content.lint.text import Book
from trainer.content.model import Figure

MOST_BYTES = 40_000
MOST_PIXELS = 1600
"""Of the longer side: more than any screen shows of it, and enough for 13 cm on paper."""
_PHOTOGRAPHS = (".jpg", ".jpeg")
_NO_DESCRIPTION = re.compile(
    r"(?:an? |the )?(?:image|picture|photo|photograph|img|dsc|pic|figure|screenshot|logo|alt)[\s_.-]*\d*"
    r"|[\w-]+\.(?:png|jpe?g|webp)",
    re.IGNORECASE,
)
_ASKED = re.compile(
    r"\b(?:consent\w*|agreed|permission|posed|poses|staged|actors?|role-?play|model|volunteers?|invented|drawing|drawn"
    r"|illustration|generated|nobody|no person|no people|empty)\b",
    re.IGNORECASE,
)


class Measured(NamedTuple):
    """A picture as it is served."""

    width: int
    height: int
    """Pixels."""
    size: int
    """Bytes."""


def check(book: Book) -> Iterator[Finding]:
    for file, block in book.blocks:
        if isinstance(block, Figure):
            yield from _described(book, file, block)
            yield from _asked(book, file, block)
            yield from _light(book, file, block)


def _described(book: Book, file: str, figure: Figure) -> Iterator[Finding]:
    """A description that is missing altogether is an error already; this finds one that says nothing."""
    words = figure.alt.source
    if _NO_DESCRIPTION.fullmatch(words) or words == PurePosixPath(figure.src).stem:
        yield book.finding(
            "lint-picture-words", file, figure.line, "![", (words, figure.src), words=words, src=figure.src
        )


def _asked(book: Book, file: str, figure: Figure) -> Iterator[Finding]:
    if not book.is_english or not figure.src.lower().endswith(_PHOTOGRAPHS):
        return
    words = f"{figure.alt.source} {figure.caption.source if figure.caption else ''}"
    if not _ASKED.search(words):
        yield book.finding("lint-picture-consent", file, figure.line, "![", (words, figure.src), src=figure.src)


def _light(book: Book, file: str, figure: Figure) -> Iterator[Finding]:
    measured = book.pictures.get(figure.src)
    if measured is None:
        return
    about = figure.src, hashlib.sha256(book.files.get(figure.src, b"")).hexdigest()
    if max(measured.width, measured.height) > MOST_PIXELS:
        yield book.finding(
            "lint-picture-large", file, figure.line, "![", about,
            src=figure.src, width=measured.width, height=measured.height, limit=MOST_PIXELS,
        )  # fmt: skip
    elif measured.size > MOST_BYTES:
        yield book.finding(
            "lint-picture-heavy", file, figure.line, "![", about,
            src=figure.src, size=round(measured.size / 1000), limit=MOST_BYTES // 1000,
        )  # fmt: skip
