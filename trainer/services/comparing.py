"""Editions beside each other: which files changed, who signed what, and the folder of one as a ZIP file."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from typing import Literal, NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from trainer.content.nation import Overlay, parse
from trainer.services import editions
from trainer.services.editions import Manifest
from trainer.store.models import Blob, Edition

What = Literal["added", "changed", "removed", "same"]
_NATIONAL = "national/"
_NO_TIME = (1980, 1, 1, 0, 0, 0)
"""The first that a ZIP file can say."""


class FileRow(NamedTuple):
    path: str
    what: What
    old_size: int | None
    """Bytes; None where the edition has no such file."""
    size: int | None


def files(db: Session, edition_id: int, against: int | None) -> list[FileRow]:
    """Each file of an edition, or of the one it is compared with, by path. Raises NotFound."""
    new = editions.slug_and_manifest(db, edition_id)[1]
    old = {} if against is None else editions.slug_and_manifest(db, against)[1]
    query = select(Blob.sha256, Blob.size).where(Blob.sha256.in_({*new.values(), *old.values()}))
    sizes: dict[str, int] = {row.sha256: row.size for row in db.execute(query)}
    return [
        FileRow(path, _what(path, old, new, against), sizes.get(old.get(path, "")), sizes.get(new.get(path, "")))
        for path in sorted({*old, *new})
    ]


def _what(path: str, old: Manifest, new: Manifest, against: int | None) -> What:
    if against is None or old.get(path) == new.get(path):
        return "same"
    return "added" if path not in old else "removed" if path not in new else "changed"


def many(db: Session, manifests: Sequence[Manifest], paths: Iterable[str]) -> dict[str, list[bytes | None]]:
    """Path → the file of each folder, None where it has none. One statement."""
    hashes = {path: [manifest.get(path) for manifest in manifests] for path in paths}
    query = select(Blob.sha256, Blob.data).where(
        Blob.sha256.in_({one for row in hashes.values() for one in row if one})
    )
    data: dict[str, bytes] = {row.sha256: row.data for row in db.execute(query)}
    return {path: [data[one] if one else None for one in row] for path, row in hashes.items()}


def sign_offs(db: Session, slug: str) -> dict[int, tuple[Overlay, ...]]:
    """Edition id → the signed national words in it, for every edition of a module. Two statements."""
    rows = db.execute(select(Edition.id, Edition.manifest).where(Edition.module == slug)).all()
    national = {
        row.id: sorted((path, sha256) for path, sha256 in row.manifest.items() if path.startswith(_NATIONAL))
        for row in rows
    }
    wanted = {one for files in national.values() for one in files}
    query = select(Blob.sha256, Blob.data).where(Blob.sha256.in_({sha256 for _, sha256 in wanted}))
    data: dict[str, bytes] = {row.sha256: row.data for row in db.execute(query)}
    read = {(path, sha256): parse(data[sha256], path)[0] for path, sha256 in wanted}
    return {
        ident: tuple(overlay for one in files if (overlay := read[one]) is not None and overlay.issued)
        for ident, files in national.items()
    }


def archive(slug: str, held: Mapping[str, bytes]) -> bytes:
    """A ZIP file that opens as a folder called `slug`. The same files always give the same bytes."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as made:
        for path in sorted(held):
            entry = zipfile.ZipInfo(f"{slug}/{path}", _NO_TIME)
            entry.compress_type, entry.create_system, entry.external_attr = zipfile.ZIP_DEFLATED, 3, 0o644 << 16
            made.writestr(entry, held[path])
    return out.getvalue()
