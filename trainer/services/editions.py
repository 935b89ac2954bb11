"""Reading the library: which editions there are, and their files. An edition never changes."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session

from trainer.services.problems import SENTENCES, NotFound
from trainer.store.authoring import ArchivedModule
from trainer.store.models import Blob, Edition, Picture
from trainer.store.prepared import Prepared
from trainer.vocabulary import N_

SENTENCES["edition-unknown"] = N_("There is no such edition of this module.")


class EditionRow(NamedTuple):
    id: int
    module: str
    """Slug."""
    number: int
    """From 1, per module."""
    title: str
    """In the source language."""
    digest: str
    """SHA-256 over the manifest; equal folders have equal digests."""
    published_at: datetime
    published_by: str
    note: str
    translations: Mapping[str, Any] | None = None
    """Locale → coverage as `content.coverage.read` takes it. In lists only, and not for editions of before this was
    counted.
    """
    is_archived: bool = False
    """The module is: nobody begins it any more. Of newest editions only."""


class Medium(NamedTuple):
    """A picture as it is served."""

    data: bytes
    mime: str
    sha256: str
    """Of `data`; an entity tag."""
    width: int
    height: int
    small: bytes | None = None
    """The same for phones, where there is a second size."""
    small_width: int | None = None


Manifest = dict[str, str]
"""Path → SHA-256 of the file's bytes (hex), sorted by path."""

_COLUMNS = (
    Edition.id,
    Edition.module,
    Edition.number,
    Edition.title,
    Edition.digest,
    Edition.published_at,
    Edition.published_by,
    Edition.note,
)
_LISTED = (*_COLUMNS, Edition.translations)
_ARCHIVED = select(ArchivedModule.module).where(ArchivedModule.module == Edition.module).exists().label("archived")
_NEWEST = Prepared(
    select(*_COLUMNS, _ARCHIVED).where(Edition.module == bindparam("slug")).order_by(Edition.number.desc()).limit(1)
)
_BY_ID = Prepared(select(*_COLUMNS).where(Edition.id == bindparam("id")))
_newest = select(Edition.module, func.max(Edition.number).label("number")).group_by(Edition.module).subquery()
_NEWEST_OF_ALL = Prepared(
    select(*_LISTED, _ARCHIVED)
    .join(_newest, (Edition.module == _newest.c.module) & (Edition.number == _newest.c.number))
    .order_by(Edition.module)
)


_PATH = re.compile(r"(?!.*(?:^|/)\.)[\w.-]+(?:/[\w.-]+){0,3}", re.ASCII)
LONGEST_PATH = 200


def is_path(path: str) -> bool:
    """May a file of a module be called this? Relative, plain, at most three folders deep, nothing hidden."""
    return len(path) <= LONGEST_PATH and _PATH.fullmatch(path) is not None


def manifest_of(files: Mapping[str, bytes]) -> Manifest:
    return {path: hashlib.sha256(files[path]).hexdigest() for path in sorted(files)}


def digest_of(manifest: Manifest) -> str:
    """One SHA-256 for a whole folder: over lines of `hash, two spaces, path`, as sha256sum writes them."""
    listing = "".join(f"{sha256}  {path}\n" for path, sha256 in sorted(manifest.items()))
    return hashlib.sha256(listing.encode()).hexdigest()


def editions(db: Session, slug: str | None = None) -> list[EditionRow]:
    """All editions, or those of one module; by module, newest first."""
    query = select(*_LISTED).order_by(Edition.module, Edition.number.desc())
    if slug is not None:
        query = query.where(Edition.module == slug)
    return [EditionRow(*row) for row in db.execute(query)]


def _with_state(row: Any) -> EditionRow:
    *columns, is_archived = row
    return EditionRow(*columns)._replace(is_archived=bool(is_archived))


def current_editions(db: Session) -> list[EditionRow]:
    """The newest edition of each module, by module; of archived ones, too."""
    return [_with_state(row) for row in _NEWEST_OF_ALL.rows(db)]


def current_edition(db: Session, slug: str) -> EditionRow | None:
    """The newest edition of `slug`, if it has one."""
    row = _NEWEST.first(db, slug=slug)
    return None if row is None else _with_state(row)


def by_id(db: Session, edition_id: int) -> EditionRow | None:
    """The edition with this key."""
    row = _BY_ID.first(db, id=edition_id)
    return None if row is None else EditionRow(*row)


def edition(db: Session, slug: str, number: int | None = None) -> EditionRow:
    """Edition `number` of `slug`, or its newest. Raises NotFound."""
    if number is None:
        found = current_edition(db, slug)
    else:
        row = db.execute(select(*_COLUMNS).where(Edition.module == slug, Edition.number == number)).first()
        found = None if row is None else EditionRow(*row)
    if found is None:
        raise NotFound("edition-unknown", module=slug)
    return found


def slug_and_manifest(db: Session, edition_id: int) -> tuple[str, Manifest]:
    """Raises NotFound."""
    row = db.execute(select(Edition.module, Edition.manifest).where(Edition.id == edition_id)).first()
    if row is None:
        raise NotFound("edition-unknown", module="")
    return row.module, row.manifest


def edition_files(db: Session, edition_id: int) -> dict[str, bytes]:
    """Path → the author's bytes, by path. For compiling and export; served is what `medium` gives. Raises NotFound."""
    manifest = slug_and_manifest(db, edition_id)[1]
    query = select(Blob.sha256, Blob.data).where(Blob.sha256.in_(set(manifest.values())))
    data: dict[str, bytes] = {row.sha256: row.data for row in db.execute(query)}
    return {path: data[sha256] for path, sha256 in sorted(manifest.items())}


def blob(db: Session, sha256: str) -> bytes:
    """The author's bytes with this hash. Raises NotFound."""
    data = db.scalar(select(Blob.data).where(Blob.sha256 == sha256))
    if data is None:
        raise NotFound
    return data


def medium(db: Session, source_sha256: str) -> Medium:
    """The re-encoded copy of the picture whose author's bytes have this hash. Raises NotFound."""
    row = db.execute(
        select(
            Picture.data,
            Picture.mime,
            Picture.sha256,
            Picture.width,
            Picture.height,
            Picture.small,
            Picture.small_width,
        ).where(Picture.source_sha256 == source_sha256)
    ).first()
    if row is None:
        raise NotFound
    return Medium(*row)
