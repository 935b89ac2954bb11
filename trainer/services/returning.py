"""Editions that come back into a draft: newer ones it has missed, and older ones that are put back."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Literal, NamedTuple

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from trainer.services import drafts, editions, history
from trainer.services.drafts import DraftRow
from trainer.services.editions import EditionRow, Manifest
from trainer.services.problems import SENTENCES, Conflict, Refused
from trainer.services.publishing import draft_of
from trainer.store.models import Draft, DraftFile
from trainer.store.statements import lock
from trainer.vocabulary import N_

SENTENCES.update(
    {
        "newer-moved": N_(
            "The draft or the newest edition has changed since this page was made. Nothing was taken in."
        ),
        "draft-open": N_("Somebody is working on this module. Nothing was put back."),
        "edition-newest": N_("This is the newest edition already. There is nothing to put back."),
    }
)

Side = Literal["mine", "theirs"]
_OTHERS = ("translations/", "national/")
"""Folders of files that others than the author answer for."""


class Newer(NamedTuple):
    """What a draft has missed: the newest edition against the one that the draft began from."""

    draft: DraftRow
    newest: EditionRow
    mine: Manifest
    """The draft."""
    theirs: Manifest
    """The newest edition."""
    taken: tuple[str, ...]
    """Paths that only the newer edition changed."""
    both: tuple[str, ...]
    """Paths that both changed, and not in the same way."""

    @property
    def digest(self) -> str:
        """Of the draft."""
        return editions.digest_of(self.mine)


def newer(db: Session, slug: str) -> Newer | None:
    """None: there is no draft, or it knows the newest edition."""
    found, newest = draft_of(db, slug), editions.current_edition(db, slug)
    if found is None or newest is None or found.based_on == newest.id:
        return None
    base = {} if found.based_on is None else editions.slug_and_manifest(db, found.based_on)[1]
    theirs, mine = editions.slug_and_manifest(db, newest.id)[1], _manifest(db, found.id)
    other = [path for path in sorted({*base, *mine, *theirs}) if mine.get(path) != theirs.get(path)]
    taken = tuple(path for path in other if mine.get(path) == base.get(path))
    both = tuple(path for path in other if base.get(path) not in (mine.get(path), theirs.get(path)))
    return Newer(found, newest, mine, theirs, taken, both)


def bring_in(
    db: Session, slug: str, *, digest: str, newest: int, choices: Mapping[str, Side], by: str, now: datetime
) -> None:
    """Take the newest edition's changes into the draft, which then goes on from that edition.

    `choices`: for each path that both changed. Raises Conflict when draft or edition are not those of `digest` and
    `newest`, or a choice is missing.
    """
    lock(db, f"edition of {slug}")
    found = newer(db, slug)
    if found is None or (found.digest, found.newest.id) != (digest, newest) or set(found.both) - choices.keys():
        raise Conflict("newer-moved")
    paths = [*found.taken, *(path for path in found.both if choices[path] == "theirs")]
    _write(db, found.draft, {path: found.theirs.get(path) for path in paths}, by=by, now=now, how="published")
    db.execute(update(Draft).where(Draft.id == found.draft.id).values(based_on=newest))


def put_back(db: Session, old: EditionRow, *, whole: bool, discard: str | None, by: str, now: datetime) -> DraftRow:
    """Make an older edition the draft, to be published as the next edition.

    `whole`: translations and national words too; otherwise those stay the newest edition's. `discard`: digest of the
    draft that may be thrown away for it. Raises Conflict when there is another draft, Refused for the newest edition.
    """
    lock(db, f"edition of {old.module}")
    newest = editions.edition(db, old.module)
    if newest.id == old.id:
        raise Refused("edition-newest")
    open_draft = draft_of(db, old.module)
    if open_draft is not None:
        if discard is None or editions.digest_of(_manifest(db, open_draft.id)) != discard:
            raise Conflict("draft-open")
        drafts.discard_draft(db, open_draft.id)
    made = drafts.open_draft(db, old.module, by=by, now=now)
    present = editions.slug_and_manifest(db, newest.id)[1]
    wanted = editions.slug_and_manifest(db, old.id)[1]
    paths = [path for path in sorted({*present, *wanted}) if present.get(path) != wanted.get(path)]
    if not whole:
        paths = [path for path in paths if not path.startswith(_OTHERS)]
    _write(db, made, {path: wanted.get(path) for path in paths}, by=by, now=now, how="restored")
    return made


def draft_digest(db: Session, slug: str) -> str | None:
    """Digest of the module's draft as it stands; None where there is none."""
    found = draft_of(db, slug)
    return None if found is None else editions.digest_of(_manifest(db, found.id))


def _manifest(db: Session, draft_id: str) -> Manifest:
    rows = db.execute(
        select(DraftFile.path, DraftFile.sha256).where(DraftFile.draft_id == draft_id).order_by(DraftFile.path)
    )
    return {row.path: row.sha256 for row in rows}


def _write(db: Session, draft: DraftRow, files: Mapping[str, str | None], *, by: str, now: datetime, how: str) -> None:
    """Put contents that the library has into the draft; None: the file goes. Versions rise."""
    gone = [path for path, sha256 in files.items() if sha256 is None]
    rows = db.scalars(
        select(DraftFile).where(DraftFile.draft_id == draft.id, DraftFile.path.in_(files)).with_for_update()
    )
    held = {row.path: row for row in rows}
    for path, sha256 in files.items():
        if sha256 is not None and path in held:
            row = held[path]
            row.sha256, row.version, row.saved_at, row.saved_by = sha256, row.version + 1, now, by
    added = {path: sha256 for path, sha256 in files.items() if sha256 is not None and path not in held}
    db.add_all(
        DraftFile(draft_id=draft.id, path=path, sha256=sha256, version=1, saved_at=now, saved_by=by)
        for path, sha256 in added.items()
    )
    db.flush()
    if gone:
        db.execute(delete(DraftFile).where(DraftFile.draft_id == draft.id, DraftFile.path.in_(gone)))
    history.note_all(db, draft.module, files, by=by, now=now, how=how)
