"""Publishing: a folder becomes the module's next edition, for good, or nothing happens and it is said why.

This is the services' one door to modules: reading (`editions`), the shelf and drafts are named here too.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping, Set
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from trainer.content.compiler import Check, check_module, compile_module
from trainer.content.coverage import coverage_of
from trainer.content.diagnostics import Diagnostic, Findings
from trainer.content.inline import words
from trainer.content.model import Module
from trainer.content.revisions import changed_without_rev
from trainer.services import editions as reading
from trainer.services.editions import EditionRow as EditionRow
from trainer.services.editions import Manifest
from trainer.services.editions import Medium as Medium
from trainer.services.editions import current_edition as current_edition
from trainer.services.editions import current_editions as current_editions
from trainer.services.editions import edition_files as edition_files
from trainer.services.editions import editions as editions
from trainer.services.pictures import PictureError, Reencoded, reencode
from trainer.services.problems import SENTENCES, Invalid, Problem, Refused
from trainer.services.shelf import Shelf as Shelf
from trainer.store.models import Blob, Edition, Picture
from trainer.store.statements import insert_all_new, lock
from trainer.vocabulary import N_

SENTENCES.update(
    {
        "not-publishable": N_("This module has errors and was not published."),
        "module-slug": N_("The folder's name becomes the module's address: small letters, digits and single hyphens."),
        "file-path": N_("A file of a module cannot be called %(path)s."),
        "folder-not-empty": N_("The folder %(folder)s is not empty; nothing was written."),
    }
)

SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
LONGEST_SLUG = 100
_MEDIA = "media/"


class NotPublishable(Problem):
    """The folder has errors. `diagnostics`: everything that was found, warnings too, by file and line."""

    def __init__(self, diagnostics: Iterable[Diagnostic]) -> None:
        super().__init__("not-publishable")
        self.diagnostics = tuple(diagnostics)


class Ready(NamedTuple):
    """A folder that can be published: compiled without an error, its pictures written anew."""

    manifest: Manifest
    digest: str
    module: Module
    pictures: dict[str, Reencoded]
    """SHA-256 of the author's bytes → what is served."""
    translations: dict[str, Any]
    """Locale → its coverage, as an edition keeps it."""


def is_current(db: Session, slug: str, files: Mapping[str, bytes]) -> bool:
    """Is the folder, byte for byte, the module's newest edition already? Costs hashing, no compiling."""
    newest = reading.current_edition(db, slug)
    return newest is not None and newest.digest == reading.digest_of(reading.manifest_of(files))


def prepare(
    slug: str, files: Mapping[str, bytes], *, previous: Module | None = None, known_pictures: Set[str] = frozenset(),
    checked: Check | None = None,
) -> Ready:  # fmt: skip
    """Do all of publishing that needs no database, so that it can be done before the writer's turn.

    `previous`: the newest edition, compiled; answers to its questions must stay understandable.
    `known_pictures`: hashes that are re-encoded already. `checked`: the same files, looked at before.
    Raises NotPublishable, Invalid.
    """
    if len(slug) > LONGEST_SLUG or not SLUG.fullmatch(slug):
        raise Invalid("module-slug", field="module")
    findings = Findings()
    checked = checked or check_module(files, slug=slug)
    findings.found += checked.diagnostics
    if checked.module is not None and previous is not None:
        findings.found += changed_without_rev(previous, checked.module)
    for path in files:
        if not reading.is_path(path):
            findings.error("folder-file-name", path)
    manifest = reading.manifest_of(files)
    pictures = _pictures(files, manifest, known_pictures, findings)
    found = findings.listed()
    if checked.module is None or any(one.severity == "error" for one in found):
        raise NotPublishable(found)
    translations = {locale: coverage_of(module).stored() for locale, module in checked.languages.items()}
    return Ready(manifest, reading.digest_of(manifest), checked.module, pictures, translations)


def publish(
    db: Session,
    slug: str,
    files: Mapping[str, bytes],
    *,
    by: str,
    now: datetime,
    note: str = "",
    prepared: Ready | None = None,
) -> EditionRow:
    """Make `files` the next edition of `slug`; if they are its newest edition already, return that one.

    `by`: a name for people to read. `prepared`: of the same files. Raises NotPublishable, Invalid.
    """
    lock(db, f"edition of {slug}")
    newest = reading.current_edition(db, slug)
    manifest = reading.manifest_of(files)
    digest = reading.digest_of(manifest)
    if newest is not None and newest.digest == digest:
        return newest
    if prepared is None or prepared.digest != digest:
        previous = None if newest is None else compiled_edition(db, newest)
        prepared = prepare(slug, files, previous=previous, known_pictures=known_pictures(db, manifest))
    _store_files(db, files, prepared)
    edition = Edition(
        module=slug,
        number=1 if newest is None else newest.number + 1,
        digest=digest,
        manifest=manifest,
        title=words(prepared.module.title.content),
        published_at=now,
        published_by=by,
        note=note,
        translations=prepared.translations,
    )
    db.add(edition)
    db.flush()  # the edition's id is wanted
    return EditionRow(edition.id, slug, edition.number, edition.title, digest, now, by, note)


def compiled_edition(db: Session, row: EditionRow) -> Module | None:
    """An edition in its own language, to compare a new one with. None: this version cannot read it any more."""
    return compile_module(reading.edition_files(db, row.id), slug=row.module).module


def known_pictures(db: Session, manifest: Manifest) -> frozenset[str]:
    """Which of a folder's pictures (SHA-256 of the author's bytes) have been re-encoded already."""
    hashes = {sha256 for path, sha256 in manifest.items() if path.startswith(_MEDIA)}
    if not hashes:
        return frozenset()
    return frozenset(db.scalars(select(Picture.source_sha256).where(Picture.source_sha256.in_(hashes))))


def _pictures(
    files: Mapping[str, bytes], manifest: Manifest, known: Set[str], findings: Findings
) -> dict[str, Reencoded]:
    made: dict[str, Reencoded] = {}
    for path, sha256 in manifest.items():
        if not path.startswith(_MEDIA) or sha256 in known or sha256 in made:
            continue
        try:
            made[sha256] = reencode(files[path])
        except PictureError as error:
            findings.error(error.code, path, **error.params)
    return made


def _store_files(db: Session, files: Mapping[str, bytes], prepared: Ready) -> None:
    """Contents that are not there yet. In the order of their hashes, so that two publishers cannot deadlock."""
    by_hash = {sha256: files[path] for path, sha256 in prepared.manifest.items()}
    there = set(db.scalars(select(Blob.sha256).where(Blob.sha256.in_(by_hash))))
    missing = sorted(by_hash.keys() - there)
    blobs = [{"sha256": sha256, "data": by_hash[sha256], "size": len(by_hash[sha256])} for sha256 in missing]
    insert_all_new(db, Blob, blobs)
    pictures = [
        {"source_sha256": sha256, "sha256": hashlib.sha256(picture.data).hexdigest(), **picture._asdict()}
        for sha256, picture in sorted(prepared.pictures.items())
    ]
    insert_all_new(db, Picture, pictures)


def export(db: Session, edition_id: int, to: Path) -> list[Path]:
    """Write the edition's folder into `to` (missing or empty), byte for byte. Returns the files, by path.

    Raises NotFound, Refused for a folder that holds something, OSError.
    """
    files = reading.edition_files(db, edition_id)
    if to.exists() and any(to.iterdir()):
        raise Refused("folder-not-empty", folder=str(to))
    written = []
    for path, data in files.items():
        target = to / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(data)
        written.append(target)
    return written
