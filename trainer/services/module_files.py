"""What an author does with modules and their files, beside writing in them. Each function is one such deed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from pathlib import PurePosixPath

from sqlalchemy import select
from sqlalchemy.orm import Session

from trainer.content import arranging, new, po
from trainer.content.compiler import MODULE
from trainer.content.extraction import MODULE_HEADER
from trainer.services import archiving, desk, folders, history, library
from trainer.services.editions import current_edition, is_path
from trainer.services.folders import change, change_bytes
from trainer.services.problems import SENTENCES, Conflict, Invalid, NotFound
from trainer.store.models import Draft
from trainer.vocabulary import N_

LONGEST_TITLE = 200

SENTENCES.update(
    {
        "module-taken": N_("There is a module with this address already. Choose another."),
        "module-address": N_("Write an address: small Latin letters, digits and single hyphens."),
        "file-taken": N_("There is a file %(path)s already. Choose another name."),
        "unit-file-name": N_("Write a name of small Latin letters, digits and single hyphens."),
        "file-kind": N_("The ending of a picture's name stays %(ending)s."),
        "file-fixed": N_("%(path)s cannot get another name: its name says what it is."),
        "module-file-needed": N_("module.md cannot be deleted: it is what makes the folder a module."),
        "file-first": N_("This unit is the first or the last already."),
        "version-same": N_("The file is as it was then already."),
    }
)
_IDS = re.compile(rb"^id[ \t]*:[ \t]*['\"]?([A-Za-z][\w-]*)", re.MULTILINE)


def is_taken(db: Session, slug: str) -> bool:
    """A module has this address, published or not, archived or not."""
    draft = db.scalar(select(Draft.id).where(Draft.module == slug))
    return draft is not None or current_edition(db, slug) is not None or slug in archiving.archived(db)


def free_address(db: Session, wanted: str, title: str) -> str:
    """The address somebody `wanted`, or one made of the title. Raises Invalid where it cannot be one, or is taken."""
    slug = wanted or arranging.slug_of(title)
    if not library.SLUG.fullmatch(slug) or len(slug) > library.LONGEST_SLUG:
        raise Invalid("module-address", field="slug")
    if is_taken(db, slug):
        raise Invalid("module-taken", field="slug")
    return slug


def create(db: Session, title: str, wanted: str, *, by: str, now: datetime) -> str:
    """A new module from the template. Returns its slug. Raises Invalid."""
    slug = free_address(db, wanted, title)
    files: Mapping[str, bytes | None] = {path: text.encode() for path, text in new.files(slug, title).items()}
    change_bytes(db, slug, files, seen={}, by=by, now=now, how="added")
    return slug


def duplicate(db: Session, slug: str, title: str, wanted: str, *, by: str, now: datetime) -> str:
    """A new module with the files of `slug` as they are now, but for what countries signed. Returns its slug.

    The module's own id becomes the new address; ids inside stay, for records are kept by module. Raises NotFound and
    Invalid.
    """
    found = desk.folder(db, slug)
    copy = free_address(db, wanted, title)
    files = {path: data for path, data in desk.files(db, found).items() if not path.startswith("national/")}
    if MODULE in files:
        named = arranging.with_front(files[MODULE], "id", copy)
        files[MODULE] = arranging.with_front(named, "title", new.quoted(title))
    catalogs = {path: _for_module(data, copy) for path, data in files.items() if path.endswith(".po")}
    change_bytes(db, copy, files | catalogs, seen={}, by=by, now=now, how="added")
    return copy


def _for_module(catalog: bytes, slug: str) -> bytes:
    """The catalog with the header that says whose it is. One that cannot be read stays as it is."""
    try:
        parsed, faults = po.read(catalog.decode("utf-8-sig"))
    except UnicodeDecodeError:
        return catalog
    if faults or MODULE_HEADER not in parsed.headers:
        return catalog
    return po.write(parsed._replace(headers={**parsed.headers, MODULE_HEADER: slug}))


def add_unit(db: Session, slug: str, kind: str, title: str, *, by: str, now: datetime) -> str:
    """A unit from the template of its kind, behind the others. Returns its path. Raises NotFound, Invalid."""
    found = desk.folder(db, slug)
    files = desk.files(db, found)
    name = arranging.slug_of(title) or kind
    ident = _free_id(name, files.values())
    called = {"test": "test", "job-aid": name if name.startswith("job-aid") else f"job-aid-{name}"}
    path = arranging.new_unit(found.manifest, called.get(kind, name), last=kind in called)
    data = new.unit(kind, slug, ident, title).encode()
    change_bytes(db, slug, {path: data}, seen=found.manifest, by=by, now=now, how="added")
    return path


def _free_id(name: str, files: Iterable[bytes]) -> str:
    taken = {one for data in files for one in _IDS.findall(data)} | {b"module", b"national"}
    base = name if name[0].isalpha() else f"unit-{name}"
    ident, again = base, 1
    while ident.encode() in taken:
        again += 1
        ident = f"{base}-{again}"
    return ident


def rename(db: Session, slug: str, path: str, name: str, *, by: str, now: datetime) -> str:
    """Call a unit or a picture otherwise; links follow. `name` is without folder. Returns the new path.

    Raises NotFound, Invalid.
    """
    found = desk.folder(db, slug)
    if path not in found.manifest:
        raise NotFound
    target = _target(path, name)
    if target == path:
        return path
    if target in found.manifest:
        raise Invalid("file-taken", field="name", path=target)
    _rename(db, found, {path: target}, by=by, now=now)
    return target


def _target(path: str, name: str) -> str:
    ending = PurePosixPath(path).suffix
    if arranging.is_unit(path):
        target = name if name.endswith(".md") else f"{name}.md"
        if not arranging.is_unit_name(target) or not is_path(target):
            raise Invalid("unit-file-name", field="name")
        return target
    if not path.startswith("media/"):
        raise Invalid("file-fixed", field="name", path=path)
    target = str(PurePosixPath(path).with_name(PurePosixPath(name).name or "-"))
    target = target if PurePosixPath(target).suffix else target + ending
    if PurePosixPath(target).suffix != ending:
        raise Invalid("file-kind", field="name", ending=ending)
    if not is_path(target):
        raise Invalid("file-path", field="name", path=target)
    return target


def _rename(db: Session, found: desk.Folder, names: Mapping[str, str], *, by: str, now: datetime) -> None:
    changes = arranging.renamed(desk.files(db, found), names, found.module)
    was = {new_path: old for old, new_path in names.items()}
    change_bytes(db, found.module, changes, seen=found.manifest, by=by, now=now, how="renamed", was=was)


def move(db: Session, slug: str, path: str, step: int, *, by: str, now: datetime) -> str:
    """Move a unit by `step` places, -1 or 1. Returns its path, maybe with another number. Raises NotFound, Invalid."""
    found = desk.folder(db, slug)
    if path not in found.manifest:
        raise NotFound
    names = arranging.moved(found.manifest, path, step)
    if not names:
        raise Invalid("file-first")
    _rename(db, found, names, by=by, now=now)
    return names.get(path, path)


def remove(db: Session, slug: str, path: str, *, seen: str, by: str, now: datetime) -> None:
    """Delete a file; history keeps it. `seen`: its hash. Raises NotFound, Conflict, Invalid for module.md."""
    if path == MODULE:
        raise Invalid("module-file-needed")
    if path not in desk.folder(db, slug).manifest:
        raise NotFound
    change(db, slug, {path: None}, seen={path: seen}, by=by, now=now, how="deleted")


def restore(db: Session, slug: str, path: str, key: str, *, seen: str, by: str, now: datetime) -> None:
    """Make an older version of a file its newest. `seen`: the hash of what is there now, empty for nothing.

    Raises NotFound, Conflict, Invalid when nothing would change.
    """
    present = desk.folder(db, slug).manifest.get(path)
    wanted = history.version(history.versions(db, slug, path), key)
    if (present or "") != seen:
        raise Conflict("draft-changed", path=path)
    if wanted.sha256 == present or wanted.sha256 is None:
        raise Invalid("version-same")
    change(db, slug, {path: wanted.sha256}, seen={path: present}, by=by, now=now, how="restored")


def discard(db: Session, slug: str, *, by: str, now: datetime) -> bool:
    """Throw the draft away. Says whether the module is still there, as published. Raises NotFound."""
    folders.discard(db, slug, by=by, now=now)
    return current_edition(db, slug) is not None
