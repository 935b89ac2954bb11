"""The drawings of the report page, and what has changed since the period before, in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from markupsafe import Markup

from trainer.charts.lettering import Words
from trainer.charts.shapes import Picture
from trainer.charts.svg import svg
from trainer.content.inline import words
from trainer.content.model import Passage
from trainer.services import report_drawings
from trainer.services.report_drawings import Compared, Voice
from trainer.services.report_tables import headline
from trainer.services.reports import Report
from trainer.services.series import Quarter
from trainer.web.jinja import number_text, percent_text, plain
from trainer.web.state import current


class Dashboard(NamedTuple):
    countries: Markup
    gains: tuple[tuple[str | None, Markup], ...]
    """Country (None: there is one drawing for all) and its drawing."""
    past: Markup | None
    quarters: tuple[Quarter, ...]
    """The numbers of `past`."""
    compared: tuple[Compared, ...]


def drawn(report: Report, quarters: tuple[Quarter, ...], titles: Mapping[str, Passage]) -> Dashboard | None:
    """None where there is nothing to draw."""
    row = headline(report)
    if row is None:
        return None
    voice = Voice(plain, number_text, percent_text, {slug: _words(one) for slug, one in titles.items()})
    bars = report_drawings.past_drawn(quarters, voice)
    return Dashboard(
        countries=_svg(report_drawings.countries_drawn(report, voice), "countries"),
        gains=tuple(
            (one.heading, _svg(one.picture, f"gain-{one.heading or 'all'}"))
            for one in report_drawings.gains_drawn(report, voice)
        ),
        past=None if bars is None else _svg(bars, "past"),
        quarters=quarters,
        compared=tuple(report_drawings.compared(row)),
    )


def _words(title: Passage) -> Words:
    return Words(words(title.content), "" if title.lang == current.locale else title.lang)


def _svg(picture: Picture, ident: str) -> Markup:
    return Markup(svg(picture, ident))  # noqa: S704  escaped where it is drawn
