"""Modules as they are being worked on: the draft if there is one, else the newest edition; compiled and checked.

What was compiled is kept under the digest of the folder, so that the list of modules, the preview, the translation
workbench and the publishing page read and check the same folder once.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import NamedTuple

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from trainer.content.compiler import (
    MODULE,
    Check,
    Compilation,
    Rest,
    check_module,
    compile_file,
    compile_module,
    rest_of,
)
from trainer.content.coverage import Coverage, coverage_of
from trainer.content.inline import words
from trainer.content.lint import Finding, Measured, lint, lint_unit, of_warnings
from trainer.content.localising import localize
from trainer.content.model import Module
from trainer.content.translation import Catalog, catalog_of
from trainer.services import editions, weighing
from trainer.services.editions import Manifest, Medium
from trainer.services.pictures import PictureError, reencode
from trainer.services.problems import SENTENCES, NotFound
from trainer.services.shelf import Cache
from trainer.store.models import Blob, Draft, DraftFile, Picture
from trainer.store.prepared import Prepared
from trainer.vocabulary import N_

SENTENCES["module-unreadable"] = N_("This module cannot be shown before its errors are put right.")

MOST_CHECKS = 40
"""Each holds the module in all its languages."""
MOST_MODULES = 200
MOST_PICTURES = 5_000
"""Three numbers each."""
MOST_SUMMARIES = 2000
MOST_CATALOGS = 100
MOST_PICTURE_BYTES = 32_000_000
MOST_TEXT_BYTES = 8_000_000


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


_DRAFT = Prepared(
    select(Draft.id, Draft.based_on, DraftFile.path, DraftFile.sha256)
    .join(DraftFile, DraftFile.draft_id == Draft.id, isouter=True)
    .where(Draft.module == bindparam("slug"))
    .order_by(DraftFile.path)
)


def folder(db: Session, slug: str) -> Folder:
    """The draft of `slug`, or its newest edition. Three statements at most; one for a draft. Raises NotFound."""
    rows = _DRAFT.rows(db, slug=slug)
    if rows:
        manifest = {row.path: row.sha256 for row in rows if row.path is not None}
        return Folder(slug, manifest, editions.digest_of(manifest), rows[0].id, rows[0].based_on)
    newest = editions.edition(db, slug)
    return Folder(slug, editions.slug_and_manifest(db, newest.id)[1], newest.digest, None, newest.id)


def files(db: Session, found: Folder) -> dict[str, bytes]:
    """Path → bytes, by path. One statement."""
    return dict(sorted(_read(db, found.manifest).items()))


class Summary(NamedTuple):
    """What a list says of a module as it is being worked on."""

    title: str
    """Empty where module.md cannot be read."""
    source: str
    errors: int
    warnings: tuple[tuple[str, str], ...]
    """Code and subject of each, as an acknowledgement names it."""
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
        self._shown: Cache[tuple[str, str, str | None, bool, str], Module] = Cache(MOST_MODULES)
        self._rests: Cache[tuple[str, str, str], Rest] = Cache(MOST_MODULES)
        self._catalogs: Cache[tuple[str, str], Catalog | None] = Cache(MOST_CATALOGS)
        self._texts: Cache[str, bytes] = Cache(MOST_TEXT_BYTES, len)
        self._sizes: Cache[str, tuple[int, int]] = Cache(10 * MOST_MODULES)
        self._pictures: Cache[str, Medium] = Cache(
            MOST_PICTURE_BYTES, lambda medium: len(medium.data) + len(medium.small or b"")
        )

    def check(self, db: Session, found: Folder) -> Check:
        """Everything wrong with the folder, and the module in all its languages."""
        return self._checks.get((found.module, found.digest), lambda: check_module(files(db, found), slug=found.module))

    def lint(self, db: Session, found: Folder) -> tuple[Finding, ...]:
        """What the linter says of the folder; and the warnings of `check`, as findings with a subject."""

        def make() -> tuple[Finding, ...]:
            return self._found(files(db, found), self.check(db, found))

        return self._lint.get((found.module, found.digest), make)

    def lint_file(self, db: Session, found: Folder, path: str, data: bytes, made: Module | None) -> tuple[Finding, ...]:
        """What the linter says of one file, had it these bytes. `made`: by `file`, for facilitators, for no country."""
        if made is None:
            return ()
        if path == MODULE:
            # Whether anything asks about an objective, the other files say.
            try:
                made = replace(made, units=self.module(db, found).units)
            except NotFound:
                return ()
        named = {name: sha256 for name, sha256 in found.manifest.items() if name.encode() in data}
        unknown = {name: sha256 for name, sha256 in named.items() if self._measures.peek(sha256) is None}
        measures = self.measures(_read(db, unknown))
        measures |= {name: known for name, sha256 in named.items() if (known := self._measures.peek(sha256))}
        return lint_unit(made, {path: data}, path, pictures=measures)

    def _found(self, held: Mapping[str, bytes], checked: Check) -> tuple[Finding, ...]:
        warnings = of_warnings(checked.diagnostics, held)
        if checked.module is None:
            return warnings
        measures = self.measures(held)
        return (*warnings, *lint(checked.module, held, pictures=measures, languages=checked.languages))

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
            key = folder.module, folder.digest
            check = self._checks.get(key, lambda: check_module(inside, slug=folder.module))
            return _summary(check, self._lint.get(key, lambda: self._found(inside, check)))

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

    def shown(
        self, db: Session, found: Folder, *, locale: str, country: str | None = None, facilitator: bool = False
    ) -> Module:
        """The module in `locale`, as learners would see it. Raises NotFound when it cannot be read at all."""
        module = self.module(db, found, country=country, facilitator=facilitator)
        if locale == module.source:
            return module
        key = (found.module, found.digest, country, facilitator, locale)
        return self._shown.get(key, lambda: localize(module, self._catalog(db, found, locale), locale)[0])

    def file(
        self, db: Session, found: Folder, path: str, data: bytes, *, locale: str = "", country: str | None = None,
        facilitator: bool = False,
    ) -> Compilation:  # fmt: skip
        """The unit in `path`, or module.md, as `data` would make it, in `locale` ("": its own); what is wrong there.

        Costs compiling that file: what the others declare is kept for as long as they stay what they are.
        """
        others = {name: sha256 for name, sha256 in found.manifest.items() if name != path}
        units = {name: sha256 for name, sha256 in others.items() if name.endswith(".md") and "/" not in name}
        key = (found.module, path, editions.digest_of(units))
        rest = self._rests.get(key, lambda: rest_of(_read(db, units), path, slug=found.module))
        wanted = {MODULE, f"national/{country}.md"} & others.keys()
        # Of pictures and catalogs only the names count.
        taken = {name: b"" for name in others if "/" in name}
        taken |= {name: self._text(db, others[name]) for name in wanted}
        taken[path] = data
        made = compile_file(taken, path, rest, slug=found.module, country=country, facilitator=facilitator)
        if made.module is None or locale in ("", made.module.source):
            return made
        return Compilation(localize(made.module, self._catalog(db, found, locale), locale)[0], made.diagnostics)

    def picture(self, db: Session, found: Folder, path: str) -> Medium:
        """A picture of the folder, as `medium`. Raises NotFound."""
        sha256 = found.manifest.get(path)
        if sha256 is None or not path.startswith("media/"):
            raise NotFound
        return self.medium(db, sha256)

    def medium(self, db: Session, sha256: str) -> Medium:
        """The picture whose file has this hash, written anew: nobody is served what somebody sent. Raises NotFound."""
        return self._pictures.get(sha256, lambda: _picture(db, sha256))

    def sizes(self, db: Session, found: Folder) -> dict[str, tuple[int, int]]:
        """Path → width and height in pixels, of the pictures that were written anew already."""
        pictures = {path: sha256 for path, sha256 in found.manifest.items() if path.startswith("media/")}
        known = {sha256: size for sha256 in set(pictures.values()) if (size := self._sizes.peek(sha256))}
        if unknown := set(pictures.values()) - known.keys():
            query = select(Picture.source_sha256, Picture.width, Picture.height)
            for sha256, width, height in db.execute(query.where(Picture.source_sha256.in_(unknown))):
                known[sha256] = self._sizes.keep(sha256, (width, height))
        return {path: known[sha256] for path, sha256 in pictures.items() if sha256 in known}

    def _text(self, db: Session, sha256: str) -> bytes:
        return self._texts.get(sha256, lambda: editions.blob(db, sha256))

    def _catalog(self, db: Session, found: Folder, locale: str) -> Catalog | None:
        path = catalog_of(locale)
        sha256 = found.manifest.get(path)
        if sha256 is None:
            return None
        return self._catalogs.get(
            (sha256, path), lambda: Catalog.parse(_read(db, {path: sha256})[path], path, trusted=True)[0]
        )


def _read(db: Session, manifest: Manifest) -> dict[str, bytes]:
    if not manifest:
        return {}
    rows = db.execute(select(Blob.sha256, Blob.data).where(Blob.sha256.in_(set(manifest.values()))))
    data: dict[str, bytes] = {row.sha256: row.data for row in rows}
    return {path: data[sha256] for path, sha256 in manifest.items()}


def _picture(db: Session, sha256: str) -> Medium:
    """What publishing made of it, or would make."""
    try:
        return editions.medium(db, sha256)
    except NotFound:
        data = editions.blob(db, sha256)
    try:
        made = reencode(data)
    except PictureError as error:
        raise NotFound from error
    of_data = hashlib.sha256(made.data).hexdigest()
    return Medium(made.data, made.mime, of_data, made.width, made.height, made.small, made.small_width)


def _summary(check: Check, findings: Iterable[Finding]) -> Summary:
    return Summary(
        title=words(check.module.title.content) if check.module else "",
        source=check.module.source if check.module else "en",
        errors=sum(one.severity == "error" for one in check.diagnostics),
        warnings=tuple((one.at.code, one.subject) for one in findings),
        coverage={locale: coverage_of(module) for locale, module in check.languages.items()},
    )
