"""Saved passages in the files of a module: laid over its catalogs, folded into them when an edition is published.

files = translations.folded(db, slug, module, files)      # module: those files compiled, in its own language
edition = library.publish(db, slug, files, …)
translations.mark_folded(db, slug, edition.id, module, files)
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

from sqlalchemy import select, update
from sqlalchemy.orm import Session, aliased

from trainer.content.model import Module
from trainer.content.translation import catalog_of
from trainer.content.workbench import fitting, settled
from trainer.languages.registry import LANGUAGES
from trainer.services import catalogs
from trainer.services.catalogs import localized_with_pending as localized_with_pending
from trainer.store.authoring import PassageEdit


def are_pending(db: Session, slug: str) -> bool:
    """Has anybody translated something that is in no edition? One statement."""
    waiting = select(PassageEdit.id).where(PassageEdit.module == slug, PassageEdit.folded_into.is_(None)).limit(1)
    return db.scalar(waiting) is not None


def folded(db: Session, slug: str, module: Module, files: Mapping[str, bytes]) -> dict[str, bytes]:
    """`files` with the saved passages that fit `module` in their catalogs. One statement.

    What translates other words than `module` has stays saved. Raises Invalid when a catalog among them is broken.
    """
    made = dict(files)
    for (_, tag), waiting in catalogs.pending(db, slug, languages(module)).items():
        whole, mine = fitting(catalogs.made(files.get(catalog_of(tag)), module, tag), waiting)
        if mine:
            made[catalog_of(tag)] = whole.data
    return made


def mark_folded(db: Session, slug: str, edition_id: int, module: Module, files: Mapping[str, bytes]) -> None:
    """Remember which saved passages the edition has, made of `files`. Looks at the files: what was saved while they
    were being published is not taken for published.
    """
    ids: set[int] = set()
    for (_, tag), waiting in catalogs.pending(db, slug, languages(module)).items():
        ids |= settled(catalogs.made(files.get(catalog_of(tag)), module, tag), waiting)
    mark(db, slug, edition_id, ids)


def mark(db: Session, slug: str, edition_id: int, ids: Collection[int]) -> None:
    """These rows, and the older ones of the same passages, are in the edition."""
    if not ids:
        return
    later = aliased(PassageEdit)
    same = select(later.id).where(
        later.id.in_(ids), later.locale == PassageEdit.locale, later.context == PassageEdit.context,
        later.source == PassageEdit.source, later.id >= PassageEdit.id,
    )  # fmt: skip
    db.execute(
        update(PassageEdit)
        .where(PassageEdit.module == slug, PassageEdit.folded_into.is_(None), same.exists())
        .values(folded_into=edition_id)
        .execution_options(synchronize_session=False)
    )


def languages(module: Module) -> list[str]:
    """What a module can be translated into."""
    return [tag for tag in LANGUAGES if tag != module.source]
