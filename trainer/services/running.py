"""The quarter that has not ended: how many have begun and completed so far, for whoever may open the list of them.

Not part of any report: a live count beside yesterday's tells who came since. A coordinator sees the names behind it
anyway; nobody else gets it, and there is no file of it.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from trainer.services import calendar, periods
from trainer.store.evidence import Summary


class SoFar(NamedTuple):
    country: str
    quarter: str
    module: str
    enrolled: int
    completed: int


def so_far(db: Session, countries: Collection[str], *, now: datetime) -> list[SoFar]:
    """Of each country's running quarter, by country and module. One statement."""
    quarters = {code: periods.quarter_at(calendar.today(code, now)) for code in countries}
    months = {month for quarter in quarters.values() for month in periods.months(quarter)}
    query = (
        select(Summary.country, Summary.month, Summary.module, func.sum(Summary.enrolled), func.sum(Summary.completed))
        .where(Summary.country.in_(sorted(countries)), Summary.month.in_(sorted(months)))
        .group_by(Summary.country, Summary.month, Summary.module)
    )
    found: dict[tuple[str, str], SoFar] = {}
    for country, month, module, enrolled, completed in db.execute(query):
        if month in periods.months(quarters[country]):
            held = found.get((country, module), SoFar(country, quarters[country], module, 0, 0))
            found[country, module] = held._replace(
                enrolled=held.enrolled + int(enrolled), completed=held.completed + int(completed)
            )
    return [found[key] for key in sorted(found) if found[key].enrolled or found[key].completed]
