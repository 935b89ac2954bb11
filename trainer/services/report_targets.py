"""What a country wants to reach in a year, beside what the report shows of it.

A percentage of a target is worked out from the number that stands in the table, and from nothing else: where none
stands, because it is hidden or not known, there is no percentage either. There are no targets for numbers of victims,
which would invite wrong identification.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from trainer.services.feedback_rows import ReactionRow
from trainer.services.funders import FIGURES
from trainer.services.problems import SENTENCES, Invalid
from trainer.services.report_cells import NOTHING, Datum, Number, Table, Text, Words
from trainer.services.report_feedback import SAFE, part
from trainer.services.report_notes import WHY, Note, Notes
from trainer.services.reports import Report
from trainer.vocabulary import N_

FELT_SAFE = N_("T7 Felt safe: 4 or 5 (percent)")
TARGETS = {**{code: FIGURES[code] for code in ("t1", "t3", "t4", "t6")}, "t7": FELT_SAFE}
"""In the order of reading."""
GROWS = frozenset({"t1", "t3"})
"""They add up over the year; the others are shares."""
MOST = {"t1": 999_999, "t3": 9_999_999}
"""The others: 100."""
FAR = 10
"""Points of percent: a result that is farther from what was to be expected by now needs a sentence."""
SENTENCES["target-number"] = N_("Write a whole number from 1 to %(maximum)s, or leave it empty.")

HEADS = (N_("No."), N_("Indicator"), N_("Target for the year"))
PERCENT, EXPLANATION = N_("Percent of the target"), N_("Explanation")
MISSING = N_("An explanation is missing.")
NOTES = (
    N_(
        "Percent of the target: of the year’s figure, or of the quarter’s where nothing is added up over the year. "
        "Where no figure is shown, there is no percentage either."
    ),
    N_(
        "Persons and hours grow over the year: after each quarter a quarter of the target is to be expected. More than "
        "10 points away from what is to be expected, a sentence of explanation belongs here."
    ),
)


class Results(NamedTuple):
    """What the report shows, as cells."""

    quarter: Report
    year: Report
    indicators: Mapping[str, Sequence[Datum]]
    """Code of a target → of the quarter, of the year, of all time."""
    reactions: Sequence[ReactionRow]
    titles: Mapping[str, str]


class _Line(NamedTuple):
    name: Datum
    quarter: Datum
    year: Datum

    def reached(self, code: str) -> float | None:
        if self.year.number is not None or code in GROWS:
            return self.year.number
        return self.quarter.number


def check(code: str, number: int) -> None:
    """Raises Invalid, which names the field."""
    most = MOST.get(code, 100)
    if not 1 <= number <= most:
        raise Invalid("target-number", field=code, maximum=most)


def set_in(note: Note) -> dict[str, int]:
    return {code: note.written[code] for code in TARGETS if code in note.written}


def table(notes: Notes, results: Results) -> Table:
    """No rows: no targets are set."""
    quarter, year = results.quarter.filters.period, results.year.filters.period
    heads: tuple[Datum, ...] = (*map(Words, HEADS), Text(quarter), Text(year), Words(PERCENT), Words(EXPLANATION))
    rows = tuple(
        row for code, target in set_in(notes.targets).items() for row in _rows(code, target, notes.words, results)
    )
    return Table(name="targets", title=N_("Targets"), heads=heads, rows=rows, notes=NOTES)


def _rows(code: str, target: int, words: Note, results: Results) -> Iterator[tuple[Datum, ...]]:
    lines = [*_lines(code, results)]
    percents = [_percent(line.reached(code), target) for line in lines]
    expected = 25 * _quarters_gone(results) if code in GROWS else 100
    is_far = any(one is not None and abs(one - expected) > FAR for one in percents)
    why = str(words.written.get(f"{WHY}{code}", ""))
    explained = Text(why, str(words.written.get("lang", ""))) if why else Words(MISSING) if is_far else Text("")
    for at, (line, percent) in enumerate(zip(lines, percents, strict=True)):
        yield (
            Text(code.upper()), line.name, Number(target), line.quarter, line.year,
            NOTHING if percent is None else Number(percent), Text("") if at else explained,
        )  # fmt: skip


def _percent(reached: float | None, target: int) -> int | None:
    return None if reached is None else round(100 * reached / target)


def _quarters_gone(results: Results) -> int:
    """Of the year, as far as its figures are fixed."""
    country = results.year.country or ""
    last = results.year.of[country].last
    return 4 if last[:4] > results.year.filters.period else int(last[-1])


def _lines(code: str, results: Results) -> Iterator[_Line]:
    if code == "t6":
        yield from _by_module(results)
    elif code == "t7":
        found = [_Line(Words(SAFE, _of(row.module, results)), part(row.safe)[0], NOTHING) for row in results.reactions]
        yield from found or [_Line(Words(SAFE), NOTHING, NOTHING)]
    else:
        quarter, year, ever = results.indicators[code]
        if code == "t4":
            yield _Line(Words(NAMES[code]), NOTHING, ever)
        else:
            yield _Line(Words(NAMES[code]), quarter, year)


PASSED = N_("Test after passed at once (percent)")
NAMES = {
    "t1": N_("Persons trained"), "t3": N_("Planned hours"),
    "t4": N_("Completion rate of all time (percent)"),
}  # fmt: skip


def _of(module: str, results: Results) -> str:
    return f": {results.titles.get(module, module)}"


def _by_module(results: Results) -> Iterator[_Line]:
    """Never added up over modules: they would compare what is not alike."""
    shares = [
        {row.module: row.tests.after for row in report.rows if row.module and row.tests and row.tests.after}
        for report in (results.quarter, results.year)
    ]
    modules = [row.module for row in results.year.rows if row.module in shares[1]]
    modules += [module for module in shares[0] if module not in modules]
    for module in modules:
        found = [of.get(module or "") for of in shares]
        cells = [NOTHING if one is None else Number(round(100 * one.share)) for one in found]
        yield _Line(Words(PASSED, _of(module or "", results)), cells[0], cells[1])
    if not modules:
        yield _Line(Words(PASSED), NOTHING, NOTHING)
