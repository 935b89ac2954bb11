"""`trainer print`: what is made from a module, as a PDF, straight from its folder."""

from __future__ import annotations

from pathlib import Path

import click

from trainer import resources
from trainer.languages.registry import LANGUAGES
from trainer.vocabulary import COUNTRIES

PRODUCTS = ("handbook", "guide", "exercises", "case-cards", "scenario-cards", "job-aids")
"""What needs nothing but a module; tests and personal papers belong to a workshop."""


@click.command("print")
@click.argument("module")
@click.option("--locale", type=click.Choice(list(LANGUAGES)), help="Language. Default: the module's own.")
@click.option("--product", type=click.Choice(PRODUCTS), default="handbook", show_default=True)
@click.option("--paper", type=click.Choice(["a4", "letter"]), default="a4", show_default=True)
@click.option("--country", type=click.Choice(list(COUNTRIES)), help="With this country's national details.")
@click.option("-o", "--output", type=click.Path(dir_okay=False, path_type=Path), help="File to write.")
@click.option("--grey", is_flag=True, help="Black and white, safe to photocopy.")
def print_module(
    module: str, locale: str | None, product: str, paper: str, country: str | None, output: Path | None, grey: bool
) -> None:
    """Print MODULE, a folder of the modules folder: the participant's handbook, or another product."""
    # Typesetting is heavy to import, and `trainer --help` should not wait for it.
    from trainer.content.compiler import compile_module
    from trainer.content.folder import FolderError, read_folder
    from trainer.printing.pack import Document, render
    from trainer.printing.product import NothingToPrint
    from trainer.typeset.faces import FontsMissing, MissingGlyph
    from trainer.typeset.pictures import BadPicture

    folder = resources.folder("modules") / module
    if Path(module).name != module or not folder.is_dir():
        raise click.ClickException(f"there is no module {module!r} in {resources.folder('modules')}")
    try:
        files = read_folder(folder)
    except FolderError as error:
        raise click.ClickException(str(error)) from error
    compiled = compile_module(files, slug=module, locale=locale, country=country, facilitator=product == "guide")
    errors = [finding for finding in compiled.diagnostics if finding.severity == "error"]
    for finding in errors:
        click.echo(f"{module}/{finding}", err=True)
    if compiled.module is None or errors:
        raise click.ClickException(f"{module} has {len(errors)} errors; a module is printed without any")
    document = Document(
        product=product,
        modules=(compiled.module,),
        paper="letter" if paper == "letter" else "a4",
        grey=grey,
        media=files,
    )
    try:
        data = render(document)
    except NothingToPrint as error:
        raise click.ClickException(f"{module} has nothing for {product}") from error
    except (BadPicture, FontsMissing, MissingGlyph) as error:
        raise click.ClickException(str(error)) from error
    kind = "" if product == "handbook" else product
    name = "-".join(part for part in (module, kind, compiled.module.locale, country) if part)
    target = output or Path(f"{name}.pdf")
    target.write_bytes(data)
    click.echo(f"{target}: {len(data) // 1000} KB")
