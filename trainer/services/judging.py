"""Does an example from a follow-up count? Two people read each, without seeing what the other said.

It counts when it names an action and a setting. Reading begins when nothing can be added any more and only where there
are enough examples that none can be told apart. Where the two disagree, they settle it together. Who read what is kept
until then, so that nobody reads the same twice; what was decided stays.
"""

from __future__ import annotations

import secrets
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from types import MappingProxyType
from typing import Any, NamedTuple

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from trainer.services import follow_up_times
from trainer.services.anonymous import Of
from trainer.services.evidence import quarter_of
from trainer.services.follow_up_times import Which
from trainer.services.follow_ups import ANSWERED
from trainer.services.problems import SENTENCES, NotFound, Refused
from trainer.services.suppression import SMALLEST_SHOWN
from trainer.store.forms import FormCount, FormWords
from trainer.store.statements import lock
from trainer.vocabulary import N_

READ_FOR = 8
"""Quarters."""
FIRST, SECOND, TOGETHER, DONE = "first", "second", "together", "done"
"""What an example waits for."""

SENTENCES["example-read"] = N_("This example was read already. Go on with the next one.")


class Example(NamedTuple):
    id: str
    country: str
    which: Which
    text: str
    stage: str
    """What it waits for. In the second reading nothing is said of the first."""


class Verdicts(NamedTuple):
    """Of the examples of one follow-up in one country."""

    examples: int
    counting: int
    """Examples that count, of people who have done at least one of the things asked for."""
    open: int
    """Examples that wait for a reader, or to be settled."""
    read_twice: int
    agreed: int
    """Of those read twice: both readers said the same at once."""


class Left(NamedTuple):
    """What there is to do for a reader."""

    mine: int
    """Examples that this reader can go on with."""
    others: int
    """Examples that wait for somebody else's second reading."""


class Counted(NamedTuple):
    """Forms of a quarter, and what readers said of their examples."""

    held: dict[Of, dict[tuple[str, int], int]]
    verdicts: dict[tuple[str, Which], Verdicts]
    """By country; only where examples were given, and only in a session that may read words."""


NOTHING = Counted({}, {})
NO_FORMS: Mapping[str, str] = MappingProxyType({})


def counted(
    db: Session, countries: Collection[str], *, reactions: str = "", follow_ups: Mapping[str, str] = NO_FORMS
) -> Counted:
    """Reaction forms handed in during a quarter, and follow-ups: form → quarter of completing. One statement.

    Bundles of examples come with the count of those who answered, of which there is one for each follow-up.
    """
    wanted = FormCount.form.in_(("reaction", "reaction-paper")) & (FormCount.quarter == reactions)
    for form, quarter in follow_ups.items():
        wanted |= (FormCount.form == form) & (FormCount.quarter == quarter)
    same = [getattr(FormWords, name) == getattr(FormCount, name) for name in Of._fields]
    bundles = and_(*same, FormWords.topic == "example", FormCount.item == ANSWERED, FormCount.value == 0)
    query = (
        select(FormCount, FormWords)
        .outerjoin(FormWords, bundles)
        .where(FormCount.country.in_(sorted(countries)), wanted)
        .order_by(FormWords.part)
    )
    held: defaultdict[Of, dict[tuple[str, int], int]] = defaultdict(dict)
    pieces: defaultdict[tuple[str, Which], list[Mapping[str, Any]]] = defaultdict(list)
    for row, bundle in db.execute(query):
        held[Of(row.country, row.form, row.about, row.quarter)][row.item, row.value] = row.n
        if bundle is not None:
            pieces[row.country, follow_up_times.of_form(row.form, row.quarter)] += bundle.pieces
    return Counted(dict(held), {key: _verdicts(some) for key, some in pieces.items()})


def left(db: Session, countries: Collection[str], reader: str, *, now: datetime) -> Left:
    """Over all follow-ups that can be read now. One statement."""
    pieces = [piece for _, _, piece in _readable(db, countries, now)]
    mine = sum(_is_for(piece, reader) for piece in pieces)
    return Left(mine, sum(_stage(piece) != DONE for piece in pieces) - mine)


def next_example(db: Session, countries: Collection[str], reader: str, *, now: datetime) -> Example | None:
    """One that this reader can go on with, drawn by lot; what is to be settled comes first. One statement."""
    waiting = [
        _example(country, which, piece)
        for country, which, piece in _readable(db, countries, now)
        if _is_for(piece, reader)
    ]
    together = [one for one in waiting if one.stage == TOGETHER]
    return secrets.choice(together or waiting) if waiting else None


def example(db: Session, countries: Collection[str], example_id: str, *, now: datetime) -> Example:
    """Raises NotFound: of another country, or not to be read yet. One statement."""
    return _example(*_found(db, countries, example_id, now))


def judge(
    db: Session, countries: Collection[str], example_id: str, counts: bool, *, reader: str, now: datetime
) -> Example:
    """Keep what the reader says. -> the example as it is then

    Raises NotFound for an example of another country, or one that cannot be read yet; Refused: this reader has read
    it, or it is decided.
    """
    lock(db, "examples")
    country, which, piece = _found(db, countries, example_id, now)
    if not _is_for(piece, reader):
        raise Refused("example-read")
    changed = _judged(piece, counts, reader)
    for row in _rows(db, {country}, {which.form: which.cohort}):
        if any(one["id"] == example_id for one in row.pieces):
            row.pieces = [changed if one["id"] == example_id else one for one in row.pieces]
    db.flush()
    return _example(country, which, changed)


def _found(
    db: Session, countries: Collection[str], example_id: str, now: datetime
) -> tuple[str, Which, Mapping[str, Any]]:
    found = next((one for one in _readable(db, countries, now) if one[2]["id"] == example_id), None)
    if found is None:
        raise NotFound
    return found


def _judged(piece: Mapping[str, Any], counts: bool, reader: str) -> dict[str, Any]:
    if _stage(piece) == TOGETHER:
        return {**piece, "settled": counts, "readings": [{"counts": one["counts"]} for one in piece["readings"]]}
    readings = [*piece["readings"], {"counts": counts, "by": reader}]
    if len(readings) == 2 and readings[0]["counts"] == readings[1]["counts"]:
        return {**piece, "settled": counts, "readings": [{"counts": counts}, {"counts": counts}]}
    return {**piece, "readings": readings}


def _stage(piece: Mapping[str, Any]) -> str:
    if piece["settled"] is not None:
        return DONE
    return (FIRST, SECOND, TOGETHER)[len(piece["readings"])]


def _is_for(piece: Mapping[str, Any], reader: str) -> bool:
    """Whoever has read it once is not its second reader; to settle it is open to both and to their colleagues."""
    stage = _stage(piece)
    return stage in (FIRST, TOGETHER) or (stage == SECOND and piece["readings"][0]["by"] != reader)


def _example(country: str, which: Which, piece: Mapping[str, Any]) -> Example:
    return Example(piece["id"], country, which, piece["text"], _stage(piece))


def _verdicts(pieces: Sequence[Mapping[str, Any]]) -> Verdicts:
    twice = [piece["readings"] for piece in pieces if len(piece["readings"]) == 2]
    return Verdicts(
        examples=len(pieces),
        counting=sum(bool(piece["settled"]) and piece["practised"] for piece in pieces),
        open=sum(piece["settled"] is None for piece in pieces),
        read_twice=len(twice),
        agreed=sum(first["counts"] == second["counts"] for first, second in twice),
    )


def _readable(db: Session, countries: Collection[str], now: datetime) -> list[tuple[str, Which, Mapping[str, Any]]]:
    """Of follow-ups that are over, where there are enough examples."""
    return [
        (country, which, piece)
        for (country, which), pieces in _pieces(db, countries, since=_first(now)).items()
        if follow_up_times.ended(which.last_quarter, country, now) and len(pieces) >= SMALLEST_SHOWN
        for piece in pieces
    ]


def _first(now: datetime) -> str:
    """The first quarter of completing whose examples are still read: what is older is left as it is."""
    return follow_up_times.later(quarter_of(f"{now:%Y-%m}"), -READ_FOR)


def _pieces(
    db: Session, countries: Collection[str], quarters: Mapping[str, str] | None = None, since: str = ""
) -> dict[tuple[str, Which], list[Mapping[str, Any]]]:
    found: defaultdict[tuple[str, Which], list[Mapping[str, Any]]] = defaultdict(list)
    for row in _rows(db, countries, quarters, since):
        found[row.country, follow_up_times.of_form(row.form, row.quarter)] += row.pieces
    return dict(found)


def _rows(
    db: Session, countries: Collection[str], quarters: Mapping[str, str] | None, since: str = ""
) -> Iterable[FormWords]:
    query = select(FormWords).where(FormWords.country.in_(sorted(countries)), FormWords.topic == "example")
    query = query.where(FormWords.quarter >= since)
    if quarters is not None:
        wanted = [(FormWords.form == form) & (FormWords.quarter == quarter) for form, quarter in quarters.items()]
        query = query.where(wanted[0] if len(wanted) == 1 else wanted[0] | wanted[1])
    return db.scalars(query.order_by(FormWords.country, FormWords.form, FormWords.quarter, FormWords.part)).all()
