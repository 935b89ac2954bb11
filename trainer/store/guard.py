"""Keeps every session inside its scope: reads are narrowed, writes are checked, ways around are closed.

A session is made for one scope and never gets another: what it has loaded stays inside. Rows are checked once
more as they arrive, which covers statements that no criterion can reach.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any, NoReturn

from sqlalchemy import ColumnElement, Engine, Table, TableClause, event, false, inspect, literal_column, null, text
from sqlalchemy.orm import Mapper, ORMExecuteState, Session, SessionTransaction, with_loader_criteria
from sqlalchemy.sql import visitors
from sqlalchemy.sql.dml import Insert
from sqlalchemy.sql.elements import TextClause

from trainer.store import (
    authoring,
    cutoffs,
    evidence,
    factors,
    forms,
    leaving,
    mail,
    paths,
    reporting,
    trail,
    warnings,
    workshops,
)
from trainer.store.errors import OutOfScope
from trainer.store.models import Base, Counted, Managed, OfPerson, Person, Scoped
from trainer.store.scope import Scope

assert authoring
assert cutoffs
assert evidence
assert factors
assert forms
assert leaving
assert mail
assert paths
assert reporting
assert trail
assert warnings
assert workshops  # their tables are among those that are guarded

SCOPED = frozenset(
    table
    for mapper in Base.registry.mappers
    if issubclass(mapper.class_, Scoped) and isinstance(table := mapper.local_table, Table)
)
"""Tables with a country: all about people, and the counts."""

_SCOPED_NAMES = frozenset(table.name for table in SCOPED)

_TELL_POSTGRESQL = text("SELECT set_config('app.countries', :countries, true), set_config('app.person', :person, true)")


class ScopedSession(Session):
    """A session of one scope. `store.engine.Store` makes them; nothing else should."""

    def __init__(self, engine: Engine, scope: Scope) -> None:
        if not isinstance(scope, Scope):
            raise TypeError("a session needs a Scope")
        super().__init__(engine, expire_on_commit=False)
        self.scope = scope

    def _closed(self, *args: object, **options: object) -> NoReturn:
        raise OutOfScope("this way to the database knows no scope; use mapped classes with execute, add and flush")

    # Bulk methods skip the check before a flush; a bare connection skips everything.
    connection = _closed
    bulk_save_objects = _closed
    bulk_insert_mappings = _closed
    bulk_update_mappings = _closed


def scope_of(session: Session) -> Scope:
    """The scope that `session` was made for."""
    assert isinstance(session, ScopedSession)
    return session.scope


@event.listens_for(ScopedSession, "after_begin")
def _tell_the_server(session: ScopedSession, transaction: SessionTransaction, connection: Any) -> None:
    """PostgreSQL's policies read the scope; it lasts until the transaction ends."""
    if not transaction.nested:
        tell(connection, session.scope)


def tell(connection: Any, scope: Scope) -> None:
    """What PostgreSQL's policies let through from now on in this transaction. On SQLite there are none."""
    if connection.dialect.name == "postgresql":
        connection.execute(_TELL_POSTGRESQL, {"countries": scope.setting, "person": scope.person_id or ""})


# -------------------------------------------------------------------- reading


@lru_cache(maxsize=512)
def _criteria(scope: Scope) -> tuple[Any, ...]:
    """Options that narrow every mention of a scoped class, aliases and subqueries too."""
    if scope.codes is None:
        return ()
    countries = _in_sql(scope.codes)
    if scope.person_id is None:
        return (with_loader_criteria(Scoped, lambda cls: cls.country.in_(countries), include_aliases=True),)
    person_id = scope.person_id
    return (
        with_loader_criteria(
            OfPerson, lambda cls: cls.country.in_(countries) & (cls.person_id == person_id), include_aliases=True
        ),
        with_loader_criteria(Counted, lambda cls: cls.country.in_(countries), include_aliases=True),
        with_loader_criteria(Managed, lambda cls: false(), include_aliases=True),
    )


def criteria_of(codes: frozenset[str], person: ColumnElement[str] | None) -> tuple[Any, ...]:
    """The same criteria class by class, for a statement compiled once: `person` stays a parameter (None: everybody)."""
    countries = _in_sql(codes)
    options = []
    for mapper in Base.registry.mappers:
        cls = mapper.class_
        if issubclass(cls, Scoped):
            inside: ColumnElement[bool] = cls.country.in_(countries)
            if person is not None and issubclass(cls, OfPerson):
                inside &= cls.person_id == person
            if person is not None and issubclass(cls, Managed):
                inside = false()
            options.append(with_loader_criteria(cls, inside, include_aliases=True))
    return tuple(options)


def _in_sql(codes: frozenset[str]) -> tuple[ColumnElement[Any], ...]:
    """Countries as they stand in the SQL itself: there are few of them, and each parameter less is a fifth of a
    statement's cost. `Scope` lets nothing but two capital letters through.
    """
    return tuple(literal_column(f"'{code}'") for code in sorted(codes)) or (null(),)


@event.listens_for(ScopedSession, "do_orm_execute")
def _narrow(state: ORMExecuteState) -> None:
    scope = scope_of(state.session)
    if not state.is_orm_statement or state.is_from_statement:
        refuse_unscoped(state.statement)
        return
    mapper = state.bind_mapper
    if mapper is not None and mapper.local_table in SCOPED:
        if state.is_insert:
            _check_insert(state, scope, mapper)
        elif state.is_update:
            _check_update(state)
    if not state.is_insert and scope.codes is not None:
        state.statement = state.statement.options(*_criteria(scope))


def refuse_unscoped(statement: Any) -> None:
    """Statements that criteria do not reach may not mention people at all. Raises OutOfScope."""
    for part in visitors.iterate(statement):
        if isinstance(part, TextClause):
            raise OutOfScope("raw SQL belongs into trainer.store")
        if isinstance(part, TableClause) and part.name in _SCOPED_NAMES:
            raise OutOfScope(f"{part.name}: name the mapped class at the top of the statement, not its table")


def _check_insert(state: ORMExecuteState, scope: Scope, mapper: Mapper[Any]) -> None:
    statement = state.statement
    assert isinstance(statement, Insert)
    if statement.select is not None or not _does_nothing_on_conflict(statement):
        raise OutOfScope("insert rows by value, and leave existing ones alone")
    for row in _rows(state):
        check_new_row(scope, mapper.class_, row)


def check_new_row(scope: Scope, cls: type[Any], row: Mapping[str, Any]) -> None:
    """A row that is about to be inserted. Raises OutOfScope."""
    if scope.codes is None or not issubclass(cls, Scoped):
        return
    is_inside = row.get("country") in scope.codes
    if issubclass(cls, OfPerson):
        is_inside = scope.covers(row.get("country"), row.get(_person_key(cls)))
    elif issubclass(cls, Managed):
        is_inside = scope.covers(row.get("country"), None)
    if not is_inside:
        raise OutOfScope(f"{cls.__name__}: a row outside the scope")


def _does_nothing_on_conflict(statement: Insert) -> bool:
    clause = getattr(statement, "_post_values_clause", None)
    return clause is None or type(clause).__name__ == "OnConflictDoNothing"


def _rows(state: ORMExecuteState) -> Iterator[Mapping[str, Any]]:
    """The rows of an INSERT: values in the statement with the parameters over them."""
    statement: Any = state.statement
    fixed = {_name(key): getattr(value, "value", value) for key, value in (statement._values or {}).items()}
    for rows in statement._multi_values or ():
        for row in rows:
            yield {_name(key): value for key, value in row.items()}
    if statement._multi_values:
        return
    parameters: Any = state.parameters
    given = parameters if isinstance(parameters, (list, tuple)) else [parameters or {}]
    for row in given:
        yield {**fixed, **row}


def _name(column: Any) -> str:
    return column if isinstance(column, str) else str(column.key)


def _check_update(state: ORMExecuteState) -> None:
    """A bulk update may not move rows, and updates by a list of keys skip the criteria."""
    if isinstance(state.parameters, (list, tuple)):
        raise OutOfScope("update people's rows with a condition, not with a list of keys")
    statement: Any = state.statement
    named = {_name(key) for key in (statement._values or {})} | {_name(key) for key in (state.parameters or {})}
    if getattr(statement, "_ordered_values", None) or named & {"country", "person_id", "id"}:
        raise OutOfScope("a row never moves to another country or person this way")


# -------------------------------------------------------------------- writing


def _person_key(cls: type[Any]) -> str:
    return "id" if issubclass(cls, Person) else "person_id"


def _is_inside(scope: Scope, row: Scoped) -> bool:
    if scope.codes is None:
        return True
    if isinstance(row, OfPerson):
        return scope.covers(row.country, row.person_id)
    if isinstance(row, Managed):
        return scope.covers(row.country, None)
    return row.country in scope.codes


@event.listens_for(ScopedSession, "before_flush")
def _check_flush(session: ScopedSession, context: Any, instances: Any) -> None:
    for row in (*session.new, *session.dirty, *session.deleted):
        if not isinstance(row, Scoped):
            continue
        if row not in session.new and _has_moved(row):
            raise OutOfScope(f"{type(row).__name__}: a row never moves to another country or person this way")
        if not _is_inside(session.scope, row):
            raise OutOfScope(f"{type(row).__name__}: a row outside the scope")


def _has_moved(row: Any) -> bool:
    keys = ("country", _person_key(type(row))) if isinstance(row, OfPerson) else ("country",)
    attributes = inspect(row).attrs
    return any(attributes[key].history.has_changes() for key in keys)


# ----------------------------------------------------------- rows that arrive


def _check_arrival(session: Session, row: Any) -> None:
    """Rows from a detour (`from_statement`), or attached after being loaded elsewhere."""
    if isinstance(session, ScopedSession) and isinstance(row, Scoped) and not _is_inside(session.scope, row):
        session.expunge(row)
        raise OutOfScope(f"{type(row).__name__}: a row outside the scope")


event.listen(ScopedSession, "loaded_as_persistent", _check_arrival)
event.listen(ScopedSession, "detached_to_persistent", _check_arrival)
