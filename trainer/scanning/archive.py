"""Files of a ZIP, one at a time: no links, nothing that unpacks to more than a scan can be."""

from __future__ import annotations

import io
import lzma
import stat
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import PurePosixPath

from trainer.scanning.problems import Problem

MOST_FILES = 600
MOST_BYTES = 120_000_000
"""Of one file, unpacked."""
MOST_TOGETHER = 1_500_000_000
MOST_RATIO = 200
"""Unpacked to packed, of a file above SMALL; scans are compressed already, and blank pages reach about 100."""
SMALL = 1_000_000

_NOT_FOR_US = ("__MACOSX", ".DS_Store", "Thumbs.db", "desktop.ini")


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
    return not entry.is_dir() and not any(part in _NOT_FOR_US for part in PurePosixPath(entry.filename).parts)


def _name(entry: zipfile.ZipInfo) -> str:
    """The last part of its name, to show; nothing is ever written under it."""
    return "".join(letter for letter in entry.filename.rpartition("/")[2] if letter.isprintable())[:100]


def _read(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, room: int) -> bytes | Problem:
    """What the entry says about its size is checked first, and then what it really gives."""
    name = _name(entry)
    most = min(MOST_BYTES, room)
    if stat.S_ISLNK(entry.external_attr >> 16):
        return Problem("zip-link", {"name": name})
    if entry.flag_bits & 1:
        return Problem("file-locked", {"name": name})
    if entry.file_size > most or entry.file_size > max(SMALL, MOST_RATIO * entry.compress_size):
        return Problem("zip-too-large", {"name": name})
    if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        return Problem("file-broken", {"name": name})
    try:
        with archive.open(entry) as file:
            data = file.read(most + 1)
    except (zipfile.BadZipFile, zlib.error, lzma.LZMAError, ValueError, OSError, NotImplementedError, EOFError):
        return Problem("file-broken", {"name": name})
    return data if len(data) <= most else Problem("zip-too-large", {"name": name})
