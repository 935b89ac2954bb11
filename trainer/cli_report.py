"""`trainer report`: a country's quarterly report as a file. For whoever has a shell on the server."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import click

from trainer import config
from trainer.cli_store import opened
from trainer.languages.words import available
from trainer.services.people import OPERATOR
from trainer.services.problems import NotFound
from trainer.store.scope import Scope
from trainer.vocabulary import COUNTRIES


@click.command("report")
@click.argument("country", type=click.Choice(list(COUNTRIES)))
@click.argument("quarter")
@click.option("--locale", type=click.Choice(list(available())), default="en", show_default=True, help="Language.")
@click.option(
    "-o", "--out", "--output", "out", type=click.Path(dir_okay=False, path_type=Path), required=True,
    help="File to write: .pdf, or .xlsx for a spreadsheet.",
)  # fmt: skip
def report(country: str, quarter: str, locale: str, out: Path) -> None:
    """Write the report of COUNTRY for QUARTER, such as 2026-Q3: the same figures that its coordinator sees."""
    # Typesetting is heavy to import, and `trainer --help` should not wait for it.
    from trainer.languages.words import words
    from trainer.services import cutoffs, funders, periods, quarterly, report_kept
    from trainer.services.report_book import book
    from trainer.services.reports import Filters
    from trainer.services.shelf import Shelf
    from trainer.typeset.faces import FontsMissing
    from trainer.web import report_paper, report_source

    if not periods.is_period(quarter) or not periods.is_quarter(quarter):
        raise click.ClickException(f"not a quarter: {quarter!r}; expected one such as 2026-Q3")
    if out.suffix.lower() not in (".pdf", ".xlsx"):
        raise click.ClickException(f"{out}: the name must end with .pdf or .xlsx")
    known, now, days = words(locale), datetime.now(UTC), config.load().report_days
    with opened() as store:
        shelf = Shelf(store)
        cutoffs.fix_due(store, {country}, now=now, days=days)  # as a visit of the page would
        with store.read(Scope.countries({country})) as db:
            rows, shown = report_source.titles(db, shelf, locale)
            lines, filters = funders.lines(db, [country]), Filters(country=country, period=quarter)
            kept = report_kept.read(db, filters, countries=[country], managed=[country], now=now)
            source = report_source.source(
                shelf, rows, shown, [country], lines, kept, label=known.gettext, locale=locale
            )  # fmt: skip
            try:
                dossier = quarterly.collect(db, filters, source, now=now, days=days)
            except NotFound:
                raise click.ClickException(f"{country} has no figures of {quarter}") from None
    try:
        if out.suffix.lower() == ".pdf":
            data = report_paper.pdf(dossier, known, report_paper.lettered(source, locale))
        else:
            data = book(dossier, known.gettext, locale, source.titles)
    except FontsMissing as error:
        raise click.ClickException(str(error)) from error
    out.write_bytes(data)
    click.echo(f"{out}: {len(data) // 1000} KB, by {OPERATOR.full_name}")
