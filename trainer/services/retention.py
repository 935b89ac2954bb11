"""What goes by its age, and only after everybody who answers for it could see it coming.

Accounts that nobody uses are forgotten, single answers are taken away (scores and counts stay), and the second entry
of a merge goes when the merge can no longer be undone. Accounts and answers are announced first and go when they have
been announced for thirty days and are still due.

A clock may jump. So thirty days are also thirty days on which this looked (`RetentionDay`), and an announcement from
the future is none: a clock that is years ahead for an hour announces, and takes nothing away.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from datetime import UTC, date, datetime, time, timedelta
from functools import partial
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, and_, delete, exists, false, func, literal, or_, select, union_all
from sqlalchemy.orm import Session

from trainer.languages import formats
from trainer.languages.words import words
from trainer.services import ageing, forgetting, outbox, transfers
from trainer.services.ageing import ACCOUNT, ANSWERS, ENTRY, KINDS, Times
from trainer.services.calendar import today
from trainer.services.merging import UNDO
from trainer.services.outbox import New
from trainer.services.problems import NotFound
from trainer.store.engine import Store
from trainer.store.leaving import Announced, Merge, RetentionDay
from trainer.store.models import Person
from trainer.store.prepared import insert_new
from trainer.store.scope import Scope
from trainer.store.statements import hold, insert_all_new
from trainer.vocabulary import N_

NOTICE = timedelta(days=30)
"""Between announcing and taking away."""
POSTPONED = timedelta(days=365)
"""How long somebody is kept of whom a coordinator says so."""
EVERYBODY = Scope.system("what goes by its age, in every country")
MOST_COUNTED = 1_000
"""There may be more than this announced; how many more is not counted."""
_AT_ONCE = 500
"""People in one transaction: it stays short."""
_REMEMBERED = timedelta(days=400)

LETTER = (
    N_("Your training account has not been used for a long time"),
    N_("Nobody has signed in with your account for a long time. On %(day)s or soon after, it and everything about "
       "you will be deleted. Certificates can still be checked, without your name.\n\nIf you want to keep your "
       "account, sign in once before that day. If you do not need it any more, you need not do anything."),
)  # fmt: skip
"""Subject and text."""


class Leaving(NamedTuple):
    """Something that will go."""

    person_id: str
    country: str
    full_name: str
    what: str
    """`ACCOUNT`, `ANSWERS` or `ENTRY`."""
    since: datetime
    """Announced, or merged."""

    @property
    def day(self) -> datetime:
        """It goes then, or soon after."""
        return self.since + (UNDO if self.what == ENTRY else NOTICE)


class Outcome(NamedTuple):
    """What one look did, or would do: numbers of people."""

    announced: int
    withdrawn: int
    gone: tuple[Leaving, ...]
    certificates: int = 0
    """Of people who were forgotten long ago; these are about nobody, so it is a number of certificates."""


def leaving(
    db: Session, countries: Collection[str] | None, *, what: str = "", most: int | None = None
) -> tuple[Leaving, ...]:
    """What stands announced in these countries (None: in all of the scope), what goes first at the top.

    `most`: of each kind. One statement for each kind; with `most` and countries its cost does not grow.
    """
    found = []
    for kind in KINDS:
        if what in ("", kind):
            there = _announced(kind, countries, most).subquery()
            query = select(Person.id, Person.country, Person.full_name, there.c.since)
            query = query.select_from(there).join(Person, Person.id == there.c.person_id)
            rows = db.execute(query.order_by(there.c.since, there.c.person_id).limit(most))
            found += [Leaving(row[0], row[1], row[2], kind, row[3]) for row in rows]
    return tuple(sorted(found, key=lambda one: (one.day, one.what, one.full_name, one.person_id)))


def _announced(kind: str, countries: Collection[str] | None, most: int | None) -> Any:
    """Person and moment of what stands announced; with `most`, the first of each country, which an index gives."""
    table, since = (Merge, Merge.merged_at) if kind == ENTRY else (Announced, Announced.announced_at)
    query = select(table.person_id, since.label("since"))
    if table is Announced:
        query = query.where(Announced.what == kind)
    if countries is None:
        return query
    first = query.order_by(since, table.person_id).limit(most)
    parts = [select(first.where(table.country == country).subquery()) for country in sorted(countries)]
    return union_all(*parts) if parts else query.where(false())


def numbers(db: Session, countries: Collection[str]) -> dict[str, int]:
    """Kind → how many stand announced; nobody counts further than one more than `MOST_COUNTED`. One statement."""
    parts = []
    for kind in KINDS:
        some = _announced(kind, None, None).where(
            (Merge if kind == ENTRY else Announced).country.in_(sorted(countries))
        )
        parts.append(select(literal(kind), func.count()).select_from(some.limit(MOST_COUNTED + 1).subquery()))
    return {row[0]: row[1] for row in db.execute(union_all(*parts))}


def keep(db: Session, countries: Collection[str], person_id: str, *, now: datetime) -> datetime:
    """Nothing of this person goes by its age for a year. -> until when. Raises NotFound."""
    query = select(Person).where(
        Person.id == person_id, Person.country.in_(sorted(countries)), Person.merged_into.is_(None)
    )
    row = db.scalar(query.with_for_update())
    if row is None:
        raise NotFound
    row.kept_until = now + POSTPONED
    db.execute(delete(Announced).where(Announced.person_id == person_id).execution_options(synchronize_session=False))
    return row.kept_until


# ----------------------------------------------------------------- once a day


def look(store: Store, times: Times, *, now: datetime) -> Outcome:
    """Once a day: announce what is due, take back what no longer is, take away what was announced for long enough.

    In small transactions, each whole by itself: it may stop anywhere and goes on the next time.
    """
    with store.write(EVERYBODY) as db:
        insert_new(db, RetentionDay, {"day": now.date()})
        db.execute(delete(RetentionDay).where(RetentionDay.day < (now - _REMEMBERED).date()))
        transfers.delete_old(db, now=now)
        certificates = _old_certificates(db, ageing.take_certificates, times, now)
    withdrawn = _withdraw(store, times, now)
    with store.read(EVERYBODY) as db:
        ripe = _ripe(db, times, now)
    gone = tuple(one for one in ripe if _take_away(store, times, one, now))
    with store.read(EVERYBODY) as db:
        new = _new(db, times, now)
    announced = 0
    for start in range(0, len(new), _AT_ONCE):
        with store.write(EVERYBODY) as db:
            announced += _announce(db, new[start : start + _AT_ONCE], now)
    return Outcome(announced, withdrawn, gone, certificates)


def would(store: Store, times: Times, *, now: datetime) -> Outcome:
    """What `look` would do at this moment; nothing is changed."""
    with store.read(EVERYBODY) as db:
        stale = sum(
            db.scalar(select(func.count()).select_from(Announced).where(_is_stale(times, what, now))) or 0
            for what in (ACCOUNT, ANSWERS)
        )
        old = _old_certificates(db, partial(ageing.old_certificates, countries=None), times, now)
        return Outcome(len(_new(db, times, now)), stale, _ripe(db, times, now), old)


def _is_stale(times: Times, what: str, now: datetime) -> ColumnElement[bool]:
    """Announced, and no longer due; or announced by a clock that was ahead."""
    gone = ~exists().where(Person.id == Announced.person_id, ageing.is_due(times, what, now))
    return and_(Announced.what == what, or_(gone, Announced.announced_at > now))


def _withdraw(store: Store, times: Times, now: datetime) -> int:
    taken = 0
    for what in (ACCOUNT, ANSWERS):
        stale = _is_stale(times, what, now)
        with store.read(EVERYBODY) as db:
            people = list(db.scalars(select(Announced.person_id).where(stale).order_by(Announced.person_id)))
        for start in range(0, len(people), _AT_ONCE):
            # Asked once more: what has become due again meanwhile stays announced.
            gone = delete(Announced).where(Announced.person_id.in_(people[start : start + _AT_ONCE]), stale)
            with store.write(EVERYBODY) as db:
                found = db.execute(gone.execution_options(synchronize_session=False))
            taken += found.rowcount  # type: ignore[attr-defined]
    return taken


def _ripe(db: Session, times: Times, now: datetime) -> tuple[Leaving, ...]:
    """What goes now: it stood there for thirty days by the calendar and by days of looking, and is still due."""
    last = _day_before(db, now)
    found = [one for one in leaving(db, None) if last is not None and one.since.date() < last and one.day <= now]
    return tuple(one for one in found if _is_still_due(db, times, one, now))


def _day_before(db: Session, now: datetime) -> date | None:
    """The first of the latest thirty days of looking, with today: what was announced before it, was for long enough."""
    query = select(RetentionDay.day).where(RetentionDay.day < now.date()).order_by(RetentionDay.day.desc())
    days = list(db.scalars(query.limit(NOTICE.days - 1)))
    return days[-1] if len(days) == NOTICE.days - 1 else None


def _old_certificates(db: Session, act: Callable[..., int], times: Times, now: datetime) -> int:
    """`act` with those that were too old before the latest thirty days of looking: coordinators could see their number,
    and a clock that is ahead takes none away."""
    last = _day_before(db, now)
    return 0 if last is None else act(db, times=times, now=datetime.combine(last, time(), UTC))


def _is_still_due(db: Session, times: Times, one: Leaving, now: datetime) -> bool:
    if one.what == ENTRY:
        merged = select(Person.id).where(Person.id == one.person_id, Person.merged_into.is_not(None))
        return db.scalar(merged) is not None
    due = select(Person.id).where(Person.id == one.person_id, ageing.is_due(times, one.what, now))
    return db.scalar(due) is not None


def _take_away(store: Store, times: Times, one: Leaving, now: datetime) -> bool:
    """-> whether it was still there and due"""
    with store.write(Scope.countries({one.country})) as db:
        locked = select(Person.id).where(Person.id == one.person_id, Person.country == one.country).with_for_update()
        if db.scalar(locked) is None or not _is_still_due(db, times, one, now):
            return False
        if one.what == ANSWERS:
            assert times.answers is not None
            ageing.thin_out(db, one.person_id, before=one.since - times.answers, now=now)
            mine = (Announced.person_id == one.person_id) & (Announced.what == ANSWERS)
            db.execute(delete(Announced).where(mine).execution_options(synchronize_session=False))
        else:
            forgetting.forget(db, {one.country}, one.person_id, now=now)
        return True


# --------------------------------------------------------- announcing


class _New(NamedTuple):
    person_id: str
    country: str
    locale: str
    email: str | None
    what: str


def _new(db: Session, times: Times, now: datetime) -> list[_New]:
    """Due, and not announced yet."""
    found = []
    for what in (ACCOUNT, ANSWERS):
        there = exists().where(Announced.person_id == Person.id, Announced.what == what)
        query = select(Person.id, Person.country, Person.locale, Person.email).where(
            ageing.is_due(times, what, now), ~there
        )
        found += [_New(*row, what) for row in db.execute(query.order_by(Person.id))]
    return found


def _announce(db: Session, found: Sequence[_New], now: datetime) -> int:
    """-> how many; who was forgotten or moved meanwhile is left for the next look"""
    there = hold(db, {row.person_id for row in found})
    found = [row for row in found if there.get(row.person_id) == row.country]
    insert_all_new(db, Announced, [
        {"person_id": row.person_id, "country": row.country, "what": row.what, "announced_at": now} for row in found
    ])  # fmt: skip
    outbox.put_all(db, [_letter(row, now) for row in found if row.what == ACCOUNT and row.email])
    return len(found)


def _letter(row: _New, now: datetime) -> New:
    said = words(row.locale)
    day = formats.date_text(today(row.country, now + NOTICE), row.locale)
    return New(
        row.person_id, row.country, f"leaving {now:%Y-%m-%d}", row.locale, said.gettext(LETTER[0]),
        said.gettext(LETTER[1]) % {"day": day}, now,
    )  # fmt: skip


__all__ = [
    "ACCOUNT", "ANSWERS", "ENTRY", "KINDS", "LETTER", "NOTICE", "Leaving", "Outcome", "Times", "keep", "leaving",
    "look", "numbers", "would",
]  # fmt: skip
