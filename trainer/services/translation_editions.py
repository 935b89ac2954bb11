"""Publishing a translation alone: the newest edition with one language's saved passages becomes the next one.

No author is needed for it, and an unfinished draft of the author's is left alone.
"""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from sqlalchemy.orm import Session

from trainer.access import Identity, Permission, allowed
from trainer.content.model import Module
from trainer.content.translation import catalog_of
from trainer.content.workbench import Sheet, fitting
from trainer.services import catalogs, drafts, editions, translations
from trainer.services import desk as desk_of
from trainer.services.desk import Desk, Folder
from trainer.services.editions import EditionRow
from trainer.services.problems import SENTENCES, NotFound, Refused
from trainer.store.statements import lock
from trainer.vocabulary import N_

SENTENCES.update(
    {
        "nothing-to-publish": N_("There is nothing new to publish in this language."),
        "never-published": N_("This module has no edition yet. Its author publishes the first one."),
    }
)


class Publishable(NamedTuple):
    """What publishing a translation alone would do."""

    edition: EditionRow
    """The newest one."""
    module: Module
    """As it is published now, in its own language."""
    now: Sheet
    """Its catalog as it is published."""
    sheet: Sheet
    """What its catalog would be."""
    ids: frozenset[int]
    """Rows that go in."""
    waiting: int
    """Rows that stay: they translate words that are not published yet, or not any more."""


def may_publish(me: Identity, tag: str) -> bool:
    return allowed(me, Permission.REVIEW, locale=tag) or allowed(me, Permission.PUBLISH)


def publishable(db: Session, desk: Desk, slug: str, tag: str) -> Publishable:
    """Raises Refused for a module without an edition, NotFound, Invalid."""
    newest = editions.current_edition(db, slug)
    if newest is None:
        desk_of.folder(db, slug)  # a module that is not there at all is not found
        raise Refused("never-published")
    manifest = editions.slug_and_manifest(db, newest.id)[1]
    module = desk.module(db, Folder(slug, manifest, newest.digest, None, newest.id))
    if tag not in translations.languages(module):
        raise NotFound
    waiting = catalogs.pending(db, slug, [tag]).get((slug, tag), ())
    sha256 = manifest.get(catalog_of(tag))
    below = catalogs.made(editions.blob(db, sha256) if sha256 else None, module, tag)
    whole, mine = fitting(below, waiting)
    return Publishable(newest, module, below, whole, mine, len(waiting) - len(mine))


def publish(db: Session, desk: Desk, slug: str, tag: str, *, me: Identity, now: datetime, note: str = "") -> EditionRow:
    """In the name of `me`. Raises Refused, NotFound, Invalid, NotPublishable."""
    if not may_publish(me, tag):
        raise NotFound
    lock(db, f"edition of {slug}")
    found = publishable(db, desk, slug, tag)
    if not found.ids:
        raise Refused("nothing-to-publish")
    parts = {catalog_of(tag): found.sheet.data}
    edition = drafts.publish_parts(db, slug, parts, by=me.full_name, now=now, note=note)
    translations.mark(db, slug, edition.id, found.ids)
    return edition
