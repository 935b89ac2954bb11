"""The only ways in which rows go to another person or country; the guard refuses all others.

Each says which scope it needs and checks that everybody named is inside it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from trainer.store import finding
from trainer.store.errors import OutOfScope
from trainer.store.guard import scope_of
from trainer.store.models import Attempt, CompletionRow, Enrolment, Person, UnitDone, new_id
from trainer.store.warnings import drop_warnings
from trainer.store.workshops import Attendance, Participant

OF_A_MODULE: tuple[type[Any], ...] = (Enrolment, UnitDone, Attempt, CompletionRow)
"""What a person did in a module. Answers follow their attempt and certificates their completion."""


def move_to_country(db: Session, person_id: str, before: str, after: str) -> None:
    """Everything about the person becomes the other country's: the keys cascade. Places in workshops must be gone;
    warnings about the person stay behind, that is, they go.

    Needs a system scope, for no other covers two countries that nobody coordinates together. Raises OutOfScope.
    """
    if scope_of(db).codes is not None:
        raise OutOfScope("a move between countries needs a system scope")
    _named(db, before, person_id)
    drop_warnings(db, person_id)
    db.flush()
    name = db.scalars(select(Person.full_name).where(Person.id == person_id)).one()
    values = {"id": person_id, "before": before, "after": after, "place": finding.name_order(name, after)}
    Session.connection(db).execute(
        text("UPDATE person SET country = :after, name_order = :place WHERE id = :id AND country = :before"), values
    )
    db.expire_all()


def hand_over(db: Session, country: str, giver: str, taker: str, modules: Sequence[str]) -> None:
    """What `giver` did in these modules is what `taker` did, who has nothing there. Raises OutOfScope."""
    _named(db, country, giver, taker)
    db.flush()
    _hand_over(db, country, giver, taker, modules)
    db.expire_all()


def swap(db: Session, country: str, one: str, other: str, modules: Sequence[str]) -> None:
    """What the two did in these modules changes hands. Raises OutOfScope."""
    _named(db, country, one, other)
    if not modules:
        return
    # Nobody may have a module twice even for a moment, so a third row holds one of the two meanwhile.
    held = Person(
        id=new_id(), country=country, full_name="-", sign_in_name=f"- {new_id()}", agency_type="other",
        work_role="frontline", locale="en", created_at=db.scalars(_created(one)).one(),
    )  # fmt: skip
    db.add(held)
    db.flush()
    for giver, taker in ((one, held.id), (other, one), (held.id, other)):
        _hand_over(db, country, giver, taker, modules)
    db.delete(held)
    db.flush()
    db.expire_all()


def hand_over_places(db: Session, country: str, giver: str, taker: str, places: Sequence[str]) -> None:
    """These places in workshops, with the ticks, are `taker`'s. Raises OutOfScope."""
    _named(db, country, giver, taker)
    db.flush()
    connection = Session.connection(db)
    for place in places:
        values = {"giver": giver, "taker": taker, "country": country, "place": place}
        for table, key in ((Participant, "id"), (Attendance, "participant_id")):
            connection.execute(_taken(table, f"AND {key} = :place"), values)
    db.expire_all()


def _hand_over(db: Session, country: str, giver: str, taker: str, modules: Sequence[str]) -> None:
    connection = Session.connection(db)
    for module in modules:
        values = {"giver": giver, "taker": taker, "country": country, "module": module}
        for table in OF_A_MODULE:
            connection.execute(_taken(table, "AND module = :module"), values)


def _taken(table: type[Any], which: str) -> Any:
    name = table.__tablename__
    return text(f"UPDATE {name} SET person_id = :taker WHERE person_id = :giver AND country = :country {which}")  # noqa: S608


def _created(person_id: str) -> Any:
    return select(Person.created_at).where(Person.id == person_id)


def _named(db: Session, country: str, *people: str) -> None:
    """They are people of the country and inside the scope; their rows are locked. Raises OutOfScope."""
    query = select(Person.id).where(Person.id.in_(people), Person.country == country).order_by(Person.id)
    if set(db.scalars(query.with_for_update())) != set(people):
        raise OutOfScope("Person: a row outside the scope")
