"""Commands about the database and the library: publish, export, editions, db, backup."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import click

from trainer import config
from trainer.content import coverage
from trainer.content.diagnostics import Diagnostic
from trainer.content.folder import FolderError, module_folders, read_folder
from trainer.content.paths import PathsError
from trainer.services import audit, library, recounting
from trainer.services import editions as reading
from trainer.services.problems import Problem
from trainer.store import migrate
from trainer.store.backup import backup as write_backup
from trainer.store.engine import Store
from trainer.store.errors import StoreError
from trainer.store.scope import Scope
from trainer.vocabulary import NO_COUNTRY


@contextmanager
def opened() -> Iterator[Store]:
    """The configured store; its and the services' refusals become plain messages on the terminal."""
    try:
        store = Store(config.load())
        try:
            yield store
        finally:
            store.dispose()
    except (config.ConfigError, PathsError, StoreError, Problem) as error:
        raise click.ClickException(str(error) or type(error).__name__) from error


def publish_files(
    store: Store, slug: str, files: dict[str, bytes], *, by: str, now: datetime, note: str = ""
) -> tuple[library.EditionRow, bool]:
    """Publish one module in as short a write transaction as can be: all the work is done before it.

    Returns the edition and whether it is new. Raises NotPublishable, Invalid, StoreError.
    """
    manifest = reading.manifest_of(files)
    with store.read(Scope.nobody()) as db:
        newest = library.current_edition(db, slug)
        if newest is not None and newest.digest == reading.digest_of(manifest):
            return newest, False
        known = library.known_pictures(db, manifest)
        previous = None if newest is None else library.compiled_edition(db, newest)
    prepared = library.prepare(slug, files, previous=previous, known_pictures=known)
    with store.write(Scope.nobody()) as db:
        edition = library.publish(db, slug, files, by=by, now=now, note=note, prepared=prepared)
        if newest is None or edition.id != newest.id:
            told = audit.Act("edition-published", NO_COUNTRY, "module", slug)
            audit.write(db, [told], actor=audit.OPERATOR, now=now)
    return edition, newest is None or edition.id != newest.id


@click.command()
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path, exists=True, file_okay=False))
@click.option("--note", default="", help="What is new, for people to read.")
@click.option("--by", default="command line", show_default=True, help="Who publishes.")
def publish(paths: tuple[Path, ...], note: str, by: str) -> None:
    """Publish module folders; without PATHS, every module that Trainer finds.

    A module with errors is not published; the others are. A module that has not changed keeps its edition.
    """
    refused = 0
    with opened() as store:
        for path in module_folders(paths):
            slug = path.resolve().name
            try:
                edition, is_new = publish_files(store, slug, read_folder(path), by=by, now=datetime.now(UTC), note=note)
            except library.NotPublishable as refusal:
                refused += 1
                _show(path, refusal.diagnostics)
            except FolderError as error:
                refused += 1
                _show(path, (error.diagnostic,))
            except Problem as problem:
                refused += 1
                click.echo(f"{path}: {problem}", err=True)
            else:
                click.echo(f"{slug}: edition {edition.number}{'' if is_new else ' (unchanged)'}")
    if refused:
        raise click.ClickException(f"{refused} not published, because of errors")


def _show(path: Path, diagnostics: tuple[Diagnostic, ...]) -> None:
    for one in diagnostics:
        click.echo(one._replace(file=str(path / one.file)), err=True)


@click.command()
@click.argument("module")
@click.argument("to", type=click.Path(path_type=Path, file_okay=False))
@click.option("--edition", "number", type=click.IntRange(min=1), help="Default: the newest.")
def export(module: str, to: Path, number: int | None) -> None:
    """Write a published MODULE back as a folder TO, byte for byte."""
    with opened() as store, store.read(Scope.nobody()) as db:
        edition = reading.edition(db, module, number)
        try:
            files = library.export(db, edition.id, to)
        except OSError as error:
            raise click.ClickException(f"{error.filename}: {error.strerror}") from error
    click.echo(f"{module}: edition {edition.number}, {len(files)} files in {to}")


@click.command()
@click.argument("module", required=False)
def editions(module: str | None) -> None:
    """List what is published, of one MODULE or of all, and below each edition how far it is translated."""
    with opened() as store, store.read(Scope.nobody()) as db:
        rows = library.editions(db, module)
    for row in rows:
        when = row.published_at.strftime("%Y-%m-%d %H:%M UTC")
        click.echo("\t".join((row.module, str(row.number), when, row.published_by, row.title, row.note)).rstrip())
        for locale, one in coverage.read(row.translations or {}).items():
            by = f" by {one.reviewer}, {one.reviewed_on or 'no date'}" if one.reviewer else ""
            counts = f"reviewed {one.reviewed}{by}, draft {one.draft}, stale {one.stale}, missing {one.missing}"
            click.echo(f"  {locale}: {counts}")


@click.group()
def db() -> None:
    """The database: bring it up to date, look whether it is sound."""


@db.command()
@click.option("--owner", metavar="URL", help="PostgreSQL: sign in as the tables' owner for this.")
def upgrade(owner: str | None) -> None:
    """Make or migrate the database to this version; all of it or nothing."""
    with opened() as store:
        if migrate.upgrade(store, owner=owner):
            # A migration may bring counts of its own; counting anew is right whatever it was.
            recounting.rebuild(store)
        click.echo(f"database is at {migrate.check(store).revision}")


@db.command()
def check() -> None:
    """Compare the database with this version and look for damage; exit 1 if anything is wrong."""
    with opened() as store:
        found = migrate.check(store)
    for problem in found.problems:
        click.echo(problem, err=True)
    if found.problems or found.revision != found.head:
        raise click.ClickException(f"revision {found.revision or 'none'}, expected {found.head}: trainer db upgrade")
    click.echo(f"sound, at {found.revision}")


@click.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
def backup(file: Path) -> None:
    """Write the whole database to the new FILE, while Trainer runs. Never copy the database file instead."""
    with opened() as store:
        write_backup(store, file)
    click.echo(f"{file}: {file.stat().st_size} bytes, checked")


COMMANDS: tuple[click.Command, ...] = (publish, export, editions, db, backup)
"""What `trainer.cli` adds to `trainer`."""
