"""A module folder on disk to bytes: what a module may hold, and nothing that leads out of it."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

from trainer import resources
from trainer.content.diagnostics import Diagnostic

MAX_FILE = 10_000_000
"""Bytes of one file: a large photograph."""
MAX_FILES = 500
MAX_TOTAL = 100_000_000
"""Bytes of one module."""


class FolderError(Exception):
    """The folder cannot be read as a module; `diagnostic` says why, in words for its author."""

    def __init__(self, code: str, file: str, **params: str | int) -> None:
        self.diagnostic = Diagnostic(code, "error", file, 0, 0, params)
        super().__init__(str(self.diagnostic))


def read_folder(path: Path) -> dict[str, bytes]:
    """Every file of the module folder `path`: path inside it, with `/` → bytes, sorted. Names with a dot are left out.

    Links are refused wherever they lead, because an edition must hold what its author saw. Raises FolderError.
    """
    if not path.is_dir() or path.is_symlink():
        raise FolderError("folder-link" if path.is_symlink() else "folder-missing", path.name)
    files: dict[str, bytes] = {}
    total = 0
    try:
        for found in _walk(path, path):
            name = found.relative_to(path).as_posix()
            data = _read(found, name)
            total += len(data)
            if len(files) == MAX_FILES or total > MAX_TOTAL:
                raise FolderError("folder-full", path.name, limit=MAX_FILES, megabytes=MAX_TOTAL // 1_000_000)
            files[name] = data
    except OSError as error:
        raise FolderError("folder-unreadable", path.name, reason=error.strerror or "unknown") from None
    return dict(sorted(files.items()))


def module_folders(paths: Iterable[Path] = ()) -> list[Path]:
    """Each path that is a module, and each module in a path that is a folder of modules; all of ours if none given."""
    found: list[Path] = []
    for path in tuple(paths) or (resources.folder("modules"),):
        inside = [] if (path / "module.md").exists() else sorted(file.parent for file in path.glob("*/module.md"))
        found += inside or [path]
    return found


def _walk(folder: Path, root: Path, depth: int = 0) -> list[Path]:
    found: list[Path] = []
    with os.scandir(folder) as entries:
        for entry in sorted(entries, key=lambda one: one.name):
            if entry.name.startswith("."):
                continue
            name = Path(entry.path).relative_to(root).as_posix()
            _check_name(name)
            if entry.is_symlink():
                raise FolderError("folder-link", name)
            if entry.is_dir() and depth < 4:
                found += _walk(Path(entry.path), root, depth + 1)
            elif entry.is_file(follow_symlinks=False):
                found.append(Path(entry.path))
            else:
                raise FolderError("folder-unreadable", name, reason="neither a file nor a folder of a module")
            if len(found) > MAX_FILES:
                raise FolderError("folder-full", root.name, limit=MAX_FILES, megabytes=MAX_TOTAL // 1_000_000)
    return found


def _check_name(name: str) -> None:
    try:
        name.encode()
    except UnicodeEncodeError:
        shown = name.encode("utf-8", "replace").decode()
        raise FolderError("folder-file-name", shown) from None
    if "\\" in name or any(ord(char) < 32 for char in name):
        raise FolderError("folder-file-name", name.replace("\n", "?"))


def _read(path: Path, name: str) -> bytes:
    """The file's bytes; never more than the limit are read, whatever size it claims."""
    with path.open("rb") as stream:
        data = stream.read(MAX_FILE + 1)
    if len(data) > MAX_FILE:
        size = max(path.stat().st_size, len(data)) // 1_000_000
        raise FolderError("folder-file-large", name, size=size, limit=MAX_FILE // 1_000_000)
    return data
