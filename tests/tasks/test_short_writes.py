"""Chores look for what is due without keeping anybody from writing, and write few rows in one transaction."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, event, select

from tests.services.papers import KH
from tests.services.world import NOW, publish, statements
from tests.tasks.test_mailing import DOWN, SYSTEM, Post
from trainer.services import follow_up_letters, forgetting, outbox, reminders, retention
from trainer.services.outbox import New
from trainer.services.retention import Outcome, Times
from trainer.store import moving
from trainer.store.engine import Store
from trainer.store.forms import FormMark
from trainer.store.mail import Mail
from trainer.store.models import Person
from trainer.store.scope import Scope
from trainer.tasks import follow_ups, mailing

PEOPLE = 5
AT_ONCE = 2
DUE = NOW + timedelta(days=100)
"""Three months after completing something at `NOW`."""
TIMES = Times(timedelta(days=730), None)


@dataclass
class Write:
    """A transaction that holds the lock."""

    statements: list[str]
    rows: dict[str, int]
    """Table → rows inserted, changed or deleted."""


@contextmanager
def writes(store: Store) -> Iterator[list[Write]]:
    """Every transaction that writes meanwhile, on SQLite."""
    found: list[Write] = []

    def is_writer(connection: Connection) -> bool:
        return connection.get_execution_options().get("begin") == "BEGIN IMMEDIATE"

    def begin(connection: Connection) -> None:
        if is_writer(connection):
            found.append(Write([], {}))

    def note(connection: Connection, cursor: Any, statement: str, *rest: Any) -> None:
        if is_writer(connection):
            found[-1].statements.append(statement)
            words = statement.split()
            if words[0] in ("INSERT", "DELETE", "UPDATE"):
                table = words[1] if words[0] == "UPDATE" else words[2]
                found[-1].rows[table] = found[-1].rows.get(table, 0) + max(0, cursor.rowcount)

    event.listen(store.engine, "begin", begin)
    event.listen(store.engine, "after_cursor_execute", note)
    try:
        yield found
    finally:
        event.remove(store.engine, "begin", begin)
        event.remove(store.engine, "after_cursor_execute", note)


@pytest.fixture
def post(sqlite_store: Store) -> Post:
    publish(sqlite_store)
    return Post(sqlite_store, DOWN)


def test_follow_ups_are_asked_some_at_a_time(post: Post, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(follow_ups, "AT_ONCE", AT_ONCE)
    for _ in range(PEOPLE):
        post.complete(post.person(), NOW)
    post.now = DUE
    with writes(post.store) as found:
        assert follow_ups.tick(post.bench()) == PEOPLE
        assert [one.rows["form_mark"] for one in found] == [2, 2, 1]
        assert [one.rows["mail"] for one in found] == [4, 4, 2]
        assert max(len(one.statements) for one in found) <= 7
        assert not any("completion" in statement for one in found for statement in one.statements)
        found.clear()
        assert follow_ups.tick(post.bench()) == 0
        assert found == []
        with post.store.write(SYSTEM) as db:
            for row in db.scalars(select(FormMark)):
                row.draft = {"met": "yes"}
        found.clear()
        post.now = DUE + timedelta(days=200)
        follow_ups.tick(post.bench())
        emptied = [one for one in found if "mail" not in one.rows]
        assert [one.rows for one in emptied] == [{"form_mark": 2}, {"form_mark": 2}, {"form_mark": 1}]


def test_reminders_are_put_some_at_a_time(post: Post, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reminders, "BATCH", AT_ONCE)
    for _ in range(PEOPLE):
        post.person()
        post.complete(post.person(country="TH"), NOW - timedelta(days=700))
    post.assign()
    with writes(post.store) as found:
        post.remind()
        assert [one.rows for one in found[1:]] == 2 * [{"mail": 2}, {"mail": 2}, {"mail": 1}]
        assert max(len(one.statements) for one in found) <= 2
        assert not any("completion" in statement for one in found for statement in one.statements)
        found.clear()
        post.remind()
        assert len(found) == 1, "nothing but letting go of letters that have waited too long"


def test_announcements_are_made_and_taken_back_some_at_a_time(post: Post, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retention, "_AT_ONCE", AT_ONCE)
    for _ in range(PEOPLE):
        post.person(created_at=NOW - timedelta(days=800))
    with writes(post.store) as found:
        assert retention.look(post.store, TIMES, now=NOW) == Outcome(PEOPLE, 0, ())
        assert [one.rows for one in found[1:]] == [{"announced": n, "mail": n} for n in (2, 2, 1)]
        assert max(len(one.statements) for one in found) <= 4
        found.clear()
        kept = Times(timedelta(days=3_000), None)
        assert retention.look(post.store, kept, now=NOW) == Outcome(0, PEOPLE, ())
        assert [one.rows for one in found[1:]] == [{"announced": n} for n in (2, 2, 1)]


def test_who_is_forgotten_in_between_holds_up_nobody(store: Store) -> None:
    publish(store)
    post = Post(store, DOWN)
    gone, shut, moved, here = (post.person() for _ in range(4))
    for one in (gone, shut, moved, here):
        post.complete(one, NOW)
    with store.read(SYSTEM) as db:
        due = follow_up_letters.due(db, now=DUE, most=10)
        new = retention._new(db, Times(timedelta(), None), DUE)
    assert len(due) == len(new) == 4
    with store.write(Scope.countries(KH)) as db:
        forgetting.forget(db, KH, gone.id, now=DUE)
    with store.write(SYSTEM) as db:
        db.scalars(select(Person).where(Person.id == shut.id)).one().disabled_at = DUE
        moving.move_to_country(db, moved.id, "KH", "TH")
    with store.write(SYSTEM) as db:
        assert follow_up_letters.invite(db, due, now=DUE) == 2
    with store.write(SYSTEM) as db:
        assert follow_up_letters.invite(db, due, now=DUE) == 0, "whoever else did it"
    with store.write(SYSTEM) as db:
        assert retention._announce(db, new, DUE) == 2
    letters = [New(one.id, "KH", "x", "en", "s", "b", DUE) for one in (gone, moved, here)]
    with store.write(SYSTEM) as db:
        outbox.put_all(db, letters)
    with store.read(SYSTEM) as db:
        assert {(row.person_id, row.country) for row in db.scalars(select(FormMark))} == {
            (moved.id, "TH"), (here.id, "KH"),
        }  # fmt: skip
        assert set(db.scalars(select(Mail.person_id).where(Mail.occasion == "x"))) == {here.id}


def test_a_letter_to_somebody_who_moves_while_it_is_sent_goes_out_once(store: Store) -> None:
    publish(store)
    post = Post(store, DOWN)
    person = post.person()
    post.letter(person)
    with store.write(SYSTEM) as db:
        (letter,) = outbox.claim(db, now=NOW, most=1)
    with store.write(SYSTEM) as db:
        moving.move_to_country(db, person.id, "KH", "TH")
    mailing._write(post.bench(), threading.Event(), lambda db: outbox.sent(db, letter.id, now=NOW))
    assert post.state() == {"hello": "sent"}


def test_what_waits_is_found_without_reading_what_was_sent(post: Post) -> None:
    with post.store.write(SYSTEM) as db, statements(db) as seen:
        outbox.is_waiting(db, now=NOW)
        outbox.claim(db, now=NOW, most=AT_ONCE)
        outbox.expire(db, now=NOW)
    found = [one for one in seen if "FROM mail" in one or "UPDATE mail" in one]
    assert len(found) == 3
    with post.store.engine.connect() as connection:
        for one in found:
            plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {one}", (None,) * one.count("?")).all()
            assert [row[3] for row in plan] == ["SEARCH mail USING INDEX ix_mail_waiting (due_at<?)"]
