"""`trainer audit`, and what the other commands write into the audit trail."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from tests.factories import SMALL_MODULE
from trainer import cli
from trainer.services import audit
from trainer.services.audit import Act
from trainer.store.engine import Store
from trainer.store.scope import Scope

Run = Callable[..., Result]


@pytest.fixture
def run(sqlite_store: Store, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Run:
    monkeypatch.setenv("TRAINER_DATABASE", str(sqlite_store.url))
    monkeypatch.setenv("TRAINER_SECRET_KEY", "a key of the tests")
    for name, data in SMALL_MODULE.items():
        (tmp_path / "small").mkdir(exist_ok=True)
        (tmp_path / "small" / name).write_bytes(data)
    return lambda *words, text=None: CliRunner().invoke(cli.main, [str(word) for word in words], input=text)


def told(store: Store) -> list[tuple[str, str, str]]:
    with sqlite3.connect(store.path) as file:
        return file.execute("SELECT actor, country, act FROM audit_event ORDER BY rowid").fetchall()


def test_commands_that_change_people_or_editions_are_events_of_the_operator(
    run: Run, sqlite_store: Store, tmp_path: Path
) -> None:
    assert run("people", "add", "dara", "Sok Dara", "--country", "KH").exit_code == 0
    assert run("people", "grant", "dara", "coordinator", "--over", "KH").exit_code == 0
    assert run("people", "grant", "dara", "coordinator", "--over", "KH", "--revoke").exit_code == 0
    assert run("people", "grant", "dara", "coordinator", "--over", "KH", "--revoke").exit_code == 1
    assert run("people", "password", "dara", text="green rice in the rain\n" * 2).exit_code == 0
    assert run("people", "reset-factors", "dara").exit_code == 0
    for _ in range(2):
        assert run("publish", tmp_path / "small").exit_code == 0
    assert told(sqlite_store) == [
        ("operator", "KH", "person-added"), ("operator", "KH", "slip-issued"), ("operator", "KH", "role-given"),
        ("operator", "XX", "role-given"), ("operator", "KH", "role-taken"), ("operator", "XX", "role-taken"),
        ("operator", "KH", "password-set"), ("operator", "KH", "second-step-reset"),
        ("operator", "XX", "edition-published"),
    ]  # fmt: skip
    with sqlite3.connect(sqlite_store.path) as file:
        assert not [row for row in file.execute("SELECT * FROM audit_event") if "dara" in str(row).lower()]
    assert run("audit", "verify").output.startswith("KH: 6 events\nXX: 3 events\nsound")


def test_tampering_is_said_with_its_number_and_a_kept_head_shows_more(
    run: Run, sqlite_store: Store, tmp_path: Path
) -> None:
    now = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
    with sqlite_store.write(Scope.nobody()) as db:
        for code in ("KH", "TH"):
            audit.write(db, [Act("person-seen", code, "person", "x")] * 30, actor="operator", now=now)
    kept = tmp_path / "heads.txt"
    heads = run("audit", "head").output
    assert [line.split()[:2] for line in heads.splitlines()] == [["KH", "30"], ["TH", "30"]]
    kept.write_text(f"# kept on paper\n{heads}", encoding="utf-8")
    assert run("audit", "verify", "--head", kept).output.endswith("sound\n")
    with sqlite3.connect(sqlite_store.path) as file:
        file.execute("DROP TRIGGER audit_event_no_update")
        file.execute("DROP TRIGGER audit_event_no_delete")
        file.execute("UPDATE audit_event SET actor = 'system' WHERE country = 'KH' AND number = 17")
        file.execute("DELETE FROM audit_event WHERE country = 'TH' AND number > 25")
    without = run("audit", "verify")
    assert without.exit_code == 1
    assert "KH: event 17 is not as it was written" in without.output
    assert "TH: event" not in without.output
    assert run("audit", "verify", "--country", "TH").exit_code == 0
    compared = run("audit", "verify", "--head", kept)
    assert compared.exit_code == 1
    assert "TH: the end is cut off: event 26 and what followed are gone" in compared.output
    with sqlite3.connect(sqlite_store.path) as file:
        file.execute("UPDATE audit_event SET at = 'yesterday' WHERE country = 'KH' AND number = 3")
    assert "an event has no readable time" in run("audit", "verify").output


def test_a_file_of_heads_that_cannot_be_read_is_refused(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "heads.txt"
    for data, words in (
        (b"KH 1 abc\n", "Line 1 is no head"),
        (b"", "no head"),
        (b"\xff\xfe", "cannot be read as text"),
    ):
        file.write_bytes(data)
        refused = run("audit", "verify", "--head", file)
        assert refused.exit_code == 1
        assert words in refused.output
        assert "Traceback" not in refused.output
