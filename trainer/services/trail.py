"""Reads the audit trail: one chain, newest first, narrowed by act, by object, by who did it and by time."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from trainer.services.report_files import plain_text
from trainer.store.models import Person
from trainer.store.trail import AuditEvent
from trainer.store.workshops import Workshop
from trainer.vocabulary import COUNTRIES, N_, NO_COUNTRY, OTHER_COUNTRY

PAGE = 50
MOST_IN_FILE = 10_000
"""Events in one file: the newest that fit the filter."""
REQUESTED = "requests"
"""As an act: all of `REQUESTS`."""
REQUESTS = (
    "data-corrected", "person-corrected", "data-downloaded", "copy-made", "deletion-asked", "deletion-noted",
    "deletion-withdrawn", "person-forgotten",
)  # fmt: skip
"""Acts of people's rights over their data: asked, taken back and done, by themselves or for them."""
MOVED = "transfer-accepted"
"""The act of a move: it stands in the chain of both countries."""
HEADINGS = (
    N_("Number"), N_("Time (UTC)"), N_("Who"), N_("Name"), N_("What"), N_("Code"), N_("Of what"), N_("Id"), N_("Name"),
    N_("Changed"), N_("Request"),
)  # fmt: skip


class Filters(NamedTuple):
    """What is asked for; empty or None: everything."""

    act: str = ""
    """An act, or `REQUESTED`."""
    kind: str = ""
    object_id: str = ""
    actor: str = ""
    since: date | None = None
    until: date | None = None
    """Days in UTC, both included."""


class EventRow(NamedTuple):
    number: int
    at: datetime
    actor: str
    act: str
    kind: str
    object_id: str
    fields: tuple[str, ...]
    request_id: str


class Page(NamedTuple):
    events: tuple[EventRow, ...]
    names: Mapping[str, str]
    """Public id → name or title, of the people and workshops named here that are there and inside the scope."""
    following: int | None
    """Where the next, older page begins (`before`); None: there is none."""


def page(db: Session, country: str, filters: Filters, *, before: int | None = None, size: int = PAGE) -> Page:
    """The `size` newest events of one chain below the number `before`: the last page costs as much as the first.

    Empty for a country outside the scope of `db`.
    """
    wanted = select(
        AuditEvent.number, AuditEvent.at, AuditEvent.actor, AuditEvent.act, AuditEvent.kind, AuditEvent.object_id,
        AuditEvent.fields, AuditEvent.request_id,
    ).where(AuditEvent.country == country)  # fmt: skip
    for column, value in (
        (AuditEvent.kind, filters.kind),
        (AuditEvent.object_id, filters.object_id),
        (AuditEvent.actor, filters.actor),
    ):
        if value:
            wanted = wanted.where(column == value)
    if filters.act:
        wanted = wanted.where(AuditEvent.act.in_(REQUESTS if filters.act == REQUESTED else (filters.act,)))
    if filters.since:
        wanted = wanted.where(AuditEvent.at >= _midnight(filters.since))
    if filters.until:
        wanted = wanted.where(AuditEvent.at < _midnight(filters.until + timedelta(days=1)))
    if before is not None:
        wanted = wanted.where(AuditEvent.number < before)
    found = db.execute(wanted.order_by(AuditEvent.number.desc()).limit(size + 1)).all()
    rows = tuple(
        EventRow(row.number, row.at, row.actor, row.act, row.kind, row.object_id,
                 tuple(row.fields.split(",")) if row.fields else (), row.request_id)
        for row in found[:size]
    )  # fmt: skip
    return Page(rows, {}, rows[-1].number if len(found) > size else None)


class Seen(NamedTuple):
    """An act on somebody's record, as they see it themselves."""

    at: datetime
    actor: str
    act: str
    countries: tuple[str, ...]
    """In whose chains it stands; a move stands in two. None of them: it belongs to no country."""


def about(db: Session, person_id: str, country: str, *, size: int = PAGE) -> tuple[tuple[Seen, ...], bool]:
    """What was done with the record of somebody of `country`, the newest first. -> at most `size` acts, and whether
    there are more

    Also what was done where they were before they moved here: for themselves, so only in a system scope. A country that
    was asked to take them in and did not is none of theirs. Two statements.
    """
    mine = (AuditEvent.kind == "person") & (AuditEvent.object_id == person_id)
    moved = select(AuditEvent.country).distinct().where(
        mine, AuditEvent.country.in_((*COUNTRIES, OTHER_COUNTRY)), AuditEvent.act == MOVED
    )  # fmt: skip
    chains = {country, NO_COUNTRY, *db.scalars(moved)}
    columns = AuditEvent.at, AuditEvent.actor, AuditEvent.act, AuditEvent.request_id, AuditEvent.country
    query = select(*columns).where(mine, AuditEvent.country.in_(sorted(chains)))
    found = db.execute(query.order_by(AuditEvent.at.desc(), AuditEvent.number.desc()).limit(2 * size + 2)).all()
    acts: dict[tuple[object, ...], Seen] = {}
    for row in found:
        key = (row.at, row.actor, row.act, row.request_id)
        also = acts[key].countries if key in acts else ()
        own = () if row.country == NO_COUNTRY else (row.country,)
        acts[key] = Seen(row.at, row.actor, row.act, tuple(sorted({*also, *own})))
    return tuple(acts.values())[:size], len(acts) > size or len(found) > 2 * size + 1


def with_names(db: Session, made: Page, *, also: Iterable[str] = ()) -> Page:
    """The page with the names there are today, of those inside the scope of `db`; `also`: ids that are looked for."""
    people = {one.actor for one in made.events} | {one.object_id for one in made.events if one.kind == "person"}
    workshops = {one.object_id for one in made.events if one.kind == "workshop"}
    named = select(Person.id, Person.full_name).where(Person.id.in_(people | set(also)))
    names: dict[str, str] = {row.id: row.full_name for row in db.execute(named)}
    if workshops:
        titled = select(Workshop.id, Workshop.title).where(Workshop.id.in_(workshops))
        names |= {row.id: row.title for row in db.execute(titled)}
    return made._replace(names=names)


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)


def file(made: Page, label: Callable[[str], str], words: Mapping[str, str]) -> str:
    """The page as CSV. `label` translates; `words`: act → what it is called."""
    out = io.StringIO()
    written = csv.writer(out, lineterminator="\r\n")
    written.writerow([label(heading) for heading in HEADINGS])
    for one in made.events:
        row = (
            one.actor, made.names.get(one.actor, ""), label(words.get(one.act, one.act)), one.act, one.kind,
            one.object_id, made.names.get(one.object_id, ""), ",".join(one.fields), one.request_id,
        )  # fmt: skip
        moment = one.at.strftime("%Y-%m-%d %H:%M:%S")
        written.writerow([one.number, moment, *(plain_text(cell) for cell in row)])
    return out.getvalue()
