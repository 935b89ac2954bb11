"""Reaction forms: what was said cannot be put together with whoever said it, and paper counts beside the screen."""

from __future__ import annotations

import json
from collections import Counter
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import JSON, BigInteger, Integer, String, inspect, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from tests.factories import a_workshop
from tests.services.world import NOW, Learner, person, publish, statements
from trainer.access import Identity
from trainer.services import anonymous, judging, reactions
from trainer.services.anonymous import FORMS, Of
from trainer.services.problems import Conflict, Invalid, NotFound, Refused
from trainer.services.reactions import ITEMS, Reaction
from trainer.services.shelf import Shelf
from trainer.store.engine import Store
from trainer.store.errors import OutOfScope
from trainer.store.forms import FormCount, FormMark, FormWords
from trainer.store.models import Base, CompletionRow, Edition, Personal
from trainer.store.scope import Scope

SYSTEM = Scope.system("test")
FIVE = dict(zip(ITEMS, (5, 4, 3, 2, 5), strict=True))
LATER = NOW + timedelta(days=1)


def completed(store: Store, **over: Any) -> Identity:
    """Somebody who has completed the course; it is published once."""
    one = person(store, **over)
    with store.write(SYSTEM) as db:
        edition = db.scalar(select(Edition.id).where(Edition.module == "course"))
        db.add(CompletionRow(
            person_id=one.person_id, country=one.country, module="course", edition_id=edition, mode="online",
            locale="en", agency_type="police", work_role="frontline", quiz_score=None, test_score=None, minutes=30,
            at=NOW, month="2026-11",
        ))  # fmt: skip
    return one


def give(store: Store, who: Identity, reaction: Reaction, now: datetime = LATER) -> None:
    with store.write(Scope.countries({who.country})) as db:
        reactions.give(db, who, "course", reaction, now=now)


def counted(store: Store, country: str = "KH") -> dict[Of, dict[tuple[str, int], int]]:
    with store.read(Scope.countries({country})) as db:
        return judging.counted(db, {country}, reactions="2026-Q4").held


def test_nothing_joins_what_was_said_to_whoever_said_it(store: Store) -> None:
    publish(store)
    people = [completed(store) for _ in range(6)]
    for number, one in enumerate(people):
        give(store, one, Reaction(marks=FIVE, words={"useful": f"thing {number}", "change": f"other {number}"}))
    anonymous_tables = (FormCount, FormWords)
    with store.read(SYSTEM) as db:
        said = [
            json.dumps([getattr(row, column.key) for column in inspect(table).columns])
            for table in anonymous_tables
            for row in db.scalars(select(table))
        ]
        known = {
            str(value)
            for mapper in Base.registry.mappers
            if issubclass(mapper.class_, Personal) or mapper.class_.__name__ == "Person"
            for row in db.scalars(select(mapper.class_))
            for column in mapper.columns
            if len(str(value := getattr(row, column.key))) > 7  # ids, names, moments
        }
        marks = [row.__dict__ for row in db.scalars(select(FormMark))]
        pieces = [piece for row in db.scalars(select(FormWords)) for piece in row.pieces]
    assert {tuple(piece) for piece in pieces} == {("text",)}
    assert {one.person_id for one in people} <= known
    assert not [value for value in known - {"reaction"} for row in said if value in row]
    # Neither table has a moment, or a number that rises; one row stands for all that was said to a question.
    columns = [column for table in anonymous_tables for column in inspect(table).columns]
    assert {type(column.type) for column in columns} == {String, Integer, BigInteger, JSON}
    assert len(said) == len(FIVE) + 1 + 2
    # The mark knows the form and nothing of it.
    assert {(row["form"], row["about"], row["state"], row["draft"], row["closes_on"]) for row in marks} == {
        ("reaction", "course", "given", None, None)
    }


def test_the_order_of_words_says_nothing(db: Session) -> None:
    """Of many bundles of three, the last piece is first about as often as the first."""
    firsts: Counter[str] = Counter()
    for number in range(60):
        of = Of("KH", "reaction", f"course-{number}", "2026-Q4")
        anonymous.keep_words(db, of, "useful", *({"text": text} for text in ("a", "b", "c")))
    for row in db.scalars(select(FormWords)):
        firsts[row.pieces[0]["text"]] += 1
    assert min(firsts[text] for text in "abc") >= 5


def test_sqlite_keeps_no_number_of_rows(sqlite_store: Store) -> None:
    """`rowid` would rise with each new row, in both tables."""
    from sqlalchemy import text

    with sqlite_store.engine.connect() as connection:
        for table in ("form_count", "form_words"):
            with pytest.raises(SQLAlchemyError, match="no such column: rowid"):
                connection.execute(text(f"SELECT rowid FROM {table}"))


def test_a_person_gives_it_once_and_may_change_their_mind(store: Store) -> None:
    publish(store)
    one = completed(store)
    mine = Scope.person(one.person_id, "KH")
    with store.write(mine) as db:
        assert reactions.offered(db, one, now=LATER) == (reactions.Offer("course", False),)
        reactions.decline(db, one, "course", now=LATER)
    with store.read(mine) as db, statements(db) as seen:
        assert reactions.offered(db, one, now=LATER) == (reactions.Offer("course", True),)
    assert len([line for line in seen if "SELECT" in line and "set_config" not in line]) == 1
    give(store, one, Reaction(marks=FIVE))
    with pytest.raises(Refused, match="already"):
        give(store, one, Reaction(marks=FIVE))
    assert counted(store)[Of("KH", "reaction", "course", "2026-Q4")] == {
        (FORMS, 0): 1, **dict.fromkeys(FIVE.items(), 1),
    }  # fmt: skip
    with store.read(mine) as db:
        assert reactions.offered(db, one, now=LATER) == ()


def test_of_two_forms_at_once_one_is_taken(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """Both were looked at before either was stored."""
    publish(store)
    one = completed(store)
    monkeypatch.setattr(reactions, "offer", lambda *_, **__: reactions.Offer("course", False))
    give(store, one, Reaction(marks=FIVE))
    with pytest.raises(Refused):
        give(store, one, Reaction(marks=FIVE))
    assert next(iter(counted(store).values()))[FORMS, 0] == 1


def test_an_empty_form_is_refused_and_leaves_no_mark(store: Store) -> None:
    publish(store)
    one = completed(store)
    with pytest.raises(Invalid):
        give(store, one, Reaction(marks={}, words={"useful": "  \n "}))
    with store.read(SYSTEM) as db:
        assert db.scalars(select(FormMark)).all() == []


def test_who_has_not_completed_it_lately_has_nothing_to_say(store: Store) -> None:
    publish(store)
    for who, now in ((person(store), LATER), (completed(store), NOW + reactions.OFFERED_FOR)):
        with pytest.raises(NotFound):
            give(store, who, Reaction(marks=FIVE), now)


def test_test_accounts_are_not_counted(store: Store) -> None:
    publish(store)
    give(store, completed(store, is_test=True), Reaction(marks=FIVE, words={"useful": "x"}))
    assert counted(store) == {}


def test_the_quarter_is_the_one_on_the_wall_of_the_country(store: Store) -> None:
    """Half past six in the evening of the last day in UTC is the new year in Phnom Penh, not yet in another zone."""
    publish(store)
    one, other = completed(store), completed(store, country="ZZ")
    for who in (one, other):
        give(store, who, Reaction(marks=FIVE), datetime.fromisoformat("2026-12-31T18:30:00+00:00"))
    with store.read(SYSTEM) as db:
        assert {(row.country, row.quarter) for row in db.scalars(select(FormCount))} == {
            ("KH", "2027-Q1"), ("ZZ", "2026-Q4"),
        }  # fmt: skip


def test_words_of_others_are_not_in_a_persons_own_session(store: Store) -> None:
    publish(store)
    one = completed(store)
    give(store, one, Reaction(marks=FIVE, words={"useful": "x"}))
    with store.read(Scope.person(one.person_id, "KH")) as db:
        assert db.scalars(select(FormWords)).all() == []
    with pytest.raises(OutOfScope), store.write(Scope.person(one.person_id, "KH")) as db:
        anonymous.keep_words(db, Of("KH", "reaction", "course", "2026-Q4"), "useful", {"text": "y"})


def test_forgetting_a_person_leaves_the_counts(store: Store) -> None:
    from trainer.store.models import Person

    publish(store)
    one = completed(store)
    give(store, one, Reaction(marks=FIVE))
    before = counted(store)
    with store.write(SYSTEM) as db:
        db.delete(db.get(Person, one.person_id))
    assert counted(store) == before
    with store.read(SYSTEM) as db:
        assert db.scalars(select(FormMark)).all() == []


def test_a_form_after_learning_is_offered(store: Store) -> None:
    publish(store)
    one = Learner(store, Shelf(store), person(store))
    one.complete()
    with store.read(one.scope) as db:
        assert [offer.module for offer in reactions.offered(db, one.who, now=one.now)] == ["course"]


# ----------------------------------------------------------------- on paper


def a_workshop_of(store: Store, country: str = "KH") -> str:
    with store.write(SYSTEM) as db:
        workshop = a_workshop(country, modules=["course"])
        db.add(workshop)
        db.flush()
        return workshop.id


def test_paper_is_typed_one_by_one_or_as_a_tally_and_can_be_corrected(store: Store) -> None:
    workshop, paper = a_workshop_of(store), Of("KH", "reaction-paper", "course", "2026-Q4")
    with store.write(Scope.countries({"KH"})) as db:
        for _ in range(2):
            reactions.add_paper(db, {"KH"}, workshop, "course", Reaction(marks={"safe": 5, "clear": 1}), now=NOW)
        held = reactions.paper(db, {"KH"}, workshop, "course", now=NOW)
    assert (held.forms, held.counts["safe"], held.counts["clear"]) == (2, (0, 0, 0, 0, 2), (2, 0, 0, 0, 0))
    tally = {**reactions.NO_COUNTS, "safe": (0, 1, 0, 0, 19)}
    with store.write(Scope.countries({"KH"})) as db:
        reactions.set_paper(db, {"KH"}, workshop, "course", 20, tally, version=held.version, now=NOW)
    with pytest.raises(Conflict), store.write(Scope.countries({"KH"})) as db:
        reactions.set_paper(db, {"KH"}, workshop, "course", 21, tally, version=held.version, now=NOW)
    found = {key: n for key, n in counted(store)[paper].items() if n}
    assert found == {(FORMS, 0): 20, ("safe", 2): 1, ("safe", 5): 19}


def test_more_marks_than_forms_are_refused(store: Store) -> None:
    workshop = a_workshop_of(store)
    tally = {**reactions.NO_COUNTS, "rest": (3, 0, 0, 0, 0)}
    with pytest.raises(Invalid) as refused, store.write(Scope.countries({"KH"})) as db:
        reactions.set_paper(db, {"KH"}, workshop, "course", 2, tally, version=0, now=NOW)
    assert refused.value.params["field"] == "rest"
    assert counted(store) == {}


def test_a_quarter_that_has_ended_is_not_changed_from_paper(store: Store) -> None:
    workshop, later = a_workshop_of(store), NOW + timedelta(days=60)
    with store.write(Scope.countries({"KH"})) as db:
        reactions.add_paper(db, {"KH"}, workshop, "course", Reaction(marks={"safe": 5}), now=NOW)
    before = counted(store)
    with store.write(Scope.countries({"KH"})) as db:
        held = reactions.paper(db, {"KH"}, workshop, "course", now=later)
        assert (held.forms, held.earlier, held.version) == (0, 1, 0)
        reactions.set_paper(db, {"KH"}, workshop, "course", 9, reactions.NO_COUNTS, version=0, now=later)
    assert counted(store) == before


def test_paper_of_another_country_is_not_there(store: Store) -> None:
    workshop = a_workshop_of(store, "TH")
    for module in ("course", "other"):
        with pytest.raises(NotFound), store.write(Scope.countries({"KH"})) as db:
            reactions.add_paper(db, {"KH"}, workshop, module, Reaction(marks=FIVE), now=NOW)
