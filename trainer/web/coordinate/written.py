"""Of the report page of a country's quarter: its targets, and what people wrote beside the figures."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import NamedTuple

from sqlalchemy.orm import Session

from trainer.services import feedback, quarterly, report_narrative, reports
from trainer.services.report_cells import Table, Words
from trainer.services.report_kept import Kept
from trainer.services.reports import Report
from trainer.web.state import current


class Written(NamedTuple):
    targets: Table | None
    """None: the report is of one module."""
    words: Table
    changed: Words | None
    """When the words were."""
    is_mine: bool
    """The reader may write them."""


def written(db: Session, made: Report, titles: Mapping[str, str]) -> Written | None:
    """None unless the report is of one country and one quarter. One statement; one more with a target for T7."""
    country = made.country
    if country is None or not quarterly.is_quarterly(made):
        return None
    notes, quarter = quarterly.notes_of(db, made), made.filters.period
    of = quarterly.beside(made, partial(
        reports.completions, db, made.countries, titles=titles, now=current.now(), days=current.config.report_days
    ))  # fmt: skip
    kept = Kept()
    if "t7" in notes.targets.written and feedback.has_ended(quarter, [country], current.now()):
        kept = Kept(feedback=feedback.of_quarter(db, [country], quarter, now=current.now()))
    return Written(
        quarterly.targets(made, of, notes, kept, titles), report_narrative.table(notes.words),
        report_narrative.changed(notes.words, current.locale), country in current.countries,
    )  # fmt: skip
