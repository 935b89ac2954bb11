"""Modules as they are being worked on: the draft if there is one, else the newest edition; compiled and checked.

What was compiled is kept under the digest of the folder, so that the list of modules, the preview, the translation
workbench and the publishing page read and check the same folder once.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from trainer.content.compiler import Check, check_module, compile_module
from trainer.content.coverage import Coverage, coverage_of
from trainer.content.inline import words
from trainer.content.lint import Finding, Measured, lint, of_warnings
from trainer.content.model import Module
from trainer.services import editions, weighing
from trainer.services.editions import Manifest
from trainer.services.problems import SENTENCES, NotFound
from trainer.services.shelf import Cache
from trainer.store.models import Blob, Draft, DraftFile
from trainer.vocabulary import N_

SENTENCES["module-unreadable"] = N_("This module cannot be shown before its errors are put right.")

MOST_CHECKS = 40
"""Each holds the module in all its languages."""
MOST_MODULES = 200
MOST_PICTURES = 5_000
"""Three numbers each."""
MOST_SUMMARIES = 2000


class Folder(NamedTuple):
    """A module's files as they stand now."""

    module: str
    """Slug."""
    manifest: Manifest
    digest: str
    draft_id: str | None
    """None: nobody is working on it; these are the files of the newest edition."""
    edition_id: int | None
    """The edition the draft began from, or the newest one. None: never published."""


def folder(db: Session, slug: str) -> Folder:
    """The draft of `slug`, or its newest edition. Two statements at most. Raises NotFound where there is neither."""
    draft = db.execute(select(Draft.id, Draft.based_on).where(Draft.module == slug)).first()
    if draft is not None:
        rows = db.execute(
            select(DraftFile.path, DraftFile.sha256).where(DraftFile.draft_id == draft.id).order_by(DraftFile.path)
        )
        manifest = {row.path: row.sha256 for row in rows}
        return Folder(slug, manifest, editions.digest_of(manifest), draft.id, draft.based_on)
    newest = editions.edition(db, slug)
    return Folder(slug, editions.slug_and_manifest(db, newest.id)[1], newest.digest, None, newest.id)


def files(db: Session, found: Folder) -> dict[str, bytes]:
    """Path → bytes, by path. One statement."""
    query = select(Blob.sha256, Blob.data).where(Blob.sha256.in_(set(found.manifest.values())))
    data: dict[str, bytes] = {row.sha256: row.data for row in db.execute(query)}
    return {path: data[sha256] for path, sha256 in sorted(found.manifest.items())}


class Summary(NamedTuple):
    """What a list says of a module as it is being worked on."""

    title: str
    """Empty where module.md cannot be read."""
    source: str
    errors: int
    warnings: int
    coverage: Mapping[str, Coverage]
    """Locale → how far it is translated."""


class Desk:
    """Compiled folders at hand, for all threads of the process. Keys say what is in the folder; nothing goes stale."""

    def __init__(self) -> None:
        self._checks: Cache[tuple[str, str], Check] = Cache(MOST_CHECKS)
        self._summaries: Cache[tuple[str, str], Summary] = Cache(MOST_SUMMARIES)
        self._modules: Cache[tuple[str, str, str | None, bool], Module | None] = Cache(MOST_MODULES)
        self._lint: Cache[tuple[str, str], tuple[Finding, ...]] = Cache(MOST_CHECKS)
        self._measures: Cache[str, Measured | None] = Cache(MOST_PICTURES)

    def check(self, db: Session, found: Folder) -> Check:
        """Everything wrong with the folder, and the module in all its languages."""
        return self._checks.get((found.module, found.digest), lambda: check_module(files(db, found), slug=found.module))

    def lint(self, db: Session, found: Folder) -> tuple[Finding, ...]:
        """What the linter says of the folder; and the warnings of `check`, as findings with a subject."""

        def make() -> tuple[Finding, ...]:
            held = files(db, found)
            checked = self.check(db, found)
            warnings = of_warnings(checked.diagnostics, held)
            if checked.module is None:
                return warnings
            measures = self.measures(held)
            return (*warnings, *lint(checked.module, held, pictures=measures, languages=checked.languages))

        return self._lint.get((found.module, found.digest), make)

    def measures(self, held: Mapping[str, bytes]) -> dict[str, Measured]:
        """What the pictures of a folder weigh (path → measures), for the linter; each is measured once."""

        def measure(data: bytes) -> Measured | None:
            return self._measures.get(hashlib.sha256(data).hexdigest(), lambda: weighing.measure(data))

        return weighing.pictures(held, measure)

    def check_files(self, slug: str, digest: str, held: Mapping[str, bytes]) -> Check:
        """As `check`, of files that are at hand. `digest`: of `held`, as `editions.digest_of` makes it."""
        return self._checks.get((slug, digest), lambda: check_module(held, slug=slug))

    def summaries(self, db: Session, found: Iterable[Folder]) -> dict[str, Summary]:
        """Of many modules, by slug. One statement at most, however many there are."""
        wanted = list(found)
        contents: dict[str, bytes] = {}

        def make(folder: Folder) -> Summary:
            if not contents:
                hashes = {sha256 for one in wanted for sha256 in one.manifest.values()}
                query = select(Blob.sha256, Blob.data).where(Blob.sha256.in_(hashes))
                contents.update({row.sha256: row.data for row in db.execute(query)})
            inside = {path: contents[sha256] for path, sha256 in sorted(folder.manifest.items())}
            check = self._checks.get((folder.module, folder.digest), lambda: check_module(inside, slug=folder.module))
            return _summary(check)

        return {
            one.module: self._summaries.get((one.module, one.digest), lambda one=one: make(one))  # type: ignore[misc]
            for one in wanted
        }

    def module(self, db: Session, found: Folder, *, country: str | None = None, facilitator: bool = True) -> Module:
        """The module in its own language. Raises NotFound when it cannot be read at all (see `check`)."""
        made = self._modules.get(
            (found.module, found.digest, country, facilitator),
            lambda: (
                compile_module(files(db, found), slug=found.module, country=country, facilitator=facilitator).module
            ),
        )
        if made is None:
            raise NotFound("module-unreadable", module=found.module)
        return made


def _summary(check: Check) -> Summary:
    errors = sum(one.severity == "error" for one in check.diagnostics)
    return Summary(
        title=words(check.module.title.content) if check.module else "",
        source=check.module.source if check.module else "en",
        errors=errors,
        warnings=len(check.diagnostics) - errors,
        coverage={locale: coverage_of(module) for locale, module in check.languages.items()},
    )
