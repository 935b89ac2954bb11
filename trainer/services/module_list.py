"""Every module that has an edition or a draft, with what its authors want to know at a glance."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from trainer.content import coverage
from trainer.content.coverage import Coverage
from trainer.languages.registry import LANGUAGES
from trainer.services import acknowledgements, archiving, editions
from trainer.services.acknowledgements import Given
from trainer.services.archiving import Archived
from trainer.services.desk import Desk, Folder, Summary
from trainer.services.editions import EditionRow, digest_of
from trainer.store.models import Draft, DraftFile, Edition


class Language(NamedTuple):
    """How far a module is in one language of the programme."""

    tag: str
    state: str
    """`ready`: all of it is translated from the present text. `stale`: some is missing or older. `missing`: nothing."""


class Row(NamedTuple):
    slug: str
    title: str
    source: str
    """The language it is written in."""
    edition: EditionRow | None
    draft: DraftState | None
    errors: int
    """Of the draft; an edition has none."""
    warnings: int
    """Which nobody has acknowledged."""
    languages: tuple[Language, ...]
    archived: Archived | None


class DraftState(NamedTuple):
    """A draft, and the last save in it."""

    id: str
    based_on: int | None
    saved_at: datetime
    saved_by: str


def rows(db: Session, desk: Desk) -> list[Row]:
    """All of them, by slug. Seven statements at most, however many there are; what is checked is kept by `desk`."""
    published = {row.module: row for row in editions.current_editions(db)}
    drafts = _drafts(db)
    away = archiving.archived(db)
    uncounted = [row for row in published.values() if row.translations is None and row.module not in drafts]
    folders = [*_draft_folders(db, drafts), *_edition_folders(db, uncounted)]
    summaries = desk.summaries(db, folders)
    given = acknowledgements.given(db, drafts)
    found = []
    for slug in sorted(published.keys() | drafts.keys()):
        edition, draft, summary = published.get(slug), drafts.get(slug), summaries.get(slug)
        title = (summary.title if summary else "") or (edition.title if edition else "") or slug
        translated = summary.coverage if summary else coverage.read((edition.translations if edition else None) or {})
        source = summary.source if summary else _untranslated(translated)
        errors, warnings = (summary.errors, _counting(summary, given.get(slug, {}))) if summary and draft else (0, 0)
        strip = languages_of(translated, source)
        found.append(Row(slug, title, source, edition, draft, errors, warnings, strip, away.get(slug)))
    return found


def _counting(summary: Summary, given: Given) -> int:
    return sum(warning not in given for warning in summary.warnings)


def _untranslated(translated: Mapping[str, Coverage]) -> str:
    """The source language of an edition: editions keep no name of it, and it is English unless there is a catalog."""
    return next((tag for tag in ("en", *LANGUAGES) if tag not in translated), "en")


def languages_of(translated: Mapping[str, Coverage], source: str) -> tuple[Language, ...]:
    """Every language of the programme in its order."""
    return tuple(Language(tag, "ready" if tag == source else _state(translated.get(tag))) for tag in LANGUAGES)


def _state(one: Coverage | None) -> str:
    if one is None or not one.translated:
        return "missing"
    return "stale" if one.stale or one.missing else "ready"


def _drafts(db: Session) -> dict[str, DraftState]:
    """By slug. When a draft has no file, it was saved when it was made."""
    last = (
        select(DraftFile.draft_id, DraftFile.saved_at, DraftFile.saved_by,
               func.row_number().over(partition_by=DraftFile.draft_id, order_by=DraftFile.saved_at.desc()).label("at"))
        .subquery()
    )  # fmt: skip
    query = select(
        Draft.module, Draft.id, Draft.based_on, Draft.created_at, Draft.created_by, last.c.saved_at, last.c.saved_by
    ).outerjoin(last, (last.c.draft_id == Draft.id) & (last.c.at == 1))
    return {
        row.module: DraftState(row.id, row.based_on, row.saved_at or row.created_at, row.saved_by or row.created_by)
        for row in db.execute(query)
    }


def _draft_folders(db: Session, drafts: Mapping[str, DraftState]) -> list[Folder]:
    if not drafts:
        return []
    manifests: dict[str, dict[str, str]] = {slug: {} for slug in drafts}
    query = select(Draft.module, DraftFile.path, DraftFile.sha256).join(DraftFile, DraftFile.draft_id == Draft.id)
    for row in db.execute(query.order_by(DraftFile.path)):
        manifests[row.module][row.path] = row.sha256
    return [
        Folder(slug, manifest, digest_of(manifest), drafts[slug].id, drafts[slug].based_on)
        for slug, manifest in manifests.items()
    ]


def _edition_folders(db: Session, rows: list[EditionRow]) -> list[Folder]:
    """Of editions that were published before their languages were counted."""
    if not rows:
        return []
    query = select(Edition.id, Edition.manifest).where(Edition.id.in_([row.id for row in rows]))
    manifests = {row.id: row.manifest for row in db.execute(query)}
    return [Folder(row.module, manifests[row.id], row.digest, None, row.id) for row in rows]
