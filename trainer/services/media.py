"""Pictures on their way into a module: looked at by content, written anew, in two sizes. What was sent is not kept.

`services.desk` shows them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import PurePosixPath
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from trainer.content.arranging import slug_of
from trainer.content.figures import TYPES
from trainer.content.folder import MAX_FILE
from trainer.services.folders import store
from trainer.services.pictures import MOST_PIXELS, PictureError, Reencoded, reencode
from trainer.services.problems import SENTENCES, Invalid
from trainer.store.models import Picture
from trainer.store.statements import insert_all_new
from trainer.vocabulary import N_

FOLDER = "media/"
HEAVY = 40_000
"""Bytes of a picture above which it is slow for learners on a poor connection."""
_ENDINGS = {"image/png": (".png",), "image/jpeg": (".jpg", ".jpeg"), "image/webp": (".webp",)}

SENTENCES.update(
    {
        "picture-svg": N_("%(name)s is an SVG drawing. It can carry a script, so it is not taken. Save it as PNG."),
        "picture-kind": N_("%(name)s is no picture that can be used. Send PNG, JPEG or WebP."),
        "picture-ending": N_("%(name)s holds a picture of the kind %(kind)s. Give it the ending %(ending)s."),
        "picture-unreadable": N_("%(name)s is damaged and cannot be opened as a picture. Save it again."),
        "picture-large": N_("%(name)s has too many pixels. Make it smaller: at most %(limit)s million."),
        "picture-animated": N_("%(name)s moves. Send one still picture."),
        "picture-empty": N_("%(name)s is empty."),
        "picture-heavy": N_("%(name)s is larger than %(megabytes)s MB."),
        "picture-name": N_("Write a name for %(name)s with Latin letters, digits and hyphens."),
    }
)


class Upload(NamedTuple):
    """A picture that can be kept."""

    path: str
    made: Reencoded


def path_for(file_name: str, wanted: str = "") -> str:
    """`media/…` for an uploaded file, by the name somebody `wanted` or the file's own. Raises Invalid."""
    plain = PurePosixPath(file_name.replace("\\", "/")).name
    ending = PurePosixPath(plain).suffix.lower()
    slug = slug_of(PurePosixPath(wanted).stem if wanted else PurePosixPath(plain).stem)
    if not slug:
        raise Invalid("picture-name", field="name", name=plain)
    return f"{FOLDER}{slug}{ending}"


def read(name: str, data: bytes) -> Reencoded:
    """The picture in `data`, written anew. `name`: as it is called, for its ending and for messages. Raises Invalid."""
    shown = PurePosixPath(name).name
    if not data:
        raise Invalid("picture-empty", name=shown)
    if len(data) > MAX_FILE:
        raise Invalid("picture-heavy", name=shown, megabytes=MAX_FILE // 1_000_000)
    if _is_svg(name, data):
        raise Invalid("picture-svg", name=shown)
    if not name.lower().endswith(TYPES):
        raise Invalid("picture-kind", name=shown)
    try:
        made = reencode(data)
    except PictureError as error:
        raise Invalid(error.code, name=shown, **error.params) from None
    endings = _ENDINGS[made.mime]
    if not name.lower().endswith(endings):
        kind = made.mime.removeprefix("image/").upper()
        raise Invalid("picture-ending", name=shown, kind=kind, ending=endings[0])
    return made


def _is_svg(name: str, data: bytes) -> bool:
    """By its name or by what it begins with, whatever it is called."""
    start = data[:1000].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    return name.lower().endswith((".svg", ".svgz")) or (start.startswith(b"<") and b"<svg" in data[:5000].lower())


def keep(db: Session, uploads: Iterable[Upload]) -> dict[str, str]:
    """Store the pictures as they are served: path → SHA-256 of the bytes that the draft then holds. Raises nothing."""
    found = list(uploads)
    hashes = store(db, {one.path: one.made.data for one in found})
    rows = {
        hashes[one.path]: {"source_sha256": hashes[one.path], "sha256": hashes[one.path], **one.made._asdict()}
        for one in found
    }
    insert_all_new(db, Picture, [rows[sha256] for sha256 in sorted(rows)])
    return hashes


def known(db: Session, hashes: Iterable[str]) -> frozenset[str]:
    """Which of these bytes are pictures that were written anew already, by us. One statement."""
    query = select(Picture.source_sha256).where(Picture.source_sha256.in_(set(hashes)))
    return frozenset(db.scalars(query.where(Picture.sha256 == Picture.source_sha256)))


class Size(NamedTuple):
    width: int
    height: int


def sizes(db: Session, hashes: Iterable[str]) -> Mapping[str, Size]:
    """SHA-256 of a picture's file → its size in pixels, of those that were written anew. One statement."""
    query = select(Picture.source_sha256, Picture.width, Picture.height).where(Picture.source_sha256.in_(set(hashes)))
    return {row.source_sha256: Size(row.width, row.height) for row in db.execute(query)}


__all__ = ["FOLDER", "HEAVY", "MOST_PIXELS", "Size", "Upload", "keep", "known", "path_for", "read", "sizes"]
