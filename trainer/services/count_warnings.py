"""What looks odd in the counts of a country: nobody has to be looked up for it.

Only for whoever may open the lists of people behind the counts: nothing is hidden here.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, time
from typing import NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from trainer.assessment import gain
from trainer.services import calendar, periods
from trainer.services.data_warnings import Raised
from trainer.services.evidence import quarter_of
from trainer.store.evidence import Summary

FEWEST_ENROLLED = 10
"""In a quarter, before anybody could be missing from it."""
FEWEST_BEFORE = 5
"""Of an agency type in the year before, to be missed now."""
MOST_UNSTATED = 0.05
FEWEST_FOR_SHARE = 20
JUMP = 15
"""Points by which the mean of the test before may rise from one quarter to the next."""


class _Quarters(NamedTuple):
    """Of one country: the running one, the last that is over, and the four before that."""

    running: str
    last: str
    year: tuple[str, ...]


def in_counts(db: Session, country: str, now: datetime) -> list[Raised]:
    """Two statements; they cost the same however many people there are."""
    quarters = _quarters(country, now)
    first = quarters.year[-1]
    return [
        *_missing(country, quarters, _who(db, country, first)),
        *_jumps(country, quarters, _before(db, country, first)),
    ]


def _quarters(country: str, now: datetime) -> _Quarters:
    codes = [quarter_of(calendar.month(now, country))]
    while len(codes) < 6:
        codes.append(periods.previous(codes[-1]) or "")
    return _Quarters(codes[0], codes[1], tuple(codes[2:]))


def _first_month(quarter: str) -> str:
    return f"{quarter[:4]}-{3 * int(quarter[-1]) - 2:02}"


Who = Mapping[str, Counter[tuple[str, str]]]
"""Quarter → how many enrolled, by sex and agency type."""


def _who(db: Session, country: str, first: str) -> Who:
    query = (
        select(Summary.month, Summary.sex, Summary.agency_type, func.sum(Summary.enrolled))
        .where(Summary.country == country, Summary.month >= _first_month(first))
        .group_by(Summary.month, Summary.sex, Summary.agency_type)
    )
    found: defaultdict[str, Counter[tuple[str, str]]] = defaultdict(Counter)
    for month, sex, agency, enrolled in db.execute(query):
        found[quarter_of(month)][sex, agency] += int(enrolled)
    return found


def _missing(country: str, quarters: _Quarters, who: Who) -> Iterator[Raised]:
    """Women, an agency type, or what people are asked to state."""
    held = who.get(quarters.last, Counter())
    everybody = held.total()
    if everybody < FEWEST_ENROLLED:
        return
    sexes: Counter[str] = Counter()
    for (sex, _), count in held.items():
        sexes[sex] += count
    numbers, ended = {"period": quarters.last, "enrolled": everybody}, _end(quarters.last)
    if sexes["man"] and not sexes["woman"]:
        yield Raised("women", country, ended, numbers=numbers, told_by=quarters.last)
    if everybody >= FEWEST_FOR_SHARE and sexes[""] > MOST_UNSTATED * everybody:
        yield Raised("unstated", country, ended, numbers={**numbers, "count": sexes[""]}, told_by=quarters.last)
    earlier: Counter[str] = Counter()
    for quarter in quarters.year:
        for (_, agency), count in who.get(quarter, Counter()).items():
            earlier[agency] += count
    here = {agency for (_, agency), count in held.items() if count}
    for agency in sorted(earlier):
        if earlier[agency] >= FEWEST_BEFORE and agency not in here:
            yield Raised("agency", country, ended, agency=agency, numbers=numbers, told_by=quarters.last)


def _end(quarter: str) -> datetime:
    return datetime.combine(periods.day_after(quarter), time(), UTC)


Before = Mapping[tuple[str, str], tuple[int, int]]
"""Module and quarter → how many took the test before, and the sum of their scores in hundredths."""


def _before(db: Session, country: str, first: str) -> Before:
    n, score = func.sum(Summary.pairs + Summary.only_before), func.sum(Summary.before + Summary.only_before_sum)
    query = (
        select(Summary.module, Summary.month, n, score)
        .where(Summary.country == country, Summary.month >= _first_month(first))
        .group_by(Summary.module, Summary.month)
    )
    found: dict[tuple[str, str], tuple[int, int]] = {}
    for module, month, people, points in db.execute(query):
        place = (module, quarter_of(month))
        held = found.get(place, (0, 0))
        found[place] = (held[0] + int(people), held[1] + int(points))
    return found


def _jumps(country: str, quarters: _Quarters, before: Before) -> Iterator[Raised]:
    for module in sorted({module for module, _ in before}):
        for earlier, later in ((quarters.year[0], quarters.last), (quarters.last, quarters.running)):
            (n, score), (m, new) = before.get((module, earlier), (0, 0)), before.get((module, later), (0, 0))
            if min(n, m) >= gain.FEWEST and new / m - score / n >= 100 * JUMP:
                # Not the means: in a running quarter two of them would tell what one more person knew.
                numbers = {"points": JUMP, "period": later}
                yield Raised("jump", country, _end(later), module=module, numbers=numbers, told_by=later)
