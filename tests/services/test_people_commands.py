"""The commands about people and counts, and the demo world."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import func, select

from tests.factories import a_grant, a_person
from tests.services.world import COURSE
from tests.store.test_name_parts import are_kept
from trainer import cli
from trainer.access import ENROL, PROVE, missing
from trainer.services import (
    accounts,
    calendar,
    cutoffs,
    demo,
    factors,
    passwords,
    periods,
    recounting,
    reports,
    sessions,
    totp,
)
from trainer.services.demo_people import PASSPHRASE, STAFF
from trainer.services.problems import Refused
from trainer.store.engine import Store
from trainer.store.evidence import Summary
from trainer.store.factors import RecoveryCode
from trainer.store.models import CompletionRow, Person
from trainer.store.scope import Scope

KEY = "a key of the tests"
SYSTEM = Scope.system("test")
SECRET = "green rice in the rain"


@pytest.fixture
def run(sqlite_store: Store, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> object:
    monkeypatch.setenv("TRAINER_DATABASE", str(sqlite_store.url))
    monkeypatch.setenv("TRAINER_SECRET_KEY", KEY)
    modules = tmp_path / "modules" / "course"
    modules.mkdir(parents=True)
    for name, data in COURSE.items():
        (modules / name).write_bytes(data)
    broken = tmp_path / "modules" / "broken"
    broken.mkdir()
    (broken / "module.md").write_bytes(b"---\nid: broken\n---\n")
    monkeypatch.setenv("TRAINER_MODULES", str(tmp_path / "modules"))

    def run(*words: str, text: str | None = None) -> Result:
        return CliRunner().invoke(cli.main, words, input=text)

    return run


def sign_in(store: Store, name: str, secret: str, now: datetime) -> accounts.SignedIn:
    return accounts.sign_in(store, name, secret, address="127.0.0.1", device=None, now=now, key=KEY)


def test_the_operator_resets_the_second_step_of_who_has_lost_everything(run: object, sqlite_store: Store) -> None:
    """Sessions end, and the next sign-in is asked to set up a new one; a new password alone resets nothing."""
    now = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
    with sqlite_store.write(SYSTEM) as db:
        person = a_person(db, sign_in_name="vibol", password_hash=passwords.hashed(SECRET))
        a_grant(db, person)
        token = sessions.start(db, person.id, person.country, label="", shared_device=True, now=now)
        who, secret = sessions.identity(db, token, now), totp.new_secret()
        assert who is not None
        offer = totp.offered(secret, who.session_id, KEY, now)
        token = factors.add_app(db, who, offer, totp.code_at(secret, now), now=now, key=KEY).token
    assert run("people", "password", "vibol", text=f"{SECRET}\n{SECRET}\n").exit_code == 0  # type: ignore[operator]
    assert missing(sign_in(sqlite_store, "vibol", SECRET, now).identity) == PROVE
    said = run("people", "reset-factors", "Vibol").output  # type: ignore[operator]
    assert said == "Vibol: second step forgotten (1 in all) with its recovery codes, all sessions ended\n"
    with sqlite_store.read(SYSTEM) as db:
        assert sessions.identity(db, token, now) is None
        assert db.scalar(select(func.count(RecoveryCode.id))) == 0
    assert missing(sign_in(sqlite_store, "vibol", SECRET, now).identity) == ENROL
    assert "Nobody signs in" in run("people", "reset-factors", "nobody").output  # type: ignore[operator]


def test_the_operator_makes_an_account_gives_a_role_and_sets_a_password(run: object, sqlite_store: Store) -> None:
    now = datetime.now(UTC)
    made = run("people", "add", "vibol", "សុខ វិបុល", "--country", "KH")  # type: ignore[operator]
    assert re.fullmatch(r"[0-9A-Z]{5}-[0-9A-Z]{5}\n", made.output), made.output
    assert sign_in(sqlite_store, "vibol", made.output.strip(), now)
    assert run("people", "grant", "Vibol", "coordinator", "--over", "LA").exit_code == 0  # type: ignore[operator]
    secret = "green rice in the rain"
    assert run("people", "password", "vibol", text=f"{secret}\n{secret}\n").exit_code == 0  # type: ignore[operator]
    assert sign_in(sqlite_store, "vibol", secret, now).identity.countries == {"LA"}
    assert run("people", "grant", "vibol", "coordinator", "--over", "LA", "--revoke").exit_code == 0  # type: ignore[operator]
    assert not sign_in(sqlite_store, "vibol", secret, now).identity.countries
    viewer = run("people", "grant", "vibol", "viewer", "--over", "KH", "--over", "TH")  # type: ignore[operator]
    assert viewer.output == "vibol: viewer of KH, TH given\n"
    assert sign_in(sqlite_store, "vibol", secret, now).identity.views == {"KH", "TH"}
    again = run("people", "slip", "vibol", "--days", "1")  # type: ignore[operator]
    assert sign_in(sqlite_store, "vibol", again.output.strip(), now)


@pytest.mark.parametrize(
    ("words", "text", "said"),
    [
        (("people", "slip", "nobody"), None, "Nobody signs in with the name nobody."),
        (("people", "add", "x", "12345", "--country", "KH"), None, "Enter a name."),
        (("people", "password", "vibol"), "short\nshort\n", "at least 15 characters"),
        (("people", "grant", "vibol", "coordinator"), None, "Choose one of the answers"),
        (("people", "grant", "vibol", "trainer", "--revoke"), None, "does not have this role"),
    ],
)
def test_a_mistake_is_said_in_one_line(run: object, words: tuple[str, ...], text: str | None, said: str) -> None:
    run("people", "add", "vibol", "Sok Vibol", "--country", "KH")  # type: ignore[operator]
    result = run(*words, text=text)  # type: ignore[operator]
    assert result.exit_code == 1
    assert said in result.output
    assert "Traceback" not in result.output


def test_counts_are_checked_and_put_right(run: object, sqlite_store: Store) -> None:
    assert run("summaries", "check").output == "every count is right\n"  # type: ignore[operator]
    with sqlite_store.write(SYSTEM) as db:
        db.add(Summary(country="TH", module="m", month="2026-01", sex="", agency_type="ngo", mode="online", enrolled=2))
    wrong = run("summaries", "check")  # type: ignore[operator]
    assert wrong.exit_code == 1
    assert "TH m 2026-01" in wrong.output
    assert run("summaries", "rebuild").output.startswith("1 counts corrected; ")  # type: ignore[operator]
    assert run("summaries", "check").exit_code == 0  # type: ignore[operator]


def test_the_demo_world_can_be_loaded_twice_and_tried(run: object, sqlite_store: Store, now: datetime) -> None:
    first = run("demo")  # type: ignore[operator]
    assert first.exit_code == 0, first.output
    assert PASSPHRASE in first.output
    assert "broken/module.md:1" in first.output, "what cannot be published is said, and the rest is loaded"

    def world() -> list[tuple[int | None, ...]]:
        with sqlite_store.read(SYSTEM) as db:
            tables = [db.scalar(select(func.count()).select_from(table)) for table in (Person, CompletionRow)]
            return [tuple(tables), *(tuple(row) for row in db.execute(select(Summary.enrolled, Summary.completed)))]

    before = world()
    assert run("demo").exit_code == 0  # type: ignore[operator]
    assert world() == before
    assert (before[0][1] or 0) > 20
    for one in STAFF:
        signed_in = sign_in(sqlite_store, one.sign_in_name, PASSPHRASE, now)
        assert signed_in.identity.roles == {role for role, _ in one.roles}
    with sqlite_store.read(SYSTEM) as db:
        assert not recounting.differences(db)
        assert are_kept(db), "everybody is found"
    cutoffs.fix_due(sqlite_store, None, now=datetime.now(UTC), days=0)
    with sqlite_store.read(SYSTEM) as db:
        report = reports.completions(db, ["BN", "KH", "LA", "MY"], reports.Filters(), now=now, days=15)
    marks = {row.now.completed.mark for row in (*report.rows, *report.totals)}
    assert "" in marks
    assert len(marks) > 1, "some numbers are shown, some are hidden"
    chosen = reports.Filters(country="KH", period=periods.last_ended(calendar.today("KH", datetime.now(UTC))))
    with sqlite_store.read(SYSTEM) as db:
        quarter = reports.completions(db, ["KH"], chosen, now=datetime.now(UTC), days=0)
    (headline,) = quarter.totals or quarter.rows
    assert (headline.now.persons.value or 0) > 30, "and one country has enough for tables"
    assert quarter.groups


def test_the_demo_world_is_never_mixed_with_real_people(run: object, sqlite_store: Store, now: datetime) -> None:
    run("people", "add", "vibol", "Sok Vibol", "--country", "KH")  # type: ignore[operator]
    with pytest.raises(Refused):
        demo.load(sqlite_store, Path("nowhere"), key="key", now=now)
    result = run("demo")  # type: ignore[operator]
    assert result.exit_code == 1
    assert "real people" in result.output


def test_the_operator_sees_what_is_old_before_anything_is_announced(run: object, sqlite_store: Store) -> None:
    now = datetime.now(UTC)
    with sqlite_store.write(SYSTEM) as db:
        a_person(db, created_at=now - timedelta(days=900))
    lines = [
        "accounts forgotten: 0", "people whose old answers were taken away: 0", "second entries forgotten: 0",
        "certificates of people forgotten long ago: 0", "announced: 1", "no longer announced: 0",
    ]  # fmt: skip
    for _ in range(2):
        assert run("people", "retention", "--dry-run").output.splitlines() == [*lines, "nothing was changed"]  # type: ignore[operator]
    assert run("people", "retention").output.splitlines() == lines  # type: ignore[operator]
    assert "announced: 0" in run("people", "retention").output  # type: ignore[operator]
