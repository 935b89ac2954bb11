"""`trainer print`: a module's handbook as a PDF, straight from its folder."""

from __future__ import annotations

from pathlib import Path

import click

from trainer import resources
from trainer.languages.registry import LANGUAGES
from trainer.vocabulary import COUNTRIES


@click.command("print")
@click.argument("module")
@click.option("--locale", type=click.Choice(list(LANGUAGES)), help="Language. Default: the module's own.")
@click.option("--paper", type=click.Choice(["a4", "letter"]), default="a4", show_default=True)
@click.option("--country", type=click.Choice(list(COUNTRIES)), help="With this country's national details.")
@click.option("-o", "--output", type=click.Path(dir_okay=False, path_type=Path), help="File to write.")
def print_module(module: str, locale: str | None, paper: str, country: str | None, output: Path | None) -> None:
    """Print the learner's handbook of MODULE, a folder of the modules folder."""
    # Typesetting is heavy to import, and `trainer --help` should not wait for it.
    from trainer.content.compiler import compile_module
    from trainer.content.folder import FolderError, read_folder
    from trainer.printing.handbook import handbook
    from trainer.printing.options import PrintOptions
    from trainer.typeset.faces import FontsMissing, MissingGlyph
    from trainer.typeset.pictures import BadPicture

    folder = resources.folder("modules") / module
    if Path(module).name != module or not folder.is_dir():
        raise click.ClickException(f"there is no module {module!r} in {resources.folder('modules')}")
    try:
        files = read_folder(folder)
    except FolderError as error:
        raise click.ClickException(str(error)) from error
    compiled = compile_module(files, slug=module, locale=locale, country=country)
    errors = [finding for finding in compiled.diagnostics if finding.severity == "error"]
    for finding in errors:
        click.echo(f"{module}/{finding}", err=True)
    if compiled.module is None or errors:
        raise click.ClickException(f"{module} has {len(errors)} errors; a handbook is printed from a module without")
    options = PrintOptions(paper="letter" if paper == "letter" else "a4", media=files)
    try:
        data = handbook(compiled.module, options)
    except (BadPicture, FontsMissing, MissingGlyph) as error:
        raise click.ClickException(str(error)) from error
    name = "-".join(part for part in (module, compiled.module.locale, country) if part)
    target = output or Path(f"{name}.pdf")
    target.write_bytes(data)
    click.echo(f"{target}: {len(data) // 1000} KB")
