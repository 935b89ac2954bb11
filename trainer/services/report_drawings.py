"""The report's drawings: the same cells as in its tables, for the page and for the PDF."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from trainer.charts.bars import Amount, Bar, bars
from trainer.charts.dumbbell import Pair, dumbbell
from trainer.charts.lettering import Words
from trainer.charts.shapes import Picture
from trainer.charts.tiles import PLACES, Tile, tile_map, tint_of_count, tint_of_share
from trainer.services.reports import Report, Row
from trainer.services.series import Quarter
from trainer.services.suppression import FEW, Cell
from trainer.vocabulary import N_, country_name

NOT_SHOWN = N_("not shown")
SIGNS = {
    "<5": N_("<5: 1 to 4 people."),
    "–": N_("–: not shown."),
    "+": N_("+: or more. Only what is shown is added up."),
}
"""What stands in a drawing for a number that is not shown → what it means."""


class Voice(NamedTuple):
    """How a reader's language writes it."""

    label: Callable[[str], str]
    number: Callable[[float], str]
    percent: Callable[[float], str]
    """Of a share from 0 to 1."""
    titles: Mapping[str, Words]
    """Slug → title of the module."""

    def words(self, message: str) -> Words:
        return Words(self.label(message))


class Drawn(NamedTuple):
    heading: str | None
    """Country that the drawing is about, where there is one drawing for each."""
    picture: Picture


def countries_drawn(report: Report, voice: Voice) -> Picture:
    """Each country's share of completions, or in a part of time their number."""
    tiles = [_tile(code, _last_of(report, code), voice) for code in report.countries if _is_in(report, code)]
    title = voice.label(N_("Completed in %(period)s, by country")) % {"period": report.filters.period}
    if not report.filters.period:
        title = voice.label(N_("Share completed, by country"))
    return tile_map(tiles, title, _legend((tile.text for tile in tiles if tile.code in PLACES), voice))


def _is_in(report: Report, code: str) -> bool:
    return report.filters.country in (None, code)


def _last_of(report: Report, code: str) -> Row | None:
    """The country's total, or the only row it has."""
    return next((row for row in reversed((*report.rows, *report.totals)) if row.country == code), None)


def _tile(code: str, row: Row | None, voice: Voice) -> Tile:
    name = voice.label(country_name(code))
    if row is None:
        return Tile(code, name, voice.number(0), voice.number(0), None)
    if row.before is not None:  # a part of time, in which there are no shares
        completed = row.now.completed
        return Tile(code, name, _sign(completed, voice), _said(completed, voice), tint_of_count(completed.value))
    if row.share is None:
        return Tile(code, name, "–", voice.label(NOT_SHOWN), None)
    text = voice.percent(row.share.share)
    return Tile(code, name, text, text, tint_of_share(row.share.share))


def gains_drawn(report: Report, voice: Voice) -> tuple[Drawn, ...]:
    """Means before and after: of each country in one module, or of each module of a country."""
    tested = [row for row in report.rows if row.tests]
    if report.filters.module is not None:
        groups: list[tuple[str | None, list[Row]]] = [(None, tested)]
    else:
        groups = [(code, [row for row in tested if row.country == code]) for code in report.countries]
    title = voice.label(N_("Mean score before and after, in percent"))
    before, after = voice.words(N_("Test before")), voice.words(N_("Test after"))
    ends = (voice.number(0), voice.number(100))
    return tuple(
        Drawn(code, dumbbell([_pair(row, report, voice) for row in rows], title, before, after, ends))
        for code, rows in groups
        if any(row.tests and row.tests.gain for row in rows)
    )


def _pair(row: Row, report: Report, voice: Voice) -> Pair:
    name = voice.titles.get(row.module or "", Words(row.title))
    if report.filters.module is not None:
        name = voice.words(country_name(row.country or ""))
    gain = row.tests.gain if row.tests else None
    if gain is None:
        return Pair(name, None, None, ("", ""), voice.label(NOT_SHOWN))
    texts = (voice.number(round(gain.before)), voice.number(round(gain.after)))
    said = voice.label(N_("before %(before)s, after %(after)s")) % {"before": texts[0], "after": texts[1]}
    return Pair(name, gain.before, gain.after, texts, said)


def past_drawn(past: Sequence[Quarter], voice: Voice) -> Picture | None:
    """None where there is nothing to set beside it."""
    if len(past) < 2:
        return None
    rows = [Bar(one.period, (_amount(one.enrolled, voice), _amount(one.completed, voice))) for one in past]
    title = voice.label(N_("Enrolled and completed, by quarter"))
    names = (voice.words(N_("Enrolled")), voice.words(N_("Completed")))
    return bars(rows, title, names, _legend((one.text for row in rows for one in row.amounts), voice))


def _amount(cell: Cell, voice: Voice) -> Amount:
    value = cell.value if cell.value is not None else cell.least or None
    return Amount(value, _sign(cell, voice), _said(cell, voice), more=cell.value is None and bool(cell.least))


def _sign(cell: Cell, voice: Voice) -> str:
    """As short as it has to be on a drawing."""
    if cell.value is not None:
        return voice.number(cell.value)
    if cell.least:
        return f"{voice.number(cell.least)}+"
    return "<5" if cell.mark == FEW else "–"


def _said(cell: Cell, voice: Voice) -> str:
    return cell.text(voice.label)


def _legend(texts: Iterable[str], voice: Voice) -> list[Words]:
    used = set(texts)
    return [voice.words(said) for sign, said in SIGNS.items() if any(text.endswith(sign) for text in used)]


class Compared(NamedTuple):
    """A count beside the one of the period before."""

    what: str
    """`enrolled`, `completed` or `persons`."""
    more: int
    """Negative: so many fewer."""


def compared(row: Row) -> Iterator[Compared]:
    """What can be said: both numbers have to be shown."""
    if row.before is None:
        return
    for what in ("enrolled", "completed", "persons"):
        now, before = getattr(row.now, what), getattr(row.before, what)
        if now is not None and before is not None and now.value is not None and before.value is not None:
            yield Compared(what, now.value - before.value)
