"""`trainer serve` starts only where it can keep its promises."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest
from click.testing import CliRunner

from tests.factories import a_grant, a_person
from trainer import cli_serve
from trainer.config import Config, ConfigError
from trainer.store import migrate
from trainer.store.engine import Store
from trainer.store.scope import Scope


@pytest.fixture
def served(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, object]]:
    """What the server was started with, instead of starting it."""
    started: list[dict[str, object]] = []
    monkeypatch.setattr(cli_serve.waitress, "serve", lambda app, **options: started.append(options))
    return started


def run(monkeypatch: pytest.MonkeyPatch, data: Path, *options: str, **environ: str) -> tuple[int, str]:
    monkeypatch.setattr("trainer.web.log.configure", lambda: None)
    settings = {"TRAINER_DATA": str(data), "TRAINER_SECRET_KEY": "k" * 40, **environ}
    result = CliRunner().invoke(cli_serve.serve, options, env=settings)
    return result.exit_code, result.output


def test_without_a_database_it_says_how_to_make_one(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, served: list[dict[str, object]]
) -> None:
    code, output = run(monkeypatch, tmp_path)
    assert code == 1
    assert "trainer db upgrade" in output
    assert not served


def test_with_an_older_schema_it_says_what_to_do_and_changes_nothing(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, served: list[dict[str, object]]
) -> None:
    store = Store(f"sqlite:///{tmp_path / 'trainer.sqlite'}")
    migrate.upgrade(store)
    migrate.downgrade(store, "base")
    store.dispose()
    before = store.path.read_bytes()
    code, output = run(monkeypatch, tmp_path)
    assert code == 1
    assert "make a backup, then run: trainer db upgrade" in output
    assert store.path.read_bytes() == before
    assert not served


def test_it_prints_its_address_and_the_demo_sign_ins(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, served: list[dict[str, object]], sqlite_template: Path
) -> None:
    (tmp_path / "trainer.sqlite").write_bytes(sqlite_template.read_bytes())
    code, output = run(monkeypatch, tmp_path, "--demo", TRAINER_PORT="8499", TRAINER_THREADS="3")
    assert code == 0, output
    assert "http://127.0.0.1:8499/" in output
    assert "demo-learner" in output
    assert (served[0]["threads"], served[0]["ident"]) == (3, None)


@pytest.mark.parametrize(
    ("host", "secure", "starts"),
    [("127.0.0.1", False, True), ("::1", False, True), ("localhost", False, True), ("0.0.0.0", True, True),
     ("0.0.0.0", False, False), ("192.168.1.5", False, False), ("trainer.local", False, False)],
)  # fmt: skip
def test_passwords_never_travel_in_the_open(config: Config, host: str, secure: bool, starts: bool) -> None:
    chosen = dataclasses.replace(config, host=host, secure_cookies=secure)
    if starts:
        cli_serve.refuse_plain_http_in_public(chosen)
    else:
        with pytest.raises(ConfigError, match="TLS"):
            cli_serve.refuse_plain_http_in_public(chosen)


def test_without_the_second_step_only_the_demo_is_served(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, served: list[dict[str, object]]
) -> None:
    trying = {"TRAINER_SECOND_FACTOR": "off", "TRAINER_SECURE_COOKIES": "off"}
    store = Store(f"sqlite:///{tmp_path / 'trainer.sqlite'}")
    migrate.upgrade(store)
    with store.write(Scope.system("test")) as db:
        a_grant(db, a_person(db, sign_in_name="demo-coordinator"))
        a_person(db, sign_in_name="somebody-without-a-role")
    assert run(monkeypatch, tmp_path, **trying)[0] == 0
    with store.write(Scope.system("test")) as db:
        a_grant(db, a_person(db, sign_in_name="ana"))
    code, output = run(monkeypatch, tmp_path, **trying)
    assert (code, len(served)) == (1, 1)
    assert "TRAINER_SECOND_FACTOR is off" in output
    store.dispose()


@pytest.mark.parametrize(("proxies", "cleared"), [(0, True), (1, False)])
def test_forwarded_headers_are_dropped_where_no_proxy_is_configured(
    config: Config, proxies: int, cleared: bool
) -> None:
    options = cli_serve.server_options(dataclasses.replace(config, proxies=proxies))
    assert options["clear_untrusted_proxy_headers"] is cleared
