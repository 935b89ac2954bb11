"""One file of a ZIP that somebody sent: what it claims is looked at first, then what it really gives.

Nothing is ever unpacked to a disk. Who reads answer sheets and who takes in modules share this, each with own limits.
"""

from __future__ import annotations

import lzma
import stat
import zipfile
import zlib
from pathlib import PurePosixPath

BROKEN = (zipfile.BadZipFile, zlib.error, lzma.LZMAError, ValueError, OSError, NotImplementedError, EOFError)
"""What `zipfile` raises for archives that are damaged or made to harm."""
_OF_A_SYSTEM = frozenset({"__MACOSX", ".DS_Store", "Thumbs.db", "desktop.ini"})


class Unsafe(Exception):  # noqa: N818  named for what the entry is
    """The entry is not read. `reason`: `link`, `locked`, `large` or `broken`."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def is_of_a_system(name: str) -> bool:
    """A file that an operating system adds and nobody meant to send."""
    return any(part in _OF_A_SYSTEM for part in PurePosixPath(name).parts)


def read(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, *, most: int, ratio: int, small: int) -> bytes:
    """The entry's bytes: at most `most`, above `small` at most `ratio` times what they take packed. Raises Unsafe."""
    kind = stat.S_IFMT(entry.external_attr >> 16)
    if kind not in (0, stat.S_IFREG):
        raise Unsafe("link")
    if entry.flag_bits & 1:
        raise Unsafe("locked")
    if entry.file_size > most or entry.file_size > max(small, ratio * entry.compress_size):
        raise Unsafe("large")
    if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise Unsafe("broken")
    try:
        with archive.open(entry) as file:
            data = file.read(most + 1)
    except BROKEN:
        raise Unsafe("broken") from None
    if len(data) > most:
        raise Unsafe("large")
    return data
