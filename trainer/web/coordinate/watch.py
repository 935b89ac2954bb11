"""What waits for a coordinator beside the figures: national editions in force, and warnings about the data.

The counts of the warnings on the report page are of those that cost the same however many people there are; the page
of the warnings itself looks through the records.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import timedelta
from typing import NamedTuple

from flask import render_template
from markupsafe import Markup
from sqlalchemy.orm import Session

from trainer.access import Permission
from trainer.services import calendar, count_warnings, data_warnings, national
from trainer.services.data_warnings import HEADINGS, MOST, MOST_NEW, NEWEST, Raised
from trainer.services.editions import EditionRow
from trainer.services.national import Row, Seen
from trainer.store.scope import Scope
from trainer.vocabulary import AGENCY_TYPES, COUNTRIES
from trainer.web import standings
from trainer.web.coordinate.routes import blueprint
from trainer.web.guard import allow
from trainer.web.jinja import countries_in_order, may
from trainer.web.state import current
from trainer.web.texts import say

CONFIRMED_WITHIN = timedelta(days=365)


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
    """Of the kinds that are counted without looking at people; None: the page of warnings is not open to them."""

    @property
    def overdue(self) -> int:
        return sum(one.standing.overdue for one in self.editions or ())

    @property
    def recent(self) -> int:
        return sum(one.recent for one in self.editions or ())


def watch(newest: Sequence[EditionRow]) -> Watch:
    """In a transaction of its own: the report itself is read by people who see counts only. `newest`: the editions."""
    if not may(Permission.ADAPT) and not may(Permission.SEE_PEOPLE):
        return Watch(None, None)
    mine = countries_in_order(current.me.countries)
    with current.read(Scope.countries(mine)) as db:
        seen = national.overview(db, _members(mine), newest)
        counted = count_warnings.in_counts(db, mine, current.now()) if may(Permission.SEE_PEOPLE) else None
    rows = standings.rows(seen, _members(mine))
    overdue = sum(row.standing.overdue for row in rows)
    return Watch(
        tuple(map(_in_force, rows)) if may(Permission.ADAPT) else None,
        None if counted is None else len(counted) + overdue,
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


@blueprint.get("/warnings")
@allow(Permission.SEE_PEOPLE)
def warnings() -> str:
    mine = countries_in_order(current.me.countries)
    with current.read() as db:
        seen = national.overview(db, _members(mine))
        raised = [*_raised(db, mine), *_past_check(seen, _members(mine))]
        for code in mine:
            current.did("warnings-seen", country=code, kind="country", object_id=code)
    titles = {row.module: say(current.shelf.module(row.id, current.locale).title) for row in seen.editions}
    held = Counter(one.kind for one in raised)
    return render_template(
        "coordinate/warnings.html",
        groups=[(kind, [one for one in raised if one.kind == kind]) for kind in HEADINGS if held[kind]],
        headings=HEADINGS, titles=titles, agencies=AGENCY_TYPES, most=MOST, countries=len(mine),
        looked={"tests": NEWEST, "accounts": MOST_NEW},
    )  # fmt: skip


def _raised(db: Session, countries: Sequence[str]) -> list[Raised]:
    return [
        *data_warnings.in_records(db, countries, current.now()),
        *count_warnings.in_counts(db, countries, current.now()),
    ]


def _past_check(seen: Seen, countries: Sequence[str]) -> list[Raised]:
    """National words that should have been looked at again."""
    return [
        Raised("check", row.country, module=row.edition.module, numbers={"day": row.standing.signed.review_by})
        for row in standings.rows(seen, countries)
        if row.standing.overdue and row.standing.signed
    ]
