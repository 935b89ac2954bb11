"""The commands about module folders, from outside."""

from __future__ import annotations

import errno
import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from trainer.cli import COMMANDS, main
from trainer.content.compiler import compile_module
from trainer.content.formatting import format_files

WITHOUT_IDS = """---
title: A lesson
---

::: question {type=single}
Which?

- [x] This
- [ ] That
:::

::: activity
Do it.
:::
"""


@pytest.fixture
def modules(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("TRAINER_MODULES", str(tmp_path))
    return tmp_path


def run(*arguments: str) -> Result:
    result = CliRunner().invoke(main, list(arguments))
    assert result.exception is None or isinstance(result.exception, SystemExit), result.output
    return result


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_explains_itself(name: str) -> None:
    result = run(name, "--help")
    assert result.exit_code == 0
    assert "Usage:" in result.output


def test_an_unknown_command_is_named() -> None:
    assert "dance" in run("dance").output


def test_a_new_module_is_clean_and_nothing_is_overwritten(modules: Path) -> None:
    assert run("new", "first-aid").exit_code == 0
    assert run("check").exit_code == 0
    (modules / "first-aid" / "module.md").write_text("mine")
    result = run("new", "first-aid")
    assert result.exit_code == 1
    assert "exists already" in result.output
    assert (modules / "first-aid" / "module.md").read_text() == "mine"


def test_a_name_that_cannot_be_an_address_is_refused(modules: Path) -> None:
    assert run("new", "../Escape").exit_code == 1
    assert list(modules.iterdir()) == []


def test_check_names_file_line_column_and_code_and_fails(modules: Path) -> None:
    run("new", "first-aid")
    quiz = modules / "first-aid" / "02-quiz.md"
    quiz.write_text(quiz.read_text().replace("[x]", "[ ]"))
    result = run("check")
    assert result.exit_code == 1
    assert f"{quiz}:" in result.output
    found = json.loads(run("check", "--format", "json").stdout)
    assert all(row["line"] > 0 and row["code"] and row["message"] for row in found)


def test_check_without_module_md_says_so(modules: Path) -> None:
    (modules / "empty").mkdir()
    result = run("check", str(modules / "empty"))
    assert result.exit_code == 1
    assert "module.md" in result.output


def test_fmt_inserts_missing_ids_once_and_changes_nothing_else(modules: Path) -> None:
    run("new", "first-aid")
    lesson = modules / "first-aid" / "03-more.md"
    lesson.write_text(WITHOUT_IDS)
    assert run("fmt", "--check").exit_code == 1
    assert lesson.read_text() == WITHOUT_IDS
    assert run("fmt").exit_code == 0
    after = lesson.read_text()
    assert run("check").exit_code == 0, run("check").output
    assert "id: more\n" in after
    assert [line for line in after.splitlines() if "id: " not in line and ":::" not in line] == [
        line for line in WITHOUT_IDS.splitlines() if ":::" not in line
    ]
    assert run("fmt").output == ""
    assert lesson.read_text() == after


@pytest.mark.parametrize("name", ["recognising-indicators", "understanding-trafficking", "forced-labour-in-fishing"])
def test_our_own_modules_need_no_formatting(name: str) -> None:
    folder = Path(__file__).parent.parent / "modules" / name
    files = {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    assert format_files(files, name) == {}


def test_a_catalog_keeps_translations_marks_changed_ones_and_is_stable(modules: Path) -> None:
    run("new", "first-aid")
    catalog = modules / "first-aid" / "translations" / "km.po"
    run("messages", "first-aid", "--locale", "km", "--update")
    text = catalog.read_text()
    assert "Status: machine-drafted, not reviewed" in text
    catalog.write_text(text.replace('msgid "A hint."\nmsgstr ""', 'msgid "A hint."\nmsgstr "ជំនួយមួយ។"'))
    lesson = modules / "first-aid" / "01-first-lesson.md"
    lesson.write_text(lesson.read_text().replace("A hint.", "A small hint."))
    run("messages", "first-aid", "--locale", "km", "--update")
    after = catalog.read_text()
    assert '#, fuzzy\n#| msgid "A hint."' in after
    assert 'msgid "A small hint."\nmsgstr "ជំនួយមួយ។"' in after
    run("messages", "first-aid", "--locale", "km", "--update")
    assert catalog.read_text() == after
    files = {str(p.relative_to(modules / "first-aid")): p.read_bytes() for p in (modules / "first-aid").rglob("*.*")}
    module = compile_module(files, slug="first-aid", locale="km").module
    assert module is not None
    assert module.states["stale"] == 1


def test_a_damaged_catalog_is_named_and_not_written_over(modules: Path) -> None:
    run("new", "first-aid")
    run("messages", "first-aid", "--locale", "km", "--update")
    catalog = modules / "first-aid" / "translations" / "km.po"
    damaged = catalog.read_bytes().replace(b'msgid "A hint."', b'msgid "A hint.')
    catalog.write_bytes(damaged)
    result = run("messages", "first-aid", "--locale", "km", "--update")
    assert result.exit_code == 1
    assert "nothing was written" in result.output
    assert "line " in result.output
    assert catalog.read_bytes() == damaged


def test_a_full_disk_leaves_the_file_as_it_was(modules: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run("new", "first-aid")
    lesson = modules / "first-aid" / "03-more.md"
    lesson.write_text(WITHOUT_IDS)

    def full(path: Path, data: bytes) -> int:
        with path.open("wb") as file:
            file.write(data[:10])
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", full)
    result = run("fmt")
    assert result.exit_code == 1
    assert "No space left on device" in result.output
    assert lesson.read_text() == WITHOUT_IDS
    assert not [path for path in lesson.parent.iterdir() if path.suffix == ".part"]
