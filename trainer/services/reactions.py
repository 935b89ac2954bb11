"""The reaction form after a module: how the course was for people, from the start without whoever said it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import and_, select, update
from sqlalchemy.orm import Session

from trainer.access import Identity
from trainer.services import anonymous, calendar, workshop_rows
from trainer.services.anonymous import FORMS, Of
from trainer.services.evidence import quarter_of
from trainer.services.problems import SENTENCES, Conflict, Invalid, NotFound, Refused
from trainer.store.forms import FormMark, ReactionPaper
from trainer.store.models import CompletionRow, Person
from trainer.store.prepared import insert_new
from trainer.vocabulary import N_

ITEMS = ("useful", "clear", "take-part", "rest", "safe")
"""What is rated from 1 (not at all) to 5 (completely); the same, in the same order, as on paper."""
SCALE = range(1, 6)
TOPICS = ("useful", "change")
"""What people may write to: what was most useful, and what should be changed."""
OFFERED_FOR = timedelta(days=90)
"""After completing a module; later memory says little."""
MOST_FORMS = 10_000

SENTENCES.update(
    {
        "reaction-given": N_("You have given this form already. Thank you."),
        "reaction-empty": N_("Choose a number in at least one row, or write something."),
        "reaction-forms": N_("Write how many forms you count, at most %(maximum)s."),
        "reaction-more-marks": N_("More marks in a row than forms: count again."),
        "reaction-paper-changed": N_("Somebody typed in forms of this workshop meanwhile. Look at the numbers again."),
    }
)


class Offer(NamedTuple):
    """A module that the person may say something about."""

    module: str
    declined: bool
    """They said "not now"."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reaction:
    """A filled-in form, as far as it was filled in."""

    marks: Mapping[str, int]
    """Item → 1 to 5."""
    words: Mapping[str, str] = field(default_factory=dict)
    """Topic → text."""

    def counts(self) -> dict[tuple[str, int], int]:
        return {(FORMS, 0): 1, **{(item, mark): 1 for item, mark in self.marks.items() if item in ITEMS}}


def offered(db: Session, identity: Identity, *, now: datetime) -> tuple[Offer, ...]:
    """Modules completed lately for which no form was given, the latest first. One statement."""
    query = (
        select(CompletionRow.module, FormMark.state)
        .outerjoin(FormMark, _mark_of(CompletionRow.module) & (FormMark.person_id == CompletionRow.person_id))
        .where(CompletionRow.person_id == identity.person_id, CompletionRow.at > now - OFFERED_FOR)
        .order_by(CompletionRow.at.desc(), CompletionRow.module)
    )
    return tuple(Offer(row.module, row.state is not None) for row in db.execute(query) if row.state != "given")


def offer(db: Session, identity: Identity, module: str, *, now: datetime) -> Offer:
    """Raises NotFound: not completed lately; Refused: given already."""
    query = (
        select(CompletionRow.at, FormMark.state)
        .outerjoin(FormMark, _mark_of(CompletionRow.module) & (FormMark.person_id == CompletionRow.person_id))
        .where(CompletionRow.person_id == identity.person_id, CompletionRow.module == module)
    )
    row = db.execute(query).first()
    if row is None or row.at <= now - OFFERED_FOR:
        raise NotFound
    if row.state == "given":
        raise Refused("reaction-given")
    return Offer(module, row.state is not None)


def give(db: Session, identity: Identity, module: str, reaction: Reaction, *, now: datetime) -> None:
    """Keep what was said, and apart from it that this person has said something.

    Needs a session over the person's country: their own may not write words. Raises NotFound, Refused, Invalid.
    """
    offer(db, identity, module, now=now)
    words = {topic: text for topic in TOPICS if (text := anonymous.tidied(reaction.words.get(topic, "")))}
    if not reaction.marks and not words:
        raise Invalid("reaction-empty", field=ITEMS[0])
    _mark(db, identity, module, "given")
    if not _is_test(db, identity):
        of = Of(identity.country, "reaction", module, quarter_of(calendar.month(now, identity.country)))
        _keep(db, of, reaction.counts(), words)


def decline(db: Session, identity: Identity, module: str, *, now: datetime) -> None:
    """Not now: the form is not offered on the first page any more. Raises NotFound, Refused."""
    if not offer(db, identity, module, now=now).declined:
        _mark(db, identity, module, "declined")


def _mark_of(module: Any) -> Any:
    return and_(FormMark.form == "reaction", FormMark.about == module)


def _mark(db: Session, identity: Identity, module: str, state: str) -> None:
    """Once given, it stays given, also when two forms arrive at once."""
    row = {"person_id": identity.person_id, "country": identity.country, "form": "reaction", "about": module}
    if insert_new(db, FormMark, row | {"state": state}):
        return
    mine = (FormMark.person_id == identity.person_id, _mark_of(module), FormMark.state != "given")
    changed = db.execute(update(FormMark).where(*mine).values(state=state))
    if not changed.rowcount:  # type: ignore[attr-defined]
        raise Refused("reaction-given")


def _is_test(db: Session, identity: Identity) -> bool:
    return bool(db.scalar(select(Person.is_test).where(Person.id == identity.person_id)))


def _keep(db: Session, of: Of, counts: Mapping[tuple[str, int], int], words: Mapping[str, str]) -> None:
    anonymous.count(db, of, counts)
    for topic, text in words.items():
        anonymous.keep_words(db, of, topic, {"text": text})


# ----------------------------------------------------------------- on paper


class Paper(NamedTuple):
    """Forms of a workshop about one module that were typed in."""

    forms: int
    counts: Mapping[str, tuple[int, ...]]
    """Item → how many marked 1 to 5."""
    version: int
    """0: none yet."""
    earlier: int
    """Forms typed in before this quarter; they are counted there."""


NO_COUNTS: Mapping[str, tuple[int, ...]] = {item: (0,) * len(SCALE) for item in ITEMS}


def paper(db: Session, countries: Collection[str], workshop_id: str, module: str, *, now: datetime) -> Paper:
    """What was typed in. Raises NotFound for a workshop of another country, and for a module it did not have."""
    of = _of_workshop(db, countries, workshop_id, module, now)
    rows = _papers(db, workshop_id, module)
    held = rows.get(of.quarter)
    earlier = sum(row.forms for quarter, row in rows.items() if quarter != of.quarter)
    if held is None:
        return Paper(0, NO_COUNTS, 0, earlier)
    return Paper(held.forms, {item: tuple(held.counts[item]) for item in ITEMS}, held.version, earlier)


def add_paper(
    db: Session, countries: Collection[str], workshop_id: str, module: str, reaction: Reaction, *, now: datetime
) -> None:
    """One form more. Raises NotFound, Invalid."""
    words = {topic: text for topic in TOPICS if (text := anonymous.tidied(reaction.words.get(topic, "")))}
    if not reaction.marks and not words:
        raise Invalid("reaction-empty", field=ITEMS[0])
    of, row = _open_paper(db, countries, workshop_id, module, now)
    _change(row, row.forms + 1, {
        item: tuple(n + (reaction.marks.get(item) == mark) for mark, n in zip(SCALE, row.counts[item], strict=True))
        for item in ITEMS
    })  # fmt: skip
    _keep(db, of, reaction.counts(), words)


def set_paper(
    db: Session, countries: Collection[str], workshop_id: str, module: str, forms: int,
    counts: Mapping[str, tuple[int, ...]], *, version: int, now: datetime,
) -> None:  # fmt: skip
    """All forms typed in during this quarter, as a tally; it replaces what was typed in before.

    Raises NotFound, Invalid (`field`: `forms` or an item), Conflict when somebody was faster.
    """
    if not 0 <= forms <= MOST_FORMS:
        raise Invalid("reaction-forms", field="forms", maximum=MOST_FORMS)
    for item in ITEMS:
        if sum(counts[item]) > forms:
            raise Invalid("reaction-more-marks", field=item)
    of, row = _open_paper(db, countries, workshop_id, module, now)
    if row.version != version:
        raise Conflict("reaction-paper-changed")
    more = {(FORMS, 0): forms - row.forms} | {
        (item, mark): counts[item][at] - row.counts[item][at] for item in ITEMS for at, mark in enumerate(SCALE)
    }
    _change(row, forms, counts)
    anonymous.count(db, of, more)


def _of_workshop(db: Session, countries: Collection[str], workshop_id: str, module: str, now: datetime) -> Of:
    row = workshop_rows.found(db, countries, workshop_id)
    if module not in row.modules:
        raise NotFound
    return Of(row.country, "reaction-paper", module, quarter_of(calendar.month(now, row.country)))


def _papers(db: Session, workshop_id: str, module: str) -> dict[str, ReactionPaper]:
    query = select(ReactionPaper).where(ReactionPaper.workshop_id == workshop_id, ReactionPaper.module == module)
    return {row.quarter: row for row in db.scalars(query)}


def _open_paper(
    db: Session, countries: Collection[str], workshop_id: str, module: str, now: datetime
) -> tuple[Of, ReactionPaper]:
    if workshop_rows.found(db, countries, workshop_id, lock=True).deleted_at is not None:
        raise Refused("workshop-binned")
    of = _of_workshop(db, countries, workshop_id, module, now)
    row = _papers(db, workshop_id, module).get(of.quarter)
    if row is None:
        row = ReactionPaper(
            workshop_id=workshop_id, country=of.country, module=module, quarter=of.quarter, forms=0,
            counts={item: list(counts) for item, counts in NO_COUNTS.items()}, version=0,
        )  # fmt: skip
        db.add(row)
    return of, row


def _change(row: ReactionPaper, forms: int, counts: Mapping[str, tuple[int, ...]]) -> None:
    row.forms = forms
    row.counts = {item: list(counts[item]) for item in ITEMS}
    row.version += 1
