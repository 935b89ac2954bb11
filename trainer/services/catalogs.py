"""Catalogs as translators see them: the module's own file brought up to date, and over it the passages that were saved
since and wait to be published. Reading only; `services.translations` writes.

Everything that follows from content alone is kept under the hashes of that content, whoever asks, so that opening a
page of passages costs the same few statements however large the catalog is.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Mapping
from contextlib import suppress
from datetime import datetime
from functools import partial
from typing import NamedTuple

from sqlalchemy import Subquery, func, select
from sqlalchemy.orm import Session

from trainer.content import memory, po
from trainer.content.extraction import BrokenCatalog
from trainer.content.localising import localize
from trainer.content.model import Module
from trainer.content.places import Places
from trainer.content.translation import catalog_of
from trainer.content.workbench import Edit, Sheet, State, overlaid, sheet
from trainer.languages.registry import LANGUAGES
from trainer.services import editions
from trainer.services.desk import Desk, Folder
from trainer.services.problems import SENTENCES, Invalid, NotFound
from trainer.services.shelf import Cache
from trainer.store.authoring import ArchivedModule, PassageEdit
from trainer.store.models import Blob, Draft, DraftFile, Edition
from trainer.vocabulary import N_

SENTENCES["catalog-broken"] = N_(
    "The file %(file)s of this module cannot be read at line %(line)s. Nothing was changed; an author has to put the "
    "file right first."
)

MOST_ENTRIES = 80_000
"""Of all catalogs kept in memory together, at about a kilobyte each; as many again in the translation memory."""
MOST_MODULES = 200
AT_ONCE = 50
"""Catalogs read with one statement: some megabytes."""

Edits = Mapping[tuple[str, str], tuple[Edit, ...]]
"""(module, locale) → what waits there, by id."""


def _weight(kept: Sheet | memory.Pages) -> int:
    return 50 + len(kept.catalog.entries if isinstance(kept, Sheet) else kept.kept)


_SHEETS: Cache[tuple[str, ...], Sheet] = Cache(MOST_ENTRIES, _weight)
_MEMORY: Cache[tuple[str, ...], memory.Pages] = Cache(MOST_ENTRIES, _weight)
_PLACES: Cache[tuple[str, str], Places] = Cache(MOST_MODULES)
_SHOWN: Cache[tuple[str, ...], Module] = Cache(MOST_MODULES)


class Seen(NamedTuple):
    """A module's catalog of one language as it stands now."""

    folder: Folder
    module: Module
    """In its own language."""
    sheet: Sheet
    key: tuple[str, ...]
    """Names the content; equal keys have equal sheets."""

    @property
    def places(self) -> Places:
        key = (self.folder.module, self.key[1])
        return _PLACES.get(key, lambda: Places(self.module))


def seen(db: Session, desk: Desk, folder: Folder, tag: str) -> Seen:
    """One statement when all is at hand: what waits.

    Raises NotFound for a language that the module cannot be translated into, Invalid when its catalog is broken.
    """
    edits = pending(db, folder.module, [tag])
    shown = sheet_of(db, desk, folder, tag, edits)
    return Seen(folder, desk.module(db, folder), shown, _key_of(folder, tag, edits))


def sheet_of(db: Session, desk: Desk, folder: Folder, tag: str, edits: Edits) -> Sheet:
    """The sheet alone, with pending edits of this and other modules at hand. Raises as `seen` does."""
    below = _SHEETS.get(_key(folder, tag), lambda: _below(db, desk, folder, tag))
    waiting = edits.get((folder.module, tag), ())
    if not waiting:
        return below
    return _SHEETS.get(_key_of(folder, tag, edits), lambda: overlaid(below, waiting))


def _below(db: Session, desk: Desk, folder: Folder, tag: str, data: bytes | None = None) -> Sheet:
    """Without edits. `data`: the file, where it was read already."""
    module = desk.module(db, folder)
    if tag not in LANGUAGES or tag == module.source:
        raise NotFound
    sha256 = folder.manifest.get(catalog_of(tag))
    if data is None and sha256 is not None:
        data = editions.blob(db, sha256)
    return made(data, module, tag)


def made(data: bytes | None, module: Module, tag: str) -> Sheet:
    """`workbench.sheet`, with what is wrong with the file as a problem to tell. Raises Invalid."""
    try:
        return sheet(data, module, tag)
    except BrokenCatalog as error:
        raise Invalid("catalog-broken", file=catalog_of(tag), line=error.line) from error


def _key(folder: Folder, tag: str) -> tuple[str, ...]:
    """Of a catalog without edits: the module, what its passages come from, the language, the file."""
    return folder.module, source_digest(folder), tag, folder.manifest.get(catalog_of(tag), "")


def source_digest(folder: Folder) -> str:
    """Of what the passages come from: neither translations nor countries' words nor pictures change them."""
    return editions.digest_of({path: sha256 for path, sha256 in folder.manifest.items() if "/" not in path})


def _key_of(folder: Folder, tag: str, edits: Edits) -> tuple[str, ...]:
    """Of a catalog with what waits there."""
    return (*_key(folder, tag), _digest(edits.get((folder.module, tag), ())))


def _digest(edits: Iterable[Edit]) -> str:
    found = hashlib.sha256()
    for edit in edits:
        found.update(repr(edit).encode())
    return found.hexdigest()


# --------------------------------------------------------------- what waits in the store


def pending(db: Session, module: str | None, tags: Collection[str]) -> Edits:
    """The newest edit of each passage that no edition has yet; of one module, or of all. One statement."""
    newest = select(func.max(PassageEdit.id)).where(
        PassageEdit.locale.in_(tags), PassageEdit.folded_into.is_(None)
    ).group_by(PassageEdit.module, PassageEdit.locale, PassageEdit.context, PassageEdit.source)  # fmt: skip
    if module is not None:
        newest = newest.where(PassageEdit.module == module)
    columns = (
        PassageEdit.module, PassageEdit.locale, PassageEdit.id, PassageEdit.context, PassageEdit.source,
        PassageEdit.text, PassageEdit.state, PassageEdit.reviewed_by, PassageEdit.reviewed_at,
    )  # fmt: skip
    query = select(*columns).where(PassageEdit.id.in_(newest)).order_by(PassageEdit.id)
    found: dict[tuple[str, str], list[Edit]] = {}
    for row in db.execute(query):
        day = row.reviewed_at.date() if row.reviewed_at is not None else None
        edit = Edit(row.id, row.context, row.source, row.text, row.state, row.reviewed_by, day)
        found.setdefault((row.module, row.locale), []).append(edit)
    return {key: tuple(several) for key, several in found.items()}


def _newest_editions() -> Subquery:
    return select(Edition.module, func.max(Edition.number).label("number")).group_by(Edition.module).subquery()


def folders(db: Session) -> dict[str, Folder]:
    """Every module that is not archived, as it stands: its draft, or its newest edition; by slug. Three statements."""
    newest = _newest_editions()
    query = select(Edition.module, Edition.id, Edition.manifest, Edition.digest).join(
        newest, (Edition.module == newest.c.module) & (Edition.number == newest.c.number)
    )
    found = {row.module: Folder(row.module, row.manifest, row.digest, None, row.id) for row in db.execute(query)}
    manifests: dict[tuple[str, str, int | None], dict[str, str]] = {}
    drafted = (
        select(Draft.module, Draft.id, Draft.based_on, DraftFile.path, DraftFile.sha256)
        .join(DraftFile, DraftFile.draft_id == Draft.id)
        .order_by(DraftFile.path)
    )
    for row in db.execute(drafted):
        manifests.setdefault((row.module, row.id, row.based_on), {})[row.path] = row.sha256
    for (slug, draft_id, based_on), manifest in manifests.items():
        found[slug] = Folder(slug, manifest, editions.digest_of(manifest), draft_id, based_on)
    for slug in db.scalars(select(ArchivedModule.module)):
        found.pop(slug, None)
    return dict(sorted(found.items()))


class Line(NamedTuple):
    """One module in one language, for lists."""

    slug: str
    title: str
    """In the module's own language."""
    source: str
    """That language."""
    tag: str
    counts: Mapping[State, int]
    """Passages in each state."""
    changed_at: datetime | None
    changed_by: str
    """Who saved last; None and empty: nobody since the last edition."""


class Broken(NamedTuple):
    """One that cannot be shown, and why."""

    slug: str
    tag: str
    problem: NotFound | Invalid


def lines(db: Session, desk: Desk, tags: Collection[str]) -> list[Line | Broken]:
    """All modules in these languages, by slug. Statements do not grow with passages, nor with what is at hand."""
    edits = pending(db, None, tags)
    last = _last_changes(db, tags)
    found: list[Line | Broken] = []
    everything = folders(db)
    _at_hand(db, desk, everything.values(), tags)
    for slug, folder in everything.items():
        for tag in tags:
            try:
                sheet = sheet_of(db, desk, folder, tag, edits)
            except Invalid as problem:
                found.append(Broken(slug, tag, problem))
            except NotFound as problem:
                if problem.code == "module-unreadable":
                    found.append(Broken(slug, tag, problem))
            else:
                when, who = last.get((slug, tag), (None, ""))
                found.append(Line(slug, sheet.module.title, sheet.module.source, tag, sheet.counts, when, who))
    return found


def _last_changes(db: Session, tags: Collection[str]) -> dict[tuple[str, str], tuple[datetime, str]]:
    """(module, locale) → when a passage was saved last, and by whom."""
    newest = (
        select(func.max(PassageEdit.id))
        .where(PassageEdit.locale.in_(tags))
        .group_by(PassageEdit.module, PassageEdit.locale)
    )
    query = select(PassageEdit).where(PassageEdit.id.in_(newest))
    return {
        (row.module, row.locale): (row.reviewed_at or row.written_at, row.reviewed_by or row.written_by)
        for row in db.scalars(query)
    }


def _at_hand(db: Session, desk: Desk, several: Iterable[Folder], tags: Collection[str]) -> None:
    """Read the catalogs of all these folders that are not in memory, with one statement for many of them."""
    missing = [
        (folder, tag)
        for folder in several
        for tag in tags
        if catalog_of(tag) in folder.manifest and _key(folder, tag) not in _SHEETS
    ]
    for first in range(0, len(missing), AT_ONCE):
        some = missing[first : first + AT_ONCE]
        data = _blobs(db, {folder.manifest[catalog_of(tag)] for folder, tag in some})
        for folder, tag in some:
            # What is wrong with one is said where it is shown.
            with suppress(Invalid, NotFound):
                make = partial(_below, db, desk, folder, tag, data[folder.manifest[catalog_of(tag)]])
                _SHEETS.get(_key(folder, tag), make)


def _blobs(db: Session, hashes: Collection[str]) -> dict[str, bytes]:
    if not hashes:
        return {}
    query = select(Blob.sha256, Blob.data).where(Blob.sha256.in_(hashes))
    return {row.sha256: row.data for row in db.execute(query)}


# ----------------------------------------------------------------------- what others make of it


def remembered(db: Session, tag: str) -> list[memory.Pages]:
    """What every module's catalog of a language knows, archived ones too, with what waits to be published.

    Four statements at most when all is at hand.
    """
    edits = pending(db, None, [tag])
    newest = _newest_editions()
    query = select(Edition.module, Edition.title, Edition.manifest).join(
        newest, (Edition.module == newest.c.module) & (Edition.number == newest.c.number)
    )
    files: dict[str, str] = {}
    titles: dict[str, str] = {}
    for row in db.execute(query):
        titles[row.module], files[row.module] = row.title, row.manifest.get(catalog_of(tag), "")
    drafted = select(Draft.module, DraftFile.sha256).join(DraftFile, DraftFile.draft_id == Draft.id)
    for row in db.execute(drafted.where(DraftFile.path == catalog_of(tag))):
        files[row.module] = row.sha256
    keys = {slug: (slug, titles.get(slug, slug), sha256) for slug, sha256 in sorted(files.items()) if sha256}
    data = _blobs(db, {key[2] for key in keys.values() if key not in _MEMORY})
    known = [_MEMORY.get(key, partial(_pages, db, *key, data)) for key in keys.values()]
    for (slug, _), waiting in edits.items():
        title = titles.get(slug, slug)
        make = partial(memory.pages_of_edits, slug, title, waiting)
        known.append(_MEMORY.get((slug, title, tag, _digest(waiting)), make))
    return known


def _pages(db: Session, slug: str, title: str, sha256: str, data: Mapping[str, bytes]) -> memory.Pages:
    """A file that cannot be read whole is remembered as far as it can be."""
    # What was at hand a moment ago may have been dropped since.
    found = data[sha256] if sha256 in data else editions.blob(db, sha256)
    catalog, _ = po.read(found.decode("utf-8-sig", "replace"))
    return memory.pages(slug, title, catalog)


def localized_with_pending(db: Session, desk: Desk, folder: Folder, tag: str) -> Module:
    """The module in a language with every passage as it was saved last, published or not.

    Raises NotFound for a language that the module cannot be translated into, Invalid when its catalog is broken.
    """
    shown = seen(db, desk, folder, tag)
    return _SHOWN.get((folder.digest, *shown.key), lambda: localize(shown.module, shown.sheet.shown, tag)[0])
