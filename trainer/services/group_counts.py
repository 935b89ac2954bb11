"""What is counted of each group, read from the summaries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from trainer.services import periods
from trainer.services.evidence import quarter_of
from trainer.services.figures import Measures
from trainer.services.group_figures import Counted
from trainer.store.evidence import FacetSummary, Summary

_BY_SUMMARY = ("agency_type", "sex", "mode")


def read(db: Session, country: str, quarters: Sequence[str]) -> dict[str, Counted]:
    """Quarter → facet → module → group → counts; only of those that have any. Two statements."""
    found: dict[str, Any] = {
        quarter: defaultdict(lambda: defaultdict(lambda: defaultdict(Measures))) for quarter in quarters
    }

    def add(facets: Iterable[tuple[str, str]], module: str, month: str, values: Sequence[int]) -> None:
        row = Measures(*(int(value) for value in values))
        for facet, group in facets if any(row) else ():
            of = found[quarter_of(month)][facet][module]
            of[group] = of[group].plus(row)

    first, last = periods.months(quarters[0])[0], periods.months(quarters[-1])[-1]
    for table, names in ((Summary, _BY_SUMMARY), (FacetSummary, ("facet", "value"))):
        keys = [getattr(table, name) for name in ("module", "month", *names)]
        sums = [func.sum(getattr(table, name)) for name in Measures._fields]
        query = select(*keys, *sums).where(
            table.country == country, table.month >= first, table.month <= last
        ).group_by(*keys)  # fmt: skip
        for module, month, *rest in db.execute(query):
            values, groups = rest[len(names) :], rest[: len(names)]
            add([tuple(groups)] if table is FacetSummary else zip(names, groups, strict=True), module, month, values)
    return {
        quarter: {facet: {module: dict(groups) for module, groups in of.items()} for facet, of in facets.items()}
        for quarter, facets in found.items()
    }
