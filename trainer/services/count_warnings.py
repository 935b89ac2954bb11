"""What looks odd in the counts: nobody has to be looked up for it, and it costs the same however many people there are.

Only for whoever may open the lists of people behind the counts: nothing is hidden here.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping
from datetime import datetime
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


def in_counts(db: Session, countries: Collection[str], now: datetime) -> list[Raised]:
    """By country. Two statements."""
    since = {code: _quarters(code, now) for code in sorted(countries)}
    first = min((one.year[-1] for one in since.values()), default="")
    who, before = _who(db, countries, first), _before(db, countries, first)
    found: list[Raised] = []
    for code, quarters in since.items():
        found += _missing(code, quarters, who[code])
        found += _jumps(code, quarters, before[code])
    return found


def _quarters(country: str, now: datetime) -> _Quarters:
    codes = [quarter_of(calendar.month(now, country))]
    while len(codes) < 6:
        codes.append(periods.previous(codes[-1]) or "")
    return _Quarters(codes[0], codes[1], tuple(codes[2:]))


def _first_month(quarter: str) -> str:
    return f"{quarter[:4]}-{3 * int(quarter[-1]) - 2:02}"


Who = Mapping[str, Counter[tuple[str, str]]]
"""Quarter → how many enrolled, by sex and agency type."""


def _who(db: Session, countries: Collection[str], first: str) -> Mapping[str, Who]:
    query = (
        select(Summary.country, Summary.month, Summary.sex, Summary.agency_type, func.sum(Summary.enrolled))
        .where(Summary.country.in_(sorted(countries)), Summary.month >= _first_month(first or "1970-Q1"))
        .group_by(Summary.country, Summary.month, Summary.sex, Summary.agency_type)
    )
    found: defaultdict[str, defaultdict[str, Counter[tuple[str, str]]]]
    found = defaultdict(lambda: defaultdict(Counter))
    for country, month, sex, agency, enrolled in db.execute(query):
        found[country][quarter_of(month)][sex, agency] += int(enrolled)
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
    numbers = {"period": quarters.last, "enrolled": everybody}
    if sexes["man"] and not sexes["woman"]:
        yield Raised("women", country, numbers=numbers)
    if everybody >= FEWEST_FOR_SHARE and sexes[""] > MOST_UNSTATED * everybody:
        yield Raised("unstated", country, numbers={**numbers, "count": sexes[""]})
    earlier: Counter[str] = Counter()
    for quarter in quarters.year:
        for (_, agency), count in who.get(quarter, Counter()).items():
            earlier[agency] += count
    here = {agency for (_, agency), count in held.items() if count}
    for agency in sorted(earlier):
        if earlier[agency] >= FEWEST_BEFORE and agency not in here:
            yield Raised("agency", country, agency=agency, numbers=numbers)


Before = Mapping[tuple[str, str], tuple[int, int]]
"""Module and quarter → how many took the test before, and the sum of their scores in hundredths."""


def _before(db: Session, countries: Collection[str], first: str) -> Mapping[str, Before]:
    n, score = func.sum(Summary.pairs + Summary.only_before), func.sum(Summary.before + Summary.only_before_sum)
    query = (
        select(Summary.country, Summary.module, Summary.month, n, score)
        .where(Summary.country.in_(sorted(countries)), Summary.month >= _first_month(first or "1970-Q1"))
        .group_by(Summary.country, Summary.module, Summary.month)
    )
    found: defaultdict[str, dict[tuple[str, str], tuple[int, int]]] = defaultdict(dict)
    for country, module, month, people, points in db.execute(query):
        place = (module, quarter_of(month))
        held = found[country].get(place, (0, 0))
        found[country][place] = (held[0] + int(people), held[1] + int(points))
    return found


def _jumps(country: str, quarters: _Quarters, before: Before) -> Iterator[Raised]:
    for module in sorted({module for module, _ in before}):
        for earlier, later in ((quarters.year[0], quarters.last), (quarters.last, quarters.running)):
            (n, score), (m, new) = before.get((module, earlier), (0, 0)), before.get((module, later), (0, 0))
            if min(n, m) >= gain.FEWEST and new / m - score / n >= 100 * JUMP:
                # Not the means: in a running quarter two of them would tell what one more person knew.
                yield Raised("jump", country, module=module, numbers={"points": JUMP, "period": later})
