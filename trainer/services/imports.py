"""Taking in a module that was sent: first what would happen, then all of it or nothing, into the draft."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple

from sqlalchemy.orm import Session

from trainer.content.compiler import check_module
from trainer.content.diagnostics import Diagnostic
from trainer.content.inline import words
from trainer.services import desk, folders, media
from trainer.services.editions import Manifest, digest_of, manifest_of
from trainer.services.packages import Package
from trainer.services.problems import SENTENCES, Conflict, NotFound
from trainer.vocabulary import N_

SENTENCES["import-changed"] = N_("Somebody changed this module meanwhile. Look once more at what would happen.")


class Taken(NamedTuple):
    """A package whose pictures are written anew; nothing of it is stored yet."""

    texts: Mapping[str, bytes]
    pictures: tuple[media.Upload, ...]
    as_they_are: Mapping[str, bytes]
    """Pictures that this site wrote itself: they came back from an export."""


class Row(NamedTuple):
    path: str
    state: str
    """`new`, `changed` or `same`."""
    size: int


class Plan(NamedTuple):
    """What taking it in would do."""

    module: str
    title: str
    """Empty where module.md cannot be read."""
    is_new: bool
    rows: tuple[Row, ...]
    kept: tuple[str, ...]
    """Files of the module that the package has not: they stay."""
    diagnostics: tuple[Diagnostic, ...]
    """Of the module as it would be."""
    manifest: Manifest
    """Of the package, as it is stored."""
    seen: str
    """Digest of the folder that this was compared with; empty: there was none."""

    def count(self, state: str) -> int:
        return sum(row.state == state for row in self.rows)


def known_pictures(db: Session, package: Package) -> frozenset[str]:
    """Hashes of the package's pictures that this site wrote itself."""
    return media.known(db, manifest_of(_pictures(package)).values())


def prepare(package: Package, known: frozenset[str]) -> Taken:
    """Write the pictures anew; takes long and needs no database. Raises Invalid for the first that cannot be used."""
    found = _pictures(package)
    hashes = manifest_of(found)
    ours = {path: data for path, data in found.items() if hashes[path] in known}
    made = tuple(media.Upload(path, media.read(path, data)) for path, data in found.items() if path not in ours)
    return Taken({path: data for path, data in package.files.items() if path not in found}, made, ours)


def _pictures(package: Package) -> dict[str, bytes]:
    return {path: data for path, data in package.files.items() if path.startswith(media.FOLDER)}


def stage(db: Session, taken: Taken) -> Manifest:
    """Keep the contents, so that they need not be sent twice. The module is not touched."""
    hashes = folders.store(db, {**taken.texts, **taken.as_they_are}) | media.keep(db, taken.pictures)
    return dict(sorted(hashes.items()))


def plan(db: Session, slug: str, manifest: Manifest) -> Plan:
    """What would happen to the module `slug`, which may be a new one."""
    present = _present(db, slug)
    before: Manifest = {} if present is None else present.manifest
    after = desk.Folder(slug, before | manifest, digest_of(before | manifest), None, None)
    files = desk.files(db, after)
    checked = check_module(files, slug=slug)
    rows = tuple(
        Row(path, "new" if path not in before else "same" if before[path] == sha256 else "changed", len(files[path]))
        for path, sha256 in manifest.items()
    )
    return Plan(
        module=slug,
        title=words(checked.module.title.content) if checked.module else "",
        is_new=present is None,
        rows=rows,
        kept=tuple(sorted(before.keys() - manifest.keys())),
        diagnostics=checked.diagnostics,
        manifest=manifest,
        seen="" if present is None else present.digest,
    )


def take_in(db: Session, slug: str, manifest: Manifest, *, seen: str, by: str, now: datetime) -> None:
    """Put the staged package into the draft. Raises Conflict when the module is not as it was `seen`."""
    present = _present(db, slug)
    if ("" if present is None else present.digest) != seen:
        raise Conflict("import-changed")
    before: Manifest = {} if present is None else present.manifest
    changes = {path: sha256 for path, sha256 in manifest.items() if before.get(path) != sha256}
    folders.change(db, slug, changes, seen=dict(before), by=by, now=now, how="imported")


def _present(db: Session, slug: str) -> desk.Folder | None:
    try:
        return desk.folder(db, slug)
    except NotFound:
        return None
