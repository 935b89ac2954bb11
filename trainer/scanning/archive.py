"""Files of a ZIP, one at a time: no links, nothing that unpacks to more than a scan can be."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator

from trainer import archives
from trainer.scanning.problems import Problem

MOST_FILES = 600
MOST_BYTES = 120_000_000
"""Of one file, unpacked."""
MOST_TOGETHER = 1_500_000_000
MOST_RATIO = 200
"""Unpacked to packed, of a file above SMALL; scans are compressed already, and blank pages reach about 100."""
SMALL = 1_000_000

_CODES = {"link": "zip-link", "locked": "file-locked", "large": "zip-too-large", "broken": "file-broken"}


def unpack(data: bytes, name: str) -> Iterator[tuple[str, bytes | Problem]]:
    """Name and bytes of each file inside, or what is wrong with it."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = [entry for entry in archive.infolist() if _is_for_us(entry)]
            if len(entries) > MOST_FILES:
                yield name, Problem("zip-too-many", {"name": name, "limit": MOST_FILES})
                return
            if not entries:
                yield name, Problem("file-empty", {"name": name})
            room = MOST_TOGETHER
            for entry in entries:
                unpacked = _read(archive, entry, room)
                if isinstance(unpacked, bytes):
                    room -= len(unpacked)
                yield _name(entry), unpacked
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError, EOFError):
        yield name, Problem("file-broken", {"name": name})


def _is_for_us(entry: zipfile.ZipInfo) -> bool:
    return not entry.is_dir() and not archives.is_of_a_system(entry.filename)


def _name(entry: zipfile.ZipInfo) -> str:
    """The last part of its name, to show; nothing is ever written under it."""
    return "".join(letter for letter in entry.filename.rpartition("/")[2] if letter.isprintable())[:100]


def _read(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, room: int) -> bytes | Problem:
    try:
        return archives.read(archive, entry, most=min(MOST_BYTES, room), ratio=MOST_RATIO, small=SMALL)
    except archives.Unsafe as fault:
        return Problem(_CODES[fault.reason], {"name": _name(entry)})
