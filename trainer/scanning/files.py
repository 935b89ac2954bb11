"""Opens an uploaded file, page by page. Nothing in it is trusted: neither its name nor what it says about itself.

What a file is, its first bytes decide, and it is opened as that and as nothing else. Sizes are known before anything
is decoded. One page at a time is in memory; what is wrong with one page or one file of a ZIP does not touch the rest.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import NamedTuple

from trainer.scanning import archive, documents, pictures
from trainer.scanning.arrays import Grey
from trainer.scanning.problems import Problem

MOST_PAGES = 300
"""Of one upload."""

_HEIF = (b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1")


class Opened(NamedTuple):
    """One page of an upload, or what is wrong with it."""

    page: int
    """From 1 through the whole upload; the page that would come next when the problem is a file's."""
    name: str
    """Of the file it came from."""
    image: Grey | None
    """Rows × columns, black 0."""
    problem: Problem | None = None


def kind_of(data: bytes) -> str:
    """pdf, zip, JPEG, PNG, TIFF, WEBP, HEIF, or nothing: by the first bytes."""
    if data.startswith(b"%PDF-"):
        return "pdf"
    if data.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return "zip"
    if data.startswith(b"\xff\xd8\xff"):
        return "JPEG"
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return "PNG"
    if data.startswith((b"II*\x00", b"MM\x00*")):
        return "TIFF"
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "WEBP"
    return "HEIF" if data[4:8] == b"ftyp" and data[8:12] in _HEIF else ""


def pages(data: bytes, name: str = "") -> Iterator[Opened]:
    """Every page of the upload as a grey picture, in order; problems stand where the page would."""
    number = 1
    for part, found in _parts(data, name):
        if number > MOST_PAGES:
            yield Opened(number, part, None, Problem("too-many-pages", {"limit": MOST_PAGES}))
            return
        if isinstance(found, Problem):
            yield Opened(number, part, None, found)
            number += found.code == "page-broken"
            continue
        yield Opened(number, part, found)
        number += 1


def _parts(data: bytes, name: str) -> Iterator[tuple[str, Grey | Problem]]:
    if kind_of(data) != "zip":
        yield from ((name, found) for found in _file(data, name))
        return
    for part, unpacked in archive.unpack(data, name):
        if isinstance(unpacked, Problem):
            yield part, unpacked
        elif kind_of(unpacked) == "zip":
            yield part, Problem("zip-inside", {"name": part})
        else:
            yield from ((part, found) for found in _file(unpacked, part))


def _file(data: bytes, name: str) -> Iterator[Grey | Problem]:
    """One more page than is read may come, so that the rest is noticed."""
    if not data:
        yield Problem("file-empty", {"name": name})
        return
    kind = kind_of(data)
    if kind == "pdf":
        found = documents.pages(data, name)
    elif kind == "HEIF":
        found = pictures.heif_pages(data, name)
    elif kind:
        found = pictures.pages(data, kind, name)
    else:
        found = iter([Problem("file-unknown", {"name": name})])
    yield from islice(found, MOST_PAGES + 1)
