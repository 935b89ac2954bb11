"""`trainer audit`: is the trail as it was written, and how far does it reach. For whoever has a shell on the server."""

from __future__ import annotations

from pathlib import Path

import click

from trainer.cli_store import opened
from trainer.services import seals
from trainer.services.seals import Finding, Head
from trainer.store.scope import Scope
from trainer.vocabulary import COUNTRIES, NO_COUNTRY, OTHER_COUNTRY

CHECKING = Scope.system("the operator checks the chains of all countries")
MOST_SHOWN = 20
"""Findings of one chain that are listed."""

WORDS = {
    "altered": "event {0} is not as it was written",
    "missing": "event {0} is missing",
    "unlinked": "event {0} does not go on from the one before: it, or the one before, was put here later",
    "cut": "the end is cut off: event {0} and what followed are gone, as a kept head shows",
    "other": "event {0} is another one than the kept head says: the chain was written anew",
}


@click.group()
def audit() -> None:
    """The audit trail: look whether it was tampered with, write down its heads."""


@audit.command()
@click.option("--country", type=click.Choice([*COUNTRIES, OTHER_COUNTRY, NO_COUNTRY]), help="This chain alone.")
@click.option(
    "--head",
    "file",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="Heads that were kept elsewhere (`trainer audit head`), of one day or many.",
)
def verify(country: str | None, file: Path | None) -> None:
    """Read every event and say which are altered, missing or in another place; exit 1 if any is.

    Without --head nobody can know whether the end of a chain was cut off.
    """
    wrong = 0
    with opened() as store:
        kept = _kept(file) if file else []
        with store.read(CHECKING) as db:
            try:
                for chain in seals.verify(db, country=country, kept=kept):
                    wrong += len(chain.findings)
                    _show(chain)
            except ValueError:
                raise click.ClickException("the audit trail was tampered with: an event has no readable time") from None
    if wrong:
        raise click.ClickException(f"the audit trail was tampered with: {wrong} found; keep this database and ask why")
    click.echo("sound" if file else "sound, as far as a chain can tell; compare with a kept head: --head FILE")


@audit.command()
def head() -> None:
    """Print the head of every chain, a line each: country, number, hash, time. Keep it where the server has no hand."""
    with opened() as store, store.read(CHECKING) as db:
        found = seals.heads(db)
    for one in found:
        click.echo(str(one))


def _kept(file: Path) -> list[Head]:
    try:
        with file.open(encoding="utf-8") as lines:
            return seals.read_heads(lines)
    except (OSError, UnicodeDecodeError) as error:
        raise click.ClickException(f"{file}: cannot be read as text") from error


def _show(chain: seals.Chain) -> None:
    click.echo(f"{chain.country}: {chain.events} events")
    for finding in chain.findings[:MOST_SHOWN]:
        click.echo(_sentence(finding), err=True)
    if len(chain.findings) > MOST_SHOWN:
        click.echo(f"{chain.country}: and {len(chain.findings) - MOST_SHOWN} more", err=True)


def _sentence(finding: Finding) -> str:
    return f"{finding.country}: {WORDS[finding.what].format(finding.number)}"
