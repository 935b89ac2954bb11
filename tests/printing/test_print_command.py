"""`trainer print` from outside."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from tests.printing.sample import FOLDER
from trainer.cli_print import print_module


@pytest.fixture(autouse=True)
def _modules(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TRAINER_MODULES", str(FOLDER.parent))


def test_it_writes_the_handbook(tmp_path: Path) -> None:
    target = tmp_path / "book.pdf"
    result = CliRunner().invoke(print_module, ["module", "--locale", "km", "--paper", "letter", "-o", str(target)])
    assert result.exit_code == 0, result.output
    assert target.read_bytes().startswith(b"%PDF-1.7")


@pytest.mark.parametrize("name", ["nowhere", "../printing", "."])
def test_a_module_that_is_not_there_is_said(name: str) -> None:
    result = CliRunner().invoke(print_module, [name])
    assert result.exit_code == 1
    assert f"there is no module {name!r}" in result.output


def test_a_module_with_errors_is_not_printed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "broken"
    folder.mkdir()
    (folder / "module.md").write_text("---\ntitle: no id\n---\n")
    monkeypatch.setenv("TRAINER_MODULES", str(tmp_path))
    result = CliRunner().invoke(print_module, ["broken"])
    assert result.exit_code == 1
    assert "broken/module.md:" in result.output
