"""Statements that every page asks, turned into SQL once.

SQLAlchemy keeps what it has compiled, but finding it again means walking the statement and its criteria each time:
of a short statement that was two thirds of the cost. A `Prepared` statement keeps the SQL text instead, with the
types of its columns, one for each engine and each set of countries. The scope narrows it as it narrows every other
statement: the same criteria are compiled in, the person is a parameter, and what criteria cannot reach is refused. Only
the last look at rows as they arrive is missing, for no entities do. `insert_new` does the same for new rows.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import (
    BindParameter,
    Column,
    CompoundSelect,
    Dialect,
    Integer,
    Row,
    Select,
    TextClause,
    TextualSelect,
    bindparam,
    column,
    inspect,
    text,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session
from sqlalchemy.sql import visitors
from sqlalchemy.types import String

from trainer.store.chain import note_writing
from trainer.store.errors import OutOfScope
from trainer.store.guard import check_new_row, criteria_of, refuse_unscoped, scope_of
from trainer.store.models import Base

_PERSON = "scope_person"
_CAST = re.compile(r"(:\w+)::")


class _Query(NamedTuple):
    statement: TextualSelect
    values: dict[str, Any]
    """Values that stand in the statement itself."""


class Prepared:
    """A SELECT over mapped classes, with `bindparam`s for what differs. Thread-safe; make it at import."""

    def __init__(self, statement: Select[*tuple[Any, ...]] | CompoundSelect[*tuple[Any, ...]]) -> None:
        """Raises OutOfScope for a statement that no criteria reach, TypeError for one with a list of values in it."""
        # The session takes the same for a statement of its mapper, and so narrows it.
        if statement._propagate_attrs.get("compile_state_plugin") != "orm":
            refuse_unscoped(statement)
        for part in visitors.iterate(statement):
            if isinstance(part, TextClause):
                raise OutOfScope("raw SQL belongs into trainer.store")
            if isinstance(part, BindParameter) and part.expanding:
                raise TypeError("a list of values has as many parameters as values: compare with each, or use execute")
        self._statement = statement
        self._query = lru_cache(maxsize=64)(self._made)

    def rows(self, db: Session, **values: Any) -> Sequence[Row[*tuple[Any, ...]]]:
        """All rows inside the scope of `db`, with its own columns' names; `values` are those of the parameters."""
        scope = scope_of(db)
        db.flush()  # as `execute` does: what was added is there to be found
        connection = Session.connection(db)
        query = self._query(connection.dialect, scope.codes, scope.person_id is not None)
        return connection.execute(query.statement, {**query.values, **values, _PERSON: scope.person_id}).all()

    def first(self, db: Session, **values: Any) -> Row[*tuple[Any, ...]] | None:
        """The first of `rows`, if there is any."""
        found = self.rows(db, **values)
        return found[0] if found else None

    def _made(self, dialect: Dialect, codes: frozenset[str] | None, of_person: bool) -> _Query:
        person = bindparam(_PERSON, type_=String(), required=True) if of_person else None
        narrowed = self._statement.options(*criteria_of(codes, person)) if codes is not None else self._statement
        compiled, statement = _as_text(narrowed, dialect)
        columns = [column(entry.keyname, entry.type) for entry in compiled._result_columns]
        fixed = {name: bind.value for bind, name in compiled.bind_names.items() if not bind.required}
        return _Query(statement.columns(*columns), fixed)


def insert_new(db: Session, model: type[Base], row: dict[str, Any]) -> bool:
    """Insert `row` unless its key, or another unique value of it, is there already. True: it was inserted.

    Safe when two sessions do it at once, which looking first is not. Names are attribute names; defaults of the
    model apply. Raises OutOfScope for a row outside the scope of `db`, TypeError for a name that `model` has not.
    """
    if unknown := row.keys() - inspect(model).columns.keys():
        raise TypeError(f"{model.__name__} has no {', '.join(sorted(unknown))}")
    check_new_row(scope_of(db), model, row)
    db.flush()  # what the row refers to is there
    connection = Session.connection(db)
    made = _insertion(connection.dialect, model)
    # Otherwise psycopg says -1, which is true.
    result = connection.execute(made.statement, made.complete(row), execution_options={"preserve_rowcount": True})
    if result.rowcount == 1:
        note_writing(db)
    return result.rowcount == 1


def add_all(db: Session, model: type[Base], rows: Sequence[dict[str, Any]]) -> None:
    """Add to counts: each row names a cell by its key, and what is added to every other column of it. Cells that are
    not there begin at nothing. One statement, for the rows in their order.

    Safe when many sessions add at once. Raises OutOfScope for a row outside the scope of `db`.
    """
    for row in rows:
        check_new_row(scope_of(db), model, row)
    db.flush()
    if rows:
        connection = Session.connection(db)
        connection.execute(_addition(connection.dialect, model), list(rows))
        note_writing(db)


@lru_cache(maxsize=64)
def _addition(dialect: Dialect, model: type[Base]) -> TextClause:
    table: Any = inspect(model).local_table
    values = {one.name: bindparam(one.name, type_=one.type) for one in table.columns}
    insert = (postgresql.insert(model) if dialect.name == "postgresql" else sqlite.insert(model)).values(values)
    added = {one.name: one + insert.excluded[one.name] for one in table.columns if not one.primary_key}
    return _as_text(insert.on_conflict_do_update(index_elements=list(table.primary_key), set_=added), dialect)[1]


class _Insertion(NamedTuple):
    statement: TextClause
    defaults: dict[str, Callable[[], Any]]

    def complete(self, row: dict[str, Any]) -> dict[str, Any]:
        return {name: row[name] if name in row else make() for name, make in self.defaults.items()}


@lru_cache(maxsize=64)
def _insertion(dialect: Dialect, model: type[Base]) -> _Insertion:
    columns: Any = inspect(model).local_table.columns
    kept = [one for one in columns if not _is_numbered(one)]
    values = {one.name: bindparam(one.name, type_=one.type) for one in kept}
    insert = postgresql.insert(model) if dialect.name == "postgresql" else sqlite.insert(model)
    statement = _as_text(insert.values(values).on_conflict_do_nothing(), dialect)[1]
    return _Insertion(statement, {one.name: _default(one) for one in kept})


def _is_numbered(one: Column[Any]) -> bool:
    """The database gives it its value."""
    return one.primary_key and isinstance(one.type, Integer) and one.default is None


def _default(one: Column[Any]) -> Callable[[], Any]:
    if one.default is None:
        return lambda: None
    value: Any = one.default.arg  # type: ignore[attr-defined]
    return (lambda: value(None)) if callable(value) else (lambda: value)


def _as_text(statement: Any, dialect: Dialect) -> tuple[Any, TextClause]:
    """What `statement` compiles to, and the same as text that knows the types of its parameters."""
    # Parameters by name, whatever the driver wants: the text goes through SQLAlchemy once more.
    by_name: Any = type(dialect)
    compiled = statement.compile(dialect=by_name(paramstyle="named"))
    binds = [bindparam(name, type_=bind.type) for bind, name in compiled.bind_names.items()]
    # `text` does not see a parameter that a cast follows at once (`:name::VARCHAR`).
    return compiled, text(_CAST.sub(r"\1 ::", str(compiled))).bindparams(*binds)
