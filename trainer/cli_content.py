"""Commands about module folders: check, fmt, new, messages. They need no database."""

from __future__ import annotations

import json
import re
from pathlib import Path

import click

from trainer import resources
from trainer.content import extraction, formatting
from trainer.content import new as template
from trainer.content.compiler import check_module, compile_module
from trainer.content.diagnostics import Diagnostic
from trainer.content.folder import FolderError, module_folders, read_folder
from trainer.languages.registry import LANGUAGES

_PATHS = click.argument("paths", nargs=-1, type=click.Path(path_type=Path))
_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


def findings(folder: Path) -> list[Diagnostic]:
    """What is wrong with one module, in all its languages and countries; files are named as seen from here."""
    try:
        files = read_folder(folder)
    except FolderError as error:
        return [error.diagnostic]
    slug = folder.resolve().name
    return [one._replace(file=str(folder / one.file)) for one in check_module(files, slug=slug).diagnostics]


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

    Without PATHS, every module that Trainer finds.
    """
    checked = module_folders(paths)
    found = [finding for folder in checked for finding in findings(folder)]
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
def messages(module: str, locale: str, update: bool) -> None:
    """The catalog of MODULE for a translator: what is new to translate, what has changed, what has gone."""
    folder = resources.folder("modules") / module
    try:
        files = read_folder(folder)
    except FolderError as error:
        raise click.ClickException(str(error)) from error
    compiled = compile_module(files, slug=module).module
    if compiled is None:
        raise click.ClickException(f"{module} cannot be read; see: trainer check {folder}")
    name = f"translations/{locale}.po"
    try:
        data = extraction.update(files.get(name), compiled, locale)
    except extraction.BrokenCatalog as error:
        raise click.ClickException(f"{folder / name}: {error}; nothing was written") from error
    if not update:
        click.echo(data.decode(), nl=False)
        return
    (folder / name).parent.mkdir(exist_ok=True)
    _write(folder / name, data)
    click.echo(f"{folder / name}: {len(extraction.messages(compiled))} messages")
