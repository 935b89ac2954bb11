"""Sessions as the rest of the program uses them."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import DBAPIError

from tests.factories import a_person, an_edition
from trainer.store.engine import Store
from trainer.store.models import Edition, Person
from trainer.store.scope import Scope


def count_people(store: Store) -> int:
    with store.read(Scope.system("test")) as db:
        return db.scalar(select(func.count()).select_from(Person)) or 0


def test_what_a_write_session_did_is_there_afterwards(store: Store) -> None:
    with store.write(Scope.system("test")) as db:
        a_person(db)
    assert count_people(store) == 1


def test_a_write_session_that_raises_leaves_nothing(store: Store) -> None:
    with pytest.raises(LookupError), store.write(Scope.system("test")) as db:  # noqa: PT012
        a_person(db)
        raise LookupError
    assert count_people(store) == 0


def test_a_read_session_cannot_write(store: Store) -> None:
    with pytest.raises(DBAPIError, match=r"read-?only"), store.read(Scope.system("test")) as db:
        an_edition(db)
    with store.write(Scope.system("test")) as db:
        assert db.scalar(select(func.count()).select_from(Edition)) == 0


def test_a_write_session_inside_a_write_session_is_refused_at_once(store: Store) -> None:
    with store.write(Scope.nobody()), pytest.raises(RuntimeError), store.write(Scope.nobody()):
        pass


def test_a_session_needs_a_scope(store: Store) -> None:
    with pytest.raises(TypeError), store.read():  # type: ignore[call-arg]
        pass
    with pytest.raises(TypeError), store.read(None):  # type: ignore[arg-type]
        pass
