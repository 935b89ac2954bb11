"""One file of a module beside another version of it, as pages show it."""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import NamedTuple

from trainer.content.diffs import Comparison, lines

TEXT = (".md", ".po")


class FileDiff(NamedTuple):
    path: str
    text: Comparison | None
    """None: not a text, or not to be read as one."""
    old_size: int | None
    """Bytes; None: there is no older file."""
    size: int | None


def file_diff(path: str, old: bytes | None, new: bytes | None) -> FileDiff:
    """Compare two versions of a file; None: there is none."""
    sizes = None if old is None else len(old), None if new is None else len(new)
    if PurePosixPath(path).suffix not in TEXT:
        return FileDiff(path, None, *sizes)
    try:
        before, after = (b"" if data is None else data for data in (old, new))
        return FileDiff(path, lines(before.decode("utf-8-sig"), after.decode("utf-8-sig")), *sizes)
    except UnicodeDecodeError:
        return FileDiff(path, None, *sizes)
