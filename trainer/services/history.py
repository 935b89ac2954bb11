"""What each file of a module was before: one line per person and sitting, over drafts, editions and other names."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import and_, func, insert, or_, select
from sqlalchemy.orm import Session

from trainer.services.problems import NotFound
from trainer.store.authoring import FileVersion
from trainer.store.models import Blob, Edition

ONE_SITTING = timedelta(minutes=10)
"""Saves of one person that follow each other within this are one line of history."""
MOST_LISTED = 500
"""Lines of one file that are listed, the newest."""
_LONGEST_CHAIN = 100
"""Names that one file may have had."""


def note(
    db: Session, module: str, path: str, sha256: str | None, *, by: str, now: datetime, how: str = "typed"
) -> None:
    """Remember that the file now has these bytes (None: is gone). Typing on in one sitting changes the last line."""
    last = db.scalar(
        select(FileVersion)
        .where(FileVersion.module == module, FileVersion.path == path)
        .order_by(FileVersion.id.desc())
        .limit(1)
    )
    if last is not None and last.sha256 == sha256:
        return
    goes_on = last is not None and (last.how, last.saved_by) == (how, by) == ("typed", by)
    if goes_on and last is not None and now - last.began_at < ONE_SITTING:
        last.sha256, last.saved_at = sha256, now
    else:
        db.add(
            FileVersion(module=module, path=path, sha256=sha256, began_at=now, saved_at=now, saved_by=by, how=how)
        )  # fmt: skip
    db.flush()


class Saved(NamedTuple):
    """The last that was done to a file."""

    path: str
    how: str
    by: str
    at: datetime


def since(db: Session, module: str, moment: datetime) -> list[Saved]:
    """Each file that was changed at `moment` or later, by path."""
    rows: Iterable[FileVersion] = db.scalars(
        select(FileVersion)
        .where(FileVersion.module == module, FileVersion.saved_at >= moment)
        .order_by(FileVersion.path, FileVersion.id)
    )
    return list({row.path: Saved(row.path, row.how, row.saved_by, row.saved_at) for row in rows}.values())


def note_all(
    db: Session, module: str, files: Mapping[str, str | None], *, by: str, now: datetime, how: str,
    was: Mapping[str, str] | None = None,
) -> None:  # fmt: skip
    """As `note`, for many files in two statements. `was`: path → its former name. A line for each, never joined."""
    was = was or {}
    known = {row.path: row.sha256 for row in latest(db, module).values()}
    rows = [
        {"module": module, "path": path, "sha256": sha256, "began_at": now, "saved_at": now, "saved_by": by,
         "how": how if sha256 is not None or how in ("discarded", "renamed") else "deleted", "was": was.get(path)}
        for path, sha256 in sorted(files.items())
        if path in was or path not in known or known[path] != sha256
    ]  # fmt: skip
    if rows:
        db.execute(insert(FileVersion), rows)


class Latest(NamedTuple):
    """The last line of a file."""

    path: str
    sha256: str | None
    at: datetime
    by: str
    how: str


def latest(db: Session, module: str) -> dict[str, Latest]:
    """The last line of every file of the module that has one, by path. One statement."""
    newest = select(func.max(FileVersion.id)).where(FileVersion.module == module).group_by(FileVersion.path)
    query = (
        select(FileVersion.path, FileVersion.sha256, FileVersion.saved_at, FileVersion.saved_by, FileVersion.how)
        .where(FileVersion.id.in_(newest))
        .order_by(FileVersion.path)
    )
    return {row.path: Latest(*row) for row in db.execute(query)}


class Version(NamedTuple):
    """A file as it was."""

    key: str
    """`v17`: line 17 of the history. `e3`: as edition 3 has it."""
    path: str
    """What the file was called then."""
    sha256: str | None
    """None: it was taken away."""
    size: int
    at: datetime
    by: str
    how: str
    """As in `FileVersion`; `edition` for what came with an edition only."""
    was: str | None = None
    editions: tuple[int, ...] = ()
    """Numbers of the editions that were published with it."""


def versions(db: Session, module: str, path: str) -> list[Version]:
    """What the file was, newest first; followed over its former names. Four statements. Empty: never heard of it."""
    names = _names(db, module, path)
    merged = _merged(_lines(db, module, names), _published(db, module, [name for name, _ in names]))
    kept = merged[-MOST_LISTED:]
    sizes = _sizes(db, {one.sha256 for one in kept if one.sha256 is not None})
    return [one._replace(size=sizes.get(one.sha256 or "", 0)) for one in reversed(kept)]


def version(found: list[Version], key: str) -> Version:
    """The one called `key` among `versions`. Raises NotFound."""
    one = next((one for one in found if one.key == key), None)
    if one is None:
        raise NotFound
    return one


def _names(db: Session, module: str, path: str) -> list[tuple[str, int | None]]:
    """What the file was called, newest name first, and the line before which it was called so (None: to this day)."""
    query = (
        select(FileVersion.id, FileVersion.path, FileVersion.was)
        .where(FileVersion.module == module, FileVersion.was.is_not(None))
        .order_by(FileVersion.id.desc())
    )
    names: list[tuple[str, int | None]] = [(path, None)]
    for row in db.execute(query):
        name, before = names[-1]
        if row.path == name and (before is None or row.id < before) and len(names) < _LONGEST_CHAIN:
            names.append((row.was, row.id))
    return names


def _lines(db: Session, module: str, names: list[tuple[str, int | None]]) -> list[Version]:
    """The lines of a file, oldest first. Of each name those since the file has it, until it got the next."""
    since = [before for _, before in names[1:]] + [None]
    spans = []
    for (name, before), after in zip(names, since, strict=True):
        span = [FileVersion.path == name]
        span += [FileVersion.id < before] if before is not None else []
        span += [FileVersion.id >= after] if after is not None else []
        spans.append(and_(*span))
    query = (
        select(
            FileVersion.id, FileVersion.path, FileVersion.sha256, FileVersion.saved_at, FileVersion.saved_by,
            FileVersion.how, FileVersion.was,
        )
        .where(FileVersion.module == module, or_(*spans))
        .order_by(FileVersion.id.desc())
        .limit(MOST_LISTED)
    )  # fmt: skip
    found = [
        Version(f"v{row.id}", row.path, row.sha256, 0, row.saved_at, row.saved_by, row.how, row.was)
        for row in db.execute(query)
    ]
    # That the old name is gone says nothing more than that the new one is there.
    return [one for one in reversed(found) if one.sha256 is not None or one.how != "renamed"]


def _published(db: Session, module: str, names: list[str]) -> list[Version]:
    """The file in each edition that has it as it was not before, oldest first; also where an edition lost it."""
    query = (
        select(Edition.number, Edition.manifest, Edition.published_at, Edition.published_by)
        .where(Edition.module == module)
        .order_by(Edition.number)
    )
    found: list[Version] = []
    before: str | None = None
    for row in db.execute(query):
        name = next((name for name in names if name in row.manifest), names[0])
        sha256 = row.manifest.get(name)
        if sha256 != before:
            key = f"e{row.number}"
            found.append(
                Version(key, name, sha256, 0, row.published_at, row.published_by, "edition", None, (row.number,))
            )
        before = sha256
    return found


def _merged(lines: list[Version], published: list[Version]) -> list[Version]:
    """By time. What an edition published as it was written is one line, not two."""
    merged: list[Version] = []
    for one in sorted([*lines, *published], key=lambda one: one.at):
        if one.how == "edition" and merged and merged[-1].sha256 == one.sha256:
            merged[-1] = merged[-1]._replace(editions=(*merged[-1].editions, *one.editions))
        else:
            merged.append(one)
    return merged


def _sizes(db: Session, hashes: set[str]) -> dict[str, int]:
    if not hashes:
        return {}
    return {row.sha256: row.size for row in db.execute(select(Blob.sha256, Blob.size).where(Blob.sha256.in_(hashes)))}
