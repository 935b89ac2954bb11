"""`trainer report`, as it is typed, and the letters that the server writes by itself."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import func, select

from tests.factories import a_grant, a_person
from tests.services.world import COURSE
from tests.tasks.bench import Bench
from trainer.cli_report import report
from trainer.services import cutoffs, library
from trainer.services.shelf import Shelf
from trainer.store.engine import Store
from trainer.store.evidence import Summary
from trainer.store.mail import Mail
from trainer.store.reporting import SavedReport
from trainer.store.scope import Scope
from trainer.tasks import letters

AFTER = datetime(2027, 1, 20, tzinfo=UTC)
Run = Callable[..., Result]


@pytest.fixture
def counted(sqlite_store: Store, now: datetime) -> Store:
    with sqlite_store.write(Scope.system("test")) as db:
        library.publish(db, "course", COURSE, by="test", now=now)
        cell = {"module": "course", "month": "2026-11", "sex": "", "agency_type": "police", "mode": "online"}
        db.add(Summary(country="KH", enrolled=40, completed=20, **cell))
    cutoffs.fix_due(sqlite_store, None, now=AFTER, days=15)
    return sqlite_store


@pytest.fixture
def run(counted: Store, tmp_path: Path) -> Run:
    settings = {
        "TRAINER_DATA": str(tmp_path), "TRAINER_SECRET_KEY": "x" * 40,
        "TRAINER_DATABASE": counted.url.render_as_string(hide_password=False),
    }  # fmt: skip
    return lambda *words: CliRunner().invoke(report, [str(word) for word in words], env=settings)


@pytest.mark.parametrize(("ending", "start"), [("pdf", b"%PDF-"), ("xlsx", b"PK")])
def test_a_report_is_written(run: Run, tmp_path: Path, ending: str, start: bytes) -> None:
    target = tmp_path / f"report.{ending}"
    done = run("KH", "2026-Q4", "--locale", "th", "--out", target)
    assert done.exit_code == 0, done.output
    assert target.read_bytes().startswith(start)


@pytest.mark.parametrize(("words", "said"), [
    (("KH", "2026-Q3", "-o", "x.pdf"), "KH has no figures of 2026-Q3"),
    (("KH", "2026", "-o", "x.pdf"), "not a quarter"),
    (("KH", "2026-Q5", "-o", "x.pdf"), "not a quarter"), (("KH", "2026-Q4", "-o", "x.doc"), "must end with"),
    (("XX", "2026-Q4", "-o", "x.pdf"), "XX"),
])  # fmt: skip
def test_what_cannot_be_written_is_said(run: Run, words: tuple[str, ...], said: str) -> None:
    done = run(*words)
    assert done.exit_code != 0
    assert said in done.output
    assert "Traceback" not in done.output
    assert not Path(words[-1]).exists()


@dataclass
class AtHome(Bench):
    origin: str = "https://trainer.example"


def test_the_server_writes_letters_that_are_due(counted: Store, now: datetime) -> None:
    with counted.write(Scope.system("test")) as db:
        person = a_person(db)
        a_grant(db, person)
        db.add(SavedReport(
            person_id=person.id, country="KH", name="Mine", about="KH", module=None, period="", letters=True,
            created_at=now,
        ))  # fmt: skip
    bench = AtHome(counted, Shelf(counted), lambda: AFTER)
    assert letters.of_reports(replace(bench, origin="")) == 0, "nothing to link to"
    assert letters.of_reports(bench) == 1
    assert letters.of_reports(bench) == 0
    with counted.read(Scope.system("test")) as db:
        assert db.scalar(select(func.count()).select_from(Mail)) == 1
