"""What a quarterly report has beside the fixed figures: what people say, and the workshops.

Read in a session over the countries: judgements of examples and workshops are in no session that sees counts only. It
says no more to a viewer than the page of what people say does.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from trainer.services import feedback, periods, report_events
from trainer.services.feedback import Feedback
from trainer.services.report_events import Held
from trainer.services.reports import Filters


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    feedback: Feedback | None = None
    workshops: tuple[Held, ...] = ()


NOTHING_KEPT = Kept()


def read(
    db: Session, filters: Filters, *, countries: Collection[str], managed: Collection[str], now: datetime
) -> Kept:  # fmt: skip
    """Of one country and one quarter over all modules; nothing for anything else. At most two statements.

    `countries`: whose counts the reader may see; `managed`: whose workshops, too.
    """
    country = filters.country or (next(iter(countries)) if len(countries) == 1 else "")
    quarter = filters.period
    if country not in countries or filters.module is not None or not periods.is_code_of_quarter(quarter):
        return NOTHING_KEPT
    if not feedback.has_ended(quarter, [country], now):
        return NOTHING_KEPT
    return Kept(
        feedback=feedback.of_quarter(db, [country], quarter, now=now),
        workshops=report_events.held(db, country, quarter) if country in managed else (),
    )
