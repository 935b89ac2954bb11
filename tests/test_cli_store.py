"""The commands about database and library, as they are typed."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result

from tests.factories import SMALL_MODULE
from trainer.cli_store import COMMANDS

ROOT = Path(__file__).parents[1]


class Terminal:
    """A terminal with its own data folder."""

    def __init__(self, data: Path) -> None:
        self.data = data
        self.group = click.Group(commands={str(command.name): command for command in COMMANDS})

    def run(self, *words: str | Path, **environment: str) -> Result:
        settings = {
            "TRAINER_DATA": str(self.data),
            "TRAINER_DATABASE": "",
            "TRAINER_SECRET_KEY": "x" * 40,
            **environment,
        }
        return CliRunner().invoke(self.group, [str(word) for word in words], env=settings)


@pytest.fixture
def terminal(tmp_path: Path) -> Terminal:
    return Terminal(tmp_path / "var")


@pytest.fixture
def module(tmp_path: Path) -> Path:
    return written(tmp_path / "modules" / "small")


def written(folder: Path) -> Path:
    folder.mkdir(parents=True)
    for path, data in SMALL_MODULE.items():
        (folder / path).write_bytes(data)
    return folder


def test_from_an_empty_folder_to_a_published_module_and_back(terminal: Terminal, module: Path, tmp_path: Path) -> None:
    assert terminal.run("db", "upgrade").output == "database is at 0013\n"
    assert terminal.run("db", "check").output == "sound, at 0013\n"
    assert terminal.run("publish", module, "--by", "Ana", "--note", "the first").output == "small: edition 1\n"
    row = terminal.run("editions", "small").output.rstrip("\n").split("\t")
    assert (row[:2], row[3:]) == (["small", "1"], ["Ana", "A small module", "the first"])
    assert terminal.run("export", "small", tmp_path / "back").exit_code == 0
    assert {path.name: path.read_bytes() for path in (tmp_path / "back").iterdir()} == SMALL_MODULE


def test_publishing_again_what_has_not_changed(terminal: Terminal, module: Path) -> None:
    terminal.run("db", "upgrade")
    terminal.run("publish", module)
    assert terminal.run("publish", module).output == "small: edition 1 (unchanged)\n"
    (module / "01-first.md").write_bytes(SMALL_MODULE["01-first.md"] + b"\nMore.\n")
    assert terminal.run("publish", module).output == "small: edition 2\n"


def test_a_folder_of_modules_publishes_the_sound_ones_and_names_the_faults_of_the_others(
    terminal: Terminal, module: Path
) -> None:
    broken = written(module.parent / "broken")
    (broken / "01-first.md").write_bytes(b"---\nid: first\n---\n")
    terminal.run("db", "upgrade")
    done = terminal.run("publish", module.parent)
    assert done.exit_code == 1
    assert "small: edition 1" in done.output
    assert f"{broken / '01-first.md'}:" in done.output
    assert "1 not published" in done.output
    assert "broken" not in terminal.run("editions").output


def test_without_a_path_every_module_of_trainers_is_published(terminal: Terminal, module: Path) -> None:
    terminal.run("db", "upgrade")
    assert terminal.run("publish", TRAINER_MODULES=str(module.parent)).output == "small: edition 1\n"


def test_an_older_edition_can_be_exported(terminal: Terminal, module: Path, tmp_path: Path) -> None:
    terminal.run("db", "upgrade")
    terminal.run("publish", module)
    (module / "01-first.md").write_bytes(SMALL_MODULE["01-first.md"] + b"\nMore.\n")
    terminal.run("publish", module)
    terminal.run("export", "small", "--edition", "1", tmp_path / "old")
    assert (tmp_path / "old" / "01-first.md").read_bytes() == SMALL_MODULE["01-first.md"]


@pytest.mark.parametrize(
    "words", [("editions",), ("publish",), ("db", "check"), ("backup", "b.sqlite"), ("export", "a", "b")]
)
def test_without_a_database_each_command_says_so_and_makes_none(
    terminal: Terminal, module: Path, words: tuple[str, ...]
) -> None:
    done = terminal.run(*words, TRAINER_MODULES=str(module.parent))
    assert done.exit_code == 1
    assert done.output.startswith("Error: ")
    assert "Traceback" not in done.output
    assert not (terminal.data / "trainer.sqlite").exists()


def test_what_is_not_there_is_said_plainly(terminal: Terminal, tmp_path: Path) -> None:
    terminal.run("db", "upgrade")
    assert (
        terminal.run("export", "nothing", tmp_path / "x").output == "Error: There is no such edition of this module.\n"
    )
    assert terminal.run("publish", tmp_path / "nowhere").exit_code == 2


def test_a_database_of_another_version_is_not_sound(terminal: Terminal) -> None:
    terminal.run("db", "upgrade")
    database = terminal.data / "trainer.sqlite"
    database.write_bytes(b"")
    done = terminal.run("db", "check")
    assert done.exit_code == 1
    assert "trainer db upgrade" in done.output


def test_a_backup_is_one_file_that_opens(terminal: Terminal, module: Path, tmp_path: Path) -> None:
    terminal.run("db", "upgrade")
    terminal.run("publish", module)
    assert terminal.run("backup", tmp_path / "b.sqlite").output.endswith("bytes, checked\n")
    restored = terminal.run("editions", TRAINER_DATABASE=f"sqlite:///{tmp_path / 'b.sqlite'}").output
    assert restored == terminal.run("editions").output != ""
    assert terminal.run("backup", tmp_path / "b.sqlite").exit_code == 1


def test_editions_say_how_far_they_are_translated(terminal: Terminal, tmp_path: Path) -> None:
    folder = tmp_path / "translated"
    shutil.copytree(ROOT / "modules" / "understanding-trafficking", folder)
    terminal.run("db", "upgrade")
    terminal.run("publish", str(folder))
    output = terminal.run("editions", "translated").output
    assert re.search(r"^  km: reviewed 0, draft \d+, stale 0, missing 0$", output, re.MULTILINE)
    assert re.search(r"^  tet: reviewed 0, draft \d+, stale 0, missing [1-9]\d+$", output, re.MULTILINE)
