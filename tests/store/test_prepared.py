"""Statements kept as SQL stay inside the scope as well, and say so when they cannot."""

from __future__ import annotations

import inspect
import sys
from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import (
    CompoundSelect,
    Select,
    bindparam,
    column,
    exists,
    func,
    literal,
    select,
    table,
    text,
    union_all,
)
from sqlalchemy.orm import aliased

from tests.store.test_scope import FOREIGN_NAMES, World, detours, foreign_values, world
from trainer.services.counting import measures_of
from trainer.store.engine import Store
from trainer.store.errors import OutOfScope
from trainer.store.evidence import FacetSummary, Summary
from trainer.store.guard import criteria_of
from trainer.store.models import Base, Edition, Grant, Person
from trainer.store.prepared import Prepared, add_all, insert_new
from trainer.store.scope import Scope

__all__ = ["world"]

Statement = Select[*tuple[Any, ...]] | CompoundSelect[*tuple[Any, ...]]


def statements() -> Iterator[tuple[str, Statement]]:
    """Every way to ask for people with mapped classes."""
    other, inner, common = aliased(Person), select(Person).subquery(), select(Person.full_name).cte()
    number = select(func.count(Person.id)).scalar_subquery().label("n")
    yield "entity", select(Person)
    yield "columns", select(Person.full_name, Person.country)
    yield "a foreign condition", select(Person.full_name).where(Person.country == "LA")
    yield "or", select(Person.full_name).where((Person.country == "KH") | (Person.country == "LA"))
    yield "count", select(func.count().label("n")).select_from(Person)
    yield "count of children", select(func.count(Grant.id).label("n"))
    yield "alias", select(other.full_name)
    yield "alias beside the class", select(other.full_name).join(Person, Person.country != other.country)
    yield "join", select(Person.full_name, Grant.over).join(Grant, Grant.person_id == Person.id)
    yield "outer join", select(Person.full_name).select_from(Summary).outerjoin(Person, literal(True))
    yield "join from counts", select(Summary.module, Person.full_name).join(Person, literal(True))
    yield "subquery", select(inner.c.full_name)
    yield "entity over a subquery", select(aliased(Person, select(Person).subquery()).full_name)
    yield "common table expression", select(common)
    yield "scalar subquery", select(number)
    yield "subquery beside an edition", select(func.count(Edition.id).label("m"), number)
    yield "existence", select(literal("Noy").label("x")).where(exists(select(Person.id).where(Person.country == "LA")))
    yield "membership", select(literal("Noy").label("x")).where(literal("Noy").in_(select(Person.full_name)))
    yield "union", union_all(select(Person.full_name), select(Person.full_name).where(literal(False)))
    yield "counts", select(func.sum(Summary.enrolled).label("n"))
    yield "the same name twice", select(Person.id, Grant.id, Grant.person_id).join(Grant, Grant.person_id == Person.id)


STATEMENTS = dict(statements())


def scopes(world: World) -> dict[str, Scope]:
    return {
        "country": Scope.countries({"KH"}),
        "countries": Scope.countries({"KH", "TH"}),
        "person": Scope.person(world.own.id, "KH"),
        "nobody": Scope.nobody(),
    }


def leaks(store: Store, world: World, statement: Prepared, scope: Scope) -> bool:
    with store.read(scope) as db:
        found = [value for row in statement.rows(db) for value in row if isinstance(value, (str, int))]
    many = [one for one in found if isinstance(one, int) and one > 1]
    return bool(many or {*FOREIGN_NAMES, "LA", world.foreign.id} & set(found))


@pytest.mark.parametrize("whose", ["country", "countries", "person", "nobody"])
@pytest.mark.parametrize("name", STATEMENTS)
def test_no_kept_statement_leads_out_of_the_scope(store: Store, world: World, name: str, whose: str) -> None:
    statement = Prepared(STATEMENTS[name])
    for _ in range(2):
        assert not leaks(store, world, statement, scopes(world)[whose])


@pytest.mark.parametrize("store", ["sqlite"], indirect=True)
@pytest.mark.parametrize("name", STATEMENTS)
def test_the_criteria_are_what_keeps_it_inside(
    store: Store, world: World, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control: the same statements do lead to Laotians when nothing is compiled in."""
    monkeypatch.setattr(sys.modules[Prepared.__module__], criteria_of.__name__, lambda codes, person: ())
    assert leaks(store, world, Prepared(STATEMENTS[name]), scopes(world)["country"])


@pytest.mark.parametrize(
    "statement",
    [
        lambda: select(Person.__table__),
        lambda: select(Person.__table__.c.full_name),
        lambda: select(column("full_name")).select_from(table("person")),
        lambda: select(exists().where(Person.__table__.c.country == "LA").label("x")),
        lambda: select(Edition.id, text("(SELECT full_name FROM person)")),
        lambda: select(Edition.id).where(text("EXISTS (SELECT 1 FROM person)")),
    ],
)
def test_what_no_criteria_reach_is_refused_when_it_is_made(statement: Any) -> None:
    with pytest.raises(OutOfScope):
        Prepared(statement())


def test_a_core_table_under_an_entity_is_seen_by_the_lint() -> None:
    """As for every other statement: nothing at run time sees it on SQLite."""
    for query in (
        lambda: select(aliased(Person, Person.__table__.alias()).full_name),
        lambda: select(aliased(Person, select(Person.__table__).subquery()).full_name),
    ):
        assert isinstance(query(), Select)
    lines = inspect.getsource(test_a_core_table_under_an_entity_is_seen_by_the_lint)
    assert len(detours(lines)) == 2


def test_a_list_of_values_is_refused_when_it_is_made() -> None:
    with pytest.raises(TypeError, match="list of values"):
        Prepared(select(Person.full_name).where(Person.country.in_(["KH", "LA"])))


def test_no_parameter_takes_the_place_of_the_person(store: Store, world: World) -> None:
    asked = Prepared(select(Person.full_name).where(Person.id == bindparam("scope_person")))
    with store.read(Scope.person(world.own.id, "KH")) as db:
        assert [row.full_name for row in asked.rows(db, scope_person=world.foreign.id)] == ["Dara"]


def a_summary(country: str) -> dict[str, Any]:
    return {"country": country, "module": "z", "month": "2026-11", "sex": "", "agency_type": "police", "mode": "online"}


@pytest.mark.parametrize("whose", ["country", "countries", "person", "nobody"])
@pytest.mark.parametrize(("model", "row"), [(Person, foreign_values()), (Summary, a_summary("LA"))])
def test_no_new_row_is_outside_the_scope(
    store: Store, world: World, model: type[Base], row: dict[str, Any], whose: str
) -> None:
    with pytest.raises(OutOfScope), store.write(scopes(world)[whose]) as db:
        insert_new(db, model, row)
    with pytest.raises(OutOfScope), store.write(scopes(world)[whose]) as db:
        add_all(db, model, [row])


def test_counts_are_added_to_what_is_there(store: Store) -> None:
    rows = [{**a_count("KH"), "enrolled": 2}, {**a_count("KH"), "enrolled": 3, "completed": 1}]
    for some in (rows, rows[:1]):
        with store.write(Scope.countries({"KH"})) as db:
            add_all(db, FacetSummary, some)
    with store.read(Scope.countries({"KH"})) as db:
        assert db.execute(select(FacetSummary.enrolled, FacetSummary.completed)).all() == [(7, 1)]


def a_count(country: str) -> dict[str, Any]:
    key = {"country": country, "module": "z", "month": "2026-11", "facet": "locale", "value": "km"}
    return {**key, **dict.fromkeys(measures_of(FacetSummary), 0)}


def test_a_new_row_of_another_person_is_outside_the_scope_in_the_own_country_too(store: Store, world: World) -> None:
    row = {"person_id": world.foreign.id, "country": "KH", "role": "trainer"}
    with pytest.raises(OutOfScope), store.write(Scope.person(world.own.id, "KH")) as db:
        insert_new(db, Grant, row)


def test_a_new_row_with_a_name_that_its_model_has_not_is_refused(store: Store) -> None:
    with store.write(Scope.countries({"KH"})) as db, pytest.raises(TypeError, match="Summary has no enrolment"):
        insert_new(db, Summary, {**a_summary("KH"), "enrolment": 1})
