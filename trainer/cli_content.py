"""Commands about module folders: check, fmt, new, messages. They need no database."""

from __future__ import annotations

import json
import re
from pathlib import Path

import click

from trainer import resources
from trainer.content import extraction, formatting, incoming
from trainer.content import new as template
from trainer.content import paths as learning_paths
from trainer.content.compiler import check_module, compile_module
from trainer.content.diagnostics import Diagnostic
from trainer.content.folder import FolderError, module_folders, read_folder
from trainer.content.lint import lint
from trainer.content.model import Module
from trainer.content.translation import catalog_of
from trainer.content.translation_checks import MAX_BYTES
from trainer.languages.registry import LANGUAGES
from trainer.services import weighing

_PATHS = click.argument("paths", nargs=-1, type=click.Path(path_type=Path))
_SHOWN = 1000
"""Findings about one import: any other file by mistake has a million."""
_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


def findings(folder: Path) -> list[Diagnostic]:
    """What is wrong with one module, in all its languages and countries, and what the linter says of it.

    Files are named as seen from here.
    """
    try:
        files = read_folder(folder)
    except FolderError as error:
        return [error.diagnostic]
    checked = check_module(files, slug=folder.resolve().name)
    found = list(checked.diagnostics)
    if checked.module is not None:
        linted = lint(checked.module, files, pictures=weighing.pictures(files), languages=checked.languages)
        found += (one.at for one in linted)
    found.sort(key=lambda one: (one.file, one.line, one.column, one.code))
    return [one._replace(file=str(folder / one.file)) for one in found]


def findings_of_paths(file: Path) -> list[Diagnostic]:
    """What is wrong with a file of learning paths, and which modules beside it stand on none."""
    found, wrong = learning_paths.read_file(file)
    if wrong or not file.exists():
        return list(wrong)
    slugs = [folder.name for folder in module_folders((file.parent,)) if folder != file.parent]
    return [
        Diagnostic("paths-unnamed", "warning", str(file), 0, 0, {"slug": slug})
        for slug in slugs
        if slug not in found.titles
    ]


def _path_files(paths: tuple[Path, ...]) -> list[Path]:
    """Files of learning paths among what is checked: named, or in a folder of modules."""
    given = paths or (resources.folder("modules"),)
    return [path if path.name == learning_paths.FILE else path / learning_paths.FILE for path in given]


def _write(path: Path, data: bytes) -> None:
    """Replace `path` whole or not at all, also when the disk is full."""
    part = path.with_name(f".{path.name}.part")
    try:
        part.write_bytes(data)
        part.replace(path)
    except OSError as error:
        part.unlink(missing_ok=True)
        raise click.ClickException(f"{path}: {error.strerror}; the file is as it was") from error


@click.command()
@_PATHS
@click.option("--format", "shape", type=click.Choice(["text", "json"]), default="text", show_default=True)
def check(paths: tuple[Path, ...], shape: str) -> None:
    """Say everything that is wrong in module folders; exit 1 if any of it is an error.

    Without PATHS, every module that Trainer finds, and the learning paths beside them (paths.yaml).
    """
    checked = module_folders(path for path in paths if path.name != learning_paths.FILE)
    if paths and all(path.name == learning_paths.FILE for path in paths):
        checked = []
    found = [finding for folder in checked for finding in findings(folder)]
    found += [finding for file in _path_files(paths) for finding in findings_of_paths(file)]
    errors = sum(finding.severity == "error" for finding in found)
    if shape == "json":
        rows = [{**finding._asdict(), "message": finding.message} for finding in found]
        click.echo(json.dumps(rows, ensure_ascii=False, indent=1))
    else:
        for finding in found:
            click.echo(finding)
        click.echo(f"modules: {len(checked)}, errors: {errors}, warnings: {len(found) - errors}", err=True)
    if errors:
        raise SystemExit(1)


@click.command()
@_PATHS
@click.option("--check", "only_check", is_flag=True, help="Change nothing; exit 1 if something would change.")
def fmt(paths: tuple[Path, ...], only_check: bool) -> None:
    """Insert the ids that are missing in module folders, and change nothing else."""
    count = 0
    for folder in module_folders(paths):
        try:
            changed = formatting.format_files(read_folder(folder), folder.resolve().name)
        except FolderError as error:
            raise click.ClickException(str(error)) from error
        for name, data in changed.items():
            count += 1
            click.echo(folder / name)
            if not only_check:
                _write(folder / name, data)
    if only_check and count:
        raise SystemExit(1)


@click.command()
@click.argument("module")
def new(module: str) -> None:
    """Begin a module: a small one with comments, in a new folder MODULE of the modules folder."""
    if not _SLUG.fullmatch(module):
        raise click.ClickException(
            f"{module!r}: expected small letters, digits and single hyphens, such as first-contact"
        )
    folder = resources.folder("modules") / module
    if folder.exists():
        raise click.ClickException(f"{folder} exists already; nothing was written")
    folder.mkdir(parents=True)
    for path, text in template.files(module).items():
        (folder / path).write_text(text, encoding="utf-8")
        click.echo(folder / path)


@click.command()
@click.argument("module")
@click.option("--locale", required=True, type=click.Choice(list(LANGUAGES)))
@click.option("--update", is_flag=True, help="Write the catalog into the module's translations folder.")
@click.option(
    "--import",
    "arrived",
    metavar="FILE",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="Bring a translator's catalog into the module's own.",
)
@click.option("--dry-run", is_flag=True, help="With --import: only say what it would do.")
def messages(module: str, locale: str, update: bool, arrived: Path | None, dry_run: bool) -> None:
    """The catalog of MODULE for a translator: what is new to translate, what has changed, what has gone.

    With --import, the way back: everything in FILE is checked and said first; exit 1 if anything of it was refused.
    """
    if (update and arrived) or (dry_run and not arrived):
        raise click.UsageError("expected one of --update and --import FILE; --dry-run goes with --import")
    folder = resources.folder("modules") / module
    compiled, present = _module(folder, locale)
    path = folder / catalog_of(locale)
    try:
        if arrived is not None:
            _bring_in(arrived, compiled, path, present, dry_run=dry_run)
            return
        data = extraction.update(present, compiled, locale)
    except extraction.BrokenCatalog as error:
        raise click.ClickException(f"{path}: {error}; nothing was written") from error
    if not update:
        click.echo(data.decode(), nl=False)
        return
    path.parent.mkdir(exist_ok=True)
    _write(path, data)
    click.echo(f"{path}: {len(extraction.messages(compiled))} messages")


def _module(folder: Path, locale: str) -> tuple[Module, bytes | None]:
    """The module, compiled, and its present catalog for `locale`."""
    try:
        files = read_folder(folder)
    except FolderError as error:
        raise click.ClickException(str(error)) from error
    compiled = compile_module(files, slug=folder.name, facilitator=True).module
    if compiled is None:
        raise click.ClickException(f"{folder.name} cannot be read; see: trainer check {folder}")
    if locale == compiled.source:
        raise click.ClickException(f"{folder.name} is written in {locale}; expected another language to translate into")
    return compiled, files.get(catalog_of(locale))


def _bring_in(arrived: Path, module: Module, path: Path, present: bytes | None, *, dry_run: bool) -> None:
    """Import `arrived` into the catalog at `path`. Exit 1 when something was refused, be it one entry or all."""
    try:
        with arrived.open("rb") as stream:
            data = stream.read(MAX_BYTES + 1)
    except OSError as error:
        raise click.ClickException(f"{arrived}: {error.strerror}; nothing was written") from error
    result = incoming.bring_in(data, str(arrived), module, path.stem, present)
    for finding in result.found[:_SHOWN]:
        click.echo(finding)
    if len(result.found) > _SHOWN:
        click.echo(f"{arrived}: and {len(result.found) - _SHOWN} more like these")
    if result.data is not None and not dry_run:
        path.parent.mkdir(exist_ok=True)
        _write(path, result.data)
    counted = ", ".join(f"{count} {outcome}" for outcome, count in result.outcomes.items()) or "refused whole"
    click.echo(f"{path}: {counted}; {'nothing was written' if result.data is None or dry_run else 'written'}")
    if not result.outcomes or result.outcomes["refused"]:
        raise SystemExit(1)
