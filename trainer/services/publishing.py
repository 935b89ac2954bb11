"""Before a draft becomes an edition: what that changes, for whom, what is in the way, and what helps.

Reading comes first (`gather`), then all the work that needs no database (`Proofs.of`), kept by digest; publishing
itself (`drafts.publish_draft`) only writes what was prepared, and only if everything still is as it was shown.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from trainer.content.changes import ForLanguage, Reopened, for_languages, reopened
from trainer.content.diagnostics import Diagnostic
from trainer.content.learner_changes import ForLearners, for_learners
from trainer.content.model import Module
from trainer.content.revisions import Raise, raises, with_rev
from trainer.services import drafts, editions, library
from trainer.services.desk import Desk
from trainer.services.drafts import DraftRow, Seen
from trainer.services.editions import EditionRow, Manifest
from trainer.services.problems import SENTENCES, Conflict, Invalid, NotFound
from trainer.services.shelf import Cache
from trainer.store.models import Draft, DraftFile
from trainer.vocabulary import N_

SENTENCES["rev-place"] = N_("The revision of %(question)s could not be raised here. Raise it in the file itself.")

MOST_PROOFS = 12
"""Each holds the pictures that are new with it."""


class Material(NamedTuple):
    """Everything that a decision about publishing rests on, read in one transaction."""

    slug: str
    draft: DraftRow
    versions: Mapping[str, int]
    """Path → version of each file of the draft."""
    newest: EditionRow | None
    old: Mapping[str, bytes]
    """The newest edition's files; empty before the first publication."""
    new: Mapping[str, bytes]
    """What publishing would make the next edition."""
    manifest: Manifest
    """Of `new`."""
    digest: str
    known_pictures: frozenset[str]

    @property
    def seen(self) -> Seen:
        return Seen(self.digest, None if self.newest is None else self.newest.id)

    @property
    def is_behind(self) -> bool:
        """There is an edition that the draft does not know."""
        return self.newest is not None and self.newest.id != self.draft.based_on

    @property
    def is_same(self) -> bool:
        """Publishing would change not one byte."""
        return self.newest is not None and self.newest.digest == self.digest


class Proof(NamedTuple):
    """What publishing would do."""

    module: Module | None
    """As it would be published; None: it cannot be read at all."""
    diagnostics: tuple[Diagnostic, ...]
    """Errors and warnings, by file and line."""
    ready: library.Ready | None
    """None: there are errors."""
    learners: ForLearners | None
    """None: nothing to compare with, or not to be read."""
    languages: tuple[ForLanguage, ...]
    lost_languages: tuple[str, ...]
    """Whose catalog is no longer in the folder."""
    countries: tuple[Reopened, ...]
    raises: tuple[Raise, ...]

    @property
    def errors(self) -> tuple[Diagnostic, ...]:
        return tuple(one for one in self.diagnostics if one.severity == "error")


def draft_of(db: Session, slug: str) -> DraftRow | None:
    """The draft of a module, if anybody is working on one."""
    ident = db.scalar(select(Draft.id).where(Draft.module == slug))
    return None if ident is None else drafts.draft(db, ident)


def gather(db: Session, slug: str) -> Material | None:
    """None: nobody is working on the module. Raises NotFound where there is no such module either."""
    newest = editions.current_edition(db, slug)
    found = draft_of(db, slug)
    if found is None:
        if newest is None:
            raise NotFound("module-unknown", module=slug)
        return None
    rows = db.execute(select(DraftFile.path, DraftFile.version).where(DraftFile.draft_id == found.id))
    new = drafts.folder_to_publish(db, found)
    manifest = editions.manifest_of(new)
    old = {} if newest is None else editions.edition_files(db, newest.id)
    known = library.known_pictures(db, manifest)
    versions: dict[str, int] = {row.path: row.version for row in rows}
    return Material(slug, found, versions, newest, old, new, manifest, editions.digest_of(manifest), known)


class Proofs:
    """Proofs at hand, by what was compared with what: looking, confirming and publishing compile a folder once."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._made: Cache[tuple[str, str, str], Proof] = Cache(MOST_PROOFS)

    def of(self, found: Material) -> Proof:
        """No transaction has to be open. Raises Invalid for a slug that cannot be one."""
        newest = "" if found.newest is None else found.newest.digest
        return self._made.get((found.slug, newest, found.digest), lambda: self._make(found))

    def _make(self, found: Material) -> Proof:
        new = self._desk.check_files(found.slug, found.digest, found.new)
        old = None if found.newest is None else self._desk.check_files(found.slug, found.newest.digest, found.old)
        old_module = None if old is None else old.module
        ready, diagnostics = _prepared(found, old_module, self._desk)
        learners: ForLearners | None = None
        countries: tuple[Reopened, ...] = ()
        needed: tuple[Raise, ...] = ()
        if old_module is not None and new.module is not None:
            old_manifest = editions.manifest_of(found.old)
            learners = for_learners(old_module, new.module, old_files=old_manifest, new_files=found.manifest)
            countries = reopened(found.slug, found.old, found.new)
            needed = tuple(raises(old_module, new.module))
        languages, lost = for_languages({} if old is None or new.module is None else old.languages, new.languages)
        return Proof(new.module, diagnostics, ready, learners, languages, lost, countries, needed)


def _prepared(
    found: Material, previous: Module | None, desk: Desk
) -> tuple[library.Ready | None, tuple[Diagnostic, ...]]:
    checked = desk.check_files(found.slug, found.digest, found.new)
    try:
        ready = library.prepare(
            found.slug, found.new, previous=previous, known_pictures=found.known_pictures, checked=checked
        )
    except library.NotPublishable as refused:
        return None, refused.diagnostics
    return ready, checked.diagnostics


def raise_revs(db: Session, found: Material, needed: Collection[Raise], *, by: str, now: datetime) -> None:
    """Write the `rev` that each question needs into its file of the draft, and change nothing else.

    `found`: what the questions were read from. Raises Conflict when a file was saved since, Invalid for a question that
    cannot be found in its file.
    """
    changed: dict[str, str] = {}
    for one in needed:
        path = one.item.file
        text = changed.get(path) or found.new[path].decode("utf-8")
        made = with_rev(text, one.item, one.rev)
        if made is None:
            raise Invalid("rev-place", question=one.item.id)
        changed[path] = made
    for path, text in changed.items():
        drafts.save_draft_file(
            db, found.draft.id, path, text.encode(), expected_version=found.versions[path], by=by, now=now
        )


def check_seen(found: Material | None, seen: Seen) -> Material:
    """Raises Conflict when the draft or the newest edition is not the one that was looked at."""
    if found is None or found.seen != seen:
        raise Conflict("draft-moved")
    return found
