"""One module with all its files: what each is, how it stands, and who changed it last."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import datetime
from pathlib import PurePosixPath
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from trainer.content.arranging import units as unit_files
from trainer.content.compiler import MODULE
from trainer.content.coverage import Coverage, coverage_of
from trainer.content.diagnostics import Diagnostic
from trainer.content.inline import words
from trainer.content.model import Unit
from trainer.languages.registry import LANGUAGES
from trainer.services import acknowledgements, archiving, desk, editions, history, media
from trainer.services.archiving import Archived
from trainer.services.desk import Desk, Folder
from trainer.services.editions import EditionRow
from trainer.services.module_list import Language, languages_of
from trainer.store.models import Blob
from trainer.vocabulary import COUNTRIES


class File(NamedTuple):
    path: str
    sha256: str
    size: int
    state: str
    """Against the newest edition: `new`, `changed` or `same`."""
    errors: int
    warnings: int
    """Which nobody has acknowledged."""
    at: datetime | None
    """Of the last change since it came with an edition; None: there was none."""
    by: str


class UnitFile(NamedTuple):
    file: File
    unit: Unit | None
    """None: it cannot be read."""
    title: str


class Picture(NamedTuple):
    file: File
    size: media.Size | None
    """Pixels; None: not looked at yet."""
    is_heavy: bool


class Translation(NamedTuple):
    file: File
    locale: str
    """Empty for a file that names no language."""
    coverage: Coverage | None


class Overlay(NamedTuple):
    file: File
    country: str
    """Empty for a file that names no country."""


class Tree(NamedTuple):
    slug: str
    title: str
    source: str
    """The language it is written in."""
    folder: Folder
    edition: EditionRow | None
    """The newest."""
    is_behind: bool
    """A newer edition was published since the draft began."""
    archived: Archived | None
    errors: int
    warnings: int
    languages: tuple[Language, ...]
    minutes: int
    files: tuple[File, ...]
    """All of them, by path. Below by what they are."""
    module: File | None
    units: tuple[UnitFile, ...]
    pictures: tuple[Picture, ...]
    translations: tuple[Translation, ...]
    overlays: tuple[Overlay, ...]
    others: tuple[File, ...]
    """What is no part of a module and does nothing."""
    gone: tuple[history.Latest, ...]
    """Files that were deleted, and can be brought back."""

    @property
    def has_draft(self) -> bool:
        return self.folder.draft_id is not None


def tree(db: Session, at_hand: Desk, slug: str) -> Tree:
    """Raises NotFound for a module that has neither edition nor draft. Ten statements at most, and two to check it."""
    folder = desk.folder(db, slug)
    edition = editions.current_edition(db, slug)
    before = editions.slug_and_manifest(db, edition.id)[1] if edition else {}
    last = history.latest(db, slug)
    check = at_hand.check(db, folder)
    problems = acknowledgements.problems_of(db, at_hand, folder)
    files = _files(db, folder, before, last, problems.counting)
    shown = {unit.file: unit for unit in check.module.units} if check.module else {}
    pixels = media.sizes(db, (one.sha256 for one in files.values() if one.path.startswith(media.FOLDER)))
    parts = _parts(files)
    title = words(check.module.title.content) if check.module else edition.title if edition else slug
    counted = {locale: coverage_of(module) for locale, module in check.languages.items()}
    return Tree(
        slug=slug,
        title=title,
        source=check.module.source if check.module else "en",
        folder=folder,
        edition=edition,
        is_behind=folder.draft_id is not None and edition is not None and edition.id != folder.edition_id,
        archived=archiving.archived(db).get(slug),
        errors=len(problems.errors),
        warnings=len(problems.warnings),
        languages=languages_of(counted, check.module.source if check.module else "en"),
        minutes=sum(unit.minutes or 0 for unit in shown.values()),
        files=tuple(files.values()),
        module=files.get(MODULE),
        units=tuple(_unit(files[path], shown.get(path)) for path in unit_files(files)),
        pictures=tuple(Picture(one, pixels.get(one.sha256), one.size > media.HEAVY) for one in parts["media"]),
        translations=tuple(_translation(one, counted) for one in parts["translations"]),
        overlays=tuple(_overlay(one) for one in parts["national"]),
        others=tuple(parts[""]),
        gone=tuple(one for one in last.values() if _is_gone(one, folder)),
    )


def _is_gone(one: history.Latest, folder: Folder) -> bool:
    """Deleted, and not only called otherwise by now."""
    return one.sha256 is None and one.how != "renamed" and one.path not in folder.manifest


def _files(
    db: Session, folder: Folder, before: Mapping[str, str],
    last: Mapping[str, history.Latest], counting: Iterable[Diagnostic],
) -> dict[str, File]:  # fmt: skip
    hashes = set(folder.manifest.values())
    sizes = {row.sha256: row.size for row in db.execute(select(Blob.sha256, Blob.size).where(Blob.sha256.in_(hashes)))}
    found = Counter((one.file, one.severity) for one in counting)
    files = {}
    for path, sha256 in folder.manifest.items():
        state = "new" if path not in before else "same" if before[path] == sha256 else "changed"
        at, by = None, ""
        if (line := last.get(path)) is not None and line.sha256 == sha256 and line.how != "discarded":
            at, by = line.at, line.by
        problems = found[path, "error"], found[path, "warning"]
        files[path] = File(path, sha256, sizes.get(sha256, 0), state, *problems, at, by)
    return files


def _parts(files: Mapping[str, File]) -> dict[str, list[File]]:
    parts: dict[str, list[File]] = {"media": [], "translations": [], "national": [], "": []}
    for path, file in files.items():
        folder = path.partition("/")[0]
        if "/" in path:
            parts[folder if folder in parts else ""].append(file)
        elif not path.endswith(".md"):
            parts[""].append(file)
    return parts


def _unit(file: File, unit: Unit | None) -> UnitFile:
    return UnitFile(file, unit, words(unit.title.content) if unit else file.path)


def _translation(file: File, counted: Mapping[str, Coverage]) -> Translation:
    locale = PurePosixPath(file.path).stem
    return Translation(file, locale if locale in LANGUAGES else "", counted.get(locale))


def _overlay(file: File) -> Overlay:
    country = PurePosixPath(file.path).stem
    return Overlay(file, country if country in COUNTRIES else "")
