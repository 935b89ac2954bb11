"""The report: who enrolled and completed, and how the tests went, by country, module and period.

Of quarters whose figures are fixed, and of nothing else (`cutoffs`).
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.orm import Session

from trainer.services import cutoffs, editions, fixed, periods
from trainer.services.cutoffs import Country, Fixed
from trainer.services.figures import Share, Tests
from trainer.services.group_figures import GroupTable, Told
from trainer.services.problems import NotFound
from trainer.services.report_groups import Grouping, Questions, questions_of
from trainer.services.suppression import Cell

SMALLEST_BASE = 5
"""People enrolled below which no share is shown: shares of few people say too much about each."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """Fixed choices only: free ones would let hidden numbers be worked out from differences."""

    country: str | None = None
    """One of the coordinator's countries; None: all of them."""
    module: str | None = None
    """Slug; None: all."""
    period: str = periods.ALL_TIME
    """A code of `periods`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """One country and module in one period, or a sum of them."""

    enrolled: Cell
    completed: Cell
    minutes: Cell
    """Planned minutes of what was completed."""
    persons: Cell | None
    """Each once; None for a single module, of which everybody has one."""

    @property
    def cells(self) -> tuple[Cell, ...]:
        return (self.enrolled, self.completed, self.minutes, *([self.persons] if self.persons else []))


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    country: str | None
    """None: of all countries in the report."""
    module: str | None
    """None: of all modules (participations: a person counts once per module)."""
    title: str
    """Of the module; empty for a total of modules."""
    now: Counted
    before: Counted | None
    """In the period before; None for all time."""
    share: Share | None
    """Who completed of those who ever enrolled; None in a part of time, and unless both counts are shown."""
    tests: Tests | None
    """None for sums of modules or countries: they would compare what is not alike."""

    @property
    def is_nothing(self) -> bool:
        counts = (self.now, self.before) if self.before else (self.now,)
        return all(cell.value == 0 for one in counts for cell in one.cells) and not self.tests


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction:
    """What a cut-off found to have changed in quarters before it. In no other number of the report."""

    country: str
    quarter: str
    """Whose cut-off told it."""
    module: str | None
    """None: of all modules, which is told of persons only."""
    title: str
    enrolled: int
    completed: int
    minutes: int | None
    """None: they are not told."""
    persons: int
    """More of them, or fewer, who completed something in any quarter before; 0 for a single module."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """By country, then module; totals last of their group."""

    filters: Filters
    countries: tuple[str, ...]
    periods: tuple[str, ...]
    """What can be chosen besides all time."""
    before: str | None
    """The period that is compared with."""
    rows: tuple[Row, ...]
    """Country × module."""
    totals: tuple[Row, ...]
    """Per country, then per module, then of all; only those that add up more than one row."""
    groups: tuple[Grouping, ...] | None
    """Persons by agency, role, language, mode; None unless one country and one quarter are chosen."""
    told: Told | None
    """Who enrolled and completed, and the tests, by group; None as for `groups`, and where it was not kept yet."""
    questions: Questions | None
    """None unless one country and one module are chosen."""
    made_at: datetime
    of: Mapping[str, Country]
    """The fixed figures that it is made of, of every country."""
    cutoffs: Mapping[str, Mapping[str, Fixed]]
    """Country → quarter → when and how its figures were fixed; quarters of the period only, in their order."""
    corrections: tuple[Correction, ...]
    """Of the chosen countries, modules and period: told beside these quarters, about those before them."""

    @property
    def fixed_at(self) -> datetime | None:
        """When the newest of its figures were fixed; None where there are none."""
        return max((one.at for of in self.cutoffs.values() for one in of.values()), default=None)

    @property
    def version(self) -> str:
        """Of Trainer, that fixed them; several with commas."""
        return ", ".join(sorted({one.version for of in self.cutoffs.values() for one in of.values()}))

    @property
    def fixed_until(self) -> dict[str, str]:
        """Country of the report → its newest quarter that is fixed; empty: none yet."""
        codes = [code for code in self.countries if self.filters.country in (None, code)]
        return {code: max(self.of[code].quarters, default="") for code in codes}

    @property
    def country(self) -> str | None:
        """The only country the report is about."""
        return self.filters.country or (self.countries[0] if len(self.countries) == 1 else None)

    @property
    def marks(self) -> frozenset[str]:
        """Why something is not shown: the page explains it."""
        counts = [one for row in (*self.rows, *self.totals) for one in (row.now, row.before) if one]
        grouped = [cell.mark for one in self.groups or () for row in one.rows for cell in row.cells]
        hours = [row.minutes.mark for one in self.by_group for row in one.rows]
        return frozenset({*(cell.mark for one in counts for cell in one.cells), *grouped, *hours} - {""})

    @property
    def by_group(self) -> tuple[GroupTable, ...]:
        """Of the chosen module, or of all together."""
        return self.told.of(self.filters.module) if self.told else ()


def completions(
    db: Session,
    countries: Sequence[str],
    filters: Filters,
    *,
    titles: Mapping[str, str] | None = None,
    now: datetime,
    days: int,
    of: Mapping[str, Country] | None = None,
) -> Report:
    """The report for these countries; `titles` by slug, otherwise the titles of the editions. Both in their order.

    `days`: so many after its end a quarter is fixed by itself. `of`: the fixed figures, where another report of the
    same countries and moment has read them.

    What is hidden is decided for each country on everything that can be printed of it (`figures`), and only then
    filtered and put in order: a number is shown under every filter, in every language and to everybody, or to nobody.

    Raises NotFound when a filter names a country that is not among `countries`, a module that does not exist, or no
    period.
    """
    titles = titles or {edition.module: edition.title for edition in editions.current_editions(db)}
    if filters.country not in (None, *countries) or filters.module not in (None, *titles):
        raise NotFound
    only = filters.country or (countries[0] if len(countries) == 1 else "")
    of = of or cutoffs.read(db, countries, now=now, days=days, of=(only, filters.period))
    offered = periods.offered(quarter for one in of.values() for quarter in one.quarters)
    if filters.period not in (periods.ALL_TIME, *offered):
        raise NotFound
    made = _Maker(of, titles, filters)
    place = _places(countries, [*titles, *(slug for slug in made.modules if slug not in titles)])
    report = Report(
        filters=filters,
        countries=tuple(countries),
        periods=offered,
        before=periods.previous(filters.period),
        rows=tuple(sorted((row for row in made.rows() if not row.is_nothing), key=place)),
        totals=tuple(sorted(made.totals(), key=place)),
        groups=None,
        told=None,
        questions=None,
        made_at=now,
        of=of,
        cutoffs={code: made.fixed(code) for code in countries if filters.country in (None, code)},
        corrections=tuple(made.corrections(countries)),
    )
    return _with_details(report)


def _with_details(report: Report) -> Report:
    """And with what is there for one country only."""
    country, filters = report.country, report.filters
    if country is None:
        return report
    groups = told = questions = None
    held = report.of[country]
    if periods.is_quarter(filters.period):
        groups, told = fixed.groups_of(held.people), fixed.told_of(held.groups)
    if filters.module is not None:
        questions = questions_of(held.questions, filters.module)
    return replace(report, groups=groups, told=told, questions=questions)


def _places(countries: Sequence[str], modules: Sequence[str]) -> Callable[[Row], tuple[int, int]]:
    """Where a row stands; totals stand last."""
    of_country = {code: at for at, code in enumerate((*countries, None))}
    of_module = {slug: at for at, slug in enumerate((*modules, None))}
    return lambda row: (of_country[row.country], of_module[row.module])


class _Maker:
    """Rows from the figures of countries."""

    def __init__(self, of: Mapping[str, Country], titles: Mapping[str, str], filters: Filters) -> None:
        self.of, self.titles, self.filters = of, titles, filters
        self.modules = sorted({module for one in of.values() for module, _ in one.figures.enrolled if module})

    def fixed(self, code: str) -> dict[str, Fixed]:
        """The cut-offs of a country in the chosen period."""
        quarters = self.of[code].quarters
        return {quarter: one for quarter, one in quarters.items() if periods.is_in(quarter, self.filters.period)}

    def corrections(self, countries: Sequence[str]) -> Iterator[Correction]:
        for code in countries:
            if self.filters.country not in (None, code):
                continue
            for quarter, told in self.of[code].corrections.items():
                if not periods.is_in(quarter, self.filters.period):
                    continue
                for module, (enrolled, completed, minutes) in told.modules.items():
                    if self.filters.module in (None, module):
                        yield Correction(
                            country=code, quarter=quarter, module=module, title=self.titles.get(module, module),
                            enrolled=enrolled, completed=completed, persons=0,
                            minutes=minutes if minutes or not completed else None,
                        )  # fmt: skip
                if told.persons and self.filters.module is None:
                    yield Correction(
                        country=code, quarter=quarter, module=None, title="",
                        enrolled=0, completed=0, minutes=0, persons=told.persons,
                    )  # fmt: skip

    def rows(self) -> Iterator[Row]:
        for code in sorted(self.of):
            for module in self.modules:
                if self.filters.country in (None, code) and self.filters.module in (None, module):
                    yield self._row([code], code, module)

    def totals(self) -> Iterator[Row]:
        """Those that the filters leave, and that add up more than one row."""
        several = len(self.modules) > 1 and self.filters.module is None
        if several:
            for code in sorted(self.of):
                if self.filters.country in (None, code):
                    yield self._row([code], code, None)
        if len(self.of) > 1 and self.filters.country is None:
            for module in self.modules:
                if self.filters.module in (None, module):
                    yield self._row(self.of, None, module)
            if several:
                yield self._row(self.of, None, None)

    def _row(self, codes: Collection[str], country: str | None, module: str | None) -> Row:
        period = self.filters.period
        now, previous = self._counted(codes, module, period), periods.previous(period)
        tests = self.of[country].figures.tests.get((module, period)) if country and module else None
        return Row(
            country=country,
            module=module,
            title=self.titles.get(module, module) if module else "",
            now=now,
            before=None if previous is None else self._counted(codes, module, previous),
            share=_share(now) if period == periods.ALL_TIME else None,
            tests=tests or None,
        )

    def _counted(self, codes: Collection[str], module: str | None, period: str) -> Counted:
        of = [self.of[code] for code in codes]
        is_all = module is None or len(self.modules) == 1
        return Counted(
            enrolled=cutoffs.counted(of, "enrolled", module, period),
            completed=cutoffs.counted(of, "completed", module, period),
            minutes=cutoffs.counted(of, "minutes", module, period),
            persons=cutoffs.counted(of, "persons", None, period) if is_all else None,
        )


def _share(counts: Counted) -> Share | None:
    enrolled, completed = counts.enrolled.value, counts.completed.value
    if enrolled is None or completed is None or enrolled < SMALLEST_BASE:
        return None
    return Share.of(completed, enrolled)
