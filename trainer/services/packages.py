"""A module that somebody sends, as a ZIP or as the files of a folder: read with suspicion, or refused whole.

Nothing is unpacked to a disk; names are looked at before contents, and what a file claims before what it gives.
"""

from __future__ import annotations

import io
import re
import unicodedata
import zipfile
from collections.abc import Iterable, Mapping
from pathlib import PurePosixPath
from typing import NamedTuple

from trainer import archives
from trainer.content.compiler import MODULE
from trainer.content.folder import MAX_FILE, MAX_FILES, MAX_TOTAL
from trainer.services.editions import is_path
from trainer.services.problems import SENTENCES, Invalid
from trainer.vocabulary import N_

MOST_ENTRIES = 2000
MOST_RATIO = 100
"""Unpacked to packed, of a file above SMALL and of everything together; texts reach about ten."""
SMALL = 200_000
LARGEST = 60_000_000
"""Bytes of an upload."""
_TEXTS = (".md", ".po")
_OFFICE = (".docx", ".pptx", ".xlsx", ".odt", ".odp", ".ods")

SENTENCES.update(
    {
        "import-nothing": N_("Choose a ZIP file or a folder first."),
        "import-broken": N_("The ZIP file is damaged and cannot be opened. Make it again."),
        "import-large": N_("%(name)s is too large when it is unpacked. Nothing was taken in."),
        "import-total": N_("Together the files are larger than %(megabytes)s MB. Nothing was taken in."),
        "import-many": N_("There are more than %(limit)s files. Send one module. Nothing was taken in."),
        "import-climbs": N_("The name %(name)s leads out of the module's folder. Nothing was taken in."),
        "import-link": N_("%(name)s is a link and not a file. Nothing was taken in."),
        "import-locked": N_("%(name)s is protected by a password. Make the ZIP file without one."),
        "import-nested": N_("%(name)s is a ZIP file inside the ZIP file. Unpack it first. Nothing was taken in."),
        "import-twice": N_("%(name)s and %(other)s are the same name on many computers. Rename one of them."),
        "import-file": N_("%(name)s cannot be read from the ZIP file. Nothing was taken in."),
        "import-two-modules": N_("There are two modules in it, %(first)s and %(second)s. Send one at a time."),
        "import-no-module": N_("There is no module.md in it. A module is a folder with module.md in it."),
        "import-name": N_("A file of a module cannot be called %(name)s. Use Latin letters, digits, hyphens and dots."),
        "import-encoding": N_(
            "%(name)s is not saved as UTF-8: look at byte %(byte)s, in line %(line)s. Save it as UTF-8."
        ),
        "import-binary": N_("%(name)s is not text: byte %(byte)s is empty. Save it as plain text in UTF-8."),
    }
)


class Package(NamedTuple):
    """What belongs to a module."""

    files: Mapping[str, bytes]
    """Path in the module's folder → bytes."""
    left_out: tuple[str, ...]
    """What is no part of a module, as it was called."""
    name: str
    """Of the folder that held the module; empty where nothing says it."""


def unzip(data: bytes) -> dict[str, bytes]:
    """Name → bytes of every file in a ZIP. Raises Invalid for the first thing that is not as it should be."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = archive.infolist()
            _check_listing(entries, len(data))
            return dict(_contents(archive, entries))
    except archives.BROKEN:
        raise Invalid("import-broken") from None


def _check_listing(entries: list[zipfile.ZipInfo], packed: int) -> None:
    """All that can be said before anything is read."""
    if len(entries) > MOST_ENTRIES:
        raise Invalid("import-many", limit=MOST_ENTRIES)
    for entry in entries:
        if entry.orig_filename != entry.filename:
            raise Invalid("import-climbs", name=_printable(entry.orig_filename))
    check_names(entry.filename for entry in entries)
    total = sum(entry.file_size for entry in entries)
    # Bodies that overlap are one body, unpacked many times: together they are longer than the file they are in.
    if sum(entry.compress_size for entry in entries) > packed or total > max(SMALL, MOST_RATIO * packed):
        raise Invalid("import-large", name="ZIP")
    if total > MAX_TOTAL:
        raise Invalid("import-total", megabytes=MAX_TOTAL // 1_000_000)


def _contents(archive: zipfile.ZipFile, entries: list[zipfile.ZipInfo]) -> Iterable[tuple[str, bytes]]:
    for entry in entries:
        name = _printable(entry.filename)
        if entry.is_dir():
            continue
        try:
            data = archives.read(archive, entry, most=MAX_FILE, ratio=MOST_RATIO, small=SMALL)
        except archives.Unsafe as fault:
            codes = {"link": "import-link", "locked": "import-locked", "large": "import-large"}
            raise Invalid(codes.get(fault.reason, "import-file"), name=name) from None
        if _is_zip(entry.filename.lower(), data):
            raise Invalid("import-nested", name=name)
        yield entry.filename, data


def _is_zip(name: str, data: bytes) -> bool:
    """Documents of office programs are ZIP files, too; they are no part of a module, and are left out as such."""
    packed = data.startswith((b"PK\x03\x04", b"PK\x05\x06"))
    return name.endswith(".zip") or (packed and not name.endswith(_OFFICE))


def check_names(names: Iterable[str]) -> None:
    """No name climbs, no two are one. Raises Invalid."""
    seen: dict[str, str] = {}
    for name in names:
        parts = name.rstrip("/").split("/")
        if "\\" in name or name.startswith("/") or re.match(r"[A-Za-z]:", name) or not name or {"..", ""} & {*parts}:
            raise Invalid("import-climbs", name=_printable(name))
        key = unicodedata.normalize("NFC", name.rstrip("/")).casefold()
        if key in seen:
            raise Invalid("import-twice", name=_printable(name), other=_printable(seen[key]))
        seen[key] = name


def sift(sent: Mapping[str, bytes], *, needs_module: bool = True) -> Package:
    """The module in what was sent: name → bytes. Raises Invalid where it is none, or two, or its texts are no text."""
    meant = {name: data for name, data in sent.items() if not _is_hidden(name)}
    root = _root(meant, needs_module)
    inside = {name.removeprefix(root): data for name, data in meant.items() if name.startswith(root)}
    files = {path: data for path, data in inside.items() if _belongs(path)}
    left_out = [name for name in meant if name.removeprefix(root) not in files or not name.startswith(root)]
    for path, data in files.items():
        if not is_path(path):
            raise Invalid("import-name", name=_printable(path))
        if path.endswith(_TEXTS):
            _check_text(path, data)
    if len(files) > MAX_FILES:
        raise Invalid("import-many", limit=MAX_FILES)
    if sum(map(len, files.values())) > MAX_TOTAL:
        raise Invalid("import-total", megabytes=MAX_TOTAL // 1_000_000)
    name = PurePosixPath(root).name if root else ""
    return Package(dict(sorted(files.items())), tuple(_printable(one) for one in sorted(left_out)), name)


def _root(names: Iterable[str], needs_module: bool) -> str:
    """The folder of the module, with its slash; empty: the top."""
    listed = list(names)
    found = sorted(name.removesuffix(MODULE) for name in listed if PurePosixPath(name).name == MODULE)
    found = [root for root in found if not any(part in ("media", "national") for part in PurePosixPath(root).parts)]
    if len(found) > 1:
        first, second = (_printable(root.rstrip("/")) or "/" for root in found[:2])
        raise Invalid("import-two-modules", first=first, second=second)
    if found:
        return found[0]
    if needs_module:
        raise Invalid("import-no-module")
    tops = {name.partition("/")[0] for name in listed if "/" in name}
    alone = len(tops) == 1 and all("/" in name for name in listed) and not tops & {"media", "translations", "national"}
    return f"{tops.pop()}/" if alone else ""


def _belongs(path: str) -> bool:
    folder, _, rest = path.partition("/")
    if not rest:
        return folder.endswith(".md")
    if folder == "media":
        return True
    return "/" not in rest and rest.endswith({"translations": ".po", "national": ".md"}.get(folder, "/"))


def _is_hidden(name: str) -> bool:
    return archives.is_of_a_system(name) or any(part.startswith(".") for part in name.split("/"))


def _check_text(path: str, data: bytes) -> None:
    zero = data.find(b"\0")
    try:
        data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise Invalid("import-encoding", name=path, byte=error.start + 1, line=line) from None
    if zero >= 0:
        raise Invalid("import-binary", name=path, byte=zero + 1)


def _printable(name: str) -> str:
    return "".join(letter if letter.isprintable() else "�" for letter in name)[:120]


def id_in(package: Package) -> str:
    """The id that module.md gives itself; empty where it gives none."""
    found = re.search(rb"^id[ \t]*:[ \t]*['\"]?([\w-]+)", package.files.get(MODULE, b""), re.MULTILINE)
    return found[1].decode("utf-8", "replace") if found else ""
