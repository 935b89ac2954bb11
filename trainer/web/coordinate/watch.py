"""What waits for a coordinator beside the figures: national editions in force, and warnings about the data."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from markupsafe import Markup

from trainer.access import Permission
from trainer.services import calendar, national, warning_list
from trainer.services.editions import EditionRow
from trainer.services.national import Row
from trainer.services.report_editions import CONFIRMED_WITHIN
from trainer.store.scope import Scope
from trainer.vocabulary import COUNTRIES
from trainer.web import standings
from trainer.web.jinja import countries_in_order, may
from trainer.web.state import current
from trainer.web.texts import say


class InForce(NamedTuple):
    """A country's edition of a module."""

    country: str
    slug: str
    title: Markup
    standing: national.Standing
    days: int | None
    """Until the next check; negative: it is overdue by so many. None: no day was set, or nothing is signed."""
    recent: bool
    """Confirmed within the last year."""

    @property
    def open(self) -> int:
        return self.standing.required - self.standing.filled


class Watch(NamedTuple):
    """Parts of the report page for whoever may more than read counts."""

    editions: tuple[InForce, ...] | None
    """None: national words are none of this person's business."""
    warnings: int | None
    """How many wait for a look; None: the page of warnings is not open to them."""
    is_looked: bool
    """Where none wait: somebody knows that."""

    @property
    def overdue(self) -> int:
        return sum(one.standing.overdue for one in self.editions or ())

    @property
    def recent(self) -> int:
        return sum(one.recent for one in self.editions or ())


def watch(newest: Sequence[EditionRow]) -> Watch:
    """In a transaction of its own: the report itself is read by people who see counts only. `newest`: the editions."""
    if not may(Permission.ADAPT) and not may(Permission.SEE_PEOPLE):
        return Watch(None, None, True)
    mine = countries_in_order(current.me.countries)
    with current.read(Scope.countries(mine)) as db:
        seen = national.overview(db, _members(mine), newest)
        found = warning_list.waiting(db, mine) if may(Permission.SEE_PEOPLE) else None
        is_looked = found != 0 or warning_list.looks(db, mine).at is not None
    rows = standings.rows(seen, _members(mine))
    overdue = sum(row.standing.overdue for row in rows)
    return Watch(
        tuple(map(_in_force, rows)) if may(Permission.ADAPT) else None,
        None if found is None else found + overdue,
        is_looked,
    )


def _members(countries: Sequence[str]) -> list[str]:
    """Those that have editions of their own."""
    return [code for code in countries if code in COUNTRIES]


def _in_force(row: Row) -> InForce:
    today = calendar.today(row.country, current.now())
    signed = row.standing.signed
    module = current.shelf.module(row.edition.id, current.locale)
    return InForce(
        row.country,
        row.edition.module,
        say(module.title),
        row.standing,
        (signed.review_by - today).days if signed and signed.review_by else None,
        signed is not None and signed.checked_on >= today - CONFIRMED_WITHIN,
    )
