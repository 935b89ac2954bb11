"""No way to the database leads out of a session's scope.

Two countries: one Cambodian, two Laotians. A session for Cambodia (and one for the Cambodian alone) tries each
way to read, change, insert, move and delete. Whatever happens, no Laotian may be seen, counted or touched. The
same ways run against PostgreSQL with our own guard taken off, so that only the server's policies are left.
"""

from __future__ import annotations

import ast
import inspect
import textwrap
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from sqlalchemy import (
    column,
    delete,
    exists,
    func,
    insert,
    literal,
    select,
    table,
    text,
    union_all,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import SAWarning, SQLAlchemyError
from sqlalchemy.orm import Session, aliased

import trainer
from tests.factories import NOW, a_grant, a_person, a_workshop
from trainer.store.engine import Store
from trainer.store.errors import OutOfScope, StoreError
from trainer.store.evidence import Summary
from trainer.store.guard import SCOPED
from trainer.store.models import Base, Edition, Grant, Person
from trainer.store.prepared import Prepared, insert_new
from trainer.store.scope import Scope
from trainer.store.workshops import Workshop

FOREIGN_NAMES = {"Noy", "Bounmy"}


class World(NamedTuple):
    own: Person
    """From Cambodia, detached."""
    foreign: Person
    """From Lao PDR, detached."""
    foreign_grant: Grant


def summary(country: str, enrolled: int) -> Summary:
    return Summary(
        country=country, module="m", month="2026-11", sex="", agency_type="police", mode="online", enrolled=enrolled,
        completed=0,
    )  # fmt: skip


@pytest.fixture
def world(store: Store) -> World:
    with store.write(Scope.system("test")) as db:
        own, noy, bounmy = (
            a_person(db, country=country, full_name=name, sign_in_name=name.lower())
            for country, name in (("KH", "Dara"), ("LA", "Noy"), ("LA", "Bounmy"))
        )
        grants = [a_grant(db, person) for person in (own, noy, bounmy)]
        db.add_all([summary("KH", 1), summary("LA", 2)])
    return World(own, noy, grants[1])


# ------------------------------------------------------- the ways, by name

WAYS: dict[str, Callable[[Session, World], Any]] = {}
"""Each returns what it saw: names, codes and counts. More than one of anything is one too many."""


def way(function: Callable[[Session, World], Any]) -> Callable[[Session, World], Any]:
    WAYS[function.__name__] = function
    return function


def names(people: Any) -> list[str]:
    return [person.full_name for person in people if person is not None]


@way
def read_entities(db: Session, world: World) -> Any:
    return names(db.scalars(select(Person)))


@way
def read_columns(db: Session, world: World) -> Any:
    return db.execute(select(Person.full_name, Person.country)).all()


@way
def read_by_foreign_condition(db: Session, world: World) -> Any:
    return names(db.scalars(select(Person).where(Person.country == "LA")))


@way
def read_with_or(db: Session, world: World) -> Any:
    return names(db.scalars(select(Person).where((Person.country == "KH") | (Person.country == "LA"))))


@way
def count(db: Session, world: World) -> Any:
    return db.scalar(select(func.count()).select_from(Person))


@way
def count_children(db: Session, world: World) -> Any:
    return db.scalar(select(func.count(Grant.id)))


@way
def get_by_key(db: Session, world: World) -> Any:
    return names([db.get(Person, world.foreign.id)])


@way
def get_for_update(db: Session, world: World) -> Any:
    return names([db.get(Person, world.foreign.id, with_for_update=True)])


@way
def legacy_query(db: Session, world: World) -> Any:
    return names(db.query(Person).all())


@way
def legacy_count(db: Session, world: World) -> Any:
    return db.query(Person).count()


@way
def read_alias(db: Session, world: World) -> Any:
    other = aliased(Person)
    return names(db.scalars(select(other)))


@way
def join_children(db: Session, world: World) -> Any:
    return db.execute(select(Person.full_name, Grant.over).join(Grant, Grant.person_id == Person.id)).all()


@way
def join_from_counts(db: Session, world: World) -> Any:
    return db.execute(select(Summary.module, Person.full_name).join(Person, literal(True))).all()


@way
def subquery(db: Session, world: World) -> Any:
    inner = select(Person).subquery()
    return db.execute(select(inner.c.full_name)).all()


@way
def entity_over_subquery(db: Session, world: World) -> Any:
    return names(db.scalars(select(aliased(Person, select(Person).subquery()))))


@way
def entity_over_a_table_alias(db: Session, world: World) -> Any:
    return names(db.scalars(select(aliased(Person, Person.__table__.alias()))))


@way
def entity_over_a_core_subquery(db: Session, world: World) -> Any:
    return names(db.scalars(select(aliased(Person, select(Person.__table__).subquery()))))


@way
def entity_beside_a_core_column(db: Session, world: World) -> Any:
    return db.execute(select(Edition.id, Person.__table__.c.full_name).outerjoin(Edition, literal(False))).all()


@way
def core_column_in_a_condition(db: Session, world: World) -> Any:
    people = Person.__table__
    query = select(Summary.module).join(people, people.c.country != Summary.country).where(people.c.country == "LA")
    return "Noy" if db.scalars(query).all() else ""


@way
def common_table_expression(db: Session, world: World) -> Any:
    inner = select(Person.full_name).cte()
    return db.execute(select(inner)).all()


@way
def scalar_subquery(db: Session, world: World) -> Any:
    return db.scalar(select(select(func.count(Person.id)).scalar_subquery()))


@way
def subquery_beside_an_edition(db: Session, world: World) -> Any:
    return db.execute(select(func.count(Edition.id), select(func.count(Person.id)).scalar_subquery())).all()


@way
def existence(db: Session, world: World) -> Any:
    return "Noy" if db.scalar(select(exists().where(Person.country == "LA"))) else ""


@way
def existence_by_condition(db: Session, world: World) -> Any:
    found = db.scalar(select(literal(1)).where(exists(select(Person.id).where(Person.country == "LA"))))
    return "Noy" if found else ""


@way
def union(db: Session, world: World) -> Any:
    return db.execute(union_all(select(Person.full_name), select(Person.full_name).where(literal(False)))).all()


@way
def table_of_the_class(db: Session, world: World) -> Any:
    return [row.full_name for row in db.execute(select(Person.__table__))]


@way
def column_of_the_table(db: Session, world: World) -> Any:
    return db.scalars(select(Person.__table__.c.full_name)).all()


@way
def table_by_name(db: Session, world: World) -> Any:
    return db.scalars(select(column("full_name")).select_from(table("person"))).all()


@way
def raw_sql(db: Session, world: World) -> Any:
    return db.scalars(text("SELECT full_name FROM person")).all()


@way
def entities_from_raw_sql(db: Session, world: World) -> Any:
    return names(db.scalars(select(Person).from_statement(text("SELECT * FROM person"))))


@way
def entities_from_a_core_statement(db: Session, world: World) -> Any:
    return names(db.scalars(select(Person).from_statement(select(Person.__table__))))


@way
def connection_of_the_session(db: Session, world: World) -> Any:
    return db.connection().execute(select(Person.__table__.c.full_name)).scalars().all()


@way
def driver_sql(db: Session, world: World) -> Any:
    return db.connection().exec_driver_sql("SELECT full_name FROM person").scalars().all()


@way
def counts(db: Session, world: World) -> Any:
    return db.scalar(select(func.sum(Summary.enrolled)))


@way
def attach_from_another_session(db: Session, world: World) -> Any:
    db.add(world.foreign)
    db.refresh(world.foreign)
    return world.foreign.full_name


@way
def merge_unchecked(db: Session, world: World) -> Any:
    return db.merge(world.foreign, load=False).full_name if hasattr(db, "scope") else ""


@way
def change_after_merge(db: Session, world: World) -> Any:
    merged = db.merge(world.foreign)
    merged.full_name = "changed"
    db.flush()


@way
def change_attached(db: Session, world: World) -> Any:
    db.add(world.foreign)
    world.foreign.full_name = "changed"
    db.flush()


@way
def change_by_condition(db: Session, world: World) -> Any:
    db.execute(update(Person).values(locale="xx"))


@way
def change_by_keys(db: Session, world: World) -> Any:
    db.execute(update(Person), [{"id": world.foreign.id, "locale": "xx"}])


@way
def change_counts(db: Session, world: World) -> Any:
    db.execute(update(Summary).values(enrolled=Summary.enrolled + 1))


@way
def change_by_table(db: Session, world: World) -> Any:
    db.execute(update(Person.__table__).values(locale="xx"))


@way
def delete_by_condition(db: Session, world: World) -> Any:
    db.execute(delete(Person))


@way
def delete_children(db: Session, world: World) -> Any:
    db.execute(delete(Grant))


@way
def delete_children_by_foreign_condition(db: Session, world: World) -> Any:
    db.execute(delete(Grant).where(Grant.country == "LA"))


@way
def delete_attached(db: Session, world: World) -> Any:
    db.delete(world.foreign)
    db.flush()


def foreign_values(**over: Any) -> dict[str, Any]:
    return {
        "full_name": "Intruder", "sign_in_name": "intruder", "country": "LA", "agency_type": "police",
        "work_role": "frontline", "locale": "lo", "created_at": NOW, "is_test": False, **over,
    }  # fmt: skip


@way
def insert_person(db: Session, world: World) -> Any:
    db.add(Person(**foreign_values()))
    db.flush()


@way
def insert_child(db: Session, world: World) -> Any:
    db.add(Grant(person_id=world.foreign.id, country="LA", role="trainer", granted_at=NOW, granted_by="x"))
    db.flush()


@way
def insert_child_with_own_country(db: Session, world: World) -> Any:
    db.add(Grant(person_id=world.foreign.id, country="KH", role="trainer", granted_at=NOW, granted_by="x"))
    db.flush()


@way
def insert_by_statement(db: Session, world: World) -> Any:
    db.execute(insert(Person).values(**foreign_values()))


@way
def insert_by_parameters(db: Session, world: World) -> Any:
    db.execute(insert(Person), [foreign_values(country="KH", sign_in_name="b"), foreign_values()])


@way
def insert_from_select(db: Session, world: World) -> Any:
    source = select(literal("LA"), literal("m2"), literal("2026-11"), literal(""), literal(""), literal("online"))
    keys = ["country", "module", "month", "sex", "agency_type", "mode"]
    db.execute(
        insert(Summary).from_select([*keys, "enrolled", "completed"], source.add_columns(literal(5), literal(5)))
    )


@way
def insert_or_overwrite(db: Session, world: World) -> Any:
    make = postgresql.insert if db.get_bind().dialect.name == "postgresql" else sqlite.insert
    values = foreign_values(id=world.foreign.id, country="KH")
    db.execute(make(Person).values(**values).on_conflict_do_update(index_elements=["id"], set_={"locale": "xx"}))


@way
def insert_in_bulk(db: Session, world: World) -> Any:
    db.bulk_insert_mappings(Person, [foreign_values(id="intruder")])


@way
def save_in_bulk(db: Session, world: World) -> Any:
    db.bulk_save_objects([Person(**foreign_values())])


@way
def insert_counts(db: Session, world: World) -> Any:
    row = summary("LA", 9)
    row.module = "other"
    db.add(row)
    db.flush()


@way
def move_to_another_country(db: Session, world: World) -> Any:
    for own in db.scalars(select(Person)):
        own.country = "LA"
    db.flush()


@way
def move_by_condition(db: Session, world: World) -> Any:
    db.execute(update(Person).values(country="LA"))


@way
def move_by_column(db: Session, world: World) -> Any:
    db.execute(update(Person).values({Person.country: "LA"}))


ONLY_THE_LINT = {"entity_beside_a_core_column", "core_column_in_a_condition"}


# ---------------------------------------------------------------- the judge


def seen(value: Any) -> Iterator[Any]:
    """Every word and number in a result."""
    if isinstance(value, (str, int)):
        yield value
    elif value is not None:
        for part in value:
            yield from seen(part)


def everything_foreign(store: Store) -> dict[str, list[tuple[Any, ...]]]:
    with store.engine.connect() as connection:
        if not store.is_sqlite:
            connection.execute(text("SELECT set_config('app.countries', '*', true)"))
        return {
            found.name: sorted(map(tuple, connection.execute(select(found).where(found.c.country == "LA"))), key=str)
            for found in SCOPED
        }


@contextmanager
def without_guard(store: Store, scope: Scope) -> Iterator[Session]:
    """A plain session: nothing but the server's policies, told the scope, as `ScopedSession` tells it."""
    with Session(store.engine) as db:
        db.execute(
            text("SELECT set_config('app.countries', :countries, true), set_config('app.person', :person, true)"),
            {"countries": scope.setting, "person": scope.person_id or ""},
        )
        yield db
        db.commit()


def judge(store: Store, world: World, name: str, session: Any) -> None:
    before = everything_foreign(store)
    result = None
    try:
        with session as db:
            result = WAYS[name](db, world)
    except (OutOfScope, SQLAlchemyError, StoreError, SAWarning):
        pass
    found = list(seen(result))
    assert not FOREIGN_NAMES & set(found), f"saw {found}"
    assert "LA" not in found
    assert all(number <= 1 for number in found if isinstance(number, int)), f"counted {found}"
    assert everything_foreign(store) == before


@pytest.mark.parametrize("name", WAYS)
@pytest.mark.parametrize("whose", ["country", "person", "nobody"])
def test_no_way_leads_out_of_the_scope(store: Store, world: World, name: str, whose: str) -> None:
    if store.is_sqlite and name in ONLY_THE_LINT:
        # Nothing at run time sees a bare column beside an entity; the server's policies do, and the lint does here.
        assert detours(textwrap.dedent(inspect.getsource(WAYS[name])))
        return
    scopes = {
        "country": Scope.countries({"KH"}),
        "person": Scope.person(world.own.id, "KH"),
        "nobody": Scope.nobody(),
    }
    judge(store, world, name, store.write(scopes[whose]))


@pytest.mark.parametrize("name", WAYS)
@pytest.mark.parametrize("store", ["postgresql"], indirect=True)
def test_policies_of_the_server_hold_without_our_guard(store: Store, world: World, name: str) -> None:
    judge(store, world, name, without_guard(store, Scope.countries({"KH"})))


@pytest.mark.parametrize("store", ["postgresql"], indirect=True)
def test_a_session_that_told_the_server_no_country_sees_nobody(store: Store, world: World) -> None:
    with Session(store.engine) as db:
        assert db.scalars(select(Person)).all() == []
    with without_guard(store, Scope.countries({"KH"})) as db:
        assert len(db.scalars(select(Person)).all()) == 1
    # The same connection again: what remains of the setting is an empty string, which means none.
    with Session(store.engine) as db:
        assert db.scalars(select(Person)).all() == []


@pytest.mark.parametrize(
    "name",
    [
        *("read_entities", "read_columns", "count", "get_by_key", "legacy_query", "join_children", "subquery"),
        *("subquery_beside_an_edition", "union", "counts", "change_by_condition", "change_counts", "insert_person"),
        *(
            "delete_by_condition",
            "delete_children",
            "insert_by_parameters",
            "insert_counts",
            "attach_from_another_session",
        ),
    ],
)
def test_the_judge_sees_what_a_scope_over_every_country_lets_through(store: Store, world: World, name: str) -> None:
    """The control: the same ways do lead to Laotians when nothing forbids it."""
    with pytest.raises(AssertionError):
        judge(store, world, name, store.write(Scope.system("control")))


KEPT = Prepared(select(Person.full_name))
NAMES: dict[str, Callable[[Session], set[str]]] = {
    "cached by SQLAlchemy": lambda db: set(db.scalars(select(Person.full_name))),
    "kept as SQL": lambda db: {row.full_name for row in KEPT.rows(db)},
}


@pytest.mark.parametrize("how", NAMES)
def test_scopes_do_not_mix_when_statements_are_cached(store: Store, world: World, how: str) -> None:
    def see(scope: Scope) -> set[str]:
        with store.read(scope) as db:
            return NAMES[how](db)

    for _ in range(2):
        assert see(Scope.countries({"KH"})) == {"Dara"}
        assert see(Scope.countries({"LA"})) == FOREIGN_NAMES
        assert see(Scope.countries({"LA", "KH"})) == {"Dara", *FOREIGN_NAMES}
        assert see(Scope.person(world.own.id, "KH")) == {"Dara"}
        assert see(Scope.person(world.foreign.id, "LA")) == {"Noy"}
        assert see(Scope.person(world.foreign.id, "KH")) == set()
        assert see(Scope.counts({"KH", "LA"})) == set()
        assert see(Scope.nobody()) == set()
        assert see(Scope.system("test")) == {"Dara", *FOREIGN_NAMES}


def test_a_person_sees_themselves_and_not_their_compatriots(store: Store, world: World) -> None:
    with store.write(Scope.countries({"KH"})) as db:
        a_grant(db, a_person(db, full_name="Sophea"), "trainer")
    with store.read(Scope.person(world.own.id, "KH")) as db:
        assert db.scalars(select(Person.full_name)).all() == ["Dara"]
        assert db.scalars(select(Grant.person_id)).all() == [world.own.id]
        assert db.scalar(select(func.sum(Summary.enrolled))) == 1


def test_a_personal_session_has_nothing_of_a_workshop(store: Store, world: World) -> None:
    """Neither by entities nor by SQL that is kept, and it cannot put anything there; a coordinator's can."""
    kept = Prepared(select(Workshop.title))
    with store.write(Scope.countries({"KH"})) as db:
        db.add(a_workshop("KH"))
    person = Scope.person(world.own.id, "KH")
    for scope, titles in ((person, []), (Scope.countries({"LA"}), []), (Scope.countries({"KH"}), ["Harbour"])):
        with store.read(scope) as db:
            assert db.scalars(select(Workshop.title)).all() == titles
            assert [row.title for row in kept.rows(db)] == titles
    with pytest.raises(OutOfScope), store.write(person) as db:
        db.add(a_workshop("KH"))
    with pytest.raises(OutOfScope), store.write(person) as db:
        insert_new(db, Workshop, {"country": "KH"})


@pytest.mark.parametrize("store", ["postgresql"], indirect=True)
def test_the_server_keeps_workshops_from_a_personal_session(store: Store, world: World) -> None:
    with store.write(Scope.countries({"KH"})) as db:
        db.add(a_workshop("KH"))
    seen = []
    for scope in (Scope.person(world.own.id, "KH"), Scope.countries({"LA"}), Scope.countries({"KH"})):
        with without_guard(store, scope) as db:
            seen.append(len(db.scalars(select(Workshop)).all()))
    assert seen == [0, 0, 1]


def counts_and_rows(db: Session) -> tuple[int | None, int, int]:
    """People enrolled, and the rows of people and workshops."""
    people, held = len(db.scalars(select(Person)).all()), len(db.scalars(select(Workshop)).all())
    return db.scalar(select(func.sum(Summary.enrolled))), people, held


@pytest.mark.parametrize("codes", [{"KH"}, {"KH", "LA"}, set()])
def test_a_session_over_counts_has_those_of_its_countries_and_no_row_of_anybody(
    store: Store, world: World, codes: set[str]
) -> None:
    with store.write(Scope.countries({"KH"})) as db:
        db.add(a_workshop("KH"))
    expected = (sum({"KH": 1, "LA": 2}[code] for code in codes) or None, 0, 0)
    scope = Scope.counts(codes)
    with store.read(scope) as db:
        assert counts_and_rows(db) == expected
    if not store.is_sqlite:
        with without_guard(store, scope) as db:
            assert counts_and_rows(db) == expected
    for row in (lambda db: a_person(db, country="KH"), lambda db: db.add(a_workshop("KH"))):
        with pytest.raises(OutOfScope), store.write(scope) as db:
            row(db)
    with pytest.raises(OutOfScope), store.write(scope) as db:
        db.add(summary("TH", 1))


@pytest.mark.parametrize("code", ["kh", "KHM", "", "K'", "*"])
def test_only_country_codes_are_a_scope(code: str) -> None:
    with pytest.raises(ValueError, match="country"):
        Scope.countries({code})


def test_a_scope_over_every_country_needs_a_reason() -> None:
    with pytest.raises(ValueError, match="reason"):
        Scope.system(" ")


@pytest.mark.parametrize("store", ["postgresql"], indirect=True)
def test_the_server_has_a_policy_on_every_table_with_a_country(store: Store) -> None:
    query = text(
        "SELECT relname FROM pg_class JOIN pg_policy ON polrelid = pg_class.oid"
        " WHERE relrowsecurity AND relforcerowsecurity"
    )
    with store.engine.connect() as connection:
        assert set(connection.scalars(query)) == {found.name for found in SCOPED}
    assert {found.name for found in Base.metadata.sorted_tables if "country" in found.c} == {
        found.name for found in SCOPED
    }


# ------------------------------------------------------------------ the lint

PACKAGE = Path(trainer.__file__).parent
DETOURS = {"text", "literal_column", "table", "connection", "exec_driver_sql", "get_bind", "from_statement"}
"""Names of SQLAlchemy's that lead around the scope. Called as `x.name(…)` or, if imported from it, `name(…)`."""


def detours(source: str) -> list[str]:
    """Where a file goes around the scope, as `line: name`."""
    tree = ast.parse(source)
    imported = {
        alias.asname or alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("sqlalchemy")
        for alias in node.names
    }
    methods = DETOURS - {"text", "table"}
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and node.attr in {
            "__table__",
            "local_table",
            "metadata",
            "engine",
            "bulk_insert_mappings",
        }:
            found.append(f"{node.lineno}: {node.attr}")
        if isinstance(node, ast.Call):
            called = node.func
            if isinstance(called, ast.Name) and called.id in DETOURS & imported:
                found.append(f"{node.lineno}: {called.id}")
            if isinstance(called, ast.Attribute) and called.attr in methods:
                found.append(f"{node.lineno}: {called.attr}")
            if isinstance(called, ast.Attribute) and isinstance(called.value, ast.Name):
                module = called.value.id
                if module in {"sa", "sqlalchemy"} and called.attr in DETOURS:
                    found.append(f"{node.lineno}: {called.attr}")
    return found


@pytest.mark.parametrize("path", sorted(PACKAGE.rglob("*.py")), ids=lambda path: str(path.relative_to(PACKAGE)))
def test_raw_sql_is_written_in_the_store_only(path: Path) -> None:
    source = path.read_text(encoding="utf-8")
    if path.is_relative_to(PACKAGE / "store") or "sqlalchemy" not in source:
        return
    assert detours(source) == []


def test_the_lint_sees_each_detour() -> None:
    source = "\n".join(
        (
            "from sqlalchemy import text, select",
            "import sqlalchemy as sa",
            "db.execute(text('SELECT 1'))",
            "select(Person.__table__)",
            "db.connection().execute()",
            "sa.text('x')",
            "db.get_bind()",
            "select(Person).from_statement(x)",
        )
    )
    assert sorted(detours(source)) == [
        *("3: text", "4: __table__", "5: connection", "6: text", "7: get_bind", "8: from_statement"),
    ]
